//! The lists that a page or program needs to offer choices.

use std::sync::Arc;

use actix_web::{HttpResponse, get, web};
use kho_mapping::catalogue::DocumentType;
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::Caller;
use crate::domain::policy::Act;
use crate::domain::problem::Result;
use crate::services::Kho;

/// A kind of paper.
#[derive(Serialize, ToSchema)]
pub struct DocumentTypeBody {
    /// Stable; what `type_code` of a document names.
    #[schema(example = "birth-certificate")]
    pub code: String,
    /// Name in Vietnamese.
    #[schema(example = "Giấy khai sinh")]
    pub vi: String,
    /// Name in English.
    #[schema(example = "Birth certificate")]
    pub en: String,
    /// Code of the default folder it belongs into.
    #[schema(example = "civil-status")]
    pub family: String,
}

#[derive(Serialize, ToSchema)]
pub struct DocumentTypeList {
    pub items: Vec<DocumentTypeBody>,
}

/// The types of document
#[utoipa::path(tag = "catalogue",
    responses((status = 200, description = "All types, in the order of the catalogue", body = DocumentTypeList)))]
#[get("/catalogue/document-types")]
pub async fn list_document_types(kho: web::Data<Kho>, caller: Caller) -> Result<HttpResponse> {
    let catalogue = kho.view_catalogue(&caller.0, None).await?;
    let body = |known: &Arc<DocumentType>| DocumentTypeBody {
        code: known.code.clone(),
        vi: known.name.vi.clone(),
        en: known.name.en.clone(),
        family: known.family.clone(),
    };
    let items = catalogue.document_types.iter().map(body).collect();
    Ok(HttpResponse::Ok().json(DocumentTypeList { items }))
}

/// A folder that every vault of a kind has.
#[derive(Serialize, ToSchema)]
pub struct DefaultFolderBody {
    /// Stable; `system_code` of the folder in a vault.
    #[schema(example = "civil-status")]
    pub code: String,
    /// Name in Vietnamese.
    #[schema(example = "Hộ tịch")]
    pub vi: String,
    /// Name in English.
    #[schema(example = "Civil status")]
    pub en: String,
    /// The kinds of owner whose vaults have it: `person`, `organisation`.
    #[schema(example = json!(["person"]))]
    pub owners: Vec<String>,
    /// Name of its picture in the Lucide set.
    #[schema(example = "users")]
    pub icon: String,
}

#[derive(Serialize, ToSchema)]
pub struct DefaultFolderList {
    pub items: Vec<DefaultFolderBody>,
}

/// The default folders
#[utoipa::path(tag = "catalogue",
    responses((status = 200, description = "All folders, in the order of the catalogue", body = DefaultFolderList)))]
#[get("/catalogue/default-folders")]
pub async fn list_default_folders(kho: web::Data<Kho>, caller: Caller) -> Result<HttpResponse> {
    caller.0.check_scope(Act::CatalogueRead)?;
    let body = |folder: &crate::domain::catalogue::DefaultFolder| DefaultFolderBody {
        code: folder.code.clone(),
        vi: folder.vi.clone(),
        en: folder.en.clone(),
        owners: folder.owners.clone(),
        icon: folder.icon.clone(),
    };
    let items = kho.catalogue.folders.iter().map(body).collect();
    Ok(HttpResponse::Ok().json(DefaultFolderList { items }))
}

/// A type of file that vaults take.
#[derive(Serialize, ToSchema)]
pub struct FileTypeBody {
    #[schema(example = "pdf")]
    pub code: String,
    /// The media type it is served with.
    #[schema(example = "application/pdf")]
    pub media_type: String,
    /// Endings that its files' names may have, without the dot.
    #[schema(example = json!(["pdf"]))]
    pub extensions: Vec<String>,
    /// Whether it may be shown in the browser; the others are only ever downloaded.
    pub inline: bool,
    /// Name in Vietnamese.
    #[schema(example = "Tài liệu PDF")]
    pub vi: String,
    /// Name in English.
    #[schema(example = "PDF document")]
    pub en: String,
}

#[derive(Serialize, ToSchema)]
pub struct FileTypeList {
    pub items: Vec<FileTypeBody>,
    /// The largest file taken, in bytes.
    #[schema(example = 2_147_483_648_u64)]
    pub max_file_bytes: u64,
}

/// The types of file that may be added
#[utoipa::path(tag = "catalogue",
    responses((status = 200, description = "All types, and the largest size", body = FileTypeList)))]
#[get("/catalogue/file-types")]
pub async fn list_file_types(kho: web::Data<Kho>, caller: Caller) -> Result<HttpResponse> {
    caller.0.check_scope(Act::CatalogueRead)?;
    let body = |known: &crate::content::file_type::FileType| FileTypeBody {
        code: known.code.clone(),
        media_type: known.media.clone(),
        extensions: known.extensions.clone(),
        inline: known.inline,
        vi: known.vi.clone(),
        en: known.en.clone(),
    };
    let items = kho.file_types.iter().map(body).collect();
    Ok(HttpResponse::Ok().json(FileTypeList { items, max_file_bytes: kho.settings.max_file_bytes }))
}
