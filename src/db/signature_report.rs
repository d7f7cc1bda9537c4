//! Rows of what judging the signatures of versions found.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx, dialect};
use crate::domain::id::{VaultId, VersionId};
use crate::sql;

/// What is known of a version's signatures, as its row holds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SignatureReport {
    pub version_id: VersionId,
    pub vault_id: VaultId,
    /// `pending`, `judged`, `unsigned`, `unreadable` or `too_large`.
    pub state: String,
    pub conclusion: Option<String>,
    pub signatures: i32,
    pub policy: Option<String>,
    pub judged_at: Option<DateTime<Utc>>,
    pub judge_at: Option<DateTime<Utc>>,
    pub sealed_report: Option<Vec<u8>>,
}

/// A new version is to be judged.
pub async fn expect(tx: &mut Tx, version: VersionId, vault: VaultId) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO signature_report (version_id, vault_id, state) VALUES ($1, $2, 'pending')
         ON CONFLICT (version_id) DO NOTHING",
        version,
        vault
    )?;
    Ok(())
}

pub async fn get(tx: &mut Tx, version: VersionId) -> Result<Option<SignatureReport>, DbError> {
    sql!(
        tx,
        optional SignatureReport,
        "SELECT version_id, vault_id, state, conclusion, signatures, policy, judged_at, judge_at, sealed_report
         FROM signature_report WHERE version_id = $1",
        version
    )
}

/// Records what was found. The caller holds the vault's lock.
pub async fn put(tx: &mut Tx, report: &SignatureReport) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO signature_report
             (version_id, vault_id, state, conclusion, signatures, policy, judged_at, judge_at, sealed_report)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (version_id) DO UPDATE SET state = excluded.state, conclusion = excluded.conclusion,
             signatures = excluded.signatures, policy = excluded.policy, judged_at = excluded.judged_at,
             judge_at = excluded.judge_at, sealed_report = excluded.sealed_report",
        report.version_id,
        report.vault_id,
        &report.state,
        report.conclusion.as_deref(),
        report.signatures,
        report.policy.as_deref(),
        report.judged_at,
        report.judge_at,
        report.sealed_report.as_deref()
    )?;
    Ok(())
}

/// Versions that are to be judged again by now, `limit` at the most.
pub async fn due(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<VersionId>, DbError> {
    let rows: Vec<(VersionId,)> = sql!(
        tx,
        all One<VersionId>,
        "SELECT version_id FROM signature_report WHERE judge_at <= $1 ORDER BY judge_at, version_id LIMIT $2",
        now,
        limit
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Puts off when these are looked at again, whatever becomes of the jobs that judge them.
pub async fn postpone(tx: &mut Tx, versions: &[VersionId], until: DateTime<Utc>) -> Result<(), DbError> {
    let text = format!(
        "UPDATE signature_report SET judge_at = $1 WHERE version_id IN ({})",
        dialect::placeholders(1, versions.len())
    );
    sql!(tx, execute, sqlx::AssertSqlSafe(text), until; versions.iter().copied())?;
    Ok(())
}

/// All that was judged is to be judged again: what it was judged by has changed. Answers how many.
pub async fn judge_all_again(tx: &mut Tx, now: DateTime<Utc>) -> Result<u64, DbError> {
    sql!(tx, execute, "UPDATE signature_report SET judge_at = $1 WHERE state = 'judged'", now)
}
