//! Rows of the agencies for which officers work.

use chrono::{DateTime, Utc};

use super::{DbError, Tx};
use crate::domain::id::AgencyId;
use crate::domain::page::PageRequest;
use crate::domain::sort_key::sort_key;
use crate::sql;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Agency {
    pub id: AgencyId,
    pub code: String,
    pub name: String,
    pub name_en: String,
    pub sort_key: Vec<u8>,
    pub created_at: DateTime<Utc>,
}

pub async fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Agency>, DbError> {
    sql!(
        tx,
        optional Agency,
        "SELECT id, code, name, name_en, sort_key, created_at FROM agency WHERE code = $1",
        code
    )
}

/// One page of the agencies in Vietnamese order of their names; one row more than the page holds.
pub async fn list(tx: &mut Tx, page: &PageRequest) -> Result<Vec<Agency>, DbError> {
    let (after_name, after_id) = page.after_name();
    sql!(
        tx,
        all Agency,
        "SELECT id, code, name, name_en, sort_key, created_at FROM agency
         WHERE (sort_key, id) > ($1, $2) ORDER BY sort_key, id LIMIT $3",
        after_name,
        after_id,
        i64::from(page.limit) + 1
    )
}

/// Adds an agency, or names it anew.
pub async fn put(
    tx: &mut Tx,
    id: AgencyId,
    code: &str,
    name: &str,
    name_en: &str,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO agency (id, code, name, name_en, sort_key, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, sort_key = excluded.sort_key",
        id,
        code,
        name,
        name_en,
        sort_key(name),
        at
    )?;
    Ok(())
}

/// All agencies, in the order of their codes.
pub async fn all(tx: &mut Tx) -> Result<Vec<Agency>, DbError> {
    sql!(tx, all Agency, "SELECT id, code, name, name_en, sort_key, created_at FROM agency ORDER BY code")
}
