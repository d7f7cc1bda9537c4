//! Signatures that stand in the file although no field holds them: taken out of the form, replaced, or in a revision that the last cross
//! references leave out. Whoever does one of these wants a signature to be forgotten, so they are looked for in the bytes themselves.

use std::{collections::HashSet, ops::Range};

use memchr::memmem;

use super::{
    document::{Document, Version},
    form::SignatureValue,
    object::Object,
    parser::Indirect,
    recovery,
};
use crate::findings::Code;

/// A signature outside the form, and what happened to it.
#[derive(Debug)]
pub(super) struct Stray {
    object: Indirect,
    fault: Code,
}

impl Document<'_> {
    /// Those beside the values that fields hold.
    pub(super) fn values_outside_form<'d>(&'d self, known: &[SignatureValue<'d>]) -> Vec<SignatureValue<'d>> {
        let mut known: Vec<_> = (known.iter().filter_map(|value| value.holder))
            .filter_map(|id| self.parsed_indirect(self.newest().version(id.number)?))
            .map(|holder| holder.span.clone())
            .collect();
        known.sort_by_key(|span| span.start);
        let value = |stray: &'d Stray| {
            let dictionary = stray.object.object.as_dictionary()?;
            let name = String::new();
            Some(SignatureValue {
                name,
                field: dictionary,
                holder: None,
                dictionary,
                stray: Some(stray.fault),
            })
        };
        self.strays.get_or_init(|| self.find_strays(&known)).iter().filter_map(value).collect()
    }

    fn find_strays(&self, known: &[Range<usize>]) -> Vec<Stray> {
        let mut strays = Vec::new();
        let mut places = None;
        let mut last = None;
        for at in memmem::find_iter(self.file, b"/ByteRange") {
            let before = known.partition_point(|span| span.start <= at);
            if known[..before].last().is_some_and(|span| span.contains(&at)) {
                continue;
            }
            let (headers, placed) = places.get_or_insert_with(|| {
                let headers: Vec<usize> = recovery::headers(self.file).map(|(.., offset)| offset).collect();
                let placed: HashSet<usize> = self.versions().iter().filter_map(Version::offset).collect();
                (headers, placed)
            });
            let before = headers.partition_point(|offset| *offset <= at);
            let Some(offset) = headers[..before].last().copied() else { continue };
            if last.replace(offset) == Some(offset) {
                continue;
            }
            if let Some(object) = self.parse_loose(offset)
                && object.span.contains(&at)
                && self.is_signature(&object)
            {
                let current = self.newest().version(object.id.number).and_then(Version::offset);
                let fault = match current {
                    Some(current) if current == offset => Code::SignatureNotInForm,
                    _ if placed.contains(&offset) => Code::SignatureReplaced,
                    _ => Code::SignedRevisionDropped,
                };
                strays.push(Stray { object, fault });
            }
        }
        strays
    }

    /// With something in it: a place that was kept free is none yet. The usage rights that a reader's maker signs (12.8.2.3) are no one's.
    fn is_signature(&self, object: &Indirect) -> bool {
        let contents = object.object.as_dictionary().and_then(|dictionary| dictionary.get(b"Contents"));
        let is_filled =
            contents.and_then(Object::as_string).is_some_and(|bytes| bytes.iter().any(|byte| *byte != 0));
        is_filled && !self.is_usage_rights(object.id.number)
    }

    fn is_usage_rights(&self, number: u32) -> bool {
        let view = self.newest();
        let permissions = view.catalog().and_then(|catalog| view.look(catalog, b"Perms").as_dictionary());
        [&b"UR3"[..], b"UR"]
            .iter()
            .filter_map(|key| permissions?.get(key)?.as_reference())
            .any(|id| id.number == number)
    }
}
