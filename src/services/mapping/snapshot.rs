//! The catalogue as this node last read it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::NaiveDate;
use kho_mapping::catalogue::{
    Agency, Calendar, Catalogue, Day, DocumentType, Item, Kind, Procedure, ResultType, Words,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::catalogues::holds_on;
use crate::db::catalogue::StoredItem;
use crate::db::{self, Tx};
use crate::domain::problem::{Code, Problem, Result};
use crate::domain::sort_key::sort_key;
use crate::domain::text::fold;
use crate::services::Kho;

/// Items of one kind: in their place, by code, by name.
#[derive(Debug)]
pub struct Shelf<T> {
    items: Vec<Shelved<T>>,
    by_code: HashMap<String, usize>,
    /// Places in the Vietnamese order of names.
    by_name: Vec<usize>,
}

/// An item, and what it is found by.
#[derive(Debug)]
pub struct Shelved<T> {
    pub item: Arc<T>,
    /// The version in which it became what it is.
    pub since: i64,
    /// Where it stands in the order of names: the name's key, then the code.
    pub order: Vec<u8>,
    /// Its code and names, folded for comparison.
    pub words: String,
}

/// What items of every kind have.
pub trait Named {
    fn code(&self) -> &str;
    fn name(&self) -> &Words;
}

macro_rules! named {
    ($($item:ty),+) => {$(
        impl Named for $item {
            fn code(&self) -> &str {
                &self.code
            }

            fn name(&self) -> &Words {
                &self.name
            }
        }
    )+};
}
named!(Agency, DocumentType, ResultType, Procedure, Day);

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { items: Vec::new(), by_code: HashMap::new(), by_name: Vec::new() }
    }
}

impl<T: Named> Shelf<T> {
    fn new(items: Vec<(T, i64)>) -> Self {
        let shelved = |(item, since): (T, i64)| {
            let mut order = sort_key(&item.name().vi);
            // Zero ends every key, so that no name stands between another and its code.
            order.push(0);
            order.extend_from_slice(item.code().as_bytes());
            let words = format!("{} {} {}", fold(item.code()), fold(&item.name().vi), fold(&item.name().en));
            Shelved { item: Arc::new(item), since, order, words }
        };
        let items: Vec<_> = items.into_iter().map(shelved).collect();
        let by_code = items.iter().enumerate().map(|(i, one)| (one.item.code().to_owned(), i)).collect();
        let mut by_name: Vec<_> = (0..items.len()).collect();
        by_name.sort_by(|left, right| items[*left].order.cmp(&items[*right].order));
        Self { items, by_code, by_name }
    }
}

impl<T> Shelved<T> {
    /// Whether a word of its code or names begins so.
    pub fn has(&self, beginning: &str) -> bool {
        self.words.split(' ').any(|word| word.starts_with(beginning))
    }
}

impl<T> Shelf<T> {
    pub fn get(&self, code: &str) -> Option<&Arc<T>> {
        self.shelved(code).map(|one| &one.item)
    }

    pub fn shelved(&self, code: &str) -> Option<&Shelved<T>> {
        self.by_code.get(code).map(|place| &self.items[*place])
    }

    /// In the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<T>> {
        self.items.iter().map(|one| &one.item)
    }

    /// In the Vietnamese order of names.
    pub fn by_name(&self) -> impl Iterator<Item = &Shelved<T>> {
        self.by_name.iter().map(|place| &self.items[*place])
    }
}

/// One version of the catalogue. Never changes.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub number: i64,
    pub agencies: Shelf<Agency>,
    pub document_types: Shelf<DocumentType>,
    pub result_types: Shelf<ResultType>,
    pub procedures: Shelf<Procedure>,
    pub days: Shelf<Day>,
}

impl Snapshot {
    fn of(number: i64, rows: &[StoredItem]) -> Result<Self> {
        Ok(Self {
            number,
            agencies: shelf(rows, Kind::Agency)?,
            document_types: shelf(rows, Kind::DocumentType)?,
            result_types: shelf(rows, Kind::ResultType)?,
            procedures: shelf(rows, Kind::Procedure)?,
            days: shelf(rows, Kind::Day)?,
        })
    }

    /// The version as its file has it.
    pub fn catalogue(&self) -> Catalogue {
        Catalogue {
            agencies: self.agencies.iter().map(|item| (**item).clone()).collect(),
            document_types: self.document_types.iter().map(|item| (**item).clone()).collect(),
            result_types: self.result_types.iter().map(|item| (**item).clone()).collect(),
            procedures: self.procedures.iter().map(|item| (**item).clone()).collect(),
            days: self.days.iter().map(|item| (**item).clone()).collect(),
            ..Catalogue::default()
        }
    }

    /// Whether there is an agency of this code on a day.
    pub fn has_agency(&self, code: &str, on: NaiveDate) -> bool {
        let known = self.agencies.get(code);
        known.is_some_and(|agency| holds_on(on, agency.valid_from, agency.valid_until))
    }

    /// The version since which an item is what it is.
    pub fn since(&self, kind: Kind, code: &str) -> Option<i64> {
        match kind {
            Kind::Agency => self.agencies.shelved(code).map(|one| one.since),
            Kind::DocumentType => self.document_types.shelved(code).map(|one| one.since),
            Kind::ResultType => self.result_types.shelved(code).map(|one| one.since),
            Kind::Procedure => self.procedures.shelved(code).map(|one| one.since),
            Kind::Day => self.days.shelved(code).map(|one| one.since),
        }
    }
}

fn shelf<T: Named + DeserializeOwned>(rows: &[StoredItem], kind: Kind) -> Result<Shelf<T>> {
    let of_kind = rows.iter().filter(|row| row.kind == kind.as_str());
    Ok(Shelf::new(of_kind.map(|row| Ok((from_body(&row.body)?, row.since))).collect::<Result<_>>()?))
}

fn from_body<T: DeserializeOwned>(body: &str) -> Result<T> {
    serde_json::from_str(body).map_err(|error| Problem::new(Code::Internal).caused_by(error))
}

/// An item as its row keeps it.
pub(super) fn body_of(item: &Item) -> Result<String> {
    fn text(item: &impl Serialize) -> Result<String> {
        serde_json::to_string(item).map_err(|error| Problem::new(Code::Internal).caused_by(error))
    }
    match item {
        Item::Agency(item) => text(item),
        Item::DocumentType(item) => text(item),
        Item::ResultType(item) => text(item),
        Item::Procedure(item) => text(item),
        Item::Day(item) => text(item),
    }
}

/// The newest version that this node has read.
#[derive(Clone, Default)]
pub struct LastSeen(Arc<RwLock<Arc<Snapshot>>>);

impl LastSeen {
    fn get(&self) -> Arc<Snapshot> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, snapshot: &Arc<Snapshot>) {
        let mut seen = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if seen.number < snapshot.number {
            *seen = snapshot.clone();
        }
    }
}

impl Kho {
    /// The catalogue as it is now. Asks only for the number where this node has read that version before. Not to be called in the
    /// transaction that makes a version, which may still be rolled back.
    pub async fn catalogue_now(&self, tx: &mut Tx) -> Result<Arc<Snapshot>> {
        let number = db::catalogue::newest(tx).await?;
        self.catalogue_at(tx, number).await
    }

    /// The catalogue of a version. One before the newest is read anew each time: ask for the item where one is enough.
    pub async fn catalogue_at(&self, tx: &mut Tx, number: i64) -> Result<Arc<Snapshot>> {
        let seen = self.catalogue_seen.get();
        if seen.number == number {
            return Ok(seen);
        }
        let rows = db::catalogue::items(tx, number).await?;
        let snapshot = Arc::new(Snapshot::of(number, &rows)?);
        self.catalogue_seen.keep(&snapshot);
        Ok(snapshot)
    }

    /// The catalogue as this node last saw it, for what is said beside rows just read.
    pub fn catalogue_last_seen(&self) -> Arc<Snapshot> {
        self.catalogue_seen.get()
    }

    /// A procedure as it was in a version.
    pub async fn procedure_at(
        &self,
        tx: &mut Tx,
        code: &str,
        version: i64,
    ) -> Result<Option<Arc<Procedure>>> {
        let seen = self.catalogue_seen.get();
        if seen.number == version {
            return Ok(seen.procedures.get(code).cloned());
        }
        let row = db::catalogue::item(tx, Kind::Procedure.as_str(), code, version).await?;
        row.map(|row| from_body(&row.body).map(Arc::new)).transpose()
    }

    /// The types of document as they were in a version.
    pub async fn document_types_at(&self, tx: &mut Tx, version: i64) -> Result<Vec<Arc<DocumentType>>> {
        let seen = self.catalogue_seen.get();
        if seen.number == version {
            return Ok(seen.document_types.iter().cloned().collect());
        }
        let rows = db::catalogue::items_of(tx, Kind::DocumentType.as_str(), version).await?;
        rows.iter().map(|row| from_body(&row.body).map(Arc::new)).collect()
    }

    /// The days of work as a version had them.
    pub(super) async fn calendar_at(&self, tx: &mut Tx, version: i64) -> Result<Calendar> {
        let seen = self.catalogue_seen.get();
        if seen.number == version {
            return Ok(Calendar::of(seen.days.iter().map(Arc::as_ref)));
        }
        let rows = db::catalogue::items_of(tx, Kind::Day.as_str(), version).await?;
        let days = rows.iter().map(|row| from_body(&row.body)).collect::<Result<Vec<Day>>>()?;
        Ok(Calendar::of(&days))
    }
}
