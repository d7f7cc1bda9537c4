//! Files of any size, handed on in pieces.

use std::time::Duration;

use bytes::Bytes;
use kho_fetch::{Allow, Collection, Fault, Fetcher, Limits, Refusal, Undelivered};
use tokio::sync::mpsc;

use crate::server::{Reply, Server};

fn fetcher(allowed: &[u16]) -> Fetcher {
    let allow: Allow = allowed.iter().map(|port| format!("127.0.0.1:{port}").parse().unwrap()).collect();
    Fetcher::new(Limits { read: Duration::from_secs(2), ..Limits::default() }, allow)
}

/// What is handed on, and how it ended.
async fn collect(
    fetcher: &Fetcher,
    url: String,
    most_bytes: u64,
    limit: Duration,
) -> (Vec<u8>, Result<(), Undelivered>) {
    let (pieces, mut queue) = mpsc::channel::<Bytes>(1);
    let taking = async {
        let mut taken = Vec::new();
        while let Some(piece) = queue.recv().await {
            taken.extend_from_slice(&piece);
        }
        taken
    };
    let collection = Collection { url, most_bytes, limit };
    let (taken, done) = tokio::join!(taking, fetcher.collect(&collection, pieces));
    (taken, done)
}

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_file_is_handed_on_whole() {
    let file: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    let kept = file.clone();
    let server = Server::start(move |_| Reply::ok(kept.clone())).await;
    let fetcher = fetcher(&[server.port]);
    let (taken, done) = collect(&fetcher, server.url("/file"), 3_000_000, MINUTE).await;
    assert_eq!(done, Ok(()));
    assert_eq!(taken, file);
    // What is longer than was said is not taken.
    let (_, done) = collect(&fetcher, server.url("/file"), 2_999_999, MINUTE).await;
    assert_eq!(done, Err(Undelivered::Failed(Fault::Large)));
}

#[tokio::test]
async fn a_store_that_misbehaves_is_not_waited_for() {
    let server = Server::start(|request| match request.path.as_str() {
        "/short" => Reply::Short(vec![1; 1_000]),
        "/endless" => Reply::Endless,
        "/silent" => Reply::Silent,
        "/nothing" => Reply::Nothing,
        "/moved" => Reply::moved(302, "/file"),
        "/gone" => Reply::Full(404, String::new(), b"no".to_vec()),
        _ => Reply::ok(vec![1]),
    })
    .await;
    let fetcher = fetcher(&[server.port]);
    for (path, fault) in [
        ("/short", Fault::Broken),
        ("/endless", Fault::Large),
        ("/silent", Fault::Slow),
        ("/nothing", Fault::Broken),
        ("/moved", Fault::Status(302)),
        ("/gone", Fault::Status(404)),
    ] {
        let (taken, done) = collect(&fetcher, server.url(path), 100_000, MINUTE).await;
        assert_eq!(done, Err(Undelivered::Failed(fault)), "{path}");
        assert!(taken.len() <= 100_000, "{path}");
    }
    // However fast it comes, it ends with its time.
    let (_, done) = collect(&fetcher, server.url("/endless"), u64::MAX, Duration::from_millis(300)).await;
    assert_eq!(done, Err(Undelivered::Failed(Fault::Slow)));
}

#[tokio::test]
async fn only_places_that_are_named_are_asked() {
    let server = Server::start(|_| Reply::ok(vec![1])).await;
    let fetcher = fetcher(&[1]);
    for url in [server.url("/file"), "https://example.com/file".to_owned(), "http://10.0.0.1/file".to_owned()]
    {
        let (taken, done) = collect(&fetcher, url.clone(), 10, MINUTE).await;
        assert!(matches!(done, Err(Undelivered::Refused(_))), "{url}: {done:?}");
        assert!(fetcher.may_collect(&url).is_err());
        assert!(taken.is_empty());
    }
    assert_eq!(fetcher.may_collect("http://example.com/"), Err(Refusal::Unnamed("example.com".to_owned())));
    assert_eq!(server.connections(), 0);
}
