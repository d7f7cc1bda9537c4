//! The days of the catalogue that are not what their place in the week says.

use actix_web::{HttpResponse, delete, get, put, web};
use kho_mapping::catalogue::{Day, Item, Kind};
use serde::Serialize;
use utoipa::ToSchema;

use super::catalogue_file::{CatalogueOutcomeBody, VersionQuery};
use super::catalogue_items::{ItemChangeQuery, answer_change, answer_item, expect_code};
use super::extract::{Caller, IfMatch};
use crate::domain::problem::Result;
use crate::services::Kho;

#[derive(Serialize, ToSchema)]
pub struct DayList {
    pub items: Vec<Day>,
}

/// The days off, and those on which work is made up for
///
/// Saturdays and Sundays are days off without being named. What is due is counted in the other days.
#[utoipa::path(tag = "catalogue",
    responses((status = 200, description = "All of them, in the order of the calendar", body = DayList)))]
#[get("/catalogue/days")]
pub async fn list_days(kho: web::Data<Kho>, caller: Caller) -> Result<HttpResponse> {
    let catalogue = kho.view_catalogue(&caller.0, None).await?;
    let mut items = catalogue.days.iter().map(|item| (**item).clone()).collect::<Vec<_>>();
    items.sort_by(|one, other| one.code.cmp(&other.code));
    Ok(HttpResponse::Ok().json(DayList { items }))
}

/// A day off, or one that is worked
///
/// As it is now, or as it was in a version.
#[utoipa::path(tag = "catalogue", params(("code" = String, Path, description = "The day", max_length = 10, example = "2026-09-02"), VersionQuery),
    responses((status = 200, description = "The day; its ETag guards changes", body = Day)))]
#[get("/catalogue/days/{code}")]
pub async fn view_catalogue_day(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<VersionQuery>,
) -> Result<HttpResponse> {
    let catalogue = kho.view_catalogue(&caller.0, query.version).await?;
    answer_item(catalogue.days.shelved(&code))
}

/// Name a day off, or one that is worked
///
/// Guarded by `If-Match` where the code is there already. For system administrators, and for programs with the scope `catalogue_write`.
#[utoipa::path(tag = "catalogue", params(("code" = String, Path, description = "The day", max_length = 10, example = "2026-09-02"), ItemChangeQuery,
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    request_body = Day, responses((status = 200, description = "What changed, or would", body = CatalogueOutcomeBody)))]
#[put("/catalogue/days/{code}")]
pub async fn put_catalogue_day(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<ItemChangeQuery>,
    seen: IfMatch,
    item: web::Json<Day>,
) -> Result<HttpResponse> {
    expect_code(&item.code, &code)?;
    let item = Item::Day(item.into_inner());
    let wish = query.into_inner().wish(seen);
    Ok(answer_change(kho.put_catalogue_item(&caller.0, item, wish).await?))
}

/// Take a day out of the calendar
///
/// It stands in no later version; nothing is lost of the earlier ones. Dossiers that were opened keep their days.
#[utoipa::path(tag = "catalogue", params(("code" = String, Path, description = "The day", max_length = 10, example = "2026-09-02"), ItemChangeQuery,
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    responses((status = 200, description = "What changed, or would", body = CatalogueOutcomeBody)))]
#[delete("/catalogue/days/{code}")]
pub async fn close_catalogue_day(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<ItemChangeQuery>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    let wish = query.into_inner().wish(seen);
    Ok(answer_change(kho.close_catalogue_item(&caller.0, Kind::Day, &code, wish).await?))
}
