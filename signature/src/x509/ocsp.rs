use chrono::{DateTime, Utc};
use const_oid::ObjectIdentifier;

use super::{Certificate, Name, Reason, Revoked};
use crate::asn1::{Error, Reader, Result, Tag, Value};
use crate::crypto::{self, AlgorithmIdentifier, Hash, Message, Outcome, Scheme};

const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");

/// An answer about the status of certificates (RFC 6960, 4.2.1).
#[derive(Debug, Clone)]
pub struct Ocsp<'a> {
    pub raw: &'a [u8],
    signed: &'a [u8],
    algorithm: AlgorithmIdentifier<'a>,
    value: &'a [u8],
    pub responder: Responder<'a>,
    pub produced_at: DateTime<Utc>,
    pub answers: Vec<Single<'a>>,
    pub certificates: Vec<&'a [u8]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Responder<'a> {
    Name(Name<'a>),
    /// The SHA-1 of the key.
    Key(&'a [u8]),
}

/// The answer about one certificate.
#[derive(Debug, Clone, Copy)]
pub struct Single<'a> {
    pub certificate: CertId<'a>,
    pub status: Status,
    pub this_update: DateTime<Utc>,
    pub next_update: Option<DateTime<Utc>>,
}

/// Which certificate is meant: digests of its issuer's name and key, and its number.
#[derive(Debug, Clone, Copy)]
pub struct CertId<'a> {
    hash: Option<Hash>,
    issuer_name: &'a [u8],
    issuer_key: &'a [u8],
    pub serial: &'a [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Good,
    Revoked(Revoked),
    Unknown,
}

impl<'a> Ocsp<'a> {
    /// From an OCSPResponse or the BasicOCSPResponse inside: both are kept in files.
    pub fn from_der(der: &'a [u8]) -> Result<Self> {
        let outer = Reader::only(der)?.tagged(Tag::SEQUENCE)?;
        let mut parts = outer.children();
        let Some(status) = parts.optional(Tag::ENUMERATED)? else { return Self::basic(der, outer) };
        if status.content != [0] {
            return Err(Error::Malformed);
        }
        let mut answer = parts.expect(Tag::context(0))?.children().sequence()?;
        if answer.value()?.oid()? != BASIC {
            return Err(Error::Unexpected);
        }
        Self::basic(der, Reader::only(answer.expect(Tag::OCTET_STRING)?.content)?.tagged(Tag::SEQUENCE)?)
    }

    fn basic(raw: &'a [u8], outer: Value<'a>) -> Result<Self> {
        let mut parts = outer.children();
        let signed = parts.expect(Tag::SEQUENCE)?;
        let algorithm = AlgorithmIdentifier::read(&mut parts)?;
        let value = parts.expect(Tag::BIT_STRING)?.bits()?;
        let mut certificates = Vec::new();
        if let Some(list) = parts.optional(Tag::context(0))? {
            let mut list = list.children().sequence()?;
            while !list.is_empty() {
                certificates.push(list.value()?.raw);
            }
        }
        let mut fields = signed.children();
        fields.optional(Tag::context(0))?;
        let who = fields.value()?;
        let responder = match who.tag {
            tag if tag == Tag::context(1) => Responder::Name(Name(who.children().expect(Tag::SEQUENCE)?.raw)),
            tag if tag == Tag::context(2) => {
                Responder::Key(who.children().expect(Tag::OCTET_STRING)?.content)
            }
            _ => return Err(Error::Unexpected),
        };
        let produced_at = fields.value()?.time()?;
        let mut list = fields.sequence()?;
        let mut answers = Vec::new();
        while !list.is_empty() {
            answers.push(Single::read(list.sequence()?)?);
        }
        Ok(Self { raw, signed: signed.raw, algorithm, value, responder, produced_at, answers, certificates })
    }

    pub fn scheme(&self) -> Option<Scheme> {
        Scheme::of(&self.algorithm, None)
    }

    pub fn is_signed_by(&self, responder: &Certificate) -> Outcome {
        match self.scheme() {
            Some(scheme) => crypto::verify(&responder.key(), scheme, Message::Bytes(self.signed), self.value),
            None => Outcome::Unsupported,
        }
    }

    /// Whether this certificate is the one that the answer says signed it.
    pub fn names(&self, certificate: &Certificate) -> bool {
        match self.responder {
            Responder::Name(name) => name.comparable() == certificate.subject_comparable(),
            Responder::Key(digest) => certificate.key_sha1() == digest,
        }
    }
}

impl<'a> Single<'a> {
    fn read(mut fields: Reader<'a>) -> Result<Self> {
        let mut id = fields.sequence()?;
        let certificate = CertId {
            hash: AlgorithmIdentifier::read(&mut id)?.hash(),
            issuer_name: id.expect(Tag::OCTET_STRING)?.content,
            issuer_key: id.expect(Tag::OCTET_STRING)?.content,
            serial: id.value()?.integer()?,
        };
        let status = fields.value()?;
        let status = match status.tag {
            tag if tag == Tag::context_simple(0) => Status::Good,
            tag if tag == Tag::context(1) => {
                let mut fields = status.children();
                let at = fields.value()?.time()?;
                let reason = fields.optional(Tag::context(0))?;
                let reason = reason.and_then(|reason| Reason::of(reason.children().value().ok()?));
                Status::Revoked(Revoked { at, reason })
            }
            tag if tag == Tag::context_simple(2) => Status::Unknown,
            _ => return Err(Error::Unexpected),
        };
        let this_update = fields.value()?.time()?;
        let next_update = match fields.optional(Tag::context(0))? {
            Some(time) => Some(time.children().value()?.time()?),
            None => None,
        };
        Ok(Self { certificate, status, this_update, next_update })
    }
}

impl CertId<'_> {
    /// Whether the certificate with this number, of this issuer, is meant. None: a digest that is not known here.
    pub fn means(&self, serial: &[u8], issuer: &Certificate) -> Option<bool> {
        let hash = self.hash?;
        Some(
            self.serial == serial
                && hash.of(&[issuer.subject().0]) == self.issuer_name
                && hash.of(&[issuer.key_bits()]) == self.issuer_key,
        )
    }
}
