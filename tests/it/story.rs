//! The story of the mapping module, from a result for somebody without an account to a dossier of another commune that is answered out of her
//! vault (J1–J10, K1, K2).
//!
//! What is expected at the end is reckoned from what people did in the story, and compared in every place that tells of it: receipts, the
//! owner's trail, the feeds of both communes, the dossier itself, and the reports.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use kho::domain::clock::Clock;
use kho::services::mapping::changes::{Missing, Wish};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

use crate::dossier_world::{WithPurpose, attached, done, go, id, officer, trail};
use crate::oauth::OneStop;
use crate::one_stop::{Desk, Proof};
use crate::support::{PASSWORD, Person, TestApp, operator, pdf, problem, text};

const SUOI_MO: &str = "H99.31";
const DOI_CHE: &str = "H99.32";
const BIRTH: &str = "9.000101";
const RESIDENCE: &str = "9.000102";
const LAN: &str = "099200000077";

/// What one paper in a dossier is known by in every place that tells of it: component, hash, version.
type Use = (String, String, i64);

/// What the system of Đồi Chè is told: nothing of the draft, and from the day on which it is handed in everything.
const HANDLED: [&str; 19] = [
    "dossier.opened",
    "paper.attached",
    "paper.attached",
    "paper.attached",
    "paper.attached",
    "dossier.moved",
    "dossier.moved",
    "paper.refused",
    "dossier.moved",
    "paper.replaced",
    "paper.attached",
    "dossier.moved",
    "paper.accepted",
    "paper.accepted",
    "paper.accepted",
    "paper.accepted",
    "dossier.moved",
    "dossier.moved",
    "dossier.moved",
];

struct World {
    app: TestApp,
    /// The one-stop system of the commune of Suối Mơ, and of Đồi Chè.
    suoi_mo: Desk,
    doi_che: Desk,
    admin: Person,
    listening_at: String,
}

struct Listening {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Listening {
    /// The kinds of what it was told and believed, in the order in which it came.
    async fn told(&mut self) -> Vec<String> {
        let wait = std::time::Duration::from_secs(60);
        let ended = tokio::time::timeout(wait, self.child.wait()).await.expect("it was told everything");
        assert!(ended.unwrap().success());
        let mut told = Vec::new();
        while let Some(line) = self.lines.next_line().await.unwrap() {
            let message = line.strip_prefix("verified: ").unwrap_or_else(|| panic!("{line}"));
            told.push(text(&serde_json::from_str::<Value>(message).unwrap()["type"]));
        }
        told
    }
}

impl World {
    async fn start() -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let listening_at = free.local_addr().unwrap().to_string();
        drop(free);
        let allowed = listening_at.clone();
        let app = TestApp::start_with(Clock::System, |config| config.webhook_allow = vec![allowed]).await;
        let file = serde_json::from_str(include_str!("../story/catalogue.json")).unwrap();
        let seen = app.kho.view_catalogue(&operator(), None).await.unwrap().number;
        let wish = Wish { seen: Some(seen), ..Wish::default() };
        let outcome = app.kho.import_catalogue(&operator(), file, Missing::Keep, wish).await.unwrap();
        assert!(outcome.faults.is_empty(), "{:?}", outcome.faults);

        // One proves itself by a secret, the other by a key.
        let one = OneStop::of(&app, "suoi-mo", &[SUOI_MO]).await;
        let other = OneStop::of(&app, "doi-che", &[DOI_CHE]).await;
        let itself = app.config.public_url();
        let suoi_mo = Desk::new(&app.url, &itself, "suoi-mo", Proof::Secret(one.secret().await));
        let doi_che = Desk::new(&app.url, &itself, "doi-che", Proof::Key("doi-che.pem".to_owned()));
        let keys = doi_che.public_key().await;
        assert!(other.set_keys(keys["keys"].clone()).await.status().is_success());
        Self { app, suoi_mo, doi_che, admin: one.admin, listening_at }
    }

    /// Has the system of Đồi Chè told by webhooks too; what it prints of them.
    async fn listens(&self, count: usize) -> Listening {
        let body = json!({ "client": "doi-che", "url": format!("http://{}/kho", self.listening_at) });
        let made = self.admin.post("/admin/webhooks", body).await;
        assert_eq!(made.status(), 201);
        let secret = text(&made.json::<Value>().await.unwrap()["secret"]);
        let mut child = self.doi_che.listens(&self.listening_at, &secret, count);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next_line().await.unwrap().unwrap();
        assert!(first.starts_with("listening at"), "{first}");
        Listening { child, lines }
    }

    /// An account for somebody into whose vault agencies put papers before: the number is compared with her card, and she sets a password.
    async fn account(&self, login: &str, identity: &str) -> Person {
        let mut account =
            json!({ "login": login, "full_name": "Nguyễn Thị Lan", "identity_number": identity });
        let refused = self.admin.post("/admin/accounts", account.clone()).await;
        assert_eq!(problem(refused).await, (409, "vault_waiting".to_owned()));
        account["takes_over"] = json!(true);
        assert_eq!(self.admin.post("/admin/accounts", account).await.status(), 201);
        let link = self.app.kho.reset_link(&operator(), login).await.unwrap();
        let body = json!({ "token": link[link.find("kho_r_").unwrap()..], "password": PASSWORD });
        let url = format!("{}/api/v1/password-resets/complete", self.app.url);
        assert_eq!(self.app.stranger().post(url).json(&body).send().await.unwrap().status(), 204);
        self.app.sign_in(login, identity).await
    }
}

/// The paper that stands in each component.
fn in_dossier(dossier: &Value) -> BTreeMap<String, Value> {
    let components = dossier["components"].as_array().unwrap().iter();
    let standing = |component: &Value| {
        let papers = component["attachments"].as_array().unwrap().iter();
        let mut papers =
            papers.filter(|one| ["attached", "accepted"].contains(&text(&one["state"]).as_str()));
        Some((text(&component["code"]), papers.next()?.clone()))
    };
    components.filter_map(standing).collect()
}

/// Every paper that ever was in a dossier: hash, state, whether it lay in the vault before.
fn expect_dossier(dossier: &Value, expected: &[(&str, &str, bool)]) {
    let components = dossier["components"].as_array().unwrap().iter();
    let papers = components.flat_map(|component| component["attachments"].as_array().unwrap());
    let papers = papers.map(|one| (text(&one["sha256"]), text(&one["state"]), one["reused"] == true));
    let mut papers = papers.collect::<Vec<_>>();
    let own = |(hash, state, reused): &(&str, &str, bool)| ((*hash).to_owned(), (*state).to_owned(), *reused);
    let mut expected = expected.iter().map(own).collect::<Vec<_>>();
    papers.sort();
    expected.sort();
    assert_eq!(papers, expected);
}

/// One receipt for each use in a dossier, and none besides.
async fn expect_receipts(owner: &Person, code: &str, used: &[Use]) {
    let list = owner.get("/receipts?limit=100").await;
    let receipts = list["items"].as_array().unwrap().iter().map(|receipt| &receipt["facts"]);
    let of_dossier = receipts.filter(|facts| facts["dossier_code"] == code);
    let of_use = |facts: &Value| {
        (text(&facts["component_code"]), text(&facts["sha256"]), facts["version"].as_i64().unwrap())
    };
    let mut found = of_dossier.map(of_use).collect::<Vec<_>>();
    let mut used = used.to_vec();
    found.sort();
    used.sort();
    assert_eq!(found, used);
}

fn hash_of(body: &Value) -> (String, String) {
    (text(&body["component"]), text(&body["sha256"]))
}

async fn notice(person: &Person, kind: &str) -> Value {
    let list = person.get("/notices").await;
    let found = list["items"].as_array().unwrap().iter().find(|one| one["kind"] == kind);
    found.unwrap_or_else(|| panic!("no {kind} in {list:#}")).clone()
}

/// What the reports say of the own commune, in the days about this one.
async fn figures(app: &TestApp, officer: &Person) -> (Vec<i64>, Value) {
    let today: NaiveDate = app.kho.clock.now().date_naive();
    let (from, until) = (today - TimeDelta::days(2), today + TimeDelta::days(2));
    let report = officer.get(&format!("/reports/reuse?from={from}&until={until}&by=agency")).await;
    let total = &report["total"];
    let fields = ["dossiers", "reused", "added", "digitised", "refusals"];
    (fields.iter().map(|field| total[field].as_i64().unwrap()).collect(), total["reuse_rate"].clone())
}

/// The events that a system did not read yet, and their kinds.
async fn told(desk: &Desk) -> (Vec<Value>, Vec<String>) {
    let events = desk.changes().await;
    let kinds = events.iter().map(|event| text(&event["kind"])).collect();
    (events, kinds)
}

/// How often each act stands in the trail, of those that the story is made of.
async fn counted(lan: &Person, acts: &[(&str, usize)]) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for (act, _) in acts {
        let records = trail(lan, act).await;
        counted
            .insert((*act).to_owned(), records.iter().filter(|record| record["outcome"] == "done").count());
    }
    counted
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_of_one_commune_answers_a_dossier_of_another() {
    let world = World::start().await;
    let mut listening = world.listens(HANDLED.len()).await;
    let (app, suoi_mo) = (&world.app, &world.suoi_mo);

    // The one-stop system of Suối Mơ pushes what it has of a person without an account. The papers are compared with their originals.
    let card = suoi_mo.file("cccd.pdf", &pdf(5_000));
    let marriage = suoi_mo.file("ket-hon.pdf", &pdf(6_000));
    let birth = suoi_mo.file("khai-sinh.pdf", &pdf(7_000));
    let dossier = ["dossier", "MC-1", "--procedure", BIRTH, "--owner", LAN, "--agency", SUOI_MO];
    let with = |more: &[&'static str]| [&dossier[..], more].concat();
    let opened = suoi_mo.push(&with(&["--owner-name", "Nguyễn Thị Lan", "--state", "processing"])).await;
    assert_eq!((&opened["outcome"], &opened["state"]), (&json!("created"), &json!("processing")));
    let compared = ["--compared-by", "Trần Văn Bình", "--issued-on", "2024-03-12"];
    let component = |code, file, kind, title| {
        [&["component", "MC-1", code, "1", file, "--type", kind, "--title", title], &compared[..]].concat()
    };
    suoi_mo.push(&component("GT", "cccd.pdf", "identity-card", "Căn cước của Lan")).await;
    suoi_mo.push(&component("KH", "ket-hon.pdf", "marriage-certificate", "Giấy kết hôn của Lan")).await;
    let result = |file| {
        let title =
            ["--type", "birth-registration", "--title", "Giấy khai sinh của Lan", "--number", "7/2026"];
        [&["result", "MC-1", "KQ1", file], &title[..], &compared[..]].concat()
    };
    let first_result = suoi_mo.push(&result("khai-sinh.pdf")).await;
    suoi_mo.push(&with(&["--owner-name", "Nguyễn Thị Lan", "--state", "returned"])).await;
    // An answer may be lost: the same once more is the same.
    let again = suoi_mo.push(&result("khai-sinh.pdf")).await;
    assert_eq!((&again["outcome"], &again["entry_id"]), (&json!("unchanged"), &first_result["entry_id"]));

    // She gets an account, signs in, and finds all three.
    let lan = world.account("lan", LAN).await;
    let taken_over = lan.get("/notices").await;
    let kinds = taken_over["items"].as_array().unwrap().iter().map(|one| text(&one["kind"]));
    assert!(kinds.collect::<Vec<_>>().contains(&"vault_taken_over".to_owned()), "{taken_over:#}");
    let found = lan.get("/search?q=lan&limit=50").await;
    let found = found["items"].as_array().unwrap().len();
    assert_eq!(found, 3, "she finds her papers");
    let paper = lan.get(&format!("/entries/{}", text(&first_result["entry_id"]))).await;
    assert_eq!(paper["document"]["authority"], "UBND xã Suối Mơ", "the commune issued it, not its system");

    // She submits at Đồi Chè: three of four from the vault, without adding one; the form alone is new.
    let body = json!({ "procedure": RESIDENCE, "receiving_agency": DOI_CHE });
    let residence = done(lan.request(Method::POST, "/dossiers").json(&body)).await;
    let proposals = lan.get(&format!("/dossiers/{}/proposals", id(&residence))).await;
    for component in proposals["components"].as_array().unwrap() {
        let code = text(&component["component_code"]);
        if code == "TK" {
            continue;
        }
        let best = &component["fitting"][0];
        attached(&lan, &residence, &code, &json!({ "id": best["entry_id"] })).await;
    }
    let form_bytes = pdf(900);
    let form = lan.document(&lan.root, "Tờ khai.pdf", &form_bytes).await;
    attached(&lan, &residence, "TK", &form).await;
    assert_eq!(told(&world.doi_che).await.1, Vec::<String>::new(), "a draft is hers alone");
    let submitted = go(&lan, &residence, "submit").await;
    assert_eq!(submitted["complete"], true, "{submitted:#}");

    // An officer there looks at every paper, refuses one, and asks for another.
    let clerk = officer(app, "clerk", DOI_CHE).await;
    let stranger = officer(app, "stranger", SUOI_MO).await;
    let path = format!("/dossiers/{}", id(&residence));
    assert_eq!(stranger.ask(Method::GET, &path).send().await.unwrap().status(), 404);
    let seen = done(clerk.ask(Method::GET, &path)).await;
    let papers = in_dossier(&seen);
    assert_eq!(papers.len(), 4);
    for paper in papers.values() {
        let content = format!("{path}/attachments/{}/content", id(paper));
        let content = clerk.ask(Method::GET, &content).send().await.unwrap();
        assert_eq!(content.status(), 200);
        assert!(content.bytes().await.unwrap().starts_with(b"%PDF"));
    }
    go(&clerk, &residence, "receive").await;
    let refuse = format!("{path}/attachments/{}/refuse", id(&papers["KS"]));
    let why = json!({ "reason_code": "contradictory", "note": "Ngày sinh khác với căn cước." });
    done(clerk.ask(Method::POST, &refuse).json(&why)).await;
    let ask = json!({ "move": "ask_supplement", "reason_code": "papers_refused" });
    done(clerk.ask(Method::POST, &format!("{path}/moves")).json(&ask)).await;

    // She is told why; Suối Mơ corrects its result, and she gives the corrected one.
    let refused = notice(&lan, "paper_refused").await;
    assert_eq!(refused["detail"]["reason_code"], "contradictory");
    assert_eq!(refused["detail"]["note"], "Ngày sinh khác với căn cước.");
    let corrected = suoi_mo.file("khai-sinh-2.pdf", &pdf(7_500));
    let second_result = suoi_mo.push(&result("khai-sinh-2.pdf")).await;
    assert_eq!(second_result["supersedes"], first_result["entry_id"]);
    let proposals = lan.get(&format!("/dossiers/{}/proposals", id(&residence))).await;
    let proposed = proposals["components"].as_array().unwrap().iter();
    let proposed = proposed.filter(|one| one["component_code"] == "KS").collect::<Vec<_>>();
    let fitting = proposed[0]["fitting"].as_array().unwrap();
    assert_eq!(fitting.len(), 1, "what was superseded is proposed no more: {fitting:#?}");
    assert_eq!(fitting[0]["entry_id"], second_result["entry_id"]);
    attached(&lan, &residence, "KS", &json!({ "id": second_result["entry_id"] })).await;
    go(&lan, &residence, "supplement").await;
    let seen = done(clerk.ask(Method::GET, &path)).await;
    for paper in in_dossier(&seen).values() {
        done(clerk.ask(Method::POST, &format!("{path}/attachments/{}/accept", id(paper)))).await;
    }
    for step in ["process", "decide", "return"] {
        go(&clerk, &residence, step).await;
    }

    // What was used, as people used it: in each dossier the component, the bytes and the version.
    let of = |bytes: &str, code: &str| -> Use { (code.to_owned(), bytes.to_owned(), 1) };
    let form_hash = suoi_mo.file("to-khai.pdf", &form_bytes);
    let at_suoi_mo = vec![of(&card, "GT"), of(&marriage, "KH")];
    let at_doi_che = vec![
        of(&form_hash, "TK"),
        of(&card, "GT"),
        of(&birth, "KS"),
        of(&marriage, "KH"),
        of(&corrected, "KS"),
    ];
    let last = lan.get(&path).await;
    expect_dossier(
        &last,
        &[
            (&form_hash, "accepted", false),
            (&card, "accepted", true),
            (&birth, "replaced", true),
            (&corrected, "accepted", false),
            (&marriage, "accepted", true),
        ],
    );
    expect_receipts(&lan, &text(&opened["dossier_code"]), &at_suoi_mo).await;
    expect_receipts(&lan, &text(&residence["code"]), &at_doi_che).await;

    let acts = [
        ("dossier.push", 2),
        ("component.push", 2),
        ("result.push", 2),
        ("vault.take_over", 1),
        ("dossier.open", 2),
        // Received, in process, decided, returned; and submitted, received, asked, supplemented, in process, decided, returned.
        ("dossier.move", 4 + 7),
        ("paper.attach", at_suoi_mo.len() + at_doi_che.len()),
        ("paper.detach", 1),
        ("paper.read", 4),
        ("paper.refuse", 1),
        ("paper.accept", 4),
        ("document.add", 1),
    ];
    let expected = acts.iter().map(|(act, count)| ((*act).to_owned(), *count)).collect();
    assert_eq!(counted(&lan, &acts).await, expected);

    let (events, kinds) = told(suoi_mo).await;
    let pushed = [
        "dossier.opened",
        "dossier.moved",
        "dossier.moved",
        "paper.attached",
        "paper.attached",
        "result.added",
        "dossier.moved",
        "dossier.moved",
        "result.superseded",
    ];
    assert_eq!(kinds, pushed);
    assert!(events.iter().all(|event| event["body"]["key"] == "MC-1"));
    let (events, kinds) = told(&world.doi_che).await;
    assert_eq!(kinds, HANDLED);
    let attached = events.iter().filter(|event| event["kind"] == "paper.attached");
    let mut attached = attached.map(|event| hash_of(&event["body"])).collect::<Vec<_>>();
    let mut used =
        at_doi_che.iter().map(|(code, bytes, _)| (code.clone(), bytes.clone())).collect::<Vec<_>>();
    attached.sort();
    used.sort();
    assert_eq!(attached, used);
    assert_eq!(told(&world.doi_che).await.1, Vec::<String>::new(), "what was read is not told again");

    // Handed in at Đồi Chè: a dossier with three papers of the vault and one that was added; then one was refused, and the corrected one came.
    assert_eq!(figures(app, &clerk).await, (vec![1, 3, 2, 0, 1], json!(3.0 / 5.0)));
    assert_eq!(figures(app, &stranger).await, (vec![1, 0, 0, 2, 0], json!(0.0)));

    app.run_jobs().await;
    assert_eq!(listening.told().await, HANDLED, "each webhook is signed, and comes in order");

    // Both sides hold the same at the end of the day.
    let reconciled = suoi_mo.run(&["reconcile"]).await;
    assert!(reconciled.contains("both sides hold the same 4 things"), "{reconciled}");
    app.expect_recount(&lan.vault).await;
}
