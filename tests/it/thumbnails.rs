//! Pictures of papers for lists (D1, D11): made by jobs, seen by whoever may see the paper, gone with it.

use futures::TryStreamExt;
use kho::services::check::Findings;
use kho::services::fsck::FsckScope;
use kho::sql;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Person, TestApp, pdf, png, problem, text};

const RED: [u8; 4] = [200, 0, 0, 255];
const BLUE: [u8; 4] = [0, 0, 200, 255];

async fn thumbnail(person: &Person, id: &str) -> reqwest::Response {
    person.request(Method::GET, &format!("/entries/{id}/thumbnail")).send().await.unwrap()
}

/// The picture of a document, and its ETag.
async fn picture(person: &Person, id: &str) -> (image::RgbImage, String) {
    let answer = thumbnail(person, id).await;
    assert_eq!(answer.status(), 200);
    let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
    let bytes = answer.bytes().await.unwrap();
    let picture = image::load_from_memory_with_format(&bytes, image::ImageFormat::Jpeg).unwrap();
    (picture.into_rgb8(), tag)
}

async fn has_thumbnail(person: &Person, id: &str) -> bool {
    person.get(&format!("/entries/{id}")).await["document"]["has_thumbnail"].as_bool().unwrap()
}

/// A PDF file of one page, red above and white below.
fn page() -> Vec<u8> {
    let content = "1 0 0 rg 0 421 595 421 re f";
    let mut file = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n".to_vec();
    file.extend(b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n");
    file.extend(
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>\nendobj\n",
    );
    file.extend(
        format!("4 0 obj\n<< /Length {} >>\nstream\n{content}\nendstream\nendobj\n", content.len()).bytes(),
    );
    file.extend(b"trailer\n<< /Size 5 /Root 1 0 R >>\n%%EOF\n");
    file
}

async fn fsck(app: &TestApp) -> Vec<&'static str> {
    let mut findings = Findings::default();
    let scope = FsckScope { read_all: true, ..Default::default() };
    app.kho.fsck(scope, &mut findings).await.expect("the store can be checked");
    findings.0.iter().map(|finding| finding.kind).collect()
}

async fn objects(app: &TestApp) -> Vec<kho::storage::StoredObject> {
    app.kho.objects.list().try_collect().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_and_picture_gets_a_thumbnail_and_other_files_none() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let paper = text(&hoa.document(&hoa.root, "giấy.pdf", &page()).await["id"]);
    let photo = text(&hoa.document(&hoa.root, "ảnh.png", &png(1_200, 600, RED)).await["id"]);
    let list = text(&hoa.document(&hoa.root, "danh sách.xml", b"<?xml version=\"1.0\"?><a/>").await["id"]);
    assert_eq!(problem(thumbnail(&hoa, &paper).await).await, (404, "no_thumbnail".to_owned()));

    app.run_jobs().await;

    let (drawn, _) = picture(&hoa, &paper).await;
    assert_eq!(drawn.dimensions(), (362, 512));
    assert!(drawn.get_pixel(180, 100).0[1] < 20 && drawn.get_pixel(180, 400).0[1] > 240);
    assert_eq!(picture(&hoa, &photo).await.0.dimensions(), (512, 256));
    let listed = hoa.get(&format!("/entries/{}/children?sort=name", hoa.root)).await;
    let listed = listed["items"].as_array().unwrap().iter().filter(|item| item["kind"] == "document");
    let told = listed.map(|item| (text(&item["name"]), item["document"]["has_thumbnail"] == true));
    let expected = [("ảnh.png", true), ("danh sách.xml", false), ("giấy.pdf", true)];
    assert_eq!(told.collect::<Vec<_>>(), expected.map(|(name, has)| (name.to_owned(), has)));
    assert_eq!(problem(thumbnail(&hoa, &list).await).await, (404, "no_thumbnail".to_owned()));
    assert_eq!(problem(thumbnail(&hoa, &hoa.root).await).await, (409, "not_a_document".to_owned()));
    let usage = hoa.get(&format!("/vaults/{}/usage", hoa.vault)).await;
    let sizes = page().len() + png(1_200, 600, RED).len() + 26;
    assert_eq!(usage["live_bytes"], sizes - 1, "thumbnails count for nobody");
    app.expect_recount(&hoa.vault).await;
    assert_eq!(fsck(&app).await, Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thumbnail_is_that_of_the_current_version_and_comes_back_with_an_old_one() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let document = hoa.document(&hoa.root, "ảnh.png", &png(60, 60, RED)).await;
    let id = text(&document["id"]);
    app.run_jobs().await;
    let (_, first) = picture(&hoa, &id).await;
    assert_eq!(hoa.get(&format!("/entries/{id}")).await["rev"], document["rev"], "it is no change");

    let rev = document["rev"].as_i64().unwrap();
    assert_eq!(hoa.version(&id, rev, "ảnh.png", &png(60, 60, BLUE)).await.status(), 201);
    assert!(!has_thumbnail(&hoa, &id).await, "that of another version is shown by no means");
    app.run_jobs().await;
    let (blue, second) = picture(&hoa, &id).await;
    assert!(blue.get_pixel(30, 30).0[2] > 150 && first != second);

    let restored = hoa
        .request(Method::POST, &format!("/entries/{id}/versions/1/restore"))
        .header("If-Match", format!("\"{}\"", rev + 1))
        .send()
        .await
        .unwrap();
    assert_eq!(restored.status(), 201);
    let (red, third) = picture(&hoa, &id).await;
    assert!(red.get_pixel(30, 30).0[0] > 150 && third == first, "the bytes are the same, and so is it");
    assert_eq!(fsck(&app).await, Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_brought_back_before_its_thumbnail_was_made_gets_it_too() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let document = hoa.document(&hoa.root, "ảnh.png", &png(60, 60, RED)).await;
    let (id, rev) = (text(&document["id"]), document["rev"].as_i64().unwrap());
    hoa.version(&id, rev, "ảnh.png", &png(60, 60, BLUE)).await;
    hoa.request(Method::POST, &format!("/entries/{id}/versions/1/restore"))
        .header("If-Match", format!("\"{}\"", rev + 1))
        .send()
        .await
        .unwrap();

    app.run_jobs().await;

    assert!(picture(&hoa, &id).await.0.get_pixel(30, 30).0[0] > 150);
    assert_eq!(fsck(&app).await, Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_keeps_a_thumbnail_under_the_address_of_its_version() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let id = text(&hoa.document(&hoa.root, "ảnh.png", &png(60, 60, RED)).await["id"]);
    app.run_jobs().await;
    let ask = |query: &str| hoa.request(Method::GET, &format!("/entries/{id}/thumbnail{query}"));

    let plain = ask("").send().await.unwrap();
    assert_eq!(plain.headers()["cache-control"], "private, no-cache");
    assert_eq!(plain.headers()["content-type"], "image/jpeg");
    assert_eq!(plain.headers()["x-content-type-options"], "nosniff");
    let vary = plain.headers().get_all("vary").iter().map(|value| value.to_str().unwrap().to_lowercase());
    assert!(vary.collect::<Vec<_>>().join(", ").contains("cookie"), "each session's own");
    let tag = plain.headers()["etag"].to_str().unwrap().to_owned();
    let current = ask("?version=1").send().await.unwrap();
    assert_eq!(current.headers()["cache-control"], "private, max-age=604800, immutable");
    assert_eq!(ask("?version=2").send().await.unwrap().headers()["cache-control"], "private, no-cache");

    let again = ask("").header("If-None-Match", &tag).send().await.unwrap();
    assert_eq!((again.status().as_u16(), again.headers()["etag"].to_str().unwrap()), (304, tag.as_str()));
    assert!(again.bytes().await.unwrap().is_empty());
    assert_eq!(problem(ask("?size=9").send().await.unwrap()).await.0, 422);
}

/// Files that end, hold up or overfill whoever draws them without bounds.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let nest = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let with_catalog = |more: &str| {
        let page = String::from_utf8(page()).unwrap();
        page.replace("/Type /Catalog", &format!("/Type /Catalog {more}")).into_bytes()
    };
    let with_content = |content: &str| {
        let page = String::from_utf8(page()).unwrap();
        let start = page.find("4 0 obj").unwrap();
        let body = format!(
            "4 0 obj\n<< /Length {} >>\nstream\n{content}\nendstream\nendobj\ntrailer\n<< /Size 5 /Root 1 0 R >>\n%%EOF\n",
            content.len()
        );
        [&page.as_bytes()[..start], body.as_bytes()].concat()
    };
    vec![
        ("sâu.pdf", with_catalog(&format!("/Deep {}", nest(200_000)))),
        ("lâu.pdf", with_content(&"0 0 595 842 re f 0 0 m 595 842 l 9 w S\n".repeat(400_000))),
        ("rối.pdf", with_content(&"q ".repeat(2_000_000))),
        ("ngẫu nhiên.pdf", pdf(30_000)),
        ("cụt.png", png(900, 900, RED)[..300].to_vec()),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_file_has_no_thumbnail_and_holds_nothing_up() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let mut papers = Vec::new();
    for (name, bytes) in hostile() {
        papers.push((name, text(&hoa.document(&hoa.root, name, &bytes).await["id"])));
    }
    let sound = text(&hoa.document(&hoa.root, "giấy.pdf", &page()).await["id"]);

    let started = std::time::Instant::now();
    app.run_jobs().await;

    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
    assert!(has_thumbnail(&hoa, &sound).await, "the next file is drawn");
    assert!(!has_thumbnail(&hoa, &papers[0].1).await, "what overflows a stack is not drawn");
    for (name, id) in papers {
        let answer = thumbnail(&hoa, &id).await;
        println!("{name}: {}", answer.status());
        // What a renderer makes of nonsense within its bounds may be a picture.
        assert!([200, 404].contains(&answer.status().as_u16()), "{name}");
    }
    assert_eq!(fsck(&app).await, Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_see_a_paper_sees_its_thumbnail_and_a_share_is_kept_once_for_the_folder() {
    let app = TestApp::start().await;
    let (hoa, nam, lan) = (app.person("hoa").await, app.person("nam").await, app.person("lan").await);
    let folder = text(&hoa.folder(&hoa.root, "Ảnh").await["id"]);
    let mut photos = Vec::new();
    for name in ["một.png", "hai.png", "ba.png"] {
        photos.push(text(&hoa.document(&folder, name, &png(60, 60, RED)).await["id"]));
    }
    app.run_jobs().await;
    let share = json!({ "entry_id": folder, "recipient": { "login": "nam" }, "rights": ["view"] });
    assert_eq!(hoa.post("/grants", share).await.status(), 201);

    for photo in &photos {
        assert_eq!(thumbnail(&hoa, photo).await.status(), 200);
        assert_eq!(thumbnail(&nam, photo).await.status(), 200);
        assert_eq!(problem(thumbnail(&lan, photo).await).await, (404, "not_found".to_owned()));
    }

    let trail = hoa.get(&format!("/vaults/{}/audit?limit=100", hoa.vault)).await;
    let of_act = |act: &str| {
        let records = trail["items"].as_array().unwrap().iter().filter(move |record| record["act"] == act);
        records.cloned().collect::<Vec<Value>>()
    };
    let looks = of_act("thumbnail.view");
    let (done, refused): (Vec<_>, Vec<_>) = looks.iter().partition(|record| record["outcome"] == "done");
    assert_eq!((done.len(), refused.len()), (1, 3), "one look at a folder, and each try of a stranger");
    assert_eq!((&done[0]["object_name"], &done[0]["actor_name"]), (&json!("Ảnh"), &json!("Người nam")));
    assert!(of_act("document.download").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thumbnail_is_deleted_for_ever_with_its_paper() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let document = hoa.document(&hoa.root, "ảnh.png", &png(60, 60, RED)).await;
    let id = text(&document["id"]);
    app.run_jobs().await;
    assert_eq!(objects(&app).await.len(), 2);

    let trashed = hoa.trash(&document).await;
    assert_eq!(thumbnail(&hoa, &id).await.status(), 200, "it is shown in the trash");
    assert_eq!(hoa.purge(&trashed).await.status(), 200);

    assert_eq!(problem(thumbnail(&hoa, &id).await).await, (404, "not_found".to_owned()));
    let mut tx = app.kho.db.read().await.unwrap();
    let keys = sql!(tx, one(i64,), "SELECT COUNT(*) FROM blob WHERE wrapped_key IS NOT NULL");
    assert_eq!(keys.unwrap(), (0,), "no key is left from that moment on");
    drop(tx);
    app.run_jobs().await;
    assert!(objects(&app).await.is_empty());
    assert_eq!(fsck(&app).await, Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_thumbnail_is_queued_by_command_and_a_damaged_one_drawn_anew() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let id = text(&hoa.document(&hoa.root, "ảnh.png", &png(60, 60, RED)).await["id"]);
    let mut tx = app.kho.db.begin().await.unwrap();
    sql!(tx, execute, "DELETE FROM job WHERE kind = 'make_thumbnail'").unwrap();
    tx.commit().await.unwrap();
    let kho = |flag: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_kho"))
            .args(["thumbnails", flag])
            .args(["--data-dir".as_ref(), app.config.data_dir.as_os_str()])
            .args(["--database-url", &app.config.database_url(), "--objects", &app.config.objects_url()])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    app.run_jobs().await;
    assert!(!has_thumbnail(&hoa, &id).await);

    assert_eq!(kho("--missing"), "1 versions are queued to be drawn\n");
    assert_eq!(kho("--missing"), "1 versions are queued to be drawn\n", "and once in the queue");
    app.run_jobs().await;
    let (_, first) = picture(&hoa, &id).await;
    assert_eq!(kho("--missing"), "0 versions are queued to be drawn\n");

    let smallest =
        objects(&app).await.into_iter().find(|object| first.contains(&object.key.blob.to_string()));
    app.kho.objects.delete(&smallest.expect("the thumbnail's object").key).await.unwrap();
    assert_eq!(problem(thumbnail(&hoa, &id).await).await, (502, "content_damaged".to_owned()));
    let mut found = fsck(&app).await;
    found.sort_unstable();
    assert_eq!(found, ["object_missing", "thumbnail_damaged"]);
    assert_eq!(kho("--all"), "1 versions are queued to be drawn\n");
    app.run_jobs().await;

    assert_ne!(picture(&hoa, &id).await.1, first);
    assert_eq!(objects(&app).await.len(), 2, "the one before is removed");
    assert_eq!(fsck(&app).await, Vec::<&str>::new());
}
