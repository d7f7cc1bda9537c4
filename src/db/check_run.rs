//! The last run of each check of the whole store.

use chrono::{DateTime, Utc};

use super::{DbError, Tx};
use crate::sql;

/// How a check ended.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CheckRun {
    /// `audit_verify` or `fsck`.
    pub kind: String,
    pub started_at: DateTime<Utc>,
    pub ended_at: DateTime<Utc>,
    /// Rows and objects looked at.
    pub checked: i64,
    pub findings: i64,
}

pub async fn put(tx: &mut Tx, run: &CheckRun) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO check_run (kind, started_at, ended_at, checked, findings) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (kind) DO UPDATE SET started_at = excluded.started_at, ended_at = excluded.ended_at,
             checked = excluded.checked, findings = excluded.findings",
        &run.kind,
        run.started_at,
        run.ended_at,
        run.checked,
        run.findings
    )?;
    Ok(())
}

pub async fn all(tx: &mut Tx) -> Result<Vec<CheckRun>, DbError> {
    sql!(tx, all CheckRun, "SELECT kind, started_at, ended_at, checked, findings FROM check_run ORDER BY kind")
}
