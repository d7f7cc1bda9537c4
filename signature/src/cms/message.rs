use std::borrow::Cow;

use const_oid::ObjectIdentifier;

use super::Attributes;
use super::attributes;
use crate::asn1::{Error, Oid, Reader, Result, Tag, Value};
use crate::crypto::AlgorithmIdentifier;
use crate::x509::{Certificate, Name};

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
/// An OCSPResponse among the lists of revoked certificates (RFC 5940).
const OCSP_RESPONSE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.16.2");
const BASIC_OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");

/// Far above what any process has people sign one message.
const MOST_SIGNERS: usize = 256;

/// A message and its signers (RFC 5652, 5.1).
#[derive(Debug, Clone)]
pub struct SignedData<'a> {
    pub content_type: Oid<'a>,
    pub content: Option<Cow<'a, [u8]>>,
    pub certificates: Vec<&'a [u8]>,
    pub crls: Vec<&'a [u8]>,
    pub ocsps: Vec<&'a [u8]>,
    pub signers: Vec<SignerInfo<'a>>,
    /// The fields `certificates` and `crls` as they are: an archive time stamp lists what is in them.
    sets: [Reader<'a>; 2],
    /// `encapContentInfo`, `certificates` and `crls` with their tags: an older archive time stamp is over them.
    fields: Vec<&'a [u8]>,
}

/// One signer (RFC 5652, 5.3).
#[derive(Debug, Clone)]
pub struct SignerInfo<'a> {
    pub id: SignerId<'a>,
    pub digest_algorithm: AlgorithmIdentifier<'a>,
    pub signed: Option<Attributes<'a>>,
    /// `[0]` as it is stored.
    pub(super) signed_raw: Option<Value<'a>>,
    pub signature_algorithm: AlgorithmIdentifier<'a>,
    pub signature: Cow<'a, [u8]>,
    pub unsigned: Attributes<'a>,
    fields: Vec<&'a [u8]>,
}

#[derive(Debug, Clone, Copy)]
pub enum SignerId<'a> {
    IssuerAndSerial(Name<'a>, &'a [u8]),
    SubjectKey(&'a [u8]),
}

impl SignerId<'_> {
    pub fn names(&self, certificate: &Certificate) -> bool {
        match self {
            SignerId::IssuerAndSerial(issuer, serial) => {
                certificate.serial() == *serial
                    && (certificate.issuer() == *issuer
                        || certificate.issuer_comparable() == issuer.comparable())
            }
            SignerId::SubjectKey(key) => match &certificate.extensions().subject_key {
                Some(named) => named == key,
                // RFC 5280, 4.2.1.2, method (1), for certificates that don't say.
                None => certificate.key_sha1() == *key,
            },
        }
    }
}

impl<'a> SignedData<'a> {
    /// From a ContentInfo, and what follows it: a PDF fills the place it kept for the message with zeros.
    pub fn read(bytes: &'a [u8]) -> Result<(Self, &'a [u8])> {
        let mut reader = Reader::new(bytes);
        let value = reader.value()?;
        Ok((Self::from_value(value)?, reader.rest()))
    }

    pub fn from_value(value: Value<'a>) -> Result<Self> {
        let mut info = value.tagged(Tag::SEQUENCE)?.children();
        if info.value()?.oid()? != SIGNED_DATA {
            return Err(Error::Unexpected);
        }
        let mut fields = info.expect(Tag::context(0))?.children().sequence()?;
        fields.expect(Tag::INTEGER)?;
        fields.expect(Tag::SET)?;
        let holder = fields.expect(Tag::SEQUENCE)?;
        let mut inner = holder.children();
        let content_type = inner.value()?.oid()?;
        let content = match inner.optional(Tag::context(0))? {
            // PKCS #7 let the content be of any type (RFC 5652, 5.2.1).
            Some(holder) => {
                let held = holder.children().value()?;
                Some(if held.tag.is_kind(Tag::OCTET_STRING) {
                    held.octets()?
                } else {
                    Cow::Borrowed(held.content)
                })
            }
            None => None,
        };
        let mut message = Self {
            content_type,
            content,
            certificates: vec![],
            crls: vec![],
            ocsps: vec![],
            signers: vec![],
            sets: [Reader::new(&[]); 2],
            fields: vec![holder.raw],
        };
        if let Some(set) = fields.optional(Tag::context(0))? {
            message.fields.push(set.raw);
            let mut set = set.children();
            message.sets[0] = set;
            while !set.is_empty() {
                let certificate = set.value()?;
                // Attribute certificates and others that came and went (RFC 5652, 10.2.2) are passed over.
                if certificate.tag == Tag::SEQUENCE {
                    message.certificates.push(certificate.raw);
                }
            }
        }
        if let Some(set) = fields.optional(Tag::context(1))? {
            message.fields.push(set.raw);
            let mut set = set.children();
            message.sets[1] = set;
            while !set.is_empty() {
                message.take_revocation(set.value()?)?;
            }
        }
        let mut signers = fields.expect(Tag::SET)?.children();
        while !signers.is_empty() {
            if message.signers.len() == MOST_SIGNERS {
                return Err(Error::Malformed);
            }
            message.signers.push(SignerInfo::read(signers.value()?)?);
        }
        message.take_attributes();
        Ok(message)
    }

    /// The content and what is kept beside it, as they are encoded: the content first.
    pub fn encoded_fields(&self) -> &[&'a [u8]] {
        &self.fields
    }

    /// Every entry of `certificates`, and every entry of `crls`, as it is encoded.
    pub fn certificates_raw(&self) -> impl Iterator<Item = &'a [u8]> {
        each(self.sets[0])
    }

    pub fn revocations_raw(&self) -> impl Iterator<Item = &'a [u8]> {
        each(self.sets[1])
    }

    fn take_revocation(&mut self, choice: Value<'a>) -> Result<()> {
        if choice.tag == Tag::SEQUENCE {
            self.crls.push(choice.raw);
        } else if choice.tag == Tag::context(1) {
            let mut other = choice.children();
            let format = other.value()?.oid()?;
            if format == OCSP_RESPONSE || format == BASIC_OCSP {
                self.ocsps.push(other.value()?.raw);
            }
        }
        Ok(())
    }

    /// Certificates and revocation kept in attributes: CAdES (ETSI EN 319 122-1, 5.4.1 and 5.4.2) and Adobe's. What can't be read is
    /// passed over: it is a help, not a claim.
    fn take_attributes(&mut self) {
        for signer in &self.signers {
            for value in signer.unsigned.all(attributes::CERTIFICATE_VALUES) {
                self.certificates.extend(each(value.children()));
            }
            for value in signer.unsigned.all(attributes::REVOCATION_VALUES) {
                take_lists(value, &mut self.crls, &mut self.ocsps);
            }
            for value in signer.signed.iter().flat_map(|signed| signed.all(attributes::ADBE_REVOCATION)) {
                take_lists(value, &mut self.crls, &mut self.ocsps);
            }
        }
    }
}

/// `[0]` lists of revoked certificates, `[1]` status answers: RevocationValues and RevocationInfoArchival alike.
fn take_lists<'a>(value: Value<'a>, crls: &mut Vec<&'a [u8]>, ocsps: &mut Vec<&'a [u8]>) {
    for field in std::iter::repeat_n((), 4).scan(value.children(), |fields, ()| fields.value().ok()) {
        let Ok(list) = field.children().sequence() else { continue };
        if field.tag == Tag::context(0) {
            crls.extend(each(list));
        } else if field.tag == Tag::context(1) {
            ocsps.extend(each(list));
        }
    }
}

fn each<'a>(mut list: Reader<'a>) -> impl Iterator<Item = &'a [u8]> {
    std::iter::from_fn(move || list.value().ok().map(|value| value.raw))
}

impl<'a> SignerInfo<'a> {
    /// The encoding of every field but the unsigned attributes.
    pub fn signed_fields(&self) -> impl Iterator<Item = &'a [u8]> {
        self.fields.iter().copied()
    }

    pub(super) fn read(value: Value<'a>) -> Result<Self> {
        let mut fields = value.tagged(Tag::SEQUENCE)?.children();
        let version = fields.expect(Tag::INTEGER)?;
        let who = fields.value()?;
        let id = if who.tag == Tag::SEQUENCE {
            let mut parts = who.children();
            SignerId::IssuerAndSerial(Name(parts.expect(Tag::SEQUENCE)?.raw), parts.value()?.integer()?)
        } else if who.tag.is_kind(Tag::context_simple(0)) {
            SignerId::SubjectKey(who.content)
        } else {
            return Err(Error::Unexpected);
        };
        let digest_algorithm = AlgorithmIdentifier::read(&mut fields)?;
        let signed_raw = fields.optional(Tag::context(0))?;
        let signed = signed_raw.map(|set| Attributes::read(set.children())).transpose()?;
        let signature_algorithm = AlgorithmIdentifier::read(&mut fields)?;
        let signature = fields.string(Tag::OCTET_STRING)?;
        let unsigned = match fields.optional(Tag::context(1))? {
            Some(set) => Attributes::read(set.children())?,
            None => Attributes::default(),
        };
        fields.end()?;
        let mut parts = vec![version.raw, who.raw, digest_algorithm.raw];
        parts.extend(signed_raw.map(|set| set.raw));
        parts.extend([signature_algorithm.raw, signature.raw]);
        let signature = signature.octets()?;
        Ok(Self {
            id,
            digest_algorithm,
            signed,
            signed_raw,
            signature_algorithm,
            signature,
            unsigned,
            fields: parts,
        })
    }
}
