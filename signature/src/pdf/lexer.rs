//! Tokens of PDF syntax and where they stand (ISO 32000-2, 7.2 and 7.3).

use std::ops::Range;

#[derive(Debug, Clone, PartialEq)]
pub enum Token<'a> {
    Integer(i64),
    Real(f64),
    String(Box<[u8]>),
    Name(Box<[u8]>),
    ArrayStart,
    ArrayEnd,
    DictionaryStart,
    DictionaryEnd,
    Keyword(&'a [u8]),
    End,
}

#[derive(Debug, Clone)]
pub struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

pub const fn is_white(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

pub const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

const fn is_regular(byte: u8) -> bool {
    !is_white(byte) && !is_delimiter(byte)
}

pub const fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

impl<'a> Lexer<'a> {
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at: at.min(bytes.len()) }
    }

    pub fn position(&self) -> usize {
        self.at
    }

    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub fn skip_white(&mut self) {
        while self.peek().is_some_and(is_white) {
            self.at += 1;
        }
    }

    /// Past white space and comments.
    pub fn skip_blank(&mut self) {
        loop {
            self.skip_white();
            if self.peek() != Some(b'%') {
                return;
            }
            while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                self.at += 1;
            }
        }
    }

    /// Takes these bytes if they come next.
    pub fn eat(&mut self, wanted: &[u8]) -> bool {
        let comes = self.bytes[self.at..].starts_with(wanted);
        if comes {
            self.at += wanted.len();
        }
        comes
    }

    pub fn spanned(&mut self) -> (Token<'a>, Range<usize>) {
        self.skip_blank();
        let start = self.at;
        let token = self.next();
        (token, start..self.at)
    }

    pub fn next(&mut self) -> Token<'a> {
        self.skip_blank();
        let Some(byte) = self.peek() else { return Token::End };
        match byte {
            b'/' => {
                self.at += 1;
                Token::Name(self.name())
            }
            b'(' => {
                self.at += 1;
                Token::String(self.literal_string())
            }
            b'<' if self.eat(b"<<") => Token::DictionaryStart,
            b'<' => {
                self.at += 1;
                Token::String(self.hex_string())
            }
            b'>' if self.eat(b">>") => Token::DictionaryEnd,
            b'[' => self.single(Token::ArrayStart),
            b']' => self.single(Token::ArrayEnd),
            b'+' | b'-' | b'.' | b'0'..=b'9' => self.number(),
            _ if is_delimiter(byte) => {
                self.at += 1;
                Token::Keyword(&self.bytes[self.at - 1..self.at])
            }
            _ => Token::Keyword(self.regular()),
        }
    }

    /// An integer that is not negative, or nothing taken.
    pub fn unsigned(&mut self) -> Option<u64> {
        let before = self.at;
        if let Token::Integer(value) = self.next()
            && let Ok(value) = u64::try_from(value)
        {
            return Some(value);
        }
        self.at = before;
        None
    }

    pub fn keyword(&mut self, wanted: &[u8]) -> bool {
        let before = self.at;
        let comes = matches!(self.next(), Token::Keyword(word) if word == wanted);
        if !comes {
            self.at = before;
        }
        comes
    }

    fn single(&mut self, token: Token<'a>) -> Token<'a> {
        self.at += 1;
        token
    }

    fn regular(&mut self) -> &'a [u8] {
        let start = self.at;
        while self.peek().is_some_and(is_regular) {
            self.at += 1;
        }
        &self.bytes[start..self.at]
    }

    fn number(&mut self) -> Token<'a> {
        let word = self.regular();
        let digits = word.strip_prefix(b"+").or_else(|| word.strip_prefix(b"-")).unwrap_or(word);
        if !digits.is_empty() && digits.len() <= 18 && digits.iter().all(u8::is_ascii_digit) {
            let value = digits.iter().fold(0i64, |value, digit| value * 10 + i64::from(digit - b'0'));
            return Token::Integer(if word[0] == b'-' { -value } else { value });
        }
        let plain = digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
        match std::str::from_utf8(word).ok().and_then(|word| word.parse::<f64>().ok()) {
            Some(value) if plain => Token::Real(value),
            _ => Token::Keyword(word),
        }
    }

    fn name(&mut self) -> Box<[u8]> {
        let raw = self.regular();
        if !raw.contains(&b'#') {
            return raw.into();
        }
        let mut name = Vec::with_capacity(raw.len());
        let mut rest = raw;
        while let Some((&byte, after)) = rest.split_first() {
            let escaped = match after {
                [high, low, ..] if byte == b'#' => hex_digit(*high).zip(hex_digit(*low)),
                _ => None,
            };
            match escaped {
                Some((high, low)) => {
                    name.push(high << 4 | low);
                    rest = &after[2..];
                }
                None => {
                    name.push(byte);
                    rest = after;
                }
            }
        }
        name.into()
    }

    /// After the opening parenthesis; a string without an end goes to the end of the bytes.
    fn literal_string(&mut self) -> Box<[u8]> {
        let mut value = Vec::new();
        let mut depth = 1usize;
        while let Some(byte) = self.take() {
            match byte {
                b'\\' => self.escape(&mut value),
                b'(' => {
                    depth += 1;
                    value.push(byte);
                }
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                    value.push(byte);
                }
                b'\r' => {
                    self.eat(b"\n");
                    value.push(b'\n');
                }
                _ => value.push(byte),
            }
        }
        value.into()
    }

    fn escape(&mut self, value: &mut Vec<u8>) {
        let Some(byte) = self.take() else { return };
        match byte {
            b'n' => value.push(b'\n'),
            b'r' => value.push(b'\r'),
            b't' => value.push(b'\t'),
            b'b' => value.push(8),
            b'f' => value.push(12),
            b'\n' => {}
            b'\r' => {
                self.eat(b"\n");
            }
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    self.at += 1;
                    code = code * 8 + u32::from(digit - b'0');
                }
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "7.3.4.2: high-order overflow is ignored"
                )]
                value.push(code as u8);
            }
            _ => value.push(byte),
        }
    }

    /// After the opening angle bracket; what is no digit is passed over.
    fn hex_string(&mut self) -> Box<[u8]> {
        let mut value = Vec::new();
        let mut high = None;
        while let Some(byte) = self.take() {
            if byte == b'>' {
                break;
            }
            let Some(digit) = hex_digit(byte) else { continue };
            match high.take() {
                None => high = Some(digit),
                Some(high) => value.push(high << 4 | digit),
            }
        }
        value.extend(high.map(|high| high << 4));
        value.into()
    }

    fn take(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }
}
