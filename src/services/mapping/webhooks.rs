//! The systems that are told of what happens to dossiers: where, of what, and signed with which secret. For system administrators.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::crypto::webhook::WebhookSecret;
use crate::db::webhook::{Delivery, Endpoint};
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::id::WebhookId;
use crate::domain::page::{Cursor, Key, Page, PageRequest, Sort, SortBy};
use crate::domain::policy::{Act, Role};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;

/// How long a secret that was changed still signs beside the new one: the receiver changes over in its own time.
const OLD_SECRET_KEPT: TimeDelta = TimeDelta::hours(24);
/// Endpoints of an installation at the most.
const MOST: i64 = 200;

/// Where a system wants to be told, and of what.
pub struct Subscription {
    /// The client by its id or login name.
    pub client: String,
    pub url: String,
    /// Empty for all.
    pub kinds: Vec<String>,
}

/// What is to change of an endpoint; what is none stays.
#[derive(Default)]
pub struct Resubscription {
    pub url: Option<String>,
    pub kinds: Option<Vec<String>>,
    pub paused: Option<bool>,
}

/// An endpoint with its new secret, which is never shown again.
pub struct NewEndpoint {
    pub endpoint: Endpoint,
    pub secret: WebhookSecret,
}

/// Binds a sealed secret to its endpoint.
pub(super) fn seal_purpose(id: WebhookId) -> String {
    format!("webhook secret {id}")
}

impl Kho {
    pub async fn list_webhooks(&self, actor: &Actor) -> Result<Vec<Endpoint>> {
        let mut tx = self.db.read().await?;
        self.gate_role(&mut tx, actor, Act::WebhookList, &[Role::SystemAdmin]).await?;
        Ok(db::webhook::list(&mut tx, MOST).await?)
    }

    pub async fn view_webhook(&self, actor: &Actor, id: WebhookId) -> Result<Endpoint> {
        let mut tx = self.db.read().await?;
        self.gate_webhook(&mut tx, actor, Act::WebhookList, id).await
    }

    /// Has a client told of events from now on.
    pub async fn create_webhook(&self, actor: &Actor, wanted: Subscription) -> Result<NewEndpoint> {
        let mut tx = self.db.begin().await?;
        self.gate_role(&mut tx, actor, Act::WebhookChange, &[Role::SystemAdmin]).await?;
        let client = self.account_named(&mut tx, &wanted.client).await?;
        if client.kind != "client" {
            return Err(Problem::field("client", "not_a_program"));
        }
        if db::webhook::list(&mut tx, MOST).await?.len() as i64 == MOST {
            return Err(Problem::field("client", "too_many"));
        }
        let now = self.clock.now();
        let id = WebhookId::new(now);
        let secret = WebhookSecret::generate()?;
        let endpoint = Endpoint {
            id,
            client_id: client.id,
            client: client.login,
            url: self.checked_url(&wanted.url)?,
            kinds: checked_kinds(&wanted.kinds)?,
            sealed_secret: self.keyring.seal_secret(&seal_purpose(id), secret.as_bytes())?,
            sealed_old_secret: None,
            old_secret_until: None,
            state: "active".to_owned(),
            paused_because: None,
            created_at: now,
            updated_at: now,
            rev: 1,
        };
        db::webhook::insert(&mut tx, &endpoint).await?;
        self.audit(&mut tx, self.webhook_record(actor, &endpoint, "created")).await?;
        tx.commit().await?;
        Ok(NewEndpoint { endpoint, secret })
    }

    /// Changes where and of what a system is told, or pauses it: what waits meanwhile is told afterwards.
    pub async fn update_webhook(
        &self,
        actor: &Actor,
        id: WebhookId,
        seen: Option<i64>,
        change: Resubscription,
    ) -> Result<Endpoint> {
        let mut tx = self.db.begin().await?;
        let mut endpoint = self.gate_webhook(&mut tx, actor, Act::WebhookChange, id).await?;
        expect_seen(&endpoint, seen)?;
        if let Some(url) = change.url {
            endpoint.url = self.checked_url(&url)?;
        }
        if let Some(kinds) = change.kinds {
            endpoint.kinds = checked_kinds(&kinds)?;
        }
        if let Some(paused) = change.paused {
            endpoint.state = if paused { "paused" } else { "active" }.to_owned();
            endpoint.paused_because = None;
        }
        self.save_webhook(&mut tx, actor, &endpoint, "changed").await?;
        tx.commit().await?;
        self.view_webhook(actor, id).await
    }

    /// Makes a new secret; the one before signs too for a day.
    pub async fn renew_webhook_secret(&self, actor: &Actor, id: WebhookId) -> Result<NewEndpoint> {
        let mut tx = self.db.begin().await?;
        let mut endpoint = self.gate_webhook(&mut tx, actor, Act::WebhookChange, id).await?;
        let secret = WebhookSecret::generate()?;
        let sealed = self.keyring.seal_secret(&seal_purpose(id), secret.as_bytes())?;
        endpoint.sealed_old_secret = Some(std::mem::replace(&mut endpoint.sealed_secret, sealed));
        endpoint.old_secret_until = Some(self.clock.now() + OLD_SECRET_KEPT);
        self.save_webhook(&mut tx, actor, &endpoint, "secret renewed").await?;
        tx.commit().await?;
        Ok(NewEndpoint { endpoint: self.view_webhook(actor, id).await?, secret })
    }

    /// Tells a system nothing any more, not even what waits.
    pub async fn delete_webhook(&self, actor: &Actor, id: WebhookId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let endpoint = self.gate_webhook(&mut tx, actor, Act::WebhookChange, id).await?;
        db::webhook::delete(&mut tx, id).await?;
        self.audit(&mut tx, self.webhook_record(actor, &endpoint, "deleted")).await?;
        Ok(tx.commit().await?)
    }

    /// An endpoint's deliveries in one state, or in `all`, in the order of the events.
    pub async fn list_deliveries(
        &self,
        actor: &Actor,
        id: WebhookId,
        state: &str,
        page: &PageRequest,
    ) -> Result<Page<Delivery>> {
        let state = match state {
            "all" => None,
            "waiting" | "delivered" | "dead" => Some(state),
            _ => return Err(Problem::field("state", "unknown")),
        };
        let mut tx = self.db.read().await?;
        self.gate_webhook(&mut tx, actor, Act::WebhookList, id).await?;
        let after = page.after.as_ref().map_or(Ok(0), |cursor| cursor.key.as_number())?;
        let rows = db::webhook::deliveries(&mut tx, id, state, after, i64::from(page.limit) + 1).await?;
        let sort = Sort { by: SortBy::Time, descending: false };
        Ok(Page::cut(rows, page.limit, |last| Cursor {
            sort,
            group: 0,
            key: Key::Number(last.event_number),
            id: last.event_id.0,
        }))
    }

    /// Has one delivery made again, whatever became of it, or at once where it waits for its next attempt.
    pub async fn replay_delivery(&self, actor: &Actor, id: WebhookId, number: i64) -> Result<Delivery> {
        let mut tx = self.db.begin().await?;
        let endpoint = self.gate_webhook(&mut tx, actor, Act::WebhookReplay, id).await?;
        if db::webhook::delivery(&mut tx, id, number).await?.is_none() {
            return Err(self.refused(SYSTEM_CHAIN, actor, Act::WebhookReplay, id.0, Code::NotFound));
        }
        db::webhook::replay_one(&mut tx, id, number, self.clock.now()).await?;
        let detail = json!({ "url": endpoint.url, "number": number, "deliveries": 1 });
        let record = Record::new(SYSTEM_CHAIN, self.clock.now(), actor.into(), Act::WebhookReplay);
        self.audit(&mut tx, record.about(id.0).named(&endpoint.client).detail(detail)).await?;
        let delivery = db::webhook::delivery(&mut tx, id, number).await?.ok_or(Code::NotFound)?;
        tx.commit().await?;
        Ok(delivery)
    }

    /// Has deliveries made again: those that were given up, or all from the event numbered `from` on. Answers how many.
    pub async fn replay_deliveries(&self, actor: &Actor, id: WebhookId, from: Option<i64>) -> Result<u64> {
        if from.is_some_and(|from| from < 0) {
            return Err(Problem::field("from", "negative"));
        }
        let mut tx = self.db.begin().await?;
        let endpoint = self.gate_webhook(&mut tx, actor, Act::WebhookReplay, id).await?;
        let replayed = db::webhook::replay(&mut tx, id, from, self.clock.now()).await?;
        let detail = json!({ "url": endpoint.url, "from": from, "deliveries": replayed });
        let record = Record::new(SYSTEM_CHAIN, self.clock.now(), actor.into(), Act::WebhookReplay);
        self.audit(&mut tx, record.about(id.0).named(&endpoint.client).detail(detail)).await?;
        tx.commit().await?;
        Ok(replayed)
    }

    async fn gate_webhook(&self, tx: &mut Tx, actor: &Actor, act: Act, id: WebhookId) -> Result<Endpoint> {
        self.gate_role(tx, actor, act, &[Role::SystemAdmin]).await?;
        Ok(db::webhook::get(tx, id).await?.ok_or(Code::NotFound)?)
    }

    async fn save_webhook(&self, tx: &mut Tx, actor: &Actor, endpoint: &Endpoint, what: &str) -> Result<()> {
        db::webhook::update(tx, endpoint, self.clock.now()).await?;
        self.audit(tx, self.webhook_record(actor, endpoint, what)).await
    }

    fn webhook_record(&self, actor: &Actor, endpoint: &Endpoint, what: &str) -> Record {
        let kinds = endpoint.kinds.split_whitespace().collect::<Vec<_>>();
        let detail = json!({ "change": what, "kinds": kinds, "state": endpoint.state, "url": endpoint.url });
        Record::new(SYSTEM_CHAIN, self.clock.now(), actor.into(), Act::WebhookChange)
            .about(endpoint.id.0)
            .named(&endpoint.client)
            .detail(detail)
    }

    fn checked_url(&self, url: &str) -> Result<String> {
        let url = url.trim();
        if url.chars().count() > 2_000 {
            return Err(Problem::field("url", "too_long"));
        }
        match self.messenger.may_deliver(url) {
            Ok(()) => Ok(url.to_owned()),
            Err(reason) => Err(Problem::field("url", "not_allowed").with("reason", reason.to_string())),
        }
    }
}

/// As the row keeps them: each between spaces, sorted, each once.
fn checked_kinds(kinds: &[String]) -> Result<String> {
    let is_word = |kind: &String| {
        (1..=60).contains(&kind.len())
            && kind.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'_'))
    };
    if kinds.len() > 50 || !kinds.iter().all(is_word) {
        return Err(Problem::field("kinds", "unknown"));
    }
    if kinds.is_empty() {
        return Ok(String::new());
    }
    let mut kinds = kinds.to_vec();
    kinds.sort();
    kinds.dedup();
    Ok(format!(" {} ", kinds.join(" ")))
}

fn expect_seen(endpoint: &Endpoint, seen: Option<i64>) -> Result<()> {
    match seen {
        None => Err(Code::PreconditionRequired.into()),
        Some(rev) if rev == endpoint.rev => Ok(()),
        Some(_) => Err(Problem::new(Code::PreconditionFailed).with("current_rev", endpoint.rev)),
    }
}

/// Whether a secret that was changed still signs.
pub(super) fn signs_still(until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    until.is_some_and(|until| now < until)
}
