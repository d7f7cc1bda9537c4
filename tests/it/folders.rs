//! Default folders and own folders (B, C).

use reqwest::Method;
use serde_json::json;

use crate::support::{TestApp, names, problem, text};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_vault_has_the_default_folders_in_vietnamese_order() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;

    let list = hoa.get(&format!("/entries/{}/children", hoa.root)).await;

    let names = names(&list);
    assert!(names.contains(&"Hộ tịch".to_owned()));
    let place = |name: &str| names.iter().position(|other| other == name);
    // In the Vietnamese alphabet c comes before đ, and đ before g.
    assert!(place("Cư trú") < place("Đất đai – Nhà ở"));
    assert!(place("Đất đai – Nhà ở") < place("Giấy tờ tùy thân"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_default_folder_keeps_its_name_and_place() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let list = hoa.get(&format!("/entries/{}/children", hoa.root)).await;
    let default = list["items"][0].clone();
    let own = hoa.folder(&hoa.root, "Của tôi").await;

    let renamed = hoa.patch(&default, json!({ "name": "Khác" })).await;
    assert_eq!(problem(renamed).await, (409, "default_folder_locked".to_owned()));
    let moved = hoa.patch(&default, json!({ "parent_id": own["id"] })).await;
    assert_eq!(problem(moved).await, (409, "default_folder_locked".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_are_made_renamed_and_moved_but_never_into_themselves() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let outer = hoa.folder(&hoa.root, "Ngoài").await;
    let inner = hoa.folder(&text(&outer["id"]), "Trong").await;

    let cycle = hoa.patch(&outer, json!({ "parent_id": inner["id"] })).await;
    assert_eq!(problem(cycle).await, (409, "folder_cycle".to_owned()));
    let itself = hoa.patch(&outer, json!({ "parent_id": outer["id"] })).await;
    assert_eq!(problem(itself).await, (409, "folder_cycle".to_owned()));

    let moved = hoa.patch(&inner, json!({ "parent_id": hoa.root, "name": "Đã chuyển" })).await;
    assert_eq!(moved.status(), 200);
    let empty = hoa.get(&format!("/entries/{}/children", text(&outer["id"]))).await;
    assert_eq!(names(&empty), Vec::<String>::new());
    let path = hoa.get(&format!("/entries/{}/path", text(&inner["id"]))).await;
    assert_eq!(names(&path), ["Kho", "Đã chuyển"]);

    let stale = hoa.patch(&inner, json!({ "name": "Lần nữa" })).await;
    assert_eq!(problem(stale).await, (412, "precondition_failed".to_owned()));
    let unguarded =
        hoa.send(Method::PATCH, &format!("/entries/{}", text(&inner["id"])), json!({ "name": "x" })).await;
    assert_eq!(problem(unguarded).await, (428, "precondition_required".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_name_is_refused_or_kept_beside_as_asked() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    hoa.folder(&hoa.root, "Học bạ").await;
    let path = format!("/entries/{}/folders", hoa.root);

    let refused = hoa.post(&path, json!({ "name": "HỌC BẠ" })).await;
    assert_eq!(problem(refused).await, (409, "name_taken".to_owned()));
    let kept = hoa.post(&path, json!({ "name": "Học bạ", "on_conflict": "keep_both" })).await;
    assert_eq!(kept.json::<serde_json::Value>().await.unwrap()["name"], "Học bạ (2)");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_persons_folder_does_not_exist_for_me() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);

    let seen = nam.request(Method::GET, &format!("/entries/{}", hoa.root)).send().await.unwrap();

    assert_eq!(problem(seen).await, (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_a_folder_hold_every_item_once_in_every_order() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let folder = text(&hoa.folder(&hoa.root, "Nhiều").await["id"]);
    for number in [10, 2, 1, 33, 4] {
        hoa.folder(&folder, &format!("Tờ {number}")).await;
    }

    for (sort, expected) in [
        ("name", ["Tờ 1", "Tờ 2", "Tờ 4", "Tờ 10", "Tờ 33"]),
        ("-name", ["Tờ 33", "Tờ 10", "Tờ 4", "Tờ 2", "Tờ 1"]),
        ("updated_at", ["Tờ 10", "Tờ 2", "Tờ 1", "Tờ 33", "Tờ 4"]),
    ] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = hoa.get(&format!("/entries/{folder}/children?sort={sort}&limit=2{cursor}")).await;
            seen.extend(names(&page));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, expected, "sorted by {sort}");
    }

    let other_order = hoa.get(&format!("/entries/{folder}/children?sort=name&limit=2")).await;
    let cursor = text(&other_order["next_cursor"]);
    let path = format!("/entries/{folder}/children?sort=-name&cursor={cursor}");
    let mixed = hoa.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(problem(mixed).await, (400, "unknown_cursor".to_owned()));
}
