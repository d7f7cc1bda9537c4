//! The record of one act, and the chain that binds each record to all before it.
//!
//! Law: PY (non-repudiation), Decree 85/2016/NĐ-CP (logs that cannot be changed). A record is hashed in one canonical form, so that a
//! change, a gap or a re-ordering shows wherever it happened.

use chrono::{DateTime, SecondsFormat, Utc};
use ring::digest::{SHA256, digest};
use uuid::Uuid;

use super::account::{Actor, Channel};
use super::id::{EntryId, VaultId, VersionId};
use super::policy::Act;

/// Whether an act happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    Refused,
    Failed,
}

impl Outcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
        }
    }
}

/// The chain of acts that touch no vault.
pub const SYSTEM_CHAIN: Uuid = Uuid::nil();

/// Who did it, as a record keeps it; `None` for the bearer of a link or an unknown person.
#[derive(Clone, Debug)]
pub struct Who {
    pub actor_id: Option<Uuid>,
    pub name: String,
    /// The vault in whose name it was done, where that is not the actor's own.
    pub on_behalf_of: Option<Uuid>,
    pub purpose: Option<String>,
    pub channel: Channel,
}

impl Who {
    /// Background work that nobody asked for, by the name that the trail gives it.
    pub fn job(name: &str) -> Self {
        Self {
            actor_id: None,
            name: name.to_owned(),
            on_behalf_of: None,
            purpose: None,
            channel: Channel { name: "job", address: String::new() },
        }
    }
}

impl From<&Actor> for Who {
    fn from(actor: &Actor) -> Self {
        Self {
            actor_id: Some(actor.account_id.0),
            name: actor.name.clone(),
            on_behalf_of: None,
            purpose: actor.purpose.clone(),
            channel: actor.channel.clone(),
        }
    }
}

/// One act, before it is chained.
#[derive(Clone, Debug)]
pub struct Record {
    /// The vault's id, or [`SYSTEM_CHAIN`].
    pub chain_id: Uuid,
    pub at: DateTime<Utc>,
    pub who: Who,
    pub act: Act,
    pub object_id: Option<Uuid>,
    /// The object's name at that moment, so that the trail can be read after the object is gone.
    pub object_name: Option<String>,
    pub version_id: Option<VersionId>,
    pub outcome: Outcome,
    /// Further facts as a JSON object with sorted keys.
    pub detail: serde_json::Value,
}

impl Record {
    pub fn done(chain: VaultId, at: DateTime<Utc>, actor: &Actor, act: Act) -> Self {
        Self::new(chain.0, at, actor.into(), act)
    }

    pub fn new(chain_id: Uuid, at: DateTime<Utc>, who: Who, act: Act) -> Self {
        Self {
            chain_id,
            at,
            who,
            act,
            object_id: None,
            object_name: None,
            version_id: None,
            outcome: Outcome::Done,
            detail: serde_json::json!({}),
        }
    }

    pub fn on(mut self, id: EntryId, name: &str) -> Self {
        self.object_id = Some(id.0);
        self.object_name = Some(name.to_owned());
        self
    }

    /// An object that is not an entry: an account, a grant, a token.
    pub fn about(mut self, id: Uuid) -> Self {
        self.object_id = Some(id);
        self
    }

    /// What the object is called, where it is not an entry.
    pub fn named(mut self, name: &str) -> Self {
        self.object_name = Some(name.to_owned());
        self
    }

    pub fn version(mut self, id: VersionId) -> Self {
        self.version_id = Some(id);
        self
    }

    pub fn detail(mut self, detail: serde_json::Value) -> Self {
        self.detail = detail;
        self
    }
}

/// A refused act on its way to the chain: the edge writes it after the act's own transaction was rolled back.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub record: Record,
}

/// The fields of a record in the order in which they are hashed. Each is written as its length in bytes (decimal), `:`, and its text, so
/// that no two different records share a form; an absent field is `-`.
pub struct Canonical<'a> {
    pub chain_id: Uuid,
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub actor_id: Option<Uuid>,
    pub actor_name: &'a str,
    pub on_behalf_of: Option<Uuid>,
    pub act: &'a str,
    pub object_id: Option<Uuid>,
    pub object_name: Option<&'a str>,
    pub version_id: Option<Uuid>,
    pub purpose: Option<&'a str>,
    pub channel: &'a str,
    pub address: &'a str,
    pub outcome: &'a str,
    pub detail: &'a str,
}

impl Canonical<'_> {
    /// `SHA-256(previous hash ‖ canonical form)`; the previous hash of the first record is 32 zero bytes.
    pub fn hash(&self, previous: &[u8]) -> Vec<u8> {
        let mut form = previous.to_vec();
        let mut put = |text: Option<&str>| match text {
            None => form.push(b'-'),
            Some(text) => {
                form.extend_from_slice(text.len().to_string().as_bytes());
                form.push(b':');
                form.extend_from_slice(text.as_bytes());
            }
        };
        let id = |id: Option<Uuid>| id.map(|id| id.to_string());
        put(Some(&self.chain_id.to_string()));
        put(Some(&self.seq.to_string()));
        put(Some(&self.at.to_rfc3339_opts(SecondsFormat::Micros, true)));
        put(id(self.actor_id).as_deref());
        put(Some(self.actor_name));
        put(id(self.on_behalf_of).as_deref());
        put(Some(self.act));
        put(id(self.object_id).as_deref());
        put(self.object_name);
        put(id(self.version_id).as_deref());
        put(self.purpose);
        put(Some(self.channel));
        put(Some(self.address));
        put(Some(self.outcome));
        put(Some(self.detail));
        digest(&SHA256, &form).as_ref().to_vec()
    }
}

/// The head of a chain without records.
pub const EMPTY_HEAD: [u8; 32] = [0; 32];
