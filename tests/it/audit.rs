//! The audit chains: what they hold, who may read them, and that no change to them stays hidden (K5).

use kho::services::check::{Finding, Findings};
use kho::services::verify::VerifyScope;
use kho::sql;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Person, TestApp, pdf, problem, text};

/// The records of a list, as (act, outcome).
fn acts(list: &Value) -> Vec<(String, String)> {
    let items = list["items"].as_array().expect("items");
    items.iter().map(|item| (text(&item["act"]), text(&item["outcome"]))).collect()
}

fn pair(act: &str, outcome: &str) -> (String, String) {
    (act.to_owned(), outcome.to_owned())
}

async fn verify(app: &TestApp, chain: Option<Uuid>) -> Vec<Finding> {
    let mut findings = Findings::default();
    let scope = VerifyScope { chain, from_seq: None };
    let tally = app.kho.verify_trail(scope, &mut findings).await.expect("the chains can be walked");
    assert_eq!(tally.findings, findings.0.len() as u64);
    findings.0
}

/// The kinds and places found, in order.
fn places(findings: &[Finding]) -> Vec<(&'static str, Option<i64>)> {
    findings.iter().map(|finding| (finding.kind, finding.seq)).collect()
}

/// A vault whose chain holds several records.
async fn busy_vault(app: &TestApp) -> (Person, Uuid) {
    let hoa = app.person("hoa").await;
    for name in ["a", "b", "c", "d", "e", "f"] {
        hoa.folder(&hoa.root, name).await;
    }
    let chain = hoa.vault.parse().unwrap();
    (hoa, chain)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_sees_who_looked_at_a_paper_when_and_why() {
    let app = TestApp::start().await;
    let (hoa, lan) = (app.person("hoa").await, app.person("lan").await);
    let document = hoa.document(&hoa.root, "a.pdf", &pdf(500)).await;
    let id = text(&document["id"]);
    let content = format!("/entries/{id}/content");
    hoa.request(Method::GET, &content).header("Kho-Purpose", "ki%E1%BB%83m%20tra").send().await.unwrap();
    let refused = lan.request(Method::GET, &content).send().await.unwrap();
    assert_eq!(refused.status(), 404);

    let trail = hoa.get(&format!("/entries/{id}/audit")).await;
    assert_eq!(
        acts(&trail),
        [
            pair("document.download", "refused"),
            pair("document.download", "done"),
            pair("document.add", "done")
        ]
    );
    let (refusal, download) = (&trail["items"][0], &trail["items"][1]);
    assert_eq!(refusal["actor_name"], "Người lan");
    assert_eq!(refusal["detail"]["code"], "not_found");
    assert_eq!(download["purpose"], "kiểm tra");
    assert_eq!(download["object_name"], "a.pdf");
    assert_eq!(download["address"], "127.0.0.1");
    assert_eq!(download["channel"], "page");
    assert!(download["version_id"].is_string());

    let others = lan.request(Method::GET, &format!("/entries/{id}/audit")).send().await.unwrap();
    assert_eq!(problem(others).await, (404, "not_found".to_owned()));
    let whole = lan.request(Method::GET, &format!("/vaults/{}/audit", hoa.vault)).send().await.unwrap();
    assert_eq!(problem(whole).await, (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trail_is_paged_filtered_and_exported_whole() {
    let app = TestApp::start().await;
    let (hoa, _) = busy_vault(&app).await;
    let path = format!("/vaults/{}/audit", hoa.vault);

    let all = hoa.get(&format!("{path}?limit=500")).await;
    let seqs = |list: &Value| {
        list["items"].as_array().unwrap().iter().map(|item| item["seq"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let newest = seqs(&all)[0];
    assert_eq!(seqs(&all), (1..=newest).rev().collect::<Vec<_>>());

    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = hoa.get(&format!("{path}?sort=time&limit=3{cursor}")).await;
        paged.extend(seqs(&page));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(paged, (1..=newest).collect::<Vec<_>>());

    let folders = hoa.get(&format!("{path}?act=folder.create&limit=2")).await;
    assert_eq!(acts(&folders), [pair("folder.create", "done"), pair("folder.create", "done")]);
    let from = text(&folders["items"][1]["at"]);
    let later = hoa.get(&format!("{path}?act=folder.create&from={from}")).await;
    assert_eq!(acts(&later).len(), 2);
    let earlier = hoa.get(&format!("{path}?act=folder.create&to={from}")).await;
    assert_eq!(acts(&earlier).len(), 4);

    let unknown = hoa.request(Method::GET, &format!("{path}?act=folder.burn")).send().await.unwrap();
    assert_eq!(problem(unknown).await, (422, "invalid_input".to_owned()));
    let cursor = hoa.request(Method::GET, &format!("{path}?cursor=abc")).send().await.unwrap();
    assert_eq!(problem(cursor).await, (400, "unknown_cursor".to_owned()));

    let export = hoa.request(Method::GET, &format!("{path}.ndjson")).send().await.unwrap();
    assert_eq!(export.headers()["content-type"], "application/x-ndjson");
    let lines = export.text().await.unwrap();
    let records = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>();
    let exported = records.iter().map(|record| record["seq"].as_i64().unwrap()).collect::<Vec<_>>();
    assert_eq!(exported, (1..=newest + 1).collect::<Vec<_>>());
    assert_eq!(records.last().unwrap()["detail"], json!({ "export": true }));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_systems_trail_is_for_auditors_and_looking_is_recorded() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let refused = hoa.request(Method::GET, "/admin/audit").send().await.unwrap();
    assert_eq!(problem(refused).await, (403, "not_allowed".to_owned()));

    give_role(&app, "hoa", "auditor").await;
    let first = hoa.get("/admin/audit").await;
    assert_eq!(acts(&first)[0], pair("system.trail", "refused"));
    let second = hoa.get("/admin/audit?act=system.trail").await;
    assert_eq!(acts(&second), [pair("system.trail", "done"), pair("system.trail", "refused")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn chains_that_nobody_touched_verify() {
    let app = TestApp::start().await;
    let (hoa, chain) = busy_vault(&app).await;
    assert_eq!(verify(&app, None).await, []);
    assert!(app.kho.sign_checkpoints().await.unwrap() > 0);
    assert_eq!(app.kho.sign_checkpoints().await.unwrap(), 0, "nothing has moved since");
    hoa.folder(&hoa.root, "g").await;
    assert_eq!(app.kho.sign_checkpoints().await.unwrap(), 1);
    let held = db_count(&app, "SELECT chains FROM audit_checkpoint ORDER BY number DESC LIMIT 1").await;
    assert_eq!(held, 1, "a checkpoint holds only the heads that moved");
    assert_eq!(verify(&app, None).await, []);
    assert_eq!(verify(&app, Some(chain)).await, []);
}

async fn give_role(app: &TestApp, login: &str, role: &str) {
    let mut tx = app.kho.db.begin().await.unwrap();
    sql!(
        tx,
        execute,
        "INSERT INTO account_role (id, account_id, role, created_at) SELECT $1, id, $2, $3 FROM account WHERE login = $4",
        Uuid::new_v4(),
        role,
        app.kho.clock.now(),
        login
    )
    .unwrap();
    tx.commit().await.unwrap();
}

async fn db_count(app: &TestApp, text: &'static str) -> i64 {
    let mut tx = app.kho.db.read().await.unwrap();
    let (count,): (i64,) = sql!(tx, one kho::db::One<i64>, text).unwrap();
    count
}

/// Runs statements on one chain, `$1`.
async fn tamper(app: &TestApp, chain: Uuid, statements: &[&'static str]) {
    let mut tx = app.kho.db.begin().await.unwrap();
    for statement in statements {
        let changed = sql!(tx, execute, *statement, chain).unwrap();
        assert!(changed > 0, "{statement}");
    }
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_to_a_chain_is_found_where_it_was_made() {
    let cases: [(&str, &[&str], (&str, i64)); 8] = [
        (
            "a field changed",
            &["UPDATE audit_record SET actor_name = 'Ai đó' WHERE chain_id = $1 AND seq = 3"],
            ("record_changed", 3),
        ),
        (
            "a time changed by a microsecond",
            &[
                "UPDATE audit_record SET at = (SELECT at FROM audit_record WHERE chain_id = $1 AND seq = 3) WHERE chain_id = $1 AND seq = 5",
            ],
            ("record_changed", 5),
        ),
        (
            "a purpose added",
            &["UPDATE audit_record SET purpose = 'công vụ' WHERE chain_id = $1 AND seq = 4"],
            ("record_changed", 4),
        ),
        (
            "a record removed",
            &["DELETE FROM audit_record WHERE chain_id = $1 AND seq = 3"],
            ("records_missing", 3),
        ),
        (
            "two records swapped",
            &[
                "UPDATE audit_record SET seq = -3 WHERE chain_id = $1 AND seq = 3",
                "UPDATE audit_record SET seq = 3 WHERE chain_id = $1 AND seq = 5",
                "UPDATE audit_record SET seq = 5 WHERE chain_id = $1 AND seq = -3",
            ],
            ("record_changed", 3),
        ),
        (
            "the first records removed",
            &["DELETE FROM audit_record WHERE chain_id = $1 AND seq < 3"],
            ("records_missing", 1),
        ),
        (
            "the end cut off",
            &["DELETE FROM audit_record WHERE chain_id = $1 AND seq > 4"],
            ("end_missing", 5),
        ),
        (
            "the head set back",
            &[
                "UPDATE audit_chain SET seq = 4, head = (SELECT hash FROM audit_record WHERE chain_id = $1 AND seq = 4) WHERE id = $1",
            ],
            ("beyond_head", 5),
        ),
    ];
    let app = TestApp::start().await;
    for (number, (name, statements, (kind, seq))) in cases.into_iter().enumerate() {
        let person = app.person(&format!("nguoi{number}")).await;
        for folder in ["a", "b", "c", "d", "e", "f"] {
            person.folder(&person.root, folder).await;
        }
        let chain = person.vault.parse().unwrap();
        assert_eq!(verify(&app, Some(chain)).await, [], "before: {name}");
        tamper(&app, chain, statements).await;
        let found = verify(&app, Some(chain)).await;
        assert_eq!(places(&found).first(), Some(&(kind, Some(seq))), "{name}: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_cut_back_or_written_anew_since_a_checkpoint_is_found() {
    let app = TestApp::start().await;
    let (hoa, chain) = busy_vault(&app).await;
    let newest =
        hoa.get(&format!("/vaults/{}/audit?limit=1", hoa.vault)).await["items"][0]["seq"].as_i64().unwrap();
    app.kho.sign_checkpoints().await.unwrap();

    // Cut back consistently: the newest three are gone and the chain's row says so.
    let mut tx = app.kho.db.begin().await.unwrap();
    let kept = newest - 3;
    sql!(tx, execute, "DELETE FROM audit_record WHERE chain_id = $1 AND seq > $2", chain, kept).unwrap();
    sql!(
        tx,
        execute,
        "UPDATE audit_chain SET seq = $2, head = (SELECT hash FROM audit_record WHERE chain_id = $1 AND seq = $2) WHERE id = $1",
        chain,
        kept
    )
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(places(&verify(&app, None).await), [("cut_back", Some(newest))]);

    // Grown again over the place by honest means: the chain is consistent, but not what was signed.
    for name in ["x", "y", "z", "w"] {
        hoa.folder(&hoa.root, name).await;
    }
    assert_eq!(places(&verify(&app, None).await), [("rewritten", Some(newest))]);
    app.kho.sign_checkpoints().await.unwrap();
    assert_eq!(
        places(&verify(&app, None).await),
        [("rewritten", Some(newest))],
        "later signatures hide nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_and_removed_checkpoints_are_found() {
    let app = TestApp::start().await;
    let (hoa, chain) = busy_vault(&app).await;
    app.kho.sign_checkpoints().await.unwrap();
    hoa.folder(&hoa.root, "x").await;
    app.kho.sign_checkpoints().await.unwrap();
    let kinds = |findings: Vec<Finding>| findings.iter().map(|f| (f.kind, f.id.clone())).collect::<Vec<_>>();

    tamper(&app, chain, &["DELETE FROM audit_checkpoint_head WHERE chain_id = $1 AND number = 1"]).await;
    assert_eq!(kinds(verify(&app, None).await), [("checkpoint_changed", "1".to_owned())]);

    let mut tx = app.kho.db.begin().await.unwrap();
    sql!(tx, execute, "DELETE FROM audit_checkpoint_head WHERE number = 2").unwrap();
    sql!(tx, execute, "DELETE FROM audit_checkpoint WHERE number = 2").unwrap();
    sql!(tx, execute, "UPDATE audit_checkpoint SET signature = digest").unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        kinds(verify(&app, None).await),
        [
            ("checkpoint_changed", "1".to_owned()),
            ("checkpoint_signature", "1".to_owned()),
            ("checkpoint_missing", "2".to_owned())
        ]
    );
}
