//! Digests and the values of signatures: only whether a value is the key's over a message. Whether an algorithm is strong enough is for
//! `policy`, and what is not known here is "unsupported", never "invalid".
//!
//! ring verifies what it knows, being the fastest; RustCrypto verifies the rest. No secret is ever held here, so neither timing nor
//! randomness matters. To add an algorithm: its OID in [`Scheme::of`], its arm in [`verify`], a vector of OpenSSL in the tests.

mod digest;
mod ecdsa;
mod key;
mod rsa;
mod scheme;

pub use digest::{Hash, Prefixes};
pub use key::{Curve, PublicKey};
pub use rsa::digest_inside;
pub use scheme::{AlgorithmIdentifier, Scheme};

/// What is signed: the bytes themselves, or their digest where they are long or lie apart.
#[derive(Debug, Clone, Copy)]
pub enum Message<'a> {
    Bytes(&'a [u8]),
    Digest(&'a [u8]),
}

impl Message<'_> {
    fn digest(&self, hash: Hash) -> Vec<u8> {
        match self {
            Message::Bytes(bytes) => hash.of(&[bytes]),
            Message::Digest(digest) => digest.to_vec(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Valid,
    Invalid,
    Unsupported,
}

impl Outcome {
    fn from_valid(valid: bool) -> Self {
        if valid { Outcome::Valid } else { Outcome::Invalid }
    }
}

/// Whether the value is the key's over the message.
pub fn verify(key: &PublicKey<'_>, scheme: Scheme, message: Message<'_>, value: &[u8]) -> Outcome {
    match (key, scheme) {
        (PublicKey::Rsa { pss_only: true, .. }, Scheme::RsaPkcs1(_)) => Outcome::Invalid,
        (PublicKey::Rsa { modulus, exponent, .. }, Scheme::RsaPkcs1(_) | Scheme::RsaPss { .. }) => {
            rsa::verify(modulus, exponent, scheme, message, value)
        }
        (PublicKey::Ec { curve, point }, Scheme::Ecdsa(hash)) => {
            ecdsa::verify(*curve, point, hash, message, value)
        }
        (PublicKey::Ed25519(point), Scheme::Ed25519) => match message {
            Message::Bytes(bytes) => {
                let key = ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, point);
                Outcome::from_valid(key.verify(bytes, value).is_ok())
            }
            // Ed25519 goes over the message twice (RFC 8032, 5.1.7).
            Message::Digest(_) => Outcome::Unsupported,
        },
        (PublicKey::Unsupported, _) => Outcome::Unsupported,
        // A key of one kind and a signature of another.
        _ => Outcome::Invalid,
    }
}

#[cfg(test)]
mod tests;
