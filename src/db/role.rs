//! Rows of the roles that accounts hold beyond citizen.

use chrono::{DateTime, Utc};

use super::{DbError, Tx};
use crate::domain::id::{AccountId, AgencyId, PostId};
use crate::sql;

/// A role of an account, with the agency for which it holds.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Held {
    pub account_id: AccountId,
    pub role: String,
    pub agency_id: Option<AgencyId>,
    pub agency_code: Option<String>,
    pub agency_name: Option<String>,
    pub agency_name_en: Option<String>,
    pub created_at: DateTime<Utc>,
}

macro_rules! select_role {
    ($rest:literal) => {
        concat!(
            "SELECT r.account_id, r.role, r.agency_id, g.code AS agency_code, g.name AS agency_name,
                    g.name_en AS agency_name_en, r.created_at
             FROM account_role r LEFT JOIN agency g ON g.id = r.agency_id ",
            $rest
        )
    };
}

pub async fn held(tx: &mut Tx, account: AccountId) -> Result<Vec<Held>, DbError> {
    sql!(tx, all Held, select_role!("WHERE r.account_id = $1 ORDER BY r.created_at, r.id"), account)
}

/// The roles of several accounts in one question.
pub async fn held_by(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<Held>, DbError> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "{} ({}) ORDER BY r.created_at, r.id",
        select_role!("WHERE r.account_id IN"),
        super::dialect::placeholders(0, accounts.len())
    );
    sql!(tx, all Held, sqlx::AssertSqlSafe(text); accounts.iter().copied())
}

/// Gives a role; false where the account holds it already.
pub async fn add(
    tx: &mut Tx,
    id: PostId,
    account: AccountId,
    role: &str,
    agency: Option<AgencyId>,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let added = sql!(
        tx,
        execute,
        "INSERT INTO account_role (id, account_id, role, agency_id, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
        id,
        account,
        role,
        agency,
        at
    )?;
    Ok(added > 0)
}

/// Takes a role away; false where the account does not hold it.
pub async fn remove(
    tx: &mut Tx,
    account: AccountId,
    role: &str,
    agency: Option<AgencyId>,
) -> Result<bool, DbError> {
    let removed = match agency {
        Some(agency) => sql!(
            tx,
            execute,
            "DELETE FROM account_role WHERE account_id = $1 AND role = $2 AND agency_id = $3",
            account,
            role,
            agency
        )?,
        None => sql!(
            tx,
            execute,
            "DELETE FROM account_role WHERE account_id = $1 AND role = $2 AND agency_id IS NULL",
            account,
            role
        )?,
    };
    Ok(removed > 0)
}
