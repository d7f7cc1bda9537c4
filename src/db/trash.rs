//! Rows in the trash: a trashed entry is the same row, marked; what lies below it is not touched.

use chrono::{DateTime, Utc};

use super::vault::LedgerChange;
use super::{DbError, One, Tx};
use crate::domain::entry::{Entry, Weight};
use crate::domain::id::{AccountId, EntryId, VaultId};
use crate::domain::page::{Cursor, Sort, SortBy};
use crate::domain::problem::Result;
use crate::{entry_columns, sql};

/// An entry that was put into the trash, as its row holds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Trashed {
    #[sqlx(flatten)]
    pub entry: Entry,
    pub trashed_by: Option<AccountId>,
    /// The full name of who put it there.
    pub trashed_by_name: Option<String>,
    /// The folders it lay in, as JSON; see [`crate::domain::trash::FolderStep`].
    pub trashed_path: Option<String>,
    pub purge_at: Option<DateTime<Utc>>,
}

const SELECT: &str = concat!(
    "SELECT ",
    entry_columns!("e"),
    ", e.trashed_by, a.full_name AS trashed_by_name, e.trashed_path, e.purge_at
     FROM entry e LEFT JOIN account a ON a.id = e.trashed_by
     WHERE e.trashed_at IS NOT NULL AND e.purging_at IS NULL"
);

/// What a vault's trash holds, in the given order; what lies below a trashed folder is part of that folder.
pub async fn list(
    tx: &mut Tx,
    vault: VaultId,
    sort: Sort,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Vec<Trashed>> {
    let (compare, direction) = sort.words();
    let column = match sort.by {
        SortBy::Name => "sort_key",
        SortBy::Time => "trashed_at",
        SortBy::Size => "tree_live_bytes",
    };
    let order = format!("ORDER BY e.{column} {direction}, e.id {direction}");
    let Some(after) = after else {
        let text = sqlx::AssertSqlSafe(format!("{SELECT} AND e.vault_id = $1 {order} LIMIT $2"));
        return Ok(sql!(tx, all Trashed, text, vault, limit)?);
    };
    let text = sqlx::AssertSqlSafe(format!(
        "{SELECT} AND e.vault_id = $1 AND (e.{column}, e.id) {compare} ($2, $3) {order} LIMIT $4"
    ));
    let id = EntryId(after.id);
    let rows = match sort.by {
        SortBy::Name => sql!(tx, all Trashed, text, vault, after.key.as_name()?, id, limit),
        SortBy::Time => sql!(tx, all Trashed, text, vault, after.key.as_time()?, id, limit),
        SortBy::Size => sql!(tx, all Trashed, text, vault, after.key.as_number()?, id, limit),
    };
    Ok(rows?)
}

/// An entry that was itself put into the trash and is not being deleted for ever.
pub async fn get(tx: &mut Tx, id: EntryId) -> Result<Option<Trashed>, DbError> {
    let text = sqlx::AssertSqlSafe(format!("{SELECT} AND e.id = $1"));
    sql!(tx, optional Trashed, text, id)
}

/// The vaults that hold any of the entries, in the order in which they are locked.
pub async fn vaults_of(tx: &mut Tx, entries: &[EntryId]) -> Result<Vec<VaultId>, DbError> {
    let text = format!(
        "SELECT DISTINCT vault_id FROM entry WHERE id IN ({}) ORDER BY vault_id",
        super::dialect::placeholders(0, entries.len())
    );
    let rows: Vec<(VaultId,)> = sql!(tx, all One<VaultId>, sqlx::AssertSqlSafe(text); entries)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Marks a live entry as trashed and takes its weight out of its ancestors and of the vault's live bytes.
pub async fn put(
    tx: &mut Tx,
    entry: &Entry,
    folders: &str,
    by: AccountId,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE entry SET trashed_at = $2, trashed_by = $3, trashed_path = $4, rev = rev + 1 WHERE id = $1",
        entry.id,
        at,
        by,
        folders
    )?;
    let weight = entry.weight();
    if let Some(folder) = entry.parent_id {
        super::entry::add_weight(tx, folder, -weight).await?;
    }
    super::vault::change_ledger(tx, entry.vault_id, into_trash(weight)).await
}

/// Takes a trashed entry out again, into a live folder by a name that is free there. It counts as a change of the row (`rev`), not of
/// what it holds (`updated_at`).
pub async fn take_out(
    tx: &mut Tx,
    entry: &Entry,
    folder: EntryId,
    name: super::entry::NameForms<'_>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE entry SET parent_id = $2, name = $3, name_key = $4, sort_key = $5, rev = rev + 1,
             trashed_at = NULL, trashed_by = NULL, trashed_path = NULL, purge_at = NULL
         WHERE id = $1",
        entry.id,
        folder,
        name.name,
        &name.key,
        &name.sort_key
    )?;
    super::grant::set_sort_key(tx, entry.id, &name.sort_key).await?;
    super::entry::add_weight(tx, folder, entry.weight()).await?;
    super::vault::change_ledger(tx, entry.vault_id, into_trash(-entry.weight())).await
}

fn into_trash(weight: Weight) -> LedgerChange {
    LedgerChange {
        live: -weight.live_bytes,
        versions: -weight.version_bytes,
        trash: weight.live_bytes + weight.version_bytes,
        ..Default::default()
    }
}

/// An entry whose purge has just been planned.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Planned {
    pub id: EntryId,
    pub vault_id: VaultId,
    pub name: String,
}

/// Plans the purge of what has lain in the trash since before a time; answers the entries planned, `limit` at the most.
pub async fn plan(
    tx: &mut Tx,
    trashed_before: DateTime<Utc>,
    purge_at: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Planned>, DbError> {
    sql!(
        tx,
        all Planned,
        "UPDATE entry SET purge_at = $2
         WHERE trashed_at IS NOT NULL AND trashed_at <= $1 AND purge_at IS NULL AND id IN (
             SELECT id FROM entry
             WHERE trashed_at IS NOT NULL AND purge_at IS NULL AND purging_at IS NULL AND trashed_at <= $1
             ORDER BY trashed_at, id LIMIT $3)
         RETURNING id, vault_id, name",
        trashed_before,
        purge_at,
        limit
    )
}

/// Puts off a planned purge.
pub async fn put_off(tx: &mut Tx, id: EntryId, purge_at: DateTime<Utc>) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE entry SET purge_at = $2 WHERE id = $1 AND purge_at IS NOT NULL", id, purge_at)?;
    Ok(())
}

/// Entries whose planned purge is due, the longest planned first.
pub async fn due(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<EntryId>, DbError> {
    let rows: Vec<(EntryId,)> = sql!(
        tx,
        all One<EntryId>,
        "SELECT id FROM entry WHERE purge_at IS NOT NULL AND purging_at IS NULL AND purge_at <= $1
         ORDER BY purge_at, id LIMIT $2",
        now,
        limit
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
