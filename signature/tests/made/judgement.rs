//! Verdicts on messages made here, each wrong in one way. The expected indications are those of ETSI EN 319 102-1 and the rules of
//! RFC 5280, 5652, 6960 and 3161 that the names of the tests say.

use kho_signature::evidence::RevocationStatus;
use kho_signature::findings::Code;
use kho_signature::report::{Conclusion, Integrity};
use kho_signature::x509::{NameConstraints, Reason};
use kho_signature::{Anchor, Policy, verify, verify_detached};

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
fn a_chain_leads_to_an_anchor_or_nowhere() {
    expect(
        &World { anchored: false, ..world() },
        "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND",
        "chain_missing",
    );
    // An authority of the right name with another key.
    let forged = certificate(Party { seed: 9, ..ROOT }, AUTHORITY, 2, LONG, &[authority(None), usages(0x06)]);
    let found = World { authority: forged, ..world() }.verdict();
    assert_eq!(found.0, "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND");
    // Two authorities that certify each other lead nowhere, and soon.
    let round = certificate(OTHER, AUTHORITY, 2, LONG, &[authority(None)]);
    let back = certificate(AUTHORITY, OTHER, 5, LONG, &[authority(None)]);
    let found = World { authority: round, extra: vec![back], ..world() }.verdict();
    assert_eq!(found.0, "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND");
}

#[test]
fn a_cross_certificate_opens_another_way() {
    // The authority's own root is not trusted here; another one certified the same key.
    let own = certificate(OTHER, AUTHORITY, 2, LONG, &[authority(None), usages(0x06)]);
    let cross = certificate(ROOT, AUTHORITY, 2, LONG, &[authority(None), usages(0x06)]);
    expect(&World { authority: own, extra: vec![cross], ..world() }, "TOTAL_PASSED", "");
}

#[test]
fn only_authorities_certify() {
    let leaf = certificate(ROOT, AUTHORITY, 2, LONG, &[usages(0xc0)]);
    expect(
        &World { authority: leaf, ..world() },
        "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE",
        "issuer_not_authority",
    );
    let no_usage = certificate(ROOT, AUTHORITY, 2, LONG, &[authority(None), usages(0x82)]);
    let found = World { authority: no_usage, ..world() }.verdict();
    assert_eq!(found.1, "issuer_not_authority");
}

#[test]
fn a_path_is_no_longer_than_an_authority_permits() {
    let below = certificate(AUTHORITY, OTHER, 5, LONG, &[authority(None), usages(0x06)]);
    let signer = certificate(OTHER, SIGNER, 3, LONG, &[usages(0xc0)]);
    let mut crls = world().crls;
    crls.push(crl(OTHER, FRESH, &[], &[]));
    let deep = World { signer, signer_issuer: OTHER, extra: vec![below], crls, ..world() };
    expect(&deep, "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE", "path_length_exceeded");
}

#[test]
fn names_stay_inside_what_an_authority_may_certify() {
    let subtree = |common: &str| seq(&[&der(0xa4, &name(common))]);
    let constrained = |tag: u8, common: &str| {
        let list = extension("2.5.29.30", true, &seq(&[&der(tag, &subtree(common))]));
        certificate(ROOT, AUTHORITY, 2, LONG, &[authority(Some(0)), usages(0x06), list])
    };
    let failure = "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE";
    expect(
        &World { authority: constrained(0xa0, "Someone else"), ..world() },
        failure,
        "name_constraint_violated",
    );
    expect(
        &World { authority: constrained(0xa1, SIGNER.name), ..world() },
        failure,
        "name_constraint_violated",
    );
    expect(&World { authority: constrained(0xa0, SIGNER.name), ..world() }, "TOTAL_PASSED", "");
}

#[test]
fn a_critical_extension_that_is_not_known_is_not_passed_over() {
    let odd = extension("1.2.3.4.5", true, &[5, 0]);
    let signer = certificate(AUTHORITY, SIGNER, 3, LONG, &[usages(0xc0), odd]);
    let failure = "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE";
    expect(&World { signer, ..world() }, failure, "critical_extension_unknown");
}

#[test]
fn a_certificate_is_used_for_what_it_was_issued_for() {
    let failure = "INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE";
    let encipherment = certificate(AUTHORITY, SIGNER, 3, LONG, &[usages(0x20)]);
    expect(&World { signer: encipherment, ..world() }, failure, "key_usage_unsuitable");
    let stamping = certificate(AUTHORITY, SIGNER, 3, LONG, &[usages(0xc0), purpose(TIME_STAMPING, true)]);
    expect(&World { signer: stamping, ..world() }, failure, "key_usage_unsuitable");
}

#[test]
fn an_expired_certificate_needs_a_proven_time() {
    let late = |world: World| World {
        now: "2029-06-01",
        crls: vec![
            crl(ROOT, ["2029-05-20", "2029-06-20"], &[], &[]),
            crl(AUTHORITY, ["2027-12-01", "2028-01-01"], &[], &[]),
        ],
        ..world
    };
    expect(&late(world()), "INDETERMINATE/OUT_OF_BOUNDS_NO_POE", "certificate_expired");
    expect(&late(world().stamp(&stamper(true), "2026-05-25")), "TOTAL_PASSED", "");
    expect(
        &late(world().stamp(&stamper(true), "2028-05-25")),
        "INDETERMINATE/OUT_OF_BOUNDS_NO_POE",
        "certificate_expired",
    );
    // A list that was made after the certificate expired no longer speaks about it.
    let mut after = late(world().stamp(&stamper(true), "2026-05-25"));
    after.crls[1] = crl(AUTHORITY, ["2029-05-20", "2029-06-20"], &[], &[]);
    expect(&after, "INDETERMINATE/TRY_LATER", "revocation_stale");
}

#[test]
fn a_signature_before_its_certificate_is_impossible() {
    let early = world().stamp(&stamper(true), "2023-05-25");
    expect(&early, "TOTAL_FAILED/NOT_YET_VALID", "signed_before_issuance");
}

/// The reasons of RFC 5280, 5.3.1.
const KEY_COMPROMISE: u8 = 1;
const HOLD: u8 = 6;

#[test]
fn a_certificate_on_hold_is_neither_good_nor_revoked() {
    // EN 319 102-1, 5.2.6: INDETERMINATE with TRY_LATER.
    let held = |entries: &[Vec<u8>]| World {
        crls: vec![crl(ROOT, FRESH, &[], &[]), crl_of(AUTHORITY, FRESH, entries, &[])],
        ..world()
    };
    let on_hold = held(&[entry(3, "2026-03-01", Some(HOLD))]);
    expect(&on_hold, "INDETERMINATE/TRY_LATER", "certificate_on_hold");
    let used = &on_hold.judge().evidence.revocations;
    let used = used.iter().find(|one| one.status == RevocationStatus::OnHold).unwrap();
    assert_eq!(
        (used.reason, used.revoked_at.unwrap().to_string()),
        (Some(Reason::CertificateHold), "2026-03-01 00:00:00 UTC".to_owned())
    );
    let compromised = held(&[entry(3, "2026-03-01", Some(KEY_COMPROMISE))]);
    expect(&compromised, "INDETERMINATE/REVOKED_NO_POE", "certificate_revoked");
    // Signed before it was suspended.
    expect(&on_hold.stamp(&stamper(true), "2026-02-01"), "TOTAL_PASSED", "");
    // A newer list no longer names it: it was released. An older one says nothing of that.
    for (updates, expected) in [
        (["2026-05-25", "2026-06-25"], ("TOTAL_PASSED", "")),
        (["2026-05-10", "2026-06-10"], ("INDETERMINATE/TRY_LATER", "certificate_on_hold")),
    ] {
        let mut world = held(&[entry(3, "2026-03-01", Some(HOLD))]);
        world.crls.push(crl(AUTHORITY, updates, &[], &[]));
        expect(&world, expected.0, expected.1);
    }
    // Revoked for good counts before suspended.
    let mut both = held(&[entry(3, "2026-03-01", Some(HOLD))]);
    both.crls.push(crl(AUTHORITY, ["2026-05-25", "2026-06-25"], &[(3, "2026-03-01")], &[]));
    expect(&both, "INDETERMINATE/REVOKED_NO_POE", "certificate_revoked");
    // The same from an answer.
    let answered = World {
        crls: vec![crl(ROOT, FRESH, &[], &[])],
        ocsps: vec![ocsp(AUTHORITY, AUTHORITY, 3, &Answer::Because("2026-03-01", HOLD), FRESH, &[])],
        ..world()
    };
    expect(&answered, "INDETERMINATE/TRY_LATER", "certificate_on_hold");
}

#[test]
fn an_anchor_is_believed_within_its_own_terms() {
    let terms = |set: &dyn Fn(&mut Anchor)| {
        let world = world();
        let mut context = world.context();
        set(&mut context.anchors[0]);
        verdict(&world.judge_in(&context))
    };
    let day = |text: &str| Some(format!("{text}T00:00:00Z").parse().unwrap());
    let outside = ("INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE".to_owned(), "anchor_out_of_period".to_owned());
    let passed = ("TOTAL_PASSED".to_owned(), String::new());
    assert_eq!(terms(&|anchor| anchor.valid_from = day("2026-06-02")), outside);
    assert_eq!(terms(&|anchor| anchor.valid_from = day("2026-06-01")), passed);
    assert_eq!(terms(&|anchor| anchor.valid_until = day("2026-05-31")), outside);
    assert_eq!(terms(&|anchor| anchor.valid_until = day("2026-06-01")), passed);
    let names = |permitted: &[&str], excluded: &[&str]| {
        let list = |names: &[&str]| names.iter().map(|common| der(0xa4, &name(common))).collect();
        Some(NameConstraints { permitted: list(permitted), excluded: list(excluded) })
    };
    let violated =
        ("INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE".to_owned(), "name_constraint_violated".to_owned());
    assert_eq!(terms(&|anchor| anchor.names = names(&["Someone else"], &[])), violated);
    assert_eq!(terms(&|anchor| anchor.names = names(&[], &[SIGNER.name])), violated);
    assert_eq!(terms(&|anchor| anchor.names = names(&[SIGNER.name, AUTHORITY.name], &[])), passed);
    let unmet = ("INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE".to_owned(), "certificate_policy_unmet".to_owned());
    assert_eq!(terms(&|anchor| anchor.policies = vec!["1.2.3".parse().unwrap()]), unmet);
}

#[test]
fn an_anchor_that_ended_proves_no_time_of_before() {
    // The time stamp hangs on the same anchor, and nothing younger proves that it is older than the end.
    let world = world().stamp(&stamper(true), "2026-05-25");
    let mut context = world.context();
    context.anchors[0].valid_until = Some("2026-05-30T00:00:00Z".parse().unwrap());
    assert_eq!(verdict(&world.judge_in(&context)).1, "anchor_out_of_period");
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
fn revocation_counts_from_its_time() {
    let revoked = |world: World| World {
        crls: vec![crl(ROOT, FRESH, &[], &[]), crl(AUTHORITY, FRESH, &[(3, "2026-03-01")], &[])],
        ..world
    };
    expect(&revoked(world()), "INDETERMINATE/REVOKED_NO_POE", "certificate_revoked");
    expect(&revoked(world().stamp(&stamper(true), "2026-02-01")), "TOTAL_PASSED", "");
    expect(
        &revoked(world().stamp(&stamper(true), "2026-04-01")),
        "INDETERMINATE/REVOKED_NO_POE",
        "certificate_revoked",
    );
    let authority = World {
        crls: vec![crl(ROOT, FRESH, &[(2, "2026-03-01")], &[]), crl(AUTHORITY, FRESH, &[], &[])],
        ..world()
    };
    expect(&authority, "INDETERMINATE/REVOKED_CA_NO_POE", "authority_revoked");
}

#[test]
fn lists_that_do_not_answer_leave_it_open() {
    let later = "INDETERMINATE/TRY_LATER";
    let with = |list: Vec<u8>| World { crls: vec![crl(ROOT, FRESH, &[], &[]), list], ..world() };
    expect(&with(vec![]), later, "revocation_unknown");
    expect(&with(crl(AUTHORITY, ["2024-02-01", "2024-03-01"], &[], &[])), later, "revocation_stale");
    // Made tomorrow.
    expect(&with(crl(AUTHORITY, ["2026-06-02", "2026-07-01"], &[], &[])), later, "revocation_list_unusable");
    // Signed by another key of the same name.
    expect(&with(crl(Party { seed: 9, ..AUTHORITY }, FRESH, &[], &[])), later, "revocation_list_unusable");
    let delta = extension("2.5.29.27", true, &int(1));
    expect(&with(crl(AUTHORITY, FRESH, &[], &[delta])), later, "revocation_list_unusable");
    let indirect = extension("2.5.29.28", true, &seq(&[&[0x84, 1, 0xff]]));
    expect(&with(crl(AUTHORITY, FRESH, &[], &[indirect])), later, "revocation_list_unusable");
    let authorities_only = extension("2.5.29.28", true, &seq(&[&[0x82, 1, 0xff]]));
    expect(&with(crl(AUTHORITY, FRESH, &[], &[authorities_only])), later, "revocation_list_unusable");
    let users_only = extension("2.5.29.28", true, &seq(&[&[0x81, 1, 0xff]]));
    expect(&with(crl(AUTHORITY, FRESH, &[], &[users_only])), "TOTAL_PASSED", "");
}

#[test]
fn answers_count_from_those_entrusted_to_give_them() {
    let later = "INDETERMINATE/TRY_LATER";
    let with =
        |answer: Vec<u8>| World { crls: vec![crl(ROOT, FRESH, &[], &[])], ocsps: vec![answer], ..world() };
    let delegate = |issuer: Party| {
        certificate(issuer, RESPONDER, 8, LONG, &[usages(0x80), purpose(OCSP_SIGNING, false)])
    };
    expect(&with(ocsp(AUTHORITY, AUTHORITY, 3, &Answer::Good, FRESH, &[])), "TOTAL_PASSED", "");
    expect(
        &with(ocsp(RESPONDER, AUTHORITY, 3, &Answer::Good, FRESH, &[delegate(AUTHORITY)])),
        "TOTAL_PASSED",
        "",
    );
    // Entrusted by another authority, or not at all.
    expect(
        &with(ocsp(RESPONDER, AUTHORITY, 3, &Answer::Good, FRESH, &[delegate(ROOT)])),
        later,
        "responder_unauthorised",
    );
    let plain = certificate(AUTHORITY, RESPONDER, 8, LONG, &[usages(0x80)]);
    expect(
        &with(ocsp(RESPONDER, AUTHORITY, 3, &Answer::Good, FRESH, &[plain])),
        later,
        "responder_unauthorised",
    );
    expect(&with(ocsp(AUTHORITY, AUTHORITY, 33, &Answer::Good, FRESH, &[])), later, "revocation_unknown");
    expect(
        &with(ocsp(AUTHORITY, AUTHORITY, 3, &Answer::Unknown, FRESH, &[])),
        later,
        "revocation_status_unknown",
    );
    let old = ["2024-02-01", "2024-02-02"];
    expect(&with(ocsp(AUTHORITY, AUTHORITY, 3, &Answer::Good, old, &[])), later, "revocation_stale");
    let revoked =
        ocsp(RESPONDER, AUTHORITY, 3, &Answer::Revoked("2025-03-01"), FRESH, &[delegate(AUTHORITY)]);
    expect(&with(revoked), "INDETERMINATE/REVOKED_NO_POE", "certificate_revoked");
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
