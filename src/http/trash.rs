//! The trash: into it, out of it, and out of it for ever.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entries::{EntryBody, StepBody};
use super::extract::{Caller, IfMatch, PageQuery, etag};
use super::problem::Language;
use crate::db::trash::Trashed;
use crate::domain::id::{AccountId, EntryId, VaultId};
use crate::domain::problem::{Problem, Result};
use crate::domain::trash::{FolderStep, days_left, goes_at};
use crate::services::Kho;
use crate::services::folders::OnConflict;
use crate::services::purge::Purged;
use crate::services::trash::{Outcome, Restoration};

/// Something in the trash: a folder with all it holds, or a document with all its versions.
#[derive(Serialize, ToSchema)]
pub struct TrashedBody {
    #[serde(flatten)]
    pub entry: EntryBody,
    /// Who put it there.
    pub trashed_by: Option<AccountId>,
    #[schema(example = "Nguyễn Thị Hoa")]
    pub trashed_by_name: Option<String>,
    /// The folders it lay in, from the vault's root down; empty for the root itself.
    pub original_path: Vec<StepBody>,
    /// Bytes that deleting it for ever frees: all versions of all that is in it.
    #[schema(example = 184_320)]
    pub freed_bytes: i64,
    /// When it will be deleted for ever by age.
    pub goes_at: DateTime<Utc>,
    /// Whole days until then, rounded up.
    #[schema(example = 30, minimum = 0)]
    pub days_left: i64,
    /// Whether its deletion by age is planned already: the last days to restore it.
    #[schema(example = false)]
    pub purge_planned: bool,
}

impl TrashedBody {
    fn new(kho: &Kho, trashed: Trashed) -> Self {
        let steps = trashed.trashed_path.unwrap_or_default();
        let steps: Vec<FolderStep> = serde_json::from_str(&steps).unwrap_or_default();
        let step =
            |step: FolderStep| StepBody { id: step.id, name: step.name, system_code: step.system_code };
        let trashed_at = trashed.entry.trashed_at.unwrap_or_default();
        let goes_at = goes_at(trashed_at, trashed.purge_at, kho.settings.trash_days);
        Self {
            trashed_by: trashed.trashed_by,
            trashed_by_name: trashed.trashed_by_name,
            original_path: steps.into_iter().rev().map(step).collect(),
            freed_bytes: trashed.entry.tree_live_bytes + trashed.entry.tree_version_bytes,
            goes_at,
            days_left: days_left(goes_at, kho.clock.now()),
            purge_planned: trashed.purge_at.is_some(),
            entry: EntryBody::new(trashed.entry, &kho.catalogue),
        }
    }
}

/// One page of the trash.
#[derive(Serialize, ToSchema)]
pub struct TrashPage {
    pub items: Vec<TrashedBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

/// Put into the trash
///
/// A folder goes with all it holds. Guarded by `If-Match`. Default folders and authenticated documents stay.
#[utoipa::path(tag = "trash", params(("entry" = EntryId, Path, description = "Folder or document"),
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    responses((status = 200, description = "The entry in the trash", body = TrashedBody)))]
#[delete("/entries/{entry}")]
pub async fn trash_entry(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    let trashed = kho.trash_entry(&caller.0, *entry, seen.0).await?;
    Ok(answer(&kho, trashed))
}

fn answer(kho: &Kho, trashed: Trashed) -> HttpResponse {
    HttpResponse::Ok().insert_header(("ETag", etag(trashed.entry.rev))).json(TrashedBody::new(kho, trashed))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedEntries {
    /// Each named once.
    #[schema(min_items = 1, max_items = 500)]
    ids: Vec<EntryId>,
}

/// What became of one of the named entries.
#[derive(Serialize, ToSchema)]
pub struct OutcomeBody {
    pub id: EntryId,
    /// Whether it was done.
    #[schema(example = true)]
    pub done: bool,
    /// The code of the problem, where it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "document_authenticated")]
    pub code: Option<&'static str>,
    /// A sentence for people, in the language asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<&'static str>,
}

#[derive(Serialize, ToSchema)]
pub struct OutcomeList {
    /// In the order of the request.
    pub items: Vec<OutcomeBody>,
}

fn outcomes<T>(request: &HttpRequest, outcomes: Vec<Outcome<T>>) -> HttpResponse {
    let language = Language::of(request.headers());
    let sentence = |problem: &Problem| match language {
        Language::Vietnamese => problem.code.vietnamese(),
        Language::English => problem.code.english(),
    };
    let items = outcomes.into_iter().map(|Outcome { id, result }| match result {
        Ok(_) => OutcomeBody { id, done: true, code: None, detail: None },
        Err(problem) => OutcomeBody {
            id,
            done: false,
            code: Some(problem.code.as_str()),
            detail: Some(sentence(&problem)),
        },
    });
    HttpResponse::Ok().json(OutcomeList { items: items.collect() })
}

/// Put several entries into the trash
///
/// Each on its own: what is refused stays, and says why.
#[utoipa::path(tag = "trash", request_body = NamedEntries,
    responses((status = 200, description = "What became of each", body = OutcomeList)))]
#[post("/entries/trash")]
pub async fn trash_entries(
    kho: web::Data<Kho>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<NamedEntries>,
) -> Result<HttpResponse> {
    Ok(outcomes(&request, kho.trash_entries(&caller.0, &body.ids).await?))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TrashQuery {
    /// Order: `name`, `updated_at` (here the time of trashing) or `size`, with `-` before it for descending.
    #[param(example = "-updated_at", pattern = "^-?(name|updated_at|size)$")]
    sort: Option<String>,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
    /// Only names that hold this text, with or without diacritics. A page may then be short and still have a next.
    #[param(max_length = 255, example = "giay khai sinh")]
    q: Option<String>,
}

/// A vault's trash
///
/// What was put there itself; the content of a trashed folder goes and comes with the folder. Newest first unless sorted.
#[utoipa::path(tag = "trash", params(("vault" = VaultId, Path, description = "The vault"), TrashQuery),
    responses((status = 200, description = "A page", body = TrashPage)))]
#[get("/vaults/{vault}/trash")]
pub async fn list_trash(
    kho: web::Data<Kho>,
    caller: Caller,
    vault: web::Path<VaultId>,
    query: web::Query<TrashQuery>,
) -> Result<HttpResponse> {
    let TrashQuery { sort, limit, cursor, q } = query.into_inner();
    if q.as_ref().is_some_and(|q| q.chars().count() > 255) {
        return Err(Problem::field("q", "too_long").with("limit", 255));
    }
    let page = PageQuery { sort, limit, cursor }.page("-updated_at")?;
    let page = kho.list_trash(&caller.0, *vault, &page, q.as_deref()).await?;
    Ok(HttpResponse::Ok().json(TrashPage {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(|trashed| TrashedBody::new(&kho, trashed)).collect(),
    }))
}

/// Details of something in the trash
#[utoipa::path(tag = "trash", params(("entry" = EntryId, Path, description = "What was put into the trash")),
    responses((status = 200, description = "With where it lay and when it goes", body = TrashedBody)))]
#[get("/trash/{entry}")]
pub async fn view_trashed(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
) -> Result<HttpResponse> {
    let trashed = kho.view_trashed(&caller.0, *entry).await?;
    Ok(answer(&kho, trashed))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreBody {
    /// The folder to restore it into; where it lay, if none is named. Folders that are gone are made again.
    #[serde(default)]
    parent_id: Option<EntryId>,
    /// What to do where the name is taken; keeps both if nothing is said.
    #[serde(default = "keep_both")]
    on_conflict: OnConflict,
    /// Whether those it was shared with see it again.
    #[serde(default = "yes")]
    #[schema(example = true)]
    keep_shares: bool,
}

fn keep_both() -> OnConflict {
    OnConflict::KeepBoth
}

fn yes() -> bool {
    true
}

/// Restore from the trash
///
/// The same entry with its versions and tags. `If-Match` is checked where it is sent.
#[utoipa::path(tag = "trash", params(("entry" = EntryId, Path, description = "What was put into the trash"),
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    request_body = RestoreBody,
    responses((status = 200, description = "The entry as it is now", body = EntryBody)))]
#[post("/trash/{entry}/restore")]
pub async fn restore_entry(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    seen: IfMatch,
    body: web::Json<RestoreBody>,
) -> Result<HttpResponse> {
    let RestoreBody { parent_id, on_conflict, keep_shares } = body.into_inner();
    let how = Restoration { parent_id, on_conflict, keep_shares };
    let entry = kho.restore_entry(&caller.0, *entry, seen.0, how).await?;
    Ok(HttpResponse::Ok()
        .insert_header(("ETag", etag(entry.rev)))
        .json(EntryBody::new(entry, &kho.catalogue)))
}

/// What deleting for ever removed.
#[derive(Serialize, ToSchema)]
pub struct PurgedBody {
    /// Documents deleted.
    #[schema(example = 1)]
    pub documents: i64,
    /// Bytes of all their versions.
    #[schema(example = 184_320)]
    pub bytes: i64,
    /// Whether all bytes are free now; of a large folder the rest follows within moments.
    #[schema(example = true)]
    pub complete: bool,
}

impl From<Purged> for PurgedBody {
    fn from(purged: Purged) -> Self {
        Self { documents: purged.documents, bytes: purged.bytes, complete: purged.complete }
    }
}

/// Delete for ever
///
/// Cannot be undone: the keys of the bytes are destroyed. Only the owner may. `If-Match` is checked where it is sent.
#[utoipa::path(tag = "trash", params(("entry" = EntryId, Path, description = "What was put into the trash"),
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    responses((status = 200, description = "What is gone", body = PurgedBody)))]
#[delete("/trash/{entry}")]
pub async fn purge_entry(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    let purged = kho.purge_entry(&caller.0, *entry, seen.0).await?;
    Ok(HttpResponse::Ok().json(PurgedBody::from(purged)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PurgeBody {
    /// Each named once.
    #[schema(min_items = 1, max_items = 500)]
    ids: Vec<EntryId>,
    /// How many are named: a guard against deleting what nobody counted.
    #[schema(example = 2, minimum = 1, maximum = 500)]
    count: usize,
}

/// Delete several for ever
///
/// Each on its own. Cannot be undone.
#[utoipa::path(tag = "trash", request_body = PurgeBody,
    responses((status = 200, description = "What became of each", body = OutcomeList)))]
#[post("/trash/purge")]
pub async fn purge_entries(
    kho: web::Data<Kho>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<PurgeBody>,
) -> Result<HttpResponse> {
    Ok(outcomes(&request, kho.purge_entries(&caller.0, &body.ids, body.count).await?))
}
