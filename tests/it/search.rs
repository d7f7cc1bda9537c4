//! Finding papers by what is written on and in them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Person, TestApp, names, pdf, problem, text};

/// Adds a document with a title and more.
async fn paper(person: &Person, folder: &str, name: &str, about: Value) -> Value {
    let document = person.document(folder, name, &pdf(2_000)).await;
    let described = person.patch(&document, about).await;
    assert_eq!(described.status(), 200, "{name}");
    described.json().await.unwrap()
}

async fn find(person: &Person, query: &[(&str, &str)]) -> Value {
    let answer = person.request(Method::GET, "/search").query(query).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{query:?}: {}", answer.text().await.unwrap_or_default());
    answer.json().await.unwrap()
}

async fn found(person: &Person, q: &str) -> Vec<String> {
    names(&find(person, &[("q", q)]).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn exact_hits_come_first_and_every_spelling_finds() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let folder = text(&hoa.folder(&hoa.root, "Giấy tờ").await["id"]);
    paper(&hoa, &folder, "a.pdf", json!({ "title": "Giấy khai sinh của An" })).await;
    paper(&hoa, &folder, "b.pdf", json!({ "title": "Giay khai sinh ban chup" })).await;
    paper(&hoa, &folder, "c.pdf", json!({ "title": "Trích lục khai sinh", "note": "thay giấy cũ" })).await;
    paper(&hoa, &folder, "d.pdf", json!({ "title": "Sổ đỏ", "number": "Giấy-khai/sinh" })).await;
    paper(&hoa, &folder, "e.pdf", json!({ "title": "Hộ khẩu", "tags": ["giấy"] })).await;

    assert_eq!(found(&hoa, "giấy khai sinh").await, ["a.pdf", "b.pdf", "d.pdf", "c.pdf"]);
    assert_eq!(found(&hoa, "giay khai sinh").await, ["b.pdf", "a.pdf", "d.pdf", "c.pdf"]);
    for spelling in
        ["GIẤY KHAI SINH", "giâ\u{301}y khai sinh", "gia\u{302}\u{301}y khai si", "“giấy” khai-sinh*"]
    {
        assert_eq!(found(&hoa, spelling).await.len(), 4, "{spelling}");
    }
    // The words before the last are whole.
    assert_eq!(found(&hoa, "gia khai sinh").await, Vec::<String>::new());
    // Folders are found too.
    assert_eq!(found(&hoa, "giấy t").await[0], "Giấy tờ");

    let hits = find(&hoa, &[("q", "giấy khai sinh")]).await;
    let matched =
        hits["items"].as_array().unwrap().iter().map(|hit| text(&hit["matched"])).collect::<Vec<_>>();
    assert_eq!(matched, ["exact", "phrase", "number", "words"]);
    assert_eq!(
        hits["items"][0]["found_in"],
        json!([{ "field": "title", "spans": [{ "start": 0, "end": 4 }, { "start": 5, "end": 9 }, { "start": 10, "end": 14 }] }])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tone_placement_stroke_and_composition_do_not_matter() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    paper(&hoa, &hoa.root, "a.pdf", json!({ "title": "Uỷ quyền cho Đỗ Thị Hoà" })).await;
    paper(&hoa, &hoa.root, "b.pdf", json!({ "title": "Ủy quyền cho Đỗ Thị Hòa" })).await;

    for q in [
        "hoà",
        "hòa",
        "HOÀ",
        "ho\u{300}a",
        "hoa",
        "uỷ quyền",
        "ủy quyền",
        "Đỗ",
        "do thi",
        "ðỗ",
        "uy quyen cho do thi hoa",
    ] {
        let mut found = found(&hoa, q).await;
        found.sort();
        assert_eq!(found, ["a.pdf", "b.pdf"], "{q}");
    }
    let hits = find(&hoa, &[("q", "Đỗ Thị Hoà")]).await;
    assert_eq!(
        (&hits["items"][0]["matched"], &hits["items"][1]["matched"]),
        (&json!("exact"), &json!("exact"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_that_describes_a_paper_finds_it() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let about = json!({
        "title": "Bản sao", "type_code": "marriage-certificate", "number": "77/2021", "authority": "UBND xã Suối Mơ",
        "note": "Bản gốc ở nhà bà ngoại", "tags": ["gia đình"]
    });
    paper(&hoa, &hoa.root, "x.pdf", about).await;
    paper(&hoa, &hoa.root, "y.pdf", json!({ "title": "Khác" })).await;

    for (q, field) in [
        ("bản sao", "title"),
        ("x.pdf", "name"),
        ("77/2021", "number"),
        ("suoi mo", "authority"),
        ("kết hôn", "type"),
        ("marriage", "type"),
        ("gia đình", "tags"),
        ("ngoại", "note"),
    ] {
        let hits = find(&hoa, &[("q", q)]).await;
        assert_eq!(names(&hits), ["x.pdf"], "{q}");
        let fields = hits["items"][0]["found_in"].as_array().unwrap();
        assert!(fields.iter().any(|found| found["field"] == field), "{q}: {fields:?}");
    }
    let number = find(&hoa, &[("q", "77/2021")]).await;
    assert_eq!(number["items"][0]["matched"], "number");

    let changed = find(&hoa, &[("q", "x.pdf")]).await["items"][0].clone();
    hoa.patch(&changed, json!({ "title": "Bản chính", "tags": [] })).await;
    assert_eq!(found(&hoa, "bản sao").await, Vec::<String>::new());
    assert_eq!(found(&hoa, "bản chính").await, ["x.pdf"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_and_orders_narrow_and_sort() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let folder = text(&hoa.folder(&hoa.root, "Trong").await["id"]);
    let deep = text(&hoa.folder(&folder, "Sâu").await["id"]);
    paper(&hoa, &hoa.root, "Tờ 10.pdf", json!({ "title": "đơn", "type_code": "birth-certificate" })).await;
    paper(&hoa, &folder, "Tờ 2.pdf", json!({ "title": "đơn", "authority": "Sở Tư pháp" })).await;
    hoa.document(&deep, "Tờ 1.txt", "đơn".as_bytes()).await;

    let with = async |more: &[(&str, &str)]| {
        let query = [&[("q", "tờ"), ("sort", "name")], more].concat();
        names(&find(&hoa, &query).await)
    };
    assert_eq!(with(&[]).await, ["Tờ 1.txt", "Tờ 2.pdf", "Tờ 10.pdf"]);
    assert_eq!(with(&[("type", "birth-certificate")]).await, ["Tờ 10.pdf"]);
    assert_eq!(with(&[("authority", "tư pháp")]).await, ["Tờ 2.pdf"]);
    assert_eq!(with(&[("media", "text/plain")]).await, ["Tờ 1.txt"]);
    assert_eq!(with(&[("trust_level", "2")]).await, Vec::<String>::new());
    assert_eq!(with(&[("folder", &folder)]).await, ["Tờ 1.txt", "Tờ 2.pdf"]);
    assert_eq!(with(&[("folder", &deep)]).await, ["Tờ 1.txt"]);
    assert_eq!(with(&[("vault", &hoa.vault)]).await.len(), 3);
    assert_eq!(with(&[("from", "2999-01-01T00:00:00Z")]).await, Vec::<String>::new());
    assert_eq!(with(&[("to", "2999-01-01T00:00:00Z")]).await.len(), 3);

    for (sort, expected) in [
        ("rank", ["Tờ 1.txt", "Tờ 2.pdf", "Tờ 10.pdf"]),
        ("-name", ["Tờ 10.pdf", "Tờ 2.pdf", "Tờ 1.txt"]),
        ("updated_at", ["Tờ 10.pdf", "Tờ 2.pdf", "Tờ 1.txt"]),
    ] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = hoa.get(&format!("/search?q=to&sort={sort}&limit=1{cursor}")).await;
            seen.extend(names(&page));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, expected, "sorted by {sort}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_and_meaningless_queries_do_no_harm() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    paper(&hoa, &hoa.root, "a.pdf", json!({ "title": "Giấy" })).await;
    let ask =
        async |query: &[(&str, &str)]| hoa.request(Method::GET, "/search").query(query).send().await.unwrap();

    for q in ["", " ", "a", "\"*-", "%", "\0", &"x ".repeat(5_000), &"đ".repeat(501)] {
        let (status, code) = problem(ask(&[("q", q)]).await).await;
        assert_eq!((status, code.as_str()), (422, "invalid_input"), "{q:?}");
    }
    for q in [
        "\"giấy",
        "giấy*",
        "-giấy",
        "NEAR(giay, 2)",
        "giay AND",
        "terms:giay",
        "^giay",
        "giay' | 'x",
        "giay:*",
        "!giay",
        "giay\\",
        "%giay%",
        "giay_",
        "(giay",
        "{terms}:giay",
        "OR OR OR",
        "giay\0",
        "' UNION SELECT 1 --",
        "0x1m",
        "\u{202E}giay",
    ] {
        assert_eq!(ask(&[("q", q)]).await.status(), 200, "{q:?}");
    }
    for (field, value) in [
        ("type", "none\0"),
        ("media", "text/none\0"),
        ("trust_level", "9"),
        ("from", "+262000-01-01T00:00:00Z"),
        ("sort", "none"),
        ("limit", "0"),
        ("none", "x"),
        ("vault", "x"),
        ("authority", &"x".repeat(301)),
    ] {
        let (status, code) = problem(ask(&[("q", "giay"), (field, value)]).await).await;
        assert_eq!((status, code.as_str()), (422, "invalid_input"), "{field}");
    }
    assert_eq!(problem(ask(&[]).await).await.0, 422);
    let ranked = ask(&[("q", "giay"), ("cursor", "bm9uZQ")]).await;
    assert_eq!(problem(ranked).await, (400, "unknown_cursor".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_other_people_is_found() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let folder = text(&hoa.folder(&hoa.root, "Riêng").await["id"]);
    paper(&hoa, &folder, "a.pdf", json!({ "title": "Giấy riêng" })).await;

    assert_eq!(found(&nam, "giấy").await, Vec::<String>::new());
    for (field, id) in [("vault", &hoa.vault), ("folder", &folder)] {
        let path = format!("/search?q=giay&{field}={id}");
        let refused = nam.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(problem(refused).await, (404, "not_found".to_owned()), "{field}");
    }
    let unsigned = app.stranger().get(format!("{}/api/v1/search?q=giay", app.url)).send().await.unwrap();
    assert_eq!(problem(unsigned).await, (401, "not_signed_in".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_shared_is_found_as_long_and_as_far_as_it_is_shared() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let folder = hoa.folder(&hoa.root, "Chung").await;
    let inner = text(&hoa.folder(&text(&folder["id"]), "Bên trong").await["id"]);
    paper(&hoa, &inner, "sâu.pdf", json!({ "title": "Giấy chung" })).await;
    paper(&hoa, &hoa.root, "riêng.pdf", json!({ "title": "Giấy riêng" })).await;
    let single = paper(&hoa, &hoa.root, "lẻ.pdf", json!({ "title": "Giấy lẻ" })).await;
    hoa.document(&inner, "trong.txt", "giấy mật khẩu".as_bytes()).await;
    app.run_jobs().await;

    let shared = hoa.share(&folder, &nam, &["view"]).await;
    hoa.share(&single, &nam, &["view"]).await;
    let all = async |q| {
        let mut names = found(&nam, q).await;
        names.sort();
        names
    };
    assert_eq!(all("giấy").await, ["lẻ.pdf", "sâu.pdf", "trong.txt"]);
    assert_eq!(all("mật khẩu").await, ["trong.txt"]);
    assert_eq!(names(&find(&nam, &[("q", "giay"), ("vault", &hoa.vault), ("sort", "name")]).await).len(), 3);
    assert_eq!(names(&find(&nam, &[("q", "giay"), ("vault", &nam.vault)]).await), Vec::<String>::new());
    assert_eq!(
        names(&find(&nam, &[("q", "giay"), ("folder", &inner), ("sort", "name")]).await),
        ["sâu.pdf", "trong.txt"]
    );

    hoa.revoke(&shared).await;
    assert_eq!(all("giấy").await, ["lẻ.pdf"]);
    let path = format!("/entries/{}", text(&single["id"]));
    let rev = format!("\"{}\"", single["rev"]);
    assert!(
        hoa.request(Method::DELETE, &path)
            .header("If-Match", rev)
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
    assert_eq!(all("giấy").await, Vec::<String>::new());
}

/// Run by hand: `cargo nextest run --run-ignored all search_in_a_large_vault`. Prints milliseconds.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; measures"]
async fn search_in_a_large_vault_is_quick() {
    use kho::db::entry::{Metadata, NameForms, NewDocument};
    use kho::domain::id::{AccountId, EntryId, VersionId};
    use kho::domain::name::EntryName;

    const WORDS: [&str; 20] = [
        "đơn", "xin", "cấp", "lại", "xác", "nhận", "cư", "trú", "hộ", "tịch", "đất", "đai", "bảo", "hiểm",
        "hợp", "đồng", "thuê", "nhà", "quyết", "định",
    ];
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let documents: usize = std::env::var("KHO_DOCUMENTS").map_or(100_000, |count| count.parse().unwrap());
    let now = app.kho.clock.now();
    for batch in 0..documents / 1000 {
        let mut tx = app.kho.db.begin().await.unwrap();
        for at in batch * 1000..(batch + 1) * 1000 {
            let word = |step: usize| WORDS[(at / step) % WORDS.len()];
            let name = EntryName::parse(&format!("Giấy {at}.pdf")).unwrap();
            let metadata = Metadata {
                title: Some(format!("Giấy {} {} {} số {at}", word(1), word(20), word(400))),
                number: Some(format!("{at}/2026")),
                tags: "[]".to_owned(),
                ..Default::default()
            };
            let id = EntryId::new(now);
            let document = NewDocument {
                id,
                vault_id: hoa.vault.parse().unwrap(),
                parent_id: hoa.root.parse().unwrap(),
                name: NameForms { name: name.as_str(), key: name.key(), sort_key: name.sort_key() },
                version_id: VersionId::new(now),
                size_bytes: 1,
                media_type: "application/pdf",
                trust_level: 1,
                source: "own_upload",
                metadata: &metadata,
                created_by: AccountId::new(now),
                at: now,
            };
            kho::db::entry::insert_document(&mut tx, document).await.unwrap();
            let entry = kho::db::entry::get(&mut tx, id).await.unwrap().unwrap();
            let findable = kho::domain::search::Findable::of(&entry, &[]);
            kho::db::search::put(&mut tx, id, entry.vault_id, &findable).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    for q in ["77777/2026", "giấy đơn xin", "cấp lại xác nhận", "bao hiem", "giấy"] {
        let mut taken = Vec::new();
        for _ in 0..7 {
            let start = std::time::Instant::now();
            find(&hoa, &[("q", q), ("limit", "50")]).await;
            taken.push(start.elapsed().as_secs_f64() * 1e3);
        }
        taken.sort_by(f64::total_cmp);
        println!("{q}: median {:.1} ms, worst {:.1} ms", taken[3], taken[6]);
    }
}
