//! Whether the bytes of versions can be read by a person.

use super::{DbError, Tx};
use crate::domain::id::BlobId;
use crate::sql;

/// Records what looking at the bytes of a blob found, for all versions on them and for the document of which one is the current version. The
/// caller holds the vault's lock.
pub async fn put(tx: &mut Tx, source: BlobId, readability: Option<&str>) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE version SET readability = $2 WHERE blob_id = $1", source, readability)?;
    sql!(
        tx,
        execute,
        "UPDATE entry SET readability = $2
         WHERE id IN (SELECT entry_id FROM version WHERE blob_id = $1)
           AND current_version_id IN (SELECT id FROM version WHERE blob_id = $1)",
        source,
        readability
    )?;
    Ok(())
}
