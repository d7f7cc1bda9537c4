//! Rows of papers that other systems named by address, until they are fetched.

use chrono::{DateTime, Utc};

use super::value::{Value, Values};
use super::{DbError, One, Tx};
use crate::domain::id::{AccountId, DossierId, FetchId};
use crate::sql;

/// A paper to be fetched.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PaperFetch {
    pub client_id: AccountId,
    /// `component` or `result`.
    pub kind: String,
    pub key: String,
    pub id: FetchId,
    pub dossier_id: DossierId,
    /// By which the request is known again.
    pub request_sha256: Vec<u8>,
    /// SHA-256 of its address.
    pub source_sha256: Vec<u8>,
    pub sealed_request: Vec<u8>,
    /// `waiting` or `failed`.
    pub state: String,
    /// Attempts that failed.
    pub attempts: i32,
    /// When it is tried next; of one that failed, when it is forgotten.
    pub next_at: DateTime<Utc>,
    /// The code of the problem of the last attempt.
    pub problem: Option<String>,
    /// What lay behind it.
    pub cause: Option<String>,
}

const COLUMNS: &str = "client_id, kind, key, id, dossier_id, request_sha256, source_sha256, sealed_request, state, attempts, next_at, problem, cause";

/// Puts a paper under its key, in the place of what was to be fetched there; false where the same waits already.
pub async fn put(tx: &mut Tx, fetch: &PaperFetch) -> Result<bool, DbError> {
    let put = sql!(
        tx,
        execute,
        "INSERT INTO paper_fetch (client_id, kind, key, id, dossier_id, request_sha256, source_sha256, sealed_request, state, next_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9)
         ON CONFLICT (client_id, kind, key) DO UPDATE SET id = excluded.id, dossier_id = excluded.dossier_id,
             request_sha256 = excluded.request_sha256, source_sha256 = excluded.source_sha256, sealed_request = excluded.sealed_request, state = 'waiting',
             attempts = 0, next_at = excluded.next_at, problem = NULL, cause = NULL
         WHERE paper_fetch.request_sha256 <> excluded.request_sha256 OR paper_fetch.state = 'failed'",
        fetch.client_id,
        &fetch.kind,
        &fetch.key,
        fetch.id,
        fetch.dossier_id,
        &fetch.request_sha256,
        &fetch.source_sha256,
        &fetch.sealed_request,
        fetch.next_at
    )?;
    Ok(put > 0)
}

pub async fn by_key(
    tx: &mut Tx,
    client: AccountId,
    kind: &str,
    key: &str,
) -> Result<Option<PaperFetch>, DbError> {
    let text = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM paper_fetch WHERE client_id = $1 AND kind = $2 AND key = $3"
    ));
    sql!(tx, optional PaperFetch, text, client, kind, key)
}

/// What is due, the longest due first.
pub async fn due(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<PaperFetch>, DbError> {
    let text = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM paper_fetch WHERE state = 'waiting' AND next_at <= $1 ORDER BY next_at, id LIMIT $2"
    ));
    sql!(tx, all PaperFetch, text, now, limit)
}

/// What is to be fetched under some keys, or could not be.
pub async fn known(
    tx: &mut Tx,
    client: AccountId,
    kind: &str,
    keys: &[String],
) -> Result<Vec<PaperFetch>, DbError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = Values::default();
    let client = values.bind(Value::Id(client.0));
    let kind = values.bind(Value::Text(kind.to_owned()));
    let keys = keys.iter().map(|key| values.bind(Value::Text(key.clone()))).collect::<Vec<_>>().join(", ");
    let text = format!(
        "SELECT {COLUMNS} FROM paper_fetch WHERE client_id = {client} AND kind = {kind} AND key IN ({keys})"
    );
    sql!(tx, all PaperFetch, sqlx::AssertSqlSafe(text); values)
}

/// Takes a paper out that is here now, and tells the hash of its address; none where something else stands in its place.
pub async fn take(tx: &mut Tx, id: FetchId) -> Result<Option<Vec<u8>>, DbError> {
    let taken: Option<(Vec<u8>,)> = sql!(
        tx,
        optional One<Vec<u8>>,
        "DELETE FROM paper_fetch WHERE id = $1 RETURNING source_sha256",
        id
    )?;
    Ok(taken.map(|(source,)| source))
}

/// Forgets what was to be fetched under a key: another way it came first.
pub async fn forget(tx: &mut Tx, client: AccountId, kind: &str, key: &str) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "DELETE FROM paper_fetch WHERE client_id = $1 AND kind = $2 AND key = $3",
        client,
        kind,
        key
    )?;
    Ok(())
}

/// Keeps how an attempt failed; false where something else stands in its place.
pub async fn failed(tx: &mut Tx, fetch: &PaperFetch) -> Result<bool, DbError> {
    let kept = sql!(
        tx,
        execute,
        "UPDATE paper_fetch SET state = $2, attempts = $3, next_at = $4, problem = $5, cause = $6 WHERE id = $1",
        fetch.id,
        &fetch.state,
        fetch.attempts,
        fetch.next_at,
        fetch.problem.as_deref(),
        fetch.cause.as_deref()
    )?;
    Ok(kept > 0)
}
