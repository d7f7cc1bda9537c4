//! Papers that other systems push into vaults: components that an officer digitised, and results of procedures (J4, J5). How a paper comes into a
//! vault is [`super::filing`].

use chrono::NaiveDate;
use kho_mapping::catalogue::Component;
use serde::Serialize;
use serde_json::json;

use super::attachments::component_of;
use super::filing::{Filing, received_whole};
use super::pushes::{PushOutcome, checked_key, request_digest};
use crate::db::dossier::Dossier;
use crate::db::event::Counted;
use crate::db::pushed::{NewResult, Pushed};
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::Record;
use crate::domain::dossier::day_of;
use crate::domain::entry::Entry;
use crate::domain::id::{DossierId, EntryId, ResultId};
use crate::domain::notice::Kind;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::arrange::checked_text;
use crate::services::documents::{DirectUpload, FileDescription};
use crate::services::folders::OnConflict;
use crate::services::gate_dossier::{OfficerPost, dossier_detail, state_of};
use crate::services::notices::Audience;

/// Where a paper is pushed to, by the program's own keys.
#[derive(Clone, Debug)]
pub struct Slot {
    pub dossier: String,
    /// Code of the component; none for a result.
    pub component: Option<String>,
    pub key: String,
}

impl Slot {
    pub(super) fn kind(&self) -> &'static str {
        if self.component.is_some() { "component" } else { "result" }
    }

    fn act(&self) -> Act {
        if self.component.is_some() { Act::ComponentPush } else { Act::ResultPush }
    }

    pub(super) fn pushed_key(&self) -> String {
        match &self.component {
            Some(component) => format!("{}/{component}/{}", self.dossier, self.key),
            None => format!("{}/{}", self.dossier, self.key),
        }
    }
}

/// What a system says of a paper.
#[derive(Clone, Debug, Serialize)]
pub struct PaperPush {
    pub name: String,
    pub title: Option<String>,
    /// Of a component: its type of document, where the component takes several.
    pub type_code: Option<String>,
    /// Of a result: its type.
    pub result_type: Option<String>,
    pub number: Option<String>,
    pub authority: Option<String>,
    pub issued_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub note: Option<String>,
    pub sha256: Option<String>,
    /// The officer who compared it with the original.
    pub compared_by: Option<String>,
}

/// A paper after a push.
#[derive(Clone, Debug)]
pub struct PaperPushed {
    pub outcome: PushOutcome,
    pub dossier_id: DossierId,
    pub dossier_code: String,
    pub entry_id: EntryId,
    pub version: i32,
    pub sha256: Vec<u8>,
    pub trust_level: i16,
    pub supersedes: Option<EntryId>,
}

impl Kho {
    /// Begins a push: decides access, and leaves the intent of the upload.
    pub async fn begin_paper(&self, actor: &Actor, slot: &Slot) -> Result<DirectUpload> {
        checked_key("key", &slot.key)?;
        let mut tx = self.db.read().await?;
        let (dossier, _) = self.dossier_of_key(&mut tx, actor, slot.act(), &slot.dossier).await?;
        let vault = db::vault::get(&mut tx, dossier.vault_id).await?.ok_or(Code::NotFound)?;
        drop(tx);
        self.begin_upload_into(actor, &vault).await
    }

    /// Ends a push whose bytes have all come: makes them a paper unless they are one already.
    pub async fn finish_paper(
        &self,
        actor: &Actor,
        slot: &Slot,
        mut upload: DirectUpload,
        paper: &PaperPush,
    ) -> Result<PaperPushed> {
        let done = self.name_pushed(actor, slot, &mut upload, paper).await;
        let kept = done.as_ref().is_ok_and(|done| done.outcome != PushOutcome::Unchanged);
        if !kept {
            self.abandon_upload(upload).await;
        }
        done
    }

    async fn name_pushed(
        &self,
        actor: &Actor,
        slot: &Slot,
        upload: &mut DirectUpload,
        paper: &PaperPush,
    ) -> Result<PaperPushed> {
        let received = received_whole(upload, paper.sha256.as_deref()).await?;
        let request_sha256 = request_digest(paper, &received.sha256)?;
        let mut tx = self.db.begin().await?;
        let (dossier, _) = self.dossier_of_key(&mut tx, actor, slot.act(), &slot.dossier).await?;
        db::vault::lock(&mut tx, dossier.vault_id).await?.ok_or(Code::NotFound)?;
        // Under the lock it may have moved on.
        let (dossier, post) = self.dossier_of_key(&mut tx, actor, slot.act(), &slot.dossier).await?;
        let key = slot.pushed_key();
        let before = db::pushed::get(&mut tx, actor.account_id, slot.kind(), &key).await?;
        if let Some(same) = before.as_ref().filter(|before| before.request_sha256 == request_sha256) {
            return self.pushed_before(&mut tx, &dossier, same).await;
        }
        let (type_code, result_type) = self.type_of_push(&mut tx, slot, &dossier, paper).await?;
        // A result is issued by the agency; who issued a paper that somebody brought along, nobody but the system can tell.
        let issuer = match slot.component {
            None => db::agency::by_code(&mut tx, &post.agency_code).await?.map(|agency| agency.name),
            Some(_) => None,
        };
        let file = FileDescription {
            name: Some(paper.name.clone()),
            title: paper.title.clone(),
            type_code,
            number: paper.number.clone(),
            authority: paper.authority.clone().or(issuer),
            issued_on: paper.issued_on,
            expires_on: paper.expires_on,
            note: paper.note.clone(),
            on_conflict: OnConflict::KeepBoth,
            ..FileDescription::default()
        };
        let filing = Filing {
            actor,
            act: slot.act(),
            dossier: &dossier,
            post: &post,
            kind: slot.kind(),
            key: &slot.key,
            kept_key: key,
            request_sha256,
            file,
            compared_by: checked_text("compared_by", paper.compared_by.as_deref(), 200)?,
        };
        let filed = self.file_paper(&mut tx, &filing, upload, &received, before.as_ref()).await?;
        let digitised = filing.compared_by.is_some();
        match &slot.component {
            Some(component) if state_of(&dossier)?.is_open() => {
                self.attach_filed(&mut tx, &filing, component, &filed.entry, "system", digitised).await?;
            }
            Some(component) => {
                // Counted once for its component, however often it comes again.
                if before.is_none() {
                    let what = if digitised { Counted::ComponentDigitised } else { Counted::ComponentAdded };
                    let (day, agency) = (day_of(self.clock.now()), dossier.receiving_agency_id);
                    db::event::count(&mut tx, day, agency, what, "").await?;
                }
                let body = json!({ "component": component, "entry": filed.entry.id });
                self.tell_system(&mut tx, &dossier, "paper.digitised", body).await?;
            }
            None => {
                let type_code = result_type.unwrap_or_default();
                let superseded = filed.superseded;
                self.keep_result(&mut tx, &dossier, &post, &filed.entry, &type_code, superseded, digitised)
                    .await?;
            }
        }
        tx.commit().await?;
        Ok(PaperPushed {
            outcome: filed.outcome,
            dossier_id: dossier.id,
            dossier_code: dossier.code,
            entry_id: filed.entry.id,
            version: filed.entry.version_count,
            sha256: received.sha256,
            trust_level: filed.entry.trust_level.unwrap_or_default(),
            supersedes: filed.superseded,
        })
    }

    async fn pushed_before(&self, tx: &mut Tx, dossier: &Dossier, same: &Pushed) -> Result<PaperPushed> {
        let entry_id = same.entry_id.ok_or(Code::NotFound)?;
        let entry = db::entry::get(tx, entry_id).await?;
        Ok(PaperPushed {
            outcome: PushOutcome::Unchanged,
            dossier_id: dossier.id,
            dossier_code: dossier.code.clone(),
            entry_id,
            // The owner may have deleted it since: that is no reason to bring it back.
            version: entry.as_ref().map_or(0, |entry| entry.version_count),
            sha256: same.file_sha256.clone().unwrap_or_default(),
            trust_level: entry.and_then(|entry| entry.trust_level).unwrap_or_default(),
            supersedes: None,
        })
    }

    /// The type of document that the paper is kept as, and of a result its own type.
    async fn type_of_push(
        &self,
        tx: &mut Tx,
        slot: &Slot,
        dossier: &Dossier,
        paper: &PaperPush,
    ) -> Result<(Option<String>, Option<String>)> {
        if let Some(code) = &slot.component {
            let rules = self.rules_of(tx, dossier).await?;
            let component = component_of(&rules.procedure, code);
            let component = component.ok_or_else(|| Problem::field("component", "unknown"))?;
            return Ok((paper.type_code.clone().or_else(|| type_in(component)), None));
        }
        let code = paper.result_type.as_deref().ok_or_else(|| Problem::field("result_type", "missing"))?;
        let catalogue = self.catalogue_now(tx).await?;
        let known = catalogue.result_types.get(code);
        let known = known.ok_or_else(|| Problem::field("result_type", "unknown"))?;
        Ok((Some(known.document_type.clone()), Some(known.code.clone())))
    }

    #[expect(clippy::too_many_arguments, reason = "a result, its dossier, and what it takes the place of")]
    async fn keep_result(
        &self,
        tx: &mut Tx,
        dossier: &Dossier,
        post: &OfficerPost,
        entry: &Entry,
        type_code: &str,
        superseded: Option<EntryId>,
        digitised: bool,
    ) -> Result<()> {
        let now = self.clock.now();
        let result = NewResult {
            id: ResultId::new(now),
            dossier_id: dossier.id,
            vault_id: dossier.vault_id,
            entry_id: entry.id,
            type_code,
            number: entry.number.as_deref(),
            agency_id: post.agency_id,
            issued_on: entry.issued_on,
            at: now,
        };
        db::pushed::insert_result(tx, &result).await?;
        if let Some(before) = superseded {
            db::pushed::supersede(tx, before, entry.id, now).await?;
        }
        db::event::count(tx, day_of(now), post.agency_id, Counted::Result, "").await?;
        if digitised {
            db::event::count(tx, day_of(now), post.agency_id, Counted::ResultDigitised, "").await?;
        }
        let kind = if superseded.is_some() { "result.superseded" } else { "result.added" };
        let body =
            json!({ "entry": entry.id, "number": entry.number, "type": type_code, "supersedes": superseded });
        self.tell_system(tx, dossier, kind, body).await
    }

    /// Takes the validity of a result away. It stays readable, and is shown as revoked; again changes nothing.
    pub async fn revoke_result(&self, actor: &Actor, slot: &Slot, reason: &str) -> Result<PaperPushed> {
        let act = Act::ResultRevoke;
        checked_key("key", &slot.key)?;
        let reason = checked_text("reason", Some(reason), 500)?;
        let reason = reason.ok_or_else(|| Problem::field("reason", "missing"))?;
        let mut tx = self.db.begin().await?;
        let (dossier, _) = self.dossier_of_key(&mut tx, actor, act, &slot.dossier).await?;
        db::vault::lock(&mut tx, dossier.vault_id).await?;
        let (dossier, post) = self.dossier_of_key(&mut tx, actor, act, &slot.dossier).await?;
        let pushed = db::pushed::get(&mut tx, actor.account_id, "result", &slot.pushed_key()).await?;
        let missing = || self.refused(dossier.vault_id.0, actor, act, dossier.id.0, Code::NotFound);
        let pushed = pushed.ok_or_else(missing)?;
        let entry = pushed.entry_id.ok_or_else(missing)?;
        let entry = db::entry::get(&mut tx, entry).await?.ok_or_else(missing)?;
        let mut answer = self.pushed_before(&mut tx, &dossier, &pushed).await?;
        if !db::pushed::revoke(&mut tx, entry.id, &reason).await? {
            return Ok(answer);
        }
        answer.outcome = PushOutcome::Updated;
        let mut news = self.dossier_news(Kind::ResultRevoked, actor, &dossier).about(&entry);
        news.detail.note = Some(reason.clone());
        self.tell_people(&mut tx, &[dossier.vault_id], Audience::Everybody, &news).await?;
        let record = Record::done(dossier.vault_id, self.clock.now(), actor, act).on(entry.id, &entry.name);
        let detail = dossier_detail(&dossier, Some(&post), json!({ "key": slot.key, "reason": reason }));
        self.audit(&mut tx, record.detail(detail)).await?;
        let body = json!({ "entry": entry.id, "number": entry.number, "reason": reason });
        self.tell_system(&mut tx, &dossier, "result.revoked", body).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

/// The type of what answers a component that takes only one.
pub(super) fn type_in(component: &Component) -> Option<String> {
    match &component.accepts[..] {
        [only] => Some(only.clone()),
        _ => None,
    }
}
