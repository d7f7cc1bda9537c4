//! Keys, the sealed form of documents at rest, passwords and secrets.
//!
//! May use `domain` (for ids) and the libraries `ring` (the only source of ciphers, hashes, signatures and randomness), `argon2`,
//! `subtle` and `zeroize`. Nothing here reads a clock, a database or an object store, and nothing here is asynchronous: bytes
//! come in and go out by `push`, so the caller chooses where they flow.
//!
//! `docs/format.md` describes every byte that [`keyring`] and [`segment`] write; the vectors beside it are made by another
//! implementation. To add a sealed thing: give it a purpose of its own (a text that no other purpose begins with), describe it in
//! `docs/format.md`, and add a vector. What was once written must stay readable, so a changed format is a new version byte.

pub mod assertion;
pub mod blind_term;
mod cipher;
mod key_file;
pub mod keyring;
pub mod password;
pub mod segment;
mod segment_open;
mod segment_seal;
pub mod sha256;
pub mod token;
pub mod webhook;

pub use cipher::NoRandomness;

#[cfg(test)]
mod segment_tests;
#[cfg(test)]
mod vectors_tests;
