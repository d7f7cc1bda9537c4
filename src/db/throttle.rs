//! Failures counted per subject within a window of time.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx};
use crate::sql;

/// Failures of a subject in its present window.
pub async fn failures(tx: &mut Tx, subject: &str, now: DateTime<Utc>) -> Result<i32, DbError> {
    let row: Option<(i32,)> = sql!(
        tx,
        optional One<i32>,
        "SELECT failures FROM throttle WHERE subject = $1 AND window_ends_at > $2",
        subject,
        now
    )?;
    Ok(row.map_or(0, |(failures,)| failures))
}

/// Counts one more failure; a window that has ended begins anew.
pub async fn count_failure(
    tx: &mut Tx,
    subject: &str,
    now: DateTime<Utc>,
    window_ends: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO throttle (subject, failures, window_ends_at) VALUES ($1, 1, $2)
         ON CONFLICT (subject) DO UPDATE SET
             failures = CASE WHEN throttle.window_ends_at > $3 THEN throttle.failures + 1 ELSE 1 END,
             window_ends_at = CASE WHEN throttle.window_ends_at > $3 THEN throttle.window_ends_at ELSE $2 END",
        subject,
        window_ends,
        now
    )?;
    Ok(())
}

pub async fn clear(tx: &mut Tx, subject: &str) -> Result<(), DbError> {
    sql!(tx, execute, "DELETE FROM throttle WHERE subject = $1", subject)?;
    Ok(())
}
