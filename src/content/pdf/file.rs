//! Where the objects of a PDF file are.
//!
//! The cross-reference table is not used: it is what damage and malice touch first, and a search needs only the last object of
//! each number, which one pass over the file finds. Nothing read is kept but positions and unpacked object streams.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use memchr::memmem;

use super::filter;
use super::object::{Dictionary, Lexer, Object, is_space};
use crate::content::text::{TextError, TextLimits};

/// The most objects a file may have; a scanned book has tens of thousands.
const OBJECTS: usize = 1_000_000;
/// How often a reference may lead to a reference.
const HOPS: usize = 16;
/// What stands at the end of a file and names its encryption; an update adds one.
const TRAILERS: usize = 32;

#[derive(Clone, Copy)]
enum Place {
    /// Behind `N G obj` in the file.
    InFile(usize),
    /// In an unpacked object stream (7.5.7).
    InStream { stream: usize, at: usize },
}

/// A PDF file, and what may still be spent on reading it.
pub struct File<'a> {
    bytes: &'a [u8],
    places: HashMap<u32, Place>,
    unpacked: Vec<Vec<u8>>,
    catalog: Option<u32>,
    is_encrypted: bool,
    /// Bytes that may still be read as objects, counted each time they are read.
    work: Cell<u64>,
    /// Bytes that may still be decompressed.
    room: Cell<usize>,
}

impl<'a> File<'a> {
    pub fn open(bytes: &'a [u8], limits: &TextLimits) -> Result<Self, TextError> {
        let mut file = File {
            bytes,
            places: HashMap::new(),
            unpacked: Vec::new(),
            catalog: None,
            is_encrypted: false,
            work: Cell::new(limits.inflated_bytes as u64 * 4),
            room: Cell::new(limits.inflated_bytes),
        };
        file.find_objects()?;
        file.read_trailers();
        if file.is_encrypted { Err(TextError::Encrypted) } else { Ok(file) }
    }

    /// The file's catalog; an update's replaces the one before.
    pub fn catalog(&self) -> Object {
        self.catalog.map_or(Object::Null, |number| self.get(number))
    }

    /// Every object's number, in order.
    pub fn numbers(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = self.places.keys().copied().collect();
        numbers.sort_unstable();
        numbers
    }

    /// The budget is spent; everything read from now on is null.
    pub fn is_exhausted(&self) -> bool {
        self.work.get() == 0
    }

    /// Counts bytes that were gone over.
    pub fn spend(&self, bytes: usize) {
        // Each step costs something even if it reads nothing, so that no loop is free.
        self.work.set(self.work.get().saturating_sub(bytes as u64 + 64));
    }

    pub fn get(&self, number: u32) -> Object {
        let (bytes, at) = match self.places.get(&number) {
            Some(Place::InFile(at)) => (self.bytes, *at),
            Some(Place::InStream { stream, at }) => {
                (self.unpacked.get(*stream).map_or(&[][..], Vec::as_slice), *at)
            }
            None => return Object::Null,
        };
        self.read_at(bytes, at).0
    }

    /// The object itself where `object` is a reference.
    pub fn resolve(&self, object: &Object) -> Object {
        let mut object = object.clone();
        for _ in 0..HOPS {
            let Object::Reference(number) = object else { return object };
            object = self.get(number);
        }
        Object::Null
    }

    /// The value of a key, resolved; null if there is none.
    pub fn value(&self, dictionary: &Dictionary, key: &[u8]) -> Object {
        dictionary.get(key).map_or(Object::Null, |value| self.resolve(value))
    }

    /// The dictionary and the decoded bytes of the stream that `object` refers to.
    pub fn stream(&self, object: &Object) -> Option<(Rc<Dictionary>, Vec<u8>)> {
        let mut object = object.clone();
        for _ in 0..HOPS {
            let Object::Reference(number) = object else { return None };
            let Some(Place::InFile(at)) = self.places.get(&number) else { return None };
            let (read, after) = self.read_at(self.bytes, *at);
            let Some(dictionary) = read.dictionary() else {
                object = read;
                continue;
            };
            let start = stream_start(self.bytes, after)?;
            let length = self.value(dictionary, b"Length").count();
            let content = &self.bytes[start..self.stream_end(start, length)];
            let decoded = filter::decode(self, dictionary, content, &self.room)?;
            return Some((Rc::clone(dictionary), decoded));
        }
        None
    }

    /// The object at a place and the position after it.
    fn read_at(&self, bytes: &[u8], at: usize) -> (Object, usize) {
        if self.is_exhausted() {
            return (Object::Null, bytes.len());
        }
        let mut lexer = Lexer::new(bytes, at);
        let object = lexer.next_object().unwrap_or(Object::Null);
        self.spend(lexer.position() - at.min(bytes.len()));
        (object, lexer.position())
    }

    fn find_objects(&mut self) -> Result<(), TextError> {
        let bytes = self.bytes;
        let mut at = 0;
        while let Some(found) = memmem::find(&bytes[at..], b"obj") {
            let keyword = at + found;
            at = keyword + 3;
            let Some(number) = number_before(&bytes[..keyword]) else { continue };
            self.note_place(number, Place::InFile(at))?;
            let (object, after) = self.read_at(bytes, at);
            if self.is_exhausted() {
                return Err(TextError::TooLarge);
            }
            // An object that never ends swallows nothing that stands behind its beginning.
            if after >= bytes.len() {
                continue;
            }
            at = after;
            let Some(dictionary) = object.dictionary() else { continue };
            self.note_dictionary(number, dictionary);
            if let Some(start) = stream_start(bytes, after) {
                at = self.stream_end(start, dictionary.get(&b"Length"[..]).and_then(Object::count));
                if dictionary.get(&b"Type"[..]).is_some_and(|kind| kind.is_name(b"ObjStm")) {
                    self.unpack(dictionary, &bytes[start..at])?;
                }
            }
        }
        Ok(())
    }

    fn note_place(&mut self, number: u32, place: Place) -> Result<(), TextError> {
        self.places.insert(number, place);
        if self.places.len() > OBJECTS { Err(TextError::TooLarge) } else { Ok(()) }
    }

    fn note_dictionary(&mut self, number: u32, dictionary: &Dictionary) {
        let Some(kind) = dictionary.get(&b"Type"[..]) else { return };
        if kind.is_name(b"Catalog") {
            self.catalog = Some(number);
        }
        // A cross-reference stream is a trailer as well (7.5.8.2).
        if kind.is_name(b"XRef") && dictionary.contains_key(&b"Encrypt"[..]) {
            self.is_encrypted = true;
        }
    }

    fn read_trailers(&mut self) {
        for at in memmem::rfind_iter(self.bytes, b"trailer").take(TRAILERS) {
            let (trailer, _) = self.read_at(self.bytes, at + b"trailer".len());
            if trailer.dictionary().is_some_and(|d| d.contains_key(&b"Encrypt"[..])) {
                self.is_encrypted = true;
            }
        }
    }

    /// Notes the objects of an object stream: pairs of number and offset, then the objects.
    fn unpack(&mut self, dictionary: &Dictionary, content: &[u8]) -> Result<(), TextError> {
        let Some(unpacked) = filter::decode(self, dictionary, content, &self.room) else { return Ok(()) };
        let count = dictionary.get(&b"N"[..]).and_then(Object::count).unwrap_or(0);
        let first = dictionary.get(&b"First"[..]).and_then(Object::count).unwrap_or(0) as usize;
        let mut header = Lexer::new(&unpacked[..first.min(unpacked.len())], 0);
        let stream = self.unpacked.len();
        for _ in 0..count {
            let pair =
                (header.next_object().and_then(|o| o.count()), header.next_object().and_then(|o| o.count()));
            let (Some(number), Some(offset)) = pair else { break };
            let at = first.saturating_add(offset as usize);
            self.note_place(number, Place::InStream { stream, at })?;
            let (object, _) = self.read_at(&unpacked, at);
            if let Some(dictionary) = object.dictionary() {
                self.note_dictionary(number, dictionary);
            }
        }
        self.unpacked.push(unpacked);
        Ok(())
    }

    /// Where a stream's content ends: after its length if `endstream` follows there, else at the next `endstream`.
    fn stream_end(&self, start: usize, length: Option<u32>) -> usize {
        let by_length = length.and_then(|length| start.checked_add(length as usize)).filter(|end| {
            let after = self.bytes.get(*end..).unwrap_or_default();
            let spaces = after.iter().take(4).take_while(|b| is_space(**b)).count();
            after[spaces..].starts_with(b"endstream")
        });
        by_length.unwrap_or_else(|| {
            let rest = &self.bytes[start..];
            let length = memmem::find(rest, b"endstream").unwrap_or(rest.len());
            self.spend(length);
            start + length
        })
    }
}

/// The object number in `… 12 0 ` before the keyword `obj`.
fn number_before(before: &[u8]) -> Option<u32> {
    let (generation_end, number_end);
    let trimmed = before.trim_ascii_end();
    generation_end = trimmed.len();
    let generation_start =
        generation_end - trimmed.iter().rev().take(6).take_while(|b| b.is_ascii_digit()).count();
    let head = &trimmed[..generation_start];
    let number_part = head.trim_ascii_end();
    number_end = number_part.len();
    let number_start =
        number_end - number_part.iter().rev().take(11).take_while(|b| b.is_ascii_digit()).count();
    if generation_start == generation_end || number_part.len() == head.len() {
        return None;
    }
    std::str::from_utf8(&number_part[number_start..]).ok()?.parse().ok()
}

/// The first byte of a stream's content, if the keyword `stream` stands at `at` (7.3.8.1).
fn stream_start(bytes: &[u8], at: usize) -> Option<usize> {
    let after = bytes.get(at..)?;
    let spaces = after.iter().take(64).take_while(|b| is_space(**b)).count();
    let content = after[spaces..].strip_prefix(b"stream")?;
    let line_end = match content {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    };
    Some(at + spaces + b"stream".len() + line_end)
}
