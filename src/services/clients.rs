//! Programs of other systems: how they prove who they are, and for which agencies they may do what (K1, K7).
//!
//! What a token may be used for is its scopes; for whom, is looked up with each request: an agency taken away is gone at once.

use crate::crypto::assertion::KeySet;
use crate::crypto::token::{Prefix, Secret};
use crate::db::oauth::{Mandate, Proof};
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::page::{Cursor, Key, Page, PageRequest};
use crate::domain::policy::{Act, Role, Scope};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::roles::agency_named;

/// A program as administrators see it.
pub struct Client {
    pub account: db::account::Account,
    pub has_secret: bool,
    /// Its public keys, as a JWK set.
    pub jwks: Option<String>,
    pub mandates: Vec<Mandate>,
}

/// Scopes in the order of [`Scope::ALL`], as stored.
pub(super) fn scope_text(scopes: &[Scope]) -> String {
    let held = Scope::ALL.into_iter().filter(|scope| scopes.contains(scope));
    held.map(Scope::as_str).collect::<Vec<_>>().join(" ")
}

/// Scopes as stored.
pub(super) fn scopes_of(text: &str) -> Vec<Scope> {
    text.split(' ').filter_map(Scope::parse).collect()
}

impl Kho {
    /// A program with its agencies. For system administrators.
    pub async fn view_client(&self, actor: &Actor, client: &str) -> Result<Client> {
        let mut tx = self.db.read().await?;
        self.gate_role(&mut tx, actor, Act::ClientAdminister, &[Role::SystemAdmin]).await?;
        let account = self.client_named(&mut tx, client).await?;
        self.client(&mut tx, account).await
    }

    /// One page of the programs of other systems by name; `query` as in [`db::account::clients`]. For system administrators.
    pub async fn list_clients(
        &self,
        actor: &Actor,
        query: &str,
        page: &PageRequest,
    ) -> Result<Page<db::account::Account>> {
        let mut tx = self.db.read().await?;
        self.gate_role(&mut tx, actor, Act::ClientAdminister, &[Role::SystemAdmin]).await?;
        let rows = db::account::clients(&mut tx, query.trim(), page).await?;
        Ok(Page::cut(rows, page.limit, |last| Cursor {
            sort: page.sort,
            group: 0,
            key: Key::name(&last.name_key),
            id: last.id.0,
        }))
    }

    async fn client(&self, tx: &mut Tx, account: db::account::Account) -> Result<Client> {
        let proof = db::oauth::proof(tx, account.id).await?.unwrap_or_default();
        let mandates = db::oauth::mandates(tx, account.id).await?;
        Ok(Client { has_secret: proof.secret_digest.is_some(), jwks: proof.jwks, mandates, account })
    }

    /// Makes a secret for a program, in place of the one before; it is shown here once.
    pub async fn make_client_secret(&self, actor: &Actor, client: &str) -> Result<Secret> {
        let secret = Secret::generate(Prefix::CLIENT)?;
        let digest = secret.digest().as_bytes().to_vec();
        let put = |proof: Proof| Proof { secret_digest: Some(digest), ..proof };
        self.change_proof(actor, client, "secret_made", put).await?;
        Ok(secret)
    }

    /// Takes a program's secret away: its keys, if it has any, are left.
    pub async fn remove_client_secret(&self, actor: &Actor, client: &str) -> Result<Client> {
        let put = |proof: Proof| Proof { secret_digest: None, ..proof };
        self.change_proof(actor, client, "secret_removed", put).await
    }

    /// Sets the public keys by which a program proves who it is; none takes them away.
    pub async fn set_client_keys(
        &self,
        actor: &Actor,
        client: &str,
        keys: Option<&KeySet>,
    ) -> Result<Client> {
        let jwks = keys.map(KeySet::to_json);
        let change = if jwks.is_some() { "keys_set" } else { "keys_removed" };
        self.change_proof(actor, client, change, |proof| Proof { jwks, ..proof }).await
    }

    async fn change_proof(
        &self,
        actor: &Actor,
        client: &str,
        change: &str,
        put: impl FnOnce(Proof) -> Proof,
    ) -> Result<Client> {
        let mut tx = self.db.begin().await?;
        self.gate_role(&mut tx, actor, Act::ClientAdminister, &[Role::SystemAdmin]).await?;
        let account = self.client_named(&mut tx, client).await?;
        let now = self.clock.now();
        db::account::lock(&mut tx, account.id, now).await?;
        let proof = db::oauth::proof(&mut tx, account.id).await?.unwrap_or_default();
        db::oauth::put_proof(&mut tx, account.id, &put(proof), now).await?;
        let record = Record::new(SYSTEM_CHAIN, now, actor.into(), Act::ClientAdminister);
        let record = record.about(account.id.0).named(&account.login);
        self.audit(&mut tx, record.detail(serde_json::json!({ "change": change }))).await?;
        let client = self.client(&mut tx, account).await?;
        tx.commit().await?;
        Ok(client)
    }

    /// Lets a program do for an agency what `scopes` say, and nothing else; no scope takes the agency away.
    pub async fn set_client_agency(
        &self,
        actor: &Actor,
        client: &str,
        agency: &str,
        scopes: &[Scope],
    ) -> Result<Client> {
        let mut tx = self.db.begin().await?;
        self.gate_role(&mut tx, actor, Act::ClientAdminister, &[Role::SystemAdmin]).await?;
        let account = self.client_named(&mut tx, client).await?;
        let agency = agency_named(&mut tx, "agency", agency).await?;
        if scopes.iter().any(|scope| !scope.is_of_agencies()) {
            return Err(Problem::field("scopes", "not_for_an_agency"));
        }
        let now = self.clock.now();
        db::account::lock(&mut tx, account.id, now).await?;
        let scopes = scope_text(scopes);
        if scopes.is_empty() {
            if !db::oauth::remove_mandate(&mut tx, account.id, agency.id).await? {
                return Err(Code::NotFound.into());
            }
        } else {
            db::oauth::put_mandate(&mut tx, account.id, agency.id, &scopes).await?;
        }
        let detail = serde_json::json!({ "agency": agency.code, "change": "agency", "scopes": scopes });
        let record = Record::new(SYSTEM_CHAIN, now, actor.into(), Act::ClientAdminister);
        self.audit(&mut tx, record.about(account.id.0).named(&account.login).detail(detail)).await?;
        let client = self.client(&mut tx, account).await?;
        tx.commit().await?;
        Ok(client)
    }

    /// The program of this id or login name; a person is none.
    async fn client_named(&self, tx: &mut Tx, name: &str) -> Result<db::account::Account> {
        let account = self.account_named(tx, name).await?;
        if account.kind == "client" { Ok(account) } else { Err(Code::NotFound.into()) }
    }
}
