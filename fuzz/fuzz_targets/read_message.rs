#![no_main]
//! A message in XML is read, or refused, whatever the bytes; what was read is no deeper and no larger than the reader allows.

use kho::http::facade::xml::{Grammar, read};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const GRAMMAR: Grammar = Grammar { root: "DongBoHoSo", lists: &["TaiLieuNop", "DanhSachGiayToKetQua"] };

fn measure(value: &Value) -> (usize, usize) {
    match value {
        Value::Object(fields) => fields.values().map(measure).fold((1, 1), |(depth, count), (d, c)| (depth.max(d + 1), count + c)),
        // An array stands for several elements of its object.
        Value::Array(items) => items.iter().map(measure).fold((0, 0), |(depth, count), (d, c)| (depth.max(d), count + c)),
        _ => (1, 1),
    }
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(message) = read(bytes, &GRAMMAR) {
        let (depth, count) = measure(&message);
        assert!(depth <= 8 && count <= 10_000);
    }
});
