//! The one place where it is decided what a program of another system may see of an owner's papers.
//!
//! A program looks for somebody, whom it names, within one open dossier of an agency for which it holds `paper_read`: at the papers that are
//! in the dossier, and at those that fit it only where there is a ground to look for them. Everything else is refused, and stands in the
//! trail of the owner whose papers were asked for, with whoever asked.

use kho_mapping::dossier::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::db::consent::Consent;
use crate::db::dossier::Dossier;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::Record;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::gate_dossier::{OfficerPost, dossier_detail, state_of};

/// Why an officer who gives the owner's number is refused.
const IS_OWNER: &str = "requester_is_owner";

/// As what somebody asks through a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AsksAs {
    Officer,
    /// The owner, or who handed the dossier in.
    Citizen,
}

/// For whom a program asks, as the program says: the trail keeps both.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Requester {
    pub name: String,
    pub identity: String,
    pub asks_as: AsksAs,
}

impl Requester {
    /// The program, under the name that the owner's trail shows.
    pub(super) fn through(&self, program: &Actor) -> Actor {
        Actor { name: format!("{} ({})", self.name, program.name), ..program.clone() }
    }

    /// What records say of the requester, and more.
    fn detail(&self, more: Value) -> Value {
        let mut detail =
            json!({ "requester": self.name, "requester_identity": self.identity, "asks_as": self.asks_as });
        if let (Value::Object(detail), Value::Object(more)) = (&mut detail, more) {
            detail.extend(more);
        }
        detail
    }
}

/// A dossier within which a program may look.
pub struct ProgramTarget {
    pub dossier: Dossier,
    pub post: OfficerPost,
    /// The ground on which papers that are not in the dossier may be looked for.
    pub consent: Option<Consent>,
    /// The program, asking for somebody, for a purpose.
    pub actor: Actor,
    pub requester: Requester,
}

impl ProgramTarget {
    /// A record in the owner's chain.
    pub fn record(&self, kho: &Kho, act: Act, more: Value) -> Record {
        Record::done(self.dossier.vault_id, kho.clock.now(), &self.actor, act)
            .about(self.dossier.id.0)
            .named(&self.dossier.code)
            .detail(dossier_detail(&self.dossier, Some(&self.post), self.requester.detail(more)))
    }

    pub fn refuse(&self, kho: &Kho, act: Act, code: Code) -> Problem {
        let mut problem = kho.refused_in_dossier(&self.actor, act, &self.dossier, Some(&self.post), code);
        if let Some(refusal) = &mut problem.refusal {
            let more = self.requester.detail(json!({ "code": code.as_str() }));
            refusal.record.detail = dossier_detail(&self.dossier, Some(&self.post), more);
        }
        problem
    }
}

/// Who asks for what of whose papers.
pub struct Asked<'a> {
    pub act: Act,
    pub actor: &'a Actor,
    pub requester: &'a Requester,
    /// The chain of the vault whose papers are asked for, or the system's where there is none.
    pub chain: Uuid,
}

impl Asked<'_> {
    /// A refusal in the chain of whoever owns what was asked for; `reason` is told to the program.
    pub fn refused(&self, kho: &Kho, code: Code, reason: &'static str) -> Problem {
        let actor = self.requester.through(self.actor);
        let mut problem = kho.refused(self.chain, &actor, self.act, self.actor.account_id.0, code);
        if let Some(refusal) = &mut problem.refusal {
            let mut detail = self.requester.detail(json!({ "code": code.as_str(), "reason": reason }));
            // The owner's number says nothing of who asked.
            if let (IS_OWNER, Value::Object(detail)) = (reason, &mut detail) {
                detail.remove("requester_identity");
            }
            refusal.record.detail = detail;
        }
        problem.with("reason", reason)
    }
}

impl Kho {
    /// Decides whether a program may look at papers within a dossier. `procedure` is what it says that the dossier is of, where it says so.
    pub(super) async fn gate_program(
        &self,
        tx: &mut Tx,
        asked: &Asked<'_>,
        dossier: Option<Dossier>,
        procedure: Option<&str>,
    ) -> Result<ProgramTarget> {
        let Asked { act, actor, requester, chain } = asked;
        let refused = |code, reason| Err(asked.refused(self, code, reason));
        if actor.check_scope(*act).is_err() {
            return refused(Code::ScopeMissing, "scope")
                .map_err(|problem: Problem| problem.with("scope", act.scope().as_str()));
        }
        if let Err(problem) = self.gate_client_anywhere(tx, actor, *act).await {
            return if problem.refusal.is_some() { refused(problem.code, "no_agency") } else { Err(problem) };
        }
        let Some(dossier) = dossier else {
            return refused(Code::NotFound, "dossier_unknown");
        };
        let Some(post) = self.program_post(tx, actor, *act, &dossier).await? else {
            return refused(Code::NotFound, "dossier_unknown");
        };
        if dossier.vault_id.0 != *chain {
            return refused(Code::NotAllowed, "other_owner");
        }
        if procedure.is_some_and(|procedure| procedure != dossier.procedure_code) {
            return refused(Code::NotAllowed, "other_procedure");
        }
        let vault = db::vault::get(tx, dossier.vault_id).await?.ok_or(Code::NotFound)?;
        let is_owner = requester.identity == vault.owner_code;
        let submitted = dossier.submitter_identity.as_deref() == Some(requester.identity.as_str());
        match requester.asks_as {
            // Who looked must be seen: an officer who gives the owner's number is nobody.
            AsksAs::Officer if is_owner => return refused(Code::NotAllowed, IS_OWNER),
            AsksAs::Citizen if !is_owner && !submitted => {
                return refused(Code::NotAllowed, "requester_not_in_dossier");
            }
            AsksAs::Officer | AsksAs::Citizen => {}
        }
        if !state_of(&dossier)?.is_open() || dossier.state == State::Draft.as_str() {
            return refused(Code::NotAllowed, "dossier_closed");
        }
        let mut speaking = requester.through(actor);
        speaking.purpose.get_or_insert_with(|| dossier.procedure_name.clone());
        let consent = db::consent::live(tx, dossier.id, false).await?;
        Ok(ProgramTarget { dossier, post, consent, actor: speaking, requester: (*requester).clone() })
    }
}
