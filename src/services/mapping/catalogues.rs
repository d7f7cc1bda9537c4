//! Reading the catalogue, which everybody signed in may: a citizen must find the procedure, and what it asks for.

use std::sync::Arc;

use chrono::NaiveDate;
use kho_mapping::catalogue::{Agency, Level, Procedure};
use uuid::Uuid;

use super::snapshot::{Shelf, Shelved, Snapshot};
use crate::db;
use crate::db::catalogue::Version;
use crate::domain::account::Actor;
use crate::domain::page::{Cursor, Key, Page, PageRequest};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Result};
use crate::domain::text::fold;
use crate::services::Kho;

/// Which procedures are looked for.
#[derive(Clone, Debug, Default)]
pub struct ProcedureSearch {
    /// Words of the name or the code, each as the beginning of one, with or without diacritics.
    pub words: String,
    /// Kind of owner that may ask for it.
    pub owner: Option<String>,
    /// Code of its sphere.
    pub field: Option<String>,
    pub level: Option<Level>,
    /// Those too that nobody can ask for today.
    pub all: bool,
}

/// Which agencies are looked for.
#[derive(Clone, Debug, Default)]
pub struct AgencySearch {
    pub words: String,
    pub level: Option<Level>,
    /// Code of the agency right above.
    pub parent: Option<String>,
    /// Those too that do not exist today.
    pub all: bool,
}

impl Kho {
    /// The catalogue as it is now, or as it was in a version.
    pub async fn view_catalogue(&self, actor: &Actor, version: Option<i64>) -> Result<Arc<Snapshot>> {
        actor.check_scope(Act::CatalogueRead)?;
        let mut tx = self.db.read().await?;
        let now = self.catalogue_now(&mut tx).await?;
        match version {
            None => Ok(now),
            Some(version) if (1..=now.number).contains(&version) => self.catalogue_at(&mut tx, version).await,
            Some(_) => Err(Code::NotFound.into()),
        }
    }

    /// The versions, the newest first.
    pub async fn list_catalogue_versions(&self, actor: &Actor, page: &PageRequest) -> Result<Page<Version>> {
        actor.check_scope(Act::CatalogueRead)?;
        let mut tx = self.db.read().await?;
        let before = page.after.as_ref().and_then(|cursor| cursor.key.as_number().ok());
        let rows = db::catalogue::versions(&mut tx, before.unwrap_or(i64::MAX), page.limit).await?;
        Ok(Page::cut(rows, page.limit, |last| Cursor {
            sort: page.sort,
            group: 0,
            key: Key::Number(last.number),
            id: Uuid::nil(),
        }))
    }

    /// Procedures by name.
    pub async fn find_procedures(
        &self,
        actor: &Actor,
        search: &ProcedureSearch,
        page: &PageRequest,
    ) -> Result<Page<Arc<Procedure>>> {
        let catalogue = self.view_catalogue(actor, None).await?;
        let today = self.clock.today();
        let fits = |item: &Procedure| {
            (search.all || holds_on(today, item.valid_from, item.valid_until))
                && search.level.is_none_or(|level| item.level == level)
                && search.owner.as_ref().is_none_or(|owner| item.owners.contains(owner))
                && search.field.as_ref().is_none_or(|field| item.field.code == *field)
        };
        Ok(page_of(&catalogue.procedures, &search.words, fits, page))
    }

    /// Agencies by name.
    pub async fn find_agencies(
        &self,
        actor: &Actor,
        search: &AgencySearch,
        page: &PageRequest,
    ) -> Result<Page<Arc<Agency>>> {
        let catalogue = self.view_catalogue(actor, None).await?;
        let today = self.clock.today();
        let fits = |item: &Agency| {
            (search.all || holds_on(today, item.valid_from, item.valid_until))
                && search.level.is_none_or(|level| item.level == level)
                && (search.parent.is_none() || search.parent == item.parent)
        };
        Ok(page_of(&catalogue.agencies, &search.words, fits, page))
    }
}

/// Whether a day lies between a first and a last one.
pub(super) fn holds_on(day: NaiveDate, first: Option<NaiveDate>, last: Option<NaiveDate>) -> bool {
    first.is_none_or(|first| first <= day) && last.is_none_or(|last| day <= last)
}

/// A page of what fits, in the order of names.
fn page_of<T>(shelf: &Shelf<T>, words: &str, fits: impl Fn(&T) -> bool, page: &PageRequest) -> Page<Arc<T>> {
    let wanted = fold(words);
    let wanted: Vec<&str> = wanted.split(' ').filter(|word| !word.is_empty()).collect();
    let (after, _) = page.after_name();
    let found: Vec<&Shelved<T>> = shelf
        .by_name()
        .filter(|one| one.order > after && fits(&one.item) && wanted.iter().all(|word| one.has(word)))
        .take(page.limit as usize + 1)
        .collect();
    let page = Page::cut(found, page.limit, |last| Cursor {
        sort: page.sort,
        group: 0,
        key: Key::name(&last.order),
        id: Uuid::nil(),
    });
    Page { items: page.items.into_iter().map(|one| one.item.clone()).collect(), next: page.next }
}
