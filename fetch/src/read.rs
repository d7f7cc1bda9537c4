//! Whether a body is what was asked for, and its DER. What it says is not judged here.

use kho_signature::asn1::{Reader, Result as Asn1, Tag};
use kho_signature::cms::SignedData;
use kho_signature::crypto::Outcome;
use kho_signature::x509::{Certificate, Crl, Ocsp};

use crate::outcome::Fault;

/// A status answer about the certificate.
pub(crate) fn ocsp(body: &[u8], certificate: &Certificate, issuer: &Certificate) -> Result<Vec<u8>, Fault> {
    if let Ok(Some(status)) = refusal(body) {
        return Err(Fault::Responder(status));
    }
    let answer = Ocsp::from_der(body).map_err(|_| Fault::Kind("a status answer"))?;
    let about = |single: &kho_signature::x509::Single<'_>| {
        single.certificate.means(certificate.serial(), issuer) == Some(true)
    };
    if !answer.answers.iter().any(about) {
        return Err(Fault::Unrelated);
    }
    Ok(body.to_vec())
}

/// What the responder says instead of an answer (RFC 6960, 4.2.1).
fn refusal(body: &[u8]) -> Asn1<Option<&'static str>> {
    let status = Reader::only(body)?.tagged(Tag::SEQUENCE)?.children().expect(Tag::ENUMERATED)?;
    Ok(match status.content {
        [0] => None,
        [1] => Some("malformed_request"),
        [2] => Some("internal_error"),
        [3] => Some("try_later"),
        [5] => Some("signature_required"),
        [6] => Some("unauthorized"),
        _ => Some("an unknown status"),
    })
}

/// A list of the issuer, in DER or PEM.
pub(crate) fn crl(body: &[u8], issuer: &Certificate) -> Result<Vec<u8>, Fault> {
    let kind = || Fault::Kind("a list of revoked certificates");
    let der = one_of(body, "X509 CRL").into_iter().next().ok_or_else(kind)?;
    let list = Crl::from_der(&der).map_err(|_| kind())?;
    if list.issuer.comparable() != issuer.subject_comparable() {
        return Err(Fault::Unrelated);
    }
    Ok(der)
}

/// The certificate whose key signed the given one, out of one or a bundle (RFC 5280, 4.2.2.1), in DER or PEM.
pub(crate) fn issuer(body: &[u8], of: &Certificate) -> Result<Vec<u8>, Fault> {
    let mut found: Vec<Certificate> =
        one_of(body, "CERTIFICATE").iter().filter_map(|der| Certificate::from_der(der).ok()).collect();
    for der in bundles(body) {
        if let Ok((bundle, _)) = SignedData::read(&der) {
            found.extend(bundle.certificates.iter().filter_map(|der| Certificate::from_der(der).ok()));
        }
    }
    if found.is_empty() {
        return Err(Fault::Kind("a certificate"));
    }
    let signed = found.iter().filter(|one| one.subject_comparable() == of.issuer_comparable());
    let signed = signed.take(MOST_OF_A_NAME).find(|one| of.is_signed_by(one) == Outcome::Valid);
    signed.map(|one| one.der().to_vec()).ok_or(Fault::Unrelated)
}

/// Certificates of one name in a bundle whose keys are tried.
const MOST_OF_A_NAME: usize = 16;

fn bundles(body: &[u8]) -> Vec<Vec<u8>> {
    ["PKCS7", "CMS"].iter().flat_map(|label| one_of(body, label)).collect()
}

/// The blocks of that name of a PEM file (RFC 7468), else the body itself as DER.
fn one_of(body: &[u8], label: &str) -> Vec<Vec<u8>> {
    if body.starts_with(&[0x30]) {
        return vec![body.to_vec()];
    }
    let blocks = pem::parse_many(body).unwrap_or_default();
    blocks.into_iter().filter(|block| block.tag() == label).map(pem::Pem::into_contents).collect()
}
