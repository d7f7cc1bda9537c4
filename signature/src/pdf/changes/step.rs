//! One revision against the one before: every object it wrote, and the rule the object falls under.

use std::collections::{HashMap, HashSet};

use super::{
    Change, catalog,
    compare::{differing, is_same},
    field::{self, Field},
    page,
    references::{Key, References},
};
use crate::{
    findings::Code,
    pdf::{
        document::{Document, Version, View},
        object::{Dictionary, Object, ObjectId},
        parser::Indirect,
        xref::Place,
    },
};

pub struct Step<'d, 'a> {
    pub document: &'d Document<'a>,
    pub references: &'d References<'d, 'a>,
    pub old: View<'d, 'a>,
    pub new: View<'d, 'a>,
    pub changes: Vec<Change>,
    /// What a trailer of the two refers to, and whether by a key that means nothing to a reader.
    named_by_trailers: HashMap<u32, bool>,
    /// Arrays of annotations that were compared already, by the pages they belong to.
    pub pages_seen: HashSet<u32>,
    /// New fields that were looked at already.
    pub fields_seen: HashSet<u32>,
}

impl<'d, 'a> Step<'d, 'a> {
    pub fn new(document: &'d Document<'a>, references: &'d References<'d, 'a>, revision: usize) -> Self {
        let (old, new) = (document.view(revision - 1), document.view(revision));
        Self {
            document,
            references,
            old,
            new,
            changes: Vec::new(),
            named_by_trailers: named_by([old.trailer(), new.trailer()]),
            pages_seen: HashSet::new(),
            fields_seen: HashSet::new(),
        }
    }

    pub fn run(mut self, written: &[u32]) -> Vec<Change> {
        self.trailers();
        for number in written {
            let before = self.old.version(*number).filter(|version| version.place != Place::Free);
            let after = self.new.version(*number).filter(|version| version.place != Place::Free);
            match (before, after) {
                (None, None) => {}
                (None, Some(after)) => self.added(after),
                (Some(before), None) => self.freed(before),
                (Some(before), Some(after)) if before.place == after.place => {}
                (Some(before), Some(after)) => self.rewritten(before, after),
            }
        }
        self.changes
    }

    pub fn push(&mut self, change: Change) {
        if self.changes.last() != Some(&change) {
            self.changes.push(change);
        }
    }

    pub fn overwritten(&mut self, number: u32) {
        let is_drawn = self.is_drawn(number);
        let code = if is_drawn { Code::PageContentChanged } else { Code::ObjectOverwritten };
        self.push(Change::of_object(code, number));
    }

    /// Whether a page draws with it, as far as a short search tells; only the name of the change depends on it.
    fn is_drawn(&self, number: u32) -> bool {
        let mut seen = vec![number];
        let mut at = 0;
        while let Some(number) = seen.get(at).copied() {
            at += 1;
            for (from, path) in self.references.to(number, self.old).take(8) {
                let is_page = self.dictionary(self.old, from).is_some_and(|page| page.is_of_type(b"Page"));
                if is_page && path[0] == Key::Other {
                    return true;
                }
                if !is_page && path[0] != Key::Aside && seen.len() < 64 && !seen.contains(&from) {
                    seen.push(from);
                }
            }
        }
        false
    }

    /// The trailers may differ in where things stand and in /Info, not in which catalog and which encryption count.
    fn trailers(&mut self) {
        let (old, new) = (self.old.trailer(), self.new.trailer());
        if old.get(b"Root") != new.get(b"Root") {
            self.push(Change::of(Code::CatalogChanged, "Root".to_owned()));
        }
        let id = |trailer: &Dictionary| trailer.get(b"ID").and_then(Object::as_array)?.first().cloned();
        let encrypted = old.get(b"Encrypt").is_some() || new.get(b"Encrypt").is_some();
        if encrypted && (old.get(b"Encrypt") != new.get(b"Encrypt") || id(old) != id(new)) {
            self.push(Change::of(Code::EncryptionChanged, None));
        }
        if new.has_duplicate_key || self.hides_objects() {
            self.push(Change::of(Code::CrossReferenceAmbiguous, "trailer".to_owned()));
        }
        if old.get(b"Info") != new.get(b"Info") {
            self.push(Change::of(Code::MetadataChanged, "Info".to_owned()));
        }
    }

    /// 7.5.5: objects beyond the size that the last trailer gives do not exist, so a smaller one than before hides them.
    fn hides_objects(&self) -> bool {
        let revisions = &self.document.revisions;
        let size = |trailer: &Dictionary| trailer.integer(b"Size").unwrap_or(i64::MAX);
        let is_last = self.new.revision + 1 == revisions.len();
        let most = self.document.versions().last().map_or(0, |version| i64::from(version.number));
        let own = size(self.new.trailer());
        is_last && own <= most && revisions.iter().any(|revision| own < size(&revision.trailer))
    }

    /// A new object is seen only where it is referred to. If something that was there before already refers to it, or looks for objects in
    /// it, it fills a hole that the signed revision left for it.
    fn added(&mut self, after: &'d Version) {
        let number = after.number;
        let fills_a_hole =
            self.references.is_used(number, self.old) || self.references.is_holder(number, self.old);
        if fills_a_hole || self.is_misplaced(after) {
            self.overwritten(number);
        }
    }

    /// An entry that points back into what was signed shows something that was hidden there.
    fn is_misplaced(&self, version: &Version) -> bool {
        let revision = &self.document.revisions[version.revision as usize];
        matches!(version.place, Place::At { offset, .. } if !(revision.start..revision.eof).contains(&offset))
    }

    fn freed(&mut self, before: &'d Version) {
        if self.references.is_holder(before.number, self.old)
            || self.references.is_used(before.number, self.new)
        {
            self.overwritten(before.number);
        }
    }

    fn rewritten(&mut self, before: &'d Version, after: &'d Version) {
        let number = after.number;
        let (Some(old), Some(new)) =
            (self.document.parsed_indirect(before), self.document.parsed_indirect(after))
        else {
            self.overwritten(number);
            return;
        };
        // References are to a generation: another one would no longer be found.
        let is_found_alike = old.id == new.id && before.place.generation() == after.place.generation();
        if is_found_alike && is_same((self.old, old), (self.new, new)) {
            return;
        }
        let changed_kind = std::mem::discriminant(&old.object) != std::mem::discriminant(&new.object);
        let held_objects = self.references.is_holder(number, self.old);
        if !is_found_alike || changed_kind || held_objects || self.is_misplaced(after) {
            self.overwritten(number);
            return;
        }
        self.modified(number, old, new);
    }

    fn modified(&mut self, number: u32, old: &'d Indirect, new: &'d Indirect) {
        if is_stream_of(&old.object, b"XRef") && is_stream_of(&new.object, b"XRef") {
            if self.references.is_used(number, self.old) {
                self.overwritten(number);
            }
            return;
        }
        if self.is_unused(number) {
            return;
        }
        match (&old.object, &new.object) {
            (Object::Dictionary(old), Object::Dictionary(new)) => self.modified_dictionary(number, old, new),
            (Object::Array(old), Object::Array(new)) => self.modified_array(number, old, new),
            _ => self.modified_leaf(number, &new.object),
        }
    }

    fn modified_dictionary(&mut self, number: u32, old: &'d Dictionary, new: &'d Dictionary) {
        let is_at = |trailer: &Dictionary, key: &[u8]| {
            trailer.get(key).and_then(Object::as_reference).is_some_and(|id| id.number == number)
        };
        if is_at(self.old.trailer(), b"Root") {
            catalog::catalog(self, old, new);
        } else if old.is_of_type(b"Page") && new.is_of_type(b"Page") {
            page::page(self, number, old, new);
        } else if old.is_of_type(b"Pages") {
            self.push(Change::of_object(Code::PageTreeChanged, number));
        } else if is_at(self.old.trailer(), b"Info") && catalog::is_description(self, number, new) {
            self.push(Change::of(Code::MetadataChanged, "Info".to_owned()));
        } else if self.is_form(number) {
            catalog::form(self, old, new);
        } else if self.is_evidence(number, 0) {
            catalog::evidence(self, number, new);
        } else if self
            .only_used(number, |step, from, path| step.is_catalog(from) && path[0] == Key::Description)
        {
            self.push(Change::of(Code::MetadataChanged, "Extensions".to_owned()));
        } else if self.is_form_resources(number, 0) {
            catalog::resources(self, number, old, new);
        } else if let Some(found) = Field::find(self, number) {
            field::modified(self, &found, old, new);
        } else if let Some(owner) = self.appearance_owner(number) {
            field::appearance(self, owner, number);
        } else if page::is_annotation(self, number) {
            page::annotation(self, old, new);
        } else {
            self.unexplained(number, old, new);
        }
    }

    fn modified_array(&mut self, number: u32, old: &'d [Object], new: &'d [Object]) {
        if self.is_list_of_fields(number) {
            catalog::fields(self, old, new);
        } else if let Some(pages) = self.pages_of_annotations(number) {
            for page in pages {
                page::annotations(self, page, old, new);
            }
        } else if !self.is_evidence(number, 0) {
            self.overwritten(number);
        } else {
            self.push(Change::of(Code::SecurityStoreUpdated, None));
        }
    }

    /// Streams, strings and numbers.
    fn modified_leaf(&mut self, number: u32, new: &'d Object) {
        if catalog::is_metadata(self, number, new) {
            self.push(Change::of(Code::MetadataChanged, "Metadata".to_owned()));
        } else if let Some(owner) = self.appearance_owner(number) {
            field::appearance(self, owner, number);
        } else if let Some(owner) = self.value_owner(number) {
            field::value(self, owner, number);
        } else {
            self.overwritten(number);
        }
    }

    /// Names what was changed as far as it can be told; it is forbidden in any case.
    fn unexplained(&mut self, number: u32, old: &Dictionary, new: &Dictionary) {
        let code = match old.name(b"Type") {
            Some(b"Sig" | b"DocTimeStamp") => Code::SignatureReplaced,
            // Outside the form, where readers draw it all the same.
            _ if old.name(b"Subtype") == Some(b"Widget") => Code::FieldChanged,
            _ if self.is_drawn(number) => Code::PageContentChanged,
            _ => Code::ObjectOverwritten,
        };
        let keys: Vec<_> = differing(old, new).map(String::from_utf8_lossy).take(4).collect();
        self.push(Change::of(code, format!("{number}: {}", keys.join(", "))));
    }

    /// All references to an object, of both revisions.
    pub fn uses(&self, number: u32) -> impl Iterator<Item = (u32, [Key; 2])> {
        self.references.to(number, self.old).chain(self.references.to(number, self.new))
    }

    /// Neither a trailer nor another object knows it.
    fn is_unused(&self, number: u32) -> bool {
        self.uses(number).next().is_none() && !self.named_by_trailers.contains_key(&number)
    }

    fn is_form(&self, number: u32) -> bool {
        self.only_used(number, |step, from, path| step.is_catalog(from) && path == [Key::AcroForm, Key::None])
    }

    pub fn is_catalog(&self, number: u32) -> bool {
        let root = self.old.trailer().get(b"Root").and_then(Object::as_reference);
        root.is_some_and(|root| root.number == number)
    }

    fn is_list_of_fields(&self, number: u32) -> bool {
        self.only_used(number, |step, from, path| match path {
            [Key::AcroForm, Key::Fields] => step.is_catalog(from),
            [Key::Fields, _] => step.is_form(from),
            _ => false,
        })
    }

    /// Reached through /DSS only.
    fn is_evidence(&self, number: u32, depth: usize) -> bool {
        depth < 8
            && self.only_used(number, |step, from, path| {
                (step.is_catalog(from) && path[0] == Key::Dss) || step.is_evidence(from, depth + 1)
            })
    }

    /// What the form lends to its fields (/DR), and nothing else.
    fn is_form_resources(&self, number: u32, depth: usize) -> bool {
        depth < 4
            && self.only_used(number, |step, from, path| match path {
                [Key::AcroForm, Key::Resources] => step.is_catalog(from),
                [Key::Resources, _] => step.is_form(from),
                _ => step.is_form_resources(from, depth + 1),
            })
    }

    /// The pages whose annotations this array lists, if it does nothing else.
    fn pages_of_annotations(&self, number: u32) -> Option<Vec<u32>> {
        let is_list = self.only_used(number, |step, from, path| {
            path == [Key::Annots, Key::None]
                && step.dictionary(step.old, from).is_some_and(|page| page.is_of_type(b"Page"))
        });
        let mut pages: Vec<_> = self.uses(number).map(|(page, _)| page).collect();
        pages.sort_unstable();
        pages.dedup();
        is_list.then_some(pages)
    }

    /// The field or annotation whose appearance this is, if it is nothing else: the stream, or the dictionary of streams.
    fn appearance_owner(&self, number: u32) -> Option<u32> {
        if self.is_oddly_named(number) {
            return None;
        }
        let mut owner = None;
        for (from, path) in self.uses(number) {
            let found = match path {
                [Key::Appearance, _] => from,
                // Through an appearance dictionary that is an object of its own.
                [Key::Other, _] => self.appearance_dictionary_owner(from)?,
                _ => return None,
            };
            if *owner.get_or_insert(found) != found {
                return None;
            }
        }
        owner
    }

    fn appearance_dictionary_owner(&self, number: u32) -> Option<u32> {
        self.only_user(number, Key::Appearance)
    }

    fn value_owner(&self, number: u32) -> Option<u32> {
        self.only_user(number, Key::Value)
    }

    /// The one object that uses this one, by this key.
    fn only_user(&self, number: u32, key: Key) -> Option<u32> {
        let mut users = self.uses(number).map(|(from, path)| (path == [key, Key::None]).then_some(from));
        let user = users.next()??;
        (!self.is_oddly_named(number) && users.all(|other| other == Some(user))).then_some(user)
    }

    /// Used at all, and only so.
    pub fn only_used(&self, number: u32, so: impl Fn(&Self, u32, [Key; 2]) -> bool) -> bool {
        if self.is_oddly_named(number) {
            return false;
        }
        let mut uses = self.uses(number).peekable();
        uses.peek().is_some() && uses.all(|(from, path)| so(self, from, path))
    }

    /// Named by a trailer, for no known purpose: no other use of the object explains that.
    fn is_oddly_named(&self, number: u32) -> bool {
        self.named_by_trailers.get(&number) == Some(&true)
    }

    pub fn dictionary(&self, view: View<'d, 'a>, number: u32) -> Option<&'d Dictionary> {
        self.object(view, number).as_dictionary()
    }

    pub fn object(&self, view: View<'d, 'a>, number: u32) -> &'d Object {
        let generation = view.version(number).map_or(0, |version| version.place.generation());
        view.get(ObjectId { number, generation })
    }

    /// Whether this revision brought the object.
    pub fn is_new(&self, id: ObjectId) -> bool {
        self.old.version(id.number).is_none_or(|version| version.place == Place::Free)
    }
}

/// What trailers refer to; the catalog, the description and the encryption are looked at by themselves.
fn named_by(trailers: [&Dictionary; 2]) -> HashMap<u32, bool> {
    let mut named = HashMap::new();
    for entry in trailers.into_iter().flat_map(Dictionary::entries) {
        if let Some(id) = entry.value.as_reference() {
            let is_odd = !matches!(&*entry.key, b"Root" | b"Info" | b"Encrypt");
            *named.entry(id.number).or_default() |= is_odd;
        }
    }
    named
}

fn is_stream_of(object: &Object, kind: &[u8]) -> bool {
    object.as_stream().is_some_and(|stream| stream.dictionary.is_of_type(kind))
}
