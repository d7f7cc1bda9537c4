//! Signing in and out, and finding out who a request comes from.

use chrono::TimeDelta;

use crate::crypto::{
    password,
    token::{Prefix, Secret},
};
use crate::db;
use crate::domain::account::{Actor, Channel, Credential};
use crate::domain::audit::{Record, SYSTEM_CHAIN, Who};
use crate::domain::id::SessionId;
use crate::domain::policy::{Act, Scope};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;

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

/// A session's last use is written at most this often, so that reading does not write.
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
        let subjects = [format!("login:{login}"), format!("address:{}", channel.address)];
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        for (subject, allowed) in
            subjects.iter().zip([self.settings.login_failures, self.settings.login_failures * 10])
        {
            if db::throttle::failures(&mut tx, subject, now).await? >= allowed {
                return Err(Code::TooManyAttempts.into());
            }
        }
        let account = db::account::by_login(&mut tx, &login).await?;
        drop(tx);

        let hash = account.as_ref().and_then(|account| account.password_hash.clone());
        let matches = tokio::task::spawn_blocking(move || match hash {
            Some(hash) => password::verify(&password, &hash),
            // The same work for a login that does not exist, so that time tells nothing.
            None => password::verify_absent(&password).map(|()| false),
        })
        .await
        .map_err(|error| Problem::new(Code::Internal).caused_by(error))??;

        let Some(account) = account.filter(|_| matches) else {
            let mut tx = self.db.begin().await?;
            let window_ends = now + TimeDelta::minutes(self.settings.login_window_minutes);
            for subject in &subjects {
                db::throttle::count_failure(&mut tx, subject, now, window_ends).await?;
            }
            tx.commit().await?;
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
        db::account::insert_session(
            &mut tx,
            db::account::NewSession {
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
        db::throttle::clear(&mut tx, &subjects[0]).await?;
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

    /// Ends the session that the actor came with.
    pub async fn sign_out(&self, actor: &Actor) -> Result<()> {
        let Credential::Session(id) = actor.credential else { return Err(Code::NotSignedIn.into()) };
        let mut tx = self.db.begin().await?;
        if let Some(vault) = actor.vault_id {
            db::vault::lock(&mut tx, vault).await?;
        }
        db::account::delete_session(&mut tx, id).await?;
        db::audit::append(&mut tx, &self.account_record(actor, Act::SignOut)).await?;
        Ok(tx.commit().await?)
    }

    /// Who a session cookie belongs to.
    pub async fn session_actor(&self, secret: &str, channel: Channel) -> Result<SessionActor> {
        let mut tx = self.db.read().await?;
        let digest = Secret::parse(Prefix::SESSION, secret).map_err(|_| Code::SessionExpired)?.digest();
        let Some(session) = db::account::session_by_digest(&mut tx, digest.as_bytes()).await? else {
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
            db::account::touch_session(&mut tx, session.id, now).await?;
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
        let token =
            db::account::token_by_digest(&mut tx, digest.as_bytes()).await?.ok_or(Code::TokenInvalid)?;
        if token.revoked_at.is_some() || token.expires_at <= self.clock.now() {
            return Err(Code::TokenInvalid.into());
        }
        if token.state != "active" {
            return Err(Code::AccountLocked.into());
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
        let chain = actor.vault_id.map_or(SYSTEM_CHAIN, |vault| vault.0);
        Record::new(chain, self.clock.now(), actor.into(), act).about(actor.account_id.0)
    }
}
