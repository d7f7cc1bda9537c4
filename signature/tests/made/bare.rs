//! Signatures from before CMS (`adbe.x509.rsa_sha1`, ISO 32000-2, 12.8.3.2). The values in the two files are OpenSSL's: `openssl dgst -sha1
//! -sign` and `openssl dgst -sha256 -sign` over the signed bytes, by the key of a certificate of `openssl req -x509 -newkey rsa:2048`.

use kho_signature::pdf::Document;
use kho_signature::report::{Cryptographic, Integrity, Signature};
use kho_signature::x509::Certificate;
use kho_signature::{Anchor, Context, verify};

use crate::world::verdict;

const BY_SHA1: &[u8] = include_bytes!("rsa-sha1.pdf");
const BY_SHA256: &[u8] = include_bytes!("rsa-sha256.pdf");

fn judged(file: &[u8], day: &str, anchored: bool) -> Signature {
    let mut context = Context::new(format!("{day}T00:00:00Z").parse().unwrap());
    if anchored {
        let field = Document::open(file).unwrap().signatures().remove(0);
        context.anchors.push(Anchor::new(Certificate::from_der(&field.certificates[0]).unwrap()));
    }
    let mut report = verify(file, &context).unwrap();
    assert_eq!(report.signatures.len(), 1);
    report.signatures.remove(0)
}

#[test]
fn a_bare_value_is_computed_and_judged_by_the_day() {
    let old = judged(BY_SHA1, "2015-06-01", true);
    assert_eq!(verdict(&old), ("TOTAL_PASSED".into(), String::new()));
    assert_eq!((old.integrity, old.cryptographic), (Integrity::Intact, Cryptographic::Valid));
    assert_eq!(old.algorithm.as_deref(), Some("RSA PKCS#1 v1.5, SHA-1"));
    assert_eq!(old.signer.as_deref(), Some("CN=Old signer"));
    let now = judged(BY_SHA1, "2026-06-01", true);
    let weak = ("INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE".into(), "digest_too_weak".into());
    assert_eq!(verdict(&now), weak);
}

#[test]
fn a_bare_value_says_its_digest_itself() {
    let signature = judged(BY_SHA256, "2026-06-01", true);
    assert_eq!(verdict(&signature), ("TOTAL_PASSED".into(), String::new()));
    assert_eq!(signature.algorithm.as_deref(), Some("RSA PKCS#1 v1.5, SHA-256"));
    let stranger = judged(BY_SHA256, "2026-06-01", false);
    assert_eq!(verdict(&stranger).0, "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND");
}

#[test]
fn a_bare_value_over_other_bytes_is_invalid() {
    let mut file = BY_SHA256.to_vec();
    let at = file.windows(4).position(|window| window == b"842]").unwrap();
    file[at] = b'9';
    let signature = judged(&file, "2026-06-01", true);
    assert_eq!(
        verdict(&signature),
        ("TOTAL_FAILED/SIG_CRYPTO_FAILURE".into(), "signature_value_invalid".into())
    );
    // Of another certificate: its key made no such value.
    let other = crate::world::world().signer;
    let hex: String = other.iter().map(|byte| format!("{byte:02x}")).collect();
    let at = BY_SHA256.windows(7).position(|window| window == b"/Cert <").unwrap() + 7;
    let mut file = BY_SHA256.to_vec();
    file[at..at + hex.len()].copy_from_slice(hex.as_bytes());
    let end = at + file[at..].iter().position(|&byte| byte == b'>').unwrap();
    file[at + hex.len()..end].fill(b' ');
    assert_ne!(judged(&file, "2026-06-01", false).cryptographic, Cryptographic::Valid);
}
