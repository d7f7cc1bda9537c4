use const_oid::ObjectIdentifier;
use ring::digest as fast;
use sha2::digest::Digest;

use crate::asn1::Oid;

/// A digest algorithm (FIPS 180-4, FIPS 202).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512Of224,
    Sha512Of256,
    Sha3Of224,
    Sha3Of256,
    Sha3Of384,
    Sha3Of512,
}

/// The OID, the name people know it by, and the length of its digests in bytes.
const KNOWN: [(Hash, ObjectIdentifier, &str, usize); 11] = [
    (Hash::Sha1, ObjectIdentifier::new_unwrap("1.3.14.3.2.26"), "SHA-1", 20),
    (Hash::Sha224, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.4"), "SHA-224", 28),
    (Hash::Sha256, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1"), "SHA-256", 32),
    (Hash::Sha384, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2"), "SHA-384", 48),
    (Hash::Sha512, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3"), "SHA-512", 64),
    (Hash::Sha512Of224, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.5"), "SHA-512/224", 28),
    (Hash::Sha512Of256, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.6"), "SHA-512/256", 32),
    (Hash::Sha3Of224, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.7"), "SHA3-224", 28),
    (Hash::Sha3Of256, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.8"), "SHA3-256", 32),
    (Hash::Sha3Of384, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.9"), "SHA3-384", 48),
    (Hash::Sha3Of512, ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.10"), "SHA3-512", 64),
];

impl Hash {
    pub fn from_oid(oid: Oid<'_>) -> Option<Self> {
        KNOWN.iter().find(|(_, known, ..)| oid == *known).map(|&(hash, ..)| hash)
    }

    pub fn from_name(name: &str) -> Option<Self> {
        KNOWN.iter().find(|(_, _, known, _)| *known == name).map(|&(hash, ..)| hash)
    }

    fn row(self) -> &'static (Hash, ObjectIdentifier, &'static str, usize) {
        &KNOWN[self as usize]
    }

    pub fn name(self) -> &'static str {
        self.row().2
    }

    pub fn size_bytes(self) -> usize {
        self.row().3
    }

    /// How the algorithm is named inside an RSA signature (RFC 8017, 9.2): the DER of an AlgorithmIdentifier with NULL parameters.
    pub(super) fn algorithm_der(self) -> Vec<u8> {
        let oid = self.row().1;
        let oid = oid.as_bytes();
        let mut der = vec![0x30, oid.len() as u8 + 4, 0x06, oid.len() as u8];
        der.extend_from_slice(oid);
        der.extend_from_slice(&[0x05, 0x00]);
        der
    }

    /// The digest of parts as if they were one.
    pub fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        match self {
            Hash::Sha1 => by_ring(&fast::SHA1_FOR_LEGACY_USE_ONLY, parts),
            Hash::Sha224 => by::<sha2::Sha224>(parts),
            Hash::Sha256 => by_ring(&fast::SHA256, parts),
            Hash::Sha384 => by_ring(&fast::SHA384, parts),
            Hash::Sha512 => by_ring(&fast::SHA512, parts),
            Hash::Sha512Of224 => by::<sha2::Sha512_224>(parts),
            Hash::Sha512Of256 => by_ring(&fast::SHA512_256, parts),
            Hash::Sha3Of224 => by::<sha3::Sha3_224>(parts),
            Hash::Sha3Of256 => by::<sha3::Sha3_256>(parts),
            Hash::Sha3Of384 => by::<sha3::Sha3_384>(parts),
            Hash::Sha3Of512 => by::<sha3::Sha3_512>(parts),
        }
    }
}

fn by_ring(algorithm: &'static fast::Algorithm, parts: &[&[u8]]) -> Vec<u8> {
    let mut context = fast::Context::new(algorithm);
    parts.iter().for_each(|part| context.update(part));
    context.finish().as_ref().to_vec()
}

fn by<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
    let mut digest = D::new();
    parts.iter().for_each(|part| digest.update(part));
    digest.finalize().to_vec()
}
