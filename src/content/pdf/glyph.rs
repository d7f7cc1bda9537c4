//! What the glyph names and one-byte codes of simple fonts mean (ISO 32000-1, annex D; Adobe Glyph List specification).

use unicode_normalization::UnicodeNormalization;

/// Windows code page 1252 from 0x80 to 0x9F; above it is Latin-1. Codes below 0x80 mean ASCII in all base encodings.
const WINDOWS_1252: [char; 32] = [
    '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
];

/// Mac OS Roman from 0x80 to 0xD8, where its letters and quotes are.
const MAC_ROMAN: &str =
    "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»… ÀÃÕŒœ–—“”‘’÷◊ÿ";

pub fn windows_1252(code: u8) -> char {
    match code {
        0x80..=0x9F => WINDOWS_1252[usize::from(code - 0x80)],
        _ => char::from(code),
    }
}

pub fn mac_roman(code: u8) -> char {
    match code {
        0..=0x7F => char::from(code),
        _ => MAC_ROMAN.chars().nth(usize::from(code - 0x80)).unwrap_or(' '),
    }
}

/// Names that are not built of a letter and marks.
const NAMES: [(&str, char); 64] = [
    ("space", ' '),
    ("nbspace", ' '),
    ("exclam", '!'),
    ("quotedbl", '"'),
    ("numbersign", '#'),
    ("dollar", '$'),
    ("percent", '%'),
    ("ampersand", '&'),
    ("quotesingle", '\''),
    ("parenleft", '('),
    ("parenright", ')'),
    ("asterisk", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("hyphen", '-'),
    ("minus", '-'),
    ("period", '.'),
    ("slash", '/'),
    ("zero", '0'),
    ("one", '1'),
    ("two", '2'),
    ("three", '3'),
    ("four", '4'),
    ("five", '5'),
    ("six", '6'),
    ("seven", '7'),
    ("eight", '8'),
    ("nine", '9'),
    ("colon", ':'),
    ("semicolon", ';'),
    ("less", '<'),
    ("equal", '='),
    ("greater", '>'),
    ("question", '?'),
    ("at", '@'),
    ("bracketleft", '['),
    ("backslash", '\\'),
    ("bracketright", ']'),
    ("asciicircum", '^'),
    ("underscore", '_'),
    ("grave", '`'),
    ("braceleft", '{'),
    ("bar", '|'),
    ("braceright", '}'),
    ("asciitilde", '~'),
    ("quoteleft", '‘'),
    ("quoteright", '’'),
    ("quotedblleft", '“'),
    ("quotedblright", '”'),
    ("bullet", '•'),
    ("endash", '–'),
    ("emdash", '—'),
    ("ellipsis", '…'),
    ("degree", '°'),
    ("section", '§'),
    ("dcroat", 'đ'),
    ("dmacron", 'đ'),
    ("Dcroat", 'Đ'),
    ("Dslash", 'Đ'),
    ("Eth", 'Ð'),
    ("dong", '₫'),
    ("fi", 'ﬁ'),
    ("fl", 'ﬂ'),
    ("dotlessi", 'ı'),
];

/// The marks that names of accented letters end with: `acircumflexdotbelow`.
const MARKS: [(&str, char); 14] = [
    ("circumflex", '\u{302}'),
    ("breve", '\u{306}'),
    ("horn", '\u{31B}'),
    ("grave", '\u{300}'),
    ("acute", '\u{301}'),
    ("tilde", '\u{303}'),
    ("hookabove", '\u{309}'),
    ("dotbelow", '\u{323}'),
    ("dieresis", '\u{308}'),
    ("ring", '\u{30A}'),
    ("cedilla", '\u{327}'),
    ("caron", '\u{30C}'),
    ("macron", '\u{304}'),
    ("ogonek", '\u{328}'),
];

/// The text a glyph name stands for; `None` for names that say nothing, such as `g12`.
pub fn named(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    // A suffix names a variant of the same character: "a.sc".
    let name = name.split('.').next().filter(|stem| !stem.is_empty() && stem.len() <= 64)?;
    if let Some((_, c)) = NAMES.iter().find(|(own, _)| *own == name) {
        return Some(c.to_string());
    }
    if let Some(digits) = name.strip_prefix("uni").filter(|digits| digits.len() >= 4 && digits.len() % 4 == 0)
    {
        let units = digits
            .as_bytes()
            .chunks(4)
            .map(|unit| u16::from_str_radix(std::str::from_utf8(unit).ok()?, 16).ok());
        let units: Vec<u16> = units.collect::<Option<_>>()?;
        return String::from_utf16(&units).ok();
    }
    if let Some(c) =
        name.strip_prefix('u').filter(|digits| (4..=6).contains(&digits.len())).and_then(hex_char)
    {
        return Some(c.to_string());
    }
    let mut characters = name.chars();
    let letter = characters.next().filter(char::is_ascii_alphabetic)?;
    let mut rest = characters.as_str();
    let mut spelt = String::from(letter);
    while !rest.is_empty() {
        let (mark, after) = MARKS.iter().find_map(|(own, mark)| Some((*mark, rest.strip_prefix(own)?)))?;
        spelt.push(mark);
        rest = after;
    }
    Some(spelt.nfc().collect())
}

fn hex_char(digits: &str) -> Option<char> {
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyph_names_spell_vietnamese_letters() {
        let table = [
            ("a", Some("a")),
            ("Adieresis", Some("Ä")),
            ("acircumflexdotbelow", Some("ậ")),
            ("acircumflexacute", Some("ấ")),
            ("uhorngrave", Some("ừ")),
            ("ehookabove", Some("ẻ")),
            ("Dcroat", Some("Đ")),
            ("uni1EA5", Some("ấ")),
            ("uni00610302", Some("a\u{302}")),
            ("u1EA5", Some("ấ")),
            ("seven.oldstyle", Some("7")),
            ("g12", None),
            (".notdef", None),
            ("uniXYZW", None),
        ];
        for (name, expected) in table {
            assert_eq!(named(name.as_bytes()).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn one_byte_encodings_have_their_letters_in_place() {
        assert_eq!(
            [windows_1252(0x41), windows_1252(0x80), windows_1252(0x9F), windows_1252(0xE9)],
            ['A', '€', 'Ÿ', 'é']
        );
        assert_eq!(
            [mac_roman(0x41), mac_roman(0x80), mac_roman(0x8E), mac_roman(0xD8)],
            ['A', 'Ä', 'é', 'ÿ']
        );
    }
}
