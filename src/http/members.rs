//! The members of an organisation's vault.

use actix_web::{HttpResponse, delete, get, put, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{Caller, ListQuery};
use crate::db::vault::Member;
use crate::domain::grant::MemberRole;
use crate::domain::id::{AccountId, VaultId};
use crate::domain::problem::Result;
use crate::services::Kho;

/// Somebody who uses an organisation's vault.
#[derive(Serialize, ToSchema)]
pub struct MemberBody {
    pub account_id: AccountId,
    #[schema(example = "hoa.nguyen")]
    pub login: String,
    #[schema(example = "Nguyễn Thị Hoa")]
    pub full_name: String,
    /// `owner`, `editor` or `viewer`.
    #[schema(example = "editor")]
    pub role: String,
    /// Member since.
    pub created_at: DateTime<Utc>,
}

impl From<Member> for MemberBody {
    fn from(member: Member) -> Self {
        Self {
            account_id: member.account_id,
            login: member.login,
            full_name: member.full_name,
            role: member.role,
            created_at: member.created_at,
        }
    }
}

/// One page of members.
#[derive(Serialize, ToSchema)]
pub struct MemberPage {
    pub items: Vec<MemberBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

/// The members of an organisation's vault
///
/// By name, for every member.
#[utoipa::path(tag = "members", params(("vault" = VaultId, Path, description = "Vault of an organisation"), ListQuery),
    responses((status = 200, description = "A page of members", body = MemberPage)))]
#[get("/vaults/{vault}/members")]
pub async fn list_members(
    kho: web::Data<Kho>,
    caller: Caller,
    vault: web::Path<VaultId>,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse> {
    let page = kho.list_members(&caller.0, *vault, &query.page("name")?).await?;
    Ok(HttpResponse::Ok().json(MemberPage {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(MemberBody::from).collect(),
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberRoleBody {
    /// `owner`: everything, members too; `editor`: add, change and delete; `viewer`: read and download.
    role: MemberRole,
}

/// Make somebody a member, or change the role
///
/// For owners. The last owner cannot be demoted.
#[utoipa::path(tag = "members", params(("vault" = VaultId, Path, description = "Vault of an organisation"),
        ("member" = String, Path, description = "Login name or account id", example = "hoa.nguyen", max_length = 64)),
    request_body = MemberRoleBody, responses((status = 200, description = "The member", body = MemberBody)))]
#[put("/vaults/{vault}/members/{member}")]
pub async fn put_member(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(VaultId, String)>,
    body: web::Json<MemberRoleBody>,
) -> Result<HttpResponse> {
    let (vault, member) = path.into_inner();
    let member = kho.put_member(&caller.0, vault, &member, body.role).await?;
    Ok(HttpResponse::Ok().json(MemberBody::from(member)))
}

/// End a membership
///
/// Owners end that of anybody, members the own one. The last owner stays.
#[utoipa::path(tag = "members", params(("vault" = VaultId, Path, description = "Vault of an organisation"),
        ("member" = String, Path, description = "Login name or account id", example = "hoa.nguyen", max_length = 64)),
    responses((status = 204, description = "No member any more")))]
#[delete("/vaults/{vault}/members/{member}")]
pub async fn remove_member(
    kho: web::Data<Kho>,
    caller: Caller,
    path: web::Path<(VaultId, String)>,
) -> Result<HttpResponse> {
    let (vault, member) = path.into_inner();
    kho.remove_member(&caller.0, vault, &member).await?;
    Ok(HttpResponse::NoContent().finish())
}
