//! Rows of what accounts worked on lately.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx};
use crate::domain::id::{AccountId, EntryId};
use crate::sql;

pub async fn note(
    tx: &mut Tx,
    account: AccountId,
    entry: EntryId,
    act: &str,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO recent (account_id, entry_id, act, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, entry_id) DO UPDATE SET act = excluded.act, at = excluded.at",
        account,
        entry,
        act,
        at
    )?;
    Ok(())
}

/// When an account last worked on an entry.
pub async fn noted_at(
    tx: &mut Tx,
    account: AccountId,
    entry: EntryId,
) -> Result<Option<DateTime<Utc>>, DbError> {
    let row: Option<(DateTime<Utc>,)> = sql!(
        tx,
        optional One<DateTime<Utc>>,
        "SELECT at FROM recent WHERE account_id = $1 AND entry_id = $2",
        account,
        entry
    )?;
    Ok(row.map(|(at,)| at))
}
