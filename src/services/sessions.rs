//! Signing in and out, and finding out who a request comes from.

use chrono::TimeDelta;
use ring::digest::{SHA256, digest};

use crate::crypto::token::{Prefix, Secret};
use crate::db::browser::Known;
use crate::db::{self, Tx};
use crate::domain::account::{Actor, Channel, Credential};
use crate::domain::audit::{Record, SYSTEM_CHAIN, Who};
use crate::domain::id::{AccountId, SessionId};
use crate::domain::notice::{Kind, browser_traits};
use crate::domain::page::{Cursor, Key, Page, PageRequest};
use crate::domain::policy::{Act, Scope};
use crate::domain::problem::{Code, Result};
use crate::services::Kho;
use crate::services::accounts::verify_password;
use crate::services::notices::News;

/// What a browser gets at sign-in: the cookie's secret and the token it must send with every change.
pub struct SignedIn {
    pub secret: Secret,
    pub csrf_token: String,
    pub account: db::account::Account,
    pub expires_at: chrono::DateTime<chrono::Utc>,
}

/// A session found by its cookie.
pub struct SessionActor {
    pub actor: Actor,
    pub csrf_token: String,
}

/// The last use of a session or token is written at most this often, so that reading does not write.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);

impl Kho {
    /// Signs a person in by login name and password. Ten failures for a login or an address within the window refuse further tries.
    pub async fn sign_in(
        &self,
        login: &str,
        password: String,
        user_agent: &str,
        channel: Channel,
    ) -> Result<SignedIn> {
        let login = login.trim().to_lowercase();
        let (of_login, at_address) = (format!("login:{login}"), format!("address:{}", channel.address));
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let allowed = self.settings.login_failures;
        self.expect_few_failures(&mut tx, &[(&of_login, allowed), (&at_address, allowed * 10)]).await?;
        let account = db::account::by_login(&mut tx, &login).await?;
        drop(tx);

        let hash = account.as_ref().and_then(|account| account.password_hash.clone());
        let matches = verify_password(password, hash).await?;

        let Some(account) = account.filter(|_| matches) else {
            self.count_failures(&[&of_login, &at_address]).await?;
            let who = Who { actor_id: None, name: String::new(), on_behalf_of: None, purpose: None, channel };
            return Err(self.refused_for(
                SYSTEM_CHAIN,
                who,
                Act::SignIn,
                SYSTEM_CHAIN,
                Code::WrongCredentials,
            ));
        };
        if account.state != "active" {
            return Err(Code::AccountLocked.into());
        }

        let secret = Secret::generate(Prefix::SESSION)?;
        let csrf_token = Secret::generate(Prefix::CSRF)?.expose().to_owned();
        let id = SessionId::new(now);
        let expires_at = now + TimeDelta::hours(self.settings.session_hours);
        let mut tx = self.db.begin().await?;
        if let Some(vault) = account.vault_id {
            db::vault::lock(&mut tx, vault).await?;
        }
        db::session::insert(
            &mut tx,
            db::session::NewSession {
                id,
                account_id: account.id,
                token_digest: secret.digest().as_bytes(),
                csrf_token: &csrf_token,
                user_agent,
                address: &channel.address,
                at: now,
                expires_at,
            },
        )
        .await?;
        db::throttle::clear(&mut tx, &of_login).await?;
        self.note_browser(&mut tx, account.id, user_agent, &channel.address).await?;
        let actor = Actor {
            account_id: account.id,
            name: account.full_name.clone(),
            vault_id: account.vault_id,
            credential: Credential::Session(id),
            channel,
            purpose: None,
        };
        db::audit::append(&mut tx, &self.account_record(&actor, Act::SignIn)).await?;
        tx.commit().await?;
        Ok(SignedIn { secret, csrf_token, account, expires_at })
    }

    /// Tells the account where it was signed in from a browser that it never used. That the first is new needs no telling.
    async fn note_browser(
        &self,
        tx: &mut Tx,
        account: AccountId,
        user_agent: &str,
        address: &str,
    ) -> Result<()> {
        let digest = digest(&SHA256, browser_traits(user_agent, address).as_bytes());
        let known = db::browser::see(tx, account, digest.as_ref(), self.clock.now()).await?;
        if known != Known::No {
            return Ok(());
        }
        let mut news = News::new(Kind::SignInNewBrowser, None);
        news.detail.user_agent = Some(user_agent.to_owned());
        news.detail.address = Some(address.to_owned());
        self.tell_account(tx, account, &news).await
    }

    /// Ends the session that the actor came with.
    pub async fn sign_out(&self, actor: &Actor) -> Result<()> {
        let Credential::Session(id) = actor.credential else { return Err(Code::NotSignedIn.into()) };
        let mut tx = self.db.begin().await?;
        if let Some(vault) = actor.vault_id {
            db::vault::lock(&mut tx, vault).await?;
        }
        db::session::delete(&mut tx, id).await?;
        db::audit::append(&mut tx, &self.account_record(actor, Act::SignOut)).await?;
        Ok(tx.commit().await?)
    }

    /// The account's live sessions, the newest first.
    pub async fn list_sessions(
        &self,
        actor: &Actor,
        page: &PageRequest,
    ) -> Result<Page<db::session::ListedSession>> {
        actor.check_scope(Act::SessionList)?;
        let mut tx = self.db.read().await?;
        let rows = db::session::list(&mut tx, actor.account_id, self.clock.now(), page).await?;
        Ok(Page::cut(rows, page.limit, |last| newest_first(page, last.created_at, last.id.0)))
    }

    /// Ends one of the account's sessions; that of somebody else does not exist.
    pub async fn end_session(&self, actor: &Actor, id: SessionId) -> Result<()> {
        actor.check_scope(Act::SessionEnd)?;
        let mut tx = self.db.begin().await?;
        if let Some(vault) = actor.vault_id {
            db::vault::lock(&mut tx, vault).await?;
        }
        if !db::session::delete_of(&mut tx, actor.account_id, id).await? {
            return Err(self.refused(
                self.account_chain(actor),
                actor,
                Act::SessionEnd,
                id.0,
                Code::NotFound,
            ));
        }
        self.audit(&mut tx, self.account_record(actor, Act::SessionEnd).about(id.0)).await?;
        Ok(tx.commit().await?)
    }

    /// Signs the account out everywhere: in all other browsers, and in the present one too if asked. Answers how many sessions ended.
    pub async fn end_sessions(&self, actor: &Actor, including_this: bool) -> Result<u64> {
        actor.check_scope(Act::SessionEnd)?;
        let kept = match actor.credential {
            Credential::Session(id) if !including_this => Some(id),
            _ => None,
        };
        let mut tx = self.db.begin().await?;
        if let Some(vault) = actor.vault_id {
            db::vault::lock(&mut tx, vault).await?;
        }
        let ended = db::session::delete_all(&mut tx, actor.account_id, kept).await?;
        let detail = serde_json::json!({ "ended": ended });
        self.audit(&mut tx, self.account_record(actor, Act::SessionEnd).detail(detail)).await?;
        if ended > 0 {
            let mut news = News::new(Kind::SessionsEnded, None);
            news.detail.count = Some(ended as i64);
            news.detail.address = Some(actor.channel.address.clone());
            self.tell_account(&mut tx, actor.account_id, &news).await?;
        }
        tx.commit().await?;
        Ok(ended)
    }

    /// Who a session cookie belongs to.
    pub async fn session_actor(&self, secret: &str, channel: Channel) -> Result<SessionActor> {
        let mut tx = self.db.read().await?;
        let digest = Secret::parse(Prefix::SESSION, secret).map_err(|_| Code::SessionExpired)?.digest();
        let Some(session) = db::session::by_digest(&mut tx, digest.as_bytes()).await? else {
            return Err(Code::SessionExpired.into());
        };
        drop(tx);
        let now = self.clock.now();
        if session.expires_at <= now {
            return Err(Code::SessionExpired.into());
        }
        if session.state != "active" {
            return Err(Code::AccountLocked.into());
        }
        if now - session.seen_at >= SEEN_EVERY {
            let mut tx = self.db.begin().await?;
            db::session::touch(&mut tx, session.id, now).await?;
            tx.commit().await?;
        }
        let actor = Actor {
            account_id: session.account_id,
            name: session.full_name,
            vault_id: session.vault_id,
            credential: Credential::Session(session.id),
            channel,
            purpose: None,
        };
        Ok(SessionActor { actor, csrf_token: session.csrf_token })
    }

    /// Who a bearer token belongs to.
    pub async fn token_actor(&self, secret: &str, channel: Channel) -> Result<Actor> {
        let mut tx = self.db.read().await?;
        let digest = Secret::parse(Prefix::TOKEN, secret).map_err(|_| Code::TokenInvalid)?.digest();
        let token = db::token::by_digest(&mut tx, digest.as_bytes()).await?.ok_or(Code::TokenInvalid)?;
        let now = self.clock.now();
        if token.revoked_at.is_some() || token.expires_at <= now {
            return Err(Code::TokenInvalid.into());
        }
        if token.state != "active" {
            return Err(Code::AccountLocked.into());
        }
        drop(tx);
        if token.used_at.is_none_or(|used| now - used >= SEEN_EVERY) {
            let mut tx = self.db.begin().await?;
            db::token::touch(&mut tx, token.id, now).await?;
            tx.commit().await?;
        }
        let scopes = token.scopes.split(' ').filter_map(Scope::parse).collect();
        Ok(Actor {
            account_id: token.account_id,
            name: token.full_name,
            vault_id: token.vault_id,
            credential: Credential::Token(token.id, scopes),
            channel,
            purpose: None,
        })
    }

    /// A record about the actor's own account: on the chain of the person's vault, or the system's for a client.
    pub(super) fn account_record(&self, actor: &Actor, act: Act) -> Record {
        let chain = self.account_chain(actor);
        Record::new(chain, self.clock.now(), actor.into(), act).about(actor.account_id.0)
    }

    /// The chain that keeps what the actor does to the own account.
    pub(super) fn account_chain(&self, actor: &Actor) -> uuid::Uuid {
        actor.vault_id.map_or(SYSTEM_CHAIN, |vault| vault.0)
    }

    /// Refuses a token where only somebody signed in may act; answers the session.
    pub(super) fn expect_session(&self, actor: &Actor, act: Act) -> Result<SessionId> {
        match actor.credential {
            Credential::Session(id) => Ok(id),
            _ => {
                Err(self.refused(self.account_chain(actor), actor, act, actor.account_id.0, Code::NotAllowed))
            }
        }
    }
}

/// Where a list of the newest first goes on after its last item.
pub(super) fn newest_first(
    page: &PageRequest,
    created_at: chrono::DateTime<chrono::Utc>,
    id: uuid::Uuid,
) -> Cursor {
    Cursor { sort: page.sort, group: 0, key: Key::time(created_at), id }
}
