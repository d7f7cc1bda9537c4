//! `Idempotency-Key`: a program that lost an answer asks again, gets it, and nothing is done twice.

use chrono::{TimeDelta, TimeZone, Utc};
use kho::domain::clock::Clock;
use kho::sql;
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Method, Response};
use serde_json::{Value, json};

use crate::support::{Person, Program, TestApp, names, pdf, problem, text};

const KEY: &str = "Idempotency-Key";

async fn program(app: &TestApp, person: &Person) -> Program {
    person.token(app, &["vault_read", "vault_write", "share"]).await
}

async fn post(program: &Program, key: &str, path: &str, body: &Value) -> Response {
    program.request(Method::POST, path).header(KEY, key).json(body).send().await.unwrap()
}

async fn file(program: &Program, key: &str, folder: &str, name: &str, bytes: &[u8]) -> Response {
    let file = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    let form = Form::new().text("on_conflict", "keep_both").part("file", file);
    let request = program.request(Method::POST, &format!("/entries/{folder}/documents")).header(KEY, key);
    request.multipart(form).send().await.unwrap()
}

fn is_replay(answer: &Response) -> bool {
    answer.headers().get("idempotent-replay").is_some_and(|value| value == "true")
}

async fn children(person: &Person, folder: &str) -> Vec<String> {
    names(&person.get(&format!("/entries/{folder}/children")).await)
}

async fn keys(app: &TestApp) -> i64 {
    let mut tx = app.kho.db.read().await.unwrap();
    let (count,): (i64,) = sql!(tx, one kho::db::One<i64>, "SELECT COUNT(*) FROM idempotency").unwrap();
    count
}

async fn conflict(answer: Response) -> String {
    assert_eq!(answer.status(), 409);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["code"], "idempotency_conflict");
    text(&body["reason"])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_under_a_key_is_answered_again_and_done_once() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let program = program(&app, &hoa).await;
    let folder = text(&hoa.folder(&hoa.root, "Hồ sơ").await["id"]);
    let path = format!("/entries/{folder}/folders");
    let body = json!({ "name": "a", "on_conflict": "keep_both" });

    let first = post(&program, "k1", &path, &body).await;
    assert_eq!(first.status(), 201);
    assert!(!is_replay(&first));
    let again = post(&program, "k1", &path, &body).await;
    assert_eq!(again.status(), 201);
    assert!(is_replay(&again));
    for name in ["location", "etag", "content-type"] {
        assert_eq!(first.headers().get(name), again.headers().get(name), "{name}");
    }
    assert_eq!(first.text().await.unwrap(), again.text().await.unwrap());
    assert_eq!(children(&hoa, &folder).await, ["a"]);

    // Another body, address or token under the key is another request; another key, another person's same key are new ones.
    let other_body = json!({ "name": "b", "on_conflict": "keep_both" });
    assert_eq!(conflict(post(&program, "k1", &path, &other_body).await).await, "other_request");
    let other_path = format!("/entries/{}/folders", hoa.root);
    assert_eq!(conflict(post(&program, "k1", &other_path, &body).await).await, "other_request");
    let other_token = hoa.token(&app, &["vault_write"]).await;
    assert_eq!(conflict(post(&other_token, "k1", &path, &body).await).await, "other_request");
    assert_eq!(post(&program, "k2", &path, &body).await.status(), 201);
    let binh = app.person("binh").await;
    let his = binh.token(&app, &["vault_write"]).await;
    let his_path = format!("/entries/{}/folders", binh.root);
    assert!(!is_replay(&post(&his, "k1", &his_path, &body).await));
    assert_eq!(children(&hoa, &folder).await.len(), 2);

    // Without a key nothing is remembered; in the page's session the key has no meaning.
    for _ in 0..2 {
        let session = hoa.request(Method::POST, &path).header(KEY, "k9").json(&body).send().await.unwrap();
        assert!(!is_replay(&session));
    }
    assert_eq!(children(&hoa, &folder).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_repeated_too_and_forgotten_after_a_day() {
    let clock = Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap());
    let app = TestApp::start_with(clock.clone(), |_| {}).await;
    let hoa = app.person("hoa").await;
    let program = program(&app, &hoa).await;
    let path = format!("/entries/{}/folders", hoa.root);
    let taken = hoa.folder(&hoa.root, "a").await;
    let body = json!({ "name": "a" });
    assert_eq!(problem(post(&program, "k1", &path, &body).await).await, (409, "name_taken".to_owned()));
    hoa.trash(&taken).await;
    let again = post(&program, "k1", &path, &body).await;
    assert!(is_replay(&again));
    assert_eq!(problem(again).await, (409, "name_taken".to_owned()));

    clock.advance(TimeDelta::hours(23));
    app.run_jobs().await;
    let token = app.sign_in("hoa", &hoa.identity_number).await.token(&app, &["vault_write"]).await;
    assert!(is_replay(&post(&program, "k1", &path, &body).await));
    clock.advance(TimeDelta::hours(1));
    // Whether the sweeper came by or not, the key is new.
    let done = post(&token, "k1", &path, &body).await;
    assert_eq!(done.status(), 201);
    assert!(!is_replay(&done));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_requests_at_once_under_one_key_one_is_done() {
    let app = TestApp::start_with(Clock::System, |config| config.workers = 2).await;
    let hoa = app.person("hoa").await;
    let program = program(&app, &hoa).await;
    let folder = text(&hoa.folder(&hoa.root, "Hồ sơ").await["id"]);
    let path = format!("/entries/{folder}/folders");
    let body = json!({ "name": "a", "on_conflict": "keep_both" });

    let answers = futures::future::join_all((0..12).map(|_| post(&program, "k1", &path, &body))).await;

    let mut done = 0;
    for answer in answers {
        if answer.status() == 201 {
            done += usize::from(!is_replay(&answer));
        } else {
            assert_eq!(conflict(answer).await, "running");
        }
    }
    assert_eq!(done, 1);
    assert_eq!(children(&hoa, &folder).await, ["a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_sent_again_under_its_key_is_kept_once() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let program = program(&app, &hoa).await;
    let folder = text(&hoa.folder(&hoa.root, "Hồ sơ").await["id"]);
    let bytes = pdf(300_000);

    // While the first is under way, the key is taken.
    let (feed, pieces) = futures::channel::mpsc::unbounded::<Result<Vec<u8>, std::io::Error>>();
    feed.unbounded_send(Ok(bytes[..100_000].to_vec())).unwrap();
    let part = Part::stream(Body::wrap_stream(pieces)).file_name("a.pdf");
    let form = Form::new().text("on_conflict", "keep_both").part("file", part);
    let request = program.request(Method::POST, &format!("/entries/{folder}/documents")).header(KEY, "k1");
    let first = tokio::spawn(request.multipart(form).send());
    while keys(&app).await == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(conflict(file(&program, "k1", &folder, "a.pdf", &bytes).await).await, "running");
    feed.unbounded_send(Ok(bytes[100_000..].to_vec())).unwrap();
    drop(feed);
    let first = first.await.unwrap().unwrap();
    assert_eq!(first.status(), 201);

    let again = file(&program, "k1", &folder, "a.pdf", &bytes).await;
    assert!(is_replay(&again));
    assert_eq!(first.text().await.unwrap(), again.text().await.unwrap());
    for (name, bytes) in [("a.pdf", pdf(300_000)), ("b.pdf", bytes.clone())] {
        assert_eq!(conflict(file(&program, "k1", &folder, name, &bytes).await).await, "other_request");
    }
    assert_eq!(children(&hoa, &folder).await, ["a.pdf"]);
    let vault = hoa.get(&format!("/vaults/{}", hoa.vault)).await;
    assert_eq!(vault["used_bytes"], 300_000);
    app.expect_recount(&hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_file_may_be_sent_again_under_its_key() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let program = program(&app, &hoa).await;
    let wrong = file(&program, "k1", &hoa.root, "a.png", &pdf(3000)).await;
    assert_eq!(problem(wrong).await, (422, "type_mismatch".to_owned()));
    let right = file(&program, "k1", &hoa.root, "a.pdf", &pdf(3000)).await;
    assert_eq!(right.status(), 201);
    assert!(!is_replay(&right));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_short_and_visible() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let program = program(&app, &hoa).await;
    let path = format!("/entries/{}/folders", hoa.root);
    for (key, reason) in
        [("".to_owned(), "length"), ("x".repeat(256), "length"), ("a\tb".to_owned(), "malformed")]
    {
        let answer = post(&program, &key, &path, &json!({ "name": "a" })).await;
        assert_eq!(answer.status(), 422);
        let body: Value = answer.json().await.unwrap();
        assert_eq!((&body["field"], &body["reason"]), (&json!(KEY), &json!(reason)), "{key:?}");
    }
    assert_eq!(post(&program, &"x".repeat(255), &path, &json!({ "name": "a" })).await.status(), 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_s_secret_is_repeated_and_lies_nowhere_in_clear() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let program = program(&app, &hoa).await;
    let document = hoa.document(&hoa.root, "a.pdf", &pdf(1000)).await;
    let expires_at = app.kho.clock.now() + TimeDelta::days(1);
    let body = json!({ "entry_id": document["id"], "rights": ["view"], "expires_at": expires_at });
    let first: Value = post(&program, "k1", "/links", &body).await.json().await.unwrap();
    let again = post(&program, "k1", "/links", &body).await;
    assert!(is_replay(&again));
    let again: Value = again.json().await.unwrap();
    let secret = text(&first["secret"]);
    assert_eq!(again["secret"], secret);

    let account = hoa.get("/me").await;
    let mut tx = app.kho.db.read().await.unwrap();
    let account = text(&account["id"]).parse().unwrap();
    let sealed = kho::db::idempotency::sealed_answer(&mut tx, account, "k1").await.unwrap().unwrap();
    assert!(!sealed.windows(secret.len()).any(|window| window == secret.as_bytes()));
}
