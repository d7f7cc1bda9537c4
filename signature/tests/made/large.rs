//! Large files with many signatures, each over nearly all of the file: what is digested stays in proportion to the file.

use std::time::{Duration, Instant};

use kho_signature::evidence::Origin;
use kho_signature::findings::Code;
use kho_signature::path::{Store, Use, trust};
use kho_signature::x509::Certificate;
use kho_signature::{Anchor, Context, Policy, verify};

use crate::pki::*;

const SIGNER: Party = Party { name: "Signer", seed: 1 };

/// A form of so many fields, all signed in one revision, with so much filler behind their values.
fn signed_all_over(fields: usize, filler: usize) -> Vec<u8> {
    let certificate = certificate(SIGNER, SIGNER, 1, ["2020-01-01", "2040-01-01"], &[]);
    let message = Message {
        signer: SIGNER,
        issuer: SIGNER,
        serial: 1,
        certificates: &[certificate],
        content_type: DATA,
        content: b"another content",
        attached: false,
        bound_to: None,
        signed: vec![],
        unsigned: vec![],
        crls: &[],
    };
    let hex: String = message.der().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [".to_owned(),
        "<< /Type /Pages /Kids [] /Count 0 >>".to_owned(),
    ];
    for field in 0..fields {
        objects[0].push_str(&format!("{} 0 R ", 3 + 2 * field));
        objects.push(format!("<< /FT /Sig /T ({field}) /V {} 0 R >>", 4 + 2 * field));
        objects.push(format!(
            "<< /Type /Sig /SubFilter /adbe.pkcs7.detached /ByteRange [0 {:010} {:010} {:010}] /Contents <{hex}> >>",
            0, 0, 0
        ));
    }
    objects[0].push_str("] /SigFlags 3 >> >>");
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    let mut gaps = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        if let Some(at) = object.find("[0 0") {
            gaps.push((file.len() + at, file.len() + object.find("/Contents ").unwrap() + 10));
        }
        file.extend_from_slice(object.as_bytes());
        file.extend_from_slice(b"\nendobj\n");
    }
    file.resize(file.len() + filler, b' ');
    let start = file.len();
    file.extend_from_slice(table.as_bytes());
    let trailer =
        format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    file.extend_from_slice(trailer.as_bytes());
    for (at, gap) in gaps {
        let after = gap + hex.len() + 2;
        let range = format!("[0 {gap:010} {after:010} {:010}]", file.len() - after);
        file[at..at + range.len()].copy_from_slice(range.as_bytes());
    }
    file
}

#[test]
fn no_more_values_are_checked_than_an_honest_file_has() {
    // Sixty authorities of one name, none of which issued the certificates that name it.
    let ring = |seed| Party { name: "Ring", seed };
    let long = ["2020-01-01", "2040-01-01"];
    let mut store = Store::default();
    for seed in 10..70 {
        let authority = certificate(ring(9), ring(seed), u64::from(seed), long, &[authority(None)]);
        store.add_der(&authority, Origin::Signature);
    }
    let anchor = Anchor::new(Certificate::from_der(&certificate(SIGNER, SIGNER, 1, long, &[])).unwrap());
    let now = "2026-06-01T00:00:00Z".parse().unwrap();
    let mut judge = |serial| {
        let leaf = certificate(ring(8), SIGNER, serial, long, &[]);
        let leaf = Certificate::from_der(&leaf).unwrap();
        let anchors = [anchor.clone()];
        let trust = trust(&leaf, Use::Signing, now, now, &store, &anchors, &Policy::default());
        trust.obstacles[0].finding.code
    };
    let codes: Vec<Code> = (1000..1020).map(&mut judge).collect();
    assert_eq!((codes[0], codes[19]), (Code::CertificateSignatureInvalid, Code::ChainSearchLimited));
}

#[test]
fn what_is_digested_is_in_proportion_to_the_file() {
    let file = signed_all_over(300, 20 << 20);
    let context = Context::new("2026-06-01T00:00:00Z".parse().unwrap());
    let start = Instant::now();
    let report = verify(&file, &context).unwrap();
    // Six gigabytes if all were digested.
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(report.signatures.len(), 300);
    let has = |code| report.signatures.iter().any(|one| one.findings.iter().any(|found| found.code == code));
    assert!(has(Code::WorkLimited) && has(Code::DigestMismatch));
}
