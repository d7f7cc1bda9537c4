//! Papers of somebody else than a dossier's owner, such as the householder's: asked for by their citation code, and attached when their owner agrees.
//!
//! The code is named in a component. The paper's owner is told for what: dossier, procedure, agency, and the name of who asks; nothing else of the
//! dossier. Agreeing attaches the version that was cited, with the receipt and the record in the vault of whoever gave it. Until an officer decided
//! about the paper its owner may take it back; it is out of the dossier then, and nobody may look any more.

use serde_json::json;

use super::attachments::{Attaching, component_of, expect_space, replaced_by};
use super::citations::{ASKED, ASKING};
use super::dossier_pages::MOST_ATTACHMENTS;
use super::dossiers::may_attach;
use crate::db::citation::{Citation, CitationUse, NamedUse};
use crate::db::dossier::Dossier;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::Record;
use crate::domain::citation::CitationCode;
use crate::domain::id::{CitationUseId, DossierId};
use crate::domain::notice::Kind;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::gate_dossier::{OfficerPost, dossier_detail, is_in_dossier, state_of};
use crate::services::notices::Audience;

/// Whether a request waits for its answer, and may still get one.
pub fn is_waiting(asked: &NamedUse) -> bool {
    asked.used.allowed.is_none() && asked.used.withdrawn_at.is_none() && asked.citation_withdrawn_at.is_none()
}

impl Kho {
    /// Asks the owner of what a code stands for to give it to a component of a dossier of somebody else's. Whoever asked and got no answer yet has
    /// asked once; the answer says whether it is new.
    pub async fn ask_for_paper(
        &self,
        actor: &Actor,
        id: DossierId,
        component: &str,
        code: &str,
    ) -> Result<(NamedUse, bool)> {
        let act = Act::PaperAsk;
        let code = CitationCode::parse(code).map_err(|problem| problem.with("field", "citation"))?;
        let mut tx = self.db.begin().await?;
        let citation = db::citation::by_code(&mut tx, code.as_str()).await?;
        let vaults = citation.iter().map(|citation| citation.vault_id).collect::<Vec<_>>();
        self.lock_dossier(&mut tx, id, &vaults).await?;
        let target = self.gate_dossier(&mut tx, actor, act, id).await?;
        let rules = self.rules_of(&mut tx, &target.dossier).await?;
        let component = component_of(&rules.procedure, component).ok_or(Code::NotFound)?;
        self.expect_few_misses(&mut tx, actor).await?;
        let Some((citation, entry, _)) = self.live_citation(&mut tx, citation.as_ref()).await? else {
            let problem = match &citation {
                Some(citation) => self.refuse_citation(actor, act, Some(citation), Code::NotFound),
                None => target.refuse(self, actor, act, Code::NotFound),
            };
            drop(tx);
            self.count_citation_miss(actor, &problem).await?;
            return Err(problem);
        };
        if citation.vault_id == target.dossier.vault_id {
            return Err(Problem::field("citation", "own_paper"));
        }
        let before = db::attachment::of(&mut tx, id, MOST_ATTACHMENTS).await?;
        if let Some(asked) = db::citation::asked_for(&mut tx, citation.id, id, &component.code).await? {
            let given = before.iter().find(|one| Some(one.id) == asked.used.attachment_id);
            let stands = given.is_some_and(|one| matches!(one.state.as_str(), "attached" | "accepted"));
            if is_waiting(&asked) || stands {
                return Ok((asked, false));
            }
        }
        let replaced = replaced_by(&before, &component.code, None)?;
        if !may_attach(target.state()?, target.is_officer(), !replaced.is_empty()) {
            return Err(Code::DossierLocked.into());
        }
        expect_space(&before, &component.code, replaced.len())?;
        let now = self.clock.now();
        let subject = format!("citation-asked:{}", citation.id);
        self.expect_few_failures(&mut tx, &[(&subject, ASKED)]).await?;
        db::throttle::count_failure(&mut tx, &subject, now, now + ASKING).await?;
        let people = db::notice::people(&mut tx, &[citation.vault_id]).await?;
        if !people.iter().any(|person| Audience::Keepers.includes(&person.role)) {
            return Err(Code::OwnerNotReachable.into());
        }
        let dossier = &target.dossier;
        let purpose = actor.purpose.clone().filter(|_| target.is_officer());
        let used = CitationUse {
            id: CitationUseId::new(now),
            citation_id: citation.id,
            agency_id: target.officer().map_or(dossier.receiving_agency_id, |post| post.agency_id),
            account_id: actor.account_id,
            by_name: actor.name.clone(),
            purpose: purpose.unwrap_or_else(|| dossier.procedure_name.clone()),
            dossier_id: Some(dossier.id),
            component_code: Some(component.code.clone()),
            attachment_id: None,
            withdrawn_at: None,
            at: now,
            answered_at: None,
            allowed: None,
            last_at: None,
            times: 0,
        };
        db::citation::insert_use(&mut tx, &used).await?;
        db::dossier::touch(&mut tx, dossier.id, now).await?;
        let mut news = self.dossier_news(Kind::PaperAsked, actor, dossier).about(&entry);
        // The dossier itself is nobody's but its own side's.
        news.detail.dossier_id = None;
        news.entry = Some((entry.id, entry.title.as_deref().unwrap_or(&entry.name)));
        news.detail.citation = Some(citation.code.clone());
        news.detail.purpose = Some(used.purpose.clone());
        self.tell_people(&mut tx, &[citation.vault_id], Audience::Keepers, &news).await?;
        self.note_request(&mut tx, actor, act, (dossier, target.officer()), &citation, &used).await?;
        let named = db::citation::named_use(&mut tx, used.id).await?.ok_or(Code::NotFound)?;
        tx.commit().await?;
        Ok((named, true))
    }

    /// Takes a request back that nobody answered; one that was answered stays as it is.
    pub async fn withdraw_paper_request(
        &self,
        actor: &Actor,
        id: DossierId,
        request: CitationUseId,
    ) -> Result<()> {
        let act = Act::PaperAskWithdraw;
        let mut tx = self.db.begin().await?;
        let found = db::citation::named_use(&mut tx, request).await?;
        let citation = match &found {
            Some(named) => db::citation::by_code(&mut tx, &named.code).await?,
            None => None,
        };
        let vaults = citation.iter().map(|citation| citation.vault_id).collect::<Vec<_>>();
        self.lock_dossier(&mut tx, id, &vaults).await?;
        let target = self.gate_dossier(&mut tx, actor, act, id).await?;
        let found = db::citation::named_use(&mut tx, request).await?;
        let of_this = |one: &NamedUse| one.used.dossier_id == Some(id) && one.used.component_code.is_some();
        let found = found.filter(of_this).zip(citation);
        let (asked, citation) = found.ok_or_else(|| target.refuse(self, actor, act, Code::NotFound))?;
        if !is_waiting(&asked) {
            return Ok(());
        }
        let now = self.clock.now();
        db::citation::withdraw_use(&mut tx, request, now).await?;
        db::dossier::touch(&mut tx, id, now).await?;
        self.note_request(&mut tx, actor, act, (&target.dossier, target.officer()), &citation, &asked.used)
            .await?;
        Ok(tx.commit().await?)
    }

    /// What becomes of a request, in both trails.
    async fn note_request(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        (dossier, post): (&Dossier, Option<&OfficerPost>),
        citation: &Citation,
        used: &CitationUse,
    ) -> Result<()> {
        let detail = json!({ "citation": citation.code, "component": used.component_code });
        let mut record = self.citation_record(tx, actor, act, citation).await?;
        record.who.purpose = Some(used.purpose.clone());
        self.audit(tx, record.detail(dossier_detail(dossier, post, detail.clone()))).await?;
        let mut record = Record::done(dossier.vault_id, self.clock.now(), actor, act);
        record.who.purpose = Some(used.purpose.clone());
        let record = record.about(dossier.id.0).named(&dossier.code);
        self.audit(tx, record.detail(dossier_detail(dossier, post, detail))).await
    }

    /// Gives a paper to the dossier that it is asked for, or takes it out of it again, as its owner says. The caller holds the locks, has decided that
    /// it is the owner's to say, and writes down what was said.
    pub(super) async fn give_paper(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        citation: &Citation,
        asked: &NamedUse,
        allowed: bool,
    ) -> Result<()> {
        let used = &asked.used;
        if used.withdrawn_at.is_some() {
            return Err(Code::NotFound.into());
        }
        let id = used.dossier_id.ok_or(Code::NotFound)?;
        let dossier = db::dossier::get(tx, id).await?.ok_or(Code::NotFound)?;
        let vault = db::vault::get(tx, citation.vault_id).await?.ok_or(Code::NotFound)?;
        let by = Attaching {
            actor,
            post: None,
            channel: "online",
            consent_id: None,
            giver: Some((citation.vault_id, &vault.owner_name)),
            ground: ("agreed", None),
            purpose: &used.purpose,
            digitised: false,
            counted_on: None,
        };
        if allowed {
            let live = self.live_citation(tx, Some(citation)).await?;
            let (_, _, paper) = live.ok_or(Code::NotFound)?;
            // Whoever asked could attach: an answer may come when only what was refused is replaced.
            if !may_attach(state_of(&dossier)?, true, true) {
                return Err(Code::DossierLocked.into());
            }
            let rules = self.rules_of(tx, &dossier).await?;
            let component =
                used.component_code.as_deref().and_then(|code| component_of(&rules.procedure, code));
            let component = component.ok_or(Code::NotFound)?;
            let before = db::attachment::of(tx, id, MOST_ATTACHMENTS).await?;
            let stands = before.iter().find(|one| {
                one.component_code == component.code
                    && one.version_id == paper.version_id
                    && is_in_dossier(one)
            });
            let attachment = match stands.filter(|one| one.state != "refused") {
                Some(standing) => standing.id,
                None => {
                    let replaced = replaced_by(&before, &component.code, None)?;
                    expect_space(&before, &component.code, replaced.len())?;
                    for attachment in &replaced {
                        self.end_attachment(tx, &dossier, attachment, &by, "replaced").await?;
                    }
                    self.insert_attachment(tx, &dossier, component, &paper, &by).await?.attachment.id
                }
            };
            db::citation::set_attached(tx, used.id, attachment).await?;
        } else if let Some(attachment) = used.attachment_id {
            let attachment = db::attachment::get(tx, id, attachment).await?.ok_or(Code::NotFound)?;
            if matches!(attachment.state.as_str(), "accepted" | "refused") {
                return Err(Code::AttachmentDecided.into());
            }
            if !state_of(&dossier)?.is_open() {
                return Err(Code::DossierLocked.into());
            }
            if attachment.state == "attached" {
                self.end_attachment(tx, &dossier, &attachment, &by, "removed").await?;
            }
        }
        db::dossier::touch(tx, id, self.clock.now()).await?;
        let kind = if allowed { Kind::PaperGiven } else { Kind::PaperNotGiven };
        let news = self.dossier_news(kind, actor, &dossier);
        self.tell_people(tx, &[dossier.vault_id], Audience::Keepers, &news).await
    }
}
