//! SHA-256 of bytes that pass by.

use ring::digest::{Context, SHA256};

/// Computes the SHA-256 (FIPS 180-4) of a stream, such as the hash by which a version is known.
#[derive(Clone)]
pub struct Sha256Hasher(Context);

impl Sha256Hasher {
    pub fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn finish(self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(self.0.finish().as_ref());
        hash
    }
}

impl Default for Sha256Hasher {
    fn default() -> Self {
        Self::new()
    }
}

/// The SHA-256 of bytes at hand.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256Hasher::new();
    hasher.update(bytes);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    /// FIPS 180-2, appendix B.2.
    #[test]
    fn pieces_hash_like_the_whole() {
        let mut hasher = Sha256Hasher::new();
        hasher.update(b"abcdbcdecdefdefgefghfghighij");
        hasher.update(b"hijkijkljklmklmnlmnomnopnopq");
        let expected = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
        assert_eq!(HEXLOWER.encode(&hasher.finish()), expected);
        assert_eq!(
            HEXLOWER.encode(&sha256(b"abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
