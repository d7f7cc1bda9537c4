//! Objects as local files.
//!
//! An object is written under `tmp/`, made durable there, and then renamed to its place, `<last three digits of the blob>/<blob>.<index>`:
//! a reader meets all of it or nothing. The rename is durable too when a commit answers, because its folder is synced, and the folder above
//! where that one is new. What a crash leaves under `tmp/` goes with [`ObjectStore::remove_stale`].

use std::collections::HashSet;
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use tokio::fs::{self, File, ReadDir};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use super::{ByteStream, ObjectKey, ObjectStore, ObjectWriter, StorageError, StoredObject};

/// A file is written as it comes, whatever its length, so a segment may be large; a resumed upload still repeats at most this much.
const SEGMENT_BYTES: u64 = 64 << 20;
/// Bytes read at a time.
const PIECE_BYTES: u64 = 256 << 10;

/// A folder of objects.
#[derive(Clone)]
pub struct Files {
    root: Arc<Root>,
}

struct Root {
    path: PathBuf,
    /// Folders below the root that this process saw made durable.
    durable: Mutex<HashSet<PathBuf>>,
    probes: AtomicU64,
}

/// What a failed call of the system means for us.
fn failed(error: io::Error) -> StorageError {
    const TOO_MANY_OPEN_FILES: [i32; 2] = [23, 24];
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => StorageError::Full,
        _ if error.raw_os_error().is_some_and(|code| TOO_MANY_OPEN_FILES.contains(&code)) => {
            StorageError::Unavailable(error.to_string())
        }
        _ => StorageError::Other(error.to_string()),
    }
}

/// Makes the names in a folder durable.
async fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path).await?.sync_all().await
}

/// Who may open a folder of objects: its permission bits.
pub fn mode(folder: &Path) -> io::Result<u32> {
    Ok(std::fs::metadata(folder)?.permissions().mode() & 0o7777)
}

impl Files {
    /// Opens the folder, and makes it where it is missing.
    pub async fn open(root: PathBuf) -> Result<Self, StorageError> {
        let named = |error: io::Error| StorageError::Address(format!("{}: {error}", root.display()));
        // New folders are closed to others; one that is there stays as the operator made it.
        fs::DirBuilder::new().recursive(true).mode(0o700).create(root.join("tmp")).await.map_err(named)?;
        sync_folder(&root).await.map_err(named)?;
        let root = Root { path: root, durable: Mutex::default(), probes: AtomicU64::new(0) };
        Ok(Self { root: Arc::new(root) })
    }

    fn tmp(&self) -> PathBuf {
        self.root.path.join("tmp")
    }

    /// The folder of a blob: by its last digits, which are random, so that no folder grows much larger than another.
    fn folder(&self, key: &ObjectKey) -> PathBuf {
        let id = key.blob.to_string();
        self.root.path.join(&id[id.len() - 3..])
    }

    fn path(&self, key: &ObjectKey) -> PathBuf {
        self.folder(key).join(format!("{}.{}", key.blob, key.index))
    }

    /// What it means that an object is not there. Where the whole folder is gone, a disk was not mounted, and nothing is damaged.
    async fn missing(&self, key: &ObjectKey) -> StorageError {
        match fs::try_exists(self.tmp()).await {
            Ok(true) => StorageError::NotFound(*key),
            _ => StorageError::Unavailable(format!("{} is not there", self.root.path.display())),
        }
    }

    /// Sees that the folder of an object is there and outlives a power cut.
    async fn make_folder(&self, folder: &Path) -> io::Result<()> {
        let known = || self.root.durable.lock().unwrap_or_else(PoisonError::into_inner);
        if known().contains(folder) {
            return Ok(());
        }
        match fs::create_dir(folder).await {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        sync_folder(&self.root.path).await?;
        known().insert(folder.to_owned());
        Ok(())
    }
}

#[async_trait]
impl ObjectStore for Files {
    fn kind(&self) -> &'static str {
        "files"
    }

    fn segment_bytes(&self) -> u64 {
        SEGMENT_BYTES
    }

    async fn create(&self, key: &ObjectKey) -> Result<Box<dyn ObjectWriter>, StorageError> {
        if fs::try_exists(self.path(key)).await.map_err(failed)? {
            return Err(StorageError::AlreadyExists(*key));
        }
        let path = self.tmp().join(format!("{}.{}", key.blob, key.index));
        match File::create_new(&path).await {
            Ok(file) => {
                let tmp = TmpFile { path: Some(path) };
                Ok(Box::new(Writer { store: self.clone(), key: *key, file, tmp }))
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(StorageError::AlreadyExists(*key)),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(self.missing(key).await),
            Err(error) => Err(failed(error)),
        }
    }

    async fn read(&self, key: &ObjectKey, range: Range<u64>) -> Result<ByteStream, StorageError> {
        let mut file = match File::open(self.path(key)).await {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(self.missing(key).await),
            Err(error) => return Err(failed(error)),
        };
        file.seek(io::SeekFrom::Start(range.start)).await.map_err(failed)?;
        let left = range.end.saturating_sub(range.start);
        let pieces = stream::try_unfold((file, left), |(mut file, left)| async move {
            let mut piece = vec![0; left.min(PIECE_BYTES) as usize];
            let count = file.read(&mut piece).await.map_err(failed)?;
            piece.truncate(count);
            Ok((count > 0).then(|| (Bytes::from(piece), (file, left - count as u64))))
        });
        Ok(pieces.boxed())
    }

    async fn size(&self, key: &ObjectKey) -> Result<Option<u64>, StorageError> {
        match fs::metadata(self.path(key)).await {
            Ok(metadata) => Ok(Some(metadata.len())),
            Err(error) if error.kind() == ErrorKind::NotFound => match self.missing(key).await {
                StorageError::NotFound(_) => Ok(None),
                gone => Err(gone),
            },
            Err(error) => Err(failed(error)),
        }
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), StorageError> {
        match fs::remove_file(self.path(key)).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(error)),
            _ => Ok(()),
        }
    }

    fn list(&self) -> BoxStream<'_, Result<StoredObject, StorageError>> {
        stream::try_unfold(Walk::default(), move |mut walk| async move {
            Ok(walk.next(&self.root.path).await.map_err(failed)?.map(|object| (object, walk)))
        })
        .boxed()
    }

    async fn remove_stale(&self, before: DateTime<Utc>) -> Result<u64, StorageError> {
        let mut removed = 0;
        let mut files = fs::read_dir(self.tmp()).await.map_err(failed)?;
        while let Some(file) = files.next_entry().await.map_err(failed)? {
            // A writer that ends at this moment takes its file away itself.
            let Some(modified_at) = unless_gone(file.metadata().await.and_then(|found| found.modified()))?
            else {
                continue;
            };
            if DateTime::<Utc>::from(modified_at) < before {
                removed += u64::from(unless_gone(fs::remove_file(file.path()).await)?.is_some());
            }
        }
        Ok(removed)
    }

    async fn ready(&self) -> Result<(), StorageError> {
        let number = self.root.probes.fetch_add(1, Ordering::Relaxed);
        let path = self.tmp().join(format!("probe.{}.{number}", std::process::id()));
        let probe = TmpFile { path: Some(path.clone()) };
        fs::write(&path, b"ready").await.map_err(failed)?;
        let found = fs::read(&path).await.map_err(failed)?;
        drop(probe);
        if found == b"ready" {
            Ok(())
        } else {
            Err(StorageError::Unavailable(format!("{} does not keep what is written", path.display())))
        }
    }
}

/// `None` for a file that was removed meanwhile.
fn unless_gone<T>(found: io::Result<T>) -> Result<Option<T>, StorageError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

/// A walk through the folders of objects, holding one entry at a time. What is not named like an object is passed over.
#[derive(Default)]
struct Walk {
    folders: Option<ReadDir>,
    files: Option<ReadDir>,
}

impl Walk {
    async fn next(&mut self, root: &Path) -> io::Result<Option<StoredObject>> {
        loop {
            if let Some(files) = &mut self.files {
                while let Some(file) = files.next_entry().await? {
                    let Some(key) = file.file_name().to_str().and_then(key_of) else { continue };
                    // Deleted between its name and its size: it is not there any more.
                    let Ok(metadata) = file.metadata().await else { continue };
                    let modified_at = metadata.modified()?.into();
                    return Ok(Some(StoredObject { key, size_bytes: metadata.len(), modified_at }));
                }
                self.files = None;
            }
            let folders = match &mut self.folders {
                Some(folders) => folders,
                none => none.insert(fs::read_dir(root).await?),
            };
            let Some(folder) = folders.next_entry().await? else { return Ok(None) };
            if folder.file_type().await?.is_dir() && folder.file_name() != "tmp" {
                self.files = Some(fs::read_dir(folder.path()).await?);
            }
        }
    }
}

fn key_of(name: &str) -> Option<ObjectKey> {
    let (blob, index) = name.split_once('.')?;
    Some(ObjectKey { blob: blob.parse().ok()?, index: index.parse().ok()? })
}

/// A file that goes away unless it is renamed first.
struct TmpFile {
    path: Option<PathBuf>,
}

impl Drop for TmpFile {
    fn drop(&mut self) {
        if let Some(path) = self.path.take() {
            // What cannot be removed now is stale later.
            let _ = std::fs::remove_file(path);
        }
    }
}

struct Writer {
    store: Files,
    key: ObjectKey,
    file: File,
    tmp: TmpFile,
}

#[async_trait]
impl ObjectWriter for Writer {
    async fn write(&mut self, bytes: Bytes) -> Result<(), StorageError> {
        self.file.write_all(&bytes).await.map_err(failed)
    }

    async fn commit(mut self: Box<Self>) -> Result<(), StorageError> {
        match self.put_in_place().await {
            Err(error) if error.kind() == ErrorKind::NotFound => match self.store.missing(&self.key).await {
                StorageError::NotFound(_) => Err(failed(error)),
                gone => Err(gone),
            },
            done => done.map_err(failed),
        }
    }
}

impl Writer {
    async fn put_in_place(&mut self) -> io::Result<()> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let folder = self.store.folder(&self.key);
        self.store.make_folder(&folder).await?;
        let Some(tmp) = &self.tmp.path else { return Ok(()) };
        fs::rename(tmp, self.store.path(&self.key)).await?;
        self.tmp.path = None;
        sync_folder(&folder).await
    }
}

#[cfg(test)]
mod tests;
