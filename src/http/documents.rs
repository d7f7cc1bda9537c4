//! Adding documents and versions in one request, and the history of a document.

use actix_web::{HttpMessage, HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entries::EntryBody;
use super::extract::{Caller, IfMatch, etag};
use super::form::Form;
use crate::db::version::Version;
use crate::domain::account::Actor;
use crate::domain::id::{AccountId, EntryId, VersionId};
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;
use crate::services::documents::Destination;
use crate::services::folders::OnConflict;
use crate::services::idempotency::RequestDigest;

/// A file and what is said about it, as `multipart/form-data`.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the form in the OpenAPI document; the fields are read from the stream"
)]
pub struct DocumentForm {
    /// The file; its own name is the document's unless `name` is sent.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
    #[schema(max_length = 255, example = "Giấy khai sinh - Nguyễn Minh An.pdf")]
    name: Option<String>,
    #[schema(max_length = 500, example = "Giấy khai sinh của Nguyễn Minh An")]
    title: Option<String>,
    /// Code of the document-type catalogue.
    #[schema(max_length = 64, example = "birth-certificate")]
    type_code: Option<String>,
    #[schema(max_length = 100, example = "123/2019")]
    number: Option<String>,
    #[schema(max_length = 300, example = "UBND xã Suối Mơ")]
    authority: Option<String>,
    issued_on: Option<chrono::NaiveDate>,
    expires_on: Option<chrono::NaiveDate>,
    #[schema(max_length = 5000)]
    note: Option<String>,
    /// May be sent several times.
    #[schema(example = json!(["con"]))]
    tags: Option<Vec<String>>,
    on_conflict: Option<OnConflict>,
    /// SHA-256 of the file in hexadecimal; a mismatch stores nothing.
    #[schema(min_length = 64, max_length = 64)]
    sha256: Option<String>,
    /// Why this version was made.
    #[schema(max_length = 500)]
    comment: Option<String>,
}

/// Add a document
///
/// The file streams straight into encrypted storage; the answer comes when it is durable. For large files or weak networks use `/uploads`.
#[utoipa::path(tag = "documents", params(("entry" = EntryId, Path, description = "The folder")),
    request_body(content = DocumentForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The new document", body = EntryBody)))]
#[post("/entries/{entry}/documents")]
pub async fn add_document(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    form: Form,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let document = receive(&kho, &caller.0, Destination::Folder(*entry), None, form, &request).await?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/entries/{}", document.id)))
        .insert_header(("ETag", etag(document.rev)))
        .json(EntryBody::new(document, &kho.catalogue)))
}

/// Add a version
///
/// Guarded by `If-Match`; refused for an authenticated document.
#[utoipa::path(tag = "documents", params(("entry" = EntryId, Path, description = "The document"),
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    request_body(content = DocumentForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The document with its new version", body = EntryBody)))]
#[post("/entries/{entry}/versions")]
pub async fn add_version(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    seen: IfMatch,
    form: Form,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let document = receive(&kho, &caller.0, Destination::Document(*entry), seen.0, form, &request).await?;
    Ok(HttpResponse::Created()
        .insert_header(("ETag", etag(document.rev)))
        .json(EntryBody::new(document, &kho.catalogue)))
}

/// Makes what a form holds a document or version, and leaves its digest for [`super::idempotency`].
async fn receive(
    kho: &Kho,
    actor: &Actor,
    destination: Destination,
    seen: Option<i64>,
    mut form: Form,
    request: &HttpRequest,
) -> Result<crate::domain::entry::Entry> {
    let (upload, file) = form.receive(kho, actor, destination, seen).await?;
    let digest = RequestDigest::of_file(&file, &upload.sha256())?;
    let entry = kho.finish_upload(actor, upload, file).await?;
    request.extensions_mut().insert(digest);
    Ok(entry)
}

/// One state of a document.
#[derive(Serialize, ToSchema)]
pub struct VersionBody {
    pub id: VersionId,
    /// 1, 2, … within the document.
    #[schema(example = 2, minimum = 1)]
    pub number: i32,
    #[schema(example = 184_320)]
    pub size_bytes: i64,
    /// SHA-256 of the bytes in hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub sha256: String,
    #[schema(example = "application/pdf")]
    pub media_type: String,
    /// The document's name when this version was made.
    #[schema(example = "Giấy khai sinh.pdf")]
    pub file_name: String,
    pub comment: Option<String>,
    /// The version whose bytes this one brought back.
    #[schema(example = 1)]
    pub restored_from: Option<i32>,
    pub created_at: DateTime<Utc>,
    pub created_by: AccountId,
}

impl From<Version> for VersionBody {
    fn from(version: Version) -> Self {
        Self {
            id: version.id,
            number: version.number,
            size_bytes: version.size_bytes,
            sha256: data_encoding::HEXLOWER.encode(&version.sha256),
            media_type: version.media_type,
            file_name: version.file_name,
            comment: version.comment,
            restored_from: version.restored_from,
            created_at: version.created_at,
            created_by: version.created_by,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct VersionPage {
    /// Newest first.
    pub items: Vec<VersionBody>,
    /// Send as `before` to get the next page; none on the last.
    #[schema(example = 12)]
    pub next_before: Option<i32>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VersionQuery {
    /// Only versions with a smaller number.
    #[param(minimum = 1)]
    before: Option<i32>,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
}

/// A document's history
#[utoipa::path(tag = "documents", params(("entry" = EntryId, Path, description = "The document"), VersionQuery),
    responses((status = 200, description = "Versions, newest first", body = VersionPage)))]
#[get("/entries/{entry}/versions")]
pub async fn list_versions(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    query: web::Query<VersionQuery>,
) -> Result<HttpResponse> {
    let limit = query.limit.unwrap_or(100);
    if limit == 0 || limit > crate::domain::page::MAX_LIMIT {
        return Err(Problem::field("limit", "out_of_range"));
    }
    let (versions, more) = kho.list_versions(&caller.0, *entry, query.before, limit).await?;
    let next_before = versions.last().filter(|_| more).map(|last| last.number);
    Ok(HttpResponse::Ok()
        .json(VersionPage { items: versions.into_iter().map(VersionBody::from).collect(), next_before }))
}

/// Bring an old version back
///
/// Makes a new version with the old one's bytes. Guarded by `If-Match`.
#[utoipa::path(tag = "documents", params(("entry" = EntryId, Path, description = "The document"),
        ("number" = i32, Path, description = "The version to bring back"),
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    responses((status = 201, description = "The document with its new version", body = EntryBody)))]
#[post("/entries/{entry}/versions/{number}/restore")]
pub async fn restore_version(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(EntryId, i32)>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    let (entry, number) = path.into_inner();
    let document = kho.restore_version(&caller.0, entry, number, seen.0).await?;
    Ok(HttpResponse::Created()
        .insert_header(("ETag", etag(document.rev)))
        .json(EntryBody::new(document, &kho.catalogue)))
}
