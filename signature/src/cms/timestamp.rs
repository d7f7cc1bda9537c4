use chrono::{DateTime, Utc};
use const_oid::ObjectIdentifier;

use super::attributes::{
    ARCHIVE_TIMESTAMP_V2, ARCHIVE_TIMESTAMP_V3, ATS_HASH_INDEX, ATS_HASH_INDEX_V3, SIGNATURE_TIMESTAMP,
};
use super::{Checked, Content, SignedData, SignerInfo, check};
use crate::asn1::{Error, Oid, Reader, Result, Tag, Value};
use crate::crypto::{AlgorithmIdentifier, Hash};
use crate::x509::Certificate;

const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// Each is over the whole content anew, and a new one was made every few years.
const MOST_OLD: usize = 4;

/// A time-stamp token (RFC 3161, 2.4.2): an authority signed that these bytes existed at that time.
#[derive(Debug, Clone)]
pub struct Token<'a> {
    pub message: SignedData<'a>,
    pub time: DateTime<Utc>,
    hash: Option<Hash>,
    digest: Vec<u8>,
    nonce: Option<Vec<u8>>,
    pub raw: &'a [u8],
}

/// What a token's digest says about some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imprint {
    Fits,
    Differs,
    /// By a digest algorithm that is not known here.
    Unsupported,
}

impl<'a> Token<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        Self::from_value(Reader::new(bytes).value()?)
    }

    pub fn from_value(value: Value<'a>) -> Result<Self> {
        let message = SignedData::from_value(value)?;
        if message.content_type != TST_INFO || message.signers.len() != 1 {
            return Err(Error::Unexpected);
        }
        let content = message.content.as_deref().ok_or(Error::Unexpected)?;
        let mut fields = Reader::only(content)?.tagged(Tag::SEQUENCE)?.children();
        if fields.value()?.small()? != 1 {
            return Err(Error::Malformed);
        }
        fields.expect(Tag::OID)?;
        let mut imprint = fields.sequence()?;
        let hash = AlgorithmIdentifier::read(&mut imprint)?.hash();
        let digest = imprint.expect(Tag::OCTET_STRING)?.content.to_vec();
        fields.expect(Tag::INTEGER)?;
        let time = fields.expect(Tag::GENERALIZED_TIME)?.time()?;
        // Accuracy and order may stand before it.
        let rest = std::iter::from_fn(|| fields.value().ok());
        let nonce = rest.take(4).find(|field| field.tag == Tag::INTEGER).map(|field| field.content.to_vec());
        Ok(Self { time, hash, digest, nonce, raw: value.raw, message })
    }

    pub fn hash(&self) -> Option<Hash> {
        self.hash
    }

    /// What the token is over, as a digest by [`Token::hash`].
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }

    /// The number that whoever asked for the token chose, its sign included.
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }

    /// Whether the token is over these parts, one after another.
    pub fn imprint(&self, parts: &[&[u8]]) -> Imprint {
        self.imprint_of(&Content::new(parts))
    }

    pub fn imprint_of(&self, content: &Content<'_>) -> Imprint {
        match self.hash {
            Some(hash) if content.digest(hash) == self.digest => Imprint::Fits,
            Some(_) => Imprint::Differs,
            None => Imprint::Unsupported,
        }
    }

    /// Whether the token's own signature fits.
    pub fn check(&self, candidates: &[Certificate]) -> Option<Checked> {
        let content = self.message.content.as_deref()?;
        let signer = self.message.signers.first()?;
        Some(check(signer, Some(self.message.content_type), Some(&Content::new(&[content])), candidates))
    }
}

/// The time stamps over the value of a signature (RFC 3161, appendix A).
pub fn signature_timestamps<'a>(signer: &SignerInfo<'a>) -> impl Iterator<Item = Value<'a>> {
    signer.unsigned.all(SIGNATURE_TIMESTAMP)
}

/// The time stamps over a signature and all that proves it (ETSI EN 319 122-1, 5.5.3).
pub fn archive_timestamps<'a>(signer: &SignerInfo<'a>) -> impl Iterator<Item = Value<'a>> {
    signer.unsigned.all(ARCHIVE_TIMESTAMP_V3)
}

/// The same in the form before it (ETSI TS 101 733, 6.4.1).
pub fn old_archive_timestamps<'a>(signer: &SignerInfo<'a>) -> impl Iterator<Item = Value<'a>> {
    signer.unsigned.all(ARCHIVE_TIMESTAMP_V2).take(MOST_OLD)
}

/// The unsigned attributes that a time stamp of the older form is over, as they are encoded: all but archive time stamps that are not older
/// than itself.
pub fn attributes_before<'a>(signer: &SignerInfo<'a>, token: &Token<'_>) -> Vec<&'a [u8]> {
    let is_older = |mut values: Reader<'a>| {
        values.value().and_then(Token::from_value).is_ok_and(|other| other.time < token.time)
    };
    let counts = |oid: Oid<'_>, values| {
        !(oid == ARCHIVE_TIMESTAMP_V2 || oid == ARCHIVE_TIMESTAMP_V3) || is_older(values)
    };
    signer.unsigned.each().filter(|&(oid, values, _)| counts(oid, values)).map(|(.., whole)| whole).collect()
}

/// The index of what an archive time stamp protects (5.5.2), which stands in the token itself.
pub fn hash_index<'a>(token: &Token<'a>) -> Result<Option<Value<'a>>> {
    let Some(signer) = token.message.signers.first() else { return Ok(None) };
    match signer.unsigned.one(ATS_HASH_INDEX_V3)? {
        Some(index) => Ok(Some(index)),
        None => signer.unsigned.one(ATS_HASH_INDEX),
    }
}
