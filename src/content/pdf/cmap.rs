//! From the codes of a font to text: `ToUnicode` maps (ISO 32000-1, 9.10.3; Adobe Technical Note 5411).

use std::collections::HashMap;
use std::ops::Range;

use super::object::{Lexer, Object, Token};

/// A font has at most 65,536 codes; what a map says beyond is not kept.
const CODES: usize = 65_536;
/// The longest text one code may stand for, in UTF-16 units; the longest ligature known has 18 characters.
const UNITS: usize = 32;

/// What each code of a font means.
#[derive(Default)]
pub struct ToUnicode {
    /// All texts, one after the other.
    texts: String,
    codes: HashMap<u32, Range<u32>>,
    /// First and last code, and the text of the first; sorted by the first code.
    ranges: Vec<(u32, u32, Range<u32>)>,
}

impl ToUnicode {
    pub fn parse(map: &[u8]) -> Self {
        let mut parsed = Self::default();
        let mut lexer = Lexer::new(map, 0);
        loop {
            match lexer.next_token() {
                Token::Keyword(b"beginbfchar") => parsed.read_codes(&mut lexer),
                Token::Keyword(b"beginbfrange") => parsed.read_ranges(&mut lexer),
                Token::End => break,
                Token::Keyword(_) | Token::Object(_) => {}
            }
        }
        parsed.ranges.sort_by_key(|(first, last, _)| (*first, *last));
        parsed
    }

    pub fn is_empty(&self) -> bool {
        self.codes.is_empty() && self.ranges.is_empty()
    }

    /// Appends the text of a code; `false` if the map has none.
    pub fn push_text(&self, code: u32, text: &mut String) -> bool {
        if let Some(range) = self.codes.get(&code) {
            text.push_str(self.slice(range));
            return true;
        }
        let after = self.ranges.partition_point(|(first, _, _)| *first <= code);
        let Some((first, last, range)) = after.checked_sub(1).and_then(|at| self.ranges.get(at)) else {
            return false;
        };
        if code > *last {
            return false;
        }
        // The last character counts up with the code.
        let mut characters = self.slice(range).chars();
        let counted =
            characters.next_back().and_then(|c| char::from_u32(u32::from(c).checked_add(code - first)?));
        text.push_str(characters.as_str());
        text.extend(counted);
        true
    }

    fn slice(&self, range: &Range<u32>) -> &str {
        self.texts.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    fn is_full(&self) -> bool {
        self.codes.len() + self.ranges.len() >= CODES
    }

    fn read_codes(&mut self, lexer: &mut Lexer<'_>) {
        while let Some(Object::String(code)) = lexer.next_object() {
            let Some(Object::String(text)) = lexer.next_object() else { return };
            if !self.is_full() {
                let text = self.keep(&text);
                self.codes.insert(code_of(&code), text);
            }
        }
    }

    fn read_ranges(&mut self, lexer: &mut Lexer<'_>) {
        while let Some(Object::String(first)) = lexer.next_object() {
            let Some(Object::String(last)) = lexer.next_object() else { return };
            let (first, last) = (code_of(&first), code_of(&last));
            match lexer.next_object() {
                Some(Object::String(text)) if !self.is_full() => {
                    let text = self.keep(&text);
                    self.ranges.push((first, last, text));
                }
                Some(Object::Array(texts)) => {
                    for (code, text) in (first..=last).zip(texts.iter()) {
                        if let Object::String(text) = text
                            && !self.is_full()
                        {
                            let text = self.keep(text);
                            self.codes.insert(code, text);
                        }
                    }
                }
                Some(_) => {}
                None => return,
            }
        }
    }

    fn keep(&mut self, utf16: &[u8]) -> Range<u32> {
        let start = self.texts.len() as u32;
        // Some writers leave out the zero byte of ASCII.
        let lone = <[u8; 1]>::try_from(utf16).ok().map(|[byte]| u16::from(byte));
        let pairs = utf16.chunks_exact(2).take(UNITS).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        let units = lone.into_iter().chain(pairs);
        self.texts.extend(char::decode_utf16(units).filter_map(Result::ok));
        start..self.texts.len() as u32
    }
}

fn code_of(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |code, byte| code << 8 | u32::from(*byte))
}
