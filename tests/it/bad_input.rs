//! The list of bad input and the problem that each gets: what a program can act on, and nothing stored.
//!
//! A store that is down and a full disk are in `storage_failures`.

use base64::Engine as _;
use chrono::{DateTime, TimeDelta};
use kho::domain::clock::Clock;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{PASSWORD, Person, TestApp, pdf, problem, text};

/// An application where a file may have 64 KiB and a vault 256 KiB.
async fn small() -> TestApp {
    TestApp::start_with(Clock::System, |config| {
        config.max_file_bytes = 64 << 10;
        config.person_quota_bytes = 256 << 10;
    })
    .await
}

async fn upload(person: &Person, name: &str, declared: &str, bytes: Vec<u8>) -> Response {
    let part = Part::bytes(bytes).file_name(name.to_owned()).mime_str(declared).unwrap();
    let path = format!("/entries/{}/documents", person.root);
    person.request(Method::POST, &path).multipart(Form::new().part("file", part)).send().await.unwrap()
}

async fn expect(answer: Response, status: u16, code: &str) {
    assert_eq!(problem(answer).await, (status, code.to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_refused_and_the_eleventh_try_not_even_looked_at() {
    let app = small().await;
    app.person("hoa").await;
    let sign_in = |password: &'static str| {
        let request = app.stranger().post(format!("{}/api/v1/session", app.url));
        async move { request.json(&json!({ "login": "hoa", "password": password })).send().await.unwrap() }
    };
    for _ in 0..10 {
        expect(sign_in("sai").await, 401, "wrong_credentials").await;
    }
    expect(sign_in(PASSWORD).await, 429, "too_many_attempts").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_session_is_told_so() {
    let start = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    let clock = Clock::fixed(start);
    let app = TestApp::start_with(clock.clone(), |_| {}).await;
    let hoa = app.person("hoa").await;

    clock.advance(TimeDelta::hours(app.config.session_hours) + TimeDelta::seconds(1));

    // The cookie jar runs on real time and still sends the cookie.
    expect(hoa.request(Method::GET, "/me").send().await.unwrap(), 401, "session_expired").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_without_the_csrf_token_is_refused() {
    let app = small().await;
    let hoa = app.person("hoa").await;
    let path = format!("{}/entries/{}/folders", hoa.base, hoa.root);
    let bare = hoa.client.post(path).json(&json!({ "name": "x" })).send().await.unwrap();
    expect(bare, 403, "csrf_missing").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_document_does_not_exist() {
    let app = small().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let document = hoa.document(&hoa.root, "a.pdf", &pdf(500)).await;
    let id = text(&document["id"]);
    for path in ["", "/content", "/versions", "/versions/1/content", "/path"] {
        let seen = nam.request(Method::GET, &format!("/entries/{id}{path}")).send().await.unwrap();
        expect(seen, 404, "not_found").await;
    }
    expect(nam.patch(&document, json!({ "note": "x" })).await, 404, "not_found").await;
    let garbage = nam.request(Method::GET, "/entries/không-phải-id").send().await.unwrap();
    expect(garbage, 404, "not_found").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_mislead_or_break_things_are_refused() {
    let app = small().await;
    let hoa = app.person("hoa").await;
    let path = format!("/entries/{}/folders", hoa.root);
    let long = "a".repeat(300);
    for (name, reason) in [
        (long.as_str(), "too_long"),
        ("a/b", "forbidden_character"),
        ("a\\b", "forbidden_character"),
        ("a\0b", "forbidden_character"),
        ("a\u{202e}fdp", "bidirectional_control"),
        ("a\u{200b}b", "invisible_character"),
        ("..", "reserved"),
        ("   ", "empty"),
        ("", "empty"),
    ] {
        let answer = hoa.post(&path, json!({ "name": name })).await;
        assert_eq!(answer.status(), 422, "{name:?}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!((&body["code"], &body["reason"]), (&json!("name_invalid"), &json!(reason)), "{name:?}");
        let file = upload(&hoa, &format!("{name}.pdf"), "application/pdf", pdf(300)).await;
        if !["..", "   ", ""].contains(&name) {
            assert!(file.status().is_client_error(), "a file {name:?}: {}", file.status());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_name_and_a_cycle_are_refused() {
    let app = small().await;
    let hoa = app.person("hoa").await;
    let outer = hoa.folder(&hoa.root, "Ngoài").await;
    let inner = hoa.folder(&text(&outer["id"]), "Trong").await;
    let again = hoa.post(&format!("/entries/{}/folders", hoa.root), json!({ "name": "ngoài" })).await;
    expect(again, 409, "name_taken").await;
    expect(hoa.patch(&outer, json!({ "parent_id": inner["id"] })).await, 409, "folder_cycle").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_empty_false_or_too_large_store_nothing() {
    let app = small().await;
    let hoa = app.person("hoa").await;
    let pdf_type = "application/pdf";
    expect(upload(&hoa, "a.pdf", pdf_type, Vec::new()).await, 422, "empty_file").await;
    expect(upload(&hoa, "a.pdf", "image/png", pdf(500)).await, 422, "type_mismatch").await;
    expect(upload(&hoa, "a.png", pdf_type, pdf(500)).await, 422, "type_mismatch").await;
    expect(upload(&hoa, "a.pdf", pdf_type, pdf((64 << 10) + 1)).await, 413, "file_too_large").await;

    for number in 0..4 {
        let kept = upload(&hoa, &format!("{number}.pdf"), pdf_type, pdf(64 << 10)).await;
        assert_eq!(kept.status(), 201, "the vault is filled to its last byte");
    }
    expect(upload(&hoa, "b.pdf", pdf_type, pdf(500)).await, 409, "quota_exceeded").await;
    let vault = hoa.get(&format!("/vaults/{}", hoa.vault)).await;
    assert_eq!(vault["used_bytes"], 256 << 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_and_cursors_that_make_no_sense_are_refused() {
    let app = small().await;
    let hoa = app.person("hoa").await;
    let document = hoa.document(&hoa.root, "a.pdf", &pdf(500)).await;
    let path = format!("/entries/{}", text(&document["id"]));

    for range in ["bytes=500-", "bytes=9-8", "bytes=x-y", "bytes=-0"] {
        let content = hoa.request(Method::GET, &format!("{path}/content")).header("Range", range);
        expect(content.send().await.unwrap(), 416, "range_not_satisfiable").await;
    }
    for tag in ["\"999\"", "3", "W/\"1\"", "*x", ""] {
        let changed = hoa.request(Method::PATCH, &path).header("If-Match", tag).json(&json!({ "note": "x" }));
        expect(changed.send().await.unwrap(), 412, "precondition_failed").await;
    }
    let bare = hoa.send(Method::PATCH, &path, json!({ "note": "x" })).await;
    expect(bare, 428, "precondition_required").await;
    for cursor in ["x", "e30", "bnVsbA", "AAAA"] {
        let list = format!("/entries/{}/children?cursor={cursor}", hoa.root);
        expect(hoa.request(Method::GET, &list).send().await.unwrap(), 400, "unknown_cursor").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_not_what_a_route_takes_are_refused() {
    let app = small().await;
    let hoa = app.person("hoa").await;
    let path = format!("/entries/{}/folders", hoa.root);
    let send = |kind: &'static str, body: String| {
        hoa.request(Method::POST, &path).header("Content-Type", kind).body(body).send()
    };
    expect(send("application/json", "{".to_owned()).await.unwrap(), 400, "body_malformed").await;
    expect(send("application/json", "{\"name\":1}".to_owned()).await.unwrap(), 422, "invalid_input").await;
    let unknown = "{\"name\":\"x\",\"other\":1}".to_owned();
    expect(send("application/json", unknown).await.unwrap(), 422, "invalid_input").await;
    expect(send("text/plain", "{}".to_owned()).await.unwrap(), 415, "unsupported_media_type").await;
    let huge = format!("{{\"name\":\"{}\"}}", "x".repeat(300 << 10));
    expect(send("application/json", huge).await.unwrap(), 413, "body_too_large").await;
    let nowhere = hoa.request(Method::GET, "/nowhere").send().await.unwrap();
    expect(nowhere, 404, "route_not_found").await;
    let method = hoa.request(Method::DELETE, "/vaults").send().await.unwrap();
    expect(method, 405, "method_not_allowed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resumable_upload_goes_on_only_where_it_stands_and_with_the_right_bytes() {
    let app = small().await;
    let hoa = app.person("hoa").await;
    let encoded = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let metadata = format!("filename {},folder_id {}", encoded("a.pdf"), encoded(&hoa.root));
    let made = hoa
        .request(Method::POST, "/uploads")
        .header("Tus-Resumable", "1.0.0")
        .header("Upload-Length", "5000")
        .header("Upload-Metadata", metadata)
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), 201);
    let location = made.headers()["location"].to_str().unwrap().to_owned();
    let path = location.split("/api/v1").nth(1).unwrap().to_owned();
    let patch = |offset: &'static str, checksum: Option<&'static str>| {
        let request = hoa
            .request(Method::PATCH, &path)
            .header("Tus-Resumable", "1.0.0")
            .header("Content-Type", "application/offset+octet-stream")
            .header("Upload-Offset", offset);
        let request = match checksum {
            Some(checksum) => request.header("Upload-Checksum", checksum),
            None => request,
        };
        request.body(pdf(5000)).send()
    };
    expect(patch("7", None).await.unwrap(), 409, "upload_offset_mismatch").await;
    let wrong = "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    expect(patch("0", Some(wrong)).await.unwrap(), 460, "tus_checksum_mismatch").await;
    let whole = patch("0", None).await.unwrap();
    assert_eq!(whole.status(), 204, "the refused parts left no trace");
}

/// A client that sends head and body apart, as many do, must read the refusal and may go on with the same connection.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_never_meets_a_client_that_is_still_sending() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let app = small().await;
    let mut connection = tokio::net::TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
    for _ in 0..2 {
        let head = "POST /api/v1/grants HTTP/1.1\r\nHost: kho\r\nContent-Type: text/plain\r\nContent-Length: 2000\r\n\r\n";
        connection.write_all(head.as_bytes()).await.unwrap();
        connection.flush().await.unwrap();
        tokio::task::yield_now().await;
        connection.write_all(&[b'x'; 2000]).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"}") {
            let mut buffer = [0; 4096];
            let read = connection.read(&mut buffer).await.unwrap();
            assert!(read > 0, "the connection was closed before the answer");
            answer.extend_from_slice(&buffer[..read]);
        }
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
        assert!(!answer.to_lowercase().contains("connection: close"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_a_boundary_is_refused_wherever_it_is_sent() {
    let app = small().await;
    let hoa = app.person("hoa").await;
    let program = hoa.token(&app, &["vault_write", "share"]).await;
    for path in ["/links".to_owned(), format!("/entries/{}/documents", hoa.root)] {
        for key in [None, Some("0193a2f0")] {
            let request = program.request(Method::POST, &path).header("Content-Type", "multipart/form-data");
            let request = match key {
                Some(key) => request.header("Idempotency-Key", key),
                None => request,
            };
            let refusal = problem(request.body("--x").send().await.unwrap()).await;
            let known = [(400, "body_malformed"), (415, "unsupported_media_type")];
            assert!(known.contains(&(refusal.0, refusal.1.as_str())), "{path} under {key:?}: {refusal:?}");
        }
    }
}
