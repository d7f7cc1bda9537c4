//! Rows of background work.

use chrono::{DateTime, TimeDelta, Utc};

use super::{DbError, One, Tx, dialect};
use crate::domain::id::JobId;
use crate::domain::job::JobKind;
use crate::sql;

/// A piece of work, leased or waiting.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Job {
    pub id: JobId,
    pub kind: String,
    pub payload: String,
    /// Leases so far, this one included.
    pub attempts: i32,
}

/// Queues work. A `unique_key` that is queued already makes this do nothing, because the work waits there anyway; if it was given up, it begins
/// anew: there is a new cause for it.
pub async fn enqueue(
    tx: &mut Tx,
    id: JobId,
    kind: JobKind,
    unique_key: Option<&str>,
    payload: &serde_json::Value,
    run_at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO job (id, kind, unique_key, payload, run_at, created_at) VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (unique_key) DO UPDATE
             SET payload = excluded.payload, run_at = excluded.run_at, attempts = 0, dead_at = NULL, last_error = NULL
             WHERE job.dead_at IS NOT NULL",
        id,
        kind.as_str(),
        unique_key,
        payload.to_string(),
        run_at
    )?;
    Ok(())
}

/// Which of these unique keys are queued.
pub async fn queued(tx: &mut Tx, keys: &[&str]) -> Result<Vec<String>, DbError> {
    let text =
        format!("SELECT unique_key FROM job WHERE unique_key IN ({})", dialect::placeholders(0, keys.len()));
    let rows: Vec<(String,)> = sql!(tx, all One<String>, sqlx::AssertSqlSafe(text); keys.iter().copied())?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// Leases up to `limit` jobs that are due; a lease that ran out is due again.
pub async fn lease(
    tx: &mut Tx,
    now: DateTime<Utc>,
    lease: TimeDelta,
    limit: i64,
) -> Result<Vec<Job>, DbError> {
    let text = format!(
        "UPDATE job SET leased_until = $2, attempts = attempts + 1
         WHERE id IN (SELECT id FROM job
                      WHERE dead_at IS NULL AND run_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
                      ORDER BY run_at, id LIMIT $3{})
         RETURNING id, kind, payload, attempts",
        dialect::skip_locked(tx)
    );
    sql!(tx, all Job, sqlx::AssertSqlSafe(text), now, now + lease, limit)
}

/// Keeps a job that is still being worked on from being leased again.
pub async fn renew(tx: &mut Tx, id: JobId, until: DateTime<Utc>) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE job SET leased_until = $2 WHERE id = $1", id, until)?;
    Ok(())
}

pub async fn finish(tx: &mut Tx, id: JobId) -> Result<(), DbError> {
    sql!(tx, execute, "DELETE FROM job WHERE id = $1", id)?;
    Ok(())
}

/// Makes repeated work due again.
pub async fn repeat(tx: &mut Tx, id: JobId, run_at: DateTime<Utc>) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE job SET run_at = $2, leased_until = NULL, attempts = 0, last_error = NULL WHERE id = $1",
        id,
        run_at
    )?;
    Ok(())
}

/// Gives a job back to run again later; the error is a problem code, never personal data.
pub async fn retry(tx: &mut Tx, id: JobId, run_at: DateTime<Utc>, error: &str) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE job SET run_at = $2, leased_until = NULL, last_error = $3 WHERE id = $1",
        id,
        run_at,
        error
    )?;
    Ok(())
}

/// Leaves a job to the administrator.
pub async fn give_up(tx: &mut Tx, id: JobId, at: DateTime<Utc>, error: &str) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE job SET dead_at = $2, leased_until = NULL, last_error = $3 WHERE id = $1",
        id,
        at,
        error
    )?;
    Ok(())
}

/// How many jobs are due and not being worked on, and since when the oldest is.
pub async fn backlog(tx: &mut Tx, now: DateTime<Utc>) -> Result<(i64, Option<DateTime<Utc>>), DbError> {
    sql!(
        tx,
        one(i64, Option<DateTime<Utc>>),
        "SELECT COUNT(*), MIN(run_at) FROM job
         WHERE dead_at IS NULL AND run_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)",
        now
    )
}

/// A job that was given up.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DeadJob {
    pub id: JobId,
    pub kind: String,
    pub attempts: i32,
    /// Code of the problem that ended its last attempt.
    pub last_error: String,
    pub dead_at: DateTime<Utc>,
}

/// The jobs given up, those of longest ago first.
pub async fn dead(tx: &mut Tx, limit: i64) -> Result<Vec<DeadJob>, DbError> {
    sql!(
        tx,
        all DeadJob,
        "SELECT id, kind, attempts, COALESCE(last_error, '') AS last_error, dead_at FROM job
         WHERE dead_at IS NOT NULL ORDER BY dead_at, id LIMIT $1",
        limit
    )
}

pub async fn count_dead(tx: &mut Tx) -> Result<i64, DbError> {
    let (count,): (i64,) = sql!(tx, one One<i64>, "SELECT COUNT(*) FROM job WHERE dead_at IS NOT NULL")?;
    Ok(count)
}

/// Makes a job that was given up due again, as if it had never run; answers its kind, `None` if no such job was given up.
pub async fn revive(tx: &mut Tx, id: JobId, run_at: DateTime<Utc>) -> Result<Option<String>, DbError> {
    let kind: Option<(String,)> = sql!(
        tx,
        optional One<String>,
        "UPDATE job SET dead_at = NULL, leased_until = NULL, attempts = 0, run_at = $2
         WHERE id = $1 AND dead_at IS NOT NULL RETURNING kind",
        id,
        run_at
    )?;
    Ok(kind.map(|(kind,)| kind))
}
