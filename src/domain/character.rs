//! Which characters may stand in what people name: those that can be seen.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// What is wrong with a character, if anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Character {
    Visible,
    /// A control character or line separator.
    Control,
    /// Changes the direction of what follows, so that "gpj.exe" can look like "exe.jpg" (Unicode TR 36, section 2.5).
    Bidirectional,
    /// Takes no space, or a space that looks empty: two names that look the same would differ.
    Invisible,
    /// Private use or not assigned by Unicode: means something else, or nothing, elsewhere.
    Unassigned,
}

impl Character {
    pub fn of(c: char) -> Self {
        match c {
            '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                Character::Bidirectional
            }
            // Letters, marks and symbols by category, yet drawn as nothing.
            '\u{34F}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FFA0}'
            | '\u{E0100}'..='\u{E01EF}' => Character::Invisible,
            _ => match c.general_category() {
                GeneralCategory::Control
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator => Character::Control,
                GeneralCategory::Format => Character::Invisible,
                GeneralCategory::PrivateUse | GeneralCategory::Unassigned | GeneralCategory::Surrogate => {
                    Character::Unassigned
                }
                _ => Character::Visible,
            },
        }
    }
}
