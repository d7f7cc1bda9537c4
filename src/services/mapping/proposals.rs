//! Which papers of the owner answer the components of a dossier, and what a dossier lacks.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use kho_mapping::catalogue::{DocumentType, Procedure};
use kho_mapping::completeness::{Attached, Completeness, Decision, completeness};
use kho_mapping::fit::{Near, Proposal, Shelf, Types};
use kho_mapping::paper::{Paper, Readability, Verdict};
use kho_mapping::reasons::PaperReason;
use serde_json::json;

use super::dossier_pages::{MOST_ATTACHMENTS, Rules};
use crate::db::attachment::{Attachment, Candidate};
use crate::db::dossier::Dossier;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::dossier::day_of;
use crate::domain::id::{DossierId, EntryId};
use crate::domain::policy::Act;
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::gate_dossier::is_in_dossier;

/// Papers of a vault that are looked at for one dossier, the youngest first.
const MOST_CANDIDATES: i64 = 2_000;
/// Papers told of one component, and near misses.
const MOST_TOLD: usize = 50;

/// What is proposed for a component.
pub struct ComponentProposals {
    pub component: String,
    pub fitting: Vec<(Candidate, Proposal)>,
    /// Of the right type, with what keeps them out; the owner's side alone sees them.
    pub near: Vec<(Candidate, Near)>,
}

/// What is proposed for a dossier.
pub struct DossierProposals {
    pub components: Vec<ComponentProposals>,
    /// Papers that are in the dossier already, with the component.
    pub attached: Vec<(EntryId, String)>,
    pub procedure: Arc<Procedure>,
    pub types: Vec<Arc<DocumentType>>,
}

impl Kho {
    /// The owner's papers that answer each component. An officer with a ground sees those that fit, and nothing of the others.
    pub async fn propose_papers(&self, actor: &Actor, id: DossierId) -> Result<DossierProposals> {
        let mut tx = self.db.read().await?;
        let target = self.gate_dossier(&mut tx, actor, Act::ProposalList, id).await?;
        let dossier = &target.dossier;
        let rules = self.rules_of(&mut tx, dossier).await?;
        let components = self.proposals_of(&mut tx, dossier, &rules, !target.is_officer()).await?;
        let attachments = db::attachment::of(&mut tx, id, MOST_ATTACHMENTS).await?;
        drop(tx);
        if target.is_officer() {
            let proposed = components.iter().map(|one| one.fitting.len()).sum::<usize>();
            let detail =
                json!({ "ground": target.consent.as_ref().map(|one| &one.kind), "proposed": proposed });
            self.trail.keep(target.record(self, actor, Act::ProposalList, detail)).await?;
        }
        let attached = attachments.into_iter().filter(is_in_dossier);
        Ok(DossierProposals {
            components,
            attached: attached.map(|one| (one.entry_id, one.component_code)).collect(),
            procedure: rules.procedure,
            types: rules.types,
        })
    }

    /// What the rules propose for each component of a dossier, and what they nearly would; the caller has passed a gate.
    pub(super) async fn proposals_of(
        &self,
        tx: &mut Tx,
        dossier: &Dossier,
        rules: &Rules,
        with_near: bool,
    ) -> Result<Vec<ComponentProposals>> {
        let mut wanted: Vec<String> =
            rules.procedure.components.iter().flat_map(|component| component.accepts.clone()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let candidates = db::attachment::candidates(tx, dossier.vault_id, &wanted, MOST_CANDIDATES).await?;
        let papers = candidates.iter().map(paper_of).collect::<Vec<_>>();
        let shelf = Shelf::of(&papers);
        let types = Types::of(rules.types.iter().map(Arc::as_ref));
        let told = shelf.propose_all(&rules.procedure, &types, self.judged_on(dossier));
        let components = rules.procedure.components.iter().zip(told).map(|(component, found)| {
            let fitting = found.fitting.into_iter().take(MOST_TOLD);
            let near = found.near.into_iter().take(if with_near { MOST_TOLD } else { 0 });
            ComponentProposals {
                component: component.code.clone(),
                fitting: fitting.map(|one| (candidates[one.paper].clone(), one)).collect(),
                near: near.map(|one| (candidates[one.paper].clone(), one)).collect(),
            }
        });
        Ok(components.collect())
    }

    /// What a dossier lacks, by the papers that are in it.
    pub async fn view_completeness(
        &self,
        actor: &Actor,
        id: DossierId,
    ) -> Result<(Completeness, Arc<Procedure>)> {
        let mut tx = self.db.read().await?;
        let target = self.gate_dossier(&mut tx, actor, Act::DossierView, id).await?;
        let rules = self.rules_of(&mut tx, &target.dossier).await?;
        let attachments = db::attachment::of(&mut tx, id, MOST_ATTACHMENTS).await?;
        let found = self.completeness_of(&mut tx, &target.dossier, &rules, &attachments).await?;
        drop(tx);
        if target.is_officer() {
            self.trail.keep(target.record(self, actor, Act::DossierView, json!({}))).await?;
        }
        Ok((found, rules.procedure))
    }

    /// The day that counts for age and validity: that of the submission, or today before it.
    pub(super) fn judged_on(&self, dossier: &Dossier) -> NaiveDate {
        day_of(dossier.submitted_at.unwrap_or_else(|| self.clock.now()))
    }

    pub(in crate::services) async fn completeness_of(
        &self,
        tx: &mut Tx,
        dossier: &Dossier,
        rules: &Rules,
        attachments: &[Attachment],
    ) -> Result<Completeness> {
        let within = attachments.iter().filter(|one| is_in_dossier(one));
        let mut entries = within.map(|one| one.entry_id).collect::<Vec<_>>();
        entries.sort_unstable();
        entries.dedup();
        let now = db::attachment::candidates_by_id(tx, &entries).await?;
        let now = now.into_iter().map(|one| (one.entry_id, one)).collect();
        Ok(self.completeness_with(dossier, rules, attachments, &now))
    }

    /// The same where it is known what became of the papers.
    pub(super) fn completeness_with(
        &self,
        dossier: &Dossier,
        rules: &Rules,
        attachments: &[Attachment],
        now: &HashMap<EntryId, Candidate>,
    ) -> Completeness {
        let within = attachments.iter().filter(|one| is_in_dossier(one)).collect::<Vec<_>>();
        let papers = within
            .iter()
            .map(|one| (one.id.to_string(), pinned_paper(one, now.get(&one.entry_id))))
            .collect::<Vec<_>>();
        let attached = within.iter().zip(&papers).map(|(one, (id, paper))| Attached {
            id,
            component: &one.component_code,
            paper,
            decision: decision(one),
        });
        let attached = attached.collect::<Vec<_>>();
        let types = Types::of(rules.types.iter().map(Arc::as_ref));
        let conditions = dossier.conditions();
        completeness(&rules.procedure, &conditions, &attached, &types, self.judged_on(dossier))
    }
}

fn decision(attachment: &Attachment) -> Decision {
    match attachment.state.as_str() {
        "accepted" => Decision::Accepted,
        "refused" => {
            let reason = attachment.reason_code.as_deref().and_then(PaperReason::parse);
            Decision::Refused(reason.unwrap_or(PaperReason::Other))
        }
        _ => Decision::Open,
    }
}

fn readability_of(stored: Option<&str>) -> Readability {
    stored.and_then(Readability::parse).unwrap_or_default()
}

/// What the rules see of a stored paper.
pub(in crate::services) fn paper_of(candidate: &Candidate) -> Paper {
    Paper {
        type_code: candidate.type_code.clone(),
        title: candidate.title.clone().unwrap_or_else(|| candidate.name.clone()),
        number: candidate.number.clone(),
        authority: candidate.authority.clone(),
        issued_on: candidate.issued_on,
        expires_on: candidate.expires_on,
        trust: u8::try_from(candidate.trust_level).unwrap_or(1),
        verdict: candidate.verdict.as_deref().and_then(Verdict::parse),
        readability: readability_of(candidate.readability.as_deref()),
        superseded: candidate.superseded_by.is_some(),
        revoked: candidate.revoked_reason.is_some(),
        added_at: candidate.version_at,
    }
}

/// What the rules see of a paper in a dossier: what was pinned with it, and of the rest what is known now. Its file may be gone once the dossier
/// is closed.
fn pinned_paper(attachment: &Attachment, now: Option<&Candidate>) -> Paper {
    let current = now.filter(|one| one.version_id == attachment.version_id).map(paper_of);
    let mut paper = current.unwrap_or_else(|| Paper {
        type_code: None,
        title: attachment.title.clone(),
        number: None,
        authority: None,
        issued_on: now.and_then(|one| one.issued_on),
        expires_on: now.and_then(|one| one.expires_on),
        trust: u8::try_from(attachment.trust_level).unwrap_or(1),
        verdict: attachment.verdict.as_deref().and_then(Verdict::parse),
        readability: readability_of(attachment.readability.as_deref()),
        superseded: now.is_some_and(|one| one.superseded_by.is_some()),
        revoked: now.is_some_and(|one| one.revoked_reason.is_some()),
        added_at: attachment.attached_at,
    });
    paper.type_code.clone_from(&attachment.type_code);
    paper
}
