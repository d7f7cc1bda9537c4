//! Moves of dossiers: none that the rules forbid, and each with its row, its record and its event.

use kho::sql;
use kho_mapping::dossier::{Move, Party, Standing};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::dossier_world::*;
use crate::support::{AGENCY, Person, problem, text};

/// The table of docs/mapping.md, written down anew: from a state, by a move, to a state. `*` is the state in which a supplement was asked for.
const TABLE: &[(&str, &str, &str)] = &[
    ("draft", "submit", "submitted"),
    ("submitted", "receive", "received"),
    ("received", "process", "processing"),
    ("processing", "decide", "decided"),
    ("decided", "return", "returned"),
    ("submitted", "ask_supplement", "supplement_requested"),
    ("received", "ask_supplement", "supplement_requested"),
    ("processing", "ask_supplement", "supplement_requested"),
    ("supplement_requested", "supplement", "*"),
    ("draft", "withdraw", "withdrawn"),
    ("submitted", "withdraw", "withdrawn"),
    ("supplement_requested", "withdraw", "withdrawn"),
    ("received", "withdraw", "withdrawn"),
    ("processing", "withdraw", "withdrawn"),
    ("submitted", "refuse", "refused"),
    ("received", "refuse", "refused"),
    ("supplement_requested", "refuse", "refused"),
    ("processing", "refuse", "refused"),
];
/// A draft that an officer opened at the counter may be received at once.
const AT_COUNTER: (&str, &str, &str) = ("draft", "receive", "received");
const BY_CITIZENS: [&str; 3] = ["submit", "supplement", "withdraw"];
const MOVES: [&str; 9] = [
    "submit",
    "receive",
    "ask_supplement",
    "supplement",
    "process",
    "decide",
    "return",
    "withdraw",
    "refuse",
];

/// The state that a move leads to, for who may make it.
fn led_to(state: &str, before: &str, step: &str, by_officer: bool, counter: bool) -> Option<String> {
    if by_officer && !counter && BY_CITIZENS.contains(&step) || !by_officer && !BY_CITIZENS.contains(&step) {
        return None;
    }
    let more = (counter && by_officer).then_some(&AT_COUNTER);
    let line = TABLE.iter().chain(more).find(|(from, known, _)| *from == state && *known == step)?;
    Some(if line.2 == "*" { before.to_owned() } else { line.2.to_owned() })
}

/// The same over HTTP: what was begun at the counter is not submitted by its owner from afar.
fn may_lead_to(state: &str, before: &str, step: &str, by_officer: bool, counter: bool) -> Option<String> {
    let from_afar = counter && !by_officer && step == "submit";
    led_to(state, before, step, by_officer, counter).filter(|_| !from_afar)
}

async fn ask(person: &Person, dossier: &Value, step: &str) -> reqwest::Response {
    let reason = match step {
        "ask_supplement" => Some("papers_missing"),
        "refuse" => Some("not_eligible"),
        _ => None,
    };
    moved(person, dossier, json!({ "move": step, "reason_code": reason })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_sequence_of_moves_leaves_the_table_and_each_has_its_record() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let birth = paper(&hoa, "khai sinh.pdf", "birth-certificate", json!({})).await;
    // Sequences that go somewhere: eight of ten steps are drawn from those that the table allows, the others from all.
    let step = (any::<prop::sample::Index>(), any::<bool>(), 0..10_u8);
    let sequences = (any::<bool>(), prop::collection::vec(step, 1..14));
    let mut runner = TestRunner::new(Config { cases: 12, failure_persistence: None, ..Config::default() });
    let mut drawn = Vec::new();
    for _ in 0..12 {
        drawn.push(sequences.new_tree(&mut runner).unwrap().current());
    }
    let (mut all_moves, mut untold) = (0, 0);
    for (counter, steps) in drawn {
        let dossier = if counter { at_counter(&lan, &hoa).await } else { opened(&hoa).await };
        attached(&hoa, &dossier, "birth", &birth).await;
        let (mut state, mut before, mut made) = ("draft".to_owned(), String::new(), 1);
        for (index, by_officer, luck) in steps {
            let possible = MOVES
                .iter()
                .flat_map(|step| [(*step, true), (*step, false)])
                .filter(|(step, by)| may_lead_to(&state, &before, step, *by, counter).is_some())
                .collect::<Vec<_>>();
            let (step, by_officer) = match luck < 8 && !possible.is_empty() {
                true => *index.get(&possible),
                false => (*index.get(&MOVES), by_officer),
            };
            let mover = if by_officer { &lan } else { &hoa };
            let answer = ask(mover, &dossier, step).await;
            let status = answer.status().as_u16();
            match may_lead_to(&state, &before, step, by_officer, counter) {
                Some(next) => {
                    assert_eq!(status, 200, "{state} {step} by officer {by_officer}, counter {counter}");
                    let now: Value = answer.json().await.unwrap();
                    assert_eq!(now["state"], next, "{state} {step}");
                    if next == "supplement_requested" {
                        before = state;
                    }
                    state = next;
                    made += 1;
                }
                None => assert!([403, 404, 409].contains(&status), "{state} {step}: {status}"),
            }
        }
        let now = hoa.get(&format!("/dossiers/{}", id(&dossier))).await;
        assert_eq!(now["state"], state);
        let moves = now["moves"].as_array().unwrap();
        assert_eq!(moves.len(), made);
        for (place, pair) in moves.windows(2).enumerate() {
            assert_eq!(pair[0]["to"], pair[1]["from"], "move {place} goes on where the one before ended");
        }
        all_moves += made;
        let handed_in =
            moves.iter().any(|step| ["submit", "receive"].contains(&text(&step["move"]).as_str()));
        // What a citizen never hands in is told to no agency.
        if !counter && !handed_in {
            untold += made;
        }
    }

    // Moves = records = events, over all dossiers; the opening is a record of its own act.
    let done = |records: Vec<Value>| records.iter().filter(|one| one["outcome"] == "done").count();
    let records = done(trail(&hoa, "dossier.move").await) + done(trail(&hoa, "dossier.open").await);
    assert_eq!(records, all_moves);
    let mut tx = app.kho.db.read().await.unwrap();
    let (rows, events): (i64, i64) = sql!(
        tx,
        one(i64, i64),
        "SELECT (SELECT COUNT(*) FROM dossier_move), (SELECT COUNT(*) FROM event WHERE kind IN ('dossier.opened', 'dossier.moved'))"
    )
    .unwrap();
    assert_eq!((rows as usize, events as usize), (all_moves, all_moves - untold));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_others_may_make_is_refused_and_kept() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let (dossier, ..) = submitted(&hoa).await;

    assert_eq!(problem(ask(&hoa, &dossier, "receive").await).await, (403, "not_allowed".to_owned()));
    assert_eq!(problem(ask(&lan, &dossier, "withdraw").await).await, (403, "not_allowed".to_owned()));
    assert_eq!(problem(ask(&lan, &dossier, "return").await).await, (409, "move_not_allowed".to_owned()));

    let refused = trail(&hoa, "dossier.move").await;
    assert_eq!(refused.iter().filter(|one| one["outcome"] == "refused").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supplement_is_asked_for_with_a_reason_and_the_dossier_goes_on_where_it_stood() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let (dossier, ..) = submitted(&hoa).await;
    go(&lan, &dossier, "receive").await;
    let received = go(&lan, &dossier, "process").await;
    let bare = moved(&lan, &dossier, json!({ "move": "ask_supplement" })).await;
    assert_eq!(problem(bare).await, (422, "invalid_input".to_owned()));
    let foreign =
        moved(&lan, &dossier, json!({ "move": "ask_supplement", "reason_code": "not_eligible" })).await;
    assert_eq!(problem(foreign).await, (422, "invalid_input".to_owned()));

    let body = json!({ "move": "ask_supplement", "reason_code": "other", "note": "Nộp thêm ảnh" });
    assert_eq!(moved(&lan, &dossier, body).await.status(), 200);

    let notices = hoa.get("/notices").await;
    assert_eq!(notices["items"][0]["kind"], "supplement_requested");
    assert_eq!(notices["items"][0]["detail"]["note"], "Nộp thêm ảnh");
    let open = hoa.get(&format!("/dossiers/{}", id(&dossier))).await;
    assert_eq!(open["may"]["attach"], true);
    assert_eq!(open["may"]["moves"], json!(["supplement", "withdraw"]));
    let on = go(&hoa, &dossier, "supplement").await;
    assert_eq!(on["state"], "processing");
    assert_eq!(on["received_at"], received["received_at"], "received once");
    assert_eq!(on["due_on"], received["due_on"]);
    let asked = on["moves"].as_array().unwrap().iter().find(|step| step["move"] == "ask_supplement").unwrap();
    assert_eq!(asked["by_agency"], true);
    assert!(!text(&asked["reason"]["vi"]).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supplement_is_handed_in_with_all_that_is_needed() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let (dossier, _, attachment) = submitted(&hoa).await;
    go(&lan, &dossier, "receive").await;
    let refuse = format!("/dossiers/{}/attachments/{}/refuse", id(&dossier), id(&attachment));
    done(lan.ask(reqwest::Method::POST, &refuse).json(&json!({ "reason_code": "unreadable" }))).await;
    let asked = json!({ "move": "ask_supplement", "reason_code": "papers_refused" });
    assert_eq!(moved(&lan, &dossier, asked).await.status(), 200);

    // What was refused stands there still.
    let early = moved(&hoa, &dossier, json!({ "move": "supplement" })).await;
    assert_eq!(early.status(), 409);
    let early: Value = early.json().await.unwrap();
    assert_eq!(early["code"], "dossier_incomplete");
    assert_eq!(early["components"], json!([{ "component": "birth", "state": "refused" }]));
    // Replaced and taken out again, nothing is there.
    let fresh = paper(&hoa, "bản rõ.pdf", "birth-certificate", json!({})).await;
    let fresh = attached(&hoa, &dossier, "birth", &fresh).await;
    let out = format!("/dossiers/{}/attachments/{}", id(&dossier), id(&fresh));
    done(hoa.request(reqwest::Method::DELETE, &out)).await;
    let early: Value = moved(&hoa, &dossier, json!({ "move": "supplement" })).await.json().await.unwrap();
    assert_eq!(early["components"], json!([{ "component": "birth", "state": "missing" }]));

    let other = paper(&hoa, "bản khác.pdf", "birth-certificate", json!({})).await;
    attached(&hoa, &dossier, "birth", &other).await;
    assert_eq!(go(&hoa, &dossier, "supplement").await["state"], "received");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_move_at_once_one_does() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let (dossier, ..) = submitted(&hoa).await;

    let (first, second) = tokio::join!(ask(&lan, &dossier, "receive"), ask(&hoa, &dossier, "withdraw"));

    // Either order is right: a dossier that was received can be withdrawn, one that was withdrawn cannot be received.
    assert_eq!(second.status(), 200);
    let received = first.status() == 200;
    let now = hoa.get(&format!("/dossiers/{}", id(&dossier))).await;
    assert_eq!(now["state"], "withdrawn");
    assert_eq!(now["moves"].as_array().unwrap().len(), if received { 4 } else { 3 });
}

#[test]
fn the_table_above_is_the_one_of_the_rules() {
    for counter in [false, true] {
        for by_officer in [false, true] {
            let party = match (by_officer, counter) {
                (false, _) => Party::Submitter,
                (true, false) => Party::Officer,
                (true, true) => Party::Counter,
            };
            let mut seen = vec![Standing::DRAFT];
            let mut at = 0;
            while at < seen.len() {
                let standing = seen[at];
                at += 1;
                let before = standing.before().map_or("", |state| state.as_str());
                for step in Move::ALL {
                    let next = standing.next(step, party).ok();
                    let told = led_to(standing.state().as_str(), before, step.as_str(), by_officer, counter);
                    assert_eq!(
                        next.map(|next| next.state().as_str().to_owned()),
                        told,
                        "{standing:?} {step:?}"
                    );
                    for party in Party::ALL {
                        if let Ok(next) = standing.next(step, party)
                            && !seen.contains(&next)
                        {
                            seen.push(next);
                        }
                    }
                }
            }
        }
    }
}
