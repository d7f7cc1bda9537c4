//! A folder or a selection as one ZIP file, made while it is sent: nothing is ever whole in memory or on disk.
//!
//! Documents are stored, not deflated: papers are compressed already, and the ciphers' speed is kept. Each document's download is in
//! the owner's trail before its first byte leaves, and the right to it is decided anew with each page of the walk.

use std::collections::HashMap;

use async_zip::tokio::write::ZipFileWriter;
use async_zip::{Compression, ZipDateTime, ZipEntryBuilder};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::io::AsyncWriteExt;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use tokio::io::DuplexStream;
use tokio_util::io::ReaderStream;

use crate::db;
use crate::domain::account::Actor;
use crate::domain::entry::Entry;
use crate::domain::file_name::GivenNames;
use crate::domain::id::{EntryId, VaultId, VersionId};
use crate::domain::page::{Cursor, PageRequest};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::download::BlobSource;
use crate::services::gate::Target;

/// Documents of an archive at the most.
const MOST_DOCUMENTS: i64 = 20_000;
/// Their bytes at the most.
const MOST_BYTES: i64 = 50 << 30;
/// Folders and documents met on the walk at the most; empty folders are not in the sums.
const MOST_ENTRIES: usize = 100_000;
/// Entries that a selection names at the most.
pub const MOST_CHOSEN: usize = 500;
/// Entries read at a time: as many downloads are in the trail ahead of their bytes at the most.
const PAGE: u32 = 50;
/// From here on the archive uses the 64-bit form, which a few old readers do not know.
const CLASSIC_BYTES: i64 = 2 << 30;
/// Finished bytes that wait for a slow client.
const PIPE_BYTES: usize = 256 * 1024;
/// Folders and files show the time of Vietnam: ZIP knows no zones.
const LOCAL_OFFSET: TimeDelta = TimeDelta::hours(7);

/// An archive about to be sent.
pub struct Archive {
    /// Its file name without the ending.
    pub name: String,
    pub bytes: BoxStream<'static, Result<Bytes>>,
}

/// What the archive is made of and who asks.
struct Packer {
    kho: Kho,
    actor: Actor,
    writer: ZipFileWriter<DuplexStream>,
    entries: usize,
}

/// A folder under way: its place in the archive, the page to read next, and the names given out in it.
struct Folder {
    id: EntryId,
    path: String,
    after: Option<Cursor>,
    names: GivenNames,
}

impl Kho {
    /// Everything live below a folder.
    pub async fn zip_folder(&self, actor: &Actor, folder: EntryId) -> Result<Archive> {
        let mut tx = self.db.read().await?;
        let target = self.gate(&mut tx, actor, Act::FolderZip, folder).await?;
        drop(tx);
        target.entry.expect_folder()?;
        let name = target.entry.name.clone();
        self.pack(actor, name, vec![target], true).await
    }

    /// Folders and documents of one vault, as chosen; what was chosen twice is packed once.
    pub async fn zip_selection(&self, actor: &Actor, vault: VaultId, chosen: &[EntryId]) -> Result<Archive> {
        if chosen.is_empty() || chosen.len() > MOST_CHOSEN {
            return Err(Problem::field("ids", "out_of_range").with("maximum", MOST_CHOSEN));
        }
        let mut targets: Vec<Target> = Vec::new();
        let mut tx = self.db.read().await?;
        for id in chosen {
            let target = self.gate(&mut tx, actor, Act::FolderZip, *id).await?;
            if target.vault_id() != vault {
                return Err(self.refused(vault.0, actor, Act::FolderZip, id.0, Code::NotFound));
            }
            if !targets.iter().any(|known| known.entry.id == *id) {
                targets.push(target);
            }
        }
        drop(tx);
        self.pack(actor, "Kho".to_owned(), targets, false).await
    }

    async fn pack(&self, actor: &Actor, name: String, roots: Vec<Target>, contents: bool) -> Result<Archive> {
        let documents = roots.iter().map(|root| root.entry.tree_documents).sum::<i64>();
        let size_bytes = roots.iter().map(|root| root.entry.tree_live_bytes).sum::<i64>();
        if documents > MOST_DOCUMENTS || size_bytes > MOST_BYTES {
            return Err(Problem::new(Code::ArchiveTooLarge)
                .with("documents", documents)
                .with("size_bytes", size_bytes)
                .with("limit_documents", MOST_DOCUMENTS)
                .with("limit_bytes", MOST_BYTES));
        }
        let detail = serde_json::json!({ "documents": documents, "size_bytes": size_bytes });
        for root in roots.iter().filter(|root| root.entry.is_folder()) {
            self.trail.keep(root.record(self, actor, Act::FolderZip).detail(detail.clone())).await?;
        }
        let (reader, writer) = tokio::io::duplex(PIPE_BYTES);
        let writer = ZipFileWriter::with_tokio(writer);
        let writer = if size_bytes < CLASSIC_BYTES { writer.force_no_zip64() } else { writer };
        let packer = Packer { kho: self.clone(), actor: actor.clone(), writer, entries: 0 };
        // When the client goes away the reader is dropped, and the next write ends the task.
        let task = tokio::spawn(packer.run(roots, contents));
        let packed = ReaderStream::with_capacity(reader, PIPE_BYTES / 4).map_err(broken);
        // A failure must cut the answer off: an archive that only ends early could pass for a whole one.
        let outcome = stream::once(async move {
            match task.await {
                Ok(Ok(())) => Ok(Bytes::new()),
                Ok(Err(problem)) => {
                    tracing::warn!(code = problem.code.as_str(), "an archive was cut off");
                    Err(problem)
                }
                Err(panicked) => Err(Problem::new(Code::Internal).caused_by(panicked)),
            }
        });
        let bytes = packed.chain(outcome).try_filter(|bytes| std::future::ready(!bytes.is_empty()));
        Ok(Archive { name, bytes: bytes.boxed() })
    }
}

impl Packer {
    /// Packs what is in the one root (`contents`), or the roots themselves.
    async fn run(mut self, roots: Vec<Target>, contents: bool) -> Result<()> {
        if contents {
            for root in roots {
                self.walk(root.entry.id, String::new()).await?;
            }
        } else {
            let mut names = GivenNames::default();
            let (folders, documents): (Vec<_>, Vec<_>) =
                roots.into_iter().map(|root| root.entry).partition(Entry::is_folder);
            for folder in folders {
                let path = format!("{}/", names.give(&folder.name));
                self.put_folder(&folder, &path).await?;
                self.walk(folder.id, path).await?;
            }
            for page in documents.chunks(PAGE as usize) {
                self.put_documents(page, "", &mut names).await?;
            }
        }
        self.writer.close().await.map_err(broken)?;
        Ok(())
    }

    /// Packs all that is live below a folder, depth first, a page at a time.
    async fn walk(&mut self, root: EntryId, path: String) -> Result<()> {
        let mut open = vec![Folder { id: root, path, after: None, names: GivenNames::default() }];
        while let Some(mut folder) = open.pop() {
            let mut page = PageRequest::parse(Some("name"), Some(PAGE), None, "name")?;
            page.after = folder.after.take();
            let listed = self.kho.list_below(&self.actor, root, folder.id, &page).await?;
            let (folders, documents): (Vec<_>, Vec<_>) = listed.items.into_iter().partition(Entry::is_folder);
            let mut below = Vec::new();
            for child in folders {
                let path = format!("{}{}/", folder.path, folder.names.give(&child.name));
                self.put_folder(&child, &path).await?;
                below.push(Folder { id: child.id, path, after: None, names: GivenNames::default() });
            }
            self.put_documents(&documents, &folder.path.clone(), &mut folder.names).await?;
            folder.after = listed.next;
            if folder.after.is_some() {
                open.push(folder);
            }
            open.extend(below.into_iter().rev());
        }
        Ok(())
    }

    fn count(&mut self) -> Result<()> {
        self.entries += 1;
        if self.entries > MOST_ENTRIES { Err(Code::ArchiveTooLarge.into()) } else { Ok(()) }
    }

    async fn put_folder(&mut self, folder: &Entry, path: &str) -> Result<()> {
        self.count()?;
        let entry = ZipEntryBuilder::new(path.to_owned().into(), Compression::Stored)
            .last_modification_date(shown_time(folder.updated_at))
            .unix_permissions(0o40755);
        self.writer.write_entry_whole(entry, &[]).await.map_err(broken)
    }

    async fn put_documents(&mut self, documents: &[Entry], path: &str, names: &mut GivenNames) -> Result<()> {
        let sources = self.kho.open_documents(&self.actor, documents).await?;
        for (document, source) in documents.iter().zip(sources) {
            self.count()?;
            let name = format!("{path}{}", names.give(&document.name));
            let entry = ZipEntryBuilder::new(name.into(), Compression::Stored)
                .last_modification_date(shown_time(document.updated_at))
                .unix_permissions(0o100_644);
            let mut file = self.writer.write_entry_stream(entry).await.map_err(broken)?;
            let mut bytes = source.whole();
            while let Some(piece) = bytes.try_next().await? {
                file.write_all(&piece).await.map_err(broken)?;
            }
            file.close().await.map_err(broken)?;
        }
        Ok(())
    }
}

impl Kho {
    /// A page of a folder below `root`, if the actor may still download `root`, and the folder still lies there.
    async fn list_below(
        &self,
        actor: &Actor,
        root: EntryId,
        folder: EntryId,
        page: &PageRequest,
    ) -> Result<crate::domain::page::Page<Entry>> {
        let mut tx = self.db.read().await?;
        let target = self.gate(&mut tx, actor, Act::FolderZip, folder).await?;
        drop(tx);
        if !target.path.iter().any(|step| step.id == root) {
            return Err(Code::NotFound.into());
        }
        self.list_folder(actor, folder, None, page).await
    }

    /// Opens the current versions of these documents of one vault, each download kept in the trail before this answers.
    async fn open_documents(&self, actor: &Actor, documents: &[Entry]) -> Result<Vec<BlobSource>> {
        let Some(first) = documents.first() else { return Ok(Vec::new()) };
        let versions = documents.iter().map(Entry::expect_document).collect::<Result<Vec<VersionId>>>()?;
        let mut tx = self.db.read().await?;
        let vault = db::vault::get(&mut tx, first.vault_id).await?.ok_or(Code::NotFound)?;
        let rows = db::version::sources(&mut tx, &versions).await?;
        let blobs = rows.iter().map(|row| row.blob_id).collect::<Vec<_>>();
        let mut segments: HashMap<_, Vec<_>> = HashMap::new();
        for of in db::version::segments_of(&mut tx, &blobs).await? {
            segments.entry(of.blob_id).or_default().push(of.segment);
        }
        drop(tx);
        let vault_key = self.keyring.open_vault_key(vault.id, &vault.wrapped_key)?;
        let mut sources = Vec::with_capacity(documents.len());
        for version in &versions {
            let damaged =
                || Problem::new(Code::ContentDamaged).caused_by("a version without a readable blob");
            let row = rows.iter().find(|row| row.version_id == *version).ok_or_else(damaged)?;
            let key = vault_key.open_data_key(row.blob_id, row.wrapped_key.as_ref().ok_or_else(damaged)?)?;
            // Two versions may share a blob, so its segments are copied out.
            let segments = segments.get(&row.blob_id).cloned().unwrap_or_default();
            sources.push(BlobSource::new(self.objects.clone(), row.blob_id, key, segments));
        }
        let records = documents.iter().zip(&versions).map(|(document, version)| {
            let record = crate::domain::audit::Record::done(
                document.vault_id,
                self.clock.now(),
                actor,
                Act::DocumentDownload,
            );
            let detail = serde_json::json!({ "archive": true });
            self.trail.keep(record.on(document.id, &document.name).version(*version).detail(detail))
        });
        futures::future::try_join_all(records).await?;
        Ok(sources)
    }
}

fn shown_time(at: DateTime<Utc>) -> ZipDateTime {
    ZipDateTime::from_chrono(&(at + LOCAL_OFFSET))
}

fn broken(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Problem {
    Problem::new(Code::Internal).caused_by(cause)
}
