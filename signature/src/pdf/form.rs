//! The interactive form: its fields by their full names (ISO 32000-2, 12.7).

use std::collections::HashSet;

use super::{
    document::View,
    object::{Dictionary, Object, ObjectId, text},
};
use crate::findings::Code;

/// Deeper than any form nests.
const DEPTH: usize = 32;

/// A node of the form that holds a value for signature fields.
pub(super) struct SignatureValue<'d> {
    pub name: String,
    pub field: &'d Dictionary,
    /// The object that holds the dictionary of the signature: its own, or the field's.
    pub holder: Option<ObjectId>,
    pub dictionary: &'d Dictionary,
    /// What is wrong if no field holds it.
    pub stray: Option<Code>,
}

/// What a field has from those above it.
#[derive(Clone, Copy, Default)]
struct Inherited<'d> {
    kind: Option<&'d [u8]>,
    value: Option<&'d Object>,
}

/// The signatures that fields of the form hold, in the form's order.
pub(super) fn signature_values<'d>(view: View<'d, '_>) -> Vec<SignatureValue<'d>> {
    let mut found = Vec::new();
    let Some(form) = view.form() else { return found };
    let mut walk = Walk { view, seen: HashSet::new(), found: &mut found };
    for field in view.look(form, b"Fields").as_array().unwrap_or_default() {
        walk.visit(field, None, "", Inherited::default(), 0);
    }
    found
}

struct Walk<'d, 'a, 'f> {
    view: View<'d, 'a>,
    seen: HashSet<ObjectId>,
    found: &'f mut Vec<SignatureValue<'d>>,
}

impl<'d> Walk<'d, '_, '_> {
    fn visit(
        &mut self,
        object: &'d Object,
        holder: Option<ObjectId>,
        above: &str,
        mut inherited: Inherited<'d>,
        depth: usize,
    ) {
        let id = object.as_reference();
        if depth > DEPTH || id.is_some_and(|id| !self.seen.insert(id)) {
            return;
        }
        let holder = id.or(holder);
        let Some(field) = self.view.resolve(object).as_dictionary() else { return };
        let name = full_name(above, self.view.look(field, b"T").as_string());
        let own_kind = self.view.look(field, b"FT").as_name();
        let own_value = field.get(b"V");
        inherited.kind = own_kind.or(inherited.kind);
        inherited.value = own_value.or(inherited.value);
        if inherited.kind == Some(b"Sig")
            && (own_kind.is_some() || own_value.is_some())
            && let Some(value) = inherited.value
            && let Some(dictionary) = self.view.resolve(value).as_dictionary()
        {
            let holder = value.as_reference().or(holder);
            self.found.push(SignatureValue { name: name.clone(), field, holder, dictionary, stray: None });
        }
        for kid in self.view.look(field, b"Kids").as_array().unwrap_or_default() {
            self.visit(kid, holder, &name, inherited, depth + 1);
        }
    }
}

/// 12.7.4.2: partial names joined by periods; a widget has none of its own.
pub(super) fn full_name(above: &str, own: Option<&[u8]>) -> String {
    match own.map(text) {
        None => above.to_owned(),
        Some(own) if above.is_empty() => own,
        Some(own) => format!("{above}.{own}"),
    }
}
