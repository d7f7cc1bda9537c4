//! Objects in an S3-compatible store.
//!
//! Nothing but plain puts, ranged gets, heads, lists and deletes is needed: no versioning, no object lock, no conditional put, no
//! multipart upload, so that the smallest of these stores serves. The bucket is the operator's; the server never creates it.

use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Config, Region, RequestChecksumCalculation, ResponseChecksumValidation,
    StalledStreamProtectionConfig,
};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream as Body;
use aws_sdk_s3::types::CreateBucketConfiguration;
use aws_smithy_http_client::Builder as HttpClient;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use secrecy::ExposeSecret;

use super::address::DEFAULT_REGION;
use super::{
    BucketAddress, ByteStream, ObjectKey, ObjectStore, ObjectWriter, S3Keys, StorageError, StoredObject,
};

/// A segment is one put of a buffer, so an upload holds at most this much, sealed, in memory. Eight MiB keeps the cost of a
/// request small beside the transfer, and many uploads at a time small beside the memory of a node.
const SEGMENT_BYTES: u64 = 8 << 20;
/// Room for a sealed segment: sealing adds less than a thousandth.
const BUFFER_BYTES: usize = (SEGMENT_BYTES + SEGMENT_BYTES / 1024) as usize;

/// Dead and silent stores are told from slow ones quickly: people wait for the answer.
const CONNECT: Duration = Duration::from_secs(2);
const ATTEMPT: Duration = Duration::from_secs(4);
const OPERATION: Duration = Duration::from_secs(9);
/// A put carries up to a segment.
const PUT_ATTEMPT: Duration = Duration::from_secs(20);
const PUT_OPERATION: Duration = Duration::from_secs(25);
const STALLED: Duration = Duration::from_secs(5);
const ATTEMPTS: u32 = 3;
const FIRST_BACKOFF: Duration = Duration::from_millis(100);

/// A bucket, or the part of it under a prefix.
#[derive(Clone)]
pub struct S3 {
    pub(super) client: Client,
    pub(super) address: BucketAddress,
}

impl S3 {
    /// Makes the client; nothing is sent before the first use.
    pub fn new(address: BucketAddress, keys: Option<S3Keys>) -> Result<Self, StorageError> {
        let keys = keys.ok_or_else(|| {
            StorageError::Address("the S3 store needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY".to_owned())
        })?;
        let credentials = Credentials::new(
            keys.access_key.expose_secret(),
            keys.secret_key.expose_secret(),
            None,
            None,
            "configuration",
        );
        let http = HttpClient::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(address.region.clone()))
            .force_path_style(true)
            .credentials_provider(credentials)
            // Trailing checksums are what other stores than Amazon's choke on; a put is signed with its SHA-256 all the same.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .retry_config(
                RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(FIRST_BACKOFF),
            )
            .timeout_config(timeouts(ATTEMPT, OPERATION))
            .stalled_stream_protection(StalledStreamProtectionConfig::enabled().grace_period(STALLED).build())
            .http_client(http);
        config.set_endpoint_url(address.endpoint.clone());
        Ok(Self { client: Client::from_conf(config.build()), address })
    }

    fn name(&self, key: &ObjectKey) -> String {
        format!("{}{key}", self.address.prefix)
    }

    fn key(&self, name: &str) -> Option<ObjectKey> {
        let (blob, index) = name.strip_prefix(&self.address.prefix)?.split_once('/')?;
        Some(ObjectKey { blob: blob.parse().ok()?, index: index.parse().ok()? })
    }

    /// Makes the bucket if it is not there, such that object lock can be used where asked for, which turns versioning on. For `kho storage
    /// apply --create` and tests: a server never does.
    pub async fn create_bucket(&self, object_lock: bool) -> Result<(), StorageError> {
        // Amazon wants the region named, except in its first one, where it refuses the name.
        let place = (self.address.endpoint.is_none() && self.address.region != DEFAULT_REGION).then(|| {
            CreateBucketConfiguration::builder()
                .location_constraint(self.address.region.as_str().into())
                .build()
        });
        let made = self
            .client
            .create_bucket()
            .bucket(&self.address.bucket)
            .set_object_lock_enabled_for_bucket(object_lock.then_some(true));
        match made.set_create_bucket_configuration(place).send().await {
            Ok(_) => Ok(()),
            Err(error) if matches!(error.code(), Some("BucketAlreadyOwnedByYou" | "BucketAlreadyExists")) => {
                Ok(())
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Whether there is such a bucket.
    pub async fn is_there(&self) -> Result<bool, StorageError> {
        match self.client.head_bucket().bucket(&self.address.bucket).send().await {
            Ok(_) => Ok(true),
            Err(error) if is_status(&error, 404) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    /// The objects of one page of the list, and where the next begins.
    async fn page(&self, from: Option<String>) -> Result<(Vec<StoredObject>, Option<String>), StorageError> {
        let page = self
            .client
            .list_objects_v2()
            .bucket(&self.address.bucket)
            .prefix(&self.address.prefix)
            .set_continuation_token(from)
            .send()
            .await
            .map_err(failed)?;
        let objects = page.contents().iter().filter_map(|object| {
            let modified = object.last_modified()?;
            Some(StoredObject {
                key: self.key(object.key()?)?,
                size_bytes: object.size()?.try_into().ok()?,
                modified_at: DateTime::<Utc>::from_timestamp(modified.secs(), modified.subsec_nanos())?,
            })
        });
        let next =
            page.is_truncated().unwrap_or(false).then(|| page.next_continuation_token.clone()).flatten();
        Ok((objects.collect(), next))
    }
}

fn timeouts(attempt: Duration, operation: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(attempt)
        .operation_timeout(operation)
        .build()
}

/// What a failed request means for us. A store that refuses the keys or has lost the bucket is not available: the documents are not
/// damaged, and the operator can mend it.
pub(super) fn failed<E>(error: SdkError<E, HttpResponse>) -> StorageError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let status = error.raw_response().map(|answer| answer.status().as_u16());
    let code = error.code().unwrap_or_default().to_owned();
    let text = aws_sdk_s3::error::DisplayErrorContext(error).to_string();
    match (status, code.as_str()) {
        (Some(507), _) | (_, "QuotaExceeded" | "XMinioStorageFull") => StorageError::Full,
        (None | Some(401 | 403 | 429 | 500..), _) | (_, "NoSuchBucket") => StorageError::Unavailable(text),
        _ => StorageError::Other(text),
    }
}

/// Whether the store answered with this status. Before a failure is judged: not every store sends a code, and HEAD has no body.
fn is_status<E>(error: &SdkError<E, HttpResponse>, status: u16) -> bool {
    error.raw_response().is_some_and(|answer| answer.status().as_u16() == status)
}

#[async_trait]
impl ObjectStore for S3 {
    fn kind(&self) -> &'static str {
        "s3"
    }

    fn segment_bytes(&self) -> u64 {
        SEGMENT_BYTES
    }

    async fn create(&self, key: &ObjectKey) -> Result<Box<dyn ObjectWriter>, StorageError> {
        Ok(Box::new(Writer { store: self.clone(), name: self.name(key), sealed: Vec::new() }))
    }

    async fn read(&self, key: &ObjectKey, range: Range<u64>) -> Result<ByteStream, StorageError> {
        if range.is_empty() {
            return Ok(stream::empty().boxed());
        }
        let answer = self
            .client
            .get_object()
            .bucket(&self.address.bucket)
            .key(self.name(key))
            .range(format!("bytes={}-{}", range.start, range.end - 1))
            .send()
            .await;
        let body = match answer {
            Ok(answer) => answer.body,
            // The object ends before the range: as with a file, there is nothing to read, and the reader sees that it was cut.
            Err(error) if is_status(&error, 416) => return Ok(stream::empty().boxed()),
            Err(error) if is_status(&error, 404) && error.code() != Some("NoSuchBucket") => {
                return Err(StorageError::NotFound(*key));
            }
            Err(error) => return Err(failed(error)),
        };
        let cut = |error| StorageError::Unavailable(format!("the answer broke off: {error}"));
        let pieces = stream::try_unfold(body, move |mut body: Body| async move {
            Ok(body.try_next().await.map_err(cut)?.map(|bytes| (bytes, body)))
        });
        Ok(pieces.boxed())
    }

    async fn size(&self, key: &ObjectKey) -> Result<Option<u64>, StorageError> {
        match self.client.head_object().bucket(&self.address.bucket).key(self.name(key)).send().await {
            Ok(head) => Ok(head.content_length().and_then(|length| u64::try_from(length).ok())),
            Err(error) if is_status(&error, 404) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), StorageError> {
        match self.client.delete_object().bucket(&self.address.bucket).key(self.name(key)).send().await {
            Ok(_) => Ok(()),
            Err(error) if is_status(&error, 404) && error.code() != Some("NoSuchBucket") => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }

    fn list(&self) -> BoxStream<'_, Result<StoredObject, StorageError>> {
        stream::try_unfold(Some(None), move |from: Option<Option<String>>| async move {
            let Some(from) = from else { return Ok(None) };
            let (objects, next) = self.page(from).await?;
            Ok::<_, StorageError>(Some((stream::iter(objects.into_iter().map(Ok)), next.map(Some))))
        })
        .try_flatten()
        .boxed()
    }

    /// An object is one put, so nothing is ever unfinished.
    async fn remove_stale(&self, _before: DateTime<Utc>) -> Result<u64, StorageError> {
        Ok(0)
    }

    async fn ready(&self) -> Result<(), StorageError> {
        if self.is_there().await? {
            return Ok(());
        }
        Err(StorageError::Unavailable(format!("there is no bucket {}", self.address.bucket)))
    }
}

/// Gathers a segment and puts it in one request, so the store has all of it or nothing.
struct Writer {
    store: S3,
    name: String,
    sealed: Vec<u8>,
}

#[async_trait]
impl ObjectWriter for Writer {
    async fn write(&mut self, bytes: Bytes) -> Result<(), StorageError> {
        let needed = self.sealed.len() + bytes.len();
        if needed > self.sealed.capacity() {
            // A small document comes in one piece. What needs a second gets room for the whole segment, not twice that by doubling.
            let wanted = if self.sealed.is_empty() { needed } else { needed.max(BUFFER_BYTES) };
            self.sealed.reserve_exact(wanted - self.sealed.len());
        }
        self.sealed.extend_from_slice(&bytes);
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<(), StorageError> {
        let Writer { store, name, sealed } = *self;
        let long = Config::builder().timeout_config(timeouts(PUT_ATTEMPT, PUT_OPERATION));
        store
            .client
            .put_object()
            .bucket(&store.address.bucket)
            .key(name)
            .content_type("application/octet-stream")
            .body(sealed.into())
            .customize()
            .config_override(long)
            .send()
            .await
            .map(drop)
            .map_err(failed)
    }
}
