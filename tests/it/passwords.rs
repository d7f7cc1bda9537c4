//! Changing a password and setting a forgotten one anew (A3, A5).

use chrono::TimeDelta;
use kho::domain::clock::Clock;
use reqwest::{Method, Response};
use secrecy::SecretString;
use serde_json::json;

use crate::mail_server::MailServer;
use crate::support::{PASSWORD, TestApp, operator, problem};

const NEW: &str = "một mật khẩu khác 7";

async fn with_mail(clock: Clock) -> (TestApp, MailServer) {
    let mail = MailServer::start().await;
    let url = mail.url.clone();
    let app = TestApp::start_with(clock, |config| config.smtp_url = Some(SecretString::from(url))).await;
    (app, mail)
}

async fn post(app: &TestApp, path: &str, body: serde_json::Value) -> Response {
    app.stranger().post(format!("{}/api/v1{path}", app.url)).json(&body).send().await.unwrap()
}

async fn sign_in(app: &TestApp, password: &str) -> u16 {
    post(app, "/session", json!({ "login": "hoa", "password": password })).await.status().as_u16()
}

async fn ask(app: &TestApp, account: &str) -> (u16, String) {
    let answer = post(app, "/password-resets", json!({ "account": account })).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The secret of the link in a letter.
fn token(letter: &str) -> String {
    let link = letter.lines().find(|line| line.contains("/password-reset#")).expect("a link");
    link.split_once('#').unwrap().1.trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_needs_the_present_one_and_ends_the_other_sessions() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let phone = app.sign_in("hoa", &hoa.identity_number).await;
    let program = hoa.token(&app, &["vault_read", "account"]).await;

    let wrong = hoa.post("/me/password", json!({ "present": "khong phai", "new": NEW })).await;
    assert_eq!(problem(wrong).await, (403, "password_wrong".to_owned()));
    let weak = hoa.post("/me/password", json!({ "present": PASSWORD, "new": "matkhau123" })).await;
    assert_eq!(problem(weak).await, (422, "password_weak".to_owned()));
    let by_program =
        program.send(Method::POST, "/me/password", json!({ "present": PASSWORD, "new": NEW })).await;
    assert_eq!(problem(by_program).await, (403, "not_allowed".to_owned()));

    let changed = hoa.post("/me/password", json!({ "present": PASSWORD, "new": NEW })).await;
    assert_eq!(changed.status(), 204);
    hoa.get("/me").await;
    let other = phone.request(Method::GET, "/me").send().await.unwrap();
    assert_eq!(problem(other).await, (401, "session_expired".to_owned()));
    assert_eq!(program.request(Method::GET, "/vaults").send().await.unwrap().status(), 200);
    assert_eq!((sign_in(&app, PASSWORD).await, sign_in(&app, NEW).await), (401, 201));
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_the_present_password_from_an_open_browser_is_stopped() {
    let app = TestApp::start_with(Clock::System, |config| config.login_failures = 3).await;
    let hoa = app.person("hoa").await;

    for _ in 0..3 {
        let wrong = hoa.post("/me/password", json!({ "present": "khong phai", "new": NEW })).await;
        assert_eq!(problem(wrong).await, (403, "password_wrong".to_owned()));
    }
    let right = hoa.post("/me/password", json!({ "present": PASSWORD, "new": NEW })).await;
    assert_eq!(problem(right).await, (429, "too_many_attempts".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_set_anew_by_a_link_that_works_once() {
    let (app, mail) = with_mail(Clock::System).await;
    let hoa = app.person("hoa").await;

    assert_eq!(ask(&app, "hoa@example.vn").await, (202, String::new()));
    app.run_jobs().await;

    let letters = mail.received();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to, "hoa@example.vn");
    assert!(letters[0].body.contains("Kính gửi Người hoa"), "{}", letters[0].body);
    let token = token(&letters[0].body);

    let complete = async |password: &str| {
        post(&app, "/password-resets/complete", json!({ "token": token, "password": password })).await
    };
    assert_eq!(problem(complete("hoa").await).await, (422, "password_weak".to_owned()));
    assert_eq!(complete(NEW).await.status(), 204);
    assert_eq!(problem(complete("lại một lần nữa 9").await).await, (410, "reset_invalid".to_owned()));

    let session = hoa.request(Method::GET, "/me").send().await.unwrap();
    assert_eq!(problem(session).await, (401, "session_expired".to_owned()));
    assert_eq!((sign_in(&app, PASSWORD).await, sign_in(&app, NEW).await), (401, 201));
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_a_link_does_not_tell_who_has_an_account() {
    let (app, mail) = with_mail(Clock::System).await;
    app.person("hoa").await;

    let known = ask(&app, "hoa").await;
    let unknown = ask(&app, "khong.ai").await;
    assert_eq!(known, unknown);
    // Nor does the job table, where both wait sealed and alike, without a link.
    let mut tx = app.kho.db.begin().await.unwrap();
    let now = app.kho.clock.now();
    let jobs = kho::db::job::lease(&mut tx, now, TimeDelta::seconds(0), 10).await.unwrap();
    tx.commit().await.unwrap();
    let letters = jobs.iter().filter(|job| job.kind == "send_mail").collect::<Vec<_>>();
    assert_eq!(letters.len(), 2);
    for letter in letters {
        assert!(!letter.payload.contains("hoa") && !letter.payload.contains("kho_r_"), "{}", letter.payload);
    }

    app.run_jobs().await;
    assert_eq!(mail.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_name_gets_three_letters_an_hour_and_one_address_thirty_answers() {
    let clock = Clock::fixed("2026-03-01T08:00:00Z".parse().unwrap());
    let (app, mail) = with_mail(clock.clone()).await;
    app.person("hoa").await;

    for _ in 0..5 {
        assert_eq!(ask(&app, "hoa").await.0, 202);
    }
    app.run_jobs().await;
    assert_eq!(mail.received().len(), 3);

    for number in 5..30 {
        assert_eq!(ask(&app, &format!("ten{number}")).await.0, 202);
    }
    assert_eq!(ask(&app, "hoa").await.0, 429);
    clock.advance(TimeDelta::minutes(61));
    assert_eq!(ask(&app, "hoa").await.0, 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_after_an_hour_and_a_changed_password_closes_it() {
    let clock = Clock::fixed("2026-03-01T08:00:00Z".parse().unwrap());
    let (app, mail) = with_mail(clock.clone()).await;
    let hoa = app.person("hoa").await;
    let complete = async |token: &str| {
        post(&app, "/password-resets/complete", json!({ "token": token, "password": NEW })).await
    };

    ask(&app, "hoa").await;
    app.run_jobs().await;
    clock.advance(TimeDelta::minutes(60));
    let late = complete(&token(&mail.received()[0].body)).await;
    assert_eq!(problem(late).await, (410, "reset_invalid".to_owned()));

    ask(&app, "hoa").await;
    app.run_jobs().await;
    let changed = hoa.post("/me/password", json!({ "present": PASSWORD, "new": "đã đổi rồi nhé 3" })).await;
    assert_eq!(changed.status(), 204);
    let closed = complete(&token(&mail.received()[1].body)).await;
    assert_eq!(problem(closed).await, (410, "reset_invalid".to_owned()));
    assert_eq!(problem(complete("kho_r_").await).await, (410, "reset_invalid".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_waits_while_the_server_is_busy_and_is_dropped_when_refused() {
    let clock = Clock::fixed("2026-03-01T08:00:00Z".parse().unwrap());
    let (app, mail) = with_mail(clock.clone()).await;
    app.person("hoa").await;

    mail.refuse_once("451 try again later\r\n");
    ask(&app, "hoa").await;
    app.run_jobs().await;
    assert_eq!(mail.received().len(), 0);
    clock.advance(TimeDelta::minutes(5));
    app.run_jobs().await;
    assert_eq!(mail.received().len(), 1);

    mail.refuse_once("550 no such user\r\n");
    ask(&app, "hoa").await;
    app.run_jobs().await;
    clock.advance(TimeDelta::hours(1));
    app.run_jobs().await;
    assert_eq!(mail.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_the_operator_hands_the_link_over() {
    let app = TestApp::start().await;
    app.person("hoa").await;
    assert_eq!(ask(&app, "hoa").await.0, 202);
    app.run_jobs().await;

    let link = app.kho.reset_link(&operator(), "hoa").await.unwrap();

    let body = json!({ "token": token(&link), "password": NEW });
    assert_eq!(post(&app, "/password-resets/complete", body).await.status(), 204);
    assert_eq!(sign_in(&app, NEW).await, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_a_password_can_be_set_by_mail_is_told_before_sign_in() {
    let (with_mail, _mail) = with_mail(Clock::System).await;
    let without = TestApp::start().await;
    for (app, can) in [(&with_mail, true), (&without, false)] {
        let options = app.stranger().get(format!("{}/api/v1/sign-in-options", app.url)).send().await.unwrap();
        let options = options.json::<serde_json::Value>().await.unwrap();
        assert_eq!(options, json!({ "providers": [], "password_reset": can }));
    }
}
