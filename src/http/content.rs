//! Handing out bytes, whole or in ranges.

use std::ops::Range;

use actix_web::body::SizedStream;
use actix_web::http::header::{CONTENT_DISPOSITION, HeaderMap, IF_NONE_MATCH, IF_RANGE, RANGE};
use actix_web::{HttpRequest, HttpResponse, get, web};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::extract::Caller;
use crate::domain::id::EntryId;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::download::{Asked, Content};

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContentQuery {
    /// `true` shows types that are safe to show in the browser; others are downloaded all the same.
    #[serde(default)]
    pub(super) inline: bool,
}

/// Download a document
///
/// The current version. Ranges, `If-None-Match` and `If-Range` are honoured; every download is kept in the owner's trail
/// (the parts that a reader asks for within a quarter of an hour as one).
#[utoipa::path(tag = "documents", params(("entry" = EntryId, Path, description = "The document"), ContentQuery,
        ("Range" = Option<String>, Header, description = "One range of bytes", example = "bytes=0-1023")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream"),
        (status = 206, description = "The range asked for", content_type = "application/octet-stream"),
        (status = 304, description = "Unchanged")))]
#[get("/entries/{entry}/content")]
pub async fn download_document(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    query: web::Query<ContentQuery>,
) -> Result<HttpResponse> {
    let content = kho.open_content(&caller.0, *entry, None, asked(&request)).await?;
    answer(&kho, &request, &content, query.inline).await
}

/// Download a version
#[utoipa::path(tag = "documents", params(("entry" = EntryId, Path, description = "The document"),
        ("number" = i32, Path, description = "The version"), ContentQuery,
        ("Range" = Option<String>, Header, description = "One range of bytes", example = "bytes=0-1023")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream"),
        (status = 206, description = "The range asked for", content_type = "application/octet-stream"),
        (status = 304, description = "Unchanged")))]
#[get("/entries/{entry}/versions/{number}/content")]
pub async fn download_version(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(EntryId, i32)>,
    query: web::Query<ContentQuery>,
) -> Result<HttpResponse> {
    let (entry, number) = path.into_inner();
    let content = kho.open_content(&caller.0, entry, Some(number), asked(&request)).await?;
    answer(&kho, &request, &content, query.inline).await
}

pub(super) fn asked(request: &HttpRequest) -> Asked {
    if request.headers().contains_key(RANGE) { Asked::Part } else { Asked::Whole }
}

/// Answers with a version's bytes as the request's headers ask for them.
pub(super) async fn answer(
    kho: &Kho,
    request: &HttpRequest,
    content: &Content,
    inline: bool,
) -> Result<HttpResponse> {
    let version = &content.version;
    let tag = format!("\"{}\"", data_encoding::HEXLOWER.encode(&version.sha256));
    let size = version.size_bytes as u64;
    if header(request.headers(), IF_NONE_MATCH.as_str()).is_some_and(|tags| tags.contains(&tag)) {
        return Ok(HttpResponse::NotModified().insert_header(("ETag", tag)).finish());
    }
    // If-Range with another version's tag asks for the whole (RFC 9110, 13.1.5).
    let same = header(request.headers(), IF_RANGE.as_str()).is_none_or(|seen| seen == tag);
    let range = match header(request.headers(), RANGE.as_str()).filter(|_| same) {
        Some(text) => parse_range(text, size)?,
        None => None,
    };
    let shown =
        inline && kho.file_types.iter().any(|known| known.media == version.media_type && known.inline);
    let mut response = match &range {
        Some(_) => HttpResponse::PartialContent(),
        None => HttpResponse::Ok(),
    };
    let whole = range.clone().unwrap_or(0..size);
    if let Some(part) = &range {
        let bytes = format!("bytes {}-{}/{size}", part.start, part.end - 1);
        response.insert_header(("Content-Range", bytes));
    }
    let stream = content.stream(whole.clone()).await?;
    Ok(response
        .insert_header(("Content-Type", version.media_type.as_str()))
        .insert_header((CONTENT_DISPOSITION, disposition(&content.entry.name, shown)))
        .insert_header(("ETag", tag))
        .insert_header(("Accept-Ranges", "bytes"))
        .insert_header(("Cache-Control", "private, no-cache"))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Content-Security-Policy", "default-src 'none'; sandbox"))
        .body(SizedStream::new(whole.end - whole.start, stream)))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

/// Reads one byte range (RFC 9110, 14.1.2). Several ranges, or another unit, are answered with the whole.
fn parse_range(text: &str, size: u64) -> Result<Option<Range<u64>>> {
    let unsatisfiable = || Problem::new(Code::RangeNotSatisfiable).with("size_bytes", size);
    let Some(spec) = text.strip_prefix("bytes=").filter(|spec| !spec.contains(',')) else { return Ok(None) };
    let (first, last) = spec.split_once('-').ok_or_else(unsatisfiable)?;
    let number = |text: &str| text.trim().parse::<u64>().map_err(|_| unsatisfiable());
    let range = match (first.trim(), last.trim()) {
        ("", suffix) => size.saturating_sub(number(suffix)?)..size,
        (first, "") => number(first)?..size,
        (first, last) => number(first)?..number(last)?.saturating_add(1).min(size),
    };
    if range.start >= range.end { Err(unsatisfiable()) } else { Ok(Some(range)) }
}

/// RFC 8187: what may stand unescaped in an extended value.
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_').remove(b'~');

/// The file's name for every client: UTF-8 for those that read it, without marks for the others (RFC 6266).
pub(super) fn disposition(name: &str, inline: bool) -> String {
    let kind = if inline { "inline" } else { "attachment" };
    let plain: String = unicode_normalization::UnicodeNormalization::nfkd(name)
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            '"' | '\\' => '_',
            c if c.is_ascii() && !c.is_ascii_control() => c,
            _ => '_',
        })
        .collect();
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, ATTRIBUTE))
}
