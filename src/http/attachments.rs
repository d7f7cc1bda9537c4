//! Papers in the components of dossiers.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::attachment_body::AttachmentBody;
use super::content::{self, ContentQuery};
use super::extract::Caller;
use super::problem::ProblemBody;
use super::thumbnails;
use crate::db::attachment::Attachment;
use crate::domain::id::{AttachmentId, DossierId, EntryId, ReceiptId};
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;
use crate::services::mapping::attachments::AttachedPaper;
use crate::services::mapping::cited::WantedPaper;

/// The paper to be attached.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachBody {
    /// A document of the dossier's vault; its current version is pinned. This or `citation`.
    entry_id: Option<EntryId>,
    /// The citation code of a version of the owner's, which is pinned whatever came after it.
    #[schema(example = "K3MT-7PXC-9FHJ", max_length = 300)]
    citation: Option<String>,
    /// The paper of the component in whose place it comes; if none is named, all that were refused.
    replaces: Option<AttachmentId>,
}

/// A paper that was attached, and the owner's proof of it.
#[derive(Serialize, ToSchema)]
pub struct AttachedBody {
    pub attachment: AttachmentBody,
    /// For the owner's side: see `GET /receipts/{receipt}`.
    pub receipt_id: ReceiptId,
    /// The receipt's number in the vault.
    #[schema(example = 12)]
    pub receipt_number: i32,
}

/// Attach a paper to a component
///
/// Pins the current version, or the one that is cited, by its SHA-256 and writes a receipt. The same version again changes nothing. The owner's side may attach any document of
/// the vault while the dossier is being filled in, and later in the place of what was refused; an officer with a live consent only what is
/// proposed, and without one what the owner gave a citation code of.
#[utoipa::path(tag = "dossiers", request_body = AttachBody,
    params(("dossier" = DossierId, Path, description = "The dossier"),
        ("component" = String, Path, description = "Code of the component", example = "C1"),
        ("Kho-Purpose" = Option<String>, Header, description = "Why, percent-encoded; for officers")),
    responses((status = 201, description = "Attached", body = AttachedBody),
        (status = 200, description = "It was attached already", body = AttachedBody),
        (status = 403, description = "`consent_needed`, `citation_not_confirmed`, `purpose_missing` or `not_allowed`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "`dossier_locked`, `entry_in_trash` or `not_a_document`", body = ProblemBody,
            content_type = "application/problem+json")))]
#[put("/dossiers/{dossier}/components/{component}/attachments")]
pub async fn attach_paper(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(DossierId, String)>,
    body: web::Json<AttachBody>,
) -> Result<HttpResponse> {
    let (dossier, component) = path.into_inner();
    let AttachBody { entry_id, citation, replaces } = body.into_inner();
    let wanted = match (entry_id, citation) {
        (Some(entry), None) => WantedPaper::Entry(entry),
        (None, Some(code)) => WantedPaper::Cited(code),
        (None, None) => return Err(Problem::field("entry_id", "missing")),
        (Some(_), Some(_)) => return Err(Problem::field("citation", "one_of_two")),
    };
    let attached = kho.attach_paper(&caller.0, dossier, &component, wanted, replaces).await?;
    let mut answer = if attached.is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(AttachedBody::new(&kho, attached)))
}

impl AttachedBody {
    pub fn new(kho: &Kho, attached: AttachedPaper) -> Self {
        let for_officer = attached.attachment.agency_id.is_some();
        Self {
            receipt_id: attached.receipt.id,
            receipt_number: attached.receipt.number,
            attachment: body_of(kho, attached.attachment, for_officer),
        }
    }
}

/// The types' names of now do for what was just done.
pub fn body_of(kho: &Kho, attachment: Attachment, for_officer: bool) -> AttachmentBody {
    let known = kho.catalogue_last_seen();
    let kind = attachment.type_code.as_deref().and_then(|code| known.document_types.get(code)).cloned();
    AttachmentBody::new(attachment, kind.as_slice(), for_officer)
}

/// Take a paper out of a dossier
///
/// While nobody has decided about it: the owner's side while the dossier is being filled in, an officer what officers attached. What an officer had
/// scanned goes into the owner's trash with it.
#[utoipa::path(tag = "dossiers", params(("dossier" = DossierId, Path, description = "The dossier"),
        ("attachment" = AttachmentId, Path, description = "The paper in it"),
        ("Kho-Purpose" = Option<String>, Header, description = "Why, percent-encoded; for officers")),
    responses((status = 204, description = "It is out"),
        (status = 409, description = "`attachment_decided` or `dossier_locked`", body = ProblemBody,
            content_type = "application/problem+json")))]
#[delete("/dossiers/{dossier}/attachments/{attachment}")]
pub async fn detach_paper(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(DossierId, AttachmentId)>,
) -> Result<HttpResponse> {
    let (dossier, attachment) = path.into_inner();
    kho.detach_paper(&caller.0, dossier, attachment).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Accept a paper
///
/// For officers of the dossier's agencies.
#[utoipa::path(tag = "dossiers", params(("dossier" = DossierId, Path, description = "The dossier"),
        ("attachment" = AttachmentId, Path, description = "The paper in it"),
        ("Kho-Purpose" = String, Header, description = "Why, percent-encoded")),
    responses((status = 200, description = "As it is now", body = AttachmentBody)))]
#[post("/dossiers/{dossier}/attachments/{attachment}/accept")]
pub async fn accept_paper(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(DossierId, AttachmentId)>,
) -> Result<HttpResponse> {
    let (dossier, attachment) = path.into_inner();
    let attachment = kho.accept_paper(&caller.0, dossier, attachment).await?;
    Ok(HttpResponse::Ok().json(body_of(&kho, attachment, true)))
}

/// Why a paper is refused.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefusalBody {
    /// One of wrong_kind, wrong_person, unreadable, incomplete_pages, expired, newer_exists, contradictory, differs_from_original,
    /// not_certified, suspected_forgery, other.
    #[schema(example = "unreadable", max_length = 100)]
    reason_code: String,
    /// What the owner is told with it; needed with the reason `other`.
    #[schema(example = "Ảnh chụp bị mờ ở mặt sau.", max_length = 2000)]
    note: Option<String>,
}

/// Refuse a paper
///
/// For officers of the dossier's agencies. The owner is told why and may attach another in its place.
#[utoipa::path(tag = "dossiers", request_body = RefusalBody,
    params(("dossier" = DossierId, Path, description = "The dossier"),
        ("attachment" = AttachmentId, Path, description = "The paper in it"),
        ("Kho-Purpose" = String, Header, description = "Why it was looked at, percent-encoded")),
    responses((status = 200, description = "As it is now", body = AttachmentBody),
        (status = 422, description = "`invalid_input`: no such reason, or a note is missing", body = ProblemBody,
            content_type = "application/problem+json")))]
#[post("/dossiers/{dossier}/attachments/{attachment}/refuse")]
pub async fn refuse_paper(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(DossierId, AttachmentId)>,
    body: web::Json<RefusalBody>,
) -> Result<HttpResponse> {
    let (dossier, attachment) = path.into_inner();
    let RefusalBody { reason_code, note } = body.into_inner();
    let attachment = kho.refuse_paper(&caller.0, dossier, attachment, &reason_code, note.as_deref()).await?;
    Ok(HttpResponse::Ok().json(body_of(&kho, attachment, true)))
}

/// Download a paper of a dossier
///
/// Exactly the bytes that were attached. Every download is kept in the owner's trail, with the purpose.
#[utoipa::path(tag = "dossiers", params(("dossier" = DossierId, Path, description = "The dossier"),
        ("attachment" = AttachmentId, Path, description = "The paper in it"), ContentQuery,
        ("Kho-Purpose" = Option<String>, Header, description = "Why, percent-encoded; for officers"),
        ("Range" = Option<String>, Header, description = "One range of bytes", example = "bytes=0-1023")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream"),
        (status = 206, description = "The range asked for", content_type = "application/octet-stream"),
        (status = 304, description = "Unchanged")))]
#[get("/dossiers/{dossier}/attachments/{attachment}/content")]
pub async fn download_attachment(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(DossierId, AttachmentId)>,
    query: web::Query<ContentQuery>,
) -> Result<HttpResponse> {
    let (dossier, attachment) = path.into_inner();
    let content = kho.open_attachment(&caller.0, dossier, attachment, content::asked(&request)).await?;
    content::answer(&kho, &request, &content, query.inline).await
}

/// The picture of a paper of a dossier
#[utoipa::path(tag = "dossiers", params(("dossier" = DossierId, Path, description = "The dossier"),
        ("attachment" = AttachmentId, Path, description = "The paper in it"),
        ("Kho-Purpose" = Option<String>, Header, description = "Why, percent-encoded; for officers"),
        ("If-None-Match" = Option<String>, Header, description = "The ETag last seen")),
    responses((status = 200, description = "The picture", content_type = "image/jpeg"),
        (status = 304, description = "Unchanged"),
        (status = 404, description = "`no_thumbnail`: there is none, or not yet", body = ProblemBody,
            content_type = "application/problem+json")))]
#[get("/dossiers/{dossier}/attachments/{attachment}/thumbnail")]
pub async fn view_attachment_thumbnail(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(DossierId, AttachmentId)>,
) -> Result<HttpResponse> {
    let (dossier, attachment) = path.into_inner();
    let thumbnail = kho.open_attachment_thumbnail(&caller.0, dossier, attachment).await?;
    // Asked for every time: what an officer may see ends with the dossier.
    thumbnails::answer(&request, &thumbnail, false).await
}
