//! Rows of what authorities publish, and which reports rest on it.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx};
use crate::domain::id::VersionId;
use crate::sql;

/// A certificate, a list or an answer that is kept for a report.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Kept {
    /// `certificate`, `crl` or `ocsp`.
    pub kind: String,
    pub der: Vec<u8>,
    pub kept_since: DateTime<Utc>,
}

/// Keeps evidence, unless it is there.
pub async fn keep(
    tx: &mut Tx,
    sha256: &[u8],
    kind: &str,
    der: &[u8],
    url: Option<&str>,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO evidence (sha256, kind, der, url, fetched_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (sha256) DO UPDATE SET fetched_at = excluded.fetched_at, url = COALESCE(excluded.url, evidence.url)",
        sha256,
        kind,
        der,
        url,
        at
    )?;
    Ok(())
}

/// A report rests on evidence that is kept; since when stays what it was.
pub async fn rest_on(
    tx: &mut Tx,
    version: VersionId,
    sha256: &[u8],
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO report_evidence (version_id, sha256, kept_since) VALUES ($1, $2, $3)
         ON CONFLICT (version_id, sha256) DO NOTHING",
        version,
        sha256,
        at
    )?;
    Ok(())
}

/// What was last fetched from an address, if that was after a time.
pub async fn fetched_since(tx: &mut Tx, url: &str, since: DateTime<Utc>) -> Result<Option<Vec<u8>>, DbError> {
    let row: Option<(Vec<u8>,)> = sql!(
        tx,
        optional One<Vec<u8>>,
        "SELECT der FROM evidence WHERE url = $1 AND fetched_at > $2 ORDER BY fetched_at DESC, sha256 LIMIT 1",
        url,
        since
    )?;
    Ok(row.map(|(der,)| der))
}

/// What the report on a version rests on besides the file.
pub async fn of_version(tx: &mut Tx, version: VersionId) -> Result<Vec<Kept>, DbError> {
    sql!(
        tx,
        all Kept,
        "SELECT e.kind, e.der, r.kept_since FROM report_evidence r JOIN evidence e ON e.sha256 = r.sha256
         WHERE r.version_id = $1 ORDER BY r.kept_since, r.sha256",
        version
    )
}
