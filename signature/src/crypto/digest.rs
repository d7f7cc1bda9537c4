use std::cell::RefCell;
use std::fmt;

use const_oid::ObjectIdentifier;
use ring::digest as fast;
use sha2::digest::DynDigest;

use crate::asn1::{Oid, der};

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
    pub fn all() -> impl Iterator<Item = Self> {
        KNOWN.iter().map(|&(hash, ..)| hash)
    }

    pub fn from_oid(oid: Oid<'_>) -> Option<Self> {
        KNOWN.iter().find(|(_, known, ..)| oid == *known).map(|&(hash, ..)| hash)
    }

    pub fn from_name(name: &str) -> Option<Self> {
        KNOWN.iter().find(|(_, _, known, _)| *known == name).map(|&(hash, ..)| hash)
    }

    /// The bytes of its name (X.690, 8.19).
    pub fn oid(self) -> &'static [u8] {
        self.row().1.as_bytes()
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
        der::sequence(&[&der::oid(self.oid()), &der::NULL])
    }

    /// The digest of parts as if they were one.
    pub fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut running = self.start();
        parts.iter().for_each(|part| running.update(part));
        running.finish()
    }

    fn start(self) -> Running {
        match self {
            Hash::Sha1 => by_ring(&fast::SHA1_FOR_LEGACY_USE_ONLY),
            Hash::Sha224 => by::<sha2::Sha224>(),
            Hash::Sha256 => by_ring(&fast::SHA256),
            Hash::Sha384 => by_ring(&fast::SHA384),
            Hash::Sha512 => by_ring(&fast::SHA512),
            Hash::Sha512Of224 => by::<sha2::Sha512_224>(),
            Hash::Sha512Of256 => by_ring(&fast::SHA512_256),
            Hash::Sha3Of224 => by::<sha3::Sha3_224>(),
            Hash::Sha3Of256 => by::<sha3::Sha3_256>(),
            Hash::Sha3Of384 => by::<sha3::Sha3_384>(),
            Hash::Sha3Of512 => by::<sha3::Sha3_512>(),
        }
    }
}

fn by_ring(algorithm: &'static fast::Algorithm) -> Running {
    Running::Fast(fast::Context::new(algorithm))
}

fn by<D: DynDigest + Default + 'static>() -> Running {
    Running::Other(Box::new(D::default()))
}

/// A digest of what came so far.
#[expect(clippy::large_enum_variant, reason = "the large one is the usual one, and none is kept for long")]
#[derive(Clone)]
enum Running {
    Fast(fast::Context),
    Other(Box<dyn DynDigest>),
}

impl Running {
    fn update(&mut self, part: &[u8]) {
        match self {
            Running::Fast(context) => context.update(part),
            Running::Other(digest) => digest.update(part),
        }
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Running::Fast(context) => context.finish().as_ref().to_vec(),
            Running::Other(digest) => digest.finalize().into_vec(),
        }
    }
}

/// Digests of one file's beginnings, each longer than the one before: signatures of later revisions are over nearly all of what earlier
/// ones are over, and what they share is digested once.
pub struct Prefixes<'f> {
    file: &'f [u8],
    /// How far the digest of each algorithm has come.
    running: RefCell<Vec<(Hash, usize, Running)>>,
}

impl<'f> Prefixes<'f> {
    pub fn new(file: &'f [u8]) -> Self {
        Self { file, running: RefCell::default() }
    }

    /// The digest of parts, of which the first may be a beginning of the file.
    pub fn digest(&self, hash: Hash, parts: &[&[u8]]) -> Vec<u8> {
        let Some((first, rest)) = parts.split_first() else { return hash.of(&[]) };
        let mut list = self.running.borrow_mut();
        let known = list.iter().position(|(of, ..)| *of == hash).unwrap_or_else(|| {
            list.push((hash, 0, hash.start()));
            list.len() - 1
        });
        let (_, reached, running) = &mut list[known];
        let is_beginning = self.file.get(..first.len()).is_some_and(|start| std::ptr::eq(start, *first));
        let Some(new) = first.get(*reached..).filter(|_| is_beginning) else { return hash.of(parts) };
        running.update(new);
        *reached = first.len();
        let mut running = running.clone();
        rest.iter().for_each(|part| running.update(part));
        running.finish()
    }
}

impl fmt::Debug for Prefixes<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Prefixes of {} bytes", self.file.len())
    }
}
