//! Requests that a program makes under a key are done once: a repetition gets the answer that was given.
//!
//! A key is claimed before the request is done and holds its answer afterwards, sealed with the master key, because answers tell
//! about papers and one of them is the secret of a link. A node that dies in between leaves the key claimed until it expires: whether the
//! act was done is then unknown, and doing it twice would be worse than saying so.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use crate::crypto::sha256::Sha256Hasher;
use crate::db;
use crate::domain::account::Actor;
use crate::domain::id::AccountId;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::documents::FileDescription;

/// A program may repeat a request under its key for this long.
pub(super) const ANSWERS_KEPT: TimeDelta = TimeDelta::hours(24);
/// Characters of a key at the most.
const KEY_CHARACTERS: usize = 255;

/// What a program calls one request, so that its repetitions are known.
#[derive(Clone, Debug)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// A key of 1 to 255 visible ASCII characters.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > KEY_CHARACTERS {
            return Err(Problem::field("Idempotency-Key", "length").with("maximum", KEY_CHARACTERS));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            return Err(Problem::field("Idempotency-Key", "malformed"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// What a request asks for; two that ask for the same have the same digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestDigest([u8; 32]);

impl RequestDigest {
    /// The digest of a request's parts, in this order.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256Hasher::new();
        for part in parts {
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finish())
    }

    /// The digest of a file and what is said about it. The revision seen is a header, and counted there.
    pub fn of_file(file: &FileDescription, sha256: &[u8]) -> Result<Self> {
        let file = FileDescription { seen: None, ..file.clone() };
        let said =
            serde_json::to_vec(&file).map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
        Ok(Self::of(&[&said, sha256]))
    }

    /// The digest of a request with a part that is known only later.
    pub fn and(self, part: Self) -> Self {
        Self::of(&[&self.0, &part.0])
    }
}

/// An answer as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptAnswer {
    pub digest: RequestDigest,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// A key that belongs to the request under way.
#[derive(Clone, Debug)]
pub struct Claim {
    account_id: AccountId,
    key: IdempotencyKey,
    claimed_at: DateTime<Utc>,
}

impl Claim {
    /// Binds an answer to its account and key, so that it opens under no other.
    fn seal_purpose(account: AccountId, key: &IdempotencyKey) -> String {
        format!("answer {account} {}", key.0)
    }
}

/// What is known of a key.
#[derive(Clone, Debug)]
pub enum Claimed {
    /// Nothing: the request is to be done.
    Now(Claim),
    /// A request was answered under it.
    Before(KeptAnswer),
    /// A request under it is not answered yet.
    Running,
}

impl Kho {
    /// Claims a key for a request of the actor's, unless one was made under it within a day.
    pub async fn claim_key(&self, actor: &Actor, key: IdempotencyKey) -> Result<Claimed> {
        let (account_id, now) = (actor.account_id, self.clock.now());
        let mut tx = self.db.begin().await?;
        if db::idempotency::claim(&mut tx, account_id, &key.0, now, now - ANSWERS_KEPT).await? {
            tx.commit().await?;
            return Ok(Claimed::Now(Claim { account_id, key, claimed_at: now }));
        }
        let sealed = db::idempotency::sealed_answer(&mut tx, account_id, &key.0).await?;
        drop(tx);
        let Some(sealed) = sealed else { return Ok(Claimed::Running) };
        let answer = self.keyring.open_secret(&Claim::seal_purpose(account_id, &key), &sealed)?;
        let answer = serde_json::from_slice(&answer);
        answer.map(Claimed::Before).map_err(|error| Problem::new(Code::Internal).caused_by(error))
    }

    /// Keeps the answer to the request that claimed the key.
    pub async fn keep_answer(&self, claim: &Claim, answer: &KeptAnswer) -> Result<()> {
        let text =
            serde_json::to_vec(answer).map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
        let purpose = Claim::seal_purpose(claim.account_id, &claim.key);
        let sealed = self.keyring.seal_secret(&purpose, &text)?;
        let mut tx = self.db.begin().await?;
        db::idempotency::keep(&mut tx, claim.account_id, &claim.key.0, claim.claimed_at, &sealed).await?;
        Ok(tx.commit().await?)
    }

    /// Gives the key back: the request changed nothing, or may be made again.
    pub async fn release_key(&self, claim: &Claim) -> Result<()> {
        let mut tx = self.db.begin().await?;
        db::idempotency::release(&mut tx, claim.account_id, &claim.key.0, claim.claimed_at).await?;
        Ok(tx.commit().await?)
    }
}
