//! Papers that are pushed without their bytes: these are fetched from where the system keeps them, or were uploaded before in parts.
//!
//! The hash is said with the push, so what is here already is known without a byte being moved. Systems that speak the façade know no hashes: what
//! they name is known again by its address ([`super::named_papers`]).

use serde::{Deserialize, Serialize};

use super::filing::Arrival;
use super::pushed_papers::{PaperPush, PaperPushed, Slot};
use super::pushes::{checked_key, request_digest};
use crate::crypto::sha256::sha256;
use crate::db;
use crate::db::paper_fetch::PaperFetch;
use crate::domain::account::Actor;
use crate::domain::id::{DossierId, FetchId, UploadId};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;

/// Letters of an address.
const LONGEST_URL: usize = 2_000;

/// Where the bytes of a paper are.
#[derive(Clone, Debug)]
pub enum PaperSource {
    Url(String),
    Upload(UploadId),
}

/// A paper without its bytes.
#[derive(Clone, Debug)]
pub struct PaperReference {
    pub paper: PaperPush,
    pub source: PaperSource,
    /// What they must hash to; of a named address alone it may not be known.
    pub sha256: Option<Vec<u8>>,
    /// How many they must be, where that is known.
    pub size_bytes: Option<u64>,
}

/// What became of a push without bytes.
#[derive(Clone, Debug)]
pub enum PaperTaken {
    Pushed(PaperPushed),
    /// It will be fetched.
    Accepted {
        dossier_id: DossierId,
        dossier_code: String,
    },
}

/// How a paper stands under a key.
#[derive(Clone, Debug)]
pub struct PaperStanding {
    pub dossier_id: DossierId,
    pub dossier_code: String,
    /// What is kept under the key now.
    pub pushed: Option<PaperPushed>,
    /// What is being fetched to take its place, or could not be.
    pub fetch: Option<PaperFetch>,
}

/// What a fetch has to know, as its row keeps it.
#[derive(Serialize, Deserialize)]
pub(super) struct FetchRequest {
    pub slot: Slot,
    pub paper: PaperPush,
    pub url: String,
    pub sha256: Option<Vec<u8>>,
    pub size_bytes: Option<u64>,
    /// From where it was asked for.
    pub address: String,
}

impl PaperReference {
    /// By which it is known again.
    pub(super) fn digest(&self) -> Result<Vec<u8>> {
        match (&self.sha256, &self.source) {
            (Some(sha256), _) => request_digest(&self.paper, sha256),
            (None, PaperSource::Url(url)) => {
                request_digest(&self.paper, &[b"address:", &sha256(url.as_bytes())[..]].concat())
            }
            (None, PaperSource::Upload(_)) => Err(Problem::field("sha256", "missing")),
        }
    }
}

impl Kho {
    /// Pushes a paper that was uploaded before, or has it fetched. The same again changes nothing.
    pub async fn push_paper_by_reference(
        &self,
        actor: &Actor,
        slot: &Slot,
        reference: &PaperReference,
    ) -> Result<PaperTaken> {
        checked_key("key", &slot.key)?;
        let request_sha256 = reference.digest()?;
        let mut tx = self.db.read().await?;
        let (dossier, _) = self.dossier_of_key(&mut tx, actor, slot.act(), &slot.dossier).await?;
        let (client, kind, key) = (actor.account_id, slot.kind(), slot.pushed_key());
        let before = db::pushed::get(&mut tx, client, kind, &key).await?;
        let awaited = db::paper_fetch::by_key(&mut tx, client, kind, &key).await?;
        if let Some(same) = before.filter(|before| before.request_sha256 == request_sha256) {
            let done = self.pushed_before(&mut tx, &dossier, &same).await?;
            drop(tx);
            if awaited.is_some() {
                // This is what is said last.
                let mut tx = self.db.begin().await?;
                db::paper_fetch::forget(&mut tx, client, kind, &key).await?;
                tx.commit().await?;
            }
            return Ok(PaperTaken::Pushed(done));
        }
        drop(tx);
        let is_awaited = awaited
            .is_some_and(|awaited| awaited.request_sha256 == request_sha256 && awaited.state == "waiting");
        match &reference.source {
            // The same that waits already goes on waiting.
            PaperSource::Url(_) if is_awaited => {
                Ok(PaperTaken::Accepted { dossier_id: dossier.id, dossier_code: dossier.code })
            }
            PaperSource::Url(url) => self.accept_fetch(actor, slot, reference, url, request_sha256).await,
            PaperSource::Upload(id) => {
                let received = self.staged_bytes(actor, slot, *id).await?;
                if reference.sha256.as_ref() != Some(&received.sha256) {
                    return Err(Code::ChecksumMismatch.into());
                }
                if reference.size_bytes.is_some_and(|size| size as i64 != received.size_bytes) {
                    return Err(Code::LengthMismatch.into());
                }
                let arrival = Arrival::Uploaded(*id);
                let done = self.name_pushed(actor, slot, &reference.paper, &received, arrival).await?;
                Ok(PaperTaken::Pushed(done))
            }
        }
    }

    /// Keeps what is to be fetched. All that can be refused without the bytes is refused now.
    async fn accept_fetch(
        &self,
        actor: &Actor,
        slot: &Slot,
        reference: &PaperReference,
        url: &str,
        request_sha256: Vec<u8>,
    ) -> Result<PaperTaken> {
        if url.len() > LONGEST_URL {
            return Err(Problem::field("url", "too_long"));
        }
        self.collector
            .may_collect(url)
            .map_err(|refusal| Problem::new(Code::SourceNotAllowed).with("reason", refusal.to_string()))?;
        if reference.size_bytes.is_some_and(|size| size > self.settings.max_file_bytes) {
            return Err(self.file_too_large());
        }
        let mut tx = self.db.begin().await?;
        let (dossier, post) = self.dossier_of_key(&mut tx, actor, slot.act(), &slot.dossier).await?;
        self.describe_push(&mut tx, actor, slot, &dossier, &post, &reference.paper).await?;
        let now = self.clock.now();
        let id = FetchId::new(now);
        let request = FetchRequest {
            slot: slot.clone(),
            paper: reference.paper.clone(),
            url: url.to_owned(),
            sha256: reference.sha256.clone(),
            size_bytes: reference.size_bytes,
            address: actor.channel.address.clone(),
        };
        let request =
            serde_json::to_vec(&request).map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
        let fetch = PaperFetch {
            client_id: actor.account_id,
            kind: slot.kind().to_owned(),
            key: slot.pushed_key(),
            id,
            dossier_id: dossier.id,
            request_sha256,
            source_sha256: sha256(url.as_bytes()).to_vec(),
            sealed_request: self.keyring.seal_secret(&fetch_purpose(id), &request)?,
            state: "waiting".to_owned(),
            attempts: 0,
            next_at: now,
            problem: None,
            cause: None,
        };
        // Of two that met, one waits.
        db::paper_fetch::put(&mut tx, &fetch).await?;
        tx.commit().await?;
        Ok(PaperTaken::Accepted { dossier_id: dossier.id, dossier_code: dossier.code })
    }

    /// How a paper stands that the program pushed.
    pub async fn view_pushed(&self, actor: &Actor, slot: &Slot) -> Result<PaperStanding> {
        let act = Act::PushedView;
        let mut tx = self.db.read().await?;
        let (dossier, _) = self.dossier_of_key(&mut tx, actor, act, &slot.dossier).await?;
        let (client, kind, key) = (actor.account_id, slot.kind(), slot.pushed_key());
        let fetch = db::paper_fetch::by_key(&mut tx, client, kind, &key).await?;
        let pushed = match db::pushed::get(&mut tx, client, kind, &key).await? {
            Some(pushed) => Some(self.pushed_before(&mut tx, &dossier, &pushed).await?),
            None if fetch.is_none() => {
                return Err(self.refused(dossier.vault_id.0, actor, act, dossier.id.0, Code::NotFound));
            }
            None => None,
        };
        Ok(PaperStanding { dossier_id: dossier.id, dossier_code: dossier.code, pushed, fetch })
    }
}

/// What the key of a sealed request is bound to.
pub(super) fn fetch_purpose(id: FetchId) -> String {
    format!("paper fetch {id}")
}
