//! Organisations: their vaults, and the people who use them under roles (A9).

use crate::db::{self, Tx};
use crate::domain::account::{Actor, Credential};
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::grant::MemberRole;
use crate::domain::id::VaultId;
use crate::domain::identity::{FullName, OrganisationCode};
use crate::domain::page::{Cursor, Key, Page, PageRequest};
use crate::domain::policy::{Act, Role};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::vaults::Owner;

impl Kho {
    /// Makes an organisation's vault with its first owner, named by id or login. For system administrators.
    pub async fn create_organisation(
        &self,
        actor: &Actor,
        code: OrganisationCode,
        name: FullName,
        first_owner: &str,
    ) -> Result<db::vault::Vault> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        self.gate_role(&mut tx, actor, Act::OrganisationCreate, &[Role::SystemAdmin]).await?;
        let owner = Owner::Organisation(code);
        let (kind, code) = owner.parts();
        if db::vault::by_owner(&mut tx, kind, code).await?.is_some() {
            return Err(Problem::new(Code::AlreadyExists).with("field", "code"));
        }
        let account = self.account_named(&mut tx, first_owner).await?;
        let id = self.vault_of_owner(&mut tx, &owner, name.as_str()).await?;
        let role = MemberRole::Owner.as_str();
        db::vault::put_member(&mut tx, id, account.id, role, now).await?;
        let member = Record::done(id, now, actor, Act::MemberChange).about(account.id.0);
        self.audit(&mut tx, member.named(&account.login).detail(serde_json::json!({ "role": role }))).await?;
        let made = Record::new(SYSTEM_CHAIN, now, actor.into(), Act::OrganisationCreate).about(id.0);
        self.audit(&mut tx, made.named(code).detail(serde_json::json!({ "owner": account.id }))).await?;
        let vault = db::vault::get(&mut tx, id).await?.ok_or(Code::NotFound)?;
        tx.commit().await?;
        Ok(vault)
    }

    /// The members of an organisation's vault by name; for every member.
    pub async fn list_members(
        &self,
        actor: &Actor,
        vault: VaultId,
        page: &PageRequest,
    ) -> Result<Page<db::vault::Member>> {
        let mut tx = self.db.read().await?;
        let (vault, _) = self.gate_vault(&mut tx, actor, Act::MemberList, vault).await?;
        expect_organisation(&vault)?;
        let rows = db::vault::member_page(&mut tx, vault.id, page).await?;
        Ok(Page::cut(rows, page.limit, |last| Cursor {
            sort: page.sort,
            group: 0,
            key: Key::name(&last.name_key),
            id: last.account_id.0,
        }))
    }

    /// Makes an account a member, or changes the role it has. For owners; the last of them stays one.
    pub async fn put_member(
        &self,
        actor: &Actor,
        vault: VaultId,
        member: &str,
        role: MemberRole,
    ) -> Result<db::vault::Member> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        db::vault::lock(&mut tx, vault).await?;
        let vault = self.gate_members(&mut tx, actor, Act::MemberChange, vault).await?;
        expect_organisation(&vault)?;
        let account = self.account_named(&mut tx, member).await?;
        let before = db::vault::member_role(&mut tx, vault.id, account.id).await?;
        if role != MemberRole::Owner {
            expect_another_owner(before.as_deref(), db::vault::owners(&mut tx, vault.id).await?)?;
        }
        db::vault::put_member(&mut tx, vault.id, account.id, role.as_str(), now).await?;
        let detail = serde_json::json!({ "before": before, "role": role.as_str() });
        let record = Record::done(vault.id, now, actor, Act::MemberChange).about(account.id.0);
        self.audit(&mut tx, record.named(&account.login).detail(detail)).await?;
        let member = db::vault::member(&mut tx, vault.id, account.id).await?.ok_or(Code::NotFound)?;
        tx.commit().await?;
        Ok(member)
    }

    /// Ends a membership: an owner that of anybody, a member the own one. The last owner stays.
    pub async fn remove_member(&self, actor: &Actor, vault: VaultId, member: &str) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        db::vault::lock(&mut tx, vault).await?;
        // Whether the actor leaves or removes decides which right is needed. Who it is about is only told behind the gate.
        let account = self.account_named(&mut tx, member).await;
        let is_self = account.as_ref().is_ok_and(|account| account.id == actor.account_id);
        let act = if is_self { Act::MemberLeave } else { Act::MemberChange };
        let vault = self.gate_members(&mut tx, actor, act, vault).await?;
        let account = account?;
        expect_organisation(&vault)?;
        let before = db::vault::member_role(&mut tx, vault.id, account.id).await?;
        expect_another_owner(before.as_deref(), db::vault::owners(&mut tx, vault.id).await?)?;
        if !db::vault::remove_member(&mut tx, vault.id, account.id).await? {
            return Err(Code::NotFound.into());
        }
        let record = Record::done(vault.id, now, actor, act).about(account.id.0).named(&account.login);
        self.audit(&mut tx, record.detail(serde_json::json!({ "before": before }))).await?;
        Ok(tx.commit().await?)
    }

    /// Owners decide on members. The operator at the machine may too, so that an organisation whose owners are all gone is not lost.
    async fn gate_members(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        vault: VaultId,
    ) -> Result<db::vault::Vault> {
        if matches!(actor.credential, Credential::CommandLine) {
            return db::vault::get(tx, vault).await?.ok_or_else(|| Code::NotFound.into());
        }
        Ok(self.gate_vault(tx, actor, act, vault).await?.0)
    }

    /// The vault of an organisation by its code. For system administrators.
    pub async fn organisation_by_code(
        &self,
        actor: &Actor,
        code: &OrganisationCode,
    ) -> Result<db::vault::Vault> {
        let mut tx = self.db.read().await?;
        self.gate_role(&mut tx, actor, Act::AccountAdminister, &[Role::SystemAdmin]).await?;
        let vault = db::vault::by_owner(&mut tx, "organisation", code.as_str()).await?;
        vault.ok_or_else(|| Code::NotFound.into())
    }
}

fn expect_organisation(vault: &db::vault::Vault) -> Result<()> {
    if vault.owner_kind == "organisation" { Ok(()) } else { Err(Code::NotAnOrganisation.into()) }
}

/// Refuses to end the ownership of the only owner.
fn expect_another_owner(role: Option<&str>, owners: i64) -> Result<()> {
    let is_last = role == Some(MemberRole::Owner.as_str()) && owners <= 1;
    if is_last { Err(Code::LastOwner.into()) } else { Ok(()) }
}
