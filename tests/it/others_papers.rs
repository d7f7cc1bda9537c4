//! A paper of somebody else in a dossier, such as the householder's: asked for by its code, given by its owner, and seen by officers alone.

use kho::domain::clock::Clock;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::citations::{cited, code_of};
use crate::dossier_world::*;
use crate::support::{AGENCY, Person, TestApp, pdf, problem};

/// Hoa opens a dossier, and the householder Chu has the paper that it needs.
struct World {
    app: TestApp,
    hoa: Person,
    chu: Person,
    lan: Person,
    dossier: Value,
    house: Value,
    code: String,
}

impl World {
    async fn start() -> Self {
        let app = start().await;
        let (hoa, chu) = (app.person("hoa").await, app.person("chu").await);
        let lan = officer(&app, "lan", AGENCY).await;
        let house = paper(&chu, "khai sinh của chủ hộ.pdf", "birth-certificate", json!({})).await;
        let code = code_of(&cited(&chu, &house, 1).await);
        let dossier = opened(&hoa).await;
        Self { app, hoa, chu, lan, dossier, house, code }
    }

    fn ask(&self, person: &Person) -> RequestBuilder {
        self.ask_by(person, &self.code)
    }

    fn ask_by(&self, person: &Person, code: &str) -> RequestBuilder {
        let path = format!("/dossiers/{}/components/birth/requests", id(&self.dossier));
        person.ask(Method::POST, &path).json(&json!({ "citation": code }))
    }

    fn answer(&self, person: &Person, request: &Value, allowed: bool) -> RequestBuilder {
        let path = format!("/citations/{}/requests/{}", self.code, id(request));
        person.request(Method::PUT, &path).json(&json!({ "allowed": allowed }))
    }

    /// The component's papers and the requests, as somebody sees the dossier.
    async fn seen_by(&self, person: &Person) -> (Vec<Value>, Vec<Value>) {
        let dossier = done(person.ask(Method::GET, &format!("/dossiers/{}", id(&self.dossier)))).await;
        let component = dossier["components"].as_array().unwrap().iter().find(|one| one["code"] == "birth");
        let papers = component.unwrap()["attachments"].as_array().unwrap().clone();
        (papers, dossier["requests"].as_array().unwrap().clone())
    }

    fn content(&self, attachment: &Value) -> String {
        format!("/dossiers/{}/attachments/{}/content", id(&self.dossier), id(attachment))
    }

    /// What was asked for is given; the attachment.
    async fn given(&self) -> Value {
        let asked = done(self.ask(&self.hoa)).await;
        done(self.answer(&self.chu, &asked, true)).await;
        self.seen_by(&self.hoa).await.0.pop().unwrap()
    }

    async fn status(&self, person: &Person, path: &str) -> u16 {
        sent(person.ask(Method::GET, path)).await.status().as_u16()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_householder_gives_a_paper_that_officers_alone_may_open() {
    let world = World::start().await;
    let World { hoa, chu, lan, dossier, house, code, .. } = &world;
    let asked = sent(world.ask(hoa)).await;
    assert_eq!(asked.status(), 201);
    let asked: Value = asked.json().await.unwrap();
    assert_eq!((&asked["standing"], &asked["component_code"]), (&json!("waiting"), &json!("birth")));
    assert_eq!(sent(world.ask(hoa)).await.status(), 200, "asked once");
    let notices = chu.get("/notices").await;
    let told = &notices["items"][0];
    assert_eq!((&told["kind"], &told["actor_name"]), (&json!("paper_asked"), &json!("Người hoa")));
    assert_eq!(
        (&told["detail"]["citation"], &told["detail"]["procedure"]),
        (&json!(code), &json!("Thủ tục thử"))
    );
    assert!(told["detail"]["dossier_id"].is_null() && !notices.to_string().contains(&hoa.identity_number));

    // What it is for, and not more of who asks than the name.
    let listed = chu.get("/citations").await;
    let request = &listed["items"][0]["uses"][0];
    assert_eq!((&request["standing"], &request["by_name"]), (&json!("asked"), &json!("Người hoa")));
    assert_eq!(
        (&request["agency"]["code"], &request["procedure"]["code"]),
        (&json!(AGENCY), &json!(PROCEDURE))
    );
    assert_eq!(request["component"]["name"]["vi"], "Thành phần birth");
    assert!(request["dossier_id"].is_null() && !listed.to_string().contains(&hoa.identity_number));
    assert_eq!(world.status(chu, &format!("/dossiers/{}", id(dossier))).await, 404);

    // A newer version does not take the place of the cited one.
    let now = chu.get(&format!("/entries/{}", id(house))).await;
    let first =
        sent(chu.request(Method::GET, &format!("/entries/{}/content", id(house)))).await.bytes().await;
    let rev = now["rev"].as_i64().unwrap();
    assert_eq!(chu.version(&id(house), rev, "b.pdf", &pdf(990)).await.status(), 201);
    let given = done(world.answer(chu, &asked, true)).await;
    assert_eq!((&given["standing"], &given["attachment_state"]), (&json!("agreed"), &json!("attached")));

    let (papers, requests) = world.seen_by(hoa).await;
    assert_eq!((papers.len(), &requests[0]["standing"]), (1, &json!("given")));
    let attachment = &papers[0];
    assert_eq!((&attachment["given_by"], &attachment["state"]), (&json!("Người chu"), &json!("attached")));
    assert!(attachment["entry_id"].is_null());
    assert!(!attachment.to_string().contains("chủ hộ"), "its name is its owner's business: {attachment}");
    assert_eq!(hoa.get("/notices").await["items"][0]["kind"], "paper_given");
    assert_eq!(hoa.get("/receipts").await["items"], json!([]), "the receipt is for whoever gave it");
    let receipt = chu.get("/receipts").await["items"][0]["facts"].clone();
    assert_eq!((&receipt["ground"], &receipt["version"]), (&json!("agreed"), &json!(1)));
    assert_eq!((&receipt["dossier_code"], &receipt["sha256"]), (&dossier["code"], &attachment["sha256"]));

    // The dossier is complete by it and is handed in; its owner never opens the paper, the officer does while it is open.
    go(hoa, dossier, "submit").await;
    let content = world.content(attachment);
    assert_eq!(problem(sent(hoa.ask(Method::GET, &content)).await).await, (403, "not_allowed".to_owned()));
    let record = last_record(chu).await;
    assert_eq!((&record["outcome"], &record["act"]), (&json!("refused"), &json!("paper.read")));
    let thumbnail = content.replace("/content", "/thumbnail");
    assert_eq!(world.status(hoa, &thumbnail).await, 403);
    assert_eq!(world.status(hoa, &format!("/entries/{}/content", id(house))).await, 404);
    let read = sent(lan.ask(Method::GET, &content)).await;
    assert_eq!(read.status(), 200);
    assert_eq!(read.bytes().await.unwrap(), first.unwrap());
    let record = last_record(chu).await;
    assert_eq!((&record["outcome"], &record["actor_name"]), (&json!("done"), &json!("Người lan")));
    assert_eq!((&record["purpose"], &record["object_id"]), (&json!("Giải quyết hồ sơ"), &house["id"]));
    let (papers, _) = world.seen_by(lan).await;
    assert_eq!(
        (&papers[0]["title"], &papers[0]["given_by"]),
        (&json!("khai sinh của chủ hộ.pdf"), &json!("Người chu"))
    );

    // It is decided about as every paper is, and stands in both trails.
    done(lan.ask(Method::POST, &content.replace("/content", "/accept"))).await;
    assert_eq!(last_record(chu).await["act"], "paper.accept");
    let told = trail(hoa, "paper.accept").await;
    assert_eq!(
        (&told[0]["object_id"], &told[0]["detail"]["given_by"]),
        (&dossier["id"], &json!("Người chu"))
    );
    assert_eq!(
        problem(sent(world.answer(chu, &asked, false)).await).await,
        (409, "attachment_decided".to_owned())
    );

    // Of a closed dossier nobody opens it any more, and who tries stands in the trail of whoever gave it.
    for step in ["receive", "process", "decide", "return"] {
        go(lan, dossier, step).await;
    }
    assert_eq!(problem(sent(lan.ask(Method::GET, &content)).await).await, (403, "not_allowed".to_owned()));
    let record = last_record(chu).await;
    assert_eq!((&record["outcome"], &record["actor_name"]), (&json!("refused"), &json!("Người lan")));
    assert_eq!(chu.get("/citations").await["items"][0]["uses"][0]["standing"], "ended");
    world.app.expect_recount(&chu.vault).await;
    world.app.expect_recount(&hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_owner_declines_or_takes_it_back_until_an_officer_decided() {
    let world = World::start().await;
    let World { hoa, chu, lan, dossier, .. } = &world;
    let asked = done(world.ask(hoa)).await;
    assert_eq!(done(world.answer(chu, &asked, false)).await["standing"], "declined");
    assert_eq!(world.seen_by(hoa).await.0, Vec::<Value>::new());
    assert_eq!(hoa.get("/notices").await["items"][0]["kind"], "paper_not_given");

    // Said otherwise later, and again.
    done(world.answer(chu, &asked, true)).await;
    go(hoa, dossier, "submit").await;
    let attachment = world.seen_by(lan).await.0.pop().unwrap();
    let content = world.content(&attachment);
    assert_eq!(world.status(lan, &content).await, 200);
    let back = done(world.answer(chu, &asked, false)).await;
    assert_eq!((&back["standing"], &back["attachment_state"]), (&json!("declined"), &json!("removed")));
    assert_eq!(world.status(lan, &content).await, 404, "nobody looks any more");
    assert_eq!(last_record(chu).await["outcome"], "refused");
    assert_eq!(trail(chu, "paper.detach").await.len(), 1);

    // Handed in, the dossier takes another only where an officer asks, or in the place of what was refused.
    assert_eq!(problem(sent(world.ask(hoa)).await).await, (409, "dossier_locked".to_owned()));
    let by_officer = sent(world.ask(lan)).await;
    assert_eq!(by_officer.status(), 201);
    let by_officer: Value = by_officer.json().await.unwrap();
    assert_eq!(chu.get("/notices").await["items"][0]["actor_name"], "Người lan");
    done(world.answer(chu, &by_officer, true)).await;
    let attachment = world.seen_by(lan).await.0.pop().unwrap();
    let refuse = world.content(&attachment).replace("/content", "/refuse");
    done(lan.ask(Method::POST, &refuse).json(&json!({ "reason_code": "unreadable" }))).await;
    assert_eq!(hoa.get("/notices").await["items"][0]["kind"], "paper_refused");
    let own = paper(hoa, "của mình.pdf", "birth-certificate", json!({})).await;
    attached(hoa, dossier, "birth", &own).await;
    let (papers, _) = world.seen_by(lan).await;
    assert_eq!((papers.len(), &papers[0]["title"]), (1, &json!("của mình.pdf")), "in its place");
    assert_eq!(trail(chu, "paper.detach").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_ends_when_it_is_withdrawn_or_its_code_or_its_dossier_is() {
    let world = World::start().await;
    let World { hoa, chu, dossier, .. } = &world;
    let asked = done(world.ask(hoa)).await;
    let request = format!("/dossiers/{}/requests/{}", id(dossier), id(&asked));
    assert_eq!(
        sent(chu.request(Method::DELETE, &request)).await.status(),
        404,
        "not the giver's to withdraw"
    );
    assert_eq!(hoa.delete(&request).await.status(), 204);
    assert_eq!(hoa.delete(&request).await.status(), 204);
    assert_eq!(trail(chu, "paper.ask_withdraw").await.len(), 1);
    assert_eq!(problem(sent(world.answer(chu, &asked, true)).await).await.0, 404);
    assert_eq!(chu.get("/citations").await["items"][0]["uses"][0]["standing"], "withdrawn");
    assert_eq!(world.seen_by(hoa).await.1[0]["standing"], "withdrawn");

    // Another, of a dossier that is withdrawn.
    let asked = done(world.ask(hoa)).await;
    go(hoa, dossier, "withdraw").await;
    assert_eq!(
        problem(sent(world.answer(chu, &asked, true)).await).await,
        (409, "dossier_locked".to_owned())
    );
    assert_eq!(world.seen_by(hoa).await.1[0]["standing"], "ended");

    // And one whose code is.
    let next = opened(hoa).await;
    let path = format!("/dossiers/{}/components/birth/requests", id(&next));
    let asked = done(hoa.request(Method::POST, &path).json(&json!({ "citation": world.code }))).await;
    assert_eq!(chu.delete(&format!("/citations/{}", world.code)).await.status(), 204);
    assert_eq!(problem(sent(world.answer(chu, &asked, true)).await).await.0, 404);
    assert_eq!(hoa.get(&format!("/dossiers/{}", id(&next))).await["requests"][0]["standing"], "ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_attach_asks_and_only_whose_paper_it_is_answers() {
    let world = World::start().await;
    let World { app, hoa, chu, lan, .. } = &world;
    let nam = app.person("nam").await;
    assert_eq!(problem(sent(world.ask(&nam)).await).await.0, 404);
    assert_eq!(problem(sent(world.ask(chu)).await).await.0, 404);
    assert_eq!(problem(sent(world.ask(lan)).await).await.0, 404, "a draft does not exist for officers");
    let own = paper(hoa, "của mình.pdf", "birth-certificate", json!({})).await;
    let own = code_of(&cited(hoa, &own, 1).await);
    let refused: Value = sent(world.ask_by(hoa, &own)).await.json().await.unwrap();
    assert_eq!([&refused["field"], &refused["reason"]], ["citation", "own_paper"]);
    let slipped: Value = sent(world.ask_by(hoa, "K3MT-7PXC-9FHK")).await.json().await.unwrap();
    assert_eq!(slipped["field"], "citation");
    // Attaching without asking is refused as before.
    let body = json!({ "citation": world.code });
    let attach = sent(hoa.request(Method::PUT, &attach_path(&world.dossier, "birth")).json(&body)).await;
    assert_eq!(problem(attach).await, (403, "citation_not_confirmed".to_owned()));

    let asked = done(world.ask(hoa)).await;
    for person in [hoa, &nam, lan] {
        assert_eq!(problem(sent(world.answer(person, &asked, true)).await).await.0, 404);
    }
    assert_eq!(world.seen_by(hoa).await.0, Vec::<Value>::new());
    // Asking again and again is not a way to press an owner.
    let request = |asked: &Value| format!("/dossiers/{}/requests/{}", id(&world.dossier), id(asked));
    let mut last = asked;
    for _ in 0..4 {
        assert_eq!(hoa.delete(&request(&last)).await.status(), 204);
        last = done(world.ask(hoa)).await;
    }
    assert_eq!(hoa.delete(&request(&last)).await.status(), 204);
    assert_eq!(problem(sent(world.ask(hoa)).await).await, (429, "too_many_attempts".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_that_lead_nowhere_are_counted_and_nobody_goes_through_them() {
    let world = World::start().await;
    let nothing = (0..240)
        .find_map(|last| kho::domain::citation::CitationCode::of(&[3, 1, 4, 1, 5, 9, 2, 6, 5, 3, last]));
    let nothing = nothing.unwrap().as_str().to_owned();
    for _ in 0..20 {
        assert_eq!(problem(sent(world.ask_by(&world.hoa, &nothing)).await).await.0, 404);
    }
    assert_eq!(problem(sent(world.ask(&world.hoa)).await).await.0, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_given_paper_is_kept_while_the_dossier_is_open_and_compared_by_nobody() {
    let world = World::start().await;
    let World { hoa, chu, lan, dossier, house, .. } = &world;
    let attachment = world.given().await;
    go(hoa, dossier, "submit").await;
    go(lan, dossier, "receive").await;
    let compare = world.content(&attachment).replace("/content", "/comparison");
    assert_eq!(problem(sent(lan.ask(Method::PUT, &compare)).await).await, (403, "not_allowed".to_owned()));
    assert_eq!(last_record(chu).await["act"], "paper.compare");
    let work = lan.get("/officer/digitisation").await;
    assert_eq!(work["items"], json!([]), "{work:#}");

    let now = chu.get(&format!("/entries/{}", id(house))).await;
    let trashed = chu.trash(&now).await;
    assert_eq!(world.status(lan, &world.content(&attachment)).await, 200);
    assert_eq!(problem(chu.purge(&trashed).await).await, (409, "paper_in_dossier".to_owned()));
    go(hoa, dossier, "withdraw").await;
    assert_eq!(chu.purge(&trashed).await.status(), 200);
    world.app.expect_recount(&chu.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_who_answer_while_officers_decide_leave_whole_trails() {
    let app = TestApp::start_with(Clock::System, |_| {}).await;
    import(&app).await;
    let (hoa, chu) = (app.person("hoa").await, app.person("chu").await);
    let lan = officer(&app, "lan", AGENCY).await;
    let mut asked = Vec::new();
    // Each owns the dossier that the other gives a paper to.
    for (owner, giver) in [(&hoa, &chu), (&chu, &hoa)] {
        let house = paper(giver, "nhà.pdf", "birth-certificate", json!({})).await;
        let code = code_of(&cited(giver, &house, 1).await);
        let (dossier, _, attachment) = submitted(owner).await;
        go(&lan, &dossier, "receive").await;
        let path = format!("/dossiers/{}/components/birth/requests", id(&dossier));
        let request = done(lan.ask(Method::POST, &path).json(&json!({ "citation": code }))).await;
        asked.push((giver, code, id(&request), dossier, attachment));
    }
    let acts = asked.iter().flat_map(|(giver, code, request, dossier, attachment)| {
        let answer = giver
            .request(Method::PUT, &format!("/citations/{code}/requests/{request}"))
            .json(&json!({ "allowed": true }));
        let accept = format!("/dossiers/{}/attachments/{}/accept", id(dossier), id(attachment));
        [answer, lan.ask(Method::POST, &accept)]
    });
    for answer in futures::future::join_all(acts.map(sent)).await {
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap_or_default());
    }
    for person in [&hoa, &chu] {
        assert_eq!(trail(person, "paper.accept").await.len(), 1);
        assert_eq!(chu.get("/citations").await["items"][0]["uses"][0]["standing"], "agreed");
        app.expect_recount(&person.vault).await;
    }
}
