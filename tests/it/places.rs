//! Lists of a folder by place: each page of them is what the list by cursor has there.

use chrono::TimeDelta;
use kho::domain::clock::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Person, TestApp, pdf, problem, text};

const SORTS: [&str; 6] = ["name", "-name", "updated_at", "-updated_at", "size", "-size"];

/// A folder with ten folders and 21 documents, whose times and sizes are often equal.
async fn many(hoa: &Person, clock: &Clock) -> String {
    let folder = text(&hoa.folder(&hoa.root, "Nhiều").await["id"]);
    for number in [5, 29, 3, 17, 11, 2, 23, 7, 13] {
        hoa.folder(&folder, &format!("Hồ sơ {number}")).await;
        clock.advance(TimeDelta::seconds(number % 3 / 2));
    }
    for number in 0..21 {
        let name = format!("Tờ {}.pdf", number * 8 % 21);
        hoa.document(&folder, &name, &pdf(300 + number * 5 % 4)).await;
        clock.advance(TimeDelta::seconds((number % 3 / 2) as i64));
    }
    // What lies deeper, or is in the trash, has no place.
    for (name, is_trashed) in [("Bỏ", true), ("Hồ sơ 1", false)] {
        let inner = hoa.folder(&folder, name).await;
        hoa.document(&text(&inner["id"]), "Bên trong.pdf", &pdf(300)).await;
        if is_trashed {
            hoa.trash(&inner).await;
        }
    }
    hoa.trash(&hoa.document(&folder, "Bỏ.pdf", &pdf(300)).await).await;
    folder
}

async fn page(hoa: &Person, folder: &str, query: &str) -> Value {
    hoa.get(&format!("/entries/{folder}/children?{query}")).await
}

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| text(&item["id"])).collect()
}

async fn by_cursor(hoa: &Person, folder: &str, query: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = page(hoa, folder, &format!("{query}&limit=4{cursor}")).await;
        assert_eq!((page.get("offset"), page.get("total")), (None, None), "a page by cursor counts nothing");
        all.extend(ids(&page));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_by_place_are_the_list_by_cursor_wherever_it_is_cut() {
    let clock = Clock::fixed("2026-03-01T08:00:00Z".parse().unwrap());
    let app = TestApp::start_with(clock.clone(), |_| {}).await;
    let hoa = app.person("hoa").await;
    let folder = many(&hoa, &clock).await;

    for sort in SORTS {
        for (kind, count) in [("", 31), ("&kind=folder", 10), ("&kind=document", 21)] {
            let query = format!("sort={sort}{kind}");
            let all = by_cursor(&hoa, &folder, &query).await;
            assert_eq!(all.len(), count, "{query}");
            for limit in [1, 7, 200] {
                let mut seen = Vec::new();
                while seen.len() < all.len() {
                    let offset = seen.len();
                    let page = page(&hoa, &folder, &format!("{query}&limit={limit}&offset={offset}")).await;
                    assert_eq!((&page["offset"], &page["total"]), (&json!(offset), &json!(count)), "{query}");
                    assert!(!ids(&page).is_empty(), "{query}&limit={limit}: nothing at {offset}");
                    seen.extend(ids(&page));
                    assert_eq!(page["next_cursor"].is_null(), seen.len() == all.len(), "{query}");
                }
                assert_eq!(seen, all, "{query}&limit={limit}");
            }
            for limit in [1, 6] {
                for (place, id) in all.iter().enumerate() {
                    let page = page(&hoa, &folder, &format!("{query}&limit={limit}&around={id}")).await;
                    let offset = page["offset"].as_u64().unwrap() as usize;
                    assert_eq!(page["total"], count);
                    assert_eq!(
                        ids(&page),
                        all[offset..offset + limit],
                        "{query}&limit={limit} around {place}"
                    );
                    assert!((offset..offset + limit).contains(&place), "{query}&limit={limit}: {place}");
                }
            }
        }
    }
    let beyond = page(&hoa, &folder, "offset=31").await;
    assert_eq!((ids(&beyond), &beyond["total"]), (Vec::new(), &json!(31)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_by_place_goes_on_by_cursor() {
    let clock = Clock::fixed("2026-03-01T08:00:00Z".parse().unwrap());
    let app = TestApp::start_with(clock.clone(), |_| {}).await;
    let hoa = app.person("hoa").await;
    let folder = many(&hoa, &clock).await;
    let all = by_cursor(&hoa, &folder, "sort=-size").await;

    let placed = page(&hoa, &folder, "sort=-size&limit=5&offset=6").await;
    let cursor = text(&placed["next_cursor"]);
    let next = page(&hoa, &folder, &format!("sort=-size&limit=5&cursor={cursor}")).await;

    assert_eq!(ids(&next), all[11..16]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_a_live_child_has_a_place() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let folder = hoa.folder(&hoa.root, "Hồ sơ").await;
    let inner = hoa.folder(&text(&folder["id"]), "Bên trong").await;
    let trashed = hoa.folder(&text(&folder["id"]), "Bỏ").await;
    hoa.trash(&trashed).await;
    let document = hoa.document(&text(&inner["id"]), "a.pdf", &pdf(300)).await;
    let children = format!("/entries/{}/children", text(&folder["id"]));
    let refusal = async |query: String| {
        problem(hoa.request(Method::GET, &format!("{children}?{query}")).send().await.unwrap()).await
    };

    let not_found = (404, "not_found".to_owned());
    for other in [&folder, &trashed, &document, &json!({ "id": nam.root })] {
        assert_eq!(refusal(format!("around={}", text(&other["id"]))).await, not_found, "{other}");
    }
    assert_eq!(refusal(format!("around={}&kind=document", text(&inner["id"]))).await, not_found);
    assert_eq!(refusal("around=0193a2f0-7b1e-7c42-9d3a-5f1e2a6b8c90".to_owned()).await, not_found);

    hoa.folder(&text(&folder["id"]), "Nữa").await;
    let first = hoa.get(&format!("{children}?limit=1")).await;
    let cursor = text(&first["next_cursor"]);
    for bad in [
        format!("offset=0&cursor={cursor}"),
        format!("around={}&cursor={cursor}", text(&inner["id"])),
        format!("offset=0&around={}", text(&inner["id"])),
        "offset=0&limit=201".to_owned(),
        "offset=-1".to_owned(),
        "offset=x".to_owned(),
        "around=x".to_owned(),
        "kind=link".to_owned(),
    ] {
        assert_eq!(refusal(bad.clone()).await, (422, "invalid_input".to_owned()), "{bad}");
    }
}
