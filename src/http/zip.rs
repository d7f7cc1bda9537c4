//! A folder or a selection as one ZIP file.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, get, post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::content::disposition;
use super::extract::Caller;
use crate::domain::id::{EntryId, VaultId};
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::zip::Archive;

/// What goes into the archive.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SelectionBody {
    /// Folders and documents of the vault.
    #[schema(min_items = 1, max_items = 500)]
    ids: Vec<EntryId>,
}

/// Download a folder as a ZIP file
///
/// Everything live below it, folders as paths. At most 20,000 documents and 50 GiB; the download of each is kept in the owner's trail.
#[utoipa::path(tag = "documents", params(("entry" = EntryId, Path, description = "The folder")),
    responses((status = 200, description = "The archive, made while it is sent", content_type = "application/zip")))]
#[get("/entries/{entry}/zip")]
pub async fn download_folder(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
) -> Result<HttpResponse> {
    Ok(answer(kho.zip_folder(&caller.0, *entry).await?))
}

/// Download a selection as a ZIP file
///
/// Folders with all that is below them, and documents. The limits are those of a folder.
#[utoipa::path(tag = "documents", params(("vault" = VaultId, Path, description = "The vault that holds what was chosen")),
    request_body = SelectionBody,
    responses((status = 200, description = "The archive, made while it is sent", content_type = "application/zip")))]
#[post("/vaults/{vault}/zip")]
pub async fn download_selection(
    kho: web::Data<Kho>,
    caller: Caller,
    vault: web::Path<VaultId>,
    body: web::Json<SelectionBody>,
) -> Result<HttpResponse> {
    Ok(answer(kho.zip_selection(&caller.0, *vault, &body.ids).await?))
}

fn answer(archive: Archive) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("Content-Type", "application/zip"))
        .insert_header((CONTENT_DISPOSITION, disposition(&format!("{}.zip", archive.name), false)))
        .insert_header(("Cache-Control", "private, no-store"))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .streaming(archive.bytes)
}
