//! A value of PKCS#1 with its certificate beside it, as signatures were kept before CMS (`adbe.x509.rsa_sha1`, ISO 32000-2, 12.8.3.2).

use super::{Checked, Content};
use crate::asn1::{Reader, Result, Tag};
use crate::crypto::{self, Hash, Message, Outcome, PublicKey, Scheme};
use crate::findings::Code;
use crate::report::{Cryptographic, Finding, Identifier, Integrity};
use crate::x509::Certificate;

/// Checks the value over the content by the first certificate. That it is the signer's goes without saying: it is part of what is signed.
pub fn check_bare(contents: &[u8], certificates: &[Vec<u8>], content: &Content<'_>) -> Result<Checked> {
    let value = Reader::new(contents).string(Tag::OCTET_STRING)?.octets()?;
    let certificate = certificates.first().and_then(|der| Certificate::from_der(der).ok());
    // The value itself says by which digest it was made, which need not be SHA-1.
    let named = certificate.as_ref().and_then(|certificate| match certificate.key() {
        PublicKey::Rsa { modulus, exponent, .. } => crypto::digest_inside(modulus, exponent, &value),
        _ => None,
    });
    let hash = named.unwrap_or(Hash::Sha1);
    let scheme = Scheme::RsaPkcs1(hash);
    let digest = content.digest(hash);
    let outcome = certificate
        .as_ref()
        .map(|certificate| crypto::verify(&certificate.key(), scheme, Message::Digest(&digest), &value));
    let (cryptographic, finding) = match outcome {
        Some(Outcome::Valid) => (Cryptographic::Valid, None),
        Some(Outcome::Invalid) => (Cryptographic::Invalid, Some(Code::SignatureValueInvalid)),
        Some(Outcome::Unsupported) => (Cryptographic::Unsupported, Some(Code::AlgorithmUnsupported)),
        None => (Cryptographic::Invalid, Some(Code::SignerCertificateMissing)),
    };
    Ok(Checked {
        // A value that doesn't fit doesn't tell whether the content or the value was changed.
        integrity: if outcome == Some(Outcome::Valid) { Integrity::Intact } else { Integrity::Unknown },
        cryptographic,
        certificate_is_bound: certificate.is_some(),
        certificate,
        content_missing: false,
        signing_time: None,
        digest: Some(hash),
        content_digest: None,
        scheme: Some(scheme),
        identifier: Some(Identifier::of(&value, hash, &digest, Some(&digest))),
        findings: finding.map(Finding::of).into_iter().collect(),
    })
}
