//! What a dossier is known by, and on which day something is.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::problem::{Problem, Result};

/// The signs of ISO 7064 MOD 37,36, each worth its place.
const SIGNS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const MODULUS: u32 = 36;

/// The code of a dossier, as people write and scan it: the receiving agency's code, the day it was opened, a running number of the whole
/// deployment and a check sign, such as `H52.10.5-261126-0001-M` (the form of Circular 01/2018/TT-VPCP and the sign). The sign is that of
/// ISO 7064 MOD 37,36 over the letters and digits before it: one sign that was mistaken, and nearly every two that changed places, are told from
/// a dossier that does not exist. It holds signs of Code 39 and of a QR code's alphanumeric mode alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DossierCode(String);

impl DossierCode {
    pub fn new(agency: &str, day: NaiveDate, number: i64) -> Self {
        let body = format!("{agency}-{}-{number:04}", day.format("%y%m%d"));
        let sign = check_sign(&body);
        Self(format!("{body}-{sign}"))
    }

    /// A code as somebody typed or scanned it: small letters and spaces do not matter.
    pub fn parse(text: &str) -> Result<Self> {
        let code: String =
            text.chars().filter(|c| !c.is_whitespace()).take(80).collect::<String>().to_ascii_uppercase();
        let valid = code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"-.".contains(&b));
        let Some((body, sign)) = code.rsplit_once('-').filter(|_| valid) else {
            return Err(Problem::field("code", "malformed"));
        };
        if body.is_empty() || sign.len() != 1 || sign != check_sign(body).to_string() {
            return Err(Problem::field("code", "check_sign"));
        }
        Ok(Self(code))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// ISO 7064 MOD 37,36, over the letters and digits of a text.
pub(super) fn check_sign(text: &str) -> char {
    let mut product = MODULUS;
    for byte in text.bytes() {
        let Some(value) = SIGNS.iter().position(|sign| *sign == byte) else { continue };
        let sum = match (product + value as u32) % MODULUS {
            0 => MODULUS,
            sum => sum,
        };
        product = sum * 2 % (MODULUS + 1);
    }
    let value = (MODULUS + 1 - product) % MODULUS;
    char::from(SIGNS[value as usize % SIGNS.len()])
}

/// The day that a time falls on in Viet Nam.
pub fn day_of(at: DateTime<Utc>) -> NaiveDate {
    match FixedOffset::east_opt(7 * 3600) {
        Some(vietnam) => at.with_timezone(&vietnam).date_naive(),
        None => at.date_naive(),
    }
}

/// When a day begins in Viet Nam.
pub fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_check_sign_is_that_of_the_standard() {
        // The examples of ISO 7064 and of GRid, which uses it.
        assert_eq!(check_sign("A12425GABC1234002"), 'M');
        assert_eq!(check_sign("A1-2425G-ABC1234002"), 'M', "dashes do not count");
    }

    #[test]
    fn a_code_is_read_back_however_it_is_typed_and_a_slip_is_told() {
        let code = DossierCode::new("H52.10.5", day("2026-11-26"), 1);
        assert!(code.as_str().starts_with("H52.10.5-261126-0001-"), "{}", code.as_str());
        assert_eq!(DossierCode::parse(code.as_str()).unwrap(), code);
        assert_eq!(DossierCode::parse(&format!(" {} ", code.as_str().to_ascii_lowercase())).unwrap(), code);
        let text = code.as_str();
        for (place, sign) in text.char_indices().filter(|(_, sign)| sign.is_ascii_alphanumeric()) {
            for other in SIGNS.iter().map(|sign| char::from(*sign)).filter(|other| *other != sign) {
                let mut slipped = text.to_owned();
                slipped.replace_range(place..=place, &other.to_string());
                assert!(DossierCode::parse(&slipped).is_err(), "{slipped} for {text}");
            }
        }
        for wrong in ["", "-", "H52", "H52-é", "H52-261126-0001-", "H52-261126-0001-MM"] {
            assert!(DossierCode::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_day_begins_in_viet_nam() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(day_of(at("2026-11-25T17:00:00Z")), day("2026-11-26"));
        assert_eq!(day_of(at("2026-11-25T16:59:59Z")), day("2026-11-25"));
    }
}
