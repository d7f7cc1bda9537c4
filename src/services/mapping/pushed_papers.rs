//! Papers that other systems push into vaults: components that an officer digitised, and results of procedures (J4, J5). How a paper comes into a
//! vault is [`super::filing`].

use chrono::NaiveDate;
use kho_mapping::catalogue::Component;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::filing::{Arrival, Filing, received_whole};
use super::pushes::{PushOutcome, checked_key, request_digest};
use crate::db::count::Counted;
use crate::db::dossier::Dossier;
use crate::db::pushed::Pushed;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::Record;
use crate::domain::dossier::day_of;
use crate::domain::id::{DossierId, EntryId, FetchId};
use crate::domain::notice::Kind;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::arrange::checked_text;
use crate::services::documents::{DirectUpload, Received};
use crate::services::gate_dossier::{dossier_detail, state_of};
use crate::services::notices::Audience;

/// Where a paper is pushed to, by the program's own keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    pub dossier: String,
    /// Code of the component; none for a result.
    pub component: Option<String>,
    pub key: String,
}

impl Slot {
    pub(super) fn kind(&self) -> &'static str {
        if self.component.is_some() { "component" } else { "result" }
    }

    /// What pushing there is.
    pub fn act(&self) -> Act {
        if self.component.is_some() { Act::ComponentPush } else { Act::ResultPush }
    }

    /// Under which it is kept, and reconciled.
    pub(super) fn pushed_key(&self) -> String {
        match &self.component {
            Some(component) => format!("{}/{component}/{}", self.dossier, self.key),
            None => format!("{}/{}", self.dossier, self.key),
        }
    }
}

/// What a system says of a paper.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PaperPush {
    pub name: String,
    pub title: Option<String>,
    /// Of a component: its type of document, where the component takes several.
    pub type_code: Option<String>,
    /// Of a result: its type.
    pub result_type: Option<String>,
    pub number: Option<String>,
    pub authority: Option<String>,
    pub issued_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub note: Option<String>,
    /// What the file must hash to. The same paper is the same whether that was said or not.
    #[serde(skip)]
    pub sha256: Option<String>,
    /// The officer who compared it with the original.
    pub compared_by: Option<String>,
    /// The register it comes from.
    pub register: Option<Register>,
}

/// A register that vouches for a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    pub name: String,
    /// Number of the entry there.
    pub entry: String,
}

impl Register {
    /// Both are said.
    pub(super) fn checked(&self) -> Result<()> {
        let said = |field, text, limit| match checked_text(field, Some(text), limit)? {
            Some(_) => Ok(()),
            None => Err(Problem::field(field, "missing")),
        };
        said("register.name", &self.name, 200)?;
        said("register.entry", &self.entry, 100)
    }
}

/// A paper after a push.
#[derive(Clone, Debug)]
pub struct PaperPushed {
    pub outcome: PushOutcome,
    pub dossier_id: DossierId,
    pub dossier_code: String,
    pub entry_id: EntryId,
    pub version: i32,
    pub sha256: Vec<u8>,
    pub trust_level: i16,
    pub supersedes: Option<EntryId>,
}

impl Kho {
    /// Begins a push: decides access, and leaves the intent of the upload.
    pub async fn begin_paper(&self, actor: &Actor, slot: &Slot) -> Result<DirectUpload> {
        checked_key("key", &slot.key)?;
        let mut tx = self.db.read().await?;
        let (dossier, _) = self.dossier_of_key(&mut tx, actor, slot.act(), &slot.dossier).await?;
        let vault = db::vault::get(&mut tx, dossier.vault_id).await?.ok_or(Code::NotFound)?;
        drop(tx);
        self.begin_upload_into(actor, &vault).await
    }

    /// Ends a push whose bytes have all come: makes them a paper unless they are one already. `fetch` is what had them fetched.
    pub async fn finish_paper(
        &self,
        actor: &Actor,
        slot: &Slot,
        mut upload: DirectUpload,
        paper: &PaperPush,
        fetch: Option<FetchId>,
    ) -> Result<PaperPushed> {
        let done = match received_whole(&mut upload, paper.sha256.as_deref()).await {
            Ok(received) => {
                let arrival = match fetch {
                    Some(fetch) => Arrival::Fetched(upload.id(), fetch),
                    None => Arrival::Along(upload.id()),
                };
                self.name_pushed(actor, slot, paper, &received, arrival).await
            }
            Err(problem) => Err(problem),
        };
        let kept = done.as_ref().is_ok_and(|done| done.outcome != PushOutcome::Unchanged);
        if !kept {
            self.abandon_upload(upload).await;
        }
        done
    }

    /// Makes received bytes the paper of their slot, in one transaction.
    pub(super) async fn name_pushed(
        &self,
        actor: &Actor,
        slot: &Slot,
        paper: &PaperPush,
        received: &Received,
        arrival: Arrival,
    ) -> Result<PaperPushed> {
        let request_sha256 = request_digest(paper, &received.sha256)?;
        let mut tx = self.db.begin().await?;
        let (dossier, post) = self.locked_dossier_of_key(&mut tx, actor, slot.act(), &slot.dossier).await?;
        let key = slot.pushed_key();
        let source = match arrival {
            Arrival::Fetched(_, fetch) => {
                let taken = db::paper_fetch::take(&mut tx, fetch).await?;
                // Where there is none, something newer was pushed meanwhile.
                Some(taken.ok_or(Code::UploadGone)?)
            }
            // What was still to be fetched is older than this.
            Arrival::Along(_) | Arrival::Uploaded(_) => {
                db::paper_fetch::forget(&mut tx, actor.account_id, slot.kind(), &key).await?;
                None
            }
        };
        let before = db::pushed::get(&mut tx, actor.account_id, slot.kind(), &key).await?;
        if let Some(same) = before.as_ref().filter(|before| before.request_sha256 == request_sha256) {
            let done = self.pushed_before(&mut tx, &dossier, same).await?;
            if let Some(source) = &source {
                db::pushed::set_source(&mut tx, actor.account_id, slot.kind(), &key, source).await?;
            }
            tx.commit().await?;
            return Ok(done);
        }
        if let Arrival::Uploaded(upload) = arrival {
            self.staged_upload(&mut tx, actor, slot, upload).await?;
        }
        let (file, result_type) = self.describe_push(&mut tx, actor, slot, &dossier, &post, paper).await?;
        let filing = Filing {
            actor,
            act: slot.act(),
            dossier: &dossier,
            post: &post,
            kind: slot.kind(),
            key: &slot.key,
            kept_key: key,
            request_sha256,
            file,
            compared_by: checked_text("compared_by", paper.compared_by.as_deref(), 200)?,
            register: paper.register.clone(),
            cited_before: before
                .as_ref()
                .filter(|one| one.citation_id.is_some())
                .and_then(|one| one.entry_id),
        };
        let filed = self.file_paper(&mut tx, &filing, arrival, received, before.as_ref()).await?;
        if let Some(source) = &source {
            db::pushed::set_source(&mut tx, actor.account_id, filing.kind, &filing.kept_key, source).await?;
        }
        let digitised = filing.compared_by.is_some();
        match &slot.component {
            Some(component) if state_of(&dossier)?.is_open() => {
                self.attach_filed(&mut tx, &filing, component, &filed.entry, "system", digitised).await?;
            }
            Some(component) => {
                // Counted once for its component, however often it comes again.
                if before.is_none() {
                    let what = if digitised { Counted::ComponentDigitised } else { Counted::ComponentAdded };
                    let (day, agency) = (day_of(self.clock.now()), dossier.receiving_agency_id);
                    tx.count(day, agency, what, "", 1);
                    self.settle_counts(&mut tx, &dossier).await?;
                }
                let body = json!({ "component": component, "entry": filed.entry.id });
                self.tell_system(&mut tx, &dossier, "paper.digitised", body);
            }
            None => {
                let type_code = result_type.unwrap_or_default();
                let superseded = filed.superseded;
                self.keep_result(&mut tx, &dossier, &post, &filed.entry, &type_code, superseded).await?;
            }
        }
        tx.commit().await?;
        Ok(PaperPushed {
            outcome: filed.outcome,
            dossier_id: dossier.id,
            dossier_code: dossier.code,
            entry_id: filed.entry.id,
            version: filed.entry.version_count,
            sha256: received.sha256.clone(),
            trust_level: filed.entry.trust_level.unwrap_or_default(),
            supersedes: filed.superseded,
        })
    }

    pub(super) async fn pushed_before(
        &self,
        tx: &mut Tx,
        dossier: &Dossier,
        same: &Pushed,
    ) -> Result<PaperPushed> {
        let entry_id = same.entry_id.ok_or(Code::NotFound)?;
        let entry = db::entry::get(tx, entry_id).await?;
        let cited = match same.citation_id {
            Some(citation) => db::citation::named(tx, citation).await?.map(|named| named.version_number),
            None => None,
        };
        Ok(PaperPushed {
            outcome: PushOutcome::Unchanged,
            dossier_id: dossier.id,
            dossier_code: dossier.code.clone(),
            entry_id,
            // The owner may have deleted it since: that is no reason to bring it back.
            version: cited.or_else(|| entry.as_ref().map(|entry| entry.version_count)).unwrap_or_default(),
            sha256: same.file_sha256.clone().unwrap_or_default(),
            trust_level: entry.and_then(|entry| entry.trust_level).unwrap_or_default(),
            supersedes: None,
        })
    }

    /// Takes the validity of a result away. It stays readable, and is shown as revoked; again changes nothing.
    pub async fn revoke_result(&self, actor: &Actor, slot: &Slot, reason: &str) -> Result<PaperPushed> {
        let act = Act::ResultRevoke;
        checked_key("key", &slot.key)?;
        let reason = checked_text("reason", Some(reason), 500)?;
        let reason = reason.ok_or_else(|| Problem::field("reason", "missing"))?;
        let mut tx = self.db.begin().await?;
        let (dossier, post) = self.locked_dossier_of_key(&mut tx, actor, act, &slot.dossier).await?;
        let pushed = db::pushed::get(&mut tx, actor.account_id, "result", &slot.pushed_key()).await?;
        let missing = || self.refused(dossier.vault_id.0, actor, act, dossier.id.0, Code::NotFound);
        let pushed = pushed.ok_or_else(missing)?;
        let entry = pushed.entry_id.ok_or_else(missing)?;
        let entry = db::entry::get(&mut tx, entry).await?.ok_or_else(missing)?;
        let mut answer = self.pushed_before(&mut tx, &dossier, &pushed).await?;
        if !db::pushed::revoke(&mut tx, entry.id, &reason).await? {
            return Ok(answer);
        }
        answer.outcome = PushOutcome::Updated;
        self.settle_counts(&mut tx, &dossier).await?;
        let mut news = self.dossier_news(Kind::ResultRevoked, actor, &dossier).about(&entry);
        news.detail.note = Some(reason.clone());
        self.tell_people(&mut tx, &[dossier.vault_id], Audience::Everybody, &news).await?;
        let record = Record::done(dossier.vault_id, self.clock.now(), actor, act).on(entry.id, &entry.name);
        let detail = dossier_detail(&dossier, Some(&post), json!({ "key": slot.key, "reason": reason }));
        self.audit(&mut tx, record.detail(detail)).await?;
        let body = json!({ "entry": entry.id, "number": entry.number, "reason": reason });
        self.tell_system(&mut tx, &dossier, "result.revoked", body);
        tx.commit().await?;
        Ok(answer)
    }
}

/// The type of what answers a component that takes only one.
pub(super) fn type_in(component: &Component) -> Option<String> {
    match &component.accepts[..] {
        [only] => Some(only.clone()),
        _ => None,
    }
}
