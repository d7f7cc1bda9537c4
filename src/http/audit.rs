//! Trails: who did what, on whose behalf, when, from where and why.

use actix_web::{HttpResponse, get, web};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use uuid::Uuid;

use super::extract::Caller;
use crate::db::audit::StoredRecord;
use crate::domain::id::{EntryId, VaultId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::policy::Act;
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::audit::TrailQuery;

/// The code of an act.
#[derive(Serialize)]
#[serde(transparent)]
pub struct ActCode(String);

impl PartialSchema for ActCode {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "What was done: `subject.verb`. Programs must expect codes that later versions add.",
            ))
            .enum_values(Some(Act::ALL.iter().map(|act| act.as_str())))
            .examples([Act::DocumentDownload.as_str()])
            .into()
    }
}

impl ToSchema for ActCode {}

/// One act, as the chain keeps it.
#[derive(Serialize, ToSchema)]
pub struct AuditRecordBody {
    /// Number in the chain, from 1 without gaps.
    #[schema(example = 41, minimum = 1)]
    pub seq: i64,
    pub at: DateTime<Utc>,
    /// The account that acted; absent for the bearer of a link and for somebody who did not sign in.
    pub actor_id: Option<Uuid>,
    /// The actor's name at that moment; empty where unknown.
    #[schema(example = "Nguyễn Thị Hoa")]
    pub actor_name: String,
    /// The vault in whose name it was done, where that is not the actor's own.
    pub on_behalf_of: Option<Uuid>,
    pub act: ActCode,
    /// The entry, account, grant or token that it was done to.
    pub object_id: Option<Uuid>,
    /// Its name at that moment.
    #[schema(example = "Giấy khai sinh.pdf")]
    pub object_name: Option<String>,
    pub version_id: Option<Uuid>,
    /// Why, where the actor said so.
    #[schema(example = "Giải quyết hồ sơ cấp thẻ căn cước")]
    pub purpose: Option<String>,
    /// Way of access: `page`, `api`, `link`, `command_line` or `job`.
    #[schema(example = "page")]
    pub channel: String,
    /// Network address it came from; empty where there is none.
    #[schema(example = "203.0.113.7")]
    pub address: String,
    /// Whether it happened: `done`, `refused` or `failed`.
    #[schema(example = "done")]
    pub outcome: String,
    /// Further facts, by act.
    #[schema(value_type = Object, example = json!({ "rights": ["view"] }))]
    pub detail: serde_json::Value,
    /// SHA-256 over this record and the hash before it, in hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    pub hash: String,
}

impl From<StoredRecord> for AuditRecordBody {
    fn from(record: StoredRecord) -> Self {
        Self {
            seq: record.seq,
            at: record.at,
            actor_id: record.actor_id,
            actor_name: record.actor_name,
            on_behalf_of: record.on_behalf_of,
            act: ActCode(record.act),
            object_id: record.object_id,
            object_name: record.object_name,
            version_id: record.version_id,
            purpose: record.purpose,
            channel: record.channel,
            address: record.address,
            outcome: record.outcome,
            detail: serde_json::from_str(&record.detail).unwrap_or_default(),
            hash: data_encoding::HEXLOWER.encode(&record.hash),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct AuditRecordList {
    pub items: Vec<AuditRecordBody>,
    /// Where the next page begins; absent on the last.
    pub next_cursor: Option<String>,
}

impl From<Page<StoredRecord>> for AuditRecordList {
    fn from(page: Page<StoredRecord>) -> Self {
        Self {
            next_cursor: page.next.as_ref().map(|cursor| cursor.encode()),
            items: page.items.into_iter().map(AuditRecordBody::from).collect(),
        }
    }
}

/// Which records, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TrailPageQuery {
    /// Only acts on this entry, account, grant or token.
    pub object: Option<Uuid>,
    /// Only this act, by its code.
    #[param(example = "document.download", max_length = 40)]
    pub act: Option<String>,
    /// Only acts at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Only acts before this time.
    pub to: Option<DateTime<Utc>>,
    /// Order: `-time` (newest first) or `time`.
    #[param(example = "-time", pattern = "^-?time$")]
    pub sort: Option<TrailSort>,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    pub limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    pub cursor: Option<String>,
}

/// The order of a trail.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
pub enum TrailSort {
    #[serde(rename = "-time")]
    NewestFirst,
    #[serde(rename = "time")]
    OldestFirst,
}

impl TrailPageQuery {
    fn parts(self) -> Result<(TrailQuery, PageRequest)> {
        let sort = match self.sort {
            Some(TrailSort::OldestFirst) => "time",
            _ => "-time",
        };
        let page = PageRequest::parse(Some(sort), self.limit, self.cursor.as_deref(), sort)?;
        Ok((TrailQuery { object: self.object, act: self.act, from: self.from, before: self.to }, page))
    }
}

/// What an export holds.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TrailExportQuery {
    /// Only acts on this entry, account, grant or token.
    pub object: Option<Uuid>,
    /// Only this act, by its code.
    #[param(example = "document.download", max_length = 40)]
    pub act: Option<String>,
    /// Only acts at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Only acts before this time.
    pub to: Option<DateTime<Utc>>,
}

/// What was done in a vault
///
/// For its owner. Refused attempts are in it too.
#[utoipa::path(tag = "audit", params(("vault" = VaultId, Path, description = "The vault"), TrailPageQuery),
    responses((status = 200, description = "The records", body = AuditRecordList)))]
#[get("/vaults/{vault}/audit")]
pub async fn list_vault_records(
    kho: web::Data<Kho>,
    caller: Caller,
    vault: web::Path<VaultId>,
    query: web::Query<TrailPageQuery>,
) -> Result<HttpResponse> {
    let (query, page) = query.into_inner().parts()?;
    let found = kho.vault_trail(&caller.0, *vault, query, page).await?;
    Ok(HttpResponse::Ok().json(AuditRecordList::from(found)))
}

/// A vault's records as a file
///
/// One JSON object a line, oldest first, complete. That it was exported is recorded.
#[utoipa::path(tag = "audit", params(("vault" = VaultId, Path, description = "The vault"), TrailExportQuery),
    responses((status = 200, description = "One record a line", body = AuditRecordBody, content_type = "application/x-ndjson")))]
#[get("/vaults/{vault}/audit.ndjson")]
pub async fn export_vault_records(
    kho: web::Data<Kho>,
    caller: Caller,
    vault: web::Path<VaultId>,
    query: web::Query<TrailExportQuery>,
) -> Result<HttpResponse> {
    let TrailExportQuery { object, act, from, to } = query.into_inner();
    let query = TrailQuery { object, act, from, before: to };
    let records = kho.export_vault_trail(&caller.0, *vault, query).await?;
    let lines = records.and_then(|record| async {
        let mut line = serde_json::to_vec(&AuditRecordBody::from(record)).unwrap_or_default();
        line.push(b'\n');
        Ok(Bytes::from(line))
    });
    Ok(HttpResponse::Ok()
        .content_type("application/x-ndjson")
        .insert_header(("Content-Disposition", "attachment; filename=\"audit.ndjson\""))
        .streaming(lines))
}

/// Who looked at a folder or document, and what else was done to it
///
/// For the owner of its vault; of a document, with all its versions.
#[utoipa::path(tag = "audit", params(("entry" = EntryId, Path, description = "The folder or document"), TrailPageQuery),
    responses((status = 200, description = "The records", body = AuditRecordList)))]
#[get("/entries/{entry}/audit")]
pub async fn list_entry_records(
    kho: web::Data<Kho>,
    caller: Caller,
    entry: web::Path<EntryId>,
    query: web::Query<TrailPageQuery>,
) -> Result<HttpResponse> {
    let (query, page) = query.into_inner().parts()?;
    let found = kho.entry_trail(&caller.0, *entry, query, page).await?;
    Ok(HttpResponse::Ok().json(AuditRecordList::from(found)))
}

/// What was done that touches no vault
///
/// For auditors and system administrators: sign-ins that failed, accounts, roles, settings. Looking is recorded.
#[utoipa::path(tag = "audit", params(TrailPageQuery),
    responses((status = 200, description = "The records", body = AuditRecordList)))]
#[get("/admin/audit")]
pub async fn list_system_records(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<TrailPageQuery>,
) -> Result<HttpResponse> {
    let (query, page) = query.into_inner().parts()?;
    let found = kho.system_trail(&caller.0, query, page).await?;
    Ok(HttpResponse::Ok().json(AuditRecordList::from(found)))
}
