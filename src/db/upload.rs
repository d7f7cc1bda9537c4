//! Rows of uploads under way.

use chrono::{DateTime, Utc};

use super::{DbError, Tx};
use crate::domain::id::{AccountId, BlobId, EntryId, UploadId, VaultId};
use crate::sql;

/// An upload under way, as its row holds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Upload {
    pub id: UploadId,
    pub vault_id: VaultId,
    pub account_id: AccountId,
    pub blob_id: BlobId,
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
    pub leased_until: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub async fn insert(tx: &mut Tx, upload: &Upload) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO upload (id, vault_id, account_id, blob_id, protocol, folder_id, document_id, reserved_bytes, received_bytes,
             declared_bytes, hash_state, metadata, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        upload.id,
        upload.vault_id,
        upload.account_id,
        upload.blob_id,
        &upload.protocol,
        upload.folder_id,
        upload.document_id,
        upload.reserved_bytes,
        upload.received_bytes,
        upload.declared_bytes,
        upload.hash_state.as_deref(),
        &upload.metadata,
        upload.created_at,
        upload.expires_at
    )?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: UploadId) -> Result<Option<Upload>, DbError> {
    sql!(
        tx,
        optional Upload,
        "SELECT id, vault_id, account_id, blob_id, protocol, folder_id, document_id, reserved_bytes, received_bytes,
             declared_bytes, hash_state, metadata, entry_id, leased_until, created_at, expires_at
         FROM upload WHERE id = $1",
        id
    )
}

pub async fn delete(tx: &mut Tx, id: UploadId) -> Result<bool, DbError> {
    Ok(sql!(tx, execute, "DELETE FROM upload WHERE id = $1", id)? > 0)
}
