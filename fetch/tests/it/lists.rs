//! Lists of revoked certificates.

use kho_fetch::{Fault, Outcome};

use crate::case::*;
use crate::openssl::pem;
use crate::pki::*;
use crate::server::{Reply, Server};

/// A file whose signer's status is on a list, which a server serves.
async fn ask_list(body: Vec<u8>) -> Asked {
    let server = Server::start(move |_| Reply::ok(body.clone())).await;
    ask(&file_listed(&server.url("/authority.crl")), &fetcher(&[server.port])).await
}

fn fresh(issuer: Party, revoked: &[(u64, &str)]) -> Vec<u8> {
    crl(issuer, [&day(-1), &day(7)], revoked, &[])
}

#[tokio::test]
async fn a_list_says_who_was_revoked() {
    ask_list(fresh(AUTHORITY, &[])).await.expect(UNKNOWN, PASSED);
    ask_list(fresh(AUTHORITY, &[(3, "2025-03-01")])).await.expect(UNKNOWN, REVOKED);
}

#[tokio::test]
async fn a_list_may_come_as_pem() {
    let list = fresh(AUTHORITY, &[]);
    let asked = ask_list(pem("X509 CRL", &list).into_bytes()).await;
    asked.expect(UNKNOWN, PASSED);
    assert_eq!(asked.outcomes(), [&Outcome::Answer(list)]);
}

#[tokio::test]
async fn a_list_that_does_not_count_changes_nothing_for_the_better() {
    let old = crl(AUTHORITY, ["2024-02-01", "2024-03-01"], &[], &[]);
    ask_list(old).await.expect(UNKNOWN, "INDETERMINATE/TRY_LATER revocation_stale");
    // Signed by another key of the same name.
    let forged = fresh(Party { seed: 9, ..AUTHORITY }, &[]);
    ask_list(forged).await.expect(UNKNOWN, "INDETERMINATE/TRY_LATER revocation_list_unusable");
}

#[tokio::test]
async fn what_is_no_list_of_the_issuer_is_not_taken() {
    let kind = Fault::Kind("a list of revoked certificates");
    for (body, fault) in [
        (fresh(OTHER, &[]), Fault::Unrelated),
        (b"<!DOCTYPE html><title>Not here</title>".to_vec(), kind.clone()),
        (intermediate(), kind.clone()),
        (pem("CERTIFICATE", &intermediate()).into_bytes(), kind.clone()),
        (Vec::new(), kind),
    ] {
        let asked = ask_list(body).await;
        asked.expect(UNKNOWN, UNKNOWN);
        assert_eq!(asked.outcomes(), [&Outcome::Failed(fault)]);
    }
}
