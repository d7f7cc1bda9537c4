//! The master keys, and the keys of vaults and blobs that hang from them.
//!
//! A master key wraps a key per vault, the vault's key wraps a data key per blob, and segment keys derive from the data key
//! ([`segment`](super::segment)). Only wrapped keys are ever stored, each bound to the id of what it belongs to. Destroying a
//! blob's wrapped data key makes its bytes unreadable wherever copies of them are.
//!
//! Rotation: append a new master key. It wraps from then on, the older ones still open what they wrapped.

use std::io;
use std::path::{Path, PathBuf};

use data_encoding::{BASE64, HEXLOWER};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use zeroize::Zeroizing;

use super::cipher::{Cipher, KEY_BYTES, KeyBytes, NONCE_BYTES, NoRandomness, derive, random};
use super::key_file;
use super::sha256::sha256;
use crate::domain::id::{BlobId, VaultId};

const WRAP_VERSION: u8 = 1;
const VAULT_KEY_PURPOSE: &[u8] = b"kho vault key v1";
const DATA_KEY_PURPOSE: &[u8] = b"kho data key v1";
const SECRET_PURPOSE: &[u8] = b"kho secret v1 ";
const KEY_ID_BYTES: usize = 8;

/// What an operator can mend, or what was done to the stored keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    #[error(
        "the key file {} may be used by others than its owner (mode {mode:04o}); `chmod 600` it, and if someone else could \
         have read it, append a new key",
        path.display()
    )]
    KeyFileMode { path: PathBuf, mode: u32 },
    #[error("the key file {}", path.display())]
    KeyFile { path: PathBuf, source: io::Error },
    /// Position counted from 1. The text itself is not repeated: it may be most of a key.
    #[error("master key {position} is not 32 bytes in base64; `openssl rand -base64 32` makes one")]
    MalformedKey { position: usize },
    #[error("there is no master key")]
    NoKey,
    /// A key file was lost, replaced, or belongs to another database.
    #[error("wrapped by master key {0}, which is not among the keys at hand")]
    UnknownKey(KeyId),
    /// Written by a newer Kho, or damaged.
    #[error("wrapped in the unknown version {0}")]
    UnknownVersion(u8),
    #[error("a wrapped key or secret was changed, cut, or belongs to something else")]
    Tampered,
    #[error("a secret of that length cannot be sealed")]
    TooLong,
    #[error("the checkpoint's signature is not of this keyring")]
    BadSignature,
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// Names a master key without telling it: the first 8 bytes of its SHA-256, in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId([u8; KEY_ID_BYTES]);

impl KeyId {
    fn of(key: &KeyBytes) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = sha256(key.as_slice());
        Self([a, b, c, d, e, f, g, h])
    }
}

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl std::fmt::Debug for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyId({self})")
    }
}

struct MasterKey {
    id: KeyId,
    /// Under a key derived from the master key, so that no key serves two algorithms.
    wrapping: Cipher,
}

/// The master keys of an installation.
pub struct Keyring {
    current: MasterKey,
    older: Vec<MasterKey>,
    checkpoint: Ed25519KeyPair,
}

impl Keyring {
    /// The keys in the file at `path`, which is made with one new key if there is none. Its folder must exist.
    ///
    /// The file holds one base64 key a line, the oldest first and the current one last; `#` begins a comment. Blocks on the disk.
    pub fn open_or_create(path: &Path) -> Result<Self, KeyringError> {
        match Self::open(path) {
            Err(KeyringError::KeyFile { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                let text = Zeroizing::new(format!("{}\n", *new_key_text()?));
                key_file::create(path, &text)?;
                Self::open(path)
            }
            opened => opened,
        }
    }

    /// The keys in the file at `path`, as [`open_or_create`](Self::open_or_create), but never makes one: where wrapped keys
    /// exist already, a new master key would only hide that theirs is missing.
    pub fn open(path: &Path) -> Result<Self, KeyringError> {
        Self::from_base64(&key_file::read(path)?)
    }

    /// Keys given in the environment, separated by white space or commas, the oldest first and the current one last.
    pub fn from_base64(secret: &str) -> Result<Self, KeyringError> {
        let words = secret
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default())
            .flat_map(|line| line.split(|c: char| c.is_whitespace() || c == ','))
            .filter(|word| !word.is_empty());
        let keys = words
            .enumerate()
            .map(|(before, word)| {
                key_from_text(word).ok_or(KeyringError::MalformedKey { position: before + 1 })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let checkpoint = checkpoint_key(keys.first().ok_or(KeyringError::NoKey)?);
        let mut older = keys.iter().map(MasterKey::new).collect::<Vec<_>>();
        let current = older.pop().ok_or(KeyringError::NoKey)?;
        Ok(Self { current, older, checkpoint })
    }

    /// The master key that wraps from now on.
    pub fn current_key_id(&self) -> KeyId {
        self.current.id
    }

    /// A new key for a vault, and its wrapped form to store.
    pub fn new_vault_key(&self, vault: VaultId) -> Result<(VaultKey, Vec<u8>), KeyringError> {
        let key = random::<KEY_BYTES>()?;
        let wrapped = self.wrap(&bound(VAULT_KEY_PURPOSE, vault.0.as_bytes()), key.as_slice())?;
        Ok((VaultKey(key), wrapped))
    }

    /// The key of a vault from its wrapped form. That of another vault is refused as [`KeyringError::Tampered`].
    pub fn open_vault_key(&self, vault: VaultId, wrapped: &[u8]) -> Result<VaultKey, KeyringError> {
        let plain = self.unwrap(&bound(VAULT_KEY_PURPOSE, vault.0.as_bytes()), wrapped)?;
        key_from_bytes(&plain).map(VaultKey).ok_or(KeyringError::Tampered)
    }

    /// Seals a small secret, such as the password of a mail server. It opens for the same `purpose` only.
    pub fn seal_secret(&self, purpose: &str, secret: &[u8]) -> Result<Vec<u8>, KeyringError> {
        self.wrap(&bound(SECRET_PURPOSE, purpose.as_bytes()), secret)
    }

    /// Opens what [`seal_secret`](Self::seal_secret) sealed.
    pub fn open_secret(&self, purpose: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
        self.unwrap(&bound(SECRET_PURPOSE, purpose.as_bytes()), sealed)
    }

    /// Signs a checkpoint of the audit chains: Ed25519 (RFC 8032), 64 bytes.
    pub fn sign_checkpoint(&self, checkpoint: &[u8]) -> Vec<u8> {
        self.checkpoint.sign(checkpoint).as_ref().to_vec()
    }

    /// The 32 bytes with which anyone can check checkpoints. They stay the same as long as the oldest master key is kept.
    pub fn checkpoint_public_key(&self) -> &[u8] {
        self.checkpoint.public_key().as_ref()
    }

    /// Fails with [`KeyringError::BadSignature`] unless this keyring signed `checkpoint`.
    pub fn verify_checkpoint(&self, checkpoint: &[u8], signature: &[u8]) -> Result<(), KeyringError> {
        UnparsedPublicKey::new(&ED25519, self.checkpoint_public_key())
            .verify(checkpoint, signature)
            .map_err(|_| KeyringError::BadSignature)
    }

    /// Version, key id, nonce, sealed bytes, tag.
    fn wrap(&self, aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, KeyringError> {
        let mut wrapped = vec![WRAP_VERSION];
        wrapped.extend_from_slice(&self.current.id.0);
        seal_with_random_nonce(&self.current.wrapping, aad, plain, &mut wrapped)?;
        Ok(wrapped)
    }

    fn unwrap(&self, aad: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
        let rest = after_version(wrapped)?;
        let (id, rest) = rest.split_first_chunk().ok_or(KeyringError::Tampered)?;
        let master = std::iter::once(&self.current)
            .chain(&self.older)
            .find(|master| master.id.0 == *id)
            .ok_or(KeyringError::UnknownKey(KeyId(*id)))?;
        open_after_nonce(&master.wrapping, aad, rest)
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let older = self.older.iter().map(|master| master.id).collect::<Vec<_>>();
        f.debug_struct("Keyring").field("current", &self.current.id).field("older", &older).finish()
    }
}

impl MasterKey {
    fn new(key: &KeyBytes) -> Self {
        Self { id: KeyId::of(key), wrapping: Cipher::new(&derive(key, &[b"kho wrapping v1"])) }
    }
}

/// The key of one vault: wraps the data keys of its blobs. Wiped when dropped.
pub struct VaultKey(KeyBytes);

impl VaultKey {
    /// A new key for a blob, and its wrapped form to store.
    pub fn new_data_key(&self, blob: BlobId) -> Result<(DataKey, Vec<u8>), KeyringError> {
        let key = random::<KEY_BYTES>()?;
        let mut wrapped = vec![WRAP_VERSION];
        let aad = bound(DATA_KEY_PURPOSE, blob.0.as_bytes());
        seal_with_random_nonce(&Cipher::new(&self.0), &aad, key.as_slice(), &mut wrapped)?;
        Ok((DataKey(key), wrapped))
    }

    /// The key of a blob from its wrapped form. That of another blob or vault is refused as [`KeyringError::Tampered`].
    pub fn open_data_key(&self, blob: BlobId, wrapped: &[u8]) -> Result<DataKey, KeyringError> {
        let aad = bound(DATA_KEY_PURPOSE, blob.0.as_bytes());
        let plain = open_after_nonce(&Cipher::new(&self.0), &aad, after_version(wrapped)?)?;
        key_from_bytes(&plain).map(DataKey).ok_or(KeyringError::Tampered)
    }

    pub(super) fn bytes(&self) -> &KeyBytes {
        &self.0
    }
}

impl std::fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VaultKey(…)")
    }
}

/// The key of one blob: its segments' keys derive from it. Wiped when dropped.
pub struct DataKey(KeyBytes);

impl DataKey {
    pub(super) fn bytes(&self) -> &KeyBytes {
        &self.0
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey(…)")
    }
}

/// A new master key as it stands in a key file.
pub fn new_key_text() -> Result<Zeroizing<String>, KeyringError> {
    Ok(Zeroizing::new(BASE64.encode(random::<KEY_BYTES>()?.as_slice())))
}

fn key_from_text(text: &str) -> Option<KeyBytes> {
    key_from_bytes(&Zeroizing::new(BASE64.decode(text.as_bytes()).ok()?))
}

fn key_from_bytes(bytes: &[u8]) -> Option<KeyBytes> {
    bytes.try_into().ok().map(Zeroizing::new)
}

#[expect(clippy::expect_used, reason = "a seed is only refused for its length, and the type fixes that")]
fn checkpoint_key(oldest: &KeyBytes) -> Ed25519KeyPair {
    let seed = derive(oldest, &[b"kho checkpoint v1"]);
    Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).expect("Ed25519 takes 32 bytes")
}

/// What a wrapped thing is for and whose it is. Authenticated with it, so it opens as nothing else.
fn bound(purpose: &[u8], owner: &[u8]) -> Vec<u8> {
    [purpose, owner].concat()
}

fn seal_with_random_nonce(
    cipher: &Cipher,
    aad: &[u8],
    plain: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), KeyringError> {
    let nonce = *random::<NONCE_BYTES>()?;
    out.extend_from_slice(&nonce);
    cipher.seal(nonce, aad, plain, out).map_err(|_| KeyringError::TooLong)
}

fn after_version(wrapped: &[u8]) -> Result<&[u8], KeyringError> {
    match wrapped.split_first() {
        Some((&WRAP_VERSION, rest)) => Ok(rest),
        Some((&version, _)) => Err(KeyringError::UnknownVersion(version)),
        None => Err(KeyringError::Tampered),
    }
}

fn open_after_nonce(cipher: &Cipher, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
    let (nonce, sealed) = sealed.split_first_chunk().ok_or(KeyringError::Tampered)?;
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    cipher.open(*nonce, aad, sealed, &mut plain).map_err(|_| KeyringError::Tampered)?;
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use uuid::Uuid;

    use super::*;

    const VAULT: VaultId = VaultId(Uuid::from_u128(1));
    const OTHER_VAULT: VaultId = VaultId(Uuid::from_u128(2));
    const BLOB: BlobId = BlobId(Uuid::from_u128(3));
    const OTHER_BLOB: BlobId = BlobId(Uuid::from_u128(4));

    fn keyring() -> Keyring {
        Keyring::from_base64(&new_key_text().unwrap()).unwrap()
    }

    #[test]
    fn keys_open_for_their_owner_only() {
        let keyring = keyring();
        let (vault_key, wrapped_vault_key) = keyring.new_vault_key(VAULT).unwrap();
        let (data_key, wrapped_data_key) = vault_key.new_data_key(BLOB).unwrap();
        assert_eq!((wrapped_vault_key.len(), wrapped_data_key.len()), (69, 61));

        let opened = keyring.open_vault_key(VAULT, &wrapped_vault_key).unwrap();
        assert_eq!(opened.open_data_key(BLOB, &wrapped_data_key).unwrap().0, data_key.0);

        let refused = keyring.open_vault_key(OTHER_VAULT, &wrapped_vault_key).unwrap_err();
        assert!(matches!(refused, KeyringError::Tampered), "{refused}");
        let refused = opened.open_data_key(OTHER_BLOB, &wrapped_data_key).unwrap_err();
        assert!(matches!(refused, KeyringError::Tampered), "{refused}");
        let (other_vault_key, _) = keyring.new_vault_key(VAULT).unwrap();
        let refused = other_vault_key.open_data_key(BLOB, &wrapped_data_key).unwrap_err();
        assert!(matches!(refused, KeyringError::Tampered), "{refused}");
    }

    /// A vault's id and a purpose may have the same bytes; a vault's key must still not open as a secret.
    #[test]
    fn what_was_wrapped_for_one_purpose_does_not_open_for_another() {
        let keyring = keyring();
        let sealed = keyring.seal_secret("smtp password", b"mat khau").unwrap();
        assert_eq!(keyring.open_secret("smtp password", &sealed).unwrap().as_slice(), b"mat khau");
        let refused = keyring.open_secret("smtp login", &sealed).unwrap_err();
        assert!(matches!(refused, KeyringError::Tampered), "{refused}");

        let vault = VaultId(Uuid::from_bytes(*b"sixteen letters!"));
        let (_, wrapped) = keyring.new_vault_key(vault).unwrap();
        assert!(keyring.open_secret("sixteen letters!", &wrapped).is_err());
    }

    #[test]
    fn every_flipped_bit_and_every_cut_of_a_wrapped_key_is_refused() {
        let keyring = keyring();
        let (vault_key, wrapped) = keyring.new_vault_key(VAULT).unwrap();
        let (_, wrapped_data_key) = vault_key.new_data_key(BLOB).unwrap();
        for bit in 0..wrapped.len() * 8 {
            let mut damaged = wrapped.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let refused = keyring.open_vault_key(VAULT, &damaged).unwrap_err();
            let expected = match bit / 8 {
                0 => matches!(refused, KeyringError::UnknownVersion(_)),
                1..=8 => matches!(refused, KeyringError::UnknownKey(_)),
                _ => matches!(refused, KeyringError::Tampered),
            };
            assert!(expected, "bit {bit}: {refused}");
        }
        for kept in 0..wrapped.len() {
            assert!(keyring.open_vault_key(VAULT, &wrapped[..kept]).is_err(), "{kept} bytes");
        }
        for kept in 0..wrapped_data_key.len() {
            assert!(vault_key.open_data_key(BLOB, &wrapped_data_key[..kept]).is_err(), "{kept} bytes");
        }
    }

    #[test]
    fn after_rotation_old_keys_open_and_the_new_one_wraps() {
        let (old_text, new_text) = (new_key_text().unwrap(), new_key_text().unwrap());
        let old = Keyring::from_base64(&old_text).unwrap();
        let (_, wrapped_before) = old.new_vault_key(VAULT).unwrap();
        let rotated = Keyring::from_base64(&format!("# first\n{},{}\n", *old_text, *new_text)).unwrap();
        let only_new = Keyring::from_base64(&new_text).unwrap();

        rotated.open_vault_key(VAULT, &wrapped_before).unwrap();
        let (_, wrapped_after) = rotated.new_vault_key(VAULT).unwrap();
        only_new.open_vault_key(VAULT, &wrapped_after).unwrap();
        let refused = only_new.open_vault_key(VAULT, &wrapped_before).unwrap_err();
        assert!(matches!(refused, KeyringError::UnknownKey(id) if id == old.current_key_id()), "{refused}");

        let signature = old.sign_checkpoint(b"heads");
        rotated.verify_checkpoint(b"heads", &signature).unwrap();
        assert!(rotated.verify_checkpoint(b"other", &signature).is_err());
        assert!(only_new.verify_checkpoint(b"heads", &signature).is_err());
    }

    #[test]
    fn malformed_key_texts_are_refused_without_repeating_them() {
        for text in ["", " \n", "# only a comment"] {
            assert!(matches!(Keyring::from_base64(text), Err(KeyringError::NoKey)), "{text:?}");
        }
        let sound = new_key_text().unwrap();
        for wrong in ["c2hvcnQ=", "not base64 at all!", &sound[..43]] {
            let refused = Keyring::from_base64(&format!("{}\n{wrong}", *sound)).unwrap_err();
            assert!(matches!(refused, KeyringError::MalformedKey { position: 2 }), "{refused}");
            assert!(!refused.to_string().contains(wrong));
        }
    }

    #[test]
    fn a_key_file_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let (_, wrapped) = Keyring::open_or_create(&path).unwrap().new_vault_key(VAULT).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        Keyring::open_or_create(&path).unwrap().open_vault_key(VAULT, &wrapped).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    fn a_key_appended_to_the_file_wraps_from_then_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let (_, wrapped) = Keyring::open_or_create(&path).unwrap().new_vault_key(VAULT).unwrap();
        let added = new_key_text().unwrap();
        let text = format!("{}{}\n", fs::read_to_string(&path).unwrap(), *added);
        fs::write(&path, text).unwrap();

        let rotated = Keyring::open_or_create(&path).unwrap();
        assert_eq!(rotated.current_key_id(), Keyring::from_base64(&added).unwrap().current_key_id());
        rotated.open_vault_key(VAULT, &wrapped).unwrap();
    }

    #[test]
    fn nodes_that_start_together_agree_on_one_key() {
        const NODES: usize = 8;
        let folder = tempfile::tempdir().unwrap();
        for round in 0..20 {
            let path = folder.path().join(format!("{round}.key"));
            let start = std::sync::Barrier::new(NODES);
            let node = || {
                start.wait();
                Keyring::open_or_create(&path).unwrap().current_key_id()
            };
            let ids = std::thread::scope(|scope| {
                let nodes = (0..NODES).map(|_| scope.spawn(node)).collect::<Vec<_>>();
                nodes.into_iter().map(|node| node.join().unwrap()).collect::<Vec<_>>()
            });
            assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        }
    }

    #[test]
    fn a_key_file_open_to_others_is_refused_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        Keyring::open_or_create(&path).unwrap();
        for mode in [0o640, 0o604, 0o620, 0o601, 0o644] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let refused = Keyring::open_or_create(&path).unwrap_err();
            assert!(matches!(refused, KeyringError::KeyFileMode { mode: found, .. } if found == mode));
            assert!(refused.to_string().contains("chmod 600"), "{refused}");
        }
        fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
        Keyring::open_or_create(&path).unwrap();
    }

    #[test]
    fn a_missing_key_file_is_not_made_by_open() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        assert!(matches!(Keyring::open(&path), Err(KeyringError::KeyFile { .. })));
        assert!(!path.exists());
    }

    #[test]
    fn keys_do_not_show_in_debug_output() {
        let text = new_key_text().unwrap();
        let keyring = Keyring::from_base64(&text).unwrap();
        let (vault_key, _) = keyring.new_vault_key(VAULT).unwrap();
        let (data_key, _) = vault_key.new_data_key(BLOB).unwrap();
        assert!(!format!("{keyring:?}").contains(text.as_str()));
        assert_eq!(format!("{vault_key:?} {data_key:?}"), "VaultKey(…) DataKey(…)");
    }
}
