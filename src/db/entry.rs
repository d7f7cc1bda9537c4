//! Rows of the tree.

use chrono::{DateTime, NaiveDate, Utc};

use super::{DbError, One, Tx, dialect};
use crate::domain::entry::{AUTHENTICATED_FROM, Entry, MAX_DEPTH, PathStep, Weight};
use crate::domain::id::{AccountId, BlobId, EntryId, VaultId, VersionId};
use crate::sql;

/// The columns of [`Entry`], for a table alias.
#[macro_export]
macro_rules! entry_columns {
    ($alias:literal) => {
        concat!(
            $alias,
            ".id, ",
            $alias,
            ".vault_id, ",
            $alias,
            ".parent_id, ",
            $alias,
            ".kind, ",
            $alias,
            ".name, ",
            $alias,
            ".sort_key, ",
            $alias,
            ".system_code, ",
            $alias,
            ".created_at, ",
            $alias,
            ".updated_at, ",
            $alias,
            ".rev, ",
            $alias,
            ".trashed_at, ",
            $alias,
            ".tree_documents, ",
            $alias,
            ".tree_authenticated, ",
            $alias,
            ".tree_live_bytes, ",
            $alias,
            ".tree_version_bytes, ",
            $alias,
            ".current_version_id, ",
            $alias,
            ".thumbnail_id, ",
            $alias,
            ".readability, ",
            $alias,
            ".verdict, ",
            $alias,
            ".superseded_by, ",
            $alias,
            ".revoked_reason, ",
            $alias,
            ".version_count, ",
            $alias,
            ".size_bytes, ",
            $alias,
            ".media_type, ",
            $alias,
            ".trust_level, ",
            $alias,
            ".source, ",
            $alias,
            ".title, ",
            $alias,
            ".type_code, ",
            $alias,
            ".number, ",
            $alias,
            ".authority, ",
            $alias,
            ".issued_on, ",
            $alias,
            ".expires_on, ",
            $alias,
            ".note, ",
            $alias,
            ".tags"
        )
    };
}

pub async fn get(tx: &mut Tx, id: EntryId) -> Result<Option<Entry>, DbError> {
    sql!(tx, optional Entry, concat!("SELECT ", entry_columns!("e"), " FROM entry e WHERE e.id = $1"), id)
}

/// The entry and its ancestors up to the root, the entry first; empty where there is no such entry.
pub async fn path(tx: &mut Tx, id: EntryId) -> Result<Vec<PathStep>, DbError> {
    sql!(
        tx,
        all PathStep,
        "WITH RECURSIVE up (id, vault_id, parent_id, kind, name, system_code, trashed_at, purging_at, depth) AS (
             SELECT id, vault_id, parent_id, kind, name, system_code, trashed_at, purging_at, 0 FROM entry WHERE id = $1
             UNION ALL
             SELECT e.id, e.vault_id, e.parent_id, e.kind, e.name, e.system_code, e.trashed_at, e.purging_at, up.depth + 1
             FROM entry e JOIN up ON e.id = up.parent_id WHERE up.depth <= $2
         )
         SELECT id, vault_id, parent_id, kind, name, system_code, trashed_at, purging_at, depth FROM up ORDER BY depth",
        id,
        // Rows that were damaged into a cycle must not keep the engine busy for ever.
        MAX_DEPTH as i32 + 1
    )
}

/// A step of [`paths`]: an entry above `leaf`, or that entry itself.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct StepOf {
    pub leaf: EntryId,
    pub id: EntryId,
    pub is_live: bool,
}

/// The entries and all their ancestors, in one question.
pub async fn paths(tx: &mut Tx, ids: &[EntryId]) -> Result<Vec<StepOf>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "WITH RECURSIVE up (leaf, id, parent_id, is_live) AS (
             SELECT id, id, parent_id, trashed_at IS NULL AND purging_at IS NULL FROM entry WHERE id IN ({})
             UNION ALL
             SELECT up.leaf, e.id, e.parent_id, e.trashed_at IS NULL AND e.purging_at IS NULL
             FROM entry e JOIN up ON e.id = up.parent_id
         )
         SELECT leaf, id, is_live FROM up",
        dialect::placeholders(0, ids.len())
    );
    sql!(tx, all StepOf, sqlx::AssertSqlSafe(text); ids.iter().copied())
}

/// Which of the names are taken among a folder's live children.
pub async fn name_is_taken(tx: &mut Tx, folder: EntryId, name_key: &str) -> Result<bool, DbError> {
    let (taken,): (i64,) = sql!(
        tx,
        one One<i64>,
        "SELECT COUNT(*) FROM entry WHERE parent_id = $1 AND name_key = $2 AND trashed_at IS NULL",
        folder,
        name_key
    )?;
    Ok(taken > 0)
}

/// The live child of this name.
pub async fn child_by_name(tx: &mut Tx, folder: EntryId, name_key: &str) -> Result<Option<Entry>, DbError> {
    sql!(
        tx,
        optional Entry,
        concat!(
            "SELECT ",
            entry_columns!("e"),
            " FROM entry e WHERE e.parent_id = $1 AND e.name_key = $2 AND e.trashed_at IS NULL"
        ),
        folder,
        name_key
    )
}

/// A name in the three forms that a row keeps.
#[derive(Clone, Debug)]
pub struct NameForms<'a> {
    pub name: &'a str,
    pub key: String,
    pub sort_key: Vec<u8>,
}

pub struct NewFolder<'a> {
    pub id: EntryId,
    pub vault_id: VaultId,
    pub parent_id: Option<EntryId>,
    pub name: NameForms<'a>,
    pub system_code: Option<&'a str>,
    pub created_by: Option<AccountId>,
    pub at: DateTime<Utc>,
}

pub async fn insert_folder(tx: &mut Tx, folder: NewFolder<'_>) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO entry (id, vault_id, parent_id, kind, name, name_key, sort_key, system_code, created_at, created_by, updated_at)
         VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $8)",
        folder.id,
        folder.vault_id,
        folder.parent_id,
        folder.name.name,
        &folder.name.key,
        &folder.name.sort_key,
        folder.system_code,
        folder.at,
        folder.created_by
    )?;
    Ok(())
}

/// What a person says about a paper.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    pub title: Option<String>,
    pub type_code: Option<String>,
    pub number: Option<String>,
    pub authority: Option<String>,
    pub issued_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub note: Option<String>,
    /// A JSON array of strings.
    pub tags: String,
}

pub struct NewDocument<'a> {
    pub id: EntryId,
    pub vault_id: VaultId,
    pub parent_id: EntryId,
    pub name: NameForms<'a>,
    pub version_id: VersionId,
    pub size_bytes: i64,
    pub media_type: &'a str,
    pub trust_level: i16,
    pub source: &'a str,
    pub metadata: &'a Metadata,
    pub created_by: AccountId,
    pub at: DateTime<Utc>,
}

pub async fn insert_document(tx: &mut Tx, document: NewDocument<'_>) -> Result<(), DbError> {
    let metadata = document.metadata;
    sql!(
        tx,
        execute,
        "INSERT INTO entry (id, vault_id, parent_id, kind, name, name_key, sort_key, created_at, created_by, updated_at,
             tree_documents, tree_authenticated, tree_live_bytes, current_version_id, version_count, size_bytes, media_type, trust_level, source,
             title, type_code, number, authority, issued_on, expires_on, note, tags)
         VALUES ($1, $2, $3, 2, $4, $5, $6, $7, $8, $7,
             1, $22, $9, $10, 1, $9, $11, $12, $13,
             $14, $15, $16, $17, $18, $19, $20, $21)",
        document.id,
        document.vault_id,
        document.parent_id,
        document.name.name,
        &document.name.key,
        &document.name.sort_key,
        document.at,
        document.created_by,
        document.size_bytes,
        document.version_id,
        document.media_type,
        document.trust_level,
        document.source,
        metadata.title.as_deref(),
        metadata.type_code.as_deref(),
        metadata.number.as_deref(),
        metadata.authority.as_deref(),
        metadata.issued_on,
        metadata.expires_on,
        metadata.note.as_deref(),
        &metadata.tags,
        i64::from(document.trust_level >= AUTHENTICATED_FROM)
    )?;
    Ok(())
}

/// Adds a weight to a live folder and all its ancestors.
pub async fn add_weight(tx: &mut Tx, folder: EntryId, weight: Weight) -> Result<(), DbError> {
    if weight == Weight::default() {
        return Ok(());
    }
    sql!(
        tx,
        execute,
        "WITH RECURSIVE up (id, parent_id) AS (
             SELECT id, parent_id FROM entry WHERE id = $1
             UNION ALL
             SELECT e.id, e.parent_id FROM entry e JOIN up ON e.id = up.parent_id
         )
         UPDATE entry SET tree_documents = tree_documents + $2, tree_live_bytes = tree_live_bytes + $3,
             tree_version_bytes = tree_version_bytes + $4, tree_authenticated = tree_authenticated + $5
         WHERE id IN (SELECT id FROM up)",
        folder,
        weight.documents,
        weight.live_bytes,
        weight.version_bytes,
        weight.authenticated
    )?;
    Ok(())
}

/// Puts an entry under a folder by a name that is free there; its weight is the caller's business. Grants on it sort by the new name.
pub async fn set_place(
    tx: &mut Tx,
    id: EntryId,
    parent: EntryId,
    name: NameForms<'_>,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE entry SET parent_id = $2, name = $3, name_key = $4, sort_key = $5, updated_at = $6, rev = rev + 1 WHERE id = $1",
        id,
        parent,
        name.name,
        &name.key,
        &name.sort_key,
        at
    )?;
    super::grant::set_sort_key(tx, id, &name.sort_key).await
}

/// The entries of these ids, in no order.
pub async fn several(tx: &mut Tx, ids: &[EntryId]) -> Result<Vec<Entry>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let head = concat!("SELECT ", entry_columns!("e"), " FROM entry e WHERE e.id IN");
    let text = format!("{head} ({})", dialect::placeholders(0, ids.len()));
    sql!(tx, all Entry, sqlx::AssertSqlSafe(text); ids.iter().copied())
}

/// The vault that holds an entry.
pub async fn vault_of(tx: &mut Tx, id: EntryId) -> Result<Option<VaultId>, DbError> {
    let row: Option<(VaultId,)> =
        sql!(tx, optional One<VaultId>, "SELECT vault_id FROM entry WHERE id = $1", id)?;
    Ok(row.map(|(id,)| id))
}

/// Writes a document's metadata.
pub async fn describe(
    tx: &mut Tx,
    id: EntryId,
    metadata: &Metadata,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE entry SET title = $2, type_code = $3, number = $4, authority = $5, issued_on = $6, expires_on = $7,
             note = $8, tags = $9, updated_at = $10, rev = rev + 1
         WHERE id = $1",
        id,
        metadata.title.as_deref(),
        metadata.type_code.as_deref(),
        metadata.number.as_deref(),
        metadata.authority.as_deref(),
        metadata.issued_on,
        metadata.expires_on,
        metadata.note.as_deref(),
        &metadata.tags,
        at
    )?;
    Ok(())
}

/// A version that is to be a document's current one.
#[derive(Clone, Copy, Debug)]
pub struct Current<'a> {
    pub version_id: VersionId,
    pub size_bytes: i64,
    pub media_type: &'a str,
    pub thumbnail_id: Option<BlobId>,
    pub readability: Option<&'a str>,
}

/// Makes a version the document's current one; the size of the version before moves to the older versions' sum.
pub async fn set_current_version(
    tx: &mut Tx,
    document: &Entry,
    current: Current<'_>,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE entry SET current_version_id = $2, version_count = version_count + 1, size_bytes = $3, media_type = $4,
             tree_live_bytes = $3, tree_version_bytes = tree_version_bytes + $5, updated_at = $6, thumbnail_id = $7, verdict = NULL,
             readability = $8, rev = rev + 1
         WHERE id = $1",
        document.id,
        current.version_id,
        current.size_bytes,
        current.media_type,
        document.size_bytes,
        at,
        current.thumbnail_id,
        current.readability
    )?;
    Ok(())
}

/// Says what was concluded about the signatures of a document's current version. Its revision stays: nobody changed it.
pub async fn set_verdict(tx: &mut Tx, document: EntryId, verdict: Option<&str>) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE entry SET verdict = $2 WHERE id = $1", document, verdict)?;
    Ok(())
}

/// Says how sure it is where a document comes from; whether it counts as authenticated follows, the sums above it are the caller's business.
pub async fn set_trust_level(tx: &mut Tx, document: EntryId, level: i16) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE entry SET trust_level = $2, tree_authenticated = $3, rev = rev + 1 WHERE id = $1",
        document,
        level,
        i64::from(level >= AUTHENTICATED_FROM)
    )?;
    Ok(())
}

/// The depth of the deepest live folder below `id`, 0 for one without sub-folders; stops counting at `bound`.
pub async fn height(tx: &mut Tx, id: EntryId, bound: i32) -> Result<i32, DbError> {
    let (height,): (i32,) = sql!(
        tx,
        one One<i32>,
        "WITH RECURSIVE down (id, depth) AS (
             SELECT id, 0 FROM entry WHERE id = $1
             UNION ALL
             SELECT e.id, down.depth + 1 FROM entry e JOIN down ON e.parent_id = down.id
             WHERE e.kind = 1 AND e.trashed_at IS NULL AND down.depth < $2
         )
         SELECT CAST(MAX(depth) AS INTEGER) FROM down",
        id,
        bound
    )?;
    Ok(height)
}
