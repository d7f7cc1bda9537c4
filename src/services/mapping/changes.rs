//! Changing the catalogue: a whole file, or one item. Each change that changes anything is a version.

use kho_mapping::catalogue::{
    Agency, Catalogue, Change, Difference, Fault, FaultCode, Item, Kind, Level, Words, check, compare,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::snapshot::{Snapshot, body_of};
use crate::db::catalogue::{StoredItem, Version};
use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::id::{AccountId, AgencyId};
use crate::domain::policy::{Act, Role};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::arrange::checked_text;

/// The catalogue that a new installation starts with: the file `catalogue/catalogue.json`.
const BUILT_IN: &str = include_str!("../../../catalogue/catalogue.json");

/// Items named in a version's summary.
const NAMED: usize = 100;

/// What is to become of items that stand in the catalogue and not in an imported file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// They are closed: the file is the whole catalogue.
    Close,
    /// They stay: the file adds and changes.
    Keep,
}

/// What of a change somebody may choose.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// The version that the caller saw.
    pub seen: Option<i64>,
    /// Only what would be done.
    pub dry_run: bool,
    /// Why, for the list of versions.
    pub note: Option<String>,
}

/// What a version changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CatalogueChanges)]
pub struct Changes {
    /// How many items came.
    #[schema(example = 1)]
    pub added: usize,
    /// How many became different.
    #[schema(example = 3)]
    pub changed: usize,
    /// How many hold no more.
    #[schema(example = 0)]
    pub closed: usize,
    /// Whether items stand in another order.
    pub reordered: bool,
    /// The first hundred of them.
    pub items: Vec<ChangedItem>,
}

/// An item that a version changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChangedItem {
    pub kind: Kind,
    #[schema(example = "1.001193")]
    pub code: String,
    /// What became of it.
    pub change: Change,
    /// Its Vietnamese name.
    #[schema(example = "Thủ tục đăng ký khai sinh")]
    pub name: String,
}

/// What came of a change.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The newest version: the one just made, or the one that stays.
    pub number: i64,
    pub changes: Changes,
    /// Why the change is refused; only a dry run answers with any.
    pub faults: Vec<Fault>,
}

impl Changes {
    fn of(difference: &Difference) -> Self {
        let count = |wanted| difference.put.iter().filter(|(change, ..)| *change == wanted).count();
        let put = difference.put.iter().map(|(change, _, item)| (*change, item));
        let all = put.chain(difference.closed.iter().map(|item| (Change::Closed, item)));
        let changed_item = |(change, item): (Change, &Item)| ChangedItem {
            kind: item.kind(),
            code: item.code().to_owned(),
            change,
            name: item.name().vi.clone(),
        };
        Self {
            added: count(Change::Added),
            changed: count(Change::Changed),
            closed: difference.closed.len(),
            reordered: difference.reordered,
            items: all.take(NAMED).map(changed_item).collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.added == 0 && self.changed == 0 && self.closed == 0 && !self.reordered
    }
}

impl Kho {
    /// Brings the catalogue to what a file says. For system administrators, and for programs with the scope.
    pub async fn import_catalogue(
        &self,
        actor: &Actor,
        file: Catalogue,
        missing: Missing,
        wish: Wish,
    ) -> Result<Outcome> {
        let mut tx = self.db.begin().await?;
        let current = self.gate_change(&mut tx, actor).await?;
        expect_version(current.number, wish.seen)?;
        let new = match missing {
            Missing::Close => file,
            Missing::Keep => {
                let mut new = current.catalogue();
                new.format.clone_from(&file.format);
                file.items().into_iter().for_each(|item| new.put(item));
                new
            }
        };
        self.change_catalogue(tx, actor, &current, &new, wish).await
    }

    /// Adds an item, or puts it in the place of the one of its kind and code, which the caller saw.
    pub async fn put_catalogue_item(&self, actor: &Actor, item: Item, wish: Wish) -> Result<Outcome> {
        let mut tx = self.db.begin().await?;
        let current = self.gate_change(&mut tx, actor).await?;
        match current.since(item.kind(), item.code()) {
            Some(since) => expect_version(since, wish.seen)?,
            // What somebody saw is there no more.
            None if wish.seen.is_some() => return Err(Code::PreconditionFailed.into()),
            None => {}
        }
        let mut new = current.catalogue();
        new.put(item);
        self.change_catalogue(tx, actor, &current, &new, wish).await
    }

    /// Closes an item: nothing new is opened under it, and what was opened goes on.
    pub async fn close_catalogue_item(
        &self,
        actor: &Actor,
        kind: Kind,
        code: &str,
        wish: Wish,
    ) -> Result<Outcome> {
        let mut tx = self.db.begin().await?;
        let current = self.gate_change(&mut tx, actor).await?;
        let since = current.since(kind, code).ok_or(Code::NotFound)?;
        expect_version(since, wish.seen)?;
        let mut new = current.catalogue();
        new.remove(kind, code);
        self.change_catalogue(tx, actor, &current, &new, wish).await
    }

    /// Who may change the catalogue, one at a time; answers what there is to change.
    async fn gate_change(&self, tx: &mut Tx, actor: &Actor) -> Result<std::sync::Arc<Snapshot>> {
        self.gate_role(tx, actor, Act::CatalogueChange, &[Role::SystemAdmin, Role::IntegrationClient])
            .await?;
        self.next_catalogue(tx).await
    }

    /// Waits for whoever changes the catalogue before; until the end of the transaction nobody else does.
    pub(in crate::services) async fn next_catalogue(&self, tx: &mut Tx) -> Result<std::sync::Arc<Snapshot>> {
        let next = db::vault::next_number(tx, "catalogue").await?;
        self.catalogue_at(tx, next - 1).await
    }

    async fn change_catalogue(
        &self,
        mut tx: Tx,
        actor: &Actor,
        current: &Snapshot,
        new: &Catalogue,
        wish: Wish,
    ) -> Result<Outcome> {
        let note = checked_text("note", wish.note.as_deref(), 500)?;
        let faults = self.catalogue_faults(new);
        // Codes that stand twice would make the comparison mean nothing.
        let is_comparable = faults.iter().all(|fault| fault.code != FaultCode::CodeTaken);
        let difference =
            if is_comparable { compare(&current.catalogue(), new) } else { Difference::default() };
        let changes = Changes::of(&difference);
        if wish.dry_run {
            return Ok(Outcome { number: current.number, changes, faults });
        }
        if !faults.is_empty() {
            return Err(refused(&faults));
        }
        if difference.is_empty() {
            return Ok(Outcome { number: current.number, changes, faults });
        }
        let by = (Some(actor.account_id), &*actor.name);
        let number = self.write_version(&mut tx, current.number + 1, &difference, by, note).await?;
        let record = Record::new(SYSTEM_CHAIN, self.clock.now(), actor.into(), Act::CatalogueChange);
        self.audit(&mut tx, record.named(&format!("version {number}")).detail(told(number, &changes)))
            .await?;
        tx.commit().await?;
        Ok(Outcome { number, changes, faults })
    }

    /// Adds an agency as the administrator's list has it, within the act that makes it; false where its code is taken. The level and what is
    /// above it follow from its code, until the catalogue says better.
    pub(in crate::services) async fn add_agency_item(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        code: &str,
        name: Words,
    ) -> Result<bool> {
        let current = self.next_catalogue(tx).await?;
        if current.agencies.get(code).is_some() {
            return Ok(false);
        }
        let mut new = current.catalogue();
        let agency = agency_by_code(code, name, |code| current.agencies.get(code).is_some());
        new.put(Item::Agency(agency));
        let faults = self.catalogue_faults(&new);
        if !faults.is_empty() {
            return Err(refused(&faults));
        }
        let difference = compare(&current.catalogue(), &new);
        let by = (Some(actor.account_id), &*actor.name);
        self.write_version(tx, current.number + 1, &difference, by, None).await?;
        Ok(true)
    }

    /// Faults of a catalogue on this installation.
    pub fn catalogue_faults(&self, catalogue: &Catalogue) -> Vec<Fault> {
        let families: Vec<&str> = self.catalogue.folders.iter().map(|folder| &*folder.code).collect();
        check(catalogue, &families)
    }

    /// Writes the rows of a version whose turn it is, and the agencies for which officers work.
    async fn write_version(
        &self,
        tx: &mut Tx,
        number: i64,
        difference: &Difference,
        by: (Option<AccountId>, &str),
        note: Option<String>,
    ) -> Result<i64> {
        let now = self.clock.now();
        let version = Version {
            number,
            created_at: now,
            created_by: by.0,
            created_by_name: by.1.to_owned(),
            note,
            changes: json!(Changes::of(difference)).to_string(),
        };
        db::catalogue::add_version(tx, &version).await?;
        for item in &difference.closed {
            db::catalogue::end(tx, item.kind().as_str(), item.code(), number).await?;
        }
        for (change, place, item) in &difference.put {
            let kind = item.kind().as_str();
            if *change == Change::Changed {
                db::catalogue::end(tx, kind, item.code(), number).await?;
            }
            let row = StoredItem {
                kind: kind.to_owned(),
                code: item.code().to_owned(),
                since: number,
                body: body_of(item)?,
            };
            db::catalogue::add_item(tx, &row, stored_place(*place)).await?;
            if let Item::Agency(agency) = item {
                let (id, name) = (AgencyId::new(now), &agency.name);
                db::agency::put(tx, id, &agency.code, &name.vi, &name.en, now).await?;
            }
        }
        for (kind, code, place) in &difference.moved {
            db::catalogue::put_in_place(tx, kind.as_str(), code, stored_place(*place)).await?;
        }
        Ok(number)
    }

    /// Gives a new installation its first version: the built-in catalogue, and the agencies that were made before there was one.
    pub async fn start_catalogue(&self) -> Result<()> {
        let mut tx = self.db.read().await?;
        if db::catalogue::newest(&mut tx).await? > 0 {
            self.catalogue_now(&mut tx).await?;
            return Ok(());
        }
        drop(tx);
        let mut tx = self.db.begin().await?;
        let current = self.next_catalogue(&mut tx).await?;
        // Another node came first.
        if current.number > 0 {
            return Ok(());
        }
        let mut first = built_in().map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
        let agencies = db::agency::all(&mut tx).await?;
        let is_known = |code: &str| agencies.iter().any(|agency| agency.code == code);
        for agency in &agencies {
            let name = Words { vi: agency.name.clone(), en: agency.name_en.clone() };
            first.put(Item::Agency(agency_by_code(&agency.code, name, is_known)));
        }
        let difference = compare(&Catalogue::default(), &first);
        self.write_version(&mut tx, 1, &difference, (None, "Kho"), None).await?;
        tx.commit().await?;
        let mut tx = self.db.read().await?;
        self.catalogue_now(&mut tx).await?;
        Ok(())
    }
}

/// The catalogue of the binary.
pub fn built_in() -> Result<Catalogue, serde_json::Error> {
    serde_json::from_str(BUILT_IN)
}

/// An agency of which only code and name are known.
fn agency_by_code(code: &str, name: Words, is_known: impl Fn(&str) -> bool) -> Agency {
    let parts = code.split('.').count();
    let level = match parts {
        1 => Level::Province,
        2 => Level::Department,
        _ => Level::Commune,
    };
    let parent = code.rsplit_once('.').map(|(parent, _)| parent.to_owned()).filter(|parent| is_known(parent));
    Agency {
        code: code.to_owned(),
        name,
        level,
        parent,
        valid_from: None,
        valid_until: None,
        merged_into: None,
    }
}

/// Nobody changes what somebody else changed meanwhile.
fn expect_version(current: i64, seen: Option<i64>) -> Result<()> {
    match seen {
        None => Err(Code::PreconditionRequired.into()),
        Some(seen) if seen == current => Ok(()),
        Some(_) => Err(Problem::new(Code::PreconditionFailed).with("current_rev", current)),
    }
}

fn refused(faults: &[Fault]) -> Problem {
    Problem::new(Code::CatalogueInvalid).with("faults", json!(faults))
}

/// What the audit chain keeps of a change.
fn told(number: i64, changes: &Changes) -> serde_json::Value {
    let items: Vec<_> = changes
        .items
        .iter()
        .map(|item| json!({ "change": item.change, "code": item.code, "kind": item.kind }))
        .collect();
    json!({
        "added": changes.added, "changed": changes.changed, "closed": changes.closed, "items": items,
        "reordered": changes.reordered, "version": number,
    })
}

fn stored_place(place: usize) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalogue_contradicts_itself_nowhere() {
        let folders = crate::domain::catalogue::Catalogue::built_in().unwrap().folders;
        let families: Vec<&str> = folders.iter().map(|folder| &*folder.code).collect();
        assert_eq!(check(&built_in().unwrap(), &families), []);
    }
}
