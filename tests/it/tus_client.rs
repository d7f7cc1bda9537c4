//! Resumable uploads as the reference client of the protocol makes them: tus-js-client, on node, in processes of its own.
//!
//! Needs `node` and `npm`; where they cannot be had, `KHO_TEST_WITHOUT_NODE=1` leaves it out.

use reqwest::Method;
use ring::digest::{SHA256, digest};
use serde_json::Value;
use std::path::{Path, PathBuf};
use tokio::process::Command;

use crate::node;
use crate::support::{Program, TestApp, pdf, text};

/// The client's script, beside the client.
async fn client() -> PathBuf {
    node::script("tus", "upload.mjs").await
}

async fn upload(script: &Path, step: &str, program: &Program, file: &Path, folder: &str) -> String {
    let mut command = Command::new("node");
    command.arg(script).args([step, &format!("{}/uploads", program.base)]).arg(file).arg(folder);
    node::run(command.env("KHO_TOKEN", &program.secret)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn tus_js_client_goes_on_where_it_was_cut_off() {
    if node::is_left_out() {
        return;
    }
    let script = client().await;
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let program = hoa.token(&app, &["vault_read", "vault_write"]).await;
    let papers = tempfile::tempdir().unwrap();
    let file = papers.path().join("Giấy khai sinh – Đỗ An.pdf");
    let bytes = pdf(5_000_000);
    std::fs::write(&file, &bytes).unwrap();

    upload(&script, "begin", &program, &file, &hoa.root).await;
    let printed = upload(&script, "resume", &program, &file, &hoa.root).await;

    let outcome: Value = serde_json::from_str(&printed).unwrap_or_else(|_| panic!("{printed}"));
    let resumed_at = outcome["resumed_at"].as_u64().expect("an offset");
    assert!((1_048_576..5_000_000).contains(&resumed_at), "{resumed_at}");
    let entry = text(&outcome["entry"]);
    let document = hoa.get(&format!("/entries/{entry}")).await;
    assert_eq!(document["name"], "Giấy khai sinh – Đỗ An.pdf");
    let answer = hoa.request(Method::GET, &format!("/entries/{entry}/content")).send().await.unwrap();
    let received = answer.bytes().await.unwrap();
    assert_eq!(digest(&SHA256, &received).as_ref(), digest(&SHA256, &bytes).as_ref());
}
