//! The dossiers of the demo, brought to where they stand by what their owners and officers would have done.

use kho_mapping::dossier::Move;

use super::manifest::{DemoDossier, DossierAct};
use super::{Demo, DemoError, actor};
use crate::db;
use crate::db::dossier_list::Whose;
use crate::domain::account::Actor;
use crate::domain::id::{DossierId, VaultId};
use crate::domain::page::PageRequest;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::gate_dossier::is_in_dossier;
use crate::services::mapping::dossiers::{Contact, NewDossier, OwnerOf};
use crate::services::mapping::moves::WantedMove;

impl Kho {
    /// Opens a dossier, fills it and does what was done to it. An owner who has one of that procedure gets no other.
    pub(super) async fn load_dossier(&self, demo: &Demo, dossier: &DemoDossier) -> Result<bool, DemoError> {
        let refused = |problem: Problem| DemoError::Refused(dossier.summary.clone(), problem);
        let (owner, _) = self.keeper(&dossier.owner).await?;
        let vault = owner.vault_id.ok_or_else(|| refused(Code::NotFound.into()))?;
        if self.has_dossier_of(vault, &dossier.procedure).await.map_err(refused)? {
            return Ok(false);
        }
        let new = NewDossier {
            procedure: dossier.procedure.clone(),
            owner: OwnerOf::Vault(None),
            receiving_agency: dossier.agency.clone(),
            processing_agency: None,
            conditions: dossier.conditions.clone(),
            contact: Contact::default(),
            summary: Some(dossier.summary.clone()),
            submitter: None,
        };
        let id = self.open_dossier(&owner, new).await.map_err(refused)?.named.dossier.id;
        for (component, names) in &dossier.papers {
            for name in names {
                let (_, entry) = self.loaded_document(demo, &dossier.owner, name).await?;
                self.attach_paper(&owner, id, component, entry.id, None).await.map_err(refused)?;
            }
        }
        for act in &dossier.acts {
            self.act_on_dossier(&owner, id, dossier, act).await.map_err(refused)?;
        }
        Ok(true)
    }

    async fn has_dossier_of(&self, vault: VaultId, procedure: &str) -> Result<bool> {
        let mut tx = self.db.read().await?;
        let page = PageRequest::parse(Some("-updated_at"), Some(100), None, "-updated_at")?;
        let there = db::dossier_list::page(&mut tx, Whose::Vault(vault), None, &page).await?;
        Ok(there.iter().any(|one| one.dossier.procedure_code == procedure))
    }

    async fn act_on_dossier(
        &self,
        owner: &Actor,
        id: DossierId,
        dossier: &DemoDossier,
        act: &DossierAct,
    ) -> Result<()> {
        let (by, component) = match act {
            DossierAct::Submit => {
                self.move_dossier(owner, id, None, step(Move::Submit)).await?;
                return Ok(());
            }
            DossierAct::Move { by, step, reason, note } => {
                let wanted = Move::parse(step).ok_or_else(|| Problem::field("step", "unknown"))?;
                let wanted = WantedMove { wanted, reason_code: reason.clone(), note: note.clone() };
                let officer = self.demo_officer(by, dossier).await?;
                self.move_dossier(&officer, id, None, wanted).await?;
                return Ok(());
            }
            DossierAct::Accept { by, component } | DossierAct::Refuse { by, component, .. } => {
                (by, component)
            }
        };
        let officer = self.demo_officer(by, dossier).await?;
        for attachment in self.view_dossier(&officer, id).await?.attachments {
            if attachment.component_code != *component || !is_in_dossier(&attachment) {
                continue;
            }
            match act {
                DossierAct::Refuse { reason, note, .. } => {
                    self.refuse_paper(&officer, id, attachment.id, reason, note.as_deref()).await?;
                }
                _ => {
                    self.accept_paper(&officer, id, attachment.id).await?;
                }
            }
        }
        Ok(())
    }

    /// The officer with a login name, looking at papers for the dossier's procedure.
    async fn demo_officer(&self, login: &str, dossier: &DemoDossier) -> Result<Actor> {
        let mut tx = self.db.read().await?;
        let account = db::account::by_login(&mut tx, login).await?.ok_or(Code::RecipientNotFound)?;
        let officer = actor(account.id, account.full_name, account.vault_id);
        Ok(Actor { purpose: Some(dossier.summary.clone()), ..officer })
    }
}

fn step(wanted: Move) -> WantedMove {
    WantedMove { wanted, reason_code: None, note: None }
}
