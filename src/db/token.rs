//! Rows of bearer tokens, by which programs act for an account.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx};
use crate::domain::id::{AccountId, TokenId, VaultId};
use crate::domain::page::PageRequest;
use crate::sql;

/// The account and scopes behind a token's digest.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TokenRow {
    pub id: TokenId,
    pub account_id: AccountId,
    pub full_name: String,
    pub vault_id: Option<VaultId>,
    pub state: String,
    /// Separated by spaces.
    pub scopes: String,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

pub async fn by_digest(tx: &mut Tx, digest: &[u8]) -> Result<Option<TokenRow>, DbError> {
    sql!(
        tx,
        optional TokenRow,
        "SELECT t.id, t.account_id, a.full_name, a.vault_id, a.state, t.scopes, t.expires_at, t.used_at, t.revoked_at
         FROM access_token t JOIN account a ON a.id = t.account_id WHERE t.token_digest = $1",
        digest
    )
}

pub struct NewToken<'a> {
    pub id: TokenId,
    pub account_id: AccountId,
    pub token_digest: &'a [u8],
    pub name: &'a str,
    pub scopes: &'a str,
    pub at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub async fn insert(tx: &mut Tx, token: NewToken<'_>) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO access_token (id, account_id, token_digest, name, scopes, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        token.id,
        token.account_id,
        token.token_digest,
        token.name,
        token.scopes,
        token.at,
        token.expires_at
    )?;
    Ok(())
}

/// A token as its account sees it: without the secret, of which only the digest is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedToken {
    pub id: TokenId,
    pub name: String,
    pub scopes: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

/// One page of an account's tokens that were not revoked, the newest first; one row more than the page holds.
pub async fn list(tx: &mut Tx, account: AccountId, page: &PageRequest) -> Result<Vec<ListedToken>, DbError> {
    let (before, before_id) = page.before_time();
    sql!(
        tx,
        all ListedToken,
        "SELECT id, name, scopes, created_at, expires_at, used_at FROM access_token
         WHERE account_id = $1 AND revoked_at IS NULL AND (created_at, id) < ($2, $3)
         ORDER BY created_at DESC, id DESC LIMIT $4",
        account,
        before,
        before_id,
        i64::from(page.limit) + 1
    )
}

/// Revokes a token of an account and answers its name; none where the account has no such token, or it was revoked before.
pub async fn revoke(
    tx: &mut Tx,
    account: AccountId,
    id: TokenId,
    at: DateTime<Utc>,
) -> Result<Option<String>, DbError> {
    let row: Option<(String,)> = sql!(
        tx,
        optional One<String>,
        "UPDATE access_token SET revoked_at = $3 WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL RETURNING name",
        id,
        account,
        at
    )?;
    Ok(row.map(|(name,)| name))
}

pub async fn touch(tx: &mut Tx, id: TokenId, at: DateTime<Utc>) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE access_token SET used_at = $2 WHERE id = $1", id, at)?;
    Ok(())
}
