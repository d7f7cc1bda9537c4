//! Changing what is in the tree: rename, move, describe, all in one act where asked together.

use chrono::{Datelike, NaiveDate};

use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::entry::{Entry, MAX_DEPTH};
use crate::domain::id::EntryId;
use crate::domain::name::EntryName;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::folders::OnConflict;
use crate::services::gate::Target;
use crate::services::mapping::snapshot::Snapshot;
use crate::services::vaults::forms;

/// What to change; `None` leaves a thing as it is, and `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pub name: Option<String>,
    pub parent_id: Option<EntryId>,
    pub on_conflict: OnConflict,
    pub title: Option<Option<String>>,
    pub type_code: Option<Option<String>>,
    pub number: Option<Option<String>>,
    pub authority: Option<Option<String>>,
    pub issued_on: Option<Option<NaiveDate>>,
    pub expires_on: Option<Option<NaiveDate>>,
    pub note: Option<Option<String>>,
    pub tags: Option<Vec<String>>,
}

impl Changes {
    fn describes(&self) -> bool {
        self.title.is_some()
            || self.type_code.is_some()
            || self.number.is_some()
            || self.authority.is_some()
            || self.issued_on.is_some()
            || self.expires_on.is_some()
            || self.note.is_some()
            || self.tags.is_some()
    }
}

impl Kho {
    /// Renames, moves and describes an entry as asked, guarded by the revision that the caller last saw.
    pub async fn update_entry(
        &self,
        actor: &Actor,
        id: EntryId,
        seen: Option<i64>,
        changes: Changes,
    ) -> Result<Entry> {
        let mut tx = self.db.begin().await?;
        let target = self.gate_for_change(&mut tx, actor, Act::EntryUpdate, id).await?;
        target.entry.expect_revision(seen)?;
        if changes.name.is_some() || changes.parent_id.is_some() {
            self.place(&mut tx, actor, &target, &changes).await?;
        }
        if changes.describes() {
            self.describe(&mut tx, actor, &target, &changes).await?;
        }
        let entry = self.entry(&mut tx, id).await?;
        if entry.rev != target.entry.rev {
            self.note_recent(&mut tx, actor, &entry, Act::EntryUpdate).await?;
            self.refresh_search(&mut tx, &entry).await?;
        }
        tx.commit().await?;
        Ok(entry)
    }

    /// Gives an entry another name, another folder, or both.
    async fn place(&self, tx: &mut Tx, actor: &Actor, target: &Target, changes: &Changes) -> Result<()> {
        let entry = &target.entry;
        entry.expect_own_folder_or_document()?;
        let old_name = EntryName::parse(&entry.name)?;
        let name = match &changes.name {
            None => old_name.clone(),
            Some(name) => {
                entry.expect_not_authenticated()?;
                let name = EntryName::parse(name)?;
                // The extension was checked against the bytes; another one would say what was never checked.
                if entry.is_document() && name.extension() != old_name.extension() {
                    let problem = Problem::new(Code::NameInvalid).with("field", "name");
                    return Err(problem.with("reason", "extension_changed"));
                }
                name
            }
        };
        let Some(from) = entry.parent_id else { return Err(Code::DefaultFolderLocked.into()) };
        let to = changes.parent_id.unwrap_or(from);
        if to != from {
            // What was shared stays where its owner put it: only those who may edit the folder take something out of it.
            match self.gate(tx, actor, Act::EntryMove, from).await {
                Err(problem) if problem.code == Code::NotFound => {
                    let chain = target.vault_id().0;
                    return Err(self.refused(chain, actor, Act::EntryMove, entry.id.0, Code::NotAllowed));
                }
                gate => drop(gate?),
            }
            self.expect_place_for(tx, actor, target, to).await?;
        }
        // A change of case alone keeps the key, which is then taken by the entry itself.
        let keeps_key = to == from && name.key() == old_name.key();
        let name = if keeps_key { name } else { self.free_name(tx, to, name, changes.on_conflict).await? };
        if to == from && name == old_name {
            return Ok(());
        }
        let now = self.clock.now();
        db::entry::set_place(tx, entry.id, to, forms(&name), now).await?;
        let act = if to == from { Act::EntryUpdate } else { Act::EntryMove };
        if to != from {
            db::entry::add_weight(tx, from, -entry.weight()).await?;
            db::entry::add_weight(tx, to, entry.weight()).await?;
        }
        let detail = serde_json::json!({ "from": from, "name": name.as_str(), "to": to });
        self.audit(tx, target.record(self, actor, act).detail(detail)).await
    }

    /// Whether an entry may hang under a folder: same vault, no cycle, not too deep.
    async fn expect_place_for(&self, tx: &mut Tx, actor: &Actor, target: &Target, to: EntryId) -> Result<()> {
        let folder = self.gate(tx, actor, Act::FolderCreate, to).await?;
        folder.entry.expect_folder()?;
        if folder.vault_id() != target.vault_id() {
            return Err(Code::OtherVault.into());
        }
        if folder.path.iter().any(|step| step.id == target.entry.id) {
            return Err(Code::FolderCycle.into());
        }
        if target.entry.is_folder() {
            let height = db::entry::height(tx, target.entry.id, MAX_DEPTH as i32).await?;
            if folder.path.len() + height as usize > MAX_DEPTH {
                return Err(Code::FolderTooDeep.into());
            }
        }
        Ok(())
    }

    async fn describe(&self, tx: &mut Tx, actor: &Actor, target: &Target, changes: &Changes) -> Result<()> {
        let entry = &target.entry;
        entry.expect_document()?;
        entry.expect_not_authenticated()?;
        let tags = match &changes.tags {
            Some(tags) => serde_json::to_string(&checked_tags(tags)?).unwrap_or_default(),
            None => entry.tags.clone(),
        };
        let text = |field, change: &Option<Option<String>>, old: &Option<String>, limit| match change {
            None => Ok(old.clone()),
            Some(new) => checked_text(field, new.as_deref(), limit),
        };
        let metadata = db::entry::Metadata {
            title: text("title", &changes.title, &entry.title, 500)?,
            type_code: match &changes.type_code {
                Some(new) if *new != entry.type_code => {
                    checked_type(&*self.catalogue_now(tx).await?, new.as_deref())?
                }
                // A type that was closed since stays what the paper is of.
                _ => entry.type_code.clone(),
            },
            number: text("number", &changes.number, &entry.number, 100)?,
            authority: text("authority", &changes.authority, &entry.authority, 300)?,
            issued_on: changes.issued_on.unwrap_or(entry.issued_on),
            expires_on: changes.expires_on.unwrap_or(entry.expires_on),
            note: text("note", &changes.note, &entry.note, 5000)?,
            tags,
        };
        expect_dates_in_order(&metadata)?;
        db::entry::describe(tx, entry.id, &metadata, self.clock.now()).await?;
        self.audit(
            tx,
            target.record(self, actor, Act::EntryUpdate).detail(serde_json::json!({ "metadata": true })),
        )
        .await
    }
}

/// A document type that the catalogue knows, or none.
pub(super) fn checked_type(catalogue: &Snapshot, code: Option<&str>) -> Result<Option<String>> {
    match code {
        Some(code) if catalogue.document_types.get(code).is_none() => {
            Err(Problem::field("type_code", "unknown"))
        }
        code => Ok(code.map(str::to_owned)),
    }
}

/// A paper does not expire before it was issued.
pub(super) fn expect_dates_in_order(metadata: &db::entry::Metadata) -> Result<()> {
    expect_year("issued_on", metadata.issued_on.as_ref())?;
    expect_year("expires_on", metadata.expires_on.as_ref())?;
    match (metadata.issued_on, metadata.expires_on) {
        (Some(issued), Some(expires)) if expires < issued => {
            Err(Problem::field("expires_on", "before_issued_on"))
        }
        _ => Ok(()),
    }
}

/// A day or time in the years that calendars and databases agree on.
pub(super) fn expect_year(field: &'static str, when: Option<&impl Datelike>) -> Result<()> {
    match when.map(Datelike::year) {
        None | Some(1..=9999) => Ok(()),
        Some(_) => Err(Problem::field(field, "out_of_range")),
    }
}

/// A text of visible characters within its limit; one that is empty is none.
pub(super) fn checked_text(field: &'static str, text: Option<&str>, limit: usize) -> Result<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.chars().count() > limit {
        return Err(Problem::field(field, "too_long").with("limit", limit));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Problem::field(field, "control_character"));
    }
    Ok(Some(unicode_normalization::UnicodeNormalization::nfc(text).collect()))
}

/// At most twenty different tags of at most fifty characters.
pub(super) fn checked_tags(tags: &[String]) -> Result<Vec<String>> {
    let mut checked: Vec<String> = Vec::new();
    for tag in tags {
        if let Some(tag) = checked_text("tags", Some(tag), 50)?
            && !checked.contains(&tag)
        {
            checked.push(tag);
        }
    }
    if checked.len() > 20 { Err(Problem::field("tags", "too_many").with("limit", 20)) } else { Ok(checked) }
}
