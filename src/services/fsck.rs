//! Comparing rows with objects, both ways, and rows with each other.
//!
//! Tables are walked in windows and objects as they are listed, so a store of any size is checked in bounded memory beside a serving node. A
//! repair only touches what follows from other rows; no row is ever removed because an object is absent.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use futures::{StreamExt, TryStreamExt};
use ring::digest::{Context, SHA256};
use uuid::Uuid;

use crate::crypto::segment::sealed_len;
use crate::db;
use crate::db::fsck::{Hashed, Named, PARTS, Part, StoredSegment};
use crate::domain::id::{BlobId, EntryId, VaultId};
use crate::domain::name::EntryName;
use crate::domain::problem::{Code, Result};
use crate::services::Kho;
use crate::services::check::{Course, Finding, LAST_ID, Tally, Watcher};
use crate::storage::ObjectKey;

/// What to check, and whether to mend what can be.
#[derive(Clone, Copy, Debug, Default)]
pub struct FsckScope {
    /// One vault; all, and all objects, if none is named.
    pub vault: Option<VaultId>,
    /// Decrypt every byte and compare it with its hash.
    pub read_all: bool,
    pub repair: bool,
}

impl FsckScope {
    /// As the queries take it: the nil id for all.
    fn id(self) -> Uuid {
        self.vault.map_or(Uuid::nil(), |vault| vault.0)
    }
}

/// Rows read, and objects looked up, at a time.
const PAGE: i64 = 1_000;
/// Questions to the object store at a time.
const LOOKUPS: usize = 32;
/// Blobs read whole at a time.
const READERS: usize = 4;

impl Kho {
    /// Checks the store. The answer is clean if nothing was found, or all of it mended.
    pub async fn fsck(&self, scope: FsckScope, watcher: &mut dyn Watcher) -> Result<Tally> {
        let started_at = self.clock.now();
        let mut course = Course::new(watcher);
        for part in PARTS {
            self.check_rows(part, scope, &mut course).await?;
        }
        self.check_names(scope, &mut course).await?;
        self.check_segments(scope, &mut course).await?;
        if scope.vault.is_none() {
            self.check_objects(scope, &mut course).await?;
        }
        if scope.read_all {
            self.check_bytes(scope, &mut course).await?;
            self.check_thumbnails(scope, &mut course).await?;
        }
        let tally = course.tally;
        if scope.vault.is_none() {
            self.keep_check_run("fsck", started_at, tally).await?;
        }
        Ok(tally)
    }

    async fn begin_walk(
        &self,
        name: &'static str,
        table: &str,
        scope: FsckScope,
        course: &mut Course<'_>,
    ) -> Result<()> {
        let mut tx = self.db.read().await?;
        let count = db::fsck::count(&mut tx, table, scope.id()).await?;
        course.watcher.begins(name, Some(count as u64));
        Ok(())
    }

    async fn check_rows(&self, part: &'static Part, scope: FsckScope, course: &mut Course<'_>) -> Result<()> {
        self.begin_walk(part.name, part.table, scope, course).await?;
        let mut after = Uuid::nil();
        loop {
            let mut tx = self.db.read().await?;
            let end = db::fsck::window_end(&mut tx, part, after, scope.id()).await?;
            let window = (after, end.unwrap_or(LAST_ID));
            let faults = db::fsck::faults(&mut tx, part, window, scope.id()).await?;
            drop(tx);
            course.advance(part.window as usize);
            self.tell_faults(part, faults, scope, course).await?;
            let Some(end) = end else { return Ok(()) };
            after = end;
        }
    }

    async fn tell_faults(
        &self,
        part: &Part,
        faults: Vec<(Uuid, String)>,
        scope: FsckScope,
        course: &mut Course<'_>,
    ) -> Result<()> {
        let mut vaults = BTreeSet::new();
        for (id, fault) in faults {
            if fault == "sums_differ" {
                let mut tx = self.db.read().await?;
                let path = db::entry::path(&mut tx, EntryId(id)).await?;
                // What is being deleted for ever keeps the sums it had when that began.
                if path.iter().any(|step| step.purging_at.is_some()) {
                    continue;
                }
                vaults.extend(path.first().map(|step| step.vault_id));
            }
            if fault == "ledger_differs" {
                vaults.insert(VaultId(id));
            }
            let (kind, what) = sentence(&fault);
            let mends = scope.repair && matches!(kind, "sums_differ" | "ledger_differs");
            course.find(Finding::new(kind, part.subject, id, what).repaired(mends));
        }
        if scope.repair {
            for vault in vaults {
                self.repair_vault(vault, part.name).await?;
            }
        }
        Ok(())
    }

    /// Counts a vault's sums, or its ledger by them, again, under its lock.
    async fn repair_vault(&self, vault: VaultId, part: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        db::vault::lock(&mut tx, vault).await?.ok_or(Code::NotFound)?;
        if part == "ledgers" {
            db::fsck::repair_ledger(&mut tx, vault.0).await?;
        } else {
            db::fsck::repair_sums(&mut tx, vault.0).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn check_names(&self, scope: FsckScope, course: &mut Course<'_>) -> Result<()> {
        self.begin_walk("names", "entry", scope, course).await?;
        let mut after = Uuid::nil();
        loop {
            let mut tx = self.db.read().await?;
            let names = db::fsck::names_after(&mut tx, after, scope.id(), PAGE).await?;
            drop(tx);
            let Some(last) = names.last() else { return Ok(()) };
            after = last.id;
            course.advance(names.len());
            for named in &names {
                self.check_name(named, scope, course).await?;
            }
        }
    }

    async fn check_name(&self, named: &Named, scope: FsckScope, course: &mut Course<'_>) -> Result<()> {
        let found = |kind, what| Finding::new(kind, "entry", named.id, what);
        let Ok(name) = EntryName::parse(&named.name) else {
            course.find(found("name_invalid", "its name is not one that could be given"));
            return Ok(());
        };
        if name.key() != named.name_key {
            course.find(found("name_key_differs", "the key that keeps its name unique is of another name"));
        }
        let sort_key = name.sort_key();
        if sort_key != named.sort_key {
            if scope.repair {
                let mut tx = self.db.begin().await?;
                db::fsck::set_sort_key(&mut tx, named.id, &sort_key).await?;
                tx.commit().await?;
            }
            let what = "the key that it is sorted by is of another name";
            course.find(found("sort_key_differs", what).repaired(scope.repair));
        }
        Ok(())
    }

    /// Rows → objects: every segment is there and as long as its plaintext asks for.
    async fn check_segments(&self, scope: FsckScope, course: &mut Course<'_>) -> Result<()> {
        self.begin_walk("segments", "blob", scope, course).await?;
        let mut after = (Uuid::nil(), 0);
        loop {
            let mut tx = self.db.read().await?;
            let segments = db::fsck::segments_after(&mut tx, after, scope.id(), PAGE).await?;
            drop(tx);
            let Some(last) = segments.last() else { return Ok(()) };
            after = (last.blob_id, last.idx);
            let mut lookups = futures::stream::iter(segments)
                .map(|segment| async move { (segment, self.objects.size(&key_of(&segment)).await) })
                .buffer_unordered(LOOKUPS);
            while let Some((segment, size)) = lookups.next().await {
                course.advance(1);
                let expected = sealed_len(segment.size_bytes as u64);
                let fault = match size? {
                    Some(size) if size == expected => continue,
                    Some(size) => {
                        ("object_size", format!("the object has {size} bytes instead of {expected}"))
                    }
                    None => ("object_missing", "the object is missing".to_owned()),
                };
                if self.is_needed(&segment).await? {
                    let finding = Finding::new(fault.0, "blob", segment.blob_id, fault.1);
                    course.find(finding.seq(segment.idx.into()));
                }
            }
        }
    }

    /// Whether a segment is still to be there: it may have been deleted for ever meanwhile.
    async fn is_needed(&self, segment: &StoredSegment) -> Result<bool> {
        let mut tx = self.db.read().await?;
        let blob = db::version::blob(&mut tx, BlobId(segment.blob_id)).await?;
        Ok(blob.is_some_and(|blob| blob.wrapped_key.is_some()))
    }

    /// Objects → rows: every object is named by one, or waits for its grace period to end.
    async fn check_objects(&self, scope: FsckScope, course: &mut Course<'_>) -> Result<()> {
        course.watcher.begins("objects", None);
        let mut listing = self.objects.list().chunks(PAGE as usize / 2);
        while let Some(objects) = listing.next().await {
            let names = objects
                .into_iter()
                .map(|object| object.map(|object| (object.key.blob.0, i64::from(object.key.index))))
                .collect::<Result<Vec<_>, _>>()?;
            course.advance(names.len());
            let mut tx = self.db.read().await?;
            let unnamed = db::orphan::unnamed(&mut tx, &names).await?;
            let waiting = db::orphan::marked(&mut tx, &unnamed).await?;
            drop(tx);
            let now = self.clock.now();
            let left =
                |object: &db::orphan::Name| !waiting.contains(object) && !is_being_named(object.0, now);
            for object in unnamed.into_iter().filter(left) {
                if scope.repair {
                    let mut tx = self.db.begin().await?;
                    db::orphan::mark(&mut tx, object, self.clock.now()).await?;
                    tx.commit().await?;
                }
                let what = "no row names the object";
                let finding = Finding::new("object_unnamed", "blob", object.0, what).seq(object.1);
                course.find(finding.repaired(scope.repair));
            }
        }
        Ok(())
    }

    /// Decrypts every version and compares it with its hash.
    async fn check_bytes(&self, scope: FsckScope, course: &mut Course<'_>) -> Result<()> {
        self.begin_walk("bytes", "version", scope, course).await?;
        let mut after = Uuid::nil();
        loop {
            let mut tx = self.db.read().await?;
            let versions = db::fsck::hashed_after(&mut tx, after, scope.id(), PAGE).await?;
            drop(tx);
            let Some(last) = versions.last() else { return Ok(()) };
            after = last.id;
            let mut readers = futures::stream::iter(versions)
                .map(|version| async move { (version.id, self.read_whole(&version).await) })
                .buffer_unordered(READERS);
            while let Some((id, read)) = readers.next().await {
                course.advance(1);
                match read {
                    Ok(true) => {}
                    Ok(false) => {
                        course.find(Finding::new(
                            "hash_differs",
                            "version",
                            id,
                            "its bytes hash to something else",
                        ));
                    }
                    Err(problem) if problem.code == Code::ContentDamaged => {
                        course.find(Finding::new("content_damaged", "version", id, "its bytes do not open"));
                    }
                    Err(problem) => return Err(problem),
                }
            }
        }
    }

    /// Decrypts every thumbnail.
    async fn check_thumbnails(&self, scope: FsckScope, course: &mut Course<'_>) -> Result<()> {
        self.begin_walk("thumbnails", "version", scope, course).await?;
        let mut after = Uuid::nil();
        loop {
            let mut tx = self.db.read().await?;
            let pictured = db::fsck::pictured_after(&mut tx, after, scope.id(), PAGE).await?;
            drop(tx);
            let Some(last) = pictured.last() else { return Ok(()) };
            after = last.id;
            let mut readers = futures::stream::iter(pictured)
                .map(|version| async move { (version.id, self.open_whole(version.thumbnail_id).await) })
                .buffer_unordered(READERS);
            while let Some((id, opened)) = readers.next().await {
                course.advance(1);
                match opened {
                    Err(problem) if problem.code == Code::ContentDamaged => {
                        let what = "its thumbnail does not open; `kho thumbnails --all` draws it anew";
                        course.find(Finding::new("thumbnail_damaged", "version", id, what));
                    }
                    opened => opened?,
                }
            }
        }
    }

    async fn open_whole(&self, blob: BlobId) -> Result<()> {
        let mut tx = self.db.read().await?;
        let source = self.blob_source(&mut tx, blob).await?;
        drop(tx);
        source.whole().try_for_each(|_| async { Ok(()) }).await
    }

    async fn read_whole(&self, version: &Hashed) -> Result<bool> {
        let mut tx = self.db.read().await?;
        let source = self.blob_source(&mut tx, version.blob_id).await?;
        drop(tx);
        let mut hash = Context::new(&SHA256);
        let mut bytes = source.stream(0..version.size_bytes as u64);
        while let Some(piece) = bytes.next().await {
            hash.update(&piece?);
        }
        Ok(hash.finish().as_ref() == version.sha256)
    }
}

/// Between an object and the row that names it lies no more than this.
const NAMING: TimeDelta = TimeDelta::minutes(10);

/// Whether a blob is so new, by its id, that its row may be on its way: a thumbnail is durable before it is named.
fn is_being_named(blob: Uuid, now: DateTime<Utc>) -> bool {
    let made = blob.get_timestamp().and_then(|at| DateTime::from_timestamp(at.to_unix().0 as i64, 0));
    made.is_some_and(|made| now - made < NAMING)
}

fn key_of(segment: &StoredSegment) -> ObjectKey {
    ObjectKey { blob: BlobId(segment.blob_id), index: segment.idx as u32 }
}

/// The stable word and the sentence for a fault that the database named.
fn sentence(fault: &str) -> (&'static str, &'static str) {
    match fault {
        "blob_missing" => ("blob_missing", "the row of its bytes is missing"),
        "key_destroyed" => ("key_destroyed", "the key of its bytes was destroyed"),
        "entry_missing" => ("entry_missing", "the entry that it belongs to is missing"),
        "vault_differs" => ("vault_differs", "it and what it belongs to are in different vaults"),
        "size_differs" => ("size_differs", "its size is not that of its bytes"),
        "blob_unneeded" => ("blob_unneeded", "neither a version nor an upload needs it"),
        "segments_differ" => ("segments_differ", "its segments do not add up to it"),
        "current_version_missing" => ("current_version_missing", "its current version is missing"),
        "readability_differs" => {
            ("readability_differs", "whether it can be read is not what is known of its current version")
        }
        "verdict_differs" => ("verdict_differs", "its verdict is not that of its current version"),
        "thumbnail_differs" => {
            ("thumbnail_differs", "its thumbnail is missing, in another vault, or not that of its version")
        }
        "version_count_differs" => ("version_count_differs", "its versions are not as many as it counts"),
        "vault_missing" => ("vault_missing", "its vault is missing"),
        "no_parent" => ("no_parent", "it lies in no folder and is not the root of its vault"),
        "parent_missing" => ("parent_missing", "what it lies in or derives from is missing"),
        "parent_elsewhere" => ("parent_elsewhere", "its folder is in another vault"),
        "parent_not_a_folder" => ("parent_not_a_folder", "it lies in something that is not a folder"),
        "unreachable" => ("unreachable", "no way leads to it from the root of its vault"),
        "sums_differ" => ("sums_differ", "its sums are not those of what lies below it"),
        "ledger_differs" => ("ledger_differs", "its ledger is not the sum of its versions and uploads"),
        "parent_revoked" => {
            ("parent_revoked", "it is live though the grant that it derives from was revoked")
        }
        _ => ("row_contradicts", "its row contradicts others"),
    }
}
