//! The quota under concurrency: many sessions at one vault's limit. `KHO_TEST_SESSIONS` sets how many (100).

use futures::StreamExt;
use kho::domain::clock::Clock;
use reqwest::Method;
use reqwest::multipart::{Form, Part};

use crate::support::{Person, TestApp, pdf, problem};

fn sessions() -> usize {
    std::env::var("KHO_TEST_SESSIONS").map_or(100, |text| text.parse().expect("a number of sessions"))
}

/// Bytes of upload `number`: all different, so that the quota is met by a sum that no division gives.
fn size(number: usize) -> usize {
    700 + number * 37 % 601
}

/// Tries of one upload. A server with more to do than it gets done answers 503: nothing was stored, and the client comes again.
const TRIES: usize = 20;

async fn upload(person: &Person, folder: &str, number: usize) -> reqwest::Response {
    let path = format!("/entries/{folder}/documents");
    let mut tries = 0;
    loop {
        let file = Part::bytes(pdf(size(number))).file_name(format!("{number}.pdf"));
        let form = Form::new().part("file", file);
        let answer = person.request(Method::POST, &path).multipart(form).send().await.unwrap();
        tries += 1;
        if answer.status() != 503 || tries == TRIES {
            return answer;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_uploading_at_once_never_exceed_the_quota() {
    let sessions = sessions();
    // Room for about two thirds of what all of them send.
    let quota = (0..sessions).map(size).sum::<usize>() as i64 * 2 / 3;
    let app = TestApp::start_with(Clock::System, |config| config.person_quota_bytes = quota).await;
    let hoa = app.person("hoa").await;
    let people = futures::stream::iter(0..sessions)
        .map(|_| app.sign_in("hoa", &hoa.identity_number))
        .buffered(4)
        .collect::<Vec<_>>()
        .await;

    let sent = people.iter().enumerate().map(|(number, person)| upload(person, &person.root, number));
    let answers = futures::future::join_all(sent).await;

    let (mut kept, mut refused) = (0, Vec::new());
    for (number, answer) in answers.into_iter().enumerate() {
        if answer.status() == 201 {
            kept += size(number) as i64;
        } else {
            assert_eq!(problem(answer).await, (409, "quota_exceeded".to_owned()), "upload {number}");
            refused.push(number);
        }
    }
    assert!(!refused.is_empty() && kept <= quota, "{kept} bytes of {quota}");
    let vault = hoa.get(&format!("/vaults/{}", hoa.vault)).await;
    assert_eq!(vault["used_bytes"], kept);
    app.expect_recount(&hoa.vault).await;

    // What fits is taken, to the last byte; one more is refused; the trash counts until it is emptied.
    let form = |bytes: usize| {
        let file = Part::bytes(pdf(bytes)).file_name("cuối.pdf");
        let form = Form::new().text("on_conflict", "keep_both").part("file", file);
        hoa.request(Method::POST, &format!("/entries/{}/documents", hoa.root)).multipart(form).send()
    };
    let free = (quota - kept) as usize;
    assert_eq!(problem(form(free + 1).await.unwrap()).await.1, "quota_exceeded");
    if free >= 20 {
        let last: serde_json::Value = form(free).await.unwrap().json().await.unwrap();
        assert_eq!(hoa.get(&format!("/vaults/{}", hoa.vault)).await["used_bytes"], quota);
        hoa.trash(&last).await;
        assert_eq!(problem(form(20).await.unwrap()).await.1, "quota_exceeded");
        assert_eq!(hoa.purge(&last).await.status(), 200);
        assert_eq!(form(20).await.unwrap().status(), 201);
    }
    app.run_jobs().await;
    app.expect_recount(&hoa.vault).await;
}
