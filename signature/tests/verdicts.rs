//! The whole way on the corpus of signed files: integrity, value, indication against what its manifest expects. `KHO_SIGNATURE_CORPUS` names
//! the folder; without it the verdicts on files made here, in `made`, are all that is tested.

#![expect(clippy::unwrap_used, reason = "a test says what is missing by failing")]

mod etsi_report;

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use kho_signature::report::etsi::{Subject, to_etsi_xml};
use kho_signature::words::Language;
use kho_signature::x509::Certificate;
use kho_signature::{Anchor, Context, Report, verify};
use serde_json::Value;

/// Where we say something else on purpose.
const DEVIATIONS: [(&str, &str, &str); 3] = [
    (
        "dss__pdf-signed-corrupted.pdf",
        "cryptographic",
        "the file is cut off, so integrity is broken; the value still is the key's over the signed attributes, as in the other broken files",
    ),
    (
        "dss__onefile-wrong-file.asice",
        "cryptographic",
        "the signature is byte for byte that of onefile-ok.asice; only the signed file is gone, and that is integrity",
    ),
    (
        "digidoc4j__two_signatures_one_invalid.bdoc",
        "cryptographic",
        "the signed properties were changed, so integrity is broken; OpenSSL verifies the value over SignedInfo",
    ),
];

#[test]
fn verdicts_are_those_of_the_manifest() {
    let Some(folder) = std::env::var_os("KHO_SIGNATURE_CORPUS").map(PathBuf::from) else {
        println!("KHO_SIGNATURE_CORPUS is not set: nothing compared");
        return;
    };
    let manifest: Value = serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let mut table = Table::default();
    for entry in manifest.as_array().unwrap() {
        let name = entry["file"].as_str().unwrap();
        table.compare(name, entry, &judge(&folder, name, &entry["indication_policy"]));
    }
    println!("{} columns right, {} wrong", table.right, table.wrong.len());
    assert!(table.wrong.is_empty(), "{} wrong:\n{}", table.wrong.len(), table.wrong.join("\n"));
}

/// The report on a file under the policy of its entry; files without one are judged with nothing to trust.
fn judge(folder: &Path, name: &str, policy: &Value) -> Report {
    let list = |key: &str| {
        policy[key].as_array().into_iter().flatten().map(|path| folder.join(path.as_str().unwrap()))
    };
    let at = policy["validation_time"].as_str().unwrap_or("2026-06-01T00:00:00Z").parse().unwrap();
    let mut context = Context::new(at);
    context.anchors = list("trust_anchors").map(|path| Anchor::new(certificate(&path))).collect();
    context.pool = list("certificate_pool").map(|path| certificate(&path)).collect();
    context.crls = list("local_crls").map(|path| fs::read(path).unwrap()).collect();
    verify(&fs::read(folder.join(name)).unwrap(), &context).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn certificate(path: &Path) -> Certificate {
    let pem = fs::read_to_string(path).unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    Certificate::from_der(&base64::engine::general_purpose::STANDARD.decode(body).unwrap()).unwrap()
}

#[derive(Default)]
struct Table {
    right: usize,
    wrong: Vec<String>,
}

impl Table {
    fn check(&mut self, name: &str, column: &str, found: &str, expected: &str) {
        let deviation = DEVIATIONS.iter().find(|(file, of, _)| (*file, *of) == (name, column));
        if found == expected {
            self.right += 1;
        } else if let Some((.., reason)) = deviation {
            println!("{name}: {column} is {found}, not {expected}: {reason}");
        } else {
            self.wrong.push(format!("{name}: {column} is {found}, not {expected}"));
        }
    }

    fn compare(&mut self, name: &str, entry: &Value, report: &Report) {
        self.compare_etsi(name, entry, report);
        let report = serde_json::to_value(report).unwrap();
        let signatures = report["signatures"].as_array().unwrap();
        let expected = entry["expected"].as_array().unwrap();
        self.check(name, "number", &signatures.len().to_string(), &expected.len().to_string());
        for (signature, expected) in signatures.iter().zip(expected) {
            let codes: Vec<&str> = signature["findings"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|finding| finding["code"].as_str())
                .collect();
            println!(
                "{} {} {} {name}: {} {}",
                text(&signature["integrity"]),
                text(&signature["cryptographic"]),
                text(&signature["modified_after_signing"]),
                indication(signature),
                codes.join(" ")
            );
            for column in ["integrity", "cryptographic", "covers_whole_document", "modified_after_signing"] {
                let alternative = &entry["integrity_alternative"];
                let accepted =
                    column == "integrity" && !alternative.is_null() && *alternative == signature[column];
                if !expected[column].is_null() && !accepted {
                    self.check(name, column, &text(&signature[column]), &text(&expected[column]));
                }
            }
        }
        if let Some(expected) = entry["expected_indication"].as_str() {
            let found = signatures.first().map(indication).unwrap_or_default();
            self.check(name, "indication", &found, &expected.replace('-', "_"));
        }
        if entry["must_not_pass"] == true {
            let all_passed =
                !signatures.is_empty() && signatures.iter().all(|one| one["indication"] == "TOTAL_PASSED");
            self.check(name, "passes", &all_passed.to_string(), "false");
        }
    }
}

impl Table {
    /// The report of TS 119 102-2: as many signatures, and the indication of the first, by the names of its tables.
    fn compare_etsi(&mut self, name: &str, entry: &Value, report: &Report) {
        let judged_at = "2026-06-01T00:00:00Z".parse().unwrap();
        let subject =
            Subject { name, sha256: [0; 32], judged_at, policy: "", language: Language::Vietnamese };
        let expected = entry["expected"].as_array().unwrap();
        let Some(xml) = to_etsi_xml(report, &subject) else {
            return self.check(name, "ETSI reports", "0", &expected.len().to_string());
        };
        let document = roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{name}: {error}"));
        etsi_report::assert_is_laid_out(&document);
        let all = document.descendants();
        let reports: Vec<_> = all.filter(|node| node.has_tag_name("SignatureValidationReport")).collect();
        self.check(name, "ETSI reports", &reports.len().to_string(), &expected.len().to_string());
        if let Some(expected) = entry["expected_indication"].as_str() {
            let status = |element| {
                let found = reports[0].children().find(|node| node.has_tag_name("SignatureValidationStatus"));
                found.and_then(|found| etsi_report::text(found, element)).unwrap_or_default()
            };
            let main = status("MainIndication").trim_start_matches("urn:etsi:019102:mainindication:");
            let sub = status("SubIndication").trim_start_matches("urn:etsi:019102:subindication:");
            let (wanted, wanted_sub) = expected.split_once('/').unwrap_or((expected, ""));
            self.check(name, "ETSI main indication", &main.to_uppercase(), wanted);
            self.check(name, "ETSI sub-indication", sub, wanted_sub);
        }
    }
}

fn indication(signature: &Value) -> String {
    let sub = signature["sub_indication"].as_str().map(|sub| format!("/{sub}"));
    format!("{}{}", text(&signature["indication"]), sub.unwrap_or_default())
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
