//! Moving dossiers from state to state: each move is a row, a record in the owner's chain and an event, in one transaction.

use chrono::{DateTime, Utc};
use kho_mapping::catalogue::Procedure;
use kho_mapping::completeness::Completeness;
use kho_mapping::dossier::{Move, Party, State};
use kho_mapping::reasons::{RefusalReason, SupplementReason};
use serde_json::json;

use super::attachments::paper_event;
use super::dossier_pages::{DossierPage, MOST_ATTACHMENTS, is_for_the_desk};
use super::dossiers::standing;
use crate::db::dossier::Dossier;
use crate::db::dossier_move::DossierMove;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::Record;
use crate::domain::dossier::day_of;
use crate::domain::id::DossierId;
use crate::domain::notice::Kind;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::arrange::checked_text;
use crate::services::gate_dossier::{OfficerPost, dossier_detail, is_in_dossier};
use crate::services::notices::{Audience, News};

/// Letters of a note that goes with a decision.
pub(super) const NOTE: usize = 2000;

/// A move that is asked for.
#[derive(Clone, Debug)]
pub struct WantedMove {
    pub wanted: Move,
    pub reason_code: Option<String>,
    pub note: Option<String>,
}

/// Who makes a move.
#[derive(Clone, Copy, Debug)]
pub(in crate::services) struct Mover<'a> {
    pub actor: &'a Actor,
    pub party: Party,
    /// The agency for which an officer makes it.
    pub post: Option<&'a OfficerPost>,
}

impl Kho {
    /// Moves a dossier on. The revision is checked where the caller names one.
    pub async fn move_dossier(
        &self,
        actor: &Actor,
        id: DossierId,
        seen: Option<i64>,
        wanted: WantedMove,
    ) -> Result<DossierPage> {
        let mut tx = self.db.begin().await?;
        let mut target = self.gate_dossier_for_change(&mut tx, actor, Act::DossierMove, id).await?;
        if seen.is_some() {
            super::dossiers::expect_revision(&target.dossier, seen)?;
        }
        let party = target.party();
        if is_for_the_desk(&target, wanted.wanted) {
            return Err(target.refuse(self, actor, Act::DossierMove, Code::NotAllowed));
        }
        if let Err(illegal) = standing(&target.dossier)?.next(wanted.wanted, party)
            && illegal.open_to_others
        {
            return Err(target.refuse(self, actor, Act::DossierMove, Code::NotAllowed));
        }
        let rules = self.rules_of(&mut tx, &target.dossier).await?;
        // What was asked for is handed in as the dossier was: with all that is needed.
        if matches!(wanted.wanted, Move::Submit | Move::Supplement) {
            let attachments = db::attachment::of(&mut tx, id, MOST_ATTACHMENTS).await?;
            let found = self.completeness_of(&mut tx, &target.dossier, &rules, &attachments).await?;
            expect_complete(&found)?;
        }
        let post = target.officer().cloned();
        let mover = Mover { actor, party, post: post.as_ref() };
        self.apply_move(&mut tx, &mut target.dossier, &rules.procedure, mover, &wanted).await?;
        let page = self.dossier_page(&mut tx, &target).await?;
        tx.commit().await?;
        Ok(page)
    }

    /// Makes a move that the rules allow, with its row, its record, its notices, its counts and its event. The caller holds the lock of the
    /// vault and has passed the gate.
    pub(in crate::services) async fn apply_move(
        &self,
        tx: &mut Tx,
        dossier: &mut Dossier,
        procedure: &Procedure,
        mover: Mover<'_>,
        wanted: &WantedMove,
    ) -> Result<()> {
        let before = standing(dossier)?;
        let (from, step) = (before.state(), wanted.wanted);
        let after = before.next(step, mover.party).map_err(|_| {
            Problem::new(Code::MoveNotAllowed).with("state", from.as_str()).with("move", step.as_str())
        })?;
        let (reason_code, note) = checked_reason(wanted)?;
        let now = self.clock.now();
        dossier.state = after.state().as_str().to_owned();
        dossier.state_before = after.before().map(|state| state.as_str().to_owned());
        stamp(dossier, from, after.state(), now);
        if dossier.due_on.is_none()
            && dossier.received_at == Some(now)
            && let Some(days) = procedure.working_days
        {
            let calendar = self.calendar_at(tx, dossier.catalogue_version).await?;
            dossier.due_on = Some(calendar.working_days_after(day_of(now), days));
        }
        if after.state() == State::Received && from != State::SupplementRequested {
            dossier.received_by = Some(mover.actor.account_id);
        }
        dossier.updated_at = now;
        db::dossier::update(tx, dossier).await?;
        dossier.rev += 1;
        let row = DossierMove {
            dossier_id: dossier.id,
            seq: 0,
            from_state: Some(from.as_str().to_owned()),
            to_state: dossier.state.clone(),
            name: step.as_str().to_owned(),
            at: now,
            by_account: Some(mover.actor.account_id),
            by_name: mover.actor.name.clone(),
            agency_id: mover.post.map(|post| post.agency_id),
            reason_code: reason_code.clone(),
            note: note.clone(),
        };
        let seq = db::dossier_move::insert(tx, &row).await?;
        let detail = json!({
            "from": from.as_str(), "move": step.as_str(), "reason": reason_code, "seq": seq, "to": dossier.state,
        });
        let record = Record::done(dossier.vault_id, now, mover.actor, Act::DossierMove)
            .about(dossier.id.0)
            .named(&dossier.code)
            .detail(dossier_detail(dossier, mover.post, detail));
        self.audit(tx, record).await?;
        if mover.party != Party::Submitter {
            self.tell_of_move(tx, dossier, mover.actor, step, &row).await?;
        }
        if from == State::Draft && matches!(after.state(), State::Submitted | State::Received) {
            self.count_dossier(tx, dossier).await?;
        }
        if matches!(after.state(), State::Received | State::Decided) {
            self.settle_counts(tx, dossier).await?;
        }
        if from == State::Draft && dossier.channel == "online" {
            // A draft that its owner gave up was nobody else's.
            if after.state() != State::Submitted {
                return Ok(());
            }
            self.tell_of_draft(tx, dossier).await?;
        }
        let body = json!({
            "from": from.as_str(), "move": step.as_str(), "reason_code": reason_code, "seq": seq, "to": dossier.state,
        });
        self.tell_system(tx, dossier, "dossier.moved", body);
        Ok(())
    }

    /// Tells what [`Kho::tell_system`] kept back while the dossier was a draft, as it stands when it is handed in.
    async fn tell_of_draft(&self, tx: &mut Tx, dossier: &Dossier) -> Result<()> {
        let opened = json!({ "state": State::Draft.as_str() });
        self.tell_system(tx, dossier, "dossier.opened", opened);
        for attachment in db::attachment::of(tx, dossier.id, MOST_ATTACHMENTS).await? {
            if is_in_dossier(&attachment) {
                self.tell_system(tx, dossier, "paper.attached", paper_event(&attachment));
            }
        }
        Ok(())
    }

    async fn tell_of_move(
        &self,
        tx: &mut Tx,
        dossier: &Dossier,
        actor: &Actor,
        step: Move,
        row: &DossierMove,
    ) -> Result<()> {
        let kind = if step == Move::AskSupplement { Kind::SupplementRequested } else { Kind::DossierMoved };
        let mut news = self.dossier_news(kind, actor, dossier);
        news.detail.state = Some(dossier.state.clone());
        news.detail.reason_code = row.reason_code.clone();
        news.detail.note = row.note.clone();
        self.tell_people(tx, &[dossier.vault_id], Audience::Keepers, &news).await
    }

    /// Something to tell about a dossier.
    pub(in crate::services) fn dossier_news<'a>(
        &self,
        kind: Kind,
        actor: &'a Actor,
        dossier: &Dossier,
    ) -> News<'a> {
        let mut news = News::new(kind, Some(actor));
        news.vault_id = Some(dossier.vault_id);
        news.detail.dossier_id = Some(dossier.id);
        news.detail.dossier_code = Some(dossier.code.clone());
        news.detail.procedure = Some(dossier.procedure_name.clone());
        news
    }
}

fn stamp(dossier: &mut Dossier, from: State, to: State, now: DateTime<Utc>) {
    // What was asked for has come: the dossier goes on where it stood.
    if from == State::SupplementRequested && to.is_open() {
        return;
    }
    match to {
        State::Submitted => dossier.submitted_at = Some(now),
        State::Received => {
            dossier.submitted_at.get_or_insert(now);
            dossier.received_at = Some(now);
        }
        State::Decided => dossier.decided_at = Some(now),
        State::Returned | State::Withdrawn | State::Refused => dossier.closed_at = Some(now),
        State::Draft | State::SupplementRequested | State::Processing => {}
    }
}

/// The reason as it is stored: one of the move's own where it needs one, a note where the reason says nothing without.
fn checked_reason(wanted: &WantedMove) -> Result<(Option<String>, Option<String>)> {
    let note = checked_text("note", wanted.note.as_deref(), NOTE)?;
    let Some(code) = wanted.reason_code.as_deref() else {
        return match wanted.wanted.needs_reason() {
            true => Err(Problem::field("reason_code", "missing")),
            false => Ok((None, note)),
        };
    };
    let needs_note = match wanted.wanted {
        Move::Refuse => RefusalReason::parse(code).map(RefusalReason::needs_note),
        Move::AskSupplement => SupplementReason::parse(code).map(SupplementReason::needs_note),
        _ => return Err(Problem::field("reason_code", "not_for_this_move")),
    };
    let needs_note = needs_note.ok_or_else(|| Problem::field("reason_code", "unknown"))?;
    if needs_note && note.is_none() {
        return Err(Problem::field("note", "missing"));
    }
    Ok((Some(code.to_owned()), note))
}

fn expect_complete(found: &Completeness) -> Result<()> {
    if found.complete {
        return Ok(());
    }
    let lacking = found.components.iter().filter(|standing| standing.blocks);
    let lacking = lacking
        .map(|standing| json!({ "component": standing.component, "state": standing.state.code() }))
        .collect::<Vec<_>>();
    Err(Problem::new(Code::DossierIncomplete).with("components", lacking))
}
