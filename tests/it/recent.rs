//! What somebody worked on lately (E).

use reqwest::Method;
use serde_json::json;

use crate::support::{TestApp, names, pdf, problem, text};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_worked_on_is_listed_newest_first_with_the_act() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let one = hoa.document(&hoa.root, "Tờ 10.pdf", &pdf(500)).await;
    hoa.document(&hoa.root, "Tờ 2.pdf", &pdf(500)).await;
    hoa.document(&hoa.root, "Đơn.pdf", &pdf(500)).await;
    hoa.patch(&one, json!({ "title": "Giấy khai sinh" })).await;

    let list = hoa.get("/recent").await;
    assert_eq!(names(&list), ["Tờ 10.pdf", "Đơn.pdf", "Tờ 2.pdf"]);
    assert_eq!(
        (&list["items"][0]["act"], &list["items"][1]["act"]),
        (&json!("entry.update"), &json!("document.add"))
    );
    assert_eq!(names(&hoa.get("/recent?sort=name").await), ["Đơn.pdf", "Tờ 2.pdf", "Tờ 10.pdf"]);
    assert_eq!(names(&hoa.get("/recent?q=to&sort=updated_at").await), ["Tờ 2.pdf", "Tờ 10.pdf"]);
    assert_eq!(names(&hoa.get("/recent?q=giay%20khai").await), ["Tờ 10.pdf"]);

    for (sort, expected) in
        [("name", ["Đơn.pdf", "Tờ 2.pdf", "Tờ 10.pdf"]), ("updated_at", ["Tờ 2.pdf", "Đơn.pdf", "Tờ 10.pdf"])]
    {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = hoa.get(&format!("/recent?sort={sort}&limit=1{cursor}")).await;
            seen.extend(names(&page));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, expected, "{sort}");
    }
    for bad in ["sort=size", "q=a", "limit=501"] {
        let refused = hoa.request(Method::GET, &format!("/recent?{bad}")).send().await.unwrap();
        assert_eq!(problem(refused).await, (422, "invalid_input".to_owned()), "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_trashed_leaves_the_list_and_the_search_and_comes_back() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let folder = hoa.folder(&hoa.root, "Hồ sơ").await;
    let inner = hoa.folder(&text(&folder["id"]), "Bên trong").await;
    hoa.document(&text(&inner["id"]), "Giấy.pdf", &pdf(500)).await;
    let seen = async || (names(&hoa.get("/recent").await), names(&hoa.get("/search?q=giay").await));
    let there = (vec!["Giấy.pdf".to_owned()], vec!["Giấy.pdf".to_owned()]);
    assert_eq!(seen().await, there);
    assert_eq!(names(&nam.get("/recent").await), Vec::<String>::new());

    let path = format!("/entries/{}", text(&folder["id"]));
    let trashed = hoa.request(Method::DELETE, &path).header("If-Match", "\"1\"").send().await.unwrap();
    assert!(trashed.status().is_success(), "{}", trashed.text().await.unwrap());
    assert_eq!(seen().await, (vec![], vec![]));

    let restored = hoa.post(&format!("/trash/{}/restore", text(&folder["id"])), json!({})).await;
    assert!(restored.status().is_success(), "{}", restored.text().await.unwrap());
    let (recent, found) = seen().await;
    assert!(recent.contains(&"Giấy.pdf".to_owned()));
    assert_eq!(found, ["Giấy.pdf"]);

    assert_eq!(hoa.request(Method::DELETE, "/recent").send().await.unwrap().status(), 204);
    assert_eq!(names(&hoa.get("/recent").await), Vec::<String>::new());
}
