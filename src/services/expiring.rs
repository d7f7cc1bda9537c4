//! Papers whose validity ends soon.

use chrono::{NaiveTime, TimeDelta};

use crate::db::{self, Reach};
use crate::domain::account::Actor;
use crate::domain::entry::Entry;
use crate::domain::id::VaultId;
use crate::domain::page::{Cursor, Key, Page, PageRequest};
use crate::domain::policy::Act;
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;

/// How far ahead one may look, in days.
const DAYS: std::ops::RangeInclusive<i64> = 1..=3_650;
/// A paper that has just ended is still shown: it has to be renewed all the more.
const PAST: TimeDelta = TimeDelta::days(30);

impl Kho {
    /// One page of a vault's live documents that are valid for the next `days` days at the most or were until lately, the soonest first.
    pub async fn list_expiring(
        &self,
        actor: &Actor,
        vault: VaultId,
        days: i64,
        page: &PageRequest,
    ) -> Result<Page<Entry>> {
        let mut tx = self.db.read().await?;
        self.gate_vault(&mut tx, actor, Act::ExpiringList, vault).await?;
        if !DAYS.contains(&days) {
            return Err(Problem::field("days", "out_of_range").with("maximum", *DAYS.end()));
        }
        let today = self.clock.today();
        let reach = Reach { vaults: vec![vault], entries: Vec::new() };
        let until = today + TimeDelta::days(days);
        let rows = db::expiring::list(&mut tx, vault, &reach, (today - PAST, until), page).await?;
        Ok(Page::cut(rows, page.limit, |last| {
            let day = last.expires_on.unwrap_or(until).and_time(NaiveTime::MIN).and_utc();
            Cursor { sort: page.sort, group: 0, key: Key::time(day), id: last.id.0 }
        }))
    }
}
