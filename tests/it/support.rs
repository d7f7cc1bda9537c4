//! Starting the application for a test, and people who use it.

use std::sync::atomic::{AtomicU64, Ordering};

use kho::app::{self, Application};
use kho::config::{Config, Flags};
use kho::domain::account::{Actor, Channel, Credential};
use kho::domain::clock::Clock;
use kho::domain::id::AccountId;
use kho::domain::identity::{Email, FullName, IdentityNumber, Login, OrganisationCode};
use kho::domain::policy::Role;
use kho::services::Kho;
use kho::services::accounts::NewPerson;
use kho::services::confined::Confined;
use kho::services::roles::Appointment;
use kho::storage::{Address, S3};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// A running application with a database and an object store of its own.
pub struct TestApp {
    pub url: String,
    pub kho: Kho,
    pub config: Config,
    // Kept so that the folder lives as long as the application.
    _folder: tempfile::TempDir,
}

pub const PASSWORD: &str = "nước chảy đá mòn 1";

/// Where officers of tests work.
pub const AGENCY: &str = "H99.01";

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(Clock::System, |_| {}).await
    }

    /// Starts with a clock that the test may move and settings that it may change.
    pub async fn start_with(clock: Clock, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut config = Config::load(None, &Flags::default()).expect("defaults are valid");
        config.data_dir = folder.path().to_owned();
        config.listen = "127.0.0.1:0".parse().expect("an address");
        config.workers = 1;
        if std::env::var("KHO_TEST_BACKEND").as_deref() == Ok("scale") {
            (config.database_url, config.objects) = scale_back_ends().await;
        }
        change(&mut config);
        let mut kho = app::build(&config, clock).await.expect("the application is built");
        // This program is the suite, which has no hidden commands.
        kho.confined = Confined::at(env!("CARGO_BIN_EXE_kho"));
        let application = Application::bind(&config, kho.clone()).expect("the application listens");
        let url = format!("http://{}", application.address);
        tokio::spawn(application.run());
        Self { url, kho, config, _folder: folder }
    }

    /// Runs the background work that is due, and what it queues; no worker runs by itself in a test.
    pub async fn run_jobs(&self) {
        kho::jobs::run_due(&self.kho).await.expect("background work runs");
    }

    /// A citizen with an account and a vault, signed in over HTTP.
    pub async fn person(&self, login: &str) -> Person {
        let identity_number = next_identity_number();
        let person = NewPerson {
            takes_over: false,
            login: Login::parse(login).expect("a login"),
            full_name: FullName::parse(&format!("Người {login}")).expect("a name"),
            identity_number: IdentityNumber::parse(&identity_number).expect("a number"),
            email: Some(Email::parse(&format!("{login}@example.vn")).expect("an address")),
            phone: None,
            address: None,
            password: Some(PASSWORD.to_owned()),
        };
        self.kho.create_person(&operator(), person).await.expect("the account is made");
        self.sign_in(login, &identity_number).await
    }

    pub async fn sign_in(&self, login: &str, identity_number: &str) -> Person {
        self.sign_in_with(login, identity_number, PASSWORD).await
    }

    pub async fn sign_in_with(&self, login: &str, identity_number: &str, password: &str) -> Person {
        let client = self.stranger();
        let answer = client
            .post(format!("{}/api/v1/session", self.url))
            .json(&json!({ "login": login, "password": password }))
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 201, "{login} signs in");
        let session: Value = answer.json().await.expect("a session");
        let mut person = Person {
            base: format!("{}/api/v1", self.url),
            client,
            csrf: text(&session["csrf_token"]),
            login: login.to_owned(),
            identity_number: identity_number.to_owned(),
            vault: text(&session["account"]["vault_id"]),
            root: String::new(),
        };
        let vault = person.get(&format!("/vaults/{}", person.vault)).await;
        person.root = text(&vault["root_id"]);
        person
    }

    /// An organisation with a vault; `owner` is a login. Its vault, as the API shows it to the owner, is in `GET /vaults`.
    pub async fn organisation(&self, code: &str, owner: &str) -> Organisation {
        let name = FullName::parse(&format!("Tổ chức {code}")).expect("a name");
        let code = OrganisationCode::parse(code).expect("a code");
        let vault = self.kho.create_organisation(&operator(), code, name, owner).await.expect("it is made");
        Organisation { vault: vault.id.to_string(), root: vault.root_id.to_string(), code: vault.owner_code }
    }

    /// Makes an account a member of an organisation: `owner`, `editor` or `viewer`.
    pub async fn member(&self, organisation: &Organisation, login: &str, role: &str) {
        let vault = organisation.vault.parse().expect("an id");
        let mut tx = self.kho.db.begin().await.expect("a transaction");
        let account = kho::db::account::by_login(&mut tx, login).await.expect("a query").expect("an account");
        let now = self.kho.clock.now();
        kho::db::vault::put_member(&mut tx, vault, account.id, role, now).await.expect("a member");
        tx.commit().await.expect("a commit");
    }

    /// Gives a role such as `auditor`; the roles of an agency are held at [`AGENCY`].
    pub async fn with_role(&self, login: &str, role: &str) {
        let role = Role::parse(role).expect("a role");
        let agency = role.is_of_agency().then_some(AGENCY);
        if let Some(code) = agency {
            self.agency(code).await;
        }
        let appointment = Appointment { account: login, role, agency };
        self.kho.give_role(&operator(), appointment).await.expect("the role is given");
    }

    /// Makes an agency unless it is there.
    pub async fn agency(&self, code: &str) {
        let name = FullName::parse(&format!("Cơ quan {code}")).expect("a name");
        let code = OrganisationCode::parse(code).expect("a code");
        match self.kho.create_agency(&operator(), code, name.clone(), name).await {
            Ok(_) => {}
            Err(problem) => assert_eq!(problem.code.as_str(), "already_exists"),
        }
    }

    /// A client without a session.
    pub fn stranger(&self) -> reqwest::Client {
        // The server ends an idle connection after five seconds; a client that does so first never sends into one that is ending.
        reqwest::Client::builder()
            .cookie_store(true)
            .pool_idle_timeout(std::time::Duration::from_secs(3))
            .build()
            .expect("a client")
    }
}

impl TestApp {
    /// Fails unless a vault's ledger and all its sums equal what its rows add up to.
    pub async fn expect_recount(&self, vault: &str) {
        let vault = vault.parse().expect("a vault's id");
        let recount = self.kho.recount(vault).await.expect("a recount");
        assert!(recount.agrees(), "{recount:#?}");
        let ledger = recount.kept;
        let used = ledger.live_bytes + ledger.version_bytes + ledger.trash_bytes + ledger.reserved_bytes;
        assert!(used <= recount.quota_bytes, "over quota: {recount:#?}");
    }
}

/// The operator at the machine.
pub fn operator() -> Actor {
    Actor {
        account_id: AccountId(uuid::Uuid::nil()),
        name: "operator".to_owned(),
        vault_id: None,
        credential: Credential::CommandLine,
        channel: Channel { name: "command_line", address: String::new() },
        purpose: None,
    }
}

fn next_identity_number() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("0990{:08}", NEXT.fetch_add(1, Ordering::SeqCst))
}

/// Signs somebody in at a node that runs as a process of its own.
pub async fn sign_in_at(address: &str, login: &str) -> Person {
    let client = reqwest::Client::builder().cookie_store(true).build().expect("a client");
    let answer = client
        .post(format!("{address}/api/v1/session"))
        .json(&json!({ "login": login, "password": PASSWORD }))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 201, "{login} signs in");
    let session: Value = answer.json().await.expect("a session");
    let mut person = Person {
        base: format!("{address}/api/v1"),
        client,
        csrf: text(&session["csrf_token"]),
        login: login.to_owned(),
        identity_number: String::new(),
        vault: text(&session["account"]["vault_id"]),
        root: String::new(),
    };
    let vault = person.get(&format!("/vaults/{}", person.vault)).await;
    person.root = text(&vault["root_id"]);
    person
}

/// The database and object URLs for a deployment of its own; empty for those in its data folder.
pub async fn back_ends() -> (String, String) {
    if std::env::var("KHO_TEST_BACKEND").as_deref() == Ok("scale") {
        scale_back_ends().await
    } else {
        (String::new(), String::new())
    }
}

/// A new database on the test server, and a new prefix in the test bucket.
async fn scale_back_ends() -> (String, String) {
    use sqlx::{Connection, Executor};
    let variable =
        |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is set for the scale back end"));
    let (server, objects) = (variable("KHO_TEST_DATABASE_URL"), variable("KHO_TEST_OBJECTS"));
    let name = format!("kho_{}", uuid::Uuid::new_v4().simple());
    let mut admin = sqlx::PgConnection::connect(&server).await.expect("the test server answers");
    admin.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a database is made");
    let (head, query) = server.split_once('?').map_or((server.as_str(), ""), |(head, query)| (head, query));
    let (start, _) = head.rsplit_once('/').expect("a URL with a database");
    let database =
        if query.is_empty() { format!("{start}/{name}") } else { format!("{start}/{name}?{query}") };
    let (bucket, endpoint) = objects.split_once('?').expect("an object URL with an endpoint");
    let objects = format!("{bucket}/{name}?{endpoint}");
    bucket_of(&objects).create_bucket(false).await.expect("the test bucket is there");
    (database, objects)
}

/// The bucket that an object URL names, under the keys of the environment.
pub fn bucket_of(objects: &str) -> S3 {
    let config = Config::load(None, &Flags::default()).expect("defaults are valid");
    let Address::S3(address) = objects.parse().expect("an object URL") else {
        panic!("{objects} is no bucket")
    };
    S3::new(address, config.s3_keys()).expect("keys in the environment")
}

/// An organisation's vault.
pub struct Organisation {
    pub vault: String,
    pub root: String,
    pub code: String,
}

/// A program that acts for a person by a bearer token.
pub struct Program {
    pub base: String,
    pub client: reqwest::Client,
    pub secret: String,
}

impl Program {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.secret)
    }

    pub async fn send(&self, method: Method, path: &str, body: Value) -> Response {
        self.request(method, path).json(&body).send().await.expect("an answer")
    }
}

/// Somebody signed in.
pub struct Person {
    pub base: String,
    pub client: reqwest::Client,
    pub csrf: String,
    pub login: String,
    pub identity_number: String,
    pub vault: String,
    pub root: String,
}

impl Person {
    /// A program with a token of these scopes, valid for a day.
    pub async fn token(&self, app: &TestApp, scopes: &[&str]) -> Program {
        let expires_at = app.kho.clock.now() + chrono::TimeDelta::days(1);
        let body = json!({ "name": "chương trình", "scopes": scopes, "expires_at": expires_at });
        let answer = self.post("/tokens", body).await;
        assert_eq!(answer.status(), 201, "a token: {}", answer.text().await.unwrap_or_default());
        let token: Value = answer.json().await.expect("a token");
        Program { base: self.base.clone(), client: reqwest::Client::new(), secret: text(&token["secret"]) }
    }

    /// What a DELETE answers.
    pub async fn delete(&self, path: &str) -> Response {
        self.request(Method::DELETE, path).send().await.expect("an answer")
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).header("X-CSRF-Token", &self.csrf)
    }

    pub async fn send(&self, method: Method, path: &str, body: Value) -> Response {
        self.request(method, path).json(&body).send().await.expect("an answer")
    }

    /// What a GET answers that must succeed.
    pub async fn get(&self, path: &str) -> Value {
        let answer = self.request(Method::GET, path).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "GET {path}: {}", answer.text().await.unwrap_or_default());
        answer.json().await.expect("JSON")
    }

    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.send(Method::POST, path, body).await
    }

    /// A new folder's body.
    pub async fn folder(&self, parent: &str, name: &str) -> Value {
        let answer = self.post(&format!("/entries/{parent}/folders"), json!({ "name": name })).await;
        assert_eq!(answer.status(), 201, "folder {name}");
        answer.json().await.expect("JSON")
    }

    /// Adds a document; its body.
    pub async fn document(&self, folder: &str, name: &str, bytes: &[u8]) -> Value {
        let form = Form::new().part("file", Part::bytes(bytes.to_vec()).file_name(name.to_owned()));
        let path = format!("/entries/{folder}/documents");
        let answer = self.request(Method::POST, &path).multipart(form).send().await.expect("an answer");
        assert_eq!(answer.status(), 201, "document {name}: {}", answer.text().await.unwrap_or_default());
        answer.json().await.expect("JSON")
    }

    /// Adds a version under an ETag.
    pub async fn version(&self, document: &str, rev: i64, name: &str, bytes: &[u8]) -> Response {
        let form = Form::new().part("file", Part::bytes(bytes.to_vec()).file_name(name.to_owned()));
        self.request(Method::POST, &format!("/entries/{document}/versions"))
            .header("If-Match", format!("\"{rev}\""))
            .multipart(form)
            .send()
            .await
            .expect("an answer")
    }

    /// Puts an entry into the trash under its present ETag; its body there.
    pub async fn trash(&self, entry: &Value) -> Value {
        let answer = self.try_trash(entry).await;
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap_or_default());
        answer.json().await.expect("JSON")
    }

    pub async fn try_trash(&self, entry: &Value) -> Response {
        self.request(Method::DELETE, &format!("/entries/{}", text(&entry["id"])))
            .header("If-Match", format!("\"{}\"", entry["rev"]))
            .send()
            .await
            .expect("an answer")
    }

    /// Takes an entry out of the trash; its body.
    pub async fn restore(&self, entry: &Value, how: Value) -> Value {
        let answer = self.post(&format!("/trash/{}/restore", text(&entry["id"])), how).await;
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap_or_default());
        answer.json().await.expect("JSON")
    }

    /// Deletes what lies in the trash for ever.
    pub async fn purge(&self, entry: &Value) -> Response {
        let path = format!("/trash/{}", text(&entry["id"]));
        self.request(Method::DELETE, &path).send().await.expect("an answer")
    }

    /// Changes an entry under its present ETag.
    pub async fn patch(&self, entry: &Value, changes: Value) -> Response {
        self.request(Method::PATCH, &format!("/entries/{}", text(&entry["id"])))
            .header("If-Match", format!("\"{}\"", entry["rev"]))
            .json(&changes)
            .send()
            .await
            .expect("an answer")
    }
}

/// A file of this size that is a PDF by its first bytes; each call gives others.
pub fn pdf(size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    while bytes.len() < size {
        bytes.extend_from_slice(uuid::Uuid::new_v4().as_bytes());
    }
    bytes.truncate(size);
    bytes
}

/// A picture of one colour as a PNG file.
pub fn png(width: u32, height: u32, colour: [u8; 4]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    image::RgbaImage::from_pixel(width, height, colour.into())
        .write_with_encoder(encoder)
        .expect("a PNG file");
    bytes
}

/// The status and the problem code of an answer.
pub async fn problem(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let media_type =
        answer.headers().get("content-type").map(|value| value.to_str().unwrap_or("").to_owned());
    assert_eq!(media_type.as_deref(), Some("application/problem+json"), "status {status}");
    let body: Value = answer.json().await.expect("a problem document");
    assert_eq!(body["status"], status);
    (status, text(&body["code"]))
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text, not {value}")).to_owned()
}

/// The names of a list's items, in order.
pub fn names(list: &Value) -> Vec<String> {
    list["items"].as_array().expect("items").iter().map(|item| text(&item["name"])).collect()
}
