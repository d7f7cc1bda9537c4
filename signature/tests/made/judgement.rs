//! Verdicts on messages made here, each wrong in one way. The expected indications are those of ETSI EN 319 102-1 and the rules of
//! RFC 5652 and 3161 that the names of the tests say.

use kho_signature::findings::Code;
use kho_signature::report::{Conclusion, Integrity};
use kho_signature::{Policy, verify, verify_detached};

use crate::pki::*;
use crate::world::*;

#[test]
fn what_is_right_passes_and_says_what_it_rests_on() {
    let signature = world().stamp(&stamper(true), "2026-05-25").judge();
    assert_eq!(verdict(&signature), ("TOTAL_PASSED".into(), String::new()));
    assert_eq!(signature.conclusion, Conclusion::Valid);
    assert_eq!(signature.signer.as_deref(), Some("CN=Nguyễn Văn An"));
    assert_eq!(signature.best_signature_time.to_string(), "2026-05-25 00:00:00 UTC");
    let names: Vec<&str> = signature.evidence.certificates.iter().map(|one| one.subject.as_str()).collect();
    assert_eq!(names, ["CN=Nguyễn Văn An", "CN=Authority", "CN=Root", "CN=Stamper"]);
    assert_eq!((signature.evidence.revocations.len(), signature.evidence.timestamps.len()), (3, 1));
}

#[test]
fn a_signature_policy_is_named_and_not_judged_by() {
    let policy = attribute("1.2.840.113549.1.9.16.2.15", &seq(&[&oid("2.16.704.1.1.5"), &seq(&[])]));
    let world = world();
    let certificates = [world.signer.clone(), world.authority.clone()];
    let message = Message { signed: vec![policy], ..world.message(&certificates) };
    let signature = verify(&message.der(), &world.context()).unwrap().signatures.remove(0);
    assert_eq!(verdict(&signature).0, "TOTAL_PASSED");
    let named = signature.findings.iter().find(|one| one.code == Code::SignaturePolicyNamed).unwrap();
    assert_eq!(named.detail.as_deref(), Some("2.16.704.1.1.5"));
}

#[test]
fn a_time_stamp_that_does_not_hold_proves_nothing() {
    let codes_of = |world: World| {
        let signature = world.judge();
        assert_eq!(signature.best_signature_time.to_string(), "2026-06-01 00:00:00 UTC");
        codes(&signature)
    };
    assert_eq!(codes_of(world().stamp(&stamper(false), "2026-05-25")), ["timestamp_purpose_missing"]);
    let mut copied = world();
    copied.stamps.push(token(STAMPER, ROOT, 4, &stamper(true), b"another signature", "2026-05-25"));
    assert_eq!(codes_of(copied), ["timestamp_imprint_mismatch"]);
    let strange = certificate(OTHER, STAMPER, 4, LONG, &[usages(0x80), purpose(TIME_STAMPING, true)]);
    let mut untrusted = world();
    let value = untrusted.message(&[]).value();
    untrusted.stamps.push(token(STAMPER, OTHER, 4, &strange, &value, "2026-05-25"));
    assert_eq!(codes_of(untrusted), ["timestamp_untrusted"]);
    assert_eq!(codes_of(world().stamp(&stamper(true), "2026-07-01")), ["timestamp_untrusted"]);
}

#[test]
fn the_signed_reference_decides_between_certificates_of_one_key() {
    let mut other = world();
    other.signer = certificate(AUTHORITY, SIGNER, 3, ["2024-01-01", "2028-01-01"], &[usages(0x80)]);
    let signature = verify(
        &Message {
            bound_to: Some(&world().signer),
            ..other.message(&[other.signer.clone(), other.authority.clone()])
        }
        .der(),
        &other.context(),
    );
    let signature = signature.unwrap().signatures.remove(0);
    let expected =
        ("INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND".into(), "signer_certificate_mismatch".into());
    assert_eq!(verdict(&signature), expected);
    let unbound = World { bound: false, ..world() };
    expect(&unbound, "TOTAL_PASSED", "signer_certificate_unbound");
}

#[test]
fn a_detached_signature_is_over_what_is_given_beside_it() {
    let world = world();
    let certificates = [world.signer.clone(), world.authority.clone()];
    let detached = Message { attached: false, ..world.message(&certificates) }.der();
    let judge = |content: &[u8]| {
        verdict(&verify_detached(&detached, content, &world.context()).unwrap().signatures.remove(0))
    };
    assert_eq!(judge(b"Don xin cap ban sao").0, "TOTAL_PASSED");
    assert_eq!(
        judge(b"Don xin cap ban sao!"),
        ("TOTAL_FAILED/HASH_FAILURE".into(), "digest_mismatch".into())
    );
    let alone = verify(&detached, &world.context()).unwrap().signatures.remove(0);
    assert_eq!(verdict(&alone), ("INDETERMINATE/SIGNED_DATA_NOT_FOUND".into(), "content_missing".into()));
    // Content inside that is not the one beside.
    let attached = world.message(&certificates).der();
    let both = verify_detached(&attached, b"another", &world.context()).unwrap().signatures.remove(0);
    assert_eq!(verdict(&both).0, "TOTAL_FAILED/FORMAT_FAILURE");
}

#[test]
fn an_algorithm_counts_until_its_day() {
    let world = world().stamp(&stamper(true), "2026-05-25");
    let mut context = world.context();
    let certificates = [world.signer.clone(), world.authority.clone()];
    let mut message = world.message(&certificates);
    let policy = |until: &str| {
        let text = include_str!("../../src/policy/default.toml");
        let rule = "name = \"SHA-256\"\n";
        Policy::from_toml(&text.replacen(rule, &format!("{rule}until = \"{until}\"\n"), 1)).unwrap()
    };
    context.policy = policy("2026-05-01");
    let signature = verify(&message.der(), &context).unwrap().signatures.remove(0);
    assert_eq!(
        verdict(&signature),
        ("INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE".into(), "digest_too_weak".into())
    );
    message.unsigned = vec![];
    context.policy = policy("2026-07-01");
    let signature = verify(&message.der(), &context).unwrap().signatures.remove(0);
    assert_eq!(verdict(&signature).0, "TOTAL_PASSED");
}

#[test]
fn signed_attributes_are_no_document() {
    // Whoever has a signature takes its attributes for the content, and leaves the attributes out.
    let world = world();
    let certificates = [world.signer.clone(), world.authority.clone()];
    let message = world.message(&certificates);
    let passed_off = message.without_attributes(&message.signed_set());
    let signature = verify(&passed_off, &world.context()).unwrap().signatures.remove(0);
    let expected = ("TOTAL_FAILED/SIG_CRYPTO_FAILURE".into(), "content_is_signed_attributes".into());
    assert_eq!(verdict(&signature), expected);
}

#[test]
fn armour_is_taken_off() {
    use base64::Engine;
    let world = world();
    let certificates = [world.signer.clone(), world.authority.clone()];
    let body = base64::engine::general_purpose::STANDARD.encode(world.message(&certificates).der());
    let lines: Vec<&str> =
        body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let armoured = format!("-----BEGIN CMS-----\r\n{}\r\n-----END CMS-----\r\n", lines.join("\r\n"));
    let signature = verify(armoured.as_bytes(), &world.context()).unwrap().signatures.remove(0);
    assert_eq!(verdict(&signature).0, "TOTAL_PASSED");
    assert!(verify(b"-----BEGIN CMS-----\n???", &world.context()).is_err());
}

#[test]
fn the_nine_questions_are_answered() {
    use kho_signature::words::{Answer, Language, checklist};
    let answers = |world: &World| checklist(&world.judge(), Language::Vietnamese).map(|check| check.answer);
    assert_eq!(answers(&world()), [Answer::Yes; 9]);
    let revoked = World {
        crls: vec![crl(ROOT, FRESH, &[], &[]), crl(AUTHORITY, FRESH, &[(3, "2026-03-01")], &[])],
        ..world()
    };
    let expected = [1, 7].into_iter().fold([Answer::Yes; 9], |mut all, number| {
        all[number] = Answer::No;
        all
    });
    assert_eq!(answers(&revoked), expected);
    let untrusted = answers(&World { anchored: false, ..world() });
    assert_eq!((untrusted[0], untrusted[6], untrusted[8]), (Answer::Unknown, Answer::Yes, Answer::Yes));
}

#[test]
fn a_signed_paper_passes_until_a_byte_is_changed() {
    let world = world();
    let file = world.paper();
    let judge = |file: &[u8]| verify(file, &world.context()).unwrap().signatures.remove(0);
    let signature = judge(&file);
    assert_eq!(verdict(&signature), ("TOTAL_PASSED".into(), String::new()));
    assert!(signature.covers_whole_document);
    let mut changed = file.clone();
    let last = changed.len() - 200;
    changed[last] ^= 1;
    assert_eq!(judge(&changed).conclusion, Conclusion::Invalid);
    let longer = [&file[..], b"% one more line"].concat();
    assert_eq!(judge(&longer).conclusion, Conclusion::Invalid);
}

#[test]
fn a_message_with_content_of_its_own_signs_no_paper() {
    let world = world();
    let certificates = [world.signer.clone(), world.authority.clone()];
    let file = crate::paper::signed(10, |_| world.message(&certificates).der());
    let signature = verify(&file, &world.context()).unwrap().signatures.remove(0);
    assert_eq!(signature.conclusion, Conclusion::Invalid);
    assert!(codes(&signature).contains(&"content_embedded".to_owned()));
}

#[test]
fn a_time_stamp_alone_is_judged_over_what_it_is_of() {
    let world = world();
    let stamp = token(STAMPER, ROOT, 4, &stamper(true), b"a file", "2026-05-25");
    let judge =
        |content: &[u8]| verify_detached(&stamp, content, &world.context()).unwrap().signatures.remove(0);
    let signature = judge(b"a file");
    assert_eq!(verdict(&signature), ("TOTAL_PASSED".into(), String::new()));
    assert_eq!(signature.best_signature_time.to_string(), "2026-05-25 00:00:00 UTC");
    let other = judge(b"another file");
    assert_eq!(verdict(&other), ("TOTAL_FAILED/HASH_FAILURE".into(), "timestamp_imprint_mismatch".into()));
    assert_eq!(other.integrity, Integrity::Broken);
    let alone = verify(&stamp, &world.context()).unwrap().signatures.remove(0);
    assert_eq!(verdict(&alone).0, "INDETERMINATE/SIGNED_DATA_NOT_FOUND");
}

#[test]
fn an_archive_time_stamp_of_the_older_form_keeps_a_signature_alive() {
    let stamper = stamper(true);
    let late = World {
        now: "2029-06-01",
        crls: vec![
            crl(ROOT, ["2029-05-20", "2029-06-20"], &[], &[]),
            crl(AUTHORITY, ["2027-05-20", "2027-06-20"], &[], &[]),
        ],
        ..world()
    };
    let certificates = [late.signer.clone(), late.authority.clone()];
    let archive = |over: &[u8], day: &str| {
        attribute("1.2.840.113549.1.9.16.2.48", &token(STAMPER, ROOT, 4, &stamper, over, day))
    };
    for (attached, with_tag) in [(true, true), (true, false), (false, true)] {
        let mut message = Message { attached, crls: &late.crls[1..], ..late.message(&certificates) };
        message.unsigned = vec![attribute("1.2.3.4.5", &int(7))];
        let first = archive(&message.archived(with_tag), "2027-06-01");
        message.unsigned.push(first.clone());
        // One that is younger covers the first, and is none of what the first is over.
        let second = archive(&message.archived(with_tag), "2028-06-01");
        message.unsigned.push(second);
        let judge = |message: &Message<'_>| {
            let context = late.context();
            let report = match attached {
                true => verify(&message.der(), &context),
                false => verify_detached(&message.der(), message.content, &context),
            };
            report.unwrap().signatures.remove(0)
        };
        let signature = judge(&message);
        assert_eq!(verdict(&signature), ("TOTAL_PASSED".into(), String::new()), "{attached} {with_tag}");
        assert_eq!(signature.best_signature_time.to_string(), "2027-06-01 00:00:00 UTC");
        assert_eq!(signature.evidence.timestamps.len(), 2);
        // Another attribute than the one that was there.
        message.unsigned[0] = attribute("1.2.3.4.5", &int(8));
        let signature = judge(&message);
        assert_eq!(verdict(&signature).0, "INDETERMINATE/OUT_OF_BOUNDS_NO_POE");
        assert!(codes(&signature).contains(&"timestamp_imprint_mismatch".to_owned()));
    }
}
