//! Making vaults and looking at them.

use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::id::{EntryId, VaultId};
use crate::domain::identity::{IdentityNumber, OrganisationCode};
use crate::domain::name::EntryName;
use crate::domain::policy::Act;
use crate::domain::problem::Result;
use crate::services::Kho;

/// Who a vault belongs to.
#[derive(Clone, Debug)]
pub enum Owner {
    Person(IdentityNumber),
    Organisation(OrganisationCode),
}

impl Owner {
    /// As stored: the kind and the code.
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Owner::Person(number) => ("person", number.as_str()),
            Owner::Organisation(code) => ("organisation", code.as_str()),
        }
    }
}

/// The name of every vault's root; people see the vault's owner instead.
const ROOT_NAME: &str = "Kho";

impl Kho {
    /// The owner's vault, made with its default folders where it does not exist yet.
    pub async fn vault_of_owner(&self, tx: &mut Tx, owner: &Owner, name: &str) -> Result<VaultId> {
        let (kind, code) = owner.parts();
        if let Some(vault) = db::vault::by_owner(tx, kind, code).await? {
            return Ok(vault.id);
        }
        let now = self.clock.now();
        let id = VaultId::new(now);
        let root_id = EntryId::new(now);
        let (_, wrapped_key) = self.keyring.new_vault_key(id)?;
        let quota_bytes = match owner {
            Owner::Person(_) => self.settings.person_quota_bytes,
            Owner::Organisation(_) => self.settings.organisation_quota_bytes,
        };
        let vault = db::vault::NewVault {
            id,
            owner_kind: kind,
            owner_code: code,
            owner_name: name,
            root_id,
            wrapped_key: &wrapped_key,
            quota_bytes,
            at: now,
        };
        db::vault::insert(tx, vault).await?;
        self.insert_default_folder(tx, id, root_id, None, ROOT_NAME, None).await?;
        for folder in self.catalogue.folders.iter().filter(|folder| folder.owners.iter().any(|o| o == kind)) {
            let child = EntryId::new(now);
            self.insert_default_folder(tx, id, child, Some(root_id), &folder.vi, Some(&folder.code)).await?;
        }
        Ok(id)
    }

    async fn insert_default_folder(
        &self,
        tx: &mut Tx,
        vault_id: VaultId,
        id: EntryId,
        parent_id: Option<EntryId>,
        name: &str,
        system_code: Option<&str>,
    ) -> Result<()> {
        let name = EntryName::parse(name)?;
        let folder = db::entry::NewFolder {
            id,
            vault_id,
            parent_id,
            name: forms(&name),
            system_code,
            created_by: None,
            at: self.clock.now(),
        };
        Ok(db::entry::insert_folder(tx, folder).await?)
    }

    /// The vaults that the actor can open: the own one first, then those of organisations.
    pub async fn list_vaults(&self, actor: &Actor) -> Result<Vec<db::vault::VaultOfAccount>> {
        actor.check_scope(Act::VaultView)?;
        let mut tx = self.db.read().await?;
        Ok(db::vault::list_for(&mut tx, actor.account_id, 500).await?)
    }

    pub async fn view_vault(&self, actor: &Actor, id: VaultId) -> Result<db::vault::VaultOfAccount> {
        let mut tx = self.db.read().await?;
        let (vault, _) = self.gate_vault(&mut tx, actor, Act::VaultView, id).await?;
        let role = if actor.vault_id == Some(id) {
            "owner".to_owned()
        } else {
            db::vault::member_role(&mut tx, id, actor.account_id).await?.unwrap_or_default()
        };
        Ok(db::vault::VaultOfAccount { vault, role })
    }
}

/// The forms of a name that its row keeps.
pub(super) fn forms(name: &EntryName) -> db::entry::NameForms<'_> {
    db::entry::NameForms { name: name.as_str(), key: name.key(), sort_key: name.sort_key() }
}
