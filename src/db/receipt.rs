//! Rows of the owners' proofs that a paper was used.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx};
use crate::domain::id::{AttachmentId, DossierId, ReceiptId, VaultId};
use crate::domain::page::PageRequest;
use crate::sql;

/// A receipt, with what of its attachment lists show.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Receipt {
    pub id: ReceiptId,
    pub vault_id: VaultId,
    /// 1, 2, … within the vault.
    pub number: i32,
    pub attachment_id: AttachmentId,
    pub at: DateTime<Utc>,
    /// The facts of that moment: a JSON object, sealed.
    pub sealed_body: Vec<u8>,
    pub dossier_id: DossierId,
    /// What has become of the paper since.
    pub attachment_state: String,
}

/// The number of the next receipt. The caller holds the lock of the vault.
pub async fn next_number(tx: &mut Tx, vault: VaultId) -> Result<i32, DbError> {
    let (number,): (i32,) = sql!(
        tx,
        one One<i32>,
        "SELECT COALESCE(MAX(number), 0) + 1 FROM receipt WHERE vault_id = $1",
        vault
    )?;
    Ok(number)
}

pub async fn insert(
    tx: &mut Tx,
    id: ReceiptId,
    (vault, number): (VaultId, i32),
    attachment: AttachmentId,
    at: DateTime<Utc>,
    sealed_body: &[u8],
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO receipt (id, vault_id, number, attachment_id, at, sealed_body) VALUES ($1, $2, $3, $4, $5, $6)",
        id,
        vault,
        number,
        attachment,
        at,
        sealed_body
    )?;
    Ok(())
}

const RECEIPT: &str = "SELECT r.id, r.vault_id, r.number, r.attachment_id, r.at, r.sealed_body, a.dossier_id, a.state AS attachment_state
    FROM receipt r JOIN attachment a ON a.id = r.attachment_id";

pub async fn get(tx: &mut Tx, id: ReceiptId) -> Result<Option<Receipt>, DbError> {
    let text = format!("{RECEIPT} WHERE r.id = $1");
    sql!(tx, optional Receipt, sqlx::AssertSqlSafe(text), id)
}

pub async fn of_attachment(tx: &mut Tx, attachment: AttachmentId) -> Result<Option<Receipt>, DbError> {
    let text = format!("{RECEIPT} WHERE r.attachment_id = $1");
    sql!(tx, optional Receipt, sqlx::AssertSqlSafe(text), attachment)
}

/// One page of a vault's receipts, the newest first; one row more than the page holds.
pub async fn page(tx: &mut Tx, vault: VaultId, page: &PageRequest) -> Result<Vec<Receipt>, DbError> {
    let before = page.after.as_ref().and_then(|cursor| cursor.key.as_number().ok());
    let text = format!("{RECEIPT} WHERE r.vault_id = $1 AND r.number < $2 ORDER BY r.number DESC LIMIT $3");
    let before = before.and_then(|number| i32::try_from(number).ok()).unwrap_or(i32::MAX);
    sql!(tx, all Receipt, sqlx::AssertSqlSafe(text), vault, before, i64::from(page.limit) + 1)
}
