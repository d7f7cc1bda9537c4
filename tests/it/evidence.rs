//! What a verdict lacks: fetched where it may be asked for, once for all papers, and kept with the verdict.

use chrono::TimeDelta;
use kho::domain::clock::Clock;

use crate::signatures::{day, signatures, told, trust, verdict};
use crate::signed::world::{NOW, World, world};
use crate::support::{TestApp, text};

/// What an authority publishes, on a port of this machine, and how often it was asked.
struct Publisher {
    port: u16,
    asked: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

impl Publisher {
    fn asked(&self) -> usize {
        self.asked.load(std::sync::atomic::Ordering::SeqCst)
    }

    /// Serves the list under every address.
    fn of(listener: std::net::TcpListener, list: Vec<u8>) -> Self {
        use actix_web::{App, HttpResponse, HttpServer, web};
        let port = listener.local_addr().unwrap().port();
        let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counted = asked.clone();
        let server = HttpServer::new(move || {
            let (list, counted) = (list.clone(), counted.clone());
            App::new().default_service(web::to(move || {
                counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                std::future::ready(HttpResponse::Ok().body(list.clone()))
            }))
        });
        tokio::spawn(server.workers(1).disable_signals().listen(listener).unwrap().run());
        Self { port, asked }
    }
}

/// A world whose signer's certificate says where its authority publishes lists; only the root's own list travels with its papers.
fn published_at(port: u16) -> World {
    use crate::signed::pki::points;
    named_in_certificate(&[points(&[&format!("http://127.0.0.1:{port}/list.crl")])])
}

/// The same of a signer whose certificate has these extensions.
fn named_in_certificate(places: &[Vec<u8>]) -> World {
    use crate::signed::pki::{certificate, usages};
    use crate::signed::world::{AUTHORITY, SIGNER};
    let world = world();
    let extensions = [&[usages(0xc0)], places].concat();
    World {
        signer: certificate(AUTHORITY, SIGNER, 3, ["2024-01-01", "2028-01-01"], &extensions),
        crls: vec![world.crls[0].clone()],
        ..world
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_lacking_is_fetched_once_where_it_may_be_asked_for_and_kept() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let publisher = Publisher::of(listener, world().crls[1].clone());
    let world = published_at(publisher.port);
    let start = async |allow: Vec<String>| {
        let app = TestApp::start_with(Clock::fixed(day(NOW)), |config| config.fetch_allow = allow).await;
        trust(&app, &world.root, false).await;
        app
    };

    // This machine is not the public network.
    let app = start(vec![]).await;
    let hoa = app.person("hoa").await;
    let id = text(&hoa.document(&hoa.root, "đơn.pdf", &world.paper()).await["id"]);
    app.run_jobs().await;
    assert_eq!(verdict(&signatures(&hoa, &id).await), told("judged", "indeterminate", "revocation_unknown"));
    assert_eq!(publisher.asked(), 0, "nobody was asked");

    let app = start(vec![format!("127.0.0.1:{}", publisher.port)]).await;
    let hoa = app.person("hoa").await;
    let id = text(&hoa.document(&hoa.root, "đơn.pdf", &world.paper()).await["id"]);
    let other = text(&hoa.document(&hoa.root, "đơn khác.pdf", &world.paper()).await["id"]);
    app.run_jobs().await;
    for id in [&id, &other] {
        assert_eq!(verdict(&signatures(&hoa, id).await), told("judged", "valid", ""));
    }
    assert_eq!(publisher.asked(), 1, "one list serves both");

    // Years later nothing needs to be fetched: the list is kept with the verdict.
    app.kho.clock.advance(TimeDelta::days(3 * 365));
    let hoa = app.sign_in("hoa", &hoa.identity_number).await;
    app.run_jobs().await;
    let body = signatures(&hoa, &id).await;
    assert_eq!(verdict(&body), told("judged", "valid", ""), "{body:#}");
    assert!(text(&body["judged_at"]).starts_with("2029-"));
    assert_eq!(publisher.asked(), 1);
    let revocations = body["verdict"]["signatures"][0]["evidence"]["revocations"].as_array().unwrap();
    assert!(revocations.iter().any(|used| used["origin"] == "kept"), "{revocations:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_fetched_where_no_responder_answers() {
    use crate::signed::pki::{STATUS_ANSWERS, access, points};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let publisher = Publisher::of(listener, world().crls[1].clone());
    let place = format!("127.0.0.1:{}", publisher.port);
    // What is answered as a status is a list, which is none.
    let world = named_in_certificate(&[
        access(&[(STATUS_ANSWERS, &format!("http://{place}/status"))]),
        points(&[&format!("http://{place}/list.crl")]),
    ]);
    let app = TestApp::start_with(Clock::fixed(day(NOW)), |config| config.fetch_allow = vec![place]).await;
    trust(&app, &world.root, false).await;
    let hoa = app.person("hoa").await;
    let id = text(&hoa.document(&hoa.root, "đơn.pdf", &world.paper()).await["id"]);
    app.run_jobs().await;
    assert_eq!(verdict(&signatures(&hoa, &id).await), told("judged", "valid", ""));
    assert_eq!(publisher.asked(), 2);
}
