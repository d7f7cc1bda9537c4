//! What systems say of papers that they push, checked; and the rows of results.

use serde_json::json;

use super::attachments::component_of;
use super::pushed_papers::{PaperPush, Slot, type_in};
use crate::db::count::Counted;
use crate::db::dossier::Dossier;
use crate::db::pushed::NewResult;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::dossier::day_of;
use crate::domain::entry::Entry;
use crate::domain::id::{EntryId, ResultId};
use crate::domain::name::EntryName;
use crate::domain::policy::Act;
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;
use crate::services::documents::FileDescription;
use crate::services::folders::OnConflict;
use crate::services::gate_dossier::OfficerPost;

impl Kho {
    /// What is known of a paper before its bytes are: what it is kept as, of a result its type, and that the program may say what it says.
    pub(super) async fn describe_push(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        slot: &Slot,
        dossier: &Dossier,
        post: &OfficerPost,
        paper: &PaperPush,
    ) -> Result<(FileDescription, Option<String>)> {
        let (type_code, result_type) = self.type_of_push(tx, slot, dossier, paper).await?;
        drop(EntryName::parse(&paper.name)?);
        // A result is issued by the agency; who issued a paper that somebody brought along, nobody but the system can tell.
        let issuer = match slot.component {
            None => db::agency::by_code(tx, &post.agency_code).await?.map(|agency| agency.name),
            Some(_) => None,
        };
        let file = FileDescription {
            name: Some(paper.name.clone()),
            title: paper.title.clone(),
            type_code,
            number: paper.number.clone(),
            authority: paper.authority.clone().or(issuer),
            issued_on: paper.issued_on,
            expires_on: paper.expires_on,
            note: paper.note.clone(),
            on_conflict: OnConflict::KeepBoth,
            ..FileDescription::default()
        };
        self.metadata(tx, &file).await?;
        if let Some(register) = &paper.register {
            register.checked()?;
            let agencies = [dossier.processing_agency_id, dossier.receiving_agency_id];
            self.gate_client(tx, actor, Act::RegisterVouch, &agencies).await?;
        }
        Ok((file, result_type))
    }

    /// The type of document that the paper is kept as, and of a result its own type.
    async fn type_of_push(
        &self,
        tx: &mut Tx,
        slot: &Slot,
        dossier: &Dossier,
        paper: &PaperPush,
    ) -> Result<(Option<String>, Option<String>)> {
        if let Some(code) = &slot.component {
            let rules = self.rules_of(tx, dossier).await?;
            let component = component_of(&rules.procedure, code);
            let component = component.ok_or_else(|| Problem::field("component", "unknown"))?;
            return Ok((paper.type_code.clone().or_else(|| type_in(component)), None));
        }
        let code = paper.result_type.as_deref().ok_or_else(|| Problem::field("result_type", "missing"))?;
        let catalogue = self.catalogue_now(tx).await?;
        let known = catalogue.result_types.get(code);
        let known = known.ok_or_else(|| Problem::field("result_type", "unknown"))?;
        Ok((Some(known.document_type.clone()), Some(known.code.clone())))
    }

    pub(super) async fn keep_result(
        &self,
        tx: &mut Tx,
        dossier: &Dossier,
        post: &OfficerPost,
        entry: &Entry,
        type_code: &str,
        superseded: Option<EntryId>,
    ) -> Result<()> {
        let now = self.clock.now();
        let result = NewResult {
            id: ResultId::new(now),
            dossier_id: dossier.id,
            vault_id: dossier.vault_id,
            entry_id: entry.id,
            type_code,
            number: entry.number.as_deref(),
            agency_id: post.agency_id,
            issued_on: entry.issued_on,
            at: now,
        };
        db::pushed::insert_result(tx, &result).await?;
        if let Some(before) = superseded {
            db::pushed::supersede(tx, before, entry.id, now).await?;
        }
        tx.count(day_of(now), post.agency_id, Counted::Result, "", 1);
        self.settle_counts(tx, dossier).await?;
        let kind = if superseded.is_some() { "result.superseded" } else { "result.added" };
        let body =
            json!({ "entry": entry.id, "number": entry.number, "type": type_code, "supersedes": superseded });
        self.tell_system(tx, dossier, kind, body);
        Ok(())
    }
}
