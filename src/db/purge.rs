//! Removing for ever the rows at and below a trashed entry, in bounded batches.

use chrono::{DateTime, Utc};

use super::grant::Ended;
use super::{DbError, One, Tx, dialect};
use crate::domain::id::{AccountId, BlobId, EntryId, VaultId};
use crate::{returning_ended, sql};

/// The folders at and below `$1` that share its fate: what was trashed on its own is not among them.
const FOLDERS: &str = "WITH RECURSIVE down (id, depth) AS (
        SELECT id, 0 FROM entry WHERE id = $1 AND kind = 1
        UNION ALL
        SELECT e.id, down.depth + 1 FROM down JOIN entry e ON e.parent_id = down.id
        WHERE e.kind = 1 AND e.trashed_at IS NULL
    )";

/// From the commit on the entry is gone for everybody.
pub async fn mark(tx: &mut Tx, id: EntryId, at: DateTime<Utc>) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE entry SET purging_at = $2, rev = rev + 1 WHERE id = $1", id, at)?;
    Ok(())
}

/// Closes the live grants on an entry and on what lies below it, and all that derive from them; answers them. What was trashed on its own
/// before keeps its grants.
pub async fn close_grants(
    tx: &mut Tx,
    vault: VaultId,
    entry: EntryId,
    at: DateTime<Utc>,
    by: Option<AccountId>,
    because: &str,
) -> Result<Vec<Ended>, DbError> {
    sql!(
        tx,
        all Ended,
        concat!("WITH RECURSIVE up (grant_id, entry_id, parent_id, trashed_at) AS (
             SELECT g.id, e.id, e.parent_id, e.trashed_at FROM access_grant g JOIN entry e ON e.id = g.entry_id
             WHERE g.vault_id = $1 AND g.revoked_at IS NULL
             UNION ALL
             SELECT up.grant_id, e.id, e.parent_id, e.trashed_at FROM up JOIN entry e ON e.id = up.parent_id
             WHERE up.trashed_at IS NULL
         ), closed (id) AS (
             SELECT grant_id FROM up WHERE entry_id = $2
             UNION
             SELECT g.id FROM closed JOIN access_grant g ON g.parent_id = closed.id
         )
         UPDATE access_grant SET revoked_at = $3, revoked_by = $4, revoked_because = $5, updated_at = $3, rev = rev + 1
         WHERE revoked_at IS NULL AND id IN (SELECT id FROM closed)", returning_ended!()),
        vault,
        entry,
        at,
        by,
        because
    )
}

/// Hangs what was trashed on its own below a folder under the vault's root, so that it outlives the folder; it remembers where it lay.
/// Answers how many entries, `limit` at the most.
pub async fn detach_trashed(tx: &mut Tx, entry: EntryId, root: EntryId, limit: i64) -> Result<u64, DbError> {
    let text = format!(
        "{FOLDERS} UPDATE entry SET parent_id = $2 WHERE id IN (
             SELECT e.id FROM down JOIN entry e ON e.parent_id = down.id WHERE e.trashed_at IS NOT NULL LIMIT $3)"
    );
    sql!(tx, execute, sqlx::AssertSqlSafe(text), entry, root, limit)
}

/// Documents at and below an entry, `limit` at the most.
pub async fn documents(tx: &mut Tx, entry: EntryId, limit: i64) -> Result<Vec<EntryId>, DbError> {
    let text = format!(
        "{FOLDERS} SELECT id FROM entry WHERE id = $1 AND kind = 2
         UNION ALL
         SELECT e.id FROM down JOIN entry e ON e.parent_id = down.id WHERE e.kind = 2 AND e.trashed_at IS NULL
         LIMIT $2"
    );
    let rows: Vec<(EntryId,)> = sql!(tx, all One<EntryId>, sqlx::AssertSqlSafe(text), entry, limit)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Folders at and below an entry, the deepest first, `limit` at the most.
pub async fn folders(tx: &mut Tx, entry: EntryId, limit: i64) -> Result<Vec<EntryId>, DbError> {
    let text = format!("{FOLDERS} SELECT id FROM down ORDER BY depth DESC, id LIMIT $2");
    let rows: Vec<(EntryId,)> = sql!(tx, all One<EntryId>, sqlx::AssertSqlSafe(text), entry, limit)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Bytes of all versions of these documents.
pub async fn version_bytes(tx: &mut Tx, documents: &[EntryId]) -> Result<i64, DbError> {
    let text = format!(
        "SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) FROM version WHERE entry_id IN ({})",
        dialect::placeholders(0, documents.len())
    );
    let (bytes,): (i64,) = sql!(tx, one One<i64>, sqlx::AssertSqlSafe(text); documents)?;
    Ok(bytes)
}

/// Destroys the data keys of blobs that only these documents' versions name, those of their thumbnails too, and removes the versions.
/// Answers the blobs, whose objects nobody can read any more.
pub async fn remove_versions(tx: &mut Tx, documents: &[EntryId]) -> Result<Vec<BlobId>, DbError> {
    let these = dialect::placeholders(0, documents.len());
    let mut blobs = Vec::new();
    for column in ["blob_id", "thumbnail_id"] {
        let text = format!(
            "UPDATE blob SET wrapped_key = NULL
             WHERE id IN (SELECT {column} FROM version WHERE entry_id IN ({these}))
               AND NOT EXISTS (SELECT 1 FROM version v WHERE v.{column} = blob.id AND v.entry_id NOT IN ({these}))
             RETURNING id"
        );
        let doomed: Vec<(BlobId,)> = sql!(tx, all One<BlobId>, sqlx::AssertSqlSafe(text); documents)?;
        blobs.extend(doomed.into_iter().map(|(id,)| id));
    }
    for table in ["trust_evidence", "version"] {
        let text = format!("DELETE FROM {table} WHERE entry_id IN ({these})");
        sql!(tx, execute, sqlx::AssertSqlSafe(text); documents)?;
    }
    Ok(blobs)
}

/// Removes the rows of entries that nothing lies in any more, and all that belongs to them alone.
pub async fn remove_entries(tx: &mut Tx, entries: &[EntryId]) -> Result<(), DbError> {
    let these = dialect::placeholders(0, entries.len());
    for text in [
        // A grant on something that was moved out of a shared folder derives from the folder's, and is closed like it.
        format!(
            "UPDATE access_grant SET parent_id = NULL
             WHERE parent_id IN (SELECT id FROM access_grant WHERE entry_id IN ({these}))"
        ),
        format!("DELETE FROM access_grant WHERE entry_id IN ({these})"),
        format!("DELETE FROM recent WHERE entry_id IN ({these})"),
        format!("DELETE FROM entry WHERE id IN ({these})"),
    ] {
        sql!(tx, execute, sqlx::AssertSqlSafe(text); entries)?;
    }
    Ok(())
}

/// Removes the row of a blob whose objects are gone. One that has its key, or that an upload names, stays.
pub async fn remove_blob(tx: &mut Tx, blob: BlobId) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "DELETE FROM blob_segment WHERE blob_id = $1 AND EXISTS (
             SELECT 1 FROM blob b WHERE b.id = $1 AND b.wrapped_key IS NULL)
           AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.blob_id = $1)",
        blob
    )?;
    sql!(
        tx,
        execute,
        "DELETE FROM blob WHERE id = $1 AND wrapped_key IS NULL
           AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.blob_id = $1)",
        blob
    )?;
    Ok(())
}
