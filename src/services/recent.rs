//! What an account worked on lately (E).

use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::entry::Entry;
use crate::domain::policy::Act;
use crate::domain::problem::Result;
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
}
