//! The file as a sequence of revisions, each with its own view of the objects.

use std::{
    borrow::Cow,
    cell::{Cell, OnceCell},
};

use super::{
    Unreadable,
    crypt::Decryption,
    filter,
    object::{Dictionary, Object, ObjectId, Stream},
    parser::{Budget, Indirect, Parser},
    recovery,
    revision::{Chain, Revision},
    stray::Stray,
    xref::Place,
};
use crate::{findings::Code, report::Finding};

/// How deep reading one object may ask for others: the length of a stream in the stream of another.
const NESTING: u32 = 6;

static NULL: Object = Object::Null;

#[derive(Debug)]
pub struct Document<'a> {
    pub(super) file: &'a [u8],
    pub(super) revisions: Vec<Revision>,
    /// Every place that any revision gives an object, by number and then by revision.
    versions: Vec<Version>,
    decryption: Option<Decryption>,
    pub(super) budget: Budget,
    nesting: Cell<u32>,
    pub(super) strays: OnceCell<Vec<Stray>>,
    /// What is wrong with the file as a whole; then no signature of it is sound.
    pub(super) findings: Vec<Finding>,
}

/// One object as one revision wrote it.
#[derive(Debug)]
pub(super) struct Version {
    pub number: u32,
    pub revision: u32,
    pub place: Place,
    parsed: OnceCell<Option<Box<Indirect>>>,
    /// The objects in it, if it is an object stream.
    contents: OnceCell<Option<Box<ObjectStream>>>,
}

#[derive(Debug)]
struct ObjectStream {
    data: Vec<u8>,
    /// Numbers and where they start.
    index: Vec<(u32, usize)>,
}

/// The objects as they were after one revision.
#[derive(Clone, Copy)]
pub(super) struct View<'d, 'a> {
    pub document: &'d Document<'a>,
    pub revision: usize,
}

impl<'a> Document<'a> {
    /// Reads the cross references; objects are read when they are asked for.
    pub fn open(file: &'a [u8]) -> Result<Self, Unreadable> {
        let shift =
            memchr::memmem::find(&file[..file.len().min(1024)], b"%PDF-").ok_or(Unreadable::NotPdf)?;
        let budget = Budget::new(file.len());
        let mut chain = Chain::read(file, 0, &budget)?;
        // Some readers count from the header. A file that they read as another one is two documents.
        if shift > 0
            && let Some(other) = Chain::read(file, shift, &budget)?
        {
            match &mut chain {
                Some(chain) => chain.find(Code::CrossReferenceAmbiguous, shift),
                None => chain = Some(other),
            }
        }
        if let Some(chain) = chain {
            let document = Self::of_chain(file, chain, budget);
            if document.newest().catalog().is_some() || document.revisions.last().is_some_and(is_encrypted) {
                return document.decrypted();
            }
        }
        let chain = recovery::search(file, &Budget::new(file.len())).ok_or(Unreadable::NoCatalog)?;
        Self::of_chain(file, chain, Budget::new(file.len())).decrypted()
    }

    fn of_chain(file: &'a [u8], chain: Chain, budget: Budget) -> Self {
        let mut versions = Vec::with_capacity(chain.places.iter().map(Vec::len).sum());
        for (revision, places) in (0u32..).zip(chain.places) {
            versions.extend(places.into_iter().map(|(number, place)| Version {
                number,
                revision,
                place,
                parsed: OnceCell::new(),
                contents: OnceCell::new(),
            }));
        }
        // Stable, so that of two entries of one revision the later counts.
        versions.sort_by_key(|version| (version.number, version.revision));
        Self {
            file,
            revisions: chain.revisions,
            versions,
            decryption: None,
            budget,
            nesting: Cell::new(0),
            strays: OnceCell::new(),
            findings: chain.findings,
        }
    }

    fn decrypted(mut self) -> Result<Self, Unreadable> {
        let Some(revision) = self.revisions.iter().rev().find(|revision| is_encrypted(revision)) else {
            return Ok(self);
        };
        let first_id = revision.trailer.get(b"ID").and_then(Object::as_array).and_then(|id| id.first());
        let decryption = {
            let view = self.newest();
            let encrypt = view.resolve(revision.trailer.get(b"Encrypt").unwrap_or(&NULL));
            let first_id = first_id.map(|id| view.resolve(id)).and_then(Object::as_string).unwrap_or(b"");
            encrypt.as_dictionary().and_then(|encrypt| Decryption::open(encrypt, first_id))
        };
        self.decryption = Some(decryption.ok_or(Unreadable::Locked)?);
        // What was read on the way here was read without the key.
        for version in &mut self.versions {
            version.parsed = OnceCell::new();
            version.contents = OnceCell::new();
        }
        match self.newest().catalog() {
            Some(_) => Ok(self),
            None => Err(Unreadable::NoCatalog),
        }
    }

    pub(super) fn view(&self, revision: usize) -> View<'_, 'a> {
        View { document: self, revision }
    }

    pub(super) fn newest(&self) -> View<'_, 'a> {
        self.view(self.revisions.len().saturating_sub(1))
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.decryption.is_some()
    }

    pub(super) fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// The object that a version stands for, kept for the next who asks.
    pub(super) fn parsed<'d>(&'d self, version: &'d Version) -> Option<&'d Object> {
        self.parsed_indirect(version).map(|parsed| &parsed.object)
    }

    pub(super) fn parsed_indirect<'d>(&'d self, version: &'d Version) -> Option<&'d Indirect> {
        if version.parsed.get().is_none() {
            let parsed = self.parse(version).filter(|parsed| self.budget.keep(parsed.size)).map(Box::new);
            // Reading may have come back here for the same object; the first answer stays.
            let _ = version.parsed.set(parsed);
        }
        version.parsed.get()?.as_deref()
    }

    /// Reads a version without keeping it.
    pub(super) fn parse(&self, version: &Version) -> Option<Indirect> {
        if self.nesting.get() >= NESTING || self.budget.exceeded.get() {
            return None;
        }
        self.nesting.set(self.nesting.get() + 1);
        let parsed = match version.place {
            Place::Free => None,
            Place::At { offset, .. } => self.parse_at(version, offset),
            Place::In { stream, index } => self.parse_in(version, stream, index),
        };
        self.nesting.set(self.nesting.get() - 1);
        parsed
    }

    /// What stands at an offset, whatever the cross references say.
    pub(super) fn parse_loose(&self, offset: usize) -> Option<Indirect> {
        Parser::new(self.file, offset, &self.budget).indirect(|_| None)
    }

    fn parse_at(&self, version: &Version, offset: usize) -> Option<Indirect> {
        let view = self.view(version.revision as usize);
        let mut parser = Parser::new(self.file, offset, &self.budget);
        let length_of = |id| view.get(id).as_integer().and_then(|length| u64::try_from(length).ok());
        let mut indirect = parser.indirect(length_of).filter(|found| found.id.number == version.number)?;
        if let Some(decryption) = &self.decryption {
            decrypt_strings(decryption, indirect.id, &mut indirect.object);
        }
        Some(indirect)
    }

    fn parse_in(&self, version: &Version, stream: u32, index: u32) -> Option<Indirect> {
        let holder = self.version_of(stream, version.revision as usize)?;
        let contents = self.contents(holder)?;
        let at = |entry: &&(u32, usize)| entry.0 == version.number;
        let (_, start) =
            contents.index.get(index as usize).filter(at).or_else(|| contents.index.iter().find(at))?;
        let mut parser = Parser::new(&contents.data, *start, &self.budget);
        let object = parser.object()?;
        let id = ObjectId { number: version.number, generation: 0 };
        Some(Indirect { id, object, span: *start..parser.lexer.position(), size: parser.size })
    }

    fn contents<'d>(&'d self, holder: &'d Version) -> Option<&'d ObjectStream> {
        if holder.contents.get().is_none() {
            let contents = self.read_contents(holder).map(Box::new);
            let _ = holder.contents.set(contents);
        }
        holder.contents.get()?.as_deref()
    }

    /// ISO 32000-2, 7.5.7.
    fn read_contents(&self, holder: &Version) -> Option<ObjectStream> {
        if matches!(holder.place, Place::In { .. }) {
            return None;
        }
        let view = self.view(holder.revision as usize);
        let stream = self.parsed_indirect(holder)?;
        let body = stream.object.as_stream()?;
        if !body.dictionary.is_of_type(b"ObjStm") {
            return None;
        }
        let data = view.decoded(stream.id, body)?;
        let first = usize::try_from(view.resolve(body.dictionary.get(b"First")?).as_integer()?).ok()?;
        let count = usize::try_from(view.resolve(body.dictionary.get(b"N")?).as_integer()?).ok()?;
        let mut lexer = super::lexer::Lexer::new(&data, 0);
        let mut index = Vec::new();
        while index.len() < count
            && let Some((number, at)) = lexer.unsigned().zip(lexer.unsigned())
        {
            let start = first.checked_add(usize::try_from(at).ok()?)?;
            index.push((u32::try_from(number).ok()?, start));
        }
        Some(ObjectStream { data, index })
    }

    /// What the object is after this revision, if any revision until then placed it.
    pub(super) fn version_of(&self, number: u32, revision: usize) -> Option<&Version> {
        let revision = u32::try_from(revision).ok()?;
        let end =
            self.versions.partition_point(|version| (version.number, version.revision) <= (number, revision));
        self.versions[..end].last().filter(|version| version.number == number)
    }

    /// The numbers that each revision placed, each once.
    pub(super) fn written(&self) -> Vec<Vec<u32>> {
        let mut written: Vec<Vec<u32>> = vec![Vec::new(); self.revisions.len()];
        for version in self.versions.iter().filter(|version| version.revision > 0) {
            if let Some(numbers) = written.get_mut(version.revision as usize)
                && numbers.last() != Some(&version.number)
            {
                numbers.push(version.number);
            }
        }
        written
    }
}

impl Version {
    /// Where it stands in the file, if it does so in the open.
    pub fn offset(&self) -> Option<usize> {
        match self.place {
            Place::At { offset, .. } => Some(offset),
            _ => None,
        }
    }
}

impl<'d, 'a> View<'d, 'a> {
    pub fn version(self, number: u32) -> Option<&'d Version> {
        self.document.version_of(number, self.revision)
    }

    /// The object; null when there is none, as 7.3.10 says.
    pub fn get(self, id: ObjectId) -> &'d Object {
        self.version(id.number)
            .filter(|version| version.place != Place::Free && version.place.generation() == id.generation)
            .and_then(|version| self.document.parsed(version))
            .unwrap_or(&NULL)
    }

    /// Follows references, but not for ever.
    pub fn resolve(self, object: &'d Object) -> &'d Object {
        let mut object = object;
        for _ in 0..8 {
            match object {
                Object::Reference(id) => object = self.get(*id),
                _ => return object,
            }
        }
        &NULL
    }

    pub fn look(self, dictionary: &'d Dictionary, key: &[u8]) -> &'d Object {
        dictionary.get(key).map_or(&NULL, |object| self.resolve(object))
    }

    pub fn trailer(self) -> &'d Dictionary {
        &self.document.revisions[self.revision].trailer
    }

    pub fn catalog(self) -> Option<&'d Dictionary> {
        self.document.revisions.get(self.revision)?;
        self.look(self.trailer(), b"Root").as_dictionary()
    }

    pub fn form(self) -> Option<&'d Dictionary> {
        self.look(self.catalog()?, b"AcroForm").as_dictionary()
    }

    /// The bytes of a stream as they were before encryption.
    pub fn decrypted(self, id: ObjectId, stream: &Stream) -> Option<Cow<'a, [u8]>> {
        let raw = self.document.file.get(stream.range.clone())?;
        Some(match &self.document.decryption {
            Some(decryption) => decryption.decrypt_stream(id, &stream.dictionary, raw).into(),
            None => raw.into(),
        })
    }

    /// The bytes of a stream, decrypted and decoded.
    pub fn decoded(self, id: ObjectId, stream: &'d Stream) -> Option<Vec<u8>> {
        let plain = self.decrypted(id, stream)?;
        filter::decode(&plain, &stream.dictionary, &|object| self.resolve(object), &self.document.budget)
    }
}

fn is_encrypted(revision: &Revision) -> bool {
    revision.trailer.get(b"Encrypt").is_some_and(|encrypt| !matches!(encrypt, Object::Null))
}

/// 7.6.2: all strings but the value of a signature.
fn decrypt_strings(decryption: &Decryption, id: ObjectId, object: &mut Object) {
    match object {
        Object::String(bytes) => *bytes = decryption.decrypt_string(id, bytes),
        Object::Array(items) => items.iter_mut().for_each(|item| decrypt_strings(decryption, id, item)),
        Object::Dictionary(dictionary) => decrypt_entries(decryption, id, dictionary),
        Object::Stream(stream) => decrypt_entries(decryption, id, &mut stream.dictionary),
        _ => {}
    }
}

fn decrypt_entries(decryption: &Decryption, id: ObjectId, dictionary: &mut Dictionary) {
    let is_signature = dictionary.get(b"ByteRange").is_some();
    for entry in dictionary.entries_mut() {
        if !(is_signature && *entry.key == *b"Contents") {
            decrypt_strings(decryption, id, &mut entry.value);
        }
    }
}
