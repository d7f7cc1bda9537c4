//! Resumable uploads: declared with their length, which is reserved in the vault at once, then sent in parts over any number of
//! connections and days, and named when the last byte is durable. The parts are received by [`super::upload_parts`].

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::{Outcome, Record, SYSTEM_CHAIN, Who};
use crate::domain::id::{BlobId, EntryId, UploadId};
use crate::domain::name::EntryName;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::blobs::DurableSegment;
use crate::services::documents::{Destination, FileDescription, expect_destination};
use crate::services::mapping::pushed_papers::Slot;

/// What a client declared when it began an upload.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Declared {
    /// The metadata as the client wrote it, to be given back as it was.
    pub header: String,
    pub file: FileDescription,
    /// The paper that a program will push with it: see `mapping::paper_uploads`.
    #[serde(default)]
    pub slot: Option<Slot>,
}

/// Where an upload stands.
#[derive(Clone, Debug)]
pub struct UploadState {
    pub id: UploadId,
    /// Bytes that are durable: a client goes on here.
    pub offset: i64,
    pub length: i64,
    pub expires_at: DateTime<Utc>,
    /// See [`Declared::header`].
    pub header: String,
    /// What it became, once finished.
    pub entry_id: Option<EntryId>,
}

/// Expired uploads that one sweep ends at the most before the next transaction of others gets its turn.
const SWEEP_BATCH: i64 = 100;

impl Kho {
    /// Begins an upload of `length` bytes: decides access and all that can be decided without the bytes, and reserves the room.
    pub async fn create_upload(
        &self,
        actor: &Actor,
        destination: Destination,
        length: u64,
        declared: &Declared,
    ) -> Result<UploadState> {
        let mut tx = self.db.begin().await?;
        let target = self.gate_for_change(&mut tx, actor, destination.act(), destination.entry()).await?;
        expect_destination(destination, &target)?;
        if length == 0 {
            return Err(Code::EmptyFile.into());
        }
        if length > self.settings.max_file_bytes {
            return Err(self.file_too_large());
        }
        self.metadata(&mut tx, &declared.file).await?;
        match destination {
            Destination::Folder(_) => {
                drop(EntryName::parse(declared.file.name.as_deref().unwrap_or_default())?);
            }
            Destination::Document(_) => target.entry.expect_revision(declared.file.seen)?,
        }
        let length = i64::try_from(length).map_err(|_| self.file_too_large())?;
        self.expect_room(&mut tx, target.vault_id(), length).await?;
        let vault = db::vault::get(&mut tx, target.vault_id()).await?.ok_or(Code::NotFound)?;
        let now = self.clock.now();
        let (id, blob) = (UploadId::new(now), BlobId::new(now));
        let (_, wrapped_key) =
            self.keyring.open_vault_key(vault.id, &vault.wrapped_key)?.new_data_key(blob)?;
        db::version::insert_blob(&mut tx, blob, vault.id, &wrapped_key, now).await?;
        let (folder_id, document_id) = match destination {
            Destination::Folder(id) => (Some(id), None),
            Destination::Document(id) => (None, Some(id)),
        };
        let metadata = serde_json::to_string(declared).map_err(|cause| unreadable().caused_by(cause))?;
        let upload = db::upload::NewUpload {
            id,
            vault_id: vault.id,
            account_id: actor.account_id,
            blob_id: blob,
            protocol: "tus",
            folder_id,
            document_id,
            declared_bytes: Some(length),
            reserved_bytes: length,
            metadata: &metadata,
            created_at: now,
            expires_at: self.upload_expiry(),
        };
        db::upload::insert(&mut tx, upload).await?;
        let reserved = db::vault::LedgerChange { reserved: length, ..Default::default() };
        db::vault::change_ledger(&mut tx, vault.id, reserved).await?;
        let detail = serde_json::json!({ "size_bytes": length, "upload": id });
        self.audit(&mut tx, target.record(self, actor, Act::UploadStart).detail(detail)).await?;
        tx.commit().await?;
        Ok(UploadState {
            id,
            offset: 0,
            length,
            expires_at: self.upload_expiry(),
            header: declared.header.clone(),
            entry_id: None,
        })
    }

    /// Where an upload stands; its maker alone may ask.
    pub async fn view_upload(&self, actor: &Actor, id: UploadId) -> Result<UploadState> {
        let mut tx = self.db.read().await?;
        let upload = self.own_upload(&mut tx, actor, Act::UploadStart, id).await?;
        self.expect_open(&upload)?;
        upload_state(&upload)
    }

    /// Gives an upload up at its maker's wish. What a finished one became stays.
    pub async fn terminate_upload(&self, actor: &Actor, id: UploadId) -> Result<()> {
        let mut tx = self.db.read().await?;
        let vault = self.own_upload(&mut tx, actor, Act::UploadEnd, id).await?.vault_id;
        drop(tx);
        let mut tx = self.db.begin().await?;
        db::vault::lock(&mut tx, vault).await?;
        let upload = self.own_upload(&mut tx, actor, Act::UploadEnd, id).await?;
        self.end_upload(&mut tx, &upload, &[]).await?;
        db::upload::delete(&mut tx, id).await?;
        if upload.blob_id.is_some() {
            let record = Record::done(vault, self.clock.now(), actor, Act::UploadEnd);
            self.audit(&mut tx, ended(record, &upload, "terminated")).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Ends uploads that expired: those given up by their clients, and direct ones whose node died. Safe to run on several nodes.
    pub async fn sweep_uploads(&self) -> Result<()> {
        loop {
            let mut tx = self.db.read().await?;
            let expired = db::upload::expired(&mut tx, self.clock.now(), SWEEP_BATCH).await?;
            drop(tx);
            if expired.is_empty() {
                return Ok(());
            }
            for upload in expired {
                self.sweep_upload(&upload).await?;
            }
        }
    }

    async fn sweep_upload(&self, seen: &db::upload::Upload) -> Result<()> {
        let mut tx = self.db.begin().await?;
        db::vault::lock(&mut tx, seen.vault_id).await?;
        let now = self.clock.now();
        // Between the look and the lock it may have ended, or its client may have come back.
        let Some(upload) = db::upload::get(&mut tx, seen.id).await?.filter(|upload| upload.expires_at <= now)
        else {
            return Ok(());
        };
        self.end_upload(&mut tx, &upload, &[]).await?;
        db::upload::delete(&mut tx, upload.id).await?;
        if upload.blob_id.is_some() {
            let record = Record::new(upload.vault_id.0, now, Who::job("Kho"), Act::UploadEnd);
            self.audit(&mut tx, ended(record, &upload, "expired")).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Ends an upload for a problem that sending again cannot mend; the outcome is kept for its client.
    pub(super) async fn fail_upload(
        &self,
        actor: &Actor,
        id: UploadId,
        code: Code,
        segments: &[DurableSegment],
    ) -> Result<()> {
        let mut tx = self.db.read().await?;
        let Some(upload) = db::upload::get(&mut tx, id).await? else { return Ok(()) };
        drop(tx);
        let mut tx = self.db.begin().await?;
        db::vault::lock(&mut tx, upload.vault_id).await?;
        let Some(upload) = db::upload::get(&mut tx, id).await?.filter(|upload| upload.blob_id.is_some())
        else {
            return Ok(());
        };
        self.end_upload(&mut tx, &upload, segments).await?;
        db::upload::end(&mut tx, id, None, Some(code.as_str())).await?;
        let mut record = Record::done(upload.vault_id, self.clock.now(), actor, Act::UploadEnd);
        record.outcome = Outcome::Failed;
        self.audit(&mut tx, ended(record, &upload, code.as_str())).await?;
        Ok(tx.commit().await?)
    }

    /// Gives the reserved room back and destroys the key, under the vault's lock; does nothing for one that ended.
    async fn end_upload(
        &self,
        tx: &mut Tx,
        upload: &db::upload::Upload,
        segments: &[DurableSegment],
    ) -> Result<()> {
        let Some(blob) = upload.blob_id else { return Ok(()) };
        self.release_reserved(tx, upload).await?;
        self.doom_blob(tx, blob, segments).await
    }

    pub(super) async fn release_reserved(&self, tx: &mut Tx, upload: &db::upload::Upload) -> Result<()> {
        let released = db::vault::LedgerChange { reserved: -upload.reserved_bytes, ..Default::default() };
        Ok(db::vault::change_ledger(tx, upload.vault_id, released).await?)
    }

    /// The upload, if the actor made it; to anybody else it does not exist.
    pub(super) async fn own_upload(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        id: UploadId,
    ) -> Result<db::upload::Upload> {
        let upload = db::upload::get(tx, id).await?.filter(|upload| upload.protocol == "tus");
        match upload.as_ref().map(declared).transpose()?.and_then(|declared| declared.slot) {
            Some(slot) => actor.check_scope(slot.act())?,
            // One that was swept may have been for a paper.
            None if upload.is_none() && actor.vault_id.is_none() => {}
            None => actor.check_scope(act)?,
        }
        let chain = upload.as_ref().map_or(SYSTEM_CHAIN, |upload| upload.vault_id.0);
        upload
            .filter(|upload| upload.account_id == actor.account_id)
            .ok_or_else(|| self.refused(chain, actor, act, id.0, Code::NotFound))
    }

    /// Refuses an upload that failed or expired.
    pub(super) fn expect_open(&self, upload: &db::upload::Upload) -> Result<()> {
        let gone = Problem::new(Code::UploadGone);
        if let Some(code) = &upload.problem {
            return Err(gone.with("because", code.as_str()));
        }
        if upload.expires_at <= self.clock.now() {
            return Err(gone.with("because", "expired"));
        }
        Ok(())
    }

    pub(super) fn upload_expiry(&self) -> DateTime<Utc> {
        self.clock.now() + TimeDelta::hours(self.settings.upload_hours)
    }
}

pub(super) fn upload_state(upload: &db::upload::Upload) -> Result<UploadState> {
    Ok(UploadState {
        id: upload.id,
        offset: upload.received_bytes,
        length: upload.declared_bytes.unwrap_or_default(),
        expires_at: upload.expires_at,
        header: declared(upload)?.header,
        entry_id: upload.entry_id,
    })
}

/// What was declared at the beginning.
pub(super) fn declared(upload: &db::upload::Upload) -> Result<Declared> {
    serde_json::from_str(&upload.metadata).map_err(|cause| unreadable().caused_by(cause))
}

/// Where the upload leads.
pub(super) fn destination(upload: &db::upload::Upload) -> Result<Destination> {
    match (upload.folder_id, upload.document_id) {
        (Some(folder), None) => Ok(Destination::Folder(folder)),
        (None, Some(document)) => Ok(Destination::Document(document)),
        _ => Err(unreadable().caused_by("an upload without exactly one destination")),
    }
}

pub(super) fn unreadable() -> Problem {
    Problem::new(Code::Internal)
}

fn ended(record: Record, upload: &db::upload::Upload, because: &str) -> Record {
    let detail = serde_json::json!({ "because": because, "received_bytes": upload.received_bytes, "upload": upload.id });
    let record = record.detail(detail);
    match upload.folder_id.or(upload.document_id) {
        Some(entry) => record.about(entry.0),
        None => record,
    }
}
