//! Questions about the status of one certificate (RFC 6960, 4.1, in the lightweight profile of RFC 5019).
//!
//! The certificate is named by SHA-1 digests, which every responder knows; nothing depends on their strength. There is no nonce: answers
//! are often made beforehand, and their own times say whether they are current.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kho_signature::asn1::der;
use kho_signature::crypto::Hash;
use kho_signature::x509::Certificate;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

pub(crate) const QUESTION: &str = "application/ocsp-request";
pub(crate) const ANSWER: &str = "application/ocsp-response";

pub(crate) fn question(certificate: &Certificate, issuer: &Certificate) -> Vec<u8> {
    let digest = |bytes: &[u8]| der::octets(&Hash::Sha1.of(&[bytes]));
    let id = der::sequence(&[
        &der::sequence(&[&der::oid(Hash::Sha1.oid()), &der::NULL]),
        &digest(issuer.subject().0),
        &digest(issuer.key_bits()),
        &der::integer(certificate.serial()),
    ]);
    let list = der::sequence(&[&der::sequence(&[&id])]);
    der::sequence(&[&der::sequence(&[&list])])
}

/// The question as a part of the address (RFC 6960, appendix A.1), for responders that know only GET.
pub(crate) fn question_url(url: &Url, question: &[u8]) -> Option<Url> {
    const KEPT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    if url.query().is_some() {
        return None;
    }
    let text = STANDARD.encode(question);
    let mut url = url.clone();
    let path = format!("{}/{}", url.path().trim_end_matches('/'), utf8_percent_encode(&text, &KEPT));
    url.set_path(&path);
    Some(url)
}
