//! Signed papers for tests, made as the suites of the crates that judge and fetch make them.

#![allow(dead_code, reason = "made for those suites, which use all of it")]

#[path = "../../fetch/tests/it/openssl.rs"]
pub mod openssl;
#[path = "../../signature/tests/made/paper.rs"]
pub mod paper;
#[path = "../../signature/tests/made/pki.rs"]
pub mod pki;
#[path = "../../signature/tests/made/world.rs"]
pub mod world;
#[path = "../../signature/tests/made/xml_paper.rs"]
pub mod xml_paper;
