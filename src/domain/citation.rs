//! What one version of a paper is cited by.

use super::dossier::check_sign;
use super::problem::{Problem, Result};

/// Letters and digits that nobody takes for another: no vowels, so that no word comes about, and of 0 O Q D, 1 I L, 2 Z, 5 S, 8 B and U V one each
/// at the most.
const SIGNS: &[u8; 24] = b"23456789CDFGHJKMNPRTVWXY";
/// Signs that are drawn; the last is the check sign.
const DRAWN: usize = 11;
const GROUP: usize = 4;
/// The greatest multiple of the number of signs in a byte.
const FAIR: u8 = 240;

/// The code of a citation, such as `K3MT-7PXC-9FHJ`: eleven signs that were drawn and the check sign of ISO 7064 MOD 37,36 over them, as a dossier's
/// code has it. Nothing of the paper can be read from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitationCode(String);

impl CitationCode {
    pub const DRAWN: usize = DRAWN;

    /// The code that drawn bytes give; none for two of three: each sign is as likely as any other, and the check sign is one of the same.
    pub fn of(drawn: &[u8; DRAWN]) -> Option<Self> {
        let mut signs = String::new();
        for byte in drawn {
            if *byte >= FAIR {
                return None;
            }
            signs.push(char::from(SIGNS[usize::from(*byte) % SIGNS.len()]));
        }
        let sign = check_sign(&signs);
        signs.push(sign);
        is_of_signs(&signs).then(|| Self(grouped(&signs)))
    }

    /// A code as somebody typed it, or scanned it with the address that it stands in: small letters, spaces and dashes do not matter.
    pub fn parse(text: &str) -> Result<Self> {
        let last = text.trim().rsplit('/').next().unwrap_or_default();
        let signs: String =
            last.chars().filter(|c| !c.is_whitespace() && *c != '-').take(DRAWN + 2).collect();
        let signs = signs.to_ascii_uppercase();
        if signs.len() != DRAWN + 1 || !is_of_signs(&signs) {
            return Err(Problem::field("code", "malformed"));
        }
        let (drawn, sign) = signs.split_at(DRAWN);
        if sign != check_sign(drawn).to_string() {
            return Err(Problem::field("code", "check_sign"));
        }
        Ok(Self(grouped(&signs)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_of_signs(text: &str) -> bool {
    text.bytes().all(|byte| SIGNS.contains(&byte))
}

fn grouped(signs: &str) -> String {
    let mut code = String::new();
    for (place, sign) in signs.chars().enumerate() {
        if place > 0 && place % GROUP == 0 {
            code.push('-');
        }
        code.push(sign);
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code() -> CitationCode {
        (0..FAIR).find_map(|last| CitationCode::of(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, last])).unwrap()
    }

    #[test]
    fn a_code_is_read_back_however_it_comes() {
        let code = code();
        let text = code.as_str();
        assert_eq!(text.len(), 14);
        assert!(text.starts_with("2345-6789-CD"), "{text}");
        let plain = text.replace('-', "");
        for form in [
            text.to_owned(),
            plain.to_ascii_lowercase(),
            format!(" {} ", text.replace('-', " ")),
            format!("https://kho.example.vn/c/{text}"),
        ] {
            assert_eq!(CitationCode::parse(&form).unwrap(), code, "{form}");
        }
    }

    #[test]
    fn one_slip_is_told() {
        let code = code();
        let text = code.as_str();
        for (place, sign) in text.char_indices().filter(|(_, sign)| *sign != '-') {
            for other in SIGNS.iter().map(|sign| char::from(*sign)).filter(|other| *other != sign) {
                let mut slipped = text.to_owned();
                slipped.replace_range(place..=place, &other.to_string());
                let problem = CitationCode::parse(&slipped).unwrap_err();
                assert_eq!(problem.members["reason"], "check_sign", "{slipped} for {text}");
            }
        }
    }

    #[test]
    fn what_is_no_code_is_told_so() {
        for wrong in
            ["", "K3MT", "AAAA-AAAA-AAAA", "2345-6789-CDFG-2", "ế345-6789-CDFG", "https://kho.example.vn/c/"]
        {
            let problem = CitationCode::parse(wrong).unwrap_err();
            assert_eq!(problem.members["reason"], "malformed", "{wrong}");
        }
    }

    #[test]
    fn what_would_be_unfair_or_ambiguous_is_drawn_again() {
        assert!(CitationCode::of(&[0, 0, 0, 0, 0, FAIR, 0, 0, 0, 0, 0]).is_none());
        let drawn = (0..FAIR).filter_map(|last| CitationCode::of(&[7, 1, 9, 3, 4, 5, 200, 7, 8, 9, last]));
        let codes = drawn.collect::<Vec<_>>();
        assert!(!codes.is_empty());
        assert!(codes.iter().all(|code| is_of_signs(&code.as_str().replace('-', ""))));
    }
}
