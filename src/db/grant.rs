//! Rows of grants and share links.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{DbError, Tx, dialect};
use crate::domain::id::{AccountId, EntryId, GrantId, VaultId};
use crate::sql;

/// A grant, as its row holds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Grant {
    pub id: GrantId,
    /// The vault that holds the entry.
    pub vault_id: VaultId,
    pub entry_id: EntryId,
    pub parent_id: Option<GrantId>,
    pub recipient_vault_id: Option<VaultId>,
    pub rights: i16,
    pub granted_by: AccountId,
    pub granting_vault_id: VaultId,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// The live grants on any of `entries` to any of `recipients`, and all the grants these derive from.
pub async fn reaching(
    tx: &mut Tx,
    entries: &[EntryId],
    recipients: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Vec<Grant>, DbError> {
    if entries.is_empty() || recipients.is_empty() {
        return Ok(Vec::new());
    }
    let columns = "id, vault_id, entry_id, parent_id, recipient_vault_id, rights, granted_by, granting_vault_id, created_at,
        expires_at, revoked_at";
    let of_g = columns.split(',').map(|name| format!("g.{}", name.trim())).collect::<Vec<_>>().join(", ");
    let text = format!(
        "WITH RECURSIVE chain AS (
             SELECT {columns} FROM access_grant
             WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1)
               AND entry_id IN ({}) AND recipient_vault_id IN ({})
             UNION
             SELECT {of_g} FROM access_grant g JOIN chain ON g.id = chain.parent_id
         )
         SELECT {columns} FROM chain",
        dialect::placeholders(1, entries.len()),
        dialect::placeholders(1 + entries.len(), recipients.len()),
    );
    let bound = entries.iter().map(|id| id.0).chain(recipients.iter().copied()).collect::<Vec<_>>();
    sql!(tx, all Grant, sqlx::AssertSqlSafe(text), now; bound)
}
