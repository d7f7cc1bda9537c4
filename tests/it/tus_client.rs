//! Resumable uploads as the reference client of the protocol makes them: tus-js-client, on node, in processes of its own.
//!
//! Needs `node` and `npm`; where they cannot be had, `KHO_TEST_WITHOUT_NODE=1` leaves it out.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use reqwest::Method;
use ring::digest::{SHA256, digest};
use serde_json::Value;
use tokio::process::Command;

use crate::support::{Program, TestApp, pdf, text};

/// Runs a command that must succeed; what it prints.
async fn run(command: &mut Command) -> String {
    let missing =
        "node and npm are needed for the test of tus-js-client; KHO_TEST_WITHOUT_NODE=1 leaves it out";
    let output =
        command.stdin(Stdio::null()).output().await.unwrap_or_else(|error| panic!("{missing}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// The client's script, in a folder of the build where the client is installed once for each lock file.
async fn client() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tus");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tus");
    std::fs::create_dir_all(&folder).unwrap();
    for file in ["package.json", "package-lock.json", "upload.mjs"] {
        std::fs::copy(source.join(file), folder.join(file)).unwrap();
    }
    let lock = std::fs::read(source.join("package-lock.json")).unwrap();
    let installed = folder.join("installed-lock.json");
    if std::fs::read(&installed).ok().as_ref() != Some(&lock) {
        run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder)).await;
        std::fs::write(&installed, &lock).unwrap();
    }
    folder.join("upload.mjs")
}

async fn upload(script: &Path, step: &str, program: &Program, file: &Path, folder: &str) -> String {
    let mut command = Command::new("node");
    command.arg(script).args([step, &format!("{}/uploads", program.base)]).arg(file).arg(folder);
    run(command.env("KHO_TOKEN", &program.secret)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn tus_js_client_goes_on_where_it_was_cut_off() {
    if std::env::var_os("KHO_TEST_WITHOUT_NODE").is_some_and(|value| value == "1") {
        eprintln!("left out: KHO_TEST_WITHOUT_NODE=1");
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
