//! Telling systems of events: webhooks after the Standard Webhooks specification 1.0.
//!
//! A delivery is a row written in the transaction of its event. Of a dossier only the oldest one that waits is sent, so a receiver hears of
//! each dossier in order; what fails is tried again ever more seldom, for three days, and then left to the administrator, so that one message
//! nobody takes does not silence a dossier for ever. A message names ids and states but no person and no paper: the receiver asks for those,
//! as itself.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use futures::future::join_all;
use kho_fetch::{Allow, Delivery, Fault, Fetcher, Limits, Place, PlaceError, Refusal, Undelivered};
use serde_json::{Value, json};

use super::webhooks::{seal_purpose, signs_still};
use crate::crypto::webhook::WebhookSecret;
use crate::db;
use crate::db::webhook::{Attempt, Due, Endpoint};
use crate::domain::problem::Result;
use crate::services::Kho;

/// How long after each failure the next attempt follows: the schedule that the specification recommends.
const BACK_OFF: [TimeDelta; 9] = [
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(14),
    TimeDelta::hours(20),
    TimeDelta::hours(24),
];
/// Dossiers that one endpoint is told of at a time.
const AT_ONCE: i64 = 8;
/// Rounds of one run: whatever still waits then is told by the next, a moment later.
const ROUNDS: usize = 200;
/// Deliveries that were made are kept for so long, to be made again if a receiver lost them.
pub const DELIVERIES_KEPT: TimeDelta = TimeDelta::days(30);

/// Who carries messages to other systems.
#[derive(Clone)]
pub struct Messenger {
    fetcher: Arc<Fetcher>,
    limit: Duration,
}

impl Messenger {
    /// Goes to the public network, and beside it to the places that are named (`HOST:PORT`); `seconds` for one message.
    pub fn new(allowed: &[String], seconds: u64) -> Result<Self, PlaceError> {
        let allow = allowed.iter().map(|place| place.parse::<Place>()).collect::<Result<Allow, _>>()?;
        let fetcher = Arc::new(Fetcher::new(Limits::default(), allow));
        Ok(Self { fetcher, limit: Duration::from_secs(seconds) })
    }

    /// Whether messages may go to this address.
    pub fn may_deliver(&self, url: &str) -> std::result::Result<(), Refusal> {
        self.fetcher.may_deliver(url)
    }
}

impl Kho {
    /// Tells every system what is due: the work of [`JobKind::DeliverWebhooks`](crate::domain::job::JobKind::DeliverWebhooks).
    pub async fn deliver_webhooks(&self) -> Result<()> {
        let mut tx = self.db.read().await?;
        let endpoints = db::webhook::due(&mut tx, self.clock.now()).await?;
        drop(tx);
        // Each at its own pace: a slow receiver keeps nobody else waiting.
        let told = join_all(endpoints.iter().map(|endpoint| self.tell(endpoint))).await;
        told.into_iter().collect()
    }

    async fn tell(&self, endpoint: &Endpoint) -> Result<()> {
        let now = self.clock.now();
        let mut secrets = vec![self.webhook_secret(endpoint, &endpoint.sealed_secret)?];
        if let Some(old) = &endpoint.sealed_old_secret
            && signs_still(endpoint.old_secret_until, now)
        {
            secrets.push(self.webhook_secret(endpoint, old)?);
        }
        for _ in 0..ROUNDS {
            let mut tx = self.db.read().await?;
            let due = db::webhook::next(&mut tx, endpoint.id, self.clock.now(), AT_ONCE).await?;
            drop(tx);
            if due.is_empty() {
                break;
            }
            let outcomes = join_all(due.iter().map(|one| self.send(endpoint, &secrets, one))).await;
            if self.note_attempts(endpoint, &due, outcomes).await? {
                break;
            }
        }
        Ok(())
    }

    fn webhook_secret(&self, endpoint: &Endpoint, sealed: &[u8]) -> Result<WebhookSecret> {
        let bytes = self.keyring.open_secret(&seal_purpose(endpoint.id), sealed)?;
        Ok(WebhookSecret::from_bytes(bytes))
    }

    async fn send(
        &self,
        endpoint: &Endpoint,
        secrets: &[WebhookSecret],
        due: &Due,
    ) -> std::result::Result<(), Undelivered> {
        let body = message(due);
        let id = due.event_id.to_string();
        let timestamp = self.clock.now().timestamp();
        let signatures = secrets.iter().map(|secret| secret.sign(&id, timestamp, &body)).collect::<Vec<_>>();
        let delivery = Delivery {
            url: endpoint.url.clone(),
            headers: vec![
                ("webhook-id", id),
                ("webhook-timestamp", timestamp.to_string()),
                ("webhook-signature", signatures.join(" ")),
            ],
            body,
            limit: self.messenger.limit,
        };
        self.messenger.fetcher.deliver(&delivery).await
    }

    /// Keeps how the attempts ended; answers whether the endpoint is to be left alone now.
    async fn note_attempts(
        &self,
        endpoint: &Endpoint,
        due: &[Due],
        outcomes: Vec<std::result::Result<(), Undelivered>>,
    ) -> Result<bool> {
        let now = self.clock.now();
        let mut is_gone = false;
        let mut tx = self.db.begin().await?;
        // Meanwhile it may have been deleted.
        let Some(mut current) = db::webhook::get(&mut tx, endpoint.id).await? else { return Ok(true) };
        for (one, outcome) in due.iter().zip(outcomes) {
            let error = outcome.as_ref().err().map(Undelivered::to_string);
            is_gone |= matches!(outcome, Err(Undelivered::Failed(Fault::Status(410))));
            let (state, next_at) = match outcome {
                Ok(()) => ("delivered", now),
                Err(_) => match BACK_OFF.get(one.attempts.max(0) as usize) {
                    Some(wait) => ("waiting", now + spread(*wait, one)),
                    None => ("dead", now),
                },
            };
            let attempt = Attempt { event_number: one.event_number, state, next_at, error: error.as_deref() };
            db::webhook::attempted(&mut tx, endpoint.id, &attempt, now).await?;
        }
        if is_gone {
            // The specification: a receiver that answers 410 wants no more.
            current.state = "paused".to_owned();
            current.paused_because = Some("the receiver answered 410 Gone".to_owned());
            db::webhook::update(&mut tx, &current, now).await?;
        }
        tx.commit().await?;
        Ok(is_gone)
    }
}

/// Up to a tenth later, by the event: what failed together is not tried again all at once.
fn spread(wait: TimeDelta, due: &Due) -> TimeDelta {
    wait + wait * (due.event_number.rem_euclid(100) as i32) / 1_000
}

/// The body: `type`, `timestamp` and `data`, as the specification has it.
fn message(due: &Due) -> Bytes {
    let mut data: Value = serde_json::from_str(&due.body).unwrap_or_default();
    if !data.is_object() {
        data = json!({});
    }
    data["number"] = json!(due.event_number);
    data["dossier_id"] = json!(due.dossier_id);
    let body = json!({ "type": due.kind, "timestamp": rfc3339(due.at), "data": data });
    Bytes::from(body.to_string())
}

fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
