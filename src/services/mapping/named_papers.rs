//! The papers that a system names with a dossier: which are here already, which are fetched from where it keeps them, and which it has to send.
//!
//! Such systems know no hashes. What is here under a key is known again by the address that it came from: it is fetched again when another address
//! is named for it, or another hash where one is said.

use std::collections::HashMap;

use super::paper_references::{PaperReference, PaperSource, PaperTaken};
use super::pushed_papers::{PaperPush, Slot};
use super::pushes::checked_key;
use crate::crypto::sha256::sha256;
use crate::db;
use crate::db::paper_fetch::PaperFetch;
use crate::db::pushed::Pushed;
use crate::domain::account::Actor;
use crate::domain::policy::Act;
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;

/// Papers that may be named at once.
pub const MOST_NAMED: usize = 200;

/// A paper that a system names.
#[derive(Clone, Debug)]
pub struct NamedPaper {
    pub slot: Slot,
    pub paper: PaperPush,
    /// The code that its owner gave in the place of a file.
    pub citation: Option<String>,
    /// Where the system keeps its file.
    pub url: Option<String>,
    /// What the file hashes to, where the system says so.
    pub sha256: Option<Vec<u8>>,
    /// The system took it out.
    pub is_gone: bool,
}

/// How a named paper stands.
#[derive(Debug)]
pub enum NamedStanding {
    /// The system took it out; the hash of what stays in the vault.
    Gone(Option<Vec<u8>>),
    /// It is here, with the hash of its file.
    Here(Vec<u8>),
    /// The system has to send it.
    Wanted,
    /// It will be fetched; the code of the problem of the last attempt, where there was one.
    Fetching(Option<String>),
    /// It cannot be fetched from there, or not be kept there.
    Refused(Problem),
}

impl Kho {
    /// Has those of a dossier's named papers fetched that are not here, and tells how each stands. One that is refused leaves the others as they are.
    pub async fn take_named_papers(
        &self,
        actor: &Actor,
        dossier: &str,
        papers: &[NamedPaper],
    ) -> Result<Vec<NamedStanding>> {
        if papers.len() > MOST_NAMED {
            return Err(Problem::field("papers", "number").with("maximum", MOST_NAMED));
        }
        papers.iter().try_for_each(|named| checked_key("key", &named.slot.key))?;
        let mut tx = self.db.read().await?;
        self.dossier_of_key(&mut tx, actor, Act::DossierPush, dossier).await?;
        let (mut held, mut awaited) = (HashMap::new(), HashMap::new());
        for kind in ["component", "result"] {
            let of_kind = papers.iter().filter(|named| named.slot.kind() == kind);
            let keys = of_kind.map(|named| named.slot.pushed_key()).collect::<Vec<_>>();
            for pushed in db::pushed::known(&mut tx, actor.account_id, kind, &keys).await? {
                held.insert((kind, pushed.key.clone()), pushed);
            }
            for fetch in db::paper_fetch::known(&mut tx, actor.account_id, kind, &keys).await? {
                awaited.insert((kind, fetch.key.clone()), fetch);
            }
        }
        drop(tx);
        let mut standings = Vec::with_capacity(papers.len());
        for named in papers {
            let key = (named.slot.kind(), named.slot.pushed_key());
            standings.push(self.take_named(actor, named, held.get(&key), awaited.get(&key)).await?);
        }
        Ok(standings)
    }

    async fn take_named(
        &self,
        actor: &Actor,
        named: &NamedPaper,
        held: Option<&Pushed>,
        awaited: Option<&PaperFetch>,
    ) -> Result<NamedStanding> {
        let hash = |held: &Pushed| held.file_sha256.clone().unwrap_or_default();
        if named.is_gone {
            self.forget_fetch(awaited).await?;
            return Ok(NamedStanding::Gone(held.map(hash)));
        }
        if let Some(code) = &named.citation {
            let pushed = self.push_citation(actor, &named.slot, code).await;
            return self.standing_of(pushed.map(|pushed| NamedStanding::Here(pushed.sha256))).await;
        }
        let Some(url) = &named.url else {
            return Ok(match (awaited, held) {
                (Some(fetch), _) if fetch.state == "waiting" => {
                    NamedStanding::Fetching(fetch.problem.clone())
                }
                (_, Some(held)) => NamedStanding::Here(hash(held)),
                (_, None) => NamedStanding::Wanted,
            });
        };
        let source = sha256(url.as_bytes());
        if let Some(held) = held.filter(|held| is_same(held, named, &source)) {
            // This is what is said last.
            self.forget_fetch(awaited).await?;
            if held.source_sha256.is_none() {
                let mut tx = self.db.begin().await?;
                db::pushed::set_source(&mut tx, held.client_id, &held.kind, &held.key, &source).await?;
                tx.commit().await?;
            }
            return Ok(NamedStanding::Here(hash(held)));
        }
        let reference = PaperReference {
            paper: named.paper.clone(),
            source: PaperSource::Url(url.clone()),
            sha256: named.sha256.clone(),
            size_bytes: None,
        };
        let digest = reference.digest()?;
        let tried = awaited.filter(|fetch| fetch.request_sha256 == digest);
        let last = tried.and_then(|fetch| fetch.problem.clone());
        if tried.is_some_and(|fetch| fetch.state == "waiting") {
            return Ok(NamedStanding::Fetching(last));
        }
        let taken = self.push_paper_by_reference(actor, &named.slot, &reference).await;
        let standing = taken.map(|taken| match taken {
            PaperTaken::Pushed(pushed) => NamedStanding::Here(pushed.sha256),
            PaperTaken::Accepted { .. } => NamedStanding::Fetching(last),
        });
        self.standing_of(standing).await
    }

    /// How a paper stands after it was pushed: a refusal is kept, and told of this paper alone.
    async fn standing_of(&self, done: Result<NamedStanding>) -> Result<NamedStanding> {
        match done {
            // What is wrong with this machine is wrong with all that follows.
            Err(problem) if problem.code.status() >= 500 => Err(problem),
            Err(problem) => {
                if let Some(refusal) = &problem.refusal {
                    self.trail.keep(refusal.record.clone()).await?;
                }
                Ok(NamedStanding::Refused(problem))
            }
            Ok(standing) => Ok(standing),
        }
    }

    async fn forget_fetch(&self, awaited: Option<&PaperFetch>) -> Result<()> {
        let Some(fetch) = awaited else { return Ok(()) };
        let mut tx = self.db.begin().await?;
        db::paper_fetch::take(&mut tx, fetch.id).await?;
        Ok(tx.commit().await?)
    }
}

/// Whether what is here is what is named: by the hash where one is said, else by the address, if it came from one.
fn is_same(held: &Pushed, named: &NamedPaper, source: &[u8]) -> bool {
    match (&named.sha256, &held.source_sha256) {
        (Some(_), _) => held.file_sha256 == named.sha256,
        (None, Some(before)) => before == source,
        (None, None) => true,
    }
}
