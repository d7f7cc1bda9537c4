//! Uploads in parts for papers that are pushed: each is for one slot, whose dossier says into which vault its bytes are encrypted. The push names
//! it when it is whole, and takes it over in its own transaction; until then it is nobody's paper, and it ends as other uploads do.

use futures::TryStreamExt;
use serde_json::json;

use super::pushed_papers::Slot;
use super::pushes::checked_key;
use crate::db::upload::Upload;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::Record;
use crate::domain::id::{BlobId, UploadId};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::blobs::{HEAD_BYTES, finished_sha256};
use crate::services::documents::Received;
use crate::services::gate_dossier::dossier_detail;
use crate::services::uploads::{Declared, UploadState, declared, unreadable, upload_state};

impl Kho {
    /// Begins an upload for a paper. What an authority issued is taken whatever room there is, so none is reserved.
    pub async fn create_paper_upload(
        &self,
        actor: &Actor,
        slot: Slot,
        length: u64,
        header: String,
    ) -> Result<UploadState> {
        checked_key("key", &slot.key)?;
        let mut tx = self.db.begin().await?;
        let (dossier, post) = self.dossier_of_key(&mut tx, actor, slot.act(), &slot.dossier).await?;
        if length == 0 {
            return Err(Code::EmptyFile.into());
        }
        let bytes = i64::try_from(length).map_err(|_| self.file_too_large())?;
        if length > self.settings.max_file_bytes {
            return Err(self.file_too_large());
        }
        let vault = db::vault::lock(&mut tx, dossier.vault_id).await?.ok_or(Code::NotFound)?;
        let now = self.clock.now();
        let (id, blob) = (UploadId::new(now), BlobId::new(now));
        let (_, wrapped_key) =
            self.keyring.open_vault_key(vault.id, &vault.wrapped_key)?.new_data_key(blob)?;
        db::version::insert_blob(&mut tx, blob, vault.id, &wrapped_key, now).await?;
        let declared = Declared { header, slot: Some(slot), ..Declared::default() };
        let metadata = serde_json::to_string(&declared).map_err(|cause| unreadable().caused_by(cause))?;
        let upload = db::upload::NewUpload {
            id,
            vault_id: vault.id,
            account_id: actor.account_id,
            blob_id: blob,
            protocol: "tus",
            folder_id: None,
            document_id: None,
            declared_bytes: Some(bytes),
            reserved_bytes: 0,
            metadata: &metadata,
            created_at: now,
            expires_at: self.upload_expiry(),
        };
        db::upload::insert(&mut tx, upload).await?;
        let record = Record::done(vault.id, now, actor, Act::UploadStart).about(dossier.id.0);
        let detail = dossier_detail(&dossier, Some(&post), json!({ "size_bytes": length, "upload": id }));
        self.audit(&mut tx, record.named(&dossier.code).detail(detail)).await?;
        let upload = db::upload::get(&mut tx, id).await?.ok_or(Code::UploadGone)?;
        tx.commit().await?;
        upload_state(&upload)
    }

    /// A whole upload of the program's for this slot.
    pub(super) async fn staged_upload(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        slot: &Slot,
        id: UploadId,
    ) -> Result<Upload> {
        let found = db::upload::get(tx, id).await?.filter(|upload| upload.protocol == "tus");
        let upload = found.filter(|upload| upload.account_id == actor.account_id);
        let upload = upload.ok_or_else(|| Problem::field("upload", "unknown"))?;
        if declared(&upload)?.slot.as_ref() != Some(slot) {
            return Err(Problem::field("upload", "other_paper"));
        }
        self.expect_open(&upload)?;
        if upload.blob_id.is_none() {
            return Err(Code::UploadGone.into());
        }
        if Some(upload.received_bytes) != upload.declared_bytes {
            return Err(Problem::field("upload", "unfinished").with("offset", upload.received_bytes));
        }
        Ok(upload)
    }

    /// The bytes of a whole upload, as one version's are known when they came along.
    pub(super) async fn staged_bytes(&self, actor: &Actor, slot: &Slot, id: UploadId) -> Result<Received> {
        let mut tx = self.db.read().await?;
        let upload = self.staged_upload(&mut tx, actor, slot, id).await?;
        let blob = upload.blob_id.ok_or(Code::UploadGone)?;
        let source = self.blob_source(&mut tx, blob).await?;
        drop(tx);
        let size_bytes = upload.received_bytes;
        let mut pieces = source.stream(0..(HEAD_BYTES as u64).min(size_bytes as u64));
        let mut head = Vec::new();
        while let Some(piece) = pieces.try_next().await? {
            head.extend_from_slice(&piece);
        }
        let sha256 = finished_sha256(upload.hash_state.as_deref().unwrap_or_default())?;
        // Its segments have rows already.
        Ok(Received { blob, size_bytes, sha256, head, segments: Vec::new() })
    }
}
