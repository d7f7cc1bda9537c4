//! What is inside a file: its type, its text.
