//! Who refers to whom: an object may be overwritten only if everything that uses it agrees that it may.

use std::collections::HashMap;

use crate::pdf::{
    document::{Document, Version, View},
    object::{Dictionary, Object},
    xref::Place,
};

/// The keys that decide what an object is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    None,
    /// In an array that is an object of its own.
    Element,
    AcroForm,
    Annots,
    Appearance,
    /// /Extensions and /MarkInfo: words about the document.
    Description,
    Dss,
    Fields,
    Kids,
    Metadata,
    /// /DR of the form.
    Resources,
    /// Pointers that go back or aside and use nothing of what they point to: /Parent, /P, /Popup, /IRT, /Obj, /Pg.
    Aside,
    Value,
    Other,
}

impl Key {
    fn of(key: &[u8]) -> Self {
        match key {
            b"AcroForm" => Self::AcroForm,
            b"Annots" => Self::Annots,
            b"AP" => Self::Appearance,
            b"DSS" => Self::Dss,
            b"Extensions" | b"MarkInfo" => Self::Description,
            b"Fields" => Self::Fields,
            b"Kids" => Self::Kids,
            b"Metadata" => Self::Metadata,
            b"DR" => Self::Resources,
            b"Parent" | b"P" | b"Popup" | b"IRT" | b"Obj" | b"Pg" => Self::Aside,
            b"V" => Self::Value,
            _ => Self::Other,
        }
    }
}

/// One reference: from a version of an object, by the first two keys on the way.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    to: u32,
    /// The place of the version in [`Document::versions`].
    from: u32,
    pub path: [Key; 2],
}

/// All references of all revisions, by what they refer to.
pub struct References<'d, 'a> {
    document: &'d Document<'a>,
    all: Vec<Reference>,
    /// Object streams, and the first revision that has objects in them.
    holders: HashMap<u32, u32>,
}

impl<'d, 'a> References<'d, 'a> {
    pub fn collect(document: &'d Document<'a>) -> Self {
        let mut all = Vec::new();
        let mut holders = HashMap::new();
        for (from, version) in (0u32..).zip(document.versions()) {
            if let Place::In { stream, .. } = version.place {
                let first = holders.entry(stream).or_insert(version.revision);
                *first = version.revision.min(*first);
            }
            let mut collector = Collector { from, all: &mut all };
            // What later revisions wrote is looked at again; the original is not, so it need not be kept.
            if version.revision == 0 {
                if let Some(indirect) = document.parse(version) {
                    collector.start(&indirect.object);
                }
            } else if let Some(object) = document.parsed(version) {
                collector.start(object);
            }
        }
        all.sort_by_key(|reference| reference.to);
        Self { document, all, holders }
    }

    /// The references to an object from what is there in this view, with the numbers they come from.
    pub fn to(&self, number: u32, view: View<'d, 'a>) -> impl Iterator<Item = (u32, [Key; 2])> {
        let from = self.all.partition_point(|reference| reference.to < number);
        let until = self.all.partition_point(|reference| reference.to <= number);
        let followed = self.all[from..until].iter().take_while(|_| self.document.budget.follow());
        followed.filter_map(move |reference| {
            let version = &self.document.versions()[reference.from as usize];
            let is_there = view.version(version.number).is_some_and(|current| is_same(current, version));
            is_there.then_some((version.number, reference.path))
        })
    }

    /// Whether objects of this view are to be found in the stream with this number, be it there or not.
    pub fn is_holder(&self, number: u32, view: View<'d, 'a>) -> bool {
        self.holders.get(&number).is_some_and(|first| *first as usize <= view.revision)
    }

    pub fn is_used(&self, number: u32, view: View<'d, 'a>) -> bool {
        self.to(number, view).next().is_some()
    }
}

fn is_same(one: &Version, other: &Version) -> bool {
    std::ptr::eq(one, other)
}

struct Collector<'c> {
    from: u32,
    all: &'c mut Vec<Reference>,
}

impl Collector<'_> {
    fn start(&mut self, object: &Object) {
        match object {
            Object::Array(items) => items.iter().for_each(|item| self.value(item, [Key::Element, Key::None])),
            // Its dictionary is a trailer.
            Object::Stream(stream) if stream.dictionary.is_of_type(b"XRef") => {}
            object => self.value(object, [Key::None; 2]),
        }
    }

    fn value(&mut self, object: &Object, path: [Key; 2]) {
        match object {
            Object::Reference(id) => self.all.push(Reference { to: id.number, from: self.from, path }),
            Object::Array(items) => items.iter().for_each(|item| self.value(item, path)),
            Object::Dictionary(dictionary) => self.entries(dictionary, path),
            Object::Stream(stream) => self.entries(&stream.dictionary, path),
            _ => {}
        }
    }

    fn entries(&mut self, dictionary: &Dictionary, path: [Key; 2]) {
        for entry in dictionary.entries() {
            let path = match path {
                [Key::None, _] => [Key::of(&entry.key), Key::None],
                [first, Key::None] => [first, Key::of(&entry.key)],
                path => path,
            };
            self.value(&entry.value, path);
        }
    }
}
