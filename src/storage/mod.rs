//! Object bytes: local files or S3.
//!
//! May use `domain` (for ids). An object is written once, under a key that is never used again, and is durable when `commit` answers.

mod address;
mod bucket;
mod files;
mod policies;
mod policy_text;
mod s3;

pub use address::{Address, BucketAddress};
pub use bucket::{Difference, Placed, Standing};
pub use files::mode as files_mode;
pub use policies::{Rules, Subject};
pub use s3::S3;

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::BoxStream;
use secrecy::SecretString;

use crate::domain::id::BlobId;

/// The name of one segment of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey {
    pub blob: BlobId,
    pub index: u32,
}

impl std::fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.blob, self.index)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The configuration names no store that can be opened.
    #[error("{0}")]
    Address(String),
    #[error("there is no object {0}")]
    NotFound(ObjectKey),
    #[error("the object store is not available: {0}")]
    Unavailable(String),
    #[error("the object store is full")]
    Full,
    #[error("the object {0} exists already")]
    AlreadyExists(ObjectKey),
    #[error("the object store failed: {0}")]
    Other(String),
}

pub type ByteStream = BoxStream<'static, Result<Bytes, StorageError>>;

#[derive(Clone, Debug)]
pub struct StoredObject {
    pub key: ObjectKey,
    pub size_bytes: u64,
    pub modified_at: DateTime<Utc>,
}

/// A store of objects. Whatever it is made of, [`StorageError::Unavailable`] means that trying later may help, and
/// [`StorageError::NotFound`] that the store is well and has no such object.
#[async_trait]
pub trait ObjectStore: Send + Sync + 'static {
    /// `files` or `s3`.
    fn kind(&self) -> &'static str;
    /// Plaintext bytes after which an upload starts a new object.
    fn segment_bytes(&self) -> u64;
    /// Begins an object. A writer that is dropped before its commit leaves nothing that can be read.
    async fn create(&self, key: &ObjectKey) -> Result<Box<dyn ObjectWriter>, StorageError>;
    /// The bytes of a range, piece by piece; fewer where the object ends earlier.
    async fn read(&self, key: &ObjectKey, range: Range<u64>) -> Result<ByteStream, StorageError>;
    /// Bytes of the object, `None` if there is none.
    async fn size(&self, key: &ObjectKey) -> Result<Option<u64>, StorageError>;
    /// Removes the object; one that is not there is removed already.
    async fn delete(&self, key: &ObjectKey) -> Result<(), StorageError>;
    /// Every object, in no order, a page at a time in memory.
    fn list(&self) -> BoxStream<'_, Result<StoredObject, StorageError>>;
    /// Removes what writers that were last heard of before this time left unfinished; answers how many.
    async fn remove_stale(&self, before: DateTime<Utc>) -> Result<u64, StorageError>;
    /// Whether objects can be written and read now.
    async fn ready(&self) -> Result<(), StorageError>;
}

/// An object being written.
#[async_trait]
pub trait ObjectWriter: Send {
    async fn write(&mut self, bytes: Bytes) -> Result<(), StorageError>;
    /// Makes the object durable and readable, both when this answers.
    async fn commit(self: Box<Self>) -> Result<(), StorageError>;
}

/// The two halves of an S3 credential.
#[derive(Clone, Debug)]
pub struct S3Keys {
    pub access_key: SecretString,
    pub secret_key: SecretString,
}

/// Opens the store that a URL names, see [`Address`].
pub async fn open(url: &str, keys: Option<S3Keys>) -> Result<Arc<dyn ObjectStore>, StorageError> {
    match url.parse()? {
        Address::Files(folder) => Ok(Arc::new(files::Files::open(folder).await?)),
        Address::S3(bucket) => Ok(Arc::new(s3::S3::new(bucket, keys)?)),
    }
}
