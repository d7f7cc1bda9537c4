//! When a dossier is due: counted in days of work, without the days off of the catalogue that it was opened under.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};
use kho::domain::clock::Clock;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::dossier_world::*;
use crate::support::{AGENCY, Person, TestApp};

struct Desk {
    app: TestApp,
    lan: Person,
    clerk: Person,
    admin: Person,
    paper: Value,
}

impl Desk {
    /// A desk that opens on this day in the morning, in Viet Nam.
    async fn open_on(day: &str) -> Self {
        let now = format!("{day}T01:00:00Z").parse::<DateTime<Utc>>().unwrap();
        let app = TestApp::start_with(Clock::fixed(now), |config| config.session_hours = 10_000).await;
        import(&app).await;
        let (lan, admin) = (app.person("lan").await, app.person("admin").await);
        app.with_role("admin", "system_admin").await;
        let clerk = officer(&app, "clerk", AGENCY).await;
        let paper = paper(&lan, "khai sinh.pdf", "birth-certificate", json!({})).await;
        Self { app, lan, clerk, admin, paper }
    }

    async fn submitted(&self) -> Value {
        let dossier = opened(&self.lan).await;
        attached(&self.lan, &dossier, "birth", &self.paper).await;
        go(&self.lan, &dossier, "submit").await
    }

    /// The day on which a dossier that is received now is due.
    async fn due(&self, dossier: &Value) -> String {
        go(&self.clerk, dossier, "receive").await["due_on"].as_str().unwrap().to_owned()
    }

    async fn name(&self, day: &str, work: bool) {
        let item = json!({ "code": day, "name": { "vi": "Ngày riêng", "en": "A day" }, "work": work });
        let answer = self.admin.send(Method::PUT, &format!("/catalogue/days/{day}"), item).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn public_holidays_are_no_days_of_work() {
    // Five days of work from Tuesday, 28 April 2026: the 29th, 4, 5, 6 and 7 May; 30 April and 1 May are off.
    let desk = Desk::open_on("2026-04-28").await;
    let dossier = desk.submitted().await;
    assert_eq!(desk.due(&dossier).await, "2026-05-07");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_is_due_by_the_days_of_the_catalogue_it_was_opened_under() {
    let desk = Desk::open_on("2026-08-27").await;
    // Thursday, 27 August: the 28th and 31st, 1, 3 and 4 September; only the 2nd is known to be off.
    let before = desk.submitted().await;
    // As the notice of the year has it: 1 September too, and Monday is exchanged for Saturday, 5 September.
    for (day, work) in [("2026-09-01", false), ("2026-08-31", false), ("2026-09-05", true)] {
        desk.name(day, work).await;
    }
    let after = desk.submitted().await;
    assert_eq!(desk.due(&before).await, "2026-09-04");
    // The 28th, 3, 4, 5 and 7 September.
    assert_eq!(desk.due(&after).await, "2026-09-07");

    let list = desk.lan.get("/catalogue/days").await;
    let days = list["items"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap());
    let days = days.collect::<Vec<_>>();
    assert!(days.is_sorted() && days.contains(&"2026-08-31"), "{days:?}");
    // Out of the calendar again: by the version in which it came.
    let found = desk.admin.request(Method::GET, "/catalogue/days/2026-09-05").send().await.unwrap();
    let etag = found.headers()["etag"].to_str().unwrap().to_owned();
    let path = "/catalogue/days/2026-09-05";
    let gone = desk.admin.request(Method::DELETE, path).header("If-Match", etag).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::OK);
    let third = desk.submitted().await;
    assert_eq!(desk.due(&third).await, "2026-09-08");
    // A day that is none, and a Wednesday that is made up on.
    for (day, work, code) in [("2026-02-30", false, "day_malformed"), ("2026-09-16", true, "day_is_worked")] {
        let item = json!({ "code": day, "name": { "vi": "x", "en": "x" }, "work": work });
        let answer = desk.admin.send(Method::PUT, &format!("/catalogue/days/{day}"), item).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json::<Value>().await.unwrap()["faults"][0]["code"], code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_day_a_dossier_comes_it_is_due_after_five_days_of_work() {
    let desk = Desk::open_on("2026-12-24").await;
    let list = desk.lan.get("/catalogue/days").await;
    let off = list["items"].as_array().unwrap().iter();
    let off = off.map(|one| one["code"].as_str().unwrap().parse::<NaiveDate>().unwrap()).collect::<Vec<_>>();
    assert!(off.contains(&"2027-02-08".parse().unwrap()));
    let is_off = |day: &NaiveDate| off.contains(day) || [Weekday::Sat, Weekday::Sun].contains(&day.weekday());
    for _ in 0..20 {
        let today = desk.app.kho.clock.today();
        let dossier = desk.submitted().await;
        let due = desk.due(&dossier).await.parse::<NaiveDate>().unwrap();
        assert!(!is_off(&due), "{today}: due on {due}");
        let between = today.iter_days().skip(1).take_while(|day| *day <= due).filter(|day| !is_off(day));
        assert_eq!(between.count(), 5, "{today}: due on {due}");
        desk.app.kho.clock.advance(TimeDelta::days(7) + TimeDelta::hours(12));
    }
}
