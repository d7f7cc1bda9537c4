//! The own account (A4, A8).

use kho::domain::clock::Clock;
use reqwest::{Method, Response};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::mail_server::MailServer;
use crate::support::{PASSWORD, Person, TestApp, problem};

async fn patch(person: &Person, rev: &Value, changes: Value) -> Response {
    person
        .request(Method::PATCH, "/me")
        .header("If-Match", format!("\"{rev}\""))
        .json(&changes)
        .send()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_keeps_the_own_details_up_to_date() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let before = hoa.get("/me").await;

    let changes = json!({ "phone": "0912 345 678", "address": "Thôn 2, xã Suối Mơ", "language": "en" });
    let answer = patch(&hoa, &before["rev"], changes).await;

    assert_eq!(answer.status(), 200);
    let after = hoa.get("/me").await;
    assert_eq!(after, answer.json::<Value>().await.unwrap());
    assert_eq!(after["phone"], "+84912345678");
    assert_eq!((&after["address"], &after["language"]), (&json!("Thôn 2, xã Suối Mơ"), &json!("en")));
    assert_eq!(after["email"], before["email"]);

    let stale = patch(&hoa, &before["rev"], json!({ "phone": null })).await;
    assert_eq!(problem(stale).await, (412, "precondition_failed".to_owned()));
    let unguarded = hoa.send(Method::PATCH, "/me", json!({ "phone": null })).await;
    assert_eq!(problem(unguarded).await, (428, "precondition_required".to_owned()));
    let cleared = patch(&hoa, &after["rev"], json!({ "phone": null })).await;
    assert_eq!(cleared.json::<Value>().await.unwrap()["phone"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn identity_data_is_not_changed_by_oneself() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let rev = hoa.get("/me").await["rev"].clone();

    for changes in [json!({ "full_name": "Ai đó" }), json!({ "identity_number": "001099012345" })] {
        let answer = patch(&hoa, &rev, changes).await;
        assert_eq!(problem(answer).await, (422, "invalid_input".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_e_mail_address_needs_the_password_and_the_old_one_is_told() {
    let mail = MailServer::start().await;
    let url = mail.url.clone();
    let app =
        TestApp::start_with(Clock::System, |config| config.smtp_url = Some(SecretString::from(url))).await;
    let (hoa, _nam) = (app.person("hoa").await, app.person("nam").await);
    let rev = hoa.get("/me").await["rev"].clone();

    let without = patch(&hoa, &rev, json!({ "email": "moi@example.vn" })).await;
    assert_eq!(problem(without).await, (403, "password_wrong".to_owned()));
    let taken = patch(&hoa, &rev, json!({ "email": "nam@example.vn", "password": PASSWORD })).await;
    assert_eq!(problem(taken).await, (409, "already_exists".to_owned()));
    let malformed = patch(&hoa, &rev, json!({ "email": "moi", "password": PASSWORD })).await;
    assert_eq!(problem(malformed).await, (422, "invalid_input".to_owned()));

    let changed = patch(&hoa, &rev, json!({ "email": "moi@example.vn", "password": PASSWORD })).await;
    assert_eq!(changed.json::<Value>().await.unwrap()["email"], "moi@example.vn");
    app.run_jobs().await;
    let mut letters = mail.received();
    letters.sort_by(|one, other| one.to.cmp(&other.to));
    let told = letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>();
    assert_eq!(told, ["hoa@example.vn", "moi@example.vn"], "whoever set it, and whoever had it");
    assert!(letters[0].head.contains("Subject: "), "{}", letters[0].head);
}
