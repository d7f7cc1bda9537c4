//! Roles beyond citizen, and the agencies for which some of them hold (K7).

use kho_mapping::catalogue::Words;

use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::id::{AccountId, PostId};
use crate::domain::identity::{FullName, OrganisationCode};
use crate::domain::page::{Cursor, Key, Page, PageRequest};
use crate::domain::policy::{Act, Post, Role, may_appoint};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;

/// A role to be given to an account or taken from it.
pub struct Appointment<'a> {
    /// The account by its id or login name.
    pub account: &'a str,
    pub role: Role,
    /// Code of the agency, for the roles that hold for one.
    pub agency: Option<&'a str>,
}

impl Kho {
    /// Gives a role; giving it again changes nothing.
    pub async fn give_role(&self, actor: &Actor, appointment: Appointment<'_>) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let (account, post) = self.gate_appointment(&mut tx, actor, &appointment).await?;
        if (account.kind == "client") != post.role.is_of_programs() {
            return Err(Problem::field("role", "not_for_this_kind_of_account"));
        }
        let now = self.clock.now();
        db::account::lock(&mut tx, account.id, now).await?;
        let id = PostId::new(now);
        if db::role::add(&mut tx, id, account.id, post.role.as_str(), post.agency_id, now).await? {
            self.audit(&mut tx, self.appointment_record(actor, &account, &appointment, "given")).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Takes a role away; from the next request on it gives nothing.
    pub async fn take_role(&self, actor: &Actor, appointment: Appointment<'_>) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let (account, post) = self.gate_appointment(&mut tx, actor, &appointment).await?;
        db::account::lock(&mut tx, account.id, self.clock.now()).await?;
        if !db::role::remove(&mut tx, account.id, post.role.as_str(), post.agency_id).await? {
            return Err(Code::NotFound.into());
        }
        self.audit(&mut tx, self.appointment_record(actor, &account, &appointment, "taken")).await?;
        Ok(tx.commit().await?)
    }

    async fn gate_appointment(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        appointment: &Appointment<'_>,
    ) -> Result<(db::account::Account, Post)> {
        let posts =
            self.gate_role(tx, actor, Act::RoleChange, &[Role::SystemAdmin, Role::AgencyAdmin]).await?;
        let agency_id = match (appointment.role.is_of_agency(), appointment.agency) {
            (true, None) => return Err(Problem::field("agency", "missing")),
            (false, Some(_)) => return Err(Problem::field("agency", "not_for_this_role")),
            (false, None) => None,
            (true, Some(code)) => Some(agency_named(tx, "agency", code).await?.id),
        };
        let post = Post { role: appointment.role, agency_id };
        if !may_appoint(&posts, post) {
            let object = agency_id.map_or(actor.account_id.0, |id| id.0);
            return Err(self.refused(SYSTEM_CHAIN, actor, Act::RoleChange, object, Code::NotAllowed));
        }
        Ok((self.account_named(tx, appointment.account).await?, post))
    }

    fn appointment_record(
        &self,
        actor: &Actor,
        account: &db::account::Account,
        appointment: &Appointment<'_>,
        change: &str,
    ) -> Record {
        let detail = serde_json::json!({
            "agency": appointment.agency, "change": change, "role": appointment.role.as_str(),
        });
        Record::new(SYSTEM_CHAIN, self.clock.now(), actor.into(), Act::RoleChange)
            .about(account.id.0)
            .named(&account.login)
            .detail(detail)
    }

    /// The account of this id or login name.
    pub(super) async fn account_named(&self, tx: &mut Tx, name: &str) -> Result<db::account::Account> {
        // A login name may have the shape of an id; the id goes first, so that nobody poses as another account.
        let found = match name.parse() {
            Ok(id) => db::account::get(tx, id).await?,
            Err(_) => db::account::by_login(tx, &name.trim().to_ascii_lowercase()).await?,
        };
        found.ok_or_else(|| Code::NotFound.into())
    }

    /// The roles of whoever signed in, by which the page knows what to offer.
    pub async fn roles_of_session(&self, account: AccountId) -> Result<Vec<db::role::Held>> {
        let mut tx = self.db.read().await?;
        Ok(db::role::held(&mut tx, account).await?)
    }

    /// Adds an agency. For system administrators.
    pub async fn create_agency(
        &self,
        actor: &Actor,
        code: OrganisationCode,
        name: FullName,
        name_en: FullName,
    ) -> Result<db::agency::Agency> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        self.gate_role(&mut tx, actor, Act::AgencyCreate, &[Role::SystemAdmin]).await?;
        let words = Words { vi: name.as_str().to_owned(), en: name_en.as_str().to_owned() };
        if !self.add_agency_item(&mut tx, actor, code.as_str(), words).await? {
            return Err(Problem::new(Code::AlreadyExists).with("field", "code"));
        }
        let agency = db::agency::by_code(&mut tx, code.as_str()).await?.ok_or(Code::NotFound)?;
        let record = Record::new(SYSTEM_CHAIN, now, actor.into(), Act::AgencyCreate);
        self.audit(&mut tx, record.about(agency.id.0).named(code.as_str())).await?;
        tx.commit().await?;
        Ok(agency)
    }

    /// The agencies of today by name, for everybody signed in.
    pub async fn list_agencies(&self, actor: &Actor, page: &PageRequest) -> Result<Page<db::agency::Agency>> {
        actor.check_scope(Act::CatalogueRead)?;
        let mut tx = self.db.read().await?;
        let (catalogue, today) = (self.catalogue_now(&mut tx).await?, self.clock.today());
        let cursor = |last: &db::agency::Agency| Cursor {
            sort: page.sort,
            group: 0,
            key: Key::name(&last.sort_key),
            id: last.id.0,
        };
        let mut next = page.clone();
        let mut open = Vec::new();
        // The rows of closed agencies stay for what was opened under them; a page is filled from what follows.
        loop {
            let rows = db::agency::list(&mut tx, &next).await?;
            let is_last = rows.len() <= page.limit as usize;
            next.after = rows.last().map(cursor);
            open.extend(rows.into_iter().filter(|agency| catalogue.has_agency(&agency.code, today)));
            if is_last || open.len() > page.limit as usize {
                return Ok(Page::cut(open, page.limit, cursor));
            }
        }
    }
}

/// An agency by its code, open or closed.
pub(super) async fn agency_named(tx: &mut Tx, field: &'static str, code: &str) -> Result<db::agency::Agency> {
    let agency = db::agency::by_code(tx, &code.trim().to_ascii_uppercase()).await?;
    agency.ok_or_else(|| Problem::field(field, "unknown"))
}
