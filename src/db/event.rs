//! Rows of what happened to dossiers and their papers, numbered in the order in which they were committed.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use super::vault::next_numbers;
use super::{DbError, Tx, dialect};
use crate::domain::id::{AccountId, AgencyId, DossierId, EventId};
use crate::sql;

/// Something that happened, before it has its number.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub id: EventId,
    pub at: DateTime<Utc>,
    /// The day it is counted under (Vietnamese time).
    pub day: NaiveDate,
    /// Such as `dossier.moved`.
    pub kind: String,
    pub dossier_id: DossierId,
    pub agency_id: AgencyId,
    /// The system whose dossier it is.
    pub client_id: Option<AccountId>,
    /// A JSON object.
    pub body: Value,
}

/// Writes the events of a transaction under the next numbers, as the last thing in it, and has every system told that wants to know. The
/// numbers' row is held until the transaction ends, so that whoever reads the feed never finds a number below one that was read: the shorter,
/// the less do others wait.
pub(super) async fn write(tx: &mut Tx, events: &[NewEvent]) -> Result<(), DbError> {
    let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
    let last = next_numbers(tx, "event", count).await?;
    for (number, event) in (last - count + 1..).zip(events) {
        sql!(
            tx,
            execute,
            "INSERT INTO event (number, id, at, day, kind, dossier_id, agency_id, client_id, body)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            number,
            event.id,
            event.at,
            event.day,
            &event.kind,
            event.dossier_id,
            event.agency_id,
            event.client_id,
            event.body.to_string()
        )?;
        super::webhook::fan_out(tx, number, event).await?;
    }
    Ok(())
}

/// An event, as its row holds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Event {
    pub number: i64,
    pub id: EventId,
    pub at: DateTime<Utc>,
    pub day: NaiveDate,
    pub kind: String,
    pub dossier_id: DossierId,
    pub agency_id: AgencyId,
    pub client_id: Option<AccountId>,
    pub body: String,
}

/// The events of a dossier after a number, in order.
pub async fn of_dossier(
    tx: &mut Tx,
    dossier: DossierId,
    after: i64,
    limit: i64,
) -> Result<Vec<Event>, DbError> {
    sql!(
        tx,
        all Event,
        "SELECT number, id, at, day, kind, dossier_id, agency_id, client_id, body FROM event
         WHERE dossier_id = $1 AND number > $2 ORDER BY number LIMIT $3",
        dossier,
        after,
        limit
    )
}

/// The events of these agencies after a number, in order.
pub async fn of_agencies(
    tx: &mut Tx,
    agencies: &[AgencyId],
    after: i64,
    limit: i64,
) -> Result<Vec<Event>, DbError> {
    if agencies.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT number, id, at, day, kind, dossier_id, agency_id, client_id, body FROM event
         WHERE number > $1 AND agency_id IN ({}) ORDER BY number LIMIT $2",
        dialect::placeholders(2, agencies.len())
    );
    sql!(tx, all Event, sqlx::AssertSqlSafe(text), after, limit; agencies.iter().copied())
}
