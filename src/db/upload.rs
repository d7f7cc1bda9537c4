//! Rows of uploads under way.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{DbError, One, Tx};
use crate::domain::id::{AccountId, BlobId, EntryId, UploadId, VaultId};
use crate::sql;

/// An upload under way, or one that ended and whose outcome may still be asked for.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Upload {
    pub id: UploadId,
    pub vault_id: VaultId,
    pub account_id: AccountId,
    /// `None` once it ended.
    pub blob_id: Option<BlobId>,
    /// `tus` or `direct`.
    pub protocol: String,
    /// Where a new document goes; `None` for a new version.
    pub folder_id: Option<EntryId>,
    /// The document that gets a new version.
    pub document_id: Option<EntryId>,
    pub reserved_bytes: i64,
    /// Durable plaintext bytes.
    pub received_bytes: i64,
    pub declared_bytes: Option<i64>,
    pub hash_state: Option<Vec<u8>>,
    /// What the client said about the file, as JSON.
    pub metadata: String,
    /// What the finished upload became.
    pub entry_id: Option<EntryId>,
    /// The code of the problem that ended it.
    pub problem: Option<String>,
    pub leased_until: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

const COLUMNS: &str =
    "id, vault_id, account_id, blob_id, protocol, folder_id, document_id, reserved_bytes, received_bytes,
    declared_bytes, hash_state, metadata, entry_id, problem, leased_until, created_at, expires_at";

/// A new upload, of which nothing was received.
pub struct NewUpload<'a> {
    pub id: UploadId,
    pub vault_id: VaultId,
    pub account_id: AccountId,
    pub blob_id: BlobId,
    pub protocol: &'a str,
    pub folder_id: Option<EntryId>,
    pub document_id: Option<EntryId>,
    pub declared_bytes: Option<i64>,
    /// Counted in the vault's ledger by the caller.
    pub reserved_bytes: i64,
    pub metadata: &'a str,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub async fn insert(tx: &mut Tx, upload: NewUpload<'_>) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO upload (id, vault_id, account_id, blob_id, protocol, folder_id, document_id, declared_bytes, reserved_bytes,
             metadata, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        upload.id,
        upload.vault_id,
        upload.account_id,
        upload.blob_id,
        upload.protocol,
        upload.folder_id,
        upload.document_id,
        upload.declared_bytes,
        upload.reserved_bytes,
        upload.metadata,
        upload.created_at,
        upload.expires_at
    )?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: UploadId) -> Result<Option<Upload>, DbError> {
    let text = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM upload WHERE id = $1"));
    sql!(tx, optional Upload, text, id)
}

/// Gives the upload to one connection, if it stands at `offset` and no other holds it. Answers the index of the connection's first
/// segment, which from the commit on belongs to it alone.
pub async fn lease(
    tx: &mut Tx,
    id: UploadId,
    offset: i64,
    lease: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<Option<i32>, DbError> {
    let row: Option<(i32,)> = sql!(
        tx,
        optional One<i32>,
        "UPDATE upload SET lease_id = $3, leased_until = $5, expires_at = $6, next_index = next_index + 1
         WHERE id = $1 AND received_bytes = $2 AND blob_id IS NOT NULL AND (leased_until IS NULL OR leased_until <= $4)
         RETURNING next_index - 1",
        id,
        offset,
        lease,
        now,
        until,
        expires_at
    )?;
    Ok(row.map(|(index,)| index))
}

/// Keeps the upload for the connection that holds `lease`; `false` where it was overtaken.
pub async fn renew(tx: &mut Tx, id: UploadId, lease: Uuid, until: DateTime<Utc>) -> Result<bool, DbError> {
    let renewed = sql!(
        tx,
        execute,
        "UPDATE upload SET leased_until = $3 WHERE id = $1 AND lease_id = $2 AND blob_id IS NOT NULL",
        id,
        lease,
        until
    )?;
    Ok(renewed > 0)
}

/// Counts bytes that are durable and gives the connection the index of its next segment; `None` where it was overtaken.
pub async fn advance(
    tx: &mut Tx,
    id: UploadId,
    lease: Uuid,
    more_bytes: i64,
    hash_state: &[u8],
    until: DateTime<Utc>,
) -> Result<Option<i32>, DbError> {
    let row: Option<(i32,)> = sql!(
        tx,
        optional One<i32>,
        "UPDATE upload SET received_bytes = received_bytes + $3, hash_state = $4, leased_until = $5, next_index = next_index + 1
         WHERE id = $1 AND lease_id = $2 AND blob_id IS NOT NULL RETURNING next_index - 1",
        id,
        lease,
        more_bytes,
        hash_state,
        until
    )?;
    Ok(row.map(|(index,)| index))
}

/// Gives the connection the index of its next segment without counting anything; `None` where it was overtaken.
pub async fn next_index(tx: &mut Tx, id: UploadId, lease: Uuid) -> Result<Option<i32>, DbError> {
    let row: Option<(i32,)> = sql!(
        tx,
        optional One<i32>,
        "UPDATE upload SET next_index = next_index + 1 WHERE id = $1 AND lease_id = $2 AND blob_id IS NOT NULL
         RETURNING next_index - 1",
        id,
        lease
    )?;
    Ok(row.map(|(index,)| index))
}

/// Lets the next connection in.
pub async fn release(tx: &mut Tx, id: UploadId, lease: Uuid) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE upload SET lease_id = NULL, leased_until = NULL WHERE id = $1 AND lease_id = $2",
        id,
        lease
    )?;
    Ok(())
}

/// Keeps the outcome: what the upload became, or the code of the problem that ended it.
pub async fn end(
    tx: &mut Tx,
    id: UploadId,
    entry: Option<EntryId>,
    problem: Option<&str>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE upload SET entry_id = $2, problem = $3, blob_id = NULL, reserved_bytes = 0, hash_state = NULL,
             received_bytes = CASE WHEN $3 IS NULL THEN declared_bytes ELSE received_bytes END, lease_id = NULL, leased_until = NULL
         WHERE id = $1",
        id,
        entry,
        problem
    )?;
    Ok(())
}

pub async fn delete(tx: &mut Tx, id: UploadId) -> Result<bool, DbError> {
    Ok(sql!(tx, execute, "DELETE FROM upload WHERE id = $1", id)? > 0)
}

/// Puts the end of an upload off; `false` where it is gone.
pub async fn postpone(tx: &mut Tx, id: UploadId, expires_at: DateTime<Utc>) -> Result<bool, DbError> {
    Ok(sql!(tx, execute, "UPDATE upload SET expires_at = $2 WHERE id = $1", id, expires_at)? > 0)
}

/// Uploads that expired, those longest ago first.
pub async fn expired(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<Upload>, DbError> {
    let text = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM upload WHERE expires_at <= $1 ORDER BY expires_at, id LIMIT $2"
    ));
    sql!(tx, all Upload, text, now, limit)
}

/// How many uploads are under way.
pub async fn count(tx: &mut Tx) -> Result<i64, DbError> {
    let (count,): (i64,) = sql!(tx, one One<i64>, "SELECT COUNT(*) FROM upload WHERE blob_id IS NOT NULL")?;
    Ok(count)
}
