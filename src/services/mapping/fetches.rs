//! Fetching papers that other systems pushed by their address.
//!
//! A row waits until its paper is here; whoever runs the work fetches several at a time, straight into the segments of a blob, and names the paper
//! in the transaction that takes the row away. What fails on the other side is tried again for about an hour; what cannot become this paper is
//! not, and the system is told by an event.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::TimeDelta;
use futures::{StreamExt, stream};
use kho_fetch::{Allow, Collection, Fault, Fetcher, Limits, Place, PlaceError, Refusal, Undelivered};
use serde_json::json;
use tokio::sync::mpsc;

use super::paper_references::{FetchRequest, fetch_purpose};
use super::pushed_papers::PaperPush;
use crate::db;
use crate::db::paper_fetch::PaperFetch;
use crate::domain::account::{Actor, Channel, Credential};
use crate::domain::audit::{Outcome, Record, Who};
use crate::domain::id::TokenId;
use crate::domain::policy::{Act, Scope};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::documents::DirectUpload;
use crate::services::gate_dossier::dossier_detail;

/// Papers that are fetched at a time.
const AT_ONCE: usize = 8;
/// Rows read at a time, and how often in one run: whatever still waits then is fetched by the next, a moment later.
const ROWS: i64 = 64;
const ROUNDS: usize = 1_000;
/// Attempts, the second a few seconds after the first and each after twice the time.
const MOST_ATTEMPTS: i32 = 9;
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(10);
/// How long it is kept that a paper could not be fetched.
const KEPT: TimeDelta = TimeDelta::days(30);
/// For one file.
const LIMIT: Duration = Duration::from_secs(3_600);
/// Pieces that wait between the connection and the store.
const QUEUE: usize = 4;

/// Who fetches files from other systems.
#[derive(Clone)]
pub struct Collector(Arc<Fetcher>);

impl Collector {
    /// Fetches from the places that are named (`HOST:PORT`), and from nowhere else.
    pub fn new(allowed: &[String]) -> Result<Self, PlaceError> {
        let allow = allowed.iter().map(|place| place.parse::<Place>()).collect::<Result<Allow, _>>()?;
        Ok(Self(Arc::new(Fetcher::new(Limits::default(), allow))))
    }

    /// Whether a file may be fetched from this address.
    pub fn may_collect(&self, url: &str) -> std::result::Result<(), Refusal> {
        self.0.may_collect(url)
    }
}

impl Kho {
    /// Fetches what is due: the work of [`JobKind::FetchPapers`](crate::domain::job::JobKind::FetchPapers).
    pub async fn fetch_papers(&self) -> Result<()> {
        for _ in 0..ROUNDS {
            let mut tx = self.db.read().await?;
            let due = db::paper_fetch::due(&mut tx, self.clock.now(), ROWS).await?;
            drop(tx);
            if due.is_empty() {
                break;
            }
            let fetches = stream::iter(due).map(|fetch| self.fetch_paper(fetch));
            let done = fetches.buffer_unordered(AT_ONCE).collect::<Vec<_>>().await;
            done.into_iter().collect::<Result<()>>()?;
        }
        Ok(())
    }

    async fn fetch_paper(&self, fetch: PaperFetch) -> Result<()> {
        match self.try_fetch(&fetch).await {
            Ok(()) => Ok(()),
            // What is wrong with this machine says nothing about the paper.
            Err(problem) if is_of_this_machine(problem.code) => Err(problem),
            Err(problem) => self.note_failure(&fetch, &problem).await,
        }
    }

    async fn try_fetch(&self, fetch: &PaperFetch) -> Result<()> {
        let sealed = self.keyring.open_secret(&fetch_purpose(fetch.id), &fetch.sealed_request)?;
        let request = serde_json::from_slice(&sealed);
        let request: FetchRequest = request.map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
        let actor = self.actor_of_fetch(fetch, &request).await?;
        let mut upload = self.begin_paper(&actor, &request.slot).await?;
        if let Err(problem) = self.collect(&request, &mut upload).await {
            self.abandon_upload(upload).await;
            return Err(problem);
        }
        let sha256 = request.sha256.as_deref().map(|sha256| data_encoding::HEXLOWER.encode(sha256));
        let paper = PaperPush { sha256, ..request.paper };
        self.finish_paper(&actor, &request.slot, upload, &paper, Some(fetch.id)).await?;
        Ok(())
    }

    /// The program that asked, as far as its agencies and scopes go now: the gate looks them up.
    async fn actor_of_fetch(&self, fetch: &PaperFetch, request: &FetchRequest) -> Result<Actor> {
        let mut tx = self.db.read().await?;
        let account = db::account::get(&mut tx, fetch.client_id).await?;
        let account = account.filter(|account| account.state == "active").ok_or(Code::NotAllowed)?;
        let scopes = Scope::ALL.into_iter().filter(|scope| scope.is_of_agencies()).collect();
        Ok(Actor {
            account_id: account.id,
            name: account.full_name,
            vault_id: None,
            credential: Credential::Token(TokenId(fetch.id.0), scopes),
            channel: Channel { name: "api", address: request.address.clone() },
            purpose: None,
        })
    }

    /// Writes a file as it comes.
    async fn collect(&self, request: &FetchRequest, upload: &mut DirectUpload) -> Result<()> {
        let most_bytes = request.size_bytes.unwrap_or(self.settings.max_file_bytes);
        let collection = Collection { url: request.url.clone(), most_bytes, limit: LIMIT };
        let (pieces, queue) = mpsc::channel::<Bytes>(QUEUE);
        let writing = async {
            let mut queue = queue;
            let mut taken = 0;
            while let Some(bytes) = queue.recv().await {
                taken += bytes.len() as u64;
                upload.write(&bytes).await?;
            }
            Ok::<_, Problem>(taken)
        };
        let (fetched, written) = tokio::join!(self.collector.0.collect(&collection, pieces), writing);
        let taken = written?;
        match fetched {
            Ok(()) if request.size_bytes.is_some_and(|size| size != taken) => {
                Err(Code::LengthMismatch.into())
            }
            Ok(()) => Ok(()),
            Err(Undelivered::Failed(Fault::Large)) if request.size_bytes.is_some() => {
                Err(Code::LengthMismatch.into())
            }
            Err(Undelivered::Failed(Fault::Large)) => Err(self.file_too_large()),
            Err(Undelivered::Refused(refusal)) => {
                Err(Problem::new(Code::SourceNotAllowed).caused_by(refusal))
            }
            Err(failed) => Err(Problem::new(Code::SourceUnavailable).caused_by(failed)),
        }
    }

    /// Keeps how an attempt failed: another follows, or the owner's trail and the system are told that none does.
    async fn note_failure(&self, fetch: &PaperFetch, problem: &Problem) -> Result<()> {
        let now = self.clock.now();
        let attempts = fetch.attempts + 1;
        let passes = matches!(problem.code, Code::SourceUnavailable | Code::UploadGone);
        let is_last = !passes || attempts >= MOST_ATTEMPTS;
        let wait = if is_last { KEPT } else { FIRST_WAIT * (1 << fetch.attempts.clamp(0, 10)) };
        let failed = PaperFetch {
            state: if is_last { "failed" } else { "waiting" }.to_owned(),
            attempts,
            next_at: now + wait,
            problem: Some(problem.code.as_str().to_owned()),
            cause: problem.cause.as_ref().map(ToString::to_string),
            ..fetch.clone()
        };
        let mut tx = self.db.begin().await?;
        let Some(dossier) = db::dossier::get(&mut tx, fetch.dossier_id).await? else { return Ok(()) };
        db::vault::lock(&mut tx, dossier.vault_id).await?;
        // Something newer stands in its place.
        if !db::paper_fetch::failed(&mut tx, &failed).await? {
            return Ok(());
        }
        if is_last {
            let account = db::account::get(&mut tx, fetch.client_id).await?;
            let who = Who {
                actor_id: Some(fetch.client_id.0),
                ..Who::job(&account.map(|account| account.full_name).unwrap_or_default())
            };
            let body = json!({ "code": problem.code.as_str(), "kind": fetch.kind, "paper": fetch.key });
            let act = if fetch.kind == "component" { Act::ComponentPush } else { Act::ResultPush };
            let mut record = Record::new(dossier.vault_id.0, now, who, act).about(dossier.id.0);
            record.outcome = Outcome::Failed;
            let detail = dossier_detail(&dossier, None, body.clone());
            self.audit(&mut tx, record.named(&dossier.code).detail(detail)).await?;
            self.tell_system(&mut tx, &dossier, "paper.failed", body);
        }
        Ok(tx.commit().await?)
    }
}

fn is_of_this_machine(code: Code) -> bool {
    matches!(code, Code::DatabaseUnavailable | Code::StorageUnavailable | Code::StorageFull)
}
