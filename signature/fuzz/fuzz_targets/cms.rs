#![no_main]
//! A signed message of any bytes gets a report or an error, attached and detached.

use std::sync::LazyLock;

use kho_signature::{Context, verify, verify_detached};
use libfuzzer_sys::fuzz_target;

static CONTEXT: LazyLock<Context> =
    LazyLock::new(|| Context::new("2026-06-01T00:00:00Z".parse().expect("a time")));

fuzz_target!(|bytes: &[u8]| {
    let _ = verify(bytes, &CONTEXT);
    let _ = verify_detached(bytes, b"content", &CONTEXT);
});
