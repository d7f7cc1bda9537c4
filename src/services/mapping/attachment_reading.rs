//! Reading the papers of dossiers: exactly the bytes that were attached, and never without a line in the owner's trail.

use serde_json::json;

use crate::db;
use crate::db::attachment::Attachment;
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
        let target = self.gate_dossier(&mut tx, actor, act, id).await?;
        let attachment = self.attachment_of(&mut tx, actor, act, &target, attachment).await?;
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
        let target = self.gate_dossier(&mut tx, actor, act, id).await?;
        let attachment = self.attachment_of(&mut tx, actor, act, &target, attachment).await?;
        let version = db::version::get(&mut tx, attachment.version_id).await?.ok_or(Code::NotFound)?;
        let thumbnail = self.thumbnail_of(&mut tx, &version).await?;
        drop(tx);
        let glance = Glance::of(actor, target.dossier.id.0);
        if target.is_officer() && self.glances.begins(&glance, self.clock.now()) {
            let record = target.record(self, actor, act, json!({}));
            if let Err(problem) = self.trail.keep(record).await {
                self.glances.forget(&glance);
                return Err(problem);
            }
        }
        Ok(thumbnail)
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
    target
        .record(kho, actor, act, detail)
        .on(attachment.entry_id, &attachment.title)
        .version(attachment.version_id)
}
