//! What every answer of the tus 1.0 protocol has in common: its version, its method override, and how metadata and checksums are written.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::form::describe;
use crate::domain::id::EntryId;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::documents::{Destination, FileDescription};
use crate::services::mapping::pushed_papers::Slot;
use crate::services::upload_parts::PartDigest;
use crate::services::uploads::Declared;

pub const VERSION: &str = "1.0.0";
pub const EXTENSIONS: &str = "creation,creation-with-upload,expiration,checksum,termination";
/// Where uploads live.
pub const PATH: &str = "/api/v1/uploads";
/// The media type of a part.
pub const PART_TYPE: &str = "application/offset+octet-stream";
/// Bytes of `Upload-Metadata` at the most: every field at its limit, in base64, fits.
const METADATA_BYTES: usize = 64 * 1024;

/// Whether a path belongs to the protocol.
fn is_upload(path: &str) -> bool {
    path.strip_prefix(PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Wraps the whole application, outside [`super::problem::answer_problems`]: problems of uploads name the protocol's version as well.
pub async fn speak_tus(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let concerned = is_upload(request.path());
    if concerned && *request.method() == Method::POST {
        // Proxies that know neither PATCH nor DELETE are gone around (tus 1.0, X-HTTP-Method-Override).
        let wanted = request.headers().get("X-HTTP-Method-Override").map(HeaderValue::as_bytes);
        match wanted {
            Some(b"PATCH") => request.head_mut().method = Method::PATCH,
            Some(b"DELETE") => request.head_mut().method = Method::DELETE,
            _ => {}
        }
    }
    let mut response = next.call(request).await?;
    if concerned {
        let headers = response.headers_mut();
        headers.insert(HeaderName::from_static("tus-resumable"), HeaderValue::from_static(VERSION));
        headers.insert(HeaderName::from_static("tus-version"), HeaderValue::from_static(VERSION));
        headers.insert(HeaderName::from_static("cache-control"), HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

/// Refuses a client of another version of the protocol.
pub fn expect_version(headers: &HeaderMap) -> Result<()> {
    match text(headers, "Tus-Resumable") {
        Some(VERSION) => Ok(()),
        _ => Err(Problem::new(Code::TusVersion).with("supported", VERSION)),
    }
}

/// A header's value as text.
pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

/// A header that is a number of bytes; `None` where it is absent.
pub fn number(headers: &HeaderMap, name: &'static str) -> Result<Option<u64>> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let digits = value.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    match digits.and_then(|digits| digits.parse().ok()) {
        Some(number) => Ok(Some(number)),
        None => Err(Problem::field(name, "not_a_number")),
    }
}

/// The digest of a part (tus 1.0, checksum), if the client declared one.
pub fn digest(headers: &HeaderMap) -> Result<Option<PartDigest>> {
    let Some(value) = headers.get("Upload-Checksum") else { return Ok(None) };
    let malformed = || Problem::field("Upload-Checksum", "malformed");
    let value = value.to_str().map_err(|_| malformed())?.trim();
    let (algorithm, digest) = value.split_once(' ').ok_or_else(malformed)?;
    let expected = STANDARD.decode(digest.trim()).map_err(|_| malformed())?;
    PartDigest::new(algorithm, expected).map(Some)
}

/// What an upload is for.
pub enum UploadFor {
    Entry(Destination),
    /// A paper that a program will push.
    Paper(Slot),
}

/// Reads `Upload-Metadata`: what is said about the file, and where it goes.
pub fn metadata(headers: &HeaderMap) -> Result<(UploadFor, Declared)> {
    let header = text(headers, "Upload-Metadata").unwrap_or_default();
    if header.len() > METADATA_BYTES {
        return Err(Problem::field("Upload-Metadata", "too_long").with("limit_bytes", METADATA_BYTES));
    }
    let malformed = || Problem::field("Upload-Metadata", "malformed");
    let mut file = FileDescription::default();
    let (mut folder, mut document) = (None, None);
    let (mut dossier, mut component, mut key_of_paper) = (None, None, None);
    let mut seen = Vec::new();
    for pair in header.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        if seen.contains(&key) {
            return Err(malformed());
        }
        seen.push(key);
        let value = STANDARD.decode(value.trim()).map_err(|_| malformed())?;
        let value = String::from_utf8(value).map_err(|_| malformed())?;
        match key {
            "filename" => file.name = Some(value),
            "filetype" => file.declared_type = Some(value).filter(|kind| !kind.is_empty()),
            "folder_id" => folder = Some(entry("folder_id", &value)?),
            "document_id" => document = Some(entry("document_id", &value)?),
            "dossier" => dossier = Some(value),
            "component" => component = Some(value),
            "key" => key_of_paper = Some(value),
            "if_match" => {
                let rev = value.trim().trim_matches('"').parse();
                file.seen = Some(rev.map_err(|_| Problem::field("if_match", "not_a_revision"))?);
            }
            "tags" => {
                file.tags = serde_json::from_str(&value).map_err(|_| Problem::field("tags", "not_a_list"))?;
            }
            // The form's name of the same thing: one name a protocol.
            "name" => return Err(unknown()),
            _ => describe(&mut file, key, value)?,
        }
    }
    let wanted = match (folder, document, dossier) {
        (Some(folder), None, None) => UploadFor::Entry(Destination::Folder(folder)),
        (None, Some(document), None) => UploadFor::Entry(Destination::Document(document)),
        (None, None, Some(dossier)) => {
            let key = key_of_paper.ok_or_else(|| Problem::field("key", "missing"))?;
            UploadFor::Paper(Slot { dossier, component, key })
        }
        _ => return Err(Problem::field("folder_id", "folder_or_document")),
    };
    Ok((wanted, Declared { header: header.to_owned(), file, slot: None }))
}

fn unknown() -> Problem {
    Problem::new(Code::InvalidInput).with("reason", "unknown_field")
}

fn entry(field: &'static str, value: &str) -> Result<EntryId> {
    value.trim().parse().map_err(|_| Problem::field(field, "not_an_id"))
}
