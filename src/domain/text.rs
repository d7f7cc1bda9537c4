//! How Vietnamese text is compared: without diacritics to find, with unified diacritics to rank.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest token kept, in characters. Longer runs are machine text (hashes, base64) that nobody types in full.
pub const TOKEN_CHARS: usize = 40;

/// The form in which texts are searched: compatibility decomposed, marks off, đ as d, lower case, every run of other
/// characters one space, trimmed. Folding a folded text changes nothing.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    let letters = text
        .nfkd()
        // There and back, so that letters with several forms (ẞ, ß and ss; ς and σ) meet.
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !joins_letters(*c));
    for c in letters {
        if c.is_alphanumeric() {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.push(without_stroke(c));
        } else {
            gap = true;
        }
    }
    folded
}

/// The distinct folded tokens of a text in the order they first occur, each cut to [`TOKEN_CHARS`].
pub fn tokens(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut seen = HashSet::new();
    folded
        .split(' ')
        .filter(|t| !t.is_empty())
        .map(first_chars)
        .filter(|t| seen.insert(*t))
        .map(str::to_owned)
        .collect()
}

/// The form in which texts are compared with their diacritics: tones in place, lower case, every run of other
/// characters one space, trimmed.
pub fn exact(text: &str) -> String {
    let unified = normalise_tones(text);
    let is_part = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    unified.split(|c| !is_part(c)).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The text with its diacritics, composed (NFC), lower case, each syllable's tone on the vowel where the traditional
/// spelling puts it: "hoà" becomes "hòa", "thuỷ" becomes "thủy". What is not a Vietnamese syllable stays as it is.
pub fn normalise_tones(text: &str) -> String {
    let lower: String = text.nfc().flat_map(char::to_lowercase).nfc().collect();
    let mut unified = String::with_capacity(lower.len());
    let mut rest = lower.as_str();
    while let Some(start) = rest.find(char::is_alphabetic) {
        let (between, word_on) = rest.split_at(start);
        let end =
            word_on.find(|c: char| !c.is_alphabetic() && !is_combining_mark(c)).unwrap_or(word_on.len());
        let (word, after) = word_on.split_at(end);
        unified.push_str(between);
        match with_tone_in_place(word) {
            Some(syllable) => unified.push_str(&syllable),
            None => unified.push_str(word),
        }
        rest = after;
    }
    unified.push_str(rest);
    unified
}

/// đ has no decomposition; ð is the letter that old Vietnamese fonts and keyboards put in its place.
fn without_stroke(c: char) -> char {
    match c {
        'đ' | 'ð' => 'd',
        other => other,
    }
}

/// Invisible characters inside a word, which do not end it: soft hyphen, joiners, byte order mark.
fn joins_letters(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200C}' | '\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

fn first_chars(token: &str) -> &str {
    token.char_indices().nth(TOKEN_CHARS).map_or(token, |(end, _)| &token[..end])
}

/// "nghiêng" is the longest syllable there is.
const SYLLABLE_CHARS: usize = 7;

/// The syllable with its tone in place; `None` for anything that is not one syllable with one tone.
fn with_tone_in_place(word: &str) -> Option<String> {
    let mut letters = ['\0'; SYLLABLE_CHARS];
    let mut length = 0;
    let mut tone = None;
    for c in word.chars() {
        let (letter, own_tone) = split_tone(c);
        *letters.get_mut(length)? = letter;
        length += 1;
        if own_tone.is_some() && tone.replace(own_tone?).is_some() {
            return None;
        }
    }
    let letters = &letters[..length];
    let tone = tone?;
    let bearer = tone_bearer(letters)?;
    let placed = letters.iter().enumerate().flat_map(|(at, letter)| {
        let tone = (at == bearer).then_some(tone);
        std::iter::once(*letter).chain(tone)
    });
    Some(placed.nfc().collect())
}

/// A composed letter as its toneless letter and its tone mark.
fn split_tone(c: char) -> (char, Option<char>) {
    let mut tone = None;
    let letter: String = std::iter::once(c)
        .nfd()
        .filter(|part| {
            if is_tone(*part) {
                tone = Some(*part);
                false
            } else {
                true
            }
        })
        .nfc()
        .collect();
    let mut parts = letter.chars();
    match (parts.next(), parts.next()) {
        (Some(letter), None) => (letter, tone),
        _ => (c, None),
    }
}

/// Huyền, sắc, ngã, hỏi, nặng.
fn is_tone(mark: char) -> bool {
    matches!(mark, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'ă' | 'â' | 'e' | 'ê' | 'i' | 'o' | 'ô' | 'ơ' | 'u' | 'ư' | 'y')
}

/// The place of the letter that carries the tone, in toneless letters; `None` if they do not spell a syllable.
fn tone_bearer(letters: &[char]) -> Option<usize> {
    let first_vowel = letters.iter().position(|c| is_vowel(*c))?;
    let vowel_follows = letters.get(first_vowel + 1).is_some_and(|c| is_vowel(*c));
    // In "qu" and "gi" the vowel sign belongs to the consonant as soon as another vowel follows.
    let start = match &letters[..=first_vowel] {
        ['q', 'u'] | ['g', 'i'] if vowel_follows => first_vowel + 1,
        _ => first_vowel,
    };
    let nucleus = letters[start..].iter().take_while(|c| is_vowel(**c)).count();
    let coda: String = letters[start + nucleus..].iter().collect();
    if !matches!(coda.as_str(), "" | "c" | "ch" | "m" | "n" | "ng" | "nh" | "p" | "t") {
        return None;
    }
    let vowels = &letters[start..start + nucleus];
    let marked = vowels.iter().rposition(|c| matches!(c, 'ă' | 'â' | 'ê' | 'ô' | 'ơ'));
    let horned = vowels.iter().position(|c| *c == 'ư');
    let within = match (marked.or(horned), nucleus) {
        (Some(at), _) => at,
        (None, 1) => 0,
        (None, 2) if coda.is_empty() => 0,
        (None, 2 | 3) => 1,
        (None, _) => return None,
    };
    Some(start + within)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folding_takes_off_every_vietnamese_mark() {
        let table = [
            ("Giấy khai sinh", "giay khai sinh"),
            ("ĐĂNG KÝ KẾT HÔN", "dang ky ket hon"),
            ("hoà", "hoa"),
            ("hòa", "hoa"),
            ("Thuỷ", "thuy"),
            ("thủy", "thuy"),
            ("Nguyễn Thị Thương Huyền", "nguyen thi thuong huyen"),
            ("Ðỗ Ðức (old font)", "do duc old font"),
            ("  Số: 12/2026/QĐ-UBND ", "so 12 2026 qd ubnd"),
            ("ưỡn ẹo — ợ!", "uon eo o"),
            ("a\u{302}\u{301}u", "au"),
            ("thành\u{AD}phố", "thanhpho"),
            ("①ﬁle", "1file"),
            ("...", ""),
        ];
        for (text, expected) in table {
            assert_eq!(fold(text), expected, "{text}");
        }
    }

    #[test]
    fn tone_placement_is_unified_and_diacritics_stay() {
        let table = [
            ("hoà", "hòa"),
            ("hòa", "hòa"),
            ("Thuỷ", "thủy"),
            ("khoẻ", "khỏe"),
            ("uỷ ban", "ủy ban"),
            ("quý", "quý"),
            ("qúy", "quý"),
            ("quốc", "quốc"),
            ("quyết", "quyết"),
            ("già", "già"),
            ("gìa", "già"),
            ("gì", "gì"),
            ("giếng", "giếng"),
            ("giữa", "giữa"),
            ("hoàn toàn", "hoàn toàn"),
            ("huỳnh", "huỳnh"),
            ("ngoài", "ngoài"),
            ("khuỷu", "khuỷu"),
            ("rượu", "rượu"),
            ("thuở", "thuở"),
            ("cửa", "cửa"),
            ("cứu", "cứu"),
            ("múa", "múa"),
            ("nghiễng", "nghiễng"),
            ("Đoá hoa", "đóa hoa"),
            ("café", "café"),
            ("résumé", "résumé"),
            ("España", "españa"),
            ("ho\u{300}a", "hòa"),
        ];
        for (text, expected) in table {
            assert_eq!(normalise_tones(text), expected, "{text}");
        }
    }

    #[test]
    fn tokens_are_distinct_in_order_and_cut() {
        assert_eq!(tokens("Khai sinh, khai SINH của bé"), ["khai", "sinh", "cua", "be"]);
        assert_eq!(tokens(&"ấ".repeat(50)), ["a".repeat(40)]);
        assert!(tokens(" -- ").is_empty());
    }

    fn vietnamese() -> impl Strategy<Value = String> {
        "[a-zA-ZđĐăâêôơưÀ-ỹ\u{300}\u{301}\u{303}\u{309}\u{323} .-]{0,24}"
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
        }

        #[test]
        fn folding_is_blind_to_composition_case_and_tone_place(text in vietnamese()) {
            let folded = fold(&text);
            prop_assert_eq!(fold(&text.nfd().collect::<String>()), folded.clone());
            prop_assert_eq!(fold(&text.to_uppercase()), folded.clone());
            prop_assert_eq!(fold(&normalise_tones(&text)), folded);
        }

        #[test]
        fn unifying_tones_twice_is_unifying_once(text in vietnamese()) {
            let once = normalise_tones(&text);
            prop_assert_eq!(normalise_tones(&once), once.clone());
        }
    }
}
