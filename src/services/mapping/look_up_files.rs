//! The bytes of a paper that a program looked up.

use serde_json::json;

use crate::db;
use crate::domain::account::Actor;
use crate::domain::audit::SYSTEM_CHAIN;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::download::{Asked as Amount, Content};
use crate::services::gate_look_up::Asked;
use crate::services::glances::Glance;

impl Kho {
    /// Opens what a ticket of a look-up stands for, if the program may see it now. Kept in the owner's trail before the first byte, with whoever it
    /// was looked up for.
    pub async fn open_looked_up(&self, actor: &Actor, ticket: &str, amount: Amount) -> Result<Content> {
        let act = Act::PaperFetch;
        actor.check_scope(act)?;
        let mut tx = self.db.read().await?;
        self.gate_client_anywhere(&mut tx, actor, act).await?;
        let unknown = || self.refused(SYSTEM_CHAIN, actor, act, actor.account_id.0, Code::NotFound);
        let ticket = self.read_ticket(ticket).ok_or_else(unknown)?;
        let dossier = db::dossier::get(&mut tx, ticket.dossier).await?.ok_or_else(unknown)?;
        let chain = dossier.vault_id.0;
        let asked = Asked { act, actor, requester: &ticket.requester, chain };
        if ticket.client != actor.account_id {
            return Err(asked.refused(self, Code::NotFound, "ticket_of_another"));
        }
        if ticket.until <= self.clock.now() {
            return Err(asked.refused(self, Code::NotFound, "ticket_expired"));
        }
        let target = self.gate_program(&mut tx, &asked, Some(dossier), None).await?;
        let shown = self.shown_to(&mut tx, &target).await?;
        let shown = shown.into_iter().find(|shown| shown.paper.version_id == ticket.version);
        let shown = shown.ok_or_else(|| target.refuse(self, act, Code::NotFound))?;
        let version = db::version::get(&mut tx, ticket.version).await?.ok_or(Code::NotFound)?;
        if version.sha256 != shown.paper.sha256 {
            return Err(Problem::new(Code::ContentDamaged).caused_by("a paper of other bytes"));
        }
        let entry = db::entry::get(&mut tx, shown.paper.entry_id).await?.ok_or(Code::NotFound)?;
        let content = self.content(&mut tx, entry, version).await?;
        drop(tx);
        let glance = Glance::of(&target.actor, content.version.id.0);
        let begins = self.glances.begins(&glance, self.clock.now());
        if amount == Amount::Part && !begins {
            return Ok(content);
        }
        let title = shown.paper.title.as_deref().unwrap_or(&shown.paper.name);
        let detail = json!({ "component": shown.component });
        let record = target.record(self, act, detail).on(shown.paper.entry_id, title);
        if let Err(problem) = self.trail.keep(record.version(ticket.version)).await {
            self.glances.forget(&glance);
            return Err(problem);
        }
        Ok(content)
    }
}
