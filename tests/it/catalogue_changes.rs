//! Changing the catalogue: what it was stays readable, what contradicts itself is refused, and who did what is known.

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::support::{AGENCY, Person, TestApp, operator, problem, text};

fn words(text: &str) -> Value {
    json!({ "vi": text, "en": text })
}

/// An application with a system administrator.
async fn start() -> (TestApp, Person) {
    let app = TestApp::start().await;
    let root = app.person("root").await;
    app.with_role("root", "system_admin").await;
    (app, root)
}

fn etag(headers: &HeaderMap) -> String {
    headers["etag"].to_str().unwrap().to_owned()
}

/// The file and its ETag.
async fn file(person: &Person) -> (Value, String) {
    let answer = person.request(Method::GET, "/catalogue").send().await.unwrap();
    let seen = etag(answer.headers());
    (answer.json().await.unwrap(), seen)
}

async fn import(person: &Person, seen: &str, query: &str, file: &Value) -> reqwest::Response {
    let request = person.request(Method::PUT, &format!("/catalogue{query}")).header("If-Match", seen);
    request.json(file).send().await.unwrap()
}

async fn put(person: &Person, path: &str, seen: Option<&str>, item: &Value) -> reqwest::Response {
    let mut request = person.request(Method::PUT, &format!("/catalogue/{path}")).json(item);
    if let Some(seen) = seen {
        request = request.header("If-Match", seen);
    }
    request.send().await.unwrap()
}

async fn body(answer: reqwest::Response) -> Value {
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    answer.json().await.unwrap()
}

/// A procedure that asks for a birth certificate, with every field that the file has.
fn procedure(code: &str, name: &str) -> Value {
    let component = json!({
        "code": "C1", "name": words("Giấy khai sinh"), "need": "required", "when": null, "group": null, "copies": 1,
        "accepts": ["birth-certificate"], "max_age": null, "min_trust": 1, "note": null,
    });
    json!({
        "code": code, "name": words(name), "field": { "code": "trial", "name": words("Thử") }, "level": "commune", "for": ["person"],
        "working_days": null, "online": false, "conditions": [], "components": [component], "results": [],
        "valid_from": null, "valid_until": null,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_installation_starts_with_procedures_and_without_agencies() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let (catalogue, seen) = file(&hoa).await;
    assert_eq!((seen.as_str(), &catalogue["format"]), ("\"1\"", &json!("kho-catalogue/1")));
    assert_eq!(catalogue["agencies"], json!([]));
    assert!(catalogue["procedures"].as_array().unwrap().len() >= 12);
    // Table 14 of the province's architecture has 22 kinds of information, and each is held by a type that says what is written on it.
    let types = catalogue["document_types"].as_array().unwrap();
    for row in 1..=22 {
        let holds =
            |known: &&Value| known["information"] == row && !known["fields"].as_array().unwrap().is_empty();
        assert!(types.iter().any(|known| holds(&known)), "row {row}");
    }
    let versions = hoa.get("/catalogue/versions").await;
    assert_eq!(versions["items"][0]["number"], 1);
    assert_eq!(versions["items"][0]["created_by"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_can_be_imported_and_changes_nothing() {
    let (_app, root) = start().await;
    let (catalogue, seen) = file(&root).await;
    let outcome = body(import(&root, &seen, "", &catalogue).await).await;
    assert_eq!((&outcome["version"], &outcome["changes"]["items"]), (&json!(1), &json!([])));
    assert_eq!(file(&root).await, (catalogue, seen));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_one_version_and_leaves_alone_what_is_the_same() {
    let (_app, root) = start().await;
    let (mut catalogue, seen) = file(&root).await;
    catalogue["procedures"][0]["working_days"] = json!(29);
    let closed = catalogue["procedures"].as_array_mut().unwrap().pop().unwrap();
    catalogue["procedures"].as_array_mut().unwrap().insert(0, procedure("9.000001", "Thủ tục thử"));
    let planned = body(import(&root, &seen, "?dry_run=true", &catalogue).await).await;
    assert_eq!(
        (&planned["version"], &planned["faults"]),
        (&json!(1), &json!([])),
        "a dry run changes nothing"
    );
    let answer = import(&root, &seen, "?note=Th%E1%BB%AD", &catalogue).await;
    assert_eq!(etag(answer.headers()), "\"2\"");
    let outcome = body(answer).await;
    assert_eq!(outcome["changes"], planned["changes"]);
    let counts = ["added", "changed", "closed"].map(|what| outcome["changes"][what].as_u64().unwrap());
    assert_eq!((counts, &outcome["changes"]["reordered"]), ([1, 1, 1], &json!(false)));
    assert_eq!(
        file(&root).await,
        (catalogue.clone(), "\"2\"".to_owned()),
        "the export has the order of the import"
    );

    let changed = text(&catalogue["procedures"][1]["code"]);
    let since = |code: &str| {
        let (root, path) = (&root, format!("/catalogue/procedures/{code}"));
        async move { etag(root.request(Method::GET, &path).send().await.unwrap().headers()) }
    };
    assert_eq!(since(&changed).await, "\"2\"");
    assert_eq!(
        since(&text(&catalogue["procedures"][2]["code"])).await,
        "\"1\"",
        "the others are as they were"
    );
    let gone = root.request(Method::GET, &format!("/catalogue/procedures/{}", text(&closed["code"]))).send();
    assert_eq!(problem(gone.await.unwrap()).await, (404, "not_found".to_owned()));

    let first = &root.get("/catalogue/versions").await["items"][0];
    assert_eq!((&first["number"], &first["note"]), (&json!(2), &json!("Thử")));
    assert_eq!(first["created_by_name"], "Người root");
    assert_eq!(first["changes"], planned["changes"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_stays_as_it_was() {
    let (app, root) = start().await;
    let (before, _) = file(&root).await;
    let path = "procedures/1.001193";
    let old = root.get(&format!("/catalogue/{path}")).await;
    let mut new = old.clone();
    new["components"].as_array_mut().unwrap().truncate(1);
    body(put(&root, path, Some("\"1\""), &new).await).await;
    assert_eq!(root.get(&format!("/catalogue/{path}")).await, new);
    assert_eq!(root.get(&format!("/catalogue/{path}?version=1")).await, old);
    assert_eq!(root.get("/catalogue?version=1").await, before);
    for version in [0, 3] {
        let answer =
            root.request(Method::GET, &format!("/catalogue?version={version}")).send().await.unwrap();
        assert_eq!(problem(answer).await.0, 404, "version {version}");
    }
    // What a dossier reads that was opened under it.
    let mut tx = app.kho.db.read().await.unwrap();
    let asks = |procedure: Option<std::sync::Arc<kho_mapping::catalogue::Procedure>>| {
        procedure.unwrap().components.len()
    };
    let count = old["components"].as_array().unwrap().len();
    assert_eq!(asks(app.kho.procedure_at(&mut tx, "1.001193", 1).await.unwrap()), count);
    assert_eq!(asks(app.kho.procedure_at(&mut tx, "1.001193", 2).await.unwrap()), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_node_sees_a_change_at_once() {
    let (app, root) = start().await;
    let other = kho::app::build(&app.config, app.kho.clock.clone()).await.unwrap();
    let actor = operator();
    assert_eq!(other.view_catalogue(&actor, None).await.unwrap().number, 1);
    body(put(&root, "procedures/9.1", None, &procedure("9.1", "Thử")).await).await;
    let seen = other.view_catalogue(&actor, None).await.unwrap();
    assert_eq!((seen.number, seen.procedures.get("9.1").is_some()), (2, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_that_contradicts_itself_is_refused_with_every_fault() {
    let (_app, root) = start().await;
    let (mut catalogue, seen) = file(&root).await;
    catalogue["procedures"][0]["components"][0]["accepts"] = json!(["ghost"]);
    catalogue["result_types"][1]["document_type"] = json!("ghost");
    let expected = [
        ("/result_types/1/document_type", "document_type_unknown"),
        ("/procedures/0/components/0/accepts/0", "document_type_unknown"),
    ];
    let answer = import(&root, &seen, "", &catalogue).await;
    assert_eq!(answer.status(), 422);
    let refused: Value = answer.json().await.unwrap();
    assert_eq!(refused["code"], "catalogue_invalid");
    let planned = body(import(&root, &seen, "?dry_run=true", &catalogue).await).await;
    for faults in [&refused["faults"], &planned["faults"]] {
        let named: Vec<_> =
            faults.as_array().unwrap().iter().map(|it| (text(&it["at"]), text(&it["code"]))).collect();
        assert_eq!(named, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
    }
    assert_eq!(planned["faults"][1]["item"], catalogue["procedures"][0]["code"]);
    assert!(text(&planned["faults"][1]["vi"]).contains("loại giấy tờ"));
    assert_eq!(file(&root).await.1, "\"1\"", "nothing was stored");

    let unknown = json!({ "format": "kho-catalogue/1", "colours": [] });
    assert_eq!(problem(import(&root, &seen, "", &unknown).await).await, (422, "invalid_input".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobodys_change_is_overwritten() {
    let (_app, root) = start().await;
    let (catalogue, _) = file(&root).await;
    let unguarded = root.send(Method::PUT, "/catalogue", catalogue.clone()).await;
    assert_eq!(problem(unguarded).await, (428, "precondition_required".to_owned()));

    let (one, another) = (procedure("9.1", "Một"), procedure("9.2", "Hai"));
    assert_eq!(body(put(&root, "procedures/9.1", None, &one).await).await["version"], 2);
    assert_eq!(body(put(&root, "procedures/9.2", None, &another).await).await["version"], 3);
    assert_eq!(problem(import(&root, "\"2\"", "", &catalogue).await).await.0, 412);
    let changed = procedure("9.1", "Một, đã sửa");
    assert_eq!(problem(put(&root, "procedures/9.1", None, &changed).await).await.0, 428);
    assert_eq!(problem(put(&root, "procedures/9.1", Some("\"1\""), &changed).await).await.0, 412);
    // The change of another item stands in nobody's way.
    assert_eq!(body(put(&root, "procedures/9.1", Some("\"2\""), &changed).await).await["version"], 4);
    assert_eq!(
        problem(put(&root, "procedures/9.3", Some("\"4\""), &procedure("9.3", "Ba")).await).await.0,
        412
    );
    let elsewhere = put(&root, "procedures/9.4", None, &procedure("9.5", "Năm")).await;
    assert_eq!(problem(elsewhere).await, (422, "invalid_input".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_name_is_not_closed() {
    let (_app, root) = start().await;
    let close = |path: &str, seen: &str| {
        root.request(Method::DELETE, &format!("/catalogue/{path}")).header("If-Match", seen).send()
    };
    let answer = close("document-types/birth-certificate", "\"1\"").await.unwrap();
    assert_eq!(problem(answer).await, (422, "catalogue_invalid".to_owned()));
    let code = text(&root.get("/catalogue").await["procedures"][0]["code"]);
    let outcome = body(close(&format!("procedures/{code}"), "\"1\"").await.unwrap()).await;
    assert_eq!(outcome["changes"]["items"][0]["change"], "closed");
    assert_eq!(problem(close(&format!("procedures/{code}"), "\"2\"").await.unwrap()).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_and_programs_with_the_scope_change_it_and_the_trail_says_who() {
    let (app, root) = start().await;
    let hoa = app.person("hoa").await;
    let new = procedure("9.1", "Thử");
    assert_eq!(problem(put(&hoa, "procedures/9.1", None, &new).await).await, (403, "not_allowed".to_owned()));
    let reading = root.token(&app, &["vault_read", "admin"]).await;
    let answer = reading.send(Method::PUT, "/catalogue/procedures/9.1", new.clone()).await;
    assert_eq!(problem(answer).await, (403, "scope_missing".to_owned()));

    let client = json!({ "login": "mot-cua", "full_name": "Một cửa" });
    let client = text(&body(root.post("/admin/accounts", client).await).await["id"]);
    app.with_role("mot-cua", "integration_client").await;
    let expires_at = app.kho.clock.now() + chrono::TimeDelta::days(1);
    let wanted = json!({ "name": "danh mục", "scopes": ["catalogue_write"], "expires_at": expires_at });
    let token = body(root.post(&format!("/admin/accounts/{client}/tokens"), wanted).await).await;
    let answer = reqwest::Client::new()
        .put(format!("{}/api/v1/catalogue/procedures/9.1", app.url))
        .bearer_auth(text(&token["secret"]))
        .json(&new)
        .send();
    body(answer.await.unwrap()).await;

    let trail = root.get("/admin/audit?act=catalogue.change").await;
    let record = &trail["items"][0];
    assert_eq!((&record["actor_name"], &record["outcome"]), (&json!("Một cửa"), &json!("done")));
    assert_eq!(record["detail"]["version"], 2);
    assert_eq!(record["detail"]["items"], json!([{ "change": "added", "code": "9.1", "kind": "procedure" }]));
    assert_eq!(trail["items"][1]["outcome"], "refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn agencies_of_the_catalogue_are_those_that_officers_work_for() {
    let (app, root) = start().await;
    app.agency(AGENCY).await;
    let made = root.get(&format!("/catalogue/agencies/{AGENCY}")).await;
    assert_eq!((&made["level"], &made["parent"]), (&json!("department"), &Value::Null), "as its code says");
    let agency = |code: &str, name: &str, parent: Value| json!({ "code": code, "name": words(name), "level": "commune", "parent": parent });
    body(put(&root, "agencies/H99", None, &agency("H99", "UBND tỉnh", Value::Null)).await).await;
    let seen = etag(root.request(Method::GET, "/catalogue/agencies/H99.01").send().await.unwrap().headers());
    let renamed = agency(AGENCY, "Sở Tư pháp", json!("H99"));
    body(put(&root, "agencies/H99.01", Some(&seen), &renamed).await).await;
    assert_eq!(crate::support::names(&root.get("/agencies").await), ["Sở Tư pháp", "UBND tỉnh"]);
    app.person("lan").await;
    app.with_role("lan", "officer").await;
    let found = root.get("/catalogue/agencies?q=so%20tu&parent=H99").await;
    assert_eq!(found["items"][0]["code"], AGENCY);
    assert_eq!(root.get("/catalogue/agencies?level=province").await["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_finds_a_procedure_by_a_few_letters() {
    let (app, root) = start().await;
    let hoa = app.person("hoa").await;
    let codes = |page: &Value| {
        page["items"].as_array().unwrap().iter().map(|it| text(&it["code"])).collect::<Vec<_>>()
    };
    assert_eq!(codes(&hoa.get("/catalogue/procedures?q=khai%20sinh&for=person").await), ["1.001193"]);
    assert_eq!(codes(&hoa.get("/catalogue/procedures?q=KHAI+si").await), ["1.001193"]);
    assert_eq!(codes(&hoa.get("/catalogue/procedures?q=1.0011").await), ["1.001193"]);
    assert!(
        !codes(&hoa.get("/catalogue/procedures?for=organisation").await).contains(&"1.001193".to_owned())
    );
    let answer = hoa.request(Method::GET, "/catalogue/procedures?for=ghost").send().await.unwrap();
    assert_eq!(problem(answer).await.0, 422);

    // Page by page, as one list in the order of names.
    let all = hoa.get("/catalogue/procedures").await;
    let mut paged = Vec::new();
    let mut path = "/catalogue/procedures?limit=5".to_owned();
    loop {
        let page = hoa.get(&path).await;
        paged.extend(page["items"].as_array().unwrap().clone());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/catalogue/procedures?limit=5&cursor={cursor}");
    }
    assert_eq!(json!(paged), all["items"]);

    let mut ended = procedure("9.1", "Thủ tục cũ");
    ended["valid_until"] = json!("2000-12-31");
    body(put(&root, "procedures/9.1", None, &ended).await).await;
    assert_eq!(codes(&hoa.get("/catalogue/procedures?q=thu%20tuc%20cu").await), Vec::<String>::new());
    assert_eq!(codes(&hoa.get("/catalogue/procedures?q=thu%20tuc%20cu&all=true").await), ["9.1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_keeps_a_type_that_was_closed() {
    let (_app, root) = start().await;
    let kind = json!({ "code": "old-paper", "name": words("Giấy cũ"), "family": "other", "level": "owner", "validity": "permanent" });
    body(put(&root, "document-types/old-paper", None, &kind).await).await;
    let document = root.document(&root.root, "a.pdf", &crate::support::pdf(900)).await;
    let named = body(root.patch(&document, json!({ "type_code": "old-paper" })).await).await;
    let path = "/catalogue/document-types/old-paper";
    let closed = root.request(Method::DELETE, path).header("If-Match", "\"2\"").send().await.unwrap();
    assert_eq!(closed.status(), 200);
    let noted = body(root.patch(&named, json!({ "note": "vẫn giữ", "type_code": "old-paper" })).await).await;
    assert_eq!(noted["document"]["type_code"], "old-paper");
    let found = root.get("/search?q=vẫn&type=old-paper").await;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let other = root.document(&root.root, "b.pdf", &crate::support::pdf(901)).await;
    assert_eq!(problem(root.patch(&other, json!({ "type_code": "old-paper" })).await).await.0, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_carries_a_catalogue_in_and_out_as_a_file() {
    use crate::command_line::{done, kho, refused};
    let (app, root) = start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalogue.json");
    let path = path.to_str().unwrap();
    done(&app, &["catalogue", "export", path]).await;
    let exported: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(exported, file(&root).await.0);
    done(&app, &["catalogue", "check", path]).await;
    assert!(done(&app, &["catalogue", "import", path]).await.contains("nothing differs"));

    let mut changed = exported.clone();
    changed["procedures"][0]["working_days"] = json!(28);
    std::fs::write(path, changed.to_string()).unwrap();
    let planned = done(&app, &["catalogue", "import", path, "--dry-run"]).await;
    assert!(planned.contains("~ procedure") && planned.contains("stays version 1"), "{planned}");
    assert!(done(&app, &["catalogue", "import", path, "--note", "thử"]).await.contains("is version 2"));
    assert_eq!(file(&root).await.0, changed);
    assert!(done(&app, &["catalogue", "versions"]).await.starts_with("2  "));
    let first = done(&app, &["catalogue", "export", "--version", "1"]).await;
    assert_eq!(serde_json::from_str::<Value>(&first).unwrap(), exported);

    let part = json!({ "format": "kho-catalogue/1", "procedures": [procedure("9.1", "Thử")] });
    std::fs::write(path, part.to_string()).unwrap();
    // On its own it would close the type that it names.
    assert_eq!(kho(&app, &["catalogue", "import", path, "--dry-run"]).await.status.code(), Some(1));
    assert!(refused(&app, &["catalogue", "import", path]).await.contains("stays version 2"));
    assert!(done(&app, &["catalogue", "import", path, "--keep-missing"]).await.contains("is version 3"));

    std::fs::write(path, "{").unwrap();
    assert!(refused(&app, &["catalogue", "check", path]).await.contains("catalogue.json"));
}
