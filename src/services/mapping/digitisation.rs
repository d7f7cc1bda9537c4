//! What is still to be made a file or compared with its original in the dossiers of an officer's agencies, and the comparing (J4).

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use kho_mapping::catalogue::{Component, DocumentType};
use kho_mapping::completeness::ComponentState;
use kho_mapping::dossier::State;
use kho_mapping::trust::Evidence;
use serde_json::json;
use uuid::Uuid;

use super::attachments::deciding;
use super::dossier_pages::Rules;
use crate::db::attachment::{Attachment, Candidate};
use crate::db::dossier_list::{NEVER, NamedDossier};
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::id::{AttachmentId, DossierId, EntryId, VersionId};
use crate::domain::notice::Kind;
use crate::domain::page::{Cursor, Key, Page, PageRequest};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Result};
use crate::services::Kho;
use crate::services::gate_dossier::state_of;
use crate::services::notices::Audience;
use crate::services::trust_levels::Witness;

/// Dossiers that are looked through at once, and for one page at the most; the page after goes on from there.
const AT_ONCE: usize = 100;
const LOOKED_THROUGH: usize = 500;
/// Rows that are asked for by their ids in one question.
const IDS: usize = 1_000;

/// Something that is to be done to a component.
#[derive(Clone, Debug)]
pub struct Work {
    pub component: Component,
    /// The paper that is to be compared; none where there is no file yet.
    pub paper: Option<Attachment>,
}

/// A dossier in which there is something to be digitised.
#[derive(Clone, Debug)]
pub struct Digitisation {
    pub named: NamedDossier,
    /// In the procedure's order.
    pub work: Vec<Work>,
    /// The document types of the version that the dossier is judged by.
    pub types: Vec<Arc<DocumentType>>,
}

impl Kho {
    /// One page of the dossiers with something to be digitised, what is due first at the front; of all the officer's agencies where none is named.
    /// A page may hold few or none and still have a next.
    pub async fn list_digitisation(
        &self,
        actor: &Actor,
        agency: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<Digitisation>> {
        let mut tx = self.db.read().await?;
        let posts = self.posts_for(&mut tx, actor, Act::DossierList, agency).await?;
        let agencies = posts.iter().map(|post| post.agency_id).collect::<Vec<_>>();
        let mut after = page.after.clone();
        let mut found = Vec::new();
        for _ in 0..LOOKED_THROUGH / AT_ONCE {
            let place = place_after(after.as_ref())?;
            let rows = db::dossier_list::worked_on(&mut tx, &agencies, place, AT_ONCE as i64).await?;
            let is_last = rows.len() < AT_ONCE;
            for one in self.work_in(&mut tx, rows).await? {
                if found.len() == page.limit as usize && !one.work.is_empty() {
                    return Ok(Page { items: found, next: after });
                }
                after = Some(cursor_of(&one.named, page));
                if !one.work.is_empty() {
                    found.push(one);
                }
            }
            if is_last {
                return Ok(Page { items: found, next: None });
            }
        }
        Ok(Page { items: found, next: after })
    }

    /// What is to be done in each of some dossiers, however many with the same few questions.
    async fn work_in(&self, tx: &mut Tx, rows: Vec<NamedDossier>) -> Result<Vec<Digitisation>> {
        let ids = rows.iter().map(|named| named.dossier.id).collect::<Vec<_>>();
        let papers = db::attachment::within(tx, &ids).await?;
        let mut entries = papers.iter().map(|paper| paper.entry_id).collect::<Vec<_>>();
        entries.sort_unstable();
        entries.dedup();
        let mut now = HashMap::<EntryId, Candidate>::new();
        for entries in entries.chunks(IDS) {
            let found = db::attachment::candidates_by_id(tx, entries).await?;
            now.extend(found.into_iter().map(|one| (one.entry_id, one)));
        }
        let mut spoken_for = HashMap::<VersionId, Vec<Evidence>>::new();
        let versions = papers.iter().map(|paper| paper.version_id).collect::<Vec<_>>();
        for versions in versions.chunks(IDS) {
            for (version, kind) in db::trust_evidence::kinds_of(tx, versions).await? {
                spoken_for.entry(version).or_default().extend(Evidence::parse(&kind));
            }
        }
        let mut of_dossier = HashMap::<DossierId, Vec<Attachment>>::new();
        for paper in papers {
            of_dossier.entry(paper.dossier_id).or_default().push(paper);
        }
        let mut rules = HashMap::<(String, i64), Rules>::new();
        let mut all = Vec::with_capacity(rows.len());
        for named in rows {
            let dossier = &named.dossier;
            let key = (dossier.procedure_code.clone(), dossier.catalogue_version);
            let rules = match rules.entry(key) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(self.rules_of(tx, dossier).await?),
            };
            let papers = of_dossier.remove(&dossier.id).unwrap_or_default();
            let is_uncompared = |paper: &Attachment| {
                let evidence = spoken_for.get(&paper.version_id).into_iter().flatten().copied();
                paper.state != "refused"
                    && paper.given_by.is_none()
                    && self.settings.trust_levels.level(evidence) == 1
            };
            let found = self.completeness_with(dossier, rules, &papers, &now);
            let may_scan = matches!(state_of(dossier)?, State::Received | State::Processing);
            let mut work = Vec::new();
            for (component, standing) in rules.procedure.components.iter().zip(found.components) {
                let is_empty =
                    matches!(standing.state, ComponentState::Missing | ComponentState::Refused { .. });
                if may_scan && standing.blocks && is_empty {
                    work.push(Work { component: component.clone(), paper: None });
                }
                // A form that is filled in for the dossier is its own original.
                let of_component = |paper: &&Attachment| {
                    paper.component_code == component.code && !component.accepts.is_empty()
                };
                let papers = papers.iter().filter(of_component).filter(|paper| is_uncompared(paper));
                work.extend(
                    papers.map(|paper| Work { component: component.clone(), paper: Some(paper.clone()) }),
                );
            }
            all.push(Digitisation { types: rules.types.clone(), work, named });
        }
        Ok(all)
    }

    /// An officer says that a paper of the dossier agrees with its original, or takes that back. The paper is trusted by it, and so locked; the owner is told.
    pub async fn compare_paper(
        &self,
        actor: &Actor,
        id: DossierId,
        attachment: AttachmentId,
        agrees: bool,
    ) -> Result<Attachment> {
        let act = Act::PaperCompare;
        let mut tx = self.db.begin().await?;
        let target = self.gate_dossier_for_change(&mut tx, actor, act, id).await?;
        let mut attachment = self.attachment_of(&mut tx, actor, act, &target, attachment).await?;
        let post = target.officer().ok_or(Code::NotAllowed)?;
        // It would lock the paper of somebody who agreed to its use, and to nothing else.
        if attachment.given_by.is_some() {
            return Err(self.refused_paper(
                actor,
                act,
                &target.dossier,
                Some(post),
                &attachment,
                Code::NotAllowed,
            ));
        }
        let kind = Evidence::Compared.as_str();
        let before = db::trust_evidence::agency(&mut tx, attachment.version_id, kind).await?;
        if before.is_some() == agrees {
            return Ok(attachment);
        }
        if attachment.state == "refused" {
            return Err(Code::AttachmentDecided.into());
        }
        if target.state()? == State::Decided {
            return Err(Code::DossierLocked.into());
        }
        // What another agency saw with its own eyes stands.
        if before.is_some_and(|agency| agency != Some(post.agency_id)) {
            return Err(target.refuse(self, actor, act, Code::NotAllowed));
        }
        let entry = db::entry::get(&mut tx, attachment.entry_id).await?.ok_or(Code::NotFound)?;
        let witness = Witness {
            account: Some(actor.account_id),
            name: &actor.name,
            agency: Some(post.agency_id),
            register: None,
        };
        let version = attachment.version_id;
        self.set_evidence(&mut tx, &entry, version, Evidence::Compared, agrees.then_some(witness)).await?;
        self.settle_trust(&mut tx, &entry).await?;
        let kinds = db::trust_evidence::kinds(&mut tx, version).await?;
        let evidence = kinds.iter().filter_map(|kind| Evidence::parse(kind));
        attachment.trust_level = i16::from(self.settings.trust_levels.level(evidence));
        db::attachment::set_trust(&mut tx, attachment.id, attachment.trust_level).await?;
        let dossier = &target.dossier;
        if agrees {
            let mut news = self.dossier_news(Kind::PaperCompared, actor, dossier);
            news.entry = Some((attachment.entry_id, &attachment.title));
            self.tell_people(&mut tx, &[dossier.vault_id], Audience::Everybody, &news).await?;
        }
        let kind = if agrees { "paper.compared" } else { "paper.comparison_withdrawn" };
        let detail = json!({ "agrees": agrees, "trust_level": attachment.trust_level });
        let by = deciding(&target, actor);
        self.changed_attachment(&mut tx, dossier, &attachment, &by, act, kind, detail).await?;
        tx.commit().await?;
        Ok(attachment)
    }
}

/// Where a list goes on that what is due first begins.
fn place_after(after: Option<&Cursor>) -> Result<(NaiveDate, Uuid)> {
    match after {
        None => Ok((DateTime::<Utc>::UNIX_EPOCH.date_naive(), Uuid::nil())),
        Some(cursor) => Ok((cursor.key.as_time()?.date_naive(), cursor.id)),
    }
}

fn cursor_of(named: &NamedDossier, page: &PageRequest) -> Cursor {
    let due = named.dossier.due_on.unwrap_or(NEVER).and_time(chrono::NaiveTime::MIN).and_utc();
    Cursor { sort: page.sort, group: 0, key: Key::time(due), id: named.dossier.id.0 }
}
