//! What is said to be wanted for a conclusion, and that nothing is where nobody answers for the address.

use kho_signature::report::Report;
use kho_signature::{Want, WantKind, verify, wanted};

use crate::pki::*;
use crate::world::*;

const SHORT: [&str; 2] = ["2024-01-01", "2028-01-01"];
fn signer(more: &[Vec<u8>]) -> Vec<u8> {
    certificate(AUTHORITY, SIGNER, 3, SHORT, &[&[usages(0xc0)], more].concat())
}

/// Nothing is known about the signer's certificate, which says where to ask.
fn unknown() -> World {
    let places = [
        access(&[(STATUS_ANSWERS, "http://ocsp.example/a"), (ISSUERS, "http://aia.example/authority.cer")]),
        points(&["ldap://directory.example/cn=Authority", "http://crl.example/authority.crl"]),
    ];
    World { signer: signer(&places), crls: vec![crl(ROOT, FRESH, &[], &[])], ..world() }
}

fn wants(world: &World, certificates: &[&Vec<u8>]) -> Vec<Want> {
    let certificates: Vec<Vec<u8>> = certificates.iter().map(|der| der.to_vec()).collect();
    wanted(&verify(&world.message(&certificates).der(), &world.context()).unwrap())
}

fn places(wants: &[Want]) -> Vec<(WantKind, &str)> {
    wants.iter().map(|want| (want.kind, want.url.as_str())).collect()
}

#[test]
fn an_unknown_status_is_asked_where_the_certificate_says() {
    let world = unknown();
    let wants = wants(&world, &[&world.signer, &world.authority]);
    assert_eq!(
        places(&wants),
        [(WantKind::Ocsp, "http://ocsp.example/a"), (WantKind::Crl, "http://crl.example/authority.crl")]
    );
    for want in &wants {
        assert_eq!(want.certificate.der(), world.signer);
        assert_eq!(want.issuer.as_ref().unwrap().der(), world.authority);
    }
}

#[test]
fn what_is_known_is_not_asked_for() {
    let known = World { crls: world().crls, ..unknown() };
    assert_eq!(wants(&known, &[&known.signer, &known.authority]), []);
    let revoked = World {
        crls: vec![crl(ROOT, FRESH, &[], &[]), crl(AUTHORITY, FRESH, &[(3, "2026-03-01")], &[])],
        ..unknown()
    };
    assert_eq!(wants(&revoked, &[&revoked.signer, &revoked.authority]), []);
}

#[test]
fn nobody_is_asked_for_certificates_that_no_anchor_answers_for() {
    let unbelieved = World { anchored: false, ..unknown() };
    assert_eq!(wants(&unbelieved, &[&unbelieved.signer, &unbelieved.authority]), []);
    // A whole chain, up to a root that is not believed.
    let root = certificate(OTHER, OTHER, 1, LONG, &[authority(None), usages(0x06)]);
    let below = certificate(OTHER, AUTHORITY, 2, LONG, &[authority(None), usages(0x06)]);
    let strange = unknown();
    assert_eq!(wants(&strange, &[&strange.signer, &below, &root]), []);
    // The name of the anchor alone is no reason.
    let forged = certificate(Party { seed: 9, ..ROOT }, AUTHORITY, 2, LONG, &[authority(None)]);
    assert_eq!(wants(&strange, &[&strange.signer, &forged]), []);
}

#[test]
fn a_missing_issuer_is_a_want_of_its_own_kind() {
    let world = unknown();
    let wants = wants(&world, &[&world.signer]);
    assert_eq!(places(&wants), [(WantKind::Issuer, "http://aia.example/authority.cer")]);
    assert_eq!(wants[0].issuer, None);
}

#[test]
fn nothing_is_asked_that_would_not_change_the_conclusion() {
    // The certificate is for something else.
    let places = access(&[(STATUS_ANSWERS, "http://ocsp.example/a")]);
    let unfit =
        World { signer: certificate(AUTHORITY, SIGNER, 3, SHORT, &[usages(0x20), places]), ..unknown() };
    assert_eq!(wants(&unfit, &[&unfit.signer, &unfit.authority]), []);
    // The content is another one.
    let world = unknown();
    let certificates = [world.signer.clone(), world.authority.clone()];
    let mut broken = world.message(&certificates).der();
    let at = broken.windows(7).position(|part| part == b"Don xin").unwrap();
    broken[at] ^= 1;
    let report: Report = verify(&broken, &world.context()).unwrap();
    assert!(!report.signatures[0].evidence.wants.is_empty());
    assert_eq!(wanted(&report), []);
}

#[test]
fn only_addresses_of_http_are_taken_and_not_many() {
    let many: Vec<String> = (0..20).map(|number| format!("http://{number}.example/")).collect();
    let list: Vec<(&str, &str)> = [
        (STATUS_ANSWERS, "file:///etc/passwd"),
        (STATUS_ANSWERS, "http://with space/"),
        (STATUS_ANSWERS, "HTTP://x/"),
    ]
    .into_iter()
    .chain(many.iter().map(|at| (STATUS_ANSWERS, at.as_str())))
    .collect();
    let world = World { signer: signer(&[access(&list)]), ..unknown() };
    let wants = wants(&world, &[&world.signer, &world.authority]);
    let urls: Vec<&str> = wants.iter().map(|want| want.url.as_str()).collect();
    assert_eq!(urls, ["HTTP://x/", "http://0.example/", "http://1.example/", "http://2.example/"]);
    // What can't be read is no reason to refuse the certificate.
    let odd =
        World { signer: signer(&[extension("1.3.6.1.5.5.7.1.1", false, &[5, 0])]), ..crate::world::world() };
    assert_eq!(odd.judge().sub_indication, None);
}
