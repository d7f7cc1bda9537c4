//! A counter, a procedure and papers, for tests of dossiers.

use kho::domain::policy::Role;
use kho::services::mapping::changes::{Missing, Wish};
use kho::services::roles::Appointment;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::support::{AGENCY, Person, TestApp, operator, pdf, text};

/// A procedure that asks for a birth certificate, for an identity card of trust or a passport, for a mandate where it was answered so, and for
/// whatever else one likes.
pub const PROCEDURE: &str = "9.000001";
/// What the procedure ends with.
pub const RESULT: &str = "thu-khai-sinh";
/// Another agency, which has nothing to do with most dossiers.
pub const OTHER_AGENCY: &str = "H99.02";
/// One that decides what [`AGENCY`] receives, in some tests.
pub const PROCESSING_AGENCY: &str = "H99.03.1";

fn words(vi: &str) -> Value {
    json!({ "vi": vi, "en": format!("{vi} (en)") })
}

/// The catalogue of the tests: what it holds is added to the built-in one.
pub fn catalogue() -> Value {
    let agency = |code: &str| json!({ "code": code, "name": words(&format!("Cơ quan {code}")), "level": "commune", "parent": null });
    let component = |code: &str, need: &str, accepts: Value| json!({ "code": code, "name": words(&format!("Thành phần {code}")), "need": need, "accepts": accepts });
    let mut mandate = component("mandate", "conditional", json!(["passport"]));
    mandate["when"] = json!("authorised");
    let mut fresh = component("fresh", "optional", json!(["marital-status-confirmation"]));
    fresh["max_age"] = json!("P6M");
    json!({
        "format": "kho-catalogue/1",
        "agencies": [agency(AGENCY), agency(OTHER_AGENCY), agency(PROCESSING_AGENCY)],
        "result_types": [{ "code": RESULT, "name": words("Giấy khai sinh (kết quả)"), "document_type": "birth-certificate" }],
        "procedures": [{
            "code": PROCEDURE, "name": words("Thủ tục thử"), "field": { "code": "civil-status", "name": words("Hộ tịch") },
            "level": "commune", "for": ["person", "organisation"], "working_days": 5, "online": true,
            "conditions": [{ "code": "authorised", "question": words("Có ủy quyền không?") }],
            "components": [component("birth", "required", json!(["birth-certificate"])), mandate, fresh],
            "results": [RESULT],
        }, {
            "code": "9.000002", "name": words("Chỉ tại quầy"), "field": { "code": "civil-status", "name": words("Hộ tịch") },
            "level": "commune", "for": ["person"], "online": false,
            "components": [component("birth", "required", json!(["birth-certificate"]))],
        }],
    })
}

pub async fn import(app: &TestApp) {
    let file = serde_json::from_value(catalogue()).expect("a catalogue");
    let seen = app.kho.view_catalogue(&operator(), None).await.expect("the catalogue").number;
    let wish = Wish { seen: Some(seen), ..Wish::default() };
    let outcome = app.kho.import_catalogue(&operator(), file, Missing::Keep, wish).await;
    let outcome = outcome.expect("the catalogue is taken");
    assert!(outcome.faults.is_empty(), "{:?}", outcome.faults);
}

/// An application that knows the procedure.
pub async fn start() -> TestApp {
    let app = TestApp::start().await;
    import(&app).await;
    app
}

/// An officer of an agency.
pub async fn officer(app: &TestApp, login: &str, agency: &str) -> Person {
    let person = app.person(login).await;
    let appointment = Appointment { account: login, role: Role::Officer, agency: Some(agency) };
    app.kho.give_role(&operator(), appointment).await.expect("the role is given");
    person
}

/// Someone who says why.
pub trait WithPurpose {
    fn ask(&self, method: Method, path: &str) -> RequestBuilder;
}

impl WithPurpose for Person {
    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let purpose =
            percent_encoding::utf8_percent_encode("Giải quyết hồ sơ", percent_encoding::NON_ALPHANUMERIC);
        self.request(method, path).header("Kho-Purpose", purpose.to_string())
    }
}

/// What a request that must succeed answers.
pub async fn done(request: RequestBuilder) -> Value {
    let answer = request.send().await.expect("an answer");
    let status = answer.status();
    let body = answer.text().await.expect("a body");
    assert!(status.is_success(), "{status}: {body}");
    if body.is_empty() { Value::Null } else { serde_json::from_str(&body).expect("JSON") }
}

pub async fn sent(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

/// A paper of a type in somebody's vault.
pub async fn paper(person: &Person, name: &str, type_code: &str, more: Value) -> Value {
    paper_in(person, &person.root, name, type_code, more).await
}

pub async fn paper_in(person: &Person, folder: &str, name: &str, type_code: &str, more: Value) -> Value {
    let document = person.document(folder, name, &pdf(900)).await;
    let mut changes = json!({ "type_code": type_code });
    for (field, value) in more.as_object().into_iter().flatten() {
        changes[field] = value.clone();
    }
    let answer = person.patch(&document, changes).await;
    assert_eq!(answer.status(), 200, "{name}: {}", answer.text().await.unwrap_or_default());
    answer.json().await.expect("JSON")
}

/// A citizen's new dossier at [`AGENCY`].
pub async fn opened(person: &Person) -> Value {
    let body = json!({ "procedure": PROCEDURE, "receiving_agency": AGENCY });
    done(person.request(Method::POST, "/dossiers").json(&body)).await
}

/// A dossier that an officer opened at the counter for somebody.
pub async fn at_counter(officer: &Person, owner: &Person) -> Value {
    let body = json!({
        "procedure": PROCEDURE, "receiving_agency": AGENCY, "owner_identity": owner.identity_number,
    });
    done(officer.ask(Method::POST, "/dossiers").json(&body)).await
}

pub fn id(thing: &Value) -> String {
    text(&thing["id"])
}

pub fn attach_path(dossier: &Value, component: &str) -> String {
    format!("/dossiers/{}/components/{component}/attachments", id(dossier))
}

/// Attaches a paper; its body in the dossier.
pub async fn attached(person: &Person, dossier: &Value, component: &str, paper: &Value) -> Value {
    let body = json!({ "entry_id": paper["id"] });
    done(person.ask(Method::PUT, &attach_path(dossier, component)).json(&body)).await["attachment"].clone()
}

/// Makes a move; the answer.
pub async fn moved(person: &Person, dossier: &Value, wanted: Value) -> Response {
    sent(person.ask(Method::POST, &format!("/dossiers/{}/moves", id(dossier))).json(&wanted)).await
}

/// Makes a move that must succeed; the dossier.
pub async fn go(person: &Person, dossier: &Value, wanted: &str) -> Value {
    let path = format!("/dossiers/{}/moves", id(dossier));
    done(person.ask(Method::POST, &path).json(&json!({ "move": wanted }))).await
}

/// A dossier with a birth certificate, handed in online; the dossier, the paper and the attachment.
pub async fn submitted(person: &Person) -> (Value, Value, Value) {
    let birth = paper(person, "khai sinh.pdf", "birth-certificate", json!({})).await;
    let dossier = opened(person).await;
    let attachment = attached(person, &dossier, "birth", &birth).await;
    let dossier = go(person, &dossier, "submit").await;
    (dossier, birth, attachment)
}

/// A live consent by an authority.
pub async fn authority(officer: &Person, dossier: &Value) -> Value {
    let body = json!({ "kind": "authority", "legal_basis": "Điều 9", "reason": "Không có điện thoại" });
    done(officer.ask(Method::POST, &format!("/dossiers/{}/consents", id(dossier))).json(&body)).await
}

/// The records of an act in a vault's trail, the newest first.
pub async fn trail(person: &Person, act: &str) -> Vec<Value> {
    let list = person.get(&format!("/vaults/{}/audit?act={act}&limit=500", person.vault)).await;
    list["items"].as_array().expect("items").clone()
}

/// The newest record of a vault's trail.
pub async fn last_record(person: &Person) -> Value {
    person.get(&format!("/vaults/{}/audit?limit=1", person.vault)).await["items"][0].clone()
}
