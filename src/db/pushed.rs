//! Rows of what programs pushed under their own keys, and of the results among it.

use chrono::{DateTime, NaiveDate, Utc};

use super::value::{Value, Values};
use super::{DbError, One, Tx};
use crate::domain::id::{AccountId, AgencyId, CitationId, DossierId, EntryId, ResultId, VaultId};
use crate::sql;

/// What a program pushed under a key, and what it became.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Pushed {
    pub client_id: AccountId,
    /// `dossier`, `component` or `result`.
    pub kind: String,
    pub key: String,
    /// SHA-256 of the request, by which the same is known again.
    pub request_sha256: Vec<u8>,
    /// SHA-256 of the file, where there is one.
    pub file_sha256: Option<Vec<u8>>,
    /// SHA-256 of the address that it was fetched from.
    pub source_sha256: Option<Vec<u8>>,
    pub dossier_id: DossierId,
    pub entry_id: Option<EntryId>,
    /// Where it was no file but the code of a paper that its owner cited.
    pub citation_id: Option<CitationId>,
    pub first_at: DateTime<Utc>,
    pub at: DateTime<Utc>,
    /// The day it is counted under (Vietnamese time).
    pub day: NaiveDate,
}

const COLUMNS: &str = "client_id, kind, key, request_sha256, file_sha256, source_sha256, dossier_id, entry_id, citation_id, first_at, at, day";

pub async fn get(tx: &mut Tx, client: AccountId, kind: &str, key: &str) -> Result<Option<Pushed>, DbError> {
    let text = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM pushed WHERE client_id = $1 AND kind = $2 AND key = $3"
    ));
    sql!(tx, optional Pushed, text, client, kind, key)
}

/// Writes what a key stands for now; the day and time of the first push stay, and the address, which [`set_source`] writes.
pub async fn put(tx: &mut Tx, pushed: &Pushed) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO pushed (client_id, kind, key, request_sha256, file_sha256, dossier_id, entry_id, first_at, at, day, citation_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (client_id, kind, key) DO UPDATE SET request_sha256 = excluded.request_sha256,
             file_sha256 = excluded.file_sha256, entry_id = excluded.entry_id, citation_id = excluded.citation_id,
             at = excluded.at",
        pushed.client_id,
        &pushed.kind,
        &pushed.key,
        &pushed.request_sha256,
        pushed.file_sha256.as_deref(),
        pushed.dossier_id,
        pushed.entry_id,
        pushed.first_at,
        pushed.at,
        pushed.day,
        pushed.citation_id
    )?;
    Ok(())
}

/// Keeps from which address a paper came.
pub async fn set_source(
    tx: &mut Tx,
    client: AccountId,
    kind: &str,
    key: &str,
    source_sha256: &[u8],
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE pushed SET source_sha256 = $4 WHERE client_id = $1 AND kind = $2 AND key = $3",
        client,
        kind,
        key,
        source_sha256
    )?;
    Ok(())
}

/// What a program pushed under some keys.
pub async fn known(
    tx: &mut Tx,
    client: AccountId,
    kind: &str,
    keys: &[String],
) -> Result<Vec<Pushed>, DbError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = Values::default();
    let client = values.bind(Value::Id(client.0));
    let kind = values.bind(Value::Text(kind.to_owned()));
    let keys = keys.iter().map(|key| values.bind(Value::Text(key.clone()))).collect::<Vec<_>>().join(", ");
    let text = format!(
        "SELECT {COLUMNS} FROM pushed WHERE client_id = {client} AND kind = {kind} AND key IN ({keys})"
    );
    sql!(tx, all Pushed, sqlx::AssertSqlSafe(text); values)
}

/// What a program pushed first on a day, by kind and key, after one of them.
pub async fn of_day(
    tx: &mut Tx,
    client: AccountId,
    day: NaiveDate,
    after: (&str, &str),
    limit: i64,
) -> Result<Vec<Pushed>, DbError> {
    let text = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM pushed WHERE client_id = $1 AND day = $2 AND (kind, key) > ($3, $4)
         ORDER BY kind, key LIMIT $5"
    ));
    sql!(tx, all Pushed, text, client, day, after.0, after.1, limit)
}

/// How much of each kind a program pushed first on a day.
pub async fn counts(tx: &mut Tx, client: AccountId, day: NaiveDate) -> Result<Vec<(String, i64)>, DbError> {
    sql!(
        tx,
        all(String, i64),
        "SELECT kind, COUNT(*) FROM pushed WHERE client_id = $1 AND day = $2 GROUP BY kind",
        client,
        day
    )
}

/// A result of a procedure, as its row holds it.
#[derive(Clone, Debug)]
pub struct NewResult<'a> {
    pub id: ResultId,
    pub dossier_id: DossierId,
    pub vault_id: VaultId,
    pub entry_id: EntryId,
    pub type_code: &'a str,
    pub number: Option<&'a str>,
    pub agency_id: AgencyId,
    pub issued_on: Option<NaiveDate>,
    pub at: DateTime<Utc>,
}

pub async fn insert_result(tx: &mut Tx, result: &NewResult<'_>) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO result (id, dossier_id, vault_id, entry_id, type_code, number, agency_id, issued_on, state, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'valid', $9)",
        result.id,
        result.dossier_id,
        result.vault_id,
        result.entry_id,
        result.type_code,
        result.number,
        result.agency_id,
        result.issued_on,
        result.at
    )?;
    Ok(())
}

/// Whether a result of the dossier holds.
pub async fn has_valid_result(tx: &mut Tx, dossier: DossierId) -> Result<bool, DbError> {
    let (count,): (i64,) = sql!(
        tx,
        one One<i64>,
        "SELECT COUNT(*) FROM result WHERE dossier_id = $1 AND state = 'valid'",
        dossier
    )?;
    Ok(count > 0)
}

/// The keys of the components that came for a dossier and were never in it: when it was closed.
pub async fn keys_beside(tx: &mut Tx, dossier: DossierId) -> Result<Vec<String>, DbError> {
    let rows: Vec<One<String>> = sql!(
        tx,
        all One<String>,
        "SELECT p.key FROM pushed p WHERE p.dossier_id = $1 AND p.kind = 'component'
         AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.dossier_id = p.dossier_id AND a.entry_id = p.entry_id)",
        dossier
    )?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// Another result stands in the place of this paper.
pub async fn supersede(tx: &mut Tx, paper: EntryId, by: EntryId, at: DateTime<Utc>) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE result SET state = 'superseded' WHERE entry_id = $1 AND state = 'valid'",
        paper
    )?;
    sql!(
        tx,
        execute,
        "UPDATE entry SET superseded_by = $2, superseded_at = $3, rev = rev + 1 WHERE id = $1",
        paper,
        by,
        at
    )?;
    Ok(())
}

/// Takes a result's validity away; false where it was taken before.
pub async fn revoke(tx: &mut Tx, paper: EntryId, reason: &str) -> Result<bool, DbError> {
    let revoked = sql!(
        tx,
        execute,
        "UPDATE entry SET revoked_reason = $2, rev = rev + 1 WHERE id = $1 AND revoked_reason IS NULL",
        paper,
        reason
    )?;
    sql!(tx, execute, "UPDATE result SET state = 'revoked' WHERE entry_id = $1", paper)?;
    Ok(revoked > 0)
}

/// From which dossier a paper came, and from which agency.
pub async fn set_origin(
    tx: &mut Tx,
    paper: EntryId,
    dossier: DossierId,
    agency: AgencyId,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE entry SET dossier_id = $2, agency_id = $3 WHERE id = $1",
        paper,
        dossier,
        agency
    )?;
    Ok(())
}

/// The default folder of a vault that has this code.
pub async fn folder_of(tx: &mut Tx, root: EntryId, system_code: &str) -> Result<Option<EntryId>, DbError> {
    let row: Option<(EntryId,)> = sql!(
        tx,
        optional One<EntryId>,
        "SELECT id FROM entry WHERE parent_id = $1 AND system_code = $2 AND trashed_at IS NULL",
        root,
        system_code
    )?;
    Ok(row.map(|(id,)| id))
}
