//! Bearer tokens, by which programs act for an account.
//!
//! A token never makes another: only somebody signed in does, so a leaked one cannot be stretched in scope or time.

use chrono::{DateTime, TimeDelta, Utc};

use crate::crypto::token::{Prefix, Secret};
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::id::{AccountId, TokenId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::policy::{Act, Role, Scope};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::arrange::checked_text;
use crate::services::sessions::newest_first;

/// What a token is to be for.
pub struct TokenRequest {
    /// What its owner calls it.
    pub name: String,
    pub scopes: Vec<Scope>,
    pub expires_at: DateTime<Utc>,
}

/// A new token with its secret, which is never shown again.
pub struct NewToken {
    pub token: db::token::ListedToken,
    pub secret: Secret,
}

/// The longest life of a token.
const LONGEST_LIFE: TimeDelta = TimeDelta::days(366);

impl Kho {
    /// The account's tokens, the newest first.
    pub async fn list_tokens(
        &self,
        actor: &Actor,
        page: &PageRequest,
    ) -> Result<Page<db::token::ListedToken>> {
        actor.check_scope(Act::TokenList)?;
        let mut tx = self.db.read().await?;
        let rows = db::token::list(&mut tx, actor.account_id, page).await?;
        Ok(Page::cut(rows, page.limit, |last| newest_first(page, last.created_at, last.id.0)))
    }

    /// Makes a token for the actor's own account.
    pub async fn create_token(&self, actor: &Actor, request: TokenRequest) -> Result<NewToken> {
        self.expect_session(actor, Act::TokenCreate)?;
        let mut tx = self.db.begin().await?;
        if let Some(vault) = actor.vault_id {
            db::vault::lock(&mut tx, vault).await?;
        }
        let new = self.insert_token(&mut tx, actor.account_id, request).await?;
        let record = self.account_record(actor, Act::TokenCreate).about(new.token.id.0);
        self.audit(&mut tx, described(record, &new.token)).await?;
        tx.commit().await?;
        Ok(new)
    }

    /// Makes a token for an integration client, which cannot sign in itself. For system administrators; a person's token is the
    /// person's alone to make, because it opens papers.
    pub async fn create_client_token(
        &self,
        actor: &Actor,
        client: &str,
        request: TokenRequest,
    ) -> Result<NewToken> {
        let mut tx = self.db.begin().await?;
        self.gate_role(&mut tx, actor, Act::TokenCreate, &[Role::SystemAdmin]).await?;
        let account = self.account_named(&mut tx, client).await?;
        if account.kind != "client" {
            return Err(self.refused(SYSTEM_CHAIN, actor, Act::TokenCreate, account.id.0, Code::NotAllowed));
        }
        let new = self.insert_token(&mut tx, account.id, request).await?;
        let record = Record::new(SYSTEM_CHAIN, self.clock.now(), actor.into(), Act::TokenCreate);
        self.audit(&mut tx, described(record.about(account.id.0), &new.token)).await?;
        tx.commit().await?;
        Ok(new)
    }

    async fn insert_token(&self, tx: &mut Tx, account: AccountId, request: TokenRequest) -> Result<NewToken> {
        let now = self.clock.now();
        let name =
            checked_text("name", Some(&request.name), 100)?.ok_or_else(|| Problem::field("name", "empty"))?;
        if request.scopes.is_empty() {
            return Err(Problem::field("scopes", "empty"));
        }
        if request.expires_at <= now {
            return Err(Problem::field("expires_at", "in_the_past"));
        }
        if request.expires_at > now + LONGEST_LIFE {
            return Err(
                Problem::field("expires_at", "too_late").with("maximum_days", LONGEST_LIFE.num_days())
            );
        }
        let scopes = Scope::ALL.into_iter().filter(|scope| request.scopes.contains(scope));
        let scopes = scopes.map(Scope::as_str).collect::<Vec<_>>().join(" ");
        let secret = Secret::generate(Prefix::TOKEN)?;
        let token = db::token::ListedToken {
            id: TokenId::new(now),
            name,
            scopes,
            created_at: now,
            expires_at: crate::domain::clock::stored(request.expires_at),
            used_at: None,
        };
        let digest = secret.digest();
        let row = db::token::NewToken {
            id: token.id,
            account_id: account,
            token_digest: digest.as_bytes(),
            name: &token.name,
            scopes: &token.scopes,
            at: now,
            expires_at: token.expires_at,
        };
        db::token::insert(tx, row).await?;
        Ok(NewToken { token, secret })
    }

    /// Revokes one of the account's tokens, at once and for good.
    pub async fn revoke_token(&self, actor: &Actor, id: TokenId) -> Result<()> {
        actor.check_scope(Act::TokenRevoke)?;
        let mut tx = self.db.begin().await?;
        if let Some(vault) = actor.vault_id {
            db::vault::lock(&mut tx, vault).await?;
        }
        let revoked = db::token::revoke(&mut tx, actor.account_id, id, self.clock.now()).await?;
        let Some(name) = revoked else {
            return Err(self.refused(
                self.account_chain(actor),
                actor,
                Act::TokenRevoke,
                id.0,
                Code::NotFound,
            ));
        };
        self.audit(&mut tx, self.account_record(actor, Act::TokenRevoke).about(id.0).named(&name)).await?;
        Ok(tx.commit().await?)
    }
}

fn described(record: Record, token: &db::token::ListedToken) -> Record {
    let detail = serde_json::json!({ "scopes": token.scopes, "token": token.id });
    record.named(&token.name).detail(detail)
}
