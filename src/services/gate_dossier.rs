//! The one place where access to dossiers is decided.
//!
//! An owner, or a member of the organisation that owns, acts by the rights on the vault; whoever submitted without being either may look. An officer of
//! the receiving or processing agency acts while the dossier is open, for a purpose that is said, on what belongs to the dossier: never on the
//! vault, and on papers that are not in the dossier yet only with a live consent. Somebody else's paper in it, which its owner gave, officers see as any
//! other, and the dossier's own side does not. Of a closed one the officer sees the sheet, without papers. Whoever is on the owner's side is no officer of that dossier.
//! Everything else is refused, and the refusal stands in the owner's trail.

use kho_mapping::dossier::{Party, State};
use serde_json::{Value, json};

use crate::db::attachment::Attachment;
use crate::db::consent::Consent;
use crate::db::dossier::Dossier;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::grant::Rights;
use crate::domain::id::{AgencyId, AttachmentId, DossierId, VaultId};
use crate::domain::policy::{Act, Role};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;

/// An agency for which somebody is an officer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficerPost {
    pub agency_id: AgencyId,
    pub agency_code: String,
}

/// As what somebody acts on a dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Capacity {
    /// The owner, or a member of the organisation that owns, with the rights on the vault.
    Owner(Rights),
    /// Who submitted it, without being either.
    Submitter,
    Officer(OfficerPost),
}

/// A dossier that the actor may act on.
#[derive(Clone, Debug)]
pub struct DossierTarget {
    pub dossier: Dossier,
    pub capacity: Capacity,
    /// The ground on which an officer looks for papers, where there is one.
    pub consent: Option<Consent>,
}

impl DossierTarget {
    pub fn state(&self) -> Result<State> {
        state_of(&self.dossier)
    }

    /// As whom the actor moves the dossier.
    pub fn party(&self) -> Party {
        match &self.capacity {
            Capacity::Owner(_) | Capacity::Submitter => Party::Submitter,
            Capacity::Officer(_) if self.dossier.channel == "counter" => Party::Counter,
            Capacity::Officer(_) => Party::Officer,
        }
    }

    pub fn officer(&self) -> Option<&OfficerPost> {
        match &self.capacity {
            Capacity::Officer(post) => Some(post),
            _ => None,
        }
    }

    pub fn is_officer(&self) -> bool {
        self.officer().is_some()
    }

    /// A record of an act done on the dossier, in its owner's chain.
    pub fn record(&self, kho: &Kho, actor: &Actor, act: Act, detail: Value) -> Record {
        Record::done(self.dossier.vault_id, kho.clock.now(), actor, act)
            .about(self.dossier.id.0)
            .named(&self.dossier.code)
            .detail(dossier_detail(&self.dossier, self.officer(), detail))
    }

    /// A refusal of something within a dossier that the actor may otherwise see.
    pub fn refuse(&self, kho: &Kho, actor: &Actor, act: Act, code: Code) -> Problem {
        kho.refused_in_dossier(actor, act, &self.dossier, self.officer(), code)
    }
}

/// The state that a dossier's row names.
pub fn state_of(dossier: &Dossier) -> Result<State> {
    State::parse(&dossier.state)
        .ok_or_else(|| Problem::new(Code::Internal).caused_by("a dossier in no state that is known"))
}

/// What every record about a dossier says, and more.
pub(super) fn dossier_detail(dossier: &Dossier, post: Option<&OfficerPost>, more: Value) -> Value {
    let mut detail = json!({ "dossier": dossier.code, "procedure": dossier.procedure_code });
    if let (Value::Object(detail), Value::Object(more)) = (&mut detail, more) {
        detail.extend(more);
        if let Some(post) = post {
            detail.insert("agency".to_owned(), post.agency_code.clone().into());
        }
    }
    detail
}

/// What members of the owner's side may do, as far as their rights on the vault go.
fn is_of_owners(act: Act) -> bool {
    matches!(
        act,
        Act::DossierView
            | Act::DossierUpdate
            | Act::DossierMove
            | Act::ProposalList
            | Act::PaperAttach
            | Act::PaperDetach
            | Act::CitationAttach
            | Act::PaperAsk
            | Act::PaperAskWithdraw
            | Act::PaperRead
            | Act::ThumbnailView
    )
}

fn is_of_officers(act: Act) -> bool {
    is_of_owners(act)
        || matches!(
            act,
            Act::PaperDigitise
                | Act::PaperCompare
                | Act::PaperAccept
                | Act::PaperRefuse
                | Act::ConsentAsk
                | Act::ConsentGive
        )
        // The code that the owner gave is the ground.
        || matches!(act, Act::CitationResolve | Act::CitationRead)
}

/// What an officer does to papers that are not in the dossier yet.
fn needs_consent(act: Act) -> bool {
    matches!(act, Act::ProposalList | Act::PaperAttach)
}

impl Kho {
    /// Decides whether `actor` may do `act` to a dossier, on live rows.
    pub async fn gate_dossier(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        id: DossierId,
    ) -> Result<DossierTarget> {
        actor.check_scope(act)?;
        let Some(dossier) = db::dossier::get(tx, id).await? else {
            return Err(self.refused(SYSTEM_CHAIN, actor, act, id.0, Code::NotFound));
        };
        let refuse =
            |post: Option<&OfficerPost>, code| Err(self.refused_in_dossier(actor, act, &dossier, post, code));
        if let Some((_, rights)) = self.own_ground(tx, actor, dossier.vault_id).await? {
            if !is_of_owners(act) || !rights.has(act.right()) {
                return refuse(None, Code::NotAllowed);
            }
            return Ok(DossierTarget { dossier, capacity: Capacity::Owner(rights), consent: None });
        }
        if dossier.submitter_account_id == Some(actor.account_id) {
            if act != Act::DossierView {
                return refuse(None, Code::NotAllowed);
            }
            return Ok(DossierTarget { dossier, capacity: Capacity::Submitter, consent: None });
        }
        let posts = self.officer_posts(tx, actor).await?;
        let agencies = [dossier.processing_agency_id, dossier.receiving_agency_id];
        let post = agencies.iter().find_map(|id| posts.iter().find(|post| post.agency_id == *id));
        // What a citizen is still filling in does not exist for anybody else.
        let is_unsubmitted = dossier.state == State::Draft.as_str() && dossier.channel == "online";
        let Some(post) = post.filter(|_| !is_unsubmitted) else {
            return refuse(None, Code::NotFound);
        };
        // Of a closed dossier the sheet is left to officers: what was asked for and how it went, without a paper.
        let is_over = !state_of(&dossier)?.is_open() && act != Act::DossierView;
        if !is_of_officers(act) || is_over {
            return refuse(Some(post), Code::NotAllowed);
        }
        if actor.purpose.is_none() {
            return refuse(Some(post), Code::PurposeMissing);
        }
        let consent = db::consent::live(tx, dossier.id, false).await?;
        if needs_consent(act) && consent.is_none() {
            return refuse(Some(post), Code::ConsentNeeded);
        }
        Ok(DossierTarget { capacity: Capacity::Officer(post.clone()), dossier, consent })
    }

    /// Locks the vaults that a change of a dossier may write to: its owner's, those of others whose papers are in it, and `more`; in the one order
    /// in which vaults are locked.
    pub(super) async fn lock_dossier(&self, tx: &mut Tx, id: DossierId, more: &[VaultId]) -> Result<()> {
        let mut locked = Vec::new();
        loop {
            let mut vaults = db::dossier::vaults_of(tx, id).await?;
            vaults.extend_from_slice(more);
            vaults.retain(|vault| !locked.contains(vault));
            vaults.sort_unstable();
            vaults.dedup();
            if vaults.is_empty() {
                return Ok(());
            }
            for vault in vaults {
                db::vault::lock(tx, vault).await?;
                locked.push(vault);
            }
            // Who came before may have put in somebody's paper: nobody does any more, now that the owner's vault is locked.
        }
    }

    /// Locks the vaults of a dossier, then decides access on what is true under the lock.
    pub(super) async fn gate_dossier_for_change(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        id: DossierId,
    ) -> Result<DossierTarget> {
        self.lock_dossier(tx, id, &[]).await?;
        self.gate_dossier(tx, actor, act, id).await
    }

    /// A paper of a dossier that was gated: one of another dossier does not exist, nor does for an officer what was taken out of it.
    pub(super) async fn attachment_of(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        target: &DossierTarget,
        id: AttachmentId,
    ) -> Result<Attachment> {
        let found = db::attachment::get(tx, target.dossier.id, id).await?;
        let seen = |attachment: &Attachment| !target.is_officer() || is_in_dossier(attachment);
        found.filter(seen).ok_or_else(|| target.refuse(self, actor, act, Code::NotFound))
    }

    /// The agencies for which the actor is an officer.
    pub(super) async fn officer_posts(&self, tx: &mut Tx, actor: &Actor) -> Result<Vec<OfficerPost>> {
        let held = db::role::held(tx, actor.account_id).await?;
        let posts = held.into_iter().filter(|held| held.role == Role::Officer.as_str()).filter_map(|held| {
            Some(OfficerPost { agency_id: held.agency_id?, agency_code: held.agency_code? })
        });
        Ok(posts.collect())
    }

    /// Whose paper it is in a dossier reads of what was refused of it, whoever's dossier that is.
    pub(super) fn refused_paper(
        &self,
        actor: &Actor,
        act: Act,
        dossier: &Dossier,
        post: Option<&OfficerPost>,
        attachment: &Attachment,
        code: Code,
    ) -> Problem {
        let mut problem = self.refused(attachment.vault_id.0, actor, act, attachment.entry_id.0, code);
        if let Some(refusal) = &mut problem.refusal {
            refusal.record.object_name = Some(attachment.title.clone());
            refusal.record.version_id = Some(attachment.version_id);
            let detail = json!({ "code": code.as_str(), "component": attachment.component_code });
            refusal.record.detail = dossier_detail(dossier, post, detail);
        }
        problem
    }

    pub(super) fn refused_in_dossier(
        &self,
        actor: &Actor,
        act: Act,
        dossier: &Dossier,
        post: Option<&OfficerPost>,
        code: Code,
    ) -> Problem {
        let mut problem = self.refused(dossier.vault_id.0, actor, act, dossier.id.0, code);
        if let Some(refusal) = &mut problem.refusal {
            refusal.record.object_name = Some(dossier.code.clone());
            refusal.record.detail = dossier_detail(dossier, post, json!({ "code": code.as_str() }));
        }
        problem
    }
}

/// Whether a paper is part of its dossier now, and was not replaced or taken out.
pub fn is_in_dossier(attachment: &Attachment) -> bool {
    matches!(attachment.state.as_str(), "attached" | "accepted" | "refused")
}
