//! The trash: putting entries into it, looking at it, and taking them out as they were (D6, H1–H3).

use crate::db::trash::Trashed;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::Record;
use crate::domain::entry::{Entry, MAX_DEPTH, PathStep};
use crate::domain::id::{EntryId, VaultId};
use crate::domain::name::EntryName;
use crate::domain::page::{Cursor, Key, Page, PageRequest, SortBy};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::domain::text::fold;
use crate::domain::trash::{FolderStep, MOST_NAMED, folders_above};
use crate::services::Kho;
use crate::services::folders::OnConflict;
use crate::services::gate::Target;
use crate::services::vaults::forms;

/// How something comes back from the trash.
#[derive(Clone, Debug)]
pub struct Restoration {
    /// The folder to put it into; `None` for where it lay.
    pub parent_id: Option<EntryId>,
    pub on_conflict: OnConflict,
    /// Whether what was shared stays shared.
    pub keep_shares: bool,
}

/// What became of one of several named entries.
pub struct Outcome<T> {
    pub id: EntryId,
    pub result: Result<T>,
}

/// Rows that one search of the trash looks at, at the most; the page after goes on from there.
const SEARCHED: usize = 5_000;

impl Kho {
    /// Puts an entry into the trash, guarded by the revision that the caller last saw.
    pub async fn trash_entry(&self, actor: &Actor, id: EntryId, seen: Option<i64>) -> Result<Trashed> {
        let mut tx = self.db.begin().await?;
        let target = self.gate_for_change(&mut tx, actor, Act::EntryTrash, id).await?;
        target.entry.expect_revision(seen)?;
        let trashed = self.put_in_trash(&mut tx, actor, &target).await?;
        tx.commit().await?;
        Ok(trashed)
    }

    /// Puts each of the named entries into the trash; what is refused stays and says why.
    pub async fn trash_entries(&self, actor: &Actor, ids: &[EntryId]) -> Result<Vec<Outcome<Trashed>>> {
        expect_named(ids)?;
        let mut tx = self.db.begin().await?;
        self.lock_vaults_of(&mut tx, ids).await?;
        let mut outcomes = Vec::with_capacity(ids.len());
        for &id in ids {
            let result = match self.gate(&mut tx, actor, Act::EntryTrash, id).await {
                Ok(target) => self.put_in_trash(&mut tx, actor, &target).await,
                Err(problem) => Err(problem),
            };
            outcomes.push(Outcome { id, result: refused_only(result)? });
        }
        tx.commit().await?;
        self.keep_refusals(&outcomes).await?;
        Ok(outcomes)
    }

    async fn put_in_trash(&self, tx: &mut Tx, actor: &Actor, target: &Target) -> Result<Trashed> {
        let entry = &target.entry;
        let detail = serde_json::json!({ "documents": entry.tree_documents, "from": entry.parent_id });
        let record = target.record(self, actor, Act::EntryTrash).detail(detail);
        self.move_to_trash(tx, actor, entry, &target.path, record).await?;
        db::trash::get(tx, entry.id).await?.ok_or_else(|| Code::NotFound.into())
    }

    /// Puts an entry into the trash with its record. The caller holds the vault's lock and has decided.
    pub(super) async fn move_to_trash(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        entry: &Entry,
        path: &[PathStep],
        record: Record,
    ) -> Result<()> {
        entry.expect_trashable()?;
        let folders = serde_json::to_string(&folders_above(path)).unwrap_or_default();
        db::trash::put(tx, entry, &folders, actor.account_id, self.clock.now()).await?;
        self.audit(tx, record).await
    }

    /// One page of a vault's trash. With a search, a page may hold few items or none and still have a next.
    pub async fn list_trash(
        &self,
        actor: &Actor,
        vault: VaultId,
        page: &PageRequest,
        search: Option<&str>,
    ) -> Result<Page<Trashed>> {
        let mut tx = self.db.read().await?;
        self.gate_vault(&mut tx, actor, Act::TrashList, vault).await?;
        let wanted = fold(search.unwrap_or_default());
        let limit = page.limit as usize;
        if wanted.is_empty() {
            let rows =
                db::trash::list(&mut tx, vault, page.sort, page.after.as_ref(), limit as i64 + 1).await?;
            return Ok(Page::cut(rows, page.limit, |last| cursor_after(last, page)));
        }
        let mut found = Vec::new();
        let mut after = page.after.clone();
        for _ in 0..SEARCHED / MOST_NAMED {
            let rows = db::trash::list(&mut tx, vault, page.sort, after.as_ref(), MOST_NAMED as i64).await?;
            let last_page = rows.len() < MOST_NAMED;
            for row in rows {
                let cursor = cursor_after(&row, page);
                if fold(&row.entry.name).contains(&wanted) {
                    if found.len() == limit {
                        return Ok(Page { items: found, next: after });
                    }
                    found.push(row);
                }
                after = Some(cursor);
            }
            if last_page {
                return Ok(Page { items: found, next: None });
            }
        }
        Ok(Page { items: found, next: after })
    }

    /// What was put into the trash, with where it lay and when it goes.
    pub async fn view_trashed(&self, actor: &Actor, id: EntryId) -> Result<Trashed> {
        let mut tx = self.db.read().await?;
        let target = self.gate_anywhere(&mut tx, actor, Act::EntryRestore, id).await?;
        target.entry.expect_in_trash()?;
        db::trash::get(&mut tx, id).await?.ok_or_else(|| Code::NotFound.into())
    }

    /// Takes an entry out of the trash as it was: the same rows, versions and tags, and the shares where they are to be kept.
    pub async fn restore_entry(
        &self,
        actor: &Actor,
        id: EntryId,
        seen: Option<i64>,
        how: Restoration,
    ) -> Result<Entry> {
        let mut tx = self.db.begin().await?;
        self.lock_vault_of(&mut tx, id).await?;
        let target = self.gate_anywhere(&mut tx, actor, Act::EntryRestore, id).await?;
        target.entry.expect_in_trash()?;
        if seen.is_some() {
            target.entry.expect_revision(seen)?;
        }
        let folder = match how.parent_id {
            Some(folder) => self.chosen_folder(&mut tx, actor, &target, folder).await?,
            None => self.original_folder(&mut tx, actor, &target).await?,
        };
        self.expect_depth_for(&mut tx, &target.entry, folder).await?;
        let name = EntryName::parse(&target.entry.name)?;
        let name = self.free_name(&mut tx, folder, name, how.on_conflict).await?;
        db::trash::take_out(&mut tx, &target.entry, folder, forms(&name)).await?;
        if !how.keep_shares {
            let (now, by) = (self.clock.now(), Some(actor.account_id));
            let because = "restored_without_shares";
            let closed = db::purge::close_grants(&mut tx, target.vault_id(), id, now, by, because).await?;
            self.tell_revoked(&mut tx, Some(actor), &closed, because).await?;
        }
        let entry = self.entry(&mut tx, id).await?;
        self.note_recent(&mut tx, actor, &entry, Act::EntryRestore).await?;
        self.refresh_search(&mut tx, &entry).await?;
        let detail = serde_json::json!({
            "keep_shares": how.keep_shares, "name": entry.name, "to": folder,
        });
        self.audit(&mut tx, target.record(self, actor, Act::EntryRestore).detail(detail)).await?;
        tx.commit().await?;
        Ok(entry)
    }

    async fn chosen_folder(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        target: &Target,
        folder: EntryId,
    ) -> Result<EntryId> {
        let folder = self.gate(tx, actor, Act::EntryRestore, folder).await?;
        folder.entry.expect_folder()?;
        if folder.vault_id() != target.vault_id() {
            return Err(Code::OtherVault.into());
        }
        Ok(folder.entry.id)
    }

    /// The folder that the entry lay in. Of those that are gone, own ones are made again by name below the nearest that is left; one of
    /// the same name there is used.
    async fn original_folder(&self, tx: &mut Tx, actor: &Actor, target: &Target) -> Result<EntryId> {
        let trashed = db::trash::get(tx, target.entry.id).await?.ok_or(Code::NotFound)?;
        let steps = trashed.trashed_path.unwrap_or_default();
        let steps: Vec<FolderStep> = serde_json::from_str(&steps).unwrap_or_default();
        let vault = db::vault::get(tx, target.vault_id()).await?.ok_or(Code::NotFound)?;
        let mut folder = vault.root_id;
        let mut gone = steps.len();
        for (index, step) in steps.iter().enumerate() {
            let path = db::entry::path(tx, step.id).await?;
            if !path.is_empty() && path.iter().all(|step| step.trashed_at.is_none()) {
                (folder, gone) = (step.id, index);
                break;
            }
        }
        for step in steps[..gone].iter().rev() {
            folder = self.remade_folder(tx, actor, target.vault_id(), folder, &step.name).await?;
        }
        Ok(folder)
    }

    /// The live folder of this name, made where there is none.
    async fn remade_folder(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        vault_id: VaultId,
        parent: EntryId,
        name: &str,
    ) -> Result<EntryId> {
        let name = EntryName::parse(name)?;
        if let Some(folder) = db::entry::child_by_name(tx, parent, &name.key()).await?
            && folder.is_folder()
        {
            return Ok(folder.id);
        }
        // A document may have taken the name meanwhile.
        let name = self.free_name(tx, parent, name, OnConflict::KeepBoth).await?;
        let now = self.clock.now();
        let id = EntryId::new(now);
        let folder = db::entry::NewFolder {
            id,
            vault_id,
            parent_id: Some(parent),
            name: forms(&name),
            system_code: None,
            created_by: Some(actor.account_id),
            at: now,
        };
        db::entry::insert_folder(tx, folder).await?;
        let made = self.entry(tx, id).await?;
        self.refresh_search(tx, &made).await?;
        let record = crate::domain::audit::Record::done(vault_id, now, actor, Act::FolderCreate);
        let detail = serde_json::json!({ "because": "restore" });
        self.audit(tx, record.on(id, name.as_str()).detail(detail)).await?;
        Ok(id)
    }

    /// Refuses a folder so deep that the entry would reach below the deepest level there.
    async fn expect_depth_for(&self, tx: &mut Tx, entry: &Entry, folder: EntryId) -> Result<()> {
        let levels = db::entry::path(tx, folder).await?.len();
        let height = match entry.is_folder() {
            true => 1 + db::entry::height(tx, entry.id, MAX_DEPTH as i32).await? as usize,
            false => 0,
        };
        if levels + height > MAX_DEPTH + 1 { Err(Code::FolderTooDeep.into()) } else { Ok(()) }
    }

    /// Locks the vaults of several entries, in the one order in which vaults are locked.
    pub(super) async fn lock_vaults_of(&self, tx: &mut Tx, ids: &[EntryId]) -> Result<()> {
        for vault in db::trash::vaults_of(tx, ids).await? {
            db::vault::lock(tx, vault).await?;
        }
        Ok(())
    }

    /// Writes the refusals among the outcomes to their chains, after the act's own transaction.
    pub(super) async fn keep_refusals<T>(&self, outcomes: &[Outcome<T>]) -> Result<()> {
        let problems = outcomes.iter().filter_map(|outcome| outcome.result.as_ref().err());
        let refusals = problems.filter_map(|problem| problem.refusal.as_ref());
        let kept = refusals.map(|refusal| self.trail.keep(refusal.record.clone()));
        futures::future::try_join_all(kept).await?;
        Ok(())
    }
}

/// Several entries are named each once, and not more than a call may hold.
pub(super) fn expect_named(ids: &[EntryId]) -> Result<()> {
    if ids.is_empty() {
        return Err(Problem::field("ids", "empty"));
    }
    if ids.len() > MOST_NAMED {
        return Err(Problem::field("ids", "too_many").with("maximum", MOST_NAMED));
    }
    let distinct = ids.iter().collect::<std::collections::HashSet<_>>();
    if distinct.len() == ids.len() { Ok(()) } else { Err(Problem::field("ids", "repeated")) }
}

/// A refusal is the outcome of its item; a failure of the machine ends the whole call, of which nothing is then kept.
pub(super) fn refused_only<T>(result: Result<T>) -> Result<Result<T>> {
    match result {
        Err(problem) if problem.code.status() >= 500 || problem.cause.is_some() => Err(problem),
        result => Ok(result),
    }
}

/// Where the page after `last` begins.
fn cursor_after(last: &Trashed, page: &PageRequest) -> Cursor {
    let key = match page.sort.by {
        SortBy::Name => Key::name(&last.entry.sort_key),
        SortBy::Time => Key::time(last.entry.trashed_at.unwrap_or_default()),
        SortBy::Size => Key::Number(last.entry.tree_live_bytes),
    };
    Cursor { sort: page.sort, group: 0, key, id: last.entry.id.0 }
}
