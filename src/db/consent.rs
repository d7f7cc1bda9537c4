//! Rows of the grounds on which officers look for papers of an owner.

use chrono::{DateTime, Utc};

use super::{DbError, Tx};
use crate::domain::id::{AccountId, AttachmentId, ConsentId, DossierId, VaultId};
use crate::domain::page::PageRequest;
use crate::sql;

/// A consent, as its row holds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Consent {
    pub id: ConsentId,
    pub vault_id: VaultId,
    pub dossier_id: DossierId,
    /// `owner`, `one_time_code` or `authority`.
    pub kind: String,
    pub purpose: String,
    pub legal_basis: Option<String>,
    pub reason: Option<String>,
    /// Of a code that was not yet given back.
    pub code_digest: Option<Vec<u8>>,
    pub failures: i32,
    pub asked_by: AccountId,
    pub asked_at: DateTime<Utc>,
    pub code_expires_at: Option<DateTime<Utc>>,
    pub given_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl Consent {
    /// Whether it was given and holds still; its dossier must be open too.
    pub fn is_given(&self) -> bool {
        self.given_at.is_some() && self.withdrawn_at.is_none()
    }
}

const COLUMNS: &str = "c.id, c.vault_id, c.dossier_id, c.kind, c.purpose, c.legal_basis, c.reason, c.code_digest, c.failures, c.asked_by,
    c.asked_at, c.code_expires_at, c.given_at, c.withdrawn_at";

pub async fn insert(tx: &mut Tx, consent: &Consent) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO consent (id, vault_id, dossier_id, kind, purpose, legal_basis, reason, code_digest, failures, asked_by,
             asked_at, code_expires_at, given_at, withdrawn_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        consent.id,
        consent.vault_id,
        consent.dossier_id,
        &consent.kind,
        &consent.purpose,
        consent.legal_basis.as_deref(),
        consent.reason.as_deref(),
        consent.code_digest.as_deref(),
        consent.failures,
        consent.asked_by,
        consent.asked_at,
        consent.code_expires_at,
        consent.given_at,
        consent.withdrawn_at
    )?;
    Ok(())
}

/// Writes what became of it. The caller holds the lock of the vault.
pub async fn update(tx: &mut Tx, consent: &Consent) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE consent SET code_digest = $2, failures = $3, given_at = $4, withdrawn_at = $5 WHERE id = $1",
        consent.id,
        consent.code_digest.as_deref(),
        consent.failures,
        consent.given_at,
        consent.withdrawn_at
    )?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: ConsentId) -> Result<Option<Consent>, DbError> {
    let text = format!("SELECT {COLUMNS} FROM consent c WHERE c.id = $1");
    sql!(tx, optional Consent, sqlx::AssertSqlSafe(text), id)
}

/// What was asked for a dossier, the newest first.
pub async fn of(tx: &mut Tx, dossier: DossierId, limit: i64) -> Result<Vec<Consent>, DbError> {
    let text = format!(
        "SELECT {COLUMNS} FROM consent c WHERE c.dossier_id = $1 ORDER BY c.asked_at DESC, c.id DESC LIMIT $2"
    );
    sql!(tx, all Consent, sqlx::AssertSqlSafe(text), dossier, limit)
}

/// The newest consent for a dossier that was given and not withdrawn, of any kind or of one.
pub async fn live(tx: &mut Tx, dossier: DossierId, by_owner: bool) -> Result<Option<Consent>, DbError> {
    let kind = if by_owner { "=" } else { "<>" };
    let text = format!(
        "SELECT {COLUMNS} FROM consent c
         WHERE c.dossier_id = $1 AND c.given_at IS NOT NULL AND c.withdrawn_at IS NULL AND c.kind {kind} 'owner'
         ORDER BY c.asked_at DESC, c.id DESC LIMIT 1"
    );
    sql!(tx, optional Consent, sqlx::AssertSqlSafe(text), dossier)
}

/// A consent with what the owner's page tells of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NamedConsent {
    #[sqlx(flatten)]
    pub consent: Consent,
    pub asked_by_name: String,
    pub dossier_code: String,
    pub dossier_state: String,
    pub procedure_code: String,
    pub procedure_name: String,
    pub agency_code: String,
    pub agency_name: String,
    pub agency_name_en: String,
}

/// One page of an owner's consents, the newest first; one row more than the page holds.
pub async fn page(tx: &mut Tx, vault: VaultId, page: &PageRequest) -> Result<Vec<NamedConsent>, DbError> {
    let (before, before_id) = page.before_time();
    let text = format!(
        "SELECT {COLUMNS}, a.full_name AS asked_by_name, d.code AS dossier_code, d.state AS dossier_state, d.procedure_code,
             d.procedure_name, g.code AS agency_code, g.name AS agency_name, g.name_en AS agency_name_en
         FROM consent c JOIN account a ON a.id = c.asked_by JOIN dossier d ON d.id = c.dossier_id
              JOIN agency g ON g.id = d.receiving_agency_id
         WHERE c.vault_id = $1 AND (c.asked_at, c.id) < ($2, $3) ORDER BY c.asked_at DESC, c.id DESC LIMIT $4"
    );
    sql!(tx, all NamedConsent, sqlx::AssertSqlSafe(text), vault, before, before_id, i64::from(page.limit) + 1)
}

/// Papers that came into a dossier on this ground and that nobody decided about yet.
pub async fn undecided(tx: &mut Tx, consent: ConsentId) -> Result<Vec<AttachmentId>, DbError> {
    let rows: Vec<(AttachmentId,)> = sql!(
        tx,
        all super::One<AttachmentId>,
        "SELECT a.id FROM attachment a JOIN consent c ON c.dossier_id = a.dossier_id AND c.id = a.consent_id
         WHERE c.id = $1 AND a.state = 'attached' ORDER BY a.attached_at, a.id",
        consent
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
