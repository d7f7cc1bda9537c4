use std::borrow::Cow;
use std::cell::RefCell;

use chrono::{DateTime, Utc};

use super::Attributes;
use super::attributes::{
    ALGORITHM_PROTECTION, CONTENT_TYPE, COUNTER_SIGNATURE, MESSAGE_DIGEST, SIGNATURE_POLICY, SIGNING_TIME,
};
use super::message::SignerInfo;
use super::reference::{Bond, bond};
use crate::asn1::{Oid, Reader, Result, Tag};
use crate::crypto::{self, AlgorithmIdentifier, Hash, Message, Outcome, Prefixes, Scheme};
use crate::findings::Code;
use crate::report::{Cryptographic, Finding, Identifier, Integrity};
use crate::x509::Certificate;

/// What the bytes alone say about a signer.
#[derive(Debug, Clone)]
pub struct Checked {
    pub integrity: Integrity,
    pub cryptographic: Cryptographic,
    pub certificate: Option<Certificate>,
    /// The certificate is the one that the signer meant, as far as the message says.
    pub certificate_is_bound: bool,
    /// The content that is signed was not there.
    pub content_missing: bool,
    pub signing_time: Option<DateTime<Utc>>,
    pub digest: Option<Hash>,
    /// Of what the content is a digest, where it is one (`adbe.pkcs7.sha1`).
    pub content_digest: Option<Hash>,
    pub scheme: Option<Scheme>,
    pub identifier: Option<Identifier>,
    pub findings: Vec<Finding>,
}

/// What is signed: parts, one after another, digested once by each algorithm however many signers there are.
#[derive(Debug)]
pub struct Content<'c> {
    parts: &'c [&'c [u8]],
    /// Of the file that the parts are of, if others sign parts of it too.
    prefixes: Option<&'c Prefixes<'c>>,
    digests: RefCell<Vec<(Hash, Vec<u8>)>>,
}

impl<'c> Content<'c> {
    pub fn new(parts: &'c [&'c [u8]]) -> Self {
        Self { parts, prefixes: None, digests: RefCell::default() }
    }

    pub fn of_file(parts: &'c [&'c [u8]], prefixes: &'c Prefixes<'c>) -> Self {
        Self { prefixes: Some(prefixes), ..Self::new(parts) }
    }

    pub fn parts(&self) -> &'c [&'c [u8]] {
        self.parts
    }

    pub fn digest(&self, hash: Hash) -> Vec<u8> {
        let known =
            self.digests.borrow().iter().find(|(by, _)| *by == hash).map(|(_, digest)| digest.clone());
        known.unwrap_or_else(|| {
            let digest = match self.prefixes {
                Some(prefixes) => prefixes.digest(hash, self.parts),
                None => hash.of(self.parts),
            };
            self.digests.borrow_mut().push((hash, digest.clone()));
            digest
        })
    }
}

/// Checks one signer of a message (RFC 5652, 5.4 to 5.6).
///
/// `content_type` is none for a counter-signature, which has none (RFC 5652, 11.4). Candidates are the certificates that may be the signer's.
pub fn check(
    signer: &SignerInfo<'_>,
    content_type: Option<Oid<'_>>,
    content: Option<&Content<'_>>,
    candidates: &[Certificate],
) -> Checked {
    let digest = signer.digest_algorithm.hash();
    let scheme = Scheme::of(&signer.signature_algorithm, digest);
    let mut checked = Checked {
        integrity: Integrity::Intact,
        cryptographic: Cryptographic::Valid,
        certificate: None,
        certificate_is_bound: true,
        content_missing: content.is_none(),
        signing_time: None,
        digest,
        content_digest: None,
        scheme,
        identifier: digest.and_then(|hash| identifier(signer, hash, content)),
        findings: Vec::new(),
    };
    checked.take_attributes(signer, content_type, content);
    checked.compare_content(signer, content);
    checked.choose(signer, candidates);
    checked.verify(signer, content);
    checked
}

impl Checked {
    /// What is said of a signer when no more is done for a file.
    pub fn given_up() -> Self {
        Self {
            integrity: Integrity::Unknown,
            cryptographic: Cryptographic::Unsupported,
            certificate: None,
            certificate_is_bound: true,
            content_missing: false,
            signing_time: None,
            digest: None,
            content_digest: None,
            scheme: None,
            identifier: None,
            findings: vec![Finding::of(Code::WorkLimited)],
        }
    }

    fn find(&mut self, code: Code) {
        self.findings.push(Finding::of(code));
    }

    fn refuse(&mut self, code: Code) {
        self.cryptographic = Cryptographic::Invalid;
        self.find(code);
    }

    fn take_attributes(
        &mut self,
        signer: &SignerInfo<'_>,
        content_type: Option<Oid<'_>>,
        content: Option<&Content<'_>>,
    ) {
        let Some(signed) = &signer.signed else {
            if content.is_some_and(is_signed_attributes) {
                self.refuse(Code::ContentIsSignedAttributes);
            }
            return self.find(Code::SignedAttributesMissing);
        };
        self.signing_time = signed.one(SIGNING_TIME).ok().flatten().and_then(|time| time.time().ok());
        if let Ok(Some(policy)) = signed.one(SIGNATURE_POLICY) {
            // SignaturePolicyId, or NULL: whatever goes without saying.
            let name = policy.children().value().and_then(|value| value.oid()).ok();
            let detail = name.map(|name| name.to_string());
            self.findings.push(Finding { code: Code::SignaturePolicyNamed, detail });
        }
        if let Some(expected) = content_type {
            let named = signed.one(CONTENT_TYPE).ok().flatten().and_then(|value| value.oid().ok());
            if named != Some(expected) {
                self.refuse(Code::ContentTypeMismatch);
            }
        }
        match signed.one(ALGORITHM_PROTECTION) {
            Ok(None) => {}
            Ok(Some(value)) => {
                let mut fields = value.children();
                let digest = AlgorithmIdentifier::read(&mut fields);
                let signature = fields.expect(Tag::context(1));
                let same = digest.is_ok_and(|digest| digest.oid == signer.digest_algorithm.oid)
                    && signature.and_then(AlgorithmIdentifier::of).is_ok_and(|signature| {
                        signature.oid == signer.signature_algorithm.oid
                            && signature.parameters.map(|value| value.raw).unwrap_or(&[5, 0])
                                == signer
                                    .signature_algorithm
                                    .parameters
                                    .map(|value| value.raw)
                                    .unwrap_or(&[5, 0])
                    });
                if !same {
                    self.refuse(Code::AlgorithmProtectionMismatch);
                }
            }
            Err(_) => self.refuse(Code::AlgorithmProtectionMismatch),
        }
    }

    /// The digest of the content against the signed one.
    fn compare_content(&mut self, signer: &SignerInfo<'_>, content: Option<&Content<'_>>) {
        let Some(signed) = &signer.signed else { return };
        let signed_digest = match signed.one(MESSAGE_DIGEST).map(|value| value.map(|value| value.octets())) {
            Ok(Some(Ok(digest))) => digest,
            _ => {
                self.integrity = Integrity::Broken;
                return self.refuse(Code::MessageDigestMalformed);
            }
        };
        let Some(hash) = self.digest else {
            self.integrity = Integrity::Unknown;
            return self.unsupported(&signer.digest_algorithm);
        };
        match content {
            Some(content) if content.digest(hash) == signed_digest.as_ref() => {}
            Some(_) => {
                self.integrity = Integrity::Broken;
                self.find(Code::DigestMismatch);
            }
            None => {
                self.integrity = Integrity::Unknown;
                self.find(Code::ContentMissing);
            }
        }
    }

    /// The signer's certificate among those that it may be: the one that the signed reference means, if there are several.
    fn choose(&mut self, signer: &SignerInfo<'_>, candidates: &[Certificate]) {
        let bond_of = |certificate: &Certificate| match &signer.signed {
            Some(signed) => bond(signed, certificate),
            None => Bond::Absent,
        };
        let named = || candidates.iter().filter(|certificate| signer.id.names(certificate));
        let best =
            named().find(|certificate| matches!(bond_of(certificate), Bond::Fits | Bond::SerialDiffers));
        let Some(certificate) = best.or_else(|| named().next()) else {
            self.certificate_is_bound = false;
            return self.find(Code::SignerCertificateMissing);
        };
        match bond_of(certificate) {
            Bond::Fits => {}
            Bond::Absent => self.find(Code::SignerCertificateUnbound),
            Bond::SerialDiffers => self.find(Code::SignerCertificateSerialMismatch),
            Bond::Mismatch => {
                self.certificate_is_bound = false;
                self.find(Code::SignerCertificateMismatch);
            }
        }
        self.certificate = Some(certificate.clone());
    }

    /// The value of the signature against what it is over.
    fn verify(&mut self, signer: &SignerInfo<'_>, content: Option<&Content<'_>>) {
        let Some(certificate) = &self.certificate else {
            self.cryptographic = Cryptographic::Invalid;
            return;
        };
        let Some(scheme) = self.scheme else {
            return self.unsupported(&signer.signature_algorithm);
        };
        // PSS names its digest beside (RFC 4056, 3: "should" be the same); elsewhere two names are one too many.
        if signer.signed.is_some()
            && let (Some(inner), Some(outer)) = (scheme.hash(), self.digest)
            && inner != outer
        {
            if matches!(scheme, Scheme::RsaPss { .. }) {
                self.findings.push(Finding::of(Code::DigestAlgorithmMismatch));
            } else {
                return self.refuse(Code::DigestAlgorithmMismatch);
            }
        }
        let key = certificate.key();
        let verify = |message: Message<'_>| crypto::verify(&key, scheme, message, &signer.signature);
        let outcome = match (signer.signed_messages(), content) {
            (Some(messages), _) => {
                let outcomes: Vec<Outcome> =
                    messages.iter().map(|message| verify(Message::Bytes(message))).collect();
                if outcomes.len() > 1 {
                    self.findings.push(Finding::of(Code::SignedAttributesNotDer));
                }
                outcomes
                    .iter()
                    .copied()
                    .find(|&outcome| outcome != Outcome::Invalid)
                    .unwrap_or(Outcome::Invalid)
            }
            (None, Some(content)) => match (content.parts, scheme.hash()) {
                (_, Some(hash)) => verify(Message::Digest(&content.digest(hash))),
                ([only], None) => verify(Message::Bytes(only)),
                (parts, None) => verify(Message::Bytes(&parts.concat())),
            },
            (None, None) => {
                self.integrity = Integrity::Unknown;
                return self.find(Code::ContentMissing);
            }
        };
        // Without signed attributes, a value that doesn't fit doesn't tell whether the content or the value was changed.
        if signer.signed.is_none() && outcome != Outcome::Valid {
            self.integrity = Integrity::Unknown;
        }
        match outcome {
            Outcome::Valid => {}
            Outcome::Invalid => self.refuse(Code::SignatureValueInvalid),
            Outcome::Unsupported => self.unsupported(&signer.signature_algorithm),
        }
    }

    fn unsupported(&mut self, algorithm: &AlgorithmIdentifier<'_>) {
        if self.cryptographic == Cryptographic::Valid {
            self.cryptographic = Cryptographic::Unsupported;
        }
        self.findings.push(Finding::about(Code::AlgorithmUnsupported, algorithm.oid.to_string()));
    }
}

/// None: neither attributes nor content, or an algorithm that is not known here.
fn identifier(signer: &SignerInfo<'_>, hash: Hash, content: Option<&Content<'_>>) -> Option<Identifier> {
    let content_digest = content.map(|content| content.digest(hash));
    let signed_digest = match signer.signed_messages() {
        Some(messages) => hash.of(&[messages.first()?]),
        None => content_digest.clone()?,
    };
    Some(Identifier::of(&signer.signature, hash, &signed_digest, content_digest.as_deref()))
}

/// The signers of a signer's value (RFC 5652, 11.4).
pub fn counter_signatures<'a>(signer: &SignerInfo<'a>) -> impl Iterator<Item = Result<SignerInfo<'a>>> {
    signer.unsigned.all(COUNTER_SIGNATURE).map(SignerInfo::read)
}

impl<'a> SignerInfo<'a> {
    /// What the signature may be over: the attributes as a set (RFC 5652, 5.4), as they are stored and, where that is not DER, sorted as
    /// DER wants it. Signers of both kinds are in the field, and an order is nothing that an attacker gains by.
    fn signed_messages(&self) -> Option<Vec<Cow<'a, [u8]>>> {
        let stored = self.signed_raw?;
        let mut attributes: Vec<&[u8]> = Vec::new();
        let mut reader = stored.children();
        while let Ok(attribute) = reader.value() {
            attributes.push(attribute.raw);
        }
        let mut messages = vec![Cow::Owned(as_set(&[stored.content]))];
        if !attributes.is_sorted() {
            attributes.sort_unstable();
            messages.push(Cow::Owned(as_set(&attributes)));
        }
        Some(messages)
    }
}

/// Whether a content is the attributes of another signature: whoever leaves the attributes out could pass off what somebody signed as
/// something that the signer never saw (RFC 5652, 5.3; the confusion that draft-ietf-lamps-cms-euf-cma-signeddata describes).
fn is_signed_attributes(content: &Content<'_>) -> bool {
    let [content] = content.parts else { return false };
    let read = Reader::only(content).and_then(|value| Attributes::read(value.tagged(Tag::SET)?.children()));
    read.is_ok_and(|attributes| attributes.all(MESSAGE_DIGEST).next().is_some())
}

fn as_set(parts: &[&[u8]]) -> Vec<u8> {
    encoded(Tag::SET, parts)
}

/// The DER of a value with these bytes inside.
pub fn encoded(tag: Tag, parts: &[&[u8]]) -> Vec<u8> {
    let size: usize = parts.iter().map(|part| part.len()).sum();
    let mut set = vec![tag.0];
    match u8::try_from(size) {
        Ok(short) if short < 0x80 => set.push(short),
        _ => {
            let bytes = size.to_be_bytes();
            let digits = &bytes[bytes.iter().position(|&byte| byte != 0).unwrap_or(0)..];
            set.push(0x80 | digits.len() as u8);
            set.extend_from_slice(digits);
        }
    }
    parts.iter().for_each(|part| set.extend_from_slice(part));
    set
}
