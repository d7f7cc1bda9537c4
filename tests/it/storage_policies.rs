//! `kho storage`, run as an operator runs it. Each test has a bucket of its own, or a folder on the embedded back end.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::types::{CorsConfiguration, CorsRule, Delete, ObjectIdentifier};
use aws_smithy_http_client::Builder as HttpClient;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use bytes::Bytes;
use futures::TryStreamExt;
use kho::domain::clock::Clock;
use kho::domain::id::BlobId;
use kho::storage::{Address, ObjectKey, ObjectStore};

use crate::support::bucket_of;

/// A bucket that is not made yet, on the test server; `None` on the embedded back end.
struct Bucket {
    objects: String,
    name: String,
    client: Client,
    /// Documents that Kho can be reached under without TLS.
    policies: tempfile::TempDir,
}

impl Bucket {
    fn new() -> Option<Self> {
        if std::env::var("KHO_TEST_BACKEND").as_deref() != Ok("scale") {
            return None;
        }
        let variable = |name: &str| std::env::var(name).unwrap();
        let objects = variable("KHO_TEST_OBJECTS");
        let name = format!("kho-{}", uuid::Uuid::new_v4().simple());
        let objects = format!("s3://{name}?{}", objects.split_once('?').unwrap().1);
        let Address::S3(address) = objects.parse().unwrap() else { panic!("a bucket") };
        let keys = (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"));
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(address.region))
            .endpoint_url(address.endpoint.unwrap())
            .force_path_style(true)
            .credentials_provider(Credentials::new(keys.0, keys.1, None, None, "test"))
            .http_client(HttpClient::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https());
        let policies = tempfile::tempdir().unwrap();
        let mut policy: serde_json::Value =
            serde_json::from_str(include_str!("../../storage-policies/bucket-policy.json")).unwrap();
        let statements = policy["Statement"].as_array_mut().unwrap();
        statements.retain(|statement| statement["Sid"] != "DenyWithoutTls");
        assert_eq!(statements.len(), 1);
        std::fs::write(policies.path().join("bucket-policy.json"), policy.to_string()).unwrap();
        Some(Self { objects, name, client: Client::from_conf(config.build()), policies })
    }

    async fn storage(&self, arguments: &[&str]) -> (i32, String) {
        told(storage(&self.objects, self.policies.path(), arguments).await)
    }

    /// With the documents of the folder.
    async fn with_policies(&self, arguments: &[&str]) -> (i32, String) {
        self.storage(&[arguments, &["--policies", self.policies.path().to_str().unwrap()]].concat()).await
    }

    fn write(&self, file: &str, text: &str) {
        std::fs::write(self.policies.path().join(file), text).unwrap();
    }

    async fn is_there(&self) -> bool {
        self.client.head_bucket().bucket(&self.name).send().await.is_ok()
    }

    async fn remove(self) {
        let versions = self.client.list_object_versions().bucket(&self.name).send().await.unwrap();
        let named = |key: Option<&str>, version: Option<&str>| {
            ObjectIdentifier::builder().key(key.unwrap()).set_version_id(version.map(str::to_owned)).build()
        };
        let objects = versions.versions().iter().map(|found| named(found.key(), found.version_id()));
        let marks = versions.delete_markers().iter().map(|found| named(found.key(), found.version_id()));
        let all: Vec<_> = objects.chain(marks).collect::<Result<_, _>>().unwrap();
        if !all.is_empty() {
            let delete = Delete::builder().set_objects(Some(all)).build().unwrap();
            let request = self.client.delete_objects().bucket(&self.name).delete(delete);
            request.bypass_governance_retention(true).send().await.unwrap();
        }
        self.client.delete_bucket().bucket(&self.name).send().await.unwrap();
    }
}

async fn storage(objects: &str, folder: &Path, arguments: &[&str]) -> Output {
    tokio::process::Command::new(env!("CARGO_BIN_EXE_kho"))
        .arg("storage")
        .args(arguments)
        .current_dir(folder)
        .env("KHO_DATA_DIR", folder)
        .env("KHO_OBJECTS", objects)
        .output()
        .await
        .unwrap()
}

/// The exit code, and what was printed on either stream.
fn told(output: Output) -> (i32, String) {
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

/// The first line that begins so.
fn line<'a>(text: &'a str, start: &str) -> &'a str {
    text.lines().find(|line| line.starts_with(start)).unwrap_or_default()
}

const UNCHANGED: &str = "bucket-policy.json: unchanged\ncors.json: unchanged\n\
     lifecycle.json: unchanged\nobject-lock.json: left out (--object-lock applies it)\n";
const SAME: &str = "bucket-policy.json: the same\ncors.json: the same\n\
     lifecycle.json: the same\nobject-lock.json: not in use, which is a choice\n";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_applied_is_on_the_bucket_and_stays() {
    let Some(bucket) = Bucket::new() else { return };
    let (code, text) = bucket.with_policies(&["apply", "--create"]).await;
    assert_eq!(code, 0, "{text}");
    assert!(text.starts_with(&format!("the bucket {} was made\n", bucket.name)), "{text}");
    for file in ["bucket-policy.json", "lifecycle.json"] {
        assert!(text.contains(&format!("{file}: applied\n")), "{text}");
    }
    assert_eq!(bucket.with_policies(&["apply", "--create"]).await, (0, UNCHANGED.to_owned()));
    assert_eq!(bucket.with_policies(&["check"]).await, (0, SAME.to_owned()));
    assert_kho_works(&bucket).await;
    bucket.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bucket_says_otherwise_is_told_and_mended() {
    let Some(bucket) = Bucket::new() else { return };
    bucket.with_policies(&["apply", "--create"]).await;
    let shared = CorsRule::builder().allowed_methods("GET").allowed_origins("*").build().unwrap();
    let cors = CorsConfiguration::builder().cors_rules(shared).build().unwrap();
    bucket.client.put_bucket_cors().bucket(&bucket.name).cors_configuration(cors).send().await.unwrap();
    let longer = include_str!("../../storage-policies/lifecycle.json").replace("30", "60");
    bucket.write("lifecycle.json", &longer);

    let (code, text) = bucket.with_policies(&["check"]).await;
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("cors.json: the bucket differs\n  - {") && text.contains("\"AllowedOrigins\":[\"*\"]"),
        "{text}"
    );
    assert!(line(&text, "  + {").contains("\"NoncurrentDays\":60"), "{text}");
    assert!(text.contains("\"NoncurrentDays\":30"), "{text}");
    assert!(text.contains("bucket-policy.json: the same"), "{text}");

    let (code, text) = bucket.with_policies(&["apply", "--dry-run"]).await;
    assert!(code == 0 && text.contains("cors.json: would be applied"), "{text}");
    assert_eq!(bucket.with_policies(&["check"]).await.0, 1, "a dry run changes nothing");
    assert_eq!(bucket.with_policies(&["apply"]).await.0, 0);
    assert_eq!(bucket.with_policies(&["check"]).await, (0, SAME.to_owned()));
    bucket.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_would_lock_kho_out_is_left_out() {
    let Some(bucket) = Bucket::new() else { return };
    let (code, text) = bucket.storage(&["apply", "--create"]).await;
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("bucket-policy.json: not applied: it refuses requests without TLS"), "{text}");
    assert!(text.contains("lifecycle.json: applied"), "{text}");
    assert_kho_works(&bucket).await;
    let (code, text) = bucket.storage(&["check"]).await;
    assert!(code == 1 && text.contains("\"aws:securetransport\":[\"false\"]"), "{text}");
    bucket.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn object_lock_is_there_where_it_was_asked_for() {
    let Some(bucket) = Bucket::new() else { return };
    let (code, text) = bucket.with_policies(&["apply", "--create", "--object-lock"]).await;
    assert!(code == 0 && text.contains("object-lock.json: applied\n"), "{text}");
    let (code, text) = bucket.with_policies(&["check"]).await;
    assert!(code == 0 && text.contains("object-lock.json: the same"), "{text}");
    assert_kho_works(&bucket).await;
    bucket.write(
        "object-lock.json",
        &include_str!("../../storage-policies/object-lock.json").replace("30", "9"),
    );
    let (code, text) = bucket.with_policies(&["check"]).await;
    assert!(code == 1 && line(&text, "  + {").contains("\"Days\":9"), "{text}");
    bucket.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_changes_nothing() {
    let Some(bucket) = Bucket::new() else { return };
    let (code, text) = bucket.with_policies(&["apply"]).await;
    assert!(code == 2 && text.contains("NoSuchBucket"), "{text}");
    assert_eq!(bucket.with_policies(&["check"]).await.0, 2);
    let (code, text) = bucket.with_policies(&["apply", "--create", "--dry-run"]).await;
    assert!(code == 0 && text.contains("would be made"), "{text}");

    // Papers never expire by age.
    let expiring = include_str!("../../storage-policies/lifecycle.json")
        .replace("\"ExpiredObjectDeleteMarker\": true", "\"Days\": 1");
    bucket.write("lifecycle.json", &expiring);
    let (code, text) = bucket.with_policies(&["apply", "--create"]).await;
    assert!(code == 2 && text.contains("lifecycle.json") && text.contains("`Days`"), "{text}");
    assert_eq!(bucket.storage(&["apply", "--create", "--policies", "no-such-folder"]).await.0, 2);
    assert!(!bucket.is_there().await);
}

/// Kho writes, reads, lists and deletes under what was applied.
async fn assert_kho_works(bucket: &Bucket) {
    let store = bucket_of(&bucket.objects);
    store.ready().await.unwrap();
    let key = ObjectKey { blob: BlobId::new(Clock::System.now()), index: 0 };
    let mut writer = store.create(&key).await.unwrap();
    writer.write(Bytes::from_static(b"bytes")).await.unwrap();
    writer.commit().await.unwrap();
    let read: Vec<Bytes> = store.read(&key, 0..5).await.unwrap().try_collect().await.unwrap();
    assert_eq!(read.concat(), b"bytes");
    assert_eq!(store.list().try_collect::<Vec<_>>().await.unwrap().len(), 1);
    store.delete(&key).await.unwrap();
    assert_eq!(store.size(&key).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_files_has_nothing_to_apply_and_must_be_closed() {
    let folder = tempfile::tempdir().unwrap();
    let objects = folder.path().join("objects");
    let url = format!("file:{}", objects.display());
    assert_eq!(told(storage(&url, folder.path(), &["check"]).await).0, 2, "there is no folder yet");

    let (code, text) = told(storage(&url, folder.path(), &["apply"]).await);
    assert!(code == 0 && text.contains("there is nothing to do"), "{text}");
    kho::storage::open(&url, None).await.unwrap();
    let (code, text) = told(storage(&url, folder.path(), &["check"]).await);
    assert!(code == 0 && text.contains("there is nothing to compare"), "{text}");

    std::fs::set_permissions(&objects, PermissionsExt::from_mode(0o750)).unwrap();
    let (code, text) = told(storage(&url, folder.path(), &["check"]).await);
    assert!(code == 1 && text.contains("mode 0750"), "{text}");
}
