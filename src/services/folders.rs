//! Looking at the tree, and making folders in it.

use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::entry::{Entry, MAX_DEPTH};
use crate::domain::id::{EntryId, VaultId};
use crate::domain::name::EntryName;
use crate::domain::page::{Cursor, Key, Page, PageRequest, SortBy};
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

    /// One page of a folder's live content, folders first.
    pub async fn list_folder(&self, actor: &Actor, id: EntryId, page: &PageRequest) -> Result<Page<Entry>> {
        let mut tx = self.db.read().await?;
        let folder = self.gate(&mut tx, actor, Act::FolderList, id).await?;
        folder.entry.expect_folder()?;
        let rows = db::entry::children(&mut tx, id, page).await?;
        Ok(Page::cut(rows, page.limit, |last| cursor_after(last, page)))
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
    let key = match page.sort.by {
        SortBy::Name => Key::name(&last.sort_key),
        SortBy::Time => Key::time(last.updated_at),
        SortBy::Size => Key::Number(last.size_bytes),
    };
    Cursor { sort: page.sort, group: i64::from(last.kind), key, id: last.id.0 }
}
