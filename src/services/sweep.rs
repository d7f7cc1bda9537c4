//! Tidying up: objects that no row names, and rows that have served their time.

use chrono::TimeDelta;
use futures::StreamExt;
use uuid::Uuid;

use crate::db;
use crate::db::expire::Times;
use crate::domain::id::BlobId;
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::idempotency::ANSWERS_KEPT;
use crate::services::mapping::deliveries::DELIVERIES_KEPT;
use crate::storage::ObjectKey;

/// Objects looked up in one question.
const BATCH: usize = 500;
/// Notices, read or not, are kept for this long.
const NOTICES_KEPT: TimeDelta = TimeDelta::days(180);
/// A browser is known for this long after it was last signed in from.
const BROWSERS_KEPT: TimeDelta = TimeDelta::days(400);
/// Tokens are listed for this long after their end: programs of other systems get one every hour.
const TOKENS_KEPT: TimeDelta = TimeDelta::days(30);
/// Evidence that was fetched and that no report rests on is kept for this long.
const EVIDENCE_KEPT: TimeDelta = TimeDelta::days(7);
/// What an account worked on lately, kept at the most.
const RECENT_KEPT: i64 = 500;
/// A writer that was silent for so long has died, also where no grace is asked for.
const WRITER_SILENT: TimeDelta = TimeDelta::hours(1);

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Objects that no row named this time.
    pub orphans: u64,
    /// Objects removed, seen without a row for the whole grace period.
    pub removed: u64,
    /// Unfinished writes removed.
    pub unfinished: u64,
    /// Rows of blobs removed whose key was destroyed.
    pub blobs: u64,
}

impl Kho {
    /// Removes objects that no row has named for the grace period (the configured one if none is given).
    ///
    /// In two steps, so that a mistake, such as serving on a restored older database, can be noticed: what no row names is noted with the time, and
    /// removed by a later sweep if no row names it then either.
    pub async fn sweep_objects(&self, grace: Option<TimeDelta>) -> Result<Swept> {
        let grace = grace.unwrap_or(TimeDelta::hours(self.settings.orphan_grace_hours));
        let mut swept = Swept { blobs: self.remove_left_over_blobs().await?, ..Default::default() };
        let mut listing = self.objects.list().chunks(BATCH);
        while let Some(objects) = listing.next().await {
            let names = objects
                .into_iter()
                .map(|object| object.map(|object| (object.key.blob.0, i64::from(object.key.index))))
                .collect::<Result<Vec<_>, _>>()?;
            swept.orphans += self.mark_orphans(&names).await?;
        }
        drop(listing);
        let now = self.clock.now();
        loop {
            let mut tx = self.db.read().await?;
            let due = db::orphan::marked_before(&mut tx, now - grace, BATCH as i64).await?;
            let unnamed = db::orphan::unnamed(&mut tx, &due).await?;
            drop(tx);
            if due.is_empty() {
                break;
            }
            // Keys are never used again, so what no row names now none will name.
            for (blob, index) in &unnamed {
                self.objects.delete(&ObjectKey { blob: BlobId(*blob), index: *index as u32 }).await?;
                swept.removed += 1;
            }
            let mut tx = self.db.begin().await?;
            for object in due {
                db::orphan::forget(&mut tx, object).await?;
            }
            tx.commit().await?;
        }
        swept.unfinished = self.objects.remove_stale(now - grace.max(WRITER_SILENT)).await?;
        Ok(swept)
    }

    async fn mark_orphans(&self, names: &[db::orphan::Name]) -> Result<u64> {
        let mut tx = self.db.read().await?;
        let unnamed = db::orphan::unnamed(&mut tx, names).await?;
        drop(tx);
        if unnamed.is_empty() {
            return Ok(0);
        }
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        for object in &unnamed {
            db::orphan::mark(&mut tx, *object, now).await?;
        }
        tx.commit().await?;
        Ok(unnamed.len() as u64)
    }

    /// Removes blobs whose key was destroyed without a job that removes them: those of uploads that were given up.
    async fn remove_left_over_blobs(&self) -> Result<u64> {
        let (mut removed, mut after) = (0, Uuid::nil());
        loop {
            let mut tx = self.db.read().await?;
            let blobs = db::orphan::left_over_blobs(&mut tx, after, BATCH as i64).await?;
            drop(tx);
            let Some(last) = blobs.last() else { return Ok(removed) };
            after = last.0;
            removed += blobs.len() as u64;
            self.remove_blobs(blobs).await?;
        }
    }

    /// Tells of shares that have expired, and deletes rows that have served their time, a batch in a transaction.
    pub async fn expire_rows(&self) -> Result<()> {
        let now = self.clock.now();
        self.tell_expired_shares().await?;
        let times = Times {
            now,
            answers_before: now - ANSWERS_KEPT,
            notices_before: now - NOTICES_KEPT,
            browsers_before: now - BROWSERS_KEPT,
            tokens_before: now - TOKENS_KEPT,
            evidence_before: now - EVIDENCE_KEPT,
            deliveries_before: now - DELIVERIES_KEPT,
        };
        for kind in 0..db::expire::KINDS {
            loop {
                let mut tx = self.db.begin().await?;
                let deleted = db::expire::delete_some(&mut tx, kind, &times).await?;
                tx.commit().await?;
                if deleted < db::expire::BATCH as u64 {
                    break;
                }
            }
        }
        loop {
            let mut tx = self.db.begin().await?;
            let deleted = db::expire::trim_recent(&mut tx, RECENT_KEPT).await?;
            tx.commit().await?;
            if deleted < db::expire::BATCH as u64 {
                return Ok(());
            }
        }
    }
}
