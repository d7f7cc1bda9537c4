//! The catalogue as a whole: its file, and its versions.

use actix_web::error::JsonPayloadError;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, get, put, web};
use bytes::BytesMut;
use chrono::{DateTime, Utc};
use futures::StreamExt;
use kho_mapping::catalogue::{Catalogue, Fault, FaultCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{Caller, IfMatch, ListQuery, etag};
use super::problem::from_json;
use crate::domain::id::AccountId;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::mapping::changes::{Changes, Missing, Outcome, Wish};

/// The largest file that is taken: the procedures of a province with room to spare.
const LARGEST_FILE_BYTES: usize = 32 * 1024 * 1024;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VersionQuery {
    /// Number of a version; the newest if none is named.
    #[param(minimum = 1, example = 12)]
    pub version: Option<i64>,
}

/// The catalogue
///
/// The whole file: agencies, types of document, types of result, procedures with their components. For everybody signed in.
#[utoipa::path(tag = "catalogue", params(VersionQuery),
    responses((status = 200, description = "The file; its ETag is the number of the version, and guards imports", body = Catalogue)))]
#[get("/catalogue")]
pub async fn view_catalogue(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<VersionQuery>,
) -> Result<HttpResponse> {
    let snapshot = kho.view_catalogue(&caller.0, query.version).await?;
    Ok(HttpResponse::Ok().insert_header(("ETag", etag(snapshot.number))).json(snapshot.catalogue()))
}

/// What becomes of items that stand in the catalogue and not in the file.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissingItems {
    /// They are closed: the file is the whole catalogue.
    #[default]
    Close,
    /// They stay: the file adds and changes.
    Keep,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// What becomes of items that are not in the file: `close` (the file is the whole catalogue) or `keep` (it adds and changes).
    #[serde(default)]
    #[param(inline)]
    missing: MissingItems,
    /// Change nothing, and answer what would change and what is wrong.
    #[serde(default)]
    dry_run: bool,
    /// Why, for the list of versions.
    #[param(max_length = 500, example = "QĐ 1234/QĐ-UBND")]
    note: Option<String>,
}

/// What is wrong at a place of the catalogue.
#[derive(Serialize, ToSchema)]
pub struct CatalogueFaultBody {
    /// Where it stands in the file: a JSON pointer (RFC 6901).
    #[schema(example = "/procedures/3/components/0/accepts/1")]
    pub at: String,
    /// What is wrong.
    pub code: FaultCode,
    /// Code of the item that it stands in, where it stands in one.
    #[schema(example = "1.001193")]
    pub item: Option<String>,
    /// The same for people, in Vietnamese.
    #[schema(example = "Không có loại giấy tờ mang mã này.")]
    pub vi: &'static str,
    /// And in English.
    #[schema(example = "There is no document type of this code.")]
    pub en: &'static str,
}

impl From<Fault> for CatalogueFaultBody {
    fn from(fault: Fault) -> Self {
        let (vi, en) = (fault.code.vietnamese(), fault.code.english());
        Self { at: fault.at, code: fault.code, item: fault.item, vi, en }
    }
}

/// What came of a change of the catalogue.
#[derive(Serialize, ToSchema)]
pub struct CatalogueOutcomeBody {
    /// Number of the newest version: the one just made, or the one that stays because nothing differs or nothing was to be changed.
    #[schema(example = 13)]
    pub version: i64,
    /// What changed, or would.
    pub changes: Changes,
    /// What is wrong, in a dry run; else a change with faults is refused with `catalogue_invalid`, which names them.
    pub faults: Vec<CatalogueFaultBody>,
}

impl From<Outcome> for CatalogueOutcomeBody {
    fn from(outcome: Outcome) -> Self {
        Self {
            version: outcome.number,
            changes: outcome.changes,
            faults: outcome.faults.into_iter().map(CatalogueFaultBody::from).collect(),
        }
    }
}

/// Import a catalogue
///
/// Brings the catalogue to what the file says, in one version; items that are the same are left alone, and where nothing differs no version
/// is made. Guarded by `If-Match`. A file that contradicts itself is refused as a whole, with every fault and its place. For system
/// administrators, and for programs with the scope `catalogue_write`.
#[utoipa::path(tag = "catalogue", params(ImportQuery, ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    request_body = Catalogue,
    responses((status = 200, description = "What changed, or would; the ETag is the newest version's", body = CatalogueOutcomeBody)))]
#[put("/catalogue")]
pub async fn import_catalogue(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<ImportQuery>,
    seen: IfMatch,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let file = read_file(&request, body).await?;
    let missing = match query.missing {
        MissingItems::Close => Missing::Close,
        MissingItems::Keep => Missing::Keep,
    };
    let wish = Wish { seen: seen.0, dry_run: query.dry_run, note: query.note };
    let outcome = kho.import_catalogue(&caller.0, file, missing, wish).await?;
    Ok(HttpResponse::Ok()
        .insert_header(("ETag", etag(outcome.number)))
        .json(CatalogueOutcomeBody::from(outcome)))
}

/// Reads a body that is larger than those of other routes.
async fn read_file(request: &HttpRequest, mut body: web::Payload) -> Result<Catalogue> {
    let media_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if media_type.is_none_or(|text| !text.trim_start().to_ascii_lowercase().starts_with("application/json")) {
        return Err(Code::UnsupportedMediaType.into());
    }
    let mut bytes = BytesMut::new();
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|_| Problem::new(Code::BodyMalformed))?;
        if bytes.len() + piece.len() > LARGEST_FILE_BYTES {
            return Err(from_json(JsonPayloadError::Overflow { limit: LARGEST_FILE_BYTES }));
        }
        bytes.extend_from_slice(&piece);
    }
    serde_json::from_slice(&bytes).map_err(|error| from_json(JsonPayloadError::Deserialize(error)))
}

/// A version of the catalogue, and what made it differ from the one before.
#[derive(Serialize, ToSchema)]
pub struct CatalogueVersionBody {
    /// Its number; one more with each.
    #[schema(example = 12)]
    pub number: i64,
    pub created_at: DateTime<Utc>,
    /// The account that made it; none for what an installation starts with.
    pub created_by: Option<AccountId>,
    /// Name of whoever made it, as it was then.
    #[schema(example = "Bùi Đức Long")]
    pub created_by_name: String,
    /// Why it was made.
    #[schema(example = "QĐ 1234/QĐ-UBND")]
    pub note: Option<String>,
    /// What made it differ from the one before.
    pub changes: Changes,
}

/// One page of versions.
#[derive(Serialize, ToSchema)]
pub struct CatalogueVersionPage {
    pub items: Vec<CatalogueVersionBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

/// The versions of the catalogue
///
/// The newest first: who made each, when, and what changed. For everybody signed in.
#[utoipa::path(tag = "catalogue", params(ListQuery),
    responses((status = 200, description = "A page of versions", body = CatalogueVersionPage)))]
#[get("/catalogue/versions")]
pub async fn list_catalogue_versions(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse> {
    // By number, which cursors call a size.
    let page = kho.list_catalogue_versions(&caller.0, &query.page("-size")?).await?;
    let body = |version: crate::db::catalogue::Version| {
        let changes = serde_json::from_str(&version.changes)
            .map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
        Ok(CatalogueVersionBody {
            number: version.number,
            created_at: version.created_at,
            created_by: version.created_by,
            created_by_name: version.created_by_name,
            note: version.note,
            changes,
        })
    };
    Ok(HttpResponse::Ok().json(CatalogueVersionPage {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(body).collect::<Result<_>>()?,
    }))
}
