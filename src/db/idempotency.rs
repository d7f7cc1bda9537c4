//! Requests that programs made under a key, and the sealed answers to them.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx};
use crate::domain::id::AccountId;
use crate::sql;

/// Takes a key that nobody has, or whose time was over before `forgotten_before`; `false` where it is taken.
pub async fn claim(
    tx: &mut Tx,
    account: AccountId,
    key: &str,
    now: DateTime<Utc>,
    forgotten_before: DateTime<Utc>,
) -> Result<bool, DbError> {
    let claimed = sql!(
        tx,
        execute,
        "INSERT INTO idempotency (account_id, idempotency_key, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id, idempotency_key) DO UPDATE SET created_at = excluded.created_at, sealed_answer = NULL
             WHERE idempotency.created_at <= $4",
        account,
        key,
        now,
        forgotten_before
    )?;
    Ok(claimed > 0)
}

/// The answer under a key; `None` while there is none.
pub async fn sealed_answer(tx: &mut Tx, account: AccountId, key: &str) -> Result<Option<Vec<u8>>, DbError> {
    let row: Option<(Option<Vec<u8>>,)> = sql!(
        tx,
        optional One<Option<Vec<u8>>>,
        "SELECT sealed_answer FROM idempotency WHERE account_id = $1 AND idempotency_key = $2",
        account,
        key
    )?;
    Ok(row.and_then(|(answer,)| answer))
}

/// Keeps the answer to the request that claimed the key at `claimed_at`.
pub async fn keep(
    tx: &mut Tx,
    account: AccountId,
    key: &str,
    claimed_at: DateTime<Utc>,
    sealed_answer: &[u8],
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE idempotency SET sealed_answer = $4 WHERE account_id = $1 AND idempotency_key = $2 AND created_at = $3",
        account,
        key,
        claimed_at,
        sealed_answer
    )?;
    Ok(())
}

/// Gives back the key that was claimed at `claimed_at`.
pub async fn release(
    tx: &mut Tx,
    account: AccountId,
    key: &str,
    claimed_at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "DELETE FROM idempotency
         WHERE account_id = $1 AND idempotency_key = $2 AND created_at = $3 AND sealed_answer IS NULL",
        account,
        key,
        claimed_at
    )?;
    Ok(())
}
