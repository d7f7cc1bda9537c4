//! What the reports count of a dossier. Acts that happen once are counted where they happen; of what may change later the dossier keeps what the
//! sums have of it, and they change by the difference, under the day and the agency it was counted under first.

use std::collections::{BTreeMap, HashSet};

use kho_mapping::catalogue::{Component, Need, Procedure};

use super::dossier_pages::MOST_ATTACHMENTS;
use crate::db::attachment::Attachment;
use crate::db::count::{Counted, DossierCount};
use crate::db::dossier::Dossier;
use crate::db::{self, Tx};
use crate::domain::dossier::day_of;
use crate::domain::id::EntryId;
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::gate_dossier::is_in_dossier;

impl Kho {
    /// Counts a dossier that was handed in, with the papers that are in it. What is added to it later is counted then, and a draft that nobody
    /// hands in never.
    pub(super) async fn count_dossier(&self, tx: &mut Tx, dossier: &Dossier) -> Result<()> {
        let day = day_of(self.clock.now());
        tx.count(day, dossier.receiving_agency_id, Counted::Dossier, "", 1);
        for mut attachment in db::attachment::of(tx, dossier.id, MOST_ATTACHMENTS).await? {
            if is_in_dossier(&attachment) {
                attachment.counted_on = Some(day);
                db::attachment::set_counted(tx, attachment.id, attachment.counted_on).await?;
                count_paper(tx, dossier, &attachment, 1);
            }
        }
        Ok(())
    }

    /// Takes a paper out of the sums that is in the dossier no more.
    pub(super) async fn uncount_paper(
        &self,
        tx: &mut Tx,
        dossier: &Dossier,
        paper: &Attachment,
    ) -> Result<()> {
        if paper.counted_on.is_some() {
            count_paper(tx, dossier, paper, -1);
            db::attachment::set_counted(tx, paper.id, None).await?;
        }
        Ok(())
    }

    /// A paper of which a new version came into its component is counted once: answers the day on which it was, and takes it out of the sums as
    /// what it was.
    pub(super) async fn uncount_earlier(
        &self,
        tx: &mut Tx,
        dossier: &Dossier,
        before: &[Attachment],
        component: &str,
        paper: EntryId,
    ) -> Result<Option<chrono::NaiveDate>> {
        let same = |one: &&Attachment| one.component_code == component && one.entry_id == paper;
        let mut first = None;
        for earlier in before.iter().filter(same).filter(|one| one.counted_on.is_some()) {
            self.uncount_paper(tx, dossier, earlier).await?;
            first = first.or(earlier.counted_on);
        }
        Ok(first)
    }

    /// Brings the sums of components and results to how a received dossier stands now. The caller holds the lock of its vault and has written
    /// what changed.
    pub(super) async fn settle_counts(&self, tx: &mut Tx, dossier: &Dossier) -> Result<()> {
        if dossier.received_at.is_none() {
            return Ok(());
        }
        let today = day_of(self.clock.now());
        let nothing = DossierCount {
            received_on: today,
            components: 0,
            with_file: 0,
            decided_on: None,
            decided_by: None,
            digitised: false,
        };
        let before = db::count::of_dossier(tx, dossier.id).await?.unwrap_or(nothing);
        let rules = self.rules_of(tx, dossier).await?;
        let papers = db::attachment::of(tx, dossier.id, MOST_ATTACHMENTS).await?;
        let beside = db::pushed::keys_beside(tx, dossier.id).await?;
        let in_place = papers.iter().filter(|one| matches!(one.state.as_str(), "attached" | "accepted"));
        let mut filled = in_place.map(|one| one.component_code.as_str()).collect::<HashSet<_>>();
        // Dossier, component and key, none of which holds a slash.
        filled.extend(beside.iter().filter_map(|key| key.split('/').nth(1)));
        let (components, with_file) = components_of(&rules.procedure, &dossier.conditions(), &filled);
        let mut now = DossierCount { components, with_file, ..before };
        if dossier.decided_at.is_some() {
            now.decided_on = before.decided_on.or(Some(today));
            now.decided_by = before.decided_by.or(Some(dossier.processing_agency_id));
            now.digitised = db::pushed::has_valid_result(tx, dossier.id).await?;
        }
        if now == before && before != nothing {
            return Ok(());
        }
        let mut change = |day, agency, what, from: i32, to: i32| {
            if from != to {
                tx.count(day, agency, what, "", i64::from(to - from));
            }
        };
        let receiver = dossier.receiving_agency_id;
        change(now.received_on, receiver, Counted::Component, before.components, now.components);
        change(now.received_on, receiver, Counted::ComponentWithFile, before.with_file, now.with_file);
        if let (Some(day), Some(agency)) = (now.decided_on, now.decided_by) {
            change(day, agency, Counted::Decided, i32::from(before.decided_on.is_some()), 1);
            let (was, is) = (i32::from(before.digitised), i32::from(now.digitised));
            change(day, agency, Counted::DecidedDigitised, was, is);
        }
        db::count::put(tx, dossier.id, &now).await?;
        Ok(())
    }
}

/// Adds a paper to the sums of the day it is counted under, or takes it out.
pub(super) fn count_paper(tx: &mut Tx, dossier: &Dossier, paper: &Attachment, by: i64) {
    let what = match (paper.digitised, paper.reused) {
        (true, _) => Counted::ComponentDigitised,
        (false, true) => Counted::ComponentReused,
        (false, false) => Counted::ComponentAdded,
    };
    if let Some(day) = paper.counted_on {
        tx.count(day, dossier.receiving_agency_id, what, "", by);
    }
}

/// How many components a dossier has, and how many of them a file: those that are needed or filled, alternatives as one.
fn components_of(procedure: &Procedure, answered: &[String], filled: &HashSet<&str>) -> (i32, i32) {
    let is_needed = |component: &Component| match component.need {
        Need::Required => true,
        Need::Optional => false,
        Need::Conditional => component.when.as_ref().is_some_and(|when| answered.contains(when)),
    };
    let mut slots = BTreeMap::<(bool, &str), (bool, bool)>::new();
    for component in &procedure.components {
        let slot = match &component.group {
            Some(group) => (true, group.as_str()),
            None => (false, component.code.as_str()),
        };
        let (needed, has_file) = slots.entry(slot).or_default();
        *needed |= is_needed(component);
        *has_file |= filled.contains(component.code.as_str());
    }
    slots.values().fold((0, 0), |(all, files), (needed, has_file)| {
        (all + i32::from(*needed || *has_file), files + i32::from(*has_file))
    })
}
