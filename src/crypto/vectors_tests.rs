//! The format against the vectors of another implementation, `docs/vectors/make.py`.

use data_encoding::HEXLOWER;
use serde::Deserialize;
use uuid::Uuid;

use super::keyring::{DataKey, Keyring, VaultKey};
use super::segment::{SegmentOpener, SegmentSealer, sealed_len};
use super::sha256::sha256;
use crate::domain::id::{BlobId, VaultId};

#[derive(Deserialize)]
struct Vectors {
    master_key: String,
    master_key_id: String,
    vault_id: Uuid,
    wrapped_vault_key: String,
    blob_id: Uuid,
    data_key: String,
    wrapped_data_key: String,
    secret: SecretVector,
    checkpoint: CheckpointVector,
    segments: Vec<SegmentVector>,
}

#[derive(Deserialize)]
struct SecretVector {
    purpose: String,
    plain: String,
    sealed: String,
}

#[derive(Deserialize)]
struct CheckpointVector {
    public_key: String,
    checkpoint: String,
    signature: String,
}

#[derive(Deserialize)]
struct SegmentVector {
    index: u32,
    plain_len: u64,
    sealed_len: u64,
    sealed_sha256: String,
    sealed: Option<String>,
}

const FORMAT: &str = include_str!("../../docs/format.md");

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../docs/vectors/format-v1.json")).unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    HEXLOWER.decode(text.as_bytes()).unwrap()
}

fn keyring(vectors: &Vectors) -> Keyring {
    Keyring::from_base64(&data_encoding::BASE64.encode(&hex(&vectors.master_key))).unwrap()
}

fn vault_key(vectors: &Vectors) -> VaultKey {
    keyring(vectors).open_vault_key(VaultId(vectors.vault_id), &hex(&vectors.wrapped_vault_key)).unwrap()
}

fn data_key(vectors: &Vectors) -> DataKey {
    vault_key(vectors).open_data_key(BlobId(vectors.blob_id), &hex(&vectors.wrapped_data_key)).unwrap()
}

/// As `plain_of` in `make.py`.
fn plain_of(length: u64) -> Vec<u8> {
    (0..length).map(|i| ((7 * i + i / 251) % 256) as u8).collect()
}

#[test]
fn wrapped_keys_of_the_vectors_open() {
    let vectors = vectors();
    assert_eq!(keyring(&vectors).current_key_id().to_string(), vectors.master_key_id);
    assert_eq!(data_key(&vectors).bytes().as_slice(), hex(&vectors.data_key));
}

#[test]
fn the_sealed_secret_of_the_vectors_opens() {
    let vectors = vectors();
    let opened = keyring(&vectors).open_secret(&vectors.secret.purpose, &hex(&vectors.secret.sealed));
    assert_eq!(opened.unwrap().as_slice(), hex(&vectors.secret.plain));
}

#[test]
fn checkpoints_are_signed_as_in_the_vectors() {
    let vectors = vectors();
    let keyring = keyring(&vectors);
    assert_eq!(keyring.checkpoint_public_key(), hex(&vectors.checkpoint.public_key));
    let signature = keyring.sign_checkpoint(&hex(&vectors.checkpoint.checkpoint));
    assert_eq!(signature, hex(&vectors.checkpoint.signature));
}

#[test]
fn segments_are_sealed_as_in_the_vectors_and_open_again() {
    let vectors = vectors();
    let (key, blob) = (data_key(&vectors), BlobId(vectors.blob_id));
    for vector in &vectors.segments {
        let plain = plain_of(vector.plain_len);
        let mut sealed = Vec::new();
        let mut sealer = SegmentSealer::new(&key, blob, vector.index);
        sealer.push(&plain, &mut sealed).unwrap();
        sealer.finish(&mut sealed).unwrap();

        assert_eq!(HEXLOWER.encode(&sha256(&sealed)), vector.sealed_sha256, "{} bytes", vector.plain_len);
        assert_eq!(sealed.len() as u64, vector.sealed_len);
        assert_eq!(sealed_len(vector.plain_len), vector.sealed_len);
        if let Some(expected) = &vector.sealed {
            assert_eq!(HEXLOWER.encode(&sealed), *expected);
        }

        let whole = 0..vector.plain_len;
        let mut opener = SegmentOpener::new(&key, blob, vector.index, vector.plain_len, whole).unwrap();
        let mut opened = Vec::new();
        opener.push(&sealed, &mut opened).unwrap();
        opener.finish().unwrap();
        assert!(opened == plain, "{} bytes", vector.plain_len);
    }
}

/// The document quotes the vectors; this keeps the quotation true.
#[test]
fn the_document_quotes_the_vectors() {
    let vectors = vectors();
    let quoted = FORMAT.split_whitespace().collect::<String>();
    let small = vectors.segments.iter().find(|vector| vector.plain_len == 3).unwrap();
    for value in [
        &vectors.master_key_id,
        &vectors.wrapped_vault_key,
        &vectors.wrapped_data_key,
        small.sealed.as_ref().unwrap(),
        &vectors.checkpoint.public_key,
    ] {
        assert!(quoted.contains(value.as_str()), "docs/format.md does not hold {value}");
    }
}
