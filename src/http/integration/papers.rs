//! Papers of other systems: digitised components, and results.

use actix_web::{HttpResponse, delete, get, put, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::paper_body::{ComponentReferenceBody, PaperBody, PaperForm, PaperPushBody, PaperReferenceBody};
use crate::domain::id::{DossierId, EntryId};
use crate::domain::problem::Result;
use crate::http::extract::Caller;
use crate::services::Kho;
use crate::services::mapping::paper_references::{PaperStanding, PaperTaken};
use crate::services::mapping::pushed_papers::{PaperPushed, Slot};
use crate::services::mapping::pushes::PushOutcome;

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

/// A paper that will be fetched.
#[derive(Serialize, ToSchema)]
pub struct PaperAcceptedAnswer {
    /// `accepted`.
    #[schema(example = "accepted")]
    pub outcome: String,
    /// The dossier's id here.
    pub dossier_id: DossierId,
    /// The code under which people find the dossier here.
    #[schema(example = "H52.10-261126-0001-M")]
    pub dossier_code: String,
}

/// How a paper stands.
#[derive(Serialize, ToSchema)]
pub struct PaperStandingBody {
    /// `stored`; `fetching` while its file is being fetched; `failed` where it could not be, and is not tried again unless it is pushed again.
    #[schema(example = "stored")]
    pub state: String,
    /// The dossier's id here.
    pub dossier_id: DossierId,
    /// The code under which people find the dossier here.
    #[schema(example = "H52.10-261126-0001-M")]
    pub dossier_code: String,
    /// What is kept under the key now; of what is being fetched to take its place, it is what was there before.
    pub paper: Option<StoredPaper>,
    /// Of one that is being fetched or failed: the code of the problem of the last attempt.
    #[schema(example = "source_unavailable")]
    pub code: Option<String>,
    /// What lay behind it.
    #[schema(example = "the server answered 503")]
    pub cause: Option<String>,
    /// Attempts that failed.
    #[schema(example = 0)]
    pub attempts: i32,
    /// When the next attempt is made.
    pub next_at: Option<DateTime<Utc>>,
}

/// A paper that was pushed.
#[derive(Serialize, ToSchema)]
pub struct StoredPaper {
    /// The document that it became.
    pub entry_id: EntryId,
    /// Number of its version.
    #[schema(example = 1)]
    pub version: i32,
    /// SHA-256 of the file in hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub sha256: String,
    /// How sure it is where the paper comes from, 1 to 4.
    #[schema(example = 2)]
    pub trust_level: i16,
}

impl From<PaperStanding> for PaperStandingBody {
    fn from(standing: PaperStanding) -> Self {
        let fetch = standing.fetch.as_ref();
        let state = match fetch.map(|fetch| fetch.state.as_str()) {
            None => "stored",
            Some("failed") => "failed",
            Some(_) => "fetching",
        };
        Self {
            state: state.to_owned(),
            dossier_id: standing.dossier_id,
            dossier_code: standing.dossier_code,
            paper: standing.pushed.map(|pushed| StoredPaper {
                entry_id: pushed.entry_id,
                version: pushed.version,
                sha256: data_encoding::HEXLOWER.encode(&pushed.sha256),
                trust_level: pushed.trust_level,
            }),
            code: fetch.and_then(|fetch| fetch.problem.clone()),
            cause: fetch.and_then(|fetch| fetch.cause.clone()),
            attempts: fetch.map_or(0, |fetch| fetch.attempts),
            next_at: fetch.filter(|_| state == "fetching").map(|fetch| fetch.next_at),
        }
    }
}

async fn receive(kho: &Kho, caller: &Caller, slot: &Slot, body: PaperBody) -> Result<HttpResponse> {
    let taken = match body {
        PaperBody::Along(mut form) => {
            let (upload, body): (_, PaperPushBody) =
                form.receive_described(kho, async || kho.begin_paper(&caller.0, slot).await).await?;
            PaperTaken::Pushed(kho.finish_paper(&caller.0, slot, upload, &body.into(), None).await?)
        }
        PaperBody::Reference(ComponentReferenceBody::Citation(body)) => {
            PaperTaken::Pushed(kho.push_citation(&caller.0, slot, &body.citation).await?)
        }
        PaperBody::Reference(ComponentReferenceBody::Reference(body)) => {
            kho.push_paper_by_reference(&caller.0, slot, &body.checked()?).await?
        }
    };
    Ok(match taken {
        PaperTaken::Pushed(pushed) if pushed.outcome == PushOutcome::Created => {
            HttpResponse::Created().json(PaperPushAnswer::from(pushed))
        }
        PaperTaken::Pushed(pushed) => HttpResponse::Ok().json(PaperPushAnswer::from(pushed)),
        PaperTaken::Accepted { dossier_id, dossier_code } => HttpResponse::Accepted()
            .json(PaperAcceptedAnswer { outcome: "accepted".to_owned(), dossier_id, dossier_code }),
    })
}

/// Push a digitised component
///
/// The file comes into the owner's vault and into the component. The same again changes nothing; other content is the next version. A large file is
/// sent in parts before (`POST /api/v1/uploads`) or fetched from where the system keeps it. In the place of a file the citation code of a version of the
/// owner's is taken, which is attached as it is.
#[utoipa::path(tag = "integration", params(
        ("key" = String, Path, description = "The system's own key of the dossier, or the code of one that was opened here", example = "H52.10-26-000123", max_length = 128),
        ("component" = String, Path, description = "Code of the component", example = "C1", max_length = 64),
        ("file_key" = String, Path, description = "The system's own key of the file", example = "1", max_length = 128)),
    request_body(content((PaperForm = "multipart/form-data"), (ComponentReferenceBody = "application/json"))),
    responses((status = 201, description = "The document was added", body = PaperPushAnswer),
        (status = 200, description = "The document has its next version, or was so before", body = PaperPushAnswer),
        (status = 202, description = "The file will be fetched; `GET` tells how it stands", body = PaperAcceptedAnswer)))]
#[put("/dossiers/{key}/components/{component}/files/{file_key}")]
pub async fn push_component(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(String, String, String)>,
    body: PaperBody,
) -> Result<HttpResponse> {
    let (dossier, component, key) = path.into_inner();
    receive(&kho, &caller, &Slot { dossier, component: Some(component), key }, body).await
}

/// Push a result
///
/// The file comes into the owner's vault. The same again changes nothing; other content is a new document, which supersedes the one before. A large
/// file is sent in parts before (`POST /api/v1/uploads`) or fetched from where the system keeps it.
#[utoipa::path(tag = "integration", params(
        ("key" = String, Path, description = "The system's own key of the dossier, or the code of one that was opened here", example = "H52.10-26-000123", max_length = 128),
        ("result_key" = String, Path, description = "The system's own key of the result", example = "KQ1", max_length = 128)),
    request_body(content((PaperForm = "multipart/form-data"), (PaperReferenceBody = "application/json"))),
    responses((status = 201, description = "The result was added", body = PaperPushAnswer),
        (status = 200, description = "The result supersedes the one before, or was so before", body = PaperPushAnswer),
        (status = 202, description = "The file will be fetched; `GET` tells how it stands", body = PaperAcceptedAnswer)))]
#[put("/dossiers/{key}/results/{result_key}")]
pub async fn push_result(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(String, String)>,
    body: PaperBody,
) -> Result<HttpResponse> {
    let (dossier, key) = path.into_inner();
    receive(&kho, &caller, &Slot { dossier, component: None, key }, body).await
}

/// How a component's file stands
///
/// What is kept under the system's key, or how far the fetching is.
#[utoipa::path(tag = "integration", params(
        ("key" = String, Path, description = "The system's own key of the dossier, or the code of one that was opened here", example = "H52.10-26-000123", max_length = 128),
        ("component" = String, Path, description = "Code of the component", example = "C1", max_length = 64),
        ("file_key" = String, Path, description = "The system's own key of the file", example = "1", max_length = 128)),
    responses((status = 200, description = "How it stands", body = PaperStandingBody)))]
#[get("/dossiers/{key}/components/{component}/files/{file_key}")]
pub async fn view_component(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse> {
    let (dossier, component, key) = path.into_inner();
    let standing = kho.view_pushed(&caller.0, &Slot { dossier, component: Some(component), key }).await?;
    Ok(HttpResponse::Ok().json(PaperStandingBody::from(standing)))
}

/// How a result stands
///
/// What is kept under the system's key, or how far the fetching is.
#[utoipa::path(tag = "integration", params(
        ("key" = String, Path, description = "The system's own key of the dossier, or the code of one that was opened here", example = "H52.10-26-000123", max_length = 128),
        ("result_key" = String, Path, description = "The system's own key of the result", example = "KQ1", max_length = 128)),
    responses((status = 200, description = "How it stands", body = PaperStandingBody)))]
#[get("/dossiers/{key}/results/{result_key}")]
pub async fn view_result(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    let (dossier, key) = path.into_inner();
    let standing = kho.view_pushed(&caller.0, &Slot { dossier, component: None, key }).await?;
    Ok(HttpResponse::Ok().json(PaperStandingBody::from(standing)))
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
