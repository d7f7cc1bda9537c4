//! Share links (D12): secret, end, password, download limit.

use chrono::{DateTime, TimeDelta, Utc};
use kho::domain::clock::Clock;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{Person, TestApp, pdf, problem, text};

const DOWNLOAD: &[&str] = &["view", "download"];

fn start() -> DateTime<Utc> {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

async fn app() -> TestApp {
    TestApp::start_with(Clock::fixed(start()), |_| {}).await
}

/// Makes a link that ends in a week; its body.
async fn link(person: &Person, entry: &Value, more: Value) -> Value {
    let answer = try_link(person, entry, more).await;
    assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    answer.json().await.unwrap()
}

async fn try_link(person: &Person, entry: &Value, more: Value) -> Response {
    let end = start() + TimeDelta::days(7);
    let mut body = json!({ "entry_id": entry["id"], "rights": DOWNLOAD, "expires_at": end });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    person.post("/links", body).await
}

/// What somebody gets who only has the secret.
async fn bear(app: &TestApp, link: &Value, rest: &str, password: Option<&str>) -> Response {
    let url = format!("{}/api/v1/links/{}{rest}", app.url, text(&link["secret"]));
    let mut request = app.stranger().get(url);
    if let Some(password) = password {
        let encoded = percent_encoding::utf8_percent_encode(password, percent_encoding::NON_ALPHANUMERIC);
        request = request.header("Kho-Link-Password", encoded.to_string());
    }
    request.send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_its_folder_and_nothing_else() {
    let app = app().await;
    let hoa = app.person("hoa").await;
    let folder = hoa.folder(&hoa.root, "Chung").await;
    let inner = hoa.folder(&text(&folder["id"]), "Trong").await;
    let bytes = pdf(3000);
    let document = hoa.document(&text(&inner["id"]), "a.pdf", &bytes).await;
    let secret_one = hoa.document(&hoa.root, "riêng.pdf", &pdf(1000)).await;
    let link = link(&hoa, &folder, json!({})).await;
    assert!(text(&link["secret"]).starts_with("kho_l_"));

    let opened: Value = bear(&app, &link, "", None).await.json().await.unwrap();
    assert_eq!(opened["entry"]["name"], "Chung");
    assert_eq!(opened["shared_by"], "Người hoa");
    assert_eq!(opened["password_needed"], false);
    let list: Value = bear(&app, &link, "/children", None).await.json().await.unwrap();
    assert_eq!(list["items"][0]["name"], "Trong");
    let below = format!("/children?entry={}", text(&inner["id"]));
    let list: Value = bear(&app, &link, &below, None).await.json().await.unwrap();
    assert_eq!(list["items"][0]["name"], "a.pdf");
    let content = format!("/content?entry={}", text(&document["id"]));
    let received = bear(&app, &link, &content, None).await;
    assert_eq!(received.status(), 200);
    assert_eq!(received.bytes().await.unwrap(), bytes);

    for (rest, id) in [
        ("content", &secret_one["id"]),
        ("children", &json!(hoa.root)),
        ("children", &json!(uuid::Uuid::nil())),
    ] {
        let outside = bear(&app, &link, &format!("/{rest}?entry={}", text(id)), None).await;
        assert_eq!(problem(outside).await, (404, "not_found".to_owned()), "{rest} {id}");
    }
    let not_a_document = bear(&app, &link, "/content", None).await;
    assert_eq!(problem(not_a_document).await, (409, "not_a_document".to_owned()));
    let other = json!({ "secret": format!("kho_l_{}", "A".repeat(43)) });
    assert_eq!(problem(bear(&app, &other, "", None).await).await, (404, "not_found".to_owned()));
    let given = hoa.get("/grants/given").await;
    assert_eq!(given["items"][0]["grants"][0]["link"]["downloads"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_needs_an_end_within_a_year_and_carries_little() {
    let app = app().await;
    let hoa = app.person("hoa").await;
    let document = hoa.document(&hoa.root, "a.pdf", &pdf(1000)).await;

    for more in [
        json!({ "expires_at": null }),
        json!({ "expires_at": start() + TimeDelta::days(367) }),
        json!({ "expires_at": start() }),
        json!({ "rights": ["edit"] }),
        json!({ "max_downloads": 0 }),
        json!({ "password": "12345" }),
        json!({ "entry_id": hoa.root }),
    ] {
        let refused = try_link(&hoa, &document, more.clone()).await;
        assert_eq!(problem(refused).await, (422, "invalid_input".to_owned()), "{more}");
    }
    let view_only = link(&hoa, &document, json!({ "rights": ["view"] })).await;
    assert_eq!(bear(&app, &view_only, "", None).await.status(), 200);
    let refused = bear(&app, &view_only, "/content", None).await;
    assert_eq!(problem(refused).await, (403, "not_allowed".to_owned()));
    let endless = hoa.patch_grant(&view_only, json!({ "expires_at": null })).await;
    assert_eq!(problem(endless).await, (422, "invalid_input".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_links_password_is_asked_for_and_guessing_it_is_slow() {
    let app = app().await;
    let hoa = app.person("hoa").await;
    let bytes = pdf(1000);
    let document = hoa.document(&hoa.root, "Bí mật.pdf", &bytes).await;
    let link = link(&hoa, &document, json!({ "password": "hoa sen trắng" })).await;

    let locked = bear(&app, &link, "", None).await.text().await.unwrap();
    assert!(!locked.contains("Bí mật"), "{locked}");
    let locked: Value = serde_json::from_str(&locked).unwrap();
    assert_eq!((&locked["password_needed"], &locked["entry"]), (&json!(true), &Value::Null));
    let needed = bear(&app, &link, "/content", None).await;
    assert_eq!(problem(needed).await, (401, "link_password_needed".to_owned()));
    let received = bear(&app, &link, "/content", Some("hoa sen trắng")).await;
    assert_eq!(received.bytes().await.unwrap(), bytes);

    for _ in 0..10 {
        let wrong = bear(&app, &link, "/content", Some("hoa sen hồng")).await;
        assert_eq!(problem(wrong).await, (401, "link_password_wrong".to_owned()));
    }
    let refused = bear(&app, &link, "/content", Some("hoa sen trắng")).await;
    assert_eq!(problem(refused).await, (429, "too_many_attempts".to_owned()));
    app.kho.clock.advance(TimeDelta::minutes(30));
    assert_eq!(bear(&app, &link, "/content", Some("hoa sen trắng")).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_limit_holds_however_many_come_at_once() {
    let app = app().await;
    let hoa = app.person("hoa").await;
    let document = hoa.document(&hoa.root, "a.pdf", &pdf(1000)).await;
    let link = link(&hoa, &document, json!({ "max_downloads": 3 })).await;

    let tries = (0..12).map(|_| bear(&app, &link, "/content", None));
    let mut statuses = Vec::new();
    for answer in futures::future::join_all(tries).await {
        statuses.push(answer.status().as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [[200; 3].as_slice(), &[410; 9]].concat());
    let used_up = bear(&app, &link, "/content", None).await;
    assert_eq!(problem(used_up).await, (410, "link_used_up".to_owned()));
    let opened: Value = bear(&app, &link, "", None).await.json().await.unwrap();
    assert_eq!(opened["downloads_left"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_dies_with_its_end_its_entry_and_the_grant_of_its_maker() {
    let app = app().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let folder = hoa.folder(&hoa.root, "Chung").await;
    let document = hoa.document(&text(&folder["id"]), "a.pdf", &pdf(1000)).await;
    let grant = hoa.share(&folder, &nam, &["view", "download", "reshare"]).await;
    let (of_hoa, of_nam) = (link(&hoa, &document, json!({})).await, link(&nam, &document, json!({})).await);
    let revoked = link(&hoa, &document, json!({})).await;
    let dead = (404, "not_found".to_owned());
    for link in [&of_hoa, &of_nam, &revoked] {
        assert_eq!(bear(&app, link, "/content", None).await.status(), 200);
    }

    hoa.revoke(&revoked).await;
    assert_eq!(problem(bear(&app, &revoked, "/content", None).await).await, dead);
    let moved: Value = hoa.patch(&document, json!({ "parent_id": hoa.root })).await.json().await.unwrap();
    assert_eq!(problem(bear(&app, &of_nam, "/content", None).await).await, dead);
    assert_eq!(bear(&app, &of_hoa, "/content", None).await.status(), 200);
    hoa.patch(&moved, json!({ "parent_id": folder["id"] })).await;
    assert_eq!(bear(&app, &of_nam, "/content", None).await.status(), 200);

    let report = hoa.revoke(&grant).await;
    assert_eq!((&report["closed"], &report["links"]), (&json!(2), &json!(1)));
    assert_eq!(problem(bear(&app, &of_nam, "/content", None).await).await, dead);
    app.kho.clock.advance(TimeDelta::days(7));
    assert_eq!(problem(bear(&app, &of_hoa, "/content", None).await).await, dead);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bearer_of_a_link_does_is_in_the_owners_trail() {
    let app = app().await;
    let hoa = app.person("hoa").await;
    let document = hoa.document(&hoa.root, "a.pdf", &pdf(1000)).await;
    let link = link(&hoa, &document, json!({ "max_downloads": 1 })).await;

    bear(&app, &link, "", None).await;
    bear(&app, &link, "/content", None).await;
    bear(&app, &link, "/content", None).await;

    let mut tx = app.kho.db.read().await.unwrap();
    let vault = hoa.vault.parse::<uuid::Uuid>().unwrap();
    let records = kho::sql!(
        tx,
        all(String, String, Option<uuid::Uuid>, String),
        "SELECT act, outcome, actor_id, detail FROM audit_record WHERE chain_id = $1 AND channel = 'link' ORDER BY seq",
        vault
    )
    .unwrap();
    let acts = records.iter().map(|(act, outcome, actor, _)| (act.as_str(), outcome.as_str(), *actor));
    assert_eq!(
        acts.collect::<Vec<_>>(),
        [("link.open", "done", None), ("link.download", "done", None), ("link.download", "refused", None)]
    );
    assert!(records[0].3.contains(&text(&link["id"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_given_by_those_who_may_share_on_only() {
    let app = app().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let document = hoa.document(&hoa.root, "a.pdf", &pdf(1000)).await;

    assert_eq!(problem(try_link(&nam, &document, json!({})).await).await, (404, "not_found".to_owned()));
    hoa.share(&document, &nam, DOWNLOAD).await;
    assert_eq!(problem(try_link(&nam, &document, json!({})).await).await, (403, "not_allowed".to_owned()));
    let secret = text(&link(&hoa, &document, json!({})).await["secret"]);
    let signed_in = nam.request(Method::GET, &format!("/links/{secret}")).send().await.unwrap();
    assert_eq!(signed_in.status(), 200, "a session does no harm");
}
