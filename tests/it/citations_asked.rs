//! Citation codes outside of the counter: an owner is asked, and a program follows one within its dossiers.

use chrono::TimeDelta;
use kho::domain::clock::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use crate::citations::{cited, code_of, look, refused};
use crate::dossier_world::*;
use crate::pushes::{Pushing, taken};
use crate::support::{AGENCY, Person, TestApp, pdf, text};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_dossier_the_owner_is_asked() {
    let clock = Clock::fixed("2026-11-26T03:00:00Z".parse().unwrap());
    let app = TestApp::start_with(clock.clone(), |_| {}).await;
    import(&app).await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let mai = officer(&app, "mai", AGENCY).await;
    let birth = paper(&hoa, "khai sinh.pdf", "birth-certificate", json!({})).await;
    let code = code_of(&cited(&hoa, &birth, 1).await);
    let ask =
        |person: &Person| person.ask(Method::POST, &format!("/citations/{code}/requests")).json(&json!({}));
    let answer = |request: &Value, allowed: bool| {
        hoa.request(Method::PUT, &format!("/citations/{code}/requests/{}", id(request)))
            .json(&json!({ "allowed": allowed }))
    };

    let own = sent(ask(&hoa)).await;
    assert_eq!(refused(own).await, (403, "not_allowed".to_owned()), "nobody asks oneself");
    let bare = sent(lan.request(Method::POST, &format!("/citations/{code}/requests")).json(&json!({}))).await;
    assert_eq!(refused(bare).await, (403, "purpose_missing".to_owned()));
    let asked = sent(ask(&lan)).await;
    assert_eq!(asked.status(), 201);
    let asked: Value = asked.json().await.unwrap();
    assert_eq!(asked["standing"], "asked");
    let again = sent(ask(&lan)).await;
    assert_eq!(again.status(), 200, "asked once");
    let notices = hoa.get("/notices").await;
    let notice = &notices["items"][0];
    assert_eq!((&notice["kind"], &notice["actor_name"]), (&json!("citation_asked"), &json!("Người lan")));
    assert_eq!(
        (&notice["detail"]["citation"], &notice["detail"]["purpose"]),
        (&json!(code), &json!("Giải quyết hồ sơ"))
    );
    let kinds = notices["items"].as_array().unwrap().iter();
    assert_eq!(kinds.filter(|one| one["kind"] == "citation_asked").count(), 1);
    assert_eq!(refused(sent(look(&lan, &code, None)).await).await.1, "citation_not_confirmed", "not yet");

    assert_eq!(done(answer(&asked, false)).await["standing"], "declined");
    assert_eq!(refused(sent(look(&lan, &code, None)).await).await.1, "citation_not_confirmed");
    assert_eq!(done(answer(&asked, true)).await["standing"], "agreed");

    let found = done(look(&lan, &code, None)).await;
    assert_eq!(found["paper"]["title"], "khai sinh.pdf");
    assert_eq!(found["paper"]["components"], json!([]));
    let record = last_record(&hoa).await;
    assert_eq!(
        (&record["detail"]["ground"], &record["detail"]["agency"]),
        (&json!("agreed"), &json!(AGENCY))
    );
    let bytes = sent(lan.ask(Method::GET, &format!("/citations/{code}/content"))).await;
    assert_eq!(bytes.status(), 200);
    let colleague = sent(look(&mai, &code, None)).await;
    assert_eq!(refused(colleague).await.1, "citation_not_confirmed", "only who asked");
    assert_eq!(sent(ask(&lan)).await.status(), 200, "what holds is not asked for again");
    let foreign = sent(
        mai.request(Method::PUT, &format!("/citations/{code}/requests/{}", id(&asked)))
            .json(&json!({ "allowed": true })),
    )
    .await;
    assert_eq!(refused(foreign).await.0, 404, "only the owner's side answers");
    let nothing = hoa.request(Method::PUT, &format!("/citations/{code}/requests/{}", uuid::Uuid::new_v4()));
    assert_eq!(sent(nothing.json(&json!({ "allowed": true }))).await.status(), 404);

    clock.advance(TimeDelta::days(7));
    let stale = sent(look(&lan, &code, None)).await;
    assert_eq!(
        refused(stale).await,
        (401, "session_expired".to_owned()),
        "and is not told what nobody is told"
    );
    let hoa = app.sign_in("hoa", &hoa.identity_number).await;
    let lan = app.sign_in("lan", &lan.identity_number).await;
    assert_eq!(refused(sent(look(&lan, &code, None)).await).await.1, "citation_not_confirmed", "seven days");
    let uses = &hoa.get("/citations").await["items"][0]["uses"];
    assert_eq!((&uses[0]["standing"], &uses[0]["times"]), (&json!("ended"), &json!(1)));
    let said = trail(&hoa, "citation.answer").await;
    let answers = said.iter().filter(|one| one["outcome"] == "done").map(|one| &one["detail"]["allowed"]);
    assert_eq!(answers.collect::<Vec<_>>(), [true, false]);
    for _ in 0..5 {
        let request = done(ask(&lan)).await;
        let path = format!("/citations/{code}/requests/{}", id(&request));
        done(hoa.request(Method::PUT, &path).json(&json!({ "allowed": false }))).await;
    }
    assert_eq!(
        refused(sent(ask(&lan)).await).await,
        (429, "too_many_attempts".to_owned()),
        "the owner is left alone"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_sees_it_within_a_dossier_of_its_agencies_with_the_trust_of_that_version() {
    let pushing = Pushing::start().await;
    let hoa = pushing.app.person("hoa").await;
    let minh = pushing.app.person("minh").await;
    for (key, owner) in [("MC-1", &hoa), ("MC-2", &minh)] {
        pushing.pushed(key, &Pushing::dossier(&owner.identity_number)).await;
    }
    let path = "/dossiers/MC-1/components/birth/files/1";
    let metadata = json!({ "name": "Giấy khai sinh.pdf", "compared_by": "Trần Văn Bình" });
    let first = taken(pushing.paper(path, &metadata, &pdf(2_000)).await).await;
    assert_eq!(first["trust_level"], 2);
    let second =
        taken(pushing.paper(path, &json!({ "name": "Giấy khai sinh.pdf" }), &pdf(3_000)).await).await;
    assert_eq!((&second["version"], &second["trust_level"]), (&json!(2), &json!(1)));
    let birth = json!({ "id": first["entry_id"] });
    let code = code_of(&cited(&hoa, &birth, 1).await);
    let get = |path: String| pushing.program.request(Method::GET, &path);

    let found = done(get(format!("/dossiers/MC-1/citations/{code}"))).await;

    let seen = &found["paper"];
    assert_eq!((&seen["version"], &seen["newest_version"]), (&json!(1), &json!(2)));
    assert_eq!(seen["trust_level"], 2, "of the version that is cited, not of the newest");
    assert_eq!(seen["sha256"], first["sha256"]);
    assert_eq!(text(&seen["content"]), format!("/integration/v1/dossiers/MC-1/citations/{code}/content"));
    let record = last_record(&hoa).await;
    assert_eq!((&record["act"], &record["channel"]), (&json!("citation.fetch"), &json!("api")));
    let bytes = sent(get(format!("/dossiers/MC-1/citations/{code}/content"))).await;
    assert_eq!(bytes.status(), 200);
    assert_eq!(bytes.bytes().await.unwrap().len(), pdf(2_000).len());
    assert_eq!(last_record(&hoa).await["detail"]["content"], true);

    for (key, expected) in [("MC-2", (403, "citation_not_confirmed")), ("MC-9", (404, "not_found"))] {
        for place in ["", "/content"] {
            let answer = refused(sent(get(format!("/dossiers/{key}/citations/{code}{place}"))).await).await;
            assert_eq!((answer.0, answer.1.as_str()), expected, "{key}{place}");
            let last = last_record(&hoa).await;
            assert_eq!((&last["act"], &last["outcome"]), (&json!("citation.fetch"), &json!("refused")));
        }
    }
    let mut returned = Pushing::dossier(&hoa.identity_number);
    returned["state"] = json!("returned");
    pushing.pushed("MC-1", &returned).await;
    let closed = sent(get(format!("/dossiers/MC-1/citations/{code}"))).await;
    assert_eq!(refused(closed).await, (403, "not_allowed".to_owned()));
}
