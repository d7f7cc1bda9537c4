//! What lies in the trash: where it came from, and when it goes for ever.
//!
//! Deleting for ever by age is planned first and carried out only after a period of grace, so that a wrong clock or setting is seen
//! by the owner before anything is lost.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::entry::PathStep;
use super::id::EntryId;

/// Between the plan of a purge by age and the purge.
pub const GRACE: TimeDelta = TimeDelta::days(1);

/// How many entries one call may name. More are named by more calls.
pub const MOST_NAMED: usize = 500;

/// A folder that an entry lay in when it was trashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderStep {
    pub id: EntryId,
    pub name: String,
    pub system_code: Option<String>,
}

/// The folders above an entry, the nearest first; the vault's root, in which everything lies, is left out.
pub fn folders_above(path: &[PathStep]) -> Vec<FolderStep> {
    let above = path.iter().skip(1).filter(|step| step.parent_id.is_some());
    above
        .map(|step| FolderStep {
            id: step.id,
            name: step.name.clone(),
            system_code: step.system_code.clone(),
        })
        .collect()
}

/// When an entry goes for ever by age: as planned, or where it is not planned yet, when the plan will say.
pub fn goes_at(trashed_at: DateTime<Utc>, planned: Option<DateTime<Utc>>, trash_days: i64) -> DateTime<Utc> {
    planned.unwrap_or_else(|| trashed_at + TimeDelta::days(trash_days) + GRACE)
}

/// Whole days until then, rounded up: 1 means that it goes within a day.
pub fn days_left(goes_at: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    let seconds = (goes_at - now).num_seconds().max(0);
    (seconds + 86_399) / 86_400
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_left_are_whole_and_never_negative() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert_eq!(days_left(now + TimeDelta::days(31), now), 31);
        assert_eq!(days_left(now + TimeDelta::hours(25), now), 2);
        assert_eq!(days_left(now + TimeDelta::seconds(1), now), 1);
        assert_eq!(days_left(now - TimeDelta::days(3), now), 0);
    }

    #[test]
    fn a_plan_overrides_the_expected_day() {
        let then = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert_eq!(goes_at(then, None, 30), then + TimeDelta::days(31));
        assert_eq!(goes_at(then, Some(then), 30), then);
    }
}
