//! Containers of ASiC: what is in them and listed, what is in them and not, and archives that programs unpack differently (EN 319 162-1).

use kho_signature::findings::Code;
use kho_signature::report::{Format, Kind, Report, Signature, TimeSource};
use kho_signature::verify;
use proptest::prelude::*;

use crate::hostile::mutated;
use crate::pki::*;
use crate::world::*;
use crate::xml_paper::*;
use crate::zip::*;

const ASIC: &str = "http://uri.etsi.org/02918/v1.2.1#";
const PAPER: &[u8] = b"Don xin cap ban sao";

fn mimetype(kind: &str) -> Member {
    member("mimetype", format!("application/vnd.etsi.asic-{kind}+zip"))
}

fn report(members: &[Member]) -> Report {
    verify(&zip(members), &world().context()).unwrap()
}

fn judged(members: &[Member]) -> Signature {
    let mut report = report(members);
    assert_eq!(report.signatures.len(), 1, "{:?}", report.findings);
    report.signatures.remove(0)
}

#[track_caller]
fn expect(members: &[Member], indication: &str, finding: &str) {
    let signature = judged(members);
    assert_eq!(verdict(&signature), (indication.to_owned(), finding.to_owned()), "{:?}", signature.findings);
}

fn codes(report: &Report) -> Vec<String> {
    let value = serde_json::to_value(&report.findings).unwrap();
    value.as_array().into_iter().flatten().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

/// A signed message beside its content.
fn message(content: &[u8]) -> Vec<u8> {
    let world = world();
    let certificates = [world.signer.clone(), world.authority.clone()];
    Message { content, attached: false, ..world.message(&certificates) }.der()
}

fn manifest(signature: &str, listed: &[(&str, &[u8])]) -> String {
    let entry = |(name, content): &(&str, &[u8])| {
        let digest = digest(content, &format!(" xmlns:ds=\"{DS}\""));
        format!("<asic:DataObjectReference URI=\"{name}\">{digest}</asic:DataObjectReference>")
    };
    let entries: String = listed.iter().map(entry).collect();
    format!(
        "<asic:ASiCManifest xmlns:asic=\"{ASIC}\"><asic:SigReference URI=\"{signature}\"/>{entries}</asic:ASiCManifest>"
    )
}

const P7S: &str = "META-INF/signature001.p7s";

/// A container with two files, a manifest that lists them, and a signature over it.
fn extended() -> Vec<Member> {
    let manifest = manifest(P7S, &[("don.txt", PAPER), ("%C4%91%C6%A1n%202.txt", b"hai")]);
    vec![
        mimetype("e"),
        member("don.txt", PAPER),
        deflated("đơn 2.txt", b"hai"),
        member(P7S, message(manifest.as_bytes())),
        deflated("META-INF/ASiCManifest.xml", manifest),
    ]
}

fn xades(references: &[String]) -> Member {
    let signature = XmlSignature::new(&world(), references).text();
    let text = format!("<asic:XAdESSignatures xmlns:asic=\"{ASIC}\">{signature}</asic:XAdESSignatures>");
    deflated("META-INF/signatures0.xml", text)
}

#[test]
fn a_file_with_its_signature_passes() {
    let members = [mimetype("s"), member("don.txt", PAPER), member("META-INF/signature.p7s", message(PAPER))];
    let signature = judged(&members);
    assert_eq!(report(&members).format, Format::AsicS);
    assert_eq!(verdict(&signature), ("TOTAL_PASSED".into(), String::new()), "{:?}", signature.findings);
    assert_eq!((signature.field.as_str(), signature.covers_whole_document), ("META-INF/signature.p7s", true));
    // Without the type the names say the same.
    assert_eq!(report(&members[1..]).format, Format::AsicS);
    let changed = [mimetype("s"), member("don.txt", b"x"), members[2].clone()];
    expect(&changed, "TOTAL_FAILED/HASH_FAILURE", "digest_mismatch");
    // With two files nothing says which one is signed.
    let two = [&members[..], &[member("khac.txt", b"x")]].concat();
    expect(&two, "TOTAL_FAILED/FORMAT_FAILURE", "member_unsigned");
}

#[test]
fn files_that_a_manifest_lists_pass_as_they_are() {
    let members = extended();
    let signature = judged(&members);
    assert_eq!(report(&members).format, Format::AsicE);
    assert_eq!(verdict(&signature), ("TOTAL_PASSED".into(), String::new()), "{:?}", signature.findings);
    assert!(signature.covers_whole_document);

    let mut changed = extended();
    changed[2].content = b"ba".to_vec();
    expect(&changed, "TOTAL_FAILED/HASH_FAILURE", "digest_mismatch");
    let mut removed = extended();
    removed.remove(1);
    expect(&removed, "TOTAL_FAILED/HASH_FAILURE", "member_missing");
    let mut added = extended();
    added.push(member("them.txt", b"x"));
    expect(&added, "TOTAL_FAILED/FORMAT_FAILURE", "member_unsigned");
    assert!(!judged(&added).covers_whole_document);
    let mut relisted = extended();
    relisted[4].content = manifest(P7S, &[("don.txt", b"x")]).into_bytes();
    assert_eq!(verdict(&judged(&relisted)).0, "TOTAL_FAILED/HASH_FAILURE");
    let mut unlisted = extended();
    unlisted.remove(4);
    assert_ne!(verdict(&judged(&unlisted)).0, "TOTAL_PASSED");
    let mut twice = extended();
    twice.push(member("META-INF/ASiCManifest2.xml", manifest(P7S, &[("don.txt", PAPER)])));
    assert_ne!(verdict(&judged(&twice)).0, "TOTAL_PASSED");
}

#[test]
fn a_member_in_the_place_of_a_signed_one_is_no_addition() {
    let mut replaced = extended();
    replaced[1] = member("khac.txt", PAPER);
    let signature = judged(&replaced);
    assert!(signature.covers_whole_document);
    assert_eq!(verdict(&signature), ("TOTAL_FAILED/HASH_FAILURE".into(), "member_missing".into()));
    let codes: Vec<_> =
        signature.findings.iter().map(|finding| (finding.code, finding.detail.as_deref())).collect();
    assert!(codes.contains(&(Code::MemberUnsigned, Some("khac.txt"))), "{codes:?}");

    let mut with_another = replaced;
    with_another.push(member("them.txt", b"x"));
    assert!(!judged(&with_another).covers_whole_document);
    // Neither what is elsewhere nor what holds signatures is a member whose place another could take.
    for listed in ["http://example.vn/don.txt", "META-INF/don.txt"] {
        let list = manifest(P7S, &[("don.txt", PAPER), (listed, PAPER)]);
        let mut members = vec![mimetype("e"), member("don.txt", PAPER), member("khac.txt", PAPER)];
        members.push(member(P7S, message(list.as_bytes())));
        members.push(member("META-INF/ASiCManifest.xml", list));
        let signature = judged(&members);
        assert!(!signature.covers_whole_document, "{listed}");
        assert_ne!(verdict(&signature).0, "TOTAL_PASSED", "{listed}");
    }
}

#[test]
fn what_one_signature_leaves_out_another_may_cover() {
    let list = |signature: &str, name: &str| manifest(signature, &[(name, PAPER)]);
    let (one, other) = (list("META-INF/signature1.p7s", "a.txt"), list("META-INF/signature2.p7s", "b.txt"));
    let members = [
        mimetype("e"),
        member("a.txt", PAPER),
        member("b.txt", PAPER),
        member("META-INF/signature1.p7s", message(one.as_bytes())),
        member("META-INF/signature2.p7s", message(other.as_bytes())),
        member("META-INF/ASiCManifest1.xml", one),
        member("META-INF/ASiCManifest2.xml", other),
    ];
    for signature in report(&members).signatures {
        assert_eq!(verdict(&signature).0, "TOTAL_PASSED", "{:?}", signature.findings);
        assert!(!signature.covers_whole_document);
    }
}

#[test]
fn signed_xml_refers_to_files_by_name() {
    let text = |content: &[u8]| String::from_utf8(content.to_vec()).unwrap();
    let paper = reference("URI=\"don%20xin.txt\"", &[], &text(PAPER));
    let form = reference("URI=\"a.xml\"", &[EXCLUSIVE], "<a b=\"c\"></a>");
    let members = |file: &str, content: &[u8], references: &[String]| {
        vec![mimetype("e"), member(file, content), member("a.xml", "<a  b='c'/>"), xades(references)]
    };
    let both = [paper.clone(), form.clone()];
    let signature = judged(&members("don xin.txt", PAPER, &both));
    assert_eq!(verdict(&signature), ("TOTAL_PASSED".into(), String::new()), "{:?}", signature.findings);
    assert!(signature.covers_whole_document);
    expect(&members("don xin.txt", b"x", &both), "TOTAL_FAILED/HASH_FAILURE", "digest_mismatch");
    expect(&members("khac.txt", PAPER, &both), "TOTAL_FAILED/HASH_FAILURE", "member_missing");
    assert!(judged(&members("khac.txt", PAPER, &both)).covers_whole_document);
    expect(&members("don xin.txt", PAPER, &[paper]), "TOTAL_FAILED/FORMAT_FAILURE", "member_unsigned");
    // The text of a file without its base64 is not the file.
    let decoded = reference("URI=\"b64\"", &["http://www.w3.org/2000/09/xmldsig#base64"], "Xin chao");
    let members = [mimetype("e"), member("b64", base64(b"Xin chao")), xades(&[decoded])];
    expect(&members, "TOTAL_FAILED/FORMAT_FAILURE", "member_unsigned");
    // Nothing is fetched.
    let far = reference("URI=\"http://example.vn/don.txt\"", &[], &text(PAPER));
    let members = [mimetype("e"), member("a.xml", "<a  b='c'/>"), xades(&[far, form])];
    expect(&members, "INDETERMINATE/SIGNED_DATA_NOT_FOUND", "content_missing");
}

#[test]
fn a_time_stamp_may_be_all_there_is() {
    let stamp = |over: &[u8]| {
        member("META-INF/timestamp.tst", token(STAMPER, ROOT, 4, &stamper(true), over, "2026-05-25"))
    };
    let members = [mimetype("s"), member("don.txt", PAPER), stamp(PAPER)];
    let signature = judged(&members);
    assert_eq!(verdict(&signature), ("TOTAL_PASSED".into(), String::new()), "{:?}", signature.findings);
    assert_eq!((signature.kind, signature.covers_whole_document), (Kind::DocumentTimestamp, true));
    let other = [mimetype("s"), member("don.txt", PAPER), stamp(b"x")];
    expect(&other, "TOTAL_FAILED/HASH_FAILURE", "timestamp_imprint_mismatch");
}

#[test]
fn an_archive_time_stamp_proves_what_its_manifest_lists() {
    let archived = |listed: &[u8]| {
        let mut members = extended();
        let list = manifest(
            "META-INF/timestamp001.tst",
            &[(P7S, listed), ("META-INF/ASiCManifest.xml", &members[4].content)],
        );
        let stamp = token(STAMPER, ROOT, 4, &stamper(true), list.as_bytes(), "2026-05-25");
        members.push(member("META-INF/timestamp001.tst", stamp));
        members.push(member("META-INF/ASiCArchiveManifest.xml", list));
        judged(&members)
    };
    let signature = archived(&extended()[3].content);
    assert_eq!(verdict(&signature).0, "TOTAL_PASSED", "{:?}", signature.findings);
    assert_eq!(signature.best_signature_time.to_string(), "2026-05-25 00:00:00 UTC");
    assert_eq!(signature.best_signature_time_source, TimeSource::DocumentTimestamp);
    let signature = archived(b"another signature");
    assert_eq!(signature.best_signature_time_source, TimeSource::Judging);
}

#[test]
fn archives_that_programs_unpack_differently_never_pass() {
    let refused = |members: &[Member], code: &str| {
        let report = report(members);
        assert!(codes(&report).iter().any(|found| found == code), "{code}: {:?}", report.findings);
        for one in &report.signatures {
            assert_eq!(verdict(one), ("TOTAL_FAILED/FORMAT_FAILURE".to_owned(), code.to_owned()));
        }
    };
    for name in ["../don.txt", "a/../../b", "/etc/passwd", "a\\b", "C:don.txt", "a//b", "./a"] {
        refused(&[&extended()[..], &[member(name, b"x")]].concat(), "member_name_unsafe");
    }
    refused(&[&extended()[..], &[member("don.txt", b"x")]].concat(), "member_duplicate");
    refused(&[&extended()[..], &[member("DON.TXT", b"x")]].concat(), "member_duplicate");
    let mut hiding = extended();
    hiding[2].before = b"PK\x03\x04 something that a program may find".to_vec();
    refused(&hiding, "container_hides_bytes");
    for wrong in [
        Member { own_name: Some("khac.txt".to_owned()), ..member("don.txt", PAPER) },
        Member { size: Some(3), ..member("don.txt", PAPER) },
        Member { is_alias: true, ..member("don.txt", PAPER) },
    ] {
        let mut members = extended();
        members[1] = wrong;
        refused(&members, "container_unreadable");
    }
    let mut before = b"MZ".to_vec();
    before.extend(zip(&extended()));
    assert!(verify(&before, &world().context()).unwrap().signatures.is_empty());
}

#[test]
fn bombs_are_not_unpacked() {
    let started = std::time::Instant::now();
    let zeros = vec![0; 32 << 20];
    let mut members = extended();
    let names: Vec<String> = (0..12).map(|number| format!("{number}.bin")).collect();
    members.extend(names.iter().map(|name| deflated(name, &zeros)));
    let mut listed: Vec<(&str, &[u8])> = vec![("don.txt", PAPER)];
    listed.extend(names.iter().map(|name| (name.as_str(), &zeros[..])));
    let list = manifest(P7S, &listed);
    members[3].content = message(list.as_bytes());
    members[4].content = list.into_bytes();
    assert_ne!(verdict(&judged(&members)).0, "TOTAL_PASSED");
    // More than the list says.
    let lying = Member { size: Some(10), ..deflated("don.txt", &zeros) };
    let mut members = extended();
    members[1] = lying;
    assert!(report(&members).signatures.is_empty());
    assert!(started.elapsed().as_secs() < 60);
}

#[test]
fn an_archive_without_signatures_is_unsigned() {
    for members in
        [vec![member("a.txt", b"x")], vec![member("../a", b"x"), member("a", b"y"), member("a", b"z")]]
    {
        assert_eq!(report(&members).format, Format::Unsigned);
    }
    assert_eq!(verify(b"PK\x03\x04", &world().context()).unwrap().format, Format::Unsigned);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn mutants_are_answered(which in 0usize..2, changes in proptest::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..6)) {
        let members = match which {
            0 => extended(),
            _ => vec![mimetype("e"), member("don.txt", PAPER), xades(&[reference("URI=\"don.txt\"", &[], "x")])],
        };
        let _ = verify(&mutated(&zip(&members), &changes), &world().context());
    }
}
