//! Who people and organisations are: the numbers, codes and addresses by which they are known.

use unicode_normalization::UnicodeNormalization;

use super::character::Character;
use super::checked_text::checked_text;

/// Which of the texts below was malformed. It does not hold the text: that would end in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    #[error("an identity number has 12 digits")]
    IdentityNumber,
    #[error("an organisation code is a tax code of 10 or 13 digits or an agency identifier such as H20.12.3")]
    OrganisationCode,
    #[error("a login has 3 to 64 letters without diacritics, digits, dots, dashes or underscores")]
    Login,
    #[error("not an e-mail address")]
    Email,
    #[error("not a telephone number of Viet Nam or in international form")]
    Phone,
    #[error("a full name has 1 to 200 visible characters")]
    FullName,
}

checked_text! {
    /// The personal identity number of a citizen: 12 digits (Law on Identification 26/2023/QH15, article 12).
    #[schema(value_type = String, min_length = 12, max_length = 12, pattern = "^[0-9]{12}$", example = "001099012345")]
    IdentityNumber, IdentityError
}

impl IdentityNumber {
    /// Twelve digits; spaces around are dropped.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let text = text.trim();
        let valid = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
        valid.then(|| Self(text.to_owned())).ok_or(IdentityError::IdentityNumber)
    }
}

checked_text! {
    /// The code of an organisation: a tax code of 10 digits, of 13 written `0123456789-001`, or the electronic
    /// identifier of an agency such as `H20.12.3` (Decision 20/2020/QD-TTg).
    #[schema(
        value_type = String, min_length = 3, max_length = 35,
        pattern = "^([0-9]{10}(-[0-9]{3})?|([0-9]+[.-])*[0-9]*[A-Z][0-9A-Z]*([.-][0-9A-Z]+)*)$", example = "0123456789-001"
    )]
    OrganisationCode, IdentityError
}

impl OrganisationCode {
    /// Upper case; thirteen digits in a row get their dash, so that a code has one spelling.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let code = text.trim().to_ascii_uppercase();
        let digits =
            |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
        if digits(&code, 13) {
            return Ok(Self(format!("{}-{}", &code[..10], &code[10..])));
        }
        let tax_code = digits(&code, 10)
            || code.split_once('-').is_some_and(|(head, branch)| digits(head, 10) && digits(branch, 3));
        let agency = (3..=35).contains(&code.len())
            && code.contains(|c: char| c.is_ascii_uppercase())
            && code.split(['.', '-']).all(|part| {
                !part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            });
        (tax_code || agency).then_some(Self(code)).ok_or(IdentityError::OrganisationCode)
    }
}

checked_text! {
    /// The name with which an account signs in, lower case.
    #[schema(value_type = String, min_length = 3, max_length = 64, pattern = "^[a-z0-9._-]{3,64}$", example = "nguyen.thi.a")]
    Login, IdentityError
}

impl Login {
    /// Letters without diacritics, digits, `.`, `_` and `-`; capitals become small.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let login = text.trim().to_ascii_lowercase();
        let valid = (3..=64).contains(&login.len())
            && login
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-'));
        valid.then_some(Self(login)).ok_or(IdentityError::Login)
    }
}

checked_text! {
    /// An e-mail address; its domain in lower case.
    #[schema(value_type = String, format = "email", min_length = 6, max_length = 254, example = "nguyen.thi.a@example.vn")]
    Email, IdentityError
}

impl Email {
    /// An address as mail servers take it without quoting (RFC 5321, section 4.1.2); at most 254 bytes (RFC 3696 erratum 1690).
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(IdentityError::Email)?;
        let valid = text.len() <= 254
            && local.len() <= 64
            && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_byte))
            && domain.contains('.')
            && domain.split('.').all(is_domain_label)
            // A last label of digits would be an address, not a name.
            && domain.rsplit('.').next().is_some_and(|top| top.bytes().any(|b| b.is_ascii_alphabetic()));
        valid.then(|| Self(format!("{local}@{}", domain.to_ascii_lowercase()))).ok_or(IdentityError::Email)
    }
}

fn is_atom_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b)
}

fn is_domain_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

checked_text! {
    /// A telephone number in international form (ITU-T E.164).
    #[schema(value_type = String, min_length = 9, max_length = 16, pattern = r"^\+[1-9][0-9]{7,14}$", example = "+84912345678")]
    Phone, IdentityError
}

impl Phone {
    /// A number of Viet Nam (`0912 345 678`, `024 3825 1234`) or an international one with `+`; kept with `+` and digits alone.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let compact: String =
            text.trim().chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '(' | ')')).take(17).collect();
        let international = match compact.strip_prefix('0') {
            Some(national) if (9..=10).contains(&national.len()) => format!("+84{national}"),
            Some(_) => return Err(IdentityError::Phone),
            None => compact,
        };
        let digits = international.strip_prefix('+').ok_or(IdentityError::Phone)?;
        // Numbers of Viet Nam: mobiles 3, 5, 7, 8, 9 and eight digits, fixed lines 2 and nine (Circular 22/2014/TT-BTTTT as amended).
        let valid = match digits.strip_prefix("84") {
            Some(national) => match national.as_bytes().first() {
                Some(b'3' | b'5' | b'7' | b'8' | b'9') => national.len() == 9,
                Some(b'2') => national.len() == 10,
                _ => false,
            },
            None => (8..=15).contains(&digits.len()) && !digits.starts_with('0'),
        };
        (valid && digits.bytes().all(|b| b.is_ascii_digit()))
            .then(|| Self(international.clone()))
            .ok_or(IdentityError::Phone)
    }
}

checked_text! {
    /// The name of a person or organisation: 1 to 200 visible characters.
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Nguyễn Thị A")]
    FullName, IdentityError
}

impl FullName {
    /// Composed (NFC), each run of white space one space.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        if text.len() > 4_000 || text.contains(|c: char| c.is_control()) {
            return Err(IdentityError::FullName);
        }
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect::<String>();
        let valid = (1..=200).contains(&name.chars().count())
            && name.chars().all(|c| Character::of(c) == Character::Visible);
        valid.then_some(Self(name)).ok_or(IdentityError::FullName)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each text and what it becomes, or nothing if it is refused.
    fn assert_parses<T: AsRef<str>>(
        parse: fn(&str) -> Result<T, IdentityError>,
        table: &[(&str, Option<&str>)],
    ) {
        for (text, expected) in table {
            let parsed = parse(text).ok();
            assert_eq!(parsed.as_ref().map(AsRef::as_ref), *expected, "{text:?}");
        }
    }

    #[test]
    fn identity_numbers_have_twelve_digits() {
        assert_parses(
            IdentityNumber::parse,
            &[
                ("001099012345", Some("001099012345")),
                (" 001099012345 ", Some("001099012345")),
                ("00109901234", None),
                ("0010990123456", None),
                ("00109901234a", None),
                ("٠٠١٠٩٩٠١٢٣٤٥", None),
                ("", None),
            ],
        );
    }

    #[test]
    fn organisation_codes_are_tax_codes_or_agency_identifiers() {
        assert_parses(
            OrganisationCode::parse,
            &[
                ("0123456789", Some("0123456789")),
                ("0123456789-001", Some("0123456789-001")),
                ("0123456789001", Some("0123456789-001")),
                ("H20.12.3", Some("H20.12.3")),
                ("h20.12.3", Some("H20.12.3")),
                ("000.00.12.H20", Some("000.00.12.H20")),
                ("H20..3", None),
                ("H20.", None),
                ("012345678", None),
                ("0123456789-01", None),
                ("Hà Nội", None),
                (&format!("H{}", "2".repeat(35)), None),
            ],
        );
    }

    #[test]
    fn logins_are_small_plain_letters() {
        assert_parses(
            Login::parse,
            &[
                ("Nguyen.Thi_A-1", Some("nguyen.thi_a-1")),
                ("ab", None),
                ("nguyễn", None),
                ("a b c", None),
                (&"a".repeat(65), None),
            ],
        );
    }

    #[test]
    fn e_mail_addresses_can_be_delivered_to() {
        assert_parses(
            Email::parse,
            &[
                ("Nguyen.A+kho@Example.VN", Some("Nguyen.A+kho@example.vn")),
                ("a@b", None),
                ("a@b..vn", None),
                (".a@b.vn", None),
                ("a@-b.vn", None),
                ("a@1.2.3.4", None),
                ("a b@c.vn", None),
                ("a@b.vn\r\nBcc: c@d.vn", None),
                ("\"a\"@b.vn", None),
                (&format!("{}@b.vn", "a".repeat(65)), None),
            ],
        );
    }

    #[test]
    fn telephone_numbers_have_one_spelling() {
        assert_parses(
            Phone::parse,
            &[
                ("0912 345 678", Some("+84912345678")),
                ("+84 912-345-678", Some("+84912345678")),
                ("024 3825 1234", Some("+842438251234")),
                ("+33123456789", Some("+33123456789")),
                ("912345678", None),
                ("0112345678", None),
                ("09123456789", None),
                ("+0912345678", None),
                ("+84", None),
                ("0912345abc", None),
            ],
        );
    }

    #[test]
    fn full_names_are_visible_and_composed() {
        assert_parses(
            FullName::parse,
            &[
                ("  Nguye\u{302}\u{303}n   Thị A ", Some("Nguyễn Thị A")),
                ("", None),
                (" ", None),
                ("A\nB", None),
                ("A\u{202E}B", None),
                (&"ấ".repeat(200), Some(&"ấ".repeat(200))),
                (&"ấ".repeat(201), None),
            ],
        );
    }

    #[test]
    fn numbers_and_names_do_not_reach_a_log() {
        assert_eq!(format!("{:?}", IdentityNumber::parse("001099012345")), "Ok(IdentityNumber(…))");
        assert_eq!(format!("{:?}", Email::parse("a@example.vn")), "Ok(Email(…))");
    }
}
