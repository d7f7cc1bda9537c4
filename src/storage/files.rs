//! Objects as local files.

use std::ops::Range;
use std::path::PathBuf;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use super::{ByteStream, ObjectKey, ObjectStore, ObjectWriter, StorageError, StoredObject};

pub struct Files {
    root: PathBuf,
}

fn failed(error: std::io::Error) -> StorageError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StorageError::Full,
        _ => StorageError::Other(error.to_string()),
    }
}

impl Files {
    pub async fn open(root: PathBuf) -> Result<Self, StorageError> {
        tokio::fs::create_dir_all(root.join("tmp")).await.map_err(failed)?;
        Ok(Self { root })
    }

    fn path(&self, key: &ObjectKey) -> PathBuf {
        let id = key.blob.to_string();
        self.root.join(&id[id.len() - 3..]).join(format!("{id}.{}", key.index))
    }
}

#[async_trait]
impl ObjectStore for Files {
    fn segment_bytes(&self) -> u64 {
        64 << 20
    }
    async fn create(&self, key: &ObjectKey) -> Result<Box<dyn ObjectWriter>, StorageError> {
        let tmp = self.root.join("tmp").join(format!("{}.{}", key.blob, key.index));
        let file = tokio::fs::File::create(&tmp).await.map_err(failed)?;
        Ok(Box::new(Writer { file, tmp, to: self.path(key) }))
    }
    async fn read(&self, key: &ObjectKey, range: Range<u64>) -> Result<ByteStream, StorageError> {
        let key = *key;
        let mut file =
            tokio::fs::File::open(self.path(&key)).await.map_err(|_| StorageError::NotFound(key))?;
        file.seek(std::io::SeekFrom::Start(range.start)).await.map_err(failed)?;
        let left = range.end - range.start;
        let stream = stream::try_unfold((file, left), |(mut file, left)| async move {
            if left == 0 {
                return Ok(None);
            }
            let mut buffer = vec![0; left.min(1 << 18) as usize];
            let n = file.read(&mut buffer).await.map_err(failed)?;
            buffer.truncate(n);
            if n == 0 {
                return Ok(None);
            }
            Ok(Some((Bytes::from(buffer), (file, left - n as u64))))
        });
        Ok(stream.boxed())
    }
    async fn size(&self, key: &ObjectKey) -> Result<Option<u64>, StorageError> {
        Ok(tokio::fs::metadata(self.path(key)).await.ok().map(|meta| meta.len()))
    }
    async fn delete(&self, key: &ObjectKey) -> Result<(), StorageError> {
        let _ = tokio::fs::remove_file(self.path(key)).await;
        Ok(())
    }
    fn list(&self) -> BoxStream<'_, Result<StoredObject, StorageError>> {
        stream::empty().boxed()
    }
    async fn ready(&self) -> Result<(), StorageError> {
        Ok(())
    }
}

struct Writer {
    file: tokio::fs::File,
    tmp: PathBuf,
    to: PathBuf,
}

#[async_trait]
impl ObjectWriter for Writer {
    async fn write(&mut self, bytes: Bytes) -> Result<(), StorageError> {
        self.file.write_all(&bytes).await.map_err(failed)
    }
    async fn commit(mut self: Box<Self>) -> Result<(), StorageError> {
        self.file.flush().await.map_err(failed)?;
        self.file.sync_all().await.map_err(failed)?;
        if let Some(parent) = self.to.parent() {
            tokio::fs::create_dir_all(parent).await.map_err(failed)?;
        }
        tokio::fs::rename(&self.tmp, &self.to).await.map_err(failed)
    }
}
