//! Accounts: making them, and what a person keeps in the own one.

use crate::crypto::password;
use crate::db;
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::id::AccountId;
use crate::domain::identity::{Email, FullName, IdentityNumber, Login, Phone};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
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
}

impl Kho {
    /// Makes an account for a person, and the person's vault where there is none yet. For system administrators.
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
        let vault_id = self.vault_of_owner(&mut tx, &owner, person.full_name.as_str()).await?;
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
        let record = Record::new(SYSTEM_CHAIN, now, actor.into(), Act::AccountCreate).about(id.0);
        self.audit(&mut tx, record).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The actor's own account.
    pub async fn me(&self, actor: &Actor) -> Result<db::account::Account> {
        actor.check_scope(Act::AccountView)?;
        let mut tx = self.db.read().await?;
        db::account::get(&mut tx, actor.account_id).await?.ok_or_else(|| Code::NotFound.into())
    }
}

/// Hashes a password off the threads that answer requests.
pub(super) async fn hash_password(plain: String) -> Result<String> {
    tokio::task::spawn_blocking(move || password::hash(&plain))
        .await
        .map_err(|error| Problem::new(Code::Internal).caused_by(error))?
        .map_err(Problem::from)
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
