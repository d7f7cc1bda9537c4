//! Rows of grants and share links.

use chrono::{DateTime, Utc};

use super::{DbError, Tx, dialect};
use crate::domain::grant::Grant;
use crate::domain::id::{AccountId, EntryId, GrantId, VaultId};
use crate::sql;

/// The columns of [`Grant`], for a table alias.
#[macro_export]
macro_rules! grant_columns {
    ($alias:literal) => {
        concat!(
            $alias,
            ".id, ",
            $alias,
            ".vault_id, ",
            $alias,
            ".entry_id, ",
            $alias,
            ".parent_id, ",
            $alias,
            ".recipient_vault_id, ",
            $alias,
            ".rights, ",
            $alias,
            ".message, ",
            $alias,
            ".granted_by, ",
            $alias,
            ".granting_vault_id, ",
            $alias,
            ".created_at, ",
            $alias,
            ".updated_at, ",
            $alias,
            ".expires_at, ",
            $alias,
            ".revoked_at, ",
            $alias,
            ".rev, ",
            $alias,
            ".link_max_downloads, ",
            $alias,
            ".link_downloads"
        )
    };
}

/// The newest open grants to any of `recipients`, and all the grants these derive from.
pub async fn received(
    tx: &mut Tx,
    recipients: &[VaultId],
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Grant>, DbError> {
    if recipients.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "WITH RECURSIVE mine AS (
             SELECT {columns} FROM access_grant g
             WHERE g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > $1) AND g.recipient_vault_id IN ({})
             ORDER BY g.created_at DESC, g.id DESC LIMIT $2
         ),
         chain AS (
             SELECT {} FROM mine
             UNION
             SELECT {columns} FROM access_grant g JOIN chain ON g.id = chain.parent_id
         )
         SELECT {} FROM chain",
        dialect::placeholders(2, recipients.len()),
        grant_columns!("mine"),
        grant_columns!("chain"),
        columns = grant_columns!("g"),
    );
    sql!(tx, all Grant, sqlx::AssertSqlSafe(text), now, limit; recipients.iter().copied())
}

/// The live grants on any of `entries` to any of `recipients`, and all the grants these derive from.
pub async fn reaching(
    tx: &mut Tx,
    entries: &[EntryId],
    recipients: &[VaultId],
    now: DateTime<Utc>,
) -> Result<Vec<Grant>, DbError> {
    if entries.is_empty() || recipients.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "WITH RECURSIVE chain AS (
             SELECT {columns} FROM access_grant g
             WHERE g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > $1)
               AND g.entry_id IN ({}) AND g.recipient_vault_id IN ({})
             UNION
             SELECT {columns} FROM access_grant g JOIN chain ON g.id = chain.parent_id
         )
         SELECT {} FROM chain",
        dialect::placeholders(1, entries.len()),
        dialect::placeholders(1 + entries.len(), recipients.len()),
        grant_columns!("chain"),
        columns = grant_columns!("g"),
    );
    let bound =
        entries.iter().map(|id| id.0).chain(recipients.iter().map(|id| id.0)).collect::<Vec<uuid::Uuid>>();
    sql!(tx, all Grant, sqlx::AssertSqlSafe(text), now; bound)
}

/// A grant and all that it derives from, nearest first.
pub async fn chain(tx: &mut Tx, id: GrantId) -> Result<Vec<Grant>, DbError> {
    let text = format!(
        "WITH RECURSIVE up (id, parent_id, depth) AS (
             SELECT id, parent_id, 0 FROM access_grant WHERE id = $1
             UNION ALL
             SELECT p.id, p.parent_id, up.depth + 1 FROM access_grant p JOIN up ON p.id = up.parent_id
         )
         SELECT {} FROM up JOIN access_grant g ON g.id = up.id ORDER BY up.depth",
        grant_columns!("g")
    );
    sql!(tx, all Grant, sqlx::AssertSqlSafe(text), id)
}

pub async fn get(tx: &mut Tx, id: GrantId) -> Result<Option<Grant>, DbError> {
    sql!(
        tx,
        optional Grant,
        concat!("SELECT ", grant_columns!("g"), " FROM access_grant g WHERE g.id = $1"),
        id
    )
}

/// What the bearer of a link must show besides its secret.
#[derive(Clone, sqlx::FromRow)]
pub struct Link {
    #[sqlx(flatten)]
    pub grant: Grant,
    pub link_password_hash: Option<String>,
}

pub async fn link(tx: &mut Tx, digest: &[u8]) -> Result<Option<Link>, DbError> {
    sql!(
        tx,
        optional Link,
        concat!(
            "SELECT ",
            grant_columns!("g"),
            ", g.link_password_hash FROM access_grant g WHERE g.link_digest = $1"
        ),
        digest
    )
}

/// Who a new grant is for.
pub enum NewRecipient<'a> {
    Vault(VaultId),
    Link { digest: &'a [u8], password_hash: Option<&'a str>, max_downloads: Option<i32> },
}

pub struct NewGrant<'a> {
    pub id: GrantId,
    pub vault_id: VaultId,
    pub entry_id: EntryId,
    pub entry_sort_key: &'a [u8],
    pub parent_id: Option<GrantId>,
    pub recipient: NewRecipient<'a>,
    pub rights: i16,
    pub message: Option<&'a str>,
    pub granted_by: AccountId,
    pub granting_vault_id: VaultId,
    pub expires_at: Option<DateTime<Utc>>,
    pub at: DateTime<Utc>,
}

pub async fn insert(tx: &mut Tx, grant: NewGrant<'_>) -> Result<(), DbError> {
    let (vault, digest, password_hash, max_downloads) = match grant.recipient {
        NewRecipient::Vault(vault) => (Some(vault), None, None, None),
        NewRecipient::Link { digest, password_hash, max_downloads } => {
            (None, Some(digest), password_hash, max_downloads)
        }
    };
    sql!(
        tx,
        execute,
        "INSERT INTO access_grant (id, vault_id, entry_id, entry_sort_key, parent_id, recipient_vault_id, link_digest,
             link_password_hash, link_max_downloads, rights, message, granted_by, granting_vault_id, created_at, updated_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15)",
        grant.id,
        grant.vault_id,
        grant.entry_id,
        grant.entry_sort_key,
        grant.parent_id,
        vault,
        digest,
        password_hash,
        max_downloads,
        grant.rights,
        grant.message,
        grant.granted_by,
        grant.granting_vault_id,
        grant.at,
        grant.expires_at
    )?;
    Ok(())
}

/// Keeps the lists of shares in step with an entry's name.
pub async fn set_sort_key(tx: &mut Tx, entry: EntryId, sort_key: &[u8]) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE access_grant SET entry_sort_key = $2 WHERE entry_id = $1", entry, sort_key)?;
    Ok(())
}

/// Writes what can be changed of a grant.
pub async fn update(
    tx: &mut Tx,
    id: GrantId,
    rights: i16,
    expires_at: Option<DateTime<Utc>>,
    message: Option<&str>,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE access_grant SET rights = $2, expires_at = $3, message = $4, updated_at = $5, rev = rev + 1 WHERE id = $1",
        id,
        rights,
        expires_at,
        message,
        at
    )?;
    Ok(())
}

/// A grant that has just ended or changed, for telling those concerned.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Ended {
    pub id: GrantId,
    pub entry_id: EntryId,
    pub entry_name: String,
    /// `None` for a link.
    pub recipient_vault_id: Option<VaultId>,
    pub granting_vault_id: VaultId,
    pub granted_by: AccountId,
}

/// Ends an `UPDATE` of grants whose rows are [`Ended`].
#[macro_export]
macro_rules! returning_ended {
    () => {
        " RETURNING id, entry_id, COALESCE((SELECT e.name FROM entry e WHERE e.id = access_grant.entry_id), '') AS entry_name,
             recipient_vault_id, granting_vault_id, granted_by"
    };
}

/// Brings all grants derived from one within its rights and its life; answers those that had to change.
pub async fn narrow_derived(
    tx: &mut Tx,
    id: GrantId,
    rights: i16,
    expires_at: Option<DateTime<Utc>>,
    at: DateTime<Utc>,
) -> Result<Vec<Ended>, DbError> {
    sql!(
        tx,
        all Ended,
        concat!("WITH RECURSIVE down (id) AS (
             SELECT id FROM access_grant WHERE parent_id = $1
             UNION ALL
             SELECT d.id FROM access_grant d JOIN down ON d.parent_id = down.id
         )
         UPDATE access_grant SET rights = rights & $2,
             expires_at = CASE WHEN expires_at IS NULL OR expires_at > $3 THEN COALESCE($3, expires_at) ELSE expires_at END,
             updated_at = $4, rev = rev + 1
         WHERE id IN (SELECT id FROM down) AND revoked_at IS NULL
           AND ((rights & $2) <> rights OR ($3 IS NOT NULL AND (expires_at IS NULL OR expires_at > $3)))", returning_ended!()),
        id,
        rights,
        expires_at,
        at
    )
}

/// A grant that was closed, as the report names it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Closed {
    pub id: GrantId,
    pub parent_id: Option<GrantId>,
    pub entry_id: EntryId,
    pub entry_name: String,
    /// None for a link; likewise the name.
    pub recipient_vault_id: Option<VaultId>,
    pub recipient_name: Option<String>,
    pub rights: i16,
}

/// The open grants of the tree that begins with one: that one, then what derives from it directly, and so on.
pub async fn open_subtree(tx: &mut Tx, id: GrantId, now: DateTime<Utc>) -> Result<Vec<Closed>, DbError> {
    sql!(
        tx,
        all Closed,
        "WITH RECURSIVE down (id, depth) AS (
             SELECT id, 0 FROM access_grant WHERE id = $1
             UNION ALL
             SELECT d.id, down.depth + 1 FROM access_grant d JOIN down ON d.parent_id = down.id
         )
         SELECT g.id, g.parent_id, g.entry_id, e.name AS entry_name, g.recipient_vault_id,
             r.owner_name AS recipient_name, g.rights
         FROM down JOIN access_grant g ON g.id = down.id JOIN entry e ON e.id = g.entry_id
             LEFT JOIN vault r ON r.id = g.recipient_vault_id
         WHERE g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > $2)
         ORDER BY down.depth, g.created_at, g.id",
        id,
        now
    )
}

/// Closes a grant (unless only what derives from it is to go) and everything derived from it; answers what was closed.
pub async fn close(
    tx: &mut Tx,
    id: GrantId,
    with_itself: bool,
    by: AccountId,
    because: &str,
    at: DateTime<Utc>,
) -> Result<Vec<Ended>, DbError> {
    sql!(
        tx,
        all Ended,
        concat!("WITH RECURSIVE down (id) AS (
             SELECT id FROM access_grant WHERE id = $1
             UNION ALL
             SELECT d.id FROM access_grant d JOIN down ON d.parent_id = down.id
         )
         UPDATE access_grant SET revoked_at = $2, revoked_by = $3, revoked_because = $4, updated_at = $2, rev = rev + 1
         WHERE id IN (SELECT id FROM down) AND revoked_at IS NULL AND ($5 OR id <> $1)", returning_ended!()),
        id,
        at,
        by,
        because,
        with_itself
    )
}

/// Notes that those concerned by expired grants were told so; answers the grants, those of longest ago first, `limit` at the most.
pub async fn take_expired(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<Ended>, DbError> {
    sql!(
        tx,
        all Ended,
        concat!("UPDATE access_grant SET expiry_told = TRUE
         WHERE id IN (SELECT id FROM access_grant
                      WHERE expires_at IS NOT NULL AND expires_at <= $1 AND revoked_at IS NULL AND NOT expiry_told
                      ORDER BY expires_at, id LIMIT $2)", returning_ended!()),
        now,
        limit
    )
}

/// Counts a download by a link; answers false, and counts nothing, where its downloads are used up.
pub async fn count_download(tx: &mut Tx, id: GrantId) -> Result<bool, DbError> {
    let counted = sql!(
        tx,
        execute,
        "UPDATE access_grant SET link_downloads = link_downloads + 1
         WHERE id = $1 AND (link_max_downloads IS NULL OR link_downloads < link_max_downloads)",
        id
    )?;
    Ok(counted > 0)
}
