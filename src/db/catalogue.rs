//! Rows of the catalogue: its versions, and in which of them each item holds.
//!
//! What a version holds never changes: whoever makes the next one only adds rows and ends others. So what was read of a version may be kept.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx};
use crate::domain::id::AccountId;
use crate::sql;

/// An item as it holds since a version.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredItem {
    pub kind: String,
    pub code: String,
    pub since: i64,
    /// The item as JSON.
    pub body: String,
}

/// A version, and what made it differ from the one before.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Version {
    pub number: i64,
    pub created_at: DateTime<Utc>,
    pub created_by: Option<AccountId>,
    pub created_by_name: String,
    pub note: Option<String>,
    /// A JSON object.
    pub changes: String,
}

/// The number of the newest version; 0 before the first.
pub async fn newest(tx: &mut Tx) -> Result<i64, DbError> {
    let (number,): (i64,) =
        sql!(tx, one One<i64>, "SELECT COALESCE(MAX(number), CAST(0 AS BIGINT)) FROM catalogue_version")?;
    Ok(number)
}

/// All that a version holds, kind by kind, in the order of its lists.
pub async fn items(tx: &mut Tx, version: i64) -> Result<Vec<StoredItem>, DbError> {
    sql!(
        tx,
        all StoredItem,
        "SELECT kind, code, since, body FROM catalogue_item
         WHERE since <= $1 AND (until IS NULL OR until > $1) ORDER BY kind, place, code",
        version
    )
}

/// The items of one kind that a version holds, in the order of their list.
pub async fn items_of(tx: &mut Tx, kind: &str, version: i64) -> Result<Vec<StoredItem>, DbError> {
    sql!(
        tx,
        all StoredItem,
        "SELECT kind, code, since, body FROM catalogue_item
         WHERE kind = $1 AND since <= $2 AND (until IS NULL OR until > $2) ORDER BY place, code",
        kind,
        version
    )
}

/// One item as a version holds it.
pub async fn item(tx: &mut Tx, kind: &str, code: &str, version: i64) -> Result<Option<StoredItem>, DbError> {
    sql!(
        tx,
        optional StoredItem,
        "SELECT kind, code, since, body FROM catalogue_item
         WHERE kind = $1 AND code = $2 AND since <= $3 AND (until IS NULL OR until > $3)",
        kind,
        code,
        version
    )
}

/// An agency as versions held it, and when the first of them came.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AgencyItem {
    pub code: String,
    pub body: String,
    pub since_at: DateTime<Utc>,
}

/// Agencies in all that they ever were, each from the oldest to the newest.
pub async fn agencies_ever(tx: &mut Tx) -> Result<Vec<AgencyItem>, DbError> {
    sql!(
        tx,
        all AgencyItem,
        "SELECT i.code, i.body, v.created_at AS since_at FROM catalogue_item i JOIN catalogue_version v ON v.number = i.since
         WHERE i.kind = 'agency' ORDER BY i.code, i.since"
    )
}

/// Whether any version ever held it.
pub async fn was_ever(tx: &mut Tx, kind: &str, code: &str) -> Result<bool, DbError> {
    let found: Option<(i64,)> = sql!(
        tx,
        optional One<i64>,
        "SELECT since FROM catalogue_item WHERE kind = $1 AND code = $2 LIMIT 1",
        kind,
        code
    )?;
    Ok(found.is_some())
}

pub async fn add_version(tx: &mut Tx, version: &Version) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO catalogue_version (number, created_at, created_by, created_by_name, note, changes)
         VALUES ($1, $2, $3, $4, $5, $6)",
        version.number,
        version.created_at,
        version.created_by,
        &version.created_by_name,
        version.note.as_deref(),
        &version.changes
    )?;
    Ok(())
}

/// Ends what holds of an item: the version `until` holds it no more, or otherwise.
pub async fn end(tx: &mut Tx, kind: &str, code: &str, until: i64) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE catalogue_item SET until = $3 WHERE kind = $1 AND code = $2 AND until IS NULL",
        kind,
        code,
        until
    )?;
    Ok(())
}

pub async fn add_item(tx: &mut Tx, item: &StoredItem, place: i32) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO catalogue_item (kind, code, since, place, body) VALUES ($1, $2, $3, $4, $5)",
        &item.kind,
        &item.code,
        item.since,
        place,
        &item.body
    )?;
    Ok(())
}

/// Puts an item that stays as it is in another place of its list. The order is that of the newest version, and no rule depends on it.
pub async fn put_in_place(tx: &mut Tx, kind: &str, code: &str, place: i32) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE catalogue_item SET place = $3 WHERE kind = $1 AND code = $2 AND until IS NULL",
        kind,
        code,
        place
    )?;
    Ok(())
}

/// One page of the versions before a number, the newest first; one row more than `limit`.
pub async fn versions(tx: &mut Tx, before: i64, limit: u32) -> Result<Vec<Version>, DbError> {
    sql!(
        tx,
        all Version,
        "SELECT number, created_at, created_by, created_by_name, note, changes FROM catalogue_version
         WHERE number < $1 ORDER BY number DESC LIMIT $2",
        before,
        i64::from(limit) + 1
    )
}
