//! Signed packages of Office Open XML, made here: every part and relation that a reader is shown is signed with its type, or the signature
//! doesn't pass (ECMA-376-2, chapter 12).

use kho_signature::report::{Format, Report, Signature};
use kho_signature::verify;
use proptest::prelude::*;

use crate::hostile::mutated;
use crate::world::*;
use crate::xml_paper::*;
use crate::zip::*;

const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const RELATIONS_TYPE: &str = "application/vnd.openxmlformats-package.relationships+xml";
const MAIN: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";

/// What a test changes after, or before, the signature was made.
struct Package {
    types: String,
    /// Relations of the package: id, type, target.
    root: Vec<(&'static str, String, &'static str)>,
    document: Vec<(&'static str, String, &'static str)>,
    parts: Vec<Member>,
}

fn package() -> Package {
    let types = format!(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"{RELATIONS_TYPE}\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/>\
         <Override PartName=\"/word/document.xml\" ContentType=\"{MAIN}\"/></Types>"
    );
    Package {
        types,
        root: vec![
            ("rId9", format!("{RELATIONSHIPS}/digital-signature/origin"), "_xmlsignatures/origin.sigs"),
            ("rId2", format!("{RELATIONSHIPS}/metadata/core-properties"), "docProps/core.xml"),
            ("rId1", format!("{OFFICE}/officeDocument"), "word/document.xml"),
        ],
        document: vec![
            ("rId2", format!("{OFFICE}/styles"), "styles.xml"),
            ("rId1", format!("{OFFICE}/image"), "/media/a.png"),
        ],
        parts: vec![
            deflated("word/document.xml", "<w>Don xin</w>"),
            deflated("word/styles.xml", "<s/>"),
            member("media/a.png", b"picture"),
            deflated("docProps/core.xml", "<c/>"),
        ],
    }
}

fn relations(list: &[(&str, String, &str)]) -> String {
    let each = |(id, kind, target): &(&str, String, &str)| {
        format!("\n  <Relationship Target='{target}' Type=\"{kind}\" Id=\"{id}\"/>")
    };
    let list: String = list.iter().map(each).collect();
    format!("<?xml version=\"1.0\"?>\n<Relationships xmlns=\"{RELATIONSHIPS}\">{list}\n</Relationships>")
}

/// A reference to a list of relations, of which those with the ids given are signed.
fn chosen(name: &str, list: &[(&str, String, &str)], ids: &[&str]) -> String {
    const SPACE: &str = "http://schemas.openxmlformats.org/package/2006/digital-signature";
    let each = |id: &&str| {
        format!("<m:RelationshipReference xmlns:m=\"{SPACE}\" SourceId=\"{id}\"></m:RelationshipReference>")
    };
    let sources: String = ids.iter().map(each).collect();
    let transforms = format!(
        "<ds:Transforms><ds:Transform Algorithm=\"http://schemas.openxmlformats.org/package/2006/RelationshipTransform\">{sources}</ds:Transform>\
         <ds:Transform Algorithm=\"{INCLUSIVE}\"></ds:Transform></ds:Transforms>"
    );
    let mut kept: Vec<_> = list.iter().filter(|(id, ..)| ids.contains(id)).collect();
    kept.sort();
    let kept: String = kept
        .iter()
        .map(|(id, kind, target)| {
            format!("<Relationship Id=\"{id}\" Target=\"{target}\" TargetMode=\"Internal\" Type=\"{kind}\"></Relationship>")
        })
        .collect();
    let made = format!("<Relationships xmlns=\"{RELATIONSHIPS}\">{kept}</Relationships>");
    reference_by(&format!("URI=\"/{name}?ContentType={RELATIONS_TYPE}\""), &transforms, &made)
}

impl Package {
    fn part(&mut self, name: &str) -> &mut Member {
        self.parts.iter_mut().find(|part| part.name == name).unwrap()
    }

    /// A signature over the parts that Office would sign.
    fn signature(&self) -> String {
        let text = |name: &str| {
            let content = &self.parts.iter().find(|part| part.name == name).unwrap().content;
            String::from_utf8(content.clone()).unwrap()
        };
        let part = |name: &str, kind: &str| {
            reference(&format!("URI=\"/{name}?ContentType={kind}\""), &[], &text(name))
        };
        let manifest = [
            part("word/document.xml", MAIN),
            part("word/styles.xml", "application/xml"),
            part("media/a.png", "image/png"),
            chosen("_rels/.rels", &self.root, &["rId1"]),
            chosen("word/_rels/document.xml.rels", &self.document, &["rId1", "rId2"]),
        ]
        .concat();
        let object = format!(
            "<ds:Object xmlns:ds=\"{DS}\" Id=\"idPackageObject\"><ds:Manifest>{manifest}</ds:Manifest></ds:Object>"
        );
        let attributes = "Type=\"http://www.w3.org/2000/09/xmldsig#Object\" URI=\"#idPackageObject\"";
        let mut signature = XmlSignature::new(&world(), &[reference(attributes, &[EXCLUSIVE], &object)]);
        signature.objects = object;
        signature.text()
    }

    fn members(&self, signature: &str) -> Vec<Member> {
        let own = [("rId1", format!("{RELATIONSHIPS}/digital-signature/signature"), "sig1.xml")];
        let mut members = vec![
            deflated("[Content_Types].xml", &self.types),
            deflated("_rels/.rels", relations(&self.root)),
            deflated("word/_rels/document.xml.rels", relations(&self.document)),
            member("_xmlsignatures/origin.sigs", b""),
            deflated("_xmlsignatures/_rels/origin.sigs.rels", relations(&own)),
            deflated("_xmlsignatures/sig1.xml", signature),
        ];
        members.extend(self.parts.iter().cloned());
        members
    }
}

fn report(members: &[Member]) -> Report {
    verify(&zip(members), &world().context()).unwrap()
}

/// What is said of the package as it was signed, after a change.
fn after(change: impl Fn(&mut Package)) -> Signature {
    let mut changed = package();
    let signature = changed.signature();
    change(&mut changed);
    let mut report = report(&changed.members(&signature));
    assert_eq!((report.format, report.signatures.len()), (Format::Ooxml, 1), "{:?}", report.findings);
    report.signatures.remove(0)
}

#[track_caller]
fn expect(change: impl Fn(&mut Package), indication: &str, finding: &str) {
    let signature = after(change);
    assert_eq!(verdict(&signature), (indication.to_owned(), finding.to_owned()), "{:?}", signature.findings);
}

#[test]
fn a_signed_package_passes() {
    let signature = after(|_| {});
    assert_eq!(verdict(&signature), ("TOTAL_PASSED".into(), String::new()), "{:?}", signature.findings);
    assert_eq!(
        (signature.field.as_str(), signature.covers_whole_document),
        ("_xmlsignatures/sig1.xml", true)
    );
    // Office changes the description of a signed document without breaking the signature.
    expect(|package| package.part("docProps/core.xml").content = b"<d/>".to_vec(), "TOTAL_PASSED", "");
}

#[test]
fn signed_parts_stay_as_they_are() {
    let failure = "TOTAL_FAILED/HASH_FAILURE";
    expect(|package| package.part("word/styles.xml").content = b"<t/>".to_vec(), failure, "digest_mismatch");
    expect(|package| package.parts.retain(|part| part.name != "media/a.png"), failure, "member_missing");
    expect(|package| package.document[0].2 = "/media/a.png", failure, "digest_mismatch");
    expect(|package| drop(package.root.pop()), failure, "digest_mismatch");
    expect(
        |package| package.types = package.types.replace("main+xml", "macro+xml"),
        failure,
        "part_type_changed",
    );
}

#[test]
fn what_is_added_is_not_signed() {
    let failure = "TOTAL_FAILED/FORMAT_FAILURE";
    expect(|package| package.parts.push(member("word/footer.xml", b"<f/>")), failure, "member_unsigned");
    let relate = |kind: &'static str| {
        move |package: &mut Package| {
            package.document.push(("rId7", format!("{OFFICE}/{kind}"), "footer.xml"));
            package.parts.push(member("word/footer.xml", b"<f/>"));
        }
    };
    expect(relate("footer"), failure, "member_unsigned");
    // A second document, or the signed one passed off as a description that may change.
    let second = |package: &mut Package| {
        package.root.push(("rId0", format!("{OFFICE}/officeDocument"), "word/evil.xml"));
        package.parts.push(member("word/evil.xml", b"<w>Khac</w>"));
    };
    expect(second, failure, "member_unsigned");
    let described = |package: &mut Package| {
        package.document.push(("rId8", format!("{RELATIONSHIPS}/metadata/core-properties"), "evil.xml"));
        package.parts.push(member("word/evil.xml", b"<w>Khac</w>"));
    };
    expect(described, failure, "member_unsigned");
    // Data beside the document are known, and named.
    let signature = after(|package| {
        package.document.push(("rId6", format!("{OFFICE}/customXml"), "../customXml/item1.xml"));
        package.parts.push(member("customXml/item1.xml", b"<x/>"));
    });
    assert_eq!((verdict(&signature).0.as_str(), signature.covers_whole_document), ("TOTAL_PASSED", false));
}

#[test]
fn a_signature_over_nothing_covers_nothing() {
    let mut package = package();
    package.root.push(("rId5", format!("{OFFICE}/thumbnail"), "docProps/a.png"));
    let object = format!("<ds:Object xmlns:ds=\"{DS}\" Id=\"o\"><t>x</t></ds:Object>");
    let mut signature = XmlSignature::new(&world(), &[reference("URI=\"#o\"", &[EXCLUSIVE], &object)]);
    signature.objects = object;
    let report = report(&package.members(&signature.text()));
    assert_eq!(verdict(&report.signatures[0]).0, "TOTAL_FAILED/FORMAT_FAILURE");
    let unreadable = self::report(&package.members("<!DOCTYPE a><a/>"));
    assert_eq!(verdict(&unreadable.signatures[0]).0, "TOTAL_FAILED/FORMAT_FAILURE");
}

#[test]
fn a_package_without_signatures_is_unsigned() {
    let mut package = package();
    let signature = package.signature();
    package.root.remove(0);
    assert_eq!(report(&package.members(&signature)).format, Format::Unsigned);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn mutants_are_answered(changes in proptest::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..6)) {
        let package = package();
        let mut members = package.members(&package.signature());
        members.iter_mut().for_each(|member| member.deflated = false);
        let _ = verify(&mutated(&zip(&members), &changes), &world().context());
    }
}
