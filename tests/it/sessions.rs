//! Signing in and out (A2, K7).

use reqwest::Method;
use serde_json::json;

use crate::support::{PASSWORD, TestApp, problem};

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
