//! What both object stores promise, whatever they are made of.

use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use kho::domain::clock::Clock;
use kho::domain::id::BlobId;
use kho::storage::{ObjectKey, ObjectStore, StorageError};

use crate::support::TestApp;

fn new_key(index: u32) -> ObjectKey {
    ObjectKey { blob: BlobId::new(Clock::System.now()), index }
}

async fn put(store: &Arc<dyn ObjectStore>, key: &ObjectKey, bytes: &[u8]) {
    let mut writer = store.create(key).await.unwrap();
    for piece in bytes.chunks(1_000_000) {
        writer.write(Bytes::copy_from_slice(piece)).await.unwrap();
    }
    writer.commit().await.unwrap();
}

async fn read(store: &Arc<dyn ObjectStore>, key: &ObjectKey, range: std::ops::Range<u64>) -> Vec<u8> {
    let pieces: Vec<Bytes> = store.read(key, range).await.unwrap().try_collect().await.unwrap();
    pieces.concat()
}

async fn keys(store: &Arc<dyn ObjectStore>) -> Vec<(ObjectKey, u64)> {
    let mut found: Vec<_> =
        store.list().map_ok(|object| (object.key, object.size_bytes)).try_collect().await.unwrap();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn any_range_of_an_object_is_read_and_past_its_end_there_is_nothing() {
    let app = TestApp::start().await;
    let store = &app.kho.objects;
    let key = new_key(0);
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    put(store, &key, &bytes).await;

    for range in [0..1, 0..3_000_000, 999_999..1_000_001, 2_999_999..3_000_000, 5..5] {
        let expected = &bytes[range.start as usize..range.end as usize];
        assert_eq!(read(store, &key, range.clone()).await, expected, "{range:?}");
    }
    assert_eq!(read(store, &key, 2_999_990..4_000_000).await, &bytes[2_999_990..]);
    assert!(read(store, &key, 3_000_000..3_000_010).await.is_empty());
    assert_eq!(store.size(&key).await.unwrap(), Some(3_000_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_there_after_its_commit_and_not_before() {
    let app = TestApp::start().await;
    let store = &app.kho.objects;
    let (committed, abandoned) = (new_key(0), new_key(1));

    let mut writer = store.create(&abandoned).await.unwrap();
    writer.write(Bytes::from_static(b"half")).await.unwrap();
    assert_eq!(store.size(&abandoned).await.unwrap(), None);
    assert!(keys(store).await.is_empty());
    drop(writer);
    put(store, &committed, b"whole").await;

    assert_eq!(keys(store).await, [(committed, 5)]);
    let absent = store.read(&abandoned, 0..4).await.err();
    assert!(matches!(absent, Some(StorageError::NotFound(key)) if key == abandoned), "{absent:?}");
    put(store, &abandoned, b"again").await;
    assert_eq!(read(store, &abandoned, 0..5).await, b"again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_object_is_gone_and_deleting_it_again_is_no_error() {
    let app = TestApp::start().await;
    let store = &app.kho.objects;
    let (kept, deleted) = (new_key(0), new_key(7));
    put(store, &kept, b"a").await;
    put(store, &deleted, b"b").await;

    store.delete(&deleted).await.unwrap();
    store.delete(&deleted).await.unwrap();

    assert_eq!(store.size(&deleted).await.unwrap(), None);
    assert_eq!(keys(store).await, [(kept, 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_longer_than_a_page_holds_every_object_once() {
    let app = TestApp::start().await;
    let store = &app.kho.objects;
    let wanted: Vec<ObjectKey> = (0..1_050).map(new_key).collect();
    futures::stream::iter(&wanted).for_each_concurrent(16, |key| put(store, key, b"x")).await;

    let found = keys(store).await;

    let mut expected: Vec<_> = wanted.into_iter().map(|key| (key, 1)).collect();
    expected.sort();
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_works_is_ready_and_has_nothing_stale() {
    let app = TestApp::start().await;
    let store = &app.kho.objects;
    store.ready().await.unwrap();
    put(store, &new_key(0), b"x").await;
    assert_eq!(store.remove_stale(app.kho.clock.now()).await.unwrap(), 0);
}
