//! The log tells routes and outcomes, never who, what, or a secret.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use kho::config::Config;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::mail_server::MailServer;
use crate::support::{PASSWORD, Person, TestApp, pdf, text};

/// In every name, title, login, address, file name, query and path of the session below, and in nothing else.
const MARK: &str = "mantis";

/// A server of its own, all of whose output is kept.
struct Node {
    process: Child,
    folder: tempfile::TempDir,
    url: String,
}

impl Drop for Node {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Node {
    async fn serve(config: &Config, format: &str, filter: Option<&str>, mail: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let output = |name: &str| Stdio::from(File::create(folder.path().join(name)).unwrap());
        let mut command = Command::new(env!("CARGO_BIN_EXE_kho"));
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(&config.data_dir)
            .args(["--database-url", &config.database_url(), "--objects", &config.objects_url()])
            .env("KHO_LOG_FORMAT", format)
            .env("KHO_SMTP_URL", mail)
            .env_remove("RUST_LOG")
            .stdout(output("out"))
            .stderr(output("err"));
        if let Some(filter) = filter {
            command.env("RUST_LOG", filter);
        }
        let process = command.spawn().unwrap();
        let mut node = Self { process, folder, url: String::new() };
        let begun = node.expect("out", "http://").await;
        let address = begun.lines().find_map(|line| line.split_once("http://")).unwrap().1;
        node.url = format!("http://{}", address.trim());
        node
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// The output, as soon as it holds this.
    async fn expect(&self, name: &str, part: &str) -> String {
        let found = async {
            loop {
                let text = self.read(name);
                if text.contains(part) {
                    return text;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let found = tokio::time::timeout(Duration::from_secs(30), found).await;
        found.unwrap_or_else(|_| panic!("no {part:?} in:\n{}", self.read(name)))
    }
}

async fn status(answer: reqwest::Result<Response>) -> u16 {
    answer.unwrap().status().as_u16()
}

/// Signs in, stores, is refused, shares, searches, sends nonsense; answers the secrets that came up.
async fn live(node: &Node, mut hoa: Person, mut nam: Person, tomorrow: DateTime<Utc>) -> Vec<String> {
    (hoa.base, nam.base) = (format!("{}/api/v1", node.url), format!("{}/api/v1", node.url));
    let sign_in = |login: &str, password: &str| {
        let body = json!({ "login": login, "password": password });
        reqwest::Client::new().post(format!("{}/session", hoa.base)).json(&body).send()
    };
    assert_eq!(status(sign_in("mantis-nobody", "mantis-password").await).await, 401);
    let signed_in = sign_in(&hoa.login, PASSWORD).await.unwrap();
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().to_owned();
    let session = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    assert_eq!(signed_in.status(), 201);

    let form = Form::new()
        .text("title", "Mantis title")
        .text("number", "MANTIS-77")
        .part("file", Part::bytes(pdf(2_000)).file_name("mantis-file.pdf"));
    let path = format!("/entries/{}/documents", hoa.root);
    let added = hoa.request(Method::POST, &path).multipart(form).send().await.unwrap();
    assert_eq!(added.status(), 201);
    let document = text(&added.json::<Value>().await.unwrap()["id"]);
    assert_eq!(status(nam.request(Method::GET, &format!("/entries/{document}")).send().await).await, 404);

    let recipient = json!({ "email": format!("{}@example.vn", nam.login) });
    let grant =
        json!({ "entry_id": document, "recipient": recipient, "rights": ["view"], "message": "mantis" });
    assert_eq!(hoa.post("/grants", grant).await.status(), 201);
    let link = json!({ "entry_id": document, "rights": ["view", "download"], "expires_at": tomorrow, "password": "mantis-door" });
    let link = hoa.post("/links", link).await;
    assert_eq!(link.status(), 201);
    let secret = text(&link.json::<Value>().await.unwrap()["secret"]);
    assert_eq!(
        status(nam.client.get(format!("{}/links/{secret}/content", nam.base)).send().await).await,
        401
    );
    assert_eq!(hoa.get("/search?q=mantis").await["items"].as_array().unwrap().len(), 1);

    for body in [json!({ "account": hoa.login }), json!({ "account": "mantis@example.vn" })] {
        assert_eq!(hoa.post("/password-resets", body).await.status(), 202);
    }
    for nonsense in [json!({ "mantis_field": 1 }), json!({ "name": { "mantis": "mantis" } }), json!("mantis")]
    {
        assert_eq!(hoa.post(&format!("/entries/{}/folders", hoa.root), nonsense).await.status(), 422);
    }
    let torn =
        hoa.request(Method::POST, "/grants").header("Content-Type", "application/json").body("{\"mantis");
    assert_eq!(status(torn.send().await).await, 400);
    assert_eq!(status(hoa.request(Method::GET, "/search?mantis=mantis").send().await).await, 422);
    assert_eq!(status(hoa.request(Method::GET, "/mantis/mantis?mantis").send().await).await, 404);
    let unknown = Method::from_bytes(b"MANTIS").unwrap();
    assert_eq!(status(hoa.request(unknown, "/me").send().await).await, 405);
    let account =
        json!({ "login": "mantis-moi", "full_name": "Mantis", "identity_number": nam.identity_number });
    assert_eq!(hoa.post("/admin/accounts", account).await.status(), 403);

    vec![
        session,
        secret,
        document,
        hoa.csrf,
        nam.csrf,
        hoa.identity_number,
        nam.identity_number,
        PASSWORD.to_owned(),
    ]
}

/// One node with one form of log, lived on, with a mail server that repeats the address it refuses.
async fn expect_silence(format: &str, filter: Option<&str>) {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person(&format!("{MARK}-hoa")).await, app.person(&format!("{MARK}-nam")).await);
    let mail = MailServer::start().await;
    mail.refuse_once("550 5.1.1 <mantis-hoa@example.vn> mantis is unknown\r\n");
    let node = Node::serve(&app.config, format, filter, &mail.url).await;

    let secrets = live(&node, hoa, nam, app.kho.clock.now() + TimeDelta::days(1)).await;

    let log = node.expect("err", "a message was dropped").await;
    let all = format!("{}{log}", node.read("out"));
    let place = |found: usize| all[..found].lines().count();
    for told in secrets.iter().map(String::as_str).chain([MARK]) {
        let found = all.to_lowercase().find(&told.to_lowercase()).map(place);
        assert!(found.is_none(), "{format} {filter:?} tells {told:?} in line {found:?}:\n{all}");
    }
    for part in [
        "/api/v1/entries/{entry}/documents",
        "/api/v1/links/{secret}/content",
        "201",
        "401",
        "404",
        "422",
        "OTHER",
    ] {
        assert!(log.contains(part), "{format} {filter:?} does not tell {part}:\n{log}");
    }
    if format == "json" {
        for line in log.lines() {
            let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
            assert!(line["level"].is_string() && line["fields"].is_object(), "{line}");
        }
    } else {
        assert!(!log.contains('\u{1b}'), "colours are for terminals");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_as_text_tells_routes_and_outcomes_and_nothing_of_people() {
    expect_silence("text", None).await;
    expect_silence("text", Some("warn,kho=debug")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_as_json_tells_routes_and_outcomes_and_nothing_of_people() {
    expect_silence("json", None).await;
    expect_silence("json", Some("warn,kho=debug")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_with_everything_turned_up_tells_nothing_of_people_either() {
    expect_silence("json", Some("debug")).await;
}
