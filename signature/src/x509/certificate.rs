use std::ops::Range;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};

use super::{Extensions, Name};
use crate::asn1::{Error, Reader, Result, Tag};
use crate::crypto::{self, AlgorithmIdentifier, Hash, Message, Outcome, PublicKey, Scheme};

/// A certificate (RFC 5280, 4.1). It owns its bytes and is cheap to share: the same one comes in many places of a file.
#[derive(Clone)]
pub struct Certificate(Arc<Fields>);

struct Fields {
    der: Vec<u8>,
    signed: Range<usize>,
    serial: Range<usize>,
    issuer: Range<usize>,
    subject: Range<usize>,
    key: Range<usize>,
    algorithm: Range<usize>,
    value: Range<usize>,
    not_before: DateTime<Utc>,
    not_after: DateTime<Utc>,
    extensions: Extensions,
    issuer_comparable: Vec<u8>,
    subject_comparable: Vec<u8>,
    sha256: [u8; 32],
    key_sha1: OnceLock<Vec<u8>>,
}

impl Certificate {
    /// From the bytes of one certificate and nothing else.
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let place = |part: &[u8]| {
            let start = (part.as_ptr() as usize).saturating_sub(der.as_ptr() as usize);
            start..start.saturating_add(part.len())
        };
        let mut outer = Reader::only(der)?.tagged(Tag::SEQUENCE)?.children();
        let signed = outer.expect(Tag::SEQUENCE)?;
        let algorithm = AlgorithmIdentifier::read(&mut outer)?;
        let value = outer.expect(Tag::BIT_STRING)?.bits()?;
        outer.end()?;

        let mut fields = signed.children();
        fields.optional(Tag::context(0))?;
        let serial = fields.value()?.integer()?;
        // The same algorithm is named inside and outside of what is signed (RFC 5280, 4.1.1.2).
        if AlgorithmIdentifier::read(&mut fields)?.raw != algorithm.raw {
            return Err(Error::Malformed);
        }
        let issuer = fields.expect(Tag::SEQUENCE)?.raw;
        let mut validity = fields.sequence()?;
        let (not_before, not_after) = (validity.value()?.time()?, validity.value()?.time()?);
        let subject = fields.expect(Tag::SEQUENCE)?.raw;
        let key = fields.expect(Tag::SEQUENCE)?.raw;
        PublicKey::from_der(key)?;
        fields.optional(Tag::context_simple(1))?;
        fields.optional(Tag::context_simple(2))?;
        let extensions = match fields.optional(Tag::context(3))? {
            Some(list) => Extensions::read(list.children())?,
            None => Extensions::default(),
        };
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(&Hash::Sha256.of(&[der]));
        Ok(Self(Arc::new(Fields {
            signed: place(signed.raw),
            serial: place(serial),
            issuer: place(issuer),
            subject: place(subject),
            key: place(key),
            algorithm: place(algorithm.raw),
            value: place(value),
            not_before,
            not_after,
            extensions,
            issuer_comparable: Name(issuer).comparable(),
            subject_comparable: Name(subject).comparable(),
            sha256,
            key_sha1: OnceLock::new(),
            der: der.to_vec(),
        })))
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        self.0.der.get(range.clone()).unwrap_or_default()
    }

    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    pub fn sha256(&self) -> &[u8; 32] {
        &self.0.sha256
    }

    /// The bytes of the number, its sign included.
    pub fn serial(&self) -> &[u8] {
        self.part(&self.0.serial)
    }

    pub fn issuer(&self) -> Name<'_> {
        Name(self.part(&self.0.issuer))
    }

    pub fn subject(&self) -> Name<'_> {
        Name(self.part(&self.0.subject))
    }

    /// See [`Name::comparable`].
    pub fn issuer_comparable(&self) -> &[u8] {
        &self.0.issuer_comparable
    }

    pub fn subject_comparable(&self) -> &[u8] {
        &self.0.subject_comparable
    }

    pub fn not_before(&self) -> DateTime<Utc> {
        self.0.not_before
    }

    pub fn not_after(&self) -> DateTime<Utc> {
        self.0.not_after
    }

    pub fn is_valid_at(&self, time: DateTime<Utc>) -> bool {
        self.0.not_before <= time && time <= self.0.not_after
    }

    pub fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }

    pub fn is_self_issued(&self) -> bool {
        self.0.issuer_comparable == self.0.subject_comparable
    }

    /// The SubjectPublicKeyInfo as it is encoded.
    pub fn key_der(&self) -> &[u8] {
        self.part(&self.0.key)
    }

    pub fn key(&self) -> PublicKey<'_> {
        PublicKey::from_der(self.key_der()).unwrap_or(PublicKey::Unsupported)
    }

    /// The bits of the key alone, which status answers refer to (RFC 6960, 4.1.1).
    pub fn key_bits(&self) -> &[u8] {
        let bits = || {
            let mut info = Reader::only(self.key_der())?.children();
            info.value()?;
            info.value()?.bits()
        };
        bits().unwrap_or_default()
    }

    /// The SHA-1 of those bits, by which signers and responders may name it; of many certificates it is asked many times.
    pub fn key_sha1(&self) -> &[u8] {
        self.0.key_sha1.get_or_init(|| Hash::Sha1.of(&[self.key_bits()]))
    }

    /// How its issuer signed it; none if the algorithm is not known here.
    pub fn scheme(&self) -> Option<Scheme> {
        let value = Reader::only(self.part(&self.0.algorithm)).ok()?;
        Scheme::of(&AlgorithmIdentifier::of(value).ok()?, None)
    }

    /// Whether the key of the other certificate signed this one. Names are not compared.
    pub fn is_signed_by(&self, issuer: &Certificate) -> Outcome {
        match self.scheme() {
            Some(scheme) => {
                let message = Message::Bytes(self.part(&self.0.signed));
                crypto::verify(&issuer.key(), scheme, message, self.part(&self.0.value))
            }
            None => Outcome::Unsupported,
        }
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.der == other.0.der
    }
}

impl Eq for Certificate {}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Certificate({})", self.subject().text())
    }
}
