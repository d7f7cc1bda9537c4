//! Receiving a part of a resumable upload.
//!
//! One connection at a time holds the upload's lease, renewed while bytes flow. Its task outlives the request: when the connection
//! breaks, what came is still made durable. Each finished segment is durable before the row counts it, in one transaction that also
//! names the index of the next segment, so an index that a crash left in doubt is never used again. The last segment is counted in
//! the transaction that names the document: until that commits, the client is told to send it again.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::TryStreamExt;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::db;
use crate::domain::account::Actor;
use crate::domain::entry::Entry;
use crate::domain::id::{BlobId, UploadId};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::blobs::{BlobWriter, DurableSegment, HEAD_BYTES};
use crate::services::documents::Received;
use crate::services::uploads::{UploadState, declared, destination, upload_state};

/// How long a connection that went silent keeps others out.
const LEASE: TimeDelta = TimeDelta::seconds(15);
const RENEW_AFTER: TimeDelta = TimeDelta::seconds(5);
/// A part that does not end the file has at least this many bytes, so that a file is not cut into thousands of objects. Also what
/// makes the head of the file, from which its type is read, lie in counted segments before any later part.
pub const MIN_PART_BYTES: u64 = HEAD_BYTES as u64;
/// Pieces that wait between the connection and the store.
const QUEUE: usize = 4;
/// A connection that sends nothing for so long is given up.
pub const SILENCE: Duration = Duration::from_secs(60);

/// A digest that the client declared for a part.
pub struct PartDigest {
    context: ring::digest::Context,
    expected: Vec<u8>,
}

impl PartDigest {
    /// The algorithms of [`PartDigest::new`], as tus lists them.
    pub const ALGORITHMS: &'static str = "sha1,sha256";

    pub fn new(algorithm: &str, expected: Vec<u8>) -> Result<Self> {
        let algorithm = match algorithm {
            "sha1" => &ring::digest::SHA1_FOR_LEGACY_USE_ONLY,
            "sha256" => &ring::digest::SHA256,
            _ => return Err(Code::TusChecksumUnsupported.into()),
        };
        Ok(Self { context: ring::digest::Context::new(algorithm), expected })
    }
}

/// What came of a part.
pub struct PartDone {
    pub state: UploadState,
    /// The document, where the part was the last.
    pub entry: Option<Entry>,
}

/// The way into the task that receives a part.
pub struct PartSender {
    pieces: mpsc::Sender<Piece>,
    task: JoinHandle<Result<PartDone>>,
}

enum Piece {
    Bytes(Bytes),
    /// The body ended as it should; a queue that closes without it means that the connection broke.
    End,
}

impl PartSender {
    /// Hands bytes on; `false` where the task has ended and [`PartSender::finish`] tells why.
    pub async fn send(&self, bytes: Bytes) -> bool {
        self.pieces.send(Piece::Bytes(bytes)).await.is_ok()
    }

    /// Ends the part; `complete` where the body came to its end.
    pub async fn finish(self, complete: bool) -> Result<PartDone> {
        if complete {
            // A task that has ended already tells its reason below.
            let _ = self.pieces.send(Piece::End).await;
        }
        drop(self.pieces);
        self.task.await.map_err(|cause| Problem::new(Code::Internal).caused_by(cause))?
    }
}

struct Part {
    kho: Kho,
    actor: Actor,
    upload: db::upload::Upload,
    blob: BlobId,
    length: u64,
    lease: Uuid,
    writer: BlobWriter,
    digest: Option<PartDigest>,
    /// Durable, not counted yet: the last of the file, or all of a part with a digest.
    waiting: Vec<DurableSegment>,
    renewed_at: DateTime<Utc>,
}

impl Kho {
    /// Takes the lease of an upload that stands at `offset` and starts the task that receives the part. `part_bytes` is its length
    /// where the client declared it.
    pub async fn begin_part(
        &self,
        actor: &Actor,
        id: UploadId,
        offset: u64,
        part_bytes: Option<u64>,
        digest: Option<PartDigest>,
    ) -> Result<PartSender> {
        let mut tx = self.db.read().await?;
        let upload = self.own_upload(&mut tx, actor, Act::UploadStart, id).await?;
        self.expect_open(&upload)?;
        let standing = upload.received_bytes as u64;
        let mismatch = |standing: u64| Problem::new(Code::UploadOffsetMismatch).with("offset", standing);
        let Some(blob) = upload.blob_id else { return Err(mismatch(standing)) };
        // Rights may have been taken back since the upload began.
        match declared(&upload)?.slot {
            Some(slot) => {
                self.dossier_of_key(&mut tx, actor, slot.act(), &slot.dossier).await?;
            }
            None => {
                let destination = destination(&upload)?;
                self.gate(&mut tx, actor, destination.act(), destination.entry()).await?;
            }
        }
        let length = upload.declared_bytes.unwrap_or_default() as u64;
        if offset == standing
            && let Some(part_bytes) = part_bytes
        {
            if part_bytes > length - standing {
                return Err(Code::LengthMismatch.into());
            }
            if part_bytes < MIN_PART_BYTES && offset + part_bytes < length {
                return Err(too_small());
            }
        }
        let row = db::version::blob(&mut tx, blob).await?.ok_or(Code::UploadGone)?;
        let wrapped = row.wrapped_key.ok_or(Code::UploadGone)?;
        let vault = db::vault::get(&mut tx, upload.vault_id).await?.ok_or(Code::NotFound)?;
        drop(tx);
        let key = self.keyring.open_vault_key(vault.id, &vault.wrapped_key)?.open_data_key(blob, &wrapped)?;
        let (lease, now) = (Uuid::new_v4(), self.clock.now());
        let mut tx = self.db.begin().await?;
        let index = db::upload::lease(
            &mut tx,
            id,
            i64::try_from(offset).unwrap_or(i64::MAX),
            lease,
            now,
            now + LEASE,
            self.upload_expiry(),
        )
        .await?;
        let Some(index) = index else {
            let upload = db::upload::get(&mut tx, id).await?.ok_or(Code::UploadGone)?;
            let busy = upload.leased_until.is_some_and(|until| until > now);
            return Err(if busy { Code::UploadBusy.into() } else { mismatch(upload.received_bytes as u64) });
        };
        // Read again: the state of the hash belongs to the offset that was leased.
        let upload = db::upload::get(&mut tx, id).await?.ok_or(Code::UploadGone)?;
        tx.commit().await?;
        let writer = BlobWriter::resume(
            self.objects.clone(),
            blob,
            key,
            index as u32,
            offset,
            upload.hash_state.as_deref(),
        )?;
        let part = Part {
            kho: self.clone(),
            actor: actor.clone(),
            upload,
            blob,
            length,
            lease,
            writer,
            digest,
            waiting: Vec::new(),
            renewed_at: now,
        };
        let (pieces, queue) = mpsc::channel(QUEUE);
        Ok(PartSender { pieces, task: tokio::spawn(part.receive(queue)) })
    }
}

fn too_small() -> Problem {
    Problem::new(Code::UploadPartTooSmall).with("least_bytes", MIN_PART_BYTES)
}

fn overtaken() -> Problem {
    Code::UploadBusy.into()
}

impl Part {
    async fn receive(mut self, queue: mpsc::Receiver<Piece>) -> Result<PartDone> {
        let done = match self.take_all(queue).await {
            Ok(complete) => self.settle(complete).await,
            Err(problem) => Err(problem),
        };
        if let Err(problem) = &done {
            self.give_back(problem.code).await;
        }
        done
    }

    /// Takes what the connection brings; answers whether the body came to its end.
    async fn take_all(&mut self, mut queue: mpsc::Receiver<Piece>) -> Result<bool> {
        while let Some(piece) = queue.recv().await {
            let Piece::Bytes(bytes) = piece else { return Ok(true) };
            if bytes.len() as u64 > self.length - self.writer.received_bytes() {
                return Err(Code::LengthMismatch.into());
            }
            if let Some(digest) = &mut self.digest {
                digest.context.update(&bytes);
            }
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let (taken, segment) = self.writer.write_some(rest).await?;
                rest = &rest[taken..];
                if let Some(segment) = segment {
                    self.take_segment(segment).await?;
                }
            }
            self.renew().await?;
        }
        Ok(false)
    }

    /// A segment became full in the middle of the part.
    async fn take_segment(&mut self, segment: DurableSegment) -> Result<()> {
        self.waiting.push(segment);
        if self.is_whole() {
            return Ok(());
        }
        if self.digest.is_none() {
            return self.count().await;
        }
        let mut tx = self.kho.db.begin().await?;
        let index = db::upload::next_index(&mut tx, self.upload.id, self.lease).await?;
        tx.commit().await?;
        self.writer.use_index(index.ok_or_else(overtaken)? as u32);
        Ok(())
    }

    fn is_whole(&self) -> bool {
        self.writer.received_bytes() == self.length
    }

    /// Counts what waits, and gets the index of the next segment.
    async fn count(&mut self) -> Result<()> {
        let now = self.kho.clock.now();
        let more = self.waiting.iter().map(|segment| segment.size_bytes).sum();
        let state = self.writer.hash_state();
        let mut tx = self.kho.db.begin().await?;
        let index =
            db::upload::advance(&mut tx, self.upload.id, self.lease, more, &state, now + LEASE).await?;
        let index = index.ok_or_else(overtaken)?;
        for segment in &self.waiting {
            db::version::add_segment(&mut tx, self.blob, segment.index, segment.size_bytes).await?;
        }
        tx.commit().await?;
        self.waiting.clear();
        self.writer.use_index(index as u32);
        self.renewed_at = now;
        Ok(())
    }

    async fn renew(&mut self) -> Result<()> {
        let now = self.kho.clock.now();
        if now - self.renewed_at < RENEW_AFTER {
            return Ok(());
        }
        let mut tx = self.kho.db.begin().await?;
        let held = db::upload::renew(&mut tx, self.upload.id, self.lease, now + LEASE).await?;
        tx.commit().await?;
        self.renewed_at = now;
        if held { Ok(()) } else { Err(overtaken()) }
    }

    /// The connection has ended: keeps what it brought.
    async fn settle(&mut self, complete: bool) -> Result<PartDone> {
        if let Some(digest) = self.digest.take() {
            let same = digest.context.finish().as_ref() == digest.expected;
            if !complete || !same {
                return Err(Code::TusChecksumMismatch.into());
            }
        }
        let part_bytes = self.writer.received_bytes() - self.upload.received_bytes as u64;
        if part_bytes < MIN_PART_BYTES && !self.is_whole() {
            // An empty part asks nothing and changes nothing.
            if part_bytes > 0 || !complete {
                return Err(too_small());
            }
            self.release().await?;
            return Ok(PartDone { state: upload_state(&self.upload)?, entry: None });
        }
        self.waiting.extend(self.writer.end_segment().await?);
        // A paper that is pushed is named by its push.
        if self.is_whole() && declared(&self.upload)?.slot.is_none() {
            let entry = self.name().await?;
            let mut state = upload_state(&self.upload)?;
            (state.offset, state.entry_id) = (self.length as i64, Some(entry.id));
            return Ok(PartDone { state, entry: Some(entry) });
        }
        if !self.waiting.is_empty() {
            self.count().await?;
        }
        self.release().await?;
        let mut state = upload_state(&self.upload)?;
        state.offset = self.writer.received_bytes() as i64;
        Ok(PartDone { state, entry: None })
    }

    async fn release(&mut self) -> Result<()> {
        let mut tx = self.kho.db.begin().await?;
        db::upload::release(&mut tx, self.upload.id, self.lease).await?;
        Ok(tx.commit().await?)
    }

    /// Makes the whole file a document or a version and keeps the outcome.
    async fn name(&mut self) -> Result<Entry> {
        let head = self.head().await?;
        let kho = self.kho.clone();
        let received = Received {
            blob: self.blob,
            size_bytes: self.length as i64,
            sha256: self.writer.sha256(),
            head,
            segments: self.waiting.clone(),
        };
        let declared = declared(&self.upload)?;
        let destination = destination(&self.upload)?;
        let mut tx = kho.db.begin().await?;
        db::vault::lock(&mut tx, self.upload.vault_id).await?;
        let now = kho.clock.now();
        if !db::upload::renew(&mut tx, self.upload.id, self.lease, now + LEASE).await? {
            return Err(overtaken());
        }
        kho.release_reserved(&mut tx, &self.upload).await?;
        let named = kho.name_received(&mut tx, &self.actor, destination, &received, &declared.file).await;
        let entry = match named {
            Ok(entry) => entry,
            Err(problem) => {
                drop(tx);
                // What the client sent cannot become this document, however often it is sent. Failures of ours can pass.
                if problem.code.status() < 500 {
                    let waiting = std::mem::take(&mut self.waiting);
                    kho.fail_upload(&self.actor, self.upload.id, problem.code, &waiting).await?;
                }
                return Err(problem);
            }
        };
        db::upload::end(&mut tx, self.upload.id, Some(entry.id), None).await?;
        tx.commit().await?;
        Ok(entry)
    }

    /// The first bytes of the file: in this part, or, where it does not begin the file, in segments that were counted.
    async fn head(&mut self) -> Result<Vec<u8>> {
        if self.upload.received_bytes == 0 {
            return Ok(self.writer.head().to_vec());
        }
        let mut tx = self.kho.db.read().await?;
        let source = self.kho.blob_source(&mut tx, self.blob).await?;
        drop(tx);
        let mut head = source.stream(0..MIN_PART_BYTES.min(self.upload.received_bytes as u64));
        let mut bytes = Vec::new();
        while let Some(piece) = head.try_next().await? {
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    /// After a failure: lets the next connection in at once, and removes objects that no row will name. An upload that was overtaken or
    /// swept is no longer this task's.
    async fn give_back(&mut self, code: Code) {
        if let Err(problem) = self.release().await {
            tracing::warn!(code = problem.code.as_str(), "an upload's lease is left to run out");
        }
        // A commit whose answer got lost may have happened; then its objects are named.
        if !matches!(code, Code::DatabaseUnavailable | Code::StorageFull | Code::Internal) {
            self.writer.discard(&self.waiting).await;
        }
    }
}
