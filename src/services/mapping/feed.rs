//! What other systems read back: what happened to dossiers, and whether both sides hold the same.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::paper_references::{PaperReference, PaperTaken};
use super::pushed_papers::Slot;
use super::pushes::DossierPush;
use crate::db;
use crate::db::event::Event;
use crate::db::pushed::Pushed;
use crate::domain::account::Actor;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::arrange::expect_year;

/// Items of a batch, and of a list to compare.
pub const MOST_IN_BATCH: usize = 500;
pub const MOST_COMPARED: usize = 20_000;
/// Rows read at a time.
const ROWS: i64 = 1_000;

/// Something to be done of a batch.
#[derive(Debug)]
pub enum BatchItem {
    Dossier {
        key: String,
        push: Box<DossierPush>,
    },
    Paper {
        slot: Slot,
        reference: Box<PaperReference>,
    },
    Revocation {
        dossier: String,
        result: String,
        reason: String,
    },
    /// What is wrong as it stands.
    Malformed {
        key: String,
        problem: Problem,
    },
}

/// What became of an item.
pub struct BatchOutcome {
    pub key: String,
    /// As [`PushOutcome::as_str`](super::pushes::PushOutcome::as_str), or `accepted`.
    pub done: Result<&'static str>,
}

/// What one side holds under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub kind: String,
    pub key: String,
    /// Of a paper, SHA-256 of its file.
    pub sha256: Option<Vec<u8>>,
}

/// How two lists differ.
#[derive(Clone, Debug, Default)]
pub struct Differences {
    /// What the other side holds and this one does not.
    pub missing_here: Vec<Held>,
    /// What this side holds and the other did not name.
    pub missing_there: Vec<Held>,
    /// What both hold with other content.
    pub different: Vec<Held>,
}

impl From<Pushed> for Held {
    fn from(pushed: Pushed) -> Self {
        Self { kind: pushed.kind, key: pushed.key, sha256: pushed.file_sha256 }
    }
}

impl Kho {
    /// Does the items of a batch in turn, each for itself: one that is refused leaves the others as they are.
    pub async fn push_batch(&self, actor: &Actor, items: Vec<BatchItem>) -> Result<Vec<BatchOutcome>> {
        let mut tx = self.db.read().await?;
        self.gate_client_anywhere(&mut tx, actor, Act::DossierPush).await?;
        drop(tx);
        if items.is_empty() || items.len() > MOST_IN_BATCH {
            return Err(Problem::field("items", "number").with("maximum", MOST_IN_BATCH));
        }
        let mut outcomes = Vec::with_capacity(items.len());
        for item in items {
            let outcome = self.push_item(actor, item).await;
            if let Err(problem) = &outcome.done {
                if let Some(refusal) = &problem.refusal {
                    self.trail.keep(refusal.record.clone()).await?;
                }
                // What is wrong with this machine is wrong with all that follows.
                if problem.code.status() >= 500 {
                    return Err(problem.code.into());
                }
            }
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    async fn push_item(&self, actor: &Actor, item: BatchItem) -> BatchOutcome {
        match item {
            BatchItem::Dossier { key, push } => {
                let done = self.push_dossier(actor, &key, &push).await;
                BatchOutcome { key, done: done.map(|done| done.outcome.as_str()) }
            }
            BatchItem::Paper { slot, reference } => {
                let done = self.push_paper_by_reference(actor, &slot, &reference).await;
                let outcome = |taken| match taken {
                    PaperTaken::Pushed(pushed) => pushed.outcome.as_str(),
                    PaperTaken::Accepted { .. } => "accepted",
                };
                BatchOutcome { key: slot.key, done: done.map(outcome) }
            }
            BatchItem::Revocation { dossier, result, reason } => {
                let slot = Slot { dossier, component: None, key: result };
                let done = self.revoke_result(actor, &slot, &reason).await;
                BatchOutcome { key: slot.key, done: done.map(|done| done.outcome.as_str()) }
            }
            BatchItem::Malformed { key, problem } => BatchOutcome { key, done: Err(problem) },
        }
    }

    /// What happened to the dossiers of the program's agencies after a number, in order.
    pub async fn list_changes(&self, actor: &Actor, after: i64, limit: i64) -> Result<Vec<Event>> {
        let mut tx = self.db.read().await?;
        let agencies = self.gate_client_anywhere(&mut tx, actor, Act::ChangesRead).await?;
        Ok(db::event::of_agencies(&mut tx, &agencies, after, limit).await?)
    }

    /// How much the program pushed first on a day, and one page of it after a kind and key.
    pub async fn reconciliation(
        &self,
        actor: &Actor,
        day: NaiveDate,
        after: (&str, &str),
        limit: i64,
    ) -> Result<(BTreeMap<String, i64>, Vec<Held>)> {
        expect_year("day", Some(&day))?;
        let mut tx = self.db.read().await?;
        self.gate_client_anywhere(&mut tx, actor, Act::Reconcile).await?;
        let counts = db::pushed::counts(&mut tx, actor.account_id, day).await?.into_iter().collect();
        let rows = db::pushed::of_day(&mut tx, actor.account_id, day, after, limit).await?;
        Ok((counts, rows.into_iter().map(Held::from).collect()))
    }

    /// Compares what the program pushed on a day with what it holds itself.
    pub async fn reconcile(&self, actor: &Actor, day: NaiveDate, theirs: Vec<Held>) -> Result<Differences> {
        if theirs.len() > MOST_COMPARED {
            return Err(Problem::field("items", "number").with("maximum", MOST_COMPARED));
        }
        expect_year("day", Some(&day))?;
        let mut tx = self.db.read().await?;
        self.gate_client_anywhere(&mut tx, actor, Act::Reconcile).await?;
        let mut theirs: BTreeMap<(String, String), Held> =
            theirs.into_iter().map(|held| ((held.kind.clone(), held.key.clone()), held)).collect();
        let mut found = Differences::default();
        let mut after = (String::new(), String::new());
        loop {
            let rows = db::pushed::of_day(&mut tx, actor.account_id, day, (&after.0, &after.1), ROWS).await?;
            let is_last = rows.len() < ROWS as usize;
            for ours in rows.into_iter().map(Held::from) {
                after = (ours.kind.clone(), ours.key.clone());
                match theirs.remove(&after) {
                    None => found.missing_there.push(ours),
                    Some(other) if other.sha256 != ours.sha256 => found.different.push(ours),
                    Some(_) => {}
                }
            }
            if is_last {
                break;
            }
        }
        found.missing_here = theirs.into_values().collect();
        Ok(found)
    }
}

/// A kind that is pushed, as a program names it.
pub fn checked_kind(kind: &str) -> Result<()> {
    if ["dossier", "component", "result"].contains(&kind) {
        Ok(())
    } else {
        Err(Problem::new(Code::InvalidInput).with("field", "kind").with("reason", "unknown"))
    }
}
