//! The history of a document.

use crate::db;
use crate::domain::account::Actor;
use crate::domain::entry::Entry;
use crate::domain::id::{EntryId, VersionId};
use crate::domain::job::JobKind;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Result};
use crate::services::Kho;

impl Kho {
    /// Versions of a document, newest first, before a number; at most `limit` and whether there are more.
    pub async fn list_versions(
        &self,
        actor: &Actor,
        id: EntryId,
        before: Option<i32>,
        limit: u32,
    ) -> Result<(Vec<db::version::Version>, bool)> {
        let mut tx = self.db.read().await?;
        let target = self.gate_anywhere(&mut tx, actor, Act::EntryView, id).await?;
        target.entry.expect_document()?;
        let mut versions = db::version::newest(&mut tx, id, before, i64::from(limit) + 1).await?;
        let more = versions.len() > limit as usize;
        versions.truncate(limit as usize);
        Ok((versions, more))
    }

    /// Makes an old version the newest again: a new version on the same bytes, nothing is lost in between.
    pub async fn restore_version(
        &self,
        actor: &Actor,
        id: EntryId,
        number: i32,
        seen: Option<i64>,
    ) -> Result<Entry> {
        let mut tx = self.db.begin().await?;
        let target = self.gate_for_change(&mut tx, actor, Act::VersionRestore, id).await?;
        let document = &target.entry;
        document.expect_document()?;
        document.expect_not_authenticated()?;
        document.expect_revision(seen)?;
        let old = db::version::by_number(&mut tx, id, number).await?.ok_or(Code::NotFound)?;
        let vault = self.expect_room(&mut tx, target.vault_id(), old.size_bytes).await?;
        let version_id = VersionId::new(self.clock.now());
        // Its bytes have been looked at, or the job that will do so sees this version too.
        let current = db::entry::Current {
            version_id,
            size_bytes: old.size_bytes,
            media_type: &old.media_type,
            thumbnail_id: old.thumbnail_id,
            readability: old.readability.as_deref(),
        };
        self.make_current(&mut tx, document, current).await?;
        let entry = self.entry(&mut tx, id).await?;
        let version = db::version::Version {
            id: version_id,
            number: entry.version_count,
            comment: None,
            restored_from: Some(number),
            created_at: self.clock.now(),
            created_by: actor.account_id,
            ..old
        };
        db::version::insert(&mut tx, &version).await?;
        self.expect_judging(&mut tx, &version).await?;
        self.enqueue(&mut tx, JobKind::ExtractText, serde_json::json!({ "version": version_id })).await?;
        self.note_recent(&mut tx, actor, &entry, Act::VersionRestore).await?;
        self.refresh_search(&mut tx, &entry).await?;
        let record = target.record(self, actor, Act::VersionRestore).version(version_id);
        self.audit(&mut tx, record.detail(serde_json::json!({ "restored_from": number }))).await?;
        self.tell_of_version(&mut tx, actor, &target, &entry).await?;
        self.tell_if_nearly_full(&mut tx, &vault, version.size_bytes).await?;
        tx.commit().await?;
        Ok(entry)
    }
}
