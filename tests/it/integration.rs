//! Many pushes at once, the feed of changes, and whether both sides hold the same (K1, K2).

use std::time::Instant;

use kho::sql;
use reqwest::Method;
use serde_json::{Value, json};

use crate::dossier_world::{PROCEDURE, RESULT};
use crate::pushes::{Pushing, send_paper, taken};
use crate::support::{AGENCY, Program, pdf, text};

/// A dossier of the batch, with its component and its result.
struct Piece {
    key: String,
    owner: String,
    component: Vec<u8>,
    result: Vec<u8>,
}

fn pieces(count: usize) -> Vec<Piece> {
    let piece = |n: usize| Piece {
        key: format!("MC-{n:05}"),
        // Every owner has two dossiers: pushes meet in one vault too.
        owner: format!("0994{:08}", n / 2),
        component: pdf(2_000),
        result: pdf(2_000),
    };
    (0..count).map(piece).collect()
}

fn dossiers(pieces: &[Piece]) -> Value {
    let item = |piece: &Piece| {
        let dossier = json!({
            "procedure": PROCEDURE, "owner_identity": piece.owner, "owner_name": "Nguyễn Văn An",
            "receiving_agency": AGENCY, "state": "processing",
        });
        json!({ "kind": "dossier", "key": piece.key, "dossier": dossier })
    };
    json!({ "items": pieces.iter().map(item).collect::<Vec<_>>() })
}

fn component() -> Value {
    json!({ "name": "Giấy khai sinh.pdf", "compared_by": "Trần Văn Bình" })
}

fn result() -> Value {
    json!({ "name": "Kết quả.pdf", "result_type": RESULT, "number": "1/2026" })
}

/// Pushes everything until it is taken, over a connection that is cut at random: a cut request is sent again.
async fn push_all(program: &Program, pieces: &[Piece], seed: u64) {
    let mut random = seed;
    let mut cut = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33).is_multiple_of(4)
    };
    for some in pieces.chunks(500) {
        let batch = program.send(Method::POST, "/batches", dossiers(some)).await;
        let outcomes = taken(batch).await;
        for item in outcomes["items"].as_array().unwrap() {
            assert_ne!(item["outcome"], "refused", "{item:#}");
        }
    }
    for piece in pieces {
        let papers = [
            (format!("/dossiers/{}/components/birth/files/1", piece.key), component(), &piece.component),
            (format!("/dossiers/{}/results/KQ1", piece.key), result(), &piece.result),
        ];
        for (path, metadata, bytes) in papers {
            while cut() {
                let sent = send_paper(program, &path, &metadata, bytes);
                // The answer is lost, whatever was done.
                let _ = tokio::time::timeout(std::time::Duration::from_millis(3), sent).await;
            }
            taken(send_paper(program, &path, &metadata, bytes).await).await;
        }
    }
}

/// What the system itself holds, for a comparison.
fn held(pieces: &[Piece]) -> Vec<Value> {
    use sha2::Digest as _;
    let hash = |bytes: &[u8]| data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(bytes));
    let of = |piece: &Piece| {
        [
            json!({ "kind": "dossier", "key": piece.key }),
            json!({ "kind": "component", "key": format!("{}/birth/1", piece.key), "sha256": hash(&piece.component) }),
            json!({ "kind": "result", "key": format!("{}/KQ1", piece.key), "sha256": hash(&piece.result) }),
        ]
    };
    pieces.iter().flat_map(of).collect()
}

/// Three pushes of the same over two connections; answers how many dossiers a second.
async fn push_three_times(pushing: &Pushing, pieces: &[Piece]) {
    let program = || Program {
        base: pushing.base.clone(),
        client: reqwest::Client::new(),
        secret: pushing.program.secret.clone(),
    };
    let (one, two) = (program(), program());
    let begun = Instant::now();
    let both = async {
        push_all(&one, pieces, 1).await;
        push_all(&one, pieces, 2).await;
    };
    tokio::join!(both, push_all(&two, pieces, 3));
    let seconds = begun.elapsed().as_secs_f64();
    let requests = pieces.len() * 3 * 3;
    println!("{requests} pushes in {seconds:.1} s: {:.0} a second", requests as f64 / seconds);
}

async fn expect_one_copy_each(pushing: &Pushing, pieces: &[Piece]) {
    let mut tx = pushing.app.kho.db.read().await.unwrap();
    let counted: (i64, i64, i64) = sql!(
        tx,
        one(i64, i64, i64),
        "SELECT (SELECT COUNT(*) FROM dossier), (SELECT COUNT(*) FROM result),
             (SELECT COUNT(*) FROM version v JOIN entry e ON e.id = v.entry_id WHERE e.source = 'digitised')"
    )
    .unwrap();
    let blobs: (i64,) =
        sql!(tx, one(i64,), "SELECT COUNT(*) FROM blob WHERE wrapped_key IS NOT NULL").unwrap();
    drop(tx);
    let count = pieces.len() as i64;
    assert_eq!(counted, (count, count, count));
    // What was cut while its bytes came waits for the sweep; nothing else has a key.
    pushing.app.kho.sweep_uploads().await.unwrap();
    assert!(blobs.0 >= 2 * count);

    let day = kho::domain::dossier::day_of(pushing.app.kho.clock.now());
    let path = format!("/reconciliation/{day}");
    let list = json!({ "items": held(pieces) });
    let differences = taken(pushing.program.send(Method::POST, &path, list).await).await;
    for kind in ["missing_here", "missing_there", "different"] {
        assert_eq!(differences[kind], json!([]), "{kind}");
    }
    let page = taken(pushing.program.request(Method::GET, &path).send().await.unwrap()).await;
    assert_eq!(page["counts"], json!({ "dossier": count, "component": count, "result": count }));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_batch_pushed_three_times_over_cut_connections_leaves_one_copy_of_each() {
    let pushing = Pushing::start().await;
    let pieces = pieces(20);
    push_three_times(&pushing, &pieces).await;
    expect_one_copy_each(&pushing, &pieces).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_paper_pushed_many_times_at_once_is_one_document() {
    let pushing = Pushing::start().await;
    let hoa = pushing.app.person("hoa").await;
    pushing.pushed("MC-1", &Pushing::dossier(&hoa.identity_number)).await;
    let bytes = pdf(9_000);
    let metadata = result();
    let path = "/dossiers/MC-1/results/KQ1";
    let sent = (0..8).map(|_| send_paper(&pushing.program, path, &metadata, &bytes));
    let mut outcomes = Vec::new();
    for answer in futures::future::join_all(sent).await {
        outcomes.push(text(&taken(answer).await["outcome"]));
    }
    outcomes.sort();
    assert_eq!(outcomes.iter().filter(|outcome| *outcome == "created").count(), 1, "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|outcome| *outcome == "unchanged").count(), 7);
    pushing.app.run_jobs().await;
    let mut tx = pushing.app.kho.db.read().await.unwrap();
    let (versions, blobs): (i64, i64) = sql!(
        tx,
        one(i64, i64),
        "SELECT (SELECT COUNT(*) FROM version), (SELECT COUNT(*) FROM blob WHERE wrapped_key IS NOT NULL)"
    )
    .unwrap();
    drop(tx);
    assert_eq!((versions, blobs), (1, 1), "the losers' bytes are gone");
    pushing.app.expect_recount(&hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_does_what_it_can_and_says_what_it_could_not() {
    let pushing = Pushing::start().await;
    let mut batch = dossiers(&pieces(3));
    batch["items"][1]["dossier"]["procedure"] = json!("khong-co");
    let answer = taken(pushing.program.send(Method::POST, "/batches", batch.clone()).await).await;
    let outcomes = answer["items"].as_array().unwrap().iter().map(|item| text(&item["outcome"]));
    assert_eq!(outcomes.collect::<Vec<_>>(), ["created", "refused", "created"]);
    assert_eq!(answer["items"][1]["code"], "invalid_input");
    assert_eq!(answer["items"][1]["members"]["field"], "procedure");
    batch["items"][1]["dossier"]["procedure"] = json!(PROCEDURE);
    let answer = taken(pushing.program.send(Method::POST, "/batches", batch).await).await;
    let outcomes = answer["items"].as_array().unwrap().iter().map(|item| text(&item["outcome"]));
    assert_eq!(outcomes.collect::<Vec<_>>(), ["unchanged", "created", "unchanged"]);
    let none = pushing.program.send(Method::POST, "/batches", json!({ "items": [] })).await;
    assert_eq!(none.status(), 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_tells_everything_once_in_order_and_only_of_the_programs_agencies() {
    let pushing = Pushing::start().await;
    let owner = "099300000001";
    pushing.pushed("MC-1", &Pushing::dossier(owner)).await;
    taken(pushing.paper("/dossiers/MC-1/results/KQ1", &result(), &pdf(900)).await).await;
    let page = |after: i64| {
        let path = format!("/changes?after={after}&limit=2");
        let request = pushing.program.request(Method::GET, &path);
        async move { taken(request.send().await.unwrap()).await }
    };
    let first = page(0).await;
    let second = page(first["next_after"].as_i64().unwrap()).await;
    let kinds = [&first, &second].into_iter().flat_map(|page| page["items"].as_array().unwrap().clone());
    let kinds = kinds.map(|change| text(&change["kind"])).collect::<Vec<_>>();
    assert_eq!(kinds, ["dossier.opened", "dossier.moved", "result.added"]);
    assert_eq!(first["items"][0]["body"]["key"], "MC-1");
    let end = second["next_after"].as_i64().unwrap();
    let nothing = page(end).await;
    assert_eq!((&nothing["items"], &nothing["next_after"]), (&json!([]), &json!(end)));

    // A program of another agency sees nothing of it.
    let other = crate::oauth::OneStop::of(&pushing.app, "so-khac", &["H99.02"]).await;
    let mut program = other.program(&pushing.app).await;
    program.base = pushing.base.clone();
    let seen = taken(program.request(Method::GET, "/changes").send().await.unwrap()).await;
    assert_eq!(seen["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reconciliation_names_what_is_missing_on_either_side_and_what_differs() {
    let pushing = Pushing::start().await;
    let pieces = pieces(2);
    push_all(&pushing.program, &pieces, 7).await;
    let mut theirs = held(&pieces);
    // They forgot a dossier, hold another result, and think that they pushed one more.
    theirs.retain(|item| item["key"] != "MC-00000");
    let place = theirs.iter().position(|item| item["key"] == "MC-00001/KQ1").unwrap();
    theirs[place]["sha256"] = json!("0".repeat(64));
    theirs.push(json!({ "kind": "result", "key": "MC-00009/KQ1", "sha256": "1".repeat(64) }));
    let day = kho::domain::dossier::day_of(pushing.app.kho.clock.now());
    let path = format!("/reconciliation/{day}");
    let found = taken(pushing.program.send(Method::POST, &path, json!({ "items": theirs })).await).await;
    let keys = |kind: &str| {
        found[kind].as_array().unwrap().iter().map(|item| text(&item["key"])).collect::<Vec<_>>()
    };
    assert_eq!(keys("missing_there"), ["MC-00000"]);
    assert_eq!(keys("different"), ["MC-00001/KQ1"]);
    assert_eq!(keys("missing_here"), ["MC-00009/KQ1"]);

    let page = pushing.program.request(Method::GET, &format!("{path}?limit=4")).send().await.unwrap();
    let page = taken(page).await;
    let next = text(&page["next_after"]).replace(' ', "%20").replace('/', "%2F");
    let rest = pushing.program.request(Method::GET, &format!("{path}?limit=4&after={next}"));
    let rest = taken(rest.send().await.unwrap()).await;
    let of = |page: &Value| page["items"].as_array().unwrap().len();
    assert_eq!((of(&page), of(&rest)), (4, 2));
    assert!(rest["next_after"].is_null());
}
