//! Lists and answers about revocation, each wrong in one way. The expected indications are those of ETSI EN 319 102-1 and the rules of
//! RFC 5280 and 6960.

use kho_signature::evidence::RevocationStatus;
use kho_signature::x509::Reason;

use crate::pki::*;
use crate::world::*;

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
