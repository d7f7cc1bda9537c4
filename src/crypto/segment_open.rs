//! Opening a segment, or a range of it, as its sealed bytes arrive.

use std::ops::Range;

use super::cipher::{Cipher, TAG_BYTES};
use super::keyring::DataKey;
use super::segment::{
    CHUNK_BYTES, HEADER, MAX_PLAIN_BYTES, chunk_count, chunk_offset, nonce, segment_cipher,
};
use crate::domain::id::BlobId;

/// Why a segment did not open. After any of these the opener refuses everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The bytes are not those that were sealed in this place, or the key is not theirs.
    #[error("the stored bytes are not those that were sealed here")]
    Tampered,
    /// The store gave fewer bytes than the range holds.
    #[error("the stored bytes end too early")]
    Cut,
    /// The store gave more bytes than were asked for.
    #[error("more stored bytes than were asked for")]
    Extended,
    /// The caller asked for bytes that the segment does not have.
    #[error("the range lies outside the segment")]
    RangeOutside,
}

/// Opens a range of one segment. It gives out bytes of a chunk only after the whole chunk proved authentic, so what was
/// appended before an error may be kept, and nothing else ever was there.
pub struct SegmentOpener {
    cipher: Cipher,
    plain_bytes: u64,
    range: Range<u64>,
    sealed_range: Range<u64>,
    /// Chunks still to open; their numbers fit in 32 bits, as `plain_bytes` is at most [`MAX_PLAIN_BYTES`].
    chunks: Range<u64>,
    /// The part of the header still to come; empty from the start if the range does not touch the first chunk.
    header: &'static [u8],
    /// Sealed bytes of a chunk that has not arrived in full.
    waiting: Vec<u8>,
    failure: Option<OpenError>,
}

impl SegmentOpener {
    /// Opens the plaintext bytes `range` of the segment numbered `index` of `blob`, which has `plain_len` plaintext bytes.
    ///
    /// `plain_len` comes from the row that names the segment and decides which chunk is the last: a segment that was cut or
    /// extended at a chunk's boundary does not open. Fails with [`OpenError::RangeOutside`] only.
    pub fn new(
        data_key: &DataKey,
        blob: BlobId,
        index: u32,
        plain_len: u64,
        range: Range<u64>,
    ) -> Result<Self, OpenError> {
        if plain_len > MAX_PLAIN_BYTES || range.start > range.end || range.end > plain_len {
            return Err(OpenError::RangeOutside);
        }
        let chunk_bytes = CHUNK_BYTES as u64;
        let chunks = if range == (0..plain_len) {
            0..chunk_count(plain_len)
        } else if range.is_empty() {
            0..0
        } else {
            range.start / chunk_bytes..range.end.div_ceil(chunk_bytes)
        };
        let sealed_range = if chunks.is_empty() {
            0..0
        } else {
            let start = if chunks.start == 0 { 0 } else { chunk_offset(chunks.start) };
            let last = chunks.end - 1;
            start..chunk_offset(last) + sealed_chunk_bytes(plain_len, last) as u64
        };
        Ok(Self {
            cipher: segment_cipher(data_key, blob, index),
            plain_bytes: plain_len,
            header: if sealed_range.start == 0 && !chunks.is_empty() { &HEADER } else { &[] },
            range,
            sealed_range,
            chunks,
            waiting: Vec::new(),
            failure: None,
        })
    }

    /// The bytes of the object to read and push, from the first to the last. Empty if the range is, unless the whole segment is.
    pub fn sealed_range(&self) -> Range<u64> {
        self.sealed_range.clone()
    }

    /// Takes the next sealed bytes and appends to `out` the plaintext of the range that is authentic by now.
    pub fn push(&mut self, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), OpenError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        self.take(sealed, out).inspect_err(|&failure| self.failure = Some(failure))
    }

    /// Says whether all of the range was given out.
    pub fn finish(self) -> Result<(), OpenError> {
        match self.failure {
            Some(failure) => Err(failure),
            None if self.chunks.is_empty() => Ok(()),
            None => Err(OpenError::Cut),
        }
    }

    fn take(&mut self, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), OpenError> {
        let mut sealed = self.take_header(sealed)?;
        while !sealed.is_empty() {
            if self.chunks.is_empty() {
                return Err(OpenError::Extended);
            }
            let chunk_bytes = sealed_chunk_bytes(self.plain_bytes, self.chunks.start);
            let missing = (chunk_bytes - self.waiting.len()).min(sealed.len());
            let (arrived, later) = sealed.split_at(missing);
            sealed = later;
            if arrived.len() == chunk_bytes {
                self.open_chunk(arrived, out)?;
                continue;
            }
            self.waiting.extend_from_slice(arrived);
            if self.waiting.len() == chunk_bytes {
                let mut chunk = std::mem::take(&mut self.waiting);
                self.open_chunk(&chunk, out)?;
                chunk.clear();
                self.waiting = chunk;
            }
        }
        Ok(())
    }

    /// The header is not secret, so it is compared as it comes. What else this version could not read, it must not open.
    fn take_header<'a>(&mut self, sealed: &'a [u8]) -> Result<&'a [u8], OpenError> {
        let (arrived, later) = sealed.split_at(self.header.len().min(sealed.len()));
        self.header = self.header.strip_prefix(arrived).ok_or(OpenError::Tampered)?;
        Ok(later)
    }

    fn open_chunk(&mut self, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), OpenError> {
        let chunk = self.chunks.start;
        let last = chunk + 1 == chunk_count(self.plain_bytes);
        let number = u32::try_from(chunk).map_err(|_| OpenError::RangeOutside)?;
        let before = out.len();
        self.cipher.open(nonce(number, last), &HEADER, sealed, out).map_err(|_| OpenError::Tampered)?;
        self.chunks.start += 1;

        let plain_start = chunk * CHUNK_BYTES as u64;
        let wanted =
            |offset: u64| (offset.saturating_sub(plain_start) as usize).min(sealed.len() - TAG_BYTES);
        out.truncate(before + wanted(self.range.end));
        out.drain(before..before + wanted(self.range.start));
        Ok(())
    }
}

/// The size of a sealed chunk of a segment of `plain_bytes`: full, or what is left for the last.
fn sealed_chunk_bytes(plain_bytes: u64, chunk: u64) -> usize {
    let left = plain_bytes.saturating_sub(chunk * CHUNK_BYTES as u64);
    // At most one chunk, so the cast keeps it.
    left.min(CHUNK_BYTES as u64) as usize + TAG_BYTES
}
