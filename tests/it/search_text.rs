//! Finding papers by the text inside their files.

use std::io::{Cursor, Write};

use reqwest::Method;
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{Person, TestApp, names, text};

fn docx(paragraph: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let document = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:body><w:p><w:r><w:t>{paragraph}</w:t></w:r></w:p></w:body></w:document>"
    );
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/word/document.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    for (name, content) in [("[Content_Types].xml", types), ("word/document.xml", &document)] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn pdf_of(line: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 72 720 Td ({line}) Tj ET");
    format!(
        "%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n\
         3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>\nendobj\n\
         4 0 obj\n<</Length {}>>\nstream\n{content}\nendstream\nendobj\n\
         5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>\nendobj\n\
         trailer\n<</Root 1 0 R/Size 6>>\n%%EOF\n",
        content.len()
    )
    .into_bytes()
}

async fn found(person: &Person, q: &str) -> Vec<String> {
    names(
        &person
            .request(Method::GET, "/search")
            .query(&[("q", q)])
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap(),
    )
}

async fn text_state(app: &TestApp, document: &Value) -> String {
    let mut tx = app.kho.db.read().await.unwrap();
    let id = text(&document["id"]).parse().unwrap();
    let entry = kho::db::entry::get(&mut tx, id).await.unwrap().unwrap();
    let version = kho::db::version::get(&mut tx, entry.current_version_id.unwrap()).await.unwrap();
    version.unwrap().text_state
}

#[tokio::test(flavor = "multi_thread")]
async fn words_inside_pdf_and_office_files_are_found_with_and_without_diacritics() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    hoa.document(&hoa.root, "a.docx", &docx("Cộng hoà xã hội: Trần Văn Đức, sổ 990471")).await;
    hoa.document(&hoa.root, "b.pdf", &pdf_of("Xac nhan cu tru 4711")).await;
    let letter = hoa.document(&hoa.root, "c.txt", "Đơn xin đổi tên".as_bytes()).await;
    assert_eq!(found(&hoa, "trần văn đức").await, Vec::<String>::new());

    app.run_jobs().await;

    for (q, expected) in [
        ("trần văn đức", "a.docx"),
        ("tran van duc", "a.docx"),
        ("cộng hòa", "a.docx"),
        ("990471", "a.docx"),
        ("xác nhận cư trú", "b.pdf"),
        ("4711", "b.pdf"),
        ("docx đức", "a.docx"),
        ("doi ten", "c.txt"),
    ] {
        assert_eq!(found(&hoa, q).await, [expected], "{q}");
    }
    // Inside files only whole words are found.
    assert_eq!(found(&hoa, "99047").await, Vec::<String>::new());
    assert_eq!(text_state(&app, &letter).await, "done");
    let hit = hoa.get("/search?q=4711").await["items"][0].clone();
    assert_eq!(
        (&hit["matched"], &hit["found_in"]),
        (&"text".into(), &serde_json::json!([{ "field": "text" }]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_replaces_the_words_and_an_old_one_brings_them_back() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let first = hoa.document(&hoa.root, "a.txt", b"mot hai").await;
    let id = text(&first["id"]);
    app.run_jobs().await;
    let second = hoa.version(&id, first["rev"].as_i64().unwrap(), "a.txt", b"ba bon").await;
    let second: Value = second.json().await.unwrap();
    app.run_jobs().await;
    assert_eq!((found(&hoa, "hai").await.len(), found(&hoa, "bon").await.len()), (0, 1));

    // Describing it keeps the words of its file.
    assert_eq!(hoa.patch(&second, serde_json::json!({ "title": "Khác" })).await.status(), 200);
    assert_eq!((found(&hoa, "khac").await.len(), found(&hoa, "bon khac").await.len()), (1, 1));

    let rev = second["rev"].as_i64().unwrap() + 1;
    let path = format!("/entries/{id}/versions/1/restore");
    let restored =
        hoa.request(Method::POST, &path).header("If-Match", format!("\"{rev}\"")).send().await.unwrap();
    assert_eq!(restored.status(), 201);
    app.run_jobs().await;
    assert_eq!((found(&hoa, "hai").await.len(), found(&hoa, "bon").await.len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_read_stays_findable_by_its_name() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let mut broken = docx("ẩn");
    let length = broken.len();
    broken.truncate(length - 40);
    let broken = hoa.document(&hoa.root, "hong.docx", &broken).await;
    let noise = hoa.document(&hoa.root, "nhieu.pdf", &crate::support::pdf(70_000)).await;

    app.run_jobs().await;

    assert_eq!(text_state(&app, &broken).await, "failed");
    assert_ne!(text_state(&app, &noise).await, "pending");
    assert_eq!(found(&hoa, "hong").await, ["hong.docx"]);
    assert_eq!(found(&hoa, "nhieu").await, ["nhieu.pdf"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_word_of_a_file_stands_readable_in_the_database() {
    let app = TestApp::start_with(kho::domain::clock::Clock::System, |config| {
        // A file on disk that can be looked through, whatever the back end under test.
        config.database_url = format!("sqlite:{}/kho.sqlite", config.data_dir.display());
    })
    .await;
    let hoa = app.person("hoa").await;
    hoa.document(&hoa.root, "a.docx", &docx("zyxbimat thuong")).await;
    app.run_jobs().await;
    assert_eq!(found(&hoa, "zyxbimat").await, ["a.docx"]);

    let mut looked_through = 0;
    for file in std::fs::read_dir(&app.config.data_dir).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            looked_through += bytes.len();
            assert!(!bytes.windows(8).any(|window| window == b"zyxbimat"), "{}", path.display());
        }
    }
    assert!(looked_through > 100_000);
}
