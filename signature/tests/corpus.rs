//! The corpus of signed files against the verdicts that its manifest expects; `KHO_SIGNATURE_CORPUS` names the folder. Without it there
//! is nothing to compare and the test says so.

use std::{fs, path::PathBuf};

use kho_signature::{pdf::Document, report::Modification};
use serde_json::Value;

#[test]
fn pdf_files_are_covered_and_changed_as_the_manifest_says() {
    let Some(folder) = std::env::var_os("KHO_SIGNATURE_CORPUS").map(PathBuf::from) else {
        println!("KHO_SIGNATURE_CORPUS is not set: nothing compared");
        return;
    };
    let manifest: Value = serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let files = manifest.as_array().unwrap().iter().filter(|entry| entry["format"] == "pdf");
    for entry in files {
        let name = entry["file"].as_str().unwrap();
        let file = fs::read(folder.join(name)).unwrap();
        let document = Document::open(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        let signatures = document.signatures();
        let expected = entry["expected"].as_array().unwrap();
        println!("{name}: {} of {}", signatures.len(), expected.len());
        if signatures.len() != expected.len() {
            wrong.push(format!("{name}: {} signatures", signatures.len()));
        }
        for (signature, expected) in signatures.iter().zip(expected) {
            let findings = serde_json::to_string(&signature.findings).unwrap();
            println!(
                "  {:24} covers {:5} modified {:9} sound {:5} revision {:?} {findings}",
                signature.field,
                signature.covers_whole_document,
                word(signature.modified_after_signing),
                signature.sound,
                signature.revision,
            );
            let mut compare = |column: &str, found: Value| {
                if !expected[column].is_null() && expected[column] != found {
                    wrong.push(format!(
                        "{name} {}: {column} {found}, not {}",
                        signature.field, expected[column]
                    ));
                }
            };
            compare("covers_whole_document", signature.covers_whole_document.into());
            compare("modified_after_signing", word(signature.modified_after_signing).into());
            if !signature.sound && expected.get("integrity_alternative").is_none() {
                compare("integrity", "broken".into());
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn word(modification: Modification) -> &'static str {
    match modification {
        Modification::None => "none",
        Modification::Permitted => "permitted",
        Modification::Forbidden => "forbidden",
    }
}
