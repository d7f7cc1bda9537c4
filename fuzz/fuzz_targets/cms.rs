#![no_main]
//! A signed message of any bytes gets a report or an error, attached and detached.

use kho_signature::{Context, verify, verify_detached};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let context = Context::new("2026-06-01T00:00:00Z".parse().expect("a time"));
    let _ = verify(bytes, &context);
    let _ = verify_detached(bytes, b"content", &context);
});
