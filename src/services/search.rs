//! Finding papers by what is written on and in them.

use kho_mapping::catalogue::Kind;

use crate::crypto::blind_term::TermKey;
use crate::db::search::{Filters, Hit, VaultQuery};
use crate::db::{self, Reach, Tx};
use crate::domain::account::Actor;
use crate::domain::entry::Entry;
use crate::domain::id::{EntryId, VaultId};
use crate::domain::page::{Cursor, Key, Page, PageRequest, SortBy};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::domain::search::{Findable, Query};
use crate::services::Kho;
use crate::services::mapping::snapshot::Snapshot;

/// A search as it was asked for.
#[derive(Clone, Debug)]
pub struct Search {
    pub query: Query,
    /// Only in this vault.
    pub vault: Option<VaultId>,
    /// Only below this folder.
    pub folder: Option<EntryId>,
    pub filters: Filters,
    pub page: PageRequest,
    /// The best hits first, and the page's order among equals.
    pub ranked: bool,
}

impl Kho {
    /// One page of what the actor may see and the search asks for.
    pub async fn search(&self, actor: &Actor, search: &Search) -> Result<Page<Hit>> {
        actor.check_scope(Act::Search)?;
        // A cursor of the other order would skip hits.
        if search.page.after.as_ref().is_some_and(|cursor| (cursor.group >= 0) != search.ranked) {
            return Err(Code::UnknownCursor.into());
        }
        let mut tx = self.db.read().await?;
        self.expect_known(&mut tx, &search.filters).await?;
        let (reach, vaults) = self.searched(&mut tx, actor, search).await?;
        let asked = self.vault_queries(&mut tx, &vaults, &search.query).await?;
        if asked.is_empty() {
            return Ok(Page { items: Vec::new(), next: None });
        }
        let (page, ranked) = (&search.page, search.ranked);
        let hits =
            db::search::find(&mut tx, &search.query, &asked, &reach, &search.filters, page, ranked).await?;
        Ok(Page::cut(hits, page.limit, |last| cursor_after(last, page, ranked)))
    }

    /// Where to look: all that the actor may see, or the vault or folder asked for as far as the actor may see it.
    async fn searched(&self, tx: &mut Tx, actor: &Actor, search: &Search) -> Result<(Reach, Vec<VaultId>)> {
        if let Some(folder) = search.folder {
            let target = self.gate(tx, actor, Act::Search, folder).await?;
            target.entry.expect_folder()?;
            let vault = target.vault_id();
            let elsewhere = search.vault.is_some_and(|asked| asked != vault);
            let vaults = if elsewhere { Vec::new() } else { vec![vault] };
            return Ok((Reach { vaults: Vec::new(), entries: vec![folder] }, vaults));
        }
        let (mut reach, mut vaults) = self.reach(tx, actor).await?;
        if let Some(vault) = search.vault {
            if !vaults.contains(&vault) {
                return Err(self.refused(vault.0, actor, Act::Search, vault.0, Code::NotFound));
            }
            reach.vaults.retain(|id| *id == vault);
            vaults = vec![vault];
        }
        Ok((reach, vaults))
    }

    async fn vault_queries(&self, tx: &mut Tx, vaults: &[VaultId], query: &Query) -> Result<Vec<VaultQuery>> {
        let mut queries = Vec::new();
        for row in db::vault::keys(tx, vaults).await? {
            let key = TermKey::of(&self.keyring.open_vault_key(row.id, &row.wrapped_key)?);
            queries.push(VaultQuery {
                vault_number: row.number,
                codes: query.words.iter().map(|word| key.code(word)).collect(),
                last_code: key.code(&query.last),
            });
        }
        Ok(queries)
    }

    async fn expect_known(&self, tx: &mut Tx, filters: &Filters) -> Result<()> {
        let catalogue = self.catalogue_now(tx).await?;
        if let Some(code) = &filters.type_code
            && catalogue.document_types.get(code).is_none()
            // Papers keep a type that was closed. No code has control characters, and PostgreSQL takes no text that has some.
            && (code.contains(char::is_control)
                || !db::catalogue::was_ever(tx, Kind::DocumentType.as_str(), code).await?)
        {
            return Err(Problem::field("type", "unknown"));
        }
        let known = |media: &String| self.file_types.iter().any(|known| known.media == *media);
        if filters.media_type.as_ref().is_some_and(|media| !known(media)) {
            return Err(Problem::field("media", "unknown"));
        }
        if filters.trust_level.is_some_and(|level| !(1..=4).contains(&level)) {
            return Err(Problem::field("trust_level", "out_of_range"));
        }
        Ok(())
    }

    /// Brings the search row of an entry up to date, in the transaction that changed it. Default folders have none: every vault has them.
    pub(super) async fn refresh_search(&self, tx: &mut Tx, entry: &Entry) -> Result<()> {
        if entry.is_root() || entry.system_code.is_some() {
            return Ok(());
        }
        let catalogue = self.catalogue_now(tx).await?;
        let findable = Findable::of(entry, &type_names(&catalogue, entry));
        Ok(db::search::put(tx, entry.id, entry.vault_id, &findable).await?)
    }
}

/// The names that a document's type has for people.
pub fn type_names<'a>(catalogue: &'a Snapshot, entry: &Entry) -> Vec<&'a str> {
    let known = entry.type_code.as_deref().and_then(|code| catalogue.document_types.get(code));
    known.map_or_else(Vec::new, |known| vec![&*known.name.vi, &*known.name.en])
}

/// The group is the rank of a ranked page's hit, -1 where hits are not ranked.
fn cursor_after(last: &Hit, page: &PageRequest, ranked: bool) -> Cursor {
    let key = match page.sort.by {
        SortBy::Name => Key::name(&last.entry.sort_key),
        SortBy::Time => Key::time(last.entry.updated_at),
        SortBy::Size => Key::Number(last.entry.size_bytes),
    };
    let group = if ranked { i64::from(last.rank) } else { -1 };
    Cursor { sort: page.sort, group, key, id: last.entry.id.0 }
}
