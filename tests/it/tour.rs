//! The tour of the README: its commands are run by bash as they stand there, and must print what stands below them.

use crate::demo::{load, write_papers};
use crate::support::TestApp;

const README: &str = include_str!("../../README.md");
const BETWEEN: &str = "=== next block ===";

/// The blocks of a fence of the tour, such as `sh`.
fn blocks(fence: &str) -> Vec<String> {
    let tour = README.split("\n## ").find(|part| part.starts_with("A tour")).expect("a tour");
    let mut all = Vec::new();
    for part in tour.split(&format!("\n```{fence}\n")).skip(1) {
        all.push(part.split("```").next().unwrap().to_owned());
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_of_the_readme_prints_what_the_readme_says() {
    let app = TestApp::start().await;
    let papers = tempfile::tempdir().unwrap();
    write_papers(papers.path());
    let (code, said) = load(&app, papers.path(), &[]);
    assert_eq!(code, Some(0), "{said}");
    let commands =
        blocks("sh").join(&format!("echo '{BETWEEN}'\n")).replace("http://127.0.0.1:8080", &app.url);

    let output = tokio::task::spawn_blocking(move || {
        std::process::Command::new("bash").args(["-euo", "pipefail", "-c", &commands]).output()
    });
    let output = output.await.unwrap().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}\n{said}");
    let printed = printed.split(&format!("{BETWEEN}\n")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(printed, blocks("text"), "{said}");
}
