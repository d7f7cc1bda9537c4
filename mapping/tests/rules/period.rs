//! Days of the calendar.

use chrono::{Days, NaiveDate};
use kho_mapping::catalogue::Period;
use proptest::prelude::*;

use crate::build::day;

fn period(text: &str) -> Period {
    text.parse().unwrap()
}

#[test]
fn a_period_ends_as_the_civil_code_says() {
    let cases = [
        ("2025-08-31", "P6M", "2026-02-28"),
        ("2023-08-31", "P6M", "2024-02-29"),
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2024-02-29", "P4Y", "2028-02-29"),
        ("2026-03-31", "P1M", "2026-04-30"),
        ("2024-01-31", "P30D", "2024-03-01"),
        ("2025-12-31", "P2M15D", "2026-03-15"),
        ("2026-01-01", "P0D", "2026-01-01"),
    ];
    for (start, length, end) in cases {
        assert_eq!(period(length).last_day(day(start)), day(end), "{start} {length}");
    }
}

#[test]
fn the_first_day_is_found_where_months_are_short() {
    let cases = [
        ("2026-02-28", "P6M", "2025-08-28"),
        ("2026-03-01", "P6M", "2025-09-01"),
        ("2026-03-31", "P1M", "2026-03-01"),
        ("2024-02-29", "P1Y", "2023-03-01"),
        ("2026-03-02", "P90D", "2025-12-02"),
        ("2026-03-15", "P2M15D", "2025-12-28"),
    ];
    for (end, length, start) in cases {
        assert_eq!(period(length).first_day(day(end)), day(start), "{length} to {end}");
    }
}

#[test]
fn the_ends_of_the_calendar_stop_both_ways() {
    assert_eq!(period("P1000Y").last_day(NaiveDate::MAX), NaiveDate::MAX);
    assert_eq!(period("P1000Y").first_day(NaiveDate::MIN), NaiveDate::MIN);
}

proptest! {
    /// It lasts to the end, and what began a day earlier does not.
    #[test]
    fn the_first_day_is_the_earliest(end in 0_u64..30_000, months in 0_u32..40, days in 0_u32..100) {
        let end = day("1990-01-01") + Days::new(end);
        let length = period(&format!("P{months}M{days}D"));

        let start = length.first_day(end);

        prop_assert!(length.last_day(start) >= end);
        prop_assert!(length.last_day(start - Days::new(1)) < end);
    }
}
