//! Papers of the corpus that `KHO_SIGNATURE_CORPUS` names, in a vault.

use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use kho::domain::clock::Clock;
use serde_json::Value;

use crate::signatures::{day, signatures};
use crate::support::{TestApp, text};

/// The files of the corpus that are PDF, uploaded as a citizen would: identical bytes, the expected verdict, and the same a year later.
#[tokio::test(flavor = "multi_thread")]
async fn papers_of_the_corpus_get_their_verdicts_and_keep_them() {
    let Some(folder) = std::env::var_os("KHO_SIGNATURE_CORPUS").map(PathBuf::from) else { return };
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let files = manifest.as_array().unwrap().iter().filter(|entry| entry["format"] == "pdf");
    // Those that say how they are to be judged differ in the lists at hand alone.
    let (bare, usual): (Vec<_>, Vec<_>) = files
        .partition(|entry| entry["indication_policy"]["local_crls"].as_array().is_some_and(Vec::is_empty));
    judge_corpus(&folder, &usual, true).await;
    judge_corpus(&folder, &bare, false).await;
}

async fn judge_corpus(folder: &Path, entries: &[&Value], with_lists: bool) {
    let app = TestApp::start_with(Clock::fixed(day("2026-06-01")), |config| {
        for (kind, names) in [
            ("anchors", &["test-root.pem"][..]),
            ("intermediates", &["test-int.pem"]),
            ("crls", if with_lists { &["crl-root_now.crl", "crl-int_now.crl"] } else { &[] }),
        ] {
            let place = config.data_dir.join("trust").join(kind);
            std::fs::create_dir_all(&place).unwrap();
            for name in names {
                std::fs::copy(folder.join("trust").join(name), place.join(name)).unwrap();
            }
        }
    })
    .await;
    let hoa = app.person("hoa").await;
    let mut papers = Vec::new();
    for entry in entries {
        let name = entry["file"].as_str().unwrap();
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let id = text(&hoa.document(&hoa.root, name, &bytes).await["id"]);
        let versions = hoa.get(&format!("/entries/{id}/versions")).await;
        assert_eq!(versions["items"][0]["sha256"], entry["sha256"], "{name}");
        papers.push((name, id, entry));
    }
    app.run_jobs().await;
    let mut conclusions = Vec::new();
    for (name, id, entry) in &papers {
        let body = signatures(&hoa, id).await;
        let list = body["verdict"]["signatures"].as_array().unwrap_or_else(|| panic!("{name}: {body}"));
        assert_eq!(list.len(), entry["expected"].as_array().unwrap().len(), "{name}");
        if let Some(expected) = entry["expected_indication"].as_str() {
            let sub = list[0]["sub_indication"].as_str().map(|sub| format!("/{sub}")).unwrap_or_default();
            let found = format!("{}{sub}", text(&list[0]["indication"]));
            assert_eq!(found, expected.replace('-', "_"), "{name}");
        }
        let all_pass = list.iter().all(|one| one["indication"] == "TOTAL_PASSED");
        assert!(!(entry["must_not_pass"] == true && all_pass && !list.is_empty()), "{name} must not pass");
        // Evidence that was added is no change of what was signed; a form that was filled in is.
        match *name {
            "g-blta.pdf" => assert_eq!(body["verdict"]["conclusion"], "valid"),
            "g-docmdp2-then-fill.pdf" => {
                assert_eq!(body["verdict"]["conclusion"], "valid_with_later_changes");
            }
            _ => {}
        }
        conclusions.push(list.iter().map(|one| text(&one["conclusion"])).collect::<Vec<_>>());
    }

    app.kho.clock.advance(TimeDelta::days(365));
    let hoa = app.sign_in("hoa", &hoa.identity_number).await;
    app.run_jobs().await;
    for ((name, id, _), before) in papers.iter().zip(conclusions) {
        let body = signatures(&hoa, id).await;
        assert!(text(&body["judged_at"]).starts_with("2027-"), "{name} was judged again");
        let list = body["verdict"]["signatures"].as_array().unwrap();
        let now = list.iter().map(|one| text(&one["conclusion"])).collect::<Vec<_>>();
        assert_eq!(now, before, "{name} a year later");
    }
}
