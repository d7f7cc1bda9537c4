//! Papers whose validity ends soon.

use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::entries::{EntryBody, EntryPage};
use super::extract::Caller;
use crate::domain::id::VaultId;
use crate::domain::page::PageRequest;
use crate::domain::problem::Result;
use crate::services::Kho;

/// Days ahead where the caller names none.
const DAYS: i64 = 90;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExpiringQuery {
    /// Days ahead; 90 if absent.
    #[param(minimum = 1, maximum = 3650, example = 90)]
    days: Option<i64>,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 10)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

/// A vault's papers that end soon
///
/// Documents whose last day (`expires_on`) lies within so many days from today, or in the last 30; the soonest first. Nothing of the
/// trash.
#[utoipa::path(tag = "vaults", params(("vault" = VaultId, Path, description = "The vault"), ExpiringQuery),
    responses((status = 200, description = "A page", body = EntryPage)))]
#[get("/vaults/{vault}/expiring")]
pub async fn list_expiring(
    kho: web::Data<Kho>,
    caller: Caller,
    vault: web::Path<VaultId>,
    query: web::Query<ExpiringQuery>,
) -> Result<HttpResponse> {
    let page = PageRequest::parse(None, query.limit, query.cursor.as_deref(), "updated_at")?;
    let page = kho.list_expiring(&caller.0, *vault, query.days.unwrap_or(DAYS), &page).await?;
    Ok(HttpResponse::Ok().json(EntryPage {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(|entry| EntryBody::new(entry, &kho.catalogue)).collect(),
        offset: None,
        total: None,
    }))
}
