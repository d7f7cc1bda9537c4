//! A folder or a selection as one ZIP file (D13): what comes out is what went in, under names that every system can unpack.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::process::Command;

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{TestApp, pdf, problem, text};

/// The files of an archive by path; folders with empty content and a slash at the end.
fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        let name = file.name().unwrap().into_owned();
        assert!(files.insert(name.clone(), content).is_none(), "{name} comes once");
    }
    files
}

async fn archive(answer: Response) -> Vec<u8> {
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/zip");
    answer.bytes().await.unwrap().to_vec()
}

/// Lets the unpackers that are installed check an archive.
fn assert_sound(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    std::fs::write(&path, bytes).unwrap();
    let path = path.to_str().unwrap();
    for (program, arguments) in [("unzip", vec!["-tq", path]), ("python3", vec!["-m", "zipfile", "-t", path])]
    {
        if let Ok(ran) = Command::new(program).args(arguments).output() {
            let said =
                String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
            assert!(ran.status.success(), "{program}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_comes_as_an_archive_of_all_that_lives_in_it() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let outer = text(&hoa.folder(&hoa.root, "Hồ sơ: 2026?").await["id"]);
    let inner = text(&hoa.folder(&outer, "Giấy tờ").await["id"]);
    hoa.folder(&outer, "Trống").await;
    let mut expected = BTreeMap::new();
    // More than a page of the walk.
    for number in 1..=53 {
        let bytes = pdf(1000 + number);
        hoa.document(&inner, &format!("Tờ {number}.pdf"), &bytes).await;
        expected.insert(format!("Giấy tờ/Tờ {number}.pdf"), bytes);
    }
    let (large, one, other) = (pdf(3_000_000), pdf(500), pdf(600));
    hoa.document(&outer, "Bản đồ.pdf", &large).await;
    hoa.document(&outer, "a?.pdf", &one).await;
    hoa.document(&outer, "a*.pdf", &other).await;
    let trashed = hoa.document(&outer, "bỏ.pdf", &pdf(700)).await;
    let gone = hoa
        .request(Method::DELETE, &format!("/entries/{}", text(&trashed["id"])))
        .header("If-Match", format!("\"{}\"", trashed["rev"]))
        .send()
        .await
        .unwrap();
    assert!(gone.status().is_success());

    let answer = hoa.request(Method::GET, &format!("/entries/{outer}/zip")).send().await.unwrap();
    let name = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(name.ends_with("UTF-8''H%E1%BB%93%20s%C6%A1%3A%202026%3F.zip"), "{name}");
    let bytes = archive(answer).await;
    assert_sound(&bytes);
    let mut files = unpacked(&bytes);
    let collided = [files.remove("a_.pdf").unwrap(), files.remove("a_ (2).pdf").unwrap()];
    assert!(collided.contains(&one) && collided.contains(&other));
    expected.insert("Giấy tờ/".to_owned(), Vec::new());
    expected.insert("Trống/".to_owned(), Vec::new());
    expected.insert("Bản đồ.pdf".to_owned(), large);
    assert_eq!(files.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    assert!(files == expected);

    // The owner's trail names every document that left.
    let trail = hoa.get(&format!("/vaults/{}/audit?limit=500", hoa.vault)).await;
    let downloads = trail["items"].as_array().unwrap().iter().filter(|record| {
        record["act"] == "document.download" && record["detail"] == json!({ "archive": true })
    });
    assert_eq!(downloads.count(), 56);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_of_folders_and_documents_is_one_archive() {
    let app = TestApp::start().await;
    let (hoa, binh) = (app.person("hoa").await, app.person("binh").await);
    let id = |entry: Value| text(&entry["id"]);
    let folder = id(hoa.folder(&hoa.root, "A").await);
    let (inside, beside) = (pdf(400), pdf(500));
    hoa.document(&folder, "trong.pdf", &inside).await;
    let document = id(hoa.document(&hoa.root, "ngoài.pdf", &beside).await);
    let others = id(binh.document(&binh.root, "x.pdf", &pdf(100)).await);
    let path = format!("/vaults/{}/zip", hoa.vault);

    let bytes = archive(hoa.post(&path, json!({ "ids": [folder, document, document] })).await).await;
    assert_sound(&bytes);
    let expected = [("A/", Vec::new()), ("A/trong.pdf", inside), ("ngoài.pdf", beside)];
    let expected = expected.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
    assert!(unpacked(&bytes) == expected);

    for (ids, expected) in [
        (json!([]), (422, "invalid_input")),
        (json!([document, others]), (404, "not_found")),
        (json!([hoa.vault]), (404, "not_found")),
        (json!(["x"]), (422, "invalid_input")),
    ] {
        let (status, code) = problem(hoa.post(&path, json!({ "ids": ids })).await).await;
        assert_eq!((status, code.as_str()), expected);
    }
    let strangers = binh.request(Method::GET, &format!("/entries/{folder}/zip")).send().await.unwrap();
    assert_eq!(problem(strangers).await, (404, "not_found".to_owned()));
    let not_a_folder = hoa.request(Method::GET, &format!("/entries/{document}/zip")).send().await.unwrap();
    assert_eq!(problem(not_a_folder).await, (409, "not_a_folder".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_cannot_be_finished_is_cut_off() {
    use futures::StreamExt;
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let folder = text(&hoa.folder(&hoa.root, "A").await["id"]);
    hoa.document(&folder, "a.pdf", &pdf(3000)).await;
    let listed = app.kho.objects.list().collect::<Vec<_>>().await;
    for object in listed {
        app.kho.objects.delete(&object.unwrap().key).await.unwrap();
    }
    let answer = hoa.request(Method::GET, &format!("/entries/{folder}/zip")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap_err();
}
