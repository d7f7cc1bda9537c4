//! Telling other systems of events: signed, in order per dossier, until they are taken.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use kho::db;
use kho::domain::clock::Clock;
use kho::domain::id::{AccountId, AgencyId, DossierId, EventId};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::node;
use crate::support::{AGENCY, Person, TestApp, text};
use crate::webhook_receiver::{Message, Receiver, Reply, verified};

const CLIENT: &str = "one-stop";

/// An application whose clock stands, a system that is told of the dossiers of [`AGENCY`], and the administrator who wanted it so.
struct World {
    app: TestApp,
    admin: Person,
    receiver: Receiver,
    webhook: String,
    secret: String,
    client: AccountId,
    agency: AgencyId,
}

impl World {
    async fn start() -> Self {
        let now = "2026-03-02T03:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let receiver = Receiver::start().await;
        let allowed = receiver.address.to_string();
        let app = TestApp::start_with(Clock::fixed(now), |config| {
            config.webhook_allow = vec![allowed];
            config.webhook_seconds = 1;
            config.session_hours = 1_000;
        })
        .await;
        let admin = app.person("admin").await;
        app.with_role("admin", "system_admin").await;
        app.agency(AGENCY).await;
        let account = json!({ "login": CLIENT, "full_name": "Một cửa Suối Mơ" });
        let made = created(admin.post("/admin/accounts", account).await).await;
        let client = text(&made["id"]).parse().unwrap();
        let body = json!({ "client": CLIENT, "url": receiver.url() });
        let made = created(admin.post("/admin/webhooks", body).await).await;
        let mut tx = app.kho.db.begin().await.unwrap();
        let agency = db::agency::by_code(&mut tx, AGENCY).await.unwrap().unwrap().id;
        tx.commit().await.unwrap();
        let (webhook, secret) = (text(&made["id"]), text(&made["secret"]));
        Self { app, admin, receiver, webhook, secret, client, agency }
    }

    /// A dossier of the system's, with the row alone: what is told here are events, whatever they are of.
    async fn dossier(&self, code: &str) -> DossierId {
        let now = self.app.kho.clock.now();
        let id = DossierId::new(now);
        let mut tx = self.app.kho.db.begin().await.unwrap();
        let dossier = db::dossier::Dossier {
            id,
            code: code.to_owned(),
            procedure_code: "1.001193".to_owned(),
            procedure_name: "Đăng ký khai sinh".to_owned(),
            catalogue_version: 1,
            vault_id: self.admin.vault.parse().unwrap(),
            submitter_account_id: None,
            submitter_name: "Người nộp".to_owned(),
            submitter_identity: None,
            receiving_agency_id: self.agency,
            processing_agency_id: self.agency,
            channel: "system".to_owned(),
            client_id: Some(self.client),
            client_key: Some(code.to_owned()),
            contact_phone: None,
            contact_email: None,
            contact_address: None,
            summary: None,
            conditions: "[]".to_owned(),
            state: "received".to_owned(),
            state_before: None,
            submitted_at: None,
            received_at: Some(now),
            received_by: None,
            due_on: None,
            decided_at: None,
            closed_at: None,
            created_at: now,
            created_by: self.client.0,
            updated_at: now,
            rev: 1,
        };
        assert!(db::dossier::insert(&mut tx, &dossier).await.unwrap());
        tx.commit().await.unwrap();
        id
    }

    async fn happens(&self, dossier: DossierId, kind: &str) -> EventId {
        let now = self.app.kho.clock.now();
        let id = EventId::new(now);
        let event = db::event::NewEvent {
            id,
            at: now,
            day: now.date_naive(),
            kind: kind.to_owned(),
            dossier_id: dossier,
            agency_id: self.agency,
            client_id: Some(self.client),
            body: json!({ "state": "received" }),
        };
        let mut tx = self.app.kho.db.begin().await.unwrap();
        tx.tell(event);
        tx.commit().await.unwrap();
        id
    }

    /// Lets time pass, and the background work of that time be done.
    async fn after(&self, time: TimeDelta) {
        self.app.kho.clock.advance(time);
        self.app.run_jobs().await;
    }

    async fn deliveries(&self, state: &str) -> Vec<Value> {
        let page =
            self.admin.get(&format!("/admin/webhooks/{}/deliveries?state={state}", self.webhook)).await;
        page["items"].as_array().unwrap().clone()
    }
}

async fn created(answer: reqwest::Response) -> Value {
    let status = answer.status();
    let body = answer.text().await.unwrap();
    assert_eq!(status, StatusCode::CREATED, "{body}");
    serde_json::from_str(&body).unwrap()
}

fn ids(messages: &[Message]) -> Vec<String> {
    messages.iter().map(|message| message.id().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_signed_as_the_reference_library_verifies() {
    if node::is_left_out() {
        return;
    }
    let world = World::start().await;
    let dossier = world.dossier("H99.01-260302-0001").await;
    let opened = world.happens(dossier, "dossier.opened").await;
    world.happens(dossier, "dossier.moved").await;
    world.app.run_jobs().await;
    let mut messages = world.receiver.taken();
    assert_eq!(verified(&world.secret, &messages).await, ["dossier.opened", "dossier.moved"]);
    let first = messages[0].json();
    assert_eq!(messages[0].id(), opened.to_string());
    assert_eq!(first["timestamp"], "2026-03-02T03:00:00.000000Z");
    assert_eq!(first["data"]["dossier_id"], json!(dossier));
    assert_eq!(first["data"]["state"], "received");
    assert!(first["data"]["number"].as_i64() < messages[1].json()["data"]["number"].as_i64());

    messages[0].body = messages[0].body.replace("received", "returned");
    assert!(verified(&world.secret, &messages[..1]).await[0].starts_with("refused"));

    // A changed secret: the old one signs for another day.
    let path = format!("/admin/webhooks/{}/secret", world.webhook);
    let renewed = world.admin.post(&path, json!({})).await.json::<Value>().await.unwrap();
    let secret = text(&renewed["secret"]);
    world.happens(dossier, "dossier.moved").await;
    world.after(TimeDelta::minutes(1)).await;
    let last = world.receiver.taken().pop().unwrap();
    assert_eq!(verified(&secret, std::slice::from_ref(&last)).await, ["dossier.moved"]);
    assert_eq!(verified(&world.secret, &[last]).await, ["dossier.moved"]);
    world.app.kho.clock.advance(TimeDelta::hours(24));
    world.happens(dossier, "dossier.moved").await;
    world.after(TimeDelta::minutes(1)).await;
    let last = world.receiver.taken().pop().unwrap();
    assert_eq!(verified(&secret, std::slice::from_ref(&last)).await, ["dossier.moved"]);
    assert!(verified(&world.secret, &[last]).await[0].starts_with("refused"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_fails_is_slow_or_down_hears_of_every_event_in_order() {
    let mut world = World::start().await;
    let dossiers = [world.dossier("H99.01-260302-0001").await, world.dossier("H99.01-260302-0002").await];
    let mut told = HashMap::<DossierId, Vec<String>>::new();
    // Each message fails five times, in every way there is; then it is taken.
    let tries = Arc::new(Mutex::new(BTreeMap::<String, usize>::new()));
    world.receiver.answers(move |message| {
        let mut tries = tries.lock().unwrap();
        let count = tries.entry(message.id().to_owned()).or_default();
        *count += 1;
        match *count {
            1 => Reply::Status(500),
            2 => Reply::HangUp,
            3 => Reply::Silence,
            4 => Reply::Redirect,
            5 => Reply::Status(429),
            _ => Reply::Status(200),
        }
    });
    for _ in 0..3 {
        for dossier in dossiers {
            let id = world.happens(dossier, "dossier.moved").await;
            told.entry(dossier).or_default().push(id.to_string());
        }
    }
    world.app.run_jobs().await;
    assert!(world.receiver.taken().is_empty(), "none was taken at the first attempt");
    assert_eq!(world.deliveries("waiting").await.len(), 6);
    for _ in 0..40 {
        world.after(TimeDelta::hours(1)).await;
    }
    // Down for an hour, with two more events.
    world.receiver.go_down();
    for dossier in dossiers {
        let id = world.happens(dossier, "dossier.moved").await;
        told.entry(dossier).or_default().push(id.to_string());
    }
    for _ in 0..6 {
        world.after(TimeDelta::minutes(10)).await;
    }
    let failed = world.deliveries("waiting").await;
    assert_eq!(failed.len(), 2);
    assert_eq!(failed[0]["last_error"], "no connection");
    world.receiver.come_back().await;
    world.receiver.answers(|_| Reply::Status(204));
    world.after(TimeDelta::hours(2)).await;

    let taken = world.receiver.taken();
    assert_eq!(taken.len(), 8, "each was taken once: a receiver that said yes is not told again");
    for dossier in dossiers {
        let of_dossier =
            taken.iter().filter(|message| message.json()["data"]["dossier_id"] == json!(dossier));
        let heard = ids(&of_dossier.cloned().collect::<Vec<_>>());
        assert_eq!(heard, told[&dossier], "in the order in which it happened");
    }
    assert!(world.deliveries("waiting").await.is_empty() && world.deliveries("dead").await.is_empty());
    assert_eq!(world.deliveries("delivered").await.len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_takes_is_given_up_and_delivered_again_on_request() {
    let world = World::start().await;
    let dossier = world.dossier("H99.01-260302-0001").await;
    world.receiver.answers(|message| match message.json()["type"].as_str() {
        Some("dossier.opened") => Reply::Status(400),
        _ => Reply::Status(200),
    });
    let refused = world.happens(dossier, "dossier.opened").await;
    world.happens(dossier, "dossier.moved").await;
    for _ in 0..90 {
        world.after(TimeDelta::hours(1)).await;
    }
    let dead = world.deliveries("dead").await;
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0]["event_id"], json!(refused));
    assert_eq!(
        (&dead[0]["attempts"], &dead[0]["last_error"]),
        (&json!(10), &json!("the server answered 400"))
    );
    assert_eq!(world.receiver.taken().len(), 1, "the next event of the dossier was told all the same");

    world.receiver.answers(|_| Reply::Status(200));
    let path = format!("/admin/webhooks/{}/replays", world.webhook);
    let replayed = world.admin.post(&path, json!({})).await.json::<Value>().await.unwrap();
    assert_eq!(replayed["replayed"], 1);
    world.after(TimeDelta::minutes(1)).await;
    assert!(world.deliveries("dead").await.is_empty());
    let replayed = world.admin.post(&path, json!({ "from": 0 })).await.json::<Value>().await.unwrap();
    assert_eq!(replayed["replayed"], 2);
    world.after(TimeDelta::minutes(1)).await;
    let heard = ids(&world.receiver.taken());
    assert_eq!(heard.len(), 4);
    assert_eq!(heard[2..], [refused.to_string(), heard[0].clone()], "again, in order");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_delivery_is_made_again_alone_whatever_became_of_it() {
    let world = World::start().await;
    let dossier = world.dossier("H99.01-260302-0001").await;
    let first = world.happens(dossier, "dossier.opened").await;
    let second = world.happens(dossier, "dossier.moved").await;
    world.app.run_jobs().await;
    let all = world.deliveries("all").await;
    let events = all.iter().map(|one| text(&one["event_id"])).collect::<Vec<_>>();
    assert_eq!(events, [first.to_string(), second.to_string()], "in the order of the events");
    assert!(all.iter().all(|one| one["state"] == "delivered"));
    let number = all[1]["number"].as_i64().unwrap();
    let replay = async |number: i64| {
        let path = format!("/admin/webhooks/{}/deliveries/{number}/replay", world.webhook);
        world.admin.post(&path, json!({})).await
    };

    let again = replay(number).await.json::<Value>().await.unwrap();
    assert_eq!((&again["state"], &again["attempts"]), (&json!("waiting"), &json!(0)));
    assert_eq!(again["number"], number);
    world.after(TimeDelta::minutes(1)).await;
    let heard = ids(&world.receiver.taken());
    assert_eq!(heard, [&first, &second, &second].map(ToString::to_string), "the one alone");

    // One that waits for its third attempt, which comes five minutes after the second, is tried at once.
    world.receiver.answers(|_| Reply::Status(503));
    let third = world.happens(dossier, "dossier.moved").await;
    world.after(TimeDelta::minutes(1)).await;
    world.after(TimeDelta::minutes(1)).await;
    let waiting = world.deliveries("waiting").await;
    assert_eq!(waiting[0]["attempts"], 2);
    world.receiver.answers(|_| Reply::Status(200));
    replay(waiting[0]["number"].as_i64().unwrap()).await;
    world.after(TimeDelta::minutes(1)).await;
    assert_eq!(ids(&world.receiver.taken()).last(), Some(&third.to_string()));
    assert_eq!(replay(number + 100).await.status(), StatusCode::NOT_FOUND);
    let unknown = format!("/admin/webhooks/{}/deliveries?state=lost", world.webhook);
    let unknown = world.admin.request(Method::GET, &unknown).send().await.unwrap();
    assert_eq!(unknown.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_is_paused_and_one_that_is_paused_hears_it_later() {
    let world = World::start().await;
    let dossier = world.dossier("H99.01-260302-0001").await;
    world.receiver.answers(|_| Reply::Status(410));
    world.happens(dossier, "dossier.moved").await;
    world.app.run_jobs().await;
    let path = format!("/admin/webhooks/{}", world.webhook);
    let paused = world.admin.get(&path).await;
    assert_eq!(paused["state"], "paused");
    assert_eq!(paused["paused_because"], "the receiver answered 410 Gone");
    world.happens(dossier, "dossier.moved").await;
    world.receiver.answers(|_| Reply::Status(200));
    world.after(TimeDelta::hours(5)).await;
    assert_eq!(world.receiver.messages().len(), 1);

    let resume = world.admin.request(Method::PATCH, &path).json(&json!({ "paused": false }));
    let answer = resume.header("If-Match", format!("\"{}\"", paused["rev"])).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    world.after(TimeDelta::minutes(1)).await;
    assert_eq!(world.receiver.taken().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_go_only_where_they_may() {
    let world = World::start().await;
    for (url, reason) in [
        ("http://127.0.0.1:1/", "port 1 is not allowed"),
        ("http://example.vn/kho", "messages go over HTTPS, but to a place that is named"),
        ("ftp://example.vn/kho", "only HTTP and HTTPS are asked"),
        ("https://user:secret@example.vn/", "the address holds a name or a password of a user"),
        ("kho", "the address can't be read"),
    ] {
        let answer = world.admin.post("/admin/webhooks", json!({ "client": CLIENT, "url": url })).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{url}");
        let problem = answer.json::<Value>().await.unwrap();
        assert_eq!((&problem["field"], &problem["reason"]), (&json!("url"), &json!(reason)), "{problem}");
    }
    // An address of the own network, reached over HTTPS, is found out when its name is looked up.
    let body = json!({ "client": CLIENT, "url": "https://127.0.0.1/", "kinds": ["dossier.refused"] });
    let inside = created(world.admin.post("/admin/webhooks", body).await).await;
    let dossier = world.dossier("H99.01-260302-0001").await;
    world.happens(dossier, "dossier.refused").await;
    world.happens(dossier, "dossier.moved").await;
    world.app.run_jobs().await;
    let path = format!("/admin/webhooks/{}/deliveries?state=waiting", text(&inside["id"]));
    let waiting = world.admin.get(&path).await;
    let items = waiting["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "only the kind that was asked for");
    assert_eq!(items[0]["last_error"], "127.0.0.1 is not on the public network, and not allowed");
    assert_eq!(world.receiver.taken().len(), 2);
}
