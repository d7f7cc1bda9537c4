//! When something is due: counted in days of work.

#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside test functions")]

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use kho_mapping::catalogue::{Calendar, Day, Words};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn named(date: NaiveDate, work: bool) -> Day {
    let name = Words { vi: "x".to_owned(), en: "x".to_owned() };
    Day { code: date.to_string(), name, work }
}

#[test]
fn days_of_work_leave_out_the_weekend() {
    let calendar = Calendar::default();
    // 26 November 2026 is a Thursday.
    for (from, count, due) in [
        ("2026-11-26", 0, "2026-11-26"),
        ("2026-11-26", 1, "2026-11-27"),
        ("2026-11-26", 2, "2026-11-30"),
        ("2026-11-28", 5, "2026-12-04"),
    ] {
        assert_eq!(calendar.working_days_after(day(from), count), day(due), "{from} and {count}");
    }
}

#[test]
fn days_off_are_left_out_and_made_up_ones_counted() {
    // As in 2026: 2 September is a Wednesday; 31 August was exchanged for Saturday, 22 August.
    let days = [("2026-09-02", false), ("2026-09-01", false), ("2026-08-31", false), ("2026-08-22", true)];
    let calendar = Calendar::of(&days.map(|(date, work)| named(day(date), work)));
    assert_eq!(calendar.working_days_after(day("2026-08-21"), 1), day("2026-08-22"));
    assert_eq!(calendar.working_days_after(day("2026-08-21"), 2), day("2026-08-24"));
    assert_eq!(calendar.working_days_after(day("2026-08-28"), 1), day("2026-09-03"));
    assert_eq!(calendar.working_days_after(day("2026-08-28"), 3), day("2026-09-07"));
}

proptest! {
    #[test]
    fn what_is_due_is_due_on_a_day_of_work_and_after_as_many_of_them(
        from in 0_i64..1_500, count in 1_u16..90,
        off in prop::collection::btree_set(0_i64..1_700, 0..60), worked in prop::collection::btree_set(0_i64..1_700, 0..60),
    ) {
        let date = |number: i64| day("2026-01-01") + TimeDelta::days(number);
        let is_weekend = |date: NaiveDate| [Weekday::Sat, Weekday::Sun].contains(&date.weekday());
        // Only weekends are made up on; what is both is worked.
        let mut days = off.iter().map(|number| (date(*number), false)).collect::<BTreeMap<_, _>>();
        days.extend(worked.iter().map(|number| (date(*number), true)).filter(|(date, _)| is_weekend(*date)));
        let calendar = Calendar::of(&days.iter().map(|(date, work)| named(*date, *work)).collect::<Vec<_>>());

        let due = calendar.working_days_after(date(from), count);

        // Counted another way: all days between, less the weekends and days off among them, and the made-up ones added.
        let between = date(from).iter_days().skip(1).take_while(|one| *one <= due).collect::<Vec<_>>();
        let weekends = between.iter().filter(|one| is_weekend(**one)).count();
        let off = days.iter().filter(|(one, work)| !**work && between.contains(one) && !is_weekend(**one)).count();
        let made_up = days.iter().filter(|(one, work)| **work && between.contains(one)).count();
        prop_assert_eq!(between.len() - weekends - off + made_up, usize::from(count));
        prop_assert!(days.get(&due).copied().unwrap_or(!is_weekend(due)), "due on {}", due);
    }
}
