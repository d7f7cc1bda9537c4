//! Status answers, by OpenSSL where it can give them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kho_fetch::{Fault, Outcome};
use percent_encoding::percent_decode_str;

use crate::case::*;
use crate::openssl::{Responder, Status};
use crate::pki::*;
use crate::server::{Reply, Server};

fn answering(status: &Status) -> Responder {
    Responder::new(&intermediate(), &responder(AUTHORITY), RESPONDER, status)
}

/// A file whose signer's status is answered by a server in the given way, asked about.
async fn ask_server(answer: impl Fn(&[u8]) -> Reply + Send + Sync + 'static) -> Asked {
    let server = Server::start(move |request| answer(&request.body)).await;
    ask(&file_asking(&server.url("/")), &fetcher(&[server.port])).await
}

/// The same, answered with bytes that were made before.
async fn ask_made(bytes: Vec<u8>) -> Asked {
    ask_server(move |_| Reply::ok(bytes.clone())).await
}

#[tokio::test]
async fn openssl_as_a_server_is_asked() {
    for (status, after) in [
        (Status::Good, PASSED),
        (Status::Revoked, REVOKED),
        (Status::Unknown, "INDETERMINATE/TRY_LATER revocation_status_unknown"),
    ] {
        let responder = answering(&status);
        let listening = responder.listen();
        let file = file_asking(&format!("http://127.0.0.1:{}/ocsp", listening.port));
        let asked = ask(&file, &fetcher(&[listening.port])).await;
        asked.expect(UNKNOWN, after);
        assert!(matches!(asked.outcomes()[..], [Outcome::Answer(_)]));
    }
}

#[tokio::test]
async fn a_responder_that_knows_only_get_is_asked_so() {
    let responder = answering(&Status::Good);
    let server = Server::start(move |request| {
        if request.method == "POST" {
            return Reply::Full(405, String::new(), Vec::new());
        }
        let text = percent_decode_str(request.path.strip_prefix("/status/").unwrap()).decode_utf8().unwrap();
        Reply::ok(responder.answer(&STANDARD.decode(&*text).unwrap()))
    })
    .await;
    ask(&file_asking(&server.url("/status/")), &fetcher(&[server.port])).await.expect(UNKNOWN, PASSED);
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0], "POST /status/");
    assert!(!asked[1]["GET /status/".len()..].contains(['+', '/', '=']), "{}", asked[1]);
}

#[tokio::test]
async fn an_answer_that_is_out_of_date_does_not_count() {
    let old = ["2024-02-01", "2024-02-02"];
    let made = ocsp(RESPONDER, AUTHORITY, 3, &Answer::Good, old, &[responder(AUTHORITY)]);
    let asked = ask_made(made.clone()).await;
    asked.expect(UNKNOWN, "INDETERMINATE/TRY_LATER revocation_stale");
    assert_eq!(asked.outcomes(), [&Outcome::Answer(made)]);
}

#[tokio::test]
async fn an_answer_by_someone_else_does_not_count() {
    let unauthorised = "INDETERMINATE/TRY_LATER responder_unauthorised";
    // Entrusted by another authority, and not at all.
    for signer in [responder(OTHER), certificate(AUTHORITY, RESPONDER, 8, LONG, &[usages(0x80)])] {
        let responder = Responder::new(&intermediate(), &signer, RESPONDER, &Status::Good);
        ask_server(move |question| Reply::ok(responder.answer(question))).await.expect(UNKNOWN, unauthorised);
    }
}

#[tokio::test]
async fn an_answer_about_another_certificate_is_not_taken() {
    let fresh = [&*day(-1), &*day(1)];
    for answer in [
        ocsp(AUTHORITY, AUTHORITY, 33, &Answer::Good, fresh, &[]),
        ocsp(AUTHORITY, ROOT, 3, &Answer::Good, fresh, &[]),
    ] {
        let asked = ask_made(answer).await;
        asked.expect(UNKNOWN, UNKNOWN);
        assert_eq!(asked.outcomes(), [&Outcome::Failed(Fault::Unrelated)]);
    }
}

#[tokio::test]
async fn a_responder_that_refuses_is_named_by_its_reason() {
    // RFC 6960, 4.2.1: OCSPResponseStatus.
    for (status, reason) in [(1, "malformed_request"), (3, "try_later"), (6, "unauthorized")] {
        let asked = ask_made(seq(&[&[0x0a, 1, status]])).await;
        asked.expect(UNKNOWN, UNKNOWN);
        assert_eq!(asked.outcomes(), [&Outcome::Failed(Fault::Responder(reason))]);
    }
}

#[tokio::test]
async fn a_list_is_fetched_only_where_nobody_answers() {
    let responder = answering(&Status::Good);
    let list = crl(AUTHORITY, [&day(-1), &day(7)], &[], &[]);
    let server = Server::start(move |request| match request.path.as_str() {
        "/good" => Reply::ok(responder.answer(&request.body)),
        "/list" => Reply::ok(list.clone()),
        _ => Reply::Full(500, String::new(), Vec::new()),
    })
    .await;
    let fetcher = fetcher(&[server.port]);
    for responder in ["/good", "/dead"] {
        let places = [access(&[(STATUS_ANSWERS, &server.url(responder))]), points(&[&server.url("/list")])];
        ask(&file(&signer(&places), &[intermediate()]), &fetcher).await.expect(UNKNOWN, PASSED);
    }
    assert_eq!(server.asked(), ["POST /good", "POST /dead", "GET /list"]);
}
