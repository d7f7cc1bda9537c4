//! The counter: whether an owner is known, and the dossiers of an officer's agency.

use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dossier_body::DossierDetail;
use super::dossiers::{DossierList, detail, state};
use super::extract::{Caller, ListQuery};
use super::problem::ProblemBody;
use crate::domain::problem::Result;
use crate::services::Kho;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OwnerQuery {
    /// Identity number of a person, or code of an organisation.
    #[param(example = "001099012345", max_length = 35)]
    identity_number: String,
}

/// All that an officer is told of an owner.
#[derive(Serialize, ToSchema)]
pub struct LookedUpOwner {
    #[schema(example = true)]
    pub has_vault: bool,
    /// The name under which the vault is kept.
    #[schema(example = "Nguyễn Thị Hoa")]
    pub name: Option<String>,
}

/// Look up an owner
///
/// For officers, with the purpose in `Kho-Purpose`. Kept in the owner's trail, also where it is refused; limited in number.
#[utoipa::path(tag = "officer", params(OwnerQuery,
        ("Kho-Purpose" = String, Header, description = "Why, percent-encoded")),
    responses((status = 200, description = "Whether there is a vault", body = LookedUpOwner),
        (status = 403, description = "`purpose_missing` or `not_allowed`", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/officer/owners")]
pub async fn look_up_owner(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<OwnerQuery>,
) -> Result<HttpResponse> {
    let found = kho.look_up_owner(&caller.0, &query.identity_number).await?;
    Ok(HttpResponse::Ok().json(LookedUpOwner { has_vault: found.name.is_some(), name: found.name }))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgencyDossiersQuery {
    /// Code of an agency of the officer's; may be left out where there is only one.
    #[param(example = "H52.10.5", max_length = 35)]
    agency: Option<String>,
    /// Only those in this state.
    #[param(example = "submitted")]
    state: Option<String>,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

/// An agency's dossiers
///
/// Those that it receives or processes, last changed first; for its officers. What citizens are still filling in is not among them.
#[utoipa::path(tag = "officer", params(AgencyDossiersQuery),
    responses((status = 200, description = "A page", body = DossierList)))]
#[get("/officer/dossiers")]
pub async fn list_agency_dossiers(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<AgencyDossiersQuery>,
) -> Result<HttpResponse> {
    let AgencyDossiersQuery { agency, state: wanted, limit, cursor } = query.into_inner();
    let page = ListQuery { limit, cursor }.page("-updated_at")?;
    let wanted = state(wanted.as_deref())?;
    let page = kho.list_agency_dossiers(&caller.0, agency.as_deref(), wanted, &page).await?;
    Ok(HttpResponse::Ok().json(DossierList::new(&kho, page)))
}

/// A dossier by its code
///
/// As it is written or scanned. A code whose check sign is wrong is told from one that does not exist. Whoever may see the dossier may ask.
#[utoipa::path(tag = "officer", params(
        ("code" = String, Path, description = "The dossier's code", example = "H52.10.5-261126-0001-M"),
        ("Kho-Purpose" = Option<String>, Header, description = "Why, percent-encoded; for officers")),
    responses((status = 200, description = "The dossier", body = DossierDetail),
        (status = 422, description = "`invalid_input`: `check_sign`, a slip in the code", body = ProblemBody,
            content_type = "application/problem+json")))]
#[get("/officer/dossiers/by-code/{code}")]
pub async fn view_dossier_by_code(
    kho: web::Data<Kho>,
    caller: Caller,
    code: web::Path<String>,
) -> Result<HttpResponse> {
    let page = kho.view_dossier_by_code(&caller.0, &code).await?;
    Ok(detail(&kho, page))
}
