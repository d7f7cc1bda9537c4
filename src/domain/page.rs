//! One page of a list: order, size, and where the last page ended (a keyset, so page 1,000 costs what page 1 costs).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::id::EntryId;
use super::problem::{Code, Problem, Result};

/// Items of a page where the caller names no `limit`, and the most it may name.
pub const DEFAULT_LIMIT: u32 = 100;
pub const MAX_LIMIT: u32 = 500;
/// The most that a page by place may have.
pub const MAX_PLACED_LIMIT: u32 = 200;

/// Later than any row, and still of four digits: SQLite compares times as text.
const END_OF_TIME: DateTime<Utc> = match NaiveDate::from_ymd_opt(9999, 1, 1) {
    Some(day) => day.and_time(NaiveTime::MIN).and_utc(),
    None => DateTime::UNIX_EPOCH,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    Name,
    /// The list's own time: last change, time of trashing, time of sharing, time of use.
    Time,
    Size,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    pub by: SortBy,
    pub descending: bool,
}

impl Sort {
    /// Reads `name`, `-name`, `updated_at`, `-updated_at`, `size`, `-size`.
    pub fn parse(text: &str) -> Result<Self> {
        let (descending, field) = match text.strip_prefix('-') {
            Some(field) => (true, field),
            None => (false, text),
        };
        let by = match field {
            "name" => SortBy::Name,
            "updated_at" | "time" => SortBy::Time,
            "size" => SortBy::Size,
            _ => return Err(Problem::field("sort", "unknown")),
        };
        Ok(Self { by, descending })
    }

    /// The comparison and the direction words of the keyset query.
    pub fn words(self) -> (&'static str, &'static str) {
        if self.descending { ("<", "DESC") } else { (">", "ASC") }
    }
}

/// The value that the list is sorted by, of the last item given out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    /// Microseconds since the epoch, or bytes.
    Number(i64),
    /// A collation key in base64url.
    Bytes(String),
}

impl Key {
    pub fn name(sort_key: &[u8]) -> Self {
        Key::Bytes(URL_SAFE_NO_PAD.encode(sort_key))
    }

    pub fn time(at: DateTime<Utc>) -> Self {
        Key::Number(at.timestamp_micros())
    }

    pub fn as_name(&self) -> Result<Vec<u8>> {
        match self {
            Key::Bytes(text) => URL_SAFE_NO_PAD.decode(text).map_err(|_| Code::UnknownCursor.into()),
            Key::Number(_) => Err(Code::UnknownCursor.into()),
        }
    }

    pub fn as_time(&self) -> Result<DateTime<Utc>> {
        match self {
            Key::Number(micros) => {
                DateTime::from_timestamp_micros(*micros).ok_or_else(|| Code::UnknownCursor.into())
            }
            Key::Bytes(_) => Err(Code::UnknownCursor.into()),
        }
    }

    pub fn as_number(&self) -> Result<i64> {
        match self {
            Key::Number(number) => Ok(*number),
            Key::Bytes(_) => Err(Code::UnknownCursor.into()),
        }
    }
}

/// Where the last page ended. Opaque to callers; bound to the order it was made under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(rename = "s")]
    pub sort: Sort,
    /// A leading group: the entry kind in a folder's list, the rank in a search.
    #[serde(rename = "g", default)]
    pub group: i64,
    #[serde(rename = "k")]
    pub key: Key,
    #[serde(rename = "i")]
    pub id: Uuid,
}

impl Cursor {
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn decode(text: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}

/// A checked request for one page.
#[derive(Clone, Debug)]
pub struct PageRequest {
    pub sort: Sort,
    pub limit: u32,
    pub after: Option<Cursor>,
}

impl PageRequest {
    /// Reads the query parameters `sort`, `limit` and `cursor`; `default_sort` is in the same words as `sort`.
    pub fn parse(
        sort: Option<&str>,
        limit: Option<u32>,
        cursor: Option<&str>,
        default_sort: &str,
    ) -> Result<Self> {
        let sort = Sort::parse(sort.unwrap_or(default_sort))?;
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if limit == 0 || limit > MAX_LIMIT {
            return Err(Problem::field("limit", "out_of_range").with("maximum", MAX_LIMIT));
        }
        let after = match cursor {
            None => None,
            Some(text) => {
                let cursor = Cursor::decode(text).ok_or(Code::UnknownCursor)?;
                if cursor.sort != sort {
                    return Err(Code::UnknownCursor.into());
                }
                // A cursor whose key is of another type than the order's is refused here, once.
                match sort.by {
                    SortBy::Name => drop(cursor.key.as_name()?),
                    SortBy::Time => drop(cursor.key.as_time()?),
                    SortBy::Size => drop(cursor.key.as_number()?),
                }
                Some(cursor)
            }
        };
        Ok(Self { sort, limit, after })
    }

    /// Where a list sorted by ascending names goes on: all that is greater. Before all names where the list begins.
    pub fn after_name(&self) -> (Vec<u8>, Uuid) {
        let cursor = self.after.as_ref();
        let name = cursor.and_then(|cursor| cursor.key.as_name().ok());
        (name.unwrap_or_default(), cursor.map_or(Uuid::nil(), |cursor| cursor.id))
    }

    /// Where a list of the newest first goes on: all that is smaller. After all times where the list begins.
    pub fn before_time(&self) -> (DateTime<Utc>, Uuid) {
        let cursor = self.after.as_ref();
        let time = cursor.and_then(|cursor| cursor.key.as_time().ok());
        (time.unwrap_or(END_OF_TIME), cursor.map_or(Uuid::max(), |cursor| cursor.id))
    }
}

/// One page of a list and where the next begins.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page of rows fetched with one more than the limit; `cursor` names the last item given out.
    pub fn cut(mut rows: Vec<T>, limit: u32, cursor: impl Fn(&T) -> Cursor) -> Self {
        let limit = limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(cursor) } else { None };
        Self { items: rows, next }
    }
}

/// Where a page begins that is asked for by place: what is shown of a long list as it is scrolled, or around one item of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// So many items lie before it.
    Offset(u32),
    /// It holds this entry.
    Around(EntryId),
}

impl Place {
    /// Reads the query parameters `offset` and `around`, which exclude each other and a cursor; none where the page is not by place.
    pub fn parse(offset: Option<u32>, around: Option<EntryId>, page: &PageRequest) -> Result<Option<Self>> {
        let place = match (offset, around) {
            (None, None) => return Ok(None),
            (Some(offset), None) => Place::Offset(offset),
            (None, Some(entry)) => Place::Around(entry),
            (Some(_), Some(_)) => return Err(Problem::field("around", "not_with_offset")),
        };
        if page.after.is_some() {
            return Err(Problem::field("cursor", "not_by_place"));
        }
        if page.limit > MAX_PLACED_LIMIT {
            return Err(Problem::field("limit", "out_of_range").with("maximum", MAX_PLACED_LIMIT));
        }
        Ok(Some(place))
    }
}

/// A page by place: how many items lie before it, and how many there are.
#[derive(Clone, Debug)]
pub struct PlacedPage<T> {
    pub page: Page<T>,
    pub offset: i64,
    pub total: i64,
}

/// The offset of a page that holds the item at a place about in its middle, and is full if the list is long enough.
pub fn middle_of_page(place: i64, limit: i64, total: i64) -> i64 {
    (place - limit / 2).min(total - limit).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_around_an_item_holds_it_and_is_full_at_both_ends() {
        assert_eq!(middle_of_page(500, 100, 1000), 450);
        assert_eq!(middle_of_page(10, 100, 1000), 0);
        assert_eq!(middle_of_page(990, 100, 1000), 900);
        assert_eq!(middle_of_page(3, 100, 5), 0);
        for (place, limit, total) in (0..7).flat_map(|place| (1..9).map(move |limit| (place, limit, 7))) {
            let offset = middle_of_page(place, limit, total);
            assert!((offset..offset + limit).contains(&place), "{place} in pages of {limit}");
        }
    }
}
