//! Papers pushed without their bytes: fetched from where their system keeps them, or uploaded before in parts (K1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use kho::domain::clock::Clock;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use sha2::Digest as _;

use crate::dossier_world::RESULT;
use crate::file_server::{FileServer, Given};
use crate::oauth::OneStop;
use crate::pushes::{Pushing, taken};
use crate::support::{AGENCY, Person, Program, pdf, problem, text};

const RESULT_PATH: &str = "/dossiers/MC-1/results/KQ1";
const COMPONENT_PATH: &str = "/dossiers/MC-1/components/birth/files/1";

pub fn hash(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(bytes))
}

fn result() -> Value {
    json!({ "name": "Kết quả.pdf", "result_type": RESULT, "number": "7/2026" })
}

fn component() -> Value {
    json!({ "name": "Giấy khai sinh.pdf", "number": "12/2019" })
}

/// A system that keeps files and pushes them, and somebody with a dossier under `MC-1`.
struct World {
    pushing: Pushing,
    files: FileServer,
    hoa: Person,
}

impl World {
    async fn start() -> Self {
        let files = FileServer::start().await;
        let now = "2026-11-26T02:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let allowed = files.address.to_string();
        let pushing = Pushing::start_with(Clock::fixed(now), |config| {
            config.push_allow = vec![allowed];
            config.session_hours = 10_000;
        })
        .await;
        let hoa = pushing.app.person("hoa").await;
        pushing.pushed("MC-1", &Pushing::dossier(&hoa.identity_number)).await;
        Self { pushing, files, hoa }
    }

    async fn put(&self, path: &str, body: &Value) -> Response {
        self.pushing.program.send(Method::PUT, path, body.clone()).await
    }

    async fn standing(&self, path: &str) -> Value {
        taken(self.pushing.program.request(Method::GET, path).send().await.unwrap()).await
    }

    /// What a worker does.
    async fn fetch(&self) {
        self.pushing.app.kho.fetch_papers().await.unwrap();
    }

    async fn content(&self, entry: &Value) -> Vec<u8> {
        let path = format!("/entries/{}/content", text(entry));
        let answer = self.hoa.request(Method::GET, &path).send().await.unwrap();
        answer.bytes().await.unwrap().to_vec()
    }

    async fn events(&self) -> Vec<Value> {
        let page = self.pushing.program.request(Method::GET, "/changes?limit=500").send().await.unwrap();
        taken(page).await["items"].as_array().unwrap().clone()
    }
}

fn by_url(metadata: &Value, url: &str, bytes: &[u8]) -> Value {
    json!({ "metadata": metadata, "url": url, "sha256": hash(bytes) })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_named_by_its_address_is_fetched_once_and_is_the_same_however_it_comes() {
    let world = World::start().await;
    // Larger than a piece and than what waits between connection and store.
    let bytes = pdf(9_000_000);
    let url = world.files.keep("kq1", &bytes);
    let mut body = by_url(&result(), &url, &bytes);
    body["size"] = json!(bytes.len());

    let accepted = world.put(RESULT_PATH, &body).await;
    assert_eq!(accepted.status(), 202);
    assert_eq!(accepted.json::<Value>().await.unwrap()["outcome"], "accepted");
    assert_eq!(world.put(RESULT_PATH, &body).await.status(), 202, "it waits, once");
    let standing = world.standing(RESULT_PATH).await;
    assert_eq!((&standing["state"], &standing["paper"]), (&json!("fetching"), &Value::Null));
    world.fetch().await;
    assert_eq!(world.files.asked(), 1);

    let standing = world.standing(RESULT_PATH).await;
    assert_eq!(standing["state"], "stored");
    assert_eq!(standing["paper"]["sha256"], hash(&bytes).as_str());
    let entry = &standing["paper"]["entry_id"];
    assert_eq!(world.content(entry).await, bytes);
    assert_eq!(world.events().await.last().unwrap()["kind"], "result.added");

    // By its address again, and along with the request.
    let again = world.put(RESULT_PATH, &body).await;
    assert_eq!(again.status(), 200);
    let again: Value = again.json().await.unwrap();
    assert_eq!((&again["outcome"], &again["entry_id"]), (&json!("unchanged"), entry));
    let along = taken(world.pushing.paper(RESULT_PATH, &result(), &bytes).await).await;
    assert_eq!((&along["outcome"], &along["entry_id"]), (&json!("unchanged"), entry));
    world.fetch().await;
    assert_eq!(world.files.asked(), 1, "nothing was fetched again");
    world.pushing.app.expect_recount(&world.hoa.vault).await;

    // The trail says that the system did it.
    let trail = world.hoa.get(&format!("/entries/{}/audit?act=result.push", text(entry))).await;
    assert_eq!(trail["items"][0]["actor_name"], "Hệ thống một cửa", "{trail:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_become_the_paper_is_told_and_leaves_nothing() {
    let world = World::start().await;
    let (bytes, other) = (pdf(3_000), pdf(3_000));
    let url = world.files.keep("kq1", &other);
    assert_eq!(world.put(RESULT_PATH, &by_url(&result(), &url, &bytes)).await.status(), 202);
    world.fetch().await;
    let standing = world.standing(RESULT_PATH).await;
    assert_eq!((&standing["state"], &standing["code"]), (&json!("failed"), &json!("checksum_mismatch")));
    let told = world.events().await.pop().unwrap();
    assert_eq!((&told["kind"], &told["body"]["code"]), (&json!("paper.failed"), &json!("checksum_mismatch")));
    assert_eq!((&told["body"]["paper"], &told["body"]["key"]), (&json!("MC-1/KQ1"), &json!("MC-1")));
    let trail = world.hoa.get(&format!("/vaults/{}/audit?act=result.push", world.hoa.vault)).await;
    assert_eq!(trail["items"][0]["outcome"], "failed");
    // Longer or shorter than was said.
    for size in [2_999, 3_001] {
        let mut body = by_url(&component(), &world.files.keep("c1", &bytes), &bytes);
        body["size"] = json!(size);
        assert_eq!(world.put(COMPONENT_PATH, &body).await.status(), 202);
        world.fetch().await;
        let standing = world.standing(COMPONENT_PATH).await;
        assert_eq!((&standing["state"], &standing["code"]), (&json!("failed"), &json!("length_mismatch")));
    }
    world.pushing.app.run_jobs().await;
    world.pushing.app.expect_recount(&world.hoa.vault).await;
    let usage = world.hoa.get(&format!("/vaults/{}", world.hoa.vault)).await;
    assert_eq!(usage["used_bytes"], 0);

    // Pushed again, it is tried again.
    world.files.keep("kq1", &bytes);
    assert_eq!(world.put(RESULT_PATH, &by_url(&result(), &url, &bytes)).await.status(), 202);
    world.fetch().await;
    assert_eq!(world.standing(RESULT_PATH).await["state"], "stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_is_asked_again_ever_more_seldom_and_given_up() {
    let world = World::start().await;
    let bytes = pdf(400_000);
    let whole = || Given::File(std::sync::Arc::new(bytes.clone()));
    let url = world.files.put("kq1", Given::Half(std::sync::Arc::new(bytes.clone())));
    let body = by_url(&result(), &url, &bytes);
    assert_eq!(world.put(RESULT_PATH, &body).await.status(), 202);
    world.fetch().await;
    let standing = world.standing(RESULT_PATH).await;
    assert_eq!((&standing["state"], &standing["code"]), (&json!("fetching"), &json!("source_unavailable")));
    world.fetch().await;
    assert_eq!(world.files.asked(), 1, "not before its time");
    world.files.put("kq1", whole());
    world.pushing.app.kho.clock.advance(TimeDelta::seconds(10));
    world.fetch().await;
    assert_eq!(world.standing(RESULT_PATH).await["state"], "stored");

    // One that leads elsewhere.
    let elsewhere = FileServer::start().await;
    let next = pdf(1_000);
    let url = world.files.put("kq2", Given::Redirect(elsewhere.keep("kq2", &next)));
    assert_eq!(world.put(RESULT_PATH, &by_url(&result(), &url, &next)).await.status(), 202);
    let asked = world.files.asked();
    for attempt in 0..9 {
        world.fetch().await;
        world.pushing.app.kho.clock.advance(TimeDelta::seconds(10 << attempt));
    }
    assert_eq!(world.files.asked() - asked, 9);
    // More than an hour has passed, and the token with it.
    let mut fresh = world.pushing.one_stop.program(&world.pushing.app).await;
    fresh.base = world.pushing.base.clone();
    let standing = taken(fresh.request(Method::GET, RESULT_PATH).send().await.unwrap()).await;
    assert_eq!((&standing["state"], &standing["code"]), (&json!("failed"), &json!("source_unavailable")));
    assert_eq!(standing["cause"], "the server answered 302");
    assert_eq!(standing["paper"]["sha256"], hash(&bytes).as_str(), "what was there stays");
    assert_eq!(elsewhere.asked(), 0, "no redirect is followed");
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_are_fetched_from_places_that_are_named_and_no_others() {
    let world = World::start().await;
    let elsewhere = FileServer::start().await;
    let bytes = pdf(1_000);
    let places = [
        elsewhere.keep("kq1", &bytes),
        "https://example.com/kq1".to_owned(),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "file:///etc/passwd".to_owned(),
        format!("http://a:b@{}/kq1", world.files.address),
        "kq1".to_owned(),
    ];
    for url in places {
        let answer = world.put(RESULT_PATH, &by_url(&result(), &url, &bytes)).await;
        assert_eq!(problem(answer).await, (422, "source_not_allowed".to_owned()), "{url}");
    }
    assert_eq!(elsewhere.asked(), 0);
    let url = world.files.keep("kq1", &bytes);
    let right = by_url(&result(), &url, &bytes);
    for (field, value) in [
        ("url", Value::Null),
        ("upload", json!("0193a2f0-7b1e-7c42-9d3a-5f1e2a6b8c90")),
        ("sha256", json!("00")),
        ("metadata", json!({ "name": "a.pdf", "result_type": "khong-co" })),
        ("metadata", json!({ "name": "a/b.pdf", "result_type": RESULT })),
    ] {
        let mut body = right.clone();
        body[field] = value;
        assert_eq!(world.put(RESULT_PATH, &body).await.status(), 422, "{body:#}");
    }
    let none = world.pushing.program.request(Method::GET, RESULT_PATH).send().await.unwrap();
    assert_eq!(problem(none).await, (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pushed_last_holds_whatever_is_still_being_fetched() {
    let world = World::start().await;
    let (old, new) = (pdf(3_000), pdf(4_000));
    let first = taken(world.pushing.paper(COMPONENT_PATH, &component(), &old).await).await;
    let url = world.files.keep("c1", &new);
    assert_eq!(world.put(COMPONENT_PATH, &by_url(&component(), &url, &new)).await.status(), 202);
    let kept = world.pushing.paper(COMPONENT_PATH, &component(), &old).await;
    assert_eq!(taken(kept).await["outcome"], "unchanged");
    world.fetch().await;
    let standing = world.standing(COMPONENT_PATH).await;
    assert_eq!((&standing["state"], &standing["paper"]["version"]), (&json!("stored"), &json!(1)));
    assert_eq!(standing["paper"]["entry_id"], first["entry_id"]);

    assert_eq!(world.put(COMPONENT_PATH, &by_url(&component(), &url, &new)).await.status(), 202);
    world.fetch().await;
    let standing = world.standing(COMPONENT_PATH).await;
    assert_eq!(standing["paper"]["version"], 2, "the next version of the same paper");
    assert_eq!(standing["paper"]["sha256"], hash(&new).as_str());
    world.pushing.app.expect_recount(&world.hoa.vault).await;
}

/// Begins an upload as a system does; answers its address.
async fn begin(program: &Program, api: &str, length: usize, named: &[(&str, &str)]) -> Response {
    let pairs = named.iter().map(|(key, value)| format!("{key} {}", STANDARD.encode(value)));
    program
        .client
        .post(format!("{api}/api/v1/uploads"))
        .bearer_auth(&program.secret)
        .header("Tus-Resumable", "1.0.0")
        .header("Upload-Length", length)
        .header("Upload-Metadata", pairs.collect::<Vec<_>>().join(","))
        .send()
        .await
        .unwrap()
}

async fn send_part(program: &Program, url: &str, offset: usize, bytes: &[u8]) -> Response {
    program
        .client
        .patch(url)
        .bearer_auth(&program.secret)
        .header("Tus-Resumable", "1.0.0")
        .header("Upload-Offset", offset)
        .header("Content-Type", "application/offset+octet-stream")
        .body(bytes.to_vec())
        .send()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_uploaded_in_parts_is_taken_over_by_its_push_in_one_step() {
    let world = World::start().await;
    let (app, program) = (&world.pushing.app, &world.pushing.program);
    let bytes = pdf(3_000_000);
    let slot = [("filename", "kq.pdf"), ("dossier", "MC-1"), ("component", "birth"), ("key", "1")];
    let begun = begin(program, &app.url, bytes.len(), &slot).await;
    assert_eq!(begun.status(), 201, "{}", begun.text().await.unwrap());
    let address = format!("{}{}", app.url, begun.headers()["location"].to_str().unwrap());
    let id = address.rsplit('/').next().unwrap().to_owned();
    let reference = json!({ "metadata": component(), "upload": id, "sha256": hash(&bytes) });

    let (one, two) = bytes.split_at(1_000_000);
    assert_eq!(send_part(program, &address, 0, one).await.status(), 204);
    let unfinished = world.put(COMPONENT_PATH, &reference).await;
    assert_eq!(unfinished.status(), 422);
    let unfinished: Value = unfinished.json().await.unwrap();
    assert_eq!((&unfinished["reason"], &unfinished["offset"]), (&json!("unfinished"), &json!(1_000_000)));
    let last = send_part(program, &address, one.len(), two).await;
    assert_eq!(last.status(), 204);
    assert_eq!(last.headers()["upload-offset"], "3000000");
    assert!(!last.headers().contains_key("kho-entry-id"), "nobody's paper yet");
    let usage = world.hoa.get(&format!("/vaults/{}", world.hoa.vault)).await;
    assert_eq!(usage["used_bytes"], 0);

    // For its own paper, by its own system, with the right hash.
    let elsewhere = json!({ "metadata": result(), "upload": id, "sha256": hash(&bytes) });
    let elsewhere: Value = world.put(RESULT_PATH, &elsewhere).await.json().await.unwrap();
    assert_eq!(elsewhere["reason"], "other_paper");
    let mut wrong = reference.clone();
    wrong["sha256"] = json!("0".repeat(64));
    assert_eq!(problem(world.put(COMPONENT_PATH, &wrong).await).await, (422, "checksum_mismatch".to_owned()));
    let other = OneStop::of(app, "so-khac", &[AGENCY]).await;
    let mut stranger = other.program(app).await;
    stranger.base = world.pushing.base.clone();
    let path = COMPONENT_PATH.replace("MC-1", &code_of(&world).await);
    let answer = stranger.send(Method::PUT, &path, reference.clone()).await;
    assert_eq!(answer.json::<Value>().await.unwrap()["reason"], "unknown");

    let pushed = world.put(COMPONENT_PATH, &reference).await;
    assert_eq!(pushed.status(), 201);
    let pushed: Value = pushed.json().await.unwrap();
    assert_eq!(world.content(&pushed["entry_id"]).await, bytes);
    let again = taken(world.put(COMPONENT_PATH, &reference).await).await;
    assert_eq!((&again["outcome"], &again["entry_id"]), (&json!("unchanged"), &pushed["entry_id"]));
    let head = program.client.head(&address).bearer_auth(&program.secret).header("Tus-Resumable", "1.0.0");
    let head = head.send().await.unwrap();
    assert_eq!(head.headers()["kho-entry-id"], text(&pushed["entry_id"]).as_str());
    // What became of it is what it is: another push of it is refused.
    let mut next = reference.clone();
    next["metadata"]["number"] = json!("13/2019");
    assert_eq!(problem(world.put(COMPONENT_PATH, &next).await).await, (410, "upload_gone".to_owned()));
    app.expect_recount(&world.hoa.vault).await;
    let trail = world.hoa.get(&format!("/vaults/{}/audit?act=upload.start", world.hoa.vault)).await;
    assert_eq!(trail["items"].as_array().unwrap().len(), 1);
}

/// The code of the dossier under `MC-1`.
async fn code_of(world: &World) -> String {
    text(&world.hoa.get("/dossiers").await["items"][0]["code"])
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_for_papers_need_what_the_push_needs_and_end_when_nobody_pushes_them() {
    let world = World::start().await;
    let (app, program) = (&world.pushing.app, &world.pushing.program);
    let slot = |dossier| [("dossier", dossier), ("key", "KQ1")];
    let unknown = begin(program, &app.url, 9, &slot("MC-9")).await;
    assert_eq!(problem(unknown).await, (404, "not_found".to_owned()));
    let twice = [("dossier", "MC-1"), ("key", "KQ1"), ("folder_id", world.hoa.root.as_str())];
    assert_eq!(begin(program, &app.url, 9, &twice).await.status(), 422);
    assert_eq!(begin(program, &app.url, 9, &[("dossier", "MC-1")]).await.status(), 422);
    let begun = begin(program, &app.url, 9, &slot("MC-1")).await;
    assert_eq!(begun.status(), 201);
    let address = format!("{}{}", app.url, begun.headers()["location"].to_str().unwrap());
    // Taken away, the scope is gone for parts as well.
    assert_eq!(world.pushing.one_stop.may(AGENCY, json!(["dossier_write"])).await.status(), 200);
    let part = send_part(program, &address, 0, b"%PDF-1.7\n").await;
    assert_eq!(problem(part).await, (403, "not_allowed".to_owned()));
    assert_eq!(world.pushing.one_stop.may(AGENCY, json!(["result_write"])).await.status(), 200);
    assert_eq!(send_part(program, &address, 0, b"%PDF-1.7\n").await.status(), 204);

    app.kho.clock.advance(TimeDelta::hours(25));
    app.run_jobs().await;
    let fresh = world.pushing.one_stop.program(app).await;
    let head = fresh.client.head(&address).bearer_auth(&fresh.secret).header("Tus-Resumable", "1.0.0");
    assert_eq!(head.send().await.unwrap().status(), 404);
    app.expect_recount(&world.hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_holds_papers_by_reference_and_each_is_taken_or_refused_for_itself() {
    let world = World::start().await;
    let (one, two) = (pdf(2_000), pdf(2_000));
    let url = world.files.keep("kq1", &one);
    let paper = |kind: &str, key: &str, metadata: Value, bytes: &[u8]| json!({ "kind": kind, "dossier": "MC-1", "key": key, "metadata": metadata, "url": url, "sha256": hash(bytes) });
    let mut birth = paper("component", "1", component(), &one);
    birth["component"] = json!("birth");
    let mut nowhere = birth.clone();
    nowhere["component"] = json!("khong-co");
    let mut both = birth.clone();
    both["upload"] = json!("0193a2f0-7b1e-7c42-9d3a-5f1e2a6b8c90");
    let items = json!({ "items": [
        birth, nowhere, both, paper("result", "KQ1", result(), &one), paper("result", "KQ2", result(), &two),
    ] });
    let push = async || {
        let answer = taken(world.pushing.program.send(Method::POST, "/batches", items.clone()).await).await;
        let items = answer["items"].as_array().unwrap().clone();
        items.iter().map(|item| text(&item["outcome"])).collect::<Vec<_>>()
    };
    assert_eq!(push().await, ["accepted", "refused", "refused", "accepted", "accepted"]);
    world.fetch().await;
    let states = async || {
        let mut states = Vec::new();
        for path in [COMPONENT_PATH, RESULT_PATH, "/dossiers/MC-1/results/KQ2"] {
            states.push(text(&world.standing(path).await["state"]));
        }
        states
    };
    assert_eq!(states().await, ["stored", "stored", "failed"], "the last has another hash");
    assert_eq!(push().await, ["unchanged", "refused", "refused", "unchanged", "accepted"]);
    world.pushing.app.expect_recount(&world.hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_vouches_for_a_paper_by_a_scope_of_its_own() {
    let world = World::start().await;
    let (one, two) = (pdf(2_000), pdf(2_000));
    let mut vouched = component();
    vouched["register"] = json!({ "name": "Cơ sở dữ liệu hộ tịch điện tử", "entry": "KS-2026-000123" });
    // The token of the system was made before it had the scope.
    let answer = world.pushing.paper(COMPONENT_PATH, &vouched, &one).await;
    assert_eq!(problem(answer).await, (403, "scope_missing".to_owned()));
    let scopes = json!(["dossier_read", "dossier_write", "result_write", "register_write"]);
    assert_eq!(world.pushing.one_stop.may(AGENCY, scopes).await.status(), 200);
    let mut program = world.pushing.one_stop.program(&world.pushing.app).await;
    program.base = world.pushing.base.clone();
    let pushed = crate::pushes::send_paper(&program, COMPONENT_PATH, &vouched, &one).await;
    let pushed = taken(pushed).await;
    assert_eq!(pushed["trust_level"], 4);
    let entry = text(&pushed["entry_id"]);
    let trail = world.hoa.get(&format!("/entries/{entry}/audit?act=register.vouch")).await;
    assert_eq!(trail["items"].as_array().unwrap().len(), 1);
    let detail = &trail["items"][0]["detail"];
    assert_eq!(detail["register"], "Cơ sở dữ liệu hộ tịch điện tử");
    assert_eq!((&detail["register_entry"], &detail["agency"]), (&json!("KS-2026-000123"), &json!(AGENCY)));
    let document = world.hoa.get(&format!("/entries/{entry}")).await;
    assert_eq!(
        problem(world.hoa.try_trash(&document).await).await,
        (409, "document_authenticated".to_owned())
    );

    // The next version is what is said of it, by reference too.
    let url = world.files.keep("c1", &two);
    let answer = program.send(Method::PUT, COMPONENT_PATH, by_url(&component(), &url, &two)).await;
    assert_eq!(answer.status(), 202);
    world.fetch().await;
    assert_eq!(world.standing(COMPONENT_PATH).await["paper"]["trust_level"], 1);
    // A register has a name, and the entry a number.
    let mut nameless = vouched.clone();
    nameless["register"]["entry"] = json!(" ");
    let answer = program.send(Method::PUT, COMPONENT_PATH, by_url(&nameless, &url, &one)).await;
    assert_eq!(answer.json::<Value>().await.unwrap()["field"], "register.entry");
    // Taken away, it is gone at once, whatever the token says.
    assert_eq!(world.pushing.one_stop.may(AGENCY, json!(["dossier_write"])).await.status(), 200);
    let answer = program.send(Method::PUT, COMPONENT_PATH, by_url(&vouched, &url, &two)).await;
    assert_eq!(problem(answer).await, (403, "not_allowed".to_owned()));
    world.pushing.app.expect_recount(&world.hoa.vault).await;
}
