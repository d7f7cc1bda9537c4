//! Adding documents and versions: bytes first, durable and hashed, then the row that names them.

use chrono::{DateTime, TimeDelta, Utc};

use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::entry::{Entry, Weight};
use crate::domain::id::{BlobId, EntryId, JobId, UploadId, VaultId, VersionId};
use crate::domain::job::JobKind;
use crate::domain::name::EntryName;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::arrange::{checked_tags, checked_text, checked_type, expect_dates_in_order};
use crate::services::blobs::{BlobWriter, DurableSegment};
use crate::services::folders::OnConflict;
use crate::services::gate::Target;
use crate::services::vaults::forms;

/// Where uploaded bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A new document in this folder.
    Folder(EntryId),
    /// A new version of this document.
    Document(EntryId),
}

impl Destination {
    pub fn entry(self) -> EntryId {
        match self {
            Destination::Folder(id) | Destination::Document(id) => id,
        }
    }

    pub fn act(self) -> Act {
        match self {
            Destination::Folder(_) => Act::DocumentAdd,
            Destination::Document(_) => Act::VersionAdd,
        }
    }
}

/// What the caller says about a file.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct FileDescription {
    /// File name; a version may leave it out.
    pub name: Option<String>,
    pub declared_type: Option<String>,
    pub title: Option<String>,
    pub type_code: Option<String>,
    pub number: Option<String>,
    pub authority: Option<String>,
    pub issued_on: Option<chrono::NaiveDate>,
    pub expires_on: Option<chrono::NaiveDate>,
    pub note: Option<String>,
    pub tags: Vec<String>,
    pub on_conflict: OnConflict,
    /// Why this version was made.
    pub comment: Option<String>,
    /// What the bytes must hash to, where the caller knows.
    pub sha256: Option<String>,
    /// The revision of the document that a new version follows.
    pub seen: Option<i64>,
}

/// An upload in one request: its intent is a row, so that a crash leaves nothing that the sweeper does not find.
pub struct DirectUpload {
    kho: Kho,
    id: UploadId,
    destination: Destination,
    writer: BlobWriter,
    segments: Vec<DurableSegment>,
    free_bytes: u64,
    expires_at: DateTime<Utc>,
}

impl DirectUpload {
    pub(super) fn id(&self) -> UploadId {
        self.id
    }

    /// Makes the last bytes durable.
    pub(super) async fn end(&mut self) -> Result<Received> {
        self.segments.extend(self.writer.end_segment().await?);
        Ok(Received {
            blob: self.writer.blob(),
            size_bytes: self.writer.received_bytes() as i64,
            sha256: self.writer.sha256(),
            head: self.writer.head().to_vec(),
            segments: self.segments.clone(),
        })
    }

    /// The SHA-256 of the bytes that came.
    pub fn sha256(&self) -> Vec<u8> {
        self.writer.sha256()
    }
}

/// A direct upload whose node died is swept this long after its last bytes came.
const DIRECT_LIFE: TimeDelta = TimeDelta::minutes(15);
/// The life of a direct upload is renewed when only this much of it is left.
const DIRECT_RENEW: TimeDelta = TimeDelta::minutes(10);

/// Bytes that are durable and known, about to be named by a version.
pub(super) struct Received {
    pub blob: BlobId,
    pub size_bytes: i64,
    pub sha256: Vec<u8>,
    pub head: Vec<u8>,
    /// Segments without a row yet.
    pub segments: Vec<DurableSegment>,
}

impl Kho {
    /// Begins an upload: decides access, makes the blob's key and leaves the intent. A file that is known to have `least_bytes` and
    /// for which there is no room is refused before its bytes are sent; whether there is room in the end is decided under the lock.
    pub async fn begin_upload(
        &self,
        actor: &Actor,
        destination: Destination,
        least_bytes: u64,
    ) -> Result<DirectUpload> {
        let mut tx = self.db.read().await?;
        let target = self.gate(&mut tx, actor, destination.act(), destination.entry()).await?;
        expect_destination(destination, &target)?;
        let vault = db::vault::get(&mut tx, target.vault_id()).await?.ok_or(Code::NotFound)?;
        drop(tx);
        if least_bytes > self.settings.max_file_bytes {
            return Err(self.file_too_large());
        }
        if least_bytes > vault.free_bytes() as u64 {
            return Err(quota_exceeded(vault.free_bytes()));
        }
        self.begin_direct(actor, &vault, destination, vault.free_bytes() as u64).await
    }

    /// Begins an upload into a vault for what the caller decides about itself, whatever room there is.
    pub(super) async fn begin_upload_into(
        &self,
        actor: &Actor,
        vault: &db::vault::Vault,
    ) -> Result<DirectUpload> {
        self.begin_direct(actor, vault, Destination::Folder(vault.root_id), u64::MAX).await
    }

    /// Makes the blob's key and leaves the intent.
    async fn begin_direct(
        &self,
        actor: &Actor,
        vault: &db::vault::Vault,
        destination: Destination,
        free_bytes: u64,
    ) -> Result<DirectUpload> {
        let now = self.clock.now();
        let blob = BlobId::new(now);
        let (key, wrapped_key) =
            self.keyring.open_vault_key(vault.id, &vault.wrapped_key)?.new_data_key(blob)?;
        let upload = db::upload::NewUpload {
            id: UploadId::new(now),
            vault_id: vault.id,
            account_id: actor.account_id,
            blob_id: blob,
            protocol: "direct",
            folder_id: None,
            document_id: None,
            declared_bytes: None,
            reserved_bytes: 0,
            metadata: "",
            created_at: now,
            expires_at: now + DIRECT_LIFE,
        };
        let (id, expires_at) = (upload.id, upload.expires_at);
        let mut tx = self.db.begin().await?;
        db::version::insert_blob(&mut tx, blob, vault.id, &wrapped_key, now).await?;
        db::upload::insert(&mut tx, upload).await?;
        tx.commit().await?;
        Ok(DirectUpload {
            kho: self.clone(),
            id,
            destination,
            writer: BlobWriter::new(self.objects.clone(), blob, key),
            segments: Vec::new(),
            free_bytes,
            expires_at,
        })
    }

    /// Ends an upload whose bytes have all come: checks them and names them.
    pub async fn finish_upload(
        &self,
        actor: &Actor,
        mut upload: DirectUpload,
        file: FileDescription,
    ) -> Result<Entry> {
        let done = self.finish_received(actor, &mut upload, &file).await;
        if done.is_err() {
            self.abandon_upload(upload).await;
        }
        done
    }

    async fn finish_received(
        &self,
        actor: &Actor,
        upload: &mut DirectUpload,
        file: &FileDescription,
    ) -> Result<Entry> {
        let received = upload.end().await?;
        let mut tx = self.db.begin().await?;
        self.lock_vault_of(&mut tx, upload.destination.entry()).await?;
        // One that stood still for too long was swept, and its key with it.
        if !db::upload::delete(&mut tx, upload.id).await? {
            return Err(Code::UploadGone.into());
        }
        let entry = self.name_received(&mut tx, actor, upload.destination, &received, file).await?;
        tx.commit().await?;
        Ok(entry)
    }

    /// Gives an upload up: its key is destroyed at once, its objects go with the next sweep. A failure here is left to the sweeper.
    pub async fn abandon_upload(&self, upload: DirectUpload) {
        let DirectUpload { id, writer, segments, .. } = upload;
        let blob = writer.blob();
        drop(writer);
        let given_up = async {
            let mut tx = self.db.begin().await?;
            if db::upload::delete(&mut tx, id).await? {
                self.doom_blob(&mut tx, blob, &segments).await?;
            }
            Ok::<_, Problem>(tx.commit().await?)
        };
        if let Err(error) = given_up.await {
            tracing::warn!(error = %error, "an abandoned upload is left to the sweeper");
        }
    }

    /// Destroys the key of a blob that no version names, and has its objects removed; `segments` are those without a row yet.
    pub(super) async fn doom_blob(
        &self,
        tx: &mut Tx,
        blob: BlobId,
        segments: &[DurableSegment],
    ) -> Result<()> {
        for segment in segments {
            db::version::add_segment(tx, blob, segment.index, segment.size_bytes).await?;
        }
        db::version::destroy_key(tx, blob).await?;
        self.enqueue(tx, JobKind::RemoveBlob, serde_json::json!({ "blobs": [blob] })).await
    }

    /// Makes received bytes a document or a version, under the vault's lock, which the caller holds.
    pub(super) async fn name_received(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        destination: Destination,
        received: &Received,
        file: &FileDescription,
    ) -> Result<Entry> {
        let target = self.gate(tx, actor, destination.act(), destination.entry()).await?;
        expect_destination(destination, &target)?;
        if received.size_bytes == 0 {
            return Err(Code::EmptyFile.into());
        }
        expect_hash(file.sha256.as_deref(), &received.sha256)?;
        let vault = self.expect_room(tx, target.vault_id(), received.size_bytes).await?;
        for segment in &received.segments {
            db::version::add_segment(tx, received.blob, segment.index, segment.size_bytes).await?;
        }
        let entry = match destination {
            Destination::Folder(_) => self.insert_document(tx, actor, &target, received, file).await?,
            Destination::Document(_) => self.insert_version(tx, actor, &target, received, file).await?,
        };
        self.tell_if_nearly_full(tx, &vault, received.size_bytes).await?;
        self.note_recent(tx, actor, &entry, destination.act()).await?;
        self.refresh_search(tx, &entry).await?;
        Ok(entry)
    }

    async fn insert_document(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        folder: &Target,
        received: &Received,
        file: &FileDescription,
    ) -> Result<Entry> {
        let name = EntryName::parse(file.name.as_deref().unwrap_or_default())?;
        let media_type = self.checked_media_type(name.as_str(), file, &received.head)?;
        let metadata = self.metadata(tx, file).await?;
        let name = self.free_name(tx, folder.entry.id, name, file.on_conflict).await?;
        let now = self.clock.now();
        let (id, version_id) = (EntryId::new(now), VersionId::new(now));
        let document = db::entry::NewDocument {
            id,
            vault_id: folder.vault_id(),
            parent_id: folder.entry.id,
            name: forms(&name),
            version_id,
            size_bytes: received.size_bytes,
            media_type: &media_type,
            trust_level: 1,
            source: "own_upload",
            metadata: &metadata,
            created_by: actor.account_id,
            at: now,
        };
        db::entry::insert_document(tx, document).await?;
        let weight = Weight { documents: 1, live_bytes: received.size_bytes, ..Default::default() };
        db::entry::add_weight(tx, folder.entry.id, weight).await?;
        let change = db::vault::LedgerChange { live: received.size_bytes, ..Default::default() };
        db::vault::change_ledger(tx, folder.vault_id(), change).await?;
        let entry = self.entry(tx, id).await?;
        self.add_version_row(tx, actor, &entry, version_id, 1, received, &media_type, file).await?;
        let record = folder.record(self, actor, Act::DocumentAdd).on(id, &entry.name).version(version_id);
        self.audit(tx, record).await?;
        Ok(entry)
    }

    async fn insert_version(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        target: &Target,
        received: &Received,
        file: &FileDescription,
    ) -> Result<Entry> {
        let document = &target.entry;
        document.expect_not_authenticated()?;
        document.expect_revision(file.seen)?;
        let media_type = self.checked_media_type(&document.name, file, &received.head)?;
        let version_id = VersionId::new(self.clock.now());
        let current = db::entry::Current {
            version_id,
            size_bytes: received.size_bytes,
            media_type: &media_type,
            thumbnail_id: None,
            readability: None,
        };
        self.make_current(tx, document, current).await?;
        let entry = self.entry(tx, document.id).await?;
        self.add_version_row(tx, actor, &entry, version_id, entry.version_count, received, &media_type, file)
            .await?;
        self.audit(tx, target.record(self, actor, Act::VersionAdd).version(version_id)).await?;
        self.tell_of_version(tx, actor, target, &entry).await?;
        Ok(entry)
    }

    /// Makes a version the document's current one and moves the sums and the ledger along.
    pub(super) async fn make_current(
        &self,
        tx: &mut Tx,
        document: &Entry,
        current: db::entry::Current<'_>,
    ) -> Result<()> {
        db::entry::set_current_version(tx, document, current, self.clock.now()).await?;
        let weight = Weight {
            live_bytes: current.size_bytes - document.size_bytes,
            version_bytes: document.size_bytes,
            ..Default::default()
        };
        if let Some(folder) = document.parent_id {
            db::entry::add_weight(tx, folder, weight).await?;
        }
        let change = db::vault::LedgerChange {
            live: weight.live_bytes,
            versions: weight.version_bytes,
            ..Default::default()
        };
        Ok(db::vault::change_ledger(tx, document.vault_id, change).await?)
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one row, from three sources")]
    pub(super) async fn add_version_row(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        entry: &Entry,
        id: VersionId,
        number: i32,
        received: &Received,
        media_type: &str,
        file: &FileDescription,
    ) -> Result<()> {
        let version = db::version::Version {
            id,
            entry_id: entry.id,
            vault_id: entry.vault_id,
            number,
            blob_id: received.blob,
            size_bytes: received.size_bytes,
            sha256: received.sha256.clone(),
            media_type: media_type.to_owned(),
            file_name: entry.name.clone(),
            comment: checked_text("comment", file.comment.as_deref(), 500)?,
            restored_from: None,
            created_at: self.clock.now(),
            created_by: actor.account_id,
            text_state: "pending".to_owned(),
            thumbnail_state: if self.is_drawable(media_type) { "pending" } else { "none" }.to_owned(),
            thumbnail_id: None,
            readability: None,
        };
        db::version::insert(tx, &version).await?;
        self.expect_judging(tx, &version).await?;
        if self.is_drawable(media_type) {
            self.enqueue(tx, JobKind::MakeThumbnail, serde_json::json!({ "version": id })).await?;
        }
        self.enqueue(tx, JobKind::ExtractText, serde_json::json!({ "version": id })).await
    }

    /// Refuses what the vault has no room for; answers the vault as it is. The caller holds its lock.
    pub(super) async fn expect_room(
        &self,
        tx: &mut Tx,
        vault: VaultId,
        bytes: i64,
    ) -> Result<db::vault::Vault> {
        let vault = db::vault::get(tx, vault).await?.ok_or(Code::NotFound)?;
        if bytes > vault.free_bytes() { Err(quota_exceeded(vault.free_bytes())) } else { Ok(vault) }
    }

    /// Queues background work in the transaction that needs it.
    pub(super) async fn enqueue(&self, tx: &mut Tx, kind: JobKind, payload: serde_json::Value) -> Result<()> {
        let now = self.clock.now();
        Ok(db::job::enqueue(tx, JobId::new(now), kind, None, &payload, now).await?)
    }

    pub(super) fn file_too_large(&self) -> Problem {
        Problem::new(Code::FileTooLarge).with("limit_bytes", self.settings.max_file_bytes)
    }

    pub(super) fn checked_media_type(
        &self,
        name: &str,
        file: &FileDescription,
        head: &[u8],
    ) -> Result<String> {
        let found = self.file_types.check(name, file.declared_type.as_deref(), head)?;
        Ok(found.media.clone())
    }

    pub(super) async fn metadata(&self, tx: &mut Tx, file: &FileDescription) -> Result<db::entry::Metadata> {
        let catalogue = self.catalogue_now(tx).await?;
        let metadata = db::entry::Metadata {
            title: checked_text("title", file.title.as_deref(), 500)?,
            type_code: checked_type(&catalogue, file.type_code.as_deref().filter(|code| !code.is_empty()))?,
            number: checked_text("number", file.number.as_deref(), 100)?,
            authority: checked_text("authority", file.authority.as_deref(), 300)?,
            issued_on: file.issued_on,
            expires_on: file.expires_on,
            note: checked_text("note", file.note.as_deref(), 5000)?,
            tags: serde_json::to_string(&checked_tags(&file.tags)?).unwrap_or_default(),
        };
        expect_dates_in_order(&metadata)?;
        Ok(metadata)
    }
}

impl DirectUpload {
    /// Takes the next bytes; refuses as soon as they are more than the vault or a file may hold.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let total = self.writer.received_bytes() + bytes.len() as u64;
        if total > self.kho.settings.max_file_bytes {
            return Err(self.kho.file_too_large());
        }
        if total > self.free_bytes {
            return Err(quota_exceeded(self.free_bytes as i64));
        }
        let now = self.kho.clock.now();
        if self.expires_at - now < DIRECT_RENEW {
            let mut tx = self.kho.db.begin().await?;
            if !db::upload::postpone(&mut tx, self.id, now + DIRECT_LIFE).await? {
                return Err(Code::UploadGone.into());
            }
            tx.commit().await?;
            self.expires_at = now + DIRECT_LIFE;
        }
        self.segments.extend(self.writer.write(bytes).await?);
        Ok(())
    }
}

fn quota_exceeded(free_bytes: i64) -> Problem {
    Problem::new(Code::QuotaExceeded).with("free_bytes", free_bytes)
}

pub(super) fn expect_destination(destination: Destination, target: &Target) -> Result<()> {
    match destination {
        Destination::Folder(_) => target.entry.expect_folder(),
        Destination::Document(_) => {
            target.entry.expect_document()?;
            target.entry.expect_not_authenticated()
        }
    }
}

/// Compares a declared hash, in hex, with that of the bytes received.
pub(super) fn expect_hash(declared: Option<&str>, received: &[u8]) -> Result<()> {
    let Some(declared) = declared.filter(|declared| !declared.is_empty()) else { return Ok(()) };
    let declared = data_encoding::HEXLOWER_PERMISSIVE
        .decode(declared.trim().as_bytes())
        .map_err(|_| Problem::field("sha256", "not_hexadecimal"))?;
    if declared == received { Ok(()) } else { Err(Code::ChecksumMismatch.into()) }
}
