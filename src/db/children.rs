//! The live content of a folder in the order of a page: after a cursor, or by place.
//!
//! An index for each order holds all that counting and skipping look at, so that rows are read only for the page itself.

use super::{DbError, One, Tx};
use crate::domain::entry::{Entry, EntryKind};
use crate::domain::id::EntryId;
use crate::domain::page::{Key, PageRequest, Sort, SortBy};
use crate::domain::problem::Result;
use crate::{entry_columns, sql};

fn column(by: SortBy) -> &'static str {
    match by {
        SortBy::Name => "sort_key",
        SortBy::Time => "updated_at",
        SortBy::Size => "size_bytes",
    }
}

/// The live children of one kind, in the page's order, `limit` at the most.
async fn of_kind(
    tx: &mut Tx,
    folder: EntryId,
    kind: EntryKind,
    page: &PageRequest,
    after_here: bool,
    limit: i64,
) -> Result<Vec<Entry>> {
    let (compare, direction) = page.sort.words();
    let column = column(page.sort.by);
    let head = concat!("SELECT ", entry_columns!("e"), " FROM entry e");
    let Some(after) = page.after.as_ref().filter(|_| after_here) else {
        let text = format!(
            "{head} WHERE e.parent_id = $1 AND e.kind = $2 AND e.trashed_at IS NULL
             ORDER BY e.{column} {direction}, e.id {direction} LIMIT $3"
        );
        return Ok(sql!(tx, all Entry, sqlx::AssertSqlSafe(text), folder, kind.code(), limit)?);
    };
    let text = sqlx::AssertSqlSafe(format!(
        "{head} WHERE e.parent_id = $1 AND e.kind = $2 AND e.trashed_at IS NULL AND (e.{column}, e.id) {compare} ($3, $4)
         ORDER BY e.{column} {direction}, e.id {direction} LIMIT $5"
    ));
    let id = EntryId(after.id);
    let rows = match page.sort.by {
        SortBy::Name => sql!(tx, all Entry, text, folder, kind.code(), after.key.as_name()?, id, limit),
        SortBy::Time => sql!(tx, all Entry, text, folder, kind.code(), after.key.as_time()?, id, limit),
        SortBy::Size => sql!(tx, all Entry, text, folder, kind.code(), after.key.as_number()?, id, limit),
    };
    Ok(rows?)
}

/// The live children of a folder, folders before documents, or those of one kind; one more than the page's limit at the most.
pub async fn after_cursor(
    tx: &mut Tx,
    folder: EntryId,
    kind: Option<EntryKind>,
    page: &PageRequest,
) -> Result<Vec<Entry>> {
    let limit = i64::from(page.limit) + 1;
    let in_documents =
        page.after.as_ref().is_some_and(|after| after.group == i64::from(EntryKind::Document.code()));
    let mut rows = Vec::new();
    if !in_documents && kind != Some(EntryKind::Document) {
        rows = of_kind(tx, folder, EntryKind::Folder, page, true, limit).await?;
    }
    let missing = limit - rows.len() as i64;
    if missing > 0 && kind != Some(EntryKind::Folder) {
        rows.extend(of_kind(tx, folder, EntryKind::Document, page, in_documents, missing).await?);
    }
    Ok(rows)
}

/// How many live children of one kind a folder has.
pub async fn count(tx: &mut Tx, folder: EntryId, kind: EntryKind) -> Result<i64, DbError> {
    let text = match kind {
        EntryKind::Folder => {
            "SELECT COUNT(*) FROM entry WHERE parent_id = $1 AND kind = 1 AND trashed_at IS NULL"
        }
        // The documents below it less those below its folders: folders are few, documents may be many.
        EntryKind::Document => {
            "SELECT f.tree_documents - (SELECT CAST(COALESCE(SUM(c.tree_documents), 0) AS BIGINT) FROM entry c
                 WHERE c.parent_id = f.id AND c.kind = 1 AND c.trashed_at IS NULL)
             FROM entry f WHERE f.id = $1"
        }
    };
    let (count,): (i64,) = sql!(tx, one One<i64>, text, folder)?;
    Ok(count)
}

/// How many live siblings of its kind come before an entry in an order.
pub async fn before(tx: &mut Tx, entry: &Entry, sort: Sort) -> Result<i64, DbError> {
    let compare = if sort.descending { ">" } else { "<" };
    let text = sqlx::AssertSqlSafe(format!(
        "SELECT COUNT(*) FROM entry WHERE parent_id = $1 AND kind = $2 AND trashed_at IS NULL AND ({}, id) {compare} ($3, $4)",
        column(sort.by)
    ));
    let (folder, kind, id) = (entry.parent_id, entry.kind, entry.id);
    let (count,): (i64,) = match sort.by {
        SortBy::Name => sql!(tx, one One<i64>, text, folder, kind, &entry.sort_key, id)?,
        SortBy::Time => sql!(tx, one One<i64>, text, folder, kind, entry.updated_at, id)?,
        SortBy::Size => sql!(tx, one One<i64>, text, folder, kind, entry.size_bytes, id)?,
    };
    Ok(count)
}

/// Where an entry stands in an order.
pub fn key_of(entry: &Entry, by: SortBy) -> Key {
    match by {
        SortBy::Name => Key::name(&entry.sort_key),
        SortBy::Time => Key::time(entry.updated_at),
        SortBy::Size => Key::Number(entry.size_bytes),
    }
}

/// The live children of one kind from a place on; `count` is how many there are. Skips from the end that is nearer.
pub async fn at_place(
    tx: &mut Tx,
    folder: EntryId,
    kind: EntryKind,
    sort: Sort,
    offset: i64,
    limit: i64,
    count: i64,
) -> Result<Vec<Entry>, DbError> {
    let limit = limit.min(count - offset);
    if limit <= 0 {
        return Ok(Vec::new());
    }
    let beyond = count - offset - limit;
    let (skipped, skipping) = if beyond < offset {
        (beyond, Sort { descending: !sort.descending, ..sort })
    } else {
        (offset, sort)
    };
    let (column, (_, order), (_, walk)) = (column(sort.by), sort.words(), skipping.words());
    let columns = entry_columns!("e");
    let text = format!(
        "SELECT {columns} FROM (
             SELECT id FROM entry WHERE parent_id = $1 AND kind = $2 AND trashed_at IS NULL
             ORDER BY {column} {walk}, id {walk} LIMIT $3 OFFSET $4
         ) x JOIN entry e ON e.id = x.id ORDER BY e.{column} {order}, e.id {order}"
    );
    sql!(tx, all Entry, sqlx::AssertSqlSafe(text), folder, kind.code(), limit, skipped)
}
