//! Deleting for ever: asked for by the owner, or planned by age (H4).
//!
//! From the commit of the request on the entry is gone for everybody and its grants are closed. The rows of the first
//! [`BATCH`] documents go in the same transaction and their data keys are destroyed with them; more are removed by a job, a
//! batch in a transaction. A version counts as trash as long as its row exists, so the ledger equals a recount at every commit.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::db::trash::Planned;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::{Record, Who};
use crate::domain::entry::{Entry, is_being_purged};
use crate::domain::id::{BlobId, EntryId, VaultId};
use crate::domain::job::JobKind;
use crate::domain::notice::Kind;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::domain::trash::GRACE;
use crate::services::Kho;
use crate::services::notices::{Audience, News};
use crate::services::trash::{Outcome, expect_named, refused_only};
use crate::storage::ObjectKey;

/// Documents, or folders, whose rows go in one transaction.
pub const BATCH: usize = 500;
/// Entries whose purge by age is planned in one transaction.
const PLANNED: i64 = 1_000;

/// What deleting for ever removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purged {
    pub documents: i64,
    /// Bytes of all its versions.
    pub bytes: i64,
    /// Whether all is gone; else a job goes on with the rest.
    pub complete: bool,
}

impl Kho {
    /// Deletes for ever what lies in the trash.
    pub async fn purge_entry(&self, actor: &Actor, id: EntryId, seen: Option<i64>) -> Result<Purged> {
        let mut tx = self.db.begin().await?;
        self.lock_vault_of(&mut tx, id).await?;
        let target = self.gate_anywhere(&mut tx, actor, Act::EntryPurge, id).await?;
        if seen.is_some() {
            target.entry.expect_revision(seen)?;
        }
        let mut room = BATCH;
        let by = (Who::from(actor), Some(actor));
        let purged = self.purge(&mut tx, by, &target.entry, "asked", &mut room).await?;
        tx.commit().await?;
        Ok(purged)
    }

    /// Deletes each of the named entries for ever. `count` repeats how many are meant: what a program did not count it must not destroy.
    pub async fn purge_entries(
        &self,
        actor: &Actor,
        ids: &[EntryId],
        count: usize,
    ) -> Result<Vec<Outcome<Purged>>> {
        expect_named(ids)?;
        if ids.len() != count {
            return Err(Problem::field("count", "differs").with("named", ids.len()));
        }
        let mut tx = self.db.begin().await?;
        self.lock_vaults_of(&mut tx, ids).await?;
        let mut outcomes = Vec::with_capacity(ids.len());
        let mut room = BATCH;
        for &id in ids {
            let result = match self.gate_anywhere(&mut tx, actor, Act::EntryPurge, id).await {
                Ok(target) => {
                    let by = (Who::from(actor), Some(actor));
                    self.purge(&mut tx, by, &target.entry, "asked", &mut room).await
                }
                Err(problem) => Err(problem),
            };
            outcomes.push(Outcome { id, result: refused_only(result)? });
        }
        tx.commit().await?;
        self.keep_refusals(&outcomes).await?;
        Ok(outcomes)
    }

    /// Begins to delete an entry for ever, and ends it where `room` is left in this transaction. The caller holds the vault's lock.
    async fn purge(
        &self,
        tx: &mut Tx,
        (who, actor): (Who, Option<&Actor>),
        entry: &Entry,
        because: &str,
        room: &mut usize,
    ) -> Result<Purged> {
        entry.expect_in_trash()?;
        // Nothing authenticated can be trashed (D6); what became so since is not lost.
        if entry.tree_authenticated > 0 {
            return Err(Code::DocumentAuthenticated.into());
        }
        // Its bytes are what an agency decides by, whatever the owner thinks of the paper meanwhile.
        if db::attachment::is_held(tx, entry.id).await? {
            return Err(Code::PaperInDossier.into());
        }
        let now = self.clock.now();
        db::purge::mark(tx, entry.id, now).await?;
        let closed = db::purge::close_grants(
            tx,
            entry.vault_id,
            entry.id,
            now,
            actor.map(|actor| actor.account_id),
            "purged",
        )
        .await?;
        self.tell_revoked(tx, actor, &closed, "purged").await?;
        let (documents, bytes) = (entry.tree_documents, entry.tree_live_bytes + entry.tree_version_bytes);
        let record = Record::new(entry.vault_id.0, now, who, Act::EntryPurge).on(entry.id, &entry.name);
        let detail = serde_json::json!({
            "because": because, "bytes": bytes, "documents": documents, "trashed_at": entry.trashed_at,
        });
        self.audit(tx, record.detail(detail)).await?;
        let complete = self.purge_batch(tx, entry.vault_id, entry.id, room).await?;
        if !complete {
            self.enqueue(tx, JobKind::PurgeEntry, serde_json::json!({ "entry": entry.id })).await?;
        }
        Ok(Purged { documents, bytes, complete })
    }

    /// Removes rows at and below a purged entry, `room` documents and as many folders at the most; answers whether all are gone.
    async fn purge_batch(
        &self,
        tx: &mut Tx,
        vault_id: VaultId,
        entry: EntryId,
        room: &mut usize,
    ) -> Result<bool> {
        if *room == 0 {
            return Ok(false);
        }
        let vault = db::vault::get(tx, vault_id).await?.ok_or(Code::NotFound)?;
        if db::purge::detach_trashed(tx, entry, vault.root_id, BATCH as i64).await? == BATCH as u64 {
            return Ok(false);
        }
        let documents = db::purge::documents(tx, entry, *room as i64).await?;
        self.remove_documents(tx, vault_id, &documents).await?;
        *room -= documents.len();
        if *room == 0 {
            return Ok(false);
        }
        let folders = db::purge::folders(tx, entry, BATCH as i64).await?;
        if !folders.is_empty() {
            self.remove_rows(tx, &folders).await?;
        }
        Ok(folders.len() < BATCH)
    }

    async fn remove_documents(&self, tx: &mut Tx, vault: VaultId, documents: &[EntryId]) -> Result<()> {
        if documents.is_empty() {
            return Ok(());
        }
        let bytes = db::purge::version_bytes(tx, documents).await?;
        let blobs = db::purge::remove_versions(tx, documents).await?;
        self.remove_rows(tx, documents).await?;
        let change = db::vault::LedgerChange { trash: -bytes, ..Default::default() };
        db::vault::change_ledger(tx, vault, change).await?;
        for some in blobs.chunks(BATCH) {
            self.enqueue(tx, JobKind::RemoveBlob, serde_json::json!({ "blobs": some })).await?;
        }
        Ok(())
    }

    /// Removes the rows of entries without versions and children.
    async fn remove_rows(&self, tx: &mut Tx, entries: &[EntryId]) -> Result<()> {
        Ok(db::purge::remove_entries(tx, entries).await?)
    }

    /// Goes on deleting for ever, a batch in a transaction, until nothing is left. The work of [`JobKind::PurgeEntry`].
    pub async fn continue_purge(&self, entry: EntryId) -> Result<()> {
        loop {
            let mut tx = self.db.begin().await?;
            let Some(vault) = self.lock_vault_of(&mut tx, entry).await? else { return Ok(()) };
            if !is_being_purged(&db::entry::path(&mut tx, entry).await?) {
                return Err(Problem::new(Code::Internal).caused_by("an entry that is not being purged"));
            }
            let complete = self.purge_batch(&mut tx, vault.id, entry, &mut { BATCH }).await?;
            tx.commit().await?;
            if complete {
                return Ok(());
            }
        }
    }

    /// Removes the objects of blobs whose keys were destroyed, then their rows. The work of [`JobKind::RemoveBlob`].
    pub async fn remove_blobs(&self, blobs: Vec<BlobId>) -> Result<()> {
        let mut removed = Vec::with_capacity(blobs.len());
        for blob in blobs {
            let mut tx = self.db.read().await?;
            let row = db::version::blob(&mut tx, blob).await?;
            if row.is_none_or(|row| row.wrapped_key.is_some()) {
                continue;
            }
            let segments = db::version::segments(&mut tx, blob).await?;
            drop(tx);
            for segment in segments {
                self.objects.delete(&ObjectKey { blob, index: segment.idx as u32 }).await?;
            }
            removed.push(blob);
        }
        let mut tx = self.db.begin().await?;
        for blob in removed {
            db::purge::remove_blob(&mut tx, blob).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Plans the purge of what has lain in the trash for the retention time, and purges what was planned a period of grace ago, up to this
    /// hour's part of the daily bound. The work of [`JobKind::PlanPurge`].
    pub async fn plan_purge(&self) -> Result<()> {
        let now = self.clock.now();
        let trashed_before = now - chrono::TimeDelta::days(self.settings.trash_days);
        loop {
            let mut tx = self.db.begin().await?;
            let planned = db::trash::plan(&mut tx, trashed_before, now + GRACE, PLANNED).await?;
            self.tell_of_plan(&mut tx, &planned, now + GRACE).await?;
            tx.commit().await?;
            if planned.len() < PLANNED as usize {
                break;
            }
        }
        let bound = self.settings.trash_daily_purges.max(0) / 24;
        let mut tx = self.db.read().await?;
        let due = db::trash::due(&mut tx, now, bound.max(1)).await?;
        drop(tx);
        for id in due {
            // One that cannot go does not keep the others; it stays due for the next run.
            if let Err(problem) = self.purge_by_age(id).await {
                tracing::warn!(entry = %id, code = problem.code.as_str(), "a planned purge was not done");
            }
        }
        Ok(())
    }

    /// Tells the keepers of each vault how much of its trash goes; where it is one entry, which.
    async fn tell_of_plan(&self, tx: &mut Tx, planned: &[Planned], purge_at: DateTime<Utc>) -> Result<()> {
        let mut by_vault: BTreeMap<VaultId, Vec<&Planned>> = BTreeMap::new();
        for entry in planned {
            by_vault.entry(entry.vault_id).or_default().push(entry);
        }
        let vaults = by_vault.keys().copied().collect::<Vec<_>>();
        let mut notices = Vec::new();
        for person in db::notice::people(tx, &vaults).await? {
            let Some(entries) = by_vault.get(&person.vault_id) else { continue };
            if !Audience::Keepers.includes(&person.role) {
                continue;
            }
            let mut news = News::new(Kind::RetentionPlanned, None);
            news.vault_id = Some(person.vault_id);
            (news.detail.count, news.detail.purge_at) = (Some(entries.len() as i64), Some(purge_at));
            if let [only] = entries[..] {
                news.entry = Some((only.id, &only.name));
            }
            notices.push(self.notice(person.account_id, &news));
        }
        Ok(db::notice::insert(tx, notices).await?)
    }

    async fn purge_by_age(&self, id: EntryId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        self.lock_vault_of(&mut tx, id).await?;
        // Under the lock: somebody may have restored it, or deleted it for ever, since it was found due.
        let Some(trashed) = db::trash::get(&mut tx, id).await? else { return Ok(()) };
        if trashed.purge_at.is_none_or(|at| at > self.clock.now()) {
            return Ok(());
        }
        // It goes once its dossier is closed, and takes nobody's turn until then.
        if db::attachment::is_held(&mut tx, id).await? {
            db::trash::put_off(&mut tx, id, self.clock.now() + GRACE).await?;
            return Ok(tx.commit().await?);
        }
        self.purge(&mut tx, (Who::job("retention"), None), &trashed.entry, "retention", &mut { BATCH })
            .await?;
        Ok(tx.commit().await?)
    }
}
