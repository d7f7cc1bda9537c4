//! Durations on the calendar: ISO 8601, in years, months and days alone.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// Years, months and days, such as `P6M`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    /// Years count twelve.
    months: u32,
    days: u32,
}

/// A text that is no duration in years, months and days, or a longer one than a thousand years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodError;

impl fmt::Display for PeriodError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an ISO 8601 duration in years, months and days")
    }
}

impl std::error::Error for PeriodError {}

/// A thousand years.
const LONGEST_MONTHS: u32 = 12_000;
const LONGEST_DAYS: u32 = 365_000;

impl Period {
    pub fn of_months(months: u32) -> Self {
        Self { months: months.min(LONGEST_MONTHS), days: 0 }
    }

    pub fn of_days(days: u32) -> Self {
        Self { months: 0, days: days.min(LONGEST_DAYS) }
    }

    pub fn months(self) -> u32 {
        self.months
    }

    pub fn days(self) -> u32 {
        self.days
    }

    /// Whether it is no time at all.
    pub fn is_empty(self) -> bool {
        self.months == 0 && self.days == 0
    }

    /// The last day of the period that begins with `start`: six months from 31 August end with the last day of February. The end of the
    /// calendar where it would lie beyond.
    pub fn last_day(self, start: NaiveDate) -> NaiveDate {
        let months = start.checked_add_months(Months::new(self.months));
        let end = months.and_then(|day| day.checked_add_days(Days::new(u64::from(self.days))));
        end.unwrap_or(NaiveDate::MAX)
    }

    /// The earliest day from which the period lasts to `end` or longer: the other way round of [`Period::last_day`]. One month to 31 March
    /// begins with 1 March, because what began on the last day of February ended on 28 or 29 March. The beginning of the calendar where it
    /// would lie before.
    pub fn first_day(self, end: NaiveDate) -> NaiveDate {
        let months_end = end.checked_sub_days(Days::new(u64::from(self.days)));
        let start = months_end.and_then(|day| day.checked_sub_months(Months::new(self.months)));
        match start {
            // Going back to a month without such a day stops at its end, which is too early by one.
            Some(start) if self.last_day(start) < end => start.succ_opt().unwrap_or(start),
            Some(start) => start,
            None => NaiveDate::MIN,
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (years, months) = (self.months / 12, self.months % 12);
        f.write_str("P")?;
        for (count, unit) in [(years, 'Y'), (months, 'M'), (self.days, 'D')] {
            if count > 0 {
                write!(f, "{count}{unit}")?;
            }
        }
        if self.months == 0 && self.days == 0 { f.write_str("0D") } else { Ok(()) }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let mut rest = text.strip_prefix('P').filter(|rest| !rest.is_empty()).ok_or(PeriodError)?;
        let (mut months, mut days) = (0_u32, 0_u32);
        for unit in ['Y', 'M', 'D'] {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 || !rest[digits..].starts_with(unit) {
                continue;
            }
            let count: u32 = rest[..digits].parse().map_err(|_| PeriodError)?;
            rest = &rest[digits + 1..];
            match unit {
                'Y' => months = count.checked_mul(12).ok_or(PeriodError)?,
                'M' => months = months.checked_add(count).ok_or(PeriodError)?,
                _ => days = count,
            }
        }
        if !rest.is_empty() || months > LONGEST_MONTHS || days > LONGEST_DAYS {
            return Err(PeriodError);
        }
        Ok(Self { months, days })
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

impl TryFrom<String> for Period {
    type Error = PeriodError;

    fn try_from(text: String) -> Result<Self, PeriodError> {
        text.parse()
    }
}
