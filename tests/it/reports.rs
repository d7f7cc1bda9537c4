//! Reports: what they say is what happened.

use chrono::{DateTime, TimeDelta, Utc};
use kho::domain::clock::Clock;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::dossier_world::{
    OTHER_AGENCY, WithPurpose, attached, done, go, id, import, officer, opened, paper,
};
use crate::support::{AGENCY, Person, TestApp};

/// An application in the evening of the last day of February, Vietnamese time.
async fn start() -> TestApp {
    let now = "2026-02-28T16:30:00Z".parse::<DateTime<Utc>>().unwrap();
    let app = TestApp::start_with(Clock::fixed(now), |config| config.session_hours = 1_000).await;
    import(&app).await;
    app
}

/// A dossier with a paper that lay in the vault a minute before; the dossier and the attachment.
async fn submitted(app: &TestApp, person: &Person) -> (Value, Value) {
    let birth = paper(person, "khai sinh.pdf", "birth-certificate", json!({})).await;
    app.kho.clock.advance(TimeDelta::minutes(1));
    let dossier = opened(person).await;
    let attachment = attached(person, &dossier, "birth", &birth).await;
    (go(person, &dossier, "submit").await, attachment)
}

/// One whose paper is added after it was opened.
async fn submitted_with_new_paper(person: &Person) -> (Value, Value) {
    let dossier = opened(person).await;
    let birth = paper(person, "bản mới.pdf", "birth-certificate", json!({})).await;
    let attachment = attached(person, &dossier, "birth", &birth).await;
    (go(person, &dossier, "submit").await, attachment)
}

async fn refuse(officer: &Person, dossier: &Value, attachment: &Value) {
    let path = format!("/dossiers/{}/attachments/{}/refuse", id(dossier), id(attachment));
    done(officer.ask(Method::POST, &path).json(&json!({ "reason_code": "unreadable" }))).await;
}

const PERIOD: &str = "from=2026-02-01&until=2026-03-31";

#[tokio::test(flavor = "multi_thread")]
async fn a_report_says_what_was_reused_added_and_refused() {
    let app = start().await;
    let (lan, binh) = (app.person("lan").await, app.person("binh").await);
    let clerk = officer(&app, "clerk", AGENCY).await;
    let (reused, first) = submitted(&app, &lan).await;
    let (_, second) = submitted_with_new_paper(&lan).await;
    refuse(&clerk, &reused, &first).await;
    // A draft that nobody hands in counts nowhere.
    opened(&binh).await;
    // Half past eleven at night in Viet Nam; an hour later it is March there.
    app.kho.clock.advance(TimeDelta::hours(1));
    let (_, third) = submitted(&app, &binh).await;

    // What the dossiers themselves say.
    assert_eq!(
        [&first["reused"], &second["reused"], &third["reused"]],
        [&json!(true), &json!(false), &json!(true)]
    );
    let report = clerk.get(&format!("/reports/reuse?{PERIOD}&by=month")).await;
    let items = report["items"].as_array().unwrap();
    let months = items.iter().map(|line| line["key"].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(months, ["2026-02", "2026-03"]);
    let counts =
        |line: &Value| ["dossiers", "reused", "added", "refusals"].map(|field| line[field].as_i64().unwrap());
    assert_eq!(counts(&items[0]), [2, 1, 1, 1]);
    assert_eq!(counts(&items[1]), [1, 1, 0, 0]);
    assert_eq!(counts(&report["total"]), [3, 2, 1, 1]);
    assert_eq!(report["total"]["reuse_rate"].as_f64().unwrap(), 2.0 / 3.0);
    assert_eq!(report["total"]["digitisation_rate"], Value::Null, "nothing is decided yet");

    let reasons = clerk.get(&format!("/reports/reuse?{PERIOD}&by=reason")).await;
    assert_eq!(
        (&reasons["items"][0]["key"], &reasons["items"][0]["refusals"]),
        (&json!("unreadable"), &json!(1))
    );
    let days = clerk.get(&format!("/reports/reuse?{PERIOD}&by=day")).await;
    assert_eq!(days["items"][0]["key"], "2026-02-28");
    assert_eq!(days["items"][1]["key"], "2026-03-01");

    let table =
        clerk.request(Method::GET, &format!("/reports/reuse.csv?{PERIOD}&by=month")).send().await.unwrap();
    assert_eq!(table.headers()["content-type"], "text/csv; charset=utf-8");
    let table = table.text().await.unwrap();
    let lines = table.trim_start_matches('\u{feff}').split("\r\n").collect::<Vec<_>>();
    assert_eq!(lines[1], "2026-02,,2,1,1,0,0,1,0,0,0,0,0.5000,,");
    assert_eq!(lines[2], "2026-03,,1,1,0,0,0,0,0,0,0,0,1.0000,,");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_reads_about_the_own_agency_and_auditors_about_all() {
    let app = start().await;
    let lan = app.person("lan").await;
    submitted(&app, &lan).await;
    let (clerk, other) = (officer(&app, "clerk", AGENCY).await, officer(&app, "other", OTHER_AGENCY).await);
    let auditor = app.person("auditor").await;
    app.with_role("auditor", "auditor").await;

    let all = format!("/reports/reuse?{PERIOD}&by=agency");
    let of_clerk = clerk.get(&all).await;
    assert_eq!(of_clerk["items"][0]["key"], AGENCY);
    assert_eq!(of_clerk["items"][0]["name"], format!("Cơ quan {AGENCY}"));
    assert_eq!(other.get(&all).await["items"], json!([]));
    assert_eq!(auditor.get(&all).await, of_clerk);
    let foreign = format!("{all}&agency={AGENCY}");
    assert_eq!(auditor.get(&foreign).await, of_clerk);
    let refused = other.request(Method::GET, &foreign).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let citizen = lan.request(Method::GET, &all).send().await.unwrap();
    assert_eq!(citizen.status(), StatusCode::FORBIDDEN);
    for (query, field) in [
        ("from=2026-03-01&until=2026-02-01&by=month", "until"),
        ("from=1926-03-01&until=2026-02-01&by=month", "from"),
        ("from=2026-02-01&until=2026-02-01&by=weather", "by"),
    ] {
        let answer = clerk.request(Method::GET, &format!("/reports/reuse?{query}")).send().await.unwrap();
        assert_eq!(answer.json::<Value>().await.unwrap()["field"], field, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dossiers_are_counted_where_they_stand_and_late_ones_told() {
    let app = start().await;
    let (lan, binh) = (app.person("lan").await, app.person("binh").await);
    let clerk = officer(&app, "clerk", AGENCY).await;
    let (late, _) = submitted(&app, &lan).await;
    go(&clerk, &late, "receive").await;
    // Five days of work from Saturday, 28 February: due on Friday, 6 March.
    app.kho.clock.advance(TimeDelta::days(7));
    let (fresh, _) = submitted(&app, &binh).await;
    go(&clerk, &fresh, "receive").await;
    go(&clerk, &fresh, "process").await;
    let path = "/reports/dossiers?from=2026-02-28&until=2026-03-31";
    let items = clerk.get(path).await["items"].clone();
    let told = |line: &Value| (line["state"].clone(), line["count"].clone(), line["overdue"].clone());
    assert_eq!(told(&items[0]), (json!("processing"), json!(1), json!(0)));
    assert_eq!(told(&items[1]), (json!("received"), json!(1), json!(1)));
    let february = clerk.get("/reports/dossiers?from=2026-02-28&until=2026-02-28").await;
    assert_eq!(february["items"].as_array().unwrap().len(), 1);
}
