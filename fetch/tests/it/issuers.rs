//! Certificates of issuers that a file leaves out. Whoever uploads a file may write any address into a certificate, so only places that an
//! administrator names are asked.

use kho_fetch::{Fault, Outcome, Refusal};

use crate::case::*;
use crate::openssl::pem;
use crate::pki::*;
use crate::server::{Reply, Server};

/// A message that holds nothing but certificates (RFC 5652, 5.1).
fn bundle(certificates: &[Vec<u8>]) -> Vec<u8> {
    let data = seq(&[&int(1), &set(&[]), &seq(&[&oid(DATA)]), &der(0xa0, &certificates.concat()), &set(&[])]);
    seq(&[&oid("1.2.840.113549.1.7.2"), &der(0xa0, &data)])
}

async fn serve(body: Vec<u8>) -> (Server, Vec<u8>) {
    let list = crl(AUTHORITY, [&day(-1), &day(7)], &[], &[]);
    let server = Server::start(move |request| match request.path.as_str() {
        "/list" => Reply::ok(list.clone()),
        _ => Reply::ok(body.clone()),
    })
    .await;
    let places = [access(&[(ISSUERS, &server.url("/issuer"))]), points(&[&server.url("/list")])];
    let file = file(&signer(&places), &[]);
    (server, file)
}

#[tokio::test]
async fn an_issuer_that_was_left_out_is_found_and_then_its_list() {
    let forged = certificate(Party { seed: 9, ..ROOT }, AUTHORITY, 2, LONG, &[authority(None)]);
    let twin = certificate(ROOT, Party { seed: 9, ..AUTHORITY }, 7, LONG, &[authority(None)]);
    for body in [
        intermediate(),
        pem("CERTIFICATE", &intermediate()).into_bytes(),
        bundle(&[root(), twin.clone(), intermediate()]),
        pem("PKCS7", &bundle(&[intermediate()])).into_bytes(),
        pem("CERTIFICATE", &twin)
            .into_bytes()
            .into_iter()
            .chain(pem("CERTIFICATE", &intermediate()).into_bytes())
            .collect(),
    ] {
        let (server, file) = serve(body).await;
        ask(&file, &fetcher(&[server.port])).await.expect(NO_CHAIN, PASSED);
        assert_eq!(server.asked(), ["GET /issuer", "GET /list"]);
    }
    // The key fits, but no anchor answers for it: its list is not asked for.
    let (server, file) = serve(forged).await;
    let asked = ask(&file, &fetcher(&[server.port])).await;
    assert!(asked.after.starts_with("INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND"), "{}", asked.after);
    assert_eq!(server.asked(), ["GET /issuer"]);
}

#[tokio::test]
async fn nobody_is_asked_for_issuers_whom_no_administrator_names() {
    let (server, file) = serve(intermediate()).await;
    let asked = ask(&file, &fetcher(&[])).await;
    asked.expect(NO_CHAIN, NO_CHAIN);
    assert_eq!(asked.outcomes(), [&Outcome::Refused(Refusal::Port(server.port))]);
    let public = signer(&[access(&[(ISSUERS, "http://aia.example/issuer")])]);
    let asked = ask(&crate::case::file(&public, &[]), &fetcher(&[])).await;
    assert_eq!(asked.outcomes(), [&Outcome::Refused(Refusal::Unanswered("aia.example".to_owned()))]);
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn what_did_not_issue_it_is_not_taken() {
    for (body, fault) in [
        (root(), Fault::Unrelated),
        (bundle(&[]), Fault::Kind("a certificate")),
        (b"<html>".to_vec(), Fault::Kind("a certificate")),
    ] {
        let (server, file) = serve(body).await;
        let asked = ask(&file, &fetcher(&[server.port])).await;
        asked.expect(NO_CHAIN, NO_CHAIN);
        assert_eq!(asked.outcomes(), [&Outcome::Failed(fault)]);
    }
}
