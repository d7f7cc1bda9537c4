//! What a citation code stands for: told to whom it may be told, and put into a dossier.

use std::net::IpAddr;

use super::dossier_pages::Rules;
use crate::db::attachment::Candidate;
use crate::db::citation::{Citation, CitationUse};
use crate::db::dossier::Dossier;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::citation::CitationCode;
use crate::domain::id::{CitationUseId, DossierId, EntryId};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::download::{Asked, Content};
use crate::services::gate_citation::{CitationGround, CitationTarget};
use crate::services::gate_dossier::{DossierTarget, OfficerPost};
use crate::services::glances::Glance;

/// Which paper is to be attached.
#[derive(Clone, Debug)]
pub enum WantedPaper {
    /// The current version of a document.
    Entry(EntryId),
    /// The version that a citation code stands for, whatever came after it.
    Cited(String),
}

impl From<EntryId> for WantedPaper {
    fn from(entry: EntryId) -> Self {
        WantedPaper::Entry(entry)
    }
}

/// What a code stands for.
pub struct CitedPaper {
    pub paper: Candidate,
    /// The number of the document's newest version.
    pub newest_version: i32,
    pub owner_name: String,
    /// The components of the dossier that take papers of this type.
    pub components: Vec<String>,
    pub dossier_id: Option<DossierId>,
}

impl Kho {
    /// A code that is well formed, for whoever is not signed in: nothing is looked up, so there is nothing to be found out.
    pub fn check_citation(&self, code: &str, address: &str) -> Result<CitationCode> {
        if address.parse::<IpAddr>().is_ok_and(|address| !self.turnstile.lets_pass(address)) {
            return Err(Code::TooManyAttempts.into());
        }
        CitationCode::parse(code)
    }

    /// What a code stands for; none for who is neither of the owner's side nor an officer, which is told to be given to an agency whether the code
    /// stands for anything or not.
    pub async fn resolve_citation(
        &self,
        actor: &Actor,
        code: &str,
        dossier: Option<DossierId>,
    ) -> Result<(CitationCode, Option<CitedPaper>)> {
        let act = Act::CitationResolve;
        actor.check_scope(act)?;
        let code = CitationCode::parse(code)?;
        let mut tx = self.db.begin().await?;
        let citation = db::citation::by_code(&mut tx, code.as_str()).await?;
        let owns = match &citation {
            Some(citation) => {
                db::vault::lock(&mut tx, citation.vault_id).await?;
                self.own_ground(&mut tx, actor, citation.vault_id).await?.is_some()
            }
            None => false,
        };
        if !owns && self.officer_posts(&mut tx, actor).await?.is_empty() {
            drop(tx);
            let code = self.check_citation(code.as_str(), &actor.channel.address)?;
            let refused = self.refuse_citation(actor, act, citation.as_ref(), Code::NotAllowed);
            if let Some(refusal) = refused.refusal {
                self.trail.keep(refusal.record).await?;
            }
            return Ok((code, None));
        }
        let target = match self.gate_citation(&mut tx, actor, act, &code, dossier).await {
            Ok(target) => target,
            Err(problem) => {
                drop(tx);
                self.count_citation_miss(actor, &problem).await?;
                return Err(problem);
            }
        };
        let found = self.follow(&mut tx, actor, act, &target).await?;
        tx.commit().await?;
        Ok((code, Some(found)))
    }

    /// The same for a program, within a dossier of its agencies.
    pub async fn fetch_citation(
        &self,
        actor: &Actor,
        key: &str,
        code: &str,
    ) -> Result<(CitationCode, CitedPaper)> {
        let code = CitationCode::parse(code)?;
        let mut tx = self.db.begin().await?;
        if let Some(citation) = db::citation::by_code(&mut tx, code.as_str()).await? {
            db::vault::lock(&mut tx, citation.vault_id).await?;
        }
        let target = match self.gate_citation_of_client(&mut tx, actor, Act::CitationFetch, key, &code).await
        {
            Ok(target) => target,
            Err(problem) => {
                drop(tx);
                self.count_citation_miss(actor, &problem).await?;
                return Err(problem);
            }
        };
        let found = self.follow(&mut tx, actor, Act::CitationFetch, &target).await?;
        tx.commit().await?;
        Ok((code, found))
    }

    /// Tells what a citation stands for, and keeps who was told, under the vault's lock. Owners are told what is theirs.
    async fn follow(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        target: &CitationTarget,
    ) -> Result<CitedPaper> {
        let vault = db::vault::get(tx, target.citation.vault_id).await?.ok_or(Code::NotFound)?;
        let components = match target.dossier() {
            Some(dossier) => takers(&self.rules_of(tx, dossier).await?, &target.paper),
            None => Vec::new(),
        };
        match &target.ground {
            CitationGround::Owner => {}
            CitationGround::Dossier(dossier, post) => {
                self.note_citation_use(tx, actor, &target.citation, dossier, post).await?;
            }
            CitationGround::Agreed(asked, _) => {
                db::citation::count_use(tx, asked.id, self.clock.now()).await?;
            }
        }
        if target.post().is_some() {
            self.audit(tx, target.record(self, actor, act)).await?;
        }
        Ok(CitedPaper {
            paper: target.paper.clone(),
            newest_version: target.entry.version_count,
            owner_name: vault.owner_name,
            components,
            dossier_id: target.dossier().map(|dossier| dossier.id),
        })
    }

    pub(super) async fn note_citation_use(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        citation: &Citation,
        dossier: &Dossier,
        post: &OfficerPost,
    ) -> Result<()> {
        let now = self.clock.now();
        let before = db::citation::use_in_dossier(tx, citation.id, dossier.id, actor.account_id).await?;
        if let Some(before) = before {
            return Ok(db::citation::count_use(tx, before.id, now).await?);
        }
        let used = CitationUse {
            id: CitationUseId::new(now),
            citation_id: citation.id,
            agency_id: post.agency_id,
            account_id: actor.account_id,
            by_name: actor.name.clone(),
            purpose: actor.purpose.clone().unwrap_or_else(|| dossier.procedure_name.clone()),
            dossier_id: Some(dossier.id),
            component_code: None,
            attachment_id: None,
            withdrawn_at: None,
            at: now,
            answered_at: None,
            allowed: None,
            last_at: Some(now),
            times: 1,
        };
        Ok(db::citation::insert_use(tx, &used).await?)
    }

    /// The bytes of the version that is cited. Kept in the owner's trail before the first byte.
    pub async fn open_cited(
        &self,
        actor: &Actor,
        code: &str,
        dossier: Option<DossierId>,
        asked: Asked,
    ) -> Result<Content> {
        let act = Act::CitationRead;
        let code = CitationCode::parse(code)?;
        let mut tx = self.db.read().await?;
        let gated = self.gate_citation(&mut tx, actor, act, &code, dossier).await;
        self.open_target(tx, actor, act, gated, asked).await
    }

    /// The same for a program.
    pub async fn open_fetched(&self, actor: &Actor, key: &str, code: &str, asked: Asked) -> Result<Content> {
        let code = CitationCode::parse(code)?;
        let mut tx = self.db.read().await?;
        let gated = self.gate_citation_of_client(&mut tx, actor, Act::CitationFetch, key, &code).await;
        self.open_target(tx, actor, Act::CitationFetch, gated, asked).await
    }

    async fn open_target(
        &self,
        mut tx: Tx,
        actor: &Actor,
        act: Act,
        gated: Result<CitationTarget>,
        asked: Asked,
    ) -> Result<Content> {
        let target = match gated {
            Ok(target) => target,
            Err(problem) => {
                drop(tx);
                self.count_citation_miss(actor, &problem).await?;
                return Err(problem);
            }
        };
        let version = db::version::get(&mut tx, target.citation.version_id).await?.ok_or(Code::NotFound)?;
        let content = self.content(&mut tx, target.entry.clone(), version).await?;
        drop(tx);
        let glance = Glance::of(actor, target.citation.id.0);
        let begins = self.glances.begins(&glance, self.clock.now());
        if asked == Asked::Part && !begins {
            return Ok(content);
        }
        let mut record = target.record(self, actor, act);
        if let Some(detail) = record.detail.as_object_mut() {
            detail.insert("content".to_owned(), true.into());
        }
        if let Err(problem) = self.trail.keep(record).await {
            self.glances.forget(&glance);
            return Err(problem);
        }
        Ok(content)
    }

    /// The version that a code stands for, to be attached to a dossier of its owner that the actor may attach papers to.
    pub(super) async fn cited_for(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        target: &DossierTarget,
        code: &str,
    ) -> Result<Candidate> {
        let act = Act::CitationAttach;
        let code = CitationCode::parse(code).map_err(|problem| problem.with("field", "citation"))?;
        let citation = db::citation::by_code(tx, code.as_str()).await?;
        let refuse = |code| match &citation {
            Some(citation) => self.refuse_citation(actor, act, Some(citation), code),
            None => target.refuse(self, actor, act, code),
        };
        let live = self.live_citation(tx, citation.as_ref()).await?;
        let (citation, _, paper) = live.ok_or_else(|| refuse(Code::NotFound))?;
        if citation.vault_id != target.dossier.vault_id {
            return Err(refuse(Code::CitationNotConfirmed));
        }
        if let Some(post) = target.officer() {
            self.note_citation_use(tx, actor, &citation, &target.dossier, post).await?;
        }
        Ok(paper)
    }

    /// Whether somebody may ask the owner of what a code stands for, and for which agency.
    pub(super) async fn gate_asking(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        code: &CitationCode,
        agency: Option<&str>,
    ) -> Result<(Citation, crate::domain::entry::Entry, OfficerPost)> {
        let act = Act::CitationAsk;
        match self.gate_citation(tx, actor, act, code, None).await {
            // What is to be changed by asking.
            Err(problem) if problem.code == Code::CitationNotConfirmed => {}
            Err(problem) => return Err(problem),
            Ok(target) => match target.ground {
                // It is the own paper, or was agreed to already: nobody is to be asked.
                CitationGround::Agreed(_, post) => return Ok((target.citation, target.entry, post)),
                _ => return Err(self.refuse_citation(actor, act, Some(&target.citation), Code::NotAllowed)),
            },
        }
        let citation = db::citation::by_code(tx, code.as_str()).await?;
        let live = self.live_citation(tx, citation.as_ref()).await?;
        let (citation, entry, _) = live.ok_or(Code::NotFound)?;
        let refused = || self.refuse_citation(actor, act, Some(&citation), Code::NotAllowed);
        let posts = self.officer_posts(tx, actor).await?;
        let post = match (agency, &posts[..]) {
            (_, []) => return Err(refused()),
            (None, [only]) => only,
            (None, _) => return Err(Problem::field("agency", "missing")),
            (Some(code), posts) => {
                let code = code.trim().to_ascii_uppercase();
                posts.iter().find(|post| post.agency_code == code).ok_or_else(refused)?
            }
        };
        Ok((citation.clone(), entry, post.clone()))
    }
}

/// The components that take papers of this type.
fn takers(rules: &Rules, paper: &Candidate) -> Vec<String> {
    let Some(type_code) = &paper.type_code else { return Vec::new() };
    let components = rules.procedure.components.iter();
    let takes = components.filter(|component| component.accepts.contains(type_code));
    takes.map(|component| component.code.clone()).collect()
}
