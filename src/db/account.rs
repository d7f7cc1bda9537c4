//! Rows of accounts, their sessions, tokens and reset links.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx};
use crate::domain::id::{AccountId, SessionId, TokenId, VaultId};
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
    pub language: String,
    pub vault_id: Option<VaultId>,
    pub password_hash: Option<String>,
    /// `active` or `locked`.
    pub state: String,
    pub rev: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

macro_rules! select_account {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.number, a.kind, a.login, a.full_name, v.owner_code AS identity_number, a.email, a.phone, a.address,
                 a.language, a.vault_id, a.password_hash, a.state, a.rev, a.created_at, a.updated_at
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

pub struct NewAccount<'a> {
    pub id: AccountId,
    pub kind: &'a str,
    pub login: &'a str,
    pub full_name: &'a str,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub address: Option<&'a str>,
    pub vault_id: Option<VaultId>,
    pub password_hash: Option<&'a str>,
    pub at: DateTime<Utc>,
}

pub async fn insert(tx: &mut Tx, account: NewAccount<'_>) -> Result<(), DbError> {
    let number = super::vault::next_number(tx, "account").await?;
    sql!(
        tx,
        execute,
        "INSERT INTO account (id, number, kind, login, full_name, email, phone, address, vault_id, password_hash, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
        account.id,
        number,
        account.kind,
        account.login,
        account.full_name,
        account.email,
        account.phone,
        account.address,
        account.vault_id,
        account.password_hash,
        account.at
    )?;
    Ok(())
}

/// The signed-in account behind a session's digest.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SessionRow {
    pub id: SessionId,
    pub account_id: AccountId,
    pub full_name: String,
    pub vault_id: Option<VaultId>,
    pub state: String,
    pub csrf_token: String,
    pub seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub async fn session_by_digest(tx: &mut Tx, digest: &[u8]) -> Result<Option<SessionRow>, DbError> {
    sql!(
        tx,
        optional SessionRow,
        "SELECT s.id, s.account_id, a.full_name, a.vault_id, a.state, s.csrf_token, s.seen_at, s.expires_at
         FROM session s JOIN account a ON a.id = s.account_id WHERE s.token_digest = $1",
        digest
    )
}

pub struct NewSession<'a> {
    pub id: SessionId,
    pub account_id: AccountId,
    pub token_digest: &'a [u8],
    pub csrf_token: &'a str,
    pub user_agent: &'a str,
    pub address: &'a str,
    pub at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub async fn insert_session(tx: &mut Tx, session: NewSession<'_>) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO session (id, account_id, token_digest, csrf_token, user_agent, address, created_at, seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        session.id,
        session.account_id,
        session.token_digest,
        session.csrf_token,
        session.user_agent,
        session.address,
        session.at,
        session.expires_at
    )?;
    Ok(())
}

pub async fn delete_session(tx: &mut Tx, id: SessionId) -> Result<bool, DbError> {
    Ok(sql!(tx, execute, "DELETE FROM session WHERE id = $1", id)? > 0)
}

/// The account and scopes behind a token's digest.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TokenRow {
    pub id: TokenId,
    pub account_id: AccountId,
    pub full_name: String,
    pub vault_id: Option<VaultId>,
    pub state: String,
    pub scopes: String,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

pub async fn token_by_digest(tx: &mut Tx, digest: &[u8]) -> Result<Option<TokenRow>, DbError> {
    sql!(
        tx,
        optional TokenRow,
        "SELECT t.id, t.account_id, a.full_name, a.vault_id, a.state, t.scopes, t.expires_at, t.revoked_at
         FROM access_token t JOIN account a ON a.id = t.account_id WHERE t.token_digest = $1",
        digest
    )
}

/// The roles of an account beyond citizen.
pub async fn roles(tx: &mut Tx, account: AccountId) -> Result<Vec<String>, DbError> {
    let rows: Vec<(String,)> =
        sql!(tx, all One<String>, "SELECT role FROM account_role WHERE account_id = $1", account)?;
    Ok(rows.into_iter().map(|(role,)| role).collect())
}

pub async fn touch_session(tx: &mut Tx, id: SessionId, at: DateTime<Utc>) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE session SET seen_at = $2 WHERE id = $1", id, at)?;
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
