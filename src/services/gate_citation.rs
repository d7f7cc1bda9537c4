//! The one place where access by citation codes is decided.
//!
//! A code opens nothing by itself. The owner's side sees the own citations. An officer sees the version that is cited within a dossier of the same
//! owner, which [`Kho::gate_dossier`] decides about, or for some days after the owner agreed; a program within a dossier of its agencies that is
//! open. Everything else is refused, and the refusal stands in the trail of whoever owns the paper.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::db::attachment::Candidate;
use crate::db::citation::{Citation, CitationUse};
use crate::db::dossier::Dossier;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::citation::CitationCode;
use crate::domain::entry::Entry;
use crate::domain::id::DossierId;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::gate_dossier::{OfficerPost, state_of};

/// How long an officer may look after the owner agreed.
pub const AGREED_FOR: TimeDelta = TimeDelta::days(7);
/// Codes that lead nowhere, tried by one account within [`WINDOW`].
const MISSES: i32 = 20;
const WINDOW: TimeDelta = TimeDelta::minutes(10);

/// On what ground the actor sees what is cited.
#[derive(Clone, Debug)]
pub enum CitationGround {
    /// It lies in a vault of the actor's.
    Owner,
    /// For an agency, within a dossier of the same owner.
    Dossier(Box<Dossier>, OfficerPost),
    /// For an agency, because the owner agreed.
    Agreed(Box<CitationUse>, OfficerPost),
}

/// A citation that the actor may follow.
#[derive(Clone, Debug)]
pub struct CitationTarget {
    pub citation: Citation,
    pub entry: Entry,
    /// The version that is cited.
    pub paper: Candidate,
    pub ground: CitationGround,
}

impl CitationTarget {
    pub fn post(&self) -> Option<&OfficerPost> {
        match &self.ground {
            CitationGround::Owner => None,
            CitationGround::Dossier(_, post) | CitationGround::Agreed(_, post) => Some(post),
        }
    }

    pub fn dossier(&self) -> Option<&Dossier> {
        match &self.ground {
            CitationGround::Dossier(dossier, _) => Some(dossier),
            _ => None,
        }
    }

    /// A record of an act done by the code, in the owner's chain.
    pub fn record(&self, kho: &Kho, actor: &Actor, act: Act) -> Record {
        let title = self.paper.title.as_ref().unwrap_or(&self.paper.name);
        let ground = match &self.ground {
            CitationGround::Owner => "owner",
            CitationGround::Dossier(..) => "dossier",
            CitationGround::Agreed(..) => "agreed",
        };
        let mut detail = json!({ "citation": self.citation.code, "ground": ground });
        if let Some(post) = self.post() {
            detail["agency"] = post.agency_code.clone().into();
        }
        if let Some(dossier) = self.dossier() {
            detail["dossier"] = dossier.code.clone().into();
            detail["procedure"] = dossier.procedure_code.clone().into();
        }
        Record::done(self.citation.vault_id, kho.clock.now(), actor, act)
            .on(self.entry.id, title)
            .version(self.citation.version_id)
            .detail(detail)
    }
}

impl Kho {
    /// Decides whether `actor` may do `act` to what a code stands for, within a dossier or without. The caller has told those apart who are
    /// neither of the owner's side nor officers, where they are to be told something else than that there is nothing.
    pub async fn gate_citation(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        code: &CitationCode,
        dossier: Option<DossierId>,
    ) -> Result<CitationTarget> {
        actor.check_scope(act)?;
        let citation = db::citation::by_code(tx, code.as_str()).await?;
        let refuse = |code| self.refuse_citation(actor, act, citation.as_ref(), code);
        if let Some(own) = &citation
            && let Some((_, rights)) = self.own_ground(tx, actor, own.vault_id).await?
        {
            if !rights.has(act.right()) {
                return Err(refuse(Code::NotAllowed));
            }
            let (entry, paper) = self.cited(tx, own).await?.ok_or(Code::NotFound)?;
            return Ok(CitationTarget { citation: own.clone(), entry, paper, ground: CitationGround::Owner });
        }
        let posts = self.officer_posts(tx, actor).await?;
        if posts.is_empty() {
            return Err(refuse(Code::NotFound));
        }
        if actor.purpose.is_none() {
            return Err(refuse(Code::PurposeMissing));
        }
        self.expect_few_misses(tx, actor).await.map_err(|problem| match problem.code {
            Code::TooManyAttempts => refuse(problem.code),
            _ => problem,
        })?;
        let Some((citation, entry, paper)) = self.live_citation(tx, citation.as_ref()).await? else {
            return Err(refuse(Code::NotFound));
        };
        let ground = match dossier {
            Some(id) => {
                let gated = self.gate_dossier(tx, actor, act, id).await;
                // Whose paper it is reads of it, whoever's dossier it was tried in.
                let gated = gated.map_err(|problem| match problem.refusal {
                    Some(_) => self.refuse_citation(actor, act, Some(&citation), problem.code),
                    None => problem,
                })?;
                match gated.officer() {
                    Some(post) if gated.dossier.vault_id == citation.vault_id => {
                        CitationGround::Dossier(Box::new(gated.dossier.clone()), post.clone())
                    }
                    _ => return Err(refuse(Code::CitationNotConfirmed)),
                }
            }
            None => {
                let asked = db::citation::request_of(tx, citation.id, actor.account_id).await?;
                let now = self.clock.now();
                let Some(asked) = asked.filter(|asked| is_agreed(asked, now)) else {
                    return Err(refuse(Code::CitationNotConfirmed));
                };
                match posts.into_iter().find(|post| post.agency_id == asked.agency_id) {
                    Some(post) => CitationGround::Agreed(Box::new(asked), post),
                    None => return Err(refuse(Code::CitationNotConfirmed)),
                }
            }
        };
        Ok(CitationTarget { citation, entry, paper, ground })
    }

    /// The same for a program, which looks or attaches: within a dossier of its agencies that is open, by the program's own key or the dossier's code.
    pub(super) async fn gate_citation_of_client(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        key: &str,
        code: &CitationCode,
    ) -> Result<CitationTarget> {
        actor.check_scope(act)?;
        let citation = db::citation::by_code(tx, code.as_str()).await?;
        let refuse = |code| self.refuse_citation(actor, act, citation.as_ref(), code);
        let found = self.dossier_of_key(tx, actor, act, key).await;
        let (dossier, post) = match found {
            Err(problem) if problem.refusal.is_some() => return Err(refuse(problem.code)),
            found => found?,
        };
        self.expect_few_misses(tx, actor).await.map_err(|problem| match problem.code {
            Code::TooManyAttempts => refuse(problem.code),
            _ => problem,
        })?;
        if !state_of(&dossier)?.is_open() {
            return Err(refuse(Code::NotAllowed));
        }
        let Some((citation, entry, paper)) = self.live_citation(tx, citation.as_ref()).await? else {
            return Err(refuse(Code::NotFound));
        };
        if citation.vault_id != dossier.vault_id {
            return Err(refuse(Code::CitationNotConfirmed));
        }
        Ok(CitationTarget {
            citation,
            entry,
            paper,
            ground: CitationGround::Dossier(Box::new(dossier), post),
        })
    }

    /// A citation that holds, of a paper that is neither in the trash nor on its way out.
    pub(super) async fn live_citation(
        &self,
        tx: &mut Tx,
        citation: Option<&Citation>,
    ) -> Result<Option<(Citation, Entry, Candidate)>> {
        let Some(citation) = citation.filter(|citation| citation.withdrawn_at.is_none()) else {
            return Ok(None);
        };
        let path = db::entry::path(tx, citation.entry_id).await?;
        if path.iter().any(|step| step.trashed_at.is_some() || step.purging_at.is_some()) {
            return Ok(None);
        }
        let found = self.cited(tx, citation).await?;
        Ok(found.map(|(entry, paper)| (citation.clone(), entry, paper)))
    }

    /// The document and the version, with the level of trust of that very version.
    async fn cited(&self, tx: &mut Tx, citation: &Citation) -> Result<Option<(Entry, Candidate)>> {
        let Some(entry) = db::entry::get(tx, citation.entry_id).await? else { return Ok(None) };
        let paper = db::attachment::candidate_of_version(tx, citation.version_id).await?;
        let Some(mut paper) = paper else { return Ok(None) };
        if entry.current_version_id != Some(citation.version_id) {
            paper.trust_level = self.trust_of_version(tx, citation.version_id).await?;
        }
        Ok(Some((entry, paper)))
    }

    /// A refusal in the trail of whoever owns what the code stands for; in the system's where it stands for nothing.
    pub(super) fn refuse_citation(
        &self,
        actor: &Actor,
        act: Act,
        citation: Option<&Citation>,
        code: Code,
    ) -> Problem {
        let Some(citation) = citation else {
            return self.refused(SYSTEM_CHAIN, actor, act, actor.account_id.0, code);
        };
        let mut problem = self.refused(citation.vault_id.0, actor, act, citation.entry_id.0, code);
        if let Some(refusal) = &mut problem.refusal {
            refusal.record.version_id = Some(citation.version_id);
            refusal.record.detail = json!({ "citation": citation.code, "code": code.as_str() });
        }
        problem
    }

    pub(super) async fn expect_few_misses(&self, tx: &mut Tx, actor: &Actor) -> Result<()> {
        self.expect_few_failures(tx, &[(&missed(actor), MISSES)]).await
    }

    /// Counts a code that led nowhere: whoever goes through codes is stopped. In a transaction of its own: end the other one before.
    pub(super) async fn count_citation_miss(&self, actor: &Actor, problem: &Problem) -> Result<()> {
        match problem.code {
            Code::NotFound => self.count_failures_within(WINDOW, &[&missed(actor)]).await,
            _ => Ok(()),
        }
    }
}

/// Whether the owner agreed, of late.
pub fn is_agreed(asked: &CitationUse, now: DateTime<Utc>) -> bool {
    asked.allowed == Some(true) && asked.answered_at.is_some_and(|at| now < at + AGREED_FOR)
}

fn missed(actor: &Actor) -> String {
    format!("citation-missed:{}", actor.account_id)
}
