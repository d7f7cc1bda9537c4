//! Tokens for programs of other systems: OAuth 2.0 client credentials (RFC 6749, section 4.4), by secret or by signed assertion
//! (RFC 7523).

use chrono::{DateTime, TimeDelta, Utc};

use crate::crypto::assertion::{self, Claims, KeySet};
use crate::crypto::token::{Prefix, Secret, equal_in_constant_time};
use crate::db::{self, Tx};
use crate::domain::account::Channel;
use crate::domain::audit::{Record, SYSTEM_CHAIN, Who};
use crate::domain::id::TokenId;
use crate::domain::policy::{Act, Scope};
use crate::domain::problem::{Code, Problem};
use crate::services::Kho;
use crate::services::clients::{scope_text, scopes_of};

/// How long a token lives.
pub const TOKEN_LIFE: TimeDelta = TimeDelta::hours(1);
/// An assertion ends this long after it is shown, at the most.
const ASSERTION_LIFE: TimeDelta = TimeDelta::minutes(5);
/// The clocks of two systems may differ by so much.
const SKEW: TimeDelta = TimeDelta::seconds(30);
/// What one address may try as often as one program at that address, times this.
const PROGRAMS_AT_AN_ADDRESS: i32 = 10;

/// How a program proves who it is.
pub enum ClientProof {
    Secret { client_id: String, secret: String },
    Assertion { client_id: Option<String>, text: String },
}

/// A token for a program.
pub struct Granted {
    pub secret: Secret,
    /// Separated by spaces.
    pub scopes: String,
}

/// Why there is no token.
#[derive(Debug)]
pub enum Refusal {
    /// Who asks is not known, or has not proved it.
    InvalidClient,
    /// None of the scopes asked for is granted.
    InvalidScope,
    Problem(Problem),
}

impl<T: Into<Problem>> From<T> for Refusal {
    fn from(problem: T) -> Self {
        Refusal::Problem(problem.into())
    }
}

impl Kho {
    /// Gives a program a token with those of the scopes asked for that it was granted: all, where it names none.
    ///
    /// Failures are counted for the program at its address: where they were counted for the program alone, anybody could shut it out.
    pub async fn grant_token(
        &self,
        proof: ClientProof,
        asked: Option<&str>,
        channel: Channel,
    ) -> Result<Granted, Refusal> {
        let client_id = match &proof {
            ClientProof::Secret { client_id, .. } => client_id.clone(),
            ClientProof::Assertion { client_id, text } => {
                let claimed = assertion::claims(text).map(|claims| claims.sub).unwrap_or_default();
                client_id.clone().unwrap_or(claimed)
            }
        };
        let client_id = client_id.trim().to_lowercase();
        // A subject is a column of bounded length: a program's name is no longer than a login name can be.
        let known = client_id.chars().take(64).collect::<String>();
        let of_client = format!("client:{known}@{}", channel.address);
        let at_address = format!("client-address:{}", channel.address);
        let allowed = self.settings.login_failures;
        let mut tx = self.db.read().await?;
        let subjects =
            [(of_client.as_str(), allowed), (at_address.as_str(), allowed * PROGRAMS_AT_AN_ADDRESS)];
        self.expect_few_failures(&mut tx, &subjects).await?;
        let account = db::account::by_login(&mut tx, &client_id).await?;
        let account = account.filter(|account| account.kind == "client" && account.state == "active");
        drop(tx);

        let mut tx = self.db.begin().await?;
        let account = match account {
            Some(account) if self.is_proved(&mut tx, &account, &proof).await? => account,
            _ => {
                drop(tx);
                self.count_failures(&[&of_client, &at_address]).await?;
                self.keep_refusal(&known, channel).await?;
                return Err(Refusal::InvalidClient);
            }
        };
        let mandates = db::oauth::mandates(&mut tx, account.id).await?;
        let granted = mandates.iter().flat_map(|mandate| scopes_of(&mandate.scopes)).collect::<Vec<_>>();
        let asked: Option<Vec<Scope>> =
            asked.map(|asked| asked.split(' ').filter_map(Scope::parse).collect());
        let given = match asked {
            Some(asked) => asked.into_iter().filter(|scope| granted.contains(scope)).collect(),
            None => granted,
        };
        if given.is_empty() {
            return Err(Refusal::InvalidScope);
        }
        let scopes = scope_text(&given);
        let (now, secret) = (self.clock.now(), Secret::generate(Prefix::TOKEN)?);
        let id = TokenId::new(now);
        let digest = secret.digest();
        let token = db::token::NewToken {
            id,
            account_id: account.id,
            token_digest: digest.as_bytes(),
            name: "OAuth",
            scopes: &scopes,
            at: now,
            expires_at: now + TOKEN_LIFE,
        };
        db::token::insert(&mut tx, token).await?;
        db::throttle::clear(&mut tx, &of_client).await?;
        let who = Who {
            actor_id: Some(account.id.0),
            name: account.full_name,
            on_behalf_of: None,
            purpose: None,
            channel,
        };
        let record = Record::new(SYSTEM_CHAIN, now, who, Act::ClientSignIn).about(account.id.0);
        let detail = serde_json::json!({ "scopes": scopes, "token": id });
        self.audit(&mut tx, record.named(&account.login).detail(detail)).await?;
        tx.commit().await?;
        Ok(Granted { secret, scopes })
    }

    async fn is_proved(
        &self,
        tx: &mut Tx,
        account: &db::account::Account,
        proof: &ClientProof,
    ) -> Result<bool, Problem> {
        let Some(kept) = db::oauth::proof(tx, account.id).await? else { return Ok(false) };
        match proof {
            ClientProof::Secret { secret, .. } => {
                let shown = Secret::parse(Prefix::CLIENT, secret).map(|secret| secret.digest());
                Ok(match (shown, kept.secret_digest) {
                    (Ok(shown), Some(kept)) => equal_in_constant_time(shown.as_bytes(), &kept),
                    _ => false,
                })
            }
            ClientProof::Assertion { text, .. } => {
                let Some(keys) = kept.jwks.and_then(|jwks| KeySet::parse(&jwks).ok()) else {
                    return Ok(false);
                };
                let (Ok(claims), Ok(())) = (assertion::claims(text), assertion::verify(&keys, text)) else {
                    return Ok(false);
                };
                let Some(expires_at) = self.claimed_until(&account.login, &claims) else { return Ok(false) };
                // Noted in the transaction that gives the token: of two that come together one is refused.
                Ok(db::oauth::use_assertion(tx, account.id, &claims.jti, expires_at + SKEW).await?)
            }
        }
    }

    /// RFC 7523, section 3: until when the claims hold; none where they do not hold now, here and for this program.
    fn claimed_until(&self, login: &str, claims: &Claims) -> Option<DateTime<Utc>> {
        let now = self.clock.now();
        let time = |seconds: i64| DateTime::from_timestamp(seconds, 0);
        let expires_at = time(claims.exp)?;
        let begun = [claims.nbf, claims.iat]
            .into_iter()
            .flatten()
            .all(|seconds| time(seconds).is_some_and(|time| time <= now + SKEW));
        // The issuer's address, or that of the endpoint, which older programs name.
        let issuer = &self.settings.public_url;
        let here = claims.aud.includes(issuer) || claims.aud.includes(&format!("{issuer}/oauth/token"));
        let holds = claims.iss == login
            && claims.sub == login
            && here
            && begun
            && expires_at > now - SKEW
            && expires_at <= now + ASSERTION_LIFE + SKEW
            && !claims.jti.is_empty()
            && claims.jti.len() <= 255;
        holds.then_some(expires_at)
    }

    async fn keep_refusal(&self, client_id: &str, channel: Channel) -> Result<(), Problem> {
        let who = Who { actor_id: None, name: String::new(), on_behalf_of: None, purpose: None, channel };
        let problem =
            self.refused_for(SYSTEM_CHAIN, who, Act::ClientSignIn, SYSTEM_CHAIN, Code::WrongCredentials);
        match problem.refusal {
            Some(refusal) => self.trail.keep(refusal.record.named(client_id)).await,
            None => Ok(()),
        }
    }
}
