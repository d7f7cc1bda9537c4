//! Rows of programs of other systems: how they prove who they are, and for which agencies they may do what.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx};
use crate::domain::id::{AccountId, AgencyId};
use crate::sql;

/// How a program proves who it is.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct Proof {
    pub secret_digest: Option<Vec<u8>>,
    /// A JWK set.
    pub jwks: Option<String>,
}

pub async fn proof(tx: &mut Tx, client: AccountId) -> Result<Option<Proof>, DbError> {
    sql!(
        tx,
        optional Proof,
        "SELECT secret_digest, jwks FROM oauth_client WHERE account_id = $1",
        client
    )
}

/// Writes how a program proves who it is; without any proof its row goes.
pub async fn put_proof(
    tx: &mut Tx,
    client: AccountId,
    proof: &Proof,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    if proof.secret_digest.is_none() && proof.jwks.is_none() {
        sql!(tx, execute, "DELETE FROM oauth_client WHERE account_id = $1", client)?;
        return Ok(());
    }
    sql!(
        tx,
        execute,
        "INSERT INTO oauth_client (account_id, secret_digest, jwks, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id) DO UPDATE SET secret_digest = excluded.secret_digest, jwks = excluded.jwks,
             updated_at = excluded.updated_at",
        client,
        proof.secret_digest.as_deref(),
        proof.jwks.as_deref(),
        at
    )?;
    Ok(())
}

/// What a program may do for an agency.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Mandate {
    pub agency_id: AgencyId,
    pub agency_code: String,
    pub agency_name: String,
    /// Separated by spaces.
    pub scopes: String,
}

/// The agencies for which a program may act, by their codes.
pub async fn mandates(tx: &mut Tx, client: AccountId) -> Result<Vec<Mandate>, DbError> {
    sql!(
        tx,
        all Mandate,
        "SELECT c.agency_id, a.code AS agency_code, a.name AS agency_name, c.scopes
         FROM client_agency c JOIN agency a ON a.id = c.agency_id WHERE c.account_id = $1 ORDER BY a.code",
        client
    )
}

/// The scopes that a program holds for an agency.
pub async fn scopes_for(tx: &mut Tx, client: AccountId, agency: AgencyId) -> Result<Option<String>, DbError> {
    let row: Option<(String,)> = sql!(
        tx,
        optional One<String>,
        "SELECT scopes FROM client_agency WHERE account_id = $1 AND agency_id = $2",
        client,
        agency
    )?;
    Ok(row.map(|(scopes,)| scopes))
}

pub async fn put_mandate(
    tx: &mut Tx,
    client: AccountId,
    agency: AgencyId,
    scopes: &str,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO client_agency (account_id, agency_id, scopes) VALUES ($1, $2, $3)
         ON CONFLICT (account_id, agency_id) DO UPDATE SET scopes = excluded.scopes",
        client,
        agency,
        scopes
    )?;
    Ok(())
}

pub async fn remove_mandate(tx: &mut Tx, client: AccountId, agency: AgencyId) -> Result<bool, DbError> {
    let removed = sql!(
        tx,
        execute,
        "DELETE FROM client_agency WHERE account_id = $1 AND agency_id = $2",
        client,
        agency
    )?;
    Ok(removed > 0)
}

/// Notes that an assertion was used; false where it had been before.
pub async fn use_assertion(
    tx: &mut Tx,
    client: AccountId,
    jti: &str,
    expires_at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let noted = sql!(
        tx,
        execute,
        "INSERT INTO used_assertion (client_id, jti, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (client_id, jti) DO NOTHING",
        client,
        jti,
        expires_at
    )?;
    Ok(noted > 0)
}
