#![no_main]
//! The gate for files answers for any bytes under any of its names.

use std::sync::LazyLock;

use kho::content::file_type::FileTypes;
use libfuzzer_sys::fuzz_target;

static TYPES: LazyLock<FileTypes> = LazyLock::new(|| FileTypes::load(None).expect("the embedded list"));

fuzz_target!(|head: &[u8]| {
    for file_type in TYPES.iter() {
        for extension in &file_type.extensions {
            let _ = TYPES.check(&format!("a.{extension}"), Some(&file_type.media), head);
        }
    }
});
