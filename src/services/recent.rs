//! What an account worked on lately (E).

use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::entry::Entry;
use crate::domain::page::{Cursor, Key, Page, PageRequest, SortBy};
use crate::domain::policy::Act;
use crate::domain::problem::{Problem, Result};
use crate::domain::search::Query;
use crate::services::Kho;

impl Kho {
    /// Notes that the actor worked on an entry, in the transaction of the act.
    pub(super) async fn note_recent(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        entry: &Entry,
        act: Act,
    ) -> Result<()> {
        Ok(db::recent::note(tx, actor.account_id, entry.id, act.as_str(), self.clock.now()).await?)
    }

    /// The same where the act has no transaction of its own. Looking again within a minute writes nothing.
    pub(super) async fn touch_recent(&self, actor: &Actor, entry: &Entry, act: Act) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let last = db::recent::noted_at(&mut tx, actor.account_id, entry.id).await?;
        drop(tx);
        if last.is_some_and(|at| now - at < chrono::TimeDelta::minutes(1)) {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        self.note_recent(&mut tx, actor, entry, act).await?;
        Ok(tx.commit().await?)
    }

    /// One page of what the actor worked on and may still see.
    pub async fn list_recent(
        &self,
        actor: &Actor,
        query: Option<&Query>,
        page: &PageRequest,
    ) -> Result<Page<db::recent::Recent>> {
        actor.check_scope(Act::RecentList)?;
        if page.sort.by == SortBy::Size {
            return Err(Problem::field("sort", "unknown"));
        }
        let mut tx = self.db.read().await?;
        let (reach, _) = self.reach(&mut tx, actor).await?;
        let rows = db::recent::list(&mut tx, actor.account_id, query, &reach, page).await?;
        Ok(Page::cut(rows, page.limit, |last| {
            let key = match page.sort.by {
                SortBy::Name => Key::name(&last.entry.sort_key),
                _ => Key::time(last.at),
            };
            Cursor { sort: page.sort, group: 0, key, id: last.entry.id.0 }
        }))
    }

    /// Forgets what the actor worked on.
    pub async fn clear_recent(&self, actor: &Actor) -> Result<()> {
        actor.check_scope(Act::RecentClear)?;
        let mut tx = self.db.begin().await?;
        db::recent::clear(&mut tx, actor.account_id).await?;
        Ok(tx.commit().await?)
    }
}
