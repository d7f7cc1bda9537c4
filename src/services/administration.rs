//! What system administrators do: accounts, clients, quotas. None of it opens a paper.

use crate::db;
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::id::{AccountId, VaultId};
use crate::domain::identity::{FullName, Login};
use crate::domain::page::{Cursor, Key, Page, PageRequest};
use crate::domain::policy::{Act, Role};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::accounts::{Language, changed_fields};

/// An account with the roles it holds.
pub struct AdministeredAccount {
    pub account: db::account::Account,
    pub roles: Vec<db::role::Held>,
}

/// What an administrator may change. An e-mail address is not among it: who sets it gets the reset link, and with it the papers.
#[derive(Default)]
pub struct AdministrativeChanges {
    pub full_name: Option<FullName>,
    pub language: Option<Language>,
    /// Locking ends all sessions and stops all tokens.
    pub locked: Option<bool>,
}

impl Kho {
    /// Makes an integration client: an account of a program, without password and vault.
    pub async fn create_client(&self, actor: &Actor, login: Login, full_name: FullName) -> Result<AccountId> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        self.gate_role(&mut tx, actor, Act::AccountCreate, &[Role::SystemAdmin]).await?;
        let id = AccountId::new(now);
        let account = db::account::NewAccount {
            id,
            kind: "client",
            login: login.as_str(),
            full_name: full_name.as_str(),
            email: None,
            phone: None,
            address: None,
            language: Language::Vi.as_str(),
            vault_id: None,
            password_hash: None,
            at: now,
        };
        db::account::insert(&mut tx, account).await?;
        let record = Record::new(SYSTEM_CHAIN, now, actor.into(), Act::AccountCreate).about(id.0);
        self.audit(&mut tx, record.named(login.as_str()).detail(serde_json::json!({ "kind": "client" })))
            .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// One page of accounts by name; `query` as in [`db::account::search`].
    pub async fn find_accounts(
        &self,
        actor: &Actor,
        query: &str,
        page: &PageRequest,
    ) -> Result<Page<AdministeredAccount>> {
        let mut tx = self.db.read().await?;
        self.gate_role(&mut tx, actor, Act::AccountAdminister, &[Role::SystemAdmin]).await?;
        let rows = db::account::search(&mut tx, query.trim(), page).await?;
        let page = Page::cut(rows, page.limit, |last| Cursor {
            sort: page.sort,
            group: 0,
            key: Key::name(&last.name_key),
            id: last.id.0,
        });
        let ids = page.items.iter().map(|account| account.id).collect::<Vec<_>>();
        let mut roles = db::role::held_by(&mut tx, &ids).await?;
        let with_roles = |account: db::account::Account| {
            let roles = roles.extract_if(.., |held| held.account_id == account.id).collect();
            AdministeredAccount { account, roles }
        };
        Ok(Page { items: page.items.into_iter().map(with_roles).collect(), next: page.next })
    }

    /// One account by its id or login name.
    pub async fn administered_account(&self, actor: &Actor, account: &str) -> Result<AdministeredAccount> {
        let mut tx = self.db.read().await?;
        self.gate_role(&mut tx, actor, Act::AccountAdminister, &[Role::SystemAdmin]).await?;
        let account = self.account_named(&mut tx, account).await?;
        let roles = db::role::held(&mut tx, account.id).await?;
        Ok(AdministeredAccount { account, roles })
    }

    /// Changes an account under the revision that the administrator saw.
    pub async fn administer_account(
        &self,
        actor: &Actor,
        account: &str,
        seen: Option<i64>,
        changes: AdministrativeChanges,
    ) -> Result<AdministeredAccount> {
        let mut tx = self.db.begin().await?;
        self.gate_role(&mut tx, actor, Act::AccountAdminister, &[Role::SystemAdmin]).await?;
        let account = self.account_named(&mut tx, account).await?;
        account.expect_revision(seen)?;
        if changes.locked == Some(true) && account.id == actor.account_id {
            return Err(Problem::field("locked", "own_account"));
        }
        let full_name = changes.full_name.map_or(account.full_name.clone(), String::from);
        let details = db::account::AccountDetails {
            full_name: &full_name,
            email: account.email.as_deref(),
            phone: account.phone.as_deref(),
            address: account.address.as_deref(),
            language: changes.language.map_or(account.language.as_str(), |language| language.as_str()),
            state: match changes.locked {
                Some(true) => "locked",
                Some(false) => "active",
                None => &account.state,
            },
        };
        if let Some(vault) = account.vault_id.filter(|_| full_name != account.full_name) {
            db::vault::lock(&mut tx, vault).await?;
            db::vault::rename_owner(&mut tx, vault, &full_name).await?;
        }
        self.write_details(&mut tx, &account, &details).await?;
        if details.state == "locked" {
            db::session::delete_all(&mut tx, account.id, None).await?;
        }
        let detail = serde_json::json!({
            "changed": changed_fields(&account, &details), "state": details.state,
        });
        let record = Record::new(SYSTEM_CHAIN, self.clock.now(), actor.into(), Act::AccountAdminister);
        self.audit(&mut tx, record.about(account.id.0).named(&account.login).detail(detail)).await?;
        let roles = db::role::held(&mut tx, account.id).await?;
        let account = db::account::get(&mut tx, account.id).await?.ok_or(Code::NotFound)?;
        tx.commit().await?;
        Ok(AdministeredAccount { account, roles })
    }

    /// Sets how much a vault may hold; not below what it holds. The vault's owner finds it in the vault's trail.
    pub async fn set_quota(
        &self,
        actor: &Actor,
        vault: VaultId,
        quota_bytes: i64,
    ) -> Result<db::vault::Vault> {
        let mut tx = self.db.begin().await?;
        let locked = db::vault::lock(&mut tx, vault).await?;
        self.gate_role(&mut tx, actor, Act::QuotaChange, &[Role::SystemAdmin]).await?;
        let before = locked.ok_or(Code::NotFound)?;
        if quota_bytes < before.used_bytes() {
            return Err(Problem::field("quota_bytes", "below_use").with("used_bytes", before.used_bytes()));
        }
        db::vault::set_quota(&mut tx, vault, quota_bytes).await?;
        let detail = serde_json::json!({ "after": quota_bytes, "before": before.quota_bytes });
        let record = Record::done(vault, self.clock.now(), actor, Act::QuotaChange).about(vault.0);
        self.audit(&mut tx, record.detail(detail)).await?;
        tx.commit().await?;
        Ok(db::vault::Vault { quota_bytes, ..before })
    }
}
