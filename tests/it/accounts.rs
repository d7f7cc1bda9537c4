//! The own account (A4, A8).

use kho::domain::clock::Clock;
use kho::domain::identity::IdentityNumber;
use kho::services::vaults::Owner;
use reqwest::{Method, Response};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::mail_server::MailServer;
use crate::support::{PASSWORD, Person, TestApp, operator, problem, text};

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

/// A vault that an agency made for somebody without an account.
async fn waiting_vault(app: &TestApp, identity_number: &str) -> String {
    let owner = Owner::Person(IdentityNumber::parse(identity_number).unwrap());
    let mut tx = app.kho.db.begin().await.unwrap();
    let vault = app.kho.vault_of_owner(&mut tx, &owner, "NGUYEN THI LAN").await.unwrap();
    tx.commit().await.unwrap();
    vault.to_string()
}

#[tokio::test]
async fn an_account_takes_over_the_vault_that_waits_for_it_only_where_that_is_said() {
    let app = TestApp::start().await;
    let admin = app.person("quan.tri").await;
    app.with_role("quan.tri", "system_admin").await;
    let vault = waiting_vault(&app, "099100000001").await;
    let account = json!({
        "login": "lan", "full_name": "Nguyễn Thị Lan", "identity_number": "099100000001",
    });

    let answer = admin.post("/admin/accounts", account.clone()).await;
    assert_eq!(problem(answer).await, (409, "vault_waiting".to_owned()));

    let mut said = account.clone();
    said["takes_over"] = json!(true);
    let answer = admin.post("/admin/accounts", said.clone()).await;
    assert_eq!(answer.status(), 201);
    let made: Value = answer.json().await.unwrap();
    assert_eq!(made["vault_id"], vault.as_str());

    // Once more, by another login: the vault has an owner now.
    said["login"] = json!("lan.khac");
    let answer = admin.post("/admin/accounts", said).await;
    assert_eq!(problem(answer).await, (409, "already_exists".to_owned()));

    let link = app.kho.reset_link(&operator(), "lan").await.unwrap();
    let secret = &link[link.find("kho_r_").unwrap()..];
    let body = json!({ "token": secret, "password": PASSWORD });
    let set = app.stranger().post(format!("{}/api/v1/password-resets/complete", app.url)).json(&body);
    let set = set.send().await.unwrap();
    assert!(set.status().is_success(), "{}", set.text().await.unwrap_or_default());
    let lan = app.sign_in("lan", "099100000001").await;
    let notices = lan.get("/notices").await;
    let kinds = notices["items"].as_array().unwrap().iter().map(|notice| text(&notice["kind"]));
    assert!(kinds.collect::<Vec<_>>().contains(&"vault_taken_over".to_owned()));
    let trail = lan.get(&format!("/vaults/{vault}/audit?act=vault.take_over")).await;
    assert_eq!(trail["items"][0]["actor_name"], "Người quan.tri");
    let shown = lan.get(&format!("/vaults/{vault}")).await;
    assert_eq!(shown["owner_name"], "Nguyễn Thị Lan");
}
