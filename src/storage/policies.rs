//! What a bucket must say: the documents of `storage-policies/`, and how two of them are compared by their meaning.
//!
//! To add a subject: a document, a variant of [`Subject`] and of [`Rules`], and its request in `bucket`.

use std::collections::BTreeSet;
use std::path::Path;

use aws_sdk_s3::error::BuildError;
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, CorsRule, DefaultRetention, ExpirationStatus, LifecycleExpiration,
    LifecycleRule, LifecycleRuleFilter, NoncurrentVersionExpiration, ObjectLockConfiguration,
    ObjectLockEnabled, ObjectLockRetentionMode, ObjectLockRule,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::policy_text::{denies_plain_http, statements};
use super::{BucketAddress, StorageError};

/// What a document is about. A bucket has one of each at the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    BucketPolicy,
    Cors,
    Lifecycle,
    ObjectLock,
}

impl Subject {
    pub const ALL: [Self; 4] = [Self::BucketPolicy, Self::Cors, Self::Lifecycle, Self::ObjectLock];

    /// The name of its document in a folder of policies.
    pub fn file(self) -> &'static str {
        match self {
            Self::BucketPolicy => "bucket-policy.json",
            Self::Cors => "cors.json",
            Self::Lifecycle => "lifecycle.json",
            Self::ObjectLock => "object-lock.json",
        }
    }

    fn built_in(self) -> &'static str {
        match self {
            Self::BucketPolicy => include_str!("../../storage-policies/bucket-policy.json"),
            Self::Cors => include_str!("../../storage-policies/cors.json"),
            Self::Lifecycle => include_str!("../../storage-policies/lifecycle.json"),
            Self::ObjectLock => include_str!("../../storage-policies/object-lock.json"),
        }
    }
}

/// What a bucket says, or must say, about a subject. None at all is the same as rules without a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum Rules {
    /// The text of a policy, empty for none.
    BucketPolicy(String),
    Cors(Vec<CorsRule>),
    Lifecycle(Vec<LifecycleRule>),
    ObjectLock(Option<ObjectLockConfiguration>),
}

impl Rules {
    /// Reads a document: from the folder if it has one of this name, else the one of the binary.
    pub fn read(
        subject: Subject,
        folder: Option<&Path>,
        bucket: &BucketAddress,
    ) -> Result<Self, StorageError> {
        let Some(path) = folder.map(|folder| folder.join(subject.file())) else {
            return Self::parse(subject, subject.built_in(), bucket);
        };
        let named = |cause: String| StorageError::Address(format!("{}: {cause}", path.display()));
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(subject, &text, bucket).map_err(|error| named(error.to_string())),
            // A folder that is not there is a slip, not a choice of the built-in documents.
            Err(error)
                if error.kind() == std::io::ErrorKind::NotFound
                    && path.parent().is_some_and(Path::is_dir) =>
            {
                Self::parse(subject, subject.built_in(), bucket)
            }
            Err(error) => Err(named(error.to_string())),
        }
    }

    fn parse(subject: Subject, text: &str, bucket: &BucketAddress) -> Result<Self, StorageError> {
        let invalid = |error: serde_json::Error| StorageError::Address(error.to_string());
        let unbuilt = |error: BuildError| StorageError::Address(error.to_string());
        let mut document: Value = serde_json::from_str(text).map_err(invalid)?;
        fill_in(&mut document, bucket);
        Ok(match subject {
            Subject::BucketPolicy if document["Statement"].as_array().is_some_and(Vec::is_empty) => {
                Self::BucketPolicy(String::new())
            }
            Subject::BucketPolicy => {
                let text = document.to_string();
                if statements(&text).is_none() {
                    return Err(StorageError::Address("a policy is an object with a Statement".to_owned()));
                }
                Self::BucketPolicy(text)
            }
            Subject::Cors => {
                let stated: Cors = serde_json::from_value(document).map_err(invalid)?;
                let rules = stated.rules.into_iter().map(CorsRule::try_from).collect::<Result<_, _>>();
                Self::Cors(rules.map_err(unbuilt)?)
            }
            Subject::Lifecycle => {
                let stated: Lifecycle = serde_json::from_value(document).map_err(invalid)?;
                let rules = stated.rules.into_iter().map(LifecycleRule::try_from).collect::<Result<_, _>>();
                Self::Lifecycle(rules.map_err(unbuilt)?)
            }
            Subject::ObjectLock => {
                let stated: ObjectLock = serde_json::from_value(document).map_err(invalid)?;
                Self::ObjectLock(Some(stated.into()))
            }
        })
    }

    /// Rules without a rule.
    pub(super) fn none(subject: Subject) -> Self {
        match subject {
            Subject::BucketPolicy => Self::BucketPolicy(String::new()),
            Subject::Cors => Self::Cors(Vec::new()),
            Subject::Lifecycle => Self::Lifecycle(Vec::new()),
            Subject::ObjectLock => Self::ObjectLock(None),
        }
    }

    pub fn subject(&self) -> Subject {
        match self {
            Self::BucketPolicy(_) => Subject::BucketPolicy,
            Self::Cors(_) => Subject::Cors,
            Self::Lifecycle(_) => Subject::Lifecycle,
            Self::ObjectLock(_) => Subject::ObjectLock,
        }
    }

    /// Whether a store that is reached without TLS would refuse us under these rules.
    pub(super) fn deny_plain_http(&self) -> bool {
        matches!(self, Self::BucketPolicy(text) if denies_plain_http(text))
    }

    /// Each rule in one form for all ways to write it. Two documents with the same set mean the same.
    pub(super) fn meanings(&self) -> BTreeSet<String> {
        match self {
            Self::BucketPolicy(text) if text.is_empty() => BTreeSet::new(),
            Self::BucketPolicy(text) => match statements(text) {
                Some(statements) => statements.into_iter().map(compact).collect(),
                None => BTreeSet::from([text.clone()]),
            },
            Self::Cors(rules) => rules.iter().map(meaning_of_cors).collect(),
            Self::Lifecycle(rules) => rules.iter().map(meaning_of_lifecycle).collect(),
            Self::ObjectLock(found) => found.iter().filter_map(meaning_of_lock).collect(),
        }
    }
}

/// Puts the bucket's own names into every text of a document.
fn fill_in(value: &mut Value, bucket: &BucketAddress) {
    match value {
        Value::String(text) => {
            *text = text.replace("${bucket}", &bucket.bucket).replace("${prefix}", &bucket.prefix);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill_in(item, bucket)),
        Value::Object(fields) => fields.values_mut().for_each(|field| fill_in(field, bucket)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// One line, without what is not set.
fn compact(mut value: Value) -> String {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, field| !field.is_null());
    }
    value.to_string()
}

fn sorted(texts: &[String]) -> BTreeSet<&str> {
    texts.iter().map(String::as_str).collect()
}

fn meaning_of_cors(rule: &CorsRule) -> String {
    compact(json!({
        "AllowedOrigins": sorted(&rule.allowed_origins),
        "AllowedMethods": sorted(&rule.allowed_methods),
        "AllowedHeaders": rule.allowed_headers.as_deref().map(sorted),
        "ExposeHeaders": rule.expose_headers.as_deref().map(sorted),
        "MaxAgeSeconds": rule.max_age_seconds,
    }))
}

#[expect(deprecated, reason = "some stores answer with the prefix where it stood before there were filters")]
fn meaning_of_lifecycle(rule: &LifecycleRule) -> String {
    let filter = rule.filter.as_ref();
    // What selects fewer objects than a prefix does, and moves to other classes of storage: never ours.
    let narrowed = filter.filter(|filter| {
        filter.tag.is_some()
            || filter.and.is_some()
            || filter.object_size_greater_than.is_some()
            || filter.object_size_less_than.is_some()
    });
    let moved = !rule.transitions().is_empty() || !rule.noncurrent_version_transitions().is_empty();
    let expiration = rule.expiration.as_ref();
    let noncurrent = rule.noncurrent_version_expiration.as_ref();
    compact(json!({
        "Status": rule.status.as_str(),
        "Prefix": filter.and_then(|filter| filter.prefix.as_deref()).or(rule.prefix.as_deref()).unwrap_or_default(),
        "Filter": narrowed.map(|filter| format!("{filter:?}")),
        "Transitions": moved.then_some(true),
        "AbortIncompleteMultipartUploadDays":
            rule.abort_incomplete_multipart_upload.as_ref().and_then(|abort| abort.days_after_initiation),
        "NoncurrentDays": noncurrent.and_then(|noncurrent| noncurrent.noncurrent_days),
        "NewerNoncurrentVersions":
            noncurrent.and_then(|noncurrent| noncurrent.newer_noncurrent_versions).filter(|kept| *kept > 0),
        "ExpirationDays": expiration.and_then(|expiration| expiration.days).filter(|days| *days > 0),
        "ExpirationDate": expiration.and_then(|expiration| expiration.date).map(|date| date.to_string()),
        "ExpiredObjectDeleteMarker":
            expiration.and_then(|expiration| expiration.expired_object_delete_marker).filter(|set| *set),
    }))
}

/// `None` where object lock may be used and nothing is kept by default.
fn meaning_of_lock(found: &ObjectLockConfiguration) -> Option<String> {
    let retention = found.rule.as_ref()?.default_retention.as_ref()?;
    Some(compact(json!({
        "Mode": retention.mode.as_ref().map(ObjectLockRetentionMode::as_str),
        "Days": retention.days.filter(|days| *days > 0),
        "Years": retention.years.filter(|years| *years > 0),
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cors {
    #[serde(rename = "CORSRules")]
    rules: Vec<CorsStated>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CorsStated {
    allowed_origins: Vec<String>,
    allowed_methods: Vec<String>,
    allowed_headers: Option<Vec<String>>,
    expose_headers: Option<Vec<String>>,
    max_age_seconds: Option<i32>,
}

impl TryFrom<CorsStated> for CorsRule {
    type Error = BuildError;

    fn try_from(stated: CorsStated) -> Result<Self, BuildError> {
        Self::builder()
            .set_allowed_origins(Some(stated.allowed_origins))
            .set_allowed_methods(Some(stated.allowed_methods))
            .set_allowed_headers(stated.allowed_headers)
            .set_expose_headers(stated.expose_headers)
            .set_max_age_seconds(stated.max_age_seconds)
            .build()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Lifecycle {
    rules: Vec<LifecycleStated>,
}

/// A rule that can only remove left-overs: there is no field by which current objects would expire.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct LifecycleStated {
    #[serde(rename = "ID")]
    id: String,
    status: Status,
    filter: Prefix,
    abort_incomplete_multipart_upload: Option<DaysAfterInitiation>,
    noncurrent_version_expiration: Option<NoncurrentDays>,
    expiration: Option<DeleteMarkers>,
}

#[derive(Clone, Copy, Deserialize)]
enum Status {
    Enabled,
    Disabled,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Prefix {
    prefix: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DaysAfterInitiation {
    days_after_initiation: i32,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct NoncurrentDays {
    noncurrent_days: i32,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteMarkers {
    expired_object_delete_marker: bool,
}

impl TryFrom<LifecycleStated> for LifecycleRule {
    type Error = BuildError;

    fn try_from(stated: LifecycleStated) -> Result<Self, BuildError> {
        let abort = stated.abort_incomplete_multipart_upload.map(|abort| {
            AbortIncompleteMultipartUpload::builder()
                .days_after_initiation(abort.days_after_initiation)
                .build()
        });
        let noncurrent = stated.noncurrent_version_expiration.map(|expiration| {
            NoncurrentVersionExpiration::builder().noncurrent_days(expiration.noncurrent_days).build()
        });
        let marks = stated.expiration.map(|expiration| {
            LifecycleExpiration::builder()
                .expired_object_delete_marker(expiration.expired_object_delete_marker)
                .build()
        });
        Self::builder()
            .id(stated.id)
            .status(match stated.status {
                Status::Enabled => ExpirationStatus::Enabled,
                Status::Disabled => ExpirationStatus::Disabled,
            })
            .filter(LifecycleRuleFilter::builder().prefix(stated.filter.prefix).build())
            .set_abort_incomplete_multipart_upload(abort)
            .set_noncurrent_version_expiration(noncurrent)
            .set_expiration(marks)
            .build()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ObjectLock {
    #[serde(rename = "ObjectLockEnabled")]
    _enabled: Enabled,
    rule: LockRule,
}

#[derive(Deserialize)]
enum Enabled {
    Enabled,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct LockRule {
    default_retention: Retention,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Retention {
    mode: Mode,
    days: i32,
}

/// Compliance mode is left out: nobody could mend a mistake made with it.
#[derive(Deserialize)]
enum Mode {
    #[serde(rename = "GOVERNANCE")]
    Governance,
}

impl From<ObjectLock> for ObjectLockConfiguration {
    fn from(stated: ObjectLock) -> Self {
        let retention = stated.rule.default_retention;
        let mode = match retention.mode {
            Mode::Governance => ObjectLockRetentionMode::Governance,
        };
        let retention = DefaultRetention::builder().mode(mode).days(retention.days).build();
        Self::builder()
            .object_lock_enabled(ObjectLockEnabled::Enabled)
            .rule(ObjectLockRule::builder().default_retention(retention).build())
            .build()
    }
}
