//! Rows about objects that no row names, and about blobs that nothing needs any more.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{DbError, One, Tx, dialect};
use crate::domain::id::BlobId;
use crate::sql;

/// The name of an object: blob and index.
pub type Name = (Uuid, i64);

/// Those of the objects that no row names: neither a segment of a blob, nor an upload under way whose segments have no rows yet.
///
/// Uploads are asked for first: one that ends meanwhile has its segments' rows by the time these are asked for.
pub async fn unnamed(tx: &mut Tx, objects: &[Name]) -> Result<Vec<Name>, DbError> {
    let blobs = objects.iter().map(|(blob, _)| *blob).collect::<HashSet<_>>();
    if blobs.is_empty() {
        return Ok(Vec::new());
    }
    let list = dialect::placeholders(0, blobs.len());
    let text = format!("SELECT blob_id FROM upload WHERE blob_id IN ({list})");
    let uploading = sql!(tx, all One<Uuid>, sqlx::AssertSqlSafe(text); blobs.iter())?;
    let uploading = uploading.into_iter().map(|(blob,)| blob).collect::<HashSet<_>>();
    let text = format!("SELECT blob_id, CAST(idx AS BIGINT) FROM blob_segment WHERE blob_id IN ({list})");
    let named =
        sql!(tx, all Name, sqlx::AssertSqlSafe(text); blobs.iter())?.into_iter().collect::<HashSet<_>>();
    let is_named = |object: &Name| uploading.contains(&object.0) || named.contains(object);
    Ok(objects.iter().filter(|object| !is_named(object)).copied().collect())
}

/// Notes that no row named an object at this time; a time noted before stays.
pub async fn mark(tx: &mut Tx, object: Name, at: DateTime<Utc>) -> Result<bool, DbError> {
    let marked = sql!(
        tx,
        execute,
        "INSERT INTO orphan_object (blob_id, idx, first_seen_at) VALUES ($1, $2, $3) ON CONFLICT (blob_id, idx) DO NOTHING",
        object.0,
        object.1,
        at
    )?;
    Ok(marked > 0)
}

/// Objects noted at or before a time, the oldest first.
pub async fn marked_before(tx: &mut Tx, at: DateTime<Utc>, limit: i64) -> Result<Vec<Name>, DbError> {
    sql!(
        tx,
        all Name,
        "SELECT blob_id, idx FROM orphan_object WHERE first_seen_at <= $1 ORDER BY first_seen_at LIMIT $2",
        at,
        limit
    )
}

pub async fn forget(tx: &mut Tx, object: Name) -> Result<(), DbError> {
    sql!(tx, execute, "DELETE FROM orphan_object WHERE blob_id = $1 AND idx = $2", object.0, object.1)?;
    Ok(())
}

/// Blobs whose key was destroyed and that neither a version nor an upload points at, after an id.
pub async fn left_over_blobs(tx: &mut Tx, after: Uuid, limit: i64) -> Result<Vec<BlobId>, DbError> {
    let rows = sql!(
        tx,
        all One<BlobId>,
        "SELECT b.id FROM blob b
         WHERE b.wrapped_key IS NULL AND b.id > $1
           AND NOT EXISTS (SELECT 1 FROM version v WHERE v.blob_id = b.id OR v.thumbnail_id = b.id)
           AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.blob_id = b.id)
         ORDER BY b.id LIMIT $2",
        after,
        limit
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Those of the objects that are noted as orphans.
pub async fn marked(tx: &mut Tx, objects: &[Name]) -> Result<HashSet<Name>, DbError> {
    let blobs = objects.iter().map(|(blob, _)| *blob).collect::<HashSet<_>>();
    if blobs.is_empty() {
        return Ok(HashSet::new());
    }
    let text = format!(
        "SELECT blob_id, idx FROM orphan_object WHERE blob_id IN ({})",
        dialect::placeholders(0, blobs.len())
    );
    Ok(sql!(tx, all Name, sqlx::AssertSqlSafe(text); blobs.iter())?.into_iter().collect())
}
