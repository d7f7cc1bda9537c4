//! What a bucket says about itself: comparing it with documents, and putting them on it.
//!
//! For operators alone; a server never changes its bucket.

use aws_sdk_s3::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::{BucketLifecycleConfiguration, CorsConfiguration};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::policies::{Rules, Subject};
use super::s3::failed;
use super::{S3, StorageError};

/// How a bucket stands to a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Same,
    Differs(Difference),
    /// The store has nothing of this kind; what it answered.
    Unsupported(String),
}

/// The rules, each in one line, by which a bucket differs from a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Stated by the document and not by the bucket.
    pub missing: Vec<String>,
    /// Stated by the bucket and not by the document.
    pub surplus: Vec<String>,
}

/// What became of a document that was to be put on a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
    Applied,
    Unsupported(String),
    /// The bucket would refuse us afterwards; nothing was changed.
    WouldLockOut,
}

/// What a store answers about a subject that it may not know.
enum Answer<T> {
    Given(T),
    /// The bucket says nothing about it.
    Nothing,
    Unsupported(String),
}

/// Codes by which stores say that they do not know a subject, or an action of a rule.
const UNSUPPORTED: [&str; 4] = ["NotImplemented", "MethodNotAllowed", "MalformedXML", "UnsupportedOperation"];

fn answer<T, E>(result: Result<T, SdkError<E, HttpResponse>>) -> Result<Answer<T>, StorageError>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let error = match result {
        Ok(given) => return Ok(Answer::Given(given)),
        Err(error) => error,
    };
    let status = error.raw_response().map(|answer| answer.status().as_u16());
    let code = error.code().unwrap_or_default();
    match status {
        Some(404) if code != "NoSuchBucket" => Ok(Answer::Nothing),
        Some(status) if matches!(status, 405 | 501) || UNSUPPORTED.contains(&code) => {
            Ok(Answer::Unsupported(if code.is_empty() { status.to_string() } else { code.to_owned() }))
        }
        _ => Err(failed(error)),
    }
}

impl S3 {
    /// Compares the bucket with a document by its meaning: the order of rules and values, their names and spellings do not count.
    pub async fn compare(&self, wanted: &Rules) -> Result<Standing, StorageError> {
        let found = match self.rules(wanted.subject()).await? {
            Answer::Given(found) => found.meanings(),
            Answer::Nothing => Rules::none(wanted.subject()).meanings(),
            // Nothing is wanted, and nothing can be there.
            Answer::Unsupported(_) if wanted.meanings().is_empty() => return Ok(Standing::Same),
            Answer::Unsupported(code) => return Ok(Standing::Unsupported(code)),
        };
        let wanted = wanted.meanings();
        if found == wanted {
            return Ok(Standing::Same);
        }
        Ok(Standing::Differs(Difference {
            missing: wanted.difference(&found).cloned().collect(),
            surplus: found.difference(&wanted).cloned().collect(),
        }))
    }

    /// Replaces what the bucket says about the subject of a document.
    pub async fn place(&self, rules: &Rules) -> Result<Placed, StorageError> {
        if self.is_reached_without_tls() && rules.deny_plain_http() {
            return Ok(Placed::WouldLockOut);
        }
        Ok(match self.put(rules).await? {
            Answer::Given(()) => Placed::Applied,
            Answer::Nothing => Placed::Unsupported("404".to_owned()),
            Answer::Unsupported(code) => Placed::Unsupported(code),
        })
    }

    /// Whether anything is said about the subject, by a store that knows it.
    pub async fn says_something(&self, subject: Subject) -> Result<bool, StorageError> {
        match self.rules(subject).await? {
            Answer::Given(rules) => Ok(!rules.meanings().is_empty()),
            Answer::Nothing | Answer::Unsupported(_) => Ok(false),
        }
    }

    /// Whether requests go over a line that everybody on it can read.
    fn is_reached_without_tls(&self) -> bool {
        self.address.endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http://"))
    }

    async fn rules(&self, subject: Subject) -> Result<Answer<Rules>, StorageError> {
        let bucket = &self.address.bucket;
        Ok(match subject {
            Subject::BucketPolicy => answer(self.client.get_bucket_policy().bucket(bucket).send().await)?
                .map(|found| Rules::BucketPolicy(found.policy.unwrap_or_default())),
            Subject::Cors => answer(self.client.get_bucket_cors().bucket(bucket).send().await)?
                .map(|found| Rules::Cors(found.cors_rules.unwrap_or_default())),
            Subject::Lifecycle => {
                answer(self.client.get_bucket_lifecycle_configuration().bucket(bucket).send().await)?
                    .map(|found| Rules::Lifecycle(found.rules.unwrap_or_default()))
            }
            Subject::ObjectLock => {
                answer(self.client.get_object_lock_configuration().bucket(bucket).send().await)?
                    .map(|found| Rules::ObjectLock(found.object_lock_configuration))
            }
        })
    }

    async fn put(&self, rules: &Rules) -> Result<Answer<()>, StorageError> {
        let bucket = &self.address.bucket;
        let unbuilt = |error: BuildError| StorageError::Other(error.to_string());
        match rules {
            Rules::BucketPolicy(text) if text.is_empty() => {
                answer(self.client.delete_bucket_policy().bucket(bucket).send().await.map(drop))
            }
            Rules::BucketPolicy(text) => {
                answer(self.client.put_bucket_policy().bucket(bucket).policy(text).send().await.map(drop))
            }
            Rules::Cors(rules) if rules.is_empty() => {
                answer(self.client.delete_bucket_cors().bucket(bucket).send().await.map(drop))
            }
            Rules::Cors(rules) => {
                let cors = CorsConfiguration::builder().set_cors_rules(Some(rules.clone())).build();
                let put = self.client.put_bucket_cors().bucket(bucket);
                answer(put.cors_configuration(cors.map_err(unbuilt)?).send().await.map(drop))
            }
            Rules::Lifecycle(rules) if rules.is_empty() => {
                answer(self.client.delete_bucket_lifecycle().bucket(bucket).send().await.map(drop))
            }
            Rules::Lifecycle(rules) => {
                let lifecycle =
                    BucketLifecycleConfiguration::builder().set_rules(Some(rules.clone())).build();
                let put = self.client.put_bucket_lifecycle_configuration().bucket(bucket);
                answer(put.lifecycle_configuration(lifecycle.map_err(unbuilt)?).send().await.map(drop))
            }
            Rules::ObjectLock(lock) => {
                let put = self.client.put_object_lock_configuration().bucket(bucket);
                answer(put.set_object_lock_configuration(lock.clone()).send().await.map(drop))
            }
        }
    }
}

impl<T> Answer<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Given(given) => Answer::Given(change(given)),
            Self::Nothing => Answer::Nothing,
            Self::Unsupported(code) => Answer::Unsupported(code),
        }
    }
}
