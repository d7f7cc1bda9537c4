//! A file that the vault has held for years is judged as of the day on which it came, by what came with it and what was kept since.

use kho_signature::report::{Conclusion, TimeSource};
use kho_signature::{Kept, KeptKind};

use crate::pki::*;
use crate::world::*;

/// Judged four years later, when the signer's certificate (to 2028) and all lists at hand have run out.
fn later(held_since: Option<&str>) -> (World, kho_signature::Context) {
    let world = World { now: "2030-06-01", crls: vec![], ..world() };
    let mut context = world.context();
    context.held_since = held_since.map(|day| format!("{day}T00:00:00Z").parse().unwrap());
    (world, context)
}

fn kept(der: Vec<u8>, since: &str) -> Kept {
    Kept { kind: KeptKind::Crl, der, since: format!("{since}T00:00:00Z").parse().unwrap() }
}

fn lists() -> Vec<Vec<u8>> {
    vec![crl(ROOT, FRESH, &[], &[]), crl(AUTHORITY, FRESH, &[], &[])]
}

#[test]
fn what_was_valid_when_it_came_stays_valid() {
    let (world, mut context) = later(Some(NOW));
    context.kept = lists().into_iter().map(|list| kept(list, NOW)).collect();
    let signature = world.judge_in(&context);
    assert_eq!(signature.conclusion, Conclusion::Valid, "{:?}", signature.findings);
    assert_eq!(signature.best_signature_time_source, TimeSource::Vault);
    assert_eq!(Some(signature.best_signature_time), context.held_since);
}

#[test]
fn without_the_day_on_which_it_came_nothing_is_proven() {
    let (world, mut context) = later(None);
    context.kept = lists().into_iter().map(|list| kept(list, NOW)).collect();
    assert_eq!(verdict(&world.judge_in(&context)).0, "INDETERMINATE/OUT_OF_BOUNDS_NO_POE");
}

#[test]
fn a_revocation_that_became_known_later_counts_from_its_own_day() {
    let revoked_later = crl(AUTHORITY, ["2027-01-01", "2027-02-01"], &[(3, "2026-12-24")], &[]);
    let (world, mut context) = later(Some(NOW));
    context.kept = lists().into_iter().map(|list| kept(list, NOW)).collect();
    context.kept.push(kept(revoked_later, "2027-01-02"));
    assert_eq!(world.judge_in(&context).conclusion, Conclusion::Valid);

    let revoked_before = crl(AUTHORITY, ["2027-01-01", "2027-02-01"], &[(3, "2026-05-24")], &[]);
    context.kept.push(kept(revoked_before, "2027-01-02"));
    assert_eq!(verdict(&world.judge_in(&context)).0, "INDETERMINATE/REVOKED_NO_POE");
}

#[test]
fn what_came_after_the_certificate_ran_out_proves_nothing() {
    let (world, context) = later(Some("2029-01-01"));
    assert_eq!(verdict(&world.judge_in(&context)).0, "INDETERMINATE/OUT_OF_BOUNDS_NO_POE");
}
