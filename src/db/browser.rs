//! Rows of the browsers that accounts signed in from.

use chrono::{DateTime, Utc};

use super::{DbError, Tx};
use crate::domain::id::AccountId;
use crate::sql;

/// What was known of a browser before it was seen now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It was.
    Yes,
    /// Others were.
    No,
    /// The account signs in for the first time.
    NothingYet,
}

/// Notes that an account signed in from a browser.
pub async fn see(
    tx: &mut Tx,
    account: AccountId,
    digest: &[u8],
    at: DateTime<Utc>,
) -> Result<Known, DbError> {
    let (same, all): (i64, i64) = sql!(
        tx,
        one(i64, i64),
        "SELECT CAST(COALESCE(SUM(CASE WHEN digest = $2 THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*)
         FROM known_browser WHERE account_id = $1",
        account,
        digest
    )?;
    sql!(
        tx,
        execute,
        "INSERT INTO known_browser (account_id, digest, seen_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id, digest) DO UPDATE SET seen_at = excluded.seen_at",
        account,
        digest,
        at
    )?;
    Ok(match (same, all) {
        (1.., _) => Known::Yes,
        (_, 0) => Known::NothingYet,
        _ => Known::No,
    })
}
