//! Pictures of papers for lists: drawn by a job after a version was added, kept sealed like the paper itself. Whoever draws a file also sees whether
//! a person can read it, which is kept with it.
//!
//! A thumbnail is a blob of its own in the paper's vault. Its key is destroyed with that of the bytes it shows, and nobody's quota counts it: it
//! is our doing, and smaller than 256 KiB. A file that cannot be drawn, or that ends whoever draws it, has none.

use futures::TryStreamExt;
use kho_mapping::paper::Readability;
use serde_json::json;
use uuid::Uuid;

use crate::content::sniff::Format;
use crate::content::thumbnail::{DrawLimits, may_be_drawn};
use crate::db;
use crate::domain::account::Actor;
use crate::domain::id::{BlobId, EntryId, JobId, VersionId};
use crate::domain::job::JobKind;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Result};
use crate::services::Kho;
use crate::services::artist::{self, Drawn, Look};
use crate::services::blobs::BlobWriter;
use crate::services::download::BlobSource;
use crate::services::gate::{Ground, Target};
use crate::services::glances::Glance;

/// Versions queued in one transaction.
const BATCH: i64 = 500;

/// The picture of a document's current version.
pub struct Thumbnail {
    /// Never the picture of anything else.
    pub id: BlobId,
    /// The number of the version that it shows.
    pub version_number: i32,
    source: BlobSource,
}

impl Thumbnail {
    /// A JPEG of less than 256 KiB.
    pub async fn read(&self) -> Result<Vec<u8>> {
        Ok(self.source.whole().try_collect::<Vec<_>>().await?.concat())
    }
}

impl Kho {
    /// The picture of a document, for whoever may see the document.
    ///
    /// It belongs to the list that it is shown in, which leaves no record for each of its items either: a folder of a hundred papers would
    /// otherwise write a hundred records under the vault's lock. Whoever looks by a share is kept once for the folder in a quarter of
    /// an hour; opening a paper is kept every time, as ever.
    pub async fn open_thumbnail(&self, actor: &Actor, id: EntryId) -> Result<Thumbnail> {
        let mut tx = self.db.read().await?;
        let target = self.gate_anywhere(&mut tx, actor, Act::ThumbnailView, id).await?;
        target.entry.expect_document()?;
        let thumbnail = target.entry.thumbnail_id.ok_or(Code::NoThumbnail)?;
        let source = self.blob_source(&mut tx, thumbnail).await?;
        drop(tx);
        self.keep_glance(actor, &target).await?;
        Ok(Thumbnail { id: thumbnail, version_number: target.entry.version_count, source })
    }

    /// The picture of a version; the caller has passed a gate and keeps the record.
    pub(super) async fn thumbnail_of(
        &self,
        tx: &mut db::Tx,
        version: &db::version::Version,
    ) -> Result<Thumbnail> {
        let id = version.thumbnail_id.ok_or(Code::NoThumbnail)?;
        let source = self.blob_source(tx, id).await?;
        Ok(Thumbnail { id, version_number: version.number, source })
    }

    /// Keeps that somebody saw pictures of what is not theirs.
    async fn keep_glance(&self, actor: &Actor, target: &Target) -> Result<()> {
        if !matches!(target.ground, Ground::Grant(_)) {
            return Ok(());
        }
        // The folder, where the share shows it; else the paper was shared on its own.
        let place = target.visible_path().get(1).or(target.path.first()).ok_or(Code::NotFound)?;
        let glance = Glance::of(actor, place.id.0);
        if !self.glances.begins(&glance, self.clock.now()) {
            return Ok(());
        }
        let record = target.record(self, actor, Act::ThumbnailView).on(place.id, &place.name);
        let kept = self.trail.keep(record).await;
        if kept.is_err() {
            self.glances.forget(&glance);
        }
        kept
    }

    /// Whether files of this media type are drawn.
    pub(super) fn is_drawable(&self, media_type: &str) -> bool {
        self.drawn_format(media_type).is_some()
    }

    fn drawn_format(&self, media_type: &str) -> Option<Format> {
        let known = self.file_types.iter().find(|known| known.media == media_type)?;
        Some(known.format).filter(|format| may_be_drawn(*format))
    }

    /// Draws a version's file and keeps the picture, and whether a person can read it: the work of [`JobKind::MakeThumbnail`]. One that has a
    /// picture keeps it, unless it is to be drawn again.
    pub async fn make_thumbnail(&self, id: VersionId, again: bool) -> Result<()> {
        let mut tx = self.db.read().await?;
        let Some(version) = db::version::get(&mut tx, id).await? else { return Ok(()) };
        if version.thumbnail_id.is_some() && version.readability.is_some() && !again {
            return Ok(());
        }
        let source = self.blob_source(&mut tx, version.blob_id).await;
        drop(tx);
        let look = match self.drawn_format(&version.media_type) {
            Some(format) if version.size_bytes as u64 <= DrawLimits::default().input_bytes => {
                match self.look(format, source, version.size_bytes as u64).await {
                    // Whoever downloads it is told.
                    Err(problem) if problem.code == Code::ContentDamaged => Look::only(Drawn::Failed),
                    look => look?,
                }
            }
            _ => Look::only(Drawn::Nothing),
        };
        let readability = look.readability.map(Readability::as_str);
        match look.drawn {
            Drawn::Picture(jpeg) if version.thumbnail_id.is_none() || again => {
                self.keep_thumbnail(&version, &jpeg, readability).await
            }
            Drawn::Nothing => self.keep_no_thumbnail(&version, "none", readability).await,
            Drawn::Picture(_) | Drawn::Failed => {
                self.keep_no_thumbnail(&version, "failed", readability).await
            }
        }
    }

    async fn look(&self, format: Format, source: Result<BlobSource>, size_bytes: u64) -> Result<Look> {
        artist::look(&self.confined, format, source?.stream(0..size_bytes)).await
    }

    /// Makes the picture durable, then names it. A node that dies in between leaves an object that the sweeper removes.
    async fn keep_thumbnail(
        &self,
        version: &db::version::Version,
        jpeg: &[u8],
        readability: Option<&str>,
    ) -> Result<()> {
        let now = self.clock.now();
        let id = BlobId::new(now);
        let mut tx = self.db.read().await?;
        let Some(vault) = db::vault::get(&mut tx, version.vault_id).await? else { return Ok(()) };
        drop(tx);
        let (key, wrapped_key) =
            self.keyring.open_vault_key(vault.id, &vault.wrapped_key)?.new_data_key(id)?;
        let mut writer = BlobWriter::new(self.objects.clone(), id, key);
        let mut segments = writer.write(jpeg).await?;
        segments.extend(writer.end_segment().await?);

        let mut tx = self.db.begin().await?;
        db::vault::lock(&mut tx, vault.id).await?;
        let Some(version) = db::version::get(&mut tx, version.id).await? else {
            drop(tx);
            writer.discard(&segments).await;
            return Ok(());
        };
        db::version::insert_blob(&mut tx, id, vault.id, &wrapped_key, now).await?;
        for segment in &segments {
            db::version::add_segment(&mut tx, id, segment.index, segment.size_bytes).await?;
        }
        db::thumbnail::put(&mut tx, version.blob_id, "done", Some(id)).await?;
        db::readability::put(&mut tx, version.blob_id, readability).await?;
        if let Some(before) = version.thumbnail_id {
            self.doom_blob(&mut tx, before, &[]).await?;
        }
        Ok(tx.commit().await?)
    }

    /// A picture that is there stays, whatever became of drawing it again.
    async fn keep_no_thumbnail(
        &self,
        version: &db::version::Version,
        state: &str,
        readability: Option<&str>,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        db::vault::lock(&mut tx, version.vault_id).await?;
        let Some(version) = db::version::get(&mut tx, version.id).await? else { return Ok(()) };
        if version.thumbnail_id.is_none() {
            db::thumbnail::put(&mut tx, version.blob_id, state, None).await?;
        }
        db::readability::put(&mut tx, version.blob_id, readability).await?;
        Ok(tx.commit().await?)
    }

    /// Queues the drawing of all versions without a picture or not known to be readable, or of all that can be drawn; `each` is told how many were queued since it was
    /// last called. May be broken off and run again, beside a running server.
    pub async fn queue_thumbnails(&self, all: bool, mut each: impl FnMut(u64)) -> Result<u64> {
        let drawn = self.file_types.iter().filter(|known| may_be_drawn(known.format));
        let media_types = drawn.map(|known| known.media.clone()).collect::<Vec<_>>();
        let (mut after, mut total) = (Uuid::nil(), 0);
        loop {
            let mut tx = self.db.begin().await?;
            let versions = db::thumbnail::drawable_after(&mut tx, after, &media_types, all, BATCH).await?;
            let Some(last) = versions.last() else { return Ok(total) };
            after = last.0;
            for version in &versions {
                let (now, kind) = (self.clock.now(), JobKind::MakeThumbnail);
                let key = format!("{}:{version}", kind.as_str());
                let payload = json!({ "version": version, "again": all });
                db::job::enqueue(&mut tx, JobId::new(now), kind, Some(&key), &payload, now).await?;
            }
            tx.commit().await?;
            total += versions.len() as u64;
            each(versions.len() as u64);
        }
    }
}
