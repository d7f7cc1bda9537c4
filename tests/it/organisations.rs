//! Vaults of organisations and their members (A9, K7).

use reqwest::Method;
use serde_json::json;

use crate::support::{Person, TestApp, problem, text};

const CODE: &str = "0109999001";

async fn put(person: &Person, vault: &str, member: &str, role: &str) -> reqwest::Response {
    person.send(Method::PUT, &format!("/vaults/{vault}/members/{member}"), json!({ "role": role })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn members_do_in_the_vault_what_their_role_says() {
    let app = TestApp::start().await;
    let (hoa, nam, lan) = (app.person("hoa").await, app.person("nam").await, app.person("lan").await);
    let company = app.organisation(CODE, "hoa").await;

    assert_eq!(put(&hoa, &company.vault, "nam", "editor").await.status(), 200);
    assert_eq!(put(&hoa, &company.vault, "lan", "viewer").await.status(), 200);

    let folders = format!("/entries/{}/folders", company.root);
    assert_eq!(nam.post(&folders, json!({ "name": "Hợp đồng" })).await.status(), 201);
    lan.get(&format!("/entries/{}/children", company.root)).await;
    let written = lan.post(&folders, json!({ "name": "Khác" })).await;
    assert_eq!(problem(written).await, (403, "not_allowed".to_owned()));
    assert_eq!(
        problem(put(&nam, &company.vault, "lan", "owner").await).await,
        (403, "not_allowed".to_owned())
    );

    let vaults = lan.get("/vaults").await;
    assert_eq!(vaults["items"][1]["role"], "viewer");
    assert_eq!(vaults["items"][1]["owner_code"], company.code.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_was_removed_sees_nothing_from_the_next_request() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let company = app.organisation(CODE, "hoa").await;
    put(&hoa, &company.vault, "nam", "editor").await;
    let path = format!("/entries/{}/children", company.root);
    nam.get(&path).await;

    assert_eq!(hoa.delete(&format!("/vaults/{}/members/nam", company.vault)).await.status(), 204);

    let after = nam.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(problem(after).await, (404, "not_found".to_owned()));
    let again = hoa.delete(&format!("/vaults/{}/members/nam", company.vault)).await;
    assert_eq!(problem(again).await, (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_stays_owner_until_there_is_another() {
    let app = TestApp::start().await;
    let (hoa, _nam) = (app.person("hoa").await, app.person("nam").await);
    let company = app.organisation(CODE, "hoa").await;
    let own = format!("/vaults/{}/members/hoa", company.vault);

    assert_eq!(problem(hoa.delete(&own).await).await, (409, "last_owner".to_owned()));
    assert_eq!(
        problem(put(&hoa, &company.vault, "hoa", "viewer").await).await,
        (409, "last_owner".to_owned())
    );

    assert_eq!(put(&hoa, &company.vault, "nam", "owner").await.status(), 200);
    assert_eq!(hoa.delete(&own).await.status(), 204);
    let after = hoa.request(Method::GET, &format!("/vaults/{}", company.vault)).send().await.unwrap();
    assert_eq!(problem(after).await, (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_may_leave_but_not_send_others_away() {
    let app = TestApp::start().await;
    let (_hoa, nam, stranger) = (app.person("hoa").await, app.person("nam").await, app.person("lan").await);
    let company = app.organisation(CODE, "hoa").await;
    app.member(&company, "nam", "viewer").await;
    let path = |login: &str| format!("/vaults/{}/members/{login}", company.vault);

    assert_eq!(problem(nam.delete(&path("hoa")).await).await, (403, "not_allowed".to_owned()));
    // Neither the vault nor who is in it exists for a stranger, and nor does it tell which logins exist.
    assert_eq!(problem(stranger.delete(&path("hoa")).await).await, (404, "not_found".to_owned()));
    assert_eq!(problem(stranger.delete(&path("nobody")).await).await, (404, "not_found".to_owned()));
    assert_eq!(nam.delete(&path("nam")).await.status(), 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_listed_by_name_page_by_page() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let company = app.organisation(CODE, "hoa").await;
    for login in ["dung", "anh", "cuc"] {
        app.person(login).await;
        app.member(&company, login, "viewer").await;
    }

    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = hoa.get(&format!("/vaults/{}/members?limit=3{cursor}", company.vault)).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| text(&item["login"])));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["anh", "cuc", "dung", "hoa"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_vault_has_no_members() {
    let app = TestApp::start().await;
    let (hoa, _nam) = (app.person("hoa").await, app.person("nam").await);

    let put = put(&hoa, &hoa.vault, "nam", "viewer").await;

    assert_eq!(problem(put).await, (409, "not_an_organisation".to_owned()));
}
