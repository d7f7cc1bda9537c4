//! The demo, loaded into a deployment (issue: two commands).

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::signed::pki::{certificate, crl, usages};
use crate::signed::world::{AUTHORITY, LONG, ROOT, SIGNER, World, world};
use crate::support::{TestApp, names, operator, pdf, text};

/// A small demo of the same form as the real one: a root of trust, three people, one organisation, one paper with two versions.
/// A paper whose certificates and lists outlast this suite.
fn signed_for_long() -> Vec<u8> {
    let lists = vec![crl(ROOT, LONG, &[], &[]), crl(AUTHORITY, LONG, &[], &[])];
    let signer = certificate(AUTHORITY, SIGNER, 3, LONG, &[usages(0xc0)]);
    World { crls: lists, signer, ..world() }.paper()
}

pub fn write_papers(folder: &Path) {
    std::fs::write(folder.join("root.crt"), world().root).unwrap();
    std::fs::write(folder.join("signed.pdf"), signed_for_long()).unwrap();
    std::fs::write(folder.join("cũ.pdf"), pdf(2_000)).unwrap();
    std::fs::write(folder.join("mới.pdf"), pdf(3_000)).unwrap();
    let account = |login: &str, name: &str, number: &str| {
        json!({ "login": login, "full_name": name, "identity_number": number, "email": format!("{login}@suoimo.example"),
            "phone": "0990000101", "address": "Thôn Đá Trắng", "roles": [{ "role": "citizen", "agency": null }, { "role": "officer", "agency": "H99.20.05" }] })
    };
    let paper = |owner: &str, folder: &str, path: &[&str], versions: &[&str]| {
        json!({ "owner": owner, "folder": folder, "path": path, "file": "mới.pdf", "name": "Giấy khai sinh.pdf",
            "title": "Giấy khai sinh", "type_code": "birth-certificate", "number": "48/1990", "authority": "UBND xã Suối Mơ",
            "issued_on": "1990-06-02", "expires_on": null, "note": "", "tags": ["bản chính"], "versions": versions })
    };
    let mut signed = paper("099090000101", "civil-status", &[], &[]);
    signed["file"] = json!("signed.pdf");
    signed["name"] = json!("Trích lục kết hôn (bản điện tử).pdf");
    signed["title"] = json!("Trích lục kết hôn");
    let mut card = paper("099090000101", "identity", &[], &[]);
    card["name"] = json!("Căn cước công dân.pdf");
    card["type_code"] = json!("identity-card");
    let manifest = json!({
        "password": "SuoiMo-Kho-2026",
        "accounts": [account("hoa", "Nguyễn Thị Hoa", "099090000101"), account("bao", "Phạm Quốc Bảo", "099079000104"),
            account("minh", "Trần Văn Minh", "099088000102")],
        "agencies": [{ "code": "H99.20.05", "name": { "vi": "UBND xã Suối Mơ", "en": "Suối Mơ Commune" }, "level": "commune" }],
        "trust": [{ "file": "root.crt", "label": "Demo root", "authenticates": true }],
        "organisations": [{ "code": "0990000015", "name": "Công ty Suối Mơ",
            "members": [{ "login": "bao", "role": "owner" }, { "login": "hoa", "role": "viewer" }] }],
        "documents": [paper("099090000101", "civil-status", &["Của con"], &["cũ.pdf"]), paper("0990000015", "contracts", &[], &[]), signed, card],
        "shares": [{ "from": "099090000101", "document": "Giấy khai sinh.pdf", "to": "099088000102", "rights": ["view", "download"],
            "message": "Anh nộp hồ sơ nhé.", "days": 30 }],
        "dossiers": [{ "owner": "099090000101", "procedure": "2.000635", "agency": "H99.20.05", "summary": "Bản sao trích lục",
            "papers": { "BC": ["Giấy khai sinh.pdf"], "GT": ["Căn cước công dân.pdf"], "TK": ["Trích lục kết hôn (bản điện tử).pdf"] },
            "acts": [{ "act": "submit" }, { "act": "move", "by": "bao", "step": "receive" },
                { "act": "accept", "by": "bao", "component": "BC" },
                { "act": "refuse", "by": "bao", "component": "GT", "reason": "unreadable" },
                { "act": "move", "by": "bao", "step": "ask_supplement", "reason": "papers_refused" }] }],
    });
    std::fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
}

fn kho(app: &TestApp, arguments: &[&str]) -> Output {
    std::process::Command::new(env!("CARGO_BIN_EXE_kho"))
        .args(arguments)
        .args(["--data-dir".as_ref(), app.config.data_dir.as_os_str()])
        .args(["--database-url", &app.config.database_url(), "--objects", &app.config.objects_url()])
        .output()
        .unwrap()
}

pub fn load(app: &TestApp, papers: &Path, more: &[&str]) -> (Option<i32>, String) {
    let mut arguments = vec!["demo", "--papers", papers.to_str().unwrap()];
    arguments.extend(more);
    let output = kho(app, &arguments);
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), said)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_loaded_once_and_its_people_can_sign_in() {
    let app = TestApp::start().await;
    let papers = tempfile::tempdir().unwrap();
    write_papers(papers.path());

    let (code, said) = load(&app, papers.path(), &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains(
            "1 trusted certificates, 3 accounts, 1 organisations, 4 documents, 1 shares and 1 dossiers were added"
        ),
        "{said}"
    );
    assert!(said.contains("SuoiMo-Kho-2026") && said.contains("Nguyễn Thị Hoa"), "{said}");
    let (code, said) = load(&app, papers.path(), &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains(
            "0 trusted certificates, 0 accounts, 0 organisations, 0 documents, 0 shares and 0 dossiers were added"
        ),
        "{said}"
    );

    let trusted = app.kho.trust_certificates(&operator()).await.unwrap();
    let terms = trusted.iter().map(|row| (row.role.as_str(), row.label.as_deref(), row.authenticates));
    assert_eq!(terms.collect::<Vec<_>>(), [("anchor", Some("Demo root"), true)]);

    let hoa = app.sign_in_with("hoa", "099090000101", "SuoiMo-Kho-2026").await;
    let minh = app.sign_in_with("minh", "099088000102", "SuoiMo-Kho-2026").await;
    let received = minh.get("/grants/received").await;
    assert_eq!(received["items"][0]["entry"]["name"], "Giấy khai sinh.pdf");
    let vaults = hoa.get("/vaults").await;
    assert_eq!(vaults["items"].as_array().unwrap().len(), 2);
    let defaults = hoa.get(&format!("/entries/{}/children", hoa.root)).await;
    let civil = find(&defaults, "Hộ tịch");
    let own = hoa.get(&format!("/entries/{}/children", text(&civil["id"]))).await;
    assert_eq!(names(&own), ["Của con", "Trích lục kết hôn (bản điện tử).pdf"]);
    let documents = hoa.get(&format!("/entries/{}/children", text(&own["items"][0]["id"]))).await;
    assert_eq!(names(&documents), ["Giấy khai sinh.pdf"]);
    let document = &documents["items"][0]["document"];
    assert_eq!((&document["version_count"], &document["number"]), (&json!(2), &json!("48/1990")));
    let dossiers = hoa.get("/dossiers").await;
    assert_eq!(dossiers["items"].as_array().unwrap().len(), 1);
    let dossier = hoa.get(&format!("/dossiers/{}", text(&dossiers["items"][0]["id"]))).await;
    assert_eq!(dossier["state"], "supplement_requested");
    let components = dossier["components"].as_array().unwrap().iter();
    let mut states = components
        .flat_map(|one| {
            one["attachments"]
                .as_array()
                .unwrap()
                .iter()
                .map(|paper| (text(&one["code"]), text(&paper["state"])))
        })
        .collect::<Vec<_>>();
    states.sort_unstable();
    let expected = [("BC", "accepted"), ("GT", "refused"), ("TK", "attached")];
    assert_eq!(states, expected.map(|(code, state)| (code.to_owned(), state.to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_keeps_away_from_accounts_that_are_not_its_own() {
    let app = TestApp::start().await;
    let papers = tempfile::tempdir().unwrap();
    write_papers(papers.path());
    app.person("real").await;

    let (code, said) = load(&app, papers.path(), &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("nothing was loaded"), "{said}");
    let (code, said) = load(&app, papers.path(), &["--force"]);
    assert_eq!(code, Some(0), "{said}");
}

fn find<'a>(list: &'a Value, name: &str) -> &'a Value {
    list["items"].as_array().unwrap().iter().find(|item| item["name"] == name).unwrap()
}
