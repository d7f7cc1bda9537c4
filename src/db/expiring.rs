//! Documents by the last day on which they are valid.

use chrono::NaiveDate;

use super::value::{Value, Values};
use super::{Reach, Tx};
use crate::domain::entry::Entry;
use crate::domain::id::VaultId;
use crate::domain::page::PageRequest;
use crate::domain::problem::Result;
use crate::{entry_columns, sql};

/// The documents of a vault within reach whose last day lies between two days, those included; the soonest first, one more than the
/// page's limit at the most. Read from the index `entry_by_expiry`.
pub async fn list(
    tx: &mut Tx,
    vault: VaultId,
    reach: &Reach,
    (first, last): (NaiveDate, NaiveDate),
    page: &PageRequest,
) -> Result<Vec<Entry>> {
    let mut values = Values::default();
    let tables = reach.tables(&mut values);
    let visible = reach.condition(&mut values);
    let vault = values.bind(Value::Id(vault.0));
    let (first, last) = (values.bind(Value::Date(first)), values.bind(Value::Date(last)));
    let mut after = String::new();
    if let Some(cursor) = &page.after {
        let day = values.bind(Value::Date(cursor.key.as_time()?.date_naive()));
        let id = values.bind(Value::Id(cursor.id));
        after = format!("AND (e.expires_on, e.id) > ({day}, {id})");
    }
    let limit = values.bind(Value::Number(i64::from(page.limit) + 1));
    let columns = entry_columns!("e");
    let text = format!(
        "WITH RECURSIVE {tables}
         SELECT {columns} FROM entry e
         WHERE e.vault_id = {vault} AND e.expires_on >= {first} AND e.expires_on <= {last} AND {visible} {after}
         ORDER BY e.expires_on, e.id LIMIT {limit}"
    );
    Ok(sql!(tx, all Entry, sqlx::AssertSqlSafe(text); values)?)
}
