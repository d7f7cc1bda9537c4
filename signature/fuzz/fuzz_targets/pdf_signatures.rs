#![no_main]
//! A PDF file of any bytes gets a report or an error: its signatures, what was changed after them, their messages and evidence.

use std::sync::LazyLock;

use kho_signature::report::Indication;
use kho_signature::{Context, verify};
use libfuzzer_sys::fuzz_target;

static CONTEXT: LazyLock<Context> =
    LazyLock::new(|| Context::new("2026-06-01T00:00:00Z".parse().expect("a time")));

fuzz_target!(|bytes: &[u8]| {
    if let Ok(report) = verify(bytes, &CONTEXT) {
        assert!(report.signatures.iter().all(|one| one.indication != Indication::TotalPassed), "nothing is trusted");
    }
});
