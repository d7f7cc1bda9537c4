//! What accounts are told, in the account and by mail (K10).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kho::domain::clock::Clock;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::mail_server::MailServer;
use crate::support::{PASSWORD, Person, TestApp, pdf, problem, text};

fn noon() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

async fn at_noon() -> (TestApp, Clock) {
    let clock = Clock::fixed(noon());
    let app = TestApp::start_with(clock.clone(), |config| {
        (config.session_hours, config.trash_days) = (24 * 400, 400);
    });
    (app.await, clock)
}

/// Somebody's notices, the newest first.
async fn told(person: &Person) -> Vec<Value> {
    person.get("/notices").await["items"].as_array().unwrap().clone()
}

async fn kinds(person: &Person) -> Vec<String> {
    told(person).await.iter().map(|notice| text(&notice["kind"])).collect()
}

async fn unread(person: &Person) -> i64 {
    person.get("/notices?limit=1").await["unread"].as_i64().unwrap()
}

async fn share(giver: &Person, entry: &str, recipient: Value, rights: Value, ends: Value) -> Value {
    let grant = json!({ "entry_id": entry, "recipient": recipient, "rights": rights, "expires_at": ends, "message": "bí mật" });
    let answer = giver.post("/grants", grant).await;
    assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap_or_default());
    answer.json().await.unwrap()
}

async fn read_all(person: &Person) {
    assert_eq!(person.post("/notices/read", json!({ "all": true })).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_is_told_of_a_share_its_change_and_its_end() {
    let (app, clock) = at_noon().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let document = text(&hoa.document(&hoa.root, "Giấy khai sinh.pdf", &pdf(900)).await["id"]);

    let grant = share(&hoa, &document, json!({ "login": "nam" }), json!(["view"]), Value::Null).await;
    let received = told(&nam).await;
    assert_eq!(received.len(), 1);
    assert_eq!((&received[0]["kind"], &received[0]["read_at"]), (&json!("share_received"), &Value::Null));
    assert_eq!(received[0]["actor_name"], "Người hoa");
    assert_eq!(
        (&received[0]["entry_name"], &received[0]["entry_id"]),
        (&json!("Giấy khai sinh.pdf"), &json!(document))
    );
    assert_eq!((&received[0]["vault_id"], &received[0]["grant_id"]), (&json!(nam.vault), &grant["id"]));
    assert_eq!(received[0]["detail"], json!({ "rights": ["view"] }));

    clock.advance(TimeDelta::minutes(1));
    let path = format!("/grants/{}", text(&grant["id"]));
    let changed = hoa
        .request(Method::PATCH, &path)
        .header("If-Match", format!("\"{}\"", grant["rev"]))
        .json(&json!({ "rights": ["view", "download"] }))
        .send()
        .await
        .unwrap();
    assert_eq!(changed.status(), 200);
    clock.advance(TimeDelta::minutes(1));
    assert_eq!(hoa.delete(&path).await.status(), 200);

    let received = told(&nam).await;
    let received_kinds = received.iter().map(|notice| text(&notice["kind"])).collect::<Vec<_>>();
    assert_eq!(received_kinds, ["share_revoked", "share_changed", "share_received"]);
    assert_eq!(received[0]["detail"], json!({ "because": "revoked" }));
    assert_eq!(received[1]["detail"], json!({ "rights": ["view", "download"] }));
    assert!(told(&hoa).await.is_empty(), "who did it needs not be told");
}

#[tokio::test(flavor = "multi_thread")]
async fn those_further_down_are_told_too_and_a_giver_that_a_share_was_given_up() {
    let (app, clock) = at_noon().await;
    let (hoa, nam, lan) = (app.person("hoa").await, app.person("nam").await, app.person("lan").await);
    let document = text(&hoa.document(&hoa.root, "a.pdf", &pdf(900)).await["id"]);
    let rights = json!(["view", "download", "reshare"]);
    let first = share(&hoa, &document, json!({ "login": "nam" }), rights, Value::Null).await;
    share(&nam, &document, json!({ "login": "lan" }), json!(["view", "download"]), Value::Null).await;
    clock.advance(TimeDelta::minutes(1));

    let narrowed = hoa
        .request(Method::PATCH, &format!("/grants/{}", text(&first["id"])))
        .header("If-Match", format!("\"{}\"", first["rev"]))
        .json(&json!({ "rights": ["view", "reshare"] }))
        .send()
        .await
        .unwrap();
    assert_eq!(narrowed.status(), 200);
    assert_eq!(kinds(&lan).await, ["share_changed", "share_received"]);

    clock.advance(TimeDelta::minutes(1));
    assert_eq!(nam.delete(&format!("/grants/{}", text(&first["id"]))).await.status(), 200);
    assert_eq!(kinds(&lan).await[0], "share_revoked");
    let given_up = &told(&hoa).await[0];
    assert_eq!((&given_up["kind"], &given_up["actor_name"]), (&json!("share_revoked"), &json!("Người nam")));
    assert_eq!(given_up["detail"], json!({ "because": "given_up", "given": true }));
    assert_eq!(kinds(&nam).await, ["share_changed", "share_received"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_are_told_once_that_a_share_has_expired() {
    let (app, clock) = at_noon().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let document = text(&hoa.document(&hoa.root, "a.pdf", &pdf(900)).await["id"]);
    let ends = json!(noon() + TimeDelta::days(1));
    share(&hoa, &document, json!({ "login": "nam" }), json!(["view"]), ends).await;
    app.run_jobs().await;
    assert_eq!(kinds(&nam).await, ["share_received"], "it has not yet");

    clock.advance(TimeDelta::days(1));
    app.run_jobs().await;
    clock.advance(TimeDelta::days(1));
    app.run_jobs().await;

    let received = told(&nam).await;
    assert_eq!((received.len(), &received[0]["detail"]), (2, &json!({ "given": false })));
    let given = told(&hoa).await;
    assert_eq!((given.len(), &given[0]["detail"]), (1, &json!({ "given": true })));
    assert_eq!((&given[0]["kind"], &given[0]["actor_name"]), (&json!("share_expired"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_goes_with_what_was_shared_is_told_by_its_name() {
    let (app, _) = at_noon().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let document = hoa.document(&hoa.root, "Giấy cũ.pdf", &pdf(900)).await;
    share(&hoa, &text(&document["id"]), json!({ "login": "nam" }), json!(["view"]), Value::Null).await;

    let trashed = hoa.trash(&document).await;
    assert_eq!(hoa.purge(&trashed).await.status(), 200);
    app.run_jobs().await;

    let last = told(&nam).await.into_iter().find(|notice| notice["kind"] == "share_revoked").unwrap();
    assert_eq!((&last["entry_name"], &last["detail"]["because"]), (&json!("Giấy cũ.pdf"), &json!("purged")));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sees_a_paper_is_told_of_its_newest_version_alone() {
    let (app, clock) = at_noon().await;
    let (hoa, nam, lan) = (app.person("hoa").await, app.person("nam").await, app.person("lan").await);
    let mai = app.person("mai").await;
    let organisation = app.organisation("0100000001", "hoa").await;
    app.member(&organisation, "nam", "editor").await;
    app.member(&organisation, "lan", "viewer").await;
    let folder = text(&hoa.folder(&organisation.root, "Hợp đồng").await["id"]);
    let document = hoa.document(&folder, "a.pdf", &pdf(900)).await;
    let (id, rev) = (text(&document["id"]), document["rev"].as_i64().unwrap());
    let grant = share(&hoa, &folder, json!({ "login": "mai" }), json!(["view"]), Value::Null).await;
    read_all(&mai).await;

    assert_eq!(nam.version(&id, rev, "a.pdf", &pdf(901)).await.status(), 201);
    clock.advance(TimeDelta::minutes(1));
    assert_eq!(nam.version(&id, rev + 1, "a.pdf", &pdf(902)).await.status(), 201);

    for person in [&hoa, &lan, &mai] {
        let newest = &told(person).await[0];
        assert_eq!((&newest["kind"], &newest["detail"]), (&json!("version_added"), &json!({ "version": 3 })));
        assert_eq!(unread(person).await, 1, "the newer one stands for both: {}", person.login);
    }
    assert!(told(&nam).await.is_empty());

    read_all(&mai).await;
    assert_eq!(hoa.delete(&format!("/grants/{}", text(&grant["id"]))).await.status(), 200);
    read_all(&mai).await;
    clock.advance(TimeDelta::minutes(1));
    let restored = nam
        .request(Method::POST, &format!("/entries/{id}/versions/1/restore"))
        .header("If-Match", format!("\"{}\"", rev + 2))
        .send()
        .await
        .unwrap();
    assert_eq!(restored.status(), 201);
    assert_eq!(unread(&mai).await, 0, "what is no longer shared is none of hers");
    assert_eq!(told(&hoa).await[0]["detail"], json!({ "version": 4 }));
}

async fn paper(person: &Person, folder: &str, name: &str, expires_on: NaiveDate) -> Value {
    let form = Form::new()
        .text("expires_on", expires_on.to_string())
        .part("file", Part::bytes(pdf(700)).file_name(name.to_owned()));
    let path = format!("/entries/{folder}/documents");
    let answer = person.request(Method::POST, &path).multipart(form).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    answer.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_is_announced_sixty_thirty_and_seven_days_before_its_end_once_each() {
    let (app, clock) = at_noon().await;
    let hoa = app.person("hoa").await;
    let lan = app.person("lan").await;
    let organisation = app.organisation("0100000001", "hoa").await;
    app.member(&organisation, "lan", "viewer").await;
    let today = noon().date_naive();
    app.run_jobs().await;
    paper(&hoa, &hoa.root, "Căn cước.pdf", today + TimeDelta::days(62)).await;
    let folder = hoa.folder(&hoa.root, "Bỏ").await;
    paper(&hoa, &text(&folder["id"]), "Trong thùng rác.pdf", today + TimeDelta::days(62)).await;
    hoa.trash(&hoa.get(&format!("/entries/{}", text(&folder["id"]))).await).await;
    paper(&hoa, &organisation.root, "Giấy phép.pdf", today + TimeDelta::days(63)).await;

    let mut announced = Vec::new();
    for day in 1..=70 {
        clock.advance(TimeDelta::days(1));
        // No node runs for some days, one of the reminders' among them.
        if (30..36).contains(&day) {
            continue;
        }
        app.run_jobs().await;
        app.run_jobs().await;
        for notice in told(&hoa).await.iter().filter(|notice| notice["read_at"].is_null()) {
            assert_eq!(notice["kind"], "paper_expiring");
            announced.push((day, text(&notice["entry_name"]), notice["detail"]["days"].as_i64().unwrap()));
        }
        read_all(&hoa).await;
    }

    announced.sort();
    let expected = [
        (2, "Căn cước.pdf", 60),
        (3, "Giấy phép.pdf", 60),
        (36, "Căn cước.pdf", 30),
        (36, "Giấy phép.pdf", 30),
        (55, "Căn cước.pdf", 7),
        (56, "Giấy phép.pdf", 7),
    ];
    assert_eq!(announced, expected.map(|(day, name, days)| (day, name.to_owned(), days)));
    assert!(told(&lan).await.is_empty(), "viewers have nothing to renew");
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_that_are_near_their_end_when_reminders_begin_are_announced_once() {
    let (app, _) = at_noon().await;
    let hoa = app.person("hoa").await;
    let today = noon().date_naive();
    for (name, days) in
        [("a.pdf", -1), ("b.pdf", 0), ("c.pdf", 7), ("d.pdf", 8), ("e.pdf", 60), ("f.pdf", 61)]
    {
        paper(&hoa, &hoa.root, name, today + TimeDelta::days(days)).await;
    }

    app.run_jobs().await;

    let mut announced = told(&hoa)
        .await
        .iter()
        .map(|notice| (text(&notice["entry_name"]), notice["detail"]["days"].as_i64().unwrap()))
        .collect::<Vec<_>>();
    announced.sort();
    let expected = [("b.pdf", 7), ("c.pdf", 7), ("d.pdf", 30), ("e.pdf", 60)];
    assert_eq!(announced, expected.map(|(name, days)| (name.to_owned(), days)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keeper_of_a_vault_is_told_of_what_the_trash_will_lose_and_once_that_it_is_nearly_full() {
    let clock = Clock::fixed(noon());
    let app = TestApp::start_with(clock.clone(), |config| {
        config.session_hours = 24 * 400;
        config.person_quota_bytes = 100_000;
    })
    .await;
    let hoa = app.person("hoa").await;
    let document = hoa.document(&hoa.root, "lớn.pdf", &pdf(89_000)).await;
    assert!(told(&hoa).await.is_empty());
    hoa.document(&hoa.root, "nhỏ.pdf", &pdf(1_500)).await;
    hoa.document(&hoa.root, "nữa.pdf", &pdf(1_500)).await;
    let near = told(&hoa).await;
    assert_eq!((near.len(), &near[0]["kind"]), (1, &json!("quota_near")));
    assert_eq!(near[0]["detail"], json!({ "used_bytes": 90_500, "quota_bytes": 100_000 }));

    hoa.trash(&document).await;
    clock.advance(TimeDelta::days(30));
    app.run_jobs().await;
    app.run_jobs().await;
    let planned = told(&hoa).await;
    assert_eq!((planned.len(), &planned[0]["kind"]), (2, &json!("retention_planned")));
    assert_eq!((&planned[0]["entry_name"], &planned[0]["detail"]["count"]), (&json!("lớn.pdf"), &json!(1)));
    let purge_at: DateTime<Utc> = text(&planned[0]["detail"]["purge_at"]).parse().unwrap();
    assert_eq!(purge_at, noon() + TimeDelta::days(31));
}

async fn with_mail() -> (TestApp, MailServer, Clock) {
    let mail = MailServer::start().await;
    let (url, clock) = (mail.url.clone(), Clock::fixed(noon()));
    let app = TestApp::start_with(clock.clone(), |config| {
        config.smtp_url = Some(SecretString::from(url));
        config.public_url = Some("http://kho.test".to_owned());
    })
    .await;
    (app, mail, clock)
}

async fn sign_in_from(app: &TestApp, login: &str, browser: &str) {
    let answer = app
        .stranger()
        .post(format!("{}/api/v1/session", app.url))
        .header("User-Agent", browser)
        .json(&json!({ "login": login, "password": PASSWORD }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_from_a_new_browser_is_told_at_once_and_by_mail() {
    let (app, mail, _) = with_mail().await;
    let hoa = app.person("hoa").await;
    assert!(told(&hoa).await.is_empty(), "the first is new to nobody");

    sign_in_from(&app, "hoa", "Mozilla/5.0 (X11; rv:140.0) Firefox/140.0").await;
    sign_in_from(&app, "hoa", "Mozilla/5.0 (X11; rv:141.0) Firefox/141.0").await;
    app.run_jobs().await;

    let news = told(&hoa).await;
    assert_eq!((news.len(), &news[0]["kind"]), (1, &json!("sign_in_new_browser")));
    assert_eq!(news[0]["detail"]["user_agent"], "Mozilla/5.0 (X11; rv:140.0) Firefox/140.0");
    assert_eq!(news[0]["detail"]["address"], "127.0.0.1");
    let letters = mail.received();
    assert_eq!((letters.len(), letters[0].to.as_str()), (1, "hoa@example.vn"));
    let body = &letters[0].body;
    assert!(body.contains("19:00 ngày 01/03/2026") && body.contains("Firefox/140.0"), "{body}");
    assert!(body.contains("hãy đổi mật khẩu ngay") && body.contains("http://kho.test/notices"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_the_account_are_told_to_whoever_made_them() {
    let (app, mail, clock) = with_mail().await;
    let hoa = app.person("hoa").await;
    app.sign_in("hoa", &hoa.identity_number).await;
    let me = hoa.get("/me").await;

    assert_eq!(hoa.delete("/sessions").await.status(), 200);
    clock.advance(TimeDelta::minutes(1));
    let change = json!({ "email": "hoa.moi@example.vn", "language": "en", "password": PASSWORD });
    let changed = hoa.request(Method::PATCH, "/me").header("If-Match", format!("\"{}\"", me["rev"]));
    assert_eq!(changed.json(&change).send().await.unwrap().status(), 200);
    clock.advance(TimeDelta::minutes(1));
    let change = json!({ "present": PASSWORD, "new": "một câu khác hẳn 2" });
    assert_eq!(hoa.post("/me/password", change).await.status(), 204);
    app.run_jobs().await;

    let expected = ["password_changed", "email_changed", "sessions_ended"];
    assert_eq!(kinds(&hoa).await, expected);
    assert_eq!(told(&hoa).await[2]["detail"], json!({ "count": 1, "address": "127.0.0.1" }));
    let letters = mail.received();
    let news = letters.iter().filter(|letter| letter.to == "hoa.moi@example.vn").collect::<Vec<_>>();
    assert_eq!(news.len(), 1, "one letter for all that waited");
    assert!(news[0].head.contains("Security of your document vault"), "{}", news[0].head);
    assert_eq!(news[0].body.matches("\n- ").count(), 3, "{}", news[0].body);
    assert!(letters.iter().any(|letter| letter.to == "hoa@example.vn"), "the address before is told too");
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_about_papers_names_none_and_can_be_turned_off() {
    let (app, mail, _) = with_mail().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let mut documents = Vec::new();
    for name in ["Giấy khai sinh.pdf", "Sổ hộ khẩu.pdf", "Căn cước.pdf"] {
        documents.push(text(&hoa.document(&hoa.root, name, &pdf(900)).await["id"]));
    }
    let to_nam = || json!({ "login": "nam" });
    assert_eq!(
        nam.get("/me/notice-settings").await,
        json!({ "email": { "shares": true, "expiring": true, "security": true } })
    );

    for document in &documents[..2] {
        share(&hoa, document, to_nam(), json!(["view"]), Value::Null).await;
    }
    app.run_jobs().await;
    let letters = mail.received();
    assert_eq!((letters.len(), letters[0].to.as_str()), (1, "nam@example.vn"), "one letter for both");
    for told in ["khai sinh", "Sổ", "hoa", "bí mật"] {
        assert!(
            !letters[0].body.contains(told) && !letters[0].head.contains(told),
            "{told}: {}",
            letters[0].body
        );
    }

    let off = nam.send(Method::PATCH, "/me/notice-settings", json!({ "email": { "shares": false } })).await;
    assert_eq!(off.json::<Value>().await.unwrap()["email"]["shares"], false);
    share(&hoa, &documents[2], to_nam(), json!(["view"]), Value::Null).await;
    app.run_jobs().await;
    assert_eq!((mail.received().len(), unread(&nam).await), (1, 3), "the account has it all the same");
    let never =
        nam.send(Method::PATCH, "/me/notice-settings", json!({ "email": { "security": false } })).await;
    assert_eq!(problem(never).await, (422, "invalid_input".to_owned()));
    let trail = nam.get(&format!("/vaults/{}/audit", nam.vault)).await;
    assert!(trail.to_string().contains("mail_shares"), "the switch is in the trail");
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_are_read_by_their_owner_alone_and_come_in_pages() {
    let (app, clock) = at_noon().await;
    let (hoa, nam, lan) = (app.person("hoa").await, app.person("nam").await, app.person("lan").await);
    for number in 0..5 {
        let document = text(&hoa.document(&hoa.root, &format!("{number}.pdf"), &pdf(900)).await["id"]);
        share(&hoa, &document, json!({ "login": "nam" }), json!(["view"]), Value::Null).await;
        clock.advance(TimeDelta::minutes(1));
    }
    let first = nam.get("/notices?limit=2").await;
    let next = text(&first["next_cursor"]);
    let second = nam.get(&format!("/notices?limit=2&cursor={next}")).await;
    let names = |page: &Value| {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|item| text(&item["entry_name"])).collect::<Vec<_>>()
    };
    assert_eq!(
        (names(&first), names(&second)),
        (vec!["4.pdf".to_owned(), "3.pdf".to_owned()], vec!["2.pdf".to_owned(), "1.pdf".to_owned()])
    );
    assert_eq!((&first["unread"], &second["unread"]), (&json!(5), &json!(5)));

    let ids = json!({ "ids": [first["items"][0]["id"], first["items"][1]["id"]] });
    let by = async |person: &Person, body: &Value| {
        person.post("/notices/read", body.clone()).await.json::<Value>().await.unwrap()["read"].clone()
    };
    assert_eq!(by(&lan, &ids).await, 0, "somebody else's do not exist");
    assert_eq!((by(&nam, &ids).await, by(&nam, &ids).await), (json!(2), json!(0)));
    assert!(told(&nam).await[0]["read_at"].is_string());
    assert_eq!(unread(&nam).await, 3);
    assert_eq!(by(&nam, &json!({ "all": true })).await, 3);
    for wrong in
        [json!({}), json!({ "ids": [] }), json!({ "ids": ids["ids"], "all": true }), json!({ "all": false })]
    {
        let answer = nam.post("/notices/read", wrong.clone()).await;
        assert_eq!(problem(answer).await, (422, "invalid_input".to_owned()), "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_go_after_half_a_year() {
    let (app, clock) = at_noon().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let document = text(&hoa.document(&hoa.root, "a.pdf", &pdf(900)).await["id"]);
    share(&hoa, &document, json!({ "login": "nam" }), json!(["view"]), Value::Null).await;

    clock.advance(TimeDelta::days(179));
    app.run_jobs().await;
    assert_eq!(kinds(&nam).await, ["share_received"]);
    clock.advance(TimeDelta::days(1));
    app.run_jobs().await;

    assert!(told(&nam).await.is_empty());
}
