//! The sealed form of document bytes: what the two sides, [`SegmentSealer`] and [`SegmentOpener`], must agree on.
//!
//! A blob is a list of segments, each one object in the store: a header of 16 bytes, then chunks of 64 KiB, each sealed by
//! AES-256-GCM under the segment's key, in the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: "Online
//! Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015). The key belongs to one segment of one blob, the
//! nonce to one place in it and to the question whether it is the last, so a chunk opens where it was sealed and nowhere else.
//! `docs/format.md` has every byte.

use super::cipher::{Cipher, NONCE_BYTES, TAG_BYTES, derive};
use super::keyring::DataKey;
use crate::domain::id::BlobId;

pub use super::segment_open::{OpenError, SegmentOpener};
pub use super::segment_seal::{SealError, SegmentSealer};

pub(super) const CHUNK_BYTES: usize = 1 << CHUNK_BYTES_LOG2;
const CHUNK_BYTES_LOG2: u8 = 16;
const VERSION: u8 = 1;

/// What every segment of this version begins with; it is authenticated with every chunk.
pub(super) const HEADER: [u8; 16] =
    [b'K', b'H', b'O', b'1', VERSION, CHUNK_BYTES_LOG2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// The most plaintext bytes of a segment: 2³² chunks, as many as the counter tells apart.
pub const MAX_PLAIN_BYTES: u64 = 1 << (32 + CHUNK_BYTES_LOG2);

/// The size in the store of a segment of `plain_bytes` plaintext bytes.
pub const fn sealed_len(plain_bytes: u64) -> u64 {
    HEADER.len() as u64 + plain_bytes + chunk_count(plain_bytes) * TAG_BYTES as u64
}

/// An empty segment has one chunk, an empty one: even that nothing was stored is authenticated.
pub(super) const fn chunk_count(plain_bytes: u64) -> u64 {
    if plain_bytes == 0 { 1 } else { plain_bytes.div_ceil(CHUNK_BYTES as u64) }
}

/// Where in the object the chunk numbered `index` begins, if those before it are full.
pub(super) const fn chunk_offset(index: u64) -> u64 {
    HEADER.len() as u64 + index * (CHUNK_BYTES + TAG_BYTES) as u64
}

/// Seven zero bytes, the chunk's number, and 1 for the last chunk. The key is used for one segment only, so the nonce needs
/// nothing random.
pub(super) fn nonce(chunk: u32, last: bool) -> [u8; NONCE_BYTES] {
    let mut nonce = [0; NONCE_BYTES];
    nonce[7..11].copy_from_slice(&chunk.to_be_bytes());
    nonce[11] = u8::from(last);
    nonce
}

pub(super) fn segment_cipher(data_key: &DataKey, blob: BlobId, index: u32) -> Cipher {
    Cipher::new(&derive(data_key.bytes(), &[b"kho segment v1", blob.0.as_bytes(), &index.to_be_bytes()]))
}
