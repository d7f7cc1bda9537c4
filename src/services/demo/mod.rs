//! Loading the demo: the people, organisations, papers and the root of trust that `kho-fixtures` writes into a folder.
//!
//! Everything goes through the use cases that people use, so a demo vault differs from a real one in nothing. What is there already is
//! left as it is: loading twice adds nothing, and a load that was cut off goes on.

mod dossiers;
mod manifest;

use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use kho_mapping::catalogue::{Agency, Catalogue};
use tokio::io::AsyncReadExt;

use crate::db;
use crate::domain::account::{Actor, Channel, Credential};
use crate::domain::entry::Entry;
use crate::domain::grant::MemberRole;
use crate::domain::id::{AccountId, EntryId, VaultId};
use crate::domain::identity::{
    Email, FullName, IdentityError, IdentityNumber, Login, OrganisationCode, Phone,
};
use crate::domain::name::EntryName;
use crate::domain::policy::Role;
use crate::domain::problem::{Code, Problem};
use crate::services::Kho;
use crate::services::accounts::NewPerson;
use crate::services::documents::{Destination, FileDescription};
use crate::services::folders::OnConflict;
use crate::services::grants::NewShare;
use crate::services::mapping::changes::{Missing, Wish};
use crate::services::recipients::Recipient;
use crate::services::roles::Appointment;
use crate::services::trust_files::{Unusable, certificates_of};
use crate::services::trust_store::{Terms, TrustRole};
use crate::services::vaults::Owner;

pub use manifest::{Account, Manifest};
use manifest::{Document, Member, Organisation, Share, Trust};

/// Why the demo could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("{0} could not be read: {1}")]
    Read(String, #[source] std::io::Error),
    #[error("manifest.json is not the list of a demo: {0}")]
    Manifest(#[from] serde_json::Error),
    #[error("{0} names {1}, which the demo does not have")]
    Unknown(String, String),
    #[error("{0}: {1}")]
    Refused(String, #[source] Problem),
    #[error("{0}: {1}")]
    Identity(String, #[source] IdentityError),
    #[error(transparent)]
    Unusable(#[from] Unusable),
}

/// A demo in a folder.
#[derive(Debug)]
pub struct Demo {
    pub manifest: Manifest,
    folder: PathBuf,
}

impl Demo {
    /// Reads the manifest; the papers are read one by one while they are loaded.
    pub fn read(folder: &Path) -> Result<Self, DemoError> {
        let file = folder.join("manifest.json");
        let text =
            std::fs::read(&file).map_err(|error| DemoError::Read(file.display().to_string(), error))?;
        Ok(Self { manifest: serde_json::from_slice(&text)?, folder: folder.to_owned() })
    }
}

/// What a load added; all zero where everything was there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    pub trust: usize,
    pub accounts: usize,
    pub organisations: usize,
    pub documents: usize,
    pub shares: usize,
    pub dossiers: usize,
}

/// Bytes read from a paper at a time.
const PIECE_BYTES: usize = 256 * 1024;

impl Kho {
    /// Adds what is missing of a demo; `on_document` is told after each paper, added or found.
    pub async fn load_demo(
        &self,
        operator: &Actor,
        demo: &Demo,
        on_document: impl Fn(),
    ) -> Result<Loaded, DemoError> {
        let mut loaded = Loaded::default();
        self.load_agencies(operator, &demo.manifest.agencies).await?;
        // Before the papers, so that each is judged once.
        for trust in &demo.manifest.trust {
            loaded.trust += self.load_trust(operator, demo, trust).await?;
        }
        for account in &demo.manifest.accounts {
            loaded.accounts += usize::from(self.load_account(operator, account, &demo.manifest).await?);
            self.load_posts(operator, account).await?;
        }
        for organisation in &demo.manifest.organisations {
            loaded.organisations += usize::from(self.load_organisation(operator, organisation).await?);
        }
        for document in &demo.manifest.documents {
            loaded.documents += usize::from(self.load_document(demo, document).await?);
            on_document();
        }
        for share in &demo.manifest.shares {
            loaded.shares += usize::from(self.load_share(demo, share).await?);
        }
        for dossier in &demo.manifest.dossiers {
            loaded.dossiers += usize::from(self.load_dossier(demo, dossier).await?);
        }
        Ok(loaded)
    }

    /// Accounts of this deployment that are not the demo's. Loading a demo beside them would give real data a neighbour whose password is public.
    pub async fn has_others_than(&self, demo: &Demo) -> Result<bool, DemoError> {
        let count = async {
            let mut tx = self.db.read().await?;
            let mut of_demo = 0;
            for account in &demo.manifest.accounts {
                of_demo += i64::from(db::account::by_login(&mut tx, &account.login).await?.is_some());
            }
            Ok(db::account::count(&mut tx).await? > of_demo)
        };
        count.await.map_err(|problem: Problem| DemoError::Refused("accounts".to_owned(), problem))
    }

    async fn load_account(
        &self,
        operator: &Actor,
        account: &Account,
        manifest: &Manifest,
    ) -> Result<bool, DemoError> {
        let refused = |problem: Problem| DemoError::Refused(account.login.clone(), problem);
        let malformed = |error| DemoError::Identity(account.login.clone(), error);
        let known = async {
            let mut tx = self.db.read().await?;
            Ok(db::account::by_login(&mut tx, &account.login).await?.is_some())
        };
        if known.await.map_err(refused)? {
            return Ok(false);
        }
        let person = NewPerson {
            takes_over: false,
            login: Login::parse(&account.login).map_err(malformed)?,
            full_name: FullName::parse(&account.full_name).map_err(malformed)?,
            identity_number: IdentityNumber::parse(&account.identity_number).map_err(malformed)?,
            email: Some(Email::parse(&account.email).map_err(malformed)?),
            phone: Some(Phone::parse(&account.phone).map_err(malformed)?),
            address: Some(account.address.clone()),
            password: Some(manifest.password.clone()),
        };
        self.create_person(operator, person).await.map_err(refused)?;
        Ok(true)
    }

    /// Puts the agencies into the catalogue, beside what stands there; where they do already, nothing changes.
    async fn load_agencies(&self, operator: &Actor, agencies: &[Agency]) -> Result<(), DemoError> {
        let load = async {
            let seen = Some(self.view_catalogue(operator, None).await?.number);
            let file = Catalogue { agencies: agencies.to_vec(), ..Catalogue::default() };
            self.import_catalogue(operator, file, Missing::Keep, Wish { seen, ..Wish::default() }).await
        };
        load.await.map_err(|problem| DemoError::Refused("agencies".to_owned(), problem))?;
        Ok(())
    }

    /// Adds the certificates of a file that are not in the trust store yet.
    async fn load_trust(&self, operator: &Actor, demo: &Demo, trust: &Trust) -> Result<usize, DemoError> {
        let refused = |problem: Problem| DemoError::Refused(trust.label.clone(), problem);
        let mut certificates = certificates_of(&demo.folder.join(&trust.file))?;
        let known = self.trust_certificates(operator).await.map_err(refused)?;
        certificates.retain(|one| known.iter().all(|row| row.sha256 != one.sha256()));
        if certificates.is_empty() {
            return Ok(0);
        }
        let terms = Terms {
            label: Some(trust.label.clone()),
            authenticates: trust.authenticates,
            ..Terms::of(TrustRole::Anchor)
        };
        self.add_trust(operator, &certificates, &terms).await.map_err(refused)?;
        Ok(certificates.len())
    }

    /// Gives an account its roles; everybody is a citizen without one.
    async fn load_posts(&self, operator: &Actor, account: &Account) -> Result<(), DemoError> {
        for post in account.roles.iter().filter(|post| post.role != "citizen") {
            let unknown = || DemoError::Unknown(account.login.clone(), post.role.clone());
            let role = Role::parse(&post.role).ok_or_else(unknown)?;
            let appointment = Appointment { account: &account.login, role, agency: post.agency.as_deref() };
            self.give_role(operator, appointment)
                .await
                .map_err(|problem| DemoError::Refused(account.login.clone(), problem))?;
        }
        Ok(())
    }

    async fn load_share(&self, demo: &Demo, share: &Share) -> Result<bool, DemoError> {
        let refused = |problem: Problem| DemoError::Refused(share.document.clone(), problem);
        let (actor, entry) = self.loaded_document(demo, &share.from, &share.document).await?;
        let recipient = match owner(&share.to)? {
            Owner::Person(number) => Recipient::IdentityNumber(number),
            Owner::Organisation(code) => Recipient::OrganisationCode(code),
        };
        let share = NewShare {
            entry_id: entry.id,
            recipient,
            rights: share.rights.clone(),
            expires_at: Some(self.clock.now() + TimeDelta::days(i64::from(share.days))),
            message: Some(share.message.clone()),
        };
        added(self.share(&actor, share).await.map(|_| ())).map_err(refused)
    }

    /// A document of the manifest that was loaded, and who acts for its owner.
    async fn loaded_document(
        &self,
        demo: &Demo,
        from: &str,
        name: &str,
    ) -> Result<(Actor, Entry), DemoError> {
        let refused = |problem: Problem| DemoError::Refused(name.to_owned(), problem);
        let unknown = || DemoError::Unknown(from.to_owned(), name.to_owned());
        let mut documents = demo.manifest.documents.iter();
        let document =
            documents.find(|document| document.owner == from && document.name == name).ok_or_else(unknown)?;
        let (actor, root) = self.keeper(from).await?;
        let folder = self.folder_of(&actor, root, document).await?;
        let name = EntryName::parse(name).map_err(|error| refused(error.into()))?;
        let entry = self.child(folder, &name).await.map_err(refused)?.ok_or_else(unknown)?;
        Ok((actor, entry))
    }

    /// Makes an organisation's vault and its members.
    async fn load_organisation(
        &self,
        operator: &Actor,
        organisation: &Organisation,
    ) -> Result<bool, DemoError> {
        let refused = |problem: Problem| DemoError::Refused(organisation.name.clone(), problem);
        let malformed = |error| DemoError::Identity(organisation.name.clone(), error);
        let code = OrganisationCode::parse(&organisation.code).map_err(malformed)?;
        let name = FullName::parse(&organisation.name).map_err(malformed)?;
        let unknown = || DemoError::Unknown(organisation.name.clone(), "owner".to_owned());
        let mut members = organisation.members.iter();
        let first = members.find(|member| member.role == "owner").ok_or_else(unknown)?;
        let made = self.create_organisation(operator, code, name, &first.login).await.map(|_| ());
        let is_new = added(made).map_err(refused)?;
        let vault = self.organisation_vault(&organisation.code).await.map_err(refused)?;
        let (keeper, _) = self.keeper(&organisation.code).await?;
        let there = {
            let mut tx = self.db.read().await.map_err(|error| refused(error.into()))?;
            db::vault::members(&mut tx, vault).await.map_err(|error| refused(error.into()))?
        };
        let is_there = |member: &Member| there.iter().any(|known| known.login == member.login);
        for member in organisation.members.iter().filter(|member| !is_there(member)) {
            let unknown = || DemoError::Unknown(member.login.clone(), member.role.clone());
            let role = MemberRole::parse(&member.role).ok_or_else(unknown)?;
            self.put_member(&keeper, vault, &member.login, role).await.map_err(refused)?;
        }
        Ok(is_new)
    }

    async fn organisation_vault(&self, code: &str) -> Result<VaultId, Problem> {
        let mut tx = self.db.read().await?;
        let vault = db::vault::by_owner(&mut tx, "organisation", code).await?.ok_or(Code::NotFound)?;
        Ok(vault.id)
    }

    async fn load_document(&self, demo: &Demo, document: &Document) -> Result<bool, DemoError> {
        let refused = |problem: Problem| DemoError::Refused(document.name.clone(), problem);
        let (actor, root) = self.keeper(&document.owner).await?;
        let folder = self.folder_of(&actor, root, document).await?;
        let name = EntryName::parse(&document.name).map_err(|error| refused(error.into()))?;
        let known = self.child(folder, &name).await.map_err(refused)?;
        let files = document.versions.iter().chain([&document.file]).collect::<Vec<_>>();
        // A load that was cut off may have left a paper without its later versions.
        let (mut destination, mut seen, there) = match &known {
            Some(entry) => (Destination::Document(entry.id), Some(entry.rev), entry.version_count as usize),
            None => (Destination::Folder(folder), None, 0),
        };
        for file in files.iter().skip(there) {
            let description = describe(document, seen);
            let entry = self
                .load_file(&actor, destination, &demo.folder.join(file), description)
                .await
                .map_err(|error| match error {
                    Failed::Read(error) => DemoError::Read((*file).clone(), error),
                    Failed::Refused(problem) => DemoError::Refused((*file).clone(), problem),
                })?;
            destination = Destination::Document(entry.id);
            seen = Some(entry.rev);
        }
        Ok(there < files.len())
    }

    /// Streams a file into the vault.
    async fn load_file(
        &self,
        actor: &Actor,
        destination: Destination,
        path: &Path,
        description: FileDescription,
    ) -> Result<Entry, Failed> {
        let mut file = tokio::fs::File::open(path).await.map_err(Failed::Read)?;
        let size_bytes = file.metadata().await.map_err(Failed::Read)?.len();
        let mut upload = self.begin_upload(actor, destination, size_bytes).await.map_err(Failed::Refused)?;
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            // An upload left here by an error is given up by the sweeper.
            let count = file.read(&mut piece).await.map_err(Failed::Read)?;
            if count == 0 {
                break;
            }
            upload.write(&piece[..count]).await.map_err(Failed::Refused)?;
        }
        self.finish_upload(actor, upload, description).await.map_err(Failed::Refused)
    }

    /// Who acts for an owner: the person, or the first owner among an organisation's members. With the vault's root.
    async fn keeper(&self, code: &str) -> Result<(Actor, EntryId), DemoError> {
        let owner = owner(code)?;
        let (kind, code) = owner.parts();
        let find = async {
            let mut tx = self.db.read().await?;
            let vault = db::vault::by_owner(&mut tx, kind, code).await?.ok_or(Code::RecipientNotFound)?;
            if let Some(account) = db::account::by_vault(&mut tx, vault.id).await? {
                return Ok((actor(account.id, account.full_name, Some(vault.id)), vault.root_id));
            }
            let members = db::vault::members(&mut tx, vault.id).await?;
            let member =
                members.into_iter().find(|member| member.role == "owner").ok_or(Code::RecipientNotFound)?;
            Ok((actor(member.account_id, member.full_name, None), vault.root_id))
        };
        find.await.map_err(|problem: Problem| DemoError::Refused(code.to_owned(), problem))
    }

    /// The folder a paper lies in; own folders on the way are made.
    async fn folder_of(
        &self,
        actor: &Actor,
        root: EntryId,
        document: &Document,
    ) -> Result<EntryId, DemoError> {
        let refused = |problem: Problem| DemoError::Refused(document.name.clone(), problem);
        let unknown = || DemoError::Unknown(document.name.clone(), document.folder.clone());
        let default = self.catalogue.folder(&document.folder).ok_or_else(unknown)?;
        let name = EntryName::parse(&default.vi).map_err(|error| refused(error.into()))?;
        let mut folder = self.child(root, &name).await.map_err(refused)?.ok_or_else(unknown)?.id;
        for own in &document.path {
            let name = EntryName::parse(own).map_err(|error| refused(error.into()))?;
            folder = match self.child(folder, &name).await.map_err(refused)? {
                Some(found) => found.id,
                None => self.create_folder(actor, folder, own, OnConflict::Refuse).await.map_err(refused)?.id,
            };
        }
        Ok(folder)
    }

    async fn child(&self, folder: EntryId, name: &EntryName) -> Result<Option<Entry>, Problem> {
        let mut tx = self.db.read().await?;
        Ok(db::entry::child_by_name(&mut tx, folder, &name.key()).await?)
    }
}

/// Whether something was added; what was there already was not.
fn added(made: Result<(), Problem>) -> Result<bool, Problem> {
    match made {
        Ok(()) => Ok(true),
        Err(problem) if problem.code == Code::AlreadyExists => Ok(false),
        Err(problem) => Err(problem),
    }
}

enum Failed {
    Read(std::io::Error),
    Refused(Problem),
}

/// A person by 12 digits, an organisation by its code.
fn owner(code: &str) -> Result<Owner, DemoError> {
    match IdentityNumber::parse(code) {
        Ok(number) => Ok(Owner::Person(number)),
        Err(_) => OrganisationCode::parse(code)
            .map(Owner::Organisation)
            .map_err(|error| DemoError::Identity(code.to_owned(), error)),
    }
}

fn actor(account_id: AccountId, name: String, vault_id: Option<VaultId>) -> Actor {
    let channel = Channel { name: "command_line", address: String::new() };
    Actor { account_id, name, vault_id, credential: Credential::CommandLine, channel, purpose: None }
}

fn describe(document: &Document, seen: Option<i64>) -> FileDescription {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    FileDescription {
        name: Some(document.name.clone()),
        title: given(&document.title),
        type_code: given(&document.type_code),
        number: given(&document.number),
        authority: given(&document.authority),
        issued_on: document.issued_on.parse().ok(),
        expires_on: document.expires_on.as_deref().and_then(|date| date.parse().ok()),
        note: given(&document.note),
        tags: document.tags.clone(),
        seen,
        ..Default::default()
    }
}
