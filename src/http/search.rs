//! Searching.

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::entries::EntryBody;
use super::extract::Caller;
use crate::db::search::{Filters, Hit};
use crate::domain::id::{EntryId, VaultId};
use crate::domain::page::PageRequest;
use crate::domain::problem::{Problem, Result};
use crate::domain::search::{Found, Match, Query, found_in};
use crate::domain::text::fold;
use crate::services::Kho;
use crate::services::search::{Search, type_names};

/// What to look for and where.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Words to find, with or without diacritics. All must be found: in title, name, number, authority, type, tags or note, the
    /// last word there also as the beginning of one; or, as whole words, in the text inside the file.
    #[param(min_length = 2, max_length = 500, example = "giay khai sinh")]
    q: String,
    /// Only in this vault.
    vault: Option<VaultId>,
    /// Only below this folder.
    folder: Option<EntryId>,
    /// Only documents of this type, a code of the document-type catalogue.
    #[serde(rename = "type")]
    #[param(example = "birth-certificate")]
    type_code: Option<String>,
    /// Only papers whose authority's name holds this, with or without diacritics.
    #[param(max_length = 300, example = "ubnd xa suoi mo")]
    authority: Option<String>,
    /// Only documents of this trust level.
    #[param(minimum = 1, maximum = 4, example = 2)]
    trust_level: Option<i16>,
    /// Only documents of this media type, one of the file-type catalogue.
    #[param(example = "application/pdf")]
    media: Option<String>,
    /// Only what was last changed at this time or later.
    #[param(example = "2026-01-01T00:00:00Z")]
    from: Option<DateTime<Utc>>,
    /// Only what was last changed before this time.
    #[param(example = "2027-01-01T00:00:00Z")]
    to: Option<DateTime<Utc>>,
    /// Order: `rank` (the best first, then the newest), or `name`, `updated_at` or `size`, with `-` before it for descending.
    #[param(example = "rank", pattern = "^(rank|-?(name|updated_at|size))$")]
    sort: Option<String>,
    /// Hits of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

impl SearchQuery {
    fn search(self) -> Result<Search> {
        let ranked = self.sort.as_deref().is_none_or(|sort| sort == "rank");
        let sort = self.sort.filter(|_| !ranked);
        for (field, time) in [("from", &self.from), ("to", &self.to)] {
            if time.is_some_and(|time| !(1..=9999).contains(&time.year())) {
                return Err(Problem::field(field, "out_of_range"));
            }
        }
        let authority = self.authority.unwrap_or_default();
        if authority.chars().nth(300).is_some() {
            return Err(Problem::field("authority", "too_long").with("limit", 300));
        }
        Ok(Search {
            query: Query::parse(&self.q)?,
            vault: self.vault,
            folder: self.folder,
            filters: Filters {
                type_code: self.type_code,
                authority: Some(fold(&authority)).filter(|authority| !authority.is_empty()),
                trust_level: self.trust_level,
                media_type: self.media,
                updated_from: self.from,
                updated_before: self.to,
            },
            page: PageRequest::parse(sort.as_deref(), self.limit, self.cursor.as_deref(), "-updated_at")?,
            ranked,
        })
    }
}

/// A folder or document that was found.
#[derive(Serialize, ToSchema)]
pub struct HitBody {
    #[serde(flatten)]
    pub entry: EntryBody,
    /// What it was found by, the best of what holds.
    pub matched: Match,
    /// The fields that hold words of the query, and where.
    pub found_in: Vec<Found>,
}

impl HitBody {
    fn new(kho: &Kho, query: &Query, hit: Hit) -> Self {
        let matched = Match::from_rank(hit.rank);
        let catalogue = kho.catalogue_last_seen();
        let found_in = found_in(query, &hit.entry, &type_names(&catalogue, &hit.entry), matched);
        Self { entry: EntryBody::new(hit.entry, &kho.catalogue), matched, found_in }
    }
}

#[derive(Serialize, ToSchema)]
pub struct HitPage {
    pub items: Vec<HitBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

/// Find documents and folders
///
/// In all vaults that the caller can open and in what was shared with the caller; what lies in the trash is not found.
#[utoipa::path(tag = "search", params(SearchQuery),
    responses((status = 200, description = "A page of hits", body = HitPage)))]
#[get("/search")]
pub async fn search(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<SearchQuery>,
) -> Result<HttpResponse> {
    let search = query.into_inner().search()?;
    let page = kho.search(&caller.0, &search).await?;
    let next_cursor = page.next.map(|cursor| cursor.encode());
    let items = page.items.into_iter().map(|hit| HitBody::new(&kho, &search.query, hit)).collect();
    Ok(HttpResponse::Ok().json(HitPage { items, next_cursor }))
}
