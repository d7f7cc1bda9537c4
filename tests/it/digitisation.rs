//! Papers that officers scan at the desk or compare with their originals, and what is still to be done (J4).

use chrono::TimeDelta;
use kho::domain::clock::Clock;
use kho::sql;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::dossier_world::*;
use crate::pushes::documents;
use crate::support::{AGENCY, Person, TestApp, pdf, png, problem, text};

fn scan_path(dossier: &Value, component: &str, key: &str) -> String {
    format!("/dossiers/{}/components/{component}/files/{key}", id(dossier))
}

fn form(metadata: &Value, name: &str, bytes: &[u8]) -> Form {
    Form::new()
        .part("metadata", Part::text(metadata.to_string()))
        .part("file", Part::bytes(bytes.to_vec()).file_name(name.to_owned()))
}

/// A scan on its way.
fn scan(officer: &Person, path: &str, metadata: &Value, bytes: &[u8]) -> RequestBuilder {
    officer.ask(Method::PUT, path).multipart(form(metadata, "scan.pdf", bytes))
}

/// One that must succeed; the paper in the dossier.
async fn scanned(officer: &Person, dossier: &Value, component: &str, key: &str, compared: bool) -> Value {
    let metadata = json!({ "name": "Bản quét.pdf", "compared": compared });
    let request = scan(officer, &scan_path(dossier, component, key), &metadata, &pdf(2_000));
    done(request).await["attachment"].clone()
}

fn comparison(dossier: &Value, attachment: &Value) -> String {
    format!("/dossiers/{}/attachments/{}/comparison", id(dossier), id(attachment))
}

async fn take_out(officer: &Person, dossier: &Value, attachment: &Value) -> Response {
    let path = format!("/dossiers/{}/attachments/{}", id(dossier), id(attachment));
    sent(officer.ask(Method::DELETE, &path)).await
}

fn component<'b>(dossier: &'b Value, code: &str) -> &'b Value {
    dossier["components"].as_array().unwrap().iter().find(|one| one["code"] == code).expect("the component")
}

/// What the reports count, without what is zero.
async fn counted(app: &TestApp) -> Vec<(String, i64)> {
    let mut tx = app.kho.db.read().await.unwrap();
    sql!(tx, all(String, i64), "SELECT what, count FROM reuse_day ORDER BY what").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_a_paper_of_the_owner_and_of_the_dossier_in_one_act() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let dossier = at_counter(&lan, &hoa).await;
    let path = scan_path(&dossier, "birth", "k1");
    let metadata = json!({
        "name": "Giấy khai sinh.pdf", "number": "12/2019", "issued_on": "2019-03-12", "compared": true,
    });
    let bytes = pdf(3_000);

    let answer = sent(scan(&lan, &path, &metadata, &bytes)).await;

    assert_eq!(answer.status(), 201);
    let answer: Value = answer.json().await.unwrap();
    let attachment = &answer["attachment"];
    assert_eq!(attachment["trust_level"], 2);
    assert_eq!((&attachment["digitised"], &attachment["reused"]), (&json!(true), &json!(false)));
    assert_eq!(attachment["entry_id"], Value::Null, "the owner's papers are not the officer's business");
    let papers = documents(&hoa, "civil-status").await;
    assert_eq!(papers.len(), 1);
    let document = &papers[0]["document"];
    assert_eq!(document["type_code"], "birth-certificate", "the component takes only that");
    assert_eq!((&document["source"], &document["trust_level"]), (&json!("digitised"), &json!(2)));
    assert_eq!(document["number"], "12/2019");
    let entry = id(&papers[0]);
    let content = hoa.request(Method::GET, &format!("/entries/{entry}/content")).send().await.unwrap();
    assert_eq!(content.bytes().await.unwrap(), bytes);
    assert_eq!(problem(hoa.try_trash(&papers[0]).await).await, (409, "document_authenticated".to_owned()));
    let receipt = &hoa.get("/receipts").await["items"][0]["facts"];
    assert_eq!(receipt["ground"], "digitised");
    assert_eq!((&receipt["agency_code"], &receipt["attached_by"]), (&json!(AGENCY), &json!("Người lan")));
    assert_eq!(receipt["purpose"], "Giải quyết hồ sơ");
    assert_eq!(receipt["trust_level"], 2);
    let record = &trail(&hoa, "paper.digitise").await[0];
    assert_eq!((&record["outcome"], &record["purpose"]), (&json!("done"), &json!("Giải quyết hồ sơ")));
    assert_eq!((&record["detail"]["agency"], &record["detail"]["compared"]), (&json!(AGENCY), &json!(true)));
    assert_eq!(hoa.get("/notices").await["items"][0]["kind"], "paper_received");
    let shown = done(lan.ask(Method::GET, &format!("/dossiers/{}", id(&dossier)))).await;
    assert_eq!(component(&shown, "birth")["standing"]["state"], "satisfied");
    assert_eq!(shown["complete"], true);

    // The same again, because its answer was lost; and another under the same key.
    let again = sent(scan(&lan, &path, &metadata, &bytes)).await;
    assert_eq!(again.status(), 200);
    assert_eq!(again.json::<Value>().await.unwrap()["attachment"]["id"], attachment["id"]);
    let other = sent(scan(&lan, &path, &metadata, &pdf(3_001))).await;
    assert_eq!(problem(other).await, (409, "idempotency_conflict".to_owned()));
    assert_eq!(documents(&hoa, "civil-status").await.len(), 1);

    // It counts as digitised once the dossier was received, and neither as reused nor as added; a draft counts nowhere.
    assert_eq!(counted(&app).await, []);
    go(&lan, &dossier, "receive").await;
    scanned(&lan, &dossier, "birth", "k2", false).await;
    let expected = [("component", 1), ("component_digitised", 2), ("component_with_file", 1), ("dossier", 1)];
    assert_eq!(counted(&app).await, expected.map(|(what, count)| (what.to_owned(), count)));
    app.run_jobs().await;
    app.expect_recount(&hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_makes_the_vault_of_somebody_without_an_account_its_own() {
    let app = start().await;
    let lan = officer(&app, "lan", AGENCY).await;
    let body = json!({
        "procedure": PROCEDURE, "receiving_agency": AGENCY, "owner_identity": "099300000001",
        "owner_name": "Nguyễn Thị Nụ",
    });
    let dossier = done(lan.ask(Method::POST, "/dossiers").json(&body)).await;
    let bytes = pdf(2_000);
    let request = scan(&lan, &scan_path(&dossier, "birth", "k1"), &json!({ "name": "a.pdf" }), &bytes);
    let attachment = done(request).await["attachment"].clone();
    let path = format!("/dossiers/{}/attachments/{}/content", id(&dossier), id(&attachment));
    let content = sent(lan.ask(Method::GET, &path)).await;
    assert_eq!(content.bytes().await.unwrap(), bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_paper_is_replaced_by_its_scan_and_a_full_vault_takes_it_still() {
    let app = TestApp::start_with(Clock::System, |config| config.person_quota_bytes = 3_000).await;
    import(&app).await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let (dossier, _, attachment) = submitted(&hoa).await;
    go(&lan, &dossier, "receive").await;
    let refuse = format!("/dossiers/{}/attachments/{}/refuse", id(&dossier), id(&attachment));
    done(lan.ask(Method::POST, &refuse).json(&json!({ "reason_code": "unreadable" }))).await;

    let metadata = json!({ "name": "Rõ hơn.png" });
    let picture = png(90, 90, [9, 9, 9, 255]);
    let large = [picture.clone(), vec![0; 4_000]].concat();
    let request = lan.ask(Method::PUT, &scan_path(&dossier, "birth", "k1"));
    let new = done(request.multipart(form(&metadata, "a.png", &large))).await;

    assert_eq!(new["attachment"]["trust_level"], 1, "nobody compared it");
    let shown = hoa.get(&format!("/dossiers/{}", id(&dossier))).await;
    let papers = component(&shown, "birth")["attachments"].as_array().unwrap().clone();
    let states = papers.iter().map(|one| text(&one["state"])).collect::<Vec<_>>();
    assert_eq!(states, ["replaced", "attached"]);
    let recount = app.kho.recount(hoa.vault.parse().unwrap()).await.unwrap();
    assert!(recount.agrees(), "{recount:#?}");
    assert!(recount.kept.live_bytes > recount.quota_bytes, "what an authority made a file of is not lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_scan_leaves_nothing() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let dossier = at_counter(&lan, &hoa).await;
    let path = scan_path(&dossier, "birth", "k1");
    let said = json!({ "name": "a.pdf" });
    let put = |path: &str, said: &Value, name: &str, bytes: &[u8]| {
        sent(lan.ask(Method::PUT, path).multipart(form(said, name, bytes)))
    };
    let wrong_hash = json!({ "name": "a.pdf", "sha256": "00".repeat(32) });

    let found = [
        problem(put(&path, &said, "a.pdf", b"").await).await,
        problem(put(&path, &json!({ "name": "a.exe" }), "a.exe", b"MZ\x90\x00").await).await,
        problem(put(&path, &wrong_hash, "a.pdf", &pdf(900)).await).await,
        problem(put(&path, &json!({ "name": "a.pdf", "type_code": "gì" }), "a.pdf", &pdf(900)).await).await,
        problem(put(&scan_path(&dossier, "khac", "k1"), &said, "a.pdf", &pdf(900)).await).await,
        problem(put(&scan_path(&dossier, "birth", "k%201"), &said, "a.pdf", &pdf(900)).await).await,
    ];

    let expected = [
        (422, "empty_file"),
        (415, "type_not_allowed"),
        (422, "checksum_mismatch"),
        (422, "invalid_input"),
        (404, "not_found"),
        (422, "invalid_input"),
    ];
    assert_eq!(found.map(|(status, code)| (status, code)), expected.map(|(s, code)| (s, code.to_owned())));
    let shown = hoa.get(&format!("/dossiers/{}", id(&dossier))).await;
    assert_eq!(component(&shown, "birth")["attachments"], json!([]));
    assert_eq!(hoa.get("/receipts").await["items"], json!([]));
    app.run_jobs().await;
    app.expect_recount(&hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_was_taken_out_again_leaves_the_owners_papers() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let dossier = at_counter(&lan, &hoa).await;
    let wrong = scanned(&lan, &dossier, "birth", "k1", true).await;
    assert_eq!(take_out(&lan, &dossier, &wrong).await.status(), 204);

    assert_eq!(documents(&hoa, "civil-status").await, Vec::<Value>::new());
    let trash = hoa.get(&format!("/vaults/{}/trash", hoa.vault)).await;
    assert_eq!(trash["items"].as_array().unwrap().len(), 1);
    let document = &trash["items"][0]["document"];
    assert_eq!(document["trust_level"], 1, "what is said to be wrong is no longer vouched for");
    let record = &trail(&hoa, "entry.trash").await[0];
    assert_eq!(
        (&record["detail"]["agency"], &record["detail"]["dossier"]),
        (&json!(AGENCY), &dossier["code"])
    );

    // One that is in another dossier too, or that the owner has made more of, stays.
    let kept = scanned(&lan, &dossier, "birth", "k2", false).await;
    let paper = documents(&hoa, "civil-status").await[0].clone();
    let other = opened(&hoa).await;
    attached(&hoa, &other, "birth", &paper).await;
    assert_eq!(take_out(&lan, &dossier, &kept).await.status(), 204);
    assert_eq!(documents(&hoa, "civil-status").await.len(), 1);
    // So does what officers only attached.
    go(&lan, &dossier, "receive").await;
    authority(&lan, &dossier).await;
    let borrowed = attached(&lan, &dossier, "birth", &paper).await;
    assert_eq!(take_out(&lan, &dossier, &borrowed).await.status(), 204);
    assert_eq!(documents(&hoa, "civil-status").await.len(), 1);
    app.expect_recount(&hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_that_was_compared_is_trusted_and_locked_until_that_is_taken_back() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let (dossier, birth, attachment) = submitted(&hoa).await;
    go(&lan, &dossier, "receive").await;
    let path = comparison(&dossier, &attachment);

    let compared = done(lan.ask(Method::PUT, &path)).await;

    assert_eq!(compared["trust_level"], 2);
    let paper = hoa.get(&format!("/entries/{}", id(&birth))).await;
    assert_eq!(paper["document"]["trust_level"], 2);
    assert_eq!(problem(hoa.try_trash(&paper).await).await, (409, "document_authenticated".to_owned()));
    let told = &hoa.get("/notices").await["items"][0];
    assert_eq!(
        (&told["kind"], &told["detail"]["dossier_code"]),
        (&json!("paper_compared"), &dossier["code"])
    );
    let record = &trail(&hoa, "paper.compare").await[0];
    assert_eq!((&record["detail"]["agency"], &record["detail"]["agrees"]), (&json!(AGENCY), &json!(true)));
    let shown = done(lan.ask(Method::GET, &format!("/dossiers/{}", id(&dossier)))).await;
    assert_eq!(component(&shown, "birth")["attachments"][0]["trust_level"], 2);
    // The receipt says what was so when it was attached.
    assert_eq!(hoa.get("/receipts").await["items"][0]["facts"]["trust_level"], 1);
    // Again changes nothing.
    done(lan.ask(Method::PUT, &path)).await;
    assert_eq!(trail(&hoa, "paper.compare").await.len(), 1);

    let back = done(lan.ask(Method::DELETE, &path)).await;
    assert_eq!(back["trust_level"], 1);
    let paper = hoa.get(&format!("/entries/{}", id(&birth))).await;
    assert_eq!(paper["document"]["trust_level"], 1);
    app.expect_recount(&hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_agency_compared_another_does_not_take_back() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let (lan, mai) = (officer(&app, "lan", AGENCY).await, officer(&app, "mai", PROCESSING_AGENCY).await);
    let body = json!({
        "procedure": PROCEDURE, "receiving_agency": AGENCY, "processing_agency": PROCESSING_AGENCY,
        "owner_identity": hoa.identity_number,
    });
    let dossier = done(lan.ask(Method::POST, "/dossiers").json(&body)).await;
    let attachment = scanned(&lan, &dossier, "birth", "k1", true).await;
    let refused = sent(mai.ask(Method::DELETE, &comparison(&dossier, &attachment))).await;
    assert_eq!(problem(refused).await, (403, "not_allowed".to_owned()));
    assert_eq!(last_record(&hoa).await["outcome"], "refused");
    let refuse = format!("/dossiers/{}/attachments/{}/refuse", id(&dossier), id(&attachment));
    done(mai.ask(Method::POST, &refuse).json(&json!({ "reason_code": "unreadable" }))).await;
    let late = sent(lan.ask(Method::DELETE, &comparison(&dossier, &attachment))).await;
    assert_eq!(problem(late).await, (409, "attachment_decided".to_owned()));
}

/// Who scans and compares, in which state of a citizen's dossier.
#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_officer_state_and_purpose_for_scans_and_comparisons() {
    let app = start().await;
    let hoa = officer(&app, "hoa", AGENCY).await;
    let people = [
        ("receiving", officer(&app, "lan", AGENCY).await),
        ("processing", officer(&app, "mai", PROCESSING_AGENCY).await),
        ("another", officer(&app, "nga", OTHER_AGENCY).await),
        ("citizen", app.person("nam").await),
        ("owner", app.sign_in("hoa", &hoa.identity_number).await),
    ];
    let lan = &people[0].1;
    let birth = paper(&hoa, "khai sinh.pdf", "birth-certificate", json!({})).await;
    let ways: [&[(&str, &str)]; 3] = [
        &[
            ("draft", "submit"),
            ("submitted", "ask_supplement"),
            ("supplement_requested", "supplement"),
            ("submitted", "receive"),
            ("received", "process"),
            ("processing", "decide"),
            ("decided", "return"),
            ("returned", ""),
        ],
        &[("draft", "withdraw"), ("withdrawn", "")],
        &[("draft", "submit"), ("submitted", "refuse"), ("refused", "")],
    ];
    let mut wrong = Vec::new();
    let mut key = 0;
    for way in ways {
        let body = json!({ "procedure": PROCEDURE, "receiving_agency": AGENCY, "processing_agency": PROCESSING_AGENCY });
        let dossier = done(hoa.request(Method::POST, "/dossiers").json(&body)).await;
        let attachment = attached(&hoa, &dossier, "birth", &birth).await;
        for (state, step) in way {
            for (who, person) in &people {
                for purpose in [true, false] {
                    let expected = match (*who, *state) {
                        ("owner", _) => 403,
                        ("another" | "citizen", _) | (_, "draft") => 404,
                        (_, "returned" | "withdrawn" | "refused") => 403,
                        _ if !purpose => 403,
                        (_, "decided") => 409,
                        _ => 200,
                    };
                    key += 1;
                    let paths = [
                        (Method::PUT, scan_path(&dossier, "fresh", &format!("k{key}"))),
                        (Method::PUT, comparison(&dossier, &attachment)),
                        (Method::DELETE, comparison(&dossier, &attachment)),
                    ];
                    for (place, (method, path)) in paths.into_iter().enumerate() {
                        let request =
                            if purpose { person.ask(method, &path) } else { person.request(method, &path) };
                        let metadata = json!({ "name": "a.pdf", "compared": true });
                        let request = if place == 0 {
                            request.multipart(form(&metadata, "a.pdf", &pdf(700)))
                        } else {
                            request
                        };
                        let refused = |one: &Value| one["outcome"] == "refused";
                        let before = last_record(&hoa).await["seq"].as_i64().unwrap();
                        let status = sent(request).await.status().as_u16();
                        let expected = if place == 0 && expected == 200 { 201 } else { expected };
                        // In a decided dossier nothing was compared, so that nothing is to be taken back.
                        let expected = if place == 2 && expected == 409 { 200 } else { expected };
                        if status != expected {
                            wrong.push(format!("{who} {state} {purpose} {place}: {status}, not {expected}"));
                        }
                        let last = last_record(&hoa).await;
                        let kept = last["seq"].as_i64().unwrap() > before && refused(&last);
                        if kept != matches!(status, 403 | 404) {
                            wrong.push(format!("{who} {state} {purpose} {place}: kept as {last:#}"));
                        }
                    }
                }
            }
            if !step.is_empty() {
                let by_owner = matches!(*step, "submit" | "supplement" | "withdraw");
                let reason = match *step {
                    "ask_supplement" => Some("papers_missing"),
                    "refuse" => Some("not_eligible"),
                    _ => None,
                };
                let mover = if by_owner { &hoa } else { lan };
                let answer = moved(mover, &dossier, json!({ "move": step, "reason_code": reason })).await;
                assert_eq!(answer.status(), 200, "{state} {step}");
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    app.expect_recount(&hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_says_what_is_to_be_digitised_and_what_is_due_first() {
    // A Monday.
    let clock = Clock::fixed("2026-11-23T03:00:00Z".parse().unwrap());
    let app = TestApp::start_with(clock.clone(), |config| config.session_hours = 1_000).await;
    import(&app).await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let lan = officer(&app, "lan", AGENCY).await;
    let nga = officer(&app, "nga", OTHER_AGENCY).await;
    // Received on paper alone; then one handed in online, a day later; then one whose answer makes a mandate needed.
    let on_paper = at_counter(&lan, &hoa).await;
    go(&lan, &on_paper, "receive").await;
    clock.advance(TimeDelta::days(1));
    let (online, _, attachment) = submitted(&nam).await;
    let list = async || lan.get("/officer/digitisation").await;
    assert_eq!(list().await["items"].as_array().unwrap().len(), 1, "what was not received is not worked on");
    go(&lan, &online, "receive").await;
    clock.advance(TimeDelta::days(1));
    let mandated = at_counter(&lan, &nam).await;
    let path = format!("/dossiers/{}", id(&mandated));
    let patch = lan.ask(Method::PATCH, &path).header("If-Match", format!("\"{}\"", mandated["rev"]));
    done(patch.json(&json!({ "conditions": ["authorised"] }))).await;
    let papers = scanned(&lan, &mandated, "birth", "k1", true).await;
    go(&lan, &mandated, "receive").await;

    let all = list().await;

    let told = |item: &Value| {
        let work = item["work"].as_array().unwrap().iter();
        let work = work.map(|work| (text(&work["component_code"]), work["attachment_id"].clone()));
        (item["code"].clone(), item["due_on"].clone(), work.collect::<Vec<_>>())
    };
    let items = all["items"].as_array().unwrap().iter().map(told).collect::<Vec<_>>();
    let expected = [
        (on_paper["code"].clone(), json!("2026-11-30"), vec![("birth".to_owned(), Value::Null)]),
        (online["code"].clone(), json!("2026-12-01"), vec![("birth".to_owned(), attachment["id"].clone())]),
        (mandated["code"].clone(), json!("2026-12-02"), vec![("mandate".to_owned(), Value::Null)]),
    ];
    assert_eq!(items, expected);
    assert_eq!(all["items"][0]["work"][0]["accepts"][0]["code"], "birth-certificate");
    assert!(
        !all.to_string().contains("khai sinh.pdf"),
        "what a paper is called is said in the dossier alone"
    );

    // Page by page it is the same.
    let mut seen = Vec::new();
    let mut path = "/officer/digitisation?limit=1".to_owned();
    loop {
        let page = lan.get(&path).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(told));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/officer/digitisation?limit=1&cursor={cursor}");
    }
    assert_eq!(seen, expected);

    // What was done is not there any more.
    done(lan.ask(Method::PUT, &comparison(&online, &attachment))).await;
    scanned(&lan, &on_paper, "birth", "k2", true).await;
    let left = list().await;
    assert_eq!(left["items"].as_array().unwrap().iter().map(told).collect::<Vec<_>>(), expected[2..]);
    scanned(&lan, &mandated, "mandate", "k3", true).await;
    assert_eq!(list().await["items"], json!([]));
    // What somebody has refused is to be brought anew, and scanned or not then.
    let refuse = format!("/dossiers/{}/attachments/{}/refuse", id(&mandated), id(&papers));
    done(lan.ask(Method::POST, &refuse).json(&json!({ "reason_code": "unreadable" }))).await;
    assert_eq!(list().await["items"][0]["work"][0]["component_code"], "birth");
    let ended = moved(&lan, &mandated, json!({ "move": "withdraw" })).await;
    assert_eq!(ended.status(), 200);
    assert_eq!(list().await["items"], json!([]), "what is closed is worked on no more");

    // Nobody else sees it.
    assert_eq!(nga.get("/officer/digitisation").await["items"], json!([]));
    let foreign = sent(nga.request(Method::GET, &format!("/officer/digitisation?agency={AGENCY}"))).await;
    assert_eq!(problem(foreign).await, (403, "not_allowed".to_owned()));
    let citizen = sent(hoa.request(Method::GET, "/officer/digitisation")).await;
    assert_eq!(problem(citizen).await, (403, "not_allowed".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_closed_dossier_an_officer_sees_the_sheet_without_papers() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let (lan, nga) = (officer(&app, "lan", AGENCY).await, officer(&app, "nga", OTHER_AGENCY).await);
    let (dossier, _, attachment) = submitted(&hoa).await;
    for step in ["receive", "process", "decide", "return"] {
        go(&lan, &dossier, step).await;
    }
    let sheet = format!("/dossiers/{}", id(&dossier));
    let by_code = format!("/officer/dossiers/by-code/{}", text(&dossier["code"]));
    for path in [&sheet, &by_code] {
        let shown = done(lan.ask(Method::GET, path)).await;
        assert_eq!(shown["state"], "returned");
        assert_eq!(shown["moves"].as_array().unwrap().len(), 6);
        assert_eq!(component(&shown, "birth")["attachments"], json!([]));
        assert_eq!(shown["may"]["moves"], json!([]));
        assert!(!shown.to_string().contains("khai sinh.pdf"));
        assert_eq!(last_record(&hoa).await["act"], "dossier.view");
        let bare = sent(lan.request(Method::GET, path)).await;
        assert_eq!(problem(bare).await, (403, "purpose_missing".to_owned()));
        assert_eq!(problem(sent(nga.ask(Method::GET, path)).await).await, (404, "not_found".to_owned()));
    }
    let content = format!("{sheet}/attachments/{}/content", id(&attachment));
    assert_eq!(problem(sent(lan.ask(Method::GET, &content)).await).await, (403, "not_allowed".to_owned()));
    // The owner sees all of it.
    let own = hoa.get(&sheet).await;
    assert_eq!(component(&own, "birth")["attachments"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_at_the_desk_its_owner_does_not_hand_in_from_afar() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let dossier = at_counter(&lan, &hoa).await;
    scanned(&lan, &dossier, "birth", "k1", true).await;
    let own = hoa.get(&format!("/dossiers/{}", id(&dossier))).await;
    assert_eq!((&own["complete"], &own["may"]["moves"]), (&json!(true), &json!(["withdraw"])));
    let refused = moved(&hoa, &dossier, json!({ "move": "submit" })).await;
    assert_eq!(problem(refused).await, (403, "not_allowed".to_owned()));
    assert_eq!(go(&lan, &dossier, "receive").await["state"], "received");
}
