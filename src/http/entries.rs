//! Folders and documents as nodes of a tree.

use actix_web::{HttpResponse, get, patch, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use kho_mapping::paper::Readability;
use kho_signature::report::Conclusion;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{Caller, IfMatch, etag, present};
use crate::domain::catalogue::Catalogue;
use crate::domain::entry::{Entry, EntryKind};
use crate::domain::grant::{Right, Rights};
use crate::domain::id::{EntryId, VaultId};
use crate::domain::page::{PageRequest, Place};
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::arrange::Changes;
use crate::services::folders::OnConflict;

/// A folder or a document.
#[derive(Serialize, ToSchema)]
pub struct EntryBody {
    pub id: EntryId,
    pub vault_id: VaultId,
    /// The folder it lies in; none for the vault's root.
    pub parent_id: Option<EntryId>,
    pub kind: EntryKind,
    /// File name of a document, name of a folder.
    #[schema(example = "Giấy khai sinh.pdf", max_length = 255)]
    pub name: String,
    /// English name of a default folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Civil status")]
    pub name_en: Option<String>,
    /// Catalogue code of a default folder, which keeps its name and place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "civil-status")]
    pub system_code: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Counts changes; the ETag.
    #[schema(example = 3)]
    pub rev: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trashed_at: Option<DateTime<Utc>>,
    /// Bytes of the current version; of a folder, of all current versions in it.
    #[schema(example = 184_320)]
    pub size_bytes: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<FolderBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentBody>,
}

/// What only folders have.
#[derive(Serialize, ToSchema)]
pub struct FolderBody {
    /// Documents in it and in its sub-folders.
    #[schema(example = 12)]
    pub documents: i64,
    /// Bytes of older versions in it.
    #[schema(example = 0)]
    pub version_bytes: i64,
}

/// What only documents have.
#[derive(Serialize, ToSchema)]
pub struct DocumentBody {
    /// Media type as found in the bytes.
    #[schema(example = "application/pdf")]
    pub media_type: String,
    /// Versions it has had.
    #[schema(example = 2)]
    pub version_count: i32,
    /// 1 self-added, 2 compared with the original, 3 signed by the issuer, 4 from a register.
    #[schema(example = 1, minimum = 1, maximum = 4)]
    pub trust_level: i16,
    /// Whether it is locked against change and deletion.
    pub authenticated: bool,
    /// `own_upload`, `digitised`, `result` or `register`.
    #[schema(example = "own_upload")]
    pub source: String,
    #[schema(example = "Giấy khai sinh của Nguyễn Minh An")]
    pub title: Option<String>,
    /// Code of the document-type catalogue.
    #[schema(example = "birth-certificate")]
    pub type_code: Option<String>,
    #[schema(example = "123/2019")]
    pub number: Option<String>,
    /// Issuing authority.
    #[schema(example = "UBND xã Suối Mơ")]
    pub authority: Option<String>,
    pub issued_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub note: Option<String>,
    #[schema(example = json!(["con"]))]
    pub tags: Vec<String>,
    /// Whether there is a picture of its current version. One just added gets it some moments later, if it can be drawn.
    pub has_thumbnail: bool,
    /// Whether a person who opens its current version can read it: `blank` pages, `locked` by a password, `empty` or `damaged` files are of no use
    /// to an agency. `unknown` until it was looked at, some moments after it was added, and where that cannot be told.
    pub readability: Readability,
    /// What was concluded about the signatures of its current version. None where there is no signature, or none was judged yet: see
    /// `/entries/{entry}/signatures`.
    pub verdict: Option<Conclusion>,
    /// The document that its issuer put in its place; it is not valid any more, and stays readable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<EntryId>,
    /// Why its issuer took its validity away, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Cấp sai thông tin")]
    pub revoked_reason: Option<String>,
}

impl EntryBody {
    pub fn new(entry: Entry, catalogue: &Catalogue) -> Self {
        let folder = entry.is_folder().then_some(FolderBody {
            documents: entry.tree_documents,
            version_bytes: entry.tree_version_bytes,
        });
        let tags = entry.tags();
        let authenticated = entry.is_authenticated();
        let size_bytes = if entry.is_folder() { entry.tree_live_bytes } else { entry.size_bytes };
        let kind = if entry.is_folder() { EntryKind::Folder } else { EntryKind::Document };
        let name_en =
            entry.system_code.as_deref().and_then(|code| catalogue.folder(code)).map(|f| f.en.clone());
        let document = entry.media_type.map(|media_type| DocumentBody {
            media_type,
            version_count: entry.version_count,
            trust_level: entry.trust_level.unwrap_or(1),
            authenticated,
            source: entry.source.unwrap_or_default(),
            title: entry.title,
            type_code: entry.type_code,
            number: entry.number,
            authority: entry.authority,
            issued_on: entry.issued_on,
            expires_on: entry.expires_on,
            note: entry.note,
            tags,
            has_thumbnail: entry.thumbnail_id.is_some(),
            readability: entry.readability.as_deref().and_then(Readability::parse).unwrap_or_default(),
            verdict: entry.verdict.as_deref().and_then(Conclusion::parse),
            superseded_by: entry.superseded_by,
            revoked_reason: entry.revoked_reason,
        });
        Self {
            id: entry.id,
            vault_id: entry.vault_id,
            parent_id: entry.parent_id,
            kind,
            name: entry.name,
            name_en,
            system_code: entry.system_code,
            created_at: entry.created_at,
            updated_at: entry.updated_at,
            rev: entry.rev,
            trashed_at: entry.trashed_at,
            size_bytes,
            folder,
            document,
        }
    }
}

/// An entry and what the caller may do to it.
#[derive(Serialize, ToSchema)]
pub struct EntryDetails {
    #[serde(flatten)]
    pub entry: EntryBody,
    /// What the caller may do here.
    pub rights: Vec<Right>,
}

/// One page of entries.
#[derive(Serialize, ToSchema)]
pub struct EntryPage {
    pub items: Vec<EntryBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
    /// How many entries lie before this page; only of a page asked for by place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 200)]
    pub offset: Option<i64>,
    /// How many entries there are of the kind asked for; only with a page by place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1234)]
    pub total: Option<i64>,
}

/// Which children of a folder are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChildrenQuery {
    /// Only folders, or only documents.
    kind: Option<EntryKind>,
    /// Order: `name`, `updated_at` or `size`, with `-` before it for descending.
    #[param(example = "name", pattern = "^-?(name|updated_at|size)$")]
    sort: Option<String>,
    /// Items of the page; 200 at the most by place.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
    /// By place: how many entries to leave out before the page. Not with `cursor`.
    #[param(minimum = 0, example = 200)]
    offset: Option<u32>,
    /// By place: a child of the folder that the page holds, about in its middle. Not with `cursor` or `offset`.
    around: Option<EntryId>,
}

impl ChildrenQuery {
    fn page(&self) -> Result<PageRequest> {
        PageRequest::parse(self.sort.as_deref(), self.limit, self.cursor.as_deref(), "name")
    }
}

/// An entry's details
#[utoipa::path(tag = "entries", params(("entry" = EntryId, Path, description = "Folder or document")),
    responses((status = 200, description = "The entry; its ETag guards changes", body = EntryDetails)))]
#[get("/entries/{entry}")]
pub async fn view_entry(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
) -> Result<HttpResponse> {
    let target = kho.view_entry(&caller.0, *entry).await?;
    let rev = target.entry.rev;
    let body = details(&kho, target.entry, target.rights);
    Ok(HttpResponse::Ok().insert_header(("ETag", etag(rev))).json(body))
}

pub(super) fn details(kho: &Kho, entry: Entry, rights: Rights) -> EntryDetails {
    EntryDetails { entry: EntryBody::new(entry, &kho.catalogue), rights: rights.list() }
}

/// What lies in a folder
///
/// Folders before documents. Names sort as Vietnamese does, numbers by value ("Tờ 2" before "Tờ 10"). A long list is read to its end by
/// `cursor`; one that is scrolled is read by place with `offset`, or with `around`, and then says how long it is.
#[utoipa::path(tag = "entries", params(("entry" = EntryId, Path, description = "Folder"), ChildrenQuery),
    responses((status = 200, description = "A page", body = EntryPage)))]
#[get("/entries/{entry}/children")]
pub async fn list_children(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    query: web::Query<ChildrenQuery>,
) -> Result<HttpResponse> {
    let request = query.page()?;
    let (page, offset, total) = match Place::parse(query.offset, query.around, &request)? {
        None => (kho.list_folder(&caller.0, *entry, query.kind, &request).await?, None, None),
        Some(place) => {
            let placed = kho.list_folder_at(&caller.0, *entry, query.kind, place, &request).await?;
            (placed.page, Some(placed.offset), Some(placed.total))
        }
    };
    Ok(HttpResponse::Ok().json(EntryPage {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(|entry| EntryBody::new(entry, &kho.catalogue)).collect(),
        offset,
        total,
    }))
}

/// A step from the vault's root down to an entry.
#[derive(Serialize, ToSchema)]
pub struct StepBody {
    pub id: EntryId,
    #[schema(example = "Hộ tịch")]
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "civil-status")]
    pub system_code: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct PathBody {
    /// The vault's root first (or the topmost folder that the caller may see), the entry last.
    pub items: Vec<StepBody>,
}

/// The way to an entry
#[utoipa::path(tag = "entries", params(("entry" = EntryId, Path, description = "Folder or document")),
    responses((status = 200, description = "The folders above it", body = PathBody)))]
#[get("/entries/{entry}/path")]
pub async fn view_path(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
) -> Result<HttpResponse> {
    let target = kho.view_entry(&caller.0, *entry).await?;
    let mut items = Vec::new();
    for step in target.visible_path().iter().rev() {
        items.push(StepBody { id: step.id, name: step.name.clone(), system_code: step.system_code.clone() });
    }
    Ok(HttpResponse::Ok().json(PathBody { items }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFolderBody {
    #[schema(example = "Giấy tờ của con", min_length = 1, max_length = 255)]
    name: String,
    /// What to do where the name is taken.
    #[serde(default)]
    on_conflict: OnConflict,
}

/// Make a folder
#[utoipa::path(tag = "entries", params(("entry" = EntryId, Path, description = "The folder to make it in")),
    request_body = NewFolderBody, responses((status = 201, description = "The new folder", body = EntryBody)))]
#[post("/entries/{entry}/folders")]
pub async fn create_folder(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    body: web::Json<NewFolderBody>,
) -> Result<HttpResponse> {
    let folder = kho.create_folder(&caller.0, *entry, &body.name, body.on_conflict).await?;
    let location = format!("/api/v1/entries/{}", folder.id);
    Ok(HttpResponse::Created()
        .insert_header(("Location", location))
        .insert_header(("ETag", etag(folder.rev)))
        .json(EntryBody::new(folder, &kho.catalogue)))
}

/// What to change; absent fields stay, `null` clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryPatch {
    /// New name; the extension of a document must stay.
    #[schema(example = "Giấy khai sinh của An.pdf", min_length = 1, max_length = 255)]
    name: Option<String>,
    /// Folder to move into.
    parent_id: Option<EntryId>,
    /// What to do where the name is taken.
    #[serde(default)]
    on_conflict: OnConflict,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 500, example = "Giấy khai sinh của An")]
    title: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 64, example = "birth-certificate")]
    type_code: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 100, example = "123/2019")]
    number: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 300, example = "UBND xã Suối Mơ")]
    authority: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<NaiveDate>)]
    issued_on: Option<Option<NaiveDate>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<NaiveDate>)]
    expires_on: Option<Option<NaiveDate>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 5000)]
    note: Option<Option<String>>,
    #[schema(max_items = 20, example = json!(["con"]))]
    tags: Option<Vec<String>>,
}

/// Rename, move or describe an entry
///
/// All in one step where asked together, guarded by `If-Match`. An authenticated document can be moved only.
#[utoipa::path(tag = "entries", params(("entry" = EntryId, Path, description = "Folder or document"),
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    request_body = EntryPatch, responses((status = 200, description = "The entry as it is now", body = EntryBody)))]
#[patch("/entries/{entry}")]
pub async fn update_entry(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    seen: IfMatch,
    body: web::Json<EntryPatch>,
) -> Result<HttpResponse> {
    let body = body.into_inner();
    let changes = Changes {
        name: body.name,
        parent_id: body.parent_id,
        on_conflict: body.on_conflict,
        title: body.title,
        type_code: body.type_code,
        number: body.number,
        authority: body.authority,
        issued_on: body.issued_on,
        expires_on: body.expires_on,
        note: body.note,
        tags: body.tags,
    };
    let entry = kho.update_entry(&caller.0, *entry, seen.0, changes).await?;
    Ok(HttpResponse::Ok()
        .insert_header(("ETag", etag(entry.rev)))
        .json(EntryBody::new(entry, &kho.catalogue)))
}
