//! Dossiers as people see them: lists, and the page of one with all that may be done next.

use std::sync::Arc;

use kho_mapping::catalogue::{DocumentType, Procedure};
use kho_mapping::completeness::Completeness;
use kho_mapping::dossier::{Move, State};
use serde_json::json;

use super::dossiers::{may_attach, may_update, standing};
use crate::db::attachment::Attachment;
use crate::db::citation::NamedUse;
use crate::db::consent::Consent;
use crate::db::dossier::Dossier;
use crate::db::dossier_list::{NamedDossier, Whose};
use crate::db::dossier_move::DossierMove;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::SYSTEM_CHAIN;
use crate::domain::dossier::DossierCode;
use crate::domain::grant::Rights;
use crate::domain::id::{DossierId, VaultId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::gate_dossier::{Capacity, DossierTarget};
use crate::services::sessions::newest_first;

/// Papers that a dossier may have had, and moves that are shown of it.
pub(super) const MOST_ATTACHMENTS: i64 = 500;
const MOST_MOVES: i64 = 500;
/// Consents that are shown of a dossier.
const MOST_CONSENTS: i64 = 20;
/// Requests for papers of others that are shown of a dossier.
const MOST_REQUESTS: i64 = 50;

/// What the actor may do with a dossier now.
#[derive(Clone, Debug, Default)]
pub struct Possible {
    pub moves: Vec<Move>,
    pub update: bool,
    /// To add papers, or to replace one that was refused.
    pub attach: bool,
    /// To see which papers of the vault answer.
    pub propose: bool,
    /// To scan papers, and to compare them with their originals.
    pub digitise: bool,
    /// To accept and refuse papers.
    pub decide: bool,
    pub ask_consent: bool,
}

/// A dossier with all that its page shows.
pub struct DossierPage {
    pub named: NamedDossier,
    pub procedure: Arc<Procedure>,
    pub types: Vec<Arc<DocumentType>>,
    pub attachments: Vec<Attachment>,
    pub completeness: Completeness,
    pub moves: Vec<DossierMove>,
    pub consents: Vec<Consent>,
    /// Papers of others that were asked for, the newest first.
    pub requests: Vec<NamedUse>,
    pub is_officer: bool,
    pub possible: Possible,
}

/// The rules by which a dossier is judged.
pub(in crate::services) struct Rules {
    pub procedure: Arc<Procedure>,
    pub types: Vec<Arc<DocumentType>>,
}

impl Kho {
    /// The rules of the catalogue's version that a dossier was opened under.
    pub(in crate::services) async fn rules_of(&self, tx: &mut Tx, dossier: &Dossier) -> Result<Rules> {
        let version = dossier.catalogue_version;
        let procedure = self.procedure_at(tx, &dossier.procedure_code, version).await?;
        let lost = || Problem::new(Code::Internal).caused_by("a dossier without its procedure");
        let types = self.document_types_at(tx, version).await?;
        Ok(Rules { procedure: procedure.ok_or_else(lost)?, types })
    }

    /// All that the page of a dossier shows; the caller has passed the gate.
    pub(in crate::services) async fn dossier_page(
        &self,
        tx: &mut Tx,
        target: &DossierTarget,
    ) -> Result<DossierPage> {
        let id = target.dossier.id;
        let named = db::dossier_list::get(tx, id).await?.ok_or(Code::NotFound)?;
        let rules = self.rules_of(tx, &named.dossier).await?;
        let attachments = db::attachment::of(tx, id, MOST_ATTACHMENTS).await?;
        let completeness = self.completeness_of(tx, &named.dossier, &rules, &attachments).await?;
        let moves = db::dossier_move::of(tx, id, MOST_MOVES).await?;
        let consents = db::consent::of(tx, id, MOST_CONSENTS).await?;
        let requests = db::citation::asked_in(tx, id, MOST_REQUESTS).await?;
        let target = DossierTarget { dossier: named.dossier.clone(), ..target.clone() };
        let possible = possible(&target, &attachments)?;
        let is_officer = target.is_officer();
        let seen = |consent: &Consent| !is_officer || consent.kind != "owner";
        let is_over = is_officer && !target.state()?.is_open();
        let attachments = if is_over { Vec::new() } else { attachments };
        let requests = if is_over { Vec::new() } else { requests };
        Ok(DossierPage {
            named,
            procedure: rules.procedure,
            types: rules.types,
            attachments,
            completeness,
            moves,
            consents: consents.into_iter().filter(seen).collect(),
            requests,
            is_officer,
            possible,
        })
    }

    /// A dossier with its components, papers and moves.
    pub async fn view_dossier(&self, actor: &Actor, id: DossierId) -> Result<DossierPage> {
        let mut tx = self.db.read().await?;
        let target = self.gate_dossier(&mut tx, actor, Act::DossierView, id).await?;
        let page = self.dossier_page(&mut tx, &target).await?;
        drop(tx);
        if target.is_officer() {
            self.trail.keep(target.record(self, actor, Act::DossierView, json!({}))).await?;
        }
        Ok(page)
    }

    /// The same by the code that people write and scan.
    pub async fn view_dossier_by_code(&self, actor: &Actor, code: &str) -> Result<DossierPage> {
        actor.check_scope(Act::DossierView)?;
        let code = DossierCode::parse(code)?;
        let mut tx = self.db.read().await?;
        let id = db::dossier::id_by_code(&mut tx, code.as_str()).await?;
        drop(tx);
        let nobody =
            || self.refused(SYSTEM_CHAIN, actor, Act::DossierView, actor.account_id.0, Code::NotFound);
        self.view_dossier(actor, id.ok_or_else(nobody)?).await
    }

    /// One page of an owner's dossiers, last changed first.
    pub async fn list_dossiers(
        &self,
        actor: &Actor,
        vault: Option<VaultId>,
        state: Option<State>,
        page: &PageRequest,
    ) -> Result<Page<NamedDossier>> {
        let vault = vault.or(actor.vault_id).ok_or_else(|| Problem::field("vault", "missing"))?;
        let mut tx = self.db.read().await?;
        self.gate_vault(&mut tx, actor, Act::DossierList, vault).await?;
        self.dossiers(&mut tx, Whose::Vault(vault), state, page).await
    }

    pub(super) async fn dossiers(
        &self,
        tx: &mut Tx,
        whose: Whose,
        state: Option<State>,
        page: &PageRequest,
    ) -> Result<Page<NamedDossier>> {
        let rows = db::dossier_list::page(tx, whose, state.map(State::as_str), page).await?;
        Ok(Page::cut(rows, page.limit, |last| newest_first(page, last.dossier.updated_at, last.dossier.id.0)))
    }
}

/// What was begun at the desk is handed in there: its owner does not submit it from afar.
pub(super) fn is_for_the_desk(target: &DossierTarget, step: Move) -> bool {
    step == Move::Submit && target.dossier.channel == "counter" && !target.is_officer()
}

fn possible(target: &DossierTarget, attachments: &[Attachment]) -> Result<Possible> {
    let state = target.state()?;
    let rights = match &target.capacity {
        Capacity::Owner(rights) => *rights,
        Capacity::Submitter => Rights::NONE,
        Capacity::Officer(_) => Rights::ALL,
    };
    if !rights.has(Act::DossierMove.right()) || !state.is_open() {
        return Ok(Possible::default());
    }
    let is_officer = target.is_officer();
    let refused = attachments.iter().any(|attachment| attachment.state == "refused");
    let attach = may_attach(state, is_officer, refused);
    let has_ground = !is_officer || target.consent.is_some();
    Ok(Possible {
        moves: standing(&target.dossier)?
            .allowed(target.party())
            .filter(|step| !is_for_the_desk(target, *step))
            .collect(),
        update: may_update(target)?,
        attach: attach && has_ground,
        propose: attach && has_ground,
        digitise: attach && is_officer,
        decide: is_officer && state != State::Decided,
        ask_consent: is_officer && target.consent.is_none() && attach,
    })
}
