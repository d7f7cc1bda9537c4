//! Which versions have a picture.

use uuid::Uuid;

use super::{DbError, One, Tx, dialect};
use crate::domain::id::{BlobId, VersionId};
use crate::sql;

/// Records how drawing the bytes of a blob ended, for all versions on them and for the document of which one is the current version:
/// `done` with a picture, `none` or `failed` without. The caller holds the vault's lock.
pub async fn put(tx: &mut Tx, source: BlobId, state: &str, thumbnail: Option<BlobId>) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE version SET thumbnail_state = $2, thumbnail_id = $3 WHERE blob_id = $1",
        source,
        state,
        thumbnail
    )?;
    sql!(
        tx,
        execute,
        "UPDATE entry SET thumbnail_id = $2
         WHERE id IN (SELECT entry_id FROM version WHERE blob_id = $1)
           AND current_version_id IN (SELECT id FROM version WHERE blob_id = $1)",
        source,
        thumbnail
    )?;
    Ok(())
}

/// Versions of these media types after an id, `limit` at the most: those without a picture or not known to be readable,
/// or all.
pub async fn drawable_after(
    tx: &mut Tx,
    after: Uuid,
    media_types: &[String],
    all: bool,
    limit: i64,
) -> Result<Vec<VersionId>, DbError> {
    let text = format!(
        "SELECT id FROM version WHERE id > $1 AND ($2 OR thumbnail_id IS NULL OR readability IS NULL) AND media_type IN ({})
         ORDER BY id LIMIT $3",
        dialect::placeholders(3, media_types.len())
    );
    let rows: Vec<(VersionId,)> = sql!(
        tx,
        all One<VersionId>,
        sqlx::AssertSqlSafe(text),
        after,
        all,
        limit;
        media_types.iter().map(String::as_str)
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
