//! What a vault's room is used for.

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::Caller;
use crate::domain::entry::{Entry, Weight};
use crate::domain::id::{EntryId, VaultId};
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::usage::Usage;

/// What a vault's room is used for. Sizes are bytes; the four kinds together never exceed the quota.
#[derive(Serialize, ToSchema)]
pub struct UsageBody {
    /// Bytes the vault may hold.
    #[schema(example = 5_368_709_120_i64)]
    pub quota_bytes: i64,
    /// Current versions of live documents.
    #[schema(example = 60_000_000)]
    pub live_bytes: i64,
    /// Older versions of live documents.
    #[schema(example = 10_000_000)]
    pub version_bytes: i64,
    /// All versions of what is in the trash.
    #[schema(example = 3_400_320)]
    pub trash_bytes: i64,
    /// Uploads under way.
    #[schema(example = 0)]
    pub reserved_bytes: i64,
    /// What may still be added.
    #[schema(example = 5_295_308_800_i64)]
    pub free_bytes: i64,
    /// The folders right below the root, the heaviest first, at most 100.
    pub folders: Vec<FolderUsageBody>,
    /// What lies in the root itself and in further folders.
    pub elsewhere: WeightBody,
    /// Live documents by type, the heaviest first.
    pub types: Vec<TypeUsageBody>,
}

/// What something live weighs.
#[derive(Serialize, ToSchema)]
pub struct WeightBody {
    #[schema(example = 12)]
    pub documents: i64,
    /// Bytes of current versions.
    #[schema(example = 2_400_000)]
    pub live_bytes: i64,
    /// Bytes of older versions.
    #[schema(example = 100_000)]
    pub version_bytes: i64,
}

impl From<Weight> for WeightBody {
    fn from(weight: Weight) -> Self {
        Self {
            documents: weight.documents,
            live_bytes: weight.live_bytes,
            version_bytes: weight.version_bytes,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct FolderUsageBody {
    pub id: EntryId,
    #[schema(example = "Hộ tịch")]
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "civil-status")]
    pub system_code: Option<String>,
    #[serde(flatten)]
    pub weight: WeightBody,
}

impl From<Entry> for FolderUsageBody {
    fn from(folder: Entry) -> Self {
        let weight = folder.weight().into();
        Self { id: folder.id, name: folder.name, system_code: folder.system_code, weight }
    }
}

#[derive(Serialize, ToSchema)]
pub struct TypeUsageBody {
    /// Code of the document-type catalogue; none for documents whose type nobody named.
    #[schema(example = "birth-certificate")]
    pub type_code: Option<String>,
    #[serde(flatten)]
    pub weight: WeightBody,
}

impl From<Usage> for UsageBody {
    fn from(usage: Usage) -> Self {
        let types = usage.types.into_iter().map(|of_type| TypeUsageBody {
            weight: WeightBody {
                documents: of_type.documents,
                live_bytes: of_type.live_bytes,
                version_bytes: of_type.version_bytes,
            },
            type_code: of_type.type_code,
        });
        Self {
            quota_bytes: usage.vault.quota_bytes,
            live_bytes: usage.vault.live_bytes,
            version_bytes: usage.vault.version_bytes,
            trash_bytes: usage.vault.trash_bytes,
            reserved_bytes: usage.vault.reserved_bytes,
            free_bytes: usage.vault.free_bytes(),
            folders: usage.folders.into_iter().map(FolderUsageBody::from).collect(),
            elsewhere: usage.elsewhere.into(),
            types: types.collect(),
        }
    }
}

/// A vault's use of its room
#[utoipa::path(tag = "vaults", params(("vault" = VaultId, Path, description = "The vault")),
    responses((status = 200, description = "By kind, by folder and by document type", body = UsageBody)))]
#[get("/vaults/{vault}/usage")]
pub async fn view_usage(
    kho: web::Data<Kho>,
    caller: Caller,
    vault: web::Path<VaultId>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(UsageBody::from(kho.view_usage(&caller.0, *vault).await?)))
}
