//! Questions about rows that contradict each other. Each walks a table window by window, so that a store of any size is checked in bounded steps.

use uuid::Uuid;

use super::{DbError, One, Tx};
use crate::sql;

/// A part of the check: rows of `table` for which `fault` answers a word.
pub struct Part {
    /// For the progress of the check.
    pub name: &'static str,
    pub subject: &'static str,
    pub table: &'static str,
    /// Rows of one window.
    pub window: i64,
    /// `FROM` with what the fault is judged by; the walked table has the alias `t`.
    from: &'static str,
    /// A `CASE` that names the fault of a row; NULL for a sound one.
    fault: &'static str,
}

pub const PARTS: &[Part] = &[
    Part {
        name: "versions",
        subject: "version",
        table: "version",
        window: 5_000,
        from: "version t LEFT JOIN blob b ON b.id = t.blob_id LEFT JOIN entry e ON e.id = t.entry_id
               LEFT JOIN blob n ON n.id = t.thumbnail_id",
        fault: "CASE WHEN b.id IS NULL THEN 'blob_missing'
                     WHEN b.wrapped_key IS NULL THEN 'key_destroyed'
                     WHEN e.id IS NULL THEN 'entry_missing'
                     WHEN b.vault_id <> t.vault_id OR e.vault_id <> t.vault_id THEN 'vault_differs'
                     WHEN b.size_bytes <> t.size_bytes THEN 'size_differs'
                     WHEN (t.thumbnail_state = 'done') <> (n.id IS NOT NULL AND n.wrapped_key IS NOT NULL)
                          OR n.vault_id <> t.vault_id THEN 'thumbnail_differs' END",
    },
    Part {
        name: "blobs",
        subject: "blob",
        table: "blob",
        window: 5_000,
        from: "blob t",
        fault: "CASE WHEN t.wrapped_key IS NOT NULL
                          AND NOT EXISTS (SELECT 1 FROM version v WHERE v.blob_id = t.id OR v.thumbnail_id = t.id)
                          AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.blob_id = t.id) THEN 'blob_unneeded'
                     WHEN t.segment_count <> (SELECT COUNT(*) FROM blob_segment s WHERE s.blob_id = t.id)
                          OR t.size_bytes <> (SELECT COALESCE(SUM(s.size_bytes), 0) FROM blob_segment s WHERE s.blob_id = t.id)
                          THEN 'segments_differ' END",
    },
    Part {
        name: "documents",
        subject: "entry",
        table: "entry",
        window: 5_000,
        from: "entry t LEFT JOIN version v ON v.id = t.current_version_id
               LEFT JOIN signature_report r ON r.version_id = t.current_version_id",
        fault: "CASE WHEN t.kind <> 2 THEN NULL
                     WHEN v.id IS NULL OR v.entry_id <> t.id THEN 'current_version_missing'
                     WHEN v.size_bytes <> t.size_bytes THEN 'size_differs'
                     WHEN COALESCE(t.thumbnail_id, t.id) <> COALESCE(v.thumbnail_id, t.id) THEN 'thumbnail_differs'
                     WHEN COALESCE(t.readability, '') <> COALESCE(v.readability, '') THEN 'readability_differs'
                     WHEN COALESCE(t.verdict, '') <> COALESCE(r.conclusion, '') THEN 'verdict_differs'
                     WHEN t.version_count <> (SELECT MAX(n.number) FROM version n WHERE n.entry_id = t.id)
                          THEN 'version_count_differs' END",
    },
    Part {
        name: "tree",
        subject: "entry",
        table: "entry",
        window: 5_000,
        from: "entry t LEFT JOIN entry p ON p.id = t.parent_id LEFT JOIN vault w ON w.id = t.vault_id",
        fault: "CASE WHEN w.id IS NULL THEN 'vault_missing'
                     WHEN t.parent_id IS NULL AND w.root_id <> t.id THEN 'no_parent'
                     WHEN t.parent_id IS NULL THEN NULL
                     WHEN p.id IS NULL THEN 'parent_missing'
                     WHEN p.vault_id <> t.vault_id THEN 'parent_elsewhere'
                     WHEN p.kind <> 1 THEN 'parent_not_a_folder' END",
    },
    Part {
        name: "reach",
        subject: "entry",
        table: "vault",
        window: 200,
        from: "vault w JOIN entry t ON t.vault_id = w.id",
        fault: "",
    },
    Part {
        name: "sums",
        subject: "entry",
        table: "entry",
        window: 2_000,
        from: "entry t",
        fault: "CASE WHEN t.kind = 2 AND (t.tree_documents <> 1 OR t.tree_live_bytes <> t.size_bytes
                          OR t.tree_authenticated <> CASE WHEN t.trust_level >= 2 THEN 1 ELSE 0 END
                          OR t.tree_version_bytes <> (SELECT COALESCE(SUM(v.size_bytes), 0) FROM version v WHERE v.entry_id = t.id)
                             - t.size_bytes) THEN 'sums_differ'
                     WHEN t.kind = 1 AND NOT EXISTS (
                          SELECT 1 FROM (SELECT COALESCE(SUM(c.tree_documents), 0) AS documents,
                                     COALESCE(SUM(c.tree_authenticated), 0) AS authenticated,
                                     COALESCE(SUM(c.tree_live_bytes), 0) AS live, COALESCE(SUM(c.tree_version_bytes), 0) AS versions
                                 FROM entry c WHERE c.parent_id = t.id AND c.trashed_at IS NULL) s
                          WHERE s.documents = t.tree_documents AND s.authenticated = t.tree_authenticated
                            AND s.live = t.tree_live_bytes AND s.versions = t.tree_version_bytes) THEN 'sums_differ' END",
    },
    Part {
        name: "ledgers",
        subject: "vault",
        table: "vault",
        window: 200,
        from: "vault t JOIN entry r ON r.id = t.root_id",
        fault: "CASE WHEN t.live_bytes <> r.tree_live_bytes OR t.version_bytes <> r.tree_version_bytes
                          OR t.live_bytes + t.version_bytes + t.trash_bytes <> (
                              SELECT COALESCE(SUM(v.size_bytes), 0) FROM entry e JOIN version v ON v.entry_id = e.id
                              WHERE e.vault_id = t.id)
                          OR t.reserved_bytes <> (
                              SELECT COALESCE(SUM(u.reserved_bytes), 0) FROM upload u WHERE u.vault_id = t.id)
                     THEN 'ledger_differs' END",
    },
    Part {
        name: "grants",
        subject: "grant",
        table: "access_grant",
        window: 5_000,
        from: "access_grant t LEFT JOIN access_grant p ON p.id = t.parent_id LEFT JOIN entry e ON e.id = t.entry_id",
        fault: "CASE WHEN e.id IS NULL THEN 'entry_missing'
                     WHEN e.vault_id <> t.vault_id THEN 'vault_differs'
                     WHEN t.parent_id IS NOT NULL AND p.id IS NULL THEN 'parent_missing'
                     WHEN t.revoked_at IS NULL AND p.revoked_at IS NOT NULL THEN 'parent_revoked' END",
    },
];

/// The column that says which vault a row of the table belongs to, and a condition that binds `$3`: that vault, or anything for the nil id.
fn scope(table: &str, alias: &str, vault: Uuid) -> String {
    let column = if table == "vault" { "id" } else { "vault_id" };
    if vault.is_nil() { "$3 IS NOT NULL".to_owned() } else { format!("{alias}.{column} = $3") }
}

/// The last id of the window after `after`; `None` if the rows that are left fit into one.
pub async fn window_end(tx: &mut Tx, part: &Part, after: Uuid, vault: Uuid) -> Result<Option<Uuid>, DbError> {
    let (table, scope) = (part.table, scope(part.table, "t", vault));
    let text = format!("SELECT id FROM {table} t WHERE id > $1 AND {scope} ORDER BY id LIMIT 1 OFFSET $2");
    let row = sql!(tx, optional One<Uuid>, sqlx::AssertSqlSafe(text), after, part.window - 1, vault)?;
    Ok(row.map(|(id,)| id))
}

/// The rows of a window that are at fault, with the word for it.
pub async fn faults(
    tx: &mut Tx,
    part: &Part,
    (after, last): (Uuid, Uuid),
    vault: Uuid,
) -> Result<Vec<(Uuid, String)>, DbError> {
    if part.name == "reach" {
        return unreachable(tx, (after, last), vault).await;
    }
    let (from, fault, scope) = (part.from, part.fault, scope(part.table, "t", vault));
    let text = format!(
        "SELECT x.id, x.fault FROM (SELECT t.id, {fault} AS fault FROM {from} WHERE t.id > $1 AND t.id <= $2 AND {scope}) x
         WHERE x.fault IS NOT NULL ORDER BY x.id"
    );
    sql!(tx, all(Uuid, String), sqlx::AssertSqlSafe(text), after, last, vault)
}

/// Folders of the vaults of a window that no way leads to from their root: a cycle, or what hangs from one.
async fn unreachable(
    tx: &mut Tx,
    (after, last): (Uuid, Uuid),
    vault: Uuid,
) -> Result<Vec<(Uuid, String)>, DbError> {
    let scope = scope("vault", "w", vault);
    let text = format!(
        "WITH RECURSIVE down (id) AS (
             SELECT w.root_id FROM vault w WHERE w.id > $1 AND w.id <= $2 AND {scope}
             UNION ALL
             SELECT e.id FROM down JOIN entry e ON e.parent_id = down.id WHERE e.kind = 1
         )
         SELECT t.id, 'unreachable' FROM vault w JOIN entry t ON t.vault_id = w.id
         WHERE w.id > $1 AND w.id <= $2 AND {scope} AND t.kind = 1 AND t.id NOT IN (SELECT id FROM down) ORDER BY t.id"
    );
    sql!(tx, all(Uuid, String), sqlx::AssertSqlSafe(text), after, last, vault)
}

/// How many rows a table holds in scope: the length of a progress bar.
pub async fn count(tx: &mut Tx, table: &str, vault: Uuid) -> Result<i64, DbError> {
    let scope = scope(table, "t", vault).replace("$3", "$1");
    let text = format!("SELECT COUNT(*) FROM {table} t WHERE {scope}");
    let (count,): (i64,) = sql!(tx, one One<i64>, sqlx::AssertSqlSafe(text), vault)?;
    Ok(count)
}

/// A name in its three forms.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Named {
    pub id: Uuid,
    pub name: String,
    pub name_key: String,
    pub sort_key: Vec<u8>,
}

/// Names of entries after an id.
pub async fn names_after(tx: &mut Tx, after: Uuid, vault: Uuid, limit: i64) -> Result<Vec<Named>, DbError> {
    let scope = scope("entry", "t", vault);
    let text = format!(
        "SELECT id, name, name_key, sort_key FROM entry t WHERE id > $1 AND {scope} ORDER BY id LIMIT $2"
    );
    sql!(tx, all Named, sqlx::AssertSqlSafe(text), after, limit, vault)
}

pub async fn set_sort_key(tx: &mut Tx, id: Uuid, sort_key: &[u8]) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE entry SET sort_key = $2 WHERE id = $1", id, sort_key)?;
    Ok(())
}

/// A segment of a blob whose key is there.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct StoredSegment {
    pub blob_id: Uuid,
    pub idx: i32,
    /// Plaintext bytes.
    pub size_bytes: i64,
}

/// Segments after a blob and index.
pub async fn segments_after(
    tx: &mut Tx,
    after: (Uuid, i32),
    vault: Uuid,
    limit: i64,
) -> Result<Vec<StoredSegment>, DbError> {
    let scope = scope("blob", "b", vault);
    let text = format!(
        "SELECT s.blob_id, s.idx, s.size_bytes FROM blob_segment s JOIN blob b ON b.id = s.blob_id
         WHERE (s.blob_id, s.idx) > ($1, $2) AND {scope} AND b.wrapped_key IS NOT NULL
         ORDER BY s.blob_id, s.idx LIMIT $4"
    );
    sql!(tx, all StoredSegment, sqlx::AssertSqlSafe(text), after.0, after.1, vault, limit)
}

/// A version's bytes and what they must hash to.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Hashed {
    pub id: Uuid,
    pub blob_id: crate::domain::id::BlobId,
    pub size_bytes: i64,
    pub sha256: Vec<u8>,
}

/// Versions after an id that brought bytes of their own (a restored one shares those of an older one).
pub async fn hashed_after(tx: &mut Tx, after: Uuid, vault: Uuid, limit: i64) -> Result<Vec<Hashed>, DbError> {
    let scope = scope("version", "t", vault);
    let text = format!(
        "SELECT t.id, t.blob_id, t.size_bytes, t.sha256 FROM version t JOIN blob b ON b.id = t.blob_id
         WHERE t.id > $1 AND {scope} AND b.wrapped_key IS NOT NULL ORDER BY t.id LIMIT $2"
    );
    sql!(tx, all Hashed, sqlx::AssertSqlSafe(text), after, limit, vault)
}

/// A version's thumbnail.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Pictured {
    pub id: Uuid,
    pub thumbnail_id: crate::domain::id::BlobId,
}

/// Versions after an id that have a thumbnail.
pub async fn pictured_after(
    tx: &mut Tx,
    after: Uuid,
    vault: Uuid,
    limit: i64,
) -> Result<Vec<Pictured>, DbError> {
    let scope = scope("version", "t", vault);
    let text = format!(
        "SELECT t.id, t.thumbnail_id FROM version t JOIN blob b ON b.id = t.thumbnail_id
         WHERE t.id > $1 AND {scope} AND b.wrapped_key IS NOT NULL ORDER BY t.id LIMIT $2"
    );
    sql!(tx, all Pictured, sqlx::AssertSqlSafe(text), after, limit, vault)
}

/// Sets the sums of the vault's documents right, then those of its folders one level at a time; the caller holds the vault's lock.
pub async fn repair_sums(tx: &mut Tx, vault: Uuid) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE entry SET tree_documents = 1, tree_live_bytes = size_bytes,
             tree_authenticated = CASE WHEN trust_level >= 2 THEN 1 ELSE 0 END,
             tree_version_bytes = (SELECT CAST(COALESCE(SUM(v.size_bytes), 0) AS BIGINT) FROM version v WHERE v.entry_id = entry.id)
                 - size_bytes
         WHERE vault_id = $1 AND kind = 2
           AND (SELECT COALESCE(SUM(v.size_bytes), 0) FROM version v WHERE v.entry_id = entry.id) >= size_bytes",
        vault
    )?;
    // A change climbs one level in a pass, and depth is bounded.
    for _ in 0..=crate::domain::entry::MAX_DEPTH {
        let changed = sql!(
            tx,
            execute,
            "UPDATE entry SET tree_documents = s.documents, tree_authenticated = s.authenticated,
                 tree_live_bytes = s.live, tree_version_bytes = s.versions
             FROM (SELECT f.id, CAST(COALESCE(SUM(c.tree_documents), 0) AS BIGINT) AS documents,
                       CAST(COALESCE(SUM(c.tree_authenticated), 0) AS BIGINT) AS authenticated,
                       CAST(COALESCE(SUM(c.tree_live_bytes), 0) AS BIGINT) AS live,
                       CAST(COALESCE(SUM(c.tree_version_bytes), 0) AS BIGINT) AS versions
                   FROM entry f LEFT JOIN entry c ON c.parent_id = f.id AND c.trashed_at IS NULL
                   WHERE f.vault_id = $1 AND f.kind = 1 GROUP BY f.id) s
             WHERE entry.id = s.id
               AND (entry.tree_documents <> s.documents OR entry.tree_authenticated <> s.authenticated
                    OR entry.tree_live_bytes <> s.live OR entry.tree_version_bytes <> s.versions)",
            vault
        )?;
        if changed == 0 {
            break;
        }
    }
    Ok(())
}

/// Sets a vault's ledger right by its sums, versions and uploads; the caller holds the vault's lock.
pub async fn repair_ledger(tx: &mut Tx, vault: Uuid) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE vault SET
             live_bytes = (SELECT r.tree_live_bytes FROM entry r WHERE r.id = vault.root_id),
             version_bytes = (SELECT r.tree_version_bytes FROM entry r WHERE r.id = vault.root_id),
             trash_bytes = (SELECT CAST(COALESCE(SUM(v.size_bytes), 0) AS BIGINT)
                            FROM entry e JOIN version v ON v.entry_id = e.id WHERE e.vault_id = vault.id)
                 - (SELECT r.tree_live_bytes + r.tree_version_bytes FROM entry r WHERE r.id = vault.root_id),
             reserved_bytes = (SELECT CAST(COALESCE(SUM(u.reserved_bytes), 0) AS BIGINT) FROM upload u WHERE u.vault_id = vault.id)
         WHERE id = $1",
        vault
    )?;
    Ok(())
}
