//! What keeps a deployment well: figures, the administrator's view, work that is tried again, rows that are cleared away.

use chrono::TimeDelta;
use kho::db;
use kho::domain::clock::Clock;
use kho::domain::id::JobId;
use kho::domain::job::JobKind;
use kho::services::check::Findings;
use kho::services::fsck::FsckScope;
use kho::sql;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Person, TestApp, pdf, problem, text};

/// A job that was given up after its last attempt; its id.
pub async fn dead_job(app: &TestApp) -> String {
    let now = app.kho.clock.now();
    let id = JobId::new(now);
    let mut tx = app.kho.db.begin().await.unwrap();
    let payload = json!({ "blobs": [] });
    db::job::enqueue(&mut tx, id, JobKind::RemoveBlob, None, &payload, now).await.unwrap();
    sql!(&mut tx, execute, "UPDATE job SET attempts = 12 WHERE id = $1", id).unwrap();
    db::job::give_up(&mut tx, id, now, "storage_unavailable").await.unwrap();
    tx.commit().await.unwrap();
    id.to_string()
}

async fn administrator(app: &TestApp) -> Person {
    let root = app.person("quan.tri").await;
    app.with_role("quan.tri", "system_admin").await;
    root
}

/// The figures, and the value of one of them by its beginning.
async fn figures(app: &TestApp) -> String {
    let answer = app.stranger().get(format!("{}/metrics", app.url)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    answer.text().await.unwrap()
}

fn figure(figures: &str, name: &str) -> Option<f64> {
    let value = figures.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.map(|value| value.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_tell_requests_bytes_work_connections_and_memory() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let before = figures(&app).await;
    let bytes = pdf(400_000);
    let document = text(&hoa.document(&hoa.root, "giấy.pdf", &bytes).await["id"]);
    for _ in 0..3 {
        hoa.get(&format!("/entries/{document}")).await;
    }
    let path = format!("/entries/{document}/content");
    assert_eq!(hoa.request(Method::GET, &path).send().await.unwrap().bytes().await.unwrap(), bytes);
    assert_eq!(hoa.request(Method::GET, "/nowhere").send().await.unwrap().status(), 404);
    let waiting = figures(&app).await;
    app.run_jobs().await;
    dead_job(&app).await;

    let after = figures(&app).await;

    let grown = |name: &str| figure(&after, name).unwrap() - figure(&before, name).unwrap_or(0.0);
    let views = r#"{method="GET",route="/api/v1/entries/{entry}",status="2xx"}"#;
    assert_eq!(grown(&format!("kho_http_requests_total{views}")), 3.0, "{after}");
    assert_eq!(grown(&format!("kho_http_request_duration_seconds_count{views}")), 3.0);
    assert_eq!(grown(r#"kho_http_requests_total{method="GET",route="unmatched",status="4xx"}"#), 1.0);
    assert!(grown("kho_http_received_bytes_total") >= 400_000.0);
    assert!(grown("kho_http_sent_bytes_total") >= 400_000.0);
    assert!(grown("kho_audit_records_total") >= 2.0, "the upload and the download");
    assert_eq!(grown(r#"kho_jobs_run_total{kind="extract_text"}"#), 1.0);
    assert!(figure(&waiting, "kho_jobs_waiting").unwrap() >= 1.0);
    assert_eq!(figure(&after, "kho_jobs_waiting"), Some(0.0));
    assert_eq!(figure(&after, "kho_jobs_oldest_due_seconds"), Some(0.0));
    assert_eq!(figure(&after, "kho_jobs_dead"), Some(1.0));
    assert_eq!(figure(&after, "kho_uploads_under_way"), Some(0.0));
    assert_eq!(figure(&after, "kho_database_up"), Some(1.0));
    assert!(figure(&after, "process_resident_memory_bytes").unwrap() > 1e6);
    let pools = after.lines().filter(|line| line.starts_with("kho_database_connections{pool="));
    assert!(pools.count() >= 1, "{after}");
    for told in [document.as_str(), "hoa", "nowhere", &hoa.identity_number] {
        assert!(!after.contains(told), "{told} is told:\n{after}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_are_not_there_for_whoever_comes_through_a_proxy() {
    let app = TestApp::start().await;

    let through = app.stranger().get(format!("{}/metrics", app.url)).header("X-Forwarded-For", "127.0.0.1");

    assert_eq!(problem(through.send().await.unwrap()).await, (404, "route_not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_was_given_up_begins_anew_for_a_new_cause() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let document = text(&hoa.document(&hoa.root, "giấy.pdf", &pdf(2_000)).await["id"]);
    let now = app.kho.clock.now();
    let mut tx = app.kho.db.begin().await.unwrap();
    let given_up = "UPDATE job SET attempts = 12, dead_at = $1 WHERE kind = 'judge_signatures'";
    assert_eq!(sql!(&mut tx, execute, given_up, now).unwrap(), 1);
    tx.commit().await.unwrap();
    app.run_jobs().await;
    assert_eq!(hoa.get(&format!("/entries/{document}/signatures")).await["state"], "pending");

    let asked = hoa.post(&format!("/entries/{document}/signatures"), json!({})).await;
    assert!(asked.status().is_success(), "{}", asked.status());
    app.run_jobs().await;

    // It is no real PDF file; what counts is that it was looked at.
    assert_eq!(hoa.get(&format!("/entries/{document}/signatures")).await["state"], "unreadable");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_administrator_sees_how_the_deployment_does() {
    let app = TestApp::start().await;
    let (root, hoa) = (administrator(&app).await, app.person("hoa").await);
    hoa.document(&hoa.root, "a.pdf", &pdf(2_000)).await;
    let fresh = root.get("/admin/state").await;
    assert_eq!(fresh["last_checkpoint"], Value::Null);
    assert!(fresh["jobs"]["waiting"].as_i64().unwrap() >= 1 && fresh["jobs"]["oldest_due_at"].is_string());
    app.run_jobs().await;
    app.kho.fsck(FsckScope::default(), &mut Findings::default()).await.unwrap();

    let state = root.get("/admin/state").await;

    let scale = std::env::var("KHO_TEST_BACKEND").as_deref() == Ok("scale");
    let back_ends = if scale { ("postgres", "s3") } else { ("sqlite", "files") };
    assert_eq!((state["database"].as_str().unwrap(), state["objects"].as_str().unwrap()), back_ends);
    assert_eq!(state["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!((&state["vaults"], &state["accounts"]), (&json!(2), &json!(2)));
    assert_eq!(state["documents"], 1);
    assert_eq!(state["jobs"], json!({ "waiting": 0, "oldest_due_at": null, "dead": 0, "dead_letters": [] }));
    assert_eq!(state["last_checkpoint"]["number"], 1);
    assert_eq!((&state["checks"][0]["kind"], &state["checks"][0]["findings"]), (&json!("fsck"), &json!(0)));
    assert_eq!(problem(hoa.request(Method::GET, "/admin/state").send().await.unwrap()).await.0, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_was_given_up_is_named_and_tried_again_when_asked() {
    let app = TestApp::start().await;
    let root = administrator(&app).await;
    let job = dead_job(&app).await;
    app.run_jobs().await;

    let state = root.get("/admin/state").await;
    let letter = &state["jobs"]["dead_letters"][0];
    assert_eq!(
        (state["jobs"]["dead"].as_i64(), text(&letter["id"])),
        (Some(1), job.clone()),
        "not run by itself"
    );
    assert_eq!((&letter["kind"], &letter["attempts"]), (&json!("remove_blob"), &json!(12)));
    assert_eq!(letter["last_error"], "storage_unavailable");
    let again = || async { root.post(&format!("/admin/jobs/{job}/retry"), json!({})).await };
    assert_eq!(again().await.status(), 204);
    assert_eq!(root.get("/admin/state").await["jobs"]["dead"], 0);
    assert_eq!(problem(again().await).await, (404, "not_found".to_owned()), "it is not given up any more");
    app.run_jobs().await;

    assert_eq!(root.get("/admin/state").await["jobs"]["waiting"], 0, "it ran");
    let trail = root.get("/admin/audit").await;
    let retried =
        trail["items"].as_array().unwrap().iter().find(|record| record["act"] == "job.retry").unwrap();
    assert_eq!((&retried["object_id"], &retried["detail"]["kind"]), (&json!(job), &json!("remove_blob")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_row_of_an_expired_session_is_cleared_away() {
    let clock = Clock::fixed("2026-03-01T08:00:00Z".parse().unwrap());
    let app = TestApp::start_with(clock.clone(), |config| config.session_hours = 12).await;
    let hoa = app.person("hoa").await;
    let nam = app.person("nam").await;
    let opens = |person: &Person| person.request(Method::GET, "/sessions").send();

    // Turning the clock back shows whether the row is still there: a session that is would be good again.
    clock.advance(TimeDelta::hours(13));
    assert_eq!(problem(opens(&hoa).await.unwrap()).await, (401, "session_expired".to_owned()));
    clock.advance(TimeDelta::hours(-13));
    assert_eq!(opens(&hoa).await.unwrap().status(), 200);

    clock.advance(TimeDelta::hours(13));
    let later = app.sign_in("nam", &nam.identity_number).await;
    app.run_jobs().await;
    assert_eq!(later.get("/sessions").await["items"].as_array().unwrap().len(), 1, "a live one stays");
    clock.advance(TimeDelta::hours(-13));

    assert_eq!(problem(opens(&hoa).await.unwrap()).await, (401, "session_expired".to_owned()));
    assert_eq!(problem(opens(&nam).await.unwrap()).await, (401, "session_expired".to_owned()));
}
