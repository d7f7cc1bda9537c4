use const_oid::ObjectIdentifier;

use super::Hash;
use crate::asn1::{Oid, Reader, Result, Tag, Value};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

const RSA_WITH: [(ObjectIdentifier, Hash); 12] = [
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5"), Hash::Sha1),
    (ObjectIdentifier::new_unwrap("1.3.14.3.2.29"), Hash::Sha1),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.14"), Hash::Sha224),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11"), Hash::Sha256),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12"), Hash::Sha384),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13"), Hash::Sha512),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.15"), Hash::Sha512Of224),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.16"), Hash::Sha512Of256),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.13"), Hash::Sha3Of224),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.14"), Hash::Sha3Of256),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.15"), Hash::Sha3Of384),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.16"), Hash::Sha3Of512),
];

const ECDSA_WITH: [(ObjectIdentifier, Hash); 9] = [
    (ObjectIdentifier::new_unwrap("1.2.840.10045.4.1"), Hash::Sha1),
    (ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.1"), Hash::Sha224),
    (ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2"), Hash::Sha256),
    (ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3"), Hash::Sha384),
    (ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4"), Hash::Sha512),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.9"), Hash::Sha3Of224),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.10"), Hash::Sha3Of256),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.11"), Hash::Sha3Of384),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.12"), Hash::Sha3Of512),
];

/// An algorithm and what it is used with (RFC 5280, 4.1.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlgorithmIdentifier<'a> {
    pub oid: Oid<'a>,
    pub parameters: Option<Value<'a>>,
    pub raw: &'a [u8],
}

impl<'a> AlgorithmIdentifier<'a> {
    pub fn read(reader: &mut Reader<'a>) -> Result<Self> {
        let value = reader.expect(Tag::SEQUENCE)?;
        Self::of(value)
    }

    /// From a sequence under any tag.
    pub fn of(value: Value<'a>) -> Result<Self> {
        let mut parts = value.children();
        let oid = parts.value()?.oid()?;
        let parameters = if parts.is_empty() { None } else { Some(parts.value()?) };
        parts.end()?;
        Ok(Self { oid, parameters, raw: value.raw })
    }

    pub fn hash(&self) -> Option<Hash> {
        Hash::from_oid(self.oid)
    }
}

/// How a signature is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// RFC 8017, 8.2.
    RsaPkcs1(Hash),
    /// RFC 8017, 8.1.
    RsaPss { hash: Hash, mask: Hash, salt_bytes: u32 },
    /// FIPS 186-5, chapter 6.
    Ecdsa(Hash),
    /// RFC 8032.
    Ed25519,
}

impl Scheme {
    /// The scheme of an identifier. Some name the kind of key alone; then the digest is the one named beside it (RFC 3370, 3.2).
    pub fn of(algorithm: &AlgorithmIdentifier<'_>, digest: Option<Hash>) -> Option<Self> {
        let listed = |list: &[(ObjectIdentifier, Hash)]| {
            list.iter().find(|(oid, _)| algorithm.oid == *oid).map(|&(_, hash)| hash)
        };
        if let Some(hash) = listed(&RSA_WITH) {
            return Some(Scheme::RsaPkcs1(hash));
        }
        if let Some(hash) = listed(&ECDSA_WITH) {
            return Some(Scheme::Ecdsa(hash));
        }
        if algorithm.oid == RSA {
            return digest.map(Scheme::RsaPkcs1);
        }
        if algorithm.oid == EC {
            return digest.map(Scheme::Ecdsa);
        }
        if algorithm.oid == ED25519 {
            return Some(Scheme::Ed25519);
        }
        if algorithm.oid == RSA_PSS {
            return pss(algorithm.parameters).ok().flatten();
        }
        None
    }

    /// The digest inside the signature; Ed25519 has its own.
    pub fn hash(self) -> Option<Hash> {
        match self {
            Scheme::RsaPkcs1(hash) | Scheme::RsaPss { hash, .. } | Scheme::Ecdsa(hash) => Some(hash),
            Scheme::Ed25519 => None,
        }
    }

    /// The name people know it by.
    pub fn name(self) -> String {
        match self {
            Scheme::RsaPkcs1(hash) => format!("RSA PKCS#1 v1.5, {}", hash.name()),
            Scheme::RsaPss { hash, .. } => format!("RSA-PSS, {}", hash.name()),
            Scheme::Ecdsa(hash) => format!("ECDSA, {}", hash.name()),
            Scheme::Ed25519 => "Ed25519".to_owned(),
        }
    }
}

/// RSASSA-PSS-params, whose defaults are SHA-1 and a salt of 20 bytes (RFC 4055, 3.1). None: a digest or a mask that is not known.
fn pss(parameters: Option<Value<'_>>) -> Result<Option<Scheme>> {
    let (mut hash, mut mask, mut salt_bytes, mut trailer) = (Some(Hash::Sha1), Some(Hash::Sha1), 20, 1);
    let mut fields = match parameters {
        Some(value) => value.tagged(Tag::SEQUENCE)?.children(),
        None => Reader::new(&[]),
    };
    if let Some(field) = fields.optional(Tag::context(0))? {
        hash = AlgorithmIdentifier::read(&mut field.children())?.hash();
    }
    if let Some(field) = fields.optional(Tag::context(1))? {
        let generator = AlgorithmIdentifier::read(&mut field.children())?;
        mask = match generator.parameters {
            Some(inner) if generator.oid == MGF1 => AlgorithmIdentifier::of(inner)?.hash(),
            _ => None,
        };
    }
    if let Some(field) = fields.optional(Tag::context(2))? {
        salt_bytes = field.children().value()?.small()?;
    }
    if let Some(field) = fields.optional(Tag::context(3))? {
        trailer = field.children().value()?.small()?;
    }
    fields.end()?;
    Ok(match (hash, mask, trailer) {
        (Some(hash), Some(mask), 1) => Some(Scheme::RsaPss { hash, mask, salt_bytes }),
        _ => None,
    })
}
