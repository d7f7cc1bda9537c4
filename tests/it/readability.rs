//! Files that nobody can read are recognised (J7): blank pages, passwords, nothing in them, damage. What can be read is never kept out.

use kho::sql;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::dossier_world::*;
use crate::support::{Person, TestApp, problem, text};

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/readability/", $name)).as_slice()
    };
}

/// Adds a file and says what kind of paper it is.
async fn added(person: &Person, name: &str, bytes: &[u8]) -> Value {
    let document = person.document(&person.root, name, bytes).await;
    let answer = person.patch(&document, json!({ "type_code": "birth-certificate" })).await;
    assert_eq!(answer.status(), 200, "{name}");
    answer.json().await.unwrap()
}

async fn readability(person: &Person, document: &Value) -> String {
    text(&person.get(&format!("/entries/{}", id(document))).await["document"]["readability"])
}

/// How the birth certificate of a dossier stands: the state, and the codes of what is in the way or in doubt.
async fn standing(person: &Person, dossier: &Value) -> (String, Vec<String>) {
    let found = person.get(&format!("/dossiers/{}/completeness", id(dossier))).await;
    let components = found["components"].as_array().unwrap();
    let birth = components.iter().find(|one| one["component"] == "birth" || one["code"] == "birth").unwrap();
    let state = if birth["standing"].is_object() { &birth["standing"] } else { birth };
    let codes = ["obstacles", "doubts"].iter().flat_map(|list| state[list].as_array().into_iter().flatten());
    (text(&state["state"]), codes.map(|one| text(&one["code"])).collect())
}

/// Attaches a paper to a new dossier; the dossier.
async fn in_a_dossier(person: &Person, document: &Value) -> Value {
    let dossier = opened(person).await;
    attached(person, &dossier, "birth", document).await;
    dossier
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_nobody_can_read_is_no_paper_and_its_owner_is_told() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let spaces = "  \r\n\t \n\u{a0} ".as_bytes();
    let files: [(&str, &[u8], &str); 9] = [
        ("quét trắng.pdf", file!("blank-scan.pdf"), "blank"),
        ("ảnh trắng.jpg", file!("blank-scan.jpg"), "blank"),
        ("ba trang trắng.pdf", file!("blank-pages.pdf"), "blank"),
        ("khóa cũ.pdf", file!("locked-rc4.pdf"), "locked"),
        ("khóa.pdf", file!("locked-aes128.pdf"), "locked"),
        ("khóa mới.pdf", file!("locked-aes256.pdf"), "locked"),
        ("không trang.pdf", file!("no-pages.pdf"), "empty"),
        ("đơn trống.docx", file!("empty.docx"), "empty"),
        ("trắng.txt", spaces, "empty"),
    ];
    let mut papers = Vec::new();
    for (name, bytes, expected) in files {
        let document = added(&hoa, name, bytes).await;
        assert_eq!(readability(&hoa, &document).await, "unknown", "{name} was not looked at yet");
        let dossier = in_a_dossier(&hoa, &document).await;
        assert_eq!(
            standing(&hoa, &dossier).await,
            ("satisfied".to_owned(), vec![]),
            "{name}: unknown is no obstacle"
        );
        papers.push((name, document, dossier, expected));
    }

    app.run_jobs().await;

    for (name, document, dossier, expected) in &papers {
        assert_eq!(readability(&hoa, document).await, *expected, "{name}");
        let found = standing(&hoa, dossier).await;
        assert_eq!(found, ("attached_but".to_owned(), vec![(*expected).to_owned()]), "{name}");
        let refused = moved(&hoa, dossier, json!({ "move": "submit" })).await;
        assert_eq!(problem(refused).await, (409, "dossier_incomplete".to_owned()), "{name}");
    }
    let proposals = hoa.get(&format!("/dossiers/{}/proposals", id(&opened(&hoa).await))).await;
    let birth =
        proposals["components"].as_array().unwrap().iter().find(|one| one["component_code"] == "birth");
    let birth = birth.unwrap();
    assert_eq!(birth["fitting"], json!([]));
    let near = birth["near"].as_array().unwrap();
    assert_eq!(near.len(), papers.len(), "the owner is told what is in the way");
    let locked = near.iter().find(|one| one["title"] == "khóa.pdf").unwrap();
    assert_eq!(locked["obstacles"][0]["code"], "locked");
    let sentence = &locked["obstacles"][0]["sentence"];
    assert!(text(&sentence["vi"]).contains("mật khẩu") && text(&sentence["en"]).contains("password"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_can_read_or_nobody_can_judge_is_not_kept_out() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let files: [(&str, &[u8], &str); 9] = [
        ("giấy.pdf", file!("sound.pdf"), "readable"),
        ("dấu mờ.pdf", file!("faint-stamp.pdf"), "readable"),
        ("trang ba có chữ.pdf", file!("blank-first.pdf"), "readable"),
        ("cấm in.pdf", file!("no-printing-aes256.pdf"), "readable"),
        ("ảnh chụp.jpg", file!("photo.jpg"), "readable"),
        ("đơn.docx", file!("words.docx"), "readable"),
        ("ảnh trong đơn.docx", file!("picture.docx"), "readable"),
        ("lời.txt", "Khai sinh".as_bytes(), "readable"),
        ("dữ liệu.xml", b"<?xml version=\"1.0\"?><a hoTen=\"Hoa\"/>", "unknown"),
    ];
    let mut papers = Vec::new();
    for (name, bytes, expected) in files {
        papers.push((name, added(&hoa, name, bytes).await, expected));
    }

    app.run_jobs().await;

    for (name, document, expected) in &papers {
        assert_eq!(readability(&hoa, document).await, *expected, "{name}");
        let dossier = in_a_dossier(&hoa, document).await;
        assert_eq!(standing(&hoa, &dossier).await, ("satisfied".to_owned(), vec![]), "{name}");
        assert_eq!(go(&hoa, &dossier, "submit").await["state"], "submitted", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_left_to_the_officer_and_never_proposed() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let sound = file!("sound.pdf");
    let package = file!("words.docx");
    let mut papers = Vec::new();
    for (name, bytes) in [("cụt.pdf", &sound[..60]), ("cụt.docx", &package[..package.len() - 200])] {
        papers.push((name, added(&hoa, name, bytes).await));
    }
    app.run_jobs().await;
    for (name, document) in &papers {
        assert_eq!(readability(&hoa, document).await, "damaged", "{name}");
        let dossier = in_a_dossier(&hoa, document).await;
        let found = standing(&hoa, &dossier).await;
        assert_eq!(found, ("left_to_officer".to_owned(), vec!["damaged".to_owned()]), "{name}");
    }
    let proposals = hoa.get(&format!("/dossiers/{}/proposals", id(&opened(&hoa).await))).await;
    let components = proposals["components"].as_array().unwrap();
    assert!(components.iter().all(|one| one["fitting"] == json!([])), "{proposals:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_file_with_a_password_is_not_even_taken() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    for name in ["đơn.docx", "đơn.doc"] {
        let part = Part::bytes(file!("locked.docx").to_vec()).file_name(name);
        let request = hoa.request(Method::POST, &format!("/entries/{}/documents", hoa.root));
        let answer = request.multipart(Form::new().part("file", part)).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["code"], "file_locked", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_belongs_to_the_bytes_and_a_dossier_goes_by_its_pinned_version() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let locked = added(&hoa, "giấy.pdf", file!("locked-aes256.pdf")).await;
    let dossier = in_a_dossier(&hoa, &locked).await;
    app.run_jobs().await;

    let rev = hoa.get(&format!("/entries/{}", id(&locked))).await["rev"].as_i64().unwrap();
    assert_eq!(rev, locked["rev"].as_i64().unwrap(), "it is no change");
    assert_eq!(hoa.version(&id(&locked), rev, "giấy.pdf", file!("sound.pdf")).await.status(), 201);
    assert_eq!(readability(&hoa, &locked).await, "unknown");
    app.run_jobs().await;
    assert_eq!(readability(&hoa, &locked).await, "readable");
    assert_eq!(standing(&hoa, &dossier).await.1, ["locked"], "the version that the dossier has");

    let again = hoa
        .request(Method::POST, &format!("/entries/{}/versions/1/restore", id(&locked)))
        .header("If-Match", format!("\"{}\"", rev + 1))
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), 201);
    assert_eq!(readability(&hoa, &locked).await, "locked", "the bytes are the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_from_before_are_looked_at_by_command() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let blank = added(&hoa, "trắng.pdf", file!("blank-pages.pdf")).await;
    let empty = added(&hoa, "trống.docx", file!("empty.docx")).await;
    app.run_jobs().await;
    let mut tx = app.kho.db.begin().await.unwrap();
    sql!(tx, execute, "UPDATE version SET readability = NULL").unwrap();
    sql!(tx, execute, "UPDATE entry SET readability = NULL").unwrap();
    tx.commit().await.unwrap();
    assert_eq!(readability(&hoa, &blank).await, "unknown");

    assert_eq!(app.kho.queue_thumbnails(false, |_| ()).await.unwrap(), 1);
    app.kho.reindex(true, |_| ()).await.unwrap();
    app.run_jobs().await;

    assert_eq!(readability(&hoa, &blank).await, "blank");
    assert_eq!(readability(&hoa, &empty).await, "empty");
    assert_eq!(app.kho.queue_thumbnails(false, |_| ()).await.unwrap(), 0);
}
