//! Signed papers for tests, made as the suite of the signature crate makes them.

#![allow(dead_code, reason = "made for that suite, which uses all of it")]

#[path = "../../signature/tests/made/paper.rs"]
pub mod paper;
#[path = "../../signature/tests/made/pki.rs"]
pub mod pki;
#[path = "../../signature/tests/made/world.rs"]
pub mod world;
