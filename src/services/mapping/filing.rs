//! Papers that come into the owner's vault by a dossier, whoever brings them: a system that pushes, or an officer who scans (J4, J5).
//!
//! Bytes are durable before a row names them. Of two deliveries of the same that meet, the second finds the first's row under the vault's lock, and
//! its bytes go. A vault that is full takes them still: what an authority issued or made a file must not be lost for want of room; the ledger counts
//! it all the same, and the owner adds nothing more until there is room.

use kho_mapping::trust::Evidence;
use serde_json::json;

use super::attachments::{AttachedPaper, Attaching, component_of, expect_space};
use super::dossier_pages::MOST_ATTACHMENTS;
use super::pushed_papers::Register;
use super::pushes::PushOutcome;
use crate::db::attachment::Attachment;
use crate::db::dossier::Dossier;
use crate::db::pushed::Pushed;
use crate::db::vault::Vault;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::Record;
use crate::domain::dossier::day_of;
use crate::domain::entry::{Entry, Weight};
use crate::domain::id::{EntryId, FetchId, UploadId, VersionId};
use crate::domain::name::EntryName;
use crate::domain::notice::Kind;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::documents::{DirectUpload, FileDescription, Received, expect_hash};
use crate::services::gate_dossier::{OfficerPost, dossier_detail, is_in_dossier};
use crate::services::notices::Audience;
use crate::services::trust_levels::Witness;
use crate::services::vaults::forms;

/// A paper on its way into the owner's vault.
pub(super) struct Filing<'a> {
    pub actor: &'a Actor,
    pub act: Act,
    pub dossier: &'a Dossier,
    pub post: &'a OfficerPost,
    /// `component` or `result`.
    pub kind: &'static str,
    /// The deliverer's own key, and as it is kept.
    pub key: &'a str,
    pub kept_key: String,
    pub request_sha256: Vec<u8>,
    pub file: FileDescription,
    /// The officer who compared it with the original.
    pub compared_by: Option<String>,
    /// The register it comes from.
    pub register: Option<Register>,
    /// What was cited under the key before: the owner's, of which this is no version.
    pub cited_before: Option<EntryId>,
}

/// How the bytes of a paper came.
#[derive(Clone, Copy, Debug)]
pub(super) enum Arrival {
    /// With the request.
    Along(UploadId),
    /// By an upload of their own, before the request.
    Uploaded(UploadId),
    /// From where the request said.
    Fetched(UploadId, FetchId),
}

/// A paper that came in.
pub(super) struct Filed {
    pub entry: Entry,
    pub outcome: PushOutcome,
    /// In whose place it stands.
    pub superseded: Option<EntryId>,
}

/// Ends an upload whose bytes have all come, and checks that they are what was said.
pub(super) async fn received_whole(upload: &mut DirectUpload, sha256: Option<&str>) -> Result<Received> {
    let received = upload.end().await?;
    expect_hash(sha256, &received.sha256)?;
    if received.size_bytes == 0 {
        return Err(Code::EmptyFile.into());
    }
    Ok(received)
}

impl Kho {
    /// Makes received bytes a paper of the owner's, with what speaks for it, the row of its key, the notice and the record. `before` is what the key
    /// stood for. The caller holds the lock of the vault and has decided.
    pub(super) async fn file_paper(
        &self,
        tx: &mut Tx,
        filing: &Filing<'_>,
        arrival: Arrival,
        received: &Received,
        before: Option<&Pushed>,
    ) -> Result<Filed> {
        // One that stood still for too long was swept, and its key with it.
        if let Arrival::Along(upload) | Arrival::Fetched(upload, _) = arrival
            && !db::upload::delete(tx, upload).await?
        {
            return Err(Code::UploadGone.into());
        }
        let Filing { actor, act, dossier, post, .. } = *filing;
        let vault = db::vault::get(tx, dossier.vault_id).await?.ok_or(Code::NotFound)?;
        for segment in &received.segments {
            db::version::add_segment(tx, received.blob, segment.index, segment.size_bytes).await?;
        }
        let earlier = before.filter(|before| before.citation_id.is_none()).and_then(|before| before.entry_id);
        let earlier = self.live_document(tx, earlier).await?;
        let entry = match &earlier {
            Some(earlier) if filing.kind == "component" => {
                self.next_version(tx, filing, earlier, received).await?
            }
            _ => self.new_document(tx, filing, &vault, received).await?,
        };
        if let Arrival::Uploaded(upload) = arrival {
            // It is kept what it became, for whoever uploaded it.
            db::upload::end(tx, upload, Some(entry.id), None).await?;
        }
        let version = entry.expect_document()?;
        self.vouch(tx, filing, &entry, version).await?;
        let entry = self.entry(tx, entry.id).await?;
        self.tell_if_nearly_full(tx, &vault, received.size_bytes).await?;
        self.refresh_search(tx, &entry).await?;

        let now = self.clock.now();
        let outcome = if before.is_some() { PushOutcome::Updated } else { PushOutcome::Created };
        let pushed = Pushed {
            client_id: actor.account_id,
            kind: filing.kind.to_owned(),
            key: filing.kept_key.clone(),
            request_sha256: filing.request_sha256.clone(),
            file_sha256: Some(received.sha256.clone()),
            source_sha256: None,
            dossier_id: dossier.id,
            entry_id: Some(entry.id),
            citation_id: None,
            first_at: now,
            at: now,
            day: day_of(now),
        };
        db::pushed::put(tx, &pushed).await?;
        let mut news = self.dossier_news(Kind::PaperReceived, actor, dossier).about(&entry);
        news.vault_id = Some(dossier.vault_id);
        self.tell_people(tx, &[dossier.vault_id], Audience::Everybody, &news).await?;
        let superseded = earlier.filter(|earlier| earlier.id != entry.id).map(|earlier| earlier.id);
        let detail = json!({
            "key": filing.key, "outcome": outcome.as_str(), "sha256": data_encoding::HEXLOWER.encode(&received.sha256),
            "supersedes": superseded, "compared": filing.compared_by.is_some(),
        });
        let record = Record::done(dossier.vault_id, now, actor, act).on(entry.id, &entry.name);
        let record = record.version(version).detail(dossier_detail(dossier, Some(post), detail));
        self.audit(tx, record).await?;
        Ok(Filed { entry, outcome, superseded })
    }

    /// Keeps what speaks for a paper, and gives it the level of trust that follows.
    async fn vouch(&self, tx: &mut Tx, filing: &Filing<'_>, entry: &Entry, version: VersionId) -> Result<()> {
        let Filing { actor, dossier, post, .. } = *filing;
        let (account, agency) = (Some(actor.account_id), Some(post.agency_id));
        if let Some(officer) = &filing.compared_by {
            let witness = Witness { account, name: officer, agency, register: None };
            self.set_evidence(tx, entry, version, Evidence::Compared, Some(witness)).await?;
        }
        if let Some(Register { name, entry: number }) = &filing.register {
            let witness = Witness { account, name: &actor.name, agency, register: Some((name, number)) };
            self.set_evidence(tx, entry, version, Evidence::Register, Some(witness)).await?;
            let detail =
                dossier_detail(dossier, Some(post), json!({ "register": name, "register_entry": number }));
            let record = Record::done(dossier.vault_id, self.clock.now(), actor, Act::RegisterVouch);
            self.audit(tx, record.on(entry.id, &entry.name).version(version).detail(detail)).await?;
        }
        self.settle_trust(tx, entry).await?;
        Ok(())
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

    /// A new paper in the default folder of its type's family.
    async fn new_document(
        &self,
        tx: &mut Tx,
        filing: &Filing<'_>,
        vault: &Vault,
        received: &Received,
    ) -> Result<Entry> {
        let Filing { actor, file, dossier, post, .. } = filing;
        let name = EntryName::parse(file.name.as_deref().unwrap_or_default())?;
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
            source: if filing.kind == "component" { "digitised" } else { "result" },
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

    /// The next version of a component's paper. Whom it comes from may add one also where it is authenticated.
    async fn next_version(
        &self,
        tx: &mut Tx,
        filing: &Filing<'_>,
        document: &Entry,
        received: &Received,
    ) -> Result<Entry> {
        let Filing { actor, file, .. } = filing;
        let media_type = self.checked_media_type(&document.name, file, &received.head)?;
        let metadata = self.metadata(tx, file).await?;
        let version_id = VersionId::new(self.clock.now());
        let current = db::entry::Current {
            version_id,
            size_bytes: received.size_bytes,
            media_type: &media_type,
            thumbnail_id: None,
            readability: None,
        };
        self.make_current(tx, document, current).await?;
        db::entry::describe(tx, document.id, &metadata, self.clock.now()).await?;
        let entry = self.entry(tx, document.id).await?;
        self.add_version_row(tx, actor, &entry, version_id, entry.version_count, received, &media_type, file)
            .await?;
        Ok(entry)
    }

    /// The default folder of a type's family, else that of everything else, else the root.
    async fn folder_for(&self, tx: &mut Tx, vault: &Vault, type_code: Option<&str>) -> Result<EntryId> {
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

    /// Puts a paper that came in into its component, in place of its own version before and of what was refused there.
    pub(super) async fn attach_filed(
        &self,
        tx: &mut Tx,
        filing: &Filing<'_>,
        component: &str,
        entry: &Entry,
        channel: &'static str,
        digitised: bool,
    ) -> Result<AttachedPaper> {
        let Filing { actor, dossier, post, .. } = *filing;
        let rules = self.rules_of(tx, dossier).await?;
        let component = component_of(&rules.procedure, component)
            .ok_or_else(|| Problem::field("component", "unknown"))?;
        let candidates = db::attachment::candidates_by_id(tx, &[entry.id]).await?;
        let candidate = candidates.first().ok_or(Code::NotFound)?;
        let before = db::attachment::of(tx, dossier.id, MOST_ATTACHMENTS).await?;
        let by = Attaching {
            actor,
            post: Some(post),
            channel,
            consent_id: None,
            giver: None,
            ground: ("digitised", None),
            purpose: actor.purpose.as_deref().unwrap_or(&dossier.procedure_name),
            digitised,
            counted_on: self.uncount_earlier(tx, dossier, &before, &component.code, entry.id).await?,
        };
        let replaced = |one: &&Attachment| {
            one.component_code == component.code
                && is_in_dossier(one)
                && (one.entry_id == entry.id
                    || Some(one.entry_id) == filing.cited_before
                    || one.state == "refused")
        };
        let replaced = before.iter().filter(replaced).collect::<Vec<_>>();
        expect_space(&before, &component.code, replaced.len())?;
        for attachment in replaced {
            self.end_attachment(tx, dossier, attachment, &by, "replaced").await?;
        }
        self.insert_attachment(tx, dossier, component, candidate, &by).await
    }
}
