//! Papers that other systems push into vaults: components that an officer digitised, and results of procedures (J4, J5).
//!
//! Bytes are durable before a row names them. Of two pushes of the same that meet, the second finds the first's row under the vault's lock, and its
//! bytes go. A vault that is full takes them still: what an authority issued must not be lost for want of room; the ledger counts it all the
//! same, and the owner adds nothing more until there is room.

use chrono::NaiveDate;
use kho_mapping::trust::Evidence;
use serde::Serialize;
use serde_json::json;

use super::attachments::{Attaching, component_of};
use super::dossier_pages::MOST_ATTACHMENTS;
use super::pushes::{PushOutcome, checked_key, request_digest};
use crate::db::attachment::Attachment;
use crate::db::dossier::Dossier;
use crate::db::event::Counted;
use crate::db::pushed::{NewResult, Pushed};
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::Record;
use crate::domain::dossier::day_of;
use crate::domain::entry::{Entry, Weight};
use crate::domain::id::{DossierId, EntryId, ResultId, VersionId};
use crate::domain::name::EntryName;
use crate::domain::notice::Kind;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::arrange::checked_text;
use crate::services::documents::{DirectUpload, FileDescription, Received, expect_hash};
use crate::services::folders::OnConflict;
use crate::services::gate_dossier::{OfficerPost, dossier_detail, is_in_dossier, state_of};
use crate::services::notices::Audience;
use crate::services::trust_levels::Witness;
use crate::services::vaults::forms;

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
        let received = upload.end().await?;
        let request_sha256 = request_digest(paper, &received.sha256)?;
        expect_hash(paper.sha256.as_deref(), &received.sha256)?;
        if received.size_bytes == 0 {
            return Err(Code::EmptyFile.into());
        }
        let mut tx = self.db.begin().await?;
        let (dossier, _) = self.dossier_of_key(&mut tx, actor, slot.act(), &slot.dossier).await?;
        let vault = db::vault::lock(&mut tx, dossier.vault_id).await?.ok_or(Code::NotFound)?;
        // Under the lock it may have moved on.
        let (dossier, post) = self.dossier_of_key(&mut tx, actor, slot.act(), &slot.dossier).await?;
        let key = slot.pushed_key();
        let before = db::pushed::get(&mut tx, actor.account_id, slot.kind(), &key).await?;
        if let Some(same) = before.as_ref().filter(|before| before.request_sha256 == request_sha256) {
            return self.pushed_before(&mut tx, &dossier, same).await;
        }
        if !db::upload::delete(&mut tx, upload.id()).await? {
            return Err(Code::UploadGone.into());
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
            type_code: type_code.clone(),
            number: paper.number.clone(),
            authority: paper.authority.clone().or(issuer),
            issued_on: paper.issued_on,
            expires_on: paper.expires_on,
            note: paper.note.clone(),
            on_conflict: OnConflict::KeepBoth,
            ..FileDescription::default()
        };
        for segment in &received.segments {
            db::version::add_segment(&mut tx, received.blob, segment.index, segment.size_bytes).await?;
        }
        let earlier = before.as_ref().and_then(|before| before.entry_id);
        let earlier = self.live_document(&mut tx, earlier).await?;
        let entry = match (&earlier, slot.component.is_some()) {
            (Some(earlier), true) => self.next_pushed(&mut tx, actor, earlier, &received, &file).await?,
            _ => self.first_pushed(&mut tx, actor, slot, &vault, &dossier, &post, &received, &file).await?,
        };
        let version = entry.expect_document()?;
        if let Some(officer) = checked_text("compared_by", paper.compared_by.as_deref(), 200)? {
            let witness =
                Witness { account: Some(actor.account_id), name: &officer, agency: Some(post.agency_id) };
            self.set_evidence(&mut tx, &entry, version, Evidence::Compared, Some(witness)).await?;
        }
        self.settle_trust(&mut tx, &entry).await?;
        let entry = self.entry(&mut tx, entry.id).await?;
        self.tell_if_nearly_full(&mut tx, &vault, received.size_bytes).await?;
        self.refresh_search(&mut tx, &entry).await?;

        let now = self.clock.now();
        let outcome = if before.is_some() { PushOutcome::Updated } else { PushOutcome::Created };
        let pushed = Pushed {
            client_id: actor.account_id,
            kind: slot.kind().to_owned(),
            key: key.clone(),
            request_sha256,
            file_sha256: Some(received.sha256.clone()),
            dossier_id: dossier.id,
            entry_id: Some(entry.id),
            first_at: now,
            at: now,
            day: day_of(now),
        };
        db::pushed::put(&mut tx, &pushed).await?;
        let mut news = self.dossier_news(Kind::PaperReceived, actor, &dossier).about(&entry);
        news.vault_id = Some(dossier.vault_id);
        self.tell_people(&mut tx, &[dossier.vault_id], Audience::Everybody, &news).await?;
        let superseded = earlier.filter(|earlier| earlier.id != entry.id).map(|earlier| earlier.id);
        let detail = json!({
            "key": slot.key, "outcome": outcome.as_str(), "sha256": data_encoding::HEXLOWER.encode(&received.sha256),
            "supersedes": superseded,
        });
        let record = Record::done(dossier.vault_id, now, actor, slot.act()).on(entry.id, &entry.name);
        let record = record.version(version).detail(dossier_detail(&dossier, Some(&post), detail));
        self.audit(&mut tx, record).await?;
        let digitised = paper.compared_by.is_some();
        match &slot.component {
            Some(component) => {
                let is_new = before.is_none();
                self.attach_pushed(&mut tx, actor, &dossier, &post, component, &entry, digitised, is_new)
                    .await?;
            }
            None => {
                let type_code = result_type.unwrap_or_default();
                self.keep_result(&mut tx, &dossier, &post, &entry, &type_code, superseded, digitised).await?;
            }
        }
        tx.commit().await?;
        Ok(PaperPushed {
            outcome,
            dossier_id: dossier.id,
            dossier_code: dossier.code,
            entry_id: entry.id,
            version: entry.version_count,
            sha256: received.sha256,
            trust_level: entry.trust_level.unwrap_or_default(),
            supersedes: superseded,
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

    /// The document, if it is there and not in the trash.
    async fn live_document(&self, tx: &mut Tx, id: Option<EntryId>) -> Result<Option<Entry>> {
        let Some(id) = id else { return Ok(None) };
        let path = db::entry::path(tx, id).await?;
        if path.is_empty() || path.iter().any(|step| step.trashed_at.is_some()) {
            return Ok(None);
        }
        Ok(db::entry::get(tx, id).await?)
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
            let only = match &component.accepts[..] {
                [only] => Some(only.clone()),
                _ => None,
            };
            return Ok((paper.type_code.clone().or(only), None));
        }
        let code = paper.result_type.as_deref().ok_or_else(|| Problem::field("result_type", "missing"))?;
        let catalogue = self.catalogue_now(tx).await?;
        let known = catalogue.result_types.get(code);
        let known = known.ok_or_else(|| Problem::field("result_type", "unknown"))?;
        Ok((Some(known.document_type.clone()), Some(known.code.clone())))
    }

    /// A new paper in the default folder of its type's family.
    #[expect(clippy::too_many_arguments, reason = "a paper, where it comes from and where it goes")]
    async fn first_pushed(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        slot: &Slot,
        vault: &db::vault::Vault,
        dossier: &Dossier,
        post: &OfficerPost,
        received: &Received,
        file: &FileDescription,
    ) -> Result<Entry> {
        let name = EntryName::parse(&file.name.clone().unwrap_or_default())?;
        let media_type = self.checked_media_type(name.as_str(), file, &received.head)?;
        let metadata = self.metadata(tx, file).await?;
        let folder = self.folder_for(tx, vault, metadata.type_code.as_deref()).await?;
        let name = self.free_name(tx, folder, name, file.on_conflict).await?;
        let now = self.clock.now();
        let (id, version_id) = (EntryId::new(now), VersionId::new(now));
        let document = db::entry::NewDocument {
            id,
            vault_id: vault.id,
            parent_id: folder,
            name: forms(&name),
            version_id,
            size_bytes: received.size_bytes,
            media_type: &media_type,
            trust_level: 1,
            source: if slot.component.is_some() { "digitised" } else { "result" },
            metadata: &metadata,
            created_by: actor.account_id,
            at: now,
        };
        db::entry::insert_document(tx, document).await?;
        db::pushed::set_origin(tx, id, dossier.id, post.agency_id).await?;
        let weight = Weight { documents: 1, live_bytes: received.size_bytes, ..Weight::default() };
        db::entry::add_weight(tx, folder, weight).await?;
        let change = db::vault::LedgerChange { live: received.size_bytes, ..Default::default() };
        db::vault::change_ledger(tx, vault.id, change).await?;
        let entry = self.entry(tx, id).await?;
        self.add_version_row(tx, actor, &entry, version_id, 1, received, &media_type, file).await?;
        Ok(entry)
    }

    /// The next version of a component's paper. Its issuer may add one also where it is authenticated.
    async fn next_pushed(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        document: &Entry,
        received: &Received,
        file: &FileDescription,
    ) -> Result<Entry> {
        let media_type = self.checked_media_type(&document.name, file, &received.head)?;
        let metadata = self.metadata(tx, file).await?;
        let version_id = VersionId::new(self.clock.now());
        let current = db::entry::Current {
            version_id,
            size_bytes: received.size_bytes,
            media_type: &media_type,
            thumbnail_id: None,
        };
        self.make_current(tx, document, current).await?;
        db::entry::describe(tx, document.id, &metadata, self.clock.now()).await?;
        let entry = self.entry(tx, document.id).await?;
        self.add_version_row(tx, actor, &entry, version_id, entry.version_count, received, &media_type, file)
            .await?;
        Ok(entry)
    }

    /// The default folder of a type's family, else that of everything else, else the root.
    async fn folder_for(
        &self,
        tx: &mut Tx,
        vault: &db::vault::Vault,
        type_code: Option<&str>,
    ) -> Result<EntryId> {
        let catalogue = self.catalogue_now(tx).await?;
        let family = type_code.and_then(|code| catalogue.document_types.get(code)).map(|known| {
            let of_organisation = known.family_organisation.as_ref();
            of_organisation.filter(|_| vault.owner_kind == "organisation").unwrap_or(&known.family)
        });
        for code in family.map(String::as_str).into_iter().chain(["other"]) {
            if let Some(folder) = db::pushed::folder_of(tx, vault.root_id, code).await? {
                return Ok(folder);
            }
        }
        Ok(vault.root_id)
    }

    /// Puts a digitised paper into its component, in place of what this push put there before.
    #[expect(clippy::too_many_arguments, reason = "a paper, its component, and who says so")]
    async fn attach_pushed(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        dossier: &Dossier,
        post: &OfficerPost,
        component: &str,
        entry: &Entry,
        digitised: bool,
        is_new: bool,
    ) -> Result<()> {
        // Counted once for its component, however often it comes again.
        if is_new {
            let what = if digitised { Counted::ComponentDigitised } else { Counted::ComponentAdded };
            let (day, agency) = (day_of(self.clock.now()), dossier.receiving_agency_id);
            db::event::count(tx, day, agency, what, "").await?;
        }
        if !state_of(dossier)?.is_open() {
            let body = json!({ "component": component, "entry": entry.id });
            return self.tell_system(tx, dossier, "paper.digitised", body).await;
        }
        let rules = self.rules_of(tx, dossier).await?;
        let component = component_of(&rules.procedure, component)
            .ok_or_else(|| Problem::field("component", "unknown"))?;
        let by = Attaching {
            actor,
            post: Some(post),
            channel: "system",
            consent_id: None,
            ground: ("digitised", None),
            purpose: &dossier.procedure_name,
        };
        let candidates = db::attachment::candidates_by_id(tx, &[entry.id]).await?;
        let candidate = candidates.first().ok_or(Code::NotFound)?;
        let replaced = |one: &Attachment| {
            one.component_code == component.code && one.entry_id == entry.id && is_in_dossier(one)
        };
        for attachment in db::attachment::of(tx, dossier.id, MOST_ATTACHMENTS).await? {
            if replaced(&attachment) {
                self.end_attachment(tx, dossier, &attachment, &by, "replaced").await?;
            }
        }
        self.insert_attachment(tx, dossier, component, candidate, &by).await?;
        Ok(())
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
