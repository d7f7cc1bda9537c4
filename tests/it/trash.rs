//! The trash: into it, out of it as it was, and out of it for ever (D6, C, H).

use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt;
use kho::domain::clock::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Person, TestApp, names, pdf, problem, text};

async fn trash_names(person: &Person) -> Vec<String> {
    names(&person.get(&format!("/vaults/{}/trash", person.vault)).await)
}

async fn usage(person: &Person) -> (i64, i64, i64) {
    let usage = person.get(&format!("/vaults/{}/usage", person.vault)).await;
    let bytes = |field: &str| usage[field].as_i64().unwrap();
    (bytes("live_bytes"), bytes("version_bytes"), bytes("trash_bytes"))
}

async fn objects(app: &TestApp) -> usize {
    let folder = app.config.data_dir.join("objects");
    if app.config.objects.is_empty() {
        let mut count = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("tmp") {
                count += std::fs::read_dir(path).unwrap().count();
            }
        }
        return count;
    }
    app.kho.objects.list().count().await
}

/// Everything a person sees of an entry, but for the revision that trash and restore count up.
async fn details(person: &Person, entry: &Value) -> (Value, Value, Value) {
    let id = text(&entry["id"]);
    let mut body = person.get(&format!("/entries/{id}")).await;
    body["rev"] = Value::Null;
    let path = person.get(&format!("/entries/{id}/path")).await;
    let is_document = body["kind"] == "document";
    let versions = match is_document {
        true => person.get(&format!("/entries/{id}/versions")).await,
        false => person.get(&format!("/entries/{id}/children")).await,
    };
    (body, path, versions)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_from_the_trash_is_what_went_in() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let folder = hoa.folder(&hoa.root, "Giấy tờ của con").await;
    let inner = hoa.folder(&text(&folder["id"]), "Học bạ").await;
    let document = hoa.document(&text(&inner["id"]), "lớp 1.pdf", &pdf(1000)).await;
    hoa.version(&text(&document["id"]), 1, "lớp 1.pdf", &pdf(500)).await;
    let document = hoa.get(&format!("/entries/{}", text(&document["id"]))).await;
    let described = hoa.patch(&document, json!({ "title": "Học bạ lớp 1", "tags": ["con"] })).await;
    assert_eq!(described.status(), 200);
    let before = details(&hoa, &document).await;
    let folder_before = details(&hoa, &folder).await;

    let document = hoa.get(&format!("/entries/{}", text(&document["id"]))).await;
    let trashed = hoa.trash(&document).await;
    assert_eq!(usage(&hoa).await, (0, 0, 1500));
    assert_eq!(trashed["trashed_by_name"], "Người hoa");
    assert_eq!(trashed["freed_bytes"], 1500);
    assert_eq!(names(&json!({ "items": trashed["original_path"] })), ["Giấy tờ của con", "Học bạ"]);
    app.expect_recount(&hoa.vault).await;
    let restored = hoa.restore(&trashed, json!({})).await;
    assert_eq!(details(&hoa, &document).await, before);
    // An ETag from before the trash guards nothing any more.
    assert!(restored["rev"].as_i64() > document["rev"].as_i64());

    let trashed = hoa.trash(&folder).await;
    assert_eq!(trash_names(&hoa).await, ["Giấy tờ của con"]);
    let inside = hoa.request(Method::GET, &format!("/entries/{}/children", text(&inner["id"]))).send().await;
    assert_eq!(problem(inside.unwrap()).await, (409, "entry_in_trash".to_owned()));
    app.expect_recount(&hoa.vault).await;
    hoa.restore(&trashed, json!({})).await;
    assert_eq!(details(&hoa, &folder).await, folder_before);
    assert_eq!(details(&hoa, &document).await, before);
    assert_eq!(usage(&hoa).await, (500, 1000, 0));
    assert_eq!(trash_names(&hoa).await, Vec::<String>::new());
    app.expect_recount(&hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn default_folders_and_unguarded_or_stale_deletions_are_refused() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let list = hoa.get(&format!("/entries/{}/children", hoa.root)).await;
    let root = hoa.get(&format!("/entries/{}", hoa.root)).await;
    let own = hoa.folder(&hoa.root, "Của tôi").await;
    let path = format!("/entries/{}", text(&own["id"]));

    let default = hoa.try_trash(&list["items"][0]).await;
    assert_eq!(problem(default).await, (409, "default_folder_locked".to_owned()));
    assert_eq!(problem(hoa.try_trash(&root).await).await, (409, "default_folder_locked".to_owned()));
    let unguarded = hoa.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(problem(unguarded).await, (428, "precondition_required".to_owned()));
    let stale = hoa.request(Method::DELETE, &path).header("If-Match", "\"9\"").send().await.unwrap();
    assert_eq!(problem(stale).await, (412, "precondition_failed".to_owned()));
    assert_eq!(problem(nam.try_trash(&own).await).await, (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_itself_trashed_is_restored_or_purged() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let folder = hoa.folder(&hoa.root, "Ngoài").await;
    let inner = hoa.folder(&text(&folder["id"]), "Trong").await;
    let live = hoa.folder(&hoa.root, "Còn").await;
    hoa.trash(&folder).await;

    for entry in [&inner, &live] {
        let restored = hoa.post(&format!("/trash/{}/restore", text(&entry["id"])), json!({})).await;
        assert_eq!(problem(restored).await, (409, "entry_not_in_trash".to_owned()));
        assert_eq!(problem(hoa.purge(entry).await).await, (409, "entry_not_in_trash".to_owned()));
    }
    let strange = nam.post(&format!("/trash/{}/restore", text(&folder["id"])), json!({})).await;
    assert_eq!(problem(strange).await, (404, "not_found".to_owned()));
    assert_eq!(problem(nam.purge(&folder).await).await, (404, "not_found".to_owned()));
    let list = nam.request(Method::GET, &format!("/vaults/{}/trash", hoa.vault)).send().await.unwrap();
    assert_eq!(problem(list).await, (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_name_is_kept_beside_unless_refused() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let first = hoa.document(&hoa.root, "a.pdf", &pdf(100)).await;
    hoa.trash(&first).await;
    hoa.document(&hoa.root, "A.pdf", &pdf(200)).await;

    let path = format!("/trash/{}/restore", text(&first["id"]));
    let refused = hoa.post(&path, json!({ "on_conflict": "refuse" })).await;
    assert_eq!(problem(refused).await, (409, "name_taken".to_owned()));
    let restored = hoa.restore(&first, json!({})).await;
    assert_eq!(restored["name"], "a (2).pdf");
    assert_eq!(restored["id"], first["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_that_are_gone_are_made_again() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let outer = hoa.folder(&hoa.root, "Ngoài").await;
    let inner = hoa.folder(&text(&outer["id"]), "Trong").await;
    let document = hoa.document(&text(&inner["id"]), "a.pdf", &pdf(100)).await;
    let other = hoa.document(&text(&inner["id"]), "b.pdf", &pdf(100)).await;
    hoa.trash(&document).await;
    hoa.trash(&other).await;
    let inner = hoa.get(&format!("/entries/{}", text(&inner["id"]))).await;
    hoa.trash(&inner).await;
    let outer = hoa.get(&format!("/entries/{}", text(&outer["id"]))).await;
    hoa.trash(&outer).await;

    // Both folders lie in the trash; then one of them is gone for ever, and what was trashed before outlives it.
    let restored = hoa.restore(&document, json!({})).await;
    assert_ne!(restored["parent_id"], inner["id"]);
    let path = hoa.get(&format!("/entries/{}/path", text(&document["id"]))).await;
    assert_eq!(names(&path), ["Kho", "Ngoài", "Trong", "a.pdf"]);
    assert_eq!(hoa.purge(&outer).await.status(), 200);
    app.run_jobs().await;
    app.expect_recount(&hoa.vault).await;
    let again = hoa.restore(&other, json!({})).await;
    assert_eq!(again["parent_id"], restored["parent_id"], "the folder made again is used");
    let empty = hoa.restore(&inner, json!({})).await;
    assert_eq!(empty["name"], "Trong (2)");
    app.expect_recount(&hoa.vault).await;

    let elsewhere = hoa.folder(&hoa.root, "Nơi khác").await;
    let document = hoa.get(&format!("/entries/{}", text(&document["id"]))).await;
    hoa.trash(&document).await;
    let moved = hoa.restore(&document, json!({ "parent_id": elsewhere["id"] })).await;
    assert_eq!(moved["parent_id"], elsewhere["id"]);
    app.expect_recount(&hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_for_ever_frees_the_bytes_and_destroys_the_keys() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let before = objects(&app).await;
    let folder = hoa.folder(&hoa.root, "Bỏ").await;
    let document = hoa.document(&text(&folder["id"]), "a.pdf", &pdf(1000)).await;
    let id = text(&document["id"]);
    hoa.version(&id, 1, "a.pdf", &pdf(500)).await;
    // A version brought back shares its bytes with the old one.
    let restored = hoa
        .request(Method::POST, &format!("/entries/{id}/versions/1/restore"))
        .header("If-Match", "\"2\"")
        .send()
        .await
        .unwrap();
    assert_eq!(restored.status(), 201);
    let folder = hoa.get(&format!("/entries/{}", text(&folder["id"]))).await;
    hoa.trash(&folder).await;
    assert_eq!(usage(&hoa).await, (0, 0, 2500));

    let purged: Value = hoa.purge(&folder).await.json().await.unwrap();
    assert_eq!(purged, json!({ "documents": 1, "bytes": 2500, "complete": true }));
    assert_eq!(usage(&hoa).await, (0, 0, 0));
    app.expect_recount(&hoa.vault).await;
    let keys = key_count(&app).await;
    assert_eq!(keys, 0, "no data key is left");
    app.run_jobs().await;
    assert_eq!(objects(&app).await, before);
    for path in [format!("/entries/{id}"), format!("/entries/{id}/content"), format!("/trash/{id}")] {
        let gone = hoa.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(problem(gone).await, (404, "not_found".to_owned()), "{path}");
    }
    assert_eq!(problem(hoa.purge(&folder).await).await, (404, "not_found".to_owned()));
}

async fn key_count(app: &TestApp) -> i64 {
    let mut tx = app.kho.db.read().await.unwrap();
    let (count,): (i64,) = kho::sql!(
        tx,
        one kho::db::One<i64>,
        "SELECT COUNT(*) FROM blob WHERE wrapped_key IS NOT NULL"
    )
    .unwrap();
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn several_are_trashed_and_purged_by_name_and_count() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let list = hoa.get(&format!("/entries/{}/children", hoa.root)).await;
    let default = &list["items"][0]["id"];
    let foreign = &nam.folder(&nam.root, "Của Nam").await["id"];
    let (a, b) = (hoa.folder(&hoa.root, "A").await, hoa.folder(&hoa.root, "B").await);
    let ids = json!([a["id"], default, foreign, b["id"]]);

    let answer = hoa.post("/entries/trash", json!({ "ids": ids })).await;
    assert_eq!(answer.status(), 200);
    let outcome: Value = answer.json().await.unwrap();
    let outcome = outcome["items"].as_array().unwrap().iter().map(|item| item["code"].as_str());
    assert_eq!(outcome.collect::<Vec<_>>(), [None, Some("default_folder_locked"), Some("not_found"), None]);
    assert_eq!(trash_names(&hoa).await.len(), 2);

    let miscounted = hoa.post("/trash/purge", json!({ "ids": [a["id"], b["id"]], "count": 3 })).await;
    assert_eq!(problem(miscounted).await, (422, "invalid_input".to_owned()));
    let repeated = hoa.post("/trash/purge", json!({ "ids": [a["id"], a["id"]], "count": 2 })).await;
    assert_eq!(problem(repeated).await, (422, "invalid_input".to_owned()));
    let purged = hoa.post("/trash/purge", json!({ "ids": [a["id"], b["id"]], "count": 2 })).await;
    assert_eq!(purged.status(), 200);
    assert_eq!(trash_names(&hoa).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trash_is_paged_sorted_and_searched() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    for (name, size) in [("Tờ 10.pdf", 300), ("Tờ 2.pdf", 100), ("Đơn xin.pdf", 200)] {
        let document = hoa.document(&hoa.root, name, &pdf(size)).await;
        hoa.trash(&document).await;
    }
    for (sort, expected) in [
        ("name", ["Đơn xin.pdf", "Tờ 2.pdf", "Tờ 10.pdf"]),
        ("-name", ["Tờ 10.pdf", "Tờ 2.pdf", "Đơn xin.pdf"]),
        ("size", ["Tờ 2.pdf", "Đơn xin.pdf", "Tờ 10.pdf"]),
        ("-updated_at", ["Đơn xin.pdf", "Tờ 2.pdf", "Tờ 10.pdf"]),
    ] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/vaults/{}/trash?sort={sort}&limit=1{cursor}", hoa.vault);
            let page = hoa.get(&path).await;
            seen.extend(names(&page));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, expected, "sorted by {sort}");
    }
    let found = hoa.get(&format!("/vaults/{}/trash?q=don%20XIN", hoa.vault)).await;
    assert_eq!(names(&found), ["Đơn xin.pdf"]);
    let first = hoa.get(&format!("/vaults/{}/trash?q=to&limit=1&sort=name", hoa.vault)).await;
    let cursor = text(&first["next_cursor"]);
    let second =
        hoa.get(&format!("/vaults/{}/trash?q=to&limit=1&sort=name&cursor={cursor}", hoa.vault)).await;
    assert_eq!((names(&first), names(&second)), (vec!["Tờ 2.pdf".into()], vec!["Tờ 10.pdf".into()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purge_by_age_is_planned_shown_and_explained() {
    let start: DateTime<Utc> = "2026-03-01T08:00:00Z".parse().unwrap();
    let clock = Clock::fixed(start);
    let app = TestApp::start_with(clock.clone(), |config| config.session_hours = 24 * 365).await;
    let hoa = app.person("hoa").await;
    let (old, kept) = (
        hoa.document(&hoa.root, "cũ.pdf", &pdf(100)).await,
        hoa.document(&hoa.root, "giữ.pdf", &pdf(100)).await,
    );
    hoa.trash(&old).await;
    let trashed = hoa.trash(&kept).await;
    assert_eq!((&trashed["days_left"], &trashed["purge_planned"]), (&json!(31), &json!(false)));

    clock.advance(TimeDelta::days(30));
    app.run_jobs().await;
    let list = hoa.get(&format!("/vaults/{}/trash?sort=name", hoa.vault)).await;
    assert_eq!(names(&list), ["cũ.pdf", "giữ.pdf"]);
    assert_eq!(list["items"][0]["purge_planned"], true);
    assert_eq!(list["items"][0]["days_left"], 1);
    hoa.restore(&kept, json!({})).await;

    clock.advance(TimeDelta::days(1));
    app.run_jobs().await;
    assert_eq!(trash_names(&hoa).await, Vec::<String>::new());
    assert_eq!(usage(&hoa).await, (100, 0, 0));
    app.expect_recount(&hoa.vault).await;
    let mut tx = app.kho.db.read().await.unwrap();
    let (detail, channel): (String, String) = kho::sql!(
        tx,
        one(String, String),
        "SELECT detail, channel FROM audit_record WHERE act = 'entry.purge' AND outcome = 'done'"
    )
    .unwrap();
    assert!(detail.contains("\"because\":\"retention\""), "{detail}");
    assert_eq!(channel, "job");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_folder_is_gone_at_once_and_removed_in_batches() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let folder = hoa.folder(&hoa.root, "Lớn").await;
    let inner = hoa.folder(&text(&folder["id"]), "Trong").await;
    let first = hoa.document(&text(&inner["id"]), "0.pdf", &pdf(10)).await;
    copy_document(&app, &first, 1200).await;
    app.expect_recount(&hoa.vault).await;
    let folder = hoa.get(&format!("/entries/{}", text(&folder["id"]))).await;
    hoa.trash(&folder).await;
    app.expect_recount(&hoa.vault).await;

    let purged: Value = hoa.purge(&folder).await.json().await.unwrap();
    assert_eq!(purged, json!({ "documents": 1201, "bytes": 12_010, "complete": false }));
    let gone = hoa.request(Method::GET, &format!("/entries/{}", text(&first["id"]))).send().await.unwrap();
    assert_eq!(problem(gone).await, (404, "not_found".to_owned()));
    assert_eq!(trash_names(&hoa).await, Vec::<String>::new());
    app.expect_recount(&hoa.vault).await;
    app.run_jobs().await;
    assert_eq!(usage(&hoa).await, (0, 0, 0));
    app.expect_recount(&hoa.vault).await;
    assert_eq!(key_count(&app).await, 0);
}

/// Writes `count` more rows like a document's, with blobs of their own, where uploading each would take long.
async fn copy_document(app: &TestApp, document: &Value, count: usize) {
    use kho::domain::id::{BlobId, EntryId, VersionId};
    let now = app.kho.clock.now();
    let id: EntryId = text(&document["id"]).parse().unwrap();
    let mut tx = app.kho.db.begin().await.unwrap();
    let entry = kho::db::entry::get(&mut tx, id).await.unwrap().unwrap();
    let version = kho::db::version::by_number(&mut tx, id, 1).await.unwrap().unwrap();
    for number in 1..=count {
        let (id, blob, version_id) = (EntryId::new(now), BlobId::new(now), VersionId::new(now));
        let name = kho::domain::name::EntryName::parse(&format!("{number}.pdf")).unwrap();
        kho::db::version::insert_blob(&mut tx, blob, entry.vault_id, b"key", now).await.unwrap();
        let document = kho::db::entry::NewDocument {
            id,
            vault_id: entry.vault_id,
            parent_id: entry.parent_id.unwrap(),
            name: kho::db::entry::NameForms {
                name: name.as_str(),
                key: name.key(),
                sort_key: name.sort_key(),
            },
            version_id,
            size_bytes: version.size_bytes,
            media_type: &version.media_type,
            trust_level: 1,
            source: "own_upload",
            metadata: &kho::db::entry::Metadata { tags: "[]".to_owned(), ..Default::default() },
            created_by: version.created_by,
            at: now,
        };
        kho::db::entry::insert_document(&mut tx, document).await.unwrap();
        let copy =
            kho::db::version::Version { id: version_id, entry_id: id, blob_id: blob, ..version.clone() };
        kho::db::version::insert(&mut tx, &copy).await.unwrap();
    }
    let weight = kho::domain::entry::Weight {
        documents: count as i64,
        live_bytes: count as i64 * version.size_bytes,
        ..Default::default()
    };
    kho::db::entry::add_weight(&mut tx, entry.parent_id.unwrap(), weight).await.unwrap();
    let change = kho::db::vault::LedgerChange { live: weight.live_bytes, ..Default::default() };
    kho::db::vault::change_ledger(&mut tx, entry.vault_id, change).await.unwrap();
    tx.commit().await.unwrap();
}
