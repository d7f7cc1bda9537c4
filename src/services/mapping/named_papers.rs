//! Which of the papers that a system names with a dossier are here already.

use std::collections::HashMap;

use super::pushed_papers::Slot;
use super::pushes::checked_key;
use crate::db;
use crate::domain::account::Actor;
use crate::domain::policy::Act;
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;

/// Papers that may be named at once.
pub const MOST_NAMED: usize = 200;

impl Kho {
    /// Of each slot of a dossier, the hash of what the program pushed there; none where it pushed nothing.
    pub async fn pushed_hashes(
        &self,
        actor: &Actor,
        dossier: &str,
        slots: &[Slot],
    ) -> Result<Vec<Option<Vec<u8>>>> {
        if slots.len() > MOST_NAMED {
            return Err(Problem::field("papers", "number").with("maximum", MOST_NAMED));
        }
        slots.iter().try_for_each(|slot| checked_key("key", &slot.key))?;
        let mut tx = self.db.read().await?;
        self.dossier_of_key(&mut tx, actor, Act::DossierPush, dossier).await?;
        let mut known = HashMap::new();
        for kind in ["component", "result"] {
            let of_kind = slots.iter().filter(|slot| slot.kind() == kind);
            let keys = of_kind.map(Slot::pushed_key).collect::<Vec<_>>();
            for (key, sha256) in db::pushed::known(&mut tx, actor.account_id, kind, &keys).await? {
                known.insert((kind, key), sha256.unwrap_or_default());
            }
        }
        Ok(slots.iter().map(|slot| known.get(&(slot.kind(), slot.pushed_key())).cloned()).collect())
    }
}
