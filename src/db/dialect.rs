//! The few SQL fragments that differ between the engines, and text pieces shared by queries.

use super::{DbError, Tx};

/// Creates what full-text search needs and one text cannot express; does nothing where it exists.
pub async fn ensure_full_text(_tx: &mut Tx) -> Result<(), DbError> {
    Ok(())
}

/// Ends a `SELECT` that leases rows: PostgreSQL skips rows another node is leasing, SQLite has one writer.
pub fn skip_locked(tx: &Tx) -> &'static str {
    if tx.is_postgres() { " FOR UPDATE SKIP LOCKED" } else { "" }
}

/// `$3, $4, $5` for `count` items after `bound` arguments.
pub fn placeholders(bound: usize, count: usize) -> String {
    (bound + 1..=bound + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}
