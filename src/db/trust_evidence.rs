//! Rows of what speaks for a version of a paper; its level of trust is computed from them.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx, dialect};
use crate::domain::id::{AccountId, AgencyId, EntryId, VaultId, VersionId};
use crate::sql;

/// Something that speaks for a version.
#[derive(Clone, Debug)]
pub struct NewEvidence<'a> {
    pub version_id: VersionId,
    /// `compared`, `signed` or `register`.
    pub kind: &'a str,
    pub vault_id: VaultId,
    pub entry_id: EntryId,
    pub at: DateTime<Utc>,
    pub by_account: Option<AccountId>,
    pub by_name: &'a str,
    pub agency_id: Option<AgencyId>,
    /// Of a register: which one, and the number of the entry there.
    pub register: Option<(&'a str, &'a str)>,
}

/// Adds evidence; where there is some of its kind, the older stays.
pub async fn add(tx: &mut Tx, evidence: &NewEvidence<'_>) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO trust_evidence (version_id, kind, vault_id, entry_id, at, by_account, by_name, agency_id, register,
             register_entry)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (version_id, kind) DO NOTHING",
        evidence.version_id,
        evidence.kind,
        evidence.vault_id,
        evidence.entry_id,
        evidence.at,
        evidence.by_account,
        evidence.by_name,
        evidence.agency_id,
        evidence.register.map(|(register, _)| register),
        evidence.register.map(|(_, entry)| entry)
    )?;
    Ok(())
}

pub async fn remove(tx: &mut Tx, version: VersionId, kind: &str) -> Result<(), DbError> {
    sql!(tx, execute, "DELETE FROM trust_evidence WHERE version_id = $1 AND kind = $2", version, kind)?;
    Ok(())
}

/// The kinds of evidence for a version.
pub async fn kinds(tx: &mut Tx, version: VersionId) -> Result<Vec<String>, DbError> {
    let rows: Vec<(String,)> =
        sql!(tx, all One<String>, "SELECT kind FROM trust_evidence WHERE version_id = $1", version)?;
    Ok(rows.into_iter().map(|(kind,)| kind).collect())
}

/// An officer's comparison of a version with the original.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Comparison {
    pub version_id: VersionId,
    pub by_name: String,
    pub at: DateTime<Utc>,
}

/// The comparisons of some versions.
pub async fn compared(tx: &mut Tx, versions: &[VersionId]) -> Result<Vec<Comparison>, DbError> {
    if versions.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT version_id, by_name, at FROM trust_evidence WHERE kind = 'compared' AND version_id IN ({})",
        dialect::placeholders(0, versions.len())
    );
    sql!(tx, all Comparison, sqlx::AssertSqlSafe(text); versions.iter().copied())
}

/// The kinds of evidence for some versions.
pub async fn kinds_of(tx: &mut Tx, versions: &[VersionId]) -> Result<Vec<(VersionId, String)>, DbError> {
    if versions.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT version_id, kind FROM trust_evidence WHERE version_id IN ({})",
        dialect::placeholders(0, versions.len())
    );
    sql!(tx, all(VersionId, String), sqlx::AssertSqlSafe(text); versions.iter().copied())
}

/// For which agency somebody gave evidence of a kind, where there is some.
pub async fn agency(
    tx: &mut Tx,
    version: VersionId,
    kind: &str,
) -> Result<Option<Option<AgencyId>>, DbError> {
    let row: Option<(Option<AgencyId>,)> = sql!(
        tx,
        optional One<Option<AgencyId>>,
        "SELECT agency_id FROM trust_evidence WHERE version_id = $1 AND kind = $2",
        version,
        kind
    )?;
    Ok(row.map(|(agency,)| agency))
}
