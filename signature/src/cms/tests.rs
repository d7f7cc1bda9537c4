//! Against messages that OpenSSL 3.0 made: `openssl cms -sign`, `openssl smime -sign` and `openssl ts -reply`, one a line with its name.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::findings::Code;
use crate::report::{Cryptographic, Integrity};
use crate::x509::Certificate;

const CONTENT: &[u8] = b"Noi dung can ky\n";

fn messages() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    include_str!("openssl-messages.txt").lines().map(|line| {
        let (name, der) = line.split_once(' ').unwrap();
        (name, STANDARD.decode(der).unwrap())
    })
}

fn checked(der: &[u8], content: &[&[u8]]) -> Vec<Checked> {
    let (message, rest) = SignedData::read(der).unwrap();
    assert!(rest.is_empty());
    let certificates: Vec<Certificate> =
        message.certificates.iter().map(|der| Certificate::from_der(der).unwrap()).collect();
    let content = Content::new(content);
    let check = |signer| check(signer, Some(message.content_type), Some(&content), &certificates);
    message.signers.iter().map(check).collect()
}

#[test]
fn what_openssl_signed_fits_in_one_part_or_two() {
    for (name, der) in messages().filter(|(name, _)| *name != "token" && *name != "attached-nocerts") {
        let attached = SignedData::read(&der).unwrap().0.content.map(|content| content.into_owned());
        assert_eq!(attached.is_some(), name.starts_with("attached"), "{name}");
        assert_eq!(attached.as_deref().unwrap_or(CONTENT), CONTENT, "{name}");
        for parts in [&[CONTENT][..], &[&CONTENT[..5], &CONTENT[5..]]] {
            let signers = checked(&der, parts);
            assert_eq!(signers.len(), if name == "attached-two" { 2 } else { 1 }, "{name}");
            for signer in signers {
                assert_eq!(
                    (signer.integrity, signer.cryptographic),
                    (Integrity::Intact, Cryptographic::Valid),
                    "{name}"
                );
                assert!(signer.certificate_is_bound, "{name}");
            }
        }
    }
}

#[test]
fn another_content_does_not_fit() {
    for (name, der) in messages().filter(|(name, _)| *name != "token") {
        for signer in checked(&der, &[b"Noi dung khac\n"]) {
            let fits = signer.integrity == Integrity::Intact && signer.cryptographic == Cryptographic::Valid;
            assert!(!fits, "{name}");
        }
    }
}

#[test]
fn a_message_without_certificates_has_no_signer_to_believe() {
    let (_, der) = messages().find(|(name, _)| *name == "attached-nocerts").unwrap();
    let signer = checked(&der, &[CONTENT]).remove(0);
    assert!(!signer.certificate_is_bound && signer.cryptographic == Cryptographic::Invalid);
    assert_eq!(signer.findings.last().map(|finding| finding.code), Some(Code::SignerCertificateMissing));
}

#[test]
fn a_token_of_openssl_is_over_its_file_alone() {
    let (_, der) = messages().find(|(name, _)| *name == "token").unwrap();
    let token = Token::read(&der).unwrap();
    assert_eq!(token.imprint(&[CONTENT]), Imprint::Fits);
    assert_eq!(token.imprint(&[CONTENT, b"!"]), Imprint::Differs);
    let held: Vec<Certificate> =
        token.message.certificates.iter().map(|der| Certificate::from_der(der).unwrap()).collect();
    let checked = token.check(&held).unwrap();
    assert_eq!((checked.integrity, checked.cryptographic), (Integrity::Intact, Cryptographic::Valid));
    assert!(checked.certificate_is_bound && checked.findings.is_empty());
}
