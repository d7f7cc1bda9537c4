//! What a catalogue holds, one by one: how it is kept, compared and changed.

use serde::{Deserialize, Serialize};

use super::{Agency, Catalogue, Day, DocumentType, FORMAT, Procedure, ResultType, Words};

/// The kinds of item, in the order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CatalogueKind))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Agency,
    DocumentType,
    ResultType,
    Procedure,
    Day,
}

impl Kind {
    pub const ALL: [Kind; 5] =
        [Kind::Agency, Kind::DocumentType, Kind::ResultType, Kind::Procedure, Kind::Day];

    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Agency => "agency",
            Kind::DocumentType => "document_type",
            Kind::ResultType => "result_type",
            Kind::Procedure => "procedure",
            Kind::Day => "day",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The list of the file that it stands in.
    pub fn list(self) -> &'static str {
        match self {
            Kind::Agency => "agencies",
            Kind::DocumentType => "document_types",
            Kind::ResultType => "result_types",
            Kind::Procedure => "procedures",
            Kind::Day => "days",
        }
    }
}

/// One item of a catalogue. Known by its kind and code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    Agency(Agency),
    DocumentType(DocumentType),
    ResultType(ResultType),
    Procedure(Box<Procedure>),
    Day(Day),
}

impl Item {
    pub fn kind(&self) -> Kind {
        match self {
            Item::Agency(_) => Kind::Agency,
            Item::DocumentType(_) => Kind::DocumentType,
            Item::ResultType(_) => Kind::ResultType,
            Item::Procedure(_) => Kind::Procedure,
            Item::Day(_) => Kind::Day,
        }
    }

    pub fn code(&self) -> &str {
        match self {
            Item::Agency(item) => &item.code,
            Item::DocumentType(item) => &item.code,
            Item::ResultType(item) => &item.code,
            Item::Procedure(item) => &item.code,
            Item::Day(item) => &item.code,
        }
    }

    pub fn name(&self) -> &Words {
        match self {
            Item::Agency(item) => &item.name,
            Item::DocumentType(item) => &item.name,
            Item::ResultType(item) => &item.name,
            Item::Procedure(item) => &item.name,
            Item::Day(item) => &item.name,
        }
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        Self {
            format: FORMAT.to_owned(),
            agencies: Vec::new(),
            document_types: Vec::new(),
            result_types: Vec::new(),
            procedures: Vec::new(),
            days: Vec::new(),
        }
    }
}

impl Catalogue {
    /// The items, kind by kind, each in its place.
    pub fn items(&self) -> Vec<Item> {
        let agencies = self.agencies.iter().cloned().map(Item::Agency);
        let document_types = self.document_types.iter().cloned().map(Item::DocumentType);
        let result_types = self.result_types.iter().cloned().map(Item::ResultType);
        let procedures = self.procedures.iter().cloned().map(|item| Item::Procedure(Box::new(item)));
        let days = self.days.iter().cloned().map(Item::Day);
        agencies.chain(document_types).chain(result_types).chain(procedures).chain(days).collect()
    }

    /// Puts an item in the place of the one with its kind and code, or at the end of its list.
    pub fn put(&mut self, item: Item) {
        fn put<T>(list: &mut Vec<T>, item: T, code: impl Fn(&T) -> &str) {
            match list.iter().position(|known| code(known) == code(&item)) {
                Some(place) => list[place] = item,
                None => list.push(item),
            }
        }
        match item {
            Item::Agency(item) => put(&mut self.agencies, item, |item| &item.code),
            Item::DocumentType(item) => put(&mut self.document_types, item, |item| &item.code),
            Item::ResultType(item) => put(&mut self.result_types, item, |item| &item.code),
            Item::Procedure(item) => put(&mut self.procedures, *item, |item| &item.code),
            Item::Day(item) => put(&mut self.days, item, |item| &item.code),
        }
    }

    /// Takes an item out of its list.
    pub fn remove(&mut self, kind: Kind, code: &str) {
        match kind {
            Kind::Agency => self.agencies.retain(|item| item.code != code),
            Kind::DocumentType => self.document_types.retain(|item| item.code != code),
            Kind::ResultType => self.result_types.retain(|item| item.code != code),
            Kind::Procedure => self.procedures.retain(|item| item.code != code),
            Kind::Day => self.days.retain(|item| item.code != code),
        }
    }
}
