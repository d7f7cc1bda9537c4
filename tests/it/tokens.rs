//! Bearer tokens of programs (A8, K7).

use chrono::{DateTime, TimeDelta, Utc};
use kho::domain::clock::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, problem, text};

fn day() -> DateTime<Utc> {
    "2026-03-01T08:00:00Z".parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_what_its_scopes_say_and_nothing_else() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let reader = hoa.token(&app, &["vault_read"]).await;

    let seen = reader.request(Method::GET, &format!("/entries/{}", hoa.root)).send().await.unwrap();
    assert_eq!(seen.status(), 200);
    let written =
        reader.send(Method::POST, &format!("/entries/{}/folders", hoa.root), json!({ "name": "x" })).await;
    assert_eq!(problem(written).await, (403, "scope_missing".to_owned()));
    let account = reader.request(Method::GET, "/me").send().await.unwrap();
    assert_eq!(problem(account).await, (403, "scope_missing".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_is_shown_once_and_a_revoked_token_opens_nothing() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let reader = hoa.token(&app, &["vault_read"]).await;

    let list = hoa.get("/tokens").await;
    let token = list["items"][0].clone();
    assert_eq!(token["scopes"], json!(["vault_read"]));
    assert!(!list.to_string().contains(&reader.secret), "the list holds no secret");
    let path = format!("/tokens/{}", text(&token["id"]));

    assert_eq!(problem(nam.delete(&path).await).await, (404, "not_found".to_owned()));
    assert_eq!(hoa.delete(&path).await.status(), 204);
    let after = reader.request(Method::GET, "/vaults").send().await.unwrap();
    assert_eq!(problem(after).await, (401, "token_invalid".to_owned()));
    assert_eq!(hoa.get("/tokens").await["items"], json!([]));
    assert_eq!(problem(hoa.delete(&path).await).await, (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_cannot_make_a_token() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let program = hoa.token(&app, &["account"]).await;

    let body = json!({ "name": "x", "scopes": ["vault_read"], "expires_at": app.kho.clock.now() + TimeDelta::days(1) });
    let made = program.send(Method::POST, "/tokens", body).await;

    assert_eq!(problem(made).await, (403, "not_allowed".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_when_it_says_and_notes_its_use_every_five_minutes() {
    let clock = Clock::fixed(day());
    let app = TestApp::start_with(clock.clone(), |_| {}).await;
    let hoa = app.person("hoa").await;
    let reader = hoa.token(&app, &["vault_read", "account"]).await;
    let used = async || reader_list(&reader).await["items"][0]["used_at"].clone();

    assert_eq!(used().await, json!("2026-03-01T08:00:00Z"));
    clock.advance(TimeDelta::minutes(4));
    assert_eq!(used().await, json!("2026-03-01T08:00:00Z"));
    clock.advance(TimeDelta::minutes(1));
    assert_eq!(used().await, json!("2026-03-01T08:05:00Z"));

    clock.advance(TimeDelta::days(1));
    let late = reader.request(Method::GET, "/tokens").send().await.unwrap();
    assert_eq!(problem(late).await, (401, "token_invalid".to_owned()));
}

async fn reader_list(reader: &crate::support::Program) -> Value {
    reader.request(Method::GET, "/tokens").send().await.unwrap().json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_has_a_name_scopes_and_an_end_within_a_year() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let now = app.kho.clock.now();
    let soon = now + TimeDelta::days(1);

    for (body, field, reason) in [
        (json!({ "name": " ", "scopes": ["share"], "expires_at": soon }), "name", "empty"),
        (json!({ "name": "x", "scopes": [], "expires_at": soon }), "scopes", "empty"),
        (json!({ "name": "x", "scopes": ["share"], "expires_at": now }), "expires_at", "in_the_past"),
        (
            json!({ "name": "x", "scopes": ["share"], "expires_at": now + TimeDelta::days(367) }),
            "expires_at",
            "too_late",
        ),
    ] {
        let answer = hoa.post("/tokens", body).await;
        assert_eq!(answer.status(), 422);
        let body: Value = answer.json().await.unwrap();
        assert_eq!((text(&body["field"]), text(&body["reason"])), (field.to_owned(), reason.to_owned()));
    }
    let unknown = hoa.post("/tokens", json!({ "name": "x", "scopes": ["all"], "expires_at": soon })).await;
    assert_eq!(problem(unknown).await, (422, "invalid_input".to_owned()));
}
