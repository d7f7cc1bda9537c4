//! Opening dossiers, and changing what they say.

use chrono::NaiveDate;
use kho_mapping::catalogue::Procedure;
use kho_mapping::dossier::{Standing, State};
use serde_json::json;

use super::dossier_pages::DossierPage;
use crate::db::agency::Agency;
use crate::db::dossier::{Dossier, Draft};
use crate::db::dossier_move::DossierMove;
use crate::db::event::NewEvent;
use crate::db::vault::Vault;
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::dossier::{DossierCode, day_of};
use crate::domain::id::{AgencyId, DossierId, EventId, VaultId};
use crate::domain::identity::{Email, FullName, IdentityNumber, OrganisationCode, Phone};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::arrange::checked_text;
use crate::services::gate_dossier::{Capacity, DossierTarget, OfficerPost, dossier_detail, state_of};
use crate::services::roles::agency_named;
use crate::services::vaults::Owner;

/// How to reach whoever asks.
#[derive(Clone, Debug, Default)]
pub struct Contact {
    pub phone: Option<Phone>,
    pub email: Option<Email>,
    pub address: Option<String>,
}

/// Whose dossier is to be opened.
#[derive(Clone, Debug)]
pub enum OwnerOf {
    /// One's own, or that of an organisation whose member one is.
    Vault(Option<VaultId>),
    /// Somebody's who stands at the counter: by identity number or code, and by name where there is no vault yet.
    Named { code: String, name: Option<FullName> },
}

/// A dossier to be opened.
#[derive(Clone, Debug)]
pub struct NewDossier {
    pub procedure: String,
    pub owner: OwnerOf,
    pub receiving_agency: String,
    /// The receiving one where none is named.
    pub processing_agency: Option<String>,
    pub conditions: Vec<String>,
    pub contact: Contact,
    pub summary: Option<String>,
    /// Who hands it in at the counter, where that is not the owner.
    pub submitter: Option<(FullName, Option<IdentityNumber>)>,
}

/// What is to be changed of a dossier; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct DossierChanges {
    pub conditions: Option<Vec<String>>,
    pub phone: Option<Option<Phone>>,
    pub email: Option<Option<Email>>,
    pub address: Option<Option<String>>,
    pub summary: Option<Option<String>>,
}

impl Kho {
    /// Opens a dossier for a procedure, as a draft.
    pub async fn open_dossier(&self, actor: &Actor, new: NewDossier) -> Result<DossierPage> {
        actor.check_scope(Act::DossierOpen)?;
        let number = self.next_dossier_number().await?;
        let mut tx = self.db.begin().await?;
        let (vault, capacity) = self.gate_opening(&mut tx, actor, &new).await?;
        let post = match &capacity {
            Capacity::Officer(post) => Some(post),
            _ => None,
        };
        let now = self.clock.now();
        let today = day_of(now);
        let catalogue = self.catalogue_now(&mut tx).await?;
        let procedure = catalogue.procedures.get(&new.procedure);
        let procedure = procedure.ok_or_else(|| Problem::field("procedure", "unknown"))?;
        expect_procedure_for(procedure, &vault, post.is_none(), today)?;
        let conditions = checked_conditions(procedure, &new.conditions)?;
        let receiving = self.agency_for(&mut tx, "receiving_agency", &new.receiving_agency, None).await?;
        let processing = match &new.processing_agency {
            Some(code) => self.agency_for(&mut tx, "processing_agency", code, None).await?,
            None => receiving.clone(),
        };
        let owner = db::account::by_vault(&mut tx, vault.id).await?;
        let (submitter_account_id, submitter_name, submitter_identity) = match (post, new.submitter) {
            (None, None) => {
                let mine = actor.vault_id == Some(vault.id);
                let identity = if mine { Some(vault.owner_code.clone()) } else { None };
                (Some(actor.account_id), actor.name.clone(), identity)
            }
            (None, Some(_)) => return Err(Problem::field("submitter", "counter_only")),
            (Some(_), Some((name, number))) => {
                (None, name.as_str().to_owned(), number.map(|number| number.as_str().to_owned()))
            }
            (Some(_), None) => {
                (owner.map(|owner| owner.id), vault.owner_name.clone(), Some(vault.owner_code.clone()))
            }
        };
        let dossier = Dossier {
            submitter_account_id,
            submitter_name,
            submitter_identity,
            processing_agency_id: processing.id,
            contact_phone: new.contact.phone.map(String::from),
            contact_email: new.contact.email.map(String::from),
            contact_address: checked_text("contact.address", new.contact.address.as_deref(), 500)?,
            summary: checked_text("summary", new.summary.as_deref(), 2000)?,
            conditions,
            ..Dossier::draft(Draft {
                id: DossierId::new(now),
                code: DossierCode::new(&receiving.code, today, number).as_str().to_owned(),
                procedure,
                catalogue_version: catalogue.number,
                vault: &vault,
                agency: receiving.id,
                channel: if post.is_some() { "counter" } else { "online" },
                by: actor.account_id,
                at: now,
            })
        };
        self.insert_dossier(&mut tx, actor, &dossier, post).await?;
        let target = DossierTarget { dossier, capacity, consent: None };
        let page = self.dossier_page(&mut tx, &target).await?;
        tx.commit().await?;
        Ok(page)
    }

    /// The next number for a dossier's code, in a transaction of its own: while one is being opened nobody else waits for the counter. A number
    /// whose dossier is refused then is never used.
    pub(super) async fn next_dossier_number(&self) -> Result<i64> {
        let mut tx = self.db.begin().await?;
        let number = db::vault::next_number(&mut tx, "dossier").await?;
        tx.commit().await?;
        Ok(number)
    }

    /// Writes a new dossier, its first move, its record and its event. The caller holds the lock of the vault and has checked what it says.
    pub(in crate::services) async fn insert_dossier(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        dossier: &Dossier,
        post: Option<&OfficerPost>,
    ) -> Result<()> {
        if !db::dossier::insert(tx, dossier).await? {
            return Err(Code::AlreadyExists.into());
        }
        let opening = DossierMove {
            dossier_id: dossier.id,
            seq: 1,
            from_state: None,
            to_state: dossier.state.clone(),
            name: "open".to_owned(),
            at: dossier.created_at,
            by_account: Some(actor.account_id),
            by_name: actor.name.clone(),
            agency_id: post.map(|post| post.agency_id),
            reason_code: None,
            note: None,
        };
        db::dossier_move::insert(tx, &opening).await?;
        let detail =
            dossier_detail(dossier, post, json!({ "channel": dossier.channel, "to": dossier.state }));
        let record = Record::done(dossier.vault_id, self.clock.now(), actor, Act::DossierOpen);
        self.audit(tx, record.about(dossier.id.0).named(&dossier.code).detail(detail)).await?;
        self.tell_system(tx, dossier, "dossier.opened", json!({ "state": dossier.state }));
        Ok(())
    }

    /// Adds an event to the feed, in the transaction of what happened. A citizen's draft exists for no agency: of it nothing is told before it is
    /// handed in.
    pub(in crate::services) fn tell_system(
        &self,
        tx: &mut Tx,
        dossier: &Dossier,
        kind: &str,
        mut body: serde_json::Value,
    ) {
        if dossier.channel == "online" && dossier.state == State::Draft.as_str() {
            return;
        }
        let now = self.clock.now();
        if let Some(body) = body.as_object_mut() {
            body.insert("dossier".to_owned(), dossier.code.clone().into());
            body.insert("procedure".to_owned(), dossier.procedure_code.clone().into());
            if let Some(key) = &dossier.client_key {
                body.insert("key".to_owned(), key.clone().into());
            }
        }
        tx.tell(NewEvent {
            id: EventId::new(now),
            at: now,
            day: day_of(now),
            kind: kind.to_owned(),
            dossier_id: dossier.id,
            agency_id: dossier.receiving_agency_id,
            client_id: dossier.client_id,
            body,
        });
    }

    /// Decides whether the actor may open a dossier for that owner, and as what; locks the owner's vault.
    async fn gate_opening(&self, tx: &mut Tx, actor: &Actor, new: &NewDossier) -> Result<(Vault, Capacity)> {
        let act = Act::DossierOpen;
        let (code, name) = match &new.owner {
            OwnerOf::Vault(id) => {
                let id = id.or(actor.vault_id).ok_or_else(|| Problem::field("vault_id", "missing"))?;
                db::vault::lock(tx, id).await?;
                let (vault, rights) = self.gate_vault(tx, actor, act, id).await?;
                return Ok((vault, Capacity::Owner(rights)));
            }
            OwnerOf::Named { code, name } => (code, name),
        };
        let owner = owner_named("owner_identity", code)?;
        let (kind, code) = owner.parts();
        let known = db::vault::by_owner(tx, kind, code).await?;
        let chain = known.as_ref().map_or(SYSTEM_CHAIN, |vault| vault.id.0);
        let refuse = |code| self.refused(chain, actor, act, actor.account_id.0, code);
        let posts = self.officer_posts(tx, actor).await?;
        let wanted = new.receiving_agency.trim().to_ascii_uppercase();
        let post = posts.into_iter().find(|post| post.agency_code == wanted);
        let post = post.ok_or_else(|| refuse(Code::NotAllowed))?;
        if actor.purpose.is_none() {
            return Err(refuse(Code::PurposeMissing));
        }
        let id = match (known, name) {
            (Some(vault), _) => vault.id,
            (None, Some(name)) => self.vault_of_owner(tx, &owner, name.as_str()).await?,
            (None, None) => return Err(Problem::field("owner_name", "missing")),
        };
        let vault = db::vault::lock(tx, id).await?.ok_or(Code::NotFound)?;
        // Nobody decides about a dossier of their own.
        if self.own_ground(tx, actor, id).await?.is_some() {
            return Err(refuse(Code::NotAllowed));
        }
        Ok((vault, Capacity::Officer(post)))
    }

    /// An agency that receives or processes dossiers from now on; `kept` is the one that does so already, which may be closed meanwhile.
    pub(super) async fn agency_for(
        &self,
        tx: &mut Tx,
        field: &'static str,
        code: &str,
        kept: Option<AgencyId>,
    ) -> Result<Agency> {
        let agency = agency_named(tx, field, code).await?;
        if kept != Some(agency.id) {
            self.expect_agency_open(tx, field, &agency).await?;
        }
        Ok(agency)
    }

    /// Refuses an agency for which nothing new is opened today.
    pub(super) async fn expect_agency_open(
        &self,
        tx: &mut Tx,
        field: &'static str,
        agency: &Agency,
    ) -> Result<()> {
        let catalogue = self.catalogue_now(tx).await?;
        let is_open = catalogue.has_agency(&agency.code, day_of(self.clock.now()));
        if is_open { Ok(()) } else { Err(Problem::field(field, "closed")) }
    }

    /// Changes what a dossier says, while it is being filled in or more is asked for.
    pub async fn update_dossier(
        &self,
        actor: &Actor,
        id: DossierId,
        seen: Option<i64>,
        changes: DossierChanges,
    ) -> Result<DossierPage> {
        let mut tx = self.db.begin().await?;
        let mut target = self.gate_dossier_for_change(&mut tx, actor, Act::DossierUpdate, id).await?;
        expect_revision(&target.dossier, seen)?;
        if !may_update(&target)? {
            return Err(Code::DossierLocked.into());
        }
        let rules = self.rules_of(&mut tx, &target.dossier).await?;
        let dossier = &mut target.dossier;
        let mut changed = Vec::new();
        if let Some(answered) = &changes.conditions {
            let conditions = checked_conditions(&rules.procedure, answered)?;
            set(&mut dossier.conditions, conditions, "conditions", &mut changed);
        }
        if let Some(phone) = changes.phone {
            set(&mut dossier.contact_phone, phone.map(String::from), "phone", &mut changed);
        }
        if let Some(email) = changes.email {
            set(&mut dossier.contact_email, email.map(String::from), "email", &mut changed);
        }
        if let Some(address) = changes.address {
            let address = checked_text("contact.address", address.as_deref(), 500)?;
            set(&mut dossier.contact_address, address, "address", &mut changed);
        }
        if let Some(summary) = changes.summary {
            let summary = checked_text("summary", summary.as_deref(), 2000)?;
            set(&mut dossier.summary, summary, "summary", &mut changed);
        }
        if !changed.is_empty() {
            dossier.updated_at = self.clock.now();
            db::dossier::update(&mut tx, dossier).await?;
            self.settle_counts(&mut tx, dossier).await?;
            let record = target.record(self, actor, Act::DossierUpdate, json!({ "changed": changed }));
            self.audit(&mut tx, record).await?;
        }
        let page = self.dossier_page(&mut tx, &target).await?;
        tx.commit().await?;
        Ok(page)
    }
}

fn set<T: PartialEq>(kept: &mut T, new: T, name: &'static str, changed: &mut Vec<&'static str>) {
    if *kept != new {
        *kept = new;
        changed.push(name);
    }
}

/// The revision that the caller saw must be the dossier's.
pub(super) fn expect_revision(dossier: &Dossier, seen: Option<i64>) -> Result<()> {
    match seen {
        None => Err(Code::PreconditionRequired.into()),
        Some(rev) if rev == dossier.rev => Ok(()),
        Some(_) => Err(Problem::new(Code::PreconditionFailed).with("current_rev", dossier.rev)),
    }
}

/// An owner by identity number or organisation code.
pub(super) fn owner_named(field: &'static str, code: &str) -> Result<Owner> {
    if let Ok(number) = IdentityNumber::parse(code) {
        return Ok(Owner::Person(number));
    }
    OrganisationCode::parse(code).map(Owner::Organisation).map_err(|_| Problem::field(field, "malformed"))
}

fn expect_procedure_for(procedure: &Procedure, vault: &Vault, online: bool, on: NaiveDate) -> Result<()> {
    let reason = if procedure.valid_from.is_some_and(|first| on < first)
        || procedure.valid_until.is_some_and(|last| on > last)
    {
        "closed"
    } else if online && !procedure.online {
        "not_online"
    } else if !procedure.owners.contains(&vault.owner_kind) {
        "not_for_this_owner"
    } else {
        return Ok(());
    };
    Err(Problem::field("procedure", reason))
}

/// The conditions answered with yes, each of the procedure's and once, as they are stored.
pub(in crate::services) fn checked_conditions(procedure: &Procedure, answered: &[String]) -> Result<String> {
    if let Some(unknown) =
        answered.iter().find(|code| !procedure.conditions.iter().any(|known| known.code == **code))
    {
        let unknown = unknown.chars().take(100).collect::<String>();
        return Err(Problem::field("conditions", "unknown").with("condition", unknown));
    }
    let known = procedure.conditions.iter().map(|condition| &condition.code);
    let yes = known.filter(|code| answered.contains(code)).collect::<Vec<_>>();
    Ok(serde_json::to_string(&yes).unwrap_or_else(|_| "[]".to_owned()))
}

/// Whether what the dossier says may be changed: by the owner's side, or at the counter where it was opened.
pub(super) fn may_update(target: &DossierTarget) -> Result<bool> {
    let by_counter = !target.is_officer() || target.dossier.channel == "counter";
    Ok(by_counter && matches!(target.state()?, State::Draft | State::SupplementRequested))
}

/// Whether papers may be added: what was refused can be replaced until the dossier is decided.
pub(super) fn may_attach(state: State, is_officer: bool, replaces_refused: bool) -> bool {
    match state {
        State::Draft | State::SupplementRequested => true,
        State::Submitted | State::Received | State::Processing => is_officer || replaces_refused,
        State::Decided | State::Returned | State::Withdrawn | State::Refused => false,
    }
}

/// Where a dossier stands by the rules.
pub(in crate::services) fn standing(dossier: &Dossier) -> Result<Standing> {
    let before = match dossier.state_before.as_deref() {
        Some(state) => State::parse(state),
        None => None,
    };
    Standing::new(state_of(dossier)?, before)
        .ok_or_else(|| Problem::new(Code::Internal).caused_by("a dossier that stands nowhere"))
}
