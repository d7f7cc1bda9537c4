//! What an actor may see of all vaults at once, for lists that go across them: the same answer as the gate's, asked in bulk.

use std::collections::{HashMap, HashSet};

use crate::db::{self, Reach, Tx};
use crate::domain::account::Actor;
use crate::domain::grant::{Right, is_live};
use crate::domain::id::{EntryId, VaultId};
use crate::domain::problem::Result;
use crate::services::Kho;

/// Grants looked at; an account that received more finds the newest.
const MOST_GRANTS: i64 = 1000;

/// What was shared with the actor, live: the entry, and the vault that holds it.
type Shared = Vec<(EntryId, VaultId)>;

impl Kho {
    /// All that the actor may see, and the vaults it lies in.
    pub(super) async fn reach(&self, tx: &mut Tx, actor: &Actor) -> Result<(Reach, Vec<VaultId>)> {
        let roles = db::vault::roles_of(tx, actor.account_id).await?;
        let own = roles.into_iter().map(|(vault, _)| vault).collect::<Vec<_>>();
        let shared = self.shared_with(tx, &own).await?;
        let mut vaults = own.clone();
        for (_, vault) in &shared {
            if !vaults.contains(vault) {
                vaults.push(*vault);
            }
        }
        let entries = shared.into_iter().map(|(entry, _)| entry).collect();
        Ok((Reach { vaults: own, entries }, vaults))
    }

    /// A grant counts while all it derives from does, each on an entry of the same live path.
    async fn shared_with(&self, tx: &mut Tx, own: &[VaultId]) -> Result<Shared> {
        let now = self.clock.now();
        let chain = db::grant::received(tx, own, now, MOST_GRANTS).await?;
        let entries = chain.iter().map(|grant| grant.entry_id).collect::<HashSet<_>>();
        let steps = db::entry::paths(tx, &entries.into_iter().collect::<Vec<_>>()).await?;
        let mut paths: HashMap<EntryId, Vec<EntryId>> = HashMap::new();
        let mut dead = HashSet::new();
        for step in steps {
            paths.entry(step.leaf).or_default().push(step.id);
            if !step.is_live {
                dead.insert(step.leaf);
            }
        }
        let mut shared = chain
            .iter()
            .filter(|grant| grant.recipient_vault_id.is_some_and(|id| own.contains(&id)))
            .filter(|grant| !own.contains(&grant.vault_id) && !dead.contains(&grant.entry_id))
            .filter(|grant| grant.rights().has(Right::View))
            .filter(|grant| paths.get(&grant.entry_id).is_some_and(|path| is_live(grant, &chain, path, now)))
            .map(|grant| (grant.entry_id, grant.vault_id))
            .collect::<Shared>();
        shared.sort_unstable();
        shared.dedup();
        Ok(shared)
    }
}
