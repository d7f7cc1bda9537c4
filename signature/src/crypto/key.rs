use const_oid::ObjectIdentifier;

use crate::asn1::{Oid, Reader, Result, Tag};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

const CURVES: [(Curve, ObjectIdentifier, &str, u32); 5] = [
    (Curve::P256, ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"), "P-256", 256),
    (Curve::P384, ObjectIdentifier::new_unwrap("1.3.132.0.34"), "P-384", 384),
    (Curve::P521, ObjectIdentifier::new_unwrap("1.3.132.0.35"), "P-521", 521),
    (Curve::Brainpool256, ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.7"), "brainpoolP256r1", 256),
    (Curve::Brainpool384, ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.11"), "brainpoolP384r1", 384),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    P256,
    P384,
    P521,
    Brainpool256,
    Brainpool384,
}

/// The public key of a certificate (RFC 5280, 4.1.2.7; RFC 3279; RFC 5480; RFC 8410).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicKey<'a> {
    Rsa {
        modulus: &'a [u8],
        exponent: &'a [u8],
        /// The key may be used with PSS padding only (RFC 4055, 1.2).
        pss_only: bool,
    },
    Ec {
        curve: Curve,
        point: &'a [u8],
    },
    Ed25519(&'a [u8]),
    Unsupported,
}

impl<'a> PublicKey<'a> {
    /// From a SubjectPublicKeyInfo.
    pub fn from_der(der: &'a [u8]) -> Result<Self> {
        let mut info = Reader::only(der)?.tagged(Tag::SEQUENCE)?.children();
        let mut algorithm = info.sequence()?;
        let oid = algorithm.value()?.oid()?;
        let bits = info.expect(Tag::BIT_STRING)?;
        if oid == RSA || oid == RSA_PSS {
            let mut numbers = Reader::only(bits.bits()?)?.tagged(Tag::SEQUENCE)?.children();
            let modulus = numbers.value()?.positive()?;
            let exponent = numbers.value()?.positive()?;
            return Ok(PublicKey::Rsa { modulus, exponent, pss_only: oid == RSA_PSS });
        }
        if oid == EC {
            let named = algorithm.optional(Tag::OID)?.map(|value| Oid(value.content));
            let curve = CURVES.iter().find(|(_, known, ..)| named.is_some_and(|oid| oid == *known));
            return match curve {
                Some(&(curve, ..)) => Ok(PublicKey::Ec { curve, point: bits.bits()? }),
                // Curves given by their numbers have been used to forge keys (CVE-2020-0601).
                None => Ok(PublicKey::Unsupported),
            };
        }
        if oid == ED25519 {
            return Ok(PublicKey::Ed25519(bits.bits()?));
        }
        Ok(PublicKey::Unsupported)
    }

    pub fn size_bits(&self) -> u32 {
        match self {
            PublicKey::Rsa { modulus: [first, rest @ ..], .. } => {
                u32::try_from(rest.len()).unwrap_or(u32::MAX / 16) * 8 + (8 - first.leading_zeros())
            }
            PublicKey::Ec { curve, .. } => CURVES[*curve as usize].3,
            PublicKey::Ed25519(_) => 256,
            PublicKey::Rsa { .. } | PublicKey::Unsupported => 0,
        }
    }

    /// The name people know the kind of key by.
    pub fn name(&self) -> &'static str {
        match self {
            PublicKey::Rsa { .. } => "RSA",
            PublicKey::Ec { curve, .. } => CURVES[*curve as usize].2,
            PublicKey::Ed25519(_) => "Ed25519",
            PublicKey::Unsupported => "unsupported",
        }
    }
}
