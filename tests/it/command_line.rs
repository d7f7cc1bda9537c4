//! `kho user` and `kho org`, run as an operator runs them.

use std::process::Output;

use serde_json::{Value, json};

use crate::support::{AGENCY, PASSWORD, TestApp};

/// Runs the binary on the application's database and store.
pub async fn kho(app: &TestApp, arguments: &[&str]) -> Output {
    tokio::process::Command::new(env!("CARGO_BIN_EXE_kho"))
        .args(arguments)
        .env("KHO_DATA_DIR", &app.config.data_dir)
        .env("KHO_DATABASE_URL", app.config.database_url())
        .env("KHO_OBJECTS", app.config.objects_url())
        .env_remove("KHO_PASSWORD")
        .output()
        .await
        .unwrap()
}

/// What a command prints that must succeed.
pub async fn done(app: &TestApp, arguments: &[&str]) -> String {
    let output = kho(app, arguments).await;
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a command complains of that must fail.
pub async fn refused(app: &TestApp, arguments: &[&str]) -> String {
    let output = kho(app, arguments).await;
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_made_given_a_link_a_role_and_locked() {
    let app = TestApp::start().await;
    let add = ["user", "add", "hoa", "--name", "Nguyễn Thị Hoa", "--identity", "001099000999"];
    assert!(done(&app, &add).await.contains("was made for hoa"));
    assert!(refused(&app, &add).await.contains("exists already"));

    let link = done(&app, &["user", "reset", "hoa"]).await;
    let token = link.trim().split_once("/password-reset#").expect("a link").1;
    let complete = app.stranger().post(format!("{}/api/v1/password-resets/complete", app.url));
    let body = json!({ "token": token, "password": PASSWORD });
    assert_eq!(complete.json(&body).send().await.unwrap().status(), 204);
    let hoa = app.sign_in("hoa", "001099000999").await;

    app.agency(AGENCY).await;
    done(&app, &["user", "role", "hoa", "officer", "--agency", AGENCY]).await;
    let listed = done(&app, &["user", "list", "nguyen thi"]).await;
    assert_eq!(listed, format!("hoa\tNguyễn Thị Hoa\tactive\tofficer of {AGENCY}\n"));
    assert!(refused(&app, &["user", "role", "hoa", "officer"]).await.contains("agency"));
    done(&app, &["user", "role", "hoa", "officer", "--agency", AGENCY, "--remove"]).await;

    done(&app, &["user", "lock", "hoa"]).await;
    let after = hoa.request(reqwest::Method::GET, "/me").send().await.unwrap();
    assert_eq!(after.status(), 401);
    assert!(done(&app, &["user", "show", "hoa"]).await.contains("state     locked"));
    done(&app, &["user", "unlock", "hoa"]).await;
    app.sign_in("hoa", "001099000999").await;
    assert!(refused(&app, &["user", "show", "khong.ai"]).await.contains("Not found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_gets_a_token_and_a_person_does_not() {
    let app = TestApp::start().await;
    app.person("hoa").await;
    done(&app, &["user", "add", "mot.cua", "--name", "Một cửa", "--client"]).await;

    let secret = done(&app, &["user", "token", "mot.cua", "--name", "máy chủ", "--scope", "account"]).await;
    let me = reqwest::Client::new().get(format!("{}/api/v1/me", app.url)).bearer_auth(secret.trim());
    assert_eq!(me.send().await.unwrap().json::<Value>().await.unwrap()["login"], "mot.cua");

    let person = refused(&app, &["user", "token", "hoa", "--name", "x", "--scope", "account"]).await;
    assert!(person.contains("not allowed"), "{person}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_made_and_its_members_chosen() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);

    done(&app, &["org", "add", "0109999001", "--name", "Hợp tác xã", "--owner", "hoa"]).await;
    done(&app, &["org", "member", "0109999001", "nam", "viewer"]).await;
    assert_eq!(nam.get("/vaults").await["items"][1]["role"], "viewer");
    done(&app, &["org", "member", "0109999001", "nam", "--remove"]).await;
    assert_eq!(nam.get("/vaults").await["items"].as_array().unwrap().len(), 1);

    let last = refused(&app, &["org", "member", "0109999001", "hoa", "--remove"]).await;
    assert!(last.contains("at least one owner"), "{last}");
    assert_eq!(hoa.get("/vaults").await["items"][1]["role"], "owner");
    done(&app, &["org", "agency", "H20.9", "--name", "Ủy ban", "--name-en", "Committee"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_search_index_is_made_anew() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let document = hoa.document(&hoa.root, "Giấy.txt", "Nội dung bên trong".as_bytes()).await;
    app.run_jobs().await;
    let id = crate::support::text(&document["id"]).parse().unwrap();
    let mut tx = app.kho.db.begin().await.unwrap();
    kho::db::search::delete(&mut tx, &[id]).await.unwrap();
    tx.commit().await.unwrap();
    let found = async |q: &str| crate::support::names(&hoa.get(&format!("/search?q={q}")).await);
    assert_eq!(found("giay").await, Vec::<String>::new());

    assert_eq!(done(&app, &["search", "reindex", "--text"]).await, "1 documents and folders were indexed\n");
    app.run_jobs().await;

    assert_eq!(
        (found("giay").await, found("trong").await),
        (vec!["Giấy.txt".to_owned()], vec!["Giấy.txt".to_owned()])
    );
}
