//! Rows of signed-in browsers.

use chrono::{DateTime, Utc};

use super::{DbError, Tx};
use crate::domain::id::{AccountId, SessionId, VaultId};
use crate::domain::page::PageRequest;
use crate::sql;

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

pub async fn by_digest(tx: &mut Tx, digest: &[u8]) -> Result<Option<SessionRow>, DbError> {
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

pub async fn insert(tx: &mut Tx, session: NewSession<'_>) -> Result<(), DbError> {
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

pub async fn delete(tx: &mut Tx, id: SessionId) -> Result<bool, DbError> {
    Ok(sql!(tx, execute, "DELETE FROM session WHERE id = $1", id)? > 0)
}

pub async fn touch(tx: &mut Tx, id: SessionId, at: DateTime<Utc>) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE session SET seen_at = $2 WHERE id = $1", id, at)?;
    Ok(())
}

/// A session as its account sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedSession {
    pub id: SessionId,
    pub user_agent: String,
    pub address: String,
    pub created_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// One page of an account's live sessions, the newest first; one row more than the page holds.
pub async fn list(
    tx: &mut Tx,
    account: AccountId,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Vec<ListedSession>, DbError> {
    let (before, before_id) = page.before_time();
    sql!(
        tx,
        all ListedSession,
        "SELECT id, user_agent, address, created_at, seen_at, expires_at FROM session
         WHERE account_id = $1 AND expires_at > $2 AND (created_at, id) < ($3, $4)
         ORDER BY created_at DESC, id DESC LIMIT $5",
        account,
        now,
        before,
        before_id,
        i64::from(page.limit) + 1
    )
}

/// Ends a session of an account; false where the account has no such session.
pub async fn delete_of(tx: &mut Tx, account: AccountId, id: SessionId) -> Result<bool, DbError> {
    Ok(sql!(tx, execute, "DELETE FROM session WHERE id = $1 AND account_id = $2", id, account)? > 0)
}

/// Ends the sessions of an account, except `kept`; answers how many.
pub async fn delete_all(tx: &mut Tx, account: AccountId, kept: Option<SessionId>) -> Result<u64, DbError> {
    // No session has the nil id, so without `kept` all end.
    let kept = kept.map_or(uuid::Uuid::nil(), |id| id.0);
    sql!(tx, execute, "DELETE FROM session WHERE account_id = $1 AND id <> $2", account, kept)
}
