//! Lists of what is shared: by me (F), with me (G), and on an entry.

use crate::db::{self, share_list::NamedGrant};
use crate::domain::account::Actor;
use crate::domain::entry::Entry;
use crate::domain::id::{EntryId, VaultId};
use crate::domain::page::{Cursor, Page, PageRequest, SortBy};
use crate::domain::policy::Act;
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;
use crate::services::gate::Ground;

/// Recipients named with an entry in the list of what was given; the rest is a list of its own.
pub const MOST_RECIPIENTS: i64 = 20;

/// An entry that somebody shared with the vault.
#[derive(Clone, Debug)]
pub struct ReceivedShare {
    pub entry: Entry,
    pub grant: NamedGrant,
}

/// An entry that the vault shared, and with whom: the newest grants first.
#[derive(Clone, Debug)]
pub struct GivenShare {
    pub entry: Entry,
    pub grants: Vec<NamedGrant>,
    /// All recipients and links, also those not among `grants`.
    pub count: i64,
}

impl Kho {
    /// What others shared with one of the actor's vaults, by name or by the time of sharing.
    pub async fn list_received(
        &self,
        actor: &Actor,
        vault: Option<VaultId>,
        page: &PageRequest,
    ) -> Result<Page<ReceivedShare>> {
        let mut tx = self.db.read().await?;
        let vault = self.gate_share_list(&mut tx, actor, vault).await?;
        let rows = db::share_list::received(&mut tx, vault, self.clock.now(), page).await?;
        let grants = Page::cut(rows, page.limit, |last| cursor_after(last, page));
        let entries = db::entry::several(&mut tx, &entries_of(&grants.items)).await?;
        let items = grants.items.into_iter().filter_map(|grant| {
            let entry = entries.iter().find(|entry| entry.id == grant.grant.entry_id)?.clone();
            Some(ReceivedShare { entry, grant })
        });
        Ok(Page { items: items.collect(), next: grants.next })
    }

    /// What one of the actor's vaults shared, an item an entry, by name or by the time of the latest sharing.
    pub async fn list_given(
        &self,
        actor: &Actor,
        vault: Option<VaultId>,
        page: &PageRequest,
    ) -> Result<Page<GivenShare>> {
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let vault = self.gate_share_list(&mut tx, actor, vault).await?;
        let rows = db::share_list::given(&mut tx, vault, now, page).await?;
        let newest = Page::cut(rows, page.limit, |last| cursor_after(last, page));
        let ids = entries_of(&newest.items);
        let entries = db::entry::several(&mut tx, &ids).await?;
        let counts = db::share_list::counts(&mut tx, vault, &ids, now).await?;
        let grants = db::share_list::of_entries(&mut tx, vault, &ids, MOST_RECIPIENTS, now).await?;
        let items = ids.iter().filter_map(|id| {
            let entry = entries.iter().find(|entry| entry.id == *id)?.clone();
            let count = counts.iter().find(|(entry, _)| entry == id).map_or(0, |(_, count)| *count);
            let grants = grants.iter().filter(|grant| grant.grant.entry_id == *id).cloned().collect();
            Some(GivenShare { entry, grants, count })
        });
        Ok(Page { items: items.collect(), next: newest.next })
    }

    /// The live grants that reach an entry, those on folders above it too: all for its owner and members, for others those that they gave.
    pub async fn list_entry_grants(
        &self,
        actor: &Actor,
        id: EntryId,
        page: &PageRequest,
    ) -> Result<Page<NamedGrant>> {
        if page.sort.by != SortBy::Time {
            return Err(Problem::field("sort", "unknown"));
        }
        let mut tx = self.db.read().await?;
        let target = self.gate(&mut tx, actor, Act::GrantList, id).await?;
        let granters = match target.ground {
            Ground::Owner | Ground::Member(_) => None,
            Ground::Grant(_) => {
                let roles = db::vault::roles_of(&mut tx, actor.account_id).await?;
                Some(roles.into_iter().map(|(vault, _)| vault).collect::<Vec<_>>())
            }
        };
        let path = target.path.iter().map(|step| step.id).collect::<Vec<_>>();
        let now = self.clock.now();
        let rows = db::share_list::on_path(&mut tx, &path, granters.as_deref(), now, page).await?;
        Ok(Page::cut(rows, page.limit, |last| cursor_after(last, page)))
    }
}

fn entries_of(grants: &[NamedGrant]) -> Vec<EntryId> {
    grants.iter().map(|grant| grant.grant.entry_id).collect()
}

fn cursor_after(last: &NamedGrant, page: &PageRequest) -> Cursor {
    let key = db::share_list::key_of(last, page.sort.by);
    Cursor { sort: page.sort, group: 0, key, id: last.grant.id.0 }
}
