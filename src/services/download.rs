//! Handing out bytes: decrypted and checked chunk by chunk, any range without the rest, and kept in the trail before the first byte.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use zeroize::Zeroizing;

use crate::crypto::keyring::DataKey;
use crate::crypto::segment::SegmentOpener;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::entry::Entry;
use crate::domain::id::{BlobId, EntryId};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::glances::Glance;
use crate::storage::{ByteStream, ObjectKey, ObjectStore};

pub type PlainStream = BoxStream<'static, Result<Bytes>>;

/// A version whose bytes can be read.
pub struct Content {
    pub entry: Entry,
    pub version: db::version::Version,
    source: BlobSource,
}

/// How much of a version is asked for at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Whole,
    Part,
}

/// All that reading a blob needs.
#[derive(Clone)]
pub struct BlobSource {
    objects: Arc<dyn ObjectStore>,
    blob: BlobId,
    key: Arc<DataKey>,
    segments: Arc<Vec<db::version::Segment>>,
}

/// Bytes checked before an answer begins, so that damage at the start is told by a problem and not by a cut connection.
const FIRST_BYTES: usize = 1024 * 1024;

impl Kho {
    /// Opens a version of a document (the current one if none is named) for download. Parts that one reader asks for one after the other
    /// are one look, kept when its first part is asked for; the whole is kept every time.
    pub async fn open_content(
        &self,
        actor: &Actor,
        id: EntryId,
        number: Option<i32>,
        asked: Asked,
    ) -> Result<Content> {
        let mut tx = self.db.read().await?;
        let target = self.gate(&mut tx, actor, Act::DocumentDownload, id).await?;
        let current = target.entry.expect_document()?;
        let version = match number {
            None => db::version::get(&mut tx, current).await?,
            Some(number) => db::version::by_number(&mut tx, id, number).await?,
        };
        let version = version.ok_or(Code::NotFound)?;
        let content = self.content(&mut tx, target.entry.clone(), version).await?;
        drop(tx);
        let glance = Glance::of(actor, content.version.id.0);
        let begins = self.glances.begins(&glance, self.clock.now());
        if asked == Asked::Part && !begins {
            return Ok(content);
        }
        let record = target.record(self, actor, Act::DocumentDownload).version(content.version.id);
        if let Err(problem) = self.trail.keep(record).await {
            self.glances.forget(&glance);
            return Err(problem);
        }
        self.touch_recent(actor, &target.entry, Act::DocumentDownload).await?;
        Ok(content)
    }

    /// A version with all that reading it needs; the caller has passed a gate and keeps the record.
    pub(super) async fn content(
        &self,
        tx: &mut Tx,
        entry: Entry,
        version: db::version::Version,
    ) -> Result<Content> {
        let source = self.blob_source(tx, version.blob_id).await?;
        Ok(Content { entry, version, source })
    }

    /// Finds the key and the segments of a blob.
    pub(super) async fn blob_source(&self, tx: &mut Tx, blob: BlobId) -> Result<BlobSource> {
        let damaged = |what| Problem::new(Code::ContentDamaged).caused_by(what);
        let row = db::version::blob(tx, blob).await?.ok_or_else(|| damaged("a version without its blob"))?;
        let wrapped = row.wrapped_key.ok_or_else(|| damaged("a version whose key was destroyed"))?;
        let vault = db::vault::get(tx, row.vault_id).await?.ok_or(Code::NotFound)?;
        let key = self.keyring.open_vault_key(vault.id, &vault.wrapped_key)?.open_data_key(blob, &wrapped)?;
        let segments = db::version::segments(tx, blob).await?;
        Ok(BlobSource::new(self.objects.clone(), blob, key, segments))
    }
}

impl Content {
    /// The bytes of a range. What the stream gives first is already checked when this answers.
    pub async fn stream(&self, range: Range<u64>) -> Result<PlainStream> {
        self.source.checked(range).await
    }
}

impl BlobSource {
    pub(super) fn new(
        objects: Arc<dyn ObjectStore>,
        blob: BlobId,
        key: DataKey,
        segments: Vec<db::version::Segment>,
    ) -> Self {
        Self { objects, blob, key: Arc::new(key), segments: Arc::new(segments) }
    }

    /// The plaintext of the whole, whatever its length.
    pub(super) fn whole(&self) -> PlainStream {
        self.stream(0..u64::MAX)
    }

    /// The plaintext of the whole in memory, wiped when it is let go: for what reads files of a bounded size.
    pub(super) async fn collect(&self, size_bytes: u64) -> Result<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(size_bytes as usize));
        let mut stream = self.stream(0..size_bytes);
        while let Some(piece) = stream.try_next().await? {
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    /// The plaintext of a range, its beginning checked before this answers.
    pub async fn checked(&self, range: Range<u64>) -> Result<PlainStream> {
        let mut rest = self.stream(range);
        let mut first = Vec::new();
        let mut bytes = 0;
        while bytes < FIRST_BYTES {
            let Some(piece) = rest.try_next().await? else { break };
            bytes += piece.len();
            first.push(Ok(piece));
        }
        Ok(stream::iter(first).chain(rest).boxed())
    }

    /// The plaintext of a range; an error ends it before a byte that is not authentic.
    pub fn stream(&self, range: Range<u64>) -> PlainStream {
        let mut parts = Vec::new();
        let mut start = 0_u64;
        for segment in self.segments.iter() {
            let size = segment.size_bytes as u64;
            let (from, to) = (range.start.max(start), range.end.min(start + size));
            if from < to {
                parts.push((*segment, from - start..to - start));
            }
            start += size;
        }
        let source = self.clone();
        stream::iter(parts)
            .then(move |(segment, part)| {
                let source = source.clone();
                async move { source.open_segment(segment, part).await }
            })
            .try_flatten()
            .boxed()
    }

    async fn open_segment(&self, segment: db::version::Segment, part: Range<u64>) -> Result<PlainStream> {
        let damaged = |error| Problem::new(Code::ContentDamaged).caused_by(error);
        let index = segment.idx as u32;
        let opener = SegmentOpener::new(&self.key, self.blob, index, segment.size_bytes as u64, part)
            .map_err(damaged)?;
        let key = ObjectKey { blob: self.blob, index };
        let sealed = self.objects.read(&key, opener.sealed_range()).await?;
        let state: (ByteStream, Option<SegmentOpener>) = (sealed, Some(opener));
        let plain = stream::try_unfold(state, move |(mut sealed, opener)| async move {
            let Some(mut opener) = opener else { return Ok(None) };
            loop {
                let mut out = Vec::new();
                match sealed.try_next().await? {
                    Some(bytes) => {
                        opener.push(&bytes, &mut out).map_err(damaged)?;
                        if !out.is_empty() {
                            return Ok(Some((Bytes::from(out), (sealed, Some(opener)))));
                        }
                    }
                    None => {
                        opener.finish().map_err(damaged)?;
                        return Ok(None);
                    }
                }
            }
        });
        Ok(plain.boxed())
    }
}
