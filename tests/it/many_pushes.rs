//! The same ten thousand pushes by two clients, three times each and all at once, over connections that are cut: one copy of each stays (K1, K2).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kho::domain::clock::Clock;
use kho::services::Kho;
use kho::sql;
use reqwest::Method;
use serde_json::{Value, json};

use crate::dossier_world::{PROCEDURE, RESULT};
use crate::file_server::FileServer;
use crate::paper_references::hash;
use crate::pushes::{Pushing, taken};
use crate::support::{AGENCY, Program, pdf};

/// Items of one request.
const IN_BATCH: usize = 500;
/// Sendings of each client.
const SENDINGS: u64 = 3;

/// What a system pushes, and what it holds itself afterwards.
struct Batch {
    items: Vec<Value>,
    held: Vec<Value>,
    dossiers: usize,
    papers: usize,
}

impl Batch {
    /// Of ten pushes four are dossiers, three are components and three are results.
    fn of(count: usize, files: &FileServer) -> Self {
        let (dossiers, papers) = (count * 4 / 10, count * 6 / 10);
        let mut batch = Self { items: Vec::new(), held: Vec::new(), dossiers, papers };
        for n in 0..dossiers {
            let key = format!("MC-{n:05}");
            // Every owner has two dossiers: pushes meet in one vault too.
            let dossier = json!({
                "procedure": PROCEDURE, "owner_identity": format!("0994{:08}", n / 2), "owner_name": "Nguyễn Văn An",
                "receiving_agency": AGENCY, "state": "processing",
            });
            batch.held.push(json!({ "kind": "dossier", "key": key }));
            batch.items.push(json!({ "kind": "dossier", "key": key, "dossier": dossier }));
        }
        for n in 0..papers / 2 {
            let dossier = format!("MC-{n:05}");
            let (component, result) = (pdf(2_000), pdf(2_000));
            batch.held.extend([
                json!({ "kind": "component", "key": format!("{dossier}/birth/1"), "sha256": hash(&component) }),
                json!({ "kind": "result", "key": format!("{dossier}/KQ1"), "sha256": hash(&result) }),
            ]);
            batch.items.extend([
                json!({
                    "kind": "component", "dossier": dossier, "component": "birth", "key": "1", "sha256": hash(&component),
                    "metadata": { "name": "Giấy khai sinh.pdf", "compared_by": "Trần Văn Bình" },
                    "url": files.keep(&format!("{n}-birth"), &component),
                }),
                json!({
                    "kind": "result", "dossier": dossier, "key": "KQ1", "sha256": hash(&result),
                    "metadata": { "name": "Kết quả.pdf", "result_type": RESULT, "number": "1/2026" },
                    "url": files.keep(&format!("{n}-result"), &result),
                }),
            ]);
        }
        batch
    }
}

/// Sends the whole batch until all of it is taken. A request that is cut is sent again.
async fn send_all(program: &Program, batch: &Batch, seed: u64, cuts: &AtomicUsize) {
    let mut state = seed;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for items in batch.items.chunks(IN_BATCH) {
        let body = json!({ "items": items });
        while random(3) == 0 {
            let sent = program.send(Method::POST, "/batches", body.clone());
            // The answer is lost, whatever was done.
            if tokio::time::timeout(Duration::from_millis(random(3_000)), sent).await.is_err() {
                cuts.fetch_add(1, Ordering::Relaxed);
            }
        }
        let answer = taken(program.send(Method::POST, "/batches", body).await).await;
        for item in answer["items"].as_array().unwrap() {
            assert_ne!(item["outcome"], "refused", "{item:#}");
        }
    }
}

/// What a worker does, until it is told that nothing more comes.
async fn fetch_until(kho: Kho, is_over: Arc<AtomicBool>) {
    loop {
        let was_over = is_over.load(Ordering::Acquire);
        kho.fetch_papers().await.unwrap();
        if was_over {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn expect_one_copy_each(pushing: &Pushing, batch: &Batch) {
    let mut tx = pushing.app.kho.db.read().await.unwrap();
    let counted: (i64, i64, i64, i64, i64, i64) = sql!(
        tx,
        one(i64, i64, i64, i64, i64, i64),
        "SELECT (SELECT COUNT(*) FROM dossier), (SELECT COUNT(*) FROM result), (SELECT COUNT(*) FROM version),
             (SELECT COUNT(*) FROM blob WHERE wrapped_key IS NOT NULL), (SELECT COUNT(*) FROM attachment),
             (SELECT COUNT(*) FROM paper_fetch)"
    )
    .unwrap();
    drop(tx);
    let (dossiers, papers) = (batch.dossiers as i64, batch.papers as i64);
    assert_eq!(counted, (dossiers, papers / 2, papers, papers, papers / 2, 0));

    let day = kho::domain::dossier::day_of(pushing.app.kho.clock.now());
    let path = format!("/reconciliation/{day}");
    let list = json!({ "items": batch.held });
    let differences = taken(pushing.program.send(Method::POST, &path, list).await).await;
    let none = json!({ "missing_here": [], "missing_there": [], "different": [] });
    assert_eq!(differences, none);
    let page = taken(pushing.program.request(Method::GET, &path).send().await.unwrap()).await;
    let counts = json!({ "dossier": dossiers, "component": papers / 2, "result": papers / 2 });
    assert_eq!(page["counts"], counts);
    println!("reconciliation of {}: {counts}, differences {differences}", page["day"]);
}

async fn push_by_two_clients(count: usize) {
    let files = FileServer::start().await;
    let allowed = files.address.to_string();
    let pushing = Pushing::start_with(Clock::System, |config| config.push_allow = vec![allowed]).await;
    let batch = Batch::of(count, &files);
    let program = || Program {
        base: pushing.base.clone(),
        client: reqwest::Client::new(),
        secret: pushing.program.secret.clone(),
    };
    let clients = [program(), program()];
    let (cuts, is_over) = (AtomicUsize::new(0), Arc::new(AtomicBool::new(false)));
    let fetching = tokio::spawn(fetch_until(pushing.app.kho.clone(), is_over.clone()));
    let begun = Instant::now();
    let sendings = clients.iter().flat_map(|client| (1..=SENDINGS).map(move |nth| (client, nth)));
    let sendings = sendings.zip(1..).map(|((client, _), seed)| send_all(client, &batch, seed, &cuts));
    futures::future::join_all(sendings).await;
    let sent = begun.elapsed().as_secs_f64();
    is_over.store(true, Ordering::Release);
    fetching.await.unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    let pushes = clients.len() * SENDINGS as usize * count;
    println!(
        "{pushes} pushes ({count} by 2 clients, {SENDINGS} times each, at once, {} requests cut) answered in {sent:.1} s: {:.0} a second",
        cuts.load(Ordering::Relaxed),
        pushes as f64 / sent
    );
    println!(
        "{count} kept, {} of them fetched, in {seconds:.1} s: {:.0} a second ({})",
        batch.papers,
        count as f64 / seconds,
        pushing.app.kho.db.engine()
    );
    expect_one_copy_each(&pushing, &batch).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_pushes_by_two_clients_over_cut_connections_leave_one_copy_of_each() {
    push_by_two_clients(200).await;
}

/// `cargo nextest run -p kho --test it --run-ignored only --no-capture -E 'test(/^many_pushes::/)'`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn ten_thousand_pushes_by_two_clients_over_cut_connections_leave_one_copy_of_each() {
    push_by_two_clients(10_000).await;
}
