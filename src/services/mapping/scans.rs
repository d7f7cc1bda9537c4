//! Papers that officers scan at the desk: files of the owner's vault and papers of the dossier in one act (J4).
//!
//! Each file comes under the officer's own key, as what systems push does: the same again, because its answer was lost, changes nothing. How a paper
//! comes into a vault is [`super::filing`].

use chrono::NaiveDate;
use kho_mapping::trust::Evidence;
use serde::Serialize;
use serde_json::json;

use super::attachments::{AttachedPaper, component_of};
use super::dossier_pages::MOST_ATTACHMENTS;
use super::dossiers::may_attach;
use super::filing::{Arrival, Filing, received_whole};
use super::pushed_papers::type_in;
use super::pushes::{checked_key, request_digest};
use crate::db::attachment::Attachment;
use crate::db::dossier::Dossier;
use crate::db::pushed::Pushed;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::Record;
use crate::domain::id::DossierId;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::documents::{DirectUpload, FileDescription};
use crate::services::folders::OnConflict;
use crate::services::gate_dossier::{DossierTarget, OfficerPost, dossier_detail};

/// Where a scan goes, and under which key of the officer's.
#[derive(Clone, Debug)]
pub struct ScanSlot {
    pub dossier: DossierId,
    pub component: String,
    pub key: String,
}

/// What an officer says of a scan.
#[derive(Clone, Debug, Serialize)]
pub struct Scan {
    pub name: String,
    pub title: Option<String>,
    pub type_code: Option<String>,
    pub number: Option<String>,
    pub authority: Option<String>,
    pub issued_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub note: Option<String>,
    pub sha256: Option<String>,
    /// Whether the officer compared it with the original.
    pub compared: bool,
}

impl Kho {
    /// Begins a scan: decides access, and leaves the intent of the upload.
    pub async fn begin_scan(&self, actor: &Actor, slot: &ScanSlot) -> Result<DirectUpload> {
        checked_key("file_key", &slot.key)?;
        let mut tx = self.db.read().await?;
        let target = self.gate_dossier(&mut tx, actor, Act::PaperDigitise, slot.dossier).await?;
        self.expect_component(&mut tx, &target, &slot.component).await?;
        let vault = db::vault::get(&mut tx, target.dossier.vault_id).await?.ok_or(Code::NotFound)?;
        drop(tx);
        self.begin_upload_into(actor, &vault).await
    }

    /// Ends a scan whose bytes have all come: a paper of the owner's in its component, unless it is one already.
    pub async fn finish_scan(
        &self,
        actor: &Actor,
        slot: &ScanSlot,
        mut upload: DirectUpload,
        scan: &Scan,
    ) -> Result<AttachedPaper> {
        let done = self.keep_scan(actor, slot, &mut upload, scan).await;
        if !done.as_ref().is_ok_and(|done| done.is_new) {
            self.abandon_upload(upload).await;
        }
        done
    }

    async fn keep_scan(
        &self,
        actor: &Actor,
        slot: &ScanSlot,
        upload: &mut DirectUpload,
        scan: &Scan,
    ) -> Result<AttachedPaper> {
        let act = Act::PaperDigitise;
        let received = received_whole(upload, scan.sha256.as_deref()).await?;
        let request_sha256 = request_digest(scan, &received.sha256)?;
        let mut tx = self.db.begin().await?;
        let target = self.gate_dossier_for_change(&mut tx, actor, act, slot.dossier).await?;
        let dossier = &target.dossier;
        let post = target.officer().ok_or(Code::NotAllowed)?;
        let kept_key = format!("{}/{}/{}", dossier.code, slot.component, slot.key);
        if let Some(before) = db::pushed::get(&mut tx, actor.account_id, "component", &kept_key).await? {
            if before.request_sha256 != request_sha256 {
                return Err(Problem::new(Code::IdempotencyConflict).with("reason", "other_request"));
            }
            return self.scanned_before(&mut tx, dossier, &before).await;
        }
        let type_code = self.expect_component(&mut tx, &target, &slot.component).await?;
        let file = FileDescription {
            name: Some(scan.name.clone()),
            title: scan.title.clone(),
            type_code: scan.type_code.clone().or(type_code),
            number: scan.number.clone(),
            authority: scan.authority.clone(),
            issued_on: scan.issued_on,
            expires_on: scan.expires_on,
            note: scan.note.clone(),
            on_conflict: OnConflict::KeepBoth,
            ..FileDescription::default()
        };
        let filing = Filing {
            actor,
            act,
            dossier,
            post,
            kind: "component",
            key: &slot.key,
            kept_key,
            request_sha256,
            file,
            compared_by: scan.compared.then(|| actor.name.clone()),
            register: None,
            cited_before: None,
        };
        let filed = self.file_paper(&mut tx, &filing, Arrival::Along(upload.id()), &received, None).await?;
        let attached =
            self.attach_filed(&mut tx, &filing, &slot.component, &filed.entry, "counter", true).await?;
        tx.commit().await?;
        Ok(attached)
    }

    /// The component must be the procedure's, and the dossier take papers; answers the only type that the component takes.
    async fn expect_component(
        &self,
        tx: &mut Tx,
        target: &DossierTarget,
        code: &str,
    ) -> Result<Option<String>> {
        if !may_attach(target.state()?, target.is_officer(), false) {
            return Err(Code::DossierLocked.into());
        }
        let rules = self.rules_of(tx, &target.dossier).await?;
        let component = component_of(&rules.procedure, code).ok_or(Code::NotFound)?;
        Ok(type_in(component))
    }

    async fn scanned_before(&self, tx: &mut Tx, dossier: &Dossier, before: &Pushed) -> Result<AttachedPaper> {
        let all = db::attachment::of(tx, dossier.id, MOST_ATTACHMENTS).await?;
        let attachment = all.into_iter().rfind(|one| Some(one.entry_id) == before.entry_id);
        let attachment = attachment.ok_or(Code::NotFound)?;
        let receipt = db::receipt::of_attachment(tx, attachment.id).await?.ok_or(Code::NotFound)?;
        Ok(AttachedPaper { attachment, receipt, is_new: false })
    }

    /// Takes a scan back that was taken out of its dossier before anybody decided about it: a wrong one must not stay among the owner's papers. It goes
    /// into the owner's trash, and no longer counts as compared; it stays where the owner has made more of it, or another dossier holds it.
    pub(super) async fn take_back_scan(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        dossier: &Dossier,
        post: &OfficerPost,
        attachment: &Attachment,
    ) -> Result<()> {
        let path = db::entry::path(tx, attachment.entry_id).await?;
        if path.is_empty() || path.iter().any(|step| step.trashed_at.is_some()) {
            return Ok(());
        }
        let entry = db::entry::get(tx, attachment.entry_id).await?.ok_or(Code::NotFound)?;
        let as_it_came = entry.version_count == 1 && entry.current_version_id == Some(attachment.version_id);
        if !as_it_came || db::attachment::is_held(tx, entry.id).await? {
            return Ok(());
        }
        self.set_evidence(tx, &entry, attachment.version_id, Evidence::Compared, None).await?;
        self.settle_trust(tx, &entry).await?;
        let entry = self.entry(tx, entry.id).await?;
        // What its issuer signed is the owner's, whoever scanned it.
        if entry.is_authenticated() {
            return Ok(());
        }
        let now = self.clock.now();
        let record = Record::done(dossier.vault_id, now, actor, Act::EntryTrash).on(entry.id, &entry.name);
        let more = json!({ "attachment": attachment.id, "documents": 1, "from": entry.parent_id });
        let record = record.detail(dossier_detail(dossier, Some(post), more));
        self.move_to_trash(tx, actor, &entry, &path, record).await
    }
}
