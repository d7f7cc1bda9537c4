//! Rows of one-time links to set a new password.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx};
use crate::domain::id::AccountId;
use crate::sql;

pub async fn insert(
    tx: &mut Tx,
    digest: &[u8],
    account: AccountId,
    at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO password_reset (token_digest, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        digest,
        account,
        at,
        expires_at
    )?;
    Ok(())
}

/// Whose link it is, while it is unused and has not expired.
pub async fn account_of(
    tx: &mut Tx,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<AccountId>, DbError> {
    let row: Option<(AccountId,)> = sql!(
        tx,
        optional One<AccountId>,
        "SELECT account_id FROM password_reset WHERE token_digest = $1 AND used_at IS NULL AND expires_at > $2",
        digest,
        now
    )?;
    Ok(row.map(|(account,)| account))
}

/// Uses a link up; false where another request was faster or it has expired.
pub async fn take(tx: &mut Tx, digest: &[u8], now: DateTime<Utc>) -> Result<bool, DbError> {
    let taken = sql!(
        tx,
        execute,
        "UPDATE password_reset SET used_at = $2 WHERE token_digest = $1 AND used_at IS NULL AND expires_at > $2",
        digest,
        now
    )?;
    Ok(taken > 0)
}

/// Closes all links of an account: a new password makes them pointless and a danger.
pub async fn close_all(tx: &mut Tx, account: AccountId, now: DateTime<Utc>) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE password_reset SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL",
        account,
        now
    )?;
    Ok(())
}
