//! `kho verify`, run as an operator runs it, on the corpus that `KHO_SIGNATURE_CORPUS` names.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use chrono::TimeDelta;
use kho::domain::clock::Clock;
use serde_json::Value;

use crate::signed::openssl::{Responder, Status};
use crate::signed::pki::{OCSP_SIGNING, STATUS_ANSWERS, access, certificate, crl, purpose, usages};
use crate::signed::world::{AUTHORITY, LONG, RESPONDER, ROOT, SIGNER, World, world};

/// The folder of the corpus; without it there is nothing to judge, and the test says so.
fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("KHO_SIGNATURE_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        println!("KHO_SIGNATURE_CORPUS is not set: nothing judged");
    }
    folder
}

fn verify(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kho"))
        .arg("verify")
        .args(["--trust", "trust/test-root.pem", "--pool", "trust/test-int.pem"])
        .args(["--crl", "trust/crl-root_now.crl", "--crl", "trust/crl-int_now.crl"])
        .args(["--at", "2026-06-01T00:00:00Z", "--offline"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_exit_code_says_whether_all_are_valid() {
    let Some(folder) = corpus() else { return };
    for (files, code) in [
        (&["g-bb-rsa2048.pdf"][..], 0),
        (&["g-bb-rsa2048.pdf", "g-blta.pdf"], 0),
        (&["g-bb-rsa2048.pdf", "g-tamper-byte-in-range.pdf"], 1),
        (&["g-untrusted-root.pdf"], 1),
        (&["manifest.json"], 1),
        (&["g-bb-rsa2048.pdf", "not-there.pdf"], 2),
    ] {
        let output = verify(&folder, files);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{files:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn a_report_tells_programs_and_people_what_was_found() {
    let Some(folder) = corpus() else { return };
    let reports =
        lines(&verify(&folder, &["--json", "g-bt.pdf", "g-tamper-byte-in-range.pdf", "missing.pdf"]));
    let [good, bad, missing] = &reports[..] else { panic!("{reports:?}") };
    let signature = &good["signatures"][0];
    assert_eq!(
        (&good["file"], &good["format"], &good["error"]),
        (&"g-bt.pdf".into(), &"pdf".into(), &Value::Null)
    );
    for (name, expected) in [
        ("conclusion", "valid"),
        ("indication", "TOTAL_PASSED"),
        ("integrity", "intact"),
        ("cryptographic", "valid"),
        ("modified_after_signing", "none"),
    ] {
        assert_eq!(signature[name], expected, "{name}");
    }
    assert_eq!(
        (&signature["sub_indication"], &signature["covers_whole_document"]),
        (&Value::Null, &true.into())
    );
    assert_eq!(bad["signatures"][0]["sub_indication"], "HASH_FAILURE");
    assert_eq!((missing["signatures"].as_array().unwrap().len(), missing["error"].is_string()), (0, true));

    let words = verify(&folder, &["g-bt.pdf", "g-tamper-byte-in-range.pdf"]);
    let words = String::from_utf8_lossy(&words.stdout).into_owned();
    for expected in ["g-bt.pdf\n", "valid\n", "TOTAL_PASSED", "TOTAL_FAILED/HASH_FAILURE", "invalid"] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
}

#[test]
fn a_report_of_etsi_is_one_document_a_file() {
    let Some(folder) = corpus() else { return };
    let output =
        verify(&folder, &["--etsi", "g-blta.pdf", "g-ocsp-revoked.pdf", "manifest.json", "missing.pdf"]);
    let (documents, complaints) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(documents.matches("<?xml").count(), 2);
    assert_eq!(documents.matches("http://uri.etsi.org/19102/v1.2.1#").count(), 2);
    for indication in [":total-passed<", ":subindication:REVOKED_NO_POE<"] {
        assert!(documents.contains(indication), "{indication}: {documents}");
    }
    assert!(
        complaints.contains("manifest.json: no signature") && complaints.contains("missing.pdf: not read")
    );
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(verify(&folder, &["--etsi", "--json", "g-blta.pdf"]).status.code(), Some(2));
}

#[test]
fn a_folder_is_judged_as_its_files_are() {
    let Some(folder) = corpus() else { return };
    let output = verify(&folder, &["--json", "."]);
    let reports = lines(&output);
    let manifest = std::fs::read(folder.join("manifest.json")).unwrap();
    let manifest: Vec<Value> = serde_json::from_slice(&manifest).unwrap();
    for entry in manifest.iter().filter(|entry| entry["must_not_pass"] == true) {
        let name = format!("./{}", entry["file"].as_str().unwrap());
        let report =
            reports.iter().find(|report| report["file"] == *name).unwrap_or_else(|| panic!("{name}"));
        let signatures = report["signatures"].as_array().unwrap();
        let all_pass = signatures.iter().all(|signature| signature["indication"] == "TOTAL_PASSED");
        assert!(signatures.is_empty() || !all_pass, "{name} passes");
    }
    assert_eq!(
        output.status.code(),
        Some(if reports.iter().any(|report| !report["error"].is_null()) { 2 } else { 1 })
    );
}

#[test]
fn what_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("readme.txt"), "nothing").unwrap();
    let run = |arguments: &[&str]| {
        let kho = Command::new(env!("CARGO_BIN_EXE_kho"))
            .arg("verify")
            .args(arguments)
            .current_dir(&folder)
            .output();
        let output = kho.unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for (arguments, named) in [
        (&["--trust", "readme.txt", "a.pdf"][..], "readme.txt: no CERTIFICATE in it"),
        (&["--policy", "readme.txt", "a.pdf"], "readme.txt: the policy can't be read"),
        (&["--trust", "none.pem", "a.pdf"], "none.pem"),
        (&["--at", "yesterday", "a.pdf"], "yesterday"),
        (&["--fetch-allow", "crl.example", "a.pdf"], "a place is HOST:PORT"),
    ] {
        let (code, complaint) = run(arguments);
        assert_eq!(code, Some(2), "{arguments:?}");
        assert!(complaint.contains(named), "{complaint}");
    }
}

/// A paper of today whose signer's certificate says that its status is answered at a place.
fn paper_asking(place: &str) -> World {
    let today = Clock::System.now().date_naive();
    let [yesterday, next_week] = [-1, 7].map(|days| (today + TimeDelta::days(days)).to_string());
    let answered = access(&[(STATUS_ANSWERS, &format!("http://{place}/"))]);
    World {
        signer: certificate(AUTHORITY, SIGNER, 3, LONG, &[usages(0xc0), answered]),
        crls: vec![crl(ROOT, [&yesterday, &next_week], &[], &[])],
        ..world()
    }
}

#[test]
fn what_a_verdict_lacks_is_fetched_where_it_may_be_asked_for() {
    let entrusted = certificate(AUTHORITY, RESPONDER, 8, LONG, &[usages(0x80), purpose(OCSP_SIGNING, false)]);
    for (status, code, told) in [
        (Status::Good, 0, "TOTAL_PASSED"),
        (Status::Revoked, 1, "certificate_revoked"),
        (Status::Unknown, 1, "revocation_status_unknown"),
    ] {
        let responder = Responder::new(&world().authority, &entrusted, RESPONDER, &status);
        let listening = responder.listen();
        let place = format!("127.0.0.1:{}", listening.port);
        let paper = paper_asking(&place);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("root.cer"), &paper.root).unwrap();
        std::fs::write(folder.path().join("paper.pdf"), paper.paper()).unwrap();
        for (flags, code, told, complaint) in [
            (&["--offline", "--fetch-allow", &place][..], 1, "revocation_unknown", ""),
            (&[], 1, "revocation_unknown", "not asked: port"),
            (&["--fetch-allow", &place], code, told, ""),
        ] {
            let output = Command::new(env!("CARGO_BIN_EXE_kho"))
                .args(["verify", "--trust", "root.cer", "paper.pdf"])
                .args(flags)
                .current_dir(&folder)
                .output()
                .unwrap();
            let [words, complaints] =
                [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            assert_eq!(output.status.code(), Some(code), "{flags:?}: {words}{complaints}");
            assert!(words.contains(told) && complaints.contains(complaint), "{flags:?}: {words}{complaints}");
            assert!(!complaint.is_empty() || complaints.is_empty(), "{flags:?}: {complaints}");
        }
    }
}
