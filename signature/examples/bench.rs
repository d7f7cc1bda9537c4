//! Medians of judging the files of the timing table, in process: `cargo run --release -p kho-signature --example bench -- CORPUS`.
//!
//! CORPUS is the folder that holds `signatures` and `bench`; each file is judged with nothing to trust, which is most of the work.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]

#[path = "../tests/made/paper.rs"]
mod paper;
#[expect(dead_code, reason = "made for the tests")]
#[path = "../tests/made/pki.rs"]
mod pki;

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
        let median = measure(name, &std::fs::read(folder.join(name)).unwrap(), &context);
        if place < SMALL {
            logarithms += median.ln();
        }
    }
    for megabytes in [10, 50] {
        measure(&format!("{megabytes} MB, one signature"), &large(megabytes << 20), &context);
    }
    println!("{:9.3} ms geometric mean of the {SMALL} small files", (logarithms / SMALL as f64).exp());
}

fn measure(name: &str, bytes: &[u8], context: &Context) -> f64 {
    let mut times: Vec<f64> = (0..25)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(verify(bytes, context).unwrap());
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{:9.3} ms (least {:.3}) {name}", times[times.len() / 2], times[0]);
    times[times.len() / 2]
}

fn large(filler: usize) -> Vec<u8> {
    let signer = pki::Party { name: "Signer", seed: 1 };
    let certificate = pki::certificate(signer, signer, 1, ["2020-01-01", "2040-01-01"], &[]);
    paper::signed(filler, |bytes| {
        let message = pki::Message {
            signer,
            issuer: signer,
            serial: 1,
            certificates: std::slice::from_ref(&certificate),
            content_type: pki::DATA,
            content: bytes,
            attached: false,
            bound_to: Some(&certificate),
            unsigned: vec![],
        };
        message.der()
    })
}
