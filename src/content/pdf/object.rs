//! The objects of PDF and the reading of them from bytes (ISO 32000-1, 7.2 and 7.3).

use std::collections::BTreeMap;
use std::rc::Rc;

/// How deep arrays and dictionaries may lie in each other.
const DEPTH: u32 = 32;
/// How many objects one outermost object may hold; a page's resources or a font's widths hold a few thousand.
const ELEMENTS: u32 = 100_000;

pub type Dictionary = BTreeMap<Rc<[u8]>, Object>;

/// An object. Copies are cheap and share what they hold.
#[derive(Clone, Debug)]
pub enum Object {
    Null,
    Number(f64),
    Name(Rc<[u8]>),
    String(Rc<[u8]>),
    Array(Rc<Vec<Object>>),
    Dictionary(Rc<Dictionary>),
    /// The number of an indirect object. Generations are not told apart: the last object of a number in the file is meant.
    Reference(u32),
}

impl Object {
    pub fn number(&self) -> Option<f64> {
        if let Object::Number(number) = self { Some(*number) } else { None }
    }

    /// A whole number that is not negative.
    pub fn count(&self) -> Option<u32> {
        self.number().filter(|n| (0.0..=f64::from(u32::MAX)).contains(n)).map(|n| n as u32)
    }

    pub fn is_name(&self, name: &[u8]) -> bool {
        matches!(self, Object::Name(own) if **own == *name)
    }

    pub fn array(&self) -> Option<&Rc<Vec<Object>>> {
        if let Object::Array(array) = self { Some(array) } else { None }
    }

    pub fn dictionary(&self) -> Option<&Rc<Dictionary>> {
        if let Object::Dictionary(dictionary) = self { Some(dictionary) } else { None }
    }
}

/// What stands next in a stream of objects.
pub enum Token<'a> {
    Object(Object),
    /// An operator or a word of the file's structure.
    Keyword(&'a [u8]),
    End,
}

enum Inner<'a> {
    Token(Token<'a>),
    CloseArray,
    CloseDictionary,
}

/// Reads objects one after the other; damage is skipped, and every call moves on or ends.
pub struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    room: u32,
    /// An object was too deep or too large: nothing more is read.
    has_stopped: bool,
}

impl<'a> Lexer<'a> {
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at: at.min(bytes.len()), room: 0, has_stopped: false }
    }

    /// The position after what was read last.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Goes on at another place.
    pub fn skip_to(&mut self, at: usize) {
        self.at = at.clamp(self.at, self.bytes.len());
    }

    pub fn next_token(&mut self) -> Token<'a> {
        self.room = ELEMENTS;
        loop {
            if let Inner::Token(token) = self.next_inner(DEPTH) {
                return token;
            }
        }
    }

    /// The next object; `None` at a keyword or the end.
    pub fn next_object(&mut self) -> Option<Object> {
        if let Token::Object(object) = self.next_token() { Some(object) } else { None }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next_inner(&mut self, depth: u32) -> Inner<'a> {
        self.skip_space();
        let Some(first) = self.peek() else { return Inner::Token(Token::End) };
        self.has_stopped |= self.room == 0 || depth == 0;
        if self.has_stopped {
            return Inner::Token(Token::End);
        }
        self.room -= 1;
        let second = self.bytes.get(self.at + 1);
        let object = match (first, second) {
            (b'/', _) => self.name(),
            (b'(', _) => self.literal_string(),
            (b'<', Some(b'<')) => {
                self.at += 2;
                self.dictionary(depth)
            }
            (b'<', _) => self.hex_string(),
            (b'[', _) => {
                self.at += 1;
                self.array(depth)
            }
            (b']', _) => {
                self.at += 1;
                return Inner::CloseArray;
            }
            (b'>', Some(b'>')) => {
                self.at += 2;
                return Inner::CloseDictionary;
            }
            (b'+' | b'-' | b'.' | b'0'..=b'9', _) => self.number_or_reference(),
            _ => match self.keyword() {
                b"null" | b"true" | b"false" => Object::Null,
                keyword => return Inner::Token(Token::Keyword(keyword)),
            },
        };
        Inner::Token(Token::Object(object))
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'%' => {
                    let rest = &self.bytes[self.at..];
                    self.at += memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
                }
                _ if is_space(byte) => self.at += 1,
                _ => return,
            }
        }
    }

    /// A run of regular characters, or one stray delimiter.
    fn keyword(&mut self) -> &'a [u8] {
        let start = self.at;
        while self.peek().is_some_and(is_regular) {
            self.at += 1;
        }
        self.at = self.at.max(start + 1);
        &self.bytes[start..self.at]
    }

    fn name(&mut self) -> Object {
        self.at += 1;
        let start = self.at;
        while self.peek().is_some_and(is_regular) {
            self.at += 1;
        }
        let written = &self.bytes[start..self.at];
        if !written.contains(&b'#') {
            return Object::Name(written.into());
        }
        let mut name = Vec::with_capacity(written.len());
        let mut rest = written;
        while let [first, tail @ ..] = rest {
            match (first, tail) {
                (b'#', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    name.push(hex_value(*high) << 4 | hex_value(*low));
                    rest = after;
                }
                _ => {
                    name.push(*first);
                    rest = tail;
                }
            }
        }
        Object::Name(name.into())
    }

    fn number_or_reference(&mut self) -> Object {
        let start = self.at;
        let number = self.number();
        // "12 0 R": only a plain whole number can begin a reference.
        if self.bytes[start..self.at].iter().all(u8::is_ascii_digit) {
            let after = self.at;
            if self.is_reference_rest() {
                return Object::Number(number).count().map_or(Object::Null, Object::Reference);
            }
            self.at = after;
        }
        Object::Number(number)
    }

    fn is_reference_rest(&mut self) -> bool {
        let digits = |lexer: &mut Self| {
            let start = lexer.at;
            while lexer.at - start < 6 && lexer.peek().is_some_and(|b| b.is_ascii_digit()) {
                lexer.at += 1;
            }
            lexer.at > start
        };
        let spaces = |lexer: &mut Self| {
            let start = lexer.at;
            while lexer.at - start < 16 && lexer.peek().is_some_and(is_space) {
                lexer.at += 1;
            }
            lexer.at > start
        };
        if !(spaces(self) && digits(self) && spaces(self)) || self.peek() != Some(b'R') {
            return false;
        }
        self.at += 1;
        !self.peek().is_some_and(is_regular)
    }

    fn number(&mut self) -> f64 {
        let start = self.at;
        self.at += 1;
        while self.peek().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')) {
            self.at += 1;
        }
        let written = &self.bytes[start..self.at];
        let written = written.get(..40).unwrap_or(written);
        std::str::from_utf8(written).ok().and_then(|text| text.parse().ok()).unwrap_or(0.0)
    }

    fn array(&mut self, depth: u32) -> Object {
        let mut array = Vec::new();
        loop {
            match self.next_inner(depth - 1) {
                Inner::Token(Token::Object(object)) => array.push(object),
                Inner::Token(Token::Keyword(_)) | Inner::CloseDictionary => {}
                Inner::CloseArray | Inner::Token(Token::End) => return Object::Array(Rc::new(array)),
            }
        }
    }

    fn dictionary(&mut self, depth: u32) -> Object {
        let mut dictionary = Dictionary::new();
        let mut key = None;
        loop {
            match self.next_inner(depth - 1) {
                Inner::Token(Token::Object(object)) => match (key.take(), object) {
                    (None, Object::Name(name)) => key = Some(name),
                    (None, _) => {}
                    (Some(key), object) => {
                        dictionary.insert(key, object);
                    }
                },
                Inner::Token(Token::Keyword(_)) | Inner::CloseArray => {}
                Inner::CloseDictionary | Inner::Token(Token::End) => {
                    return Object::Dictionary(Rc::new(dictionary));
                }
            }
        }
    }

    fn hex_string(&mut self) -> Object {
        let rest = &self.bytes[self.at + 1..];
        let end = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        self.at += (end + 2).min(rest.len() + 1);
        Object::String(decode_hex(&rest[..end]).into())
    }

    fn literal_string(&mut self) -> Object {
        self.at += 1;
        let mut string = Vec::new();
        let mut open = 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' if open == 1 => break,
                b')' => open -= 1,
                b'\\' => {
                    self.escape(&mut string);
                    continue;
                }
                _ => {}
            }
            string.push(byte);
        }
        Object::String(string.into())
    }

    fn escape(&mut self, string: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => string.push(b'\n'),
            b'r' => string.push(b'\r'),
            b't' => string.push(b'\t'),
            b'b' => string.push(8),
            b'f' => string.push(12),
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                // High-order overflow is ignored (7.3.4.2).
                string.push((code & 0xFF) as u8);
            }
            other => string.push(other),
        }
    }
}

/// The bytes that hexadecimal digits spell; anything else among them is skipped, and an odd last digit counts as its high half.
pub fn decode_hex(digits: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = digits.iter().filter(|b| b.is_ascii_hexdigit()).map(|b| hex_value(*b)).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit.wrapping_sub(b'A').wrapping_add(10) & 0xF,
    }
}

pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0 | 12)
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}
