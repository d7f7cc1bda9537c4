//! Resumable uploads over tus 1.0 (<https://tus.io/protocols/resumable-upload>): core, creation, creation-with-upload, expiration,
//! checksum and termination.

use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HttpDate};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, delete, head, options, patch, post, web};
use futures::StreamExt;

use super::extract::{Caller, etag};
use super::tus::{self, UploadFor};
use crate::domain::account::Actor;
use crate::domain::id::UploadId;
use crate::domain::problem::{Code, Result};
use crate::services::Kho;
use crate::services::upload_parts::{PartDigest, PartDone, SILENCE};
use crate::services::uploads::UploadState;

/// What the server offers of tus
#[utoipa::path(tag = "uploads", security(()),
    responses((status = 204, description = "Versions, extensions and limits are in the headers",
        headers(("Tus-Version" = String, description = "`1.0.0`"),
            ("Tus-Extension" = String, description = "Extensions, comma-separated"),
            ("Tus-Max-Size" = i64, description = "Bytes of a file at the most"),
            ("Tus-Checksum-Algorithm" = String, description = "`sha1,sha256`")))))]
#[options("/uploads")]
pub async fn offer_uploads(kho: web::Data<Kho>) -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header(("Tus-Extension", tus::EXTENSIONS))
        .insert_header(("Tus-Max-Size", kho.settings.max_file_bytes.to_string()))
        .insert_header(("Tus-Checksum-Algorithm", PartDigest::ALGORITHMS))
        .finish()
}

/// Begin a resumable upload
///
/// `Upload-Metadata` has `filename`, `filetype` and either `folder_id` (a new document) or `document_id` with `if_match` (a new
/// version); further `title`, `type_code`, `number`, `authority`, `issued_on`, `expires_on`, `note`, `tags` (a JSON array),
/// `on_conflict` (`refuse` or `keep_both`), `comment` and `sha256` of the whole file. The length is reserved in the vault at once. A
/// first part may be sent along. A system that will push the file as a paper names `dossier` and `key`, and of a component `component`, as in
/// the address of the push, and nothing else; the push says what the paper is.
#[utoipa::path(tag = "uploads", params(
        ("Tus-Resumable" = String, Header, description = "`1.0.0`", example = "1.0.0"),
        ("Upload-Length" = i64, Header, description = "Bytes of the whole file", example = 1_048_576),
        ("Upload-Metadata" = String, Header, description = "Keys and base64 values, comma-separated",
            example = "filename R2nhuqV5IGtoYWkgc2luaC5wZGY=,folder_id MDE5M2EyZjAtN2IxZS03YzQyLTlkM2EtNWYxZTJhNmI4Yzkw"),
        ("Upload-Checksum" = Option<String>, Header, description = "Of the part sent along: algorithm and base64 digest")),
    request_body(content = Option<Vec<u8>>, content_type = "application/offset+octet-stream",
        description = "Optional first part"),
    responses((status = 201, description = "Begun, or even finished by the part sent along",
        headers(("Location" = String, description = "Where parts are sent"),
            ("Upload-Offset" = i64, description = "Bytes that are durable"),
            ("Upload-Expires" = String, description = "Until when it can be gone on with"),
            ("Kho-Entry-Id" = String, description = "The document, once finished")))))]
#[post("/uploads")]
pub async fn create_upload(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    body: web::Payload,
) -> Result<HttpResponse> {
    let headers = request.headers();
    tus::expect_version(headers)?;
    let length = tus::number(headers, "Upload-Length")?.ok_or(Code::UploadLengthMissing)?;
    let (wanted, declared) = tus::metadata(headers)?;
    let digest = tus::digest(headers)?;
    let part_bytes = tus::number(headers, CONTENT_LENGTH.as_str())?;
    let with_part =
        tus::text(headers, CONTENT_TYPE.as_str()) == Some(tus::PART_TYPE) && part_bytes != Some(0);
    let mut state = match wanted {
        UploadFor::Entry(destination) => kho.create_upload(&caller.0, destination, length, &declared).await?,
        UploadFor::Paper(slot) => kho.create_paper_upload(&caller.0, slot, length, declared.header).await?,
    };
    let mut response = HttpResponse::Created();
    response.insert_header(("Location", format!("{}/{}", tus::PATH, state.id)));
    if with_part {
        let part = Part { id: state.id, offset: 0, bytes: part_bytes, digest };
        match receive(&kho, &caller.0, part, body).await {
            Ok(done) => {
                name_entry(&mut response, &done, false);
                state = done.state;
            }
            // A failure of ours passes: the client goes on from what is durable.
            Err(problem) if problem.code.status() >= 500 => {
                state = kho.view_upload(&caller.0, state.id).await?;
            }
            Err(problem) => {
                // The answer names no address to go on at, so nothing is left behind that nobody could end.
                kho.terminate_upload(&caller.0, state.id).await?;
                return Err(problem);
            }
        }
    }
    describe(&mut response, &state);
    Ok(response.finish())
}

/// Where an upload stands
///
/// After the end the offset is the length, and `Kho-Entry-Id` names the document, until the upload expires.
#[utoipa::path(tag = "uploads", params(("upload" = UploadId, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`", example = "1.0.0")),
    responses((status = 200, description = "Its state is in the headers",
        headers(("Upload-Offset" = i64, description = "Bytes that are durable"),
            ("Upload-Length" = i64, description = "Bytes of the whole file"),
            ("Upload-Metadata" = String, description = "As it was sent"),
            ("Upload-Expires" = String, description = "Until when it can be gone on with"),
            ("Kho-Entry-Id" = String, description = "The document, once finished")))))]
#[head("/uploads/{upload}")]
pub async fn view_upload(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    upload: web::Path<UploadId>,
) -> Result<HttpResponse> {
    tus::expect_version(request.headers())?;
    let state = kho.view_upload(&caller.0, *upload).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header(("Upload-Metadata", state.header.as_str()));
    if let Some(entry) = state.entry_id {
        response.insert_header(("Kho-Entry-Id", entry.to_string()));
    }
    describe(&mut response, &state);
    Ok(response.finish())
}

/// Send a part
///
/// What arrived is durable when the answer comes, and also if the connection breaks; a part with a checksum is taken whole or not at
/// all. Every part but the last has at least 64 KiB. The answer to the last part names the document.
#[utoipa::path(tag = "uploads", params(("upload" = UploadId, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`", example = "1.0.0"),
        ("Upload-Offset" = i64, Header, description = "Where the part begins: where the upload stands", example = 0),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha1` or `sha256` and the base64 digest of the part")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "The part is durable",
        headers(("Upload-Offset" = i64, description = "Bytes that are durable"),
            ("Upload-Expires" = String, description = "Until when it can be gone on with"),
            ("Kho-Entry-Id" = String, description = "The document, once finished"),
            ("Location" = String, description = "Address of the document, once finished"),
            ("ETag" = String, description = "Of the document, once finished")))))]
#[patch("/uploads/{upload}")]
pub async fn send_part(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    upload: web::Path<UploadId>,
    body: web::Payload,
) -> Result<HttpResponse> {
    let headers = request.headers();
    tus::expect_version(headers)?;
    if tus::text(headers, CONTENT_TYPE.as_str()) != Some(tus::PART_TYPE) {
        return Err(Code::UnsupportedMediaType.into());
    }
    let offset = tus::number(headers, "Upload-Offset")?.ok_or(Code::UploadOffsetMismatch)?;
    let bytes = tus::number(headers, CONTENT_LENGTH.as_str())?;
    let part = Part { id: *upload, offset, bytes, digest: tus::digest(headers)? };
    let done = receive(&kho, &caller.0, part, body).await?;
    let mut response = HttpResponse::NoContent();
    name_entry(&mut response, &done, true);
    describe(&mut response, &done.state);
    Ok(response.finish())
}

/// Give an upload up
///
/// What was received is destroyed and the reserved room given back. The document that a finished upload became stays.
#[utoipa::path(tag = "uploads", params(("upload" = UploadId, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`", example = "1.0.0")),
    responses((status = 204, description = "Given up")))]
#[delete("/uploads/{upload}")]
pub async fn terminate_upload(
    request: HttpRequest,
    kho: web::Data<Kho>,
    caller: Caller,
    upload: web::Path<UploadId>,
) -> Result<HttpResponse> {
    tus::expect_version(request.headers())?;
    kho.terminate_upload(&caller.0, *upload).await?;
    Ok(HttpResponse::NoContent().finish())
}

struct Part {
    id: UploadId,
    offset: u64,
    bytes: Option<u64>,
    digest: Option<PartDigest>,
}

/// Hands a body to the task that stores it. When the client goes away this future is dropped, and the task ends with what it has.
async fn receive(kho: &Kho, actor: &Actor, part: Part, mut body: web::Payload) -> Result<PartDone> {
    let sender = kho.begin_part(actor, part.id, part.offset, part.bytes, part.digest).await?;
    let complete = loop {
        match tokio::time::timeout(SILENCE, body.next()).await {
            Ok(Some(Ok(bytes))) => {
                if !sender.send(bytes).await {
                    break false;
                }
            }
            Ok(None) => break true,
            Ok(Some(Err(_))) | Err(_) => break false,
        }
    };
    sender.finish(complete).await
}

fn describe(response: &mut HttpResponseBuilder, state: &UploadState) {
    let expires = HttpDate::from(std::time::SystemTime::from(state.expires_at));
    response
        .insert_header(("Upload-Offset", state.offset.to_string()))
        .insert_header(("Upload-Length", state.length.to_string()))
        .insert_header(("Upload-Expires", expires.to_string()));
}

/// Says what the upload became; `Location` is free for it only where it does not name the upload.
fn name_entry(response: &mut HttpResponseBuilder, done: &PartDone, with_location: bool) {
    let Some(entry) = &done.entry else { return };
    response.insert_header(("Kho-Entry-Id", entry.id.to_string())).insert_header(("ETag", etag(entry.rev)));
    if with_location {
        response.insert_header(("Location", format!("/api/v1/entries/{}", entry.id)));
    }
}
