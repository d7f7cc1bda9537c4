//! Making the search rows anew: after the catalogue's names or the way text is cut changed, or from a database restored without them.

use serde_json::json;
use uuid::Uuid;

use crate::db;
use crate::domain::id::{JobId, VersionId};
use crate::domain::job::JobKind;
use crate::domain::problem::Result;
use crate::services::Kho;

/// Entries written in one transaction, which holds the vault's lock.
const BATCH: i64 = 200;
const VAULTS: i64 = 100;

impl Kho {
    /// Writes the search rows of all vaults anew, `each` told how many entries were done since it was last called. With `text`, the files of
    /// all current versions are queued to be read again. May be broken off and run again, beside a running server.
    pub async fn reindex(&self, text: bool, mut each: impl FnMut(u64)) -> Result<u64> {
        let (mut number, mut total) = (0, 0);
        loop {
            let mut tx = self.db.read().await?;
            let vaults = db::vault::after_number(&mut tx, number, VAULTS).await?;
            drop(tx);
            let Some(last) = vaults.last() else { return Ok(total) };
            number = last.number;
            for vault in vaults {
                let mut after = Uuid::nil();
                loop {
                    let mut tx = self.db.begin().await?;
                    db::vault::lock(&mut tx, vault.id).await?;
                    let entries = db::search::searchable(&mut tx, vault.id, after, BATCH).await?;
                    let Some(last) = entries.last() else { break };
                    after = last.id.0;
                    for entry in &entries {
                        self.refresh_search(&mut tx, entry).await?;
                        if let Some(version) = entry.current_version_id.filter(|_| text) {
                            self.enqueue_reading(&mut tx, version).await?;
                        }
                    }
                    tx.commit().await?;
                    total += entries.len() as u64;
                    each(entries.len() as u64);
                }
            }
        }
    }

    /// Queues the reading of a version unless it is queued so already.
    async fn enqueue_reading(&self, tx: &mut db::Tx, version: VersionId) -> Result<()> {
        let (now, key) = (self.clock.now(), format!("{}:{version}", JobKind::ExtractText.as_str()));
        let payload = json!({ "version": version });
        Ok(db::job::enqueue(tx, JobId::new(now), JobKind::ExtractText, Some(&key), &payload, now).await?)
    }
}
