//! The items of the catalogue, kind by kind: one, a change of one, and the lists in which people look for them.

use std::sync::Arc;

use actix_web::{HttpResponse, delete, get, put, web};
use chrono::NaiveDate;
use kho_mapping::catalogue::{Agency, DocumentType, Item, Kind, Level, Procedure, ResultType, Sphere, Words};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::catalogue_file::{CatalogueOutcomeBody, VersionQuery};
use super::extract::{Caller, IfMatch, etag};
use crate::domain::page::PageRequest;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::mapping::catalogues::{AgencySearch, ProcedureSearch};
use crate::services::mapping::changes::{Outcome, Wish};
use crate::services::mapping::snapshot::Shelved;

/// What goes with a change of one item.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ItemChangeQuery {
    /// Change nothing, and answer what would change and what is wrong.
    #[serde(default)]
    dry_run: bool,
    /// Why, for the list of versions.
    #[param(max_length = 500, example = "QĐ 1234/QĐ-UBND")]
    note: Option<String>,
}

impl ItemChangeQuery {
    pub(super) fn wish(self, seen: IfMatch) -> Wish {
        Wish { seen: seen.0, dry_run: self.dry_run, note: self.note }
    }
}

/// A procedure as lists have it, without its components.
#[derive(Serialize, ToSchema)]
pub struct ProcedureBody {
    /// Its number in the national database of procedures.
    #[schema(example = "1.001193")]
    pub code: String,
    pub name: Words,
    pub field: Sphere,
    /// On which level it is decided.
    pub level: Level,
    /// Kinds of owner that may ask for it: `person`, `organisation`.
    #[serde(rename = "for")]
    #[schema(example = json!(["person"]))]
    pub owners: Vec<String>,
    /// Days of work that it may take.
    #[schema(example = 5)]
    pub working_days: Option<u16>,
    /// Whether it can be asked for without coming to the counter.
    pub online: bool,
    /// How many components it has.
    #[schema(example = 6)]
    pub components: usize,
    /// The first day on which it can be asked for.
    pub valid_from: Option<NaiveDate>,
    /// The last day.
    pub valid_until: Option<NaiveDate>,
}

impl From<Arc<Procedure>> for ProcedureBody {
    fn from(procedure: Arc<Procedure>) -> Self {
        Self {
            code: procedure.code.clone(),
            name: procedure.name.clone(),
            field: procedure.field.clone(),
            level: procedure.level,
            owners: procedure.owners.clone(),
            working_days: procedure.working_days,
            online: procedure.online,
            components: procedure.components.len(),
            valid_from: procedure.valid_from,
            valid_until: procedure.valid_until,
        }
    }
}

/// One page of procedures.
#[derive(Serialize, ToSchema)]
pub struct ProcedurePage {
    pub items: Vec<ProcedureBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProcedureQuery {
    /// Words of the name or the code, with or without diacritics, each as the beginning of one.
    #[serde(default)]
    #[param(example = "khai sinh", max_length = 200)]
    q: String,
    /// Only those that this kind of owner may ask for: `person` or `organisation`.
    #[serde(rename = "for")]
    #[param(pattern = "^(person|organisation)$", example = "person")]
    owner: Option<String>,
    /// Only those of this sphere, by its code.
    #[param(max_length = 64, example = "civil-status")]
    field: Option<String>,
    /// Only those decided on this level.
    #[param(inline)]
    level: Option<Level>,
    /// Those too that cannot be asked for today.
    #[serde(default)]
    all: bool,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

/// Find procedures
///
/// By name, for everybody signed in. What each asks for is in the procedure itself.
#[utoipa::path(tag = "catalogue", params(ProcedureQuery),
    responses((status = 200, description = "A page of procedures in the order of their names", body = ProcedurePage)))]
#[get("/catalogue/procedures")]
pub async fn find_procedures(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<ProcedureQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    if query.owner.as_ref().is_some_and(|owner| owner != "person" && owner != "organisation") {
        return Err(Problem::field("for", "unknown"));
    }
    let page = PageRequest::parse(None, query.limit, query.cursor.as_deref(), "name")?;
    let search = ProcedureSearch {
        words: words(query.q)?,
        owner: query.owner,
        field: query.field,
        level: query.level,
        all: query.all,
    };
    let page = kho.find_procedures(&caller.0, &search, &page).await?;
    Ok(HttpResponse::Ok().json(ProcedurePage {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(ProcedureBody::from).collect(),
    }))
}

/// One page of agencies.
#[derive(Serialize, ToSchema)]
pub struct CatalogueAgencyPage {
    pub items: Vec<Agency>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgencyQuery {
    /// Words of the name or the code, with or without diacritics, each as the beginning of one.
    #[serde(default)]
    #[param(example = "xa suoi mo", max_length = 200)]
    q: String,
    /// Only those of this level.
    #[param(inline)]
    level: Option<Level>,
    /// Only those right below this one, by its code.
    #[param(max_length = 35, example = "H99.20")]
    parent: Option<String>,
    /// Those too that do not exist today.
    #[serde(default)]
    all: bool,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

/// Find agencies
///
/// By name, for everybody signed in.
#[utoipa::path(tag = "catalogue", params(AgencyQuery),
    responses((status = 200, description = "A page of agencies in the order of their names", body = CatalogueAgencyPage)))]
#[get("/catalogue/agencies")]
pub async fn find_agencies(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<AgencyQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let page = PageRequest::parse(None, query.limit, query.cursor.as_deref(), "name")?;
    let search =
        AgencySearch { words: words(query.q)?, level: query.level, parent: query.parent, all: query.all };
    let page = kho.find_agencies(&caller.0, &search, &page).await?;
    Ok(HttpResponse::Ok().json(CatalogueAgencyPage {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(|agency| (*agency).clone()).collect(),
    }))
}

#[derive(Serialize, ToSchema)]
pub struct ResultTypeList {
    pub items: Vec<ResultType>,
}

/// The types of result
#[utoipa::path(tag = "catalogue",
    responses((status = 200, description = "All types, in the order of the catalogue", body = ResultTypeList)))]
#[get("/catalogue/result-types")]
pub async fn list_result_types(kho: web::Data<Kho>, caller: Caller) -> Result<HttpResponse> {
    let catalogue = kho.view_catalogue(&caller.0, None).await?;
    let items = catalogue.result_types.iter().map(|item| (**item).clone()).collect();
    Ok(HttpResponse::Ok().json(ResultTypeList { items }))
}

fn words(text: String) -> Result<String> {
    if text.chars().count() > 200 { Err(Problem::field("q", "too_long")) } else { Ok(text) }
}

/// One item under the ETag that guards its changes: the version in which it became what it is.
pub(super) fn answer_item<T: Serialize>(found: Option<&Shelved<T>>) -> Result<HttpResponse> {
    let found = found.ok_or(Code::NotFound)?;
    Ok(HttpResponse::Ok().insert_header(("ETag", etag(found.since))).json(&*found.item))
}

/// An item is put where its code says.
pub(super) fn expect_code(code: &str, path: &str) -> Result<()> {
    if code == path { Ok(()) } else { Err(Problem::field("code", "not_as_in_address")) }
}

pub(super) fn answer_change(outcome: Outcome) -> HttpResponse {
    HttpResponse::Ok().json(CatalogueOutcomeBody::from(outcome))
}

/// An agency
///
/// As it is now, or as it was in a version.
#[utoipa::path(tag = "catalogue", params(("code" = String, Path, description = "Code of an agency", max_length = 35, example = "H99.20.05"), VersionQuery),
    responses((status = 200, description = "The agency; its ETag guards changes", body = Agency)))]
#[get("/catalogue/agencies/{code}")]
pub async fn view_catalogue_agency(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<VersionQuery>,
) -> Result<HttpResponse> {
    let catalogue = kho.view_catalogue(&caller.0, query.version).await?;
    answer_item(catalogue.agencies.shelved(&code))
}

/// Add or change an agency
///
/// Guarded by `If-Match` where the code is there already. For system administrators, and for programs with the scope `catalogue_write`.
#[utoipa::path(tag = "catalogue", params(("code" = String, Path, description = "Code of an agency", max_length = 35, example = "H99.20.05"), ItemChangeQuery,
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    request_body = Agency, responses((status = 200, description = "What changed, or would", body = CatalogueOutcomeBody)))]
#[put("/catalogue/agencies/{code}")]
pub async fn put_catalogue_agency(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<ItemChangeQuery>,
    seen: IfMatch,
    item: web::Json<Agency>,
) -> Result<HttpResponse> {
    expect_code(&item.code, &code)?;
    let item = Item::Agency(item.into_inner());
    let wish = query.into_inner().wish(seen);
    Ok(answer_change(kho.put_catalogue_item(&caller.0, item, wish).await?))
}

/// Close an agency
///
/// It stands in no later version; nothing is lost of the earlier ones. Roles and dossiers of an agency that is closed stay. Refused while other items name it.
#[utoipa::path(tag = "catalogue", params(("code" = String, Path, description = "Code of an agency", max_length = 35, example = "H99.20.05"), ItemChangeQuery,
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    responses((status = 200, description = "What changed, or would", body = CatalogueOutcomeBody)))]
#[delete("/catalogue/agencies/{code}")]
pub async fn close_catalogue_agency(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<ItemChangeQuery>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    let wish = query.into_inner().wish(seen);
    Ok(answer_change(kho.close_catalogue_item(&caller.0, Kind::Agency, &code, wish).await?))
}

/// A type of document
///
/// As it is now, or as it was in a version.
#[utoipa::path(tag = "catalogue", params(("code" = String, Path, description = "Code of a type of document", max_length = 64, example = "birth-certificate"), VersionQuery),
    responses((status = 200, description = "The type of document; its ETag guards changes", body = DocumentType)))]
#[get("/catalogue/document-types/{code}")]
pub async fn view_catalogue_document_type(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<VersionQuery>,
) -> Result<HttpResponse> {
    let catalogue = kho.view_catalogue(&caller.0, query.version).await?;
    answer_item(catalogue.document_types.shelved(&code))
}

/// Add or change a type of document
///
/// Guarded by `If-Match` where the code is there already. For system administrators, and for programs with the scope `catalogue_write`.
#[utoipa::path(tag = "catalogue", params(("code" = String, Path, description = "Code of a type of document", max_length = 64, example = "birth-certificate"), ItemChangeQuery,
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    request_body = DocumentType, responses((status = 200, description = "What changed, or would", body = CatalogueOutcomeBody)))]
#[put("/catalogue/document-types/{code}")]
pub async fn put_catalogue_document_type(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<ItemChangeQuery>,
    seen: IfMatch,
    item: web::Json<DocumentType>,
) -> Result<HttpResponse> {
    expect_code(&item.code, &code)?;
    let item = Item::DocumentType(item.into_inner());
    let wish = query.into_inner().wish(seen);
    Ok(answer_change(kho.put_catalogue_item(&caller.0, item, wish).await?))
}

/// Close a type of document
///
/// It stands in no later version; nothing is lost of the earlier ones. Papers that have a closed type keep it. Refused while other items name it.
#[utoipa::path(tag = "catalogue", params(("code" = String, Path, description = "Code of a type of document", max_length = 64, example = "birth-certificate"), ItemChangeQuery,
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    responses((status = 200, description = "What changed, or would", body = CatalogueOutcomeBody)))]
#[delete("/catalogue/document-types/{code}")]
pub async fn close_catalogue_document_type(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<ItemChangeQuery>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    let wish = query.into_inner().wish(seen);
    Ok(answer_change(kho.close_catalogue_item(&caller.0, Kind::DocumentType, &code, wish).await?))
}

/// A type of result
///
/// As it is now, or as it was in a version.
#[utoipa::path(tag = "catalogue", params(("code" = String, Path, description = "Code of a type of result", max_length = 64, example = "birth-registration"), VersionQuery),
    responses((status = 200, description = "The type of result; its ETag guards changes", body = ResultType)))]
#[get("/catalogue/result-types/{code}")]
pub async fn view_catalogue_result_type(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<VersionQuery>,
) -> Result<HttpResponse> {
    let catalogue = kho.view_catalogue(&caller.0, query.version).await?;
    answer_item(catalogue.result_types.shelved(&code))
}

/// Add or change a type of result
///
/// Guarded by `If-Match` where the code is there already. For system administrators, and for programs with the scope `catalogue_write`.
#[utoipa::path(tag = "catalogue", params(("code" = String, Path, description = "Code of a type of result", max_length = 64, example = "birth-registration"), ItemChangeQuery,
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    request_body = ResultType, responses((status = 200, description = "What changed, or would", body = CatalogueOutcomeBody)))]
#[put("/catalogue/result-types/{code}")]
pub async fn put_catalogue_result_type(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<ItemChangeQuery>,
    seen: IfMatch,
    item: web::Json<ResultType>,
) -> Result<HttpResponse> {
    expect_code(&item.code, &code)?;
    let item = Item::ResultType(item.into_inner());
    let wish = query.into_inner().wish(seen);
    Ok(answer_change(kho.put_catalogue_item(&caller.0, item, wish).await?))
}

/// Close a type of result
///
/// It stands in no later version; nothing is lost of the earlier ones. Refused while other items name it.
#[utoipa::path(tag = "catalogue", params(("code" = String, Path, description = "Code of a type of result", max_length = 64, example = "birth-registration"), ItemChangeQuery,
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    responses((status = 200, description = "What changed, or would", body = CatalogueOutcomeBody)))]
#[delete("/catalogue/result-types/{code}")]
pub async fn close_catalogue_result_type(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<ItemChangeQuery>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    let wish = query.into_inner().wish(seen);
    Ok(answer_change(kho.close_catalogue_item(&caller.0, Kind::ResultType, &code, wish).await?))
}

/// A procedure
///
/// As it is now, or as it was in a version.
#[utoipa::path(tag = "catalogue", params(("code" = String, Path, description = "Code of a procedure", max_length = 64, example = "1.001193"), VersionQuery),
    responses((status = 200, description = "The procedure; its ETag guards changes", body = Procedure)))]
#[get("/catalogue/procedures/{code}")]
pub async fn view_catalogue_procedure(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<VersionQuery>,
) -> Result<HttpResponse> {
    let catalogue = kho.view_catalogue(&caller.0, query.version).await?;
    answer_item(catalogue.procedures.shelved(&code))
}

/// Add or change a procedure
///
/// Guarded by `If-Match` where the code is there already. For system administrators, and for programs with the scope `catalogue_write`. Dossiers are judged by what the procedure asked for when they were opened.
#[utoipa::path(tag = "catalogue", params(("code" = String, Path, description = "Code of a procedure", max_length = 64, example = "1.001193"), ItemChangeQuery,
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    request_body = Procedure, responses((status = 200, description = "What changed, or would", body = CatalogueOutcomeBody)))]
#[put("/catalogue/procedures/{code}")]
pub async fn put_catalogue_procedure(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<ItemChangeQuery>,
    seen: IfMatch,
    item: web::Json<Procedure>,
) -> Result<HttpResponse> {
    expect_code(&item.code, &code)?;
    let item = Item::Procedure(Box::new(item.into_inner()));
    let wish = query.into_inner().wish(seen);
    Ok(answer_change(kho.put_catalogue_item(&caller.0, item, wish).await?))
}

/// Close a procedure
///
/// It stands in no later version; nothing is lost of the earlier ones. Dossiers are judged by what the procedure asked for when they were opened. Refused while other items name it.
#[utoipa::path(tag = "catalogue", params(("code" = String, Path, description = "Code of a procedure", max_length = 64, example = "1.001193"), ItemChangeQuery,
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    responses((status = 200, description = "What changed, or would", body = CatalogueOutcomeBody)))]
#[delete("/catalogue/procedures/{code}")]
pub async fn close_catalogue_procedure(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
    query: web::Query<ItemChangeQuery>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    let wish = query.into_inner().wish(seen);
    Ok(answer_change(kho.close_catalogue_item(&caller.0, Kind::Procedure, &code, wish).await?))
}
