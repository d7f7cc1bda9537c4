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
}
