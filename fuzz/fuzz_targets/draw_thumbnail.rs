#![no_main]
//! A file is drawn, or not, within small limits. The first byte picks the format.
//!
//! The server draws in a process that may end (`services::artist`); what is found here in a renderer costs a paper its thumbnail, no more.

use kho::content::sniff::Format;
use kho::content::thumbnail::{DrawLimits, draw};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((pick, bytes)) = input.split_first() else { return };
    let format = [Format::Pdf, Format::Jpeg, Format::Png][usize::from(*pick) % 3];
    let limits = DrawLimits { pixels: 1_000_000, pixel_bytes: 8 * 1024 * 1024, side: 64, ..DrawLimits::default() };
    if let Ok(drawing) = draw(format, bytes.to_vec(), &limits) {
        assert!(drawing.jpeg.starts_with(&[0xFF, 0xD8, 0xFF]) && drawing.jpeg.len() < 64 * 1024);
        let _ = drawing.readability(&limits);
    }
});
