//! The tour of docs/integration.md: its commands are run by bash as they stand there, and must print what stands below them.

use std::path::Path;

use crate::oauth::OneStop;
use crate::support::TestApp;

const PAGE: &str = include_str!("../../docs/integration.md");
const BETWEEN: &str = "=== next block ===";
const AGENCY: &str = "H52.10";

/// The blocks of a fence of the tour, such as `sh`.
fn blocks(fence: &str) -> Vec<String> {
    let tour = PAGE.split("\n## ").find(|part| part.starts_with("A first tour")).expect("a tour");
    let opening = format!("\n```{fence}\n");
    tour.split(&opening).skip(1).map(|part| part.split("```").next().unwrap().to_owned()).collect()
}

/// What no two runs have in common, by its kind: ids, hashes, codes of dossiers, times and days.
fn common(text: &str) -> String {
    let mut common = String::new();
    let mut word = String::new();
    for sign in text.chars().chain(['\n']) {
        if sign.is_ascii_alphanumeric() || "-.:".contains(sign) {
            word.push(sign);
            continue;
        }
        common.push_str(kind(&word).unwrap_or(&word));
        common.push(sign);
        word.clear();
    }
    common
}

fn kind(word: &str) -> Option<&'static str> {
    let word = word.trim_end_matches(':');
    if uuid::Uuid::parse_str(word).is_ok() {
        Some("ID")
    } else if word.len() == 64 && word.chars().all(|sign| sign.is_ascii_hexdigit()) {
        Some("HASH")
    } else if word.strip_prefix(AGENCY).is_some_and(|rest| rest.starts_with('-')) {
        Some("CODE")
    } else if chrono::DateTime::parse_from_rfc3339(word).is_ok() {
        Some("TIME")
    } else if word.parse::<chrono::NaiveDate>().is_ok() {
        Some("DAY")
    } else {
        None
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_of_the_integration_page_prints_what_the_page_says() {
    let app = TestApp::start().await;
    let one_stop = OneStop::of(&app, "mot-cua", &[AGENCY]).await;
    let secret = one_stop.secret().await;
    let folder = tempfile::tempdir().unwrap();
    let commands =
        blocks("sh").join(&format!("echo '{BETWEEN}'\n")).replace("http://127.0.0.1:8080", &app.url);
    let programs = Path::new(env!("CARGO_BIN_EXE_kho")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let output = tokio::process::Command::new("bash")
        .args(["-euo", "pipefail", "-c", &commands])
        .current_dir(folder.path())
        .env("PATH", path)
        .env("KHO_ONE_STOP_SECRET", secret)
        .output();
    let output = output.await.unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    // The folder is another each time.
    let printed = printed.replace(folder.path().to_str().unwrap(), "/home/mot-cua");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}\n{said}");
    let printed = printed.split(&format!("{BETWEEN}\n")).map(common).collect::<Vec<_>>();
    let expected = blocks("text").iter().map(|block| common(block)).collect::<Vec<_>>();
    assert_eq!(printed, expected, "{}", printed.join("\n"));
}
