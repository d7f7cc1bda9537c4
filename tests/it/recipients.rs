//! Finding whom to share with (F1).

use chrono::TimeDelta;
use kho::domain::clock::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Person, TestApp, problem, text};

async fn find(person: &Person, name: &str) -> reqwest::Response {
    person.request(Method::GET, "/recipients").query(&[("name", name)]).send().await.unwrap()
}

async fn found(person: &Person, name: &str) -> Value {
    let answer = find(person, name).await;
    assert_eq!(answer.status(), 200, "{name}");
    answer.json().await.unwrap()
}

async fn refusal(person: &Person, name: &str) -> (u16, String) {
    problem(find(person, name).await).await
}

fn not_found() -> (u16, String) {
    (422, "recipient_not_found".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_or_organisation_is_found_by_its_whole_name_alone() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    app.organisation("0100000001", "nam").await;

    for (name, by) in [
        (nam.identity_number.as_str(), "identity_number"),
        ("nam", "login"),
        (" NAM ", "login"),
        ("nam@Example.vn", "email"),
    ] {
        let person = json!({ "kind": "person", "name": "Người nam", "by": by });
        assert_eq!(found(&hoa, name).await, person, "{name}: and nothing else of a person is told");
    }
    let organisation = found(&hoa, "0100000001").await;
    let expected = json!({
        "kind": "organisation", "name": "Tổ chức 0100000001", "code": "0100000001", "by": "organisation_code"
    });
    assert_eq!(organisation, expected);

    for name in ["na", "nam.", "Người nam", "example.vn", "@", "", "099", "%", "0100000002"] {
        assert_eq!(refusal(&hoa, name).await, not_found(), "{name:?}");
    }
}

/// What is found is what a share takes.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_found_can_be_shared_with() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let folder = hoa.folder(&hoa.root, "Chung").await;

    let by = text(&found(&hoa, "nam@example.vn").await["by"]);
    let share =
        json!({ "entry_id": folder["id"], "recipient": { by: "nam@example.vn" }, "rights": ["view"] });
    assert_eq!(hoa.post("/grants", share).await.status(), 201);

    assert_eq!(nam.get("/grants/received").await["items"][0]["entry"]["name"], "Chung");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_does_not_pass_for_the_code_of_an_organisation() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    app.person("0100000001").await;
    assert_eq!(found(&hoa, "0100000001").await["by"], "login");

    app.organisation("0100000001", "hoa").await;

    assert_eq!(found(&hoa, "0100000001").await["kind"], "organisation");
}

#[tokio::test(flavor = "multi_thread")]
async fn trying_out_names_is_stopped_for_a_while() {
    let clock = Clock::fixed("2026-03-01T08:00:00Z".parse().unwrap());
    let app = TestApp::start_with(clock.clone(), |_| {}).await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let stopped = (429, "too_many_attempts".to_owned());

    for number in 0..30 {
        assert_eq!(refusal(&hoa, &format!("ten{number}")).await, not_found());
    }
    assert_eq!(refusal(&hoa, "nam").await, stopped);
    found(&nam, "hoa").await;
    clock.advance(TimeDelta::minutes(11));
    found(&hoa, "nam").await;

    for _ in 1..200 {
        found(&hoa, "nam").await;
    }
    assert_eq!(refusal(&hoa, "nam").await, stopped);
}

#[tokio::test(flavor = "multi_thread")]
async fn look_ups_are_in_the_trail_of_whoever_looked() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    found(&hoa, "nam").await;
    refusal(&hoa, "khong.ai").await;

    let trail = async |person: &Person| {
        person.get(&format!("/vaults/{}/audit?act=recipient.find", person.vault)).await["items"].clone()
    };
    let records = trail(&hoa).await;
    let outcomes =
        records.as_array().unwrap().iter().map(|record| text(&record["outcome"])).collect::<Vec<_>>();
    assert_eq!(outcomes, ["refused", "done"]);
    assert!(!records.to_string().contains("khong.ai"), "what was typed is nobody's concern");
    assert_eq!(trail(&nam).await, json!([]));
}
