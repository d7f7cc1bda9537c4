//! Whatever a stranger sends: the readers answer, and never panic. Bytes made here are mutated, because what is nearly right goes deepest.

use kho_signature::cms::{Imprint, SignedData, Token};
use kho_signature::x509::{Certificate, Crl, Ocsp};
use kho_signature::{Anchor, Context, verify, verify_detached};
use proptest::prelude::*;

use crate::pki::*;

const ROOT: Party = Party { name: "Root", seed: 1 };
const SIGNER: Party = Party { name: "Signer", seed: 2 };
const LONG: [&str; 2] = ["2020-01-01", "2040-01-01"];

struct Made {
    root: Vec<u8>,
    crl: Vec<u8>,
    ocsp: Vec<u8>,
    token: Vec<u8>,
    message: Vec<u8>,
}

fn made() -> Made {
    let root = certificate(ROOT, ROOT, 1, LONG, &[authority(Some(3)), usages(0x06)]);
    let point = extension("2.5.29.28", true, &seq(&[&[0x81, 1, 0xff]]));
    let signer = certificate(ROOT, SIGNER, 2, LONG, &[usages(0xc0), purpose(TIME_STAMPING, true)]);
    let token = token(SIGNER, ROOT, 2, &signer, b"bytes", "2026-05-25");
    let message = Message {
        signer: SIGNER,
        issuer: ROOT,
        serial: 2,
        certificates: &[signer.clone(), root.clone()],
        content_type: DATA,
        content: b"content",
        attached: true,
        bound_to: Some(&signer),
        signed: vec![],
        unsigned: vec![stamped(&token)],
        crls: &[],
    };
    Made {
        crl: crl(ROOT, LONG, &[(9, "2025-01-01")], &[point]),
        ocsp: ocsp(SIGNER, ROOT, 2, &Answer::Revoked("2025-01-01"), LONG, std::slice::from_ref(&signer)),
        token: token.clone(),
        message: message.der(),
        root,
    }
}

/// Bytes changed, cut out, doubled.
pub fn mutated(bytes: &[u8], changes: &[(usize, u8, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for &(at, how, value) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = at % bytes.len();
        match how % 4 {
            0 | 1 => bytes[at] = value,
            2 => drop(bytes.drain(at..bytes.len().min(at + usize::from(value % 16)))),
            _ => {
                let piece = bytes[at..bytes.len().min(at + usize::from(value))].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

fn read_all(bytes: &[u8], context: &Context) {
    let _ = verify(bytes, context);
    let _ = verify_detached(bytes, b"content", context);
    let _ = SignedData::read(bytes);
    if let Ok(token) = Token::read(bytes) {
        assert_ne!(token.imprint(&[b"no bytes of this test"]), Imprint::Fits);
    }
    if let Ok(certificate) = Certificate::from_der(bytes) {
        let _ =
            (certificate.subject().text(), certificate.key_bits(), certificate.is_signed_by(&certificate));
    }
    if let Ok(crl) = Crl::from_der(bytes) {
        let _ = crl.revoked(&[9]);
    }
    let _ = Ocsp::from_der(bytes);
}

fn context(made: &Made) -> Context {
    let mut context = Context::new("2026-06-01T00:00:00Z".parse().unwrap());
    context.anchors = vec![Anchor::new(Certificate::from_der(&made.root).unwrap())];
    context.crls = vec![made.crl.clone()];
    context.ocsps = vec![made.ocsp.clone()];
    context
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn mutants_are_answered(which in 0usize..5, changes in proptest::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..12)) {
        let made = made();
        let bytes = [&made.root, &made.crl, &made.ocsp, &made.token, &made.message][which];
        let mutant = mutated(bytes, &changes);
        let mut context = context(&made);
        read_all(&mutant, &context);
        context.crls.push(mutant.clone());
        context.ocsps.push(mutant);
        let _ = verify(&made.message, &context);
    }

    #[test]
    fn noise_is_answered(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let made = made();
        read_all(&bytes, &context(&made));
    }
}

#[test]
fn many_certificates_of_one_name_cost_little() {
    // Each certifies each: the number of chains would be the factorial.
    let made = made();
    let names: Vec<Party> = (10..40).map(|seed| Party { name: "Ring", seed }).collect();
    let mut certificates: Vec<Vec<u8>> = Vec::new();
    for (number, issuer) in names.iter().enumerate() {
        for subject in [names[(number + 1) % names.len()], names[(number + 7) % names.len()], SIGNER] {
            certificates.push(certificate(*issuer, subject, 2, LONG, &[authority(None)]));
        }
    }
    let message = Message {
        signer: SIGNER,
        issuer: Party { name: "Ring", seed: 10 },
        serial: 2,
        certificates: &certificates,
        content_type: DATA,
        content: b"content",
        attached: true,
        bound_to: None,
        signed: vec![],
        unsigned: vec![],
        crls: &[],
    };
    let started = std::time::Instant::now();
    let report = verify(&message.der(), &context(&made)).unwrap();
    assert!(report.signatures[0].evidence.certificates.len() == 1);
    assert!(started.elapsed().as_secs() < 5);
}
