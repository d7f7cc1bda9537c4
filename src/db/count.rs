//! What is counted of dossiers: the sums a day that the reports read, and what of each dossier is in them.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{DbError, Tx};
use crate::domain::id::{AgencyId, DossierId};
use crate::sql;

/// What the reports count of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// One that was handed in.
    Dossier,
    /// A paper that lay in the vault before the dossier was opened.
    ComponentReused,
    ComponentAdded,
    ComponentDigitised,
    /// A result that came into a vault.
    Result,
    /// A paper that an officer did not accept.
    Refusal,
    /// A component of a dossier that was received.
    Component,
    /// One of them that has a file.
    ComponentWithFile,
    /// A dossier that was decided.
    Decided,
    /// One of them whose result lies in its owner's vault.
    DecidedDigitised,
}

impl Counted {
    pub fn as_str(self) -> &'static str {
        match self {
            Counted::Dossier => "dossier",
            Counted::ComponentReused => "component_reused",
            Counted::ComponentAdded => "component_added",
            Counted::ComponentDigitised => "component_digitised",
            Counted::Result => "result",
            Counted::Refusal => "refusal",
            Counted::Component => "component",
            Counted::ComponentWithFile => "component_with_file",
            Counted::Decided => "decided",
            Counted::DecidedDigitised => "decided_digitised",
        }
    }
}

/// By how much a transaction changes the sums: of a day and an agency, of refusals by reason.
pub(super) type Changes = BTreeMap<(NaiveDate, AgencyId, Counted, String), i64>;

/// Writes the sums of a transaction in its last moments, always in the same order: many dossiers of an agency are counted in the same rows, and
/// two transactions that each held one the other wants would wait for ever.
pub(super) async fn write(tx: &mut Tx, changes: Changes) -> Result<(), DbError> {
    for ((day, agency, what, reason), by) in changes {
        if by == 0 {
            continue;
        }
        sql!(
            tx,
            execute,
            "INSERT INTO reuse_day (day, agency_id, what, reason_code, count) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (day, agency_id, what, reason_code) DO UPDATE SET count = reuse_day.count + excluded.count",
            day,
            agency,
            what.as_str(),
            reason,
            by
        )?;
    }
    Ok(())
}

/// What of a dossier is in the sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DossierCount {
    pub received_on: NaiveDate,
    pub components: i32,
    pub with_file: i32,
    pub decided_on: Option<NaiveDate>,
    pub decided_by: Option<AgencyId>,
    pub digitised: bool,
}

pub async fn of_dossier(tx: &mut Tx, dossier: DossierId) -> Result<Option<DossierCount>, DbError> {
    sql!(
        tx,
        optional DossierCount,
        "SELECT received_on, components, with_file, decided_on, decided_by, digitised FROM dossier_count WHERE dossier_id = $1",
        dossier
    )
}

/// Keeps what of a dossier is in the sums. The caller holds the lock of its vault.
pub async fn put(tx: &mut Tx, dossier: DossierId, count: &DossierCount) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO dossier_count (dossier_id, received_on, components, with_file, decided_on, decided_by, digitised)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (dossier_id) DO UPDATE SET components = excluded.components, with_file = excluded.with_file,
             decided_on = excluded.decided_on, decided_by = excluded.decided_by, digitised = excluded.digitised",
        dossier,
        count.received_on,
        count.components,
        count.with_file,
        count.decided_on,
        count.decided_by,
        count.digitised
    )?;
    Ok(())
}
