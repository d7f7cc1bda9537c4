//! The callers, the vault they aim at, and the things that a probe needs.

use std::future::Future;
use std::pin::Pin;

use base64::Engine as _;
use chrono::{NaiveDate, TimeDelta};
use kho::domain::clock::Clock;
use kho::domain::page::PageRequest;
use kho::services::Kho;
use kho::services::tokens::TokenRequest;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use super::Who;
use crate::support::{Organisation, PASSWORD, Person, Program, TestApp, operator, pdf, text};

/// Makes what a route needs and answers what is to be sent.
pub type Make = for<'w> fn(&'w World, Who) -> Pin<Box<dyn Future<Output = Ask> + 'w>>;

/// A request, but for who sends it.
pub struct Ask {
    path: String,
    body: Option<Value>,
    form: Option<Form>,
    bytes: Option<Vec<u8>>,
    headers: Vec<(&'static str, String)>,
    /// A session made for this request alone, where the request ends it.
    person: Option<Person>,
}

/// A request without a body.
pub fn ask(path: impl Into<String>) -> Ask {
    Ask { path: path.into(), body: None, form: None, bytes: None, headers: Vec::new(), person: None }
}

impl Ask {
    pub fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// A small PDF in a form.
    pub fn file(mut self, name: &str) -> Self {
        self.form = Some(Form::new().part("file", Part::bytes(pdf(600)).file_name(name.to_owned())));
        self
    }

    /// A small PDF in a form, after what is said of it.
    pub fn paper(mut self, metadata: &Value) -> Self {
        let form = Form::new().part("metadata", Part::text(metadata.to_string()));
        self.form = Some(form.part("file", Part::bytes(pdf(600)).file_name("a.pdf")));
        self
    }

    /// A signed paper in a form.
    pub fn signed_file(mut self) -> Self {
        let file = crate::signed::world::world().paper();
        self.form = Some(Form::new().part("file", Part::bytes(file).file_name("a.pdf")));
        self
    }

    /// A raw body of so many bytes of a PDF.
    pub fn bytes(mut self, media_type: &'static str, size: usize) -> Self {
        self.bytes = Some(pdf(size));
        self.header("Content-Type", media_type)
    }

    /// Fields of a form without a file.
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let encoded = |text: &str| text.replace(['&', '=', '+', '%', ' '], "");
        let pairs = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
        self.bytes = Some(pairs.collect::<Vec<_>>().join("&").into_bytes());
        self.header("Content-Type", "application/x-www-form-urlencoded")
    }

    pub fn tus(self) -> Self {
        self.header("Tus-Resumable", "1.0.0")
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// For a purpose, as officers ask.
    pub fn purpose(self) -> Self {
        self.header("Kho-Purpose", "Giai%20quyet")
    }

    /// Under the ETag of what was just made.
    pub fn if_match(self, thing: &Value) -> Self {
        self.header("If-Match", format!("\"{}\"", thing["rev"]))
    }

    pub fn by(mut self, person: Option<Person>) -> Self {
        self.person = person;
        self
    }
}

pub struct World {
    app: TestApp,
    people: Vec<(Who, Person)>,
    programs: Vec<(Who, Program)>,
    pub organisation: Organisation,
    /// A folder of the organisation that is shared with four people.
    pub folder: String,
    /// A document in it that probes only read.
    pub document: String,
    /// A document with a thumbnail, in the shared folder too.
    pub photo: String,
    /// A document that somebody signed, there too.
    pub signed: String,
    next: std::sync::atomic::AtomicU32,
}

/// A dossier of the organisation with a photo in it.
pub struct NewDossier {
    pub id: String,
    pub body: Value,
    pub attachment: String,
    pub receipt: String,
}

/// The scopes of a program that may do all that its account may.
const EVERY_SCOPE: [&str; 12] = [
    "vault_read",
    "vault_write",
    "share",
    "account",
    "audit",
    "admin",
    "dossier_read",
    "dossier_write",
    "result_write",
    "register_write",
    "catalogue_write",
    "paper_read",
];

impl World {
    pub async fn make() -> Self {
        // Every caller is at one address, which has few look-ups a minute.
        let app = TestApp::start_with(Clock::System, |config| config.verify_per_minute = 1_000).await;
        let mut people = Vec::new();
        for (who, login) in [
            (Who::Owner, "owner"),
            (Who::Editor, "editor"),
            (Who::Viewer, "viewer"),
            (Who::Seer, "seer"),
            (Who::Reader, "reader"),
            (Who::Writer, "writer"),
            (Who::Sharer, "sharer"),
            (Who::Stranger, "stranger"),
            (Who::Officer, "officer"),
            (Who::AgencyAdmin, "agency-admin"),
            (Who::SystemAdmin, "system-admin"),
            (Who::Auditor, "auditor"),
        ] {
            people.push((who, app.person(login).await));
        }
        for (login, role) in [
            ("officer", "officer"),
            ("agency-admin", "agency_admin"),
            ("system-admin", "system_admin"),
            ("auditor", "auditor"),
        ] {
            app.with_role(login, role).await;
        }
        crate::dossier_world::import(&app).await;
        let organisation = app.organisation("0100000001", "owner").await;
        app.member(&organisation, "editor", "editor").await;
        app.member(&organisation, "viewer", "viewer").await;
        let owner = &people[0].1;
        let folder = text(&owner.folder(&organisation.root, "Được chia sẻ").await["id"]);
        let document = text(&owner.document(&folder, "a.pdf", &pdf(900)).await["id"]);
        // One that shows something: a picture of one colour is a blank page, and no dossier takes it.
        let shown = include_bytes!("../../readability/photo.jpg");
        let photo = text(&owner.document(&folder, "a.jpg", shown).await["id"]);
        let signed = crate::signed::world::world().paper();
        let signed = text(&owner.document(&folder, "signed.pdf", &signed).await["id"]);
        let birth = owner.get(&format!("/entries/{photo}")).await;
        let typed = owner.patch(&birth, json!({ "type_code": "birth-certificate" })).await;
        assert_eq!(typed.status(), 200, "the photo has a type");
        app.run_jobs().await;
        for (recipient, rights) in [
            ("seer", json!(["view"])),
            ("reader", json!(["view", "download"])),
            ("writer", json!(["view", "download", "edit"])),
            ("sharer", json!(["view", "download", "reshare"])),
        ] {
            let grant = json!({ "entry_id": folder, "recipient": { "login": recipient }, "rights": rights });
            assert_eq!(owner.post("/grants", grant).await.status(), 201, "a grant to {recipient}");
        }
        let reading = owner.token(&app, &["vault_read"]).await;
        let client = client(&app.kho, &format!("{}/api/v1", app.url)).await;
        let scopes = EVERY_SCOPE.iter().filter_map(|scope| kho::domain::policy::Scope::parse(scope));
        let scopes = scopes.filter(|scope| scope.is_of_agencies()).collect::<Vec<_>>();
        let agency = crate::support::AGENCY;
        app.kho.set_client_agency(&operator(), "one-stop", agency, &scopes).await.expect("an agency");
        let programs = vec![(Who::ReadToken, reading), (Who::Client, client)];
        let next = std::sync::atomic::AtomicU32::new(0);
        Self { app, people, programs, organisation, folder, document, photo, signed, next }
    }

    /// Sends a request as a caller.
    pub async fn send(&self, who: Who, route: &str, ask: Ask) -> Response {
        let (method, _) = route.split_once(' ').expect("a method and a path");
        let method: Method = method.parse().expect("a method");
        let mut request = match &ask.person {
            Some(person) => person.request(method, &ask.path),
            None => self.request(who, method, &ask.path),
        };
        for (name, value) in ask.headers {
            request = request.header(name, value);
        }
        if let Some(body) = ask.body {
            request = request.json(&body);
        }
        if let Some(form) = ask.form {
            request = request.multipart(form);
        }
        if let Some(bytes) = ask.bytes {
            request = request.body(bytes);
        }
        request.send().await.expect("an answer")
    }

    fn request(&self, who: Who, method: Method, path: &str) -> RequestBuilder {
        // Paths outside the API begin with `!`.
        let (base, path) = match path.strip_prefix('!') {
            Some(path) => (self.app.url.clone(), path),
            None => (format!("{}/api/v1", self.app.url), path),
        };
        if let Some(person) = self.person(who) {
            let request = person.client.request(method, format!("{base}{path}"));
            return request.header("X-CSRF-Token", &person.csrf);
        }
        let request = reqwest::Client::new().request(method, format!("{base}{path}"));
        match self.programs.iter().find(|(held, _)| *held == who) {
            Some((_, program)) => request.bearer_auth(&program.secret),
            None => request,
        }
    }

    pub fn person(&self, who: Who) -> Option<&Person> {
        self.people.iter().find(|(held, _)| *held == who).map(|(_, person)| person)
    }

    pub fn owner(&self) -> &Person {
        &self.people[0].1
    }

    /// A name that nothing has yet.
    pub fn name(&self, stem: &str) -> String {
        format!("{stem} {}", self.next.fetch_add(1, std::sync::atomic::Ordering::SeqCst))
    }

    /// A new document in the shared folder.
    pub async fn new_document(&self) -> Value {
        self.owner().document(&self.folder, &format!("{}.pdf", self.name("tờ")), &pdf(700)).await
    }

    /// The caller signed in once more, for requests that end a session.
    pub async fn new_session(&self, who: Who) -> Option<Person> {
        let person = self.person(who)?;
        Some(self.app.sign_in_with(&person.login, &person.identity_number, PASSWORD).await)
    }

    /// A new person where the caller is a person.
    pub async fn new_person_like(&self, who: Who) -> Option<Person> {
        self.person(who)?;
        Some(self.app.person(&self.name("dan").replace(' ', ".")).await)
    }

    /// The id of a session of the caller's that is not the one it comes with, or one that nobody has.
    pub async fn session_to_end(&self, who: Who) -> String {
        let Some(other) = self.new_session(who).await else { return nothing() };
        let list = other.get("/sessions").await;
        let items = list["items"].as_array().expect("items");
        let current = items.iter().find(|item| item["current"] == true).expect("the session asked with");
        text(&current["id"])
    }

    /// The id of a token of the caller's, or one that nobody has.
    pub async fn token_to_revoke(&self, who: Who) -> String {
        let Some(person) = self.person(who) else { return nothing() };
        let body = json!({ "name": "x", "scopes": ["vault_read"], "expires_at": self.tomorrow() });
        let token: Value = person.post("/tokens", body).await.json().await.expect("a token");
        text(&token["id"])
    }

    pub fn tomorrow(&self) -> String {
        (self.app.kho.clock.now() + chrono::TimeDelta::days(1)).to_rfc3339()
    }

    /// A new person's login.
    pub async fn new_person(&self) -> String {
        let login = self.name("dan").replace(' ', ".");
        self.app.person(&login).await;
        login
    }

    /// A new person who is an officer; the login.
    pub async fn new_officer(&self) -> String {
        let login = self.new_person().await;
        self.app.with_role(&login, "officer").await;
        login
    }

    /// A new program of another system; its login.
    pub async fn new_client(&self) -> String {
        let login = self.name("may").replace(' ', ".");
        let name = kho::domain::identity::FullName::parse("Máy").expect("a name");
        let parsed = kho::domain::identity::Login::parse(&login).expect("a login");
        self.app.kho.create_client(&operator(), parsed, name).await.expect("a client");
        login
    }

    /// A new program that may act for an agency, and its secret.
    pub async fn new_client_with_secret(&self) -> (String, String) {
        let (login, kho) = (self.new_client().await, &self.app.kho);
        let scopes = [kho::domain::policy::Scope::DossierRead];
        let agency = crate::support::AGENCY;
        kho.set_client_agency(&operator(), &login, agency, &scopes).await.expect("an agency");
        let secret = kho.make_client_secret(&operator(), &login).await.expect("a secret");
        (login, secret.expose().to_owned())
    }

    /// A new document that the owner put into the trash; its id.
    pub async fn new_trashed(&self) -> String {
        let document = self.new_document().await;
        let id = text(&document["id"]);
        let request = self.owner().request(Method::DELETE, &format!("/entries/{id}"));
        let answer = request.header("If-Match", format!("\"{}\"", document["rev"])).send().await.unwrap();
        assert!(answer.status().is_success(), "into the trash: {}", answer.status());
        id
    }

    /// A new grant by the owner on the document, to a new person.
    pub async fn new_grant(&self) -> Value {
        let recipient = json!({ "login": self.new_person().await });
        let grant = json!({ "entry_id": self.document, "recipient": recipient, "rights": ["view"] });
        self.made("/grants", grant).await
    }

    /// The secret of a new link to the shared folder.
    pub async fn new_link(&self) -> String {
        let rights = json!(["view", "download"]);
        let link = json!({ "entry_id": self.folder, "rights": rights, "expires_at": self.tomorrow() });
        text(&self.made("/links", link).await["secret"])
    }

    /// What a tus upload says of its file.
    pub fn upload_metadata(&self, folder: &str) -> String {
        let encoded = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
        format!("filename {},folder_id {}", encoded(&format!("{}.pdf", self.name("tờ"))), encoded(folder))
    }

    /// The path of an upload that the caller began in the own vault, or of none.
    pub async fn upload_of(&self, who: Who) -> String {
        let Some(person) = self.person(who) else { return format!("/uploads/{}", nothing()) };
        let answer = person
            .request(Method::POST, "/uploads")
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", "700")
            .header("Upload-Metadata", self.upload_metadata(&person.root))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 201);
        let location = answer.headers()["location"].to_str().unwrap();
        location.split("/api/v1").nth(1).expect("a path of the API").to_owned()
    }

    /// The caller's account, or that of the owner where the caller has none.
    pub async fn me(&self, who: Who) -> Value {
        let answer = self.request(who, Method::GET, "/me").send().await.unwrap();
        if answer.status() == 200 { answer.json().await.unwrap() } else { self.owner().get("/me").await }
    }

    /// The secret of a new link to set a password.
    pub async fn new_reset(&self) -> String {
        let login = self.new_person().await;
        let link = self.app.kho.reset_link(&operator(), &login).await.expect("a link");
        let start = link.find("kho_r_").expect("a secret in the link");
        link[start..].to_owned()
    }

    /// What opens a dossier of the organisation.
    pub fn dossier_body(&self) -> Value {
        let (procedure, agency) = (crate::dossier_world::PROCEDURE, crate::support::AGENCY);
        json!({ "procedure": procedure, "receiving_agency": agency, "vault_id": self.organisation.vault })
    }

    /// A new dossier with the photo in it, handed in or not.
    pub async fn new_dossier(&self, submitted: bool) -> NewDossier {
        let opened = self.made("/dossiers", self.dossier_body()).await;
        let id = text(&opened["id"]);
        let path = format!("/dossiers/{id}/components/birth/attachments");
        let attached = self.owner().send(Method::PUT, &path, json!({ "entry_id": self.photo })).await;
        assert_eq!(attached.status(), 201, "the photo is attached");
        let attached: Value = attached.json().await.expect("JSON");
        if submitted {
            self.made(&format!("/dossiers/{id}/moves"), json!({ "move": "submit" })).await;
        }
        let body = self.owner().get(&format!("/dossiers/{id}")).await;
        NewDossier {
            id,
            body,
            attachment: text(&attached["attachment"]["id"]),
            receipt: text(&attached["receipt_id"]),
        }
    }

    /// A new dossier for which an officer asked for a code: the dossier, the consent, and the code that the owner was told.
    pub async fn new_consent(&self) -> (String, String, String) {
        let dossier = self.new_dossier(true).await.id;
        let officer = self.person(Who::Officer).expect("an officer");
        let request = officer.request(Method::POST, &format!("/dossiers/{dossier}/consents"));
        let answer =
            request.header("Kho-Purpose", "x").json(&json!({ "kind": "one_time_code" })).send().await;
        let consent: Value = answer.expect("an answer").json().await.expect("a consent");
        let notices = self.owner().get("/notices?limit=1").await;
        (dossier, text(&consent["id"]), text(&notices["items"][0]["detail"]["confirm_code"]))
    }

    /// The code of a version of a new document of the organisation.
    pub async fn new_citation(&self) -> String {
        let document = text(&self.new_document().await["id"]);
        text(&self.made(&format!("/entries/{document}/versions/1/citation"), json!({})).await["code"])
    }

    /// The code of a version of a new paper of somebody's who has nothing to do with the organisation.
    pub async fn new_foreign_citation(&self) -> String {
        let stranger = self.person(Who::Stranger).expect("a stranger");
        let name = format!("{}.pdf", self.name("nhà"));
        let document = stranger.document(&stranger.root, &name, &crate::support::pdf(300)).await;
        let path = format!("/entries/{}/versions/1/citation", text(&document["id"]));
        let made = stranger.send(Method::POST, &path, json!({})).await;
        text(&made.json::<Value>().await.expect("a citation")["code"])
    }

    /// A request for a paper of somebody else in a new dossier of the organisation: its path.
    pub async fn new_paper_request(&self) -> String {
        let dossier = self.new_dossier(false).await.id;
        let code = self.new_foreign_citation().await;
        let path = format!("/dossiers/{dossier}/components/fresh/requests");
        let asked = self.made(&path, json!({ "citation": code })).await;
        format!("/dossiers/{dossier}/requests/{}", text(&asked["id"]))
    }

    /// Somebody's request to see what a new code stands for: its path.
    pub async fn new_citation_request(&self) -> String {
        let code = self.new_citation().await;
        let officer = self.person(Who::Officer).expect("an officer");
        let request = officer.request(Method::POST, &format!("/citations/{code}/requests"));
        let answer = request.header("Kho-Purpose", "x").json(&json!({})).send().await.expect("an answer");
        let asked: Value = answer.json().await.expect("a request");
        format!("/citations/{code}/requests/{}", text(&asked["id"]))
    }

    /// What another system says of a dossier.
    pub fn pushed_dossier(&self) -> Value {
        let (procedure, agency) = (crate::dossier_world::PROCEDURE, crate::support::AGENCY);
        json!({
            "procedure": procedure, "owner_identity": "099900000001", "owner_name": "Nguyễn Văn An", "receiving_agency": agency,
        })
    }

    /// A look-up within a new dossier of the organisation, by an officer.
    pub async fn new_look_up(&self) -> Value {
        let dossier = self.new_dossier(true).await;
        json!({
            "MaHoSo": dossier.body["code"], "SoDinhDanhChuSoHuu": self.organisation.code, "MaThuTuc": crate::dossier_world::PROCEDURE,
            "SoDinhDanhNguoiYeuCau": "099126000002", "HoTenNguoiYeuCau": "Trần Văn Bình", "KenhThucHien": "1",
        })
    }

    /// The path of a file that the client looked up.
    pub async fn new_ticket(&self) -> String {
        let ask = ask("!/facade/v1/tra-cuu-kho").json(self.new_look_up().await);
        let found: Value = self.send(Who::Client, "POST /", ask).await.json().await.expect("JSON");
        let link = text(&found["result"]["DanhSachGiayToKetQua"][0]["DanhSachTepDinhKem"][0]["DuongDan"]);
        link[link.find("/facade/").expect("a path")..].to_owned()
    }

    /// The path of a result that the client pushed.
    pub async fn new_result(&self) -> String {
        let dossier = self.new_dossier(true).await;
        let path = format!("/integration/v1/dossiers/{}/results/1", text(&dossier.body["code"]));
        let ask = ask(format!("!{path}"));
        let ask = ask.paper(&json!({ "name": "a.pdf", "result_type": crate::dossier_world::RESULT }));
        let answer = self.send(Who::Client, "PUT /", ask).await;
        assert_eq!(answer.status(), 201, "a result");
        path
    }

    /// The path of a component's file that the client pushed.
    pub async fn new_component(&self) -> String {
        let dossier = self.new_dossier(true).await;
        let path =
            format!("/integration/v1/dossiers/{}/components/birth/files/1", text(&dossier.body["code"]));
        let answer =
            self.send(Who::Client, "PUT /", ask(format!("!{path}")).paper(&json!({ "name": "a.pdf" }))).await;
        assert_eq!(answer.status(), 201, "a component");
        path
    }

    /// A piece of work that was given up.
    /// Number of the newest version of the catalogue, as `rev`.
    pub async fn catalogue(&self) -> Value {
        json!({ "rev": self.owner().get("/catalogue/versions?limit=1").await["items"][0]["number"] })
    }

    /// A new item of the catalogue that nothing names; its code, and the version it came in as `rev`.
    pub async fn new_item(&self, list: &str) -> (String, Value) {
        let item = self.item(list);
        let code = text(&item["code"]);
        let root = self.person(Who::SystemAdmin).expect("a system administrator");
        let answer = root.send(Method::PUT, &format!("/catalogue/{list}/{code}"), item).await;
        assert_eq!(answer.status(), 200, "a new item of {list}");
        let outcome: Value = answer.json().await.expect("JSON");
        (code, json!({ "rev": outcome["version"] }))
    }

    /// An item of the catalogue that is not there yet.
    pub fn item(&self, list: &str) -> Value {
        let (code, name) = (self.name("H99.8").replace(' ', "."), json!({ "vi": "Mới", "en": "New" }));
        match list {
            "agencies" => json!({ "code": code, "name": name, "level": "commune" }),
            "document-types" => {
                json!({ "code": code, "name": name, "family": "other", "level": "owner", "validity": "permanent" })
            }
            "result-types" => json!({ "code": code, "name": name, "document_type": "other" }),
            "days" => {
                let number = code.rsplit('.').next().and_then(|last| last.parse().ok()).expect("a number");
                let day = NaiveDate::from_ymd_opt(2040, 1, 1).expect("a day") + TimeDelta::days(number);
                json!({ "code": day.to_string(), "name": name })
            }
            _ => json!({
                "code": code, "name": name, "field": { "code": "x", "name": name }, "level": "commune", "for": ["person"],
                "components": [],
            }),
        }
    }

    pub async fn new_dead_job(&self) -> String {
        crate::upkeep::dead_job(&self.app).await
    }

    /// The body of a webhook of the client.
    pub async fn new_webhook(&self) -> Value {
        let wanted = kho::services::mapping::webhooks::Subscription {
            client: "one-stop".to_owned(),
            url: "https://motcua.example.vn/".to_owned(),
            kinds: Vec::new(),
        };
        let new = self.app.kho.create_webhook(&operator(), wanted).await.expect("a webhook");
        json!({ "id": new.endpoint.id, "rev": new.endpoint.rev })
    }

    /// A webhook that is to be told of something; the number of the event.
    pub async fn new_delivery(&self) -> (String, i64) {
        let webhook = text(&self.new_webhook().await["id"]);
        self.new_component().await;
        let page = PageRequest::parse(None, Some(1), None, "time").expect("a page");
        let id = webhook.parse().expect("an id");
        let list = self.app.kho.list_deliveries(&operator(), id, "all", &page).await.expect("the deliveries");
        (webhook, list.items[0].event_number)
    }

    pub async fn new_member(&self) -> String {
        let login = self.new_person().await;
        self.app.member(&self.organisation, &login, "viewer").await;
        login
    }

    /// The body of something that the owner makes.
    pub async fn made(&self, path: &str, body: Value) -> Value {
        let answer = self.owner().post(path, body).await;
        assert!(answer.status().is_success(), "POST {path}: {}", answer.text().await.unwrap_or_default());
        answer.json().await.expect("JSON")
    }
}

/// An id that nothing has.
fn nothing() -> String {
    "0193a2f0-7b1e-7c42-9d3a-5f1e2a6b8c90".to_owned()
}

/// An integration client with a token of every scope.
async fn client(kho: &Kho, base: &str) -> Program {
    let login = kho::domain::identity::Login::parse("one-stop").expect("a login");
    let name = kho::domain::identity::FullName::parse("Hệ thống một cửa").expect("a name");
    kho.create_client(&operator(), login, name).await.expect("a client");
    let scopes = EVERY_SCOPE.iter().filter_map(|scope| kho::domain::policy::Scope::parse(scope)).collect();
    let expires_at = kho.clock.now() + chrono::TimeDelta::days(1);
    let request = TokenRequest { name: "một cửa".to_owned(), scopes, expires_at };
    let token = kho.create_client_token(&operator(), "one-stop", request).await.expect("a token");
    Program {
        base: base.to_owned(),
        client: reqwest::Client::new(),
        secret: token.secret.expose().to_owned(),
    }
}
