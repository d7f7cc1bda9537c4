//! Rows of versions and of the encrypted blobs they point at.

use chrono::{DateTime, Utc};

use super::{DbError, Tx, dialect};
use crate::domain::id::{AccountId, BlobId, EntryId, VaultId, VersionId};
use crate::sql;

/// A version, as its row holds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Version {
    pub id: VersionId,
    pub entry_id: EntryId,
    pub vault_id: VaultId,
    /// 1, 2, … within the document.
    pub number: i32,
    pub blob_id: BlobId,
    pub size_bytes: i64,
    pub sha256: Vec<u8>,
    pub media_type: String,
    pub file_name: String,
    pub comment: Option<String>,
    pub restored_from: Option<i32>,
    pub created_at: DateTime<Utc>,
    pub created_by: AccountId,
    pub text_state: String,
    /// `pending`, `done`, `none` (nothing of it can be drawn) or `failed`.
    pub thumbnail_state: String,
    pub thumbnail_id: Option<BlobId>,
    /// Whether a person can read it; `None` while that is not known.
    pub readability: Option<String>,
}

const COLUMNS: &str =
    "id, entry_id, vault_id, number, blob_id, size_bytes, sha256, media_type, file_name, comment,
    restored_from, created_at, created_by, text_state, thumbnail_state, thumbnail_id, readability";

pub async fn insert(tx: &mut Tx, version: &Version) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO version (id, entry_id, vault_id, number, blob_id, size_bytes, sha256, media_type, file_name, comment,
             restored_from, created_at, created_by, text_state, thumbnail_state, thumbnail_id, readability)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        version.id,
        version.entry_id,
        version.vault_id,
        version.number,
        version.blob_id,
        version.size_bytes,
        &version.sha256,
        &version.media_type,
        &version.file_name,
        version.comment.as_deref(),
        version.restored_from,
        version.created_at,
        version.created_by,
        &version.text_state,
        &version.thumbnail_state,
        version.thumbnail_id,
        version.readability.as_deref()
    )?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: VersionId) -> Result<Option<Version>, DbError> {
    let text = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM version WHERE id = $1"));
    sql!(tx, optional Version, text, id)
}

pub async fn by_number(tx: &mut Tx, document: EntryId, number: i32) -> Result<Option<Version>, DbError> {
    let text =
        sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM version WHERE entry_id = $1 AND number = $2"));
    sql!(tx, optional Version, text, document, number)
}

/// Versions of a document, newest first, before a number.
pub async fn newest(
    tx: &mut Tx,
    document: EntryId,
    before: Option<i32>,
    limit: i64,
) -> Result<Vec<Version>, DbError> {
    let text = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM version WHERE entry_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3"
    ));
    sql!(tx, all Version, text, document, before.unwrap_or(i32::MAX), limit)
}

/// Records how reading the text of a version ended: `done`, `none` (it holds none) or `failed`.
pub async fn set_text_state(tx: &mut Tx, id: VersionId, state: &str) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE version SET text_state = $2 WHERE id = $1", id, state)?;
    Ok(())
}

/// The encrypted bytes of one or more versions; a destroyed one has no key.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Blob {
    pub id: BlobId,
    pub vault_id: VaultId,
    pub wrapped_key: Option<Vec<u8>>,
    pub segment_count: i32,
    pub size_bytes: i64,
}

pub async fn insert_blob(
    tx: &mut Tx,
    id: BlobId,
    vault: VaultId,
    wrapped_key: &[u8],
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO blob (id, vault_id, wrapped_key, segment_count, size_bytes, created_at) VALUES ($1, $2, $3, 0, 0, $4)",
        id,
        vault,
        wrapped_key,
        at
    )?;
    Ok(())
}

pub async fn blob(tx: &mut Tx, id: BlobId) -> Result<Option<Blob>, DbError> {
    sql!(tx, optional Blob, "SELECT id, vault_id, wrapped_key, segment_count, size_bytes FROM blob WHERE id = $1", id)
}

/// Records that segment `idx` of a blob is durable with `size_bytes` of plaintext.
pub async fn add_segment(tx: &mut Tx, blob: BlobId, idx: i32, size_bytes: i64) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO blob_segment (blob_id, idx, size_bytes) VALUES ($1, $2, $3)",
        blob,
        idx,
        size_bytes
    )?;
    sql!(
        tx,
        execute,
        "UPDATE blob SET segment_count = segment_count + 1, size_bytes = size_bytes + $2 WHERE id = $1",
        blob,
        size_bytes
    )?;
    Ok(())
}

/// One object of a blob. Indexes rise but may have gaps: one that a crash left in doubt is never used again.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Segment {
    pub idx: i32,
    /// Plaintext bytes.
    pub size_bytes: i64,
}

/// A blob's segments, in order.
pub async fn segments(tx: &mut Tx, blob: BlobId) -> Result<Vec<Segment>, DbError> {
    sql!(tx, all Segment, "SELECT idx, size_bytes FROM blob_segment WHERE blob_id = $1 ORDER BY idx", blob)
}

/// Destroys a blob's data key: from the commit on nobody can read its objects, which a job then removes.
pub async fn destroy_key(tx: &mut Tx, blob: BlobId) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE blob SET wrapped_key = NULL WHERE id = $1", blob)?;
    Ok(())
}

/// A version with the key of its blob, for reading many at a time.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct VersionSource {
    pub version_id: VersionId,
    pub blob_id: BlobId,
    /// `None` where it was destroyed.
    pub wrapped_key: Option<Vec<u8>>,
}

/// The blobs of these versions; in no order.
pub async fn sources(tx: &mut Tx, versions: &[VersionId]) -> Result<Vec<VersionSource>, DbError> {
    if versions.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT v.id AS version_id, v.blob_id, b.wrapped_key FROM version v JOIN blob b ON b.id = v.blob_id
         WHERE v.id IN ({})",
        dialect::placeholders(0, versions.len())
    );
    sql!(tx, all VersionSource, sqlx::AssertSqlSafe(text); versions.iter().copied())
}

/// A segment of one of several blobs.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct SegmentOf {
    pub blob_id: BlobId,
    #[sqlx(flatten)]
    pub segment: Segment,
}

/// The segments of these blobs, each blob's in order.
pub async fn segments_of(tx: &mut Tx, blobs: &[BlobId]) -> Result<Vec<SegmentOf>, DbError> {
    if blobs.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT blob_id, idx, size_bytes FROM blob_segment WHERE blob_id IN ({}) ORDER BY blob_id, idx",
        dialect::placeholders(0, blobs.len())
    );
    sql!(tx, all SegmentOf, sqlx::AssertSqlSafe(text); blobs.iter().copied())
}
