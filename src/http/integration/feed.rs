//! Batches, the feed of changes, and reconciliation.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use futures::StreamExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::dossiers::DossierPushBody;
use super::paper_body::{PaperPushBody, PaperReferenceBody};
use crate::domain::id::{DossierId, EventId, UploadId};
use crate::domain::problem::{Code, Problem, Result};
use crate::http::extract::Caller;
use crate::services::Kho;
use crate::services::mapping::feed::{BatchItem, Held, checked_kind};
use crate::services::mapping::pushed_papers::Slot;

/// Letters of a key in such a list.
const LONGEST_HELD: usize = 400;
/// Bytes of a batch, or of a list to compare.
const LIST_BYTES: usize = 4 << 20;

/// Something to be done of a batch.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum BatchItemBody {
    /// As `PUT /dossiers/{key}`.
    Dossier {
        /// The system's own key of the dossier.
        #[schema(example = "H52.10-26-000123", max_length = 128)]
        key: String,
        /// What it says of it.
        dossier: Box<DossierPushBody>,
    },
    /// As `PUT /dossiers/{key}/components/{component}/files/{file_key}` by reference.
    Component {
        /// The system's own key of the dossier, or the code of one that was opened here.
        #[schema(example = "H52.10-26-000123", max_length = 128)]
        dossier: String,
        /// Code of the component.
        #[schema(example = "C1", max_length = 64)]
        component: String,
        /// The system's own key of the file.
        #[schema(example = "1", max_length = 128)]
        key: String,
        /// What is said of it.
        metadata: Box<PaperPushBody>,
        /// Where the file is fetched from; or `upload`.
        #[schema(max_length = 2000, example = "https://mot-cua.tinh.gov.vn/tep/8f14e45f")]
        url: Option<String>,
        /// An upload in parts that is whole, and was begun for this paper; or `url`.
        upload: Option<UploadId>,
        /// SHA-256 of the file in hexadecimal.
        #[schema(min_length = 64, max_length = 64)]
        sha256: String,
        /// Bytes of the file, where they are known.
        #[schema(example = 1_048_576, minimum = 1)]
        size: Option<u64>,
    },
    /// As `PUT /dossiers/{key}/results/{result_key}` by reference.
    Result {
        /// The system's own key of the dossier, or the code of one that was opened here.
        #[schema(example = "H52.10-26-000123", max_length = 128)]
        dossier: String,
        /// The system's own key of the result.
        #[schema(example = "KQ1", max_length = 128)]
        key: String,
        /// What is said of it.
        metadata: Box<PaperPushBody>,
        /// Where the file is fetched from; or `upload`.
        #[schema(max_length = 2000, example = "https://mot-cua.tinh.gov.vn/tep/8f14e45f")]
        url: Option<String>,
        /// An upload in parts that is whole, and was begun for this paper; or `url`.
        upload: Option<UploadId>,
        /// SHA-256 of the file in hexadecimal.
        #[schema(min_length = 64, max_length = 64)]
        sha256: String,
        /// Bytes of the file, where they are known.
        #[schema(example = 1_048_576, minimum = 1)]
        size: Option<u64>,
    },
    /// As `DELETE /dossiers/{key}/results/{result_key}`.
    Revocation {
        /// The system's own key of the dossier.
        #[schema(example = "H52.10-26-000123", max_length = 128)]
        dossier: String,
        /// The system's own key of the result.
        #[schema(example = "KQ1", max_length = 128)]
        key: String,
        /// Why it is not valid any more.
        #[schema(example = "Cấp sai thông tin", max_length = 500)]
        reason: String,
    },
}

/// A batch.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchBody {
    /// Up to 500, done in turn; each is done or refused for itself.
    #[schema(min_items = 1, max_items = 500)]
    items: Vec<BatchItemBody>,
}

/// What became of an item.
#[derive(Serialize, ToSchema)]
pub struct BatchOutcomeBody {
    /// The key of the item.
    #[schema(example = "H52.10-26-000123")]
    pub key: String,
    /// `created`, `updated`, `unchanged`, `accepted` (its file will be fetched) or `refused`.
    #[schema(example = "created")]
    pub outcome: String,
    /// Of a refused one: the code of the problem.
    #[schema(example = "invalid_input")]
    pub code: Option<String>,
    /// Of a refused one: further facts, such as the field that is wrong.
    #[schema(value_type = Object, example = json!({ "field": "procedure", "reason": "unknown" }))]
    pub members: BTreeMap<&'static str, Value>,
}

/// What became of a batch.
#[derive(Serialize, ToSchema)]
pub struct BatchAnswer {
    /// In the order of the batch.
    pub items: Vec<BatchOutcomeBody>,
}

/// Push a batch
///
/// Up to 500 dossiers, papers by reference and revocations in one request, 4 MiB.
#[utoipa::path(tag = "integration", request_body = BatchBody,
    responses((status = 200, description = "What became of each item", body = BatchAnswer)))]
#[post("/batches")]
pub async fn push_batch(kho: web::Data<Kho>, caller: Caller, body: web::Payload) -> Result<HttpResponse> {
    let body: BatchBody = read_list(body).await?;
    let items = body.items.into_iter().map(item).collect::<Vec<_>>();
    let outcomes = kho.push_batch(&caller.0, items).await?;
    let outcome = |outcome: crate::services::mapping::feed::BatchOutcome| match outcome.done {
        Ok(done) => BatchOutcomeBody {
            key: outcome.key,
            outcome: done.to_owned(),
            code: None,
            members: BTreeMap::new(),
        },
        Err(problem) => BatchOutcomeBody {
            key: outcome.key,
            outcome: "refused".to_owned(),
            code: Some(problem.code.as_str().to_owned()),
            members: problem.members,
        },
    };
    Ok(HttpResponse::Ok().json(BatchAnswer { items: outcomes.into_iter().map(outcome).collect() }))
}

fn item(body: BatchItemBody) -> BatchItem {
    let paper = |slot, body: PaperReferenceBody| match body.checked() {
        Ok(reference) => BatchItem::Paper { slot, reference: Box::new(reference) },
        Err(problem) => BatchItem::Malformed { key: slot.key, problem },
    };
    match body {
        BatchItemBody::Dossier { key, dossier } => {
            BatchItem::Dossier { key, push: Box::new((*dossier).into()) }
        }
        BatchItemBody::Component { dossier, component, key, metadata, url, upload, sha256, size } => {
            let slot = Slot { dossier, component: Some(component), key };
            paper(slot, PaperReferenceBody::new(*metadata, url, upload, sha256, size))
        }
        BatchItemBody::Result { dossier, key, metadata, url, upload, sha256, size } => {
            let slot = Slot { dossier, component: None, key };
            paper(slot, PaperReferenceBody::new(*metadata, url, upload, sha256, size))
        }
        BatchItemBody::Revocation { dossier, key, reason } => {
            BatchItem::Revocation { dossier, result: key, reason }
        }
    }
}

/// A long list in JSON, up to [`LIST_BYTES`].
async fn read_list<T: DeserializeOwned>(mut body: web::Payload) -> Result<T> {
    let mut bytes = web::BytesMut::new();
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|_| Code::BodyMalformed)?;
        if bytes.len() + piece.len() > LIST_BYTES {
            return Err(Problem::new(Code::BodyTooLarge).with("limit_bytes", LIST_BYTES));
        }
        bytes.extend_from_slice(&piece);
    }
    serde_json::from_slice(&bytes).map_err(|error| {
        if error.is_data() {
            Problem::new(Code::InvalidInput).with("reason", error.to_string())
        } else {
            Code::BodyMalformed.into()
        }
    })
}

/// Something that happened to a dossier of the program's agencies.
#[derive(Serialize, ToSchema)]
pub struct ChangeBody {
    /// Its place in the feed.
    #[schema(example = 4711)]
    pub number: i64,
    pub id: EventId,
    pub at: DateTime<Utc>,
    /// Such as `dossier.moved`, `paper.attached`, `result.added`.
    #[schema(example = "dossier.moved")]
    pub kind: String,
    /// The dossier that it happened to.
    pub dossier_id: DossierId,
    /// What happened; `key` is the system's own key, where it opened the dossier.
    #[schema(value_type = Object, example = json!({ "dossier": "H52.10-261126-0001-M", "key": "H52.10-26-000123", "to": "received" }))]
    pub body: Value,
}

/// One page of the feed.
#[derive(Serialize, ToSchema)]
pub struct ChangePage {
    pub items: Vec<ChangeBody>,
    /// Where to go on: the number to send as `after`, also where there is nothing new yet.
    #[schema(example = 4711)]
    pub next_after: i64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangeQuery {
    /// Only what has a greater number: `next_after` of the page before.
    #[param(minimum = 0, example = 0)]
    #[serde(default)]
    after: i64,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
}

/// The changes
///
/// What happened to dossiers of the program's agencies, in the order of the numbers. None is skipped and none deleted: a program that was
/// away goes on where it stopped.
#[utoipa::path(tag = "integration", params(ChangeQuery),
    responses((status = 200, description = "A page of the feed", body = ChangePage)))]
#[get("/changes")]
pub async fn list_changes(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<ChangeQuery>,
) -> Result<HttpResponse> {
    let limit = limit(query.limit)?;
    let events = kho.list_changes(&caller.0, query.after.max(0), limit).await?;
    let next_after = events.last().map_or(query.after.max(0), |last| last.number);
    let change = |event: crate::db::event::Event| ChangeBody {
        number: event.number,
        id: event.id,
        at: event.at,
        kind: event.kind,
        dossier_id: event.dossier_id,
        body: serde_json::from_str(&event.body).unwrap_or_default(),
    };
    Ok(HttpResponse::Ok().json(ChangePage { items: events.into_iter().map(change).collect(), next_after }))
}

fn limit(limit: Option<u32>) -> Result<i64> {
    match limit.unwrap_or(100) {
        limit @ 1..=500 => Ok(i64::from(limit)),
        _ => Err(Problem::field("limit", "out_of_range")),
    }
}

/// What one side holds under a key.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldBody {
    /// `dossier`, `component` or `result`.
    #[schema(example = "result")]
    pub kind: String,
    /// The key of a dossier; of a component `dossier/component/file`, of a result `dossier/result`.
    #[schema(example = "H52.10-26-000123/KQ1", max_length = 400)]
    pub key: String,
    /// Of a paper: SHA-256 of its file in hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub sha256: Option<String>,
}

impl From<Held> for HeldBody {
    fn from(held: Held) -> Self {
        let sha256 = held.sha256.map(|sha256| data_encoding::HEXLOWER.encode(&sha256));
        Self { kind: held.kind, key: held.key, sha256 }
    }
}

/// One page of what was pushed on a day.
#[derive(Serialize, ToSchema)]
pub struct ReconciliationPage {
    /// The day, in Viet Nam.
    pub day: NaiveDate,
    /// How much of each kind was pushed first on that day.
    #[schema(value_type = Object, example = json!({ "dossier": 12, "component": 30, "result": 11 }))]
    pub counts: BTreeMap<String, i64>,
    pub items: Vec<HeldBody>,
    /// Send as `after` to get the next page; none on the last.
    #[schema(example = "result H52.10-26-000123/KQ1")]
    pub next_after: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReconciliationQuery {
    /// Where the page begins: `next_after` of the page before.
    #[param(max_length = 500)]
    #[serde(default)]
    after: String,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
}

/// What was pushed on a day
///
/// By the program itself, counted and listed with hashes.
#[utoipa::path(tag = "integration", params(("day" = NaiveDate, Path, description = "The day, in Viet Nam", example = "2026-11-26"), ReconciliationQuery),
    responses((status = 200, description = "A page of what was pushed", body = ReconciliationPage)))]
#[get("/reconciliation/{day}")]
pub async fn view_reconciliation(
    kho: web::Data<Kho>,
    caller: Caller,
    day: web::Path<NaiveDate>,
    query: web::Query<ReconciliationQuery>,
) -> Result<HttpResponse> {
    let limit = limit(query.limit)?;
    let after = query.after.split_once(' ').unwrap_or(("", ""));
    let (counts, mut held) = kho.reconciliation(&caller.0, *day, after, limit + 1).await?;
    let more = held.len() as i64 > limit;
    held.truncate(limit as usize);
    let next_after = held.last().filter(|_| more).map(|last| format!("{} {}", last.kind, last.key));
    let items = held.into_iter().map(HeldBody::from).collect();
    Ok(HttpResponse::Ok().json(ReconciliationPage { day: *day, counts, items, next_after }))
}

/// What the program holds of a day.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldList {
    /// All of it: up to 20,000.
    #[schema(max_items = 20_000)]
    items: Vec<HeldBody>,
}

/// How both sides differ; all empty where they agree.
#[derive(Serialize, ToSchema)]
pub struct DifferencesBody {
    /// What the program named and is not here: to be pushed again.
    pub missing_here: Vec<HeldBody>,
    /// What is here and the program did not name.
    pub missing_there: Vec<HeldBody>,
    /// What both hold with other content, as it is here.
    pub different: Vec<HeldBody>,
}

/// Compare a day
///
/// The program sends what it holds of the day and gets the differences.
#[utoipa::path(tag = "integration", params(("day" = NaiveDate, Path, description = "The day, in Viet Nam", example = "2026-11-26")),
    request_body = HeldList, responses((status = 200, description = "The differences", body = DifferencesBody)))]
#[post("/reconciliation/{day}")]
pub async fn reconcile(
    kho: web::Data<Kho>,
    caller: Caller,
    day: web::Path<NaiveDate>,
    body: web::Payload,
) -> Result<HttpResponse> {
    let list: HeldList = read_list(body).await?;
    let held = list.items.into_iter().map(held).collect::<Result<Vec<_>>>()?;
    let found = kho.reconcile(&caller.0, *day, held).await?;
    let bodies = |held: Vec<Held>| held.into_iter().map(HeldBody::from).collect();
    Ok(HttpResponse::Ok().json(DifferencesBody {
        missing_here: bodies(found.missing_here),
        missing_there: bodies(found.missing_there),
        different: bodies(found.different),
    }))
}

fn held(body: HeldBody) -> Result<Held> {
    checked_kind(&body.kind)?;
    // What is missing is named in the answer, as it was sent.
    if body.key.chars().count() > LONGEST_HELD {
        return Err(Problem::field("key", "too_long").with("limit", LONGEST_HELD));
    }
    let sha256 = match body.sha256.as_deref() {
        Some(text) => Some(
            data_encoding::HEXLOWER_PERMISSIVE
                .decode(text.as_bytes())
                .map_err(|_| Problem::field("sha256", "not_hexadecimal"))?,
        ),
        None => None,
    };
    Ok(Held { kind: body.kind, key: body.key, sha256 })
}
