//! Rows of the systems that are told of events, and of what each is still to be told.

use chrono::{DateTime, Utc};

use super::event::NewEvent;
use super::{DbError, Tx};
use crate::domain::id::{AccountId, DossierId, EventId, WebhookId};
use crate::sql;

/// Where a system is told.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Endpoint {
    pub id: WebhookId,
    pub client_id: AccountId,
    pub client: String,
    pub url: String,
    /// Kinds of event, each between spaces; empty for all.
    pub kinds: String,
    pub sealed_secret: Vec<u8>,
    pub sealed_old_secret: Option<Vec<u8>>,
    pub old_secret_until: Option<DateTime<Utc>>,
    /// `active` or `paused`.
    pub state: String,
    pub paused_because: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub rev: i64,
}

macro_rules! select_endpoint {
    ($rest:literal) => {
        concat!(
            "SELECT w.id, w.client_id, a.login AS client, w.url, w.kinds, w.sealed_secret, w.sealed_old_secret, w.old_secret_until,
                    w.state, w.paused_because, w.created_at, w.updated_at, w.rev
             FROM webhook_endpoint w JOIN account a ON a.id = w.client_id ",
            $rest
        )
    };
}

/// All of them, in the order in which they were made: a province has a handful of systems.
pub async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<Endpoint>, DbError> {
    sql!(tx, all Endpoint, select_endpoint!("ORDER BY w.id LIMIT $1"), limit)
}

pub async fn get(tx: &mut Tx, id: WebhookId) -> Result<Option<Endpoint>, DbError> {
    sql!(tx, optional Endpoint, select_endpoint!("WHERE w.id = $1"), id)
}

/// Those that something is due for.
pub async fn due(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Endpoint>, DbError> {
    sql!(
        tx,
        all Endpoint,
        select_endpoint!(
            "WHERE w.state = 'active' AND w.id IN
                 (SELECT endpoint_id FROM webhook_delivery WHERE state = 'waiting' AND next_at <= $1)
             ORDER BY w.id"
        ),
        now
    )
}

pub async fn insert(tx: &mut Tx, endpoint: &Endpoint) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO webhook_endpoint (id, client_id, url, kinds, sealed_secret, state, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
        endpoint.id,
        endpoint.client_id,
        &endpoint.url,
        &endpoint.kinds,
        &endpoint.sealed_secret,
        &endpoint.state,
        endpoint.created_at
    )?;
    Ok(())
}

/// Writes what may change of an endpoint.
pub async fn update(tx: &mut Tx, endpoint: &Endpoint, at: DateTime<Utc>) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE webhook_endpoint SET url = $2, kinds = $3, sealed_secret = $4, sealed_old_secret = $5, old_secret_until = $6,
             state = $7, paused_because = $8, updated_at = $9, rev = rev + 1
         WHERE id = $1",
        endpoint.id,
        &endpoint.url,
        &endpoint.kinds,
        &endpoint.sealed_secret,
        endpoint.sealed_old_secret.as_deref(),
        endpoint.old_secret_until,
        &endpoint.state,
        endpoint.paused_because.as_deref(),
        at
    )?;
    Ok(())
}

/// Deletes an endpoint with all that it was still to be told.
pub async fn delete(tx: &mut Tx, id: WebhookId) -> Result<(), DbError> {
    sql!(tx, execute, "DELETE FROM webhook_endpoint WHERE id = $1", id)?;
    Ok(())
}

/// Has every endpoint told that the event concerns, in the transaction of the event.
pub(super) async fn fan_out(tx: &mut Tx, number: i64, event: &NewEvent) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO webhook_delivery (endpoint_id, event_number, dossier_id, state, next_at)
         SELECT w.id, $1, $2, 'waiting', $3 FROM webhook_endpoint w
         WHERE (w.kinds = '' OR w.kinds LIKE $4)
           AND (w.client_id = $5 OR EXISTS
                (SELECT 1 FROM client_agency c WHERE c.account_id = w.client_id AND c.agency_id = $6))",
        number,
        event.dossier_id,
        event.at,
        format!("% {} %", event.kind),
        event.client_id,
        event.agency_id
    )?;
    Ok(())
}

/// What an endpoint is to be told next, with the event.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Due {
    pub event_number: i64,
    pub attempts: i32,
    pub event_id: EventId,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub dossier_id: DossierId,
    pub body: String,
}

/// What is due for an endpoint: of each dossier only the oldest that waits, so that a receiver hears of a dossier in order.
pub async fn next(
    tx: &mut Tx,
    endpoint: WebhookId,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Due>, DbError> {
    sql!(
        tx,
        all Due,
        "SELECT d.event_number, d.attempts, e.id AS event_id, e.at, e.kind, e.dossier_id, e.body
         FROM webhook_delivery d JOIN event e ON e.number = d.event_number
         WHERE d.endpoint_id = $1 AND d.state = 'waiting' AND d.next_at <= $2 AND NOT EXISTS
               (SELECT 1 FROM webhook_delivery b WHERE b.endpoint_id = $1 AND b.dossier_id = d.dossier_id
                                                   AND b.state = 'waiting' AND b.event_number < d.event_number)
         ORDER BY d.event_number LIMIT $3",
        endpoint,
        now,
        limit
    )
}

/// How one attempt left a delivery.
pub struct Attempt<'a> {
    pub event_number: i64,
    /// `waiting`, `delivered` or `dead`.
    pub state: &'static str,
    pub next_at: DateTime<Utc>,
    pub error: Option<&'a str>,
}

pub async fn attempted(
    tx: &mut Tx,
    endpoint: WebhookId,
    attempt: &Attempt<'_>,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    let ended = (attempt.state != "waiting").then_some(at);
    sql!(
        tx,
        execute,
        "UPDATE webhook_delivery SET state = $3, attempts = attempts + 1, next_at = $4, last_error = $5, ended_at = $6
         WHERE endpoint_id = $1 AND event_number = $2",
        endpoint,
        attempt.event_number,
        attempt.state,
        attempt.next_at,
        attempt.error,
        ended
    )?;
    Ok(())
}

/// A delivery, as administrators see it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Delivery {
    pub event_number: i64,
    pub event_id: EventId,
    pub kind: String,
    pub dossier_id: DossierId,
    pub at: DateTime<Utc>,
    pub state: String,
    pub attempts: i32,
    pub next_at: DateTime<Utc>,
    pub last_error: Option<String>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// An endpoint's deliveries after an event, in order: of one state, or all.
pub async fn deliveries(
    tx: &mut Tx,
    endpoint: WebhookId,
    state: Option<&str>,
    after: i64,
    limit: i64,
) -> Result<Vec<Delivery>, DbError> {
    let Some(state) = state else {
        return sql!(
            tx,
            all Delivery,
            "SELECT d.event_number, e.id AS event_id, e.kind, e.dossier_id, e.at, d.state, d.attempts, d.next_at, d.last_error, d.ended_at
             FROM webhook_delivery d JOIN event e ON e.number = d.event_number
             WHERE d.endpoint_id = $1 AND d.event_number > $2 ORDER BY d.event_number LIMIT $3",
            endpoint,
            after,
            limit
        );
    };
    sql!(
        tx,
        all Delivery,
        "SELECT d.event_number, e.id AS event_id, e.kind, e.dossier_id, e.at, d.state, d.attempts, d.next_at, d.last_error, d.ended_at
         FROM webhook_delivery d JOIN event e ON e.number = d.event_number
         WHERE d.endpoint_id = $1 AND d.state = $2 AND d.event_number > $3 ORDER BY d.event_number LIMIT $4",
        endpoint,
        state,
        after,
        limit
    )
}

/// One delivery of an endpoint, by the number of its event.
pub async fn delivery(tx: &mut Tx, endpoint: WebhookId, number: i64) -> Result<Option<Delivery>, DbError> {
    sql!(
        tx,
        optional Delivery,
        "SELECT d.event_number, e.id AS event_id, e.kind, e.dossier_id, e.at, d.state, d.attempts, d.next_at, d.last_error, d.ended_at
         FROM webhook_delivery d JOIN event e ON e.number = d.event_number
         WHERE d.endpoint_id = $1 AND d.event_number = $2",
        endpoint,
        number
    )
}

/// Has one delivery made again, or at once where it waits for its next attempt.
pub async fn replay_one(
    tx: &mut Tx,
    endpoint: WebhookId,
    number: i64,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE webhook_delivery SET state = 'waiting', attempts = 0, next_at = $3, ended_at = NULL
         WHERE endpoint_id = $1 AND event_number = $2",
        endpoint,
        number,
        now
    )?;
    Ok(())
}

/// Has deliveries made again: those that were given up, or all from an event on. Answers how many.
pub async fn replay(
    tx: &mut Tx,
    endpoint: WebhookId,
    from: Option<i64>,
    now: DateTime<Utc>,
) -> Result<u64, DbError> {
    sql!(
        tx,
        execute,
        "UPDATE webhook_delivery SET state = 'waiting', attempts = 0, next_at = $3, ended_at = NULL
         WHERE endpoint_id = $1 AND state <> 'waiting' AND (state = 'dead' AND $2 = -1 OR $2 >= 0 AND event_number >= $2)",
        endpoint,
        from.unwrap_or(-1),
        now
    )
}
