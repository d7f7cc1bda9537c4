//! Reading the papers of dossiers: exactly the bytes that were attached, and never without a line in the owner's trail.

use serde_json::json;

use crate::db::attachment::Attachment;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::Record;
use crate::domain::id::{AttachmentId, DossierId};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::download::{Asked, Content};
use crate::services::gate_dossier::DossierTarget;
use crate::services::glances::Glance;
use crate::services::thumbnails::Thumbnail;

impl Kho {
    /// The bytes that were attached: exactly that version, whatever became of the paper since. Kept in the owner's trail before the first byte.
    pub async fn open_attachment(
        &self,
        actor: &Actor,
        id: DossierId,
        attachment: AttachmentId,
        asked: Asked,
    ) -> Result<Content> {
        let act = Act::PaperRead;
        let mut tx = self.db.read().await?;
        let (target, attachment) = self.readable(&mut tx, actor, act, id, attachment).await?;
        let version = db::version::get(&mut tx, attachment.version_id).await?.ok_or(Code::NotFound)?;
        if version.sha256 != attachment.sha256 {
            return Err(Problem::new(Code::ContentDamaged).caused_by("an attachment of other bytes"));
        }
        let entry = db::entry::get(&mut tx, attachment.entry_id).await?.ok_or(Code::NotFound)?;
        let content = self.content(&mut tx, entry, version).await?;
        drop(tx);
        let glance = Glance::of(actor, attachment.id.0);
        let begins = self.glances.begins(&glance, self.clock.now());
        if asked == Asked::Part && !begins {
            return Ok(content);
        }
        let record = reading_record(self, actor, &target, &attachment, act);
        if let Err(problem) = self.trail.keep(record).await {
            self.glances.forget(&glance);
            return Err(problem);
        }
        Ok(content)
    }

    /// The picture of what was attached. An officer's look at a dossier's pictures is kept once in a quarter of an hour.
    pub async fn open_attachment_thumbnail(
        &self,
        actor: &Actor,
        id: DossierId,
        attachment: AttachmentId,
    ) -> Result<Thumbnail> {
        let act = Act::ThumbnailView;
        let mut tx = self.db.read().await?;
        let (target, attachment) = self.readable(&mut tx, actor, act, id, attachment).await?;
        let version = db::version::get(&mut tx, attachment.version_id).await?.ok_or(Code::NotFound)?;
        let thumbnail = self.thumbnail_of(&mut tx, &version).await?;
        drop(tx);
        let is_of_another = attachment.given_by.is_some();
        let looked_at = if is_of_another { attachment.id.0 } else { target.dossier.id.0 };
        let glance = Glance::of(actor, looked_at);
        if target.is_officer() && self.glances.begins(&glance, self.clock.now()) {
            let record = match is_of_another {
                true => reading_record(self, actor, &target, &attachment, act),
                false => target.record(self, actor, act, json!({})),
            };
            if let Err(problem) = self.trail.keep(record).await {
                self.glances.forget(&glance);
                return Err(problem);
            }
        }
        Ok(thumbnail)
    }

    /// A paper of a dossier whose bytes the actor may see. Somebody else's is for officers, and for whoever may read it in its own vault.
    async fn readable(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        id: DossierId,
        attachment: AttachmentId,
    ) -> Result<(DossierTarget, Attachment)> {
        let target = match self.gate_dossier(tx, actor, act, id).await {
            Ok(target) => target,
            Err(problem) => {
                return Err(self.refused_to_whom(tx, actor, act, (id, attachment), problem).await?);
            }
        };
        let attachment = match self.attachment_of(tx, actor, act, &target, attachment).await {
            Ok(attachment) => attachment,
            Err(problem) => {
                return Err(self.refused_to_whom(tx, actor, act, (id, attachment), problem).await?);
            }
        };
        if attachment.given_by.is_some() && !target.is_officer() {
            let own = self.own_ground(tx, actor, attachment.vault_id).await?;
            if !own.is_some_and(|(_, rights)| rights.has(act.right())) {
                let code = Code::NotAllowed;
                return Err(self.refused_paper(actor, act, &target.dossier, None, &attachment, code));
            }
        }
        Ok((target, attachment))
    }

    /// A refusal within a dossier, told to whose paper was asked for.
    async fn refused_to_whom(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        (id, attachment): (DossierId, AttachmentId),
        problem: Problem,
    ) -> Result<Problem> {
        if problem.refusal.is_none() {
            return Ok(problem);
        }
        let found = db::attachment::get(tx, id, attachment).await?.filter(|one| one.given_by.is_some());
        let (Some(attachment), Some(dossier)) = (found, db::dossier::get(tx, id).await?) else {
            return Ok(problem);
        };
        Ok(self.refused_paper(actor, act, &dossier, None, &attachment, problem.code))
    }
}

fn reading_record(
    kho: &Kho,
    actor: &Actor,
    target: &DossierTarget,
    attachment: &Attachment,
    act: Act,
) -> Record {
    let detail = json!({ "attachment": attachment.id, "component": attachment.component_code });
    let mut record = target
        .record(kho, actor, act, detail)
        .on(attachment.entry_id, &attachment.title)
        .version(attachment.version_id);
    // In the trail of whoever owns the paper.
    record.chain_id = attachment.vault_id.0;
    record
}
