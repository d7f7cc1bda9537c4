//! Sharing with people and organisations (B5, C, D12, F1–F5, G1–G4).

use chrono::{DateTime, TimeDelta, Utc};
use kho::domain::clock::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Person, TestApp, names, pdf, problem, text};

const VIEW: &[&str] = &["view"];
const DOWNLOAD: &[&str] = &["view", "download"];
const EDIT: &[&str] = &["view", "download", "edit"];
const RESHARE: &[&str] = &["view", "download", "reshare"];

impl Person {
    /// Shares an entry with a person; the grant's body.
    pub async fn share(&self, entry: &Value, with: &Person, rights: &[&str]) -> Value {
        let answer = self.try_share(entry, json!({ "login": with.login }), rights, json!({})).await;
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    pub async fn try_share(
        &self,
        entry: &Value,
        recipient: Value,
        rights: &[&str],
        more: Value,
    ) -> reqwest::Response {
        let mut body = json!({ "entry_id": entry["id"], "recipient": recipient, "rights": rights });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.post("/grants", body).await
    }

    pub async fn revoke(&self, grant: &Value) -> Value {
        let answer = self.send(Method::DELETE, &format!("/grants/{}", text(&grant["id"])), json!({})).await;
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// The status of looking at an entry.
    pub async fn sees(&self, entry: &Value) -> u16 {
        let path = format!("/entries/{}", text(&entry["id"]));
        self.request(Method::GET, &path).send().await.unwrap().status().as_u16()
    }

    pub async fn patch_grant(&self, grant: &Value, changes: Value) -> reqwest::Response {
        self.request(Method::PATCH, &format!("/grants/{}", text(&grant["id"])))
            .header("If-Match", format!("\"{}\"", grant["rev"]))
            .json(&changes)
            .send()
            .await
            .unwrap()
    }
}

fn fixed() -> (Clock, DateTime<Utc>) {
    let start = "2026-11-24T08:00:00Z".parse().unwrap();
    (Clock::fixed(start), start)
}

/// The entries' names in a list of what was received or given.
fn entry_names(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|item| text(&item["entry"]["name"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_document_is_opened_by_its_recipient_until_it_is_revoked() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let bytes = pdf(5000);
    let document = hoa.document(&hoa.root, "Giấy khai sinh.pdf", &bytes).await;
    assert_eq!(nam.sees(&document).await, 404);

    let message = json!({ "message": "Để làm hồ sơ" });
    let answer =
        hoa.try_share(&document, json!({ "identity_number": nam.identity_number }), DOWNLOAD, message).await;
    assert_eq!(answer.status(), 201);
    let grant: Value = answer.json().await.unwrap();
    assert_eq!(grant["recipient"]["name"], "Người nam");
    assert_eq!(grant["recipient"].get("code"), None, "nobody's identity number is shown");

    let content = format!("/entries/{}/content", text(&document["id"]));
    let received = nam.request(Method::GET, &content).send().await.unwrap();
    assert_eq!(received.bytes().await.unwrap(), bytes);
    let list = nam.get("/grants/received").await;
    assert_eq!(entry_names(&list), ["Giấy khai sinh.pdf"]);
    let share = &list["items"][0]["grant"];
    assert_eq!(share["shared_by"]["name"], "Người hoa");
    assert_eq!(share["message"], "Để làm hồ sơ");
    assert_eq!(share["rights"], json!(["view", "download"]));
    let renamed = nam.patch(&document, json!({ "name": "x.pdf" })).await;
    assert_eq!(problem(renamed).await, (403, "not_allowed".to_owned()));

    let report = hoa.revoke(&grant).await;
    assert_eq!((&report["closed"], &report["recipients"]), (&json!(1), &json!(1)));
    let gone = nam.request(Method::GET, &content).send().await.unwrap();
    assert_eq!(problem(gone).await, (404, "not_found".to_owned()));
    assert_eq!(entry_names(&nam.get("/grants/received").await), Vec::<String>::new());
    assert_eq!(entry_names(&hoa.get("/grants/given").await), Vec::<String>::new());
    let again = hoa.send(Method::DELETE, &format!("/grants/{}", text(&grant["id"])), json!({})).await;
    assert_eq!(problem(again).await, (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_go_no_further_than_the_givers_own() {
    let (clock, now) = fixed();
    let app = TestApp::start_with(clock, |_| {}).await;
    let (hoa, nam, an) = (app.person("hoa").await, app.person("nam").await, app.person("an1").await);
    let folder = hoa.folder(&hoa.root, "Chung").await;
    let document = hoa.document(&text(&folder["id"]), "a.pdf", &pdf(1000)).await;
    let to_an = json!({ "login": "an1" });

    let stranger = nam.try_share(&document, to_an.clone(), VIEW, json!({})).await;
    assert_eq!(problem(stranger).await, (404, "not_found".to_owned()));
    let end = now + TimeDelta::days(10);
    let given = hoa.try_share(&folder, json!({ "login": "nam" }), VIEW, json!({ "expires_at": end })).await;
    let given: Value = given.json().await.unwrap();
    let without_right = nam.try_share(&document, to_an.clone(), VIEW, json!({})).await;
    assert_eq!(problem(without_right).await, (403, "not_allowed".to_owned()));

    let widened = hoa.patch_grant(&given, json!({ "rights": ["view", "reshare"] })).await;
    assert_eq!(widened.status(), 200);
    let too_much = nam.try_share(&document, to_an.clone(), DOWNLOAD, json!({})).await;
    assert_eq!(problem(too_much).await, (403, "rights_exceeded".to_owned()));
    let too_long = nam
        .try_share(&document, to_an.clone(), VIEW, json!({ "expires_at": end + TimeDelta::days(1) }))
        .await;
    assert_eq!(problem(too_long).await, (422, "invalid_input".to_owned()));
    let owned = hoa.try_share(&document, to_an.clone(), &["delete"], json!({})).await;
    assert_eq!(problem(owned).await, (422, "invalid_input".to_owned()));

    let passed_on = nam.try_share(&document, to_an.clone(), VIEW, json!({})).await;
    assert_eq!(passed_on.status(), 201);
    let passed_on: Value = passed_on.json().await.unwrap();
    assert_eq!(passed_on["expires_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap(), end);
    assert_eq!(an.sees(&document).await, 200);
    assert_eq!(an.sees(&folder).await, 404, "only the document was passed on");

    app.kho.clock.advance(TimeDelta::days(10));
    for person in [&nam, &an] {
        // Sessions ended as well.
        let person = app.sign_in(&person.login, &person.identity_number).await;
        assert_eq!(person.sees(&document).await, 404, "{}", person.login);
        assert_eq!(entry_names(&person.get("/grants/received").await), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_must_exist_be_another_and_is_shared_with_once() {
    let (clock, _) = fixed();
    let app = TestApp::start_with(clock, |_| {}).await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let document = hoa.document(&hoa.root, "a.pdf", &pdf(1000)).await;

    let own = hoa.try_share(&document, json!({ "email": "hoa@example.vn" }), VIEW, json!({})).await;
    assert_eq!(problem(own).await, (422, "recipient_is_owner".to_owned()));
    let malformed = hoa.try_share(&document, json!({ "identity_number": "12" }), VIEW, json!({})).await;
    assert_eq!(problem(malformed).await, (422, "invalid_input".to_owned()));
    let two = json!({ "login": "nam", "email": "nam@example.vn" });
    assert_eq!(
        problem(hoa.try_share(&document, two, VIEW, json!({})).await).await,
        (422, "invalid_input".to_owned())
    );
    let whole_vault = json!({ "id": hoa.root });
    let refused = hoa.try_share(&whole_vault, json!({ "login": "nam" }), VIEW, json!({})).await;
    assert_eq!(problem(refused).await, (422, "invalid_input".to_owned()));

    hoa.share(&document, &nam, VIEW).await;
    let twice = hoa.try_share(&document, json!({ "email": "nam@example.vn" }), DOWNLOAD, json!({})).await;
    assert_eq!(problem(twice).await, (409, "already_exists".to_owned()));

    let guess = |number: usize| json!({ "identity_number": format!("0010{number:08}") });
    for number in 0..10 {
        let guessed = hoa.try_share(&document, guess(number), VIEW, json!({})).await;
        assert_eq!(problem(guessed).await, (422, "recipient_not_found".to_owned()));
    }
    let refused = hoa.try_share(&document, guess(10), VIEW, json!({})).await;
    assert_eq!(problem(refused).await, (429, "too_many_attempts".to_owned()));
    app.kho.clock.advance(TimeDelta::minutes(30));
    let later = hoa.try_share(&document, guess(10), VIEW, json!({})).await;
    assert_eq!(problem(later).await, (422, "recipient_not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_adds_to_the_owners_folder_but_takes_nothing_out_of_it() {
    let app = TestApp::start().await;
    let (hoa, nam) = (app.person("hoa").await, app.person("nam").await);
    let folder = hoa.folder(&hoa.root, "Chung").await;
    let other = hoa.folder(&hoa.root, "Chung khác").await;
    hoa.share(&folder, &nam, EDIT).await;
    hoa.share(&other, &nam, EDIT).await;

    let added = nam.document(&text(&folder["id"]), "của Nam.pdf", &pdf(1000)).await;
    assert_eq!(added["vault_id"], hoa.vault.as_str());
    let history = hoa.get(&format!("/entries/{}/versions", text(&added["id"]))).await;
    assert_eq!(history["items"][0]["created_by"], nam.get("/me").await["id"]);
    assert_eq!(hoa.get(&format!("/vaults/{}", hoa.vault)).await["used_bytes"], 1000);
    assert_eq!(nam.get(&format!("/vaults/{}", nam.vault)).await["used_bytes"], 0);

    let arranged = nam.patch(&added, json!({ "parent_id": other["id"] })).await;
    assert_eq!(arranged.status(), 200, "between two folders that may be edited");
    let moved = nam.patch(&folder, json!({ "parent_id": other["id"] })).await;
    assert_eq!(problem(moved).await, (403, "not_allowed".to_owned()));
    let taken = nam.patch(&arranged.json().await.unwrap(), json!({ "parent_id": nam.root })).await;
    assert_eq!(problem(taken).await, (409, "other_vault".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn access_ends_when_an_entry_leaves_the_shared_folder_or_goes_to_the_trash() {
    let app = TestApp::start().await;
    let (hoa, nam, an) = (app.person("hoa").await, app.person("nam").await, app.person("an1").await);
    let outer = hoa.folder(&hoa.root, "Ngoài").await;
    let inner = hoa.folder(&text(&outer["id"]), "Trong").await;
    let document = hoa.document(&text(&inner["id"]), "a.pdf", &pdf(1000)).await;
    hoa.share(&outer, &nam, RESHARE).await;
    nam.share(&document, &an, VIEW).await;
    assert_eq!((nam.sees(&document).await, an.sees(&document).await), (200, 200));

    let moved = hoa.patch(&inner, json!({ "parent_id": hoa.root })).await;
    let moved: Value = moved.json().await.unwrap();
    assert_eq!((nam.sees(&document).await, an.sees(&document).await), (404, 404));
    assert_eq!(entry_names(&an.get("/grants/received").await), Vec::<String>::new());
    assert_eq!(entry_names(&nam.get("/grants/given").await), Vec::<String>::new());
    let back = hoa.patch(&moved, json!({ "parent_id": outer["id"] })).await;
    assert_eq!(back.status(), 200);
    assert_eq!((nam.sees(&document).await, an.sees(&document).await), (200, 200));
    assert_eq!(entry_names(&an.get("/grants/received").await), ["a.pdf"]);

    let trashed = async || {
        let outer = hoa.get(&format!("/entries/{}", text(&outer["id"]))).await;
        let path = format!("/entries/{}", text(&outer["id"]));
        let tag = format!("\"{}\"", outer["rev"]);
        let answer = hoa.request(Method::DELETE, &path).header("If-Match", tag).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    };
    let restore = format!("/trash/{}/restore", text(&outer["id"]));
    trashed().await;
    assert_eq!((nam.sees(&document).await, an.sees(&document).await), (404, 404));
    for (person, list) in [(&nam, "received"), (&an, "received"), (&nam, "given"), (&hoa, "given")] {
        let list = person.get(&format!("/grants/{list}")).await;
        assert_eq!(entry_names(&list), Vec::<String>::new());
    }
    assert_eq!(hoa.post(&restore, json!({})).await.status(), 200);
    assert_eq!((nam.sees(&document).await, an.sees(&document).await), (200, 200));

    trashed().await;
    assert_eq!(hoa.post(&restore, json!({ "keep_shares": false })).await.status(), 200);
    assert_eq!((nam.sees(&document).await, an.sees(&document).await), (404, 404));
}

#[tokio::test(flavor = "multi_thread")]
async fn narrowing_a_grant_narrows_what_derives_from_it() {
    let (clock, now) = fixed();
    let app = TestApp::start_with(clock, |_| {}).await;
    let (hoa, nam, an) = (app.person("hoa").await, app.person("nam").await, app.person("an1").await);
    let document = hoa.document(&hoa.root, "a.pdf", &pdf(1000)).await;
    let first = hoa.share(&document, &nam, RESHARE).await;
    let second = nam.share(&document, &an, DOWNLOAD).await;
    let content = format!("/entries/{}/content", text(&document["id"]));

    let unguarded =
        hoa.send(Method::PATCH, &format!("/grants/{}", text(&first["id"])), json!({ "rights": VIEW })).await;
    assert_eq!(problem(unguarded).await, (428, "precondition_required".to_owned()));
    let recipient = nam.patch_grant(&first, json!({ "rights": ["view", "edit"] })).await;
    assert_eq!(problem(recipient).await, (403, "not_allowed".to_owned()));

    let end = now + TimeDelta::days(3);
    let changes = json!({ "rights": ["view", "reshare"], "expires_at": end });
    let narrowed = hoa.patch_grant(&first, changes).await;
    assert_eq!(narrowed.status(), 200);
    let narrowed: Value = narrowed.json().await.unwrap();
    let refused = an.request(Method::GET, &content).send().await.unwrap();
    assert_eq!(problem(refused).await, (403, "not_allowed".to_owned()));
    let derived = an.get(&format!("/grants/{}", text(&second["id"]))).await;
    assert_eq!(derived["rights"], json!(["view"]));
    assert_eq!(derived["expires_at"], narrowed["expires_at"]);
    let stale = hoa.patch_grant(&first, json!({ "message": "x" })).await;
    assert_eq!(problem(stale).await, (412, "precondition_failed".to_owned()));
    let beyond = nam.patch_grant(&derived, json!({ "rights": DOWNLOAD })).await;
    assert_eq!(problem(beyond).await, (403, "rights_exceeded".to_owned()));

    let no_more = hoa.patch_grant(&narrowed, json!({ "rights": DOWNLOAD })).await;
    assert_eq!(no_more.status(), 200);
    assert_eq!((nam.sees(&document).await, an.sees(&document).await), (200, 404));
}

#[tokio::test(flavor = "multi_thread")]
async fn owner_giver_and_recipient_may_end_a_share_and_nobody_else() {
    let app = TestApp::start().await;
    let (hoa, nam, an) = (app.person("hoa").await, app.person("nam").await, app.person("an1").await);
    let document = hoa.document(&hoa.root, "a.pdf", &pdf(1000)).await;
    hoa.share(&document, &nam, RESHARE).await;
    let stranger = app.person("binh").await;

    let passed_on = nam.share(&document, &an, VIEW).await;
    let path = format!("/grants/{}", text(&passed_on["id"]));
    let refused = stranger.send(Method::DELETE, &path, json!({})).await;
    assert_eq!(problem(refused).await, (404, "not_found".to_owned()));
    nam.revoke(&passed_on).await;
    assert_eq!(an.sees(&document).await, 404);

    let passed_on = nam.share(&document, &an, VIEW).await;
    an.revoke(&passed_on).await;
    assert_eq!(an.sees(&document).await, 404);

    let passed_on = nam.share(&document, &an, VIEW).await;
    hoa.revoke(&passed_on).await;
    assert_eq!((nam.sees(&document).await, an.sees(&document).await), (200, 404));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_receives_and_each_member_acts_as_far_as_the_role_goes() {
    let app = TestApp::start().await;
    let (hoa, head, clerk) = (app.person("hoa").await, app.person("head").await, app.person("clerk").await);
    let company = app.organisation("0990000015", "head").await;
    app.member(&company, "clerk", "viewer").await;
    let company = company.vault;
    let folder = hoa.folder(&hoa.root, "Hồ sơ").await;
    let rights = ["view", "download", "edit", "reshare"];
    let answer =
        hoa.try_share(&folder, json!({ "organisation_code": "0990000015" }), &rights, json!({})).await;
    assert_eq!(answer.status(), 201);
    let grant: Value = answer.json().await.unwrap();
    assert_eq!(grant["recipient"]["code"], "0990000015");

    assert_eq!(head.get(&format!("/entries/{}", text(&folder["id"]))).await["rights"], json!(rights));
    let seen = clerk.get(&format!("/entries/{}", text(&folder["id"]))).await;
    assert_eq!(seen["rights"], json!(["view", "download"]));
    let refused = clerk.try_share(&folder, json!({ "login": "clerk" }), VIEW, json!({})).await;
    assert_eq!(problem(refused).await, (403, "not_allowed".to_owned()));
    let refused = clerk.send(Method::DELETE, &format!("/grants/{}", text(&grant["id"])), json!({})).await;
    assert_eq!(problem(refused).await, (403, "not_allowed".to_owned()));

    let received = clerk.get(&format!("/grants/received?vault={company}")).await;
    assert_eq!(entry_names(&received), ["Hồ sơ"]);
    assert_eq!(entry_names(&clerk.get("/grants/received").await), Vec::<String>::new());
    let foreign =
        hoa.request(Method::GET, &format!("/grants/received?vault={company}")).send().await.unwrap();
    assert_eq!(problem(foreign).await, (404, "not_found".to_owned()));

    head.share(&folder, &clerk, VIEW).await;
    let given = head.get(&format!("/grants/given?vault={company}")).await;
    assert_eq!(given["items"][0]["grants"][0]["shared_by"]["name"], "Tổ chức 0990000015");
    assert_eq!(given["items"][0]["grants"][0]["shared_by_person"], "Người head");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_shares_are_sorted_paged_and_follow_a_new_name() {
    let (clock, _) = fixed();
    let app = TestApp::start_with(clock, |_| {}).await;
    let (hoa, nam, an) = (app.person("hoa").await, app.person("nam").await, app.person("an1").await);
    let mut folders = Vec::new();
    for name in ["Tờ 10", "Tờ 2", "Tờ 1", "Đất", "Cây"] {
        let folder = hoa.folder(&hoa.root, name).await;
        app.kho.clock.advance(TimeDelta::seconds(1));
        hoa.share(&folder, &nam, VIEW).await;
        folders.push(folder);
    }
    app.kho.clock.advance(TimeDelta::seconds(1));
    hoa.share(&folders[1], &an, VIEW).await;

    let pages = async |person: &Person, list: &str, sort: &str| {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = person.get(&format!("/grants/{list}?sort={sort}&limit=2{cursor}")).await;
            seen.extend(entry_names(&page));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return seen,
            }
        }
    };
    let by_name = ["Cây", "Đất", "Tờ 1", "Tờ 2", "Tờ 10"];
    for list in ["received", "given"] {
        let person = if list == "received" { &nam } else { &hoa };
        assert_eq!(pages(person, list, "name").await, by_name, "{list}");
        let backwards = pages(person, list, "-name").await;
        assert_eq!(backwards.into_iter().rev().collect::<Vec<_>>(), by_name, "{list}");
    }
    assert_eq!(pages(&nam, "received", "updated_at").await, ["Tờ 10", "Tờ 2", "Tờ 1", "Đất", "Cây"]);
    // Shared again last, with another person.
    assert_eq!(pages(&hoa, "given", "-updated_at").await, ["Tờ 2", "Cây", "Đất", "Tờ 1", "Tờ 10"]);
    let given = hoa.get("/grants/given?sort=-updated_at").await;
    assert_eq!(given["items"][0]["recipient_count"], 2);
    let recipients = given["items"][0]["grants"].as_array().unwrap();
    let recipients = recipients.iter().map(|grant| text(&grant["recipient"]["name"]));
    assert_eq!(recipients.collect::<Vec<_>>(), ["Người an1", "Người nam"]);

    let renamed = hoa.patch(&folders[0], json!({ "name": "Ấm" })).await;
    assert_eq!(renamed.status(), 200);
    assert_eq!(pages(&nam, "received", "name").await[0], "Ấm");
    let size = nam.request(Method::GET, "/grants/received?sort=size").send().await.unwrap();
    assert_eq!(problem(size).await, (422, "invalid_input".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_sees_all_grants_that_reach_an_entry_and_a_recipient_those_it_gave() {
    let app = TestApp::start().await;
    let (hoa, nam, an) = (app.person("hoa").await, app.person("nam").await, app.person("an1").await);
    let folder = hoa.folder(&hoa.root, "Chung").await;
    let document = hoa.document(&text(&folder["id"]), "a.pdf", &pdf(1000)).await;
    hoa.share(&folder, &nam, RESHARE).await;
    nam.share(&document, &an, VIEW).await;
    let path = format!("/entries/{}/grants", text(&document["id"]));

    let recipients = |list: Value| {
        let items = list["items"].as_array().unwrap().clone();
        items.iter().map(|item| text(&item["recipient"]["name"])).collect::<Vec<_>>()
    };
    assert_eq!(recipients(hoa.get(&path).await), ["Người nam", "Người an1"]);
    assert_eq!(recipients(nam.get(&path).await), ["Người an1"]);
    assert_eq!(recipients(an.get(&path).await), Vec::<String>::new());
    let first = hoa.get(&format!("{path}?limit=1")).await;
    let rest = hoa.get(&format!("{path}?limit=1&cursor={}", text(&first["next_cursor"]))).await;
    assert_eq!(recipients(rest), ["Người an1"]);
    assert_eq!(names(&an.get(&format!("/entries/{}/path", text(&document["id"]))).await), ["a.pdf"]);
}
