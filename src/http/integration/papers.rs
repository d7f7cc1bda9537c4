//! Papers of other systems: digitised components, and results.

use actix_web::{HttpResponse, delete, put, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::id::{DossierId, EntryId};
use crate::domain::problem::Result;
use crate::http::extract::Caller;
use crate::http::form::Form;
use crate::services::Kho;
use crate::services::mapping::pushed_papers::{PaperPush, PaperPushed, Slot};
use crate::services::mapping::pushes::PushOutcome;

/// What is said of a paper.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperPushBody {
    /// File name, with the extension of what it is.
    #[schema(max_length = 255, example = "Giấy khai sinh.pdf")]
    name: String,
    #[schema(max_length = 500, example = "Giấy khai sinh của Nguyễn Minh An")]
    title: Option<String>,
    /// Of a component: its type of document; the component's own where it takes only one.
    #[schema(max_length = 64, example = "birth-certificate")]
    type_code: Option<String>,
    /// Of a result, and needed there: code of its type.
    #[schema(max_length = 64, example = "birth-registration")]
    result_type: Option<String>,
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
    /// Name of the officer who compared it with the original, where one did: the paper is authenticated by that.
    #[schema(max_length = 200, example = "Trần Văn Bình")]
    compared_by: Option<String>,
}

/// A paper, as `multipart/form-data`: what is said of it first, then its file.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the form in the OpenAPI document; the fields are read from the stream"
)]
pub struct PaperForm {
    /// What is said of it, as JSON.
    metadata: PaperPushBody,
    /// The file.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// What a push of a paper did.
#[derive(Serialize, ToSchema)]
pub struct PaperPushAnswer {
    /// `created`, `updated` or `unchanged`.
    #[schema(example = "created")]
    pub outcome: String,
    /// The dossier's id here.
    pub dossier_id: DossierId,
    /// The code under which people find the dossier here.
    #[schema(example = "H52.10-261126-0001-M")]
    pub dossier_code: String,
    /// The document that it became.
    pub entry_id: EntryId,
    /// Number of its version.
    #[schema(example = 1)]
    pub version: i32,
    /// SHA-256 of the file in hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub sha256: String,
    /// How sure it is where the paper comes from, 1 to 4. Signatures are judged afterwards and may raise it.
    #[schema(example = 2)]
    pub trust_level: i16,
    /// The document in whose place it stands now.
    pub supersedes: Option<EntryId>,
}

impl From<PaperPushed> for PaperPushAnswer {
    fn from(pushed: PaperPushed) -> Self {
        Self {
            outcome: pushed.outcome.as_str().to_owned(),
            dossier_id: pushed.dossier_id,
            dossier_code: pushed.dossier_code,
            entry_id: pushed.entry_id,
            version: pushed.version,
            sha256: data_encoding::HEXLOWER.encode(&pushed.sha256),
            trust_level: pushed.trust_level,
            supersedes: pushed.supersedes,
        }
    }
}

async fn receive(kho: &Kho, caller: &Caller, slot: &Slot, mut form: Form) -> Result<HttpResponse> {
    let (upload, body): (_, PaperPushBody) =
        form.receive_described(kho, async || kho.begin_paper(&caller.0, slot).await).await?;
    let paper = PaperPush {
        name: body.name,
        title: body.title,
        type_code: body.type_code,
        result_type: body.result_type,
        number: body.number,
        authority: body.authority,
        issued_on: body.issued_on,
        expires_on: body.expires_on,
        note: body.note,
        sha256: body.sha256,
        compared_by: body.compared_by,
    };
    let pushed = kho.finish_paper(&caller.0, slot, upload, &paper).await?;
    let mut answer = match pushed.outcome {
        PushOutcome::Created => HttpResponse::Created(),
        _ => HttpResponse::Ok(),
    };
    Ok(answer.json(PaperPushAnswer::from(pushed)))
}

/// Push a digitised component
///
/// The file comes into the owner's vault and into the component. The same again changes nothing; other content is the next version.
#[utoipa::path(tag = "integration", params(
        ("key" = String, Path, description = "The system's own key of the dossier, or the code of one that was opened here", example = "H52.10-26-000123", max_length = 128),
        ("component" = String, Path, description = "Code of the component", example = "C1", max_length = 64),
        ("file_key" = String, Path, description = "The system's own key of the file", example = "1", max_length = 128)),
    request_body(content = PaperForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The document was added", body = PaperPushAnswer),
        (status = 200, description = "The document has its next version, or was so before", body = PaperPushAnswer)))]
#[put("/dossiers/{key}/components/{component}/files/{file_key}")]
pub async fn push_component(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(String, String, String)>,
    form: Form,
) -> Result<HttpResponse> {
    let (dossier, component, key) = path.into_inner();
    receive(&kho, &caller, &Slot { dossier, component: Some(component), key }, form).await
}

/// Push a result
///
/// The file comes into the owner's vault. The same again changes nothing; other content is a new document, which supersedes the one before.
#[utoipa::path(tag = "integration", params(
        ("key" = String, Path, description = "The system's own key of the dossier, or the code of one that was opened here", example = "H52.10-26-000123", max_length = 128),
        ("result_key" = String, Path, description = "The system's own key of the result", example = "KQ1", max_length = 128)),
    request_body(content = PaperForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The result was added", body = PaperPushAnswer),
        (status = 200, description = "The result supersedes the one before, or was so before", body = PaperPushAnswer)))]
#[put("/dossiers/{key}/results/{result_key}")]
pub async fn push_result(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse> {
    let (dossier, key) = path.into_inner();
    receive(&kho, &caller, &Slot { dossier, component: None, key }, form).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RevocationQuery {
    /// Why it is not valid any more; the owner is told.
    #[param(max_length = 500, example = "Cấp sai thông tin")]
    reason: String,
}

/// Revoke a result
///
/// It stays readable and is shown as revoked. Again changes nothing.
#[utoipa::path(tag = "integration", params(
        ("key" = String, Path, description = "The system's own key of the dossier, or the code of one that was opened here", example = "H52.10-26-000123", max_length = 128),
        ("result_key" = String, Path, description = "The system's own key of the result", example = "KQ1", max_length = 128), RevocationQuery),
    responses((status = 200, description = "The result is revoked", body = PaperPushAnswer)))]
#[delete("/dossiers/{key}/results/{result_key}")]
pub async fn revoke_result(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(String, String)>,
    query: web::Query<RevocationQuery>,
) -> Result<HttpResponse> {
    let (dossier, key) = path.into_inner();
    let slot = Slot { dossier, component: None, key };
    let revoked = kho.revoke_result(&caller.0, &slot, &query.reason).await?;
    Ok(HttpResponse::Ok().json(PaperPushAnswer::from(revoked)))
}
