//! Sealing a segment as its bytes arrive.

use super::cipher::Cipher;
use super::keyring::DataKey;
use super::segment::{CHUNK_BYTES, HEADER, MAX_PLAIN_BYTES, nonce, segment_cipher};
use crate::domain::id::BlobId;

/// Why a segment could not be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The caller cuts blobs into segments far below this.
    #[error("a segment holds at most {MAX_PLAIN_BYTES} bytes")]
    TooLong,
}

/// Seals one segment, once: sealing other bytes under the same blob and index would use a nonce twice, which AES-GCM does not
/// survive. An upload that begins a segment again takes a new index or a new blob.
pub struct SegmentSealer {
    cipher: Cipher,
    /// Plaintext of the chunk under way. A full chunk waits here until it is known whether it is the last.
    waiting: Vec<u8>,
    next_chunk: u32,
    plain_bytes: u64,
    header_written: bool,
}

impl SegmentSealer {
    /// Begins the segment numbered `index` of `blob`.
    pub fn new(data_key: &DataKey, blob: BlobId, index: u32) -> Self {
        Self {
            cipher: segment_cipher(data_key, blob, index),
            waiting: Vec::new(),
            next_chunk: 0,
            plain_bytes: 0,
            header_written: false,
        }
    }

    /// Takes the next plaintext and appends to `out` what is sealed by now: up to one chunk less than was pushed.
    pub fn push(&mut self, mut plain: &[u8], out: &mut Vec<u8>) -> Result<(), SealError> {
        let plain_bytes = self.plain_bytes.saturating_add(plain.len() as u64);
        if plain_bytes > MAX_PLAIN_BYTES {
            return Err(SealError::TooLong);
        }
        self.plain_bytes = plain_bytes;
        self.write_header(out);
        if !self.waiting.is_empty() {
            let missing = (CHUNK_BYTES - self.waiting.len()).min(plain.len());
            self.waiting.extend_from_slice(&plain[..missing]);
            plain = &plain[missing..];
            if plain.is_empty() {
                return Ok(());
            }
            let mut full = std::mem::take(&mut self.waiting);
            self.seal_chunk(&full, false, out)?;
            full.clear();
            self.waiting = full;
        }
        while plain.len() > CHUNK_BYTES {
            self.seal_chunk(&plain[..CHUNK_BYTES], false, out)?;
            plain = &plain[CHUNK_BYTES..];
        }
        self.waiting.extend_from_slice(plain);
        Ok(())
    }

    /// Appends the last chunk. Without it the segment does not open.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), SealError> {
        self.write_header(out);
        let rest = std::mem::take(&mut self.waiting);
        self.seal_chunk(&rest, true, out)
    }

    /// How many plaintext bytes were pushed so far.
    pub fn plain_bytes(&self) -> u64 {
        self.plain_bytes
    }

    fn write_header(&mut self, out: &mut Vec<u8>) {
        if !self.header_written {
            out.extend_from_slice(&HEADER);
            self.header_written = true;
        }
    }

    fn seal_chunk(&mut self, plain: &[u8], last: bool, out: &mut Vec<u8>) -> Result<(), SealError> {
        let nonce = nonce(self.next_chunk, last);
        self.cipher.seal(nonce, &HEADER, plain, out).map_err(|_| SealError::TooLong)?;
        if !last {
            // Another chunk follows, and `push` counted its bytes against the limit.
            self.next_chunk = self.next_chunk.checked_add(1).ok_or(SealError::TooLong)?;
        }
        Ok(())
    }
}
