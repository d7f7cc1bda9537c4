//! Signed XML: where a signature may stand, and the ways in which what is signed is not what a reader sees. The expected indications are
//! those of EN 319 102-1; the attacks are those known as signature wrapping.

use kho_signature::report::{Format, Report, Signature, TimeSource};
use kho_signature::words::{Language, of_report};
use kho_signature::{verify, verify_detached};
use proptest::prelude::*;

use crate::hostile::mutated;
use crate::pki::*;
use crate::world::*;
use crate::xml_paper::*;

const PAPER: &str = "<don xmlns=\"urn:don\"><ten>An</ten></don>";

fn report(text: &str) -> Report {
    verify(text.as_bytes(), &world().context()).unwrap()
}

fn judged(text: &str) -> Signature {
    let mut report = report(text);
    assert_eq!((report.format, report.signatures.len()), (Format::Xades, 1), "{:?}", report.findings);
    report.signatures.remove(0)
}

#[track_caller]
fn expect(text: &str, indication: &str, finding: &str) {
    let signature = judged(text);
    assert_eq!(verdict(&signature), (indication.to_owned(), finding.to_owned()), "{:?}", signature.findings);
}

fn has(signature: &Signature, code: &str) -> bool {
    let value = serde_json::to_value(&signature.findings).unwrap();
    value.as_array().unwrap().iter().any(|finding| finding["code"] == code)
}

/// A signature over the paper that it stands in.
fn around() -> XmlSignature {
    XmlSignature::new(&world(), &[reference("URI=\"\"", &[ENVELOPED, EXCLUSIVE], PAPER)])
}

fn enveloped(signature: &XmlSignature) -> String {
    PAPER.replace("</don>", &format!("{}</don>", signature.text()))
}

const PART: &str = "<data Id=\"d\"><ten>An</ten></data>";

/// A signature beside the element that it signs.
fn beside() -> XmlSignature {
    XmlSignature::new(&world(), &[reference("URI=\"#d\"", &[EXCLUSIVE], PART)])
}

fn sheet(signature: &str) -> String {
    format!("<hd>{PART}<ky>{signature}</ky></hd>")
}

#[test]
fn a_signature_in_its_document_passes() {
    let signature = judged(&enveloped(&around().stamped(&stamper(true), "2026-05-25")));
    assert_eq!(verdict(&signature), ("TOTAL_PASSED".into(), String::new()), "{:?}", signature.findings);
    assert!(signature.covers_whole_document);
    assert_eq!(signature.field, "s");
    assert_eq!(signature.signer.as_deref(), Some("CN=Nguyễn Văn An"));
    assert_eq!(signature.signing_time.unwrap().to_string(), "2026-05-24 10:00:00 UTC");
    assert_eq!(signature.best_signature_time.to_string(), "2026-05-25 00:00:00 UTC");
    assert_eq!(signature.best_signature_time_source, TimeSource::SignatureTimestamp);
    assert_eq!(signature.evidence.timestamps.len(), 1);
}

#[test]
fn an_archive_time_stamp_is_over_all_that_proves_the_signature() {
    let signed = around().stamped(&stamper(true), "2026-05-25");
    let over = format!("{PAPER}{}{}", signed.properties(), signed.archived());
    let archived = |over: &str| {
        let token = token(STAMPER, ROOT, 4, &stamper(true), over.as_bytes(), "2026-05-26");
        let property = stamp_property("ArchiveTimeStamp", &token).replace("v1.3.2", "v1.4.1").replace(
            "<xades:EncapsulatedTimeStamp>",
            "<x:EncapsulatedTimeStamp xmlns:x=\"http://uri.etsi.org/01903/v1.3.2#\">",
        );
        let property = property.replace("</xades:EncapsulatedTimeStamp>", "</x:EncapsulatedTimeStamp>");
        let unsigned = format!("{}{property}", signed.unsigned);
        enveloped(&XmlSignature { unsigned, ..around() })
    };
    let signature = judged(&archived(&over));
    assert_eq!(verdict(&signature).0, "TOTAL_PASSED", "{:?}", signature.findings);
    assert!(signature.evidence.timestamps.iter().all(|stamp| stamp.valid));
    assert_eq!(signature.evidence.timestamps.len(), 2);
    assert!(has(&judged(&archived("something else")), "timestamp_imprint_mismatch"));
}

#[test]
fn a_signature_around_what_it_signs_passes() {
    let object = format!("<ds:Object xmlns:ds=\"{DS}\" Id=\"o\">{PAPER}</ds:Object>");
    let mut signature = XmlSignature::new(&world(), &[reference("URI=\"#o\"", &[EXCLUSIVE], &object)]);
    signature.objects = object;
    let found = judged(&signature.text());
    assert_eq!((verdict(&found).0.as_str(), found.covers_whole_document), ("TOTAL_PASSED", true));
    // Another object, which nobody signed, is what a reader may take.
    signature.objects.insert_str(0, "<ds:Object><don>Binh</don></ds:Object>");
    expect(&signature.text(), "TOTAL_FAILED/FORMAT_FAILURE", "element_unsigned");

    let mut packed = XmlSignature::new(
        &world(),
        &[reference("URI=\"#o\"", &["http://www.w3.org/2000/09/xmldsig#base64"], "Xin chao")],
    );
    packed.objects = format!("<ds:Object Id=\"o\">{}</ds:Object>", base64(b"Xin chao"));
    expect(&packed.text(), "TOTAL_PASSED", "");
}

#[test]
fn a_signature_beside_a_part_passes_and_says_what_it_leaves_out() {
    let sheet_alone = report(&sheet(&beside().text()));
    let found = &sheet_alone.signatures[0];
    assert_eq!((verdict(found).0.as_str(), found.covers_whole_document), ("TOTAL_PASSED", false));
    assert!(sheet_alone.is_partly_signed());
    let said = of_report(&sheet_alone, Language::English);
    assert_eq!(said, Some("The signature is valid, but only a part of the file is signed."));
    let whole = report(&enveloped(&around()));
    assert!(!whole.is_partly_signed());
    assert_eq!(of_report(&whole, Language::English), Some("The signature is valid."));
    let found = judged(&sheet(&beside().text()).replace("<ky>", "<ghi-chu>x</ghi-chu><ky>"));
    assert_eq!(verdict(&found).0, "TOTAL_PASSED");
    let named =
        found.findings.iter().find(|finding| has(&found, "element_unsigned") && finding.detail.is_some());
    assert_eq!(named.unwrap().detail.as_deref(), Some("ghi-chu"));
}

#[test]
fn an_invoice_is_signed_as_it_is_in_vietnam() {
    // Plain XMLDSig beside the data, with a transform that has nothing to leave out, and the time in an object.
    let time = format!(
        "<ds:Object xmlns:ds=\"{DS}\" Id=\"t\"><ds:SignatureProperties><ds:SignatureProperty Target=\"#s\"><SigningTime xmlns=\"urn:p\">\
         2026-05-24T17:00:00</SigningTime></ds:SignatureProperty></ds:SignatureProperties></ds:Object>"
    );
    let references = [
        reference("URI=\"#d\"", &[ENVELOPED, EXCLUSIVE], PART),
        reference("URI=\"#t\"", &[EXCLUSIVE], &time),
    ];
    let signature =
        XmlSignature { bound_to: None, objects: time, ..XmlSignature::new(&world(), &references) };
    let found = judged(&sheet(&signature.text()));
    assert_eq!(verdict(&found), ("TOTAL_PASSED".into(), "element_unsigned".into()), "{:?}", found.findings);
    assert_eq!(found.signing_time.unwrap().to_string(), "2026-05-24 17:00:00 UTC");
}

#[test]
fn a_counter_signature_is_named() {
    let signed = around();
    let value = signed.value().replace("<ds:SignatureValue", "<ds:SignatureValue Id=\"v\"");
    let canonical =
        value.replace(&format!(" Id=\"v\" xmlns:ds=\"{DS}\""), &format!(" xmlns:ds=\"{DS}\" Id=\"v\""));
    let over = |octets: &str| {
        let references = [reference("URI=\"#v\"", &[EXCLUSIVE], octets)];
        let counter = XmlSignature { id: "c", ..XmlSignature::new(&world(), &references) };
        let unsigned = format!("<xades:CounterSignature>{}</xades:CounterSignature>", counter.text());
        let text = enveloped(&XmlSignature { unsigned, ..around() });
        text.replacen(&signed.value(), &value, 1)
    };
    let found = judged(&over(&canonical));
    assert!(
        has(&found, "counter_signature_valid") && verdict(&found).0 == "TOTAL_PASSED",
        "{:?}",
        found.findings
    );
    assert!(has(&judged(&over("another value")), "counter_signature_invalid"));
}

#[test]
fn two_signatures_that_leave_each_other_out_pass() {
    let xpath = format!(
        "<ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>\
         not(ancestor-or-self::ds:Signature)</ds:XPath></ds:Transform><ds:Transform Algorithm=\"{EXCLUSIVE}\"></ds:Transform></ds:Transforms>"
    );
    let filter = format!(
        "<ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/2002/06/xmldsig-filter2\">\
         <f:XPath xmlns:f=\"http://www.w3.org/2002/06/xmldsig-filter2\" Filter=\"subtract\">/descendant::ds:Signature</f:XPath>\
         </ds:Transform><ds:Transform Algorithm=\"{EXCLUSIVE}\"></ds:Transform></ds:Transforms>"
    );
    let first = XmlSignature::new(&world(), &[reference_by("URI=\"\"", &xpath, PAPER)]);
    let second =
        XmlSignature { id: "t", ..XmlSignature::new(&world(), &[reference_by("URI=\"\"", &filter, PAPER)]) };
    let text = PAPER.replace("</don>", &format!("{}{}</don>", first.text(), second.text()));
    let report = report(&text);
    for signature in &report.signatures {
        assert_eq!(verdict(signature).0, "TOTAL_PASSED", "{:?}", signature.findings);
        assert!(signature.covers_whole_document);
    }
    assert_eq!(report.signatures.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), ["s", "t"]);
}

#[test]
fn a_signature_of_a_file_beside_it_needs_that_file() {
    let text = XmlSignature::new(&world(), &[reference("URI=\"don.txt\"", &[], "Xin chao")]).text();
    let with = |content: &[u8]| {
        let signature =
            verify_detached(text.as_bytes(), content, &world().context()).unwrap().signatures.remove(0);
        (verdict(&signature).0, signature.covers_whole_document)
    };
    assert_eq!(with(b"Xin chao"), ("TOTAL_PASSED".to_owned(), true));
    assert_eq!(with(b"Xin chaO").0, "TOTAL_FAILED/HASH_FAILURE");
    expect(&text, "INDETERMINATE/SIGNED_DATA_NOT_FOUND", "content_missing");
    let nameless = XmlSignature::new(&world(), &[reference("", &[], "Xin chao")]).text();
    expect(&nameless, "INDETERMINATE/SIGNED_DATA_NOT_FOUND", "content_missing");
}

#[test]
fn what_was_changed_is_seen() {
    let text = enveloped(&around());
    expect(&text.replace("An</ten>", "Binh</ten>"), "TOTAL_FAILED/HASH_FAILURE", "digest_mismatch");
    expect(&text.replace("T10:00", "T11:00"), "TOTAL_FAILED/HASH_FAILURE", "digest_mismatch");
    let renamed = text.replace("<ds:Reference URI", "<ds:Reference Id=\"r\" URI");
    expect(&renamed, "TOTAL_FAILED/SIG_CRYPTO_FAILURE", "signature_value_invalid");
    let without = text.replace(&around().value(), "");
    expect(&without, "TOTAL_FAILED/FORMAT_FAILURE", "xml_signature_malformed");
    expect(
        &sheet(&beside().text()).replace("#d\"", "#e\""),
        "TOTAL_FAILED/HASH_FAILURE",
        "reference_missing",
    );
    let other = certificate(AUTHORITY, SIGNER, 9, ["2024-01-01", "2028-01-01"], &[usages(0xc0)]);
    let misbound = XmlSignature { bound_to: Some(other), ..around() };
    expect(
        &enveloped(&misbound),
        "INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND",
        "signer_certificate_mismatch",
    );
}

#[test]
fn without_properties_nothing_binds_the_certificate() {
    let signature = judged(&enveloped(&XmlSignature { bound_to: None, ..around() }));
    assert_eq!(verdict(&signature), ("TOTAL_PASSED".into(), "signer_certificate_unbound".into()));
    let unsigned = XmlSignature { properties_signed: false, ..around() };
    let signature = judged(&enveloped(&unsigned));
    assert_eq!(verdict(&signature).0, "INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND");
    assert!(has(&signature, "signed_properties_unsigned") && signature.signing_time.is_none());
}

#[test]
fn a_wrapped_signature_never_passes() {
    let failure = "TOTAL_FAILED/FORMAT_FAILURE";
    let signature = beside().text();
    let evil = PART.replace("An", "Binh").replace(" Id=\"d\"", "");
    // The signed element moves into an object of the signature, and another takes its place.
    let hidden = signature.replace("<ds:Object>", &format!("<ds:Object>{PART}</ds:Object><ds:Object>"));
    expect(&format!("<hd>{evil}<ky>{hidden}</ky></hd>"), failure, "signed_element_misplaced");
    // It moves beside.
    expect(
        &format!("<hd>{evil}<khac>{PART}</khac><ky>{signature}</ky></hd>"),
        failure,
        "signed_element_ambiguous",
    );
    // The same with an id of its own, or with the same one.
    let named = evil.replace("<data", "<data Id=\"x\"");
    expect(&format!("<hd>{named}{PART}<ky>{signature}</ky></hd>"), failure, "signed_element_ambiguous");
    let twin = evil.replace("<data", "<data ID=\"d\"");
    expect(&format!("<hd>{twin}{PART}<ky>{signature}</ky></hd>"), failure, "reference_ambiguous");
    // The signed document stays, and a reader that searches finds the other one in the signature.
    let inside =
        enveloped(&around()).replace("<ds:Object>", "<ds:Object><ten>Binh</ten></ds:Object><ds:Object>");
    expect(&inside, failure, "element_unsigned");
    // The whole document moves into another of its kind.
    let whole = reference("URI=\"#w\"", &[ENVELOPED, EXCLUSIVE], "<hd Id=\"w\"><ten>An</ten></hd>");
    let own = XmlSignature::new(&world(), &[whole]).text();
    let document = format!("<hd Id=\"w\"><ten>An</ten>{own}</hd>");
    assert_eq!(verdict(&judged(&document)).0, "TOTAL_PASSED");
    expect(&format!("<hd><ten>Binh</ten>{document}</hd>"), failure, "signed_element_ambiguous");
}

#[test]
fn properties_of_another_signature_are_not_taken() {
    let failure = "TOTAL_FAILED/FORMAT_FAILURE";
    let signature = around();
    let signed = signature.properties();
    let fake = signed.replace("2026-05-24", "2020-01-01").replace("Id=\"s-p\"", "Id=\"s-q\"");
    let moved = signature.text().replace(&signed, &fake);
    let text = PAPER.replace("</don>", &format!("{moved}</don>"));
    let kept = format!("<ds:Object>{signed}</ds:Object></ds:Signature>");
    expect(&text.replace("</ds:Signature>", &kept), failure, "signed_properties_misplaced");
    let other = enveloped(&signature).replace("Target=\"#s\"", "Target=\"#s-p\"");
    expect(&other, failure, "signed_properties_misplaced");
}

#[test]
fn what_readers_may_see_differently_is_refused() {
    let text = enveloped(&around());
    for declared in ["<!DOCTYPE don [<!ENTITY a 'An'>]>", "<!DOCTYPE don SYSTEM 'file:///etc/passwd'>"] {
        let report = report(&format!("{declared}{text}"));
        assert!(report.signatures.is_empty());
        assert_eq!(serde_json::to_value(&report.findings).unwrap()[0]["code"], "xml_doctype");
    }
    let report = report(&text.replace("An</ten>", "&an;</ten>"));
    assert!(report.signatures.is_empty() && report.findings.len() == 1);
}

#[test]
fn a_signature_is_found_however_its_namespace_is_written() {
    let text = enveloped(&around()).replace("xmldsig#\" Id", "xmldsig&#35;\" Id");
    expect(&text, "TOTAL_PASSED", "");
    let wide: Vec<u8> =
        [0xfeff].into_iter().chain(enveloped(&around()).encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(verify(&wide, &world().context()).unwrap().signatures.len(), 1);
    assert_eq!(report("<!DOCTYPE html><html><body>xmldsig</body></html>").format, Format::Unsigned);
}

#[test]
fn what_is_not_known_is_not_invalid() {
    let failure = "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE";
    let by = |transform: &str| {
        let transforms =
            format!("<ds:Transforms><ds:Transform Algorithm=\"{transform}\"></ds:Transform></ds:Transforms>");
        enveloped(&XmlSignature::new(&world(), &[reference_by("URI=\"\"", &transforms, PAPER)]))
    };
    expect(&by("http://www.w3.org/TR/1999/REC-xslt-19991116"), failure, "algorithm_unsupported");
    expect(&by("http://www.w3.org/TR/1999/REC-xpath-19991116"), failure, "algorithm_unsupported");
    // The transform of packages chooses from a list; in a document there is none.
    let relations = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform";
    expect(&by(relations), failure, "algorithm_unsupported");
    // Whoever can check such a code could have made it.
    let hmac = XmlSignature { method: "http://www.w3.org/2000/09/xmldsig#hmac-sha1", ..around() };
    expect(&enveloped(&hmac), failure, "algorithm_unsupported");
    let text = enveloped(&around()).replace(SHA256_URI, "http://www.w3.org/2001/04/xmlenc#ripemd160");
    assert_ne!(verdict(&judged(&text)).0, "TOTAL_PASSED");
}

#[test]
fn many_references_to_much_cost_little() {
    let much = format!("<hd><a>{}</a>", "<b/>".repeat(50_000));
    let references = vec![reference("URI=\"\"", &[EXCLUSIVE], "x"); 4000];
    let signature = XmlSignature::new(&world(), &references).text();
    let started = std::time::Instant::now();
    let report = report(&format!("{much}{}</hd>", signature.repeat(3)));
    assert!(report.signatures.iter().all(|one| verdict(one).0 != "TOTAL_PASSED"));
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn mutants_are_answered(which in 0usize..3, changes in proptest::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..6)) {
        let text = match which {
            0 => enveloped(&around().stamped(&stamper(true), "2026-05-25")),
            1 => sheet(&beside().text()),
            _ => XmlSignature::new(&world(), &[reference("URI=\"don.txt\"", &[], "Xin chao")]).text(),
        };
        let mutant = mutated(text.as_bytes(), &changes);
        let _ = verify(&mutant, &world().context());
        let _ = verify_detached(&mutant, b"Xin chao", &world().context());
    }
}
