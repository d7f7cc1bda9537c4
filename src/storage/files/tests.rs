use chrono::TimeDelta;

use super::*;
use crate::domain::clock::Clock;
use crate::domain::id::BlobId;

fn key() -> ObjectKey {
    ObjectKey { blob: BlobId::new(Clock::System.now()), index: 3 }
}

async fn opened() -> (tempfile::TempDir, Files) {
    let folder = tempfile::tempdir().unwrap();
    let store = Files::open(folder.path().join("objects")).await.unwrap();
    (folder, store)
}

async fn put(store: &Files, key: &ObjectKey, bytes: &'static [u8]) {
    let mut writer = store.create(key).await.unwrap();
    writer.write(Bytes::from_static(bytes)).await.unwrap();
    writer.commit().await.unwrap();
}

#[tokio::test]
async fn a_key_is_never_written_twice() {
    let (_folder, store) = opened().await;
    let key = key();
    let first = store.create(&key).await.unwrap();
    assert!(matches!(store.create(&key).await.err(), Some(StorageError::AlreadyExists(_))));
    first.commit().await.unwrap();
    assert!(matches!(store.create(&key).await.err(), Some(StorageError::AlreadyExists(_))));
}

#[tokio::test]
async fn what_a_crash_left_is_stale_after_a_while_and_a_writer_under_way_is_not() {
    let (_folder, store) = opened().await;
    let now = Clock::System.now();
    let mut under_way = store.create(&key()).await.unwrap();
    under_way.write(Bytes::from_static(b"x")).await.unwrap();
    let left = store.tmp().join(format!("{}.0", key().blob));
    std::fs::write(&left, b"half").unwrap();
    let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    std::fs::File::options().write(true).open(&left).unwrap().set_modified(long_ago).unwrap();

    assert_eq!(store.remove_stale(now - TimeDelta::hours(24)).await.unwrap(), 1);

    assert!(!left.exists());
    under_way.commit().await.unwrap();
}

#[tokio::test]
async fn a_disk_that_is_not_mounted_is_no_damage() {
    let (_folder, store) = opened().await;
    let key = key();
    put(&store, &key, b"x").await;
    let away = store.root.path.with_extension("away");
    std::fs::rename(&store.root.path, &away).unwrap();

    assert!(matches!(store.read(&key, 0..1).await.err(), Some(StorageError::Unavailable(_))));
    assert!(matches!(store.size(&key).await, Err(StorageError::Unavailable(_))));
    assert!(matches!(store.create(&super::tests::key()).await.err(), Some(StorageError::Unavailable(_))));
    assert!(store.ready().await.is_err());

    std::fs::rename(&away, &store.root.path).unwrap();
    assert_eq!(store.size(&key).await.unwrap(), Some(1));
    store.ready().await.unwrap();
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_not_a_missing_one() {
    let (_folder, store) = opened().await;
    let key = key();
    put(&store, &key, b"x").await;
    // A loop of links fails for every user, root included.
    let path = store.path(&key);
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(&path, &path).unwrap();

    assert!(matches!(store.read(&key, 0..1).await.err(), Some(StorageError::Other(_))));
    assert!(matches!(store.size(&key).await, Err(StorageError::Other(_))));
}

#[tokio::test]
async fn what_is_not_an_object_is_not_listed() {
    let (_folder, store) = opened().await;
    let key = key();
    put(&store, &key, b"x").await;
    std::fs::write(store.folder(&key).join("notes.txt"), b"").unwrap();
    std::fs::write(store.root.path.join("README"), b"").unwrap();

    let mut list = store.list();
    let object = list.next().await.unwrap().unwrap();
    assert_eq!((object.key, object.size_bytes), (key, 1));
    assert!(list.next().await.is_none());
}
