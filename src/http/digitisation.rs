//! What officers make files of: scans into components, comparing with originals, and the list of what is still to be done.

use actix_web::{HttpResponse, delete, get, put, web};
use chrono::{DateTime, NaiveDate, Utc};
use kho_mapping::catalogue::Words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::attachment_body::AttachmentBody;
use super::attachments::{AttachedBody, body_of};
use super::dossier_body::{DossierBody, NamedItem, named_types};
use super::extract::{Caller, ListQuery};
use super::form::Form;
use super::problem::ProblemBody;
use crate::domain::id::{AttachmentId, DossierId};
use crate::domain::page::Page;
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::mapping::digitisation::{Digitisation, Work};
use crate::services::mapping::scans::{Scan, ScanSlot};

/// What an officer says of a scan.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScanBody {
    /// File name, with the extension of what it is.
    #[schema(max_length = 255, example = "Giấy khai sinh.pdf")]
    name: String,
    #[schema(max_length = 500, example = "Giấy khai sinh của Nguyễn Minh An")]
    title: Option<String>,
    /// Its type of document; the component's own where it takes only one.
    #[schema(max_length = 64, example = "birth-certificate")]
    type_code: Option<String>,
    #[schema(max_length = 100, example = "123/2026")]
    number: Option<String>,
    #[schema(max_length = 300, example = "UBND xã Suối Mơ")]
    authority: Option<String>,
    issued_on: Option<NaiveDate>,
    expires_on: Option<NaiveDate>,
    #[schema(max_length = 5000)]
    note: Option<String>,
    /// SHA-256 of the file in hexadecimal; a mismatch stores nothing.
    #[schema(min_length = 64, max_length = 64)]
    sha256: Option<String>,
    /// Whether the officer compared it with the original: the paper is authenticated by that.
    #[serde(default)]
    #[schema(example = true)]
    compared: bool,
}

/// A scan, as `multipart/form-data`: what is said of it first, then its file.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the form in the OpenAPI document; the fields are read from the stream"
)]
pub struct ScanForm {
    /// What is said of it, as JSON.
    metadata: ScanBody,
    /// The file.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// Scan a paper into a component
///
/// For officers of the dossier's agencies. The file becomes a document of the owner's vault and a paper of the component in one act, in the place of
/// what was refused there, and the owner has a receipt. The same again under the same key changes nothing; taken out again, it leaves the vault too.
#[utoipa::path(tag = "dossiers", params(("dossier" = DossierId, Path, description = "The dossier"),
        ("component" = String, Path, description = "Code of the component", example = "C1"),
        ("file_key" = String, Path, description = "The officer's own key of the file, such as a random number", example = "5f1e2a6b8c90", max_length = 128),
        ("Kho-Purpose" = String, Header, description = "Why, percent-encoded")),
    request_body(content = ScanForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "Kept and attached", body = AttachedBody),
        (status = 200, description = "It was so before", body = AttachedBody),
        (status = 403, description = "`purpose_missing` or `not_allowed`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "`dossier_locked`; or `idempotency_conflict`: the key stands for another scan", body = ProblemBody,
            content_type = "application/problem+json")))]
#[put("/dossiers/{dossier}/components/{component}/files/{file_key}")]
pub async fn scan_paper(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(DossierId, String, String)>,
    mut form: Form,
) -> Result<HttpResponse> {
    let (dossier, component, key) = path.into_inner();
    let slot = ScanSlot { dossier, component, key };
    let (upload, body): (_, ScanBody) =
        form.receive_described(&kho, async || kho.begin_scan(&caller.0, &slot).await).await?;
    let scan = Scan {
        name: body.name,
        title: body.title,
        type_code: body.type_code,
        number: body.number,
        authority: body.authority,
        issued_on: body.issued_on,
        expires_on: body.expires_on,
        note: body.note,
        sha256: body.sha256,
        compared: body.compared,
    };
    let attached = kho.finish_scan(&caller.0, &slot, upload, &scan).await?;
    let mut answer = if attached.is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(AttachedBody::new(&kho, attached)))
}

/// Say that a paper agrees with its original
///
/// For officers of the dossier's agencies, who have both before them. The paper is trusted by it and locked, and the owner is told. Again changes
/// nothing.
#[utoipa::path(tag = "dossiers", params(("dossier" = DossierId, Path, description = "The dossier"),
        ("attachment" = AttachmentId, Path, description = "The paper in it"),
        ("Kho-Purpose" = String, Header, description = "Why it was looked at, percent-encoded")),
    responses((status = 200, description = "As it is now", body = AttachmentBody),
        (status = 409, description = "`attachment_decided`: it was refused; or `dossier_locked`", body = ProblemBody,
            content_type = "application/problem+json")))]
#[put("/dossiers/{dossier}/attachments/{attachment}/comparison")]
pub async fn compare_paper(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(DossierId, AttachmentId)>,
) -> Result<HttpResponse> {
    let (dossier, attachment) = path.into_inner();
    let attachment = kho.compare_paper(&caller.0, dossier, attachment, true).await?;
    Ok(HttpResponse::Ok().json(body_of(&kho, attachment, true)))
}

/// Take a comparison back
///
/// For officers of the agency that compared it, while the dossier is worked on. Again changes nothing.
#[utoipa::path(tag = "dossiers", params(("dossier" = DossierId, Path, description = "The dossier"),
        ("attachment" = AttachmentId, Path, description = "The paper in it"),
        ("Kho-Purpose" = String, Header, description = "Why, percent-encoded")),
    responses((status = 200, description = "As it is now", body = AttachmentBody)))]
#[delete("/dossiers/{dossier}/attachments/{attachment}/comparison")]
pub async fn withdraw_comparison(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(DossierId, AttachmentId)>,
) -> Result<HttpResponse> {
    let (dossier, attachment) = path.into_inner();
    let attachment = kho.compare_paper(&caller.0, dossier, attachment, false).await?;
    Ok(HttpResponse::Ok().json(body_of(&kho, attachment, true)))
}

/// Something that is to be digitised in a dossier.
#[derive(Serialize, ToSchema)]
pub struct DigitisationWork {
    #[schema(example = "C1")]
    pub component_code: String,
    /// In both languages.
    pub component_name: Words,
    /// Types of document that answer it.
    pub accepts: Vec<NamedItem>,
    /// How old the paper may be, as an ISO 8601 duration.
    #[schema(example = "P6M")]
    pub max_age: Option<String>,
    /// The paper that is to be compared with its original; none where there is no file yet.
    pub attachment_id: Option<AttachmentId>,
    /// The type of that paper in words.
    pub type_name: Option<Words>,
    /// When that paper was attached.
    pub attached_at: Option<DateTime<Utc>>,
}

impl DigitisationWork {
    fn new(work: Work, all: &Digitisation) -> Self {
        let Work { component, paper } = work;
        let code = paper.as_ref().and_then(|paper| paper.type_code.as_deref());
        let kind = code.and_then(|code| all.types.iter().find(|kind| kind.code == code));
        Self {
            accepts: named_types(&component, &all.types),
            component_code: component.code,
            component_name: component.name,
            max_age: component.max_age.map(|age| age.to_string()),
            attachment_id: paper.as_ref().map(|paper| paper.id),
            type_name: kind.map(|kind| kind.name.clone()),
            attached_at: paper.map(|paper| paper.attached_at),
        }
    }
}

/// A dossier in which there is something to be digitised.
#[derive(Serialize, ToSchema)]
pub struct DigitisationBody {
    #[serde(flatten)]
    pub dossier: DossierBody,
    /// In the procedure's order.
    pub work: Vec<DigitisationWork>,
}

#[derive(Serialize, ToSchema)]
pub struct DigitisationList {
    pub items: Vec<DigitisationBody>,
    pub next_cursor: Option<String>,
}

impl DigitisationList {
    fn new(kho: &Kho, page: Page<Digitisation>) -> Self {
        let body = |mut one: Digitisation| {
            let work = std::mem::take(&mut one.work);
            let work = work.into_iter().map(|work| DigitisationWork::new(work, &one)).collect();
            DigitisationBody { work, dossier: DossierBody::new(kho, one.named) }
        };
        Self {
            items: page.items.into_iter().map(body).collect(),
            next_cursor: page.next.map(|cursor| cursor.encode()),
        }
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DigitisationQuery {
    /// Code of an agency of the officer's; all of them where none is named.
    #[param(example = "H52.10.5", max_length = 35)]
    agency: Option<String>,
    /// Dossiers of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

/// What is to be digitised
///
/// Dossiers that the officer's agencies work on, with what is needed and has no file yet, and with papers that nobody compared with their originals;
/// what is due first at the front. A page may hold few or none and still name a next.
#[utoipa::path(tag = "officer", params(DigitisationQuery),
    responses((status = 200, description = "A page", body = DigitisationList)))]
#[get("/officer/digitisation")]
pub async fn list_digitisation(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<DigitisationQuery>,
) -> Result<HttpResponse> {
    let DigitisationQuery { agency, limit, cursor } = query.into_inner();
    let page = ListQuery { limit, cursor }.page("updated_at")?;
    let page = kho.list_digitisation(&caller.0, agency.as_deref(), &page).await?;
    Ok(HttpResponse::Ok().json(DigitisationList::new(&kho, page)))
}
