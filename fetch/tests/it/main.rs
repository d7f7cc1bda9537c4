//! Fetching from servers that run here: OpenSSL's responders and authorities, and servers that do whatever servers must not do. Every
//! case is a verdict before and a verdict after. Only loopback is asked, which a test allows port by port.

#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside test functions")]

mod addresses;
mod answers;
mod case;
mod collections;
mod issuers;
mod lists;
mod misbehaviour;
mod openssl;
#[expect(dead_code, reason = "shared with the tests of kho-signature, which need more of it")]
#[path = "../../../signature/tests/made/pki.rs"]
mod pki;
mod server;
mod timestamps;
