//! Papers in the components of dossiers: attached, taken out, accepted, refused, replaced, and read.

use std::sync::Arc;

use chrono::NaiveDate;
use kho_mapping::catalogue::{Component, Procedure};
use kho_mapping::dossier::State;
use kho_mapping::fit::{Types, obstacles};
use kho_mapping::reasons::PaperReason;
use serde_json::{Value, json};

use super::cited::WantedPaper;
use super::counts::count_paper;
use super::dossier_pages::{MOST_ATTACHMENTS, Rules};
use super::dossiers::may_attach;
use super::moves::NOTE;
use super::proposals::paper_of;
use crate::db::attachment::{Attachment, Candidate};
use crate::db::count::Counted;
use crate::db::dossier::Dossier;
use crate::db::receipt::Receipt;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::Record;
use crate::domain::dossier::day_of;
use crate::domain::id::{AttachmentId, ConsentId, DossierId, EntryId, VaultId};
use crate::domain::notice::Kind;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::arrange::checked_text;
use crate::services::gate_dossier::{DossierTarget, OfficerPost, dossier_detail, is_in_dossier};
use crate::services::notices::Audience;

/// Papers of one component.
const MOST_IN_COMPONENT: usize = 20;

/// A paper that was attached, with the owner's proof of it.
pub struct AttachedPaper {
    pub attachment: Attachment,
    pub receipt: Receipt,
    /// False where it was attached already.
    pub is_new: bool,
}

/// By whom, on what ground and for what a paper is attached.
#[derive(Clone, Debug)]
pub(in crate::services) struct Attaching<'a> {
    pub actor: &'a Actor,
    pub post: Option<&'a OfficerPost>,
    /// `online`, `counter` or `system`.
    pub channel: &'static str,
    pub consent_id: Option<ConsentId>,
    /// Whose paper it is, where that is somebody else than the dossier's owner: the vault, and who that is.
    pub giver: Option<(VaultId, &'a str)>,
    /// The kind of the ground, and its legal basis.
    pub ground: (&'a str, Option<&'a str>),
    pub purpose: &'a str,
    /// Whether an agency made the paper a file for this dossier.
    pub digitised: bool,
    /// The day under which the reports have it already, as the version before of what lay in the component.
    pub counted_on: Option<NaiveDate>,
}

impl Kho {
    /// Attaches a paper of the owner's to a component. One that is attached already is not attached again; one that
    /// was refused in the component is replaced by it.
    pub async fn attach_paper(
        &self,
        actor: &Actor,
        id: DossierId,
        component: &str,
        wanted: impl Into<WantedPaper>,
        replaces: Option<AttachmentId>,
    ) -> Result<AttachedPaper> {
        let wanted = wanted.into();
        let act = match wanted {
            WantedPaper::Entry(_) => Act::PaperAttach,
            WantedPaper::Cited(_) => Act::CitationAttach,
        };
        let mut tx = self.db.begin().await?;
        let target = self.gate_dossier_for_change(&mut tx, actor, act, id).await?;
        let rules = self.rules_of(&mut tx, &target.dossier).await?;
        let component = component_of(&rules.procedure, component).ok_or(Code::NotFound)?.clone();
        let (candidate, is_cited) = match &wanted {
            WantedPaper::Entry(entry) => (self.attachable(&mut tx, actor, &target, *entry).await?, false),
            WantedPaper::Cited(code) => (self.cited_for(&mut tx, actor, &target, code).await?, true),
        };
        let before = db::attachment::of(&mut tx, id, MOST_ATTACHMENTS).await?;
        let same = |one: &&Attachment| {
            one.component_code == component.code && one.version_id == candidate.version_id
        };
        let standing =
            before.iter().filter(same).find(|one| matches!(one.state.as_str(), "attached" | "accepted"));
        if let Some(attachment) = standing {
            let receipt = db::receipt::of_attachment(&mut tx, attachment.id).await?.ok_or(Code::NotFound)?;
            return Ok(AttachedPaper { attachment: attachment.clone(), receipt, is_new: false });
        }
        let replaced = replaced_by(&before, &component.code, replaces)?;
        let refused = replaced.iter().any(|one| one.state == "refused");
        if !may_attach(target.state()?, target.is_officer(), refused) {
            return Err(Code::DossierLocked.into());
        }
        expect_space(&before, &component.code, replaced.len())?;
        // What an officer did not get proposed does not exist for an officer, but for what the owner cited.
        if target.is_officer() && !is_cited && !self.fits(&target.dossier, &rules, &component, &candidate) {
            return Err(target.refuse(self, actor, act, Code::NotFound));
        }
        let post = target.officer();
        let consent = match (&target.consent, post) {
            (_, Some(_)) if is_cited => None,
            (Some(consent), _) => Some(consent.clone()),
            (None, _) => Some(self.owner_consent(&mut tx, actor, &target.dossier).await?),
        };
        let attaching = Attaching {
            actor,
            post,
            channel: if post.is_some() { "counter" } else { "online" },
            consent_id: consent.as_ref().map(|consent| consent.id),
            giver: None,
            ground: match &consent {
                Some(consent) => (&consent.kind, consent.legal_basis.as_deref()),
                None => ("citation", None),
            },
            purpose: actor.purpose.as_deref().unwrap_or(&target.dossier.procedure_name),
            digitised: false,
            counted_on: None,
        };
        for attachment in &replaced {
            self.end_attachment(&mut tx, &target.dossier, attachment, &attaching, "replaced").await?;
        }
        let attached =
            self.insert_attachment(&mut tx, &target.dossier, &component, &candidate, &attaching).await?;
        tx.commit().await?;
        Ok(attached)
    }

    /// The paper as it is now, where it is a live document of the dossier's vault.
    async fn attachable(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        target: &DossierTarget,
        entry: EntryId,
    ) -> Result<Candidate> {
        let not_found = || target.refuse(self, actor, Act::PaperAttach, Code::NotFound);
        let path = db::entry::path(tx, entry).await?;
        let in_vault = path.first().is_some_and(|step| step.vault_id == target.dossier.vault_id);
        if !in_vault || crate::domain::entry::is_being_purged(&path) {
            return Err(not_found());
        }
        if path.iter().any(|step| step.trashed_at.is_some()) {
            return Err(if target.is_officer() { not_found() } else { Code::EntryInTrash.into() });
        }
        let found = db::attachment::candidates_by_id(tx, &[entry]).await?;
        found.into_iter().next().ok_or_else(|| match target.is_officer() {
            true => not_found(),
            false => Code::NotADocument.into(),
        })
    }

    fn fits(&self, dossier: &Dossier, rules: &Rules, component: &Component, candidate: &Candidate) -> bool {
        let types = Types::of(rules.types.iter().map(Arc::as_ref));
        let paper = paper_of(candidate);
        let named = paper.type_code.as_ref().is_some_and(|code| component.accepts.contains(code));
        named && obstacles(&paper, component, types.of_paper(&paper), self.judged_on(dossier)).is_empty()
    }

    /// Writes an attachment with its receipt, its record, its count and its event. The caller holds the locks of the vaults and has decided.
    pub(in crate::services) async fn insert_attachment(
        &self,
        tx: &mut Tx,
        dossier: &Dossier,
        component: &Component,
        candidate: &Candidate,
        by: &Attaching<'_>,
    ) -> Result<AttachedPaper> {
        let now = self.clock.now();
        let attachment = Attachment {
            id: AttachmentId::new(now),
            dossier_id: dossier.id,
            component_code: component.code.clone(),
            vault_id: by.giver.map_or(dossier.vault_id, |(vault, _)| vault),
            entry_id: candidate.entry_id,
            version_id: candidate.version_id,
            sha256: candidate.sha256.clone(),
            title: candidate.title.clone().unwrap_or_else(|| candidate.name.clone()),
            type_code: candidate.type_code.clone(),
            trust_level: candidate.trust_level,
            verdict: candidate.verdict.clone(),
            // The bytes, not only a place for them, were there before.
            reused: candidate.version_at < dossier.created_at && !by.digitised,
            digitised: by.digitised,
            channel: by.channel.to_owned(),
            consent_id: by.consent_id,
            given_by: by.giver.map(|(_, name)| name.to_owned()),
            purpose: by.purpose.to_owned(),
            state: "attached".to_owned(),
            attached_at: now,
            attached_by: by.actor.account_id,
            attached_by_name: by.actor.name.clone(),
            agency_id: by.post.map(|post| post.agency_id),
            decided_at: None,
            decided_by: None,
            decided_by_name: None,
            reason_code: None,
            reason_note: None,
            version_number: Some(candidate.version_number),
            media_type: Some(candidate.media_type.clone()),
            size_bytes: Some(candidate.size_bytes),
            counted_on: by.counted_on.or((dossier.state != State::Draft.as_str()).then(|| day_of(now))),
            readability: candidate.readability.clone(),
        };
        db::attachment::insert(tx, &attachment).await?;
        count_paper(tx, dossier, &attachment, 1);
        let receipt = self.insert_receipt(tx, dossier, component, candidate, &attachment, by).await?;
        let detail =
            json!({ "ground": by.ground.0, "receipt": receipt.number, "sha256": hex(&attachment.sha256) });
        self.changed_attachment(tx, dossier, &attachment, by, Act::PaperAttach, "paper.attached", detail)
            .await?;
        Ok(AttachedPaper { attachment, receipt, is_new: true })
    }

    /// Takes a paper out of its dossier, or puts another in its place: `removed` or `replaced`.
    pub(in crate::services) async fn end_attachment(
        &self,
        tx: &mut Tx,
        dossier: &Dossier,
        attachment: &Attachment,
        by: &Attaching<'_>,
        state: &'static str,
    ) -> Result<()> {
        let ended = Attachment { state: state.to_owned(), ..attachment.clone() };
        db::attachment::set_state(tx, &ended).await?;
        if state == "removed" {
            self.uncount_paper(tx, dossier, attachment).await?;
        }
        let kind = if state == "replaced" { "paper.replaced" } else { "paper.removed" };
        self.changed_attachment(tx, dossier, &ended, by, Act::PaperDetach, kind, json!({ "to": state })).await
    }

    /// The dossier's new revision, the record and the event of something that became of a paper.
    #[expect(clippy::too_many_arguments, reason = "the facts of one record, each of its own type")]
    pub(super) async fn changed_attachment(
        &self,
        tx: &mut Tx,
        dossier: &Dossier,
        attachment: &Attachment,
        by: &Attaching<'_>,
        act: Act,
        kind: &str,
        mut detail: Value,
    ) -> Result<()> {
        let now = self.clock.now();
        db::dossier::touch(tx, dossier.id, now).await?;
        self.settle_counts(tx, dossier).await?;
        if let Some(detail) = detail.as_object_mut() {
            detail.insert("attachment".to_owned(), attachment.id.to_string().into());
            detail.insert("component".to_owned(), attachment.component_code.clone().into());
        }
        if let Some(giver) = &attachment.given_by {
            // The dossier's owner reads what becomes of somebody else's paper, and of the paper nothing.
            let told = json!({ "attachment": attachment.id, "component": attachment.component_code, "given_by": giver,
                "to": detail.get("to") });
            let mut record = Record::done(dossier.vault_id, now, by.actor, act)
                .about(dossier.id.0)
                .named(&dossier.code)
                .detail(dossier_detail(dossier, by.post, told));
            record.who.purpose = Some(by.purpose.to_owned());
            self.audit(tx, record).await?;
        }
        let mut record = Record::done(attachment.vault_id, now, by.actor, act)
            .on(attachment.entry_id, &attachment.title)
            .version(attachment.version_id)
            .detail(dossier_detail(dossier, by.post, detail));
        record.who.purpose = Some(by.purpose.to_owned());
        self.audit(tx, record).await?;
        self.tell_system(tx, dossier, kind, paper_event(attachment));
        Ok(())
    }

    /// Takes out a paper whose ground was withdrawn.
    pub(super) async fn remove_withdrawn(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        dossier: &Dossier,
        attachment: AttachmentId,
    ) -> Result<()> {
        let attachment = db::attachment::get(tx, dossier.id, attachment).await?.ok_or(Code::NotFound)?;
        let by = Attaching {
            actor,
            post: None,
            channel: "online",
            consent_id: None,
            giver: None,
            ground: ("withdrawn", None),
            purpose: &dossier.procedure_name,
            digitised: false,
            counted_on: None,
        };
        self.end_attachment(tx, dossier, &attachment, &by, "removed").await
    }

    /// Takes out a paper that nobody decided about: the owner's side while the dossier is being filled in, an officer what officers attached. What an
    /// officer had scanned leaves the owner's papers with it.
    pub async fn detach_paper(&self, actor: &Actor, id: DossierId, attachment: AttachmentId) -> Result<()> {
        let act = Act::PaperDetach;
        let mut tx = self.db.begin().await?;
        let target = self.gate_dossier_for_change(&mut tx, actor, act, id).await?;
        let attachment = self.attachment_of(&mut tx, actor, act, &target, attachment).await?;
        if attachment.state != "attached" {
            return Err(Code::AttachmentDecided.into());
        }
        if target.is_officer() && attachment.agency_id.is_none() {
            return Err(target.refuse(self, actor, act, Code::NotAllowed));
        }
        if !may_attach(target.state()?, target.is_officer(), false) {
            return Err(Code::DossierLocked.into());
        }
        let by = deciding(&target, actor);
        self.end_attachment(&mut tx, &target.dossier, &attachment, &by, "removed").await?;
        if let Some(post) =
            target.officer().filter(|_| attachment.digitised && attachment.channel == "counter")
        {
            self.take_back_scan(&mut tx, actor, &target.dossier, post, &attachment).await?;
        }
        Ok(tx.commit().await?)
    }

    /// An officer accepts a paper.
    pub async fn accept_paper(
        &self,
        actor: &Actor,
        id: DossierId,
        attachment: AttachmentId,
    ) -> Result<Attachment> {
        self.decide_paper(actor, id, attachment, Act::PaperAccept, None, None).await
    }

    /// An officer refuses a paper, with a reason that the owner is told.
    pub async fn refuse_paper(
        &self,
        actor: &Actor,
        id: DossierId,
        attachment: AttachmentId,
        reason: &str,
        note: Option<&str>,
    ) -> Result<Attachment> {
        let reason = PaperReason::parse(reason).ok_or_else(|| Problem::field("reason_code", "unknown"))?;
        let note = checked_text("note", note, NOTE)?;
        if reason.needs_note() && note.is_none() {
            return Err(Problem::field("note", "missing"));
        }
        self.decide_paper(actor, id, attachment, Act::PaperRefuse, Some(reason), note).await
    }

    async fn decide_paper(
        &self,
        actor: &Actor,
        id: DossierId,
        attachment: AttachmentId,
        act: Act,
        reason: Option<PaperReason>,
        note: Option<String>,
    ) -> Result<Attachment> {
        let mut tx = self.db.begin().await?;
        let target = self.gate_dossier_for_change(&mut tx, actor, act, id).await?;
        let mut attachment = self.attachment_of(&mut tx, actor, act, &target, attachment).await?;
        // An officer may think better of an acceptance, and of a refusal until it was answered; the same again is the same.
        let state = if reason.is_some() { "refused" } else { "accepted" };
        if attachment.state == state {
            return match reason.map(PaperReason::as_str) == attachment.reason_code.as_deref() {
                true => Ok(attachment),
                false => Err(Code::AttachmentDecided.into()),
            };
        }
        if target.state()? == State::Decided {
            return Err(Code::DossierLocked.into());
        }
        let now = self.clock.now();
        attachment.state = state.to_owned();
        attachment.decided_at = Some(now);
        attachment.decided_by = Some(actor.account_id);
        attachment.decided_by_name = Some(actor.name.clone());
        attachment.reason_code = reason.map(|reason| reason.as_str().to_owned());
        attachment.reason_note = note;
        db::attachment::set_state(&mut tx, &attachment).await?;
        let dossier = &target.dossier;
        let by = deciding(&target, actor);
        let detail = json!({ "reason": attachment.reason_code, "to": state });
        let kind = match reason {
            Some(reason) => {
                let (day, agency) = (day_of(now), dossier.receiving_agency_id);
                tx.count(day, agency, Counted::Refusal, reason.as_str(), 1);
                let mut news = self.dossier_news(Kind::PaperRefused, actor, dossier);
                // Of somebody else's paper its owner's trail tells.
                if attachment.given_by.is_none() {
                    news.entry = Some((attachment.entry_id, &attachment.title));
                }
                news.detail.reason_code = attachment.reason_code.clone();
                news.detail.note = attachment.reason_note.clone();
                self.tell_people(&mut tx, &[dossier.vault_id], Audience::Keepers, &news).await?;
                "paper.refused"
            }
            None => "paper.accepted",
        };
        self.changed_attachment(&mut tx, dossier, &attachment, &by, act, kind, detail).await?;
        tx.commit().await?;
        Ok(attachment)
    }
}

/// By whom something is decided about papers that are in the dossier.
pub(super) fn deciding<'a>(target: &'a DossierTarget, actor: &'a Actor) -> Attaching<'a> {
    Attaching {
        actor,
        post: target.officer(),
        channel: "counter",
        consent_id: None,
        giver: None,
        ground: ("dossier", None),
        purpose: actor.purpose.as_deref().unwrap_or(&target.dossier.procedure_name),
        digitised: false,
        counted_on: None,
    }
}

/// Whether one more paper finds its place in a component, where some of its papers are replaced.
pub(super) fn expect_space(before: &[Attachment], component: &str, replaced: usize) -> Result<()> {
    let kept = before.iter().filter(|one| one.component_code == component && is_in_dossier(one)).count();
    if kept - replaced >= MOST_IN_COMPONENT || before.len() as i64 >= MOST_ATTACHMENTS {
        return Err(Problem::field("component", "full").with("maximum", MOST_IN_COMPONENT));
    }
    Ok(())
}

/// What a new paper stands in the place of: what is named, else all that was refused in the component.
pub(super) fn replaced_by(
    before: &[Attachment],
    component: &str,
    named: Option<AttachmentId>,
) -> Result<Vec<Attachment>> {
    let mut of_component = before.iter().filter(|one| one.component_code == component && is_in_dossier(one));
    let Some(named) = named else {
        return Ok(of_component.filter(|one| one.state == "refused").cloned().collect());
    };
    let found = of_component.find(|one| one.id == named);
    let found = found.ok_or_else(|| Problem::field("replaces", "unknown"))?;
    if found.state == "accepted" {
        return Err(Code::AttachmentDecided.into());
    }
    Ok(vec![found.clone()])
}

pub(super) fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// A procedure's component by its code.
pub(in crate::services) fn component_of<'p>(procedure: &'p Procedure, code: &str) -> Option<&'p Component> {
    procedure.components.iter().find(|component| component.code == code)
}

/// What other systems are told of a paper in a dossier.
pub(super) fn paper_event(attachment: &Attachment) -> Value {
    json!({
        "attachment": attachment.id, "component": attachment.component_code, "reason_code": attachment.reason_code,
        "reused": attachment.reused, "sha256": hex(&attachment.sha256), "state": attachment.state,
        "trust_level": attachment.trust_level, "type_code": attachment.type_code,
    })
}
