//! Reading the audit chains: what was done in a vault, who looked at a paper, what happened in the system.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use futures::stream::{self, BoxStream, StreamExt};
use uuid::Uuid;

use crate::db;
use crate::db::audit::{StoredRecord, TrailFilter};
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::id::{EntryId, VaultId};
use crate::domain::page::{Cursor, Key, Page, PageRequest};
use crate::domain::policy::{Act, Role};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;

/// Which records are wanted; what is left out does not narrow.
#[derive(Clone, Debug, Default)]
pub struct TrailQuery {
    pub object: Option<Uuid>,
    /// The code of an act, such as `document.download`.
    pub act: Option<String>,
    pub from: Option<DateTime<Utc>>,
    /// Exclusive.
    pub before: Option<DateTime<Utc>>,
}

/// Records read at a time for an export.
const EXPORT_PAGE: i64 = 500;

impl TrailQuery {
    fn filter(self) -> Result<TrailFilter> {
        if self.act.as_deref().is_some_and(|act| Act::parse(act).is_none()) {
            return Err(Problem::field("act", "unknown"));
        }
        if let (Some(from), Some(before)) = (self.from, self.before)
            && from > before
        {
            return Err(Problem::field("from", "after_to"));
        }
        Ok(TrailFilter {
            object: self.object,
            act: self.act.unwrap_or_default(),
            from: self.from.unwrap_or(DateTime::UNIX_EPOCH),
            before: self.before.unwrap_or(END_OF_TIME),
        })
    }
}

/// Later than any record: 9999-12-31, which both engines can store.
const END_OF_TIME: DateTime<Utc> = match DateTime::from_timestamp(253_402_214_400, 0) {
    Some(time) => time,
    None => DateTime::<Utc>::MAX_UTC,
};

impl Kho {
    /// What was done in a vault, for its owner.
    pub async fn vault_trail(
        &self,
        actor: &Actor,
        vault: VaultId,
        query: TrailQuery,
        page: PageRequest,
    ) -> Result<Page<StoredRecord>> {
        let mut tx = self.db.read().await?;
        self.gate_vault(&mut tx, actor, Act::VaultTrail, vault).await?;
        self.trail_page(&mut tx, vault.0, query, page).await
    }

    /// What was done to one entry, for the owner of its vault: who looked, when, why.
    pub async fn entry_trail(
        &self,
        actor: &Actor,
        entry: EntryId,
        query: TrailQuery,
        page: PageRequest,
    ) -> Result<Page<StoredRecord>> {
        let mut tx = self.db.read().await?;
        let target = self.gate_anywhere(&mut tx, actor, Act::VaultTrail, entry).await?;
        let query = TrailQuery { object: Some(entry.0), ..query };
        self.trail_page(&mut tx, target.vault_id().0, query, page).await
    }

    /// Acts that touch no vault, for auditors and system administrators. That they were looked at is a record too.
    pub async fn system_trail(
        &self,
        actor: &Actor,
        query: TrailQuery,
        page: PageRequest,
    ) -> Result<Page<StoredRecord>> {
        let mut tx = self.db.read().await?;
        self.gate_role(&mut tx, actor, Act::SystemTrail, &[Role::Auditor, Role::SystemAdmin]).await?;
        let found = self.trail_page(&mut tx, SYSTEM_CHAIN, query, page).await?;
        drop(tx);
        let record = Record::new(SYSTEM_CHAIN, self.clock.now(), actor.into(), Act::SystemTrail);
        self.trail.keep(record).await?;
        Ok(found)
    }

    /// All of a vault's records that match, oldest first, read page by page while they are sent. The export is itself recorded.
    pub async fn export_vault_trail(
        &self,
        actor: &Actor,
        vault: VaultId,
        query: TrailQuery,
    ) -> Result<BoxStream<'static, Result<StoredRecord>>> {
        let mut tx = self.db.read().await?;
        self.gate_vault(&mut tx, actor, Act::VaultTrail, vault).await?;
        drop(tx);
        let filter = query.filter()?;
        let record = Record::done(vault, self.clock.now(), actor, Act::VaultTrail)
            .about(vault.0)
            .detail(serde_json::json!({ "export": true }));
        self.trail.keep(record).await?;
        let state = (self.clone(), filter, VecDeque::new(), 0, false);
        let records =
            stream::try_unfold(state, move |(kho, filter, mut buffer, mut after, mut ended)| async move {
                if buffer.is_empty() && !ended {
                    let mut tx = kho.db.read().await?;
                    let rows =
                        db::audit::page(&mut tx, vault.0, &filter, false, Some(after), EXPORT_PAGE).await?;
                    ended = (rows.len() as i64) < EXPORT_PAGE;
                    after = rows.last().map_or(after, |row| row.seq);
                    buffer.extend(rows);
                }
                let next: Option<StoredRecord> = buffer.pop_front();
                Ok(next.map(|record| (record, (kho, filter, buffer, after, ended))))
            });
        Ok(records.boxed())
    }

    async fn trail_page(
        &self,
        tx: &mut db::Tx,
        chain: Uuid,
        query: TrailQuery,
        page: PageRequest,
    ) -> Result<Page<StoredRecord>> {
        let after = match &page.after {
            Some(cursor) if cursor.id != chain => return Err(Code::UnknownCursor.into()),
            Some(cursor) => Some(cursor.key.as_number()?),
            None => None,
        };
        let limit = i64::from(page.limit) + 1;
        let rows = db::audit::page(tx, chain, &query.filter()?, page.sort.descending, after, limit).await?;
        let sort = page.sort;
        Ok(Page::cut(rows, page.limit, |row| Cursor { sort, group: 0, key: Key::Number(row.seq), id: chain }))
    }
}
