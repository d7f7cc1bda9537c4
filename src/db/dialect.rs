//! The few SQL fragments that differ between the engines, and text pieces shared by queries.

use super::{DbError, One, Tx};
use crate::sql;

/// Creates what full-text search needs and one text cannot express; does nothing where it exists.
///
/// The index answers one question: which rows of `search_entry` hold these terms. It keeps neither texts nor positions.
pub async fn ensure_full_text(tx: &mut Tx) -> Result<(), DbError> {
    if !tx.is_postgres() {
        sql!(
            tx,
            execute,
            "CREATE VIRTUAL TABLE IF NOT EXISTS search_index
             USING fts5 (terms, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii')"
        )?;
        // Also for rows that go by the foreign key's cascade.
        sql!(
            tx,
            execute,
            "CREATE TRIGGER IF NOT EXISTS search_entry_gone AFTER DELETE ON search_entry
             BEGIN DELETE FROM search_index WHERE rowid = old.index_number; END"
        )?;
        return Ok(());
    }
    // Asked first, because adding a column waits for every reader, even where it is there.
    let (present,): (i64,) = sql!(
        tx,
        one One<i64>,
        "SELECT COUNT(*) FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name = 'search_entry' AND column_name = 'terms'"
    )?;
    if present == 0 {
        sql!(tx, execute, "ALTER TABLE search_entry ADD COLUMN IF NOT EXISTS terms tsvector")?;
        sql!(
            tx,
            execute,
            "CREATE INDEX IF NOT EXISTS search_entry_by_term ON search_entry USING gin (terms)"
        )?;
    }
    Ok(())
}

/// Puts the terms of a row of `search_entry` into the index in place of those it had. They are words of letters and digits with one
/// space between, cut by us: the engines' own ways to cut text differ.
pub async fn index_terms(tx: &mut Tx, index_number: i64, terms: &str) -> Result<(), DbError> {
    let text = if tx.is_postgres() {
        "UPDATE search_entry SET terms = array_to_tsvector(string_to_array($2, ' ')) WHERE index_number = $1"
    } else {
        "INSERT OR REPLACE INTO search_index (rowid, terms) VALUES ($1, $2)"
    };
    sql!(tx, execute, text, index_number, terms)?;
    Ok(())
}

/// The rows `s` of `search_entry` that answer the index query bound at `place`, with their entries `e`: tables to select from, and a
/// condition.
pub fn answering(tx: &Tx, place: &str) -> (&'static str, String) {
    if tx.is_postgres() {
        let tables = "search_entry s JOIN entry e ON e.id = s.entry_id";
        return (tables, format!("s.terms @@ CAST({place} AS tsquery)"));
    }
    // CROSS, which SQLite takes as an order: it would rather go through all entries and ask the index about each.
    let tables = "search_index CROSS JOIN search_entry s ON s.index_number = search_index.rowid
             CROSS JOIN entry e ON e.id = s.entry_id";
    (tables, format!("search_index MATCH {place}"))
}

/// A term to look for in the index; open ones also stand for all that they begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexTerm {
    /// Letters and digits only.
    pub text: String,
    pub is_open: bool,
}

/// The engine's query for rows that answer any of `askings`: of each of its groups a row must hold one term.
pub fn index_query(tx: &Tx, askings: &[Vec<Vec<IndexTerm>>]) -> String {
    let postgres = tx.is_postgres();
    let (or, and) = if postgres { (" | ", " & ") } else { (" OR ", " AND ") };
    let term = |term: &IndexTerm| match (postgres, term.is_open) {
        (true, true) => format!("'{}':*", term.text),
        (true, false) => format!("'{}'", term.text),
        (false, true) => format!("\"{}\" *", term.text),
        (false, false) => format!("\"{}\"", term.text),
    };
    let group = |group: &Vec<IndexTerm>| format!("({})", group.iter().map(term).collect::<Vec<_>>().join(or));
    let asking = |groups: &Vec<Vec<IndexTerm>>| {
        format!("({})", groups.iter().map(group).collect::<Vec<_>>().join(and))
    };
    askings.iter().map(asking).collect::<Vec<_>>().join(or)
}

/// Ends a `SELECT` that leases rows: PostgreSQL skips rows another node is leasing, SQLite has one writer.
pub fn skip_locked(tx: &Tx) -> &'static str {
    if tx.is_postgres() { " FOR UPDATE SKIP LOCKED" } else { "" }
}

/// `$3, $4, $5` for `count` items after `bound` arguments.
pub fn placeholders(bound: usize, count: usize) -> String {
    (bound + 1..=bound + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}
