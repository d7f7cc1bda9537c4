//! Reports of an agency with those beneath it, as they were in the period.

use chrono::{DateTime, TimeDelta, Utc};
use kho::domain::clock::Clock;
use kho::services::mapping::changes::{Missing, Wish};
use reqwest::Method;
use serde_json::{Value, json};

use crate::dossier_world::*;
use crate::support::{Person, TestApp, operator, text};

const PROVINCE: &str = "H98";
const DISTRICT: &str = "H98.20";
const OTHER_DISTRICT: &str = "H98.21";
const COMMUNES: [&str; 3] = ["H98.20.1", "H98.20.2", "H98.21.1"];

fn agency(code: &str, parent: Option<&str>) -> Value {
    let name = json!({ "vi": format!("Cơ quan {code}"), "en": format!("Agency {code}") });
    json!({ "code": code, "name": name, "level": "district", "parent": parent })
}

/// A province with two districts, and communes beneath them; `moved` is the district of the second commune.
async fn hierarchy(app: &TestApp, moved: &str) {
    let file = json!({ "format": "kho-catalogue/1", "agencies": [
        agency(PROVINCE, None), agency(DISTRICT, Some(PROVINCE)), agency(OTHER_DISTRICT, Some(PROVINCE)),
        agency(COMMUNES[0], Some(DISTRICT)), agency(COMMUNES[1], Some(moved)), agency(COMMUNES[2], Some(OTHER_DISTRICT)),
    ] });
    let file = serde_json::from_value(file).unwrap();
    let seen = app.kho.view_catalogue(&operator(), None).await.unwrap().number;
    let wish = Wish { seen: Some(seen), ..Wish::default() };
    app.kho.import_catalogue(&operator(), file, Missing::Keep, wish).await.unwrap();
}

async fn start() -> TestApp {
    let now = "2026-02-10T01:00:00Z".parse::<DateTime<Utc>>().unwrap();
    let app = TestApp::start_with(Clock::fixed(now), |config| config.session_hours = 1_000).await;
    import(&app).await;
    hierarchy(&app, DISTRICT).await;
    app
}

/// A dossier that somebody hands in to an agency, and that its officer receives.
async fn received(person: &Person, clerk: &Person, agency: &str) {
    let body = json!({ "procedure": PROCEDURE, "receiving_agency": agency });
    let dossier = done(person.request(Method::POST, "/dossiers").json(&body)).await;
    let birth = paper(person, &format!("{}.pdf", id(&dossier)), "birth-certificate", json!({})).await;
    attached(person, &dossier, "birth", &birth).await;
    go(person, &dossier, "submit").await;
    go(clerk, &dossier, "receive").await;
}

/// Of which agencies a report has how many dossiers.
async fn dossiers(reader: &Person, query: &str) -> Vec<(String, i64)> {
    let path = format!("/reports/reuse?from=2026-02-01&until=2026-02-28&by=agency{query}");
    let report = reader.get(&path).await;
    let lines = report["items"].as_array().unwrap().iter();
    let told = lines.map(|line| (text(&line["key"]), line["dossiers"].as_i64().unwrap())).collect::<Vec<_>>();
    let sum = told.iter().map(|(_, count)| count).sum::<i64>();
    assert_eq!(report["total"]["dossiers"], sum);
    told
}

fn lines(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_district_reads_about_the_communes_beneath_it() {
    let app = start().await;
    let lan = app.person("lan").await;
    let mut clerks = Vec::new();
    for (place, commune) in COMMUNES.iter().enumerate() {
        let clerk = officer(&app, &format!("clerk{place}"), commune).await;
        for _ in 0..=place {
            received(&lan, &clerk, commune).await;
        }
        clerks.push(clerk);
    }
    let of_district = officer(&app, "district", DISTRICT).await;
    let of_province = officer(&app, "province", PROVINCE).await;
    let auditor = app.person("auditor").await;
    app.with_role("auditor", "auditor").await;

    assert_eq!(dossiers(&of_district, "").await, [], "itself received none");
    let two = lines(&[(COMMUNES[0], 1), (COMMUNES[1], 2)]);
    assert_eq!(dossiers(&of_district, "&beneath=true").await, two);
    assert_eq!(dossiers(&of_district, &format!("&beneath=true&agency={DISTRICT}")).await, two);
    assert_eq!(dossiers(&auditor, &format!("&beneath=true&agency={DISTRICT}")).await, two);
    // Each of those beneath may be looked at, and nothing beside.
    assert_eq!(dossiers(&of_district, &format!("&agency={}", COMMUNES[0])).await, two[..1]);
    let path = format!("/reports/reuse?from=2026-02-01&until=2026-02-28&agency={}", COMMUNES[2]);
    let beside = of_district.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(beside.json::<Value>().await.unwrap()["field"], "agency");
    let all = lines(&[(COMMUNES[0], 1), (COMMUNES[1], 2), (COMMUNES[2], 3)]);
    assert_eq!(dossiers(&of_province, "&beneath=true").await, all);
    // A commune has nothing beneath it.
    assert_eq!(dossiers(&clerks[0], "&beneath=true").await, all[..1]);

    let period = "from=2026-02-01&until=2026-02-28&beneath=true";
    let months = of_district.get(&format!("/reports/reuse?{period}&by=month")).await;
    assert_eq!(months["items"][0]["dossiers"], 3);
    let standing = of_district.get(&format!("/reports/dossiers?{period}")).await;
    let counted = standing["items"].as_array().unwrap().iter();
    let counted = counted.map(|line| (text(&line["agency"]), line["count"].as_i64().unwrap()));
    assert_eq!(counted.collect::<Vec<_>>(), two);
    let table = of_district.request(Method::GET, &format!("/reports/dossiers.csv?{period}"));
    let table = table.send().await.unwrap();
    assert_eq!(table.headers()["content-type"], "text/csv; charset=utf-8");
    let expected = "\u{feff}agency,name,state,count,overdue\r\nH98.20.1,Cơ quan H98.20.1,received,1,0\r\n\
                    H98.20.2,Cơ quan H98.20.2,received,2,0\r\n";
    assert_eq!(table.text().await.unwrap(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_that_moves_counts_for_each_district_in_its_days() {
    let app = start().await;
    let lan = app.person("lan").await;
    let clerk = officer(&app, "clerk", COMMUNES[1]).await;
    let (before, after) =
        (officer(&app, "before", DISTRICT).await, officer(&app, "after", OTHER_DISTRICT).await);
    received(&lan, &clerk, COMMUNES[1]).await;
    app.kho.clock.advance(TimeDelta::days(2));
    hierarchy(&app, OTHER_DISTRICT).await;
    received(&lan, &clerk, COMMUNES[1]).await;
    received(&lan, &clerk, COMMUNES[1]).await;

    assert_eq!(dossiers(&before, "&beneath=true").await, lines(&[(COMMUNES[1], 1)]));
    assert_eq!(dossiers(&after, "&beneath=true").await, lines(&[(COMMUNES[1], 2)]));
    // Whoever asks about the commune itself sees of it what was beneath.
    assert_eq!(dossiers(&before, &format!("&agency={}", COMMUNES[1])).await, lines(&[(COMMUNES[1], 1)]));
    let province = officer(&app, "province", PROVINCE).await;
    assert_eq!(dossiers(&province, "&beneath=true").await, lines(&[(COMMUNES[1], 3)]));
    let standing = "/reports/dossiers?from=2026-02-01&until=2026-02-28&beneath=true";
    assert_eq!(before.get(standing).await["items"][0]["count"], 1);
    assert_eq!(after.get(standing).await["items"][0]["count"], 2);
}
