//! The systems that are told of events, for system administrators.

use actix_web::http::header::ETAG;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{Caller, IfMatch, etag};
use crate::db::webhook::{Delivery, Endpoint};
use crate::domain::id::{DossierId, EventId, WebhookId};
use crate::domain::page::PageRequest;
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::mapping::webhooks::{NewEndpoint, Resubscription, Subscription};

/// Where a system is told of events.
#[derive(Serialize, ToSchema)]
pub struct WebhookBody {
    pub id: WebhookId,
    /// Login name of the client.
    #[schema(example = "mot-cua-suoi-mo")]
    pub client: String,
    /// Where messages go.
    #[schema(example = "https://motcua.suoimo.example.vn/kho")]
    pub url: String,
    /// Kinds of event that it is told of; none for all.
    #[schema(example = json!(["dossier.moved"]))]
    pub kinds: Vec<String>,
    /// `active` or `paused`.
    #[schema(example = "active")]
    pub state: String,
    /// Why it is paused, where nobody asked for it.
    #[schema(example = "the receiver answered 410 Gone")]
    pub paused_because: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Until when messages are signed with the secret before the last change too.
    pub old_secret_until: Option<DateTime<Utc>>,
    #[schema(example = 4)]
    pub rev: i64,
}

impl From<Endpoint> for WebhookBody {
    fn from(endpoint: Endpoint) -> Self {
        Self {
            id: endpoint.id,
            client: endpoint.client,
            url: endpoint.url,
            kinds: endpoint.kinds.split_whitespace().map(str::to_owned).collect(),
            state: endpoint.state,
            paused_because: endpoint.paused_because,
            created_at: endpoint.created_at,
            updated_at: endpoint.updated_at,
            old_secret_until: endpoint.old_secret_until,
            rev: endpoint.rev,
        }
    }
}

/// All of them, in the order in which they were made.
#[derive(Serialize, ToSchema)]
pub struct WebhookList {
    pub items: Vec<WebhookBody>,
}

/// An endpoint with a new secret. The secret is shown here once and never again.
#[derive(Serialize, ToSchema)]
pub struct WebhookSecretBody {
    #[serde(flatten)]
    webhook: WebhookBody,
    /// What the receiver's library verifies messages with.
    #[schema(example = "whsec_Zm9yIHRoZSBleGFtcGxlIG9ubHksIG5vIHNlY3JldCE")]
    secret: String,
}

impl From<NewEndpoint> for WebhookSecretBody {
    fn from(new: NewEndpoint) -> Self {
        Self { webhook: new.endpoint.into(), secret: new.secret.expose().to_string() }
    }
}

/// The webhooks
///
/// For system administrators.
#[utoipa::path(tag = "webhooks", responses((status = 200, description = "All of them", body = WebhookList)))]
#[get("/admin/webhooks")]
pub async fn list_webhooks(kho: web::Data<Kho>, caller: Caller) -> Result<HttpResponse> {
    let items = kho.list_webhooks(&caller.0).await?.into_iter().map(WebhookBody::from).collect();
    Ok(HttpResponse::Ok().json(WebhookList { items }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhookBody {
    /// The client to be told, by its login name or id.
    #[schema(example = "mot-cua-suoi-mo", max_length = 100)]
    client: String,
    /// Where messages go: HTTPS, or a place named in the settings.
    #[schema(example = "https://motcua.suoimo.example.vn/kho", max_length = 2000)]
    url: String,
    /// Kinds of event to tell of; none for all.
    #[serde(default)]
    #[schema(example = json!(["dossier.moved"]))]
    kinds: Vec<String>,
}

/// Have a system told of events
///
/// Of its own dossiers, and of those of the agencies that it holds scopes for, from now on. Messages are signed after the Standard Webhooks
/// specification.
#[utoipa::path(tag = "webhooks", request_body = NewWebhookBody,
    responses((status = 201, description = "The webhook and its secret", body = WebhookSecretBody)))]
#[post("/admin/webhooks")]
pub async fn create_webhook(
    kho: web::Data<Kho>,
    caller: Caller,
    body: web::Json<NewWebhookBody>,
) -> Result<HttpResponse> {
    let NewWebhookBody { client, url, kinds } = body.into_inner();
    let new = kho.create_webhook(&caller.0, Subscription { client, url, kinds }).await?;
    Ok(HttpResponse::Created()
        .insert_header((ETAG, etag(new.endpoint.rev)))
        .json(WebhookSecretBody::from(new)))
}

/// A webhook
#[utoipa::path(tag = "webhooks", params(("webhook" = WebhookId, Path, description = "One of the webhooks")),
    responses((status = 200, description = "The webhook", body = WebhookBody)))]
#[get("/admin/webhooks/{webhook}")]
pub async fn view_webhook(
    kho: web::Data<Kho>,
    caller: Caller,
    webhook: web::Path<WebhookId>,
) -> Result<HttpResponse> {
    let endpoint = kho.view_webhook(&caller.0, *webhook).await?;
    Ok(HttpResponse::Ok().insert_header((ETAG, etag(endpoint.rev))).json(WebhookBody::from(endpoint)))
}

/// What is to change; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookChanges {
    /// Where messages go.
    #[schema(example = "https://motcua.suoimo.example.vn/kho", max_length = 2000)]
    url: Option<String>,
    /// Kinds of event to tell of; none for all.
    #[schema(example = json!(["dossier.moved"]))]
    kinds: Option<Vec<String>>,
    /// Whether to wait with all messages; what waits is told afterwards.
    #[schema(example = false)]
    paused: Option<bool>,
}

/// Change a webhook
#[utoipa::path(tag = "webhooks", params(("webhook" = WebhookId, Path, description = "One of the webhooks"),
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    request_body = WebhookChanges, responses((status = 200, description = "The webhook", body = WebhookBody)))]
#[patch("/admin/webhooks/{webhook}")]
pub async fn update_webhook(
    kho: web::Data<Kho>,
    caller: Caller,
    webhook: web::Path<WebhookId>,
    seen: IfMatch,
    body: web::Json<WebhookChanges>,
) -> Result<HttpResponse> {
    let WebhookChanges { url, kinds, paused } = body.into_inner();
    let change = Resubscription { url, kinds, paused };
    let endpoint = kho.update_webhook(&caller.0, *webhook, seen.0, change).await?;
    Ok(HttpResponse::Ok().insert_header((ETAG, etag(endpoint.rev))).json(WebhookBody::from(endpoint)))
}

/// Delete a webhook
///
/// Its system is told nothing any more, not even what waits.
#[utoipa::path(tag = "webhooks", params(("webhook" = WebhookId, Path, description = "One of the webhooks")),
    responses((status = 204, description = "It is gone")))]
#[delete("/admin/webhooks/{webhook}")]
pub async fn delete_webhook(
    kho: web::Data<Kho>,
    caller: Caller,
    webhook: web::Path<WebhookId>,
) -> Result<HttpResponse> {
    kho.delete_webhook(&caller.0, *webhook).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Make a new secret
///
/// The one before signs too for a day, so that the receiver can change over.
#[utoipa::path(tag = "webhooks", params(("webhook" = WebhookId, Path, description = "One of the webhooks")),
    responses((status = 200, description = "The webhook and its new secret", body = WebhookSecretBody)))]
#[post("/admin/webhooks/{webhook}/secret")]
pub async fn renew_webhook_secret(
    kho: web::Data<Kho>,
    caller: Caller,
    webhook: web::Path<WebhookId>,
) -> Result<HttpResponse> {
    let new = kho.renew_webhook_secret(&caller.0, *webhook).await?;
    Ok(HttpResponse::Ok().insert_header((ETAG, etag(new.endpoint.rev))).json(WebhookSecretBody::from(new)))
}

/// One event for one system.
#[derive(Serialize, ToSchema)]
pub struct DeliveryBody {
    /// Number of the event.
    #[schema(example = 4_711)]
    pub number: i64,
    /// Id of the event, which every attempt sends as `webhook-id`.
    pub event_id: EventId,
    /// Kind of the event.
    #[schema(example = "dossier.moved")]
    pub kind: String,
    /// The dossier that it is about.
    pub dossier_id: DossierId,
    pub at: DateTime<Utc>,
    /// `waiting`, `delivered` or `dead`.
    #[schema(example = "dead")]
    pub state: String,
    /// How often it was tried.
    #[schema(example = 10)]
    pub attempts: i32,
    /// When it is tried next, while it waits.
    pub next_at: Option<DateTime<Utc>>,
    /// How the last attempt failed.
    #[schema(example = "the server answered 503")]
    pub last_error: Option<String>,
    /// When it was taken or given up.
    pub ended_at: Option<DateTime<Utc>>,
}

impl From<Delivery> for DeliveryBody {
    fn from(delivery: Delivery) -> Self {
        Self {
            number: delivery.event_number,
            event_id: delivery.event_id,
            kind: delivery.kind,
            dossier_id: delivery.dossier_id,
            at: delivery.at,
            next_at: (delivery.state == "waiting").then_some(delivery.next_at),
            state: delivery.state,
            attempts: delivery.attempts,
            last_error: delivery.last_error,
            ended_at: delivery.ended_at,
        }
    }
}

/// One page of deliveries.
#[derive(Serialize, ToSchema)]
pub struct DeliveryPage {
    pub items: Vec<DeliveryBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveryQuery {
    /// `waiting`, `delivered`, `dead` or `all`.
    #[serde(default = "dead")]
    #[param(example = "dead", max_length = 20)]
    state: String,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

fn dead() -> String {
    "dead".to_owned()
}

/// A webhook's deliveries
///
/// In one state or in all, in the order of the events. `dead` are those that were given up after three days.
#[utoipa::path(tag = "webhooks",
    params(("webhook" = WebhookId, Path, description = "One of the webhooks"), DeliveryQuery),
    responses((status = 200, description = "A page of deliveries", body = DeliveryPage)))]
#[get("/admin/webhooks/{webhook}/deliveries")]
pub async fn list_deliveries(
    kho: web::Data<Kho>,
    caller: Caller,
    webhook: web::Path<WebhookId>,
    query: web::Query<DeliveryQuery>,
) -> Result<HttpResponse> {
    let page = PageRequest::parse(None, query.limit, query.cursor.as_deref(), "time")?;
    let page = kho.list_deliveries(&caller.0, *webhook, &query.state, &page).await?;
    Ok(HttpResponse::Ok().json(DeliveryPage {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(DeliveryBody::from).collect(),
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayBody {
    /// Number of the event from which on all deliveries are made again; absent for those alone that were given up.
    #[schema(example = 4_711, minimum = 0)]
    from: Option<i64>,
}

/// How many deliveries are made again.
#[derive(Serialize, ToSchema)]
pub struct ReplayAnswer {
    /// Deliveries that wait again now.
    #[schema(example = 3)]
    replayed: u64,
}

/// Deliver again
///
/// What was given up, or everything from an event on that the receiver lost. Made deliveries are kept for thirty days.
#[utoipa::path(tag = "webhooks", params(("webhook" = WebhookId, Path, description = "One of the webhooks")),
    request_body = ReplayBody, responses((status = 200, description = "How many", body = ReplayAnswer)))]
#[post("/admin/webhooks/{webhook}/replays")]
pub async fn replay_deliveries(
    kho: web::Data<Kho>,
    caller: Caller,
    webhook: web::Path<WebhookId>,
    body: web::Json<ReplayBody>,
) -> Result<HttpResponse> {
    let replayed = kho.replay_deliveries(&caller.0, *webhook, body.from).await?;
    Ok(HttpResponse::Ok().json(ReplayAnswer { replayed }))
}

/// Deliver one event again
///
/// Whatever became of it; one that waits for its next attempt is tried at once.
#[utoipa::path(tag = "webhooks",
    params(("webhook" = WebhookId, Path, description = "One of the webhooks"),
        ("number" = i64, Path, description = "Number of the event", example = 4_711)),
    responses((status = 200, description = "The delivery, which waits now", body = DeliveryBody)))]
#[post("/admin/webhooks/{webhook}/deliveries/{number}/replay")]
pub async fn replay_delivery(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(WebhookId, i64)>,
) -> Result<HttpResponse> {
    let (webhook, number) = path.into_inner();
    let delivery = kho.replay_delivery(&caller.0, webhook, number).await?;
    Ok(HttpResponse::Ok().json(DeliveryBody::from(delivery)))
}
