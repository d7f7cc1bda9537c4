//! Medians of judging the files of the timing table, in process: `cargo run --release -p kho-signature --example bench -- CORPUS`.
//!
//! CORPUS is the folder that holds `signatures` and `bench`; each file is judged with nothing to trust, which is most of the work.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]

use std::path::PathBuf;
use std::time::Instant;

use kho_signature::{Context, verify};

const FILES: [&str; 12] = [
    "signatures/g-bb-rsa2048.pdf",
    "signatures/g-bb-ecdsa-p256.pdf",
    "signatures/g-blt-crl.pdf",
    "signatures/g-blta.pdf",
    "signatures/g-docmdp2-then-fill.pdf",
    "signatures/dss__pades-bes.pdf",
    "signatures/dss__Signature-P-HU_MIC-3.pdf",
    "signatures/dss__hello_signed_INCSAVE_signed.pdf",
    "signatures/dss__Test.signed_Certipost-2048-SHA512.extended-LTA.pdf",
    "signatures/pyHanko__minimal-two-fields-signed-twice.pdf",
    "bench/DSS-2601.pdf",
    "bench/lt-short.pdf",
];
/// The small ones, of which the mean is taken.
const SMALL: usize = 11;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap());
    let context = Context::new("2026-06-01T00:00:00Z".parse().unwrap());
    let mut logarithms = 0.0;
    for (place, name) in FILES.iter().enumerate() {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let mut times: Vec<f64> = (0..25)
            .map(|_| {
                let start = Instant::now();
                std::hint::black_box(verify(&bytes, &context).unwrap());
                start.elapsed().as_secs_f64() * 1000.0
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("{:9.3} ms (least {:.3}) {name}", times[times.len() / 2], times[0]);
        if place < SMALL {
            logarithms += times[times.len() / 2].ln();
        }
    }
    println!("{:9.3} ms geometric mean of the {SMALL} small files", (logarithms / SMALL as f64).exp());
}
