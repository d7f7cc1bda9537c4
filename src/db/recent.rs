//! Rows of what accounts worked on lately.

use chrono::{DateTime, Utc};

use super::value::{Value, Values};
use super::{DbError, One, Reach, Tx, search};
use crate::domain::entry::Entry;
use crate::domain::id::{AccountId, EntryId};
use crate::domain::page::{PageRequest, SortBy};
use crate::domain::problem::Result;
use crate::domain::search::Query;
use crate::{entry_columns, sql};

/// Entries that are remembered for one account.
const REMEMBERED: i64 = 1000;

/// An entry and what an account last did with it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Recent {
    #[sqlx(flatten)]
    pub entry: Entry,
    pub act: String,
    pub at: DateTime<Utc>,
}

/// Notes an act, and forgets what is too long ago.
pub async fn note(
    tx: &mut Tx,
    account: AccountId,
    entry: EntryId,
    act: &str,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO recent (account_id, entry_id, act, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, entry_id) DO UPDATE SET act = excluded.act, at = excluded.at",
        account,
        entry,
        act,
        at
    )?;
    sql!(
        tx,
        execute,
        "DELETE FROM recent WHERE account_id = $1 AND (at, entry_id) < (
             SELECT at, entry_id FROM recent WHERE account_id = $1 ORDER BY at DESC, entry_id DESC LIMIT 1 OFFSET $2)",
        account,
        REMEMBERED - 1
    )?;
    Ok(())
}

/// When an account last worked on an entry.
pub async fn noted_at(
    tx: &mut Tx,
    account: AccountId,
    entry: EntryId,
) -> Result<Option<DateTime<Utc>>, DbError> {
    let row: Option<(DateTime<Utc>,)> = sql!(
        tx,
        optional One<DateTime<Utc>>,
        "SELECT at FROM recent WHERE account_id = $1 AND entry_id = $2",
        account,
        entry
    )?;
    Ok(row.map(|(at,)| at))
}

/// What an account worked on and has within reach, one more than the page's limit at the most. Words are looked for in what is said about
/// an entry.
pub async fn list(
    tx: &mut Tx,
    account: AccountId,
    query: Option<&Query>,
    reach: &Reach,
    page: &PageRequest,
) -> Result<Vec<Recent>> {
    let mut values = Values::default();
    let tables = reach.tables(&mut values);
    let visible = reach.condition(&mut values);
    let account = values.bind(Value::Id(account.0));
    let described = query.map_or_else(
        || "1 = 1".to_owned(),
        |query| {
            let words = search::all_words(&mut values, query);
            format!("EXISTS (SELECT 1 FROM search_entry s WHERE s.entry_id = e.id AND {words})")
        },
    );
    let (compare, direction) = page.sort.words();
    let key = if page.sort.by == SortBy::Name { "e.sort_key" } else { "r.at" };
    let mut after = "1 = 1".to_owned();
    if let Some(cursor) = &page.after {
        let value = match page.sort.by {
            SortBy::Name => Value::Bytes(cursor.key.as_name()?),
            _ => Value::Time(cursor.key.as_time()?),
        };
        let (value, id) = (values.bind(value), values.bind(Value::Id(cursor.id)));
        after = format!("({key}, e.id) {compare} ({value}, {id})");
    }
    let limit = values.bind(Value::Number(i64::from(page.limit) + 1));
    let columns = entry_columns!("e");
    let text = format!(
        "WITH RECURSIVE {tables}
         SELECT {columns}, r.act, r.at FROM recent r JOIN entry e ON e.id = r.entry_id
         WHERE r.account_id = {account} AND {visible} AND {described} AND {after}
         ORDER BY {key} {direction}, e.id {direction} LIMIT {limit}"
    );
    Ok(sql!(tx, all Recent, sqlx::AssertSqlSafe(text); values)?)
}

/// Forgets what an account worked on.
pub async fn clear(tx: &mut Tx, account: AccountId) -> Result<(), DbError> {
    sql!(tx, execute, "DELETE FROM recent WHERE account_id = $1", account)?;
    Ok(())
}
