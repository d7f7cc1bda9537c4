//! What other systems push under their own keys: dossiers, digitised components, results (J4, J5, K1).

use kho::domain::clock::Clock;
use kho_signature::x509::Certificate;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::dossier_world::{PROCEDURE, RESULT, import};
use crate::oauth::OneStop;
use crate::signatures::{day, trust};
use crate::signed::world::{NOW, world};
use crate::support::{AGENCY, Person, Program, TestApp, operator, pdf, problem, text};

/// A system that pushes for [`AGENCY`], and a deployment that knows the procedure.
pub struct Pushing {
    pub app: TestApp,
    pub one_stop: OneStop,
    pub program: Program,
    pub base: String,
}

impl Pushing {
    pub async fn start() -> Self {
        Self::start_at(Clock::System).await
    }

    pub async fn start_at(clock: Clock) -> Self {
        Self::start_with(clock, |_| {}).await
    }

    pub async fn start_with(clock: Clock, change: impl FnOnce(&mut kho::config::Config)) -> Self {
        let app = TestApp::start_with(clock, change).await;
        import(&app).await;
        let one_stop = OneStop::of(&app, "mot-cua", &[AGENCY]).await;
        let mut program = one_stop.program(&app).await;
        let base = format!("{}/integration/v1", app.url);
        program.base = base.clone();
        Self { app, one_stop, program, base }
    }

    /// What a push of a dossier takes, for an owner.
    pub fn dossier(owner: &str) -> Value {
        json!({
            "procedure": PROCEDURE, "owner_identity": owner, "owner_name": "Nguyễn Thị Lan", "receiving_agency": AGENCY,
        })
    }

    pub async fn push(&self, key: &str, body: &Value) -> Response {
        self.program.send(Method::PUT, &format!("/dossiers/{key}"), body.clone()).await
    }

    /// A dossier that must be taken; its answer.
    pub async fn pushed(&self, key: &str, body: &Value) -> Value {
        taken(self.push(key, body).await).await
    }

    pub async fn paper(&self, path: &str, metadata: &Value, bytes: &[u8]) -> Response {
        send_paper(&self.program, path, metadata, bytes).await
    }
}

pub async fn send_paper(program: &Program, path: &str, metadata: &Value, bytes: &[u8]) -> Response {
    let form = Form::new()
        .part("metadata", Part::text(metadata.to_string()))
        .part("file", Part::bytes(bytes.to_vec()).file_name("a.pdf"));
    program.request(Method::PUT, path).multipart(form).send().await.unwrap()
}

/// The body of an answer of success.
pub async fn taken(answer: Response) -> Value {
    let status = answer.status();
    let body = answer.text().await.unwrap();
    assert!(status.is_success(), "{status}: {body}");
    serde_json::from_str(&body).unwrap()
}

fn birth() -> Value {
    json!({ "name": "Giấy khai sinh.pdf", "number": "12/2019", "issued_on": "2019-03-12" })
}

fn result() -> Value {
    json!({ "name": "Kết quả.pdf", "result_type": RESULT, "number": "7/2026" })
}

/// The documents of a vault's default folder.
pub async fn documents(person: &Person, folder: &str) -> Vec<Value> {
    let root = person.get(&format!("/entries/{}/children", person.root)).await;
    let found = root["items"].as_array().unwrap().iter().find(|item| item["system_code"] == folder);
    let id = text(&found.unwrap_or_else(|| panic!("no folder {folder} in {root:#}"))["id"]);
    let children = person.get(&format!("/entries/{id}/children")).await;
    children["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_is_opened_once_and_follows_what_its_system_says() {
    let pushing = Pushing::start().await;
    let hoa = pushing.app.person("hoa").await;
    let mut body = Pushing::dossier(&hoa.identity_number);

    let opened = pushing.push("MC-1", &body).await;
    assert_eq!(opened.status(), 201);
    let opened: Value = opened.json().await.unwrap();
    assert_eq!((&opened["outcome"], &opened["state"]), (&json!("created"), &json!("received")));
    let again = pushing.push("MC-1", &body).await;
    assert_eq!(again.status(), 200);
    let again: Value = again.json().await.unwrap();
    assert_eq!(again["outcome"], "unchanged");
    assert_eq!(again["dossier_id"], opened["dossier_id"]);

    body["state"] = json!("decided");
    body["summary"] = json!("Khai sinh cho con");
    let updated = pushing.pushed("MC-1", &body).await;
    assert_eq!((&updated["outcome"], &updated["state"]), (&json!("updated"), &json!("decided")));
    let seen = hoa.get(&format!("/dossiers/{}", text(&opened["dossier_id"]))).await;
    assert_eq!(seen["code"], opened["dossier_code"]);
    assert_eq!(seen["channel"], "system");
    let moves = seen["moves"].as_array().unwrap().iter().map(|step| text(&step["move"])).collect::<Vec<_>>();
    assert_eq!(moves, ["open", "receive", "process", "decide"]);

    body["state"] = json!("received");
    assert_eq!(problem(pushing.push("MC-1", &body).await).await, (409, "move_not_allowed".to_owned()));
    let mut other = body.clone();
    other["owner_identity"] = json!("099200000009");
    assert_eq!(problem(pushing.push("MC-1", &other).await).await, (422, "invalid_input".to_owned()));
    // The owner finds it in the trail.
    let trail = hoa.get(&format!("/vaults/{}/audit?act=dossier.push", hoa.vault)).await;
    assert_eq!(trail["items"].as_array().unwrap().len(), 2);
    assert_eq!(trail["items"][0]["detail"]["key"], "MC-1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_an_officer_compared_lies_authenticated_in_the_vault_and_in_the_dossier() {
    let pushing = Pushing::start().await;
    let hoa = pushing.app.person("hoa").await;
    let dossier = pushing.pushed("MC-1", &Pushing::dossier(&hoa.identity_number)).await;
    let path = "/dossiers/MC-1/components/birth/files/1";
    let (first, second) = (pdf(3_000), pdf(4_000));
    let mut metadata = birth();
    metadata["compared_by"] = json!("Trần Văn Bình");

    let answer = pushing.paper(path, &metadata, &first).await;
    assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    let papers = documents(&hoa, "civil-status").await;
    assert_eq!(papers.len(), 1);
    let document = &papers[0]["document"];
    assert_eq!(document["type_code"], "birth-certificate", "the component takes only that");
    assert_eq!((&document["source"], &document["trust_level"]), (&json!("digitised"), &json!(2)));
    assert_eq!(document["number"], "12/2019");
    let id = text(&papers[0]["id"]);
    let content = hoa.request(Method::GET, &format!("/entries/{id}/content")).send().await.unwrap();
    assert_eq!(content.bytes().await.unwrap(), first);
    assert_eq!(problem(hoa.try_trash(&papers[0]).await).await, (409, "document_authenticated".to_owned()));

    // The same again, and other content: the next version of the same paper.
    let again = taken(pushing.paper(path, &metadata, &first).await).await;
    assert_eq!((&again["outcome"], &again["version"]), (&json!("unchanged"), &json!(1)));
    let next = taken(pushing.paper(path, &metadata, &second).await).await;
    assert_eq!((&next["outcome"], &next["version"]), (&json!("updated"), &json!(2)));
    assert_eq!(next["entry_id"], id.as_str());
    let papers = documents(&hoa, "civil-status").await;
    assert_eq!(papers.len(), 1);
    assert_eq!(papers[0]["document"]["trust_level"], 2);

    let seen = hoa.get(&format!("/dossiers/{}", text(&dossier["dossier_id"]))).await;
    assert_eq!(seen["complete"], true, "{seen:#}");
    let notices = hoa.get("/notices").await;
    let received = notices["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "paper_received");
    assert_eq!(received.count(), 2);
    let trail = hoa.get(&format!("/entries/{id}/audit?act=component.push")).await;
    assert_eq!(trail["items"].as_array().unwrap().len(), 2);
    assert_eq!(trail["items"][0]["detail"]["agency"], AGENCY);
    pushing.app.expect_recount(&hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_comes_into_a_vault_that_nobody_has_opened_yet_is_superseded_and_revoked() {
    let pushing = Pushing::start().await;
    pushing.pushed("MC-1", &Pushing::dossier("099300000001")).await;
    let path = "/dossiers/MC-1/results/KQ1";
    let (first, second) = (pdf(3_000), pdf(4_000));
    let one = taken(pushing.paper(path, &result(), &first).await).await;
    let two = taken(pushing.paper(path, &result(), &second).await).await;
    assert_eq!(two["supersedes"], one["entry_id"]);
    assert_ne!(two["entry_id"], one["entry_id"]);

    // The owner gets an account, and finds both.
    let account = json!({
        "login": "lan", "full_name": "Nguyễn Thị Lan", "identity_number": "099300000001", "takes_over": true,
    });
    assert_eq!(pushing.one_stop.admin.post("/admin/accounts", account).await.status(), 201);
    let link = pushing.app.kho.reset_link(&operator(), "lan").await.unwrap();
    let token = &link[link.find("kho_r_").unwrap()..];
    let body = json!({ "token": token, "password": crate::support::PASSWORD });
    let url = format!("{}/api/v1/password-resets/complete", pushing.app.url);
    assert_eq!(pushing.app.stranger().post(url).json(&body).send().await.unwrap().status(), 204);
    let lan = pushing.app.sign_in("lan", "099300000001").await;
    let papers = documents(&lan, "civil-status").await;
    assert_eq!(papers.len(), 2);
    let shown = |id: &Value| papers.iter().find(|paper| paper["id"] == *id).unwrap()["document"].clone();
    assert_eq!(shown(&one["entry_id"])["superseded_by"], two["entry_id"]);
    assert!(shown(&two["entry_id"])["superseded_by"].is_null());
    assert_eq!(shown(&two["entry_id"])["source"], "result");
    let old = format!("/entries/{}/content", text(&one["entry_id"]));
    assert_eq!(lan.request(Method::GET, &old).send().await.unwrap().bytes().await.unwrap(), first);

    let revoked = pushing.program.request(Method::DELETE, &format!("{path}?reason=Sai%20t%C3%AAn"));
    let revoked = taken(revoked.send().await.unwrap()).await;
    assert_eq!(revoked["entry_id"], two["entry_id"]);
    let entry = lan.get(&format!("/entries/{}", text(&two["entry_id"]))).await;
    assert_eq!(entry["document"]["revoked_reason"], "Sai tên");
    let again = pushing.program.request(Method::DELETE, &format!("{path}?reason=Sai%20t%C3%AAn"));
    assert_eq!(taken(again.send().await.unwrap()).await["outcome"], "unchanged");
    let notices = lan.get("/notices").await;
    let told = notices["items"].as_array().unwrap().iter().any(|one| one["kind"] == "result_revoked");
    assert!(told, "{notices:#}");
    pushing.app.expect_recount(&lan.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_falls_leaves_what_an_officer_compared() {
    let pushing = Pushing::start_at(Clock::fixed(day(NOW))).await;
    let (app, world) = (&pushing.app, world());
    trust(app, &world.root, true).await;
    let hoa = app.person("hoa").await;
    pushing.pushed("MC-1", &Pushing::dossier(&hoa.identity_number)).await;
    let mut metadata = birth();
    metadata["compared_by"] = json!("Trần Văn Bình");
    let path = "/dossiers/MC-1/components/birth/files/1";
    let pushed = taken(pushing.paper(path, &metadata, &world.paper()).await).await;
    assert_eq!(pushed["trust_level"], 2);
    app.run_jobs().await;
    let entry = hoa.get(&format!("/entries/{}", text(&pushed["entry_id"]))).await;
    assert_eq!(entry["document"]["trust_level"], 3, "its issuer signed it");

    // The anchor no longer speaks for issuers.
    let anchor = Certificate::from_der(&world.root).unwrap();
    let digest = data_encoding::HEXLOWER.encode(anchor.sha256());
    app.kho.remove_trust(&operator(), &digest).await.unwrap();
    app.kho.clock.advance(chrono::TimeDelta::minutes(11));
    app.run_jobs().await;
    let entry = hoa.get(&format!("/entries/{}", text(&pushed["entry_id"]))).await;
    assert_eq!(entry["document"]["trust_level"], 2);
    app.expect_recount(&hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_vault_takes_results_and_its_ledger_stays_right() {
    let pushing = Pushing::start().await;
    let hoa = pushing.app.person("hoa").await;
    let path = format!("/admin/vaults/{}", hoa.vault);
    let full = pushing.one_stop.admin.send(Method::PATCH, &path, json!({ "quota_bytes": 1_000 })).await;
    assert_eq!(full.status(), 200);
    pushing.pushed("MC-1", &Pushing::dossier(&hoa.identity_number)).await;
    taken(pushing.paper("/dossiers/MC-1/results/KQ1", &result(), &pdf(5_000)).await).await;
    let usage = hoa.get(&format!("/vaults/{}", hoa.vault)).await;
    assert_eq!(usage["used_bytes"], 5_000, "{usage:#}");
    let recount = pushing.app.kho.recount(hoa.vault.parse().unwrap()).await.unwrap();
    assert!(recount.agrees(), "{recount:#?}");
    let form = Form::new().part("file", Part::bytes(pdf(900)).file_name("a.pdf"));
    let own = hoa.request(Method::POST, &format!("/entries/{}/documents", hoa.root)).multipart(form);
    assert_eq!(problem(own.send().await.unwrap()).await, (409, "quota_exceeded".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_pushes_for_its_own_agencies_and_as_far_as_its_scopes_go() {
    let pushing = Pushing::start().await;
    pushing.app.agency("H99.02").await;
    let mut elsewhere = Pushing::dossier("099300000001");
    elsewhere["receiving_agency"] = json!("H99.02");
    assert_eq!(problem(pushing.push("MC-1", &elsewhere).await).await, (403, "not_allowed".to_owned()));

    pushing.pushed("MC-2", &Pushing::dossier("099300000001")).await;
    // Taken away, the agency's dossiers are gone for it at once, whatever its token says.
    assert_eq!(pushing.one_stop.may(AGENCY, json!(["dossier_write"])).await.status(), 200);
    let answer = pushing.paper("/dossiers/MC-2/results/KQ1", &result(), &pdf(900)).await;
    assert_eq!(problem(answer).await, (403, "not_allowed".to_owned()));
    assert_eq!(pushing.one_stop.may(AGENCY, json!([])).await.status(), 200);
    let answer = pushing.push("MC-2", &Pushing::dossier("099300000001")).await;
    assert_eq!(problem(answer).await, (403, "not_allowed".to_owned()));

    // A person has no agency at all.
    let hoa = pushing.app.person("hoa").await;
    let url = format!("{}/dossiers/MC-3", pushing.base);
    let request = hoa.client.put(url).header("X-CSRF-Token", &hoa.csrf);
    let answer = request.json(&Pushing::dossier(&hoa.identity_number)).send().await.unwrap();
    assert_eq!(problem(answer).await, (403, "not_allowed".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_its_parts_in_order_or_with_another_hash_leaves_nothing() {
    let pushing = Pushing::start().await;
    pushing.pushed("MC-1", &Pushing::dossier("099300000001")).await;
    let path = "/dossiers/MC-1/results/KQ1";
    let put = |form: Form| async { pushing.program.request(Method::PUT, path).multipart(form).send().await };
    let file = || Part::bytes(pdf(900)).file_name("a.pdf");
    let wrong_order = Form::new().part("file", file()).part("metadata", Part::text(result().to_string()));
    assert_eq!(put(wrong_order).await.unwrap().status(), 422);
    let no_file = Form::new().part("metadata", Part::text(result().to_string()));
    assert_eq!(put(no_file).await.unwrap().status(), 422);
    let mut other = result();
    other["sha256"] = json!("0".repeat(64));
    let answer = pushing.paper(path, &other, &pdf(900)).await;
    assert_eq!(problem(answer).await, (422, "checksum_mismatch".to_owned()));
    let mut unknown = result();
    unknown["result_type"] = json!("khong-co");
    assert_eq!(pushing.paper(path, &unknown, &pdf(900)).await.status(), 422);
    // Nothing of it was kept: the first that is right is the first there is.
    let first = pushing.paper(path, &result(), &pdf(900)).await;
    assert_eq!(first.status(), 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_that_was_closed_is_listed_no_more_and_only_what_was_opened_there_goes_on() {
    let pushing = Pushing::start().await;
    pushing.app.agency("H99.02").await;
    let mut body = Pushing::dossier("099300000001");
    pushing.pushed("MC-1", &body).await;
    let admin = &pushing.one_stop.admin;
    let listed = async || {
        let page = admin.get("/agencies?limit=1").await;
        page["items"].as_array().unwrap().iter().map(|one| text(&one["code"])).collect::<Vec<_>>()
    };
    assert_eq!(listed().await, [AGENCY]);
    let path = format!("/catalogue/agencies/{AGENCY}");
    let seen = admin.request(Method::GET, &path).send().await.unwrap().headers()["etag"].clone();
    let closed = admin.request(Method::DELETE, &path).header("If-Match", seen).send().await.unwrap();
    assert!(closed.status().is_success(), "{}", closed.text().await.unwrap());
    assert_eq!(listed().await, ["H99.02"], "the page is filled from those that are open");

    let refused = pushing.push("MC-2", &body).await;
    assert_eq!(refused.status(), 422);
    let refused: Value = refused.json().await.unwrap();
    assert_eq!((&refused["field"], &refused["reason"]), (&json!("receiving_agency"), &json!("closed")));
    body["state"] = json!("processing");
    assert_eq!(pushing.pushed("MC-1", &body).await["outcome"], "updated");
    let officer = crate::dossier_world::officer(&pushing.app, "officer", AGENCY).await;
    let counter =
        json!({ "procedure": PROCEDURE, "receiving_agency": AGENCY, "owner_identity": "099300000001" });
    let refused = officer.request(Method::POST, "/dossiers").header("Kho-Purpose", "x").json(&counter);
    assert_eq!(refused.send().await.unwrap().status(), 422);
}
