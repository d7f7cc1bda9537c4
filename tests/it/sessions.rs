//! Signing in and out (A2, K7).

use chrono::TimeDelta;
use kho::domain::clock::Clock;
use reqwest::Method;
use serde_json::json;

use crate::support::{AGENCY, PASSWORD, TestApp, problem, text};

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_on_the_server() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;

    let left = hoa.request(Method::DELETE, "/session").send().await.unwrap();
    assert_eq!(left.status(), 204);

    // The cookie jar obeyed the expiry; a thief who kept the cookie gets nothing either.
    let again = hoa.request(Method::GET, "/me").send().await.unwrap();
    assert_eq!(problem(again).await, (401, "not_signed_in".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_login_answer_alike_and_ten_failures_close_the_door() {
    let app = TestApp::start().await;
    app.person("hoa").await;
    let try_as = |login: &'static str, password: &'static str| {
        let request = app.stranger().post(format!("{}/api/v1/session", app.url));
        async move { request.json(&json!({ "login": login, "password": password })).send().await.unwrap() }
    };

    assert_eq!(problem(try_as("nobody", "wrong").await).await, (401, "wrong_credentials".to_owned()));
    for _ in 0..10 {
        assert_eq!(problem(try_as("hoa", "wrong").await).await, (401, "wrong_credentials".to_owned()));
    }
    assert_eq!(problem(try_as("hoa", PASSWORD).await).await, (429, "too_many_attempts".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_with_the_cookie_needs_the_csrf_token() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let path = format!("{}/entries/{}/folders", hoa.base, hoa.root);

    let without = hoa.client.post(&path).json(&json!({ "name": "x" })).send().await.unwrap();
    assert_eq!(problem(without).await, (403, "csrf_missing".to_owned()));

    let wrong = hoa.client.post(&path).header("X-CSRF-Token", "kho_c_other").json(&json!({ "name": "x" }));
    assert_eq!(problem(wrong.send().await.unwrap()).await, (403, "csrf_wrong".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_at_its_hour_however_often_it_is_used() {
    let clock = Clock::fixed("2026-03-01T08:00:00Z".parse().unwrap());
    let app = TestApp::start_with(clock.clone(), |config| config.session_hours = 12).await;
    let hoa = app.person("hoa").await;

    for _ in 0..11 {
        clock.advance(TimeDelta::hours(1));
        hoa.get("/me").await;
    }
    clock.advance(TimeDelta::hours(1));

    let late = hoa.request(Method::GET, "/me").send().await.unwrap();
    assert_eq!(problem(late).await, (401, "session_expired".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_one_of_them_ended() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let phone = app.sign_in("hoa", &hoa.identity_number).await;
    let nam = app.person("nam").await;

    let list = hoa.get("/sessions").await;
    let current = list["items"].as_array().unwrap().iter().map(|item| item["current"] == true);
    assert_eq!(current.collect::<Vec<_>>(), [false, true], "the newest first");
    assert_eq!(list["items"][0]["address"], "127.0.0.1");
    let other = format!("/sessions/{}", text(&list["items"][0]["id"]));

    assert_eq!(problem(nam.delete(&other).await).await, (404, "not_found".to_owned()));
    phone.get("/me").await;
    assert_eq!(hoa.delete(&other).await.status(), 204);
    let after = phone.request(Method::GET, "/me").send().await.unwrap();
    assert_eq!(problem(after).await, (401, "session_expired".to_owned()));
    hoa.get("/me").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_everywhere_else_keeps_this_session_unless_it_is_included() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let phone = app.sign_in("hoa", &hoa.identity_number).await;
    let desk = app.sign_in("hoa", &hoa.identity_number).await;
    let nam = app.person("nam").await;

    let ended: serde_json::Value = hoa.delete("/sessions").await.json().await.unwrap();
    assert_eq!(ended["ended"], 2);
    for gone in [&phone, &desk] {
        let after = gone.request(Method::GET, "/me").send().await.unwrap();
        assert_eq!(problem(after).await, (401, "session_expired".to_owned()));
    }
    hoa.get("/me").await;

    let all = hoa.delete("/sessions?including_this=true").await;
    assert_eq!(all.status(), 200);
    let after = hoa.request(Method::GET, "/me").send().await.unwrap();
    assert_eq!(problem(after).await, (401, "not_signed_in".to_owned()));
    nam.get("/me").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_tells_for_whom_the_person_works() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    assert_eq!(hoa.get("/session").await["posts"], json!([]), "a citizen and nothing more");

    app.with_role("hoa", "officer").await;

    let name = format!("Cơ quan {AGENCY}");
    let agency = json!({ "code": AGENCY, "name": { "vi": name, "en": name } });
    let posts = json!([{ "role": "officer", "agency": agency }]);
    assert_eq!(hoa.get("/session").await["posts"], posts);
    let body = json!({ "login": "hoa", "password": PASSWORD });
    let signed_in =
        app.stranger().post(format!("{}/api/v1/session", app.url)).json(&body).send().await.unwrap();
    assert_eq!(signed_in.json::<serde_json::Value>().await.unwrap()["posts"], posts);
}
