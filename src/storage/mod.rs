//! Object bytes: local files or S3.
