//! Rows of the papers in the components of dossiers, each pinned to one version by its hash.

use chrono::{DateTime, NaiveDate, Utc};

use super::value::{Value, Values};
use super::{DbError, One, Tx, dialect};
use crate::domain::id::{
    AccountId, AgencyId, AttachmentId, BlobId, ConsentId, DossierId, EntryId, VaultId, VersionId,
};
use crate::sql;

/// An attachment, as its row holds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Attachment {
    pub id: AttachmentId,
    pub dossier_id: DossierId,
    pub component_code: String,
    pub vault_id: VaultId,
    pub entry_id: EntryId,
    pub version_id: VersionId,
    pub sha256: Vec<u8>,
    /// As they were when it was attached; how far it is trusted, since it was compared.
    pub title: String,
    pub type_code: Option<String>,
    pub trust_level: i16,
    pub verdict: Option<String>,
    /// Whether the paper lay in the vault already, or was added for this dossier.
    pub reused: bool,
    /// Whether an agency made it a file for this dossier.
    pub digitised: bool,
    /// `online`, `counter` or `system`.
    pub channel: String,
    pub consent_id: Option<ConsentId>,
    /// Whose paper it is, where that is somebody else than the dossier's owner.
    pub given_by: Option<String>,
    pub purpose: String,
    /// `attached`, `accepted`, `refused`, `replaced` or `removed`.
    pub state: String,
    pub attached_at: DateTime<Utc>,
    pub attached_by: AccountId,
    pub attached_by_name: String,
    pub agency_id: Option<AgencyId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<AccountId>,
    pub decided_by_name: Option<String>,
    pub reason_code: Option<String>,
    pub reason_note: Option<String>,
    /// The day under which the reports have it; none of what is in no sum.
    pub counted_on: Option<NaiveDate>,
    /// Of the pinned version; unknown of some that were deleted before it was kept.
    pub version_number: Option<i32>,
    pub media_type: Option<String>,
    pub size_bytes: Option<i64>,
    /// Whether a person can read the version; `None` while that is not known, and once the file is gone. Not a column of its own.
    pub readability: Option<String>,
}

const COLUMNS: &str = "id, dossier_id, component_code, vault_id, entry_id, version_id, sha256, title, type_code, trust_level, verdict,
    reused, digitised, channel, consent_id, given_by, purpose, state, attached_at, attached_by, attached_by_name, agency_id, decided_at, decided_by,
    decided_by_name, reason_code, reason_note, counted_on, version_number, media_type, size_bytes,
    (SELECT v.readability FROM version v WHERE v.id = attachment.version_id) AS readability";

pub async fn insert(tx: &mut Tx, attachment: &Attachment) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO attachment (id, dossier_id, component_code, vault_id, entry_id, version_id, sha256, title, type_code,
             trust_level, verdict, reused, digitised, channel, consent_id, purpose, state, attached_at, attached_by,
             attached_by_name, agency_id, decided_at, decided_by, decided_by_name, reason_code, reason_note, given_by, counted_on,
             version_number, media_type, size_bytes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24, $25, $26, $27, $28, $29, $30, $31)",
        attachment.id,
        attachment.dossier_id,
        &attachment.component_code,
        attachment.vault_id,
        attachment.entry_id,
        attachment.version_id,
        &attachment.sha256,
        &attachment.title,
        attachment.type_code.as_deref(),
        attachment.trust_level,
        attachment.verdict.as_deref(),
        attachment.reused,
        attachment.digitised,
        &attachment.channel,
        attachment.consent_id,
        &attachment.purpose,
        &attachment.state,
        attachment.attached_at,
        attachment.attached_by,
        &attachment.attached_by_name,
        attachment.agency_id,
        attachment.decided_at,
        attachment.decided_by,
        attachment.decided_by_name.as_deref(),
        attachment.reason_code.as_deref(),
        attachment.reason_note.as_deref(),
        attachment.given_by.as_deref(),
        attachment.counted_on,
        attachment.version_number,
        attachment.media_type.as_deref(),
        attachment.size_bytes
    )?;
    Ok(())
}

/// Keeps under which day the reports have a paper. The caller holds the lock of the vault.
pub async fn set_counted(tx: &mut Tx, id: AttachmentId, on: Option<NaiveDate>) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE attachment SET counted_on = $2 WHERE id = $1", id, on)?;
    Ok(())
}

/// Writes what became of an attachment. The caller holds the lock of the vault.
pub async fn set_state(tx: &mut Tx, attachment: &Attachment) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE attachment SET state = $2, decided_at = $3, decided_by = $4, decided_by_name = $5, reason_code = $6,
             reason_note = $7
         WHERE id = $1",
        attachment.id,
        &attachment.state,
        attachment.decided_at,
        attachment.decided_by,
        attachment.decided_by_name.as_deref(),
        attachment.reason_code.as_deref(),
        attachment.reason_note.as_deref()
    )?;
    Ok(())
}

pub async fn get(tx: &mut Tx, dossier: DossierId, id: AttachmentId) -> Result<Option<Attachment>, DbError> {
    let text = format!("SELECT {COLUMNS} FROM attachment WHERE id = $1 AND dossier_id = $2");
    sql!(tx, optional Attachment, sqlx::AssertSqlSafe(text), id, dossier)
}

/// All papers that a dossier has or had, by component and time.
pub async fn of(tx: &mut Tx, dossier: DossierId, limit: i64) -> Result<Vec<Attachment>, DbError> {
    let text = format!(
        "SELECT {COLUMNS} FROM attachment WHERE dossier_id = $1 ORDER BY component_code, attached_at, id LIMIT $2"
    );
    sql!(tx, all Attachment, sqlx::AssertSqlSafe(text), dossier, limit)
}

/// The papers that are in some dossiers now, by dossier, component and time.
pub async fn within(tx: &mut Tx, dossiers: &[DossierId]) -> Result<Vec<Attachment>, DbError> {
    if dossiers.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT {COLUMNS} FROM attachment WHERE dossier_id IN ({}) AND state IN ('attached', 'accepted', 'refused')
         ORDER BY dossier_id, component_code, attached_at, id",
        dialect::placeholders(0, dossiers.len())
    );
    sql!(tx, all Attachment, sqlx::AssertSqlSafe(text); dossiers.iter().copied())
}

/// Writes how far a paper is trusted since something spoke for it. The caller holds the lock of the vault.
pub async fn set_trust(tx: &mut Tx, attachment: AttachmentId, level: i16) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE attachment SET trust_level = $2 WHERE id = $1", attachment, level)?;
    Ok(())
}

/// How many papers a dossier has or had.
pub async fn count(tx: &mut Tx, dossier: DossierId) -> Result<i64, DbError> {
    let (count,): (i64,) =
        sql!(tx, one One<i64>, "SELECT COUNT(*) FROM attachment WHERE dossier_id = $1", dossier)?;
    Ok(count)
}

/// Whether a dossier that is still open holds a version of an entry, or of something below it.
pub async fn is_held(tx: &mut Tx, entry: EntryId) -> Result<bool, DbError> {
    let (held,): (i64,) = sql!(
        tx,
        one One<i64>,
        "WITH RECURSIVE up (attached, id, parent_id) AS (
             SELECT e.id, e.id, e.parent_id FROM entry e
             WHERE e.id IN (SELECT a.entry_id FROM attachment a JOIN dossier d ON d.id = a.dossier_id
                            WHERE a.vault_id = (SELECT vault_id FROM entry WHERE id = $1)
                              AND a.state IN ('attached', 'accepted', 'refused')
                              AND d.state NOT IN ('returned', 'withdrawn', 'refused'))
             UNION ALL
             SELECT up.attached, e.id, e.parent_id FROM entry e JOIN up ON e.id = up.parent_id
         )
         SELECT COUNT(*) FROM up WHERE id = $1",
        entry
    )?;
    Ok(held > 0)
}

/// What the rules see of a stored paper, and what a proposal shows of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Candidate {
    pub entry_id: EntryId,
    pub version_id: VersionId,
    pub version_number: i32,
    pub name: String,
    pub title: Option<String>,
    pub type_code: Option<String>,
    pub number: Option<String>,
    pub authority: Option<String>,
    pub issued_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub trust_level: i16,
    pub verdict: Option<String>,
    pub media_type: String,
    pub size_bytes: i64,
    pub sha256: Vec<u8>,
    pub thumbnail_id: Option<BlobId>,
    /// Whether a person can read the version; none while that is not known.
    pub readability: Option<String>,
    /// How reading its text ended: `pending`, `done`, `none` or `failed`.
    pub text_state: String,
    /// How far judging its signatures came; none where its format can hold none.
    pub report_state: Option<String>,
    pub superseded_by: Option<EntryId>,
    pub superseded_at: Option<DateTime<Utc>>,
    pub revoked_reason: Option<String>,
    /// When the paper came into the vault.
    pub created_at: DateTime<Utc>,
    /// When its current version did.
    pub version_at: DateTime<Utc>,
}

/// A version of a paper, current or not, whether its document is live or not. The level of trust is that of the current version.
pub async fn candidate_of_version(tx: &mut Tx, version: VersionId) -> Result<Option<Candidate>, DbError> {
    sql!(
        tx,
        optional Candidate,
        "SELECT e.id AS entry_id, v.id AS version_id, v.number AS version_number, e.name, e.title, e.type_code, e.number,
             e.authority, e.issued_on, e.expires_on, COALESCE(e.trust_level, CAST(1 AS SMALLINT)) AS trust_level,
             CASE WHEN e.current_version_id = v.id THEN e.verdict ELSE s.conclusion END AS verdict,
             v.media_type, v.size_bytes, v.sha256, v.thumbnail_id, v.readability, v.text_state, s.state AS report_state, e.superseded_by,
             e.superseded_at, e.revoked_reason, e.created_at, v.created_at AS version_at
         FROM version v JOIN entry e ON e.id = v.entry_id LEFT JOIN signature_report s ON s.version_id = v.id
         WHERE v.id = $1",
        version
    )
}

const CANDIDATE: &str = "SELECT e.id AS entry_id, v.id AS version_id, v.number AS version_number, e.name, e.title, e.type_code, e.number,
         e.authority, e.issued_on, e.expires_on, COALESCE(e.trust_level, CAST(1 AS SMALLINT)) AS trust_level, e.verdict,
         v.media_type, v.size_bytes, v.sha256, e.thumbnail_id, v.readability, v.text_state, s.state AS report_state, e.superseded_by,
         e.superseded_at, e.revoked_reason, e.created_at, v.created_at AS version_at
     FROM entry e JOIN version v ON v.id = e.current_version_id LEFT JOIN signature_report s ON s.version_id = v.id";

/// That neither the entry nor a folder above it is in the trash or on its way out.
const LIVE: &str = "NOT EXISTS (
         WITH RECURSIVE up (parent_id, trashed_at, purging_at) AS (
             SELECT e.parent_id, e.trashed_at, e.purging_at
             UNION ALL
             SELECT p.parent_id, p.trashed_at, p.purging_at FROM entry p JOIN up ON p.id = up.parent_id
         )
         SELECT 1 FROM up WHERE up.trashed_at IS NOT NULL OR up.purging_at IS NOT NULL)";

/// The live papers of a vault whose type is one of `types`, in their current versions, the youngest first: the answer for all components of a
/// dossier in one question.
pub async fn candidates(
    tx: &mut Tx,
    vault: VaultId,
    types: &[String],
    limit: i64,
) -> Result<Vec<Candidate>, DbError> {
    if types.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = Values::default();
    let vault = values.bind(Value::Id(vault.0));
    let types =
        types.iter().map(|code| values.bind(Value::Text(code.clone()))).collect::<Vec<_>>().join(", ");
    let limit = values.bind(Value::Number(limit));
    let text = format!(
        "{CANDIDATE} WHERE e.vault_id = {vault} AND e.type_code IN ({types}) AND e.trashed_at IS NULL AND {LIVE}
         ORDER BY e.id DESC LIMIT {limit}"
    );
    sql!(tx, all Candidate, sqlx::AssertSqlSafe(text); values)
}

/// The same of some papers by their ids, live or not.
pub async fn candidates_by_id(tx: &mut Tx, entries: &[EntryId]) -> Result<Vec<Candidate>, DbError> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!("{CANDIDATE} WHERE e.id IN ({})", dialect::placeholders(0, entries.len()));
    sql!(tx, all Candidate, sqlx::AssertSqlSafe(text); entries.iter().copied())
}
