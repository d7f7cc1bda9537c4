//! Tokens for programs of other systems: OAuth 2.0 client credentials.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use kho::domain::clock::Clock;
use kho::domain::identity::{FullName, Login};
use reqwest::{Method, Response};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

use crate::support::{Person, Program, TestApp, operator, text};

/// A program of another system, and the administrator who looks after it.
pub struct OneStop {
    pub login: String,
    pub admin: Person,
}

impl OneStop {
    /// A program that may do all for the agencies of these codes.
    pub async fn of(app: &TestApp, login: &str, agencies: &[&str]) -> Self {
        let name = FullName::parse("Hệ thống một cửa").unwrap();
        app.kho.create_client(&operator(), Login::parse(login).unwrap(), name).await.unwrap();
        let admin = app.person(&format!("{login}-admin")).await;
        app.with_role(&admin.login, "system_admin").await;
        let one_stop = Self { login: login.to_owned(), admin };
        for agency in agencies {
            app.agency(agency).await;
            let scopes = json!(["dossier_read", "dossier_write", "result_write"]);
            assert_eq!(one_stop.may(agency, scopes).await.status(), 200);
        }
        one_stop
    }

    /// Says what the program may do for an agency.
    pub async fn may(&self, agency: &str, scopes: Value) -> Response {
        let path = format!("/admin/clients/{}/agencies/{agency}", self.login);
        self.admin.send(Method::PUT, &path, json!({ "scopes": scopes })).await
    }

    /// A new secret.
    pub async fn secret(&self) -> String {
        let answer = self.admin.post(&format!("/admin/clients/{}/secret", self.login), json!({})).await;
        assert_eq!(answer.status(), 201);
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["client_id"], self.login);
        text(&body["client_secret"])
    }

    pub async fn set_keys(&self, keys: Value) -> Response {
        let path = format!("/admin/clients/{}/keys", self.login);
        self.admin.send(Method::PUT, &path, json!({ "jwks": { "keys": keys } })).await
    }

    /// The program with a token that it got by a new secret.
    pub async fn program(&self, app: &TestApp) -> Program {
        let secret = self.secret().await;
        let answer = ask(app, &by_secret(&self.login, &secret)).await;
        assert_eq!(answer.status(), 200);
        let body: Value = answer.json().await.unwrap();
        Program {
            base: format!("{}/api/v1", app.url),
            client: reqwest::Client::new(),
            secret: text(&body["access_token"]),
        }
    }
}

type Fields<'a> = Vec<(&'a str, String)>;

/// What a token asked for by name and secret in the form takes.
fn by_secret<'a>(login: &str, secret: &str) -> Fields<'a> {
    vec![
        ("grant_type", "client_credentials".to_owned()),
        ("client_id", login.to_owned()),
        ("client_secret", secret.to_owned()),
    ]
}

fn by_assertion<'a>(assertion: &str) -> Fields<'a> {
    vec![
        ("grant_type", "client_credentials".to_owned()),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned()),
        ("client_assertion", assertion.to_owned()),
    ]
}

async fn ask(app: &TestApp, fields: &Fields<'_>) -> Response {
    let client = reqwest::Client::new();
    client.post(format!("{}/oauth/token", app.url)).form(fields).send().await.unwrap()
}

/// The status and the error of an answer that gives no token.
async fn refusal(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/json"));
    let body: Value = answer.json().await.unwrap();
    assert!(!text(&body["error_description"]).is_empty());
    (status, text(&body["error"]))
}

fn error(status: u16, error: &str) -> (u16, String) {
    (status, error.to_owned())
}

#[tokio::test]
async fn a_secret_gives_a_token_of_an_hour_with_what_was_asked_for_and_granted() {
    let clock = Clock::fixed("2026-11-26T02:00:00Z".parse().unwrap());
    let app = TestApp::start_with(clock.clone(), |_| {}).await;
    let one_stop = OneStop::of(&app, "mot-cua", &["H99.01"]).await;
    assert_eq!(one_stop.may("H99.01", json!(["dossier_write", "result_write"])).await.status(), 200);
    let secret = one_stop.secret().await;

    let mut fields = by_secret("mot-cua", &secret);
    fields.push(("scope", "result_write dossier_read vault_read".to_owned()));
    let answer = ask(&app, &fields).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let token: Value = answer.json().await.unwrap();
    assert_eq!(token["token_type"], "Bearer");
    assert_eq!(token["expires_in"], 3600);
    assert_eq!(token["scope"], "result_write");

    let bearer = text(&token["access_token"]);
    let agencies = || async {
        let request = reqwest::Client::new().get(format!("{}/api/v1/vaults", app.url)).bearer_auth(&bearer);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(agencies().await, 403, "the token lives, but was not made for that");
    clock.advance(TimeDelta::minutes(61));
    assert_eq!(agencies().await, 401, "the token has ended");

    // Without scopes named: all that was granted, by HTTP Basic.
    let basic = STANDARD.encode(format!("mot-cua:{secret}"));
    let answer = reqwest::Client::new()
        .post(format!("{}/oauth/token", app.url))
        .header("Authorization", format!("Basic {basic}"))
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let token: Value = answer.json().await.unwrap();
    assert_eq!(token["scope"], "dossier_write result_write");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said_as_rfc_6749_says_it() {
    let app = TestApp::start().await;
    let one_stop = OneStop::of(&app, "mot-cua", &["H99.01"]).await;
    let secret = one_stop.secret().await;
    let fields = by_secret("mot-cua", &secret);

    let with = |name: &'static str, value: &str| {
        let mut fields = fields.clone();
        fields.retain(|(known, _)| *known != name);
        fields.push((name, value.to_owned()));
        fields
    };
    let password = with("grant_type", "password");
    assert_eq!(refusal(ask(&app, &password).await).await, error(400, "unsupported_grant_type"));
    let strange = with("scope", "admin");
    assert_eq!(refusal(ask(&app, &strange).await).await, error(400, "invalid_scope"));
    let other = with("client_secret", &format!("kho_p_{}", "A".repeat(43)));
    assert_eq!(refusal(ask(&app, &other).await).await, error(401, "invalid_client"));
    let nobody = with("client_id", "khong-co");
    assert_eq!(refusal(ask(&app, &nobody).await).await, error(401, "invalid_client"));
    // A person is no program, whatever is shown.
    let person = with("client_id", &one_stop.admin.login);
    assert_eq!(refusal(ask(&app, &person).await).await, error(401, "invalid_client"));

    let mut twice = fields.clone();
    twice.push(("client_id", "mot-cua".to_owned()));
    assert_eq!(refusal(ask(&app, &twice).await).await, error(400, "invalid_request"));
    let nothing = vec![("client_id", "mot-cua".to_owned())];
    assert_eq!(refusal(ask(&app, &nothing).await).await, error(400, "invalid_request"));
    let unproved = vec![fields[0].clone(), fields[1].clone()];
    assert_eq!(refusal(ask(&app, &unproved).await).await, error(401, "invalid_client"));

    // Proved in two ways at once; and a wrong HTTP Basic is answered with what to do.
    let both = reqwest::Client::new()
        .post(format!("{}/oauth/token", app.url))
        .basic_auth("mot-cua", Some(&secret))
        .form(&fields)
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(both).await, error(400, "invalid_request"));
    let wrong = reqwest::Client::new()
        .post(format!("{}/oauth/token", app.url))
        .basic_auth("mot-cua", Some("khong dung"))
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await
        .unwrap();
    assert!(wrong.headers()["www-authenticate"].to_str().unwrap().starts_with("Basic"));
    assert_eq!(refusal(wrong).await, error(401, "invalid_client"));

    let json = reqwest::Client::new()
        .post(format!("{}/oauth/token", app.url))
        .json(&json!({ "grant_type": "client_credentials" }))
        .send()
        .await
        .unwrap();
    assert_eq!(refusal(json).await, error(400, "invalid_request"));
}

#[tokio::test]
async fn a_new_secret_ends_the_one_before_and_a_locked_program_gets_nothing() {
    let app = TestApp::start().await;
    let one_stop = OneStop::of(&app, "mot-cua", &["H99.01"]).await;
    let first = one_stop.secret().await;
    let second = one_stop.secret().await;
    assert_eq!(refusal(ask(&app, &by_secret("mot-cua", &first)).await).await, error(401, "invalid_client"));
    assert_eq!(ask(&app, &by_secret("mot-cua", &second)).await.status(), 200);

    let client = one_stop.admin.get("/admin/clients/mot-cua").await;
    let account = one_stop.admin.get(&format!("/admin/accounts/{}", text(&client["account_id"]))).await;
    let path = format!("/admin/accounts/{}", text(&client["account_id"]));
    let locked = one_stop
        .admin
        .request(Method::PATCH, &path)
        .header("If-Match", format!("\"{}\"", account["rev"]))
        .json(&json!({ "locked": true }))
        .send()
        .await
        .unwrap();
    assert_eq!(locked.status(), 200);
    assert_eq!(refusal(ask(&app, &by_secret("mot-cua", &second)).await).await, error(401, "invalid_client"));
}

#[tokio::test]
async fn too_many_failures_of_a_program_at_an_address_are_refused_for_a_while() {
    let clock = Clock::fixed("2026-11-26T02:00:00Z".parse().unwrap());
    let app = TestApp::start_with(clock.clone(), |config| config.login_failures = 3).await;
    let one_stop = OneStop::of(&app, "mot-cua", &["H99.01"]).await;
    let secret = one_stop.secret().await;
    for _ in 0..3 {
        let answer = ask(&app, &by_secret("mot-cua", "sai")).await;
        assert_eq!(refusal(answer).await, error(401, "invalid_client"));
    }
    let answer = ask(&app, &by_secret("mot-cua", &secret)).await;
    assert_eq!(answer.headers()["retry-after"], "300");
    assert_eq!(refusal(answer).await, error(429, "temporarily_unavailable"));
    clock.advance(TimeDelta::minutes(app.kho.settings.login_window_minutes + 1));
    assert_eq!(ask(&app, &by_secret("mot-cua", &secret)).await.status(), 200);
}

fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The key of a program, in one of the ways that assertions are signed.
enum Key {
    /// An Ed25519 key.
    Edwards(Ed25519KeyPair),
    Curve(EcdsaKeyPair),
    /// A folder with `key.pem`, and whether signatures are PSS.
    Rsa {
        folder: tempfile::TempDir,
        pss: bool,
    },
}

impl Key {
    fn edwards() -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&ring::rand::SystemRandom::new()).unwrap();
        Key::Edwards(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap())
    }

    fn curve() -> Self {
        let (random, scheme) = (ring::rand::SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(scheme, &random).unwrap();
        Key::Curve(EcdsaKeyPair::from_pkcs8(scheme, pkcs8.as_ref(), &random).unwrap())
    }

    fn rsa(pss: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        openssl(
            &folder,
            &["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key.pem"],
        );
        Key::Rsa { folder, pss }
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Key::Edwards(_) => "EdDSA",
            Key::Curve(_) => "ES256",
            Key::Rsa { pss: true, .. } => "PS256",
            Key::Rsa { pss: false, .. } => "RS256",
        }
    }

    fn jwk(&self) -> Value {
        match self {
            Key::Edwards(key) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(key.public_key().as_ref()) })
            }
            Key::Curve(key) => {
                let point = key.public_key().as_ref();
                json!({ "kty": "EC", "crv": "P-256", "x": base64url(&point[1..33]), "y": base64url(&point[33..]) })
            }
            Key::Rsa { folder, .. } => {
                let modulus = openssl(folder, &["rsa", "-in", "key.pem", "-noout", "-modulus"]);
                let modulus = String::from_utf8(modulus).unwrap();
                let modulus = modulus.trim().strip_prefix("Modulus=").unwrap().to_ascii_lowercase();
                let modulus = data_encoding::HEXLOWER.decode(modulus.as_bytes()).unwrap();
                json!({ "kty": "RSA", "n": base64url(&modulus), "e": "AQAB" })
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Key::Edwards(key) => key.sign(message).as_ref().to_vec(),
            Key::Curve(key) => key.sign(&ring::rand::SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Key::Rsa { folder, pss } => {
                std::fs::write(folder.path().join("message"), message).unwrap();
                let mut arguments = vec!["dgst", "-sha256", "-sign", "key.pem"];
                if *pss {
                    arguments.extend(["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"]);
                }
                arguments.push("message");
                openssl(folder, &arguments)
            }
        }
    }

    fn assertion(&self, claims: &Value) -> String {
        let header = json!({ "alg": self.algorithm(), "typ": "JWT" });
        let message = format!(
            "{}.{}",
            base64url(header.to_string().as_bytes()),
            base64url(claims.to_string().as_bytes())
        );
        format!("{message}.{}", base64url(&self.sign(message.as_bytes())))
    }
}

/// What OpenSSL writes, run in a folder.
fn openssl(folder: &tempfile::TempDir, arguments: &[&str]) -> Vec<u8> {
    let done = Command::new("openssl").args(arguments).current_dir(folder).output().expect("openssl runs");
    assert!(done.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

/// Claims that hold now for `mot-cua`.
fn claims(app: &TestApp, now: DateTime<Utc>) -> Value {
    json!({
        "iss": "mot-cua", "sub": "mot-cua", "aud": format!("{}/oauth/token", app.kho.settings.public_url),
        "iat": now.timestamp(), "exp": now.timestamp() + 120, "jti": uuid::Uuid::new_v4().to_string(),
    })
}

#[tokio::test]
async fn an_assertion_of_each_kind_of_key_gives_a_token_and_only_once() {
    let app = TestApp::start().await;
    let one_stop = OneStop::of(&app, "mot-cua", &["H99.01"]).await;
    let keys = [Key::edwards(), Key::curve(), Key::rsa(false), Key::rsa(true)];
    let public = keys.iter().map(Key::jwk).collect::<Vec<_>>();
    let answer = one_stop.set_keys(json!(public)).await;
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    for key in &keys {
        let assertion = key.assertion(&claims(&app, app.kho.clock.now()));
        let answer = ask(&app, &by_assertion(&assertion)).await;
        assert_eq!(answer.status(), 200, "{}", key.algorithm());
        let again = ask(&app, &by_assertion(&assertion)).await;
        assert_eq!(refusal(again).await, error(401, "invalid_client"), "{} twice", key.algorithm());
    }
    let stranger = Key::edwards().assertion(&claims(&app, app.kho.clock.now()));
    assert_eq!(refusal(ask(&app, &by_assertion(&stranger)).await).await, error(401, "invalid_client"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_assertion_shown_many_times_at_once_one_gives_a_token() {
    let app = TestApp::start_with(Clock::System, |config| config.login_failures = 100).await;
    let one_stop = OneStop::of(&app, "mot-cua", &["H99.01"]).await;
    let key = Key::edwards();
    assert_eq!(one_stop.set_keys(json!([key.jwk()])).await.status(), 200);
    let assertion = key.assertion(&claims(&app, app.kho.clock.now()));
    let fields = by_assertion(&assertion);
    let answers = futures::future::join_all((0..8).map(|_| ask(&app, &fields))).await;
    let given = answers.iter().filter(|answer| answer.status() == 200).count();
    assert_eq!(given, 1);
}

#[tokio::test]
async fn an_assertion_for_somebody_else_for_elsewhere_or_for_too_long_gives_nothing() {
    let app = TestApp::start_with(Clock::System, |config| config.login_failures = 100).await;
    let one_stop = OneStop::of(&app, "mot-cua", &["H99.01"]).await;
    let key = Key::edwards();
    assert_eq!(one_stop.set_keys(json!([key.jwk()])).await.status(), 200);
    let now = app.kho.clock.now();
    let changed = |name: &str, value: Value| {
        let mut claims = claims(&app, now);
        claims[name] = value;
        key.assertion(&claims)
    };
    let seconds = now.timestamp();
    for (what, assertion) in [
        ("another's", changed("sub", json!("khac"))),
        ("issued by another", changed("iss", json!("khac"))),
        ("for elsewhere", changed("aud", json!("https://khac.vn/oauth/token"))),
        ("ended", changed("exp", json!(seconds - 60))),
        ("for longer than five minutes", changed("exp", json!(seconds + 600))),
        ("not begun", changed("nbf", json!(seconds + 120))),
        ("without a name of its own", changed("jti", json!(""))),
    ] {
        let answer = ask(&app, &by_assertion(&assertion)).await;
        assert_eq!(refusal(answer).await, error(401, "invalid_client"), "{what}");
    }
    // The issuer's address as audience, among others, is as good as the endpoint's.
    let several = changed("aud", json!(["https://khac.vn", app.kho.settings.public_url]));
    assert_eq!(ask(&app, &by_assertion(&several)).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_programs_stand_in_a_list_of_their_own_page_by_page() {
    let app = TestApp::start().await;
    let admin = OneStop::of(&app, "mot-cua", &[]).await.admin;
    for (login, name) in [("thue", "Hệ thống thuế"), ("dat-dai", "Đất đai"), ("ho-tich", "Hộ tịch")]
    {
        let name = FullName::parse(name).unwrap();
        app.kho.create_client(&operator(), Login::parse(login).unwrap(), name).await.unwrap();
    }
    let mut path = "/admin/clients?limit=2".to_owned();
    let mut found = Vec::new();
    loop {
        let page = admin.get(&path).await;
        let items = page["items"].as_array().unwrap().iter();
        found.push(items.map(|one| text(&one["client_id"])).collect::<Vec<_>>());
        let Some(next) = page["next_cursor"].as_str() else { break };
        path = format!("/admin/clients?limit=2&cursor={next}");
    }
    // By name, and no person among them.
    assert_eq!(found, [["dat-dai", "mot-cua"], ["thue", "ho-tich"]]);
    let of = async |q: &str| {
        let items = admin.get(&format!("/admin/clients?q={q}")).await["items"].clone();
        items.as_array().unwrap().iter().map(|one| text(&one["full_name"])).collect::<Vec<_>>()
    };
    assert_eq!(of("he%20thong").await, ["Hệ thống một cửa", "Hệ thống thuế"]);
    assert_eq!(of("ho-tich").await, ["Hộ tịch"]);
    assert_eq!(of("mot-cua-admin").await, [""; 0]);
}

#[tokio::test]
async fn administrators_see_what_a_program_may_and_only_they_change_it() {
    let app = TestApp::start().await;
    let one_stop = OneStop::of(&app, "mot-cua", &["H99.01", "H99.02"]).await;
    let admin = &one_stop.admin;
    assert_eq!(one_stop.may("H99.02", json!(["result_write"])).await.status(), 200);
    let client = admin.get("/admin/clients/mot-cua").await;
    assert_eq!(client["has_secret"], false);
    assert!(client["jwks"].is_null());
    let agencies = client["agencies"].as_array().unwrap();
    assert_eq!(agencies[0]["agency"], "H99.01");
    assert_eq!(agencies[0]["scopes"], json!(["dossier_read", "dossier_write", "result_write"]));
    assert_eq!(agencies[1]["agency"], "H99.02");
    assert_eq!(agencies[1]["scopes"], json!(["result_write"]));

    // An agency is given no scope over vaults, and is taken away by giving none.
    assert_eq!(one_stop.may("H99.02", json!(["vault_read"])).await.status(), 422);
    assert_eq!(one_stop.may("H99.02", json!([])).await.status(), 200);
    let client = admin.get("/admin/clients/mot-cua").await;
    assert_eq!(client["agencies"].as_array().unwrap().len(), 1);

    // Keys are checked when they are set: a private one never comes to rest here.
    let private =
        json!({ "kty": "OKP", "crv": "Ed25519", "d": base64url(&[1; 32]), "x": base64url(&[2; 32]) });
    let answer = one_stop.set_keys(json!([private])).await;
    assert_eq!(answer.status(), 422);
    let body: Value = answer.json().await.unwrap();
    assert_eq!((text(&body["field"]), text(&body["reason"])), ("jwks".to_owned(), "private_key".to_owned()));

    // A person is no program.
    assert_eq!(admin.post("/admin/clients/mot-cua-admin/secret", json!({})).await.status(), 404);
    let program = one_stop.program(&app).await;
    let answer = program.request(Method::GET, "/admin/clients/mot-cua").send().await.unwrap();
    assert_eq!(answer.status(), 403, "not even the program itself");
    // What was changed stands in the trail of the system.
    let trail = admin.get("/admin/audit?act=client.administer").await;
    assert!(trail["items"].as_array().unwrap().len() >= 4);
}
