//! Values as the field writes them: days and times without a zone are Vietnamese, states are numbers, flags are `0` and `1`.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use kho_mapping::dossier::State;

use crate::domain::dossier::day_of;
use crate::domain::problem::{Problem, Result};

/// Seconds by which Vietnamese time is ahead of UTC.
const AHEAD: i32 = 7 * 3600;
const TIMES: [&str; 4] = ["%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S"];
const DAYS: [&str; 3] = ["%Y%m%d", "%Y-%m-%d", "%d/%m/%Y"];

/// A time: `20261126083000`, `26/11/2026 08:30:00`, RFC 3339, or a day alone, which begins then.
pub fn time(field: &'static str, text: Option<&str>) -> Result<Option<DateTime<Utc>>> {
    text.map(|text| read_time(text).ok_or_else(|| Problem::field(field, "malformed"))).transpose()
}

/// The Vietnamese day of a time.
pub fn day(field: &'static str, text: Option<&str>) -> Result<Option<NaiveDate>> {
    Ok(time(field, text)?.map(day_of))
}

fn read_time(text: &str) -> Option<DateTime<Utc>> {
    // The parser takes years of more digits and with a sign.
    if !(8..=35).contains(&text.len()) || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let with_zone = DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc));
    let local = || {
        let time = TIMES.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
        let day = || DAYS.iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok());
        let time = time.or_else(|| day().map(|day| day.and_time(NaiveTime::MIN)))?;
        let zone = FixedOffset::east_opt(AHEAD)?;
        time.and_local_timezone(zone).single().map(|time| time.with_timezone(&Utc))
    };
    with_zone.or_else(local).filter(|time| (1900..2200).contains(&time.year()))
}

/// A day as the field writes it.
pub fn written_day(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

/// A time as the field writes it, in Viet Nam.
pub fn written_time(time: DateTime<Utc>) -> String {
    match FixedOffset::east_opt(AHEAD) {
        Some(zone) => time.with_timezone(&zone).format("%Y%m%d%H%M%S").to_string(),
        None => String::new(),
    }
}

/// Where a dossier stands: the numbers of the national portal, or the words of `/integration/v1`.
pub fn state(text: Option<&str>) -> Result<State> {
    Ok(match text {
        None | Some("1" | "2") => State::Received,
        Some("3" | "8") => State::Refused,
        Some("4" | "6") => State::Processing,
        Some("5") => State::SupplementRequested,
        Some("7") => State::Withdrawn,
        Some("9") => State::Decided,
        Some("10") => State::Returned,
        Some(word) => State::parse(word).ok_or_else(|| Problem::field("TrangThaiHoSo", "unknown"))?,
    })
}

/// A flag: said, denied, or nothing said. What is not said is never taken for yes.
pub fn flag(field: &'static str, text: Option<&str>) -> Result<Option<bool>> {
    match text.map(str::to_ascii_lowercase).as_deref() {
        None => Ok(None),
        Some("0" | "false") => Ok(Some(false)),
        // Some systems write 2 for a paper that another result stands in the place of.
        Some("1" | "2" | "true") => Ok(Some(true)),
        Some(_) => Err(Problem::field(field, "unknown")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_vietnamese_unless_they_say_otherwise() {
        let read = |text: &str| read_time(text).map(|time| time.to_rfc3339());
        let morning = Some("2026-11-26T01:30:00+00:00".to_owned());
        for text in [
            "20261126083000",
            "2026-11-26T08:30:00",
            "2026-11-26 08:30:00",
            "26/11/2026 08:30:00",
            "2026-11-26T08:30:00+07:00",
            "2026-11-26T01:30:00Z",
        ] {
            assert_eq!(read(text), morning, "{text}");
        }
        let midnight = Some("2026-11-25T17:00:00+00:00".to_owned());
        for text in ["20261126", "2026-11-26", "26/11/2026"] {
            assert_eq!(read(text), midnight, "{text}");
            assert_eq!(day("NgayHenTra", Some(text)).unwrap(), NaiveDate::from_ymd_opt(2026, 11, 26));
        }
        for text in
            ["", "2026", "20261326", "+99999-01-01", "00000000000000", "26-11-2026 08:30", "hôm nay rồi"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_said_of_reuse_is_not_taken_for_yes() {
        assert_eq!(flag("DuocTaiSuDung", None).unwrap(), None);
        assert_eq!(flag("DuocTaiSuDung", Some("0")).unwrap(), Some(false));
        assert_eq!(flag("DuocTaiSuDung", Some("1")).unwrap(), Some(true));
        assert!(flag("DuocTaiSuDung", Some("có")).is_err());
    }
}
