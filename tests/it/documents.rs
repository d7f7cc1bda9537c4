//! Adding, reading and updating documents (D1–D6, D11–D16).

use kho::domain::clock::Clock;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{TestApp, names, pdf, problem, text};

fn sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(digest(&SHA256, bytes).as_ref())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_with_a_vietnamese_name_comes_back_byte_for_byte() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let bytes = pdf(300_000);

    let form = Form::new()
        .text("title", "Giấy khai sinh của An")
        .text("type_code", "birth-certificate")
        .text("issued_on", "2019-05-06")
        .text("tags", "con")
        .text("sha256", sha256(&bytes))
        .part(
            "file",
            Part::bytes(bytes.clone())
                .file_name("Giấy khai sinh – Đỗ An.pdf")
                .mime_str("application/pdf")
                .unwrap(),
        );
    let path = format!("/entries/{}/documents", hoa.root);
    let added = hoa.request(Method::POST, &path).multipart(form).send().await.unwrap();
    assert_eq!(added.status(), 201);
    let document: Value = added.json().await.unwrap();
    assert_eq!(document["name"], "Giấy khai sinh – Đỗ An.pdf");
    assert_eq!(document["document"]["issued_on"], "2019-05-06");
    assert_eq!(document["document"]["trust_level"], 1);

    let content = format!("/entries/{}/content", text(&document["id"]));
    let answer = hoa.request(Method::GET, &content).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let name = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(
        name.contains("filename*=UTF-8''Gi%E1%BA%A5y%20khai%20sinh%20%E2%80%93%20%C4%90%E1%BB%97%20An.pdf"),
        "{name}"
    );
    assert_eq!(answer.headers()["etag"].to_str().unwrap(), format!("\"{}\"", sha256(&bytes)));
    assert_eq!(answer.bytes().await.unwrap(), bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_range_is_served_and_a_bad_one_refused() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let bytes = pdf(200_000);
    let document = hoa.document(&hoa.root, "a.pdf", &bytes).await;
    let path = format!("/entries/{}/content", text(&document["id"]));
    let ranged = |range: &'static str| hoa.request(Method::GET, &path).header("Range", range).send();

    for (range, expected) in [
        ("bytes=0-0", 0..1),
        ("bytes=65530-65550", 65_530..65_551),
        ("bytes=131072-", 131_072..200_000),
        ("bytes=-5", 199_995..200_000),
        ("bytes=199999-999999", 199_999..200_000),
    ] {
        let answer = ranged(range).await.unwrap();
        assert_eq!(answer.status(), 206, "{range}");
        let content_range = answer.headers()["content-range"].to_str().unwrap().to_owned();
        assert_eq!(content_range, format!("bytes {}-{}/200000", expected.start, expected.end - 1));
        assert_eq!(answer.bytes().await.unwrap(), bytes[expected], "{range}");
    }
    // A reader that goes through a paper part by part has looked once; saving the whole is kept every time.
    let looks = async || {
        let trail = hoa.get(&format!("/entries/{}/audit?act=document.download", text(&document["id"]))).await;
        trail["items"].as_array().unwrap().len()
    };
    assert_eq!(looks().await, 1);
    for times in [2, 3] {
        assert_eq!(hoa.request(Method::GET, &path).send().await.unwrap().status(), 200);
        assert_eq!(looks().await, times);
    }
    let why = hoa.request(Method::GET, &path).header("Range", "bytes=9-").header("Kho-Purpose", "Con");
    assert_eq!(why.send().await.unwrap().status(), 206);
    assert_eq!(looks().await, 4);

    let outside = ranged("bytes=200000-").await.unwrap();
    assert_eq!(problem(outside).await, (416, "range_not_satisfiable".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_stays_and_an_old_one_comes_back_as_a_new_one() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let (first, second) = (pdf(1000), pdf(2000));
    let document = hoa.document(&hoa.root, "a.pdf", &first).await;
    let id = text(&document["id"]);

    let stale = hoa.version(&id, 99, "a.pdf", &second).await;
    assert_eq!(problem(stale).await, (412, "precondition_failed".to_owned()));
    let updated = hoa.version(&id, document["rev"].as_i64().unwrap(), "a.pdf", &second).await;
    assert_eq!(updated.status(), 201);
    let updated: Value = updated.json().await.unwrap();

    let restored = hoa
        .request(Method::POST, &format!("/entries/{id}/versions/1/restore"))
        .header("If-Match", format!("\"{}\"", updated["rev"]))
        .send()
        .await
        .unwrap();
    assert_eq!(restored.status(), 201);

    let history = hoa.get(&format!("/entries/{id}/versions")).await;
    let items = history["items"].as_array().unwrap();
    let facts =
        items.iter().map(|v| (v["number"].as_i64(), v["size_bytes"].as_i64(), v["restored_from"].as_i64()));
    assert_eq!(
        facts.collect::<Vec<_>>(),
        [(Some(3), Some(1000), Some(1)), (Some(2), Some(2000), None), (Some(1), Some(1000), None)]
    );
    for (number, bytes) in [(1, &first), (2, &second), (3, &first)] {
        let content = hoa
            .request(Method::GET, &format!("/entries/{id}/versions/{number}/content"))
            .send()
            .await
            .unwrap();
        assert_eq!(&content.bytes().await.unwrap(), bytes, "version {number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_paper_is_refused_with_its_reason() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let upload = |name: &'static str, declared: &'static str, bytes: Vec<u8>| {
        let form = Form::new().part("file", Part::bytes(bytes).file_name(name).mime_str(declared).unwrap());
        hoa.request(Method::POST, &format!("/entries/{}/documents", hoa.root)).multipart(form).send()
    };
    let html = b"<!DOCTYPE html><html><script>alert(1)</script></html>".to_vec();

    for (name, declared, bytes, expected) in [
        ("a.pdf", "application/pdf", Vec::new(), (422, "empty_file")),
        ("a.pdf", "application/pdf", html.clone(), (415, "type_not_allowed")),
        ("a.html", "text/html", html, (415, "type_not_allowed")),
        ("a.jpg", "image/jpeg", pdf(500), (422, "type_mismatch")),
        ("a.pdf", "image/png", pdf(500), (422, "type_mismatch")),
        ("a\u{202e}fdp.pdf", "application/pdf", pdf(500), (422, "name_invalid")),
    ] {
        let (status, code) = problem(upload(name, declared, bytes).await.unwrap()).await;
        assert_eq!((status, code.as_str()), expected, "{name} declared {declared}");
    }
    let left = hoa.get(&format!("/entries/{}/children?limit=500", hoa.root)).await;
    assert!(!names(&left).iter().any(|name| name.starts_with('a')));
}

#[tokio::test(flavor = "multi_thread")]
async fn folder_sums_and_the_ledger_follow_every_change() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let outer = text(&hoa.folder(&hoa.root, "Ngoài").await["id"]);
    let inner = hoa.folder(&outer, "Trong").await;
    let document = hoa.document(&text(&inner["id"]), "a.pdf", &pdf(1000)).await;
    let id = text(&document["id"]);
    hoa.version(&id, document["rev"].as_i64().unwrap(), "a.pdf", &pdf(600)).await;

    let sums = |folder: Value| {
        (
            folder["folder"]["documents"].clone(),
            folder["size_bytes"].clone(),
            folder["folder"]["version_bytes"].clone(),
        )
    };
    let expected = (json!(1), json!(600), json!(1000));
    assert_eq!(sums(hoa.get(&format!("/entries/{outer}")).await), expected);
    assert_eq!(sums(hoa.get(&format!("/entries/{}", hoa.root)).await), expected);

    let moved = hoa.patch(&inner, json!({ "parent_id": hoa.root })).await;
    assert_eq!(moved.status(), 200);
    assert_eq!(sums(hoa.get(&format!("/entries/{outer}")).await), (json!(0), json!(0), json!(0)));
    assert_eq!(sums(hoa.get(&format!("/entries/{}", hoa.root)).await), expected);
    let vault = hoa.get(&format!("/vaults/{}", hoa.vault)).await;
    assert_eq!(vault["used_bytes"], 1600);
}

/// An ordinary client reads no answer before it has sent all; with a connection reset under it, it would never learn why.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_refused_while_it_sends_still_reads_why() {
    for (quota, limit, expected) in
        [(1_000_000, 100_000_000, "quota_exceeded"), (100_000_000, 1_000_000, "file_too_large")]
    {
        let app = TestApp::start_with(Clock::System, |config| {
            config.person_quota_bytes = quota;
            config.max_file_bytes = limit;
        })
        .await;
        let hoa = app.person("hoa").await;
        let token = hoa.token(&app, &["vault_write"]).await.secret;
        let mut body =
            b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n".to_vec();
        body.extend(pdf(12_000_000));
        body.extend(b"\r\n--b--\r\n");
        let head = format!(
            "POST /api/v1/entries/{}/documents HTTP/1.1\r\nHost: kho\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\n\r\n",
            hoa.root,
            body.len()
        );

        let mut connection = TcpStream::connect(app.url.strip_prefix("http://").unwrap()).await.unwrap();
        connection.write_all(head.as_bytes()).await.unwrap();
        connection.write_all(&body).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains(&format!("\"code\":\"{expected}\"")), "{answer}");
        assert_eq!(hoa.get(&format!("/vaults/{}", hoa.vault)).await["used_bytes"], 0);
    }
}
