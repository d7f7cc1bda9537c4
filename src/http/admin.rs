//! Administration: accounts, roles, organisations, agencies, quotas. None of it opens a paper.

use actix_web::{HttpResponse, delete, get, patch, post, put, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{Caller, IfMatch, ListQuery, etag};
use super::session::AccountBody;
use super::tokens::{NewTokenAnswer, NewTokenBody};
use crate::db::vault::Vault;
use crate::domain::id::{AccountId, VaultId};
use crate::domain::identity::{Email, FullName, IdentityNumber, Login, OrganisationCode, Phone};
use crate::domain::page::PageRequest;
use crate::domain::policy::Role;
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;
use crate::services::accounts::{Language, NewPerson};
use crate::services::administration::{AdministeredAccount, AdministrativeChanges};
use crate::services::roles::Appointment;

/// A role that an account holds.
#[derive(Serialize, ToSchema)]
pub struct RoleBody {
    /// `officer`, `agency_admin`, `system_admin`, `auditor` or `integration_client`.
    #[schema(example = "officer")]
    pub role: String,
    /// Code of the agency for which it holds.
    #[schema(example = "H20.12.3")]
    pub agency: Option<String>,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// An account as administrators see it.
#[derive(Serialize, ToSchema)]
pub struct AdministeredBody {
    #[serde(flatten)]
    pub account: AccountBody,
    /// `person` or `client`.
    #[schema(example = "person")]
    pub kind: String,
    pub locked: bool,
    pub roles: Vec<RoleBody>,
}

impl From<AdministeredAccount> for AdministeredBody {
    fn from(AdministeredAccount { account, roles }: AdministeredAccount) -> Self {
        let role = |held: crate::db::role::Held| RoleBody {
            role: held.role,
            agency: held.agency_code,
            created_at: held.created_at,
        };
        Self {
            kind: account.kind.clone(),
            locked: account.state == "locked",
            account: account.into(),
            roles: roles.into_iter().map(role).collect(),
        }
    }
}

/// One page of accounts.
#[derive(Serialize, ToSchema)]
pub struct AdministeredPage {
    pub items: Vec<AdministeredBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// The beginning of a full name, with or without diacritics, or a whole login name, e-mail, identity number or account number.
    #[serde(default)]
    #[param(example = "nguyen thi", max_length = 254)]
    q: String,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

/// Find accounts
///
/// By name. For system administrators.
#[utoipa::path(tag = "admin", params(AccountQuery),
    responses((status = 200, description = "A page of accounts", body = AdministeredPage)))]
#[get("/admin/accounts")]
pub async fn find_accounts(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<AccountQuery>,
) -> Result<HttpResponse> {
    if query.q.len() > 254 {
        return Err(Problem::field("q", "too_long"));
    }
    let page = PageRequest::parse(None, query.limit, query.cursor.as_deref(), "name")?;
    let page = kho.find_accounts(&caller.0, &query.q, &page).await?;
    Ok(HttpResponse::Ok().json(AdministeredPage {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(AdministeredBody::from).collect(),
    }))
}

/// A person, or a program of another system, to be given an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccountBody {
    login: Login,
    full_name: FullName,
    /// Of a person; without it the account is an integration client, which has neither password nor vault.
    identity_number: Option<IdentityNumber>,
    /// Where a person gets the link to set the first password.
    email: Option<Email>,
    phone: Option<Phone>,
    /// Contact address.
    #[schema(max_length = 500, example = "Thôn 2, xã Suối Mơ")]
    address: Option<String>,
    /// Whether the account takes over the vault into which agencies put papers for this identity number, if there is one. Without it such a
    /// number is refused with `vault_waiting`: compare the identity card first.
    #[serde(default)]
    takes_over: bool,
}

/// Make an account
///
/// Administrators set no password: a person gets a link by e-mail, or from the operator (`kho user reset`). For system administrators.
#[utoipa::path(tag = "admin", request_body = NewAccountBody,
    responses((status = 201, description = "The account", body = AdministeredBody)))]
#[post("/admin/accounts")]
pub async fn create_account(
    kho: web::Data<Kho>,
    caller: Caller,
    body: web::Json<NewAccountBody>,
) -> Result<HttpResponse> {
    let body = body.into_inner();
    let id = match body.identity_number {
        Some(identity_number) => {
            let person = NewPerson {
                login: body.login,
                full_name: body.full_name,
                identity_number,
                email: body.email,
                phone: body.phone,
                address: body.address,
                password: None,
                takes_over: body.takes_over,
            };
            kho.create_person(&caller.0, person).await?
        }
        None if body.email.is_some() || body.phone.is_some() || body.address.is_some() => {
            return Err(Problem::field("identity_number", "missing"));
        }
        None => kho.create_client(&caller.0, body.login, body.full_name).await?,
    };
    answer(HttpResponse::Created(), kho.administered_account(&caller.0, &id.to_string()).await?)
}

fn answer(mut answer: actix_web::HttpResponseBuilder, account: AdministeredAccount) -> Result<HttpResponse> {
    Ok(answer.insert_header(("ETag", etag(account.account.rev))).json(AdministeredBody::from(account)))
}

/// One account
///
/// For system administrators.
#[utoipa::path(tag = "admin", params(("account" = AccountId, Path, description = "The account")),
    responses((status = 200, description = "The account; its ETag guards changes", body = AdministeredBody)))]
#[get("/admin/accounts/{account}")]
pub async fn view_account(
    kho: web::Data<Kho>,
    caller: Caller,
    account: web::Path<AccountId>,
) -> Result<HttpResponse> {
    answer(HttpResponse::Ok(), kho.administered_account(&caller.0, &account.to_string()).await?)
}

/// What to change; absent fields stay.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdministrativePatch {
    /// Identity data: as the papers have it. The owner of the vault is named so too.
    full_name: Option<FullName>,
    language: Option<Language>,
    /// Locking ends all sessions and stops all tokens; unlocking lets sign in again.
    #[schema(example = true)]
    locked: Option<bool>,
}

/// Correct, lock or unlock an account
///
/// For system administrators, who cannot lock themselves.
#[utoipa::path(tag = "admin", params(("account" = AccountId, Path, description = "The account"),
        ("If-Match" = Option<String>, Header, description = "The ETag last seen")),
    request_body = AdministrativePatch, responses((status = 200, description = "The account as it is now", body = AdministeredBody)))]
#[patch("/admin/accounts/{account}")]
pub async fn administer_account(
    kho: web::Data<Kho>,
    caller: Caller,
    account: web::Path<AccountId>,
    seen: IfMatch,
    body: web::Json<AdministrativePatch>,
) -> Result<HttpResponse> {
    let body = body.into_inner();
    let changes =
        AdministrativeChanges { full_name: body.full_name, language: body.language, locked: body.locked };
    answer(
        HttpResponse::Ok(),
        kho.administer_account(&caller.0, &account.to_string(), seen.0, changes).await?,
    )
}

/// Make a token for an integration client
///
/// For system administrators. A person's tokens are the person's own to make.
#[utoipa::path(tag = "admin", params(("account" = AccountId, Path, description = "An integration client")),
    request_body = NewTokenBody, responses((status = 201, description = "The token and its secret", body = NewTokenAnswer)))]
#[post("/admin/accounts/{account}/tokens")]
pub async fn create_client_token(
    kho: web::Data<Kho>,
    caller: Caller,
    account: web::Path<AccountId>,
    body: web::Json<NewTokenBody>,
) -> Result<HttpResponse> {
    let new = kho.create_client_token(&caller.0, &account.to_string(), body.into_inner().into()).await?;
    Ok(HttpResponse::Created().json(NewTokenAnswer::from(new)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgencyQuery {
    /// Code of the agency, for `officer` and `agency_admin`.
    #[param(example = "H20.12.3", max_length = 35)]
    agency: Option<String>,
}

/// Give a role
///
/// For system administrators; an agency's administrator appoints the officers of that agency.
#[utoipa::path(tag = "admin", params(
        ("account" = String, Path, description = "Account id or login name", example = "hoa.nguyen", max_length = 64),
        ("role" = Role, Path, description = "The role"), AgencyQuery),
    responses((status = 204, description = "The account holds the role")))]
#[put("/admin/accounts/{account}/roles/{role}")]
pub async fn give_role(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(String, Role)>,
    query: web::Query<AgencyQuery>,
) -> Result<HttpResponse> {
    let (account, role) = path.into_inner();
    let appointment = Appointment { account: &account, role, agency: query.agency.as_deref() };
    kho.give_role(&caller.0, appointment).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Take a role away
#[utoipa::path(tag = "admin", params(
        ("account" = String, Path, description = "Account id or login name", example = "hoa.nguyen", max_length = 64),
        ("role" = Role, Path, description = "The role"), AgencyQuery),
    responses((status = 204, description = "The account does not hold the role any more")))]
#[delete("/admin/accounts/{account}/roles/{role}")]
pub async fn take_role(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(String, Role)>,
    query: web::Query<AgencyQuery>,
) -> Result<HttpResponse> {
    let (account, role) = path.into_inner();
    let appointment = Appointment { account: &account, role, agency: query.agency.as_deref() };
    kho.take_role(&caller.0, appointment).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganisationBody {
    code: OrganisationCode,
    name: FullName,
    /// Login name or account id of the first owner.
    #[schema(example = "hoa.nguyen", max_length = 64)]
    owner: String,
}

/// A vault as administrators see it: how much, not what.
#[derive(Serialize, ToSchema)]
pub struct AdministeredVault {
    pub id: VaultId,
    /// `person` or `organisation`.
    #[schema(example = "organisation")]
    pub owner_kind: String,
    #[schema(example = "0123456789-001")]
    pub owner_code: String,
    #[schema(example = "Hợp tác xã Suối Mơ")]
    pub owner_name: String,
    /// Bytes the vault may hold.
    #[schema(example = 53_687_091_200_i64)]
    pub quota_bytes: i64,
    /// Bytes it holds.
    #[schema(example = 73_400_320)]
    pub used_bytes: i64,
}

impl From<Vault> for AdministeredVault {
    fn from(vault: Vault) -> Self {
        Self {
            used_bytes: vault.used_bytes(),
            id: vault.id,
            owner_kind: vault.owner_kind,
            owner_code: vault.owner_code,
            owner_name: vault.owner_name,
            quota_bytes: vault.quota_bytes,
        }
    }
}

/// Make an organisation's vault
///
/// With its first owner, who then chooses the members. For system administrators.
#[utoipa::path(tag = "admin", request_body = NewOrganisationBody,
    responses((status = 201, description = "The vault", body = AdministeredVault)))]
#[post("/admin/organisations")]
pub async fn create_organisation(
    kho: web::Data<Kho>,
    caller: Caller,
    body: web::Json<NewOrganisationBody>,
) -> Result<HttpResponse> {
    let body = body.into_inner();
    let vault = kho.create_organisation(&caller.0, body.code, body.name, &body.owner).await?;
    Ok(HttpResponse::Created().json(AdministeredVault::from(vault)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuotaPatch {
    /// Bytes the vault may hold; not less than it holds.
    #[schema(example = 53_687_091_200_i64, minimum = 0)]
    quota_bytes: i64,
}

/// Set a vault's quota
///
/// For system administrators. The owner finds it in the vault's trail.
#[utoipa::path(tag = "admin", params(("vault" = VaultId, Path, description = "The vault")),
    request_body = QuotaPatch, responses((status = 200, description = "The vault", body = AdministeredVault)))]
#[patch("/admin/vaults/{vault}")]
pub async fn set_quota(
    kho: web::Data<Kho>,
    caller: Caller,
    vault: web::Path<VaultId>,
    body: web::Json<QuotaPatch>,
) -> Result<HttpResponse> {
    let vault = kho.set_quota(&caller.0, *vault, body.quota_bytes).await?;
    Ok(HttpResponse::Ok().json(AdministeredVault::from(vault)))
}

/// An agency for which officers work.
#[derive(Serialize, ToSchema)]
pub struct AgencyBody {
    #[schema(example = "H20.12.3")]
    pub code: String,
    #[schema(example = "UBND xã Suối Mơ")]
    pub name: String,
    /// English name.
    #[schema(example = "People's Committee of Suoi Mo Commune")]
    pub name_en: String,
}

impl From<crate::db::agency::Agency> for AgencyBody {
    fn from(agency: crate::db::agency::Agency) -> Self {
        Self { code: agency.code, name: agency.name, name_en: agency.name_en }
    }
}

/// One page of agencies.
#[derive(Serialize, ToSchema)]
pub struct AgencyPage {
    pub items: Vec<AgencyBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

/// The agencies
///
/// By name, for everybody signed in.
#[utoipa::path(tag = "catalogue", params(ListQuery),
    responses((status = 200, description = "A page of agencies", body = AgencyPage)))]
#[get("/agencies")]
pub async fn list_agencies(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse> {
    let page = kho.list_agencies(&caller.0, &query.page("name")?).await?;
    Ok(HttpResponse::Ok().json(AgencyPage {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(AgencyBody::from).collect(),
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAgencyBody {
    code: OrganisationCode,
    name: FullName,
    /// English name.
    name_en: FullName,
}

/// Add an agency
///
/// For system administrators.
#[utoipa::path(tag = "admin", request_body = NewAgencyBody,
    responses((status = 201, description = "The agency", body = AgencyBody)))]
#[post("/admin/agencies")]
pub async fn create_agency(
    kho: web::Data<Kho>,
    caller: Caller,
    body: web::Json<NewAgencyBody>,
) -> Result<HttpResponse> {
    let body = body.into_inner();
    let agency = kho.create_agency(&caller.0, body.code, body.name, body.name_en).await?;
    Ok(HttpResponse::Created().json(AgencyBody::from(agency)))
}
