//! Certificate policies along a path of two authorities. What OpenSSL 3.0 says of the same certificates (`openssl verify -policy_check`,
//! with `-policy` and, where the anchor asks for one, `-explicit_policy`) is what is expected here.

use kho_signature::evidence::Origin;
use kho_signature::findings::Code;
use kho_signature::path::{Store, Use, trust};
use kho_signature::x509::Certificate;
use kho_signature::{Anchor, Policy};

use crate::pki::*;
use crate::world::{AUTHORITY, LONG, OTHER, ROOT, SIGNER};

const ONE: &str = "1.2.3.1";
const TWO: &str = "1.2.3.2";
const ANY: &str = "2.5.29.32.0";

fn named(policies: &[&str]) -> Vec<u8> {
    let list: Vec<Vec<u8>> = policies.iter().map(|policy| seq(&[&oid(policy)])).collect();
    extension("2.5.29.32", false, &der(0x30, &list.concat()))
}

fn maps(from: &str, to: &str) -> Vec<u8> {
    extension("2.5.29.33", true, &seq(&[&seq(&[&oid(from), &oid(to)])]))
}

/// After how many certificates a policy is needed.
fn explicit(after: u8) -> Vec<u8> {
    extension("2.5.29.36", true, &seq(&[&[0x80, 1, after]]))
}

fn no_mapping(after: u8) -> Vec<u8> {
    extension("2.5.29.36", true, &seq(&[&[0x81, 1, after]]))
}

fn no_any(after: u8) -> Vec<u8> {
    extension("2.5.29.54", true, &int(u64::from(after)))
}

/// A path and whether it has the policies that are asked for.
struct Case {
    upper: Vec<Vec<u8>>,
    lower: Vec<Vec<u8>>,
    signer: Vec<Vec<u8>>,
    wanted: &'static [&'static str],
    met: bool,
}

fn case(
    upper: &[&Vec<u8>],
    lower: &[&Vec<u8>],
    signer: &[&Vec<u8>],
    wanted: &'static [&'static str],
    met: bool,
) -> Case {
    let own = |list: &[&Vec<u8>]| list.iter().map(|&one| one.clone()).collect();
    Case { upper: own(upper), lower: own(lower), signer: own(signer), wanted, met }
}

fn cases() -> Vec<Case> {
    let (one, two, any) = (named(&[ONE]), named(&[TWO]), named(&[ANY]));
    let both = named(&[ONE, TWO]);
    let map = maps(ONE, TWO);
    vec![
        case(&[], &[], &[], &[], true),
        case(&[], &[], &[], &[ONE], false),
        case(&[&one], &[&one], &[&one], &[ONE], true),
        case(&[&one], &[&one], &[&one], &[TWO], false),
        case(&[&one], &[&one], &[&one], &[TWO, ONE], true),
        case(&[&both], &[&both], &[&two], &[ONE], false),
        case(&[&one], &[], &[&one], &[ONE], false),
        case(&[&any], &[&any], &[&one], &[ONE], true),
        case(&[&any], &[&any], &[&any], &[ONE], true),
        case(&[&any], &[&one], &[&any], &[ONE], true),
        case(&[&any], &[&one], &[&any], &[TWO], false),
        // Any policy is no longer any.
        case(&[&any, &no_any(0)], &[&any], &[&one], &[ONE], false),
        case(&[&any, &no_any(1)], &[&any], &[&one], &[ONE], true),
        case(&[&one, &no_any(1)], &[&one], &[&any], &[ONE], false),
        // One policy equals another below.
        case(&[&one, &map], &[&two], &[&two], &[ONE], true),
        case(&[&one, &map], &[&two], &[&two], &[TWO], false),
        case(&[&one, &map], &[&one], &[&one], &[ONE], false),
        case(&[&any, &map], &[&two], &[&two], &[ONE], true),
        case(&[&one], &[&one, &map], &[&two], &[ONE], true),
        case(&[&one, &no_mapping(0)], &[&one, &map], &[&two], &[ONE], false),
        case(&[&one, &no_mapping(1)], &[&one, &map], &[&two], &[ONE], true),
        case(&[&any, &maps(ANY, TWO)], &[&any], &[&any], &[], false),
        // A certificate asks for a policy where the anchor does not.
        case(&[&explicit(0)], &[], &[], &[], false),
        case(&[&one, &explicit(0)], &[&one], &[&one], &[], true),
        case(&[&one, &explicit(0)], &[&one], &[&two], &[], false),
        case(&[&explicit(2)], &[], &[], &[], false),
        case(&[&explicit(3)], &[], &[], &[], true),
        case(&[&one], &[&one], &[&explicit(0)], &[], false),
    ]
}

#[test]
fn a_path_has_the_policies_that_are_asked_for() {
    for (number, case) in cases().iter().enumerate() {
        let root = certificate(ROOT, ROOT, 1, LONG, &[authority(None), usages(0x06)]);
        let rights = [authority(None), usages(0x06)];
        let upper = certificate(ROOT, AUTHORITY, 2, LONG, &[&rights[..], &case.upper].concat());
        let lower = certificate(AUTHORITY, OTHER, 3, LONG, &[&rights[..], &case.lower].concat());
        let signer = certificate(OTHER, SIGNER, 4, LONG, &[&[usages(0xc0)][..], &case.signer].concat());
        let mut store = Store::default();
        [&upper, &lower].iter().for_each(|der| store.add_der(der, Origin::Signature));
        let mut anchor = Anchor::new(Certificate::from_der(&root).unwrap());
        anchor.policies = case.wanted.iter().map(|policy| policy.parse().unwrap()).collect();
        let signer = Certificate::from_der(&signer).unwrap();
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        let trust = trust(&signer, Use::Signing, now, now, &store, &[anchor], &Policy::default());
        let unmet = |code| code == Code::CertificatePolicyUnmet;
        assert_eq!(
            trust.obstacles.iter().any(|obstacle| unmet(obstacle.finding.code)),
            !case.met,
            "case {number}"
        );
    }
}
