//! Dossiers that other systems push under their own keys: the same again changes nothing, another content is the next state of it.

use std::collections::VecDeque;

use chrono::{DateTime, NaiveDate, Utc};
use kho_mapping::dossier::{Move, Party, Standing, State};
use serde::Serialize;
use serde_json::json;

use super::dossiers::{checked_conditions, owner_named, standing};
use super::moves::{Mover, WantedMove};
use crate::crypto::sha256::sha256;
use crate::db::dossier::{Dossier, Draft};
use crate::db::pushed::Pushed;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::dossier::{DossierCode, day_of};
use crate::domain::id::{AgencyId, DossierId, VaultId};
use crate::domain::identity::{Email, FullName, IdentityNumber, Phone};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::arrange::{checked_text, expect_year};
use crate::services::clients::scopes_of;
use crate::services::gate_dossier::{OfficerPost, dossier_detail};
use crate::services::roles::agency_named;

/// Letters of a program's own key.
const LONGEST_KEY: usize = 128;

/// What a system says of a dossier (J9).
#[derive(Clone, Debug, Serialize)]
pub struct DossierPush {
    pub procedure: String,
    pub owner_identity: String,
    pub owner_name: Option<FullName>,
    pub receiving_agency: String,
    pub processing_agency: Option<String>,
    pub submitter_name: Option<FullName>,
    pub submitter_identity: Option<IdentityNumber>,
    pub phone: Option<Phone>,
    pub email: Option<Email>,
    pub address: Option<String>,
    pub summary: Option<String>,
    pub conditions: Vec<String>,
    pub received_at: Option<DateTime<Utc>>,
    pub due_on: Option<NaiveDate>,
    pub state: State,
    pub reason_code: Option<String>,
    pub note: Option<String>,
}

/// What a push did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushOutcome {
    Created,
    Updated,
    Unchanged,
}

impl PushOutcome {
    pub fn as_str(self) -> &'static str {
        match self {
            PushOutcome::Created => "created",
            PushOutcome::Updated => "updated",
            PushOutcome::Unchanged => "unchanged",
        }
    }
}

/// A dossier after a push.
#[derive(Clone, Debug)]
pub struct DossierPushed {
    pub outcome: PushOutcome,
    pub id: DossierId,
    pub code: String,
    pub state: String,
}

/// A program's own key for something.
pub(super) fn checked_key(field: &'static str, key: &str) -> Result<()> {
    let plain = key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c));
    if key.is_empty() || key.len() > LONGEST_KEY || !plain {
        return Err(Problem::field(field, "malformed"));
    }
    Ok(())
}

/// By which a request is known again.
pub(super) fn request_digest<T: Serialize>(request: &T, file_sha256: &[u8]) -> Result<Vec<u8>> {
    let mut bytes =
        serde_json::to_vec(request).map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
    bytes.extend_from_slice(file_sha256);
    Ok(sha256(&bytes).to_vec())
}

/// The shortest way of a system's moves from where a dossier stands.
fn way_to(from: Standing, wanted: State) -> Option<Vec<Move>> {
    let mut open = VecDeque::from([(from, Vec::new())]);
    let mut seen = vec![from.state()];
    while let Some((standing, way)) = open.pop_front() {
        if standing.state() == wanted {
            return Some(way);
        }
        for step in standing.allowed(Party::System) {
            // What was withdrawn or waits is where a system says so, never on the way.
            let Ok(next) = standing.next(step, Party::System) else { continue };
            let passes =
                !matches!(next.state(), State::SupplementRequested | State::Withdrawn | State::Refused);
            if (passes || next.state() == wanted) && !seen.contains(&next.state()) {
                seen.push(next.state());
                let mut way = way.clone();
                way.push(step);
                open.push_back((next, way));
            }
        }
    }
    None
}

impl Kho {
    /// Decides whether a program may do `act` for one of the agencies: its token has the scope, and it holds that scope for the agency now.
    pub(in crate::services) async fn gate_client(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        agencies: &[AgencyId],
    ) -> Result<OfficerPost> {
        actor.check_scope(act)?;
        let mandates = db::oauth::mandates(tx, actor.account_id).await?;
        let holds = |mandate: &db::oauth::Mandate| {
            agencies.contains(&mandate.agency_id) && scopes_of(&mandate.scopes).contains(&act.scope())
        };
        match mandates.into_iter().find(holds) {
            Some(mandate) => {
                Ok(OfficerPost { agency_id: mandate.agency_id, agency_code: mandate.agency_code })
            }
            None => {
                let object = agencies.first().map_or(actor.account_id.0, |agency| agency.0);
                Err(self.refused(SYSTEM_CHAIN, actor, act, object, Code::NotAllowed))
            }
        }
    }

    /// The agencies for which a program may do `act`; refuses where there is none.
    pub(in crate::services) async fn gate_client_anywhere(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
    ) -> Result<Vec<AgencyId>> {
        let posts = self.posts_of_client(tx, actor, act).await?;
        Ok(posts.into_iter().map(|post| post.agency_id).collect())
    }

    /// The same, with the agencies' codes.
    async fn posts_of_client(&self, tx: &mut Tx, actor: &Actor, act: Act) -> Result<Vec<OfficerPost>> {
        actor.check_scope(act)?;
        let mandates = db::oauth::mandates(tx, actor.account_id).await?;
        let posts = posts_for(mandates, act);
        if posts.is_empty() {
            return Err(self.refused(SYSTEM_CHAIN, actor, act, actor.account_id.0, Code::NotAllowed));
        }
        Ok(posts)
    }

    /// A dossier by the program's own key, or by its code where it was opened elsewhere.
    pub(in crate::services) async fn dossier_of_key(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        key: &str,
    ) -> Result<(Dossier, OfficerPost)> {
        let posts = self.posts_of_client(tx, actor, act).await?;
        let missing = || self.refused(SYSTEM_CHAIN, actor, act, actor.account_id.0, Code::NotFound);
        let dossier = self.dossier_by_key(tx, actor, key).await?.ok_or_else(missing)?;
        // A dossier of other agencies does not exist for the program.
        let Some(post) = post_among(posts, &dossier) else {
            return Err(self.refused(dossier.vault_id.0, actor, act, dossier.id.0, Code::NotFound));
        };
        Ok((dossier, post))
    }

    /// The dossier that a program calls so; the caller passes a gate.
    pub(super) async fn dossier_by_key(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        key: &str,
    ) -> Result<Option<Dossier>> {
        match dossier_id_of_key(tx, actor, key).await? {
            Some(id) => Ok(db::dossier::get(tx, id).await?),
            None => Ok(None),
        }
    }

    /// For which of the dossier's agencies a program may do `act` now; for none what a citizen still fills in.
    pub(in crate::services) async fn program_post(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        dossier: &Dossier,
    ) -> Result<Option<OfficerPost>> {
        let mandates = db::oauth::mandates(tx, actor.account_id).await?;
        Ok(post_among(posts_for(mandates, act), dossier))
    }

    /// The same under the lock of the dossier's vault, for what changes it.
    pub(super) async fn locked_dossier_of_key(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        key: &str,
    ) -> Result<(Dossier, OfficerPost)> {
        // Which vault it is never changes; what is decided about the dossier is decided under the lock.
        if let Some(id) = dossier_id_of_key(tx, actor, key).await? {
            self.lock_dossier(tx, id, &[]).await?;
        }
        self.dossier_of_key(tx, actor, act, key).await
    }

    /// Opens a dossier under the program's own key, or brings it to what the program says of it now.
    pub async fn push_dossier(&self, actor: &Actor, key: &str, push: &DossierPush) -> Result<DossierPushed> {
        checked_key("key", key)?;
        if let Some(same) = self.dossier_pushed_before(actor, key, push).await? {
            return Ok(same);
        }
        // Whether it is used shows under the vault's lock, which nobody may hold who waits for the counter.
        let number = match self.is_pushed(actor, key).await? {
            true => None,
            false => Some(self.next_dossier_number().await?),
        };
        match self.try_push_dossier(actor, key, push, number).await {
            // Two first pushes for one owner, or under one key, met: the other is done now.
            Err(problem) if problem.code == Code::AlreadyExists => {
                self.try_push_dossier(actor, key, push, number).await
            }
            done => done,
        }
    }

    /// What is known already needs no turn to write.
    async fn dossier_pushed_before(
        &self,
        actor: &Actor,
        key: &str,
        push: &DossierPush,
    ) -> Result<Option<DossierPushed>> {
        let mut tx = self.db.read().await?;
        let before = db::pushed::get(&mut tx, actor.account_id, "dossier", key).await?;
        let request_sha256 = request_digest(push, &[])?;
        let Some(before) = before.filter(|before| before.request_sha256 == request_sha256) else {
            return Ok(None);
        };
        let Some(dossier) = db::dossier::get(&mut tx, before.dossier_id).await? else { return Ok(None) };
        self.gate_client(&mut tx, actor, Act::DossierPush, &[dossier.receiving_agency_id]).await?;
        Ok(Some(pushed_dossier(PushOutcome::Unchanged, &dossier)))
    }

    /// Whether a program pushed a dossier under the key before.
    async fn is_pushed(&self, actor: &Actor, key: &str) -> Result<bool> {
        let mut tx = self.db.read().await?;
        Ok(db::pushed::get(&mut tx, actor.account_id, "dossier", key).await?.is_some())
    }

    /// `number` is for the code of a new one.
    async fn try_push_dossier(
        &self,
        actor: &Actor,
        key: &str,
        push: &DossierPush,
        number: Option<i64>,
    ) -> Result<DossierPushed> {
        let act = Act::DossierPush;
        let request_sha256 = request_digest(push, &[])?;
        expect_year("received_at", push.received_at.as_ref())?;
        expect_year("due_on", push.due_on.as_ref())?;
        let owner = owner_named("owner_identity", &push.owner_identity)?;
        let (kind, code) = owner.parts();
        let mut tx = self.db.begin().await?;
        let receiving = agency_named(&mut tx, "receiving_agency", &push.receiving_agency).await?;
        let post = self.gate_client(&mut tx, actor, act, &[receiving.id]).await?;
        let known = db::vault::by_owner(&mut tx, kind, code).await?;
        let vault = match (known, &push.owner_name) {
            (Some(vault), _) => vault.id,
            (None, Some(name)) => self.vault_of_owner(&mut tx, &owner, name.as_str()).await?,
            (None, None) => return Err(Problem::field("owner_name", "missing")),
        };
        db::vault::lock(&mut tx, vault).await?;
        let before = db::pushed::get(&mut tx, actor.account_id, "dossier", key).await?;
        let (mut dossier, outcome) = match &before {
            Some(before) => {
                let dossier = db::dossier::get(&mut tx, before.dossier_id).await?.ok_or(Code::NotFound)?;
                if dossier.vault_id != vault {
                    return Err(Problem::field("owner_identity", "other_owner"));
                }
                if dossier.receiving_agency_id != receiving.id {
                    return Err(Problem::field("receiving_agency", "other_agency"));
                }
                if before.request_sha256 == request_sha256 {
                    return Ok(pushed_dossier(PushOutcome::Unchanged, &dossier));
                }
                (dossier, PushOutcome::Updated)
            }
            None => {
                self.expect_agency_open(&mut tx, "receiving_agency", &receiving).await?;
                let number = number.ok_or(Code::NotFound)?;
                let dossier =
                    self.new_dossier_of(&mut tx, actor, key, push, vault, &receiving, number).await?;
                self.insert_dossier(&mut tx, actor, &dossier, Some(&post)).await?;
                (dossier, PushOutcome::Created)
            }
        };
        let rules = self.rules_of(&mut tx, &dossier).await?;
        if let Some(name) = &push.submitter_name {
            dossier.submitter_name = name.as_str().to_owned();
            dossier.submitter_identity =
                push.submitter_identity.as_ref().map(|number| number.as_str().to_owned());
        }
        dossier.processing_agency_id = match &push.processing_agency {
            Some(code) => {
                let kept = Some(dossier.processing_agency_id);
                self.agency_for(&mut tx, "processing_agency", code, kept).await?.id
            }
            None => receiving.id,
        };
        dossier.contact_phone = push.phone.clone().map(String::from);
        dossier.contact_email = push.email.clone().map(String::from);
        dossier.contact_address = checked_text("address", push.address.as_deref(), 500)?;
        dossier.summary = checked_text("summary", push.summary.as_deref(), 2000)?;
        dossier.conditions = checked_conditions(&rules.procedure, &push.conditions)?;
        let from = standing(&dossier)?;
        let way = way_to(from, push.state).ok_or_else(|| {
            Problem::new(Code::MoveNotAllowed)
                .with("state", from.state().as_str())
                .with("wanted", push.state.as_str())
        })?;
        for (place, step) in way.iter().enumerate() {
            let last = place + 1 == way.len();
            let wanted = WantedMove {
                wanted: *step,
                reason_code: push.reason_code.clone().filter(|_| last && step.needs_reason()),
                note: push.note.clone().filter(|_| last),
            };
            let mover = Mover { actor, party: Party::System, post: Some(&post) };
            self.apply_move(&mut tx, &mut dossier, &rules.procedure, mover, &wanted).await?;
        }
        // The system's own day counts, not that on which it told us.
        if dossier.received_at.is_some() {
            dossier.received_at = push.received_at.or(dossier.received_at);
            dossier.due_on = push.due_on.or(dossier.due_on);
        }
        let now = self.clock.now();
        dossier.updated_at = now;
        db::dossier::update(&mut tx, &dossier).await?;
        self.settle_counts(&mut tx, &dossier).await?;
        let record = Record::done(vault, now, actor, act).about(dossier.id.0).named(&dossier.code);
        let detail = json!({ "key": key, "outcome": outcome.as_str(), "state": dossier.state });
        self.audit(&mut tx, record.detail(dossier_detail(&dossier, Some(&post), detail))).await?;
        let pushed = Pushed {
            client_id: actor.account_id,
            kind: "dossier".to_owned(),
            key: key.to_owned(),
            request_sha256,
            file_sha256: None,
            source_sha256: None,
            dossier_id: dossier.id,
            entry_id: None,
            citation_id: None,
            first_at: now,
            at: now,
            day: day_of(now),
        };
        db::pushed::put(&mut tx, &pushed).await?;
        tx.commit().await?;
        Ok(pushed_dossier(outcome, &dossier))
    }

    #[expect(clippy::too_many_arguments, reason = "a dossier, and what it is opened with")]
    async fn new_dossier_of(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        key: &str,
        push: &DossierPush,
        vault: VaultId,
        receiving: &db::agency::Agency,
        number: i64,
    ) -> Result<Dossier> {
        let now = self.clock.now();
        let vault = db::vault::get(tx, vault).await?.ok_or(Code::NotFound)?;
        let catalogue = self.catalogue_now(tx).await?;
        let procedure = catalogue.procedures.get(&push.procedure);
        let procedure = procedure.ok_or_else(|| Problem::field("procedure", "unknown"))?;
        if !procedure.owners.contains(&vault.owner_kind) {
            return Err(Problem::field("procedure", "not_for_this_owner"));
        }
        let owner = db::account::by_vault(tx, vault.id).await?;
        let dossier = Dossier::draft(Draft {
            id: DossierId::new(now),
            code: DossierCode::new(&receiving.code, day_of(now), number).as_str().to_owned(),
            procedure,
            catalogue_version: catalogue.number,
            vault: &vault,
            agency: receiving.id,
            channel: "system",
            by: actor.account_id,
            at: now,
        });
        Ok(Dossier {
            submitter_account_id: owner.map(|owner| owner.id).filter(|_| push.submitter_name.is_none()),
            client_id: Some(actor.account_id),
            client_key: Some(key.to_owned()),
            ..dossier
        })
    }
}

/// For which agencies a program may do `act`.
fn posts_for(mandates: Vec<db::oauth::Mandate>, act: Act) -> Vec<OfficerPost> {
    let held = mandates.into_iter().filter(|mandate| scopes_of(&mandate.scopes).contains(&act.scope()));
    let post = |mandate: db::oauth::Mandate| OfficerPost {
        agency_id: mandate.agency_id,
        agency_code: mandate.agency_code,
    };
    held.map(post).collect()
}

/// The post for a dossier's agencies; none for what a citizen still fills in.
fn post_among(posts: Vec<OfficerPost>, dossier: &Dossier) -> Option<OfficerPost> {
    let agencies = [dossier.processing_agency_id, dossier.receiving_agency_id];
    let is_draft = dossier.state == State::Draft.as_str() && dossier.channel == "online";
    posts.into_iter().find(|post| agencies.contains(&post.agency_id)).filter(|_| !is_draft)
}

async fn dossier_id_of_key(tx: &mut Tx, actor: &Actor, key: &str) -> Result<Option<DossierId>> {
    if checked_key("dossier", key).is_err() {
        return Ok(None);
    }
    let id = db::dossier::id_by_client_key(tx, actor.account_id, key).await?;
    match DossierCode::parse(key) {
        Ok(code) if id.is_none() => Ok(db::dossier::id_by_code(tx, code.as_str()).await?),
        _ => Ok(id),
    }
}

fn pushed_dossier(outcome: PushOutcome, dossier: &Dossier) -> DossierPushed {
    DossierPushed { outcome, id: dossier.id, code: dossier.code.clone(), state: dossier.state.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_says_where_a_dossier_stands_and_the_moves_follow() {
        let way = |wanted| way_to(Standing::DRAFT, wanted);
        assert_eq!(way(State::Draft), Some(vec![]));
        assert_eq!(way(State::Received), Some(vec![Move::Receive]));
        assert_eq!(
            way(State::Returned),
            Some(vec![Move::Receive, Move::Process, Move::Decide, Move::Return])
        );
        let returned = Standing::new(State::Returned, None).unwrap();
        assert_eq!(way_to(returned, State::Processing), None, "nothing comes back");
        let waiting = Standing::new(State::SupplementRequested, Some(State::Processing)).unwrap();
        assert_eq!(way_to(waiting, State::Decided), Some(vec![Move::Supplement, Move::Decide]));
    }
}
