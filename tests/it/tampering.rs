//! What lies in the store gives nothing away, and nothing that was changed there comes out (K4).

use bytes::Bytes;
use futures::TryStreamExt;
use kho::storage::{ObjectKey, ObjectStore};
use reqwest::{Method, Response};

use crate::support::{Person, TestApp, pdf, problem, text};

async fn stored(store: &dyn ObjectStore) -> Vec<(ObjectKey, Vec<u8>)> {
    let mut objects: Vec<_> = store.list().try_collect().await.unwrap();
    objects.sort_by_key(|object| object.key);
    let mut found = Vec::new();
    for object in objects {
        let pieces: Vec<Bytes> =
            store.read(&object.key, 0..object.size_bytes).await.unwrap().try_collect().await.unwrap();
        found.push((object.key, pieces.concat()));
    }
    found
}

async fn replace(store: &dyn ObjectStore, key: &ObjectKey, bytes: &[u8]) {
    store.delete(key).await.unwrap();
    let mut writer = store.create(key).await.unwrap();
    writer.write(Bytes::copy_from_slice(bytes)).await.unwrap();
    writer.commit().await.unwrap();
}

async fn download(person: &Person, document: &str) -> Response {
    person.request(Method::GET, &format!("/entries/{document}/content")).send().await.unwrap()
}

async fn expect_damaged(person: &Person, document: &str, what: &str) {
    let answer = problem(download(person, document).await).await;
    assert_eq!(answer, (502, "content_damaged".to_owned()), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_plaintext_lies_in_the_store() {
    let app = TestApp::start().await;
    let hoa = app.person("hoa").await;
    let sentence = "Giấy khai sinh của Nguyễn Văn An, sinh ngày 6 tháng 5 năm 2019. ".as_bytes();
    let mut bytes = pdf(1_000);
    bytes.extend(sentence.repeat(5_000));
    hoa.document(&hoa.root, "Giấy khai sinh.pdf", &bytes).await;

    let objects = stored(&*app.kho.objects).await;

    assert!(!objects.is_empty());
    for (key, sealed) in objects {
        assert!(sealed.len() > 100_000, "{key} holds the document");
        for known in [sentence, &sentence[10..30], b"%PDF-1.7", &bytes[9..25], "Giấy".as_bytes()] {
            assert!(memchr::memmem::find(&sealed, known).is_none(), "{key}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_byte_flipped_anywhere_in_an_object_is_found_on_download() {
    const CHUNK: usize = 65_536;
    const HEADER: usize = 16;
    const TAG: usize = 16;
    let app = TestApp::start().await;
    let store = &*app.kho.objects;
    let hoa = app.person("hoa").await;
    let bytes = pdf(200_000);
    let document = text(&hoa.document(&hoa.root, "a.pdf", &bytes).await["id"]);
    let (key, sealed) = stored(store).await.remove(0);
    let end = sealed.len();
    let header = 0..HEADER;
    let first_chunk = [HEADER, HEADER + 1, HEADER + CHUNK - 1, HEADER + CHUNK, HEADER + CHUNK + TAG - 1];
    let later = [HEADER + CHUNK + TAG, end / 2, end - TAG - 1, end - TAG, end - 1];

    for offset in header.chain(first_chunk).chain(later) {
        let mut flipped = sealed.clone();
        flipped[offset] ^= 1 << (offset % 8);
        replace(store, &key, &flipped).await;
        expect_damaged(&hoa, &document, &format!("byte {offset} of {end}")).await;
    }

    replace(store, &key, &sealed).await;
    assert_eq!(download(&hoa, &document).await.bytes().await.unwrap(), bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_cut_lengthened_swapped_or_lost_is_found_on_download() {
    let app = TestApp::start().await;
    let store = &*app.kho.objects;
    let hoa = app.person("hoa").await;
    let first = text(&hoa.document(&hoa.root, "a.pdf", &pdf(150_000)).await["id"]);
    let second = text(&hoa.document(&hoa.root, "b.pdf", &pdf(150_000)).await["id"]);
    let objects = stored(store).await;
    let [(key, sealed), (other_key, other)] = objects.as_slice() else { panic!("two objects") };

    for (what, bytes) in [
        ("its last byte cut", &sealed[..sealed.len() - 1]),
        ("its last chunk cut", &sealed[..16 + 2 * (65_536 + 16)]),
        ("only the header left", &sealed[..16]),
        ("empty", &[]),
    ] {
        replace(store, key, bytes).await;
        expect_damaged(&hoa, &first, what).await;
    }
    replace(store, key, other).await;
    replace(store, other_key, sealed).await;
    expect_damaged(&hoa, &first, "another document's object").await;
    expect_damaged(&hoa, &second, "another document's object").await;
    store.delete(key).await.unwrap();
    expect_damaged(&hoa, &first, "lost").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_far_into_a_file_cuts_the_download_before_a_wrong_byte() {
    let app = TestApp::start().await;
    let store = &*app.kho.objects;
    let hoa = app.person("hoa").await;
    let bytes = pdf(6_000_000);
    let document = text(&hoa.document(&hoa.root, "a.pdf", &bytes).await["id"]);
    let (key, mut sealed) = stored(store).await.remove(0);
    let damaged = 5_000_000;
    sealed[damaged] ^= 0x80;
    replace(store, &key, &sealed).await;

    let mut answer = download(&hoa, &document).await;
    assert_eq!(answer.status(), 200);
    let mut received = Vec::new();
    let ended = loop {
        match answer.chunk().await {
            Ok(Some(piece)) => received.extend_from_slice(&piece),
            Ok(None) => break "whole",
            Err(_) => break "cut",
        }
    };

    assert_eq!(ended, "cut");
    assert!(received.len() < damaged);
    assert_eq!(received, bytes[..received.len()]);
    let undamaged = hoa.request(Method::GET, &format!("/entries/{document}/content"));
    let range = undamaged.header("Range", "bytes=1000000-1999999").send().await.unwrap();
    assert_eq!(range.bytes().await.unwrap(), bytes[1_000_000..2_000_000]);
}
