//! The report of ETSI TS 119 102-2 on signatures made here; the names of the schema are those of its clauses.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kho_signature::report::etsi::{Subject, to_etsi_xml};
use kho_signature::words::Language;
use kho_signature::{Report, verify};
use ring::digest::{SHA256, digest};
use roxmltree::Document;

use crate::etsi_report::{SCHEMA, assert_is_laid_out, text};
use crate::pki::*;
use crate::world::*;

fn report(world: &World) -> Report {
    let certificates = [vec![world.signer.clone(), world.authority.clone()], world.extra.clone()].concat();
    let mut message = world.message(&certificates);
    message.unsigned = world.stamps.iter().map(|token| stamped(token)).collect();
    verify(&message.der(), &world.context()).unwrap()
}

fn xml(report: &Report) -> String {
    let judged_at = "2026-06-01T00:00:00Z".parse().unwrap();
    let subject = Subject {
        name: "don.p7m",
        sha256: [7; 32],
        judged_at,
        policy: "VN 2026",
        language: Language::English,
    };
    to_etsi_xml(report, &subject).unwrap()
}

fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

#[test]
fn a_stamped_signature_is_identified_and_grounded() {
    let stamper = stamper(true);
    let world = world().stamp(&stamper, "2026-05-25");
    let text_of = xml(&report(&world));
    let document = Document::parse(&text_of).unwrap();
    assert_is_laid_out(&document);
    let root = document.root_element();
    let status =
        root.descendants().find(|node| node.has_tag_name((SCHEMA, "SignatureValidationStatus"))).unwrap();
    assert_eq!(text(status, "MainIndication"), Some("urn:etsi:019102:mainindication:total-passed"));
    assert_eq!(text(status, "SubIndication"), None);
    assert_eq!(text(status, "Algorithm"), Some("http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519"));
    // 4.3.3: the digest of what is signed, and the value.
    let identifier =
        root.descendants().find(|node| node.has_tag_name((SCHEMA, "SignatureIdentifier"))).unwrap();
    let message = world.message(&[]);
    assert_eq!(
        text(identifier, "DigestValue"),
        Some(&*base64(digest(&SHA256, &message.signed_set()).as_ref()))
    );
    assert_eq!(text(identifier, "SignatureValue"), Some(&*base64(&message.value())));
    let signed = root.descendants().find(|node| node.has_tag_name((SCHEMA, "SignersDocument"))).unwrap();
    assert_eq!(text(signed, "DigestValue"), Some(&*base64(digest(&SHA256, message.content).as_ref())));
    // 4.3.5: the time stamp proves the time.
    assert_eq!(text(root, "ValidationTime"), Some("2026-06-01T00:00:00Z"));
    let best = root.descendants().find(|node| node.has_tag_name((SCHEMA, "BestSignatureTime"))).unwrap();
    assert_eq!(text(best, "POETime"), Some("2026-05-25T00:00:00Z"));
    let proof = best.descendants().find(|node| node.has_tag_name((SCHEMA, "POEObject"))).unwrap();
    assert!(proof.attribute("VOReference").unwrap().starts_with("T-"));
    assert_eq!(text(root, "SignatureValidationProcessID"), Some("urn:etsi:019102:validationprocess:LTVM"));
    let objects = root.descendants().filter(|node| node.has_tag_name((SCHEMA, "ObjectType")));
    let count = |kind: &str| objects.clone().filter(|node| node.text().unwrap().ends_with(kind)).count();
    assert_eq!(
        [count(":certificate"), count(":CRL"), count(":timestamp"), count(":signedData")],
        [4, 2, 1, 1]
    );
}

#[test]
fn a_revoked_signer_is_named_with_the_time_and_the_list() {
    let mut world = world();
    world.crls = vec![crl(ROOT, FRESH, &[], &[]), crl(AUTHORITY, FRESH, &[(3, "2026-05-21")], &[])];
    let text_of = xml(&report(&world));
    let document = Document::parse(&text_of).unwrap();
    assert_is_laid_out(&document);
    let root = document.root_element();
    assert_eq!(text(root, "SubIndication"), Some("urn:etsi:019102:subindication:REVOKED_NO_POE"));
    assert_eq!(text(root, "RevocationTime"), Some("2026-05-21T00:00:00Z"));
    let signer = root.descendants().find(|node| node.has_tag_name((SCHEMA, "SignerCertificate"))).unwrap();
    let status =
        root.descendants().find(|node| node.has_tag_name((SCHEMA, "RevocationStatusInformation"))).unwrap();
    assert_eq!(
        status.first_element_child().unwrap().attribute("VOReference"),
        signer.attribute("VOReference")
    );
}

#[test]
fn names_that_would_break_out_stay_texts() {
    let mut report = report(&world());
    let hostile = "</Signer><a b='\"&amp;\0\u{1}\u{fffe}]]>\u{202e}<!--";
    let harmless = "</Signer><a b='\"&amp;\u{fffd}\u{fffd}\u{fffd}]]>\u{202e}<!--";
    let signature = &mut report.signatures[0];
    signature.field = hostile.to_owned();
    signature.signer = Some(hostile.to_owned());
    signature.evidence.certificates[0].subject = hostile.to_owned();
    signature.algorithm = Some(hostile.to_owned());
    let text_of = xml(&report);
    let document = Document::parse(&text_of).unwrap();
    assert_is_laid_out(&document);
    let root = document.root_element();
    assert_eq!(text(root, "DAIdentifier"), Some(harmless));
    assert_eq!(text(root, "Signer"), Some(harmless));
}

#[test]
fn a_file_without_signatures_has_no_such_report() {
    let report = verify(b"no signature", &world().context()).unwrap();
    let judged_at = "2026-06-01T00:00:00Z".parse().unwrap();
    let subject =
        Subject { name: "", sha256: [0; 32], judged_at, policy: "", language: Language::Vietnamese };
    assert_eq!(to_etsi_xml(&report, &subject), None);
}
