//! What an account may see of all trees, as conditions of a query.

use super::value::Values;
use crate::domain::id::{EntryId, VaultId};

/// What a query may answer: live entries of whole vaults, and those shared or asked for with all that is below them.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Vaults that the account owns or is a member of.
    pub vaults: Vec<VaultId>,
    /// Live entries, on a live path, that are seen with their live descendants.
    pub entries: Vec<EntryId>,
}

impl Reach {
    /// Common table expressions for `WITH RECURSIVE`: `dead`, the folders of whole vaults that hang in the trash, and `open`, the
    /// folders at and below the entries. Both walk folders alone, which are few beside documents.
    pub fn tables(&self, values: &mut Values) -> String {
        let vaults = values.bind_ids(self.vaults.iter().map(|id| id.0));
        let entries = values.bind_ids(self.entries.iter().map(|id| id.0));
        format!(
            "dead (id) AS (
                 SELECT id FROM entry WHERE vault_id IN ({vaults}) AND trashed_at IS NOT NULL AND kind = 1
                 UNION
                 SELECT c.id FROM entry c JOIN dead ON c.parent_id = dead.id WHERE c.kind = 1 AND c.trashed_at IS NULL
             ),
             open (id) AS (
                 SELECT id FROM entry WHERE id IN ({entries}) AND kind = 1
                 UNION
                 SELECT c.id FROM entry c JOIN open ON c.parent_id = open.id WHERE c.kind = 1 AND c.trashed_at IS NULL
             )"
        )
    }

    /// The condition that entry `e` is live and within reach.
    pub fn condition(&self, values: &mut Values) -> String {
        let mut grounds = Vec::new();
        if !self.vaults.is_empty() {
            let vaults = values.bind_ids(self.vaults.iter().map(|id| id.0));
            // Not EXISTS: SQLite would walk the folders anew for every entry.
            grounds.push(format!("(e.vault_id IN ({vaults}) AND e.parent_id NOT IN (SELECT id FROM dead))"));
        }
        if !self.entries.is_empty() {
            let entries = values.bind_ids(self.entries.iter().map(|id| id.0));
            grounds.push(format!("e.id IN ({entries}) OR e.parent_id IN (SELECT id FROM open)"));
        }
        if grounds.is_empty() {
            grounds.push("1 = 0".to_owned());
        }
        format!("e.trashed_at IS NULL AND ({})", grounds.join(" OR "))
    }
}
