//! Rows of accounts.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx};
use crate::domain::id::{AccountId, VaultId};
use crate::domain::page::PageRequest;
use crate::domain::problem::{Code, Problem};
use crate::domain::text;
use crate::sql;

/// An account, as its row holds it, with the identity number of its vault's owner.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Account {
    pub id: AccountId,
    pub number: i64,
    /// `person` or `client`.
    pub kind: String,
    pub login: String,
    pub full_name: String,
    pub identity_number: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    /// `vi` or `en`.
    pub language: String,
    /// The full name without diacritics and capitals: what a list is sorted by.
    pub name_key: Vec<u8>,
    pub vault_id: Option<VaultId>,
    pub password_hash: Option<String>,
    /// `active` or `locked`.
    pub state: String,
    pub rev: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Account {
    /// Guards a change by the ETag the caller last saw. `None` means that no `If-Match` was sent.
    pub fn expect_revision(&self, seen: Option<i64>) -> Result<(), Problem> {
        match seen {
            None => Err(Code::PreconditionRequired.into()),
            Some(rev) if rev == self.rev => Ok(()),
            Some(_) => Err(Problem::new(Code::PreconditionFailed).with("current_rev", self.rev)),
        }
    }
}

macro_rules! select_account {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.number, a.kind, a.login, a.full_name, v.owner_code AS identity_number, a.email, a.phone, a.address,
                 a.language, a.name_key, a.vault_id, a.password_hash, a.state, a.rev, a.created_at, a.updated_at
             FROM account a LEFT JOIN vault v ON v.id = a.vault_id ",
            $rest
        )
    };
}

pub async fn get(tx: &mut Tx, id: AccountId) -> Result<Option<Account>, DbError> {
    sql!(tx, optional Account, select_account!("WHERE a.id = $1"), id)
}

pub async fn by_login(tx: &mut Tx, login: &str) -> Result<Option<Account>, DbError> {
    sql!(tx, optional Account, select_account!("WHERE a.login = $1"), login)
}

pub async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Account>, DbError> {
    sql!(tx, optional Account, select_account!("WHERE a.email = $1"), email)
}

pub async fn by_vault(tx: &mut Tx, vault: VaultId) -> Result<Option<Account>, DbError> {
    sql!(tx, optional Account, select_account!("WHERE a.vault_id = $1"), vault)
}

/// How many accounts there are.
pub async fn count(tx: &mut Tx) -> Result<i64, DbError> {
    let (count,): (i64,) = sql!(tx, one One<i64>, "SELECT COUNT(*) FROM account")?;
    Ok(count)
}

fn name_key(full_name: &str) -> Vec<u8> {
    text::fold(full_name).into_bytes()
}

/// One page of accounts by name: all, or those whose name begins with `query` (diacritics and capitals do not matter), and the ones
/// whose login, e-mail, identity number or number it is. One row more than the page holds.
pub async fn search(tx: &mut Tx, query: &str, page: &PageRequest) -> Result<Vec<Account>, DbError> {
    let first = name_key(query);
    // No UTF-8 text holds this byte, so all names that begin with the query lie below.
    let beyond = [&first[..], &[0xFF]].concat();
    let (after_name, after_id) = page.after_name();
    let number = query.parse().unwrap_or(0_i64);
    sql!(
        tx,
        all Account,
        select_account!(
            "WHERE a.id IN (
                 SELECT id FROM (SELECT id FROM account
                     WHERE name_key >= $1 AND name_key < $2 AND (name_key, id) > ($3, $4)
                     ORDER BY name_key, id LIMIT $5) AS named
                 UNION SELECT id FROM account WHERE login = $6
                 UNION SELECT id FROM account WHERE email = $6
                 UNION SELECT id FROM account WHERE number = $7
                 UNION SELECT h.id FROM vault o JOIN account h ON h.vault_id = o.id
                     WHERE o.owner_kind = 'person' AND o.owner_code = $6)
               AND (a.name_key, a.id) > ($3, $4)
             ORDER BY a.name_key, a.id LIMIT $5"
        ),
        first,
        beyond,
        after_name,
        after_id,
        i64::from(page.limit) + 1,
        query,
        number
    )
}

/// One page of the programs of other systems by name: all, or those whose name begins with `query` or whose login name it is. One row more than
/// the page holds.
pub async fn clients(tx: &mut Tx, query: &str, page: &PageRequest) -> Result<Vec<Account>, DbError> {
    let first = name_key(query);
    let beyond = [&first[..], &[0xFF]].concat();
    let (after_name, after_id) = page.after_name();
    sql!(
        tx,
        all Account,
        select_account!(
            "WHERE a.kind = 'client' AND (a.name_key, a.id) > ($3, $4)
               AND (a.name_key >= $1 AND a.name_key < $2 OR a.login = $5)
             ORDER BY a.name_key, a.id LIMIT $6"
        ),
        first,
        beyond,
        after_name,
        after_id,
        query,
        i64::from(page.limit) + 1
    )
}

/// What a person or an administrator may change of an account.
pub struct AccountDetails<'a> {
    pub full_name: &'a str,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub address: Option<&'a str>,
    pub language: &'a str,
    pub state: &'a str,
}

/// Writes the details where the account is still at the revision that the caller saw.
pub async fn update(
    tx: &mut Tx,
    id: AccountId,
    seen_rev: i64,
    details: &AccountDetails<'_>,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let changed = sql!(
        tx,
        execute,
        "UPDATE account SET full_name = $3, name_key = $4, email = $5, phone = $6, address = $7, language = $8, state = $9,
             updated_at = $10, rev = rev + 1
         WHERE id = $1 AND rev = $2",
        id,
        seen_rev,
        details.full_name,
        name_key(details.full_name),
        details.email,
        details.phone,
        details.address,
        details.language,
        details.state,
        at
    )?;
    Ok(changed > 0)
}

/// Counts a change of what belongs to an account, and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &mut Tx, id: AccountId, at: DateTime<Utc>) -> Result<Option<Account>, DbError> {
    sql!(tx, execute, "UPDATE account SET rev = rev + 1, updated_at = $2 WHERE id = $1", id, at)?;
    get(tx, id).await
}

pub struct NewAccount<'a> {
    pub id: AccountId,
    pub kind: &'a str,
    pub login: &'a str,
    pub full_name: &'a str,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub address: Option<&'a str>,
    pub language: &'a str,
    pub vault_id: Option<VaultId>,
    pub password_hash: Option<&'a str>,
    pub at: DateTime<Utc>,
}

pub async fn insert(tx: &mut Tx, account: NewAccount<'_>) -> Result<(), DbError> {
    let number = super::vault::next_number(tx, "account").await?;
    sql!(
        tx,
        execute,
        "INSERT INTO account (id, number, kind, login, full_name, name_key, email, phone, address, language, vault_id, password_hash,
             created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
        account.id,
        number,
        account.kind,
        account.login,
        account.full_name,
        name_key(account.full_name),
        account.email,
        account.phone,
        account.address,
        account.language,
        account.vault_id,
        account.password_hash,
        account.at
    )?;
    Ok(())
}

pub async fn set_password(tx: &mut Tx, id: AccountId, hash: &str, at: DateTime<Utc>) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE account SET password_hash = $2, updated_at = $3, rev = rev + 1 WHERE id = $1",
        id,
        hash,
        at
    )?;
    Ok(())
}
