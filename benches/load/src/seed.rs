//! Fills a deployment, before its server starts or beside it: rows through the `db` room, many a transaction, all versions of a folder on one
//! real blob.

use kho::db;
use kho::domain::account::{Actor, Channel, Credential};
use kho::domain::clock::Clock;
use kho::domain::entry::Weight;
use kho::domain::id::{AccountId, EntryId, VaultId, VersionId};
use kho::domain::identity::{FullName, IdentityNumber, Login};
use kho::domain::name::EntryName;
use kho::services::Kho;
use kho::services::accounts::NewPerson;
use kho::services::documents::{Destination, FileDescription};

use crate::Failure;

pub const PASSWORD: &str = "nước chảy đá mòn 1";
/// Documents of a vault that is there to fill the database.
const PER_VAULT: u64 = 10_000;
/// Rows written in one transaction; a server beside waits for its end.
const BATCH: u64 = 1_000;
const BLOB_BYTES: usize = 100 * 1024;

/// The person whose vault is looked at.
pub const LOGIN: &str = "load";

/// A folder with documents in it, the last of which can be downloaded like any other.
pub struct Seeded {
    pub folder: EntryId,
    pub document: EntryId,
}

pub struct Seeder<'k> {
    kho: &'k Kho,
    people: u64,
}

impl<'k> Seeder<'k> {
    pub fn new(kho: &'k Kho) -> Self {
        Self { kho, people: 0 }
    }

    /// A person with a vault, as its owner acts.
    pub async fn person(&mut self, login: &str) -> Result<(Actor, VaultId, EntryId), Failure> {
        self.people += 1;
        let person = NewPerson {
            takes_over: false,
            login: Login::parse(login)?,
            full_name: FullName::parse("Người dùng thử tải")?,
            identity_number: IdentityNumber::parse(&format!("0990{:08}", self.people))?,
            email: None,
            phone: None,
            address: None,
            password: Some(PASSWORD.to_owned()),
        };
        let operator = actor(AccountId(uuid::Uuid::nil()), None);
        let id = self.kho.create_person(&operator, person).await?;
        let mut tx = self.kho.db.read().await?;
        let account = db::account::get(&mut tx, id).await?.ok_or("the account is gone")?;
        let vault = account.vault_id.ok_or("the vault is gone")?;
        let root = db::vault::get(&mut tx, vault).await?.ok_or("the vault is gone")?.root_id;
        Ok((actor(id, Some(vault)), vault, root))
    }

    /// A new folder with `documents` in it.
    pub async fn folder(
        &self,
        owner: &(Actor, VaultId, EntryId),
        name: &str,
        documents: u64,
    ) -> Result<Seeded, Failure> {
        let (actor, vault, root) = owner;
        let folder = self.kho.create_folder(actor, *root, name, Default::default()).await?.id;
        let described = |_| db::entry::Metadata { tags: "[]".to_owned(), ..Default::default() };
        let document =
            fill(self.kho, &Owned { actor, vault: *vault, folder }, documents, BLOB_BYTES, described).await?;
        Ok(Seeded { folder, document })
    }

    /// Other people's documents, until there are `documents` of them.
    pub async fn others(&mut self, documents: u64) -> Result<(), Failure> {
        let mut missing = documents;
        while missing > 0 {
            let now = missing.min(PER_VAULT);
            let owner = self.person(&format!("other.{}", self.people)).await?;
            self.folder(&owner, "Giấy tờ", now).await?;
            missing -= now;
        }
        Ok(())
    }
}

/// A folder and who adds to it.
pub struct Owned<'a> {
    pub actor: &'a Actor,
    pub vault: VaultId,
    pub folder: EntryId,
}

/// Adds `documents` to a folder that has none of their names: one as everybody does, the others as rows with its bytes. Answers the one.
pub async fn fill(
    kho: &Kho,
    owned: &Owned<'_>,
    documents: u64,
    size: usize,
    described: impl Fn(u64) -> db::entry::Metadata,
) -> Result<EntryId, Failure> {
    let Owned { actor, vault, folder } = *owned;
    let mut upload = kho.begin_upload(actor, Destination::Folder(folder), size as u64).await?;
    upload.write(&pdf(size)).await?;
    let description = FileDescription { name: Some("Tờ 0.pdf".to_owned()), ..Default::default() };
    let document = kho.finish_upload(actor, upload, description).await?.id;
    let mut tx = kho.db.read().await?;
    let version = db::version::by_number(&mut tx, document, 1).await?.ok_or("the version is gone")?;
    drop(tx);
    let mut number = 1;
    while number < documents {
        let end = documents.min(number + BATCH);
        let mut tx = kho.db.begin().await?;
        db::vault::lock(&mut tx, vault).await?;
        for number in number..end {
            let name = EntryName::parse(&format!("Tờ {number}.pdf"))?;
            let metadata = described(number);
            let at = Clock::System.now();
            let (id, version_id) = (EntryId::new(at), VersionId::new(at));
            let row = db::entry::NewDocument {
                id,
                vault_id: vault,
                parent_id: folder,
                name: db::entry::NameForms {
                    name: name.as_str(),
                    key: name.key(),
                    sort_key: name.sort_key(),
                },
                version_id,
                size_bytes: version.size_bytes,
                media_type: &version.media_type,
                trust_level: 1,
                source: "own_upload",
                metadata: &metadata,
                created_by: actor.account_id,
                at,
            };
            db::entry::insert_document(&mut tx, row).await?;
            let mut copy = version.clone();
            (copy.id, copy.entry_id, copy.created_at) = (version_id, id, at);
            copy.file_name = name.as_str().to_owned();
            copy.text_state = "none".to_owned();
            db::version::insert(&mut tx, &copy).await?;
        }
        let added = (end - number) as i64;
        let bytes = added * version.size_bytes;
        let weight = Weight { documents: added, live_bytes: bytes, ..Default::default() };
        db::entry::add_weight(&mut tx, folder, weight).await?;
        let change = db::vault::LedgerChange { live: bytes, ..Default::default() };
        db::vault::change_ledger(&mut tx, vault, change).await?;
        tx.commit().await?;
        number = end;
    }
    Ok(document)
}

pub fn actor(account_id: AccountId, vault_id: Option<VaultId>) -> Actor {
    let channel = Channel { name: "command_line", address: String::new() };
    let name = "kho-load".to_owned();
    Actor { account_id, name, vault_id, credential: Credential::CommandLine, channel, purpose: None }
}

/// Bytes that pass for a PDF and compress as badly as one.
pub fn pdf(size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    while bytes.len() < size {
        bytes.extend_from_slice(uuid::Uuid::new_v4().as_bytes());
    }
    bytes.truncate(size);
    bytes
}
