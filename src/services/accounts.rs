//! Accounts: making them, and what a person keeps in the own one.

use tokio::sync::Semaphore;

use crate::crypto::password;
use crate::db::{self, DbError, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::id::AccountId;
use crate::domain::identity::{Email, FullName, IdentityNumber, Login, Phone};
use crate::domain::notice::Kind;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::arrange::checked_text;
use crate::services::letters::Letter;
use crate::services::notices::News;
use crate::services::vaults::Owner;

/// A person to be given an account.
pub struct NewPerson {
    pub login: Login,
    pub full_name: FullName,
    pub identity_number: IdentityNumber,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub address: Option<String>,
    /// None where the person sets it by a reset link.
    pub password: Option<String>,
    /// Whether the vault that agencies made for this identity number, if there is one, becomes the account's.
    pub takes_over: bool,
}

impl Kho {
    /// Makes an account for a person, and the person's vault where there is none yet. For system administrators.
    ///
    /// Where agencies put papers into a vault under the identity number before, whoever makes the account must say that it is to open it: a
    /// number mistyped would open a stranger's papers. It stands in the vault's trail, and the account is told.
    pub async fn create_person(&self, actor: &Actor, person: NewPerson) -> Result<AccountId> {
        let hash = match &person.password {
            Some(password) => {
                expect_strong(password, person.login.as_str())?;
                Some(hash_password(password.clone()).await?)
            }
            None => None,
        };
        let now = self.clock.now();
        let id = AccountId::new(now);
        let mut tx = self.db.begin().await?;
        self.gate_role(&mut tx, actor, Act::AccountCreate, &[crate::domain::policy::Role::SystemAdmin])
            .await?;
        let owner = Owner::Person(person.identity_number);
        let waiting = self.waiting_vault(&mut tx, &owner).await?;
        if waiting.is_some() && !person.takes_over {
            return Err(Code::VaultWaiting.into());
        }
        let vault_id = match &waiting {
            Some(vault) => vault.id,
            None => self.vault_of_owner(&mut tx, &owner, person.full_name.as_str()).await?,
        };
        let account = db::account::NewAccount {
            id,
            kind: "person",
            login: person.login.as_str(),
            full_name: person.full_name.as_str(),
            email: person.email.as_ref().map(Email::as_str),
            phone: person.phone.as_ref().map(Phone::as_str),
            address: person.address.as_deref(),
            language: "vi",
            vault_id: Some(vault_id),
            password_hash: hash.as_deref(),
            at: now,
        };
        db::account::insert(&mut tx, account).await?;
        if hash.is_none() && person.email.is_some() {
            let name = person.login.as_str().to_owned();
            self.queue_letter(&mut tx, &Letter::PasswordReset { name }).await?;
        }
        let record = Record::new(SYSTEM_CHAIN, now, actor.into(), Act::AccountCreate).about(id.0);
        self.audit(&mut tx, record.named(person.login.as_str())).await?;
        if waiting.is_some() {
            db::vault::rename_owner(&mut tx, vault_id, person.full_name.as_str()).await?;
            let record = Record::done(vault_id, now, actor, Act::VaultTakeOver).about(id.0);
            self.audit(&mut tx, record.named(person.login.as_str())).await?;
            let mut news = News::new(Kind::VaultTakenOver, None);
            news.vault_id = Some(vault_id);
            self.tell_account(&mut tx, id, &news).await?;
        }
        tx.commit().await?;
        Ok(id)
    }

    /// The vault that agencies put papers into before its owner had an account, locked.
    async fn waiting_vault(&self, tx: &mut Tx, owner: &Owner) -> Result<Option<db::vault::Vault>> {
        let (kind, code) = owner.parts();
        let Some(vault) = db::vault::by_owner(tx, kind, code).await? else { return Ok(None) };
        if db::account::by_vault(tx, vault.id).await?.is_some() {
            return Err(Problem::new(Code::AlreadyExists).with("field", "identity_number"));
        }
        Ok(db::vault::lock(tx, vault.id).await?)
    }

    /// The actor's own account.
    pub async fn me(&self, actor: &Actor) -> Result<db::account::Account> {
        actor.check_scope(Act::AccountView)?;
        let mut tx = self.db.read().await?;
        db::account::get(&mut tx, actor.account_id).await?.ok_or_else(|| Code::NotFound.into())
    }
}

/// What a person may change of the own account; the full name and the identity number are identity data and are not among it.
#[derive(Default)]
pub struct OwnChanges {
    pub email: Option<Option<Email>>,
    pub phone: Option<Option<Phone>>,
    pub address: Option<Option<String>>,
    pub language: Option<Language>,
    /// The present password: needed for another e-mail address, which is where a reset link would go.
    pub password: Option<String>,
}

/// The language in which an account is written to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    Vi,
    En,
}

impl Language {
    pub fn as_str(self) -> &'static str {
        match self {
            Language::Vi => "vi",
            Language::En => "en",
        }
    }
}

impl Kho {
    /// Changes the actor's own account.
    pub async fn update_me(
        &self,
        actor: &Actor,
        seen: Option<i64>,
        changes: OwnChanges,
    ) -> Result<db::account::Account> {
        actor.check_scope(Act::AccountUpdate)?;
        let mut account = self.me(actor).await?;
        account.expect_revision(seen)?;
        let email = changes.email.map(|email| email.map(String::from)).unwrap_or(account.email.clone());
        let email_changes = email != account.email;
        if email_changes {
            self.expect_session(actor, Act::AccountUpdate)?;
            account = self.expect_password(actor, Act::AccountUpdate, changes.password).await?;
            account.expect_revision(seen)?;
        }
        let phone = changes.phone.map(|phone| phone.map(String::from)).unwrap_or(account.phone.clone());
        let address = match changes.address {
            Some(address) => checked_text("address", address.as_deref(), 500)?,
            None => account.address.clone(),
        };
        let details = db::account::AccountDetails {
            full_name: &account.full_name,
            email: email.as_deref(),
            phone: phone.as_deref(),
            address: address.as_deref(),
            language: changes.language.map_or(account.language.as_str(), |language| language.as_str()),
            state: &account.state,
        };
        let mut tx = self.db.begin().await?;
        if let Some(vault) = actor.vault_id {
            db::vault::lock(&mut tx, vault).await?;
        }
        self.write_details(&mut tx, &account, &details).await?;
        if let (true, Some(before)) = (email_changes, &account.email) {
            let letter = Letter::EmailChanged { account: account.id, to: before.clone() };
            self.queue_letter(&mut tx, &letter).await?;
        }
        if email_changes {
            self.tell_of_account(&mut tx, Kind::EmailChanged, account.id, &actor.channel).await?;
        }
        let changed = changed_fields(&account, &details);
        let record = self.account_record(actor, Act::AccountUpdate);
        self.audit(&mut tx, record.detail(serde_json::json!({ "changed": changed }))).await?;
        let account = db::account::get(&mut tx, account.id).await?.ok_or(Code::NotFound)?;
        tx.commit().await?;
        Ok(account)
    }

    /// Writes an account's details over the revision that was loaded; an e-mail address that another account has is refused.
    pub(super) async fn write_details(
        &self,
        tx: &mut Tx,
        account: &db::account::Account,
        details: &db::account::AccountDetails<'_>,
    ) -> Result<()> {
        let now = self.clock.now();
        match db::account::update(tx, account.id, account.rev, details, now).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Code::PreconditionFailed.into()),
            Err(DbError::Unique(_)) => Err(Problem::new(Code::AlreadyExists).with("field", "email")),
            Err(error) => Err(error.into()),
        }
    }
}

/// The names of the fields that differ, for the trail: the values are personal and stay out of it.
pub(super) fn changed_fields(
    account: &db::account::Account,
    details: &db::account::AccountDetails<'_>,
) -> Vec<&'static str> {
    let fields = [
        ("address", account.address.as_deref() != details.address),
        ("email", account.email.as_deref() != details.email),
        ("full_name", account.full_name != details.full_name),
        ("language", account.language != details.language),
        ("phone", account.phone.as_deref() != details.phone),
        ("state", account.state != details.state),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
}

/// Hashings that run at a time on a node. Each takes 19 MiB and a core: without a bound, a burst of sign-ins would take all memory.
static HASHINGS: Semaphore = Semaphore::const_new(4);

/// Does work on a password off the threads that answer requests.
async fn hashing<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, password::PasswordError> + Send + 'static,
) -> Result<T> {
    let failed =
        |error: Box<dyn std::error::Error + Send + Sync>| Problem::new(Code::Internal).caused_by(error);
    let _turn = HASHINGS.acquire().await.map_err(|error| failed(error.into()))?;
    let done = tokio::task::spawn_blocking(work).await.map_err(|error| failed(error.into()))?;
    Ok(done?)
}

/// The hash to store for a password.
pub(super) async fn hash_password(plain: String) -> Result<String> {
    hashing(move || password::hash(&plain)).await
}

/// Whether a password is the one behind `hash`. Where there is none the same work is done, so that time tells nothing.
pub(super) async fn verify_password(plain: String, hash: Option<String>) -> Result<bool> {
    hashing(move || match hash {
        Some(hash) => password::verify(&plain, &hash),
        None => password::verify_absent(&plain).map(|()| false),
    })
    .await
}

/// The shortest password taken, in characters (NIST SP 800-63B asks for length, not for kinds of characters).
const SHORTEST_PASSWORD: usize = 10;

/// Refuses passwords that are short, common or made of the login name.
pub(super) fn expect_strong(plain: &str, login: &str) -> Result<()> {
    let lower = plain.to_lowercase();
    let distinct = lower.chars().collect::<std::collections::BTreeSet<_>>().len();
    let common = ["password", "matkhau", "12345678", "qwertyui", "abcdefgh", "iloveyou"];
    let weak = plain.chars().count() < SHORTEST_PASSWORD
        || plain.len() > 1024
        || distinct < 5
        || lower.contains(login)
        || common.iter().any(|word| lower.starts_with(word) && plain.chars().count() < 14);
    if weak { Err(Code::PasswordWeak.into()) } else { Ok(()) }
}
