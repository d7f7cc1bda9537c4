#![no_main]
//! A PDF file, its signatures and what was changed after them, whatever the bytes.

use kho_signature::pdf::Document;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = Document::open(bytes) {
        let signatures = document.signatures();
        assert!(signatures.iter().all(|signature| signature.sound || !signature.covers_whole_document));
        document.dss();
    }
});
