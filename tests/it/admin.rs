//! Roles and administration (K7).

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{AGENCY, PASSWORD, Person, TestApp, problem, text};

async fn administrator(app: &TestApp) -> Person {
    let root = app.person("root.admin").await;
    app.with_role(&root.login, "system_admin").await;
    root
}

async fn put(person: &Person, path: &str) -> Response {
    person.request(Method::PUT, path).send().await.unwrap()
}

async fn patch(person: &Person, account: &Value, changes: Value) -> Response {
    person
        .request(Method::PATCH, &format!("/admin/accounts/{}", text(&account["id"])))
        .header("If-Match", format!("\"{}\"", account["rev"]))
        .json(&changes)
        .send()
        .await
        .unwrap()
}

async fn find(person: &Person, query: &str) -> Vec<Value> {
    let query = percent_encoding::utf8_percent_encode(query, percent_encoding::NON_ALPHANUMERIC).to_string();
    person.get(&format!("/admin/accounts?q={query}")).await["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_system_administrators_administer() {
    let app = TestApp::start().await;
    let (citizen, auditor) = (app.person("hoa").await, app.person("kiem.toan").await);
    app.with_role("kiem.toan", "auditor").await;
    let vault = json!({ "quota_bytes": 1 });

    for person in [&citizen, &auditor] {
        let seen = person.request(Method::GET, "/admin/accounts").send().await.unwrap();
        assert_eq!(problem(seen).await, (403, "not_allowed".to_owned()));
        let given = put(person, "/admin/accounts/hoa/roles/system_admin").await;
        assert_eq!(problem(given).await, (403, "not_allowed".to_owned()));
        let quota =
            person.send(Method::PATCH, &format!("/admin/vaults/{}", person.vault), vault.clone()).await;
        assert_eq!(problem(quota).await, (403, "not_allowed".to_owned()));
        let agency = json!({ "code": "H99.9", "name": "x", "name_en": "x" });
        assert_eq!(problem(person.post("/admin/agencies", agency).await).await.0, 403);
        let code = json!({ "code": "0109999001", "name": "x", "owner": "hoa" });
        assert_eq!(problem(person.post("/admin/organisations", code).await).await.0, 403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_found_by_name_login_number_and_e_mail() {
    let app = TestApp::start().await;
    let root = administrator(&app).await;
    let hoa = app.person("hoa").await;
    for login in ["hoan", "lan"] {
        app.person(login).await;
    }
    let logins = async |query: &str| {
        find(&root, query).await.iter().map(|account| text(&account["login"])).collect::<Vec<_>>()
    };

    assert_eq!(logins("nguoi ho").await, ["hoa", "hoan"]);
    assert_eq!(logins("Người HOA").await, ["hoa", "hoan"]);
    assert_eq!(logins("lan").await, ["lan"]);
    assert_eq!(logins(&hoa.identity_number).await, ["hoa"]);
    assert_eq!(logins("hoan@example.vn").await, ["hoan"]);
    assert_eq!(logins("khong ai").await, Vec::<String>::new());
    assert_eq!(logins("").await, ["hoa", "hoan", "lan", "root.admin"]);

    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = root.get(&format!("/admin/accounts?q=nguoi&limit=1{cursor}")).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| text(&item["login"])));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["hoa", "hoan", "lan", "root.admin"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_makes_accounts_but_sets_no_password_and_sees_no_papers() {
    let app = TestApp::start().await;
    let root = administrator(&app).await;

    let body = json!({ "login": "moi", "full_name": "Người Mới", "identity_number": "001099000777" });
    let made = root.post("/admin/accounts", body.clone()).await;
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await.unwrap();
    assert_eq!((&made["kind"], &made["locked"]), (&json!("person"), &json!(false)));
    assert_eq!(problem(root.post("/admin/accounts", body).await).await, (409, "already_exists".to_owned()));

    let with_password =
        json!({ "login": "x.y", "full_name": "x", "identity_number": "001099000778", "password": PASSWORD });
    assert_eq!(problem(root.post("/admin/accounts", with_password).await).await.0, 422);
    let vault =
        root.request(Method::GET, &format!("/vaults/{}", text(&made["vault_id"]))).send().await.unwrap();
    assert_eq!(problem(vault).await, (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn locking_ends_sessions_and_tokens_until_unlocked() {
    let app = TestApp::start().await;
    let root = administrator(&app).await;
    let hoa = app.person("hoa").await;
    let program = hoa.token(&app, &["vault_read"]).await;
    let account = find(&root, "hoa").await[0].clone();

    let locked = patch(&root, &account, json!({ "locked": true })).await;
    assert_eq!(locked.status(), 200);
    let locked: Value = locked.json().await.unwrap();
    let session = hoa.request(Method::GET, "/me").send().await.unwrap();
    assert_eq!(problem(session).await, (401, "session_expired".to_owned()));
    let token = program.request(Method::GET, "/vaults").send().await.unwrap();
    assert_eq!(problem(token).await, (403, "account_locked".to_owned()));
    let again = app.stranger().post(format!("{}/api/v1/session", app.url));
    let again = again.json(&json!({ "login": "hoa", "password": PASSWORD })).send().await.unwrap();
    assert_eq!(problem(again).await, (403, "account_locked".to_owned()));

    let stale = patch(&root, &account, json!({ "locked": false })).await;
    assert_eq!(problem(stale).await, (412, "precondition_failed".to_owned()));
    assert_eq!(patch(&root, &locked, json!({ "locked": false })).await.status(), 200);
    app.sign_in("hoa", &hoa.identity_number).await;

    let own = find(&root, "root.admin").await[0].clone();
    assert_eq!(
        problem(patch(&root, &own, json!({ "locked": true })).await).await,
        (422, "invalid_input".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_name_is_the_vaults_owners_too() {
    let app = TestApp::start().await;
    let root = administrator(&app).await;
    let hoa = app.person("hoa").await;
    let account = find(&root, "hoa").await[0].clone();

    let named = patch(&root, &account, json!({ "full_name": "Trần Thị Hoà", "language": "en" })).await;

    assert_eq!(named.json::<Value>().await.unwrap()["language"], "en");
    assert_eq!(hoa.get("/me").await["full_name"], "Trần Thị Hoà");
    assert_eq!(hoa.get(&format!("/vaults/{}", hoa.vault)).await["owner_name"], "Trần Thị Hoà");
    assert_eq!(find(&root, "tran thi hoa").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agencys_administrator_appoints_the_officers_of_that_agency_only() {
    let app = TestApp::start().await;
    let root = administrator(&app).await;
    let (chief, _hoa) = (app.person("truong").await, app.person("hoa").await);
    app.with_role("truong", "agency_admin").await;
    app.agency("H99.02").await;

    let own = format!("/admin/accounts/hoa/roles/officer?agency={AGENCY}");
    assert_eq!(put(&chief, &own).await.status(), 204);
    let roles = find(&root, "hoa").await[0]["roles"].clone();
    assert_eq!((&roles[0]["role"], &roles[0]["agency"]), (&json!("officer"), &json!(AGENCY)));
    assert_eq!(put(&chief, &own).await.status(), 204, "giving it again changes nothing");
    assert_eq!(find(&root, "hoa").await[0]["roles"].as_array().unwrap().len(), 1);

    for path in [
        "/admin/accounts/hoa/roles/officer?agency=H99.02".to_owned(),
        format!("/admin/accounts/hoa/roles/agency_admin?agency={AGENCY}"),
        "/admin/accounts/truong/roles/system_admin".to_owned(),
    ] {
        assert_eq!(problem(put(&chief, &path).await).await, (403, "not_allowed".to_owned()), "{path}");
    }
    for path in [
        "/admin/accounts/hoa/roles/officer",
        "/admin/accounts/hoa/roles/officer?agency=H00",
        "/admin/accounts/hoa/roles/auditor?agency=H99.01",
        "/admin/accounts/hoa/roles/integration_client",
    ] {
        assert_eq!(problem(put(&root, path).await).await, (422, "invalid_input".to_owned()), "{path}");
    }

    assert_eq!(chief.delete(&own).await.status(), 204);
    assert_eq!(problem(chief.delete(&own).await).await, (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_was_taken_gives_nothing_from_the_next_request() {
    let app = TestApp::start().await;
    let root = administrator(&app).await;
    let other = app.person("khac").await;
    app.with_role("khac", "system_admin").await;
    other.get("/admin/accounts").await;

    assert_eq!(root.delete("/admin/accounts/khac/roles/system_admin").await.status(), 204);

    let after = other.request(Method::GET, "/admin/accounts").send().await.unwrap();
    assert_eq!(problem(after).await, (403, "not_allowed".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrators_token_administers_only_with_the_scope() {
    let app = TestApp::start().await;
    let root = administrator(&app).await;

    let without = root.token(&app, &["vault_read"]).await;
    let with = root.token(&app, &["admin"]).await;

    let refused = without.request(Method::GET, "/admin/accounts").send().await.unwrap();
    assert_eq!(problem(refused).await, (403, "scope_missing".to_owned()));
    assert_eq!(with.request(Method::GET, "/admin/accounts").send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_is_set_but_not_below_what_the_vault_holds() {
    let app = TestApp::start().await;
    let root = administrator(&app).await;
    let hoa = app.person("hoa").await;
    hoa.document(&hoa.root, "a.pdf", &crate::support::pdf(5_000)).await;
    let path = format!("/admin/vaults/{}", hoa.vault);

    let set = root.send(Method::PATCH, &path, json!({ "quota_bytes": 6_000 })).await;
    assert_eq!(set.json::<Value>().await.unwrap()["quota_bytes"], 6_000);
    assert_eq!(hoa.get(&format!("/vaults/{}", hoa.vault)).await["quota_bytes"], 6_000);
    let below = root.send(Method::PATCH, &path, json!({ "quota_bytes": 4_999 })).await;
    assert_eq!(problem(below).await, (422, "invalid_input".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn organisations_and_agencies_are_made_once() {
    let app = TestApp::start().await;
    let root = administrator(&app).await;
    let hoa = app.person("hoa").await;

    let body = json!({ "code": "0109999001", "name": "Hợp tác xã", "owner": "hoa" });
    assert_eq!(root.post("/admin/organisations", body.clone()).await.status(), 201);
    assert_eq!(problem(root.post("/admin/organisations", body).await).await.0, 409);
    assert_eq!(hoa.get("/vaults").await["items"][1]["owner_name"], "Hợp tác xã");

    for (code, name) in [("H20.1", "Ủy ban"), ("H20.2", "Công an")] {
        let body = json!({ "code": code, "name": name, "name_en": "Office" });
        assert_eq!(root.post("/admin/agencies", body.clone()).await.status(), 201);
        assert_eq!(
            problem(root.post("/admin/agencies", body).await).await,
            (409, "already_exists".to_owned())
        );
    }
    assert_eq!(crate::support::names(&hoa.get("/agencies").await), ["Công an", "Ủy ban"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_integration_client_works_by_tokens_that_administrators_make() {
    let app = TestApp::start().await;
    let root = administrator(&app).await;
    let hoa = app.person("hoa").await;
    let client = root.post("/admin/accounts", json!({ "login": "mot.cua", "full_name": "Một cửa" })).await;
    let client: Value = client.json().await.unwrap();
    assert_eq!((&client["kind"], &client["vault_id"]), (&json!("client"), &Value::Null));
    assert_eq!(put(&root, "/admin/accounts/mot.cua/roles/integration_client").await.status(), 204);
    let token = json!({
        "name": "x", "scopes": ["account"], "expires_at": app.kho.clock.now() + chrono::TimeDelta::days(1),
    });

    let path = |id: &Value| format!("/admin/accounts/{}/tokens", text(id));
    let made: Value = root.post(&path(&client["id"]), token.clone()).await.json().await.unwrap();
    let me = reqwest::Client::new().get(format!("{}/api/v1/me", app.url)).bearer_auth(text(&made["secret"]));
    assert_eq!(me.send().await.unwrap().json::<Value>().await.unwrap()["login"], "mot.cua");

    let person = root.post(&path(&hoa.get("/me").await["id"]), token).await;
    assert_eq!(problem(person).await, (403, "not_allowed".to_owned()));
}
