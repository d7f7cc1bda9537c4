//! Signatures of papers: judged by themselves, shown to whoever may see the paper, and believed for as long as the vault holds it.

use chrono::{DateTime, TimeDelta, Utc};
use futures::TryStreamExt;
use kho::domain::clock::Clock;
use kho::services::trust_store::{Terms, TrustRole};
use kho::sql;
use kho_signature::x509::Certificate;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::signed::world::{NOW, World, world};
use crate::signed::xml_paper::{ENVELOPED, EXCLUSIVE, XmlSignature, base64, reference};
use crate::support::{Person, TestApp, operator, pdf, png, problem, text};

pub fn day(text: &str) -> DateTime<Utc> {
    format!("{text}T00:00:00Z").parse().unwrap()
}

/// An application whose clock stands where the signed papers of tests are fresh.
pub async fn at_signing() -> TestApp {
    TestApp::start_with(Clock::fixed(day(NOW)), |_| {}).await
}

pub async fn trust(app: &TestApp, certificate: &[u8], authenticates: bool) {
    let terms = Terms { authenticates, ..Terms::of(TrustRole::Anchor) };
    let certificate = Certificate::from_der(certificate).unwrap();
    app.kho.add_trust(&operator(), &[certificate], &terms).await.unwrap();
}

pub async fn signatures(person: &Person, id: &str) -> Value {
    person.get(&format!("/entries/{id}/signatures")).await
}

/// State and conclusion, and the deciding reason.
pub fn verdict(body: &Value) -> (String, String, String) {
    let first = &body["verdict"]["signatures"][0]["reasons"][0]["code"];
    (
        text(&body["state"]),
        body["verdict"]["conclusion"].as_str().unwrap_or_default().to_owned(),
        first.as_str().unwrap_or_default().to_owned(),
    )
}

pub fn told(state: &str, conclusion: &str, reason: &str) -> (String, String, String) {
    (state.to_owned(), conclusion.to_owned(), reason.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_paper_is_judged_by_itself_and_the_trail_tells() {
    let app = at_signing().await;
    let world = world();
    trust(&app, &world.root, false).await;
    let hoa = app.person("hoa").await;
    let paper = world.paper();
    let id = text(&hoa.document(&hoa.root, "đơn.pdf", &paper).await["id"]);
    assert_eq!(verdict(&signatures(&hoa, &id).await), told("pending", "", ""));

    app.run_jobs().await;

    let body = signatures(&hoa, &id).await;
    assert_eq!(verdict(&body), told("judged", "valid", ""), "{body:#}");
    let signature = &body["verdict"]["signatures"][0];
    assert_eq!(signature["indication"], "TOTAL_PASSED");
    assert_eq!(signature["sentence"]["vi"], "Chữ ký hợp lệ.");
    let checks = signature["checks"].as_array().unwrap();
    assert_eq!(checks.len(), 9);
    assert!(checks.iter().all(|check| check["answer"] == "yes"), "{checks:#?}");
    let bytes = hoa.request(Method::GET, &format!("/entries/{id}/content")).send().await.unwrap();
    assert_eq!(bytes.bytes().await.unwrap(), paper, "judging leaves the bytes as they are");
    let trail = hoa.get(&format!("/entries/{id}/audit")).await;
    let judged = trail["items"].as_array().unwrap().iter().find(|record| record["act"] == "signature.judge");
    let judged = judged.expect("a record of the verdict");
    assert_eq!(judged["detail"]["conclusion"], "valid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_lasts_when_certificate_and_lists_have_run_out() {
    let app = at_signing().await;
    let world = world();
    trust(&app, &world.root, false).await;
    let hoa = app.person("hoa").await;
    let id = text(&hoa.document(&hoa.root, "đơn.pdf", &world.paper()).await["id"]);
    app.run_jobs().await;

    // The signer's certificate ends in 2028, the lists ended three weeks after the signing.
    app.kho.clock.advance(TimeDelta::days(4 * 365));
    let hoa = app.sign_in("hoa", &hoa.identity_number).await;
    let asked = hoa.post(&format!("/entries/{id}/signatures"), json!({})).await;
    assert_eq!(asked.status(), 202);
    app.run_jobs().await;

    let body = signatures(&hoa, &id).await;
    assert_eq!(verdict(&body), told("judged", "valid", ""), "{body:#}");
    assert!(text(&body["judged_at"]).starts_with("2030-"));
    let signature = &body["verdict"]["signatures"][0];
    assert_eq!(signature["best_signature_time_source"], "vault");
    assert!(text(&signature["best_signature_time"]).starts_with(NOW));

    // A vault that gets the paper only now has nothing to go by.
    let late = text(&hoa.document(&hoa.root, "đơn muộn.pdf", &world.paper()).await["id"]);
    app.run_jobs().await;
    assert_eq!(verdict(&signatures(&hoa, &late).await).1, "indeterminate");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_store_believes_decides_and_a_change_of_it_judges_again() {
    let app = at_signing().await;
    let world = world();
    let hoa = app.person("hoa").await;
    let id = text(&hoa.document(&hoa.root, "đơn.pdf", &world.paper()).await["id"]);
    app.run_jobs().await;
    let body = signatures(&hoa, &id).await;
    assert_eq!(verdict(&body), told("judged", "indeterminate", "chain_missing"));

    trust(&app, &world.root, false).await;
    app.kho.clock.advance(TimeDelta::minutes(11));
    app.run_jobs().await;
    assert_eq!(verdict(&signatures(&hoa, &id).await), told("judged", "valid", ""));

    let listed = app.kho.trust_certificates(&operator()).await.unwrap();
    let fingerprint = data_encoding::HEXUPPER.encode(&listed[0].sha256[..6]);
    app.kho.remove_trust(&operator(), &fingerprint).await.unwrap();
    app.kho.clock.advance(TimeDelta::minutes(11));
    app.run_jobs().await;
    assert_eq!(verdict(&signatures(&hoa, &id).await).1, "indeterminate");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anchor_counts_only_as_far_as_its_terms_go() {
    let app = at_signing().await;
    let world = world();
    let root = Certificate::from_der(&world.root).unwrap();
    let hoa = app.person("hoa").await;
    let id = text(&hoa.document(&hoa.root, "đơn.pdf", &world.paper()).await["id"]);
    let anchor = || Terms::of(TrustRole::Anchor);
    // The certificates of the paper are made out to a name that is a CN alone, and name no policy.
    let texts = |text: &str| vec![text.to_owned()];
    for (terms, expected, reason) in [
        (anchor(), "valid", ""),
        (Terms { valid_until: Some(day("2026-01-01")), ..anchor() }, "indeterminate", "anchor_out_of_period"),
        (Terms { valid_from: Some(day("2026-12-01")), ..anchor() }, "indeterminate", "anchor_out_of_period"),
        (
            Terms { names: texts("O=UBND xã Suối Mơ,C=VN"), ..anchor() },
            "indeterminate",
            "name_constraint_violated",
        ),
        (
            Terms { policies: texts("2.16.704.1.1.1.1.1"), ..anchor() },
            "indeterminate",
            "certificate_policy_unmet",
        ),
    ] {
        app.kho.add_trust(&operator(), std::slice::from_ref(&root), &terms).await.unwrap();
        app.kho.clock.advance(TimeDelta::minutes(11));
        app.run_jobs().await;
        let (_, conclusion, deciding) = verdict(&signatures(&hoa, &id).await);
        assert_eq!((conclusion.as_str(), deciding.as_str()), (expected, reason), "{terms:?}");
    }
    let wrong = Terms { names: texts("nobody"), ..anchor() };
    let refused = app.kho.add_trust(&operator(), &[root], &wrong).await.unwrap_err();
    assert_eq!(refused.members["field"], "names");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_unsigned_or_no_paper_is_said_to_be_so() {
    let app = at_signing().await;
    let world = world();
    trust(&app, &world.root, false).await;
    let hoa = app.person("hoa").await;
    let mut broken = world.paper();
    // Within the page's content.
    let place = broken.len() - 700;
    broken[place] ^= 1;
    let later = [&world.paper()[..], b"% one more line\n"].concat();
    let revoked = World {
        crls: vec![
            world.crls[0].clone(),
            crate::signed::pki::crl(
                crate::signed::world::AUTHORITY,
                crate::signed::world::FRESH,
                &[(3, "2026-05-21")],
                &[],
            ),
        ],
        ..crate::signed::world::world()
    };
    let cases = [
        ("hỏng.pdf", broken, told("judged", "invalid", "digest_mismatch")),
        ("thêm.pdf", later, told("judged", "invalid", "change_forbidden")),
        ("thu hồi.pdf", revoked.paper(), told("judged", "indeterminate", "certificate_revoked")),
        (
            "không ký.pdf",
            crate::signed::paper::signed(10, |_| vec![]),
            told("judged", "invalid", "contents_empty"),
        ),
        ("rác.pdf", pdf(700), told("unreadable", "", "")),
        ("ảnh.png", png(9, 9, [1, 2, 3, 255]), told("unsigned", "", "")),
    ];
    let mut ids = Vec::new();
    for (name, bytes, _) in &cases {
        ids.push(text(&hoa.document(&hoa.root, name, bytes).await["id"]));
    }
    app.run_jobs().await;
    for ((name, _, expected), id) in cases.iter().zip(&ids) {
        assert_eq!(verdict(&signatures(&hoa, id).await), *expected, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuers_signature_authenticates_a_paper_while_it_holds() {
    let app = at_signing().await;
    let world = world();
    trust(&app, &world.root, true).await;
    let hoa = app.person("hoa").await;
    let folder = text(&hoa.folder(&hoa.root, "Bằng cấp").await["id"]);
    let id = text(&hoa.document(&folder, "bằng.pdf", &world.paper()).await["id"]);
    app.run_jobs().await;

    let entry = hoa.get(&format!("/entries/{id}")).await;
    assert_eq!(entry["document"]["trust_level"], 3);
    assert_eq!(entry["document"]["verdict"], "valid");
    let refused = hoa.request(Method::DELETE, &format!("/entries/{id}"));
    let refused = refused.header("If-Match", format!("\"{}\"", entry["rev"])).send().await.unwrap();
    assert_eq!(problem(refused).await, (409, "document_authenticated".to_owned()));
    app.expect_recount(&hoa.vault).await;

    // The administrator thinks better of it.
    let listed = app.kho.trust_certificates(&operator()).await.unwrap();
    app.kho.remove_trust(&operator(), &data_encoding::HEXLOWER.encode(&listed[0].sha256)).await.unwrap();
    app.kho.clock.advance(TimeDelta::minutes(11));
    app.run_jobs().await;
    let entry = hoa.get(&format!("/entries/{id}")).await;
    assert_eq!(entry["document"]["trust_level"], 1);
    assert_eq!(entry["document"]["verdict"], "indeterminate");
    // A new version is unknown until it is judged.
    let next = hoa.version(&id, entry["rev"].as_i64().unwrap(), "bằng.pdf", &pdf(500)).await;
    assert_eq!(next.json::<Value>().await.unwrap()["document"]["verdict"], Value::Null);
    app.expect_recount(&hoa.vault).await;
}

/// An XML paper signed as a whole, and one in which another element stands beside the signed one; both hold their evidence.
fn xml_papers(world: &World) -> (String, String) {
    let list =
        |der: &Vec<u8>| format!("<xades:EncapsulatedCRLValue>{}</xades:EncapsulatedCRLValue>", base64(der));
    let lists: String = world.crls.iter().map(list).collect();
    let unsigned = format!(
        "<xades:RevocationValues><xades:CRLValues>{lists}</xades:CRLValues></xades:RevocationValues>"
    );
    let signed = |references: &[String]| {
        XmlSignature { unsigned: unsigned.clone(), ..XmlSignature::new(world, references) }.text()
    };
    let whole = "<don xmlns=\"urn:don\"><ten>An</ten></don>";
    let signature = signed(&[reference("URI=\"\"", &[ENVELOPED, EXCLUSIVE], whole)]);
    let wholly = whole.replace("</don>", &format!("{signature}</don>"));
    let part = "<muc xmlns=\"urn:don\" Id=\"m\">Diem: 9</muc>";
    let signature = signed(&[reference("URI=\"#m\"", &[EXCLUSIVE], part)]);
    let partly = format!("<so xmlns=\"urn:don\">{part}<ghi>Diem: 10</ghi><ky>{signature}</ky></so>");
    (wholly, partly)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuers_signature_over_a_part_of_a_paper_does_not_authenticate_it() {
    let app = at_signing().await;
    let world = world();
    trust(&app, &world.root, true).await;
    let hoa = app.person("hoa").await;
    let (wholly, partly) = xml_papers(&world);
    let wholly = text(&hoa.document(&hoa.root, "bằng.xml", wholly.as_bytes()).await["id"]);
    let partly = text(&hoa.document(&hoa.root, "bảng điểm.xml", partly.as_bytes()).await["id"]);
    app.run_jobs().await;

    let says = async |id: &str| {
        let body = signatures(&hoa, id).await;
        assert_eq!(body["verdict"]["signatures"][0]["conclusion"], "valid", "{body:#}");
        assert_eq!(body["verdict"]["signatures"][0]["sentence"]["vi"], "Chữ ký hợp lệ.");
        (body["verdict"]["partly_signed"].clone(), text(&body["verdict"]["sentence"]["vi"]))
    };
    assert_eq!(says(&wholly).await, (json!(false), "Chữ ký hợp lệ.".to_owned()));
    let sentence = "Chữ ký hợp lệ, nhưng chỉ một phần của tệp được ký.".to_owned();
    assert_eq!(says(&partly).await, (json!(true), sentence));
    for (id, level, authenticated) in [(&wholly, 3, true), (&partly, 1, false)] {
        let entry = hoa.get(&format!("/entries/{id}")).await;
        assert_eq!(entry["document"]["trust_level"], level, "{entry:#}");
        assert_eq!(entry["document"]["authenticated"], authenticated, "{entry:#}");
    }
    app.expect_recount(&hoa.vault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_revision_that_was_signed_can_be_had_apart() {
    let app = at_signing().await;
    let hoa = app.person("hoa").await;
    let paper = world().paper();
    let longer = [&paper[..], b"% a line of later\n"].concat();
    let id = text(&hoa.document(&hoa.root, "đơn.pdf", &paper).await["id"]);
    let other = text(&hoa.document(&hoa.root, "đơn dài.pdf", &longer).await["id"]);
    app.run_jobs().await;
    let signed = |id: &str, place: usize| {
        hoa.request(Method::GET, &format!("/entries/{id}/signatures/{place}/content"))
    };
    let answer = signed(&id, 1).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.bytes().await.unwrap(), paper);
    assert_eq!(signed(&other, 1).send().await.unwrap().bytes().await.unwrap(), paper);
    for answer in [signed(&id, 0), signed(&id, 2)] {
        assert_eq!(problem(answer.send().await.unwrap()).await, (404, "not_found".to_owned()));
    }
}

/// How many rows and objects there are of all that a file could leave.
async fn kept(app: &TestApp) -> (i64, usize) {
    let mut tx = app.kho.db.read().await.unwrap();
    let (rows,): (i64,) = sql!(
        tx,
        one kho::db::One<i64>,
        "SELECT (SELECT COUNT(*) FROM blob) + (SELECT COUNT(*) FROM version) + (SELECT COUNT(*) FROM upload)
              + (SELECT COUNT(*) FROM job) + (SELECT COUNT(*) FROM audit_record) + (SELECT COUNT(*) FROM evidence)
              + (SELECT COUNT(*) FROM signature_report) + (SELECT COUNT(*) FROM throttle)"
    )
    .unwrap();
    let objects: Vec<_> = app.kho.objects.list().try_collect().await.unwrap();
    (rows, objects.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_get_the_report_of_etsi() {
    let app = at_signing().await;
    let world = world();
    trust(&app, &world.root, false).await;
    let hoa = app.person("hoa").await;
    let id = text(&hoa.document(&hoa.root, "đơn.pdf", &world.paper()).await["id"]);
    let ask = |query: &str| hoa.request(Method::GET, &format!("/entries/{id}/signatures/etsi{query}"));
    assert_eq!(problem(ask("").send().await.unwrap()).await, (404, "no_signature".to_owned()));
    app.run_jobs().await;
    let answer = ask("?language=en").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/xml"));
    let xml = answer.text().await.unwrap();
    assert!(xml.contains("urn:etsi:019102:mainindication:total-passed"), "{xml}");
    assert_eq!(problem(ask("?language=fr").send().await.unwrap()).await, (422, "invalid_input".to_owned()));
}

/// A stranger's file for `POST /verify`.
fn form(file: Vec<u8>) -> Form {
    Form::new().part("file", Part::bytes(file).file_name("a.pdf"))
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_may_have_a_file_judged_and_nothing_of_it_is_kept() {
    let app = at_signing().await;
    let world = world();
    trust(&app, &world.root, false).await;
    let before = kept(&app).await;
    let ask = async |form: Form| {
        app.stranger().post(format!("{}/api/v1/verify", app.url)).multipart(form).send().await.unwrap()
    };
    let answer = ask(form(world.paper())).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["conclusion"], "valid");
    assert_eq!(body["sentence"]["en"], "The signature is valid.");
    let judged_at: DateTime<Utc> = text(&body["judged_at"]).parse().unwrap();
    assert_eq!((judged_at, text(&body["policy"])), (day(NOW), "kho-2026".to_owned()));
    assert_eq!(problem(ask(form(pdf(800))).await).await.0, 422);
    assert_eq!(problem(ask(form(vec![])).await).await, (422, "empty_file".to_owned()));
    assert_eq!(problem(ask(Form::new().text("content", "x")).await).await, (422, "invalid_input".to_owned()));
    assert_eq!(kept(&app).await, before, "no row was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_may_ask_only_so_often_and_for_files_of_a_bounded_size() {
    let app = TestApp::start_with(Clock::System, |config| {
        config.verify_per_minute = 3;
        config.verify_max_bytes = 10_000;
    })
    .await;
    let ask = async |size: usize| {
        let url = format!("{}/api/v1/verify", app.url);
        let answer = app.stranger().post(url).multipart(form(vec![b'x'; size])).send().await.unwrap();
        if answer.status() == 200 { (200, String::new()) } else { problem(answer).await }
    };
    assert_eq!(ask(9_000).await, (200, String::new()));
    assert_eq!(ask(11_000).await, (413, "file_too_large".to_owned()));
    assert_eq!(ask(100).await, (200, String::new()));
    assert_eq!(ask(100).await, (429, "too_many_attempts".to_owned()));
}
