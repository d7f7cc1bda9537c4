//! Codes that owners give instead of copies: whom they open what, and that everything stands in the trail of whoever owns the paper (issue 5).

use kho::domain::clock::Clock;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::dossier_world::*;
use crate::support::{AGENCY, Person, TestApp, pdf, problem, text};

/// The citation of a version.
pub async fn cited(person: &Person, paper: &Value, version: i32) -> Value {
    let path = format!("/entries/{}/versions/{version}/citation", id(paper));
    done(person.request(Method::POST, &path)).await
}

pub fn code_of(citation: &Value) -> String {
    text(&citation["code"])
}

fn place(code: &str, dossier: Option<&Value>) -> String {
    match dossier {
        Some(dossier) => format!("/citations/{code}?dossier={}", id(dossier)),
        None => format!("/citations/{code}"),
    }
}

/// Somebody who says why asks what a code stands for.
pub fn look(person: &Person, code: &str, dossier: Option<&Value>) -> RequestBuilder {
    person.ask(Method::GET, &place(code, dossier))
}

pub async fn refused(answer: Response) -> (u16, String) {
    problem(answer).await
}

/// A code like this one with another check sign.
fn slipped(code: &str) -> String {
    let other = if code.ends_with('2') { '3' } else { '2' };
    format!("{}{other}", &code[..code.len() - 1])
}

/// A code that is well formed and stands for nothing: drawn as codes are, until one comes out.
fn of_nothing() -> String {
    let drawn = (0..240)
        .find_map(|last| kho::domain::citation::CitationCode::of(&[3, 1, 4, 1, 5, 9, 2, 6, 5, 3, last]));
    drawn.expect("one of three is a code").as_str().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_has_one_code_until_it_is_withdrawn() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let birth = paper(&hoa, "khai sinh.pdf", "birth-certificate", json!({})).await;
    let path = format!("/entries/{}/versions/1/citation", id(&birth));

    let first = sent(hoa.request(Method::POST, &path)).await;
    assert_eq!(first.status(), 201);
    let first: Value = first.json().await.unwrap();
    let again = sent(hoa.request(Method::POST, &path)).await;
    assert_eq!(again.status(), 200);
    let again: Value = again.json().await.unwrap();

    assert_eq!(first["code"], again["code"]);
    let code = code_of(&first);
    assert_eq!(code.len(), 14);
    assert!(code.chars().all(|sign| sign == '-' || !"AEIOU01LQSUZB".contains(sign)), "{code}");
    assert_eq!(text(&first["uri"]), format!("{}/c/{code}", app.kho.settings.public_url));
    assert_eq!((&first["version"], &first["newest_version"]), (&json!(1), &json!(1)));
    assert_eq!(trail(&hoa, "citation.create").await.len(), 1, "asking again makes nothing");

    assert_eq!(hoa.delete(&format!("/citations/{code}")).await.status(), 204);
    assert_eq!(hoa.delete(&format!("/citations/{code}")).await.status(), 204);

    assert_eq!(trail(&hoa, "citation.withdraw").await.len(), 1);
    let next = cited(&hoa, &birth, 1).await;
    assert_ne!(next["code"], first["code"]);
    let list = hoa.get(&format!("/citations?entry={}", id(&birth))).await;
    let codes = list["items"].as_array().unwrap().iter().map(code_of).collect::<Vec<_>>();
    assert_eq!(codes, [code_of(&next), code], "the newest first, withdrawn ones too");
    assert!(list["items"][0]["withdrawn_at"].is_null() && list["items"][1]["withdrawn_at"].is_string());
    assert_eq!(sent(hoa.request(Method::POST, &path.replace("/1/", "/2/"))).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owners_side_with_the_right_to_share_cites() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let (minh, nam) = (app.person("minh").await, app.person("nam").await);
    let birth = paper(&hoa, "khai sinh.pdf", "birth-certificate", json!({})).await;
    let grant = json!({ "entry_id": birth["id"], "recipient": { "login": "minh" }, "rights": ["view", "download", "edit", "reshare"] });
    assert_eq!(hoa.post("/grants", grant).await.status(), 201);
    let path = format!("/entries/{}/versions/1/citation", id(&birth));

    assert_eq!(refused(sent(minh.request(Method::POST, &path)).await).await, (403, "not_allowed".to_owned()));
    assert_eq!(refused(sent(nam.request(Method::POST, &path)).await).await, (404, "not_found".to_owned()));

    let outcomes = trail(&hoa, "citation.create").await;
    assert_eq!(outcomes.iter().filter(|one| one["outcome"] == "refused").count(), 2);

    let organisation = app.organisation("0101234567", "hoa").await;
    app.member(&organisation, "minh", "editor").await;
    let charter = paper_in(&hoa, &organisation.root, "điều lệ.pdf", "diploma", json!({})).await;
    let path = format!("/entries/{}/versions/1/citation", id(&charter));
    assert_eq!(refused(sent(minh.request(Method::POST, &path)).await).await.0, 403, "editors do not share");
    let citation = cited(&hoa, &charter, 1).await;
    let withdrawn = minh.delete(&format!("/citations/{}", code_of(&citation))).await;
    assert_eq!(refused(withdrawn).await, (403, "not_allowed".to_owned()));
    assert_eq!(refused(nam.delete(&format!("/citations/{}", code_of(&citation))).await).await.0, 404);
    let list = minh.get(&format!("/citations?vault={}", organisation.vault)).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "members see them");
    let foreign = sent(nam.request(Method::GET, &format!("/citations?vault={}", organisation.vault))).await;
    assert_eq!(refused(foreign).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_officer_learns_nothing_but_that_it_is_for_an_agency() {
    let app = TestApp::start_with(Clock::System, |config| config.verify_per_minute = 8).await;
    import(&app).await;
    let hoa = app.person("hoa").await;
    let nam = app.person("nam").await;
    let birth = paper(&hoa, "khai sinh.pdf", "birth-certificate", json!({})).await;
    let code = code_of(&cited(&hoa, &birth, 1).await);
    let nothing = of_nothing();
    let anonymous = app.stranger();
    let address = |code: &str| format!("{}/api/v1/citations/{code}", app.url);
    let before = last_record(&hoa).await["seq"].clone();

    let mut told = Vec::new();
    for code in [&code, &nothing] {
        let answer = anonymous.get(address(code)).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let answer: Value = answer.json().await.unwrap();
        assert_eq!((&answer["code"], &answer["paper"]), (&json!(code), &Value::Null));
        let signed_in = done(look(&nam, code, None)).await;
        assert_eq!(signed_in, answer, "whoever is signed in is told no more");
        told.push(answer.to_string().replace(code.as_str(), ""));
    }

    assert_eq!(told[0], told[1], "a code that stands for nothing answers the same");
    let records = trail(&hoa, "citation.resolve").await;
    assert_eq!(records.len(), 1, "the look of somebody who is known is kept, that of nobody tells nothing");
    assert_eq!((&records[0]["outcome"], &records[0]["actor_name"]), (&json!("refused"), &json!("Người nam")));
    assert_eq!(records[0]["seq"], before.as_i64().unwrap() + 1);
    for code in [slipped(&code), slipped(&nothing)] {
        let answer = anonymous.get(address(&code)).send().await.unwrap();
        assert_eq!(answer.status(), 422);
        let answer: Value = answer.json().await.unwrap();
        assert_eq!((&answer["field"], &answer["reason"]), (&json!("code"), &json!("check_sign")));
    }
    assert_eq!(anonymous.get(address("xin-chao")).send().await.unwrap().status(), 422);
    let mut often = None;
    for _ in 0..50 {
        let answer = anonymous.get(address(&code)).send().await.unwrap();
        if answer.status() != 200 {
            often = Some(answer);
            break;
        }
    }
    let often = often.expect("an address has few look-ups a minute");
    assert_eq!(refused(often).await, (429, "too_many_attempts".to_owned()));
    let content = sent(nam.ask(Method::GET, &format!("/citations/{code}/content"))).await;
    assert_eq!(refused(content).await, (404, "not_found".to_owned()));
    let asking = nam.ask(Method::POST, &format!("/citations/{code}/requests")).json(&json!({}));
    assert_eq!(refused(sent(asking).await).await, (404, "not_found".to_owned()));
    let own = done(hoa.request(Method::GET, &place(&code.to_ascii_lowercase().replace('-', ""), None))).await;
    assert_eq!(own["paper"]["title"], "khai sinh.pdf", "the owner sees the own one");
}

/// Who asks, in which dossier, and what comes of it.
struct Cell<'a> {
    name: &'a str,
    ask: RequestBuilder,
    expected: (u16, &'a str),
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_sees_it_in_an_open_dossier_of_the_owner_and_nowhere_else() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let minh = app.person("minh").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let nga = officer(&app, "nga", OTHER_AGENCY).await;
    let birth = paper(&hoa, "khai sinh.pdf", "birth-certificate", json!({ "number": "12/2019" })).await;
    let citation = cited(&hoa, &birth, 1).await;
    let code = code_of(&citation);
    let mine = at_counter(&lan, &hoa).await;
    let of_another = at_counter(&lan, &minh).await;
    let closed = at_counter(&lan, &hoa).await;
    go(&lan, &closed, "withdraw").await;
    let unsubmitted = opened(&hoa).await;
    let wrong_dossier = json!({ "id": uuid::Uuid::new_v4() });
    let content = |dossier: &Value| format!("/citations/{code}/content?dossier={}", id(dossier));

    let cells = [
        Cell { name: "no dossier", ask: look(&lan, &code, None), expected: (403, "citation_not_confirmed") },
        Cell {
            name: "another's dossier",
            ask: look(&lan, &code, Some(&of_another)),
            expected: (403, "citation_not_confirmed"),
        },
        Cell {
            name: "another's dossier, bytes",
            ask: lan.ask(Method::GET, &content(&of_another)),
            expected: (403, "citation_not_confirmed"),
        },
        Cell {
            name: "closed dossier",
            ask: look(&lan, &code, Some(&closed)),
            expected: (403, "not_allowed"),
        },
        Cell {
            name: "closed dossier, bytes",
            ask: lan.ask(Method::GET, &content(&closed)),
            expected: (403, "not_allowed"),
        },
        Cell {
            name: "a citizen's draft",
            ask: look(&lan, &code, Some(&unsubmitted)),
            expected: (404, "not_found"),
        },
        Cell {
            name: "no such dossier",
            ask: look(&lan, &code, Some(&wrong_dossier)),
            expected: (404, "not_found"),
        },
        Cell { name: "another agency", ask: look(&nga, &code, Some(&mine)), expected: (404, "not_found") },
        Cell {
            name: "another agency, bytes",
            ask: nga.ask(Method::GET, &content(&mine)),
            expected: (404, "not_found"),
        },
        Cell {
            name: "no purpose",
            ask: lan.request(Method::GET, &place(&code, Some(&mine))),
            expected: (403, "purpose_missing"),
        },
        Cell {
            name: "no purpose, bytes",
            ask: lan.request(Method::GET, &content(&mine)),
            expected: (403, "purpose_missing"),
        },
    ];
    for Cell { name, ask, expected } in cells {
        let before = last_record(&hoa).await["seq"].as_i64().unwrap();
        let answer = refused(sent(ask).await).await;
        assert_eq!((answer.0, answer.1.as_str()), expected, "{name}");
        let last = last_record(&hoa).await;
        assert_eq!(
            (&last["seq"], &last["outcome"]),
            (&json!(before + 1), &json!("refused")),
            "{name}: {last:#}"
        );
        assert_eq!(last["detail"]["citation"], code, "{name}");
        assert!(last["detail"]["dossier"].is_null(), "{name}: nothing of somebody else's dossier");
    }

    let found = done(look(&lan, &code, Some(&mine))).await;

    let seen = &found["paper"];
    assert_eq!(seen["owner_name"], "Người hoa");
    assert_eq!((&seen["title"], &seen["number"]), (&json!("khai sinh.pdf"), &json!("12/2019")));
    assert_eq!((&seen["trust_level"], &seen["verdict"]), (&json!(1), &Value::Null));
    assert_eq!(seen["components"], json!(["birth"]));
    assert_eq!(text(&seen["content"]), format!("/api/v1{}", content(&mine)));
    let record = last_record(&hoa).await;
    assert_eq!((&record["act"], &record["outcome"]), (&json!("citation.resolve"), &json!("done")));
    assert_eq!(
        (&record["purpose"], &record["actor_name"]),
        (&json!("Giải quyết hồ sơ"), &json!("Người lan"))
    );
    assert_eq!((&record["detail"]["dossier"], &record["detail"]["agency"]), (&mine["code"], &json!(AGENCY)));
    let bytes = sent(lan.ask(Method::GET, &content(&mine))).await;
    assert_eq!(bytes.status(), 200);
    assert_eq!(bytes.bytes().await.unwrap().len() as i64, seen["size_bytes"].as_i64().unwrap());
    let record = last_record(&hoa).await;
    assert_eq!((&record["act"], &record["outcome"]), (&json!("citation.read"), &json!("done")));
    done(look(&lan, &code, Some(&mine))).await;
    let uses = &hoa.get("/citations").await["items"][0]["uses"];
    assert_eq!(uses.as_array().unwrap().len(), 1, "one line a dossier and officer: {uses:#}");
    assert_eq!((&uses[0]["standing"], &uses[0]["times"]), (&json!("in_dossier"), &json!(2)));
    assert_eq!((&uses[0]["dossier_code"], &uses[0]["agency"]["code"]), (&mine["code"], &json!(AGENCY)));
    assert!(trail(&minh, "citation.resolve").await.is_empty(), "it is not the other owner's business");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_attaches_the_very_version_that_was_cited() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let minh = app.person("minh").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let birth = paper(&hoa, "khai sinh.pdf", "birth-certificate", json!({})).await;
    let code = code_of(&cited(&hoa, &birth, 1).await);
    let newer = hoa.version(&id(&birth), birth["rev"].as_i64().unwrap(), "mới.pdf", &pdf(1_234)).await;
    assert_eq!(newer.status(), 201, "{}", newer.text().await.unwrap());
    let dossier = at_counter(&lan, &hoa).await;
    let attach = |person: &Person, dossier: &Value, body: Value| {
        person.ask(Method::PUT, &attach_path(dossier, "birth")).json(&body)
    };

    let seen = done(look(&lan, &code, Some(&dossier))).await["paper"].clone();
    assert_eq!(
        (&seen["version"], &seen["newest_version"]),
        (&json!(1), &json!(2)),
        "it says that there is a newer one"
    );
    let answer = done(attach(&lan, &dossier, json!({ "citation": code }))).await;

    assert_eq!(answer["attachment"]["sha256"], seen["sha256"]);
    let receipt = hoa.get("/receipts").await["items"][0]["facts"].clone();
    assert_eq!((&receipt["ground"], &receipt["version"]), (&json!("citation"), &json!(1)));
    assert_eq!((&receipt["sha256"], &receipt["agency_code"]), (&seen["sha256"], &json!(AGENCY)));
    let records = trail(&hoa, "paper.attach").await;
    assert_eq!(
        (&records[0]["outcome"], &records[0]["detail"]["ground"]),
        (&json!("done"), &json!("citation"))
    );
    let proposals = sent(lan.ask(Method::GET, &format!("/dossiers/{}/proposals", id(&dossier)))).await;
    assert_eq!(refused(proposals).await.1, "consent_needed", "a code is no consent to look for more");
    let again = sent(attach(&lan, &dossier, json!({ "citation": code }))).await;
    assert_eq!(again.status(), 200, "it is there");

    let other = at_counter(&lan, &minh).await;
    let foreign = sent(attach(&lan, &other, json!({ "citation": code }))).await;
    assert_eq!(refused(foreign).await, (403, "citation_not_confirmed".to_owned()));
    let last = last_record(&hoa).await;
    assert_eq!((&last["act"], &last["outcome"]), (&json!("citation.attach"), &json!("refused")));
    let slip = sent(attach(&lan, &dossier, json!({ "citation": slipped(&code) }))).await;
    assert_eq!(slip.status(), 422);
    for body in [json!({}), json!({ "entry_id": birth["id"], "citation": code })] {
        assert_eq!(sent(attach(&lan, &dossier, body)).await.status(), 422);
    }
    assert_eq!(hoa.delete(&format!("/citations/{code}")).await.status(), 204);
    let gone = sent(attach(&lan, &dossier, json!({ "citation": code }))).await;
    assert_eq!(refused(gone).await, (404, "not_found".to_owned()));
    let kept = done(lan.ask(Method::GET, &format!("/dossiers/{}", id(&dossier)))).await;
    let papers = kept["components"][0]["attachments"].as_array().unwrap();
    assert_eq!(papers.len(), 1, "what was handed over stays");

    // The owner may name the own paper by its code too, and nobody else's.
    let own = opened(&hoa).await;
    let next = code_of(&cited(&hoa, &birth, 1).await);
    let answer = done(attach(&hoa, &own, json!({ "citation": next }))).await;
    assert_eq!(answer["attachment"]["sha256"], seen["sha256"]);
    let theirs = opened(&minh).await;
    let foreign = sent(attach(&minh, &theirs, json!({ "citation": next }))).await;
    assert_eq!(refused(foreign).await, (403, "citation_not_confirmed".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_withdrawn_or_trashed_leads_nowhere() {
    let app = start().await;
    let hoa = app.person("hoa").await;
    let lan = officer(&app, "lan", AGENCY).await;
    let dossier = at_counter(&lan, &hoa).await;
    let withdrawn = paper(&hoa, "a.pdf", "birth-certificate", json!({})).await;
    let withdrawn = code_of(&cited(&hoa, &withdrawn, 1).await);
    assert_eq!(hoa.delete(&format!("/citations/{withdrawn}")).await.status(), 204);
    let in_trash = paper(&hoa, "b.pdf", "birth-certificate", json!({})).await;
    let trashed = code_of(&cited(&hoa, &in_trash, 1).await);
    let in_trash = hoa.trash(&in_trash).await;

    for code in [&withdrawn, &trashed] {
        for ask in [
            look(&lan, code, Some(&dossier)),
            look(&lan, code, None),
            lan.ask(Method::GET, &format!("/citations/{code}/content?dossier={}", id(&dossier))),
            lan.ask(Method::POST, &format!("/citations/{code}/requests")).json(&json!({})),
        ] {
            assert_eq!(refused(sent(ask).await).await, (404, "not_found".to_owned()));
            assert_eq!(last_record(&hoa).await["outcome"], "refused", "in the owner's trail");
        }
    }
    assert_eq!(refused(sent(look(&lan, &of_nothing(), Some(&dossier))).await).await.0, 404);

    let restored = hoa.post(&format!("/trash/{}/restore", id(&in_trash)), json!({})).await;
    assert_eq!(restored.status(), 200);
    assert_eq!(sent(look(&lan, &trashed, Some(&dossier))).await.status(), 200, "the code is the same again");

    // Nine codes led nowhere; whoever goes on is stopped, and that is kept too.
    for _ in 9..20 {
        assert_eq!(sent(look(&lan, &of_nothing(), None)).await.status(), 404);
    }
    let often = sent(look(&lan, &trashed, Some(&dossier))).await;
    assert_eq!(refused(often).await, (429, "too_many_attempts".to_owned()));
    assert_eq!(last_record(&hoa).await["detail"]["code"], "too_many_attempts");
}
