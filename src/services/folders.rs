//! Looking at the tree, and making folders in it.

use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::entry::{Entry, EntryKind, MAX_DEPTH};
use crate::domain::id::{EntryId, VaultId};
use crate::domain::name::EntryName;
use crate::domain::page::{Cursor, Page, PageRequest, Place, PlacedPage, middle_of_page};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Result};
use crate::services::Kho;
use crate::services::gate::Target;
use crate::services::vaults::forms;

/// What to do where a folder already holds the name.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
    /// Answer `name_taken`.
    #[default]
    Refuse,
    /// Keep both: the new one gets a number, "Tên (2).pdf".
    KeepBoth,
}

/// Names tried before keep-both gives up; a folder with this many namesakes is a mistake.
const MOST_NAMESAKES: u32 = 1000;

impl Kho {
    /// An entry with the way to it, live or in the trash.
    pub async fn view_entry(&self, actor: &Actor, id: EntryId) -> Result<Target> {
        let mut tx = self.db.read().await?;
        let target = self.gate_anywhere(&mut tx, actor, Act::EntryView, id).await?;
        drop(tx);
        // The owner learns who looked at a paper; looking at one's own is nobody's concern.
        if target.entry.is_document() && matches!(target.ground, super::gate::Ground::Grant(_)) {
            self.trail.keep(target.record(self, actor, Act::EntryView)).await?;
        }
        Ok(target)
    }

    /// One page of a folder's live content, folders first, or of what is of one kind.
    pub async fn list_folder(
        &self,
        actor: &Actor,
        id: EntryId,
        kind: Option<EntryKind>,
        page: &PageRequest,
    ) -> Result<Page<Entry>> {
        let mut tx = self.db.read().await?;
        let folder = self.gate(&mut tx, actor, Act::FolderList, id).await?;
        folder.entry.expect_folder()?;
        let rows = db::children::after_cursor(&mut tx, id, kind, page).await?;
        Ok(Page::cut(rows, page.limit, |last| cursor_after(last, page)))
    }

    /// The same by place, with how much there is.
    pub async fn list_folder_at(
        &self,
        actor: &Actor,
        id: EntryId,
        kind: Option<EntryKind>,
        place: Place,
        page: &PageRequest,
    ) -> Result<PlacedPage<Entry>> {
        let mut tx = self.db.read().await?;
        let folder = self.gate(&mut tx, actor, Act::FolderList, id).await?;
        folder.entry.expect_folder()?;
        let mut counts = [(EntryKind::Folder, 0), (EntryKind::Document, 0)];
        for (of, count) in counts.iter_mut().filter(|(of, _)| kind.is_none_or(|kind| kind == *of)) {
            *count = db::children::count(&mut tx, id, *of).await?;
        }
        let total = counts.iter().map(|(_, count)| count).sum::<i64>();
        let limit = i64::from(page.limit);
        let offset = match place {
            Place::Offset(offset) => i64::from(offset),
            Place::Around(child) => {
                let child = db::entry::get(&mut tx, child).await?.filter(|child| {
                    let is_shown = kind.is_none_or(|kind| kind.code() == child.kind);
                    child.parent_id == Some(id) && child.trashed_at.is_none() && is_shown
                });
                let child = child.ok_or(Code::NotFound)?;
                let folders = if child.is_folder() { 0 } else { counts[0].1 };
                let at = folders + db::children::before(&mut tx, &child, page.sort).await?;
                middle_of_page(at, limit, total)
            }
        };
        let mut items = Vec::new();
        let mut skipped = 0;
        for (kind, count) in counts {
            let (from, missing) = ((offset - skipped).max(0), limit - items.len() as i64);
            items.extend(db::children::at_place(&mut tx, id, kind, page.sort, from, missing, count).await?);
            skipped += count;
        }
        let is_last = offset + items.len() as i64 >= total;
        let next = items.last().filter(|_| !is_last).map(|last| cursor_after(last, page));
        Ok(PlacedPage { page: Page { items, next }, offset, total })
    }

    pub async fn create_folder(
        &self,
        actor: &Actor,
        parent: EntryId,
        name: &str,
        on_conflict: OnConflict,
    ) -> Result<Entry> {
        let name = EntryName::parse(name)?;
        let mut tx = self.db.begin().await?;
        let target = self.gate_for_change(&mut tx, actor, Act::FolderCreate, parent).await?;
        target.entry.expect_folder()?;
        if target.path.len() > MAX_DEPTH {
            return Err(Code::FolderTooDeep.into());
        }
        let name = self.free_name(&mut tx, parent, name, on_conflict).await?;
        let now = self.clock.now();
        let id = EntryId::new(now);
        let folder = db::entry::NewFolder {
            id,
            vault_id: target.vault_id(),
            parent_id: Some(parent),
            name: forms(&name),
            system_code: None,
            created_by: Some(actor.account_id),
            at: now,
        };
        db::entry::insert_folder(&mut tx, folder).await?;
        let entry = self.entry(&mut tx, id).await?;
        self.refresh_search(&mut tx, &entry).await?;
        self.audit(&mut tx, target.record(self, actor, Act::FolderCreate).on(id, &entry.name)).await?;
        tx.commit().await?;
        Ok(entry)
    }

    /// Locks the vault of an entry, then decides access on what is true under the lock.
    pub(super) async fn gate_for_change(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        id: EntryId,
    ) -> Result<Target> {
        self.lock_vault_of(tx, id).await?;
        self.gate(tx, actor, act, id).await
    }

    /// Locks the vault that holds an entry; an entry that does not exist is left to the gate to refuse.
    pub(super) async fn lock_vault_of(&self, tx: &mut Tx, id: EntryId) -> Result<Option<db::vault::Vault>> {
        let vault: Option<VaultId> = db::entry::vault_of(tx, id).await?;
        match vault {
            Some(vault) => Ok(db::vault::lock(tx, vault).await?),
            None => Ok(None),
        }
    }

    /// The name itself where it is free among the folder's live children, or a numbered one where both are to be kept.
    pub(super) async fn free_name(
        &self,
        tx: &mut Tx,
        folder: EntryId,
        name: EntryName,
        on_conflict: OnConflict,
    ) -> Result<EntryName> {
        if !db::entry::name_is_taken(tx, folder, &name.key()).await? {
            return Ok(name);
        }
        if on_conflict == OnConflict::KeepBoth {
            for number in 2..MOST_NAMESAKES {
                let candidate = name.with_suffix(number);
                if !db::entry::name_is_taken(tx, folder, &candidate.key()).await? {
                    return Ok(candidate);
                }
            }
        }
        Err(Code::NameTaken.into())
    }

    /// An entry that this transaction knows to exist.
    pub(super) async fn entry(&self, tx: &mut Tx, id: EntryId) -> Result<Entry> {
        db::entry::get(tx, id).await?.ok_or_else(|| Code::NotFound.into())
    }
}

/// Where the page after `last` begins.
pub(super) fn cursor_after(last: &Entry, page: &PageRequest) -> Cursor {
    let key = db::children::key_of(last, page.sort.by);
    Cursor { sort: page.sort, group: i64::from(last.kind), key, id: last.id.0 }
}
