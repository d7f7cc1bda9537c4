//! Dates (ISO 32000-2, 7.9.4): `D:20260401093000+07'00'`.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// What is left out counts as its first; a date without a zone is read as UTC.
pub(super) fn parse(bytes: &[u8]) -> Option<DateTime<Utc>> {
    let mut rest = bytes.strip_prefix(b"D:").unwrap_or(bytes);
    let year = digits(&mut rest, 4)?;
    let mut part = |default| digits(&mut rest, 2).unwrap_or(default);
    let (month, day, hour, minute, second) = (part(1), part(1), part(0), part(0), part(0));
    let local =
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?.and_hms_opt(hour, minute, second)?;
    let ahead = match rest.split_first() {
        Some((sign @ (b'+' | b'-'), mut zone)) => {
            let hours = digits(&mut zone, 2)?;
            zone = zone.strip_prefix(b"'").unwrap_or(zone);
            let minutes = i64::from(hours * 60 + digits(&mut zone, 2).unwrap_or(0));
            if *sign == b'+' { minutes } else { -minutes }
        }
        _ => 0,
    };
    Some(local.checked_sub_signed(TimeDelta::minutes(ahead))?.and_utc())
}

fn digits(rest: &mut &[u8], count: usize) -> Option<u32> {
    let (number, after) = rest.split_at_checked(count)?;
    let value = number
        .iter()
        .try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + u32::from(digit - b'0')))?;
    *rest = after;
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_date_is_told_in_universal_time() {
        let told = |bytes: &[u8]| parse(bytes).map(|time| time.to_string());
        assert_eq!(told(b"D:20260401093000+07'00'").as_deref(), Some("2026-04-01 02:30:00 UTC"));
        assert_eq!(told(b"D:20260401093000Z").as_deref(), Some("2026-04-01 09:30:00 UTC"));
        assert_eq!(told(b"D:2026").as_deref(), Some("2026-01-01 00:00:00 UTC"));
        assert_eq!(told(b"D:20261301"), None);
        assert_eq!(told(b"yesterday"), None);
    }
}
