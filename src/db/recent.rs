//! Rows of what accounts worked on lately.

use chrono::{DateTime, Utc};

use super::{DbError, Tx};
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
