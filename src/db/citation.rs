//! Rows of the codes of versions that owners give instead of copies, and of who saw what they stand for.

use chrono::{DateTime, Utc};

use super::value::{Value, Values};
use super::{DbError, Tx, dialect};
use crate::domain::id::{
    AccountId, AgencyId, AttachmentId, CitationId, CitationUseId, DossierId, EntryId, VaultId, VersionId,
};
use crate::domain::page::PageRequest;
use crate::sql;

/// A citation, as its row holds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Citation {
    pub id: CitationId,
    pub code: String,
    pub vault_id: VaultId,
    pub entry_id: EntryId,
    pub version_id: VersionId,
    pub created_at: DateTime<Utc>,
    pub created_by: AccountId,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str =
    "c.id, c.code, c.vault_id, c.entry_id, c.version_id, c.created_at, c.created_by, c.withdrawn_at";

pub async fn insert(tx: &mut Tx, citation: &Citation) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO citation (id, code, vault_id, entry_id, version_id, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        citation.id,
        &citation.code,
        citation.vault_id,
        citation.entry_id,
        citation.version_id,
        citation.created_at,
        citation.created_by
    )?;
    Ok(())
}

/// A citation by its code, withdrawn or not.
pub async fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Citation>, DbError> {
    let text = format!("SELECT {COLUMNS} FROM citation c WHERE c.code = $1");
    sql!(tx, optional Citation, sqlx::AssertSqlSafe(text), code)
}

/// The citation of a version that holds.
pub async fn of_version(tx: &mut Tx, version: VersionId) -> Result<Option<Citation>, DbError> {
    let text = format!("SELECT {COLUMNS} FROM citation c WHERE c.version_id = $1 AND c.withdrawn_at IS NULL");
    sql!(tx, optional Citation, sqlx::AssertSqlSafe(text), version)
}

pub async fn withdraw(tx: &mut Tx, id: CitationId, at: DateTime<Utc>) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE citation SET withdrawn_at = $2 WHERE id = $1", id, at)?;
    Ok(())
}

/// A citation with what the owner's list tells of its paper.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NamedCitation {
    #[sqlx(flatten)]
    pub citation: Citation,
    pub title: String,
    pub type_code: Option<String>,
    pub version_number: i32,
    pub newest_version: i32,
}

const NAMED: &str = "COALESCE(e.title, e.name) AS title, e.type_code, v.number AS version_number, e.version_count AS newest_version
    FROM citation c JOIN version v ON v.id = c.version_id JOIN entry e ON e.id = c.entry_id";

pub async fn named(tx: &mut Tx, id: CitationId) -> Result<Option<NamedCitation>, DbError> {
    let text = format!("SELECT {COLUMNS}, {NAMED} WHERE c.id = $1");
    sql!(tx, optional NamedCitation, sqlx::AssertSqlSafe(text), id)
}

/// One page of a vault's citations, or of those of one document, the newest first; one row more than the page holds. Those of papers that were
/// deleted for ever are none any more.
pub async fn page(
    tx: &mut Tx,
    vault: VaultId,
    entry: Option<EntryId>,
    page: &PageRequest,
) -> Result<Vec<NamedCitation>, DbError> {
    let (before, before_id) = page.before_time();
    let mut values = Values::default();
    let vault = values.bind(Value::Id(vault.0));
    let of_entry = match entry {
        Some(entry) => format!("AND c.entry_id = {}", values.bind(Value::Id(entry.0))),
        None => String::new(),
    };
    let before = values.bind(Value::Time(before));
    let before_id = values.bind(Value::Id(before_id));
    let limit = values.bind(Value::Number(i64::from(page.limit) + 1));
    let text = format!(
        "SELECT {COLUMNS}, {NAMED} WHERE c.vault_id = {vault} {of_entry} AND (c.created_at, c.id) < ({before}, {before_id})
         ORDER BY c.created_at DESC, c.id DESC LIMIT {limit}"
    );
    sql!(tx, all NamedCitation, sqlx::AssertSqlSafe(text); values)
}

/// Somebody who saw a cited paper, or asked to.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CitationUse {
    pub id: CitationUseId,
    pub citation_id: CitationId,
    pub agency_id: AgencyId,
    pub account_id: AccountId,
    pub by_name: String,
    pub purpose: String,
    /// None where the owner was asked to have it seen outside of any dossier.
    pub dossier_id: Option<DossierId>,
    /// Where the owner is asked to give it to somebody else's dossier: for which component.
    pub component_code: Option<String>,
    /// What was attached when the owner agreed to that.
    pub attachment_id: Option<AttachmentId>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub at: DateTime<Utc>,
    pub answered_at: Option<DateTime<Utc>>,
    pub allowed: Option<bool>,
    pub last_at: Option<DateTime<Utc>>,
    pub times: i32,
}

const USE: &str =
    "u.id, u.citation_id, u.agency_id, u.account_id, u.by_name, u.purpose, u.dossier_id, u.component_code,
    u.attachment_id, u.withdrawn_at, u.at, u.answered_at, u.allowed, u.last_at, u.times";

pub async fn insert_use(tx: &mut Tx, used: &CitationUse) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO citation_use (id, citation_id, agency_id, account_id, by_name, purpose, dossier_id, component_code, at, last_at, times)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        used.id,
        used.citation_id,
        used.agency_id,
        used.account_id,
        &used.by_name,
        &used.purpose,
        used.dossier_id,
        used.component_code.as_deref(),
        used.at,
        used.last_at,
        used.times
    )?;
    Ok(())
}

/// Counts that somebody saw it again. The caller holds the lock of the vault.
pub async fn count_use(tx: &mut Tx, id: CitationUseId, at: DateTime<Utc>) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE citation_use SET times = times + 1, last_at = $2 WHERE id = $1", id, at)?;
    Ok(())
}

/// What the owner says to somebody who asks.
pub async fn answer_use(
    tx: &mut Tx,
    id: CitationUseId,
    allowed: bool,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE citation_use SET allowed = $2, answered_at = $3 WHERE id = $1",
        id,
        allowed,
        at
    )?;
    Ok(())
}

pub async fn use_in_dossier(
    tx: &mut Tx,
    citation: CitationId,
    dossier: DossierId,
    account: AccountId,
) -> Result<Option<CitationUse>, DbError> {
    let text = format!(
        "SELECT {USE} FROM citation_use u WHERE u.citation_id = $1 AND u.dossier_id = $2 AND u.account_id = $3
             AND u.component_code IS NULL"
    );
    sql!(tx, optional CitationUse, sqlx::AssertSqlSafe(text), citation, dossier, account)
}

/// The last time that somebody asked the owner.
pub async fn request_of(
    tx: &mut Tx,
    citation: CitationId,
    account: AccountId,
) -> Result<Option<CitationUse>, DbError> {
    let text = format!(
        "SELECT {USE} FROM citation_use u WHERE u.citation_id = $1 AND u.account_id = $2 AND u.dossier_id IS NULL
         ORDER BY u.at DESC, u.id DESC LIMIT 1"
    );
    sql!(tx, optional CitationUse, sqlx::AssertSqlSafe(text), citation, account)
}

/// A use with the names of its agency and dossier.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NamedUse {
    #[sqlx(flatten)]
    pub used: CitationUse,
    pub agency_code: String,
    pub agency_name: String,
    pub agency_name_en: String,
    pub dossier_code: Option<String>,
    pub dossier_state: Option<String>,
    pub procedure_code: Option<String>,
    pub procedure_name: Option<String>,
    /// By which it was asked for.
    pub code: String,
    pub citation_withdrawn_at: Option<DateTime<Utc>>,
    /// Of what was attached when the owner agreed.
    pub attachment_state: Option<String>,
}

const NAMED_USE: &str = "g.code AS agency_code, g.name AS agency_name, g.name_en AS agency_name_en, d.code AS dossier_code,
    d.state AS dossier_state, d.procedure_code, d.procedure_name, c.code, c.withdrawn_at AS citation_withdrawn_at,
    a.state AS attachment_state";
const JOINED: &str = "JOIN citation c ON c.id = u.citation_id JOIN agency g ON g.id = u.agency_id
    LEFT JOIN dossier d ON d.id = u.dossier_id LEFT JOIN attachment a ON a.id = u.attachment_id";

pub async fn named_use(tx: &mut Tx, id: CitationUseId) -> Result<Option<NamedUse>, DbError> {
    let text = format!("SELECT {USE}, {NAMED_USE} FROM citation_use u {JOINED} WHERE u.id = $1");
    sql!(tx, optional NamedUse, sqlx::AssertSqlSafe(text), id)
}

/// What was asked for by codes of others for the components of a dossier, the newest first.
pub async fn asked_in(tx: &mut Tx, dossier: DossierId, limit: i64) -> Result<Vec<NamedUse>, DbError> {
    let text = format!(
        "SELECT {USE}, {NAMED_USE} FROM citation_use u {JOINED} WHERE u.dossier_id = $1 AND u.component_code IS NOT NULL
         ORDER BY u.at DESC, u.id DESC LIMIT $2"
    );
    sql!(tx, all NamedUse, sqlx::AssertSqlSafe(text), dossier, limit)
}

/// The last time that it was asked for by a code for a component.
pub async fn asked_for(
    tx: &mut Tx,
    citation: CitationId,
    dossier: DossierId,
    component: &str,
) -> Result<Option<NamedUse>, DbError> {
    let text = format!(
        "SELECT {USE}, {NAMED_USE} FROM citation_use u {JOINED}
         WHERE u.citation_id = $1 AND u.dossier_id = $2 AND u.component_code = $3 ORDER BY u.at DESC, u.id DESC LIMIT 1"
    );
    sql!(tx, optional NamedUse, sqlx::AssertSqlSafe(text), citation, dossier, component)
}

/// Takes a request back.
pub async fn withdraw_use(tx: &mut Tx, id: CitationUseId, at: DateTime<Utc>) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE citation_use SET withdrawn_at = $2 WHERE id = $1", id, at)?;
    Ok(())
}

/// Keeps what was attached by a request that was agreed to.
pub async fn set_attached(tx: &mut Tx, id: CitationUseId, attachment: AttachmentId) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE citation_use SET attachment_id = $2 WHERE id = $1", id, attachment)?;
    Ok(())
}

/// Who saw, or asks to see, the papers of some citations: of each the newest `limit`, newest first.
pub async fn uses_of(tx: &mut Tx, citations: &[CitationId], limit: i64) -> Result<Vec<NamedUse>, DbError> {
    if citations.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT {USE}, {NAMED_USE}
         FROM (SELECT w.*, ROW_NUMBER() OVER (PARTITION BY w.citation_id ORDER BY w.at DESC, w.id DESC) AS place
               FROM citation_use w WHERE w.citation_id IN ({})) u {JOINED}
         WHERE u.place <= $1 ORDER BY u.at DESC, u.id DESC",
        dialect::placeholders(1, citations.len())
    );
    sql!(tx, all NamedUse, sqlx::AssertSqlSafe(text), limit; citations.iter().copied())
}
