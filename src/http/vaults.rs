//! Vaults.

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::Caller;
use crate::db::vault::VaultOfAccount;
use crate::domain::id::{EntryId, VaultId};
use crate::domain::problem::Result;
use crate::services::Kho;

/// A vault that the caller can open.
#[derive(Serialize, ToSchema)]
pub struct VaultBody {
    pub id: VaultId,
    /// `person` or `organisation`.
    #[schema(example = "person")]
    pub owner_kind: String,
    /// Identity number or organisation code.
    #[schema(example = "099000000001")]
    pub owner_code: String,
    #[schema(example = "Nguyễn Thị Hoa")]
    pub owner_name: String,
    /// The folder that all others lie in.
    pub root_id: EntryId,
    /// The caller's role: `owner`, `editor` or `viewer`.
    #[schema(example = "owner")]
    pub role: String,
    /// Bytes the vault may hold.
    #[schema(example = 5_368_709_120_i64)]
    pub quota_bytes: i64,
    /// Bytes of current and older versions, of the trash and of uploads under way.
    #[schema(example = 73_400_320)]
    pub used_bytes: i64,
    pub created_at: DateTime<Utc>,
}

impl From<VaultOfAccount> for VaultBody {
    fn from(VaultOfAccount { vault, role }: VaultOfAccount) -> Self {
        Self {
            used_bytes: vault.used_bytes(),
            id: vault.id,
            owner_kind: vault.owner_kind,
            owner_code: vault.owner_code,
            owner_name: vault.owner_name,
            root_id: vault.root_id,
            role,
            quota_bytes: vault.quota_bytes,
            created_at: vault.created_at,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct VaultList {
    pub items: Vec<VaultBody>,
}

/// The vaults the caller can open
///
/// The own one first, then those of organisations by name.
#[utoipa::path(tag = "vaults", responses((status = 200, description = "The vaults", body = VaultList)))]
#[get("/vaults")]
pub async fn list_vaults(kho: web::Data<Kho>, caller: Caller) -> Result<HttpResponse> {
    let items = kho.list_vaults(&caller.0).await?.into_iter().map(VaultBody::from).collect();
    Ok(HttpResponse::Ok().json(VaultList { items }))
}

/// One vault
#[utoipa::path(tag = "vaults", params(("vault" = VaultId, Path, description = "The vault")),
    responses((status = 200, description = "The vault", body = VaultBody)))]
#[get("/vaults/{vault}")]
pub async fn view_vault(
    kho: web::Data<Kho>,
    caller: Caller,
    vault: web::Path<VaultId>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(VaultBody::from(kho.view_vault(&caller.0, *vault).await?)))
}
