//! Lists of grants: given, received, on an entry.
//!
//! They hold exactly what the gate would let through. The rule of `domain::grant::is_live` is written once more here, in SQL, so
//! that a page is full and a dead grant never shows; a test compares the two over random trees.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx, dialect};
use crate::domain::grant::Grant;
use crate::domain::id::{EntryId, GrantId, VaultId};
use crate::domain::page::{Key, PageRequest, SortBy};
use crate::domain::problem::{Problem, Result};
use crate::{grant_columns, sql};

/// A grant with the names of those concerned.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NamedGrant {
    #[sqlx(flatten)]
    pub grant: Grant,
    pub entry_sort_key: Vec<u8>,
    pub entry_name: String,
    /// `person`, `organisation`, or none for a link; likewise the name.
    pub recipient_kind: Option<String>,
    pub recipient_code: Option<String>,
    pub recipient_name: Option<String>,
    pub granting_kind: String,
    pub granting_code: String,
    pub granting_name: String,
    /// The person who gave it.
    pub granted_by_name: String,
    /// Whose vault the entry lies in.
    pub owner_kind: String,
    pub owner_code: String,
    pub owner_name: String,
    pub has_password: bool,
}

const HEAD: &str = concat!(
    "SELECT ",
    grant_columns!("g"),
    ", g.entry_sort_key, ge.name AS entry_name, r.owner_kind AS recipient_kind, r.owner_code AS recipient_code,
         r.owner_name AS recipient_name, gv.owner_kind AS granting_kind, gv.owner_code AS granting_code,
         gv.owner_name AS granting_name, a.full_name AS granted_by_name, ov.owner_kind, ov.owner_code, ov.owner_name,
         (g.link_password_hash IS NOT NULL) AS has_password
     FROM access_grant g JOIN entry ge ON ge.id = g.entry_id JOIN vault gv ON gv.id = g.granting_vault_id
         JOIN vault ov ON ov.id = g.vault_id JOIN account a ON a.id = g.granted_by
         LEFT JOIN vault r ON r.id = g.recipient_vault_id"
);

/// The condition that the grant under an alias gives access at the time bound as `now`: it is open, its entry and all folders
/// above are live, and all that it derives from is open and lies on that path.
fn live(alias: &str, now: &str) -> String {
    format!(
        "{alias}.revoked_at IS NULL AND ({alias}.expires_at IS NULL OR {alias}.expires_at > {now}) AND NOT EXISTS (
             WITH RECURSIVE up (id, parent_id, trashed_at, purging_at) AS (
                 SELECT e.id, e.parent_id, e.trashed_at, e.purging_at FROM entry e WHERE e.id = {alias}.entry_id
                 UNION ALL
                 SELECT e.id, e.parent_id, e.trashed_at, e.purging_at FROM entry e JOIN up ON e.id = up.parent_id
             ), chain (parent_id, entry_id, revoked_at, expires_at) AS (
                 SELECT c.parent_id, c.entry_id, c.revoked_at, c.expires_at FROM access_grant c WHERE c.id = {alias}.parent_id
                 UNION ALL
                 SELECT c.parent_id, c.entry_id, c.revoked_at, c.expires_at FROM access_grant c JOIN chain ON c.id = chain.parent_id
             )
             SELECT 1 FROM up WHERE up.trashed_at IS NOT NULL OR up.purging_at IS NOT NULL
             UNION ALL
             SELECT 1 FROM chain WHERE chain.revoked_at IS NOT NULL OR chain.expires_at <= {now}
                 OR chain.entry_id NOT IN (SELECT up.id FROM up)
         )"
    )
}

/// One grant, open or not.
pub async fn named(tx: &mut Tx, id: GrantId) -> Result<Option<NamedGrant>, DbError> {
    sql!(tx, optional NamedGrant, sqlx::AssertSqlSafe(format!("{HEAD} WHERE g.id = $1")), id)
}

/// One page of the grants that meet a condition on `$1` (a vault) and `$2` (now), one more than the limit at the most.
async fn page_of(
    tx: &mut Tx,
    condition: &str,
    vault: VaultId,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Vec<NamedGrant>> {
    let limit = i64::from(page.limit) + 1;
    let (compare, direction) = page.sort.words();
    let column = match page.sort.by {
        SortBy::Name => "entry_sort_key",
        SortBy::Time => "created_at",
        SortBy::Size => return Err(Problem::field("sort", "unknown")),
    };
    let order = format!("ORDER BY g.{column} {direction}, g.id {direction}");
    let Some(after) = &page.after else {
        let text = format!("{HEAD} WHERE {condition} {order} LIMIT $3");
        return Ok(sql!(tx, all NamedGrant, sqlx::AssertSqlSafe(text), vault, now, limit)?);
    };
    let text = sqlx::AssertSqlSafe(format!(
        "{HEAD} WHERE {condition} AND (g.{column}, g.id) {compare} ($3, $4) {order} LIMIT $5"
    ));
    let id = GrantId(after.id);
    Ok(match page.sort.by {
        SortBy::Name => sql!(tx, all NamedGrant, text, vault, now, after.key.as_name()?, id, limit)?,
        _ => sql!(tx, all NamedGrant, text, vault, now, after.key.as_time()?, id, limit)?,
    })
}

/// What the vault's people were given.
pub async fn received(
    tx: &mut Tx,
    vault: VaultId,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Vec<NamedGrant>> {
    let condition = format!("g.recipient_vault_id = $1 AND {}", live("g", "$2"));
    page_of(tx, &condition, vault, now, page).await
}

/// What the vault's people gave: of each entry the newest grant, so that an entry shared with many is one item.
pub async fn given(
    tx: &mut Tx,
    vault: VaultId,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Vec<NamedGrant>> {
    let condition = format!(
        "g.granting_vault_id = $1 AND {} AND NOT EXISTS (
             SELECT 1 FROM access_grant n WHERE n.entry_id = g.entry_id AND n.granting_vault_id = $1
                 AND (n.created_at, n.id) > (g.created_at, g.id) AND {}
         )",
        live("g", "$2"),
        live("n", "$2")
    );
    page_of(tx, &condition, vault, now, page).await
}

/// With how many recipients and links a vault shared each of some entries.
pub async fn counts(
    tx: &mut Tx,
    vault: VaultId,
    entries: &[EntryId],
    now: DateTime<Utc>,
) -> Result<Vec<(EntryId, i64)>, DbError> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT g.entry_id, COUNT(*) FROM access_grant g
         WHERE g.entry_id IN ({}) AND g.granting_vault_id = $1 AND {} GROUP BY g.entry_id",
        dialect::placeholders(2, entries.len()),
        live("g", "$2")
    );
    sql!(tx, all(EntryId, i64), sqlx::AssertSqlSafe(text), vault, now; entries.iter().copied())
}

/// The grants by which a vault shared some entries, the newest first, of each entry `most` at the most.
pub async fn of_entries(
    tx: &mut Tx,
    vault: VaultId,
    entries: &[EntryId],
    most: i64,
    now: DateTime<Utc>,
) -> Result<Vec<NamedGrant>, DbError> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "{HEAD} WHERE g.id IN (
             SELECT x.id FROM (
                 SELECT g.id, ROW_NUMBER() OVER (PARTITION BY g.entry_id ORDER BY g.created_at DESC, g.id DESC) AS place
                 FROM access_grant g WHERE g.entry_id IN ({}) AND g.granting_vault_id = $1 AND {}
             ) x WHERE x.place <= $3
         ) ORDER BY g.created_at DESC, g.id DESC",
        dialect::placeholders(3, entries.len()),
        live("g", "$2")
    );
    sql!(tx, all NamedGrant, sqlx::AssertSqlSafe(text), vault, now, most; entries.iter().copied())
}

/// The grants on any of the entries of a path, the oldest first; only those given by `granters`, where some are named. Only those on
/// the path that still give access, one more than the limit at the most.
pub async fn on_path(
    tx: &mut Tx,
    path: &[EntryId],
    granters: Option<&[VaultId]>,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Vec<NamedGrant>> {
    let limit = i64::from(page.limit) + 1;
    let (compare, direction) = page.sort.words();
    let from_granters = match granters {
        None => String::new(),
        Some(vaults) => {
            format!(" AND g.granting_vault_id IN ({})", dialect::placeholders(4 + path.len(), vaults.len()))
        }
    };
    let (after, id) = match &page.after {
        Some(cursor) => (Some(cursor.key.as_time()?), Some(GrantId(cursor.id))),
        None => (None, None),
    };
    let start = match after {
        // Bound all the same: every placeholder of one text has its value.
        None => "($2 IS NULL OR $3 IS NULL)".to_owned(),
        Some(_) => format!("(g.created_at, g.id) {compare} ($2, $3)"),
    };
    let text = format!(
        "{HEAD} WHERE g.entry_id IN ({}){from_granters} AND {start} AND {}
         ORDER BY g.created_at {direction}, g.id {direction} LIMIT $4",
        dialect::placeholders(4, path.len()),
        live("g", "$1"),
    );
    let bound = path
        .iter()
        .map(|id| id.0)
        .chain(granters.unwrap_or_default().iter().map(|id| id.0))
        .collect::<Vec<uuid::Uuid>>();
    Ok(sql!(tx, all NamedGrant, sqlx::AssertSqlSafe(text), now, after, id, limit; bound)?)
}

/// The vaults that something on a path was shared with, and whose people can still see its end.
pub async fn recipients_on_path(
    tx: &mut Tx,
    path: &[EntryId],
    now: DateTime<Utc>,
) -> Result<Vec<VaultId>, DbError> {
    let text = format!(
        "SELECT DISTINCT g.recipient_vault_id FROM access_grant g
         WHERE g.entry_id IN ({}) AND g.recipient_vault_id IS NOT NULL AND {}",
        dialect::placeholders(1, path.len()),
        live("g", "$1")
    );
    let rows: Vec<(VaultId,)> =
        sql!(tx, all One<VaultId>, sqlx::AssertSqlSafe(text), now; path.iter().copied())?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Where the page after a grant begins.
pub fn key_of(grant: &NamedGrant, by: SortBy) -> Key {
    match by {
        SortBy::Name => Key::name(&grant.entry_sort_key),
        SortBy::Time | SortBy::Size => Key::time(grant.grant.created_at),
    }
}

/// The grant by which one vault shares an entry with another now.
pub async fn between(
    tx: &mut Tx,
    entry: EntryId,
    granting: VaultId,
    recipient: VaultId,
    now: DateTime<Utc>,
) -> Result<Option<GrantId>, DbError> {
    let text = format!(
        "SELECT g.id FROM access_grant g
         WHERE g.entry_id = $1 AND g.granting_vault_id = $3 AND g.recipient_vault_id = $4 AND {} LIMIT 1",
        live("g", "$2")
    );
    let row: Option<(GrantId,)> =
        sql!(tx, optional One<GrantId>, sqlx::AssertSqlSafe(text), entry, now, granting, recipient)?;
    Ok(row.map(|(id,)| id))
}
