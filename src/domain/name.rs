//! The name of a folder or document, as its owner typed it and as it is compared.

use unicode_normalization::UnicodeNormalization;

use super::character::Character;
use super::checked_text::checked_text;

/// The longest name, in Unicode characters.
pub const NAME_CHARS: usize = 255;
/// The longest name, in bytes of UTF-8: fits any file system and ZIP reader even where marks are heaped up.
pub const NAME_BYTES: usize = 1_000;
/// The longest ending that is kept as an extension when a name is given a number.
const EXTENSION_CHARS: usize = 16;

checked_text! {
    /// The name of a folder or document: 1 to 255 visible characters, composed (NFC), without `/` or `\`.
    #[schema(
        value_type = String, min_length = 1, max_length = 255, pattern = r"^[^/\\]+$",
        example = "Giấy khai sinh.pdf"
    )]
    EntryName, NameError
}

/// Why a text cannot be a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("a name must not be empty")]
    Empty,
    #[error("a name has at most {NAME_CHARS} characters and {NAME_BYTES} bytes")]
    TooLong,
    #[error("a name must not contain the character U+{:04X}", u32::from(*.0))]
    ForbiddenCharacter(char),
    #[error("a name must not contain the direction control U+{:04X}", u32::from(*.0))]
    BidirectionalControl(char),
    #[error("a name must not contain the invisible character U+{:04X}", u32::from(*.0))]
    Invisible(char),
    #[error("a name must not contain U+{:04X}, which Unicode gives no meaning", u32::from(*.0))]
    Unassigned(char),
    #[error("a name must not be \".\" or \"..\"")]
    Reserved,
    #[error("a name must not end with a dot")]
    TrailingDot,
}

impl EntryName {
    /// The name in NFC, without outer white space; any kind of space inside becomes the plain one.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let trimmed = text.trim();
        // Composing shortens a text at most to a third or so: what is far too long is refused before any work.
        if trimmed.len() > NAME_BYTES * 4 {
            return Err(NameError::TooLong);
        }
        let name: String = trimmed
            .nfc()
            .map(|c| if c.is_whitespace() && !c.is_control() { space_of(c) } else { c })
            .collect();
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        for c in name.chars() {
            match (c, Character::of(c)) {
                ('/' | '\\', _) | (_, Character::Control) => return Err(NameError::ForbiddenCharacter(c)),
                (_, Character::Bidirectional) => return Err(NameError::BidirectionalControl(c)),
                (_, Character::Invisible) => return Err(NameError::Invisible(c)),
                (_, Character::Unassigned) => return Err(NameError::Unassigned(c)),
                (_, Character::Visible) => {}
            }
        }
        if name.chars().count() > NAME_CHARS || name.len() > NAME_BYTES {
            return Err(NameError::TooLong);
        }
        if name == "." || name == ".." {
            return Err(NameError::Reserved);
        }
        if name.ends_with('.') {
            return Err(NameError::TrailingDot);
        }
        Ok(Self(name))
    }

    /// What must be unique among the live children of a folder: the name without regard to case.
    pub fn key(&self) -> String {
        let case_folded = self.0.chars().flat_map(char::to_lowercase).flat_map(char::to_uppercase);
        case_folded.flat_map(char::to_lowercase).nfc().collect()
    }

    /// See [`super::sort_key::sort_key`].
    pub fn sort_key(&self) -> Vec<u8> {
        super::sort_key::sort_key(&self.0)
    }

    /// The extension in lower case without its dot, if the name has one.
    pub fn extension(&self) -> Option<String> {
        self.split().1.map(str::to_lowercase)
    }

    /// The name by which a second thing of this name is kept: "Tên.pdf" becomes "Tên (2).pdf". A stem too long for
    /// the number is cut.
    pub fn with_suffix(&self, number: u32) -> Self {
        let (stem, extension) = self.split();
        let mut ending = format!(" ({number})");
        if let Some(extension) = extension {
            ending.push('.');
            ending.push_str(extension);
        }
        let room_chars = NAME_CHARS.saturating_sub(ending.chars().count());
        let room_bytes = NAME_BYTES.saturating_sub(ending.len());
        let end = stem
            .char_indices()
            .take(room_chars)
            .map(|(at, c)| at + c.len_utf8())
            .take_while(|end| *end <= room_bytes)
            .last()
            .unwrap_or(0);
        Self(format!("{}{ending}", stem[..end].trim_end()))
    }

    /// The stem and the extension: what follows the last dot, if both sides have something and the end is short.
    fn split(&self) -> (&str, Option<&str>) {
        match self.0.rsplit_once('.') {
            Some((stem, extension))
                if !stem.is_empty()
                    && extension.len() <= EXTENSION_CHARS
                    && extension.chars().all(|c| c.is_ascii_alphanumeric()) =>
            {
                (stem, Some(extension))
            }
            _ => (&self.0, None),
        }
    }
}

/// No-break, ideographic and other spaces look like the plain one and are compared as it; line separators stay, to be refused.
fn space_of(c: char) -> char {
    match c {
        '\u{2028}' | '\u{2029}' => c,
        _ => ' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> EntryName {
        EntryName::parse(text).unwrap()
    }

    #[test]
    fn names_are_composed_and_trimmed() {
        assert_eq!(name("  Gia\u{302}\u{301}y\u{A0}khai sinh.pdf\t").as_str(), "Giấy khai sinh.pdf");
        assert_eq!(name("Số 1: \"bản\" <sao> ?*|").as_str(), "Số 1: \"bản\" <sao> ?*|");
        assert_eq!(name(".hồ sơ").as_str(), ".hồ sơ");
    }

    #[test]
    fn bad_names_are_refused_with_their_reason() {
        use NameError::*;
        let table = [
            ("", Empty),
            (" \t\u{A0}", Empty),
            ("a/b", ForbiddenCharacter('/')),
            ("a\\b", ForbiddenCharacter('\\')),
            ("a\0b", ForbiddenCharacter('\0')),
            ("a\nb", ForbiddenCharacter('\n')),
            ("a\u{85}b", ForbiddenCharacter('\u{85}')),
            ("a\u{2028}b", ForbiddenCharacter('\u{2028}')),
            ("ảnh\u{202E}gpj.exe", BidirectionalControl('\u{202E}')),
            ("a\u{2066}b", BidirectionalControl('\u{2066}')),
            ("a\u{200F}b", BidirectionalControl('\u{200F}')),
            ("a\u{61C}b", BidirectionalControl('\u{61C}')),
            ("a\u{200B}b", Invisible('\u{200B}')),
            ("a\u{FEFF}b", Invisible('\u{FEFF}')),
            ("a\u{AD}b", Invisible('\u{AD}')),
            ("a\u{3164}b", Invisible('\u{3164}')),
            ("a\u{E000}b", Unassigned('\u{E000}')),
            ("a\u{378}b", Unassigned('\u{378}')),
            (".", Reserved),
            ("..", Reserved),
            ("hồ sơ.", TrailingDot),
            ("hồ sơ. ", TrailingDot),
        ];
        for (text, expected) in table {
            assert_eq!(EntryName::parse(text).unwrap_err(), expected, "{text:?}");
        }
    }

    #[test]
    fn length_is_bounded_in_characters_and_bytes() {
        assert_eq!(name(&"ấ".repeat(255)).as_str().chars().count(), 255);
        assert_eq!(EntryName::parse(&"a".repeat(256)), Err(NameError::TooLong));
        assert_eq!(EntryName::parse(&"𠀀".repeat(251)), Err(NameError::TooLong));
        // Decomposed, 255 letters are 765 characters; composed they fit.
        assert!(EntryName::parse(&"a\u{302}\u{301}".repeat(255)).is_ok());
        assert_eq!(EntryName::parse(&"x".repeat(10_000_000)), Err(NameError::TooLong));
    }

    #[test]
    fn case_does_not_make_another_name() {
        assert_eq!(name("ĐƠN ĐĂNG KÝ.PDF").key(), name("đơn đăng ký.pdf").key());
        assert_eq!(name("STRASSE").key(), name("straße").key());
        assert_eq!(name("STRASSE").key(), name("STRAẞE").key());
        assert_eq!(name("ΟΔΟΣ").key(), name("οδος").key());
        assert_ne!(name("hoa").key(), name("hoá").key());
    }

    #[test]
    fn a_kept_duplicate_has_its_number_before_the_extension() {
        assert_eq!(name("Tên.pdf").with_suffix(2).as_str(), "Tên (2).pdf");
        assert_eq!(name("Thư mục").with_suffix(3).as_str(), "Thư mục (3)");
        assert_eq!(name("QĐ số 1.2 ngày").with_suffix(2).as_str(), "QĐ số 1.2 ngày (2)");
        assert_eq!(name(".ẩn").with_suffix(2).as_str(), ".ẩn (2)");
        let long = name(&format!("{}.pdf", "ấ".repeat(251))).with_suffix(12);
        assert_eq!(long.as_str().chars().count(), 255);
        assert!(long.as_str().ends_with("ấ (12).pdf"));
    }

    #[test]
    fn a_name_does_not_reach_a_log() {
        assert_eq!(format!("{:?}", name("Bí mật.pdf")), "EntryName(…)");
    }

    #[test]
    fn json_goes_through_the_constructor() {
        assert!(serde_json::from_str::<EntryName>("\"a/b\"").is_err());
        assert_eq!(serde_json::to_string(&name("Tờ khai")).unwrap(), "\"Tờ khai\"");
    }

    proptest! {
        #[test]
        fn parsing_a_name_again_changes_nothing(text in ".{0,60}") {
            if let Ok(once) = EntryName::parse(&text) {
                prop_assert_eq!(EntryName::parse(once.as_str()), Ok(once.clone()));
                prop_assert_eq!(name(once.as_str()).key(), once.key());
            }
        }

        #[test]
        fn a_numbered_name_is_a_name(text in "[a-zấđ .𠀀\u{301}]{1,260}(\\.[a-z]{1,5})?", number in 2u32..) {
            if let Ok(first) = EntryName::parse(&text) {
                let numbered = first.with_suffix(number);
                prop_assert_eq!(EntryName::parse(numbered.as_str()), Ok(numbered));
            }
        }
    }
}
