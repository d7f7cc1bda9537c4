//! Rows of the moves of dossiers from state to state. They are only ever added.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx};
use crate::domain::id::{AccountId, AgencyId, DossierId};
use crate::sql;

/// A move, as its row holds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DossierMove {
    pub dossier_id: DossierId,
    /// 1, 2, … within the dossier; set where it is written.
    pub seq: i32,
    /// None for the opening.
    pub from_state: Option<String>,
    pub to_state: String,
    /// The name of the move.
    #[sqlx(rename = "move")]
    pub name: String,
    pub at: DateTime<Utc>,
    pub by_account: Option<AccountId>,
    pub by_name: String,
    /// The agency for which an officer made it.
    pub agency_id: Option<AgencyId>,
    pub reason_code: Option<String>,
    pub note: Option<String>,
}

/// Adds a move under the dossier's next number, which it answers. The caller holds the lock of the vault.
pub async fn insert(tx: &mut Tx, step: &DossierMove) -> Result<i32, DbError> {
    let (seq,): (i32,) = sql!(
        tx,
        one One<i32>,
        "INSERT INTO dossier_move
             (dossier_id, seq, from_state, to_state, move, at, by_account, by_name, agency_id, reason_code, note)
         VALUES ($1, (SELECT COALESCE(MAX(m.seq), 0) + 1 FROM dossier_move m WHERE m.dossier_id = $1), $2, $3, $4, $5, $6, $7,
             $8, $9, $10)
         RETURNING seq",
        step.dossier_id,
        step.from_state.as_deref(),
        &step.to_state,
        &step.name,
        step.at,
        step.by_account,
        &step.by_name,
        step.agency_id,
        step.reason_code.as_deref(),
        step.note.as_deref()
    )?;
    Ok(seq)
}

/// All moves of a dossier, the first first: states bound how many there can be but for supplements, which people make.
pub async fn of(tx: &mut Tx, dossier: DossierId, limit: i64) -> Result<Vec<DossierMove>, DbError> {
    sql!(
        tx,
        all DossierMove,
        "SELECT dossier_id, seq, from_state, to_state, move, at, by_account, by_name, agency_id, reason_code, note
         FROM dossier_move WHERE dossier_id = $1 ORDER BY seq LIMIT $2",
        dossier,
        limit
    )
}
