//! Deleting rows that have served their time, a bounded number at once.

use chrono::{DateTime, Utc};

use super::{DbError, Tx};
use crate::sql;

/// Rows that one statement deletes at the most.
pub const BATCH: i64 = 1_000;

/// A text that takes a time and the bound, and which of the times that is.
type Expired = (&'static str, fn(&Times) -> DateTime<Utc>);

/// What goes once it is as old as its kind allows.
const EXPIRED: [Expired; 11] = [
    (
        "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        |times| times.now,
    ),
    (
        "DELETE FROM password_reset
         WHERE token_digest IN (SELECT token_digest FROM password_reset WHERE expires_at <= $1 LIMIT $2)",
        |times| times.now,
    ),
    (
        "DELETE FROM throttle WHERE subject IN (SELECT subject FROM throttle WHERE window_ends_at <= $1 LIMIT $2)",
        |times| times.now,
    ),
    (
        "DELETE FROM idempotency WHERE (account_id, idempotency_key) IN
             (SELECT account_id, idempotency_key FROM idempotency WHERE created_at <= $1 ORDER BY created_at LIMIT $2)",
        |times| times.answers_before,
    ),
    (
        "DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE at <= $1 ORDER BY at LIMIT $2)",
        |times| times.notices_before,
    ),
    (
        "DELETE FROM known_browser WHERE (account_id, digest) IN
             (SELECT account_id, digest FROM known_browser WHERE seen_at <= $1 ORDER BY seen_at LIMIT $2)",
        |times| times.browsers_before,
    ),
    (
        "DELETE FROM evidence WHERE sha256 IN (
             SELECT e.sha256 FROM evidence e WHERE e.fetched_at <= $1
               AND NOT EXISTS (SELECT 1 FROM report_evidence r WHERE r.sha256 = e.sha256) LIMIT $2)",
        |times| times.evidence_before,
    ),
    (
        "DELETE FROM webhook_delivery WHERE (endpoint_id, event_number) IN
             (SELECT endpoint_id, event_number FROM webhook_delivery WHERE state = 'delivered' AND ended_at <= $1 LIMIT $2)",
        |times| times.deliveries_before,
    ),
    (
        "DELETE FROM used_assertion WHERE (client_id, jti) IN
             (SELECT client_id, jti FROM used_assertion WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        |times| times.now,
    ),
    (
        "DELETE FROM access_token WHERE id IN
             (SELECT id FROM access_token WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        |times| times.tokens_before,
    ),
    (
        "DELETE FROM paper_fetch
         WHERE id IN (SELECT id FROM paper_fetch WHERE state = 'failed' AND next_at <= $1 ORDER BY next_at LIMIT $2)",
        |times| times.now,
    ),
];

/// The ends of the kinds of rows.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    pub now: DateTime<Utc>,
    /// Answers to programs' requests made before this are not repeated any more.
    pub answers_before: DateTime<Utc>,
    /// Notices given before this are of no use any more.
    pub notices_before: DateTime<Utc>,
    /// Browsers last seen before this are new when they come again.
    pub browsers_before: DateTime<Utc>,
    /// Tokens that ended before this are not listed any more.
    pub tokens_before: DateTime<Utc>,
    /// Evidence last fetched before this is removed if no report rests on it.
    pub evidence_before: DateTime<Utc>,
    /// Messages taken before this are not sent again.
    pub deliveries_before: DateTime<Utc>,
}

/// How many kinds of rows expire.
pub const KINDS: usize = EXPIRED.len();

/// Deletes up to [`BATCH`] rows of one kind, by its place below [`KINDS`]; answers how many.
pub async fn delete_some(tx: &mut Tx, kind: usize, times: &Times) -> Result<u64, DbError> {
    let (text, end) = EXPIRED[kind];
    sql!(tx, execute, text, end(times), BATCH)
}

/// Deletes what accounts worked on longest ago, beyond `kept` rows each, up to [`BATCH`] rows.
pub async fn trim_recent(tx: &mut Tx, kept: i64) -> Result<u64, DbError> {
    sql!(
        tx,
        execute,
        "DELETE FROM recent WHERE (account_id, entry_id) IN
             (SELECT r.account_id, r.entry_id
              FROM (SELECT account_id, entry_id, ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY at DESC, entry_id DESC) AS place
                    FROM recent
                    WHERE account_id IN (SELECT account_id FROM recent GROUP BY account_id HAVING COUNT(*) > $1)) r
              WHERE r.place > $1 LIMIT $2)",
        kept,
        BATCH
    )
}
