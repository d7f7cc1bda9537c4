//! The owner's proofs: one for each use of a paper, with the facts of that moment.

use kho_mapping::catalogue::{Component, Words};
use serde::{Deserialize, Serialize};

use super::attachments::{Attaching, hex};
use crate::db::attachment::{Attachment, Candidate};
use crate::db::dossier::Dossier;
use crate::db::receipt::Receipt;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::SYSTEM_CHAIN;
use crate::domain::id::{EntryId, ReceiptId, VaultId};
use crate::domain::page::{Cursor, Key, Page, PageRequest};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;

/// What a receipt says. It is written once and read as it was written.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReceiptFacts {
    /// The dossier's code.
    #[schema(example = "H52.10.5-261126-0001-M")]
    pub dossier_code: String,
    #[schema(example = "1.001193")]
    pub procedure_code: String,
    #[schema(example = "Đăng ký khai sinh")]
    pub procedure_name: String,
    /// What the paper answers.
    #[schema(example = "C1")]
    pub component_code: String,
    pub component_name: Words,
    /// Who attached it.
    #[schema(example = "Nguyễn Thị Hoa")]
    pub attached_by: String,
    /// The agency for which an officer did.
    #[schema(example = "H52.10.5")]
    pub agency_code: Option<String>,
    /// `online`, `counter` or `system`.
    #[schema(example = "online")]
    pub channel: String,
    /// On what ground: `owner`, `one_time_code`, `authority`, `citation`, `agreed` to be used in somebody else's dossier, or `digitised` by an agency.
    #[schema(example = "owner")]
    pub ground: String,
    /// Of an authority.
    #[schema(example = "Điều 9 Nghị định 61/2018/NĐ-CP")]
    pub legal_basis: Option<String>,
    /// For what it was used.
    #[schema(example = "Đăng ký khai sinh")]
    pub purpose: String,
    pub entry_id: EntryId,
    #[schema(example = "Giấy khai sinh của Nguyễn Văn An")]
    pub title: String,
    #[schema(example = "birth-certificate")]
    pub type_code: Option<String>,
    pub number: Option<String>,
    pub authority: Option<String>,
    pub issued_on: Option<chrono::NaiveDate>,
    pub expires_on: Option<chrono::NaiveDate>,
    /// The number of the version.
    #[schema(example = 2)]
    pub version: i32,
    /// SHA-256 of the bytes in hexadecimal.
    pub sha256: String,
    #[schema(example = 184_320)]
    pub size_bytes: i64,
    #[schema(example = "application/pdf")]
    pub media_type: String,
    /// Of that moment.
    #[schema(example = 2)]
    pub trust_level: i16,
    /// The conclusion about its signatures at that moment.
    #[schema(example = "valid")]
    pub verdict: Option<String>,
}

/// A receipt that was opened.
pub struct OpenedReceipt {
    pub receipt: Receipt,
    pub facts: ReceiptFacts,
}

impl Kho {
    pub(super) async fn insert_receipt(
        &self,
        tx: &mut Tx,
        dossier: &Dossier,
        component: &Component,
        candidate: &Candidate,
        attachment: &Attachment,
        by: &Attaching<'_>,
    ) -> Result<Receipt> {
        let facts = ReceiptFacts {
            dossier_code: dossier.code.clone(),
            procedure_code: dossier.procedure_code.clone(),
            procedure_name: dossier.procedure_name.clone(),
            component_code: component.code.clone(),
            component_name: component.name.clone(),
            attached_by: attachment.attached_by_name.clone(),
            agency_code: by.post.map(|post| post.agency_code.clone()),
            channel: attachment.channel.clone(),
            ground: by.ground.0.to_owned(),
            legal_basis: by.ground.1.map(str::to_owned),
            purpose: attachment.purpose.clone(),
            entry_id: attachment.entry_id,
            title: attachment.title.clone(),
            type_code: attachment.type_code.clone(),
            number: candidate.number.clone(),
            authority: candidate.authority.clone(),
            issued_on: candidate.issued_on,
            expires_on: candidate.expires_on,
            version: candidate.version_number,
            sha256: hex(&attachment.sha256),
            size_bytes: candidate.size_bytes,
            media_type: candidate.media_type.clone(),
            trust_level: attachment.trust_level,
            verdict: attachment.verdict.clone(),
        };
        let body =
            serde_json::to_vec(&facts).map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
        let id = ReceiptId::new(attachment.attached_at);
        let number = db::receipt::next_number(tx, attachment.vault_id).await?;
        let sealed_body = self.keyring.seal_secret(&seal_purpose(id), &body)?;
        let place = (attachment.vault_id, number);
        db::receipt::insert(tx, id, place, attachment.id, attachment.attached_at, &sealed_body).await?;
        Ok(Receipt {
            id,
            vault_id: attachment.vault_id,
            number,
            attachment_id: attachment.id,
            at: attachment.attached_at,
            sealed_body,
            dossier_id: dossier.id,
            attachment_state: attachment.state.clone(),
        })
    }

    /// One page of a vault's receipts, the newest first.
    pub async fn list_receipts(
        &self,
        actor: &Actor,
        vault: Option<VaultId>,
        page: &PageRequest,
    ) -> Result<Page<OpenedReceipt>> {
        let vault = vault.or(actor.vault_id).ok_or_else(|| Problem::field("vault", "missing"))?;
        let mut tx = self.db.read().await?;
        self.gate_vault(&mut tx, actor, Act::ReceiptView, vault).await?;
        let rows = db::receipt::page(&mut tx, vault, page).await?;
        drop(tx);
        let page = Page::cut(rows, page.limit, |last| Cursor {
            sort: page.sort,
            group: 0,
            key: Key::Number(i64::from(last.number)),
            id: last.id.0,
        });
        let items =
            page.items.into_iter().map(|receipt| self.open_receipt(receipt)).collect::<Result<_>>()?;
        Ok(Page { items, next: page.next })
    }

    /// A receipt, for the owner's side.
    pub async fn view_receipt(&self, actor: &Actor, id: ReceiptId) -> Result<OpenedReceipt> {
        actor.check_scope(Act::ReceiptView)?;
        let mut tx = self.db.read().await?;
        let receipt = db::receipt::get(&mut tx, id).await?;
        let nobody = || self.refused(SYSTEM_CHAIN, actor, Act::ReceiptView, id.0, Code::NotFound);
        let receipt = receipt.ok_or_else(nobody)?;
        self.gate_vault(&mut tx, actor, Act::ReceiptView, receipt.vault_id).await?;
        drop(tx);
        self.open_receipt(receipt)
    }

    fn open_receipt(&self, receipt: Receipt) -> Result<OpenedReceipt> {
        let body = self.keyring.open_secret(&seal_purpose(receipt.id), &receipt.sealed_body)?;
        let facts = serde_json::from_slice(&body);
        Ok(OpenedReceipt {
            receipt,
            facts: facts.map_err(|error| Problem::new(Code::Internal).caused_by(error))?,
        })
    }
}

fn seal_purpose(id: ReceiptId) -> String {
    format!("receipt {id}")
}
