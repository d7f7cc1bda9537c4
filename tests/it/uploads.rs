//! Resumable uploads (D1, D15): what was acknowledged stays, what was not is told, and room is never lost.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{TimeDelta, TimeZone, Utc};
use kho::domain::clock::Clock;
use reqwest::{Body, Method, RequestBuilder, Response};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use serde_json::json;

use crate::support::{Person, TestApp, names, pdf, problem, text};

const PART: &str = "application/offset+octet-stream";

/// `Upload-Metadata` of these keys and values.
fn metadata(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().map(|(key, value)| format!("{key} {}", STANDARD.encode(value)));
    pairs.collect::<Vec<_>>().join(",")
}

fn tus(person: &Person, method: Method, path: &str) -> RequestBuilder {
    person.request(method, path).header("Tus-Resumable", "1.0.0")
}

async fn create(person: &Person, length: usize, pairs: &[(&str, &str)]) -> Response {
    tus(person, Method::POST, "/uploads")
        .header("Upload-Length", length)
        .header("Upload-Metadata", metadata(pairs))
        .send()
        .await
        .unwrap()
}

/// Begins an upload of a new document in the person's root; its path.
pub async fn begin(person: &Person, length: usize, name: &str) -> String {
    let answer = create(person, length, &[("filename", name), ("folder_id", &person.root)]).await;
    assert_eq!(answer.status(), 201);
    assert_eq!(answer.headers()["upload-offset"], "0");
    let location = answer.headers()["location"].to_str().unwrap();
    location.strip_prefix("/api/v1").unwrap().to_owned()
}

async fn send(person: &Person, upload: &str, offset: usize, part: &[u8]) -> Response {
    part_request(person, upload, offset).body(part.to_vec()).send().await.unwrap()
}

pub fn part_request(person: &Person, upload: &str, offset: usize) -> RequestBuilder {
    tus(person, Method::PATCH, upload).header("Content-Type", PART).header("Upload-Offset", offset)
}

async fn head(person: &Person, upload: &str) -> Response {
    tus(person, Method::HEAD, upload).send().await.unwrap()
}

fn header(answer: &Response, name: &str) -> String {
    let value = answer.headers().get(name).unwrap_or_else(|| panic!("{name} in {answer:?}"));
    value.to_str().unwrap().to_owned()
}

async fn content(person: &Person, entry: &str) -> Vec<u8> {
    let answer = person.request(Method::GET, &format!("/entries/{entry}/content")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap().to_vec()
}

async fn used(person: &Person) -> i64 {
    person.get(&format!("/vaults/{}", person.vault)).await["used_bytes"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_in_parts_becomes_a_document_with_its_metadata() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let bytes = pdf(700_000);
    let hash = data_encoding::HEXLOWER.encode(digest(&SHA256, &bytes).as_ref());
    let pairs = [
        ("filename", "Giấy khai sinh – Đỗ An.pdf"),
        ("filetype", "application/pdf"),
        ("folder_id", &hoa.root),
        ("title", "Giấy khai sinh"),
        ("type_code", "birth-certificate"),
        ("issued_on", "2019-05-06"),
        ("tags", "[\"con\",\"gốc\"]"),
        ("sha256", &hash),
    ];
    let created = create(&hoa, bytes.len(), &pairs).await;
    assert_eq!(created.status(), 201);
    let upload = header(&created, "location").strip_prefix("/api/v1").unwrap().to_owned();
    assert!(header(&created, "upload-expires").ends_with(" GMT"));
    assert_eq!(used(&hoa).await, 700_000, "the declared length is reserved");

    for (from, to) in [(0, 200_000), (200_000, 265_536)] {
        let part = send(&hoa, &upload, from, &bytes[from..to]).await;
        assert_eq!(part.status(), 204);
        assert_eq!(header(&part, "upload-offset"), to.to_string());
        assert_eq!(header(&part, "tus-resumable"), "1.0.0");
    }
    let state = head(&hoa, &upload).await;
    assert_eq!((state.status().as_u16(), header(&state, "upload-offset")), (200, "265536".to_owned()));
    assert_eq!(header(&state, "upload-length"), "700000");
    assert_eq!(header(&state, "upload-metadata"), metadata(&pairs));
    assert_eq!(header(&state, "cache-control"), "no-store");

    let last = send(&hoa, &upload, 265_536, &bytes[265_536..]).await;
    assert_eq!(last.status(), 204);
    let entry = header(&last, "kho-entry-id");
    assert_eq!(header(&last, "location"), format!("/api/v1/entries/{entry}"));
    let document = hoa.get(&format!("/entries/{entry}")).await;
    assert_eq!(document["name"], "Giấy khai sinh – Đỗ An.pdf");
    assert_eq!(document["document"]["issued_on"], "2019-05-06");
    assert_eq!(document["document"]["tags"], json!(["con", "gốc"]));
    assert_eq!(header(&last, "etag"), format!("\"{}\"", document["rev"]));
    assert!(content(&hoa, &entry).await == bytes);
    assert_eq!(used(&hoa).await, 700_000);

    // A client that lost the last answer learns the outcome.
    let state = head(&hoa, &upload).await;
    assert_eq!(header(&state, "upload-offset"), "700000");
    assert_eq!(header(&state, "kho-entry-id"), entry);
    // Ending a finished upload ends the upload, not the document.
    assert_eq!(tus(&hoa, Method::DELETE, &upload).send().await.unwrap().status(), 204);
    assert!(content(&hoa, &entry).await == bytes);
    assert_eq!(head(&hoa, &upload).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_uploaded_under_the_revision_that_was_seen() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let document = hoa.document(&hoa.root, "a.pdf", &pdf(1000)).await;
    let (id, rev) = (text(&document["id"]), document["rev"].to_string());
    let bytes = pdf(5000);

    let stale = create(&hoa, 5000, &[("document_id", &id), ("if_match", "\"99\"")]).await;
    assert_eq!(problem(stale).await, (412, "precondition_failed".to_owned()));
    let unguarded = create(&hoa, 5000, &[("document_id", &id)]).await;
    assert_eq!(problem(unguarded).await, (428, "precondition_required".to_owned()));
    let created =
        create(&hoa, 5000, &[("document_id", &id), ("if_match", &rev), ("comment", "Bản rõ")]).await;
    let upload = header(&created, "location").strip_prefix("/api/v1").unwrap().to_owned();
    let done = send(&hoa, &upload, 0, &bytes).await;
    assert_eq!(header(&done, "kho-entry-id"), id);
    assert!(content(&hoa, &id).await == bytes);
    assert_eq!(hoa.get(&format!("/entries/{id}/versions")).await["items"][0]["comment"], "Bản rõ");
    assert_eq!(used(&hoa).await, 6000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_the_connection_broke_is_kept() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let bytes = pdf(900_000);
    let upload = begin(&hoa, bytes.len(), "a.pdf").await;

    let cut = |from: usize, to: usize| {
        let pieces = bytes[from..to].chunks(50_000).map(|piece| Ok(piece.to_vec())).collect::<Vec<_>>();
        // While the stream has nothing to give, the client flushes what it has.
        let pulled = futures::stream::once(async {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            Err(std::io::Error::other("the cable was pulled"))
        });
        let broken = futures::StreamExt::chain(futures::stream::iter(pieces), pulled);
        let request = part_request(&hoa, &upload, from);
        request.body(Body::wrap_stream(broken)).send()
    };
    cut(0, 300_000).await.unwrap_err();
    let offset = settled_offset(&hoa, &upload, 0).await;
    assert!((65_536..=300_000).contains(&offset), "{offset}");
    // So little is not worth an object; the client is told to send it again.
    cut(offset, offset + 30_000).await.unwrap_err();
    let rest = loop {
        let answer = send(&hoa, &upload, offset, &bytes[offset..]).await;
        if answer.status() != 423 {
            break answer;
        }
    };
    assert_eq!(rest.status(), 204);
    assert!(content(&hoa, &header(&rest, "kho-entry-id")).await == bytes);
}

/// The offset once it is past `before`: the task that received a broken part ends a moment after the connection.
async fn settled_offset(person: &Person, upload: &str, before: usize) -> usize {
    for _ in 0..10_000 {
        let offset = header(&head(person, upload).await, "upload-offset").parse().unwrap();
        if offset > before {
            return offset;
        }
        tokio::task::yield_now().await;
    }
    panic!("the upload never got past {before}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_at_a_time_until_its_lease_runs_out() {
    let clock = Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap());
    let app = TestApp::start_with(clock.clone(), |_| {}).await;
    let hoa = app.person("hoa").await;
    let bytes = pdf(400_000);
    let upload = begin(&hoa, bytes.len(), "a.pdf").await;
    let (feed, pieces) = futures::channel::mpsc::unbounded::<Result<Vec<u8>, std::io::Error>>();
    feed.unbounded_send(Ok(bytes[..100_000].to_vec())).unwrap();
    let silent = tokio::spawn(part_request(&hoa, &upload, 0).body(Body::wrap_stream(pieces)).send());

    let second = loop {
        let answer = send(&hoa, &upload, 1, &bytes[1..]).await;
        if answer.status() == 423 {
            break answer;
        }
    };
    assert_eq!(problem(second).await, (423, "upload_busy".to_owned()));
    // The silent connection is overtaken, and what it brings later changes nothing.
    // (Its first piece may still be on its way, and renews the lease once more when it comes.)
    for left in (0..3).rev() {
        clock.advance(TimeDelta::seconds(16));
        let taken_over = send(&hoa, &upload, 0, &bytes[..200_000]).await;
        if taken_over.status() == 204 {
            break;
        }
        assert!(left > 0 && taken_over.status() == 423, "{}", taken_over.status());
    }
    feed.unbounded_send(Ok(bytes[100_000..150_000].to_vec())).unwrap();
    drop(feed);
    assert_eq!(problem(silent.await.unwrap().unwrap()).await, (423, "upload_busy".to_owned()));
    let done = send(&hoa, &upload, 200_000, &bytes[200_000..]).await;
    assert!(content(&hoa, &header(&done, "kho-entry-id")).await == bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_does_not_match_its_checksum_is_not_taken() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let bytes = pdf(300_000);
    let upload = begin(&hoa, bytes.len(), "a.pdf").await;
    let checked = |from: usize, part: &[u8], checksum: String| {
        part_request(&hoa, &upload, from).header("Upload-Checksum", checksum).body(part.to_vec()).send()
    };
    let sha1 =
        |part: &[u8]| format!("sha1 {}", STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, part).as_ref()));
    let sha256 = |part: &[u8]| format!("sha256 {}", STANDARD.encode(digest(&SHA256, part).as_ref()));

    let (first, last) = bytes.split_at(100_000);
    let wrong = checked(0, first, sha1(last)).await.unwrap();
    assert_eq!(problem(wrong).await, (460, "tus_checksum_mismatch".to_owned()));
    assert_eq!(header(&head(&hoa, &upload).await, "upload-offset"), "0");
    for (checksum, expected) in [
        ("crc32 AAAA".to_owned(), (400, "tus_checksum_unsupported")),
        ("sha1".to_owned(), (422, "invalid_input")),
        ("sha1 ***".to_owned(), (422, "invalid_input")),
    ] {
        let (status, code) = problem(checked(0, first, checksum).await.unwrap()).await;
        assert_eq!((status, code.as_str()), expected);
    }
    assert_eq!(checked(0, first, sha1(first)).await.unwrap().status(), 204);
    // Not even the last part makes a document of wrong bytes.
    let wrong = checked(100_000, last, sha256(first)).await.unwrap();
    assert_eq!(problem(wrong).await, (460, "tus_checksum_mismatch".to_owned()));
    let done = checked(100_000, last, sha256(last)).await.unwrap();
    assert!(content(&hoa, &header(&done, "kho-entry-id")).await == bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_file_is_created_and_sent_in_one_request() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let with_upload = |name: &str, bytes: Vec<u8>, length: usize| {
        tus(&hoa, Method::POST, "/uploads")
            .header("Upload-Length", length)
            .header("Upload-Metadata", metadata(&[("filename", name), ("folder_id", &hoa.root)]))
            .header("Content-Type", PART)
            .body(bytes)
            .send()
    };
    let bytes = pdf(3000);
    let whole = with_upload("a.pdf", bytes.clone(), 3000).await.unwrap();
    assert_eq!(whole.status(), 201);
    assert_eq!(header(&whole, "upload-offset"), "3000");
    assert!(header(&whole, "location").starts_with("/api/v1/uploads/"));
    assert!(content(&hoa, &header(&whole, "kho-entry-id")).await == bytes);

    let half = with_upload("b.pdf", pdf(70_000), 140_000).await.unwrap();
    assert_eq!((half.status().as_u16(), header(&half, "upload-offset")), (201, "70000".to_owned()));
    let wrong = with_upload("c.jpg", pdf(3000), 3000).await.unwrap();
    assert_eq!(problem(wrong).await, (422, "type_mismatch".to_owned()));
    assert_eq!(used(&hoa).await, 3000 + 140_000, "the refused one holds no room");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_cannot_be_named_is_ended_and_says_why() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    hoa.document(&hoa.root, "a.pdf", &pdf(1000)).await;
    let taken = begin(&hoa, 100_000, "a.pdf").await;
    assert_eq!(problem(send(&hoa, &taken, 0, &pdf(100_000)).await).await, (409, "name_taken".to_owned()));
    let lying = begin(&hoa, 100_000, "b.png").await;
    assert_eq!(send(&hoa, &lying, 0, &pdf(70_000)).await.status(), 204);
    assert_eq!(
        problem(send(&hoa, &lying, 70_000, &pdf(30_000)).await).await,
        (422, "type_mismatch".to_owned())
    );
    for upload in [&taken, &lying] {
        assert_eq!(head(&hoa, upload).await.status(), 410);
        let more = send(&hoa, upload, 0, &pdf(70_000)).await;
        assert_eq!(problem(more).await, (410, "upload_gone".to_owned()));
    }
    assert_eq!(used(&hoa).await, 1000, "no room is held");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_are_refused_before_anything_is_stored() {
    let app = TestApp::start_with(Clock::System, |config| {
        config.person_quota_bytes = 1_000_000;
        config.max_file_bytes = 2_000_000;
    })
    .await;
    let (hoa, binh) = (app.person("hoa").await, app.person("binh").await);
    let root = hoa.root.as_str();
    let named = [("filename", "a.pdf"), ("folder_id", root)];

    for (length, pairs, expected) in [
        (0, named.to_vec(), (422, "empty_file")),
        (2_000_001, named.to_vec(), (413, "file_too_large")),
        (1_000_001, named.to_vec(), (409, "quota_exceeded")),
        (10, vec![("filename", "a.pdf")], (422, "invalid_input")),
        (10, vec![("filename", "a/b.pdf"), ("folder_id", root)], (422, "name_invalid")),
        (10, vec![("folder_id", root)], (422, "name_invalid")),
        (10, vec![("filename", "a.pdf"), ("folder_id", "x")], (422, "invalid_input")),
        (10, vec![("filename", "a.pdf"), ("folder_id", root), ("colour", "red")], (422, "invalid_input")),
        (10, vec![("filename", "a.pdf"), ("folder_id", root), ("issued_on", "soon")], (422, "invalid_input")),
        (10, vec![("filename", "a.pdf"), ("folder_id", &binh.root)], (404, "not_found")),
    ] {
        let (status, code) = problem(create(&hoa, length, &pairs).await).await;
        assert_eq!((status, code.as_str()), expected, "{length} {pairs:?}");
    }
    let huge = "a".repeat(70_000);
    let refused = create(&hoa, 10, &[("filename", "a.pdf"), ("folder_id", root), ("note", &huge)]).await;
    assert_eq!(problem(refused).await, (422, "invalid_input".to_owned()));
    let lengthless = tus(&hoa, Method::POST, "/uploads").header("Upload-Metadata", metadata(&named));
    assert_eq!(problem(lengthless.send().await.unwrap()).await, (400, "upload_length_missing".to_owned()));
    for version in [None, Some("0.2.2")] {
        let mut old = hoa.request(Method::POST, "/uploads").header("Upload-Length", 10);
        if let Some(version) = version {
            old = old.header("Tus-Resumable", version);
        }
        let answer = old.send().await.unwrap();
        assert_eq!(header(&answer, "tus-version"), "1.0.0");
        assert_eq!(problem(answer).await, (412, "tus_version".to_owned()));
    }
    assert_eq!(used(&hoa).await, 0);

    let upload = begin(&hoa, 900_000, "a.pdf").await;
    let second = create(&hoa, 200_000, &named).await;
    assert_eq!(problem(second).await, (409, "quota_exceeded".to_owned()), "room is reserved");
    let untyped = tus(&hoa, Method::PATCH, &upload).header("Upload-Offset", 0).body("x").send();
    assert_eq!(problem(untyped.await.unwrap()).await, (415, "unsupported_media_type".to_owned()));
    for (offset, bytes, expected) in [
        (5, 100_000, (409, "upload_offset_mismatch")),
        (0, 900_001, (400, "length_mismatch")),
        (0, 65_535, (400, "upload_part_too_small")),
    ] {
        let (status, code) = problem(send(&hoa, &upload, offset, &pdf(bytes)).await).await;
        assert_eq!((status, code.as_str()), expected);
    }
    let endless = futures::stream::iter((0..4).map(|_| Ok::<_, std::io::Error>(pdf(300_000))));
    let longer = part_request(&hoa, &upload, 0).body(Body::wrap_stream(endless)).send().await;
    if let Ok(answer) = longer {
        assert_eq!(problem(answer).await, (400, "length_mismatch".to_owned()));
    }
    for method in [Method::HEAD, Method::DELETE] {
        assert_eq!(tus(&binh, method, &upload).send().await.unwrap().status(), 404);
    }
    let strangers = send(&binh, &upload, 0, &pdf(70_000)).await;
    assert_eq!(problem(strangers).await, (404, "not_found".to_owned()));
    assert_eq!(header(&head(&hoa, &upload).await, "upload-offset"), "0");
    assert_eq!(tus(&hoa, Method::DELETE, &upload).send().await.unwrap().status(), 204);
    assert_eq!(used(&hoa).await, 0, "the room is given back");
    let listed = hoa.get(&format!("/entries/{root}/children?limit=500")).await;
    assert!(!names(&listed).contains(&"a.pdf".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_upload_gives_its_room_back() {
    let clock = Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap());
    let app = TestApp::start_with(clock.clone(), |config| config.session_hours = 1000).await;
    let hoa = app.person("hoa").await;
    let upload = begin(&hoa, 100_000, "a.pdf").await;
    clock.advance(TimeDelta::hours(23));
    assert_eq!(send(&hoa, &upload, 0, &pdf(70_000)).await.status(), 204);
    clock.advance(TimeDelta::hours(23));
    app.run_jobs().await;
    assert_eq!(head(&hoa, &upload).await.status(), 200, "a part gives it another day");
    clock.advance(TimeDelta::hours(2));
    assert_eq!(head(&hoa, &upload).await.status(), 410);
    let late = send(&hoa, &upload, 70_000, &pdf(30_000)).await;
    assert_eq!(problem(late).await, (410, "upload_gone".to_owned()));
    assert_eq!(used(&hoa).await, 100_000);
    app.run_jobs().await;
    assert_eq!(used(&hoa).await, 0);
    assert_eq!(head(&hoa, &upload).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_learn_what_is_offered_and_proxies_are_gone_around() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let url = format!("{}/uploads", hoa.base);
    let offered = app.stranger().request(Method::OPTIONS, url).send().await.unwrap();
    assert_eq!(offered.status(), 204);
    assert_eq!(header(&offered, "tus-version"), "1.0.0");
    assert_eq!(
        header(&offered, "tus-extension"),
        "creation,creation-with-upload,expiration,checksum,termination"
    );
    assert_eq!(header(&offered, "tus-max-size"), app.kho.settings.max_file_bytes.to_string());
    assert_eq!(header(&offered, "tus-checksum-algorithm"), "sha1,sha256");

    let upload = begin(&hoa, 2000, "a.pdf").await;
    let overridden = tus(&hoa, Method::POST, &upload)
        .header("X-HTTP-Method-Override", "PATCH")
        .header("Content-Type", PART)
        .header("Upload-Offset", 0)
        .body(pdf(2000))
        .send()
        .await
        .unwrap();
    assert_eq!(overridden.status(), 204);
}
