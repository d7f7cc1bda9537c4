//! Comparing rows with objects and with each other: what is damaged is found, what can be mended is, and nothing is lost by it.

use bytes::Bytes;
use chrono::{DateTime, TimeDelta};
use futures::TryStreamExt;
use kho::domain::clock::Clock;
use kho::domain::id::BlobId;
use kho::services::check::{Finding, Findings, Tally};
use kho::services::fsck::FsckScope;
use kho::sql;
use kho::storage::{ObjectKey, StoredObject};
use reqwest::Method;
use uuid::Uuid;

use crate::support::{Person, TestApp, pdf, problem, text};

async fn fsck(app: &TestApp, scope: FsckScope) -> (Vec<(&'static str, bool)>, Tally) {
    let mut findings = Findings::default();
    let tally = app.kho.fsck(scope, &mut findings).await.expect("the store can be checked");
    let kinds = findings.0.iter().map(|finding: &Finding| (finding.kind, finding.repaired));
    (kinds.collect(), tally)
}

async fn found(app: &TestApp) -> Vec<&'static str> {
    let (kinds, _) = fsck(app, FsckScope { read_all: true, ..Default::default() }).await;
    kinds.into_iter().map(|(kind, _)| kind).collect()
}

/// A vault with folders, a document of two versions and one restored.
async fn used_vault(app: &TestApp) -> (Person, String) {
    let hoa = app.person("hoa").await;
    let outer = text(&hoa.folder(&hoa.root, "Ngoài").await["id"]);
    let inner = text(&hoa.folder(&outer, "Trong").await["id"]);
    hoa.document(&outer, "b.pdf", &pdf(70_000)).await;
    let document = hoa.document(&inner, "a.pdf", &pdf(1000)).await;
    let id = text(&document["id"]);
    let rev = document["rev"].as_i64().unwrap();
    hoa.version(&id, rev, "a.pdf", &pdf(2000)).await;
    hoa.request(Method::POST, &format!("/entries/{id}/versions/1/restore"))
        .header("If-Match", format!("\"{}\"", rev + 1))
        .send()
        .await
        .unwrap();
    (hoa, id)
}

async fn objects(app: &TestApp) -> Vec<StoredObject> {
    let mut objects = app.kho.objects.list().try_collect::<Vec<_>>().await.unwrap();
    objects.sort_by_key(|object| object.key);
    objects
}

async fn read(app: &TestApp, object: &StoredObject) -> Vec<u8> {
    let pieces = app.kho.objects.read(&object.key, 0..object.size_bytes).await.unwrap();
    pieces.try_collect::<Vec<Bytes>>().await.unwrap().concat()
}

async fn put(app: &TestApp, key: ObjectKey, bytes: &[u8]) {
    app.kho.objects.delete(&key).await.unwrap();
    let mut writer = app.kho.objects.create(&key).await.unwrap();
    writer.write(Bytes::copy_from_slice(bytes)).await.unwrap();
    writer.commit().await.unwrap();
}

async fn change(app: &TestApp, id: &str, statement: &'static str) {
    let mut tx = app.kho.db.begin().await.unwrap();
    let id: Uuid = id.parse().unwrap();
    assert!(sql!(tx, execute, statement, id).unwrap() > 0, "{statement}");
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_in_use_is_clean() {
    let app = TestApp::start().await;
    let (hoa, _) = used_vault(&app).await;
    assert_eq!(found(&app).await, Vec::<&str>::new());
    let scope = FsckScope { vault: Some(hoa.vault.parse().unwrap()), read_all: true, repair: false };
    let (kinds, tally) = fsck(&app, scope).await;
    assert!(kinds.is_empty() && tally.checked > 0 && tally.is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_flipped_byte_anywhere_is_found_and_never_served() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let document = hoa.document(&hoa.root, "a.pdf", &pdf(70_000)).await;
    let content = format!("/entries/{}/content", text(&document["id"]));
    let object = objects(&app).await.remove(0);
    let sound = read(&app, &object).await;
    for place in [0, 5, 16, 40_000, 65_567, 65_568, sound.len() - 1] {
        let mut damaged = sound.clone();
        damaged[place] ^= 1;
        put(&app, object.key, &damaged).await;
        assert_eq!(found(&app).await, ["content_damaged"], "byte {place}");
        let answer = hoa.request(Method::GET, &content).send().await.unwrap();
        assert_eq!(problem(answer).await, (502, "content_damaged".to_owned()), "byte {place}");
    }
    put(&app, object.key, &sound).await;
    assert_eq!(found(&app).await, Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_or_cut_object_is_found_and_its_row_stays() {
    let app = TestApp::start().await;
    let (hoa, id) = used_vault(&app).await;
    let object = objects(&app).await.remove(0);
    let sound = read(&app, &object).await;

    put(&app, object.key, &sound[..sound.len() - 1]).await;
    let (kinds, _) = fsck(&app, FsckScope::default()).await;
    assert_eq!(kinds, [("object_size", false)]);

    app.kho.objects.delete(&object.key).await.unwrap();
    let (kinds, tally) = fsck(&app, FsckScope { repair: true, ..Default::default() }).await;
    assert_eq!(kinds, [("object_missing", false)]);
    assert!(!tally.is_clean());
    assert_eq!(hoa.get(&format!("/entries/{id}")).await["name"], "a.pdf", "the row stays");

    put(&app, object.key, &sound).await;
    assert_eq!(found(&app).await, Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_sums_ledgers_and_sort_keys_are_mended_from_other_rows() {
    let app = TestApp::start().await;
    let (hoa, id) = used_vault(&app).await;
    let before = hoa.get(&format!("/vaults/{}", hoa.vault)).await;
    let listed = hoa.get(&format!("/entries/{}/children", hoa.root)).await;
    change(&app, &hoa.root, "UPDATE entry SET tree_live_bytes = tree_live_bytes + 7 WHERE id = $1").await;
    change(&app, &id, "UPDATE entry SET tree_version_bytes = 0 WHERE id = $1").await;
    change(&app, &hoa.vault, "UPDATE vault SET trash_bytes = 99, reserved_bytes = 5 WHERE id = $1").await;
    change(
        &app,
        &id,
        "UPDATE entry SET sort_key = (SELECT wrapped_key FROM vault WHERE id = entry.vault_id) WHERE id = $1",
    )
    .await;

    let repaired = fsck(&app, FsckScope { repair: true, ..Default::default() }).await;
    let mut kinds = repaired.0.clone();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds, [("ledger_differs", true), ("sort_key_differs", true), ("sums_differ", true)]);
    assert!(repaired.1.is_clean());
    assert_eq!(found(&app).await, Vec::<&str>::new());
    assert_eq!(hoa.get(&format!("/vaults/{}", hoa.vault)).await, before);
    assert_eq!(hoa.get(&format!("/entries/{}/children", hoa.root)).await, listed);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_contradict_each_other_are_told_and_left() {
    let app = TestApp::start().await;
    let (hoa, id) = used_vault(&app).await;
    let outer = hoa.get(&format!("/entries/{id}/path")).await;
    let folders = outer["items"].as_array().unwrap();
    let inner = folders.iter().find(|step| step["name"] == "Trong").map(|step| text(&step["id"])).unwrap();
    change(&app, &id, "UPDATE entry SET version_count = 9 WHERE id = $1").await;
    change(&app, &id, "UPDATE entry SET name_key = 'x' WHERE id = $1").await;
    // A folder that lies in itself.
    change(&app, &inner, "UPDATE entry SET parent_id = id WHERE id = $1").await;
    change(&app, &id, "UPDATE version SET size_bytes = size_bytes + 1 WHERE entry_id = $1 AND number = 2")
        .await;

    let (kinds, tally) = fsck(&app, FsckScope { repair: true, ..Default::default() }).await;
    for kind in ["version_count_differs", "name_key_differs", "unreachable", "size_differs"] {
        assert!(kinds.contains(&(kind, false)), "{kind}: {kinds:?}");
    }
    assert!(!tally.is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_without_a_row_goes_after_the_grace_period_and_no_other() {
    let clock = Clock::fixed(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
    let app = TestApp::start_with(clock.clone(), |_| {}).await;
    let (_, _) = used_vault(&app).await;
    let sound = objects(&app).await.into_iter().map(|object| object.key).collect::<Vec<_>>();
    let stray = ObjectKey { blob: BlobId::new(clock.now()), index: 0 };
    put(&app, stray, b"stray").await;
    assert_eq!(found(&app).await, Vec::<&str>::new(), "its row may be on its way");
    clock.advance(TimeDelta::minutes(11));
    assert_eq!(found(&app).await, ["object_unnamed"]);

    let first = app.kho.sweep_objects(None).await.unwrap();
    assert_eq!((first.orphans, first.removed), (1, 0));
    assert_eq!(found(&app).await, Vec::<&str>::new(), "it waits for its grace period");
    clock.advance(TimeDelta::hours(23));
    assert_eq!(app.kho.sweep_objects(None).await.unwrap().removed, 0);
    clock.advance(TimeDelta::hours(2));
    assert_eq!(app.kho.sweep_objects(None).await.unwrap().removed, 1);
    let left = objects(&app).await.into_iter().map(|object| object.key).collect::<Vec<_>>();
    assert_eq!(left, sound);
    assert_eq!(found(&app).await, Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_a_row_names_again_is_kept() {
    let app = TestApp::start().await;
    let (_, _) = used_vault(&app).await;
    let object = objects(&app).await.remove(0);
    let mut tx = app.kho.db.begin().await.unwrap();
    kho::db::orphan::mark(&mut tx, (object.key.blob.0, object.key.index.into()), DateTime::UNIX_EPOCH)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let swept = app.kho.sweep_objects(None).await.unwrap();
    assert_eq!(swept.removed, 0);
    assert_eq!(found(&app).await, Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_upload_leaves_nothing_after_the_sweep() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let form = reqwest::multipart::Form::new()
        .text("sha256", "00".repeat(32))
        .part("file", reqwest::multipart::Part::bytes(pdf(5000)).file_name("a.pdf"));
    let path = format!("/entries/{}/documents", hoa.root);
    let refused = hoa.request(Method::POST, &path).multipart(form).send().await.unwrap();
    assert_eq!(problem(refused).await, (422, "checksum_mismatch".to_owned()));
    let swept = app.kho.sweep_objects(Some(TimeDelta::zero())).await.unwrap();
    assert_eq!(swept.blobs, 1);
    assert!(objects(&app).await.is_empty());
    assert_eq!(found(&app).await, Vec::<&str>::new());
}
