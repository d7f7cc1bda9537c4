//! Papers whose validity ends soon.

use kho::domain::clock::Clock;
use reqwest::Method;
use serde_json::json;

use crate::support::{Person, TestApp, names, pdf, problem, text};

/// A document whose last day is written in its name.
async fn valid_until(hoa: &Person, folder: &str, day: &str) -> serde_json::Value {
    let document = hoa.document(folder, &format!("{day}.pdf"), &pdf(300)).await;
    let described = hoa.patch(&document, json!({ "expires_on": day })).await;
    assert_eq!(described.status(), 200);
    described.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_that_end_soon_or_ended_lately_are_listed_the_soonest_first() {
    // In Viet Nam it is the 25th already.
    let clock = Clock::fixed("2026-11-24T20:00:00Z".parse().unwrap());
    let app = TestApp::start_with(clock, |_| {}).await;
    let hoa = app.person("hoa").await;
    let folder = hoa.folder(&hoa.root, "Giấy tờ").await;
    let inside = text(&folder["id"]);
    for day in ["2027-02-24", "2027-02-23", "2026-11-25", "2026-10-25", "2026-10-26", "2026-11-26"] {
        valid_until(&hoa, &inside, day).await;
    }
    hoa.document(&inside, "Không thời hạn.pdf", &pdf(300)).await;
    let path = format!("/vaults/{}/expiring", hoa.vault);

    let all = ["2026-10-26.pdf", "2026-11-25.pdf", "2026-11-26.pdf", "2027-02-23.pdf"];
    assert_eq!(names(&hoa.get(&path).await), all);
    assert_eq!(names(&hoa.get(&format!("{path}?days=1")).await), all[..3]);
    assert_eq!(names(&hoa.get(&format!("{path}?days=91")).await).len(), 5);
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = hoa.get(&format!("{path}?limit=1{cursor}")).await;
        seen.extend(names(&page));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, all);

    for bad in ["days=0", "days=3651", "days=x", "limit=501"] {
        let refused = hoa.request(Method::GET, &format!("{path}?{bad}")).send().await.unwrap();
        assert_eq!(problem(refused).await, (422, "invalid_input".to_owned()), "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_trash_or_anothers_is_not_among_them() {
    let clock = Clock::fixed("2026-11-24T08:00:00Z".parse().unwrap());
    let app = TestApp::start_with(clock, |_| {}).await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let outer = hoa.folder(&hoa.root, "Ngoài").await;
    let inner = hoa.folder(&text(&outer["id"]), "Trong").await;
    valid_until(&hoa, &text(&inner["id"]), "2026-12-01").await;
    let alone = valid_until(&hoa, &hoa.root, "2026-12-02").await;
    valid_until(&nam, &nam.root, "2026-12-03").await;
    let path = format!("/vaults/{}/expiring", hoa.vault);
    let listed = async || names(&hoa.get(&path).await);
    assert_eq!(listed().await, ["2026-12-01.pdf", "2026-12-02.pdf"]);

    hoa.trash(&alone).await;
    assert_eq!(listed().await, ["2026-12-01.pdf"]);
    let trashed = hoa.trash(&outer).await;
    assert_eq!(listed().await, Vec::<String>::new());
    hoa.restore(&trashed, json!({})).await;
    assert_eq!(listed().await, ["2026-12-01.pdf"]);

    let stranger = nam.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(problem(stranger).await, (404, "not_found".to_owned()));
}
