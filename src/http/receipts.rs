//! The owner's proofs that papers were used.

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::attachment_body::AttachmentState;
use super::extract::{Caller, ListQuery};
use crate::domain::id::{DossierId, ReceiptId, VaultId};
use crate::domain::page::PageRequest;
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::mapping::receipts::{OpenedReceipt, ReceiptFacts};

/// The proof of one use of a paper.
#[derive(Serialize, ToSchema)]
pub struct ReceiptBody {
    pub id: ReceiptId,
    /// 1, 2, … within the vault.
    #[schema(example = 12)]
    pub number: i32,
    pub at: DateTime<Utc>,
    pub dossier_id: DossierId,
    /// What has become of the paper in the dossier since.
    pub attachment_state: AttachmentState,
    /// As they were when the paper was attached; never changed.
    pub facts: ReceiptFacts,
}

impl From<OpenedReceipt> for ReceiptBody {
    fn from(opened: OpenedReceipt) -> Self {
        let OpenedReceipt { receipt, facts } = opened;
        Self {
            id: receipt.id,
            number: receipt.number,
            at: receipt.at,
            dossier_id: receipt.dossier_id,
            attachment_state: AttachmentState::of(&receipt.attachment_state),
            facts,
        }
    }
}

/// One page of receipts, the newest first.
#[derive(Serialize, ToSchema)]
pub struct ReceiptList {
    pub items: Vec<ReceiptBody>,
    /// Where the next page begins; none on the last page.
    pub next_cursor: Option<String>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReceiptsQuery {
    /// Whose: one's own vault if none is named.
    vault: Option<VaultId>,
    /// Items of the page.
    #[param(minimum = 1, maximum = 500, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

/// An owner's receipts
///
/// One for each use of a paper, the newest first.
#[utoipa::path(tag = "dossiers", params(ReceiptsQuery),
    responses((status = 200, description = "A page", body = ReceiptList)))]
#[get("/receipts")]
pub async fn list_receipts(
    kho: web::Data<Kho>,
    caller: Caller,
    query: web::Query<ReceiptsQuery>,
) -> Result<HttpResponse> {
    let ReceiptsQuery { vault, limit, cursor } = query.into_inner();
    // By number, which is no time and no name: the order is that of sizes, largest first.
    let page: PageRequest = ListQuery { limit, cursor }.page("-size")?;
    let page = kho.list_receipts(&caller.0, vault, &page).await?;
    Ok(HttpResponse::Ok().json(ReceiptList {
        next_cursor: page.next.map(|cursor| cursor.encode()),
        items: page.items.into_iter().map(ReceiptBody::from).collect(),
    }))
}

/// Details of a receipt
#[utoipa::path(tag = "dossiers", params(("receipt" = ReceiptId, Path, description = "The receipt")),
    responses((status = 200, description = "The receipt", body = ReceiptBody)))]
#[get("/receipts/{receipt}")]
pub async fn view_receipt(
    kho: web::Data<Kho>,
    caller: Caller,
    receipt: web::Path<ReceiptId>,
) -> Result<HttpResponse> {
    let opened = kho.view_receipt(&caller.0, *receipt).await?;
    Ok(HttpResponse::Ok().json(ReceiptBody::from(opened)))
}
