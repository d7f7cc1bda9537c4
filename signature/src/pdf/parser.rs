//! Objects from tokens (ISO 32000-2, 7.3).

use std::{cell::Cell, ops::Range};

use memchr::memmem;

use super::{
    lexer::{Lexer, Token, is_white},
    object::{Dictionary, Entry, Object, ObjectId, Stream},
};

/// Deeper than any writer nests.
const DEPTH: usize = 64;

/// More direct objects in one than any writer puts there.
const MOST_IN_ONE: usize = 1_000_000;

/// What may be spent on one file. Running out is remembered, because then nothing can be said about the file for certain.
#[derive(Debug)]
pub struct Budget {
    /// Objects that are kept, direct ones too.
    kept: Cell<usize>,
    /// Bytes that come out of filters.
    decoded: Cell<usize>,
    /// Bytes read as tokens; an object may be read more than once, but not a file over and over.
    lexed: Cell<usize>,
    /// Bytes searched for an end of stream that is not where it was announced.
    searched: Cell<usize>,
    /// References followed to learn what an object is used for.
    followed: Cell<usize>,
    pub exceeded: Cell<bool>,
}

impl Budget {
    pub fn new(file_len: usize) -> Self {
        Self {
            kept: Cell::new(6_000_000),
            decoded: Cell::new((32 << 20) + file_len.saturating_mul(4)),
            lexed: Cell::new((32 << 20) + file_len.saturating_mul(16)),
            searched: Cell::new(file_len.saturating_mul(4)),
            followed: Cell::new(500_000 + file_len / 16),
            exceeded: Cell::new(false),
        }
    }

    fn spend(&self, purse: &Cell<usize>, amount: usize) -> bool {
        match purse.get().checked_sub(amount) {
            Some(left) => purse.set(left),
            None => self.exceeded.set(true),
        }
        !self.exceeded.get()
    }

    pub fn keep(&self, objects: usize) -> bool {
        self.spend(&self.kept, objects)
    }

    pub fn follow(&self) -> bool {
        self.spend(&self.followed, 1)
    }

    pub fn decoded_left(&self) -> usize {
        self.decoded.get()
    }

    pub fn spend_decoded(&self, amount: usize) -> bool {
        self.spend(&self.decoded, amount)
    }
}

/// An object with its number, and where it ends.
#[derive(Debug)]
pub struct Indirect {
    pub id: ObjectId,
    pub object: Object,
    pub span: Range<usize>,
    /// How many direct objects are in it.
    pub size: usize,
}

pub struct Parser<'a, 'b> {
    pub lexer: Lexer<'a>,
    budget: &'b Budget,
    /// How many direct objects were read.
    pub size: usize,
}

impl<'a, 'b> Parser<'a, 'b> {
    pub fn new(bytes: &'a [u8], at: usize, budget: &'b Budget) -> Self {
        Self { lexer: Lexer::new(bytes, at), budget, size: 0 }
    }

    /// `12 0 obj … endobj`; `length_of` finds a `/Length` that is kept elsewhere.
    pub fn indirect(&mut self, length_of: impl FnOnce(ObjectId) -> Option<u64>) -> Option<Indirect> {
        let from = self.lexer.position();
        let head = self.head();
        self.charge(from);
        let (start, id) = head?;
        let mut object = self.object()?;
        if let Object::Dictionary(dictionary) = object {
            object = self.stream_of(dictionary, length_of);
        }
        self.lexer.keyword(b"endobj");
        let span = start..self.lexer.position();
        Some(Indirect { id, object, span, size: self.size })
    }

    fn head(&mut self) -> Option<(usize, ObjectId)> {
        self.lexer.skip_blank();
        let start = self.lexer.position();
        let number = u32::try_from(self.lexer.unsigned()?).ok()?;
        let generation = u16::try_from(self.lexer.unsigned()?).ok()?;
        self.lexer.keyword(b"obj").then_some((start, ObjectId { number, generation }))
    }

    pub fn object(&mut self) -> Option<Object> {
        let from = self.lexer.position();
        let token = self.lexer.next();
        let object = self.object_from(token, 0);
        self.charge(from);
        object
    }

    fn charge(&self, from: usize) {
        self.budget.spend(&self.budget.lexed, self.lexer.position() - from);
    }

    fn object_from(&mut self, token: Token<'a>, depth: usize) -> Option<Object> {
        self.size += 1;
        if depth > DEPTH || self.budget.exceeded.get() {
            return None;
        }
        if self.size > MOST_IN_ONE {
            self.budget.exceeded.set(true);
            return None;
        }
        Some(match token {
            Token::Integer(value) => self.reference(value).unwrap_or(Object::Integer(value)),
            Token::Real(value) => Object::Real(value),
            Token::String(value) => Object::String(value),
            Token::Name(name) => Object::Name(name),
            Token::Keyword(b"true") => Object::Boolean(true),
            Token::Keyword(b"false") => Object::Boolean(false),
            Token::Keyword(b"null") => Object::Null,
            Token::ArrayStart => {
                let mut items = Vec::new();
                loop {
                    match self.lexer.next() {
                        Token::ArrayEnd => break Object::Array(items),
                        token => items.push(self.object_from(token, depth + 1)?),
                    }
                }
            }
            Token::DictionaryStart => Object::Dictionary(self.dictionary(depth)?),
            Token::Keyword(_) | Token::ArrayEnd | Token::DictionaryEnd | Token::End => return None,
        })
    }

    fn dictionary(&mut self, depth: usize) -> Option<Dictionary> {
        let mut entries = Vec::new();
        loop {
            match self.lexer.next() {
                Token::DictionaryEnd => return Some(Dictionary::new(entries)),
                Token::Name(key) => {
                    let (token, span) = self.lexer.spanned();
                    let value = self.object_from(token, depth + 1)?;
                    let span = span.start..self.lexer.position();
                    entries.push(Entry { key, value, span });
                }
                _ => return None,
            }
        }
    }

    /// `12 0 R`, of which the first number was read.
    fn reference(&mut self, number: i64) -> Option<Object> {
        let number = u32::try_from(number).ok()?;
        let mut ahead = self.lexer.clone();
        // Most numbers are followed by no digit: do not read the next token twice for them.
        ahead.skip_white();
        if !ahead.peek()?.is_ascii_digit() {
            return None;
        }
        let generation = u16::try_from(ahead.unsigned()?).ok()?;
        if !ahead.keyword(b"R") {
            return None;
        }
        self.lexer = ahead;
        Some(Object::Reference(ObjectId { number, generation }))
    }

    fn stream_of(
        &mut self,
        dictionary: Dictionary,
        length_of: impl FnOnce(ObjectId) -> Option<u64>,
    ) -> Object {
        if !self.lexer.keyword(b"stream") {
            return Object::Dictionary(dictionary);
        }
        // 7.3.8.1: CR LF or LF; readers bear a CR alone.
        if !self.lexer.eat(b"\r\n") && !self.lexer.eat(b"\n") {
            self.lexer.eat(b"\r");
        }
        let start = self.lexer.position();
        let announced = match dictionary.get(b"Length") {
            Some(Object::Integer(length)) => u64::try_from(*length).ok(),
            Some(Object::Reference(id)) => length_of(*id),
            _ => None,
        };
        let end = announced
            .and_then(|length| usize::try_from(length).ok())
            .and_then(|length| start.checked_add(length))
            .filter(|end| self.is_end_of_stream(*end))
            .unwrap_or_else(|| self.search_end_of_stream(start));
        self.lexer = Lexer::new(self.lexer.bytes(), end);
        self.lexer.keyword(b"endstream");
        Object::Stream(Box::new(Stream { dictionary, range: start..end }))
    }

    fn is_end_of_stream(&self, at: usize) -> bool {
        at <= self.lexer.bytes().len() && {
            let mut lexer = Lexer::new(self.lexer.bytes(), at);
            lexer.skip_white();
            self.budget.spend(&self.budget.lexed, lexer.position() - at);
            lexer.eat(b"endstream")
        }
    }

    fn search_end_of_stream(&self, start: usize) -> usize {
        let rest = &self.lexer.bytes()[start..];
        if self.budget.exceeded.get() {
            return start;
        }
        let found = memmem::find(rest, b"endstream");
        if !self.budget.spend(&self.budget.searched, found.unwrap_or(rest.len())) {
            return start;
        }
        let mut end = start + found.unwrap_or(rest.len());
        let bytes = self.lexer.bytes();
        for eol in [b'\n', b'\r'] {
            if end > start && bytes[end - 1] == eol {
                end -= 1;
            }
        }
        end
    }
}

/// Whether nothing but white space and harmless comments stand here. A comment with an object in it is not harmless: readers that repair
/// files look for objects everywhere.
pub fn is_blank(bytes: &[u8]) -> bool {
    let mut lexer = Lexer::new(bytes, 0);
    lexer.skip_blank();
    lexer.position() == bytes.len()
        && (bytes.iter().all(|byte| is_white(*byte)) || memmem::find(bytes, b"obj").is_none())
}
