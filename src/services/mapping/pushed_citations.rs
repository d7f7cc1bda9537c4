//! Papers that a program attaches by the codes that their owners gave, in the place of files.
//!
//! The code is the ground, as where an officer attaches by it: the version that was cited is pinned, in a dossier of the same owner that is open and of
//! the program's agencies. The paper stays the owner's: a file that is pushed under the key later is a paper of its own.

use serde_json::json;

use super::attachments::{Attaching, component_of, expect_space};
use super::dossier_pages::MOST_ATTACHMENTS;
use super::dossiers::may_attach;
use super::pushed_papers::{PaperPushed, Slot};
use super::pushes::{PushOutcome, checked_key, request_digest};
use crate::db;
use crate::db::attachment::Attachment;
use crate::db::pushed::Pushed;
use crate::domain::account::Actor;
use crate::domain::citation::CitationCode;
use crate::domain::dossier::day_of;
use crate::domain::notice::Kind;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::gate_dossier::{is_in_dossier, state_of};
use crate::services::notices::Audience;

impl Kho {
    /// Attaches what a code stands for to a component, under the program's own key. The same again changes nothing, whatever became of it since.
    pub async fn push_citation(&self, actor: &Actor, slot: &Slot, code: &str) -> Result<PaperPushed> {
        let act = Act::CitationPush;
        checked_key("key", &slot.key)?;
        let component = slot.component.as_deref();
        let component = component.ok_or_else(|| Problem::field("citation", "components_only"))?;
        let code = CitationCode::parse(code).map_err(|problem| problem.with("field", "citation"))?;
        let request_sha256 = request_digest(&json!({ "citation": code.as_str() }), &[])?;
        let mut tx = self.db.begin().await?;
        let (dossier, post) = self.locked_dossier_of_key(&mut tx, actor, act, &slot.dossier).await?;
        let key = slot.pushed_key();
        let before = db::pushed::get(&mut tx, actor.account_id, slot.kind(), &key).await?;
        if let Some(same) = before.as_ref().filter(|before| before.request_sha256 == request_sha256) {
            return self.pushed_before(&mut tx, &dossier, same).await;
        }
        let target = match self.gate_citation_of_client(&mut tx, actor, act, &slot.dossier, &code).await {
            Ok(target) => target,
            Err(problem) => {
                drop(tx);
                self.count_citation_miss(actor, &problem).await?;
                return Err(problem);
            }
        };
        if !may_attach(state_of(&dossier)?, true, true) {
            return Err(Code::DossierLocked.into());
        }
        let rules = self.rules_of(&mut tx, &dossier).await?;
        let component = component_of(&rules.procedure, component);
        let component = component.ok_or_else(|| Problem::field("component", "unknown"))?;
        let paper = &target.paper;
        let by = Attaching {
            actor,
            post: Some(&post),
            channel: "system",
            consent_id: None,
            giver: None,
            ground: ("citation", None),
            purpose: actor.purpose.as_deref().unwrap_or(&dossier.procedure_name),
            digitised: false,
            counted_on: None,
        };
        let there = db::attachment::of(&mut tx, dossier.id, MOST_ATTACHMENTS).await?;
        let there = there.iter().filter(|one| one.component_code == component.code && is_in_dossier(one));
        let there = there.collect::<Vec<&Attachment>>();
        let same = |one: &&&Attachment| one.version_id == paper.version_id && one.state != "refused";
        if there.iter().find(same).is_none() {
            let earlier = before.as_ref().and_then(|before| before.entry_id);
            let replaced = |one: &&&Attachment| Some(one.entry_id) == earlier || one.state == "refused";
            let replaced = there.iter().filter(replaced).collect::<Vec<_>>();
            let all = there.iter().map(|one| (*one).clone()).collect::<Vec<_>>();
            expect_space(&all, &component.code, replaced.len())?;
            for attachment in replaced {
                self.end_attachment(&mut tx, &dossier, attachment, &by, "replaced").await?;
            }
            self.insert_attachment(&mut tx, &dossier, component, paper, &by).await?;
            let mut news = self.dossier_news(Kind::CitationUsed, actor, &dossier).about(&target.entry);
            news.entry = Some((target.entry.id, paper.title.as_deref().unwrap_or(&paper.name)));
            self.tell_people(&mut tx, &[dossier.vault_id], Audience::Everybody, &news).await?;
        }
        self.note_citation_use(&mut tx, actor, &target.citation, &dossier, &post).await?;
        // What was still to be fetched under the key is older than this.
        db::paper_fetch::forget(&mut tx, actor.account_id, slot.kind(), &key).await?;
        let now = self.clock.now();
        let pushed = Pushed {
            client_id: actor.account_id,
            kind: slot.kind().to_owned(),
            key,
            request_sha256,
            file_sha256: Some(paper.sha256.clone()),
            source_sha256: None,
            dossier_id: dossier.id,
            entry_id: Some(paper.entry_id),
            citation_id: Some(target.citation.id),
            first_at: now,
            at: now,
            day: day_of(now),
        };
        db::pushed::put(&mut tx, &pushed).await?;
        tx.commit().await?;
        Ok(PaperPushed {
            outcome: if before.is_some() { PushOutcome::Updated } else { PushOutcome::Created },
            dossier_id: dossier.id,
            dossier_code: dossier.code,
            entry_id: paper.entry_id,
            version: paper.version_number,
            sha256: paper.sha256.clone(),
            trust_level: paper.trust_level,
            supersedes: None,
        })
    }
}
