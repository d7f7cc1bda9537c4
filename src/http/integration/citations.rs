//! What a citation code stands for, told to other systems within their dossiers.

use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::domain::problem::Result;
use crate::http::citations::CitationAnswer;
use crate::http::content::{self, ContentQuery};
use crate::http::extract::Caller;
use crate::http::problem::ProblemBody;
use crate::services::Kho;

/// What a code stands for
///
/// Within an open dossier of the program's agencies, where the paper is of the dossier's owner. Kept in the owner's trail, also where it is refused.
#[utoipa::path(tag = "integration", params(
        ("key" = String, Path, description = "The system's own key of the dossier, or the code of one that was opened here", example = "H52.10-26-000123", max_length = 128),
        ("code" = String, Path, description = "The citation code, with or without dashes", example = "K3MT-7PXC-9FHJ", max_length = 300)),
    responses((status = 200, description = "The paper, its verdict and its level of trust", body = CitationAnswer),
        (status = 403, description = "`citation_not_confirmed`: another owner's; `not_allowed`: the dossier is closed", body = ProblemBody,
            content_type = "application/problem+json")))]
#[get("/dossiers/{key}/citations/{code}")]
pub async fn fetch_citation(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    let (key, code) = path.into_inner();
    let (code, found) = kho.fetch_citation(&caller.0, &key, &code).await?;
    let content = format!("/integration/v1/dossiers/{key}/citations/{}/content", code.as_str());
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(CitationAnswer::new(
        &kho,
        &code,
        Some(found),
        content,
    )))
}

/// Download what a code stands for
///
/// Exactly the version that is cited. Every download is kept in the owner's trail.
#[utoipa::path(tag = "integration", params(
        ("key" = String, Path, description = "The system's own key of the dossier, or the code of one that was opened here", example = "H52.10-26-000123", max_length = 128),
        ("code" = String, Path, description = "The citation code, with or without dashes", example = "K3MT-7PXC-9FHJ", max_length = 300), ContentQuery,
        ("Range" = Option<String>, Header, description = "One range of bytes", example = "bytes=0-1023")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream"),
        (status = 206, description = "The range asked for", content_type = "application/octet-stream"),
        (status = 304, description = "Unchanged")))]
#[get("/dossiers/{key}/citations/{code}/content")]
pub async fn download_fetched(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(String, String)>,
    query: web::Query<ContentQuery>,
) -> Result<HttpResponse> {
    let (key, code) = path.into_inner();
    let content = kho.open_fetched(&caller.0, &key, &code, content::asked(&request)).await?;
    content::answer(&kho, &request, &content, query.inline).await
}
