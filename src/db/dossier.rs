//! Rows of dossiers: what a procedure is asked for with.

use chrono::{DateTime, NaiveDate, Utc};
use kho_mapping::catalogue::Procedure;
use kho_mapping::dossier::State;
use uuid::Uuid;

use super::vault::Vault;
use super::{DbError, One, Tx};
use crate::domain::id::{AccountId, AgencyId, DossierId, VaultId};
use crate::sql;

/// A dossier, as its row holds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Dossier {
    pub id: DossierId,
    /// What people write and scan.
    pub code: String,
    pub procedure_code: String,
    pub procedure_name: String,
    /// The version of the catalogue by whose rules it is judged.
    pub catalogue_version: i64,
    /// Whose dossier it is.
    pub vault_id: VaultId,
    pub submitter_account_id: Option<AccountId>,
    pub submitter_name: String,
    pub submitter_identity: Option<String>,
    pub receiving_agency_id: AgencyId,
    pub processing_agency_id: AgencyId,
    /// `online`, `counter` or `system`.
    pub channel: String,
    /// The system that opened it, and its own key for it.
    pub client_id: Option<AccountId>,
    pub client_key: Option<String>,
    pub contact_phone: Option<String>,
    pub contact_email: Option<String>,
    pub contact_address: Option<String>,
    pub summary: Option<String>,
    /// A JSON array of the codes of conditions that were answered with yes.
    pub conditions: String,
    pub state: String,
    /// In which state a supplement was asked for.
    pub state_before: Option<String>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub received_at: Option<DateTime<Utc>>,
    pub received_by: Option<AccountId>,
    pub due_on: Option<NaiveDate>,
    pub decided_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub created_by: Uuid,
    pub updated_at: DateTime<Utc>,
    /// Counts changes; the ETag.
    pub rev: i64,
}

/// What is known of a dossier when it is opened.
pub struct Draft<'a> {
    pub id: DossierId,
    pub code: String,
    pub procedure: &'a Procedure,
    pub catalogue_version: i64,
    pub vault: &'a Vault,
    pub agency: AgencyId,
    pub channel: &'a str,
    pub by: AccountId,
    pub at: DateTime<Utc>,
}

impl Dossier {
    /// A dossier of which nothing is said yet but whose it is, what for and where: the owner hands it in, and the agency that receives it
    /// processes it.
    pub fn draft(draft: Draft<'_>) -> Self {
        let Draft { id, code, procedure, catalogue_version, vault, agency, channel, by, at } = draft;
        Self {
            id,
            code,
            procedure_code: procedure.code.clone(),
            procedure_name: procedure.name.vi.clone(),
            catalogue_version,
            vault_id: vault.id,
            submitter_account_id: None,
            submitter_name: vault.owner_name.clone(),
            submitter_identity: Some(vault.owner_code.clone()),
            receiving_agency_id: agency,
            processing_agency_id: agency,
            channel: channel.to_owned(),
            client_id: None,
            client_key: None,
            contact_phone: None,
            contact_email: None,
            contact_address: None,
            summary: None,
            conditions: "[]".to_owned(),
            state: State::Draft.as_str().to_owned(),
            state_before: None,
            submitted_at: None,
            received_at: None,
            received_by: None,
            due_on: None,
            decided_at: None,
            closed_at: None,
            created_at: at,
            created_by: by.0,
            updated_at: at,
            rev: 1,
        }
    }

    /// Codes of the conditions that were answered with yes.
    pub fn conditions(&self) -> Vec<String> {
        serde_json::from_str(&self.conditions).unwrap_or_default()
    }
}

/// A dossier's columns, of the table `d`.
#[macro_export]
macro_rules! dossier_columns {
    () => {
        "d.id, d.code, d.procedure_code, d.procedure_name, d.catalogue_version, d.vault_id, d.submitter_account_id,
         d.submitter_name, d.submitter_identity, d.receiving_agency_id, d.processing_agency_id, d.channel, d.client_id,
         d.client_key, d.contact_phone, d.contact_email, d.contact_address, d.summary, d.conditions, d.state, d.state_before,
         d.submitted_at, d.received_at, d.received_by, d.due_on, d.decided_at, d.closed_at, d.created_at, d.created_by,
         d.updated_at, d.rev"
    };
}

/// Adds a dossier; false where its client has one under this key.
pub async fn insert(tx: &mut Tx, dossier: &Dossier) -> Result<bool, DbError> {
    let added = sql!(
        tx,
        execute,
        "INSERT INTO dossier (id, code, procedure_code, procedure_name, catalogue_version, vault_id, submitter_account_id,
             submitter_name, submitter_identity, receiving_agency_id, processing_agency_id, channel, client_id, client_key,
             contact_phone, contact_email, contact_address, summary, conditions, state, state_before, submitted_at,
             received_at, received_by, due_on, decided_at, closed_at, created_at, created_by, updated_at, rev)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24, $25, $26, $27, $28, $29, $30, $31)
         ON CONFLICT DO NOTHING",
        dossier.id,
        &dossier.code,
        &dossier.procedure_code,
        &dossier.procedure_name,
        dossier.catalogue_version,
        dossier.vault_id,
        dossier.submitter_account_id,
        &dossier.submitter_name,
        dossier.submitter_identity.as_deref(),
        dossier.receiving_agency_id,
        dossier.processing_agency_id,
        &dossier.channel,
        dossier.client_id,
        dossier.client_key.as_deref(),
        dossier.contact_phone.as_deref(),
        dossier.contact_email.as_deref(),
        dossier.contact_address.as_deref(),
        dossier.summary.as_deref(),
        &dossier.conditions,
        &dossier.state,
        dossier.state_before.as_deref(),
        dossier.submitted_at,
        dossier.received_at,
        dossier.received_by,
        dossier.due_on,
        dossier.decided_at,
        dossier.closed_at,
        dossier.created_at,
        dossier.created_by,
        dossier.updated_at,
        dossier.rev
    )?;
    Ok(added > 0)
}

/// Writes what may change of a dossier under the next revision. The caller holds the lock of its vault.
pub async fn update(tx: &mut Tx, dossier: &Dossier) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE dossier SET submitter_name = $2, submitter_identity = $3, processing_agency_id = $4, contact_phone = $5,
             contact_email = $6, contact_address = $7, summary = $8, conditions = $9, state = $10, state_before = $11,
             submitted_at = $12, received_at = $13, received_by = $14, due_on = $15, decided_at = $16, closed_at = $17,
             updated_at = $18, rev = rev + 1
         WHERE id = $1",
        dossier.id,
        &dossier.submitter_name,
        dossier.submitter_identity.as_deref(),
        dossier.processing_agency_id,
        dossier.contact_phone.as_deref(),
        dossier.contact_email.as_deref(),
        dossier.contact_address.as_deref(),
        dossier.summary.as_deref(),
        &dossier.conditions,
        &dossier.state,
        dossier.state_before.as_deref(),
        dossier.submitted_at,
        dossier.received_at,
        dossier.received_by,
        dossier.due_on,
        dossier.decided_at,
        dossier.closed_at,
        dossier.updated_at
    )?;
    Ok(())
}

/// Something about a dossier changed that its own row does not hold: its papers. The caller holds the lock of its vault.
pub async fn touch(tx: &mut Tx, id: DossierId, at: DateTime<Utc>) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE dossier SET updated_at = $2, rev = rev + 1 WHERE id = $1", id, at)?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: DossierId) -> Result<Option<Dossier>, DbError> {
    sql!(tx, optional Dossier, concat!("SELECT ", dossier_columns!(), " FROM dossier d WHERE d.id = $1"), id)
}

/// The vaults that a change of a dossier may write to: its owner's, and those of others whose papers are in it.
pub async fn vaults_of(tx: &mut Tx, id: DossierId) -> Result<Vec<VaultId>, DbError> {
    let rows: Vec<(VaultId,)> = sql!(
        tx,
        all One<VaultId>,
        "SELECT vault_id FROM dossier WHERE id = $1
         UNION SELECT vault_id FROM attachment WHERE dossier_id = $1 AND given_by IS NOT NULL",
        id
    )?;
    Ok(rows.into_iter().map(|(vault,)| vault).collect())
}

pub async fn id_by_code(tx: &mut Tx, code: &str) -> Result<Option<DossierId>, DbError> {
    let row: Option<(DossierId,)> =
        sql!(tx, optional One<DossierId>, "SELECT id FROM dossier WHERE code = $1", code)?;
    Ok(row.map(|(id,)| id))
}

pub async fn id_by_client_key(
    tx: &mut Tx,
    client: AccountId,
    key: &str,
) -> Result<Option<DossierId>, DbError> {
    let row: Option<(DossierId,)> = sql!(
        tx,
        optional One<DossierId>,
        "SELECT id FROM dossier WHERE client_id = $1 AND client_key = $2",
        client,
        key
    )?;
    Ok(row.map(|(id,)| id))
}
