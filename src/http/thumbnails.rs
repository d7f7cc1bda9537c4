//! Pictures of papers, for lists.

use actix_web::http::header::IF_NONE_MATCH;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Deserialize;

use super::extract::Caller;
use super::problem::ProblemBody;
use crate::domain::id::EntryId;
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::thumbnails::Thumbnail;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ThumbnailQuery {
    /// The `version_count` of the document as the caller knows it. Where that is still so, the answer may be kept for a week without asking again.
    #[param(minimum = 1, example = 2)]
    version: Option<i32>,
}

/// A document's picture
///
/// The first page of a PDF file, or the picture that the document is, as a JPEG whose longer side has at most 512 pixels; always of the current
/// version. Whoever may see the document may see it. It is made some moments after a version was added, see `has_thumbnail`.
#[utoipa::path(tag = "documents", params(("entry" = EntryId, Path, description = "The document"), ThumbnailQuery,
        ("If-None-Match" = Option<String>, Header, description = "The ETag last seen")),
    responses((status = 200, description = "The picture", content_type = "image/jpeg"),
        (status = 304, description = "Unchanged"),
        (status = 404, description = "`no_thumbnail`: there is none, or not yet", body = ProblemBody,
            content_type = "application/problem+json")))]
#[get("/entries/{entry}/thumbnail")]
pub async fn view_thumbnail(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    query: web::Query<ThumbnailQuery>,
) -> Result<HttpResponse> {
    let thumbnail = kho.open_thumbnail(&caller.0, *entry).await?;
    // The address of the next version's picture differs, so this one never becomes wrong.
    answer(&request, &thumbnail, query.version == Some(thumbnail.version_number)).await
}

/// Answers with a picture; `fixed` where another picture would have another address.
pub(super) async fn answer(
    request: &HttpRequest,
    thumbnail: &Thumbnail,
    fixed: bool,
) -> Result<HttpResponse> {
    let tag = format!("\"{}\"", thumbnail.id);
    let cache = match fixed {
        true => "private, max-age=604800, immutable",
        false => "private, no-cache",
    };
    let seen = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_unchanged = seen.is_some_and(|tags| tags.contains(&tag));
    let mut answer = match is_unchanged {
        true => HttpResponse::NotModified(),
        false => HttpResponse::Ok(),
    };
    answer
        .insert_header(("ETag", tag))
        .insert_header(("Cache-Control", cache))
        // On a shared computer the next person has another cookie, and gets nothing out of this one's cache.
        .insert_header(("Vary", "Cookie, Authorization"));
    if is_unchanged {
        return Ok(answer.finish());
    }
    let picture = thumbnail.read().await?;
    Ok(answer
        .insert_header(("Content-Type", "image/jpeg"))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Content-Security-Policy", "default-src 'none'; sandbox"))
        .body(picture))
}
