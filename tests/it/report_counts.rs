//! What the sums of the reports say of results and components that come, change and go after they were counted.

use chrono::{DateTime, TimeDelta, Utc};
use kho::domain::clock::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use crate::dossier_world::*;
use crate::pushes::{Pushing, taken};
use crate::support::{AGENCY, Person, TestApp, pdf};

const PERIOD: &str = "from=2026-02-01&until=2026-03-31";

/// The morning of a Tuesday, 10 February, in Viet Nam.
fn clock() -> Clock {
    Clock::fixed("2026-02-10T01:00:00Z".parse::<DateTime<Utc>>().unwrap())
}

/// Some fields of the report, of each day on which anything was counted.
async fn by_day<const N: usize>(reader: &Person, fields: [&str; N]) -> Vec<(String, [i64; N])> {
    let report = reader.get(&format!("/reports/reuse?{PERIOD}&by=day")).await;
    let items = report["items"].as_array().unwrap().iter();
    let told = |line: &Value| {
        (line["key"].as_str().unwrap().to_owned(), fields.map(|field| line[field].as_i64().unwrap()))
    };
    items.map(told).filter(|(_, counts)| counts.iter().any(|count| *count != 0)).collect()
}

fn days<const N: usize>(expected: &[(&str, [i64; N])]) -> Vec<(String, [i64; N])> {
    expected.iter().map(|(day, counts)| ((*day).to_owned(), *counts)).collect()
}

struct Reporting {
    pushing: Pushing,
    clerk: Person,
}

impl Reporting {
    async fn start() -> Self {
        let pushing = Pushing::start_with(clock(), |config| config.session_hours = 1_000).await;
        let clerk = officer(&pushing.app, "clerk", AGENCY).await;
        Self { pushing, clerk }
    }

    /// A day later; a program's token holds an hour.
    async fn next_day(&mut self) {
        self.pushing.app.kho.clock.advance(TimeDelta::days(1));
        self.pushing.program = self.pushing.one_stop.program(&self.pushing.app).await;
        self.pushing.program.base = self.pushing.base.clone();
    }

    async fn dossier(&self, key: &str, state: &str) {
        let mut body = Pushing::dossier("099200000001");
        body["state"] = json!(state);
        self.pushing.pushed(key, &body).await;
    }

    async fn result(&self, dossier: &str, size: usize) {
        let metadata = json!({ "name": "Kết quả.pdf", "result_type": RESULT });
        let path = format!("/dossiers/{dossier}/results/KQ1");
        taken(self.pushing.paper(&path, &metadata, &pdf(size)).await).await;
    }

    async fn component(&self, dossier: &str, compared_by: Option<&str>, size: usize) {
        let metadata = json!({ "name": "Khai sinh.pdf", "compared_by": compared_by });
        let path = format!("/dossiers/{dossier}/components/birth/files/1");
        taken(self.pushing.paper(&path, &metadata, &pdf(size)).await).await;
    }

    async fn total(&self) -> Value {
        self.clerk.get(&format!("/reports/reuse?{PERIOD}&by=month")).await["total"].clone()
    }

    async fn decided(&self) -> Vec<(String, [i64; 2])> {
        by_day(&self.clerk, ["decided", "decided_digitised"]).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_digitisation_rate_is_of_dossiers_that_were_decided() {
    let mut reporting = Reporting::start().await;
    reporting.dossier("MC-1", "decided").await;
    reporting.dossier("MC-2", "returned").await;
    reporting.dossier("MC-3", "received").await;
    // Whoever compared it, a component is no result.
    reporting.component("MC-3", Some("Trần Văn Bình"), 900).await;

    assert_eq!(reporting.decided().await, days(&[("2026-02-10", [2, 0])]));
    assert_eq!(reporting.total().await["digitisation_rate"], json!(0.0));

    // A result that comes a day later is counted where its dossier is, and a correction of it changes nothing.
    reporting.next_day().await;
    reporting.result("MC-1", 2_000).await;
    assert_eq!(reporting.decided().await, days(&[("2026-02-10", [2, 1])]));
    assert_eq!(reporting.total().await["digitisation_rate"], json!(0.5));
    reporting.result("MC-1", 2_001).await;
    assert_eq!(reporting.decided().await, days(&[("2026-02-10", [2, 1])]));
    assert_eq!(reporting.total().await["results"], 2);

    // One that was revoked stands there no more, until another does.
    let path = "/dossiers/MC-1/results/KQ1?reason=Sai%20t%C3%AAn";
    taken(reporting.pushing.program.request(Method::DELETE, path).send().await.unwrap()).await;
    assert_eq!(reporting.decided().await, days(&[("2026-02-10", [2, 0])]));
    reporting.result("MC-1", 2_002).await;
    assert_eq!(reporting.decided().await, days(&[("2026-02-10", [2, 1])]));

    // One that comes before the decision is counted with it.
    reporting.result("MC-3", 3_000).await;
    assert_eq!(reporting.decided().await, days(&[("2026-02-10", [2, 1])]));
    reporting.next_day().await;
    reporting.dossier("MC-3", "decided").await;
    reporting.dossier("MC-3", "returned").await;
    assert_eq!(reporting.decided().await, days(&[("2026-02-10", [2, 1]), ("2026-02-12", [1, 1])]));
    assert_eq!(reporting.total().await["digitisation_rate"], json!(2.0 / 3.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn components_of_received_dossiers_have_a_file_whenever_it_came() {
    let mut reporting = Reporting::start().await;
    let fields = ["components", "components_with_file", "added", "digitised"];
    reporting.dossier("MC-1", "received").await;
    reporting.dossier("MC-2", "returned").await;
    let told = async |reporting: &Reporting| by_day(&reporting.clerk, fields).await;
    // The birth certificate alone is needed.
    assert_eq!(told(&reporting).await, days(&[("2026-02-10", [2, 0, 0, 0])]));

    reporting.next_day().await;
    reporting.component("MC-1", None, 900).await;
    let expected = days(&[("2026-02-10", [2, 1, 0, 0]), ("2026-02-11", [0, 0, 1, 0])]);
    assert_eq!(told(&reporting).await, expected);
    assert_eq!(reporting.total().await["component_digitisation_rate"], json!(0.5));

    // Its next version is the same paper, now compared with the original.
    reporting.next_day().await;
    reporting.component("MC-1", Some("Trần Văn Bình"), 901).await;
    let expected = days(&[("2026-02-10", [2, 1, 0, 0]), ("2026-02-11", [0, 0, 0, 1])]);
    assert_eq!(told(&reporting).await, expected);

    // What comes for a dossier that is closed has a file too.
    reporting.component("MC-2", Some("Trần Văn Bình"), 902).await;
    let expected =
        days(&[("2026-02-10", [2, 2, 0, 0]), ("2026-02-11", [0, 0, 0, 1]), ("2026-02-12", [0, 0, 0, 1])]);
    assert_eq!(told(&reporting).await, expected);
    // Where the condition was answered so, a mandate is needed as well.
    let mut body = Pushing::dossier("099200000001");
    body["conditions"] = json!(["authorised"]);
    reporting.pushing.pushed("MC-1", &body).await;
    assert_eq!(told(&reporting).await[0], ("2026-02-10".to_owned(), [3, 2, 0, 0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_that_is_taken_out_again_counts_no_more() {
    let app = TestApp::start_with(clock(), |config| config.session_hours = 1_000).await;
    import(&app).await;
    let lan = app.person("lan").await;
    let clerk = officer(&app, "clerk", AGENCY).await;
    let birth = paper(&lan, "khai sinh.pdf", "birth-certificate", json!({})).await;
    app.kho.clock.advance(TimeDelta::minutes(1));
    let dossier = opened(&lan).await;
    // Taken out of a draft: nobody counted it.
    let first = attached(&lan, &dossier, "birth", &birth).await;
    let take_out = async |attachment: &Value| {
        let path = format!("/dossiers/{}/attachments/{}", id(&dossier), id(attachment));
        done(lan.request(Method::DELETE, &path)).await
    };
    take_out(&first).await;
    let second = attached(&lan, &dossier, "birth", &birth).await;
    go(&lan, &dossier, "submit").await;
    go(&clerk, &dossier, "receive").await;
    let fields = ["reused", "added", "components", "components_with_file"];
    assert_eq!(by_day(&clerk, fields).await, days(&[("2026-02-10", [1, 0, 1, 1])]));

    app.kho.clock.advance(TimeDelta::days(1));
    let wanted = json!({ "move": "ask_supplement", "reason_code": "papers_missing" });
    assert_eq!(moved(&clerk, &dossier, wanted).await.status(), 200);
    take_out(&second).await;
    assert_eq!(by_day(&clerk, fields).await, days(&[("2026-02-10", [0, 0, 1, 0])]));
    let fresh = paper(&lan, "bản mới.pdf", "birth-certificate", json!({})).await;
    attached(&lan, &dossier, "birth", &fresh).await;
    let expected = days(&[("2026-02-10", [0, 0, 1, 1]), ("2026-02-11", [0, 1, 0, 0])]);
    assert_eq!(by_day(&clerk, fields).await, expected);
}
