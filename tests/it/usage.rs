//! What a vault's room is used for (I1).

use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::support::{TestApp, pdf, problem, text};

#[tokio::test(flavor = "multi_thread")]
async fn usage_is_told_by_kind_by_folder_and_by_type() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let folder = text(&hoa.folder(&hoa.root, "Học hành").await["id"]);
    let inner = text(&hoa.folder(&folder, "Lớp 1").await["id"]);
    let typed = |size| {
        let form = Form::new()
            .text("type_code", "birth-certificate")
            .text("on_conflict", "keep_both")
            .part("file", Part::bytes(pdf(size)).file_name("a.pdf"));
        hoa.request(reqwest::Method::POST, &format!("/entries/{inner}/documents")).multipart(form).send()
    };
    assert_eq!(typed(1000).await.unwrap().status(), 201);
    assert_eq!(typed(500).await.unwrap().status(), 201);
    let plain = hoa.document(&hoa.root, "b.pdf", &pdf(700)).await;
    hoa.version(&text(&plain["id"]), 1, "b.pdf", &pdf(300)).await;
    let gone = hoa.document(&folder, "c.pdf", &pdf(50)).await;
    hoa.trash(&gone).await;

    let usage = hoa.get(&format!("/vaults/{}/usage", hoa.vault)).await;

    let bytes = |field: &str| usage[field].as_i64().unwrap();
    assert_eq!((bytes("live_bytes"), bytes("version_bytes"), bytes("trash_bytes")), (1800, 700, 50));
    assert_eq!(bytes("free_bytes"), bytes("quota_bytes") - 2550);
    assert_eq!(
        usage["folders"][0],
        json!({ "id": folder, "name": "Học hành", "documents": 2, "live_bytes": 1500, "version_bytes": 0 })
    );
    assert_eq!(usage["elsewhere"], json!({ "documents": 1, "live_bytes": 300, "version_bytes": 700 }));
    assert_eq!(
        usage["types"],
        json!([
            { "type_code": "birth-certificate", "documents": 2, "live_bytes": 1500, "version_bytes": 0 },
            { "type_code": null, "documents": 1, "live_bytes": 300, "version_bytes": 700 },
        ])
    );
    let nam = app.person("nam").await;
    let path = format!("/vaults/{}/usage", hoa.vault);
    let foreign = nam.request(reqwest::Method::GET, &path).send().await.unwrap();
    assert_eq!(problem(foreign).await, (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recount_finds_a_wrong_ledger_and_a_wrong_sum() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let folder = text(&hoa.folder(&hoa.root, "F").await["id"]);
    hoa.document(&folder, "a.pdf", &pdf(700)).await;
    let vault = hoa.vault.parse().unwrap();
    assert!(app.kho.recount(vault).await.unwrap().agrees());

    let mut tx = app.kho.db.begin().await.unwrap();
    let change = kho::db::vault::LedgerChange { trash: 1, ..Default::default() };
    kho::db::vault::change_ledger(&mut tx, vault, change).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!app.kho.recount(vault).await.unwrap().agrees());

    let mut tx = app.kho.db.begin().await.unwrap();
    let weight = kho::domain::entry::Weight { live_bytes: 1, ..Default::default() };
    kho::db::entry::add_weight(&mut tx, folder.parse().unwrap(), weight).await.unwrap();
    tx.commit().await.unwrap();
    let recount = app.kho.recount(vault).await.unwrap();
    assert_eq!(recount.wrong_sums.len(), 2, "the folder and the root");
    assert_eq!(recount.wrong_sums[0].counted().live_bytes, 700);
}
