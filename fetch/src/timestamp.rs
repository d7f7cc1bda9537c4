//! Questions for a time stamp and what is answered (RFC 3161, 2.4).

use kho_signature::asn1::{Reader, Result as Asn1, Tag, Value, der};
use kho_signature::cms::Token;
use kho_signature::crypto::Hash;
use kho_signature::evidence::Origin;
use kho_signature::path::{Store, Use, trust};
use kho_signature::report::{Cryptographic, Integrity, SubIndication};
use kho_signature::x509::Certificate;
use kho_signature::{Context, Policy};

use crate::outcome::Fault;

pub(crate) const QUESTION: &str = "application/timestamp-query";
pub(crate) const ANSWER: &str = "application/timestamp-reply";

/// What is to be stamped.
#[derive(Debug, Clone)]
pub struct TimestampQuery {
    hash: Hash,
    digest: Vec<u8>,
    nonce: u64,
}

impl TimestampQuery {
    /// The nonce is random: it is how an answer is known to be for this question and no other.
    pub fn new(hash: Hash, digest: Vec<u8>, nonce: u64) -> Self {
        Self { hash, digest, nonce }
    }

    /// The TimeStampReq, which asks for the certificate of the authority too.
    pub fn der(&self) -> Vec<u8> {
        let algorithm = der::sequence(&[&der::oid(self.hash.oid()), &der::NULL]);
        der::sequence(&[
            &der::integer(&[1]),
            &der::sequence(&[&algorithm, &der::octets(&self.digest)]),
            &der::integer(&der::unsigned(&self.nonce.to_be_bytes())),
            &der::value(Tag::BOOLEAN, &[&[0xff]]),
        ])
    }
}

/// The token of an answer, if it is for this question and its authority is believed but for revocation.
pub(crate) fn read(body: &[u8], query: &TimestampQuery, context: &Context) -> Result<Vec<u8>, Fault> {
    let kind = |_| Fault::Kind("a time stamp");
    let token = match parts(body).map_err(kind)? {
        (0 | 1, Some(token)) => Token::from_value(token).map_err(kind)?,
        (0 | 1, None) => return Err(Fault::Kind("a time stamp")),
        (status, _) => return Err(Fault::Responder(status_name(status))),
    };
    if token.hash() != Some(query.hash) || token.digest() != query.digest {
        return Err(Fault::Unrelated);
    }
    if token.nonce() != Some(&der::unsigned(&query.nonce.to_be_bytes())[..]) {
        return Err(Fault::Nonce);
    }
    if !is_signed_by_an_authority(&token, context) {
        return Err(Fault::Signer);
    }
    Ok(token.raw.to_vec())
}

/// The status of a TimeStampResp and its token.
fn parts(body: &[u8]) -> Asn1<(u32, Option<Value<'_>>)> {
    let mut fields = Reader::only(body)?.tagged(Tag::SEQUENCE)?.children();
    let status = fields.sequence()?.value()?.small()?;
    Ok((status, fields.optional(Tag::SEQUENCE)?))
}

fn status_name(status: u32) -> &'static str {
    match status {
        2 => "rejection",
        3 => "waiting",
        4 => "revocation_warning",
        5 => "revocation_notification",
        _ => "an unknown status",
    }
}

fn is_signed_by_an_authority(token: &Token<'_>, context: &Context) -> bool {
    let mut store = Store::default();
    context.pool.iter().for_each(|certificate| store.add_certificate(certificate, Origin::Given));
    token.message.certificates.iter().for_each(|der| store.add_der(der, Origin::Timestamp));
    let candidates: Vec<Certificate> = store.all_certificates().cloned().collect();
    let Some(checked) = token.check(&candidates) else { return false };
    let holds = checked.integrity == Integrity::Intact
        && checked.cryptographic == Cryptographic::Valid
        && checked.certificate_is_bound;
    let Some(authority) = checked.certificate.filter(|_| holds) else { return false };
    let policy: &Policy = &context.policy;
    let at = token.time;
    let trust = trust(&authority, Use::TimeStamping, at, context.at, &store, &context.anchors, policy);
    trust.obstacles.iter().all(|obstacle| obstacle.sub_indication == SubIndication::TryLater)
}
