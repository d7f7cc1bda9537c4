//! Days that are not what their place in the week says: public holidays, and days on which work is made up for.

use std::collections::HashMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::Words;

/// A day of the calendar. Saturdays, Sundays and all other days need not be named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CatalogueDay))]
#[serde(deny_unknown_fields)]
pub struct Day {
    /// The day, as `YYYY-MM-DD`.
    #[cfg_attr(feature = "openapi", schema(max_length = 10, example = "2026-09-02"))]
    pub code: String,
    /// Why.
    pub name: Words,
    /// Whether it is worked, though it is a Saturday or Sunday; else nobody works.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = false))]
    pub work: bool,
}

impl Day {
    /// The day that its code names, written in full.
    pub fn date(&self) -> Option<NaiveDate> {
        self.code.parse::<NaiveDate>().ok().filter(|date| date.to_string() == self.code)
    }
}

/// On which days there is work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Whether there is work, of the days that were named.
    named: HashMap<NaiveDate, bool>,
}

impl Calendar {
    pub fn of<'d>(days: impl IntoIterator<Item = &'d Day>) -> Self {
        let named = days.into_iter().filter_map(|day| Some((day.date()?, day.work)));
        Self { named: named.collect() }
    }

    pub fn is_worked(&self, day: NaiveDate) -> bool {
        let by_week = || !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.named.get(&day).copied().unwrap_or_else(by_week)
    }

    /// The last of `count` days of work after a day.
    pub fn working_days_after(&self, day: NaiveDate, count: u16) -> NaiveDate {
        let mut last = day;
        let mut left = count;
        while left > 0 {
            let Some(next) = last.checked_add_days(Days::new(1)) else { return last };
            last = next;
            if self.is_worked(last) {
                left -= 1;
            }
        }
        last
    }
}
