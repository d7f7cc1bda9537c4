//! Rows of what papers are found by, and finding them.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::dialect::{self, IndexTerm};
use super::value::{Value, Values};
use super::{DbError, Reach, Tx};
use crate::domain::entry::Entry;
use crate::domain::id::{EntryId, VaultId};
use crate::domain::page::{PageRequest, SortBy};
use crate::domain::problem::Result;
use crate::domain::search::{Findable, Query, spaced};
use crate::{entry_columns, sql};

/// The number of a vault is in the upper half of its rows' `index_number`.
const VAULT_SHIFT: i64 = 1 << 32;

/// Terms of what is said about a paper, and of what its file says, are told apart by the letter after the vault's number.
fn word_term(vault_number: i64, word: &str) -> String {
    format!("{vault_number:x}m{word}")
}

fn code_term(vault_number: i64, code: &str) -> String {
    format!("{vault_number:x}t{code}")
}

/// Writes what an entry is found by; what was read in its file stays. The caller holds the vault's lock.
pub async fn put(tx: &mut Tx, entry: EntryId, vault: VaultId, findable: &Findable) -> Result<(), DbError> {
    let (index_number, text_codes): (i64, String) = sql!(
        tx,
        one (i64, String),
        "INSERT INTO search_entry (entry_id, vault_id, index_number, exact_head, head, paper_number, authority, words)
         VALUES ($1, $2,
             (SELECT COALESCE((SELECT MAX(index_number) FROM search_entry WHERE vault_id = $2), v.number * 4294967296) + 1
              FROM vault v WHERE v.id = $2),
             $3, $4, $5, $6, $7)
         ON CONFLICT (entry_id) DO UPDATE SET exact_head = excluded.exact_head, head = excluded.head,
             paper_number = excluded.paper_number, authority = excluded.authority, words = excluded.words
         RETURNING index_number, text_codes",
        entry,
        vault,
        &findable.exact_head,
        &findable.head,
        &findable.paper_number,
        &findable.authority,
        spaced(&findable.words.join(" "))
    )?;
    index(tx, index_number, &findable.words.join(" "), &text_codes).await
}

/// Writes which words are in an entry's file, as codes with one space between; does nothing for an entry that has no row.
pub async fn put_text(tx: &mut Tx, entry: EntryId, text_codes: &str) -> Result<(), DbError> {
    let row: Option<(i64, String)> = sql!(
        tx,
        optional(i64, String),
        "UPDATE search_entry SET text_codes = $2 WHERE entry_id = $1 RETURNING index_number, words",
        entry,
        text_codes
    )?;
    match row {
        Some((index_number, words)) => index(tx, index_number, &words, text_codes).await,
        None => Ok(()),
    }
}

async fn index(tx: &mut Tx, index_number: i64, words: &str, codes: &str) -> Result<(), DbError> {
    let vault_number = index_number / VAULT_SHIFT;
    let words = words.split_ascii_whitespace().map(|word| word_term(vault_number, word));
    let codes = codes.split_ascii_whitespace().map(|code| code_term(vault_number, code));
    let terms = words.chain(codes).collect::<Vec<_>>().join(" ");
    dialect::index_terms(tx, index_number, &terms).await
}

/// Takes entries out of the search. Rows also go by themselves when their entries are deleted.
pub async fn delete(tx: &mut Tx, entries: &[EntryId]) -> Result<(), DbError> {
    let mut values = Values::default();
    let ids = values.bind_ids(entries.iter().map(|id| id.0));
    let text = sqlx::AssertSqlSafe(format!("DELETE FROM search_entry WHERE entry_id IN ({ids})"));
    sql!(tx, execute, text; values)?;
    Ok(())
}

/// The query as it is put to one vault: the codes of its words under the vault's key.
#[derive(Clone, Debug)]
pub struct VaultQuery {
    pub vault_number: i64,
    /// Of the words before the last, in their order.
    pub codes: Vec<String>,
    pub last_code: String,
}

/// What hits must also be.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    pub type_code: Option<String>,
    /// Folded; anywhere in the authority's name.
    pub authority: Option<String>,
    pub trust_level: Option<i16>,
    pub media_type: Option<String>,
    pub updated_from: Option<DateTime<Utc>>,
    pub updated_before: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Hit {
    #[sqlx(flatten)]
    pub entry: Entry,
    /// The place in [`crate::domain::search::Match`], 0 the best.
    pub rank: i32,
}

/// Entries within reach that hold all words of the query, one more than the page's limit at the most.
///
/// A `ranked` page comes by rank and then by its sort; one that is not by its sort alone. Both engines' indexes only say who holds the terms; rank
/// and order come from columns by one text, so they are the same.
pub async fn find(
    tx: &mut Tx,
    query: &Query,
    vaults: &[VaultQuery],
    reach: &Reach,
    filters: &Filters,
    page: &PageRequest,
    ranked: bool,
) -> Result<Vec<Hit>> {
    let mut values = Values::default();
    let askings = vaults.iter().map(|vault| asking(query, vault)).collect::<Vec<_>>();
    let asked = values.bind(Value::Text(dialect::index_query(tx, &askings)));
    let (answering, answers) = dialect::answering(tx, &asked);
    let tables = reach.tables(&mut values);
    let visible = reach.condition(&mut values);
    let rank = rank(&mut values, query);
    let filtered = conditions(&mut values, filters);
    let (compare, direction) = page.sort.words();
    let key = match page.sort.by {
        SortBy::Name => "sort_key",
        SortBy::Time => "updated_at",
        SortBy::Size => "size_bytes",
    };
    let mut after = "1 = 1".to_owned();
    if let Some(cursor) = &page.after {
        let value = match page.sort.by {
            SortBy::Name => Value::Bytes(cursor.key.as_name()?),
            SortBy::Time => Value::Time(cursor.key.as_time()?),
            SortBy::Size => Value::Number(cursor.key.as_number()?),
        };
        let (value, id) = (values.bind(value), values.bind(Value::Id(cursor.id)));
        after = format!("({key}, id) {compare} ({value}, {id})");
        if ranked {
            let group = values.bind(Value::Number(cursor.group));
            after = format!("(rank > {group} OR (rank = {group} AND {after}))");
        }
    }
    let by_rank = if ranked { "rank, " } else { "" };
    let limit = values.bind(Value::Number(i64::from(page.limit) + 1));
    let columns = entry_columns!("e");
    let text = format!(
        "WITH RECURSIVE {tables},
         hit (id, rank, {key}) AS (
             SELECT e.id, CAST({rank} AS INTEGER), e.{key}
             FROM {answering}
             WHERE {answers} AND {visible}{filtered}
         ),
         page (id, rank) AS (
             SELECT id, rank FROM hit WHERE {after} ORDER BY {by_rank}{key} {direction}, id {direction} LIMIT {limit}
         )
         SELECT {columns}, rank FROM page JOIN entry e ON e.id = page.id
         ORDER BY {by_rank}e.{key} {direction}, e.id {direction}"
    );
    Ok(sql!(tx, all Hit, sqlx::AssertSqlSafe(text); values)?)
}

/// What a row of one vault must hold: each word in what is said about the paper or in its file.
fn asking(query: &Query, vault: &VaultQuery) -> Vec<Vec<IndexTerm>> {
    let number = vault.vault_number;
    let group = |word: &str, code: &str, is_open| {
        let word = IndexTerm { text: word_term(number, word), is_open };
        vec![word, IndexTerm { text: code_term(number, code), is_open: false }]
    };
    let mut groups =
        query.words.iter().zip(&vault.codes).map(|(word, code)| group(word, code, false)).collect::<Vec<_>>();
    groups.push(group(&query.last, &vault.last_code, true));
    groups
}

/// The place in [`crate::domain::search::Match`]. Patterns hold letters, digits and spaces only, so nothing in them is special to `LIKE`.
fn rank(values: &mut Values, query: &Query) -> String {
    let exact = values.bind(Value::Text(format!("% {}%", query.exact)));
    let phrase = values.bind(Value::Text(format!("% {}%", query.folded)));
    let number = values.bind(Value::Text(query.folded.clone()));
    let words = all_words(values, query);
    format!(
        "CASE WHEN s.exact_head LIKE {exact} THEN 0 WHEN s.head LIKE {phrase} THEN 1 WHEN s.paper_number = {number} THEN 2
              WHEN {words} THEN 3 ELSE 4 END"
    )
}

/// The condition that all words of the query are in what is said about row `s` of `search_entry`.
pub(super) fn all_words(values: &mut Values, query: &Query) -> String {
    let mut words = vec![values.bind(Value::Text(format!("% {}%", query.last)))];
    words.extend(query.words.iter().map(|word| values.bind(Value::Text(format!("% {word} %")))));
    words.iter().map(|word| format!("s.words LIKE {word}")).collect::<Vec<_>>().join(" AND ")
}

fn conditions(values: &mut Values, filters: &Filters) -> String {
    let mut all = String::new();
    let mut add = |column: &str, compare: &str, value: Option<Value>| {
        if let Some(value) = value {
            all += &format!(" AND {column} {compare} {}", values.bind(value));
        }
    };
    add("e.type_code", "=", filters.type_code.clone().map(Value::Text));
    let authority = filters.authority.as_ref().map(|authority| Value::Text(format!("% {authority}%")));
    add("s.authority", "LIKE", authority);
    add("e.trust_level", "=", filters.trust_level.map(|level| Value::Number(level.into())));
    add("e.media_type", "=", filters.media_type.clone().map(Value::Text));
    add("e.updated_at", ">=", filters.updated_from.map(Value::Time));
    add("e.updated_at", "<", filters.updated_before.map(Value::Time));
    all
}

/// Entries of a vault that can be searched for, in the order of their ids after `after`.
pub async fn searchable(tx: &mut Tx, vault: VaultId, after: Uuid, limit: i64) -> Result<Vec<Entry>, DbError> {
    sql!(
        tx,
        all Entry,
        concat!(
            "SELECT ",
            entry_columns!("e"),
            " FROM entry e WHERE e.vault_id = $1 AND e.id > $2 AND e.parent_id IS NOT NULL AND e.system_code IS NULL
             ORDER BY e.id LIMIT $3"
        ),
        vault,
        after,
        limit
    )
}
