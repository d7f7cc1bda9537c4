//! What the caller worked on lately.

use actix_web::{HttpResponse, delete, get, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::entries::EntryBody;
use super::extract::Caller;
use crate::domain::page::PageRequest;
use crate::domain::problem::Result;
use crate::domain::search::Query;
use crate::services::Kho;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecentQuery {
    /// Only what these words describe, with or without diacritics: see `/search`. The text inside files is not looked at.
    #[param(min_length = 2, max_length = 500, example = "khai sinh")]
    q: Option<String>,
    /// Order: `updated_at` (when it was worked on) or `name`, with `-` before it for descending.
    #[param(example = "-updated_at", pattern = "^-?(name|updated_at)$")]
    sort: Option<String>,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

/// An entry that the caller worked on.
#[derive(Serialize, ToSchema)]
pub struct RecentBody {
    #[serde(flatten)]
    pub entry: EntryBody,
    /// What the caller did last with it, by the name that the trail has for it.
    #[schema(example = "document.download")]
    pub act: String,
    /// When.
    pub at: DateTime<Utc>,
}

#[derive(Serialize, ToSchema)]
pub struct RecentPage {
    pub items: Vec<RecentBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

/// What the caller worked on lately
///
/// The last 1,000 documents and folders that the caller added, changed or downloaded, as far as the caller may still see them.
#[utoipa::path(tag = "recent", params(RecentQuery),
    responses((status = 200, description = "A page", body = RecentPage)))]
#[get("/recent")]
pub async fn list_recent(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<RecentQuery>,
) -> Result<HttpResponse> {
    let page =
        PageRequest::parse(query.sort.as_deref(), query.limit, query.cursor.as_deref(), "-updated_at")?;
    let words = query.q.as_deref().map(Query::parse).transpose()?;
    let page = kho.list_recent(&caller.0, words.as_ref(), &page).await?;
    let next_cursor = page.next.map(|cursor| cursor.encode());
    let body = |recent: crate::db::recent::Recent| RecentBody {
        entry: EntryBody::new(recent.entry, &kho.catalogue),
        act: recent.act,
        at: recent.at,
    };
    Ok(HttpResponse::Ok().json(RecentPage { items: page.items.into_iter().map(body).collect(), next_cursor }))
}

/// Forget what the caller worked on
///
/// Clears the list alone: the entries stay, and so does the trail.
#[utoipa::path(tag = "recent", responses((status = 204, description = "The list is empty")))]
#[delete("/recent")]
pub async fn clear_recent(kho: web::Data<Kho>, caller: Caller) -> Result<HttpResponse> {
    kho.clear_recent(&caller.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
