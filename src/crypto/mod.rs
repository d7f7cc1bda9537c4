//! Keys, envelopes, passwords and tokens.
