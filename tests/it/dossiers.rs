//! Dossiers from the opening to the result: what answers, what lacks, what is pinned, and what the owner can prove.

use kho::sql;
use reqwest::Method;
use serde_json::{Value, json};

use crate::dossier_world::*;
use crate::support::{AGENCY, problem, text};

fn component<'a>(list: &'a Value, field: &str, code: &str) -> &'a Value {
    let items = list["components"].as_array().unwrap();
    items.iter().find(|item| item[field] == code).unwrap_or_else(|| panic!("no {code} in {list:#}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_submits_a_dossier_out_of_the_vault() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let birth = paper(&hoa, "khai sinh.pdf", "birth-certificate", json!({ "issued_on": "2019-03-12" })).await;

    let dossier = opened(&hoa).await;

    assert_eq!(dossier["state"], "draft");
    assert_eq!(dossier["owner"]["code"], hoa.identity_number);
    assert_eq!(dossier["submitter"]["identity_number"], hoa.identity_number);
    assert_eq!(dossier["receiving_agency"]["code"], AGENCY);
    assert_eq!(dossier["processing_agency"]["code"], AGENCY);
    assert_eq!(dossier["channel"], "online");
    assert_eq!(dossier["complete"], false);
    assert_eq!(dossier["may"]["moves"], json!(["submit", "withdraw"]));
    let standing = &component(&dossier, "code", "birth")["standing"];
    assert_eq!((&standing["state"], &standing["blocks"]), (&json!("missing"), &json!(true)));
    assert_eq!(component(&dossier, "code", "mandate")["standing"]["state"], "not_needed");

    let answer = moved(&hoa, &dossier, json!({ "move": "submit" })).await;
    assert_eq!(answer.status(), 409);
    let refused: Value = answer.json().await.unwrap();
    assert_eq!(refused["code"], "dossier_incomplete");
    assert_eq!(refused["components"], json!([{ "component": "birth", "state": "missing" }]));

    let proposals = hoa.get(&format!("/dossiers/{}/proposals", id(&dossier))).await;
    let fitting = &component(&proposals, "component_code", "birth")["fitting"];
    assert_eq!(fitting.as_array().unwrap().len(), 1, "{proposals:#}");
    assert_eq!(fitting[0]["entry_id"], birth["id"]);
    assert!(text(&fitting[0]["sentence"]["vi"]).contains("12/03/2019"), "{fitting:#}");
    assert_ne!(fitting[0]["sentence"]["vi"], fitting[0]["sentence"]["en"]);

    let attachment = attached(&hoa, &dossier, "birth", &birth).await;
    assert_eq!(attachment["reused"], true, "it lay there before");
    let dossier = go(&hoa, &dossier, "submit").await;
    assert_eq!(dossier["state"], "submitted");
    assert_eq!(dossier["complete"], true);
    assert!(dossier["submitted_at"].is_string());
    assert_eq!(dossier["may"]["moves"], json!(["withdraw"]));
    let moves = dossier["moves"].as_array().unwrap();
    let told = moves.iter().map(|step| (step["seq"].clone(), text(&step["move"]))).collect::<Vec<_>>();
    assert_eq!(told, [(json!(1), "open".to_owned()), (json!(2), "submit".to_owned())]);

    let lan = officer(&app, "lan", AGENCY).await;
    let dossier = go(&lan, &dossier, "receive").await;
    assert!(dossier["received_at"].is_string());
    assert!(dossier["due_on"].is_string(), "five days of work from now");
    for (step, state) in [("process", "processing"), ("decide", "decided"), ("return", "returned")] {
        assert_eq!(go(&lan, &dossier, step).await["state"], state);
    }
    let closed = hoa.get(&format!("/dossiers/{}", id(&dossier))).await;
    assert!(closed["closed_at"].is_string() && closed["decided_at"].is_string());
    assert_eq!(closed["may"]["moves"], json!([]));
    let notices = hoa.get("/notices").await;
    let moved = notices["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "dossier_moved");
    let states = moved.map(|one| text(&one["detail"]["state"])).collect::<Vec<_>>();
    assert_eq!(states, ["returned", "decided", "processing", "received"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pinned_stays_whatever_becomes_of_the_paper() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let (dossier, birth, attachment) = submitted(&hoa).await;
    let content = format!("/dossiers/{}/attachments/{}/content", id(&dossier), id(&attachment));
    let first = sent(lan.ask(Method::GET, &content)).await.bytes().await.unwrap();

    let now = hoa.get(&format!("/entries/{}", id(&birth))).await;
    let other = crate::support::pdf(950);
    assert_eq!(hoa.version(&id(&birth), now["rev"].as_i64().unwrap(), "b.pdf", &other).await.status(), 201);
    assert_eq!(sent(lan.ask(Method::GET, &content)).await.bytes().await.unwrap(), first);

    let now = hoa.get(&format!("/entries/{}", id(&birth))).await;
    let trashed = hoa.trash(&now).await;
    assert_eq!(
        sent(lan.ask(Method::GET, &content)).await.bytes().await.unwrap(),
        first,
        "from the trash too"
    );
    assert_eq!(problem(hoa.purge(&trashed).await).await, (409, "paper_in_dossier".to_owned()));
    let hash = data_encoding::HEXLOWER.encode(ring::digest::digest(&ring::digest::SHA256, &first).as_ref());
    assert_eq!(attachment["sha256"], hash);

    go(&hoa, &dossier, "withdraw").await;
    assert_eq!(hoa.purge(&trashed).await.status(), 200, "once the dossier is closed");
    let gone = sent(hoa.request(Method::GET, &content)).await;
    assert_eq!(problem(gone).await.0, 404);
    app.expect_recount(&hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_leaves_the_papers_of_open_dossiers() {
    let clock = kho::domain::clock::Clock::fixed("2026-11-26T03:00:00Z".parse().unwrap());
    let app = crate::support::TestApp::start_with(clock.clone(), |_| {}).await;
    import(&app).await;
    let hoa = app.person("hoa").await;
    let (dossier, birth, _) = submitted(&hoa).await;
    let other = hoa.document(&hoa.root, "khác.pdf", &crate::support::pdf(700)).await;
    hoa.trash(&hoa.get(&format!("/entries/{}", id(&birth))).await).await;
    hoa.trash(&other).await;

    clock.advance(chrono::TimeDelta::days(31));
    app.kho.plan_purge().await.unwrap();
    clock.advance(chrono::TimeDelta::days(8));
    app.kho.plan_purge().await.unwrap();

    let hoa = app.sign_in("hoa", &hoa.identity_number).await;
    let left = hoa.get(&format!("/vaults/{}/trash", hoa.vault)).await;
    let left = left["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>();
    assert_eq!(left, [birth["id"].clone()], "the other one is gone");
    go(&hoa, &dossier, "withdraw").await;
    clock.advance(chrono::TimeDelta::days(8));
    app.kho.plan_purge().await.unwrap();
    let hoa = app.sign_in("hoa", &hoa.identity_number).await;
    let left = hoa.get(&format!("/vaults/{}/trash", hoa.vault)).await;
    assert_eq!(left["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn near_misses_are_told_to_the_owner_with_what_is_in_the_way() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let ended = paper(
        &hoa,
        "cũ.pdf",
        "birth-certificate",
        json!({ "issued_on": "2010-01-01", "expires_on": "2020-05-01" }),
    )
    .await;
    let old =
        paper(&hoa, "xác nhận.pdf", "marital-status-confirmation", json!({ "issued_on": "2019-01-01" }))
            .await;
    let trashed = paper(&hoa, "bỏ.pdf", "birth-certificate", json!({})).await;
    hoa.trash(&trashed).await;
    let folder = hoa.folder(&hoa.root, "Bỏ cả thư mục").await;
    paper_in(&hoa, &id(&folder), "trong.pdf", "birth-certificate", json!({})).await;
    hoa.trash(&hoa.get(&format!("/entries/{}", id(&folder))).await).await;
    let dossier = opened(&hoa).await;

    let proposals = hoa.get(&format!("/dossiers/{}/proposals", id(&dossier))).await;

    let birth = component(&proposals, "component_code", "birth");
    assert_eq!(birth["fitting"], json!([]), "what lies in the trash is not proposed");
    assert_eq!(birth["near"].as_array().unwrap().len(), 1);
    assert_eq!(birth["near"][0]["entry_id"], ended["id"]);
    assert_eq!(birth["near"][0]["obstacles"][0]["code"], "expired");
    assert_eq!(birth["near"][0]["obstacles"][0]["last_day"], "2020-05-01");
    let fresh = component(&proposals, "component_code", "fresh");
    assert_eq!(fresh["near"][0]["entry_id"], old["id"]);

    // The owner may attach it all the same, and is told that it will not do.
    attached(&hoa, &dossier, "birth", &ended).await;
    let found = hoa.get(&format!("/dossiers/{}/completeness", id(&dossier))).await;
    assert_eq!(found["complete"], false);
    assert_eq!(component(&found, "component", "birth")["state"], "attached_but");
    let refused = sent(
        hoa.request(Method::PUT, &attach_path(&dossier, "birth")).json(&json!({ "entry_id": trashed["id"] })),
    );
    assert_eq!(problem(refused.await).await, (409, "entry_in_trash".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_condition_makes_a_component_needed_and_the_dossier_is_changed_under_its_etag() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let dossier = opened(&hoa).await;
    let path = format!("/dossiers/{}", id(&dossier));
    let patch = |body: Value| hoa.request(Method::PATCH, &path).json(&body);
    let yes = json!({ "conditions": ["authorised"], "contact": { "phone": "0912 345 678" } });
    assert_eq!(problem(sent(patch(yes.clone())).await).await.1, "precondition_required");
    assert_eq!(
        problem(sent(patch(yes.clone()).header("If-Match", "\"99\"")).await).await.1,
        "precondition_failed"
    );

    let changed = done(patch(yes).header("If-Match", format!("\"{}\"", dossier["rev"]))).await;

    assert_eq!(changed["contact"]["phone"], "+84912345678");
    assert_eq!(component(&changed, "code", "mandate")["standing"]["state"], "missing");
    assert_ne!(changed["rev"], dossier["rev"]);
    let again =
        patch(json!({ "conditions": ["none"] })).header("If-Match", format!("\"{}\"", changed["rev"]));
    assert_eq!(problem(sent(again).await).await, (422, "invalid_input".to_owned()));
    let birth = paper(&hoa, "a.pdf", "birth-certificate", json!({})).await;
    let pass =
        paper(&hoa, "b.pdf", "passport", json!({ "issued_on": "2024-01-01", "expires_on": "2034-01-01" }))
            .await;
    attached(&hoa, &dossier, "birth", &birth).await;
    attached(&hoa, &dossier, "mandate", &pass).await;
    let dossier = go(&hoa, &dossier, "submit").await;
    let late = patch(json!({ "summary": "khác" })).header("If-Match", format!("\"{}\"", dossier["rev"]));
    assert_eq!(problem(sent(late).await).await, (409, "dossier_locked".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_paper_is_told_with_its_reason_and_replaced() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let (dossier, _, attachment) = submitted(&hoa).await;
    let refuse = format!("/dossiers/{}/attachments/{}/refuse", id(&dossier), id(&attachment));
    let bad = sent(lan.ask(Method::POST, &refuse).json(&json!({ "reason_code": "ugly" }))).await;
    assert_eq!(problem(bad).await, (422, "invalid_input".to_owned()));
    let bare = sent(lan.ask(Method::POST, &refuse).json(&json!({ "reason_code": "other" }))).await;
    assert_eq!(problem(bare).await, (422, "invalid_input".to_owned()), "other needs a note");

    let body = json!({ "reason_code": "unreadable", "note": "Mờ mặt sau" });
    let refused = done(lan.ask(Method::POST, &refuse).json(&body)).await;

    assert_eq!(refused["state"], "refused");
    let notices = hoa.get("/notices").await;
    let told = &notices["items"][0];
    assert_eq!(told["kind"], "paper_refused");
    assert_eq!(told["detail"]["reason_code"], "unreadable");
    assert_eq!(told["detail"]["note"], "Mờ mặt sau");
    let shown = hoa.get(&format!("/dossiers/{}", id(&dossier))).await;
    assert_eq!(component(&shown, "code", "birth")["standing"]["state"], "refused");
    assert_eq!(shown["may"]["attach"], true);

    let better = paper(&hoa, "rõ hơn.pdf", "birth-certificate", json!({})).await;
    let new = attached(&hoa, &dossier, "birth", &better).await;
    assert_eq!(new["reused"], false, "it was added for this dossier");
    let shown = hoa.get(&format!("/dossiers/{}", id(&dossier))).await;
    let birth = component(&shown, "code", "birth");
    let states =
        birth["attachments"].as_array().unwrap().iter().map(|one| text(&one["state"])).collect::<Vec<_>>();
    assert_eq!(states, ["replaced", "attached"]);
    let accept = format!("/dossiers/{}/attachments/{}/accept", id(&dossier), id(&new));
    assert_eq!(done(lan.ask(Method::POST, &accept)).await["state"], "accepted");
    let out =
        sent(hoa.request(Method::DELETE, &format!("/dossiers/{}/attachments/{}", id(&dossier), id(&new))));
    assert_eq!(problem(out.await).await, (409, "attachment_decided".to_owned()));

    // Each is pinned as it was, whatever becomes of the paper.
    let pinned = ["version_number", "media_type", "size_bytes"].map(|field| new[field].clone());
    assert_eq!(pinned, [json!(1), json!("application/pdf"), json!(900)]);

    // What the reports count: the dossier and its first paper when it was handed in, the other when it came, and the refusal.
    let mut tx = app.kho.db.read().await.unwrap();
    let counted: Vec<(String, String, i64)> =
        sql!(tx, all(String, String, i64), "SELECT what, reason_code, count FROM reuse_day ORDER BY what")
            .unwrap();
    let expected = [
        ("component_added", "", 1),
        ("component_reused", "", 1),
        ("dossier", "", 1),
        ("refusal", "unreadable", 1),
    ];
    let expected = expected.map(|(what, reason, count)| (what.to_owned(), reason.to_owned(), count));
    assert_eq!(counted, expected);
    let kinds: Vec<(i64, String)> =
        sql!(tx, all(i64, String), "SELECT number, kind FROM event ORDER BY number").unwrap();
    let expected = [
        "dossier.opened",
        "paper.attached",
        "dossier.moved",
        "paper.refused",
        "paper.replaced",
        "paper.attached",
        "paper.accepted",
    ];
    let expected = (1..).zip(expected.map(str::to_owned)).collect::<Vec<_>>();
    assert_eq!(kinds, expected, "numbered without a gap");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_use_has_a_receipt_that_says_what_was_so_then() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let nam = app.person("nam").await;
    let (dossier, birth, attachment) = submitted(&hoa).await;
    let again = json!({ "entry_id": birth["id"] });
    hoa.patch(
        &hoa.get(&format!("/entries/{}", id(&birth))).await,
        json!({ "number": "khác", "title": "Tên khác" }),
    )
    .await;

    let list = hoa.get("/receipts").await;

    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let receipt = &list["items"][0];
    assert_eq!(receipt["number"], 1);
    let facts = &receipt["facts"];
    assert_eq!(facts["dossier_code"], dossier["code"]);
    assert_eq!(facts["component_code"], "birth");
    assert_eq!(facts["sha256"], attachment["sha256"]);
    assert_eq!(facts["attached_by"], "Người hoa");
    assert_eq!(facts["ground"], "owner");
    assert_eq!(facts["version"], 1);
    assert_eq!(facts["title"], "khai sinh.pdf", "as it was called then");
    assert_eq!(hoa.get(&format!("/receipts/{}", id(receipt))).await["facts"], *facts);
    let stranger = sent(nam.request(Method::GET, &format!("/receipts/{}", id(receipt)))).await;
    assert_eq!(problem(stranger).await, (404, "not_found".to_owned()));

    // The same version again is not another use, and a second dossier's is.
    let dossier = opened(&hoa).await;
    let put = || hoa.request(Method::PUT, &attach_path(&dossier, "birth")).json(&again);
    assert_eq!(sent(put()).await.status(), 201);
    assert_eq!(sent(put()).await.status(), 200);
    let list = hoa.get("/receipts?limit=1").await;
    assert_eq!(list["items"][0]["number"], 2);
    let next = hoa.get(&format!("/receipts?limit=1&cursor={}", text(&list["next_cursor"]))).await;
    assert_eq!(next["items"][0]["number"], 1);
    assert_eq!(next["next_cursor"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_act_for_their_organisation_as_far_as_their_role_goes() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let binh = app.person("binh").await;
    let organisation = app.organisation("0100000001", "hoa").await;
    app.member(&organisation, "binh", "viewer").await;
    let body = json!({ "procedure": PROCEDURE, "receiving_agency": AGENCY, "vault_id": organisation.vault });
    let refused = sent(binh.request(Method::POST, "/dossiers").json(&body)).await;
    assert_eq!(problem(refused).await, (403, "not_allowed".to_owned()));

    let dossier = done(hoa.request(Method::POST, "/dossiers").json(&body)).await;

    assert_eq!(dossier["owner"]["kind"], "organisation");
    assert_eq!(dossier["submitter"]["name"], "Người hoa");
    let seen = binh.get(&format!("/dossiers/{}", id(&dossier))).await;
    assert_eq!(seen["may"]["moves"], json!([]), "a viewer looks");
    let refused = moved(&binh, &dossier, json!({ "move": "withdraw" })).await;
    assert_eq!(problem(refused).await, (403, "not_allowed".to_owned()));
    let list = binh.get(&format!("/dossiers?vault={}", organisation.vault)).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(hoa.get("/dossiers").await["items"], json!([]), "not the own ones");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_opened_says_why() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    for (procedure, agency, field, reason) in [
        ("1.2.3", AGENCY, "procedure", "unknown"),
        ("9.000002", AGENCY, "procedure", "not_online"),
        (PROCEDURE, "H99.77", "receiving_agency", "unknown"),
    ] {
        let body = json!({ "procedure": procedure, "receiving_agency": agency });
        let answer: Value =
            sent(hoa.request(Method::POST, "/dossiers").json(&body)).await.json().await.unwrap();
        assert_eq!((&answer["field"], &answer["reason"]), (&json!(field), &json!(reason)), "{answer:#}");
    }
    let body = json!({ "procedure": "9.000002", "receiving_agency": AGENCY, "vault_id": hoa.vault, "owner_identity": "x" });
    let answer: Value = sent(hoa.request(Method::POST, "/dossiers").json(&body)).await.json().await.unwrap();
    assert_eq!(answer["reason"], "with_vault");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_paged_and_filtered_by_state() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let (first, ..) = submitted(&hoa).await;
    let second = opened(&hoa).await;
    let third = opened(&hoa).await;

    let page = hoa.get("/dossiers?limit=2").await;
    let ids = |page: &Value| {
        page["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&page), [third["id"].clone(), second["id"].clone()]);
    let rest = hoa.get(&format!("/dossiers?limit=2&cursor={}", text(&page["next_cursor"]))).await;
    assert_eq!(ids(&rest), [first["id"].clone()]);
    assert_eq!(ids(&hoa.get("/dossiers?state=draft").await).len(), 2);
    assert_eq!(sent(hoa.request(Method::GET, "/dossiers?state=lost")).await.status(), 422);

    let work = lan.get(&format!("/officer/dossiers?agency={AGENCY}")).await;
    assert_eq!(ids(&work), [first["id"].clone()], "drafts are nobody's business");
    assert_eq!(ids(&lan.get("/officer/dossiers?state=received").await), Vec::<Value>::new());
    let foreign = sent(lan.request(Method::GET, &format!("/officer/dossiers?agency={OTHER_AGENCY}"))).await;
    assert_eq!(problem(foreign).await, (403, "not_allowed".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_is_found_by_the_code_that_is_scanned() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let (dossier, ..) = submitted(&hoa).await;
    let code = text(&dossier["code"]);
    assert!(code.starts_with(&format!("{AGENCY}-")), "{code}");

    let found =
        done(lan.ask(Method::GET, &format!("/officer/dossiers/by-code/{}", code.to_lowercase()))).await;

    assert_eq!(found["id"], dossier["id"]);
    let sign = if code.ends_with('0') { '1' } else { '0' };
    let slipped = format!("{}{sign}", &code[..code.len() - 1]);
    let answer: Value = sent(lan.ask(Method::GET, &format!("/officer/dossiers/by-code/{slipped}")))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!((&answer["code"], &answer["reason"]), (&json!("invalid_input"), &json!("check_sign")));
}
