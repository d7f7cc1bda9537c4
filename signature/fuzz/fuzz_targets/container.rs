#![no_main]
//! An archive of any bytes gets a report, whatever it says it holds; and nothing in it is trusted.

use std::sync::LazyLock;

use kho_signature::container::{Archive, Manifest, Package};
use kho_signature::report::Indication;
use kho_signature::{Context, verify};
use libfuzzer_sys::fuzz_target;

static CONTEXT: LazyLock<Context> =
    LazyLock::new(|| Context::new("2026-06-01T00:00:00Z".parse().expect("a time")));

fuzz_target!(|bytes: &[u8]| {
    if let Ok(report) = verify(bytes, &CONTEXT) {
        assert!(
            report.signatures.iter().all(|one| one.indication != Indication::TotalPassed),
            "nothing is trusted"
        );
    }
    let _ = Manifest::read("META-INF/ASiCManifest.xml", bytes);
    let Ok(archive) = Archive::open(bytes) else { return };
    if let Some(package) = Package::open(&archive) {
        package.signatures();
    }
});
