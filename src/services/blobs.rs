//! Writing bytes: a stream becomes the encrypted segments of a blob, hashed on the way.

use std::sync::Arc;

use bytes::Bytes;
use sha2::digest::common::hazmat::SerializableState;
use sha2::{Digest, Sha256};

use crate::crypto::keyring::DataKey;
use crate::crypto::segment::SegmentSealer;
use crate::domain::id::BlobId;
use crate::domain::problem::{Code, Problem, Result};
use crate::storage::{ObjectKey, ObjectStore, ObjectWriter};

/// Bytes at the start of a file that its type is judged by.
pub const HEAD_BYTES: usize = 64 * 1024;
/// Sealed bytes are handed to the store in pieces of about this size.
const PIECE_BYTES: usize = 1024 * 1024;

/// A segment that is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DurableSegment {
    pub index: i32,
    /// Plaintext bytes.
    pub size_bytes: i64,
}

/// The SHA-256 that a state of [`BlobWriter::hash_state`] leads to if nothing follows.
pub fn finished_sha256(state: &[u8]) -> Result<Vec<u8>> {
    Ok(hash_of(state)?.finalize().to_vec())
}

fn hash_of(state: &[u8]) -> Result<Sha256> {
    let damaged = || Problem::new(Code::Internal).caused_by("the hash state of an upload is damaged");
    let state = state.try_into().map_err(|_| damaged())?;
    Sha256::deserialize(&state).map_err(|_| damaged())
}

/// Takes the plaintext of a blob and stores it, never holding more than a piece of it.
pub struct BlobWriter {
    objects: Arc<dyn ObjectStore>,
    blob: BlobId,
    key: DataKey,
    next_index: u32,
    open: Option<OpenSegment>,
    hash: Sha256,
    received_bytes: u64,
    head: Vec<u8>,
}

struct OpenSegment {
    sealer: SegmentSealer,
    object: Box<dyn ObjectWriter>,
    plain_bytes: u64,
    sealed: Vec<u8>,
}

impl BlobWriter {
    pub fn new(objects: Arc<dyn ObjectStore>, blob: BlobId, key: DataKey) -> Self {
        Self {
            objects,
            blob,
            key,
            next_index: 0,
            open: None,
            hash: Sha256::new(),
            received_bytes: 0,
            head: Vec::new(),
        }
    }

    /// Goes on where an earlier writer's last durable segment ended. `next_index` is one that no writer of this blob ever used, even
    /// for a segment that was not finished: a key and nonce must never seal two different chunks.
    pub fn resume(
        objects: Arc<dyn ObjectStore>,
        blob: BlobId,
        key: DataKey,
        next_index: u32,
        received_bytes: u64,
        hash_state: Option<&[u8]>,
    ) -> Result<Self> {
        let mut writer = Self::new(objects, blob, key);
        writer.next_index = next_index;
        writer.received_bytes = received_bytes;
        if let Some(state) = hash_state {
            writer.hash = hash_of(state)?;
        }
        Ok(writer)
    }

    pub fn blob(&self) -> BlobId {
        self.blob
    }

    /// Plaintext bytes taken so far, durable or not.
    pub fn received_bytes(&self) -> u64 {
        self.received_bytes
    }

    /// The first bytes of what this writer took, at most [`HEAD_BYTES`].
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The state of the hash at this point, for [`BlobWriter::resume`]. Asked for when no segment is open.
    pub fn hash_state(&self) -> Vec<u8> {
        self.hash.serialize().to_vec()
    }

    /// The SHA-256 of all that was taken.
    pub fn sha256(&self) -> Vec<u8> {
        self.hash.clone().finalize().to_vec()
    }

    /// Takes all bytes; answers the segments that became full and durable meanwhile.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<Vec<DurableSegment>> {
        let mut durable = Vec::new();
        while !bytes.is_empty() {
            let (taken, segment) = self.write_some(bytes).await?;
            durable.extend(segment);
            bytes = &bytes[taken..];
        }
        Ok(durable)
    }

    /// Takes bytes up to the end of the segment under way; answers how many, and the segment if they ended it.
    pub async fn write_some(&mut self, bytes: &[u8]) -> Result<(usize, Option<DurableSegment>)> {
        let full = self.objects.segment_bytes();
        let open = match &mut self.open {
            Some(open) => open,
            none => none.insert(open_segment(&*self.objects, &self.key, self.blob, self.next_index).await?),
        };
        let room = usize::try_from(full - open.plain_bytes).unwrap_or(usize::MAX);
        let now = &bytes[..bytes.len().min(room)];
        self.hash.update(now);
        let missing_head = HEAD_BYTES.saturating_sub(self.head.len());
        self.head.extend_from_slice(&now[..now.len().min(missing_head)]);
        self.received_bytes += now.len() as u64;
        open.take(now).await?;
        let segment = if open.plain_bytes == full { self.end_segment().await? } else { None };
        Ok((now.len(), segment))
    }

    /// Gives the next segment an index that was reserved for it; it is one that no writer of this blob ever used.
    pub fn use_index(&mut self, index: u32) {
        self.next_index = index;
    }

    /// Removes segments that no row will ever name. What fails here is left to the sweeper of objects.
    pub async fn discard(&mut self, segments: &[DurableSegment]) {
        for segment in segments {
            let key = ObjectKey { blob: self.blob, index: segment.index as u32 };
            if let Err(error) = self.objects.delete(&key).await {
                tracing::warn!(error = %error, "an object without a row is left to the sweeper");
            }
        }
    }

    /// Makes what was taken durable; answers the segment that this ended, if one was open.
    pub async fn end_segment(&mut self) -> Result<Option<DurableSegment>> {
        let Some(mut open) = self.open.take() else { return Ok(None) };
        let sealed = |error| Problem::new(Code::Internal).caused_by(error);
        open.sealer.finish(&mut open.sealed).map_err(sealed)?;
        open.object.write(Bytes::from(open.sealed)).await?;
        open.object.commit().await?;
        let index = self.next_index;
        self.next_index += 1;
        Ok(Some(DurableSegment { index: index as i32, size_bytes: open.plain_bytes as i64 }))
    }
}

async fn open_segment(
    objects: &dyn ObjectStore,
    key: &DataKey,
    blob: BlobId,
    index: u32,
) -> Result<OpenSegment> {
    let object = objects.create(&ObjectKey { blob, index }).await?;
    Ok(OpenSegment {
        sealer: SegmentSealer::new(key, blob, index),
        object,
        plain_bytes: 0,
        sealed: Vec::new(),
    })
}

impl OpenSegment {
    async fn take(&mut self, plain: &[u8]) -> Result<()> {
        for piece in plain.chunks(PIECE_BYTES) {
            self.sealer
                .push(piece, &mut self.sealed)
                .map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
            self.plain_bytes += piece.len() as u64;
            if self.sealed.len() >= PIECE_BYTES {
                let sealed = std::mem::replace(&mut self.sealed, Vec::with_capacity(PIECE_BYTES + 65_536));
                self.object.write(Bytes::from(sealed)).await?;
            }
        }
        Ok(())
    }
}
