//! Finding whom to share with.

use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::Caller;
use super::grants::PartyBody;
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::recipients::NamedBy;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecipientQuery {
    /// A whole identity number, organisation code, login name or e-mail address.
    #[param(min_length = 3, max_length = 254, example = "nam.tran")]
    name: String,
}

/// Somebody with whom something can be shared.
#[derive(Serialize, ToSchema)]
pub struct FoundRecipientBody {
    #[serde(flatten)]
    pub party: PartyBody,
    /// What `name` was read as: the member of `recipient` in which a share takes it.
    pub by: NamedBy,
}

/// Find whom to share with
///
/// Exactly one person or organisation by name, so that its full name can be confirmed before anything is shared; nothing can be found by a
/// part of a name. Look-ups are in the caller's trail; 30 of nobody, or 200 altogether, within ten minutes refuse further ones.
#[utoipa::path(tag = "sharing", params(RecipientQuery),
    responses((status = 200, description = "Who it is", body = FoundRecipientBody)))]
#[get("/recipients")]
pub async fn find_recipient(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<RecipientQuery>,
) -> Result<HttpResponse> {
    let found = kho.find_recipient(&caller.0, &query.name).await?;
    let vault = found.vault;
    let party = PartyBody::new(vault.owner_kind, vault.owner_code, vault.owner_name);
    Ok(HttpResponse::Ok().json(FoundRecipientBody { party, by: found.by }))
}
