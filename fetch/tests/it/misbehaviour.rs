//! Servers that are slow, endless, silent, broken, or lead elsewhere. The verdict stays what it was.

use std::time::Duration;

use kho_fetch::{Fault, Fetcher, Limits, Outcome, Refusal};

use crate::case::*;
use crate::pki::*;
use crate::server::{Reply, Server};

/// Asks about a file whose list is at a server.
async fn ask_of(server: &Server, limits: Limits) -> Outcome {
    let fetcher = Fetcher::new(limits, allowed(&[server.port]));
    let asked = ask(&file_listed(&server.url("/")), &fetcher).await;
    asked.expect(UNKNOWN, UNKNOWN);
    asked.outcomes()[0].clone()
}

fn list() -> Vec<u8> {
    crl(AUTHORITY, [&day(-1), &day(7)], &[], &[])
}

#[tokio::test]
async fn nobody_is_waited_for_longer_than_the_limit() {
    let server = Server::start(|_| Reply::Silent).await;
    let short = Duration::from_millis(30);
    for limits in [
        Limits { read: short, ..patient() },
        Limits { question: short, ..patient() },
        Limits { evidence: short, ..patient() },
    ] {
        assert_eq!(ask_of(&server, limits).await, Outcome::Failed(Fault::Slow));
    }
}

#[tokio::test]
async fn no_more_is_read_than_the_limit() {
    let server = Server::start(|_| Reply::Endless).await;
    let limits = Limits { crl_bytes: 100_000, ..patient() };
    assert_eq!(ask_of(&server, limits).await, Outcome::Failed(Fault::Large));
    // What was sent beyond it lies in the buffers of the two sockets.
    let sent = server.sent().await;
    assert!((100_000..16 << 20).contains(&sent), "{sent}");
    // A length that is said beforehand is believed.
    let server = Server::start(|_| Reply::ok(vec![0x30; 2000])).await;
    let limits = Limits { crl_bytes: 1999, ..patient() };
    assert_eq!(ask_of(&server, limits).await, Outcome::Failed(Fault::Large));
}

#[tokio::test]
async fn a_head_without_end_is_not_read() {
    let server =
        Server::start(|_| Reply::Full(200, "X: ".to_owned() + &"x".repeat(1 << 20) + "\r\n", vec![])).await;
    assert_eq!(ask_of(&server, patient()).await, Outcome::Failed(Fault::Broken));
}

#[tokio::test]
async fn a_server_that_fails_gives_no_answer() {
    let server = Server::start(|_| Reply::Full(500, String::new(), list())).await;
    assert_eq!(ask_of(&server, patient()).await, Outcome::Failed(Fault::Status(500)));
    let server = Server::start(|_| Reply::Nothing).await;
    assert_eq!(ask_of(&server, patient()).await, Outcome::Failed(Fault::Broken));
    let server = Server::start(|_| Reply::Short(list())).await;
    assert_eq!(ask_of(&server, patient()).await, Outcome::Failed(Fault::Broken));
}

#[tokio::test]
async fn where_nobody_listens_there_is_no_answer() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let want = list_at(&format!("http://127.0.0.1:{port}/"));
    assert_eq!(outcome_of(want, &fetcher(&[port])).await, Outcome::Failed(Fault::Connection));
}

#[tokio::test]
async fn a_redirect_is_followed_to_where_may_be_asked() {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start(move |request| match request.path.as_str() {
            "/" => Reply::moved(status, "/there?a=b"),
            _ => Reply::ok(list()),
        })
        .await;
        let asked = ask(&file_listed(&server.url("/")), &fetcher(&[server.port])).await;
        asked.expect(UNKNOWN, PASSED);
        assert_eq!(server.asked(), ["GET /", "GET /there?a=b"]);
    }
}

#[tokio::test]
async fn redirects_are_followed_three_times() {
    let server = Server::start(|request| {
        let step: u8 = request.path.trim_start_matches('/').parse().unwrap();
        Reply::moved(302, &format!("/{}", step + 1))
    })
    .await;
    let want = list_at(&server.url("/0"));
    let outcome = outcome_of(want, &fetcher(&[server.port])).await;
    assert_eq!(outcome, Outcome::Refused(Refusal::Redirects));
    assert_eq!(server.asked(), ["GET /0", "GET /1", "GET /2", "GET /3"]);
}

#[tokio::test]
async fn a_redirect_leads_to_no_place_that_may_not_be_asked() {
    let inside = Server::start(|_| Reply::ok(list())).await;
    let refused = |host: &str| Refusal::Address(host.to_owned());
    for (location, refusal) in [
        (inside.url("/"), Refusal::Port(inside.port)),
        (format!("//127.0.0.1:{}/", inside.port), Refusal::Port(inside.port)),
        ("http://169.254.169.254/latest/meta-data/".to_owned(), refused("169.254.169.254")),
        ("http://[::ffff:169.254.169.254]/".to_owned(), refused("[::ffff:a9fe:a9fe]")),
        ("http://127.0.0.1/".to_owned(), refused("127.0.0.1")),
        ("https://localhost/".to_owned(), refused("localhost")),
        ("http://10.0.0.1/".to_owned(), refused("10.0.0.1")),
        ("file:///etc/passwd".to_owned(), Refusal::Scheme),
        ("ftp://127.0.0.1/".to_owned(), Refusal::Scheme),
        ("http://user:password@authority.example/".to_owned(), Refusal::UserInfo),
        ("http://".to_owned(), Refusal::Url),
    ] {
        let server = Server::start(move |_| Reply::moved(302, &location)).await;
        assert_eq!(ask_of(&server, patient()).await, Outcome::Refused(refusal));
    }
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn a_question_says_no_more_than_it_must() {
    let server = Server::start(|request| match request.path.as_str() {
        "/" => Reply::Full(302, "Location: /there\r\nSet-Cookie: a=b\r\n".into(), vec![]),
        _ => Reply::ok(list()),
    })
    .await;
    ask(&file_listed(&server.url("/#part")), &fetcher(&[server.port])).await.expect(UNKNOWN, PASSED);
    for head in server.heads() {
        let mut names: Vec<&str> =
            head.lines().skip(1).filter_map(|line| Some(line.split_once(':')?.0)).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "connection", "host", "user-agent"], "{head}");
    }
}

#[tokio::test]
async fn a_host_is_asked_no_more_than_so_much_at_once() {
    for (at_once, at_once_per_host, most) in [(16, 1, 1), (16, 3, 3), (2, 16, 2)] {
        let server = Server::start(|_| Reply::ok(list())).await;
        let limits = Limits { at_once, at_once_per_host, ..patient() };
        let fetcher = Fetcher::new(limits, allowed(&[server.port]));
        let wants: Vec<_> = (0..16).map(|number| list_at(&server.url(&format!("/{number}")))).collect();
        let fetched = fetcher.evidence(&wants).await;
        assert!(fetched.iter().all(|one| matches!(one.outcome, Outcome::Answer(_))));
        assert_eq!(fetched.into_iter().map(|one| one.want).collect::<Vec<_>>(), wants);
        assert!((1..=most).contains(&server.most_open()), "{}", server.most_open());
    }
}
