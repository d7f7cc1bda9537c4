//! Judges files as it is asked to and says how long each took: for `make bench-verify`, which asks the peers about the same files in turn.
//!
//! A line of its input is `PATH [ANCHOR…]`, separated by tabs: a file and certificates in DER to believe. A line of its output is the
//! milliseconds that one judgement took, the file being in memory already, and the number of signatures.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]

use std::fs;
use std::io::{BufRead, Write};
use std::time::Instant;

use kho_signature::x509::Certificate;
use kho_signature::{Anchor, Context, verify};

fn main() {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let mut parts = line.split('\t');
        let file = fs::read(parts.next().unwrap()).unwrap();
        let mut context = Context::new("2026-06-01T00:00:00Z".parse().unwrap());
        context.anchors =
            parts.map(|path| Anchor::new(Certificate::from_der(&fs::read(path).unwrap()).unwrap())).collect();
        let start = Instant::now();
        let report = std::hint::black_box(verify(std::hint::black_box(&file), &context).unwrap());
        let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
        writeln!(out, "{milliseconds:.4} {}", report.signatures.len()).unwrap();
        out.flush().unwrap();
    }
}
