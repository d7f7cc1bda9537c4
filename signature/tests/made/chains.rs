//! Chains from a signer to an anchor, each wrong in one way. The expected indications are those of ETSI EN 319 102-1 and the rules of RFC 5280.

use kho_signature::Anchor;
use kho_signature::x509::NameConstraints;

use crate::pki::*;
use crate::world::*;

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
