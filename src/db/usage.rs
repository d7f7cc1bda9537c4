//! What a vault's bytes are used for, as kept in sums and as counted again from the rows.

use super::{DbError, Tx};
use crate::domain::entry::{Entry, Weight};
use crate::domain::id::{EntryId, VaultId};
use crate::{entry_columns, sql};

/// The folders right below a vault's root that weigh most, the heaviest first.
pub async fn top_folders(tx: &mut Tx, root: EntryId, limit: i64) -> Result<Vec<Entry>, DbError> {
    sql!(
        tx,
        all Entry,
        concat!(
            "SELECT ",
            entry_columns!("e"),
            " FROM entry e WHERE e.parent_id = $1 AND e.kind = 1 AND e.trashed_at IS NULL
             ORDER BY e.tree_live_bytes + e.tree_version_bytes DESC, e.sort_key, e.id LIMIT $2"
        ),
        root,
        limit
    )
}

/// The live documents of one type.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TypeUsage {
    /// A code of the catalogue; `None` for documents whose type nobody named.
    pub type_code: Option<String>,
    pub documents: i64,
    pub live_bytes: i64,
    pub version_bytes: i64,
}

/// A vault's live documents by type. Walks the live folders and reads each one's documents from the index `entry_by_type` alone.
pub async fn by_type(tx: &mut Tx, root: EntryId) -> Result<Vec<TypeUsage>, DbError> {
    sql!(
        tx,
        all TypeUsage,
        "WITH RECURSIVE live (id) AS (
             SELECT id FROM entry WHERE id = $1
             UNION ALL
             SELECT e.id FROM live JOIN entry e ON e.parent_id = live.id WHERE e.kind = 1 AND e.trashed_at IS NULL
         )
         SELECT d.type_code, COUNT(*) AS documents, CAST(SUM(d.tree_live_bytes) AS BIGINT) AS live_bytes,
             CAST(SUM(d.tree_version_bytes) AS BIGINT) AS version_bytes
         FROM live JOIN entry d ON d.parent_id = live.id
         WHERE d.kind = 2 AND d.trashed_at IS NULL
         GROUP BY d.type_code
         ORDER BY 3 DESC, 1",
        root
    )
}

/// The sums of one entry, as kept and as counted.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Sums {
    pub id: EntryId,
    #[sqlx(flatten)]
    pub kept: Weight,
    pub counted_documents: i64,
    pub counted_authenticated: i64,
    pub counted_live_bytes: i64,
    pub counted_version_bytes: i64,
}

impl Sums {
    pub fn counted(&self) -> Weight {
        Weight {
            documents: self.counted_documents,
            authenticated: self.counted_authenticated,
            live_bytes: self.counted_live_bytes,
            version_bytes: self.counted_version_bytes,
        }
    }
}

/// What each document weighs by its versions, added to itself and to every folder above it up to where something is trashed.
const COUNTED: &str = "WITH RECURSIVE up (id, next_id, authenticated, live_bytes, version_bytes) AS (
        SELECT d.id, CASE WHEN d.trashed_at IS NULL THEN d.parent_id END,
            CASE WHEN d.trust_level >= 2 THEN 1 ELSE 0 END,
            (SELECT CAST(COALESCE(SUM(v.size_bytes), 0) AS BIGINT) FROM version v
             WHERE v.entry_id = d.id AND v.id = d.current_version_id),
            (SELECT CAST(COALESCE(SUM(v.size_bytes), 0) AS BIGINT) FROM version v
             WHERE v.entry_id = d.id AND v.id <> d.current_version_id)
        FROM entry d WHERE d.vault_id = $1 AND d.kind = 2
        UNION ALL
        SELECT e.id, CASE WHEN e.trashed_at IS NULL THEN e.parent_id END, up.authenticated, up.live_bytes, up.version_bytes
        FROM up JOIN entry e ON e.id = up.next_id
    ), counted (id, documents, authenticated, live_bytes, version_bytes) AS (
        SELECT id, COUNT(*), CAST(SUM(authenticated) AS BIGINT), CAST(SUM(live_bytes) AS BIGINT),
            CAST(SUM(version_bytes) AS BIGINT)
        FROM up GROUP BY id
    )";

/// Entries whose kept sums are not what their documents' versions add up to, `limit` at the most. What is being deleted for ever is left
/// out: its sums are as they were when that began.
pub async fn wrong_sums(tx: &mut Tx, vault: VaultId, limit: i64) -> Result<Vec<Sums>, DbError> {
    let text = format!(
        "{COUNTED}, purged (id) AS (
             SELECT id FROM entry WHERE vault_id = $1 AND purging_at IS NOT NULL
             UNION ALL
             SELECT e.id FROM purged JOIN entry e ON e.parent_id = purged.id WHERE e.trashed_at IS NULL
         )
         SELECT e.id, e.tree_documents AS documents, e.tree_authenticated AS authenticated,
             e.tree_live_bytes AS live_bytes, e.tree_version_bytes AS version_bytes,
             COALESCE(c.documents, 0) AS counted_documents, COALESCE(c.authenticated, 0) AS counted_authenticated,
             COALESCE(c.live_bytes, 0) AS counted_live_bytes, COALESCE(c.version_bytes, 0) AS counted_version_bytes
         FROM entry e LEFT JOIN counted c ON c.id = e.id
         WHERE e.vault_id = $1 AND e.id NOT IN (SELECT id FROM purged)
           AND (e.tree_documents <> COALESCE(c.documents, 0)
                OR e.tree_authenticated <> COALESCE(c.authenticated, 0)
                OR e.tree_live_bytes <> COALESCE(c.live_bytes, 0)
                OR e.tree_version_bytes <> COALESCE(c.version_bytes, 0))
         ORDER BY e.id LIMIT $2"
    );
    sql!(tx, all Sums, sqlx::AssertSqlSafe(text), vault, limit)
}

/// A vault's bytes: current versions, older versions, trash, uploads under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Ledger {
    pub live_bytes: i64,
    pub version_bytes: i64,
    pub trash_bytes: i64,
    pub reserved_bytes: i64,
}

/// The ledger counted again from the rows of versions and uploads: what climbs to the root is live, what ends at something trashed
/// is trash, also while it is being deleted for ever.
pub async fn counted_ledger(tx: &mut Tx, vault: VaultId, root: EntryId) -> Result<Ledger, DbError> {
    let text = format!(
        "{COUNTED}
         SELECT
             CAST(COALESCE(SUM(CASE WHEN e.id = $2 THEN c.live_bytes END), 0) AS BIGINT) AS live_bytes,
             CAST(COALESCE(SUM(CASE WHEN e.id = $2 THEN c.version_bytes END), 0) AS BIGINT) AS version_bytes,
             CAST(COALESCE(SUM(CASE WHEN e.trashed_at IS NOT NULL THEN c.live_bytes + c.version_bytes END), 0) AS BIGINT)
                 AS trash_bytes,
             (SELECT CAST(COALESCE(SUM(u.reserved_bytes), 0) AS BIGINT) FROM upload u WHERE u.vault_id = $1) AS reserved_bytes
         FROM counted c JOIN entry e ON e.id = c.id"
    );
    sql!(tx, one Ledger, sqlx::AssertSqlSafe(text), vault, root)
}

/// How much the whole deployment holds.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Census {
    pub vaults: i64,
    pub accounts: i64,
    /// Live documents, from the sums that the root of each vault carries.
    pub documents: i64,
}

pub async fn census(tx: &mut Tx) -> Result<Census, DbError> {
    sql!(
        tx,
        one Census,
        "SELECT (SELECT COUNT(*) FROM vault) AS vaults, (SELECT COUNT(*) FROM account) AS accounts,
             (SELECT CAST(COALESCE(SUM(tree_documents), 0) AS BIGINT) FROM entry WHERE parent_id IS NULL) AS documents"
    )
}
