//! AES-256-GCM, HKDF-SHA256 and randomness, as this room uses them: 32-byte keys, 12-byte nonces.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::error::Unspecified;
use ring::hkdf;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

pub(super) const KEY_BYTES: usize = 32;
pub(super) const NONCE_BYTES: usize = 12;
pub(super) const TAG_BYTES: usize = 16;

/// Key bytes that are wiped when dropped.
pub(super) type KeyBytes = Zeroizing<[u8; KEY_BYTES]>;

/// The operating system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoRandomness;

/// Bytes from the operating system's random source, wiped when dropped.
pub(super) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, NoRandomness> {
    let mut bytes = Zeroizing::new([0; N]);
    SystemRandom::new().fill(bytes.as_mut_slice()).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// HKDF-SHA256 (RFC 5869) without salt; `info` is the concatenation of the pieces.
#[expect(clippy::expect_used, reason = "HKDF only refuses more than 255 × 32 bytes (RFC 5869, section 2.3)")]
pub(super) fn derive(key: &KeyBytes, info: &[&[u8]]) -> KeyBytes {
    let mut derived = Zeroizing::new([0; KEY_BYTES]);
    hkdf::Salt::new(hkdf::HKDF_SHA256, &[])
        .extract(key.as_slice())
        .expand(info, hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(derived.as_mut_slice()))
        .expect("32 bytes are less than 255 × 32");
    derived
}

/// AES-256-GCM under one key. The caller sees to it that a nonce is never used twice.
pub(super) struct Cipher(LessSafeKey);

impl Cipher {
    #[expect(clippy::expect_used, reason = "a key is only refused for its length, and the type fixes that")]
    pub(super) fn new(key: &KeyBytes) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key.as_slice()).expect("AES-256 takes 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// Appends `plain`, sealed, and its tag. Fails only past the 64 GiB that AES-GCM can seal at once; then nothing is appended.
    pub(super) fn seal(
        &self,
        nonce: [u8; NONCE_BYTES],
        aad: &[u8],
        plain: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), Unspecified> {
        let start = out.len();
        out.reserve(plain.len() + TAG_BYTES);
        out.extend_from_slice(plain);
        let nonce = Nonce::assume_unique_for_key(nonce);
        match self.0.seal_in_place_separate_tag(nonce, Aad::from(aad), &mut out[start..]) {
            Ok(tag) => {
                out.extend_from_slice(tag.as_ref());
                Ok(())
            }
            Err(error) => {
                out.truncate(start);
                Err(error)
            }
        }
    }

    /// Appends what `sealed` (with its tag) holds. If it is not authentic, nothing is appended.
    pub(super) fn open(
        &self,
        nonce: [u8; NONCE_BYTES],
        aad: &[u8],
        sealed: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), Unspecified> {
        let start = out.len();
        out.extend_from_slice(sealed);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let opened = self.0.open_in_place(nonce, Aad::from(aad), &mut out[start..]);
        let kept = opened.map(|plain| plain.len());
        out.truncate(start + *kept.as_ref().unwrap_or(&0));
        kept.map(|_| ())
    }
}
