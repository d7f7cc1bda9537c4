#![no_main]
//! Text is found, or not, in any bytes within small limits. The first byte picks the type.

use std::sync::LazyLock;

use kho::content::file_type::{FileType, FileTypes};
use kho::content::text::{TextLimits, extract_text};
use libfuzzer_sys::fuzz_target;

static TYPES: LazyLock<FileTypes> = LazyLock::new(|| FileTypes::load(None).expect("the embedded list"));

fuzz_target!(|input: &[u8]| {
    let Some((pick, bytes)) = input.split_first() else { return };
    let types: Vec<&FileType> = TYPES.iter().collect();
    let limits = TextLimits { inflated_bytes: 4 * 1024 * 1024, output_chars: 10_000, ..TextLimits::default() };
    if let Ok(text) = extract_text(types[usize::from(*pick) % types.len()], bytes, &limits) {
        assert!(text.chars().count() <= limits.output_chars);
    }
});
