//! Who sees what of a dossier and of the papers behind it: every cell of the table, and that each refusal stands in the owner's trail.

use chrono::TimeDelta;
use kho::domain::clock::Clock;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::dossier_world::*;
use crate::support::{AGENCY, Person, TestApp, problem, text};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Officer {
    OfReceiving,
    OfProcessing,
    OfAnother,
    /// Of the receiving agency, and the owner of the dossier.
    Owner,
    /// No officer at all.
    Citizen,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Document {
    InDossier,
    Accepted,
    Refused,
    /// Another stands in its place.
    Replaced,
    /// The owner took it out again.
    Removed,
    /// In a dossier at another agency.
    InOtherDossier,
    /// In no dossier: asked for as the entry that it is.
    InVault,
    /// In the dossier, and somebody else's, who gave it.
    OfAnotherOwner,
}

const OFFICERS: [Officer; 5] =
    [Officer::OfReceiving, Officer::OfProcessing, Officer::OfAnother, Officer::Owner, Officer::Citizen];
const DOCUMENTS: [Document; 8] = [
    Document::InDossier,
    Document::Accepted,
    Document::Refused,
    Document::Replaced,
    Document::Removed,
    Document::InOtherDossier,
    Document::InVault,
    Document::OfAnotherOwner,
];
const STATES: [&str; 9] = [
    "draft",
    "submitted",
    "supplement_requested",
    "received",
    "processing",
    "decided",
    "returned",
    "withdrawn",
    "refused",
];

/// What docs/mapping.md says of a citizen's dossier, written down anew.
fn expected(officer: Officer, state: &str, document: Document, purpose: bool) -> u16 {
    let own = officer == Officer::Owner;
    if document == Document::InVault {
        return if own { 200 } else { 404 };
    }
    if own && document == Document::OfAnotherOwner {
        // Nothing of what somebody else gave but that it is there.
        return 403;
    }
    if own {
        // The owner sees the own papers, by each of the own dossiers, for ever; one of another dossier is not in this one.
        return if document == Document::InOtherDossier { 404 } else { 200 };
    }
    if matches!(officer, Officer::OfAnother | Officer::Citizen) || state == "draft" {
        return 404;
    }
    if matches!(state, "returned" | "withdrawn" | "refused") || !purpose {
        return 403;
    }
    match document {
        Document::InDossier | Document::Accepted | Document::Refused | Document::OfAnotherOwner => 200,
        _ => 404,
    }
}

struct Table {
    app: TestApp,
    hoa: Person,
    /// Who gave a paper to hoa's dossier.
    chu: Person,
    dossier: Value,
    /// The path of each document.
    paths: Vec<(Document, String)>,
    officers: Vec<(Officer, Person)>,
}

impl Table {
    async fn make() -> Self {
        let app = start().await;
        let hoa = officer(&app, "hoa", AGENCY).await;
        let lan = officer(&app, "lan", AGENCY).await;
        let processing = officer(&app, "mai", PROCESSING_AGENCY).await;
        let another = officer(&app, "nga", OTHER_AGENCY).await;
        let citizen = app.person("nam").await;
        let chu = app.person("chu").await;
        let body = json!({ "procedure": PROCEDURE, "receiving_agency": AGENCY, "processing_agency": PROCESSING_AGENCY });
        let dossier = done(hoa.request(Method::POST, "/dossiers").json(&body)).await;
        let mut paths = Vec::new();
        let content = |dossier: &Value, attachment: &Value| {
            format!("/dossiers/{}/attachments/{}/content", id(dossier), id(attachment))
        };
        for document in DOCUMENTS {
            let name = format!("{document:?}.pdf");
            let paper = paper(&hoa, &name, "birth-certificate", json!({})).await;
            let path = match document {
                Document::OfAnotherOwner => content(&dossier, &given(&hoa, &chu, &dossier).await),
                Document::InVault => format!("/entries/{}/content", id(&paper)),
                Document::InOtherDossier => {
                    let body = json!({ "procedure": PROCEDURE, "receiving_agency": OTHER_AGENCY });
                    let other = done(hoa.request(Method::POST, "/dossiers").json(&body)).await;
                    let attachment = attached(&hoa, &other, "birth", &paper).await;
                    content(&dossier, &attachment)
                }
                _ => {
                    let attachment = attached(&hoa, &dossier, "birth", &paper).await;
                    match document {
                        Document::Replaced => {
                            let another =
                                crate::dossier_world::paper(&hoa, "thay.pdf", "birth-certificate", json!({}))
                                    .await;
                            let body = json!({ "entry_id": another["id"], "replaces": attachment["id"] });
                            done(hoa.request(Method::PUT, &attach_path(&dossier, "birth")).json(&body)).await;
                        }
                        Document::Removed => {
                            let path = format!("/dossiers/{}/attachments/{}", id(&dossier), id(&attachment));
                            done(hoa.request(Method::DELETE, &path)).await;
                        }
                        _ => {}
                    }
                    content(&dossier, &attachment)
                }
            };
            paths.push((document, path));
        }
        let officers = vec![
            (Officer::OfReceiving, lan),
            (Officer::OfProcessing, processing),
            (Officer::OfAnother, another),
            (Officer::Citizen, citizen),
        ];
        Self { app, hoa, chu, dossier, paths, officers }
    }

    fn person(&self, officer: Officer) -> &Person {
        self.officers.iter().find(|(held, _)| *held == officer).map_or(&self.hoa, |(_, person)| person)
    }

    fn path(&self, document: Document) -> &str {
        &self.paths.iter().find(|(held, _)| *held == document).unwrap().1
    }

    fn ask(&self, officer: Officer, purpose: bool, method: Method, path: &str) -> RequestBuilder {
        let person = self.person(officer);
        if purpose { person.ask(method, path) } else { person.request(method, path) }
    }

    /// Officers decide about the papers that are to be accepted and refused.
    async fn decide(&self) {
        let lan = self.person(Officer::OfReceiving);
        for (document, verb, body) in [
            (Document::Accepted, "accept", json!({})),
            (Document::Refused, "refuse", json!({ "reason_code": "unreadable" })),
        ] {
            let path = self.path(document).replace("/content", &format!("/{verb}"));
            done(lan.ask(Method::POST, &path).json(&body)).await;
        }
    }

    /// Tries every cell of a state.
    async fn try_state(&self, state: &str, wrong: &mut Vec<String>) -> usize {
        let now = self.hoa.get(&format!("/dossiers/{}", id(&self.dossier))).await;
        assert_eq!(now["state"], state);
        let mut tried = 0;
        for officer in OFFICERS {
            for document in DOCUMENTS {
                for purpose in [true, false] {
                    let owner = if document == Document::OfAnotherOwner { &self.chu } else { &self.hoa };
                    let before = last_record(owner).await["seq"].as_i64().unwrap();
                    let answer =
                        self.ask(officer, purpose, Method::GET, self.path(document)).send().await.unwrap();
                    let status = answer.status().as_u16();
                    let expected = expected(officer, state, document, purpose);
                    if status != expected {
                        wrong.push(format!(
                            "{officer:?} {state} {document:?} {purpose}: {status}, not {expected}"
                        ));
                    }
                    let last = last_record(owner).await;
                    if last["seq"] != before + 1 || (last["outcome"] == "done") != (status == 200) {
                        wrong.push(format!("{officer:?} {state} {document:?} {purpose}: kept as {last:#}"));
                    }
                    tried += 1;
                }
            }
        }
        tried
    }
}

/// The ways through all states: three dossiers, for the three ends.
async fn try_way(way: &[(&str, Option<&str>)]) {
    let table = Table::make().await;
    let mut wrong = Vec::new();
    let mut tried = 0;
    for (state, step) in way {
        tried += table.try_state(state, &mut wrong).await;
        let Some(step) = step else { continue };
        let by_owner = matches!(*step, "submit" | "supplement" | "withdraw");
        let mover = if by_owner { &table.hoa } else { table.person(Officer::OfReceiving) };
        let reason = match *step {
            "ask_supplement" => Some("papers_refused"),
            "refuse" => Some("not_eligible"),
            _ => None,
        };
        let answer = moved(mover, &table.dossier, json!({ "move": step, "reason_code": reason })).await;
        assert_eq!(answer.status(), 200, "{step}: {}", answer.text().await.unwrap_or_default());
        if *step == "submit" {
            table.decide().await;
        }
    }
    assert!(wrong.is_empty(), "{} of {tried} cells:\n{}", wrong.len(), wrong.join("\n"));
    table.app.expect_recount(&table.hoa.vault).await;
    table.app.expect_recount(&table.chu.vault).await;
}

/// A paper that somebody else gave to a dossier; the attachment.
async fn given(owner: &Person, giver: &Person, dossier: &Value) -> Value {
    let house = paper(giver, "nhà.pdf", "birth-certificate", json!({})).await;
    let code = crate::citations::code_of(&crate::citations::cited(giver, &house, 1).await);
    let path = format!("/dossiers/{}/components/birth/requests", id(dossier));
    let asked = done(owner.request(Method::POST, &path).json(&json!({ "citation": code }))).await;
    let answer = giver.request(Method::PUT, &format!("/citations/{code}/requests/{}", id(&asked)));
    done(answer.json(&json!({ "allowed": true }))).await;
    let seen = owner.get(&format!("/dossiers/{}", id(dossier))).await;
    let papers = seen["components"][0]["attachments"].as_array().unwrap().clone();
    papers.into_iter().find(|one| one["given_by"].is_string()).expect("what was given")
}

const RETURNED: &[(&str, Option<&str>)] = &[
    ("draft", Some("submit")),
    ("submitted", Some("ask_supplement")),
    ("supplement_requested", Some("supplement")),
    ("submitted", Some("receive")),
    ("received", Some("process")),
    ("processing", Some("decide")),
    ("decided", Some("return")),
    ("returned", None),
];
const WITHDRAWN: &[(&str, Option<&str>)] =
    &[("draft", Some("submit")), ("submitted", Some("withdraw")), ("withdrawn", None)];
const REFUSED: &[(&str, Option<&str>)] =
    &[("draft", Some("submit")), ("submitted", Some("refuse")), ("refused", None)];

#[test]
fn the_ways_lead_through_every_state() {
    let seen =
        |state: &str| [RETURNED, WITHDRAWN, REFUSED].iter().any(|way| way.iter().any(|(at, _)| *at == state));
    assert!(STATES.iter().all(|state| seen(state)));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_officer_state_document_and_purpose_on_the_way_to_the_result() {
    try_way(RETURNED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_officer_state_document_and_purpose_where_it_is_withdrawn() {
    try_way(WITHDRAWN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_officer_state_document_and_purpose_where_it_is_refused() {
    try_way(REFUSED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_finds_papers_only_with_consent_and_only_those_that_fit() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let birth = paper(&hoa, "khai sinh.pdf", "birth-certificate", json!({})).await;
    let ended = paper(&hoa, "cũ.pdf", "birth-certificate", json!({ "expires_on": "2020-05-01" })).await;
    let diploma = paper(&hoa, "bằng.pdf", "diploma", json!({})).await;
    let dossier = at_counter(&lan, &hoa).await;
    assert_eq!(dossier["channel"], "counter");
    assert_eq!(dossier["owner"]["name"], "Người hoa");
    let proposals = format!("/dossiers/{}/proposals", id(&dossier));
    let attach = attach_path(&dossier, "birth");
    let put = |paper: &Value| lan.ask(Method::PUT, &attach).json(&json!({ "entry_id": paper["id"] }));

    assert_eq!(
        problem(sent(lan.ask(Method::GET, &proposals)).await).await,
        (403, "consent_needed".to_owned())
    );
    assert_eq!(problem(sent(put(&birth)).await).await, (403, "consent_needed".to_owned()));
    let consent = authority(&lan, &dossier).await;
    assert_eq!(consent["standing"], "active");
    let bare = sent(lan.request(Method::GET, &proposals)).await;
    assert_eq!(problem(bare).await, (403, "purpose_missing".to_owned()));

    let found = done(lan.ask(Method::GET, &proposals)).await;

    assert_eq!(found["components"][0]["fitting"].as_array().unwrap().len(), 1);
    assert_eq!(found["components"][0]["fitting"][0]["entry_id"], birth["id"]);
    assert_eq!(found["components"][0]["near"], json!([]), "what does not fit is not an officer's business");
    for other in [&ended, &diploma] {
        assert_eq!(problem(sent(put(other)).await).await, (404, "not_found".to_owned()));
    }
    let answer = done(put(&birth)).await;
    assert_eq!(answer["attachment"]["channel"], "counter");
    let receipt = &hoa.get("/receipts").await["items"][0]["facts"];
    assert_eq!(receipt["ground"], "authority");
    assert_eq!(receipt["legal_basis"], "Điều 9");
    assert_eq!(receipt["agency_code"], AGENCY);
    assert_eq!(receipt["purpose"], "Giải quyết hồ sơ");
    assert_eq!(receipt["attached_by"], "Người lan");
    let notices = hoa.get("/notices").await;
    assert_eq!(notices["items"][0]["kind"], "authority_used");
    assert_eq!(notices["items"][0]["detail"]["legal_basis"], "Điều 9");
    let records = trail(&hoa, "paper.attach").await;
    assert_eq!(records[0]["outcome"], "done");
    assert_eq!(records[0]["purpose"], "Giải quyết hồ sơ");
    assert_eq!(records[0]["detail"]["agency"], AGENCY);
    assert_eq!(records[0]["detail"]["dossier"], dossier["code"]);
    assert_eq!(records[1..].iter().filter(|one| one["outcome"] == "refused").count(), 3);
    let looked = trail(&hoa, "dossier.proposals").await;
    assert_eq!(looked.iter().filter(|one| one["outcome"] == "done").count(), 1);
    assert_eq!(looked.iter().filter(|one| one["outcome"] == "refused").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_for_five_tries_and_ten_minutes_and_once() {
    let clock = Clock::fixed("2026-11-26T03:00:00Z".parse().unwrap());
    let app = TestApp::start_with(clock.clone(), |_| {}).await;
    import(&app).await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    paper(&hoa, "khai sinh.pdf", "birth-certificate", json!({})).await;
    let dossier = at_counter(&lan, &hoa).await;
    let asked =
        |body: Value| lan.ask(Method::POST, &format!("/dossiers/{}/consents", id(&dossier))).json(&body);
    let confirm = |consent: &Value, code: &str| {
        let path = format!("/dossiers/{}/consents/{}/confirm", id(&dossier), id(consent));
        lan.ask(Method::POST, &path).json(&json!({ "code": code }))
    };
    let code = async || text(&hoa.get("/notices").await["items"][0]["detail"]["confirm_code"]);
    let wrong = |code: &str| if code == "000000" { "000001" } else { "000000" };

    let first = done(asked(json!({ "kind": "one_time_code" }))).await;
    assert_eq!(first["standing"], "pending");
    assert!(!first.to_string().contains(&code().await), "the officer is not told the code");
    let digits = code().await;
    for left in (0..5).rev() {
        let answer = sent(confirm(&first, wrong(&digits))).await;
        assert_eq!(answer.status(), 403);
        let answer: Value = answer.json().await.unwrap();
        assert_eq!((&answer["code"], &answer["tries_left"]), (&json!("consent_code_wrong"), &json!(left)));
    }
    let right = sent(confirm(&first, &digits)).await;
    assert_eq!(problem(right).await, (410, "consent_code_expired".to_owned()), "after five wrong ones");

    let second = done(asked(json!({ "kind": "one_time_code" }))).await;
    let digits = code().await;
    clock.advance(TimeDelta::minutes(10));
    assert_eq!(problem(sent(confirm(&second, &digits)).await).await.1, "consent_code_expired");

    let third = done(asked(json!({ "kind": "one_time_code" }))).await;
    let digits = code().await;
    clock.advance(TimeDelta::minutes(9));
    let spaced = format!("{} {}", &digits[..3], &digits[3..]);
    assert_eq!(done(confirm(&third, &spaced)).await["standing"], "active");
    assert_eq!(problem(sent(confirm(&third, &digits)).await).await.1, "consent_code_expired", "only once");
    let proposals = format!("/dossiers/{}/proposals", id(&dossier));
    let found = done(lan.ask(Method::GET, &proposals)).await;
    assert_eq!(found["components"][0]["fitting"].as_array().unwrap().len(), 1);

    for _ in 0..2 {
        done(asked(json!({ "kind": "one_time_code" }))).await;
    }
    let often = sent(asked(json!({ "kind": "one_time_code" }))).await;
    assert_eq!(problem(often).await, (429, "too_many_attempts".to_owned()));
    let failed = trail(&hoa, "consent.give").await;
    assert_eq!(failed.iter().filter(|one| one["outcome"] == "failed").count(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawing_closes_what_was_not_received_yet() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let birth = paper(&hoa, "khai sinh.pdf", "birth-certificate", json!({})).await;
    for received in [false, true] {
        let dossier = at_counter(&lan, &hoa).await;
        authority(&lan, &dossier).await;
        let attachment = attached(&lan, &dossier, "birth", &birth).await;
        if received {
            go(&lan, &dossier, "receive").await;
        }
        let consents = hoa.get("/consents").await;
        let consent = &consents["items"][0];
        assert_eq!(consent["standing"], "active");
        assert_eq!(consent["dossier_code"], dossier["code"]);
        assert_eq!(consent["asked_by_name"], "Người lan");

        assert_eq!(hoa.delete(&format!("/consents/{}", id(consent))).await.status(), 204);

        assert_eq!(hoa.get("/consents").await["items"][0]["standing"], "withdrawn");
        let proposals = sent(lan.ask(Method::GET, &format!("/dossiers/{}/proposals", id(&dossier)))).await;
        assert_eq!(problem(proposals).await, (403, "consent_needed".to_owned()));
        let content = format!("/dossiers/{}/attachments/{}/content", id(&dossier), id(&attachment));
        let status = sent(lan.ask(Method::GET, &content)).await.status();
        assert_eq!(status, if received { 200 } else { 404 });
        let foreign = lan.delete(&format!("/consents/{}", id(consent))).await;
        assert_eq!(problem(foreign).await.0, 404, "only the owner's side withdraws");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_an_owner_up_tells_little_and_is_kept() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let nam = app.person("nam").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let path = format!("/officer/owners?identity_number={}", hoa.identity_number);

    let found = done(lan.ask(Method::GET, &path)).await;

    assert_eq!(found, json!({ "has_vault": true, "name": "Người hoa" }));
    assert_eq!(problem(sent(lan.request(Method::GET, &path)).await).await.1, "purpose_missing");
    assert_eq!(problem(sent(nam.ask(Method::GET, &path)).await).await, (403, "not_allowed".to_owned()));
    let records = trail(&hoa, "owner.look_up").await;
    let outcomes =
        records.iter().map(|one| (text(&one["actor_name"]), text(&one["outcome"]))).collect::<Vec<_>>();
    let expected = [("Người nam", "refused"), ("Người lan", "refused"), ("Người lan", "done")];
    assert_eq!(outcomes, expected.map(|(who, outcome)| (who.to_owned(), outcome.to_owned())));
    assert_eq!(records[2]["purpose"], "Giải quyết hồ sơ");

    let nobody = "/officer/owners?identity_number=001099999999";
    for _ in 0..20 {
        assert_eq!(done(lan.ask(Method::GET, nobody)).await, json!({ "has_vault": false, "name": null }));
    }
    let often = sent(lan.ask(Method::GET, &path)).await;
    assert_eq!(problem(often).await, (429, "too_many_attempts".to_owned()));
    assert_eq!(trail(&hoa, "owner.look_up").await[0]["outcome"], "refused", "kept, though refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_opens_dossiers_for_the_own_agency_and_never_for_oneself() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let body = |agency: &str, owner: &str| json!({ "procedure": PROCEDURE, "receiving_agency": agency, "owner_identity": owner });
    let foreign =
        sent(lan.ask(Method::POST, "/dossiers").json(&body(OTHER_AGENCY, &hoa.identity_number))).await;
    assert_eq!(problem(foreign).await, (403, "not_allowed".to_owned()));
    let own = sent(lan.ask(Method::POST, "/dossiers").json(&body(AGENCY, &lan.identity_number))).await;
    assert_eq!(problem(own).await, (403, "not_allowed".to_owned()));
    let bare = sent(lan.request(Method::POST, "/dossiers").json(&body(AGENCY, &hoa.identity_number))).await;
    assert_eq!(problem(bare).await, (403, "purpose_missing".to_owned()));
    assert_eq!(trail(&hoa, "dossier.open").await.len(), 2, "both refusals stand in the owner's trail");

    // Somebody without a vault gets one, under the name that the officer read.
    let mut new = body(AGENCY, "001055000111");
    assert_eq!(sent(lan.ask(Method::POST, "/dossiers").json(&new)).await.status(), 422);
    new["owner_name"] = json!("Lê Thị Mới");
    let dossier = done(lan.ask(Method::POST, "/dossiers").json(&new)).await;
    assert_eq!(dossier["owner"]["name"], "Lê Thị Mới");
    let code = lan
        .ask(Method::POST, &format!("/dossiers/{}/consents", id(&dossier)))
        .json(&json!({ "kind": "one_time_code" }));
    assert_eq!(problem(sent(code).await).await, (409, "owner_not_reachable".to_owned()));
}
