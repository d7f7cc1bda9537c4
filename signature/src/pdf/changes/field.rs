//! What may change in form fields: values, and with a value the appearance that shows it (ISO 32000-2, 12.7).

use super::{Change, compare::differing, page, references::Key, step::Step};
use crate::{
    findings::Code,
    pdf::{
        document::View,
        form::full_name,
        object::{Dictionary, Object},
    },
};

/// Deeper than any form nests.
const DEPTH: usize = 32;

/// Flags of annotations that only keep a reader's user from changing them: ReadOnly, Locked, LockedContents (12.5.3).
const LOCKING_FLAGS: i64 = 64 | 128 | 512;
const PRINT: i64 = 4;
const HIDDEN_OR_NO_VIEW: i64 = 2 | 32;

/// A field or a widget of one, in both revisions.
pub struct Field<'d> {
    pub name: String,
    pub kind: Option<&'d [u8]>,
    before: Option<&'d Object>,
    after: Option<&'d Object>,
}

impl<'d> Field<'d> {
    /// The field, if the form of both revisions has it under one name.
    pub fn find(step: &Step<'d, '_>, number: u32) -> Option<Self> {
        let old = ancestry(step, step.old, number)?;
        let new = ancestry(step, step.new, number)?;
        let name = name(step.new, &new);
        (name == self::name(step.old, &old)).then(|| Self {
            name,
            kind: kind(step.new, &new),
            before: inherited(&old, b"V"),
            after: inherited(&new, b"V"),
        })
    }

    fn is_signature(&self) -> bool {
        self.kind == Some(b"Sig")
    }

    fn signed_before(&self, step: &Step<'d, '_>) -> bool {
        self.before.is_some_and(|value| step.old.resolve(value).as_dictionary().is_some())
    }

    fn signed_after(&self, step: &Step<'d, '_>) -> bool {
        self.after.is_some_and(|value| step.new.resolve(value).as_dictionary().is_some())
    }

    fn is_newly_signed(&self, step: &Step<'d, '_>) -> bool {
        self.is_signature() && !self.signed_before(step) && self.signed_after(step)
    }

    /// Whether this revision gave the field another value, so that it must show something else.
    fn has_new_value(&self, step: &Step<'d, '_>) -> bool {
        if self.is_signature() {
            return self.is_newly_signed(step);
        }
        let (Some(before), Some(after)) = (self.before, self.after) else {
            return self.before.is_some() != self.after.is_some();
        };
        if let (Some(old), Some(new)) = (before.as_reference(), after.as_reference())
            && old == new
        {
            let place = |view: View<'d, '_>| view.version(old.number).map(|version| version.revision);
            return place(step.old) != place(step.new);
        }
        step.old.resolve(before) != step.new.resolve(after)
    }
}

/// The dictionaries from a node up to a field that the form lists; `None` for what is not in the form.
fn ancestry<'d, 'a>(step: &Step<'d, 'a>, view: View<'d, 'a>, number: u32) -> Option<Vec<&'d Dictionary>> {
    let mut chain = Vec::new();
    let mut number = number;
    for _ in 0..DEPTH {
        let node = step.object(view, number).as_dictionary()?;
        chain.push(node);
        let named = node.get(b"Parent").and_then(Object::as_reference).map(|parent| parent.number);
        let mut parents = step.parents(view, number);
        match (parents.pop(), named) {
            // Some writers leave it to the parent to name its kids.
            (Some(parent), named) if parents.is_empty() && named.is_none_or(|named| named == parent) => {
                number = parent;
            }
            (None, None) => return step.is_listed(view, number).then_some(chain),
            _ => return None,
        }
    }
    None
}

fn inherited<'d>(chain: &[&'d Dictionary], key: &[u8]) -> Option<&'d Object> {
    chain.iter().find_map(|node| node.get(key))
}

fn kind<'d>(view: View<'d, '_>, chain: &[&'d Dictionary]) -> Option<&'d [u8]> {
    inherited(chain, b"FT").and_then(|kind| view.resolve(kind).as_name())
}

fn name<'d>(view: View<'d, '_>, chain: &[&'d Dictionary]) -> String {
    chain.iter().rev().fold(String::new(), |above, node| full_name(&above, view.look(node, b"T").as_string()))
}

/// What kind of field the form of the new revision has here.
pub fn kind_of<'d>(step: &Step<'d, '_>, number: u32) -> Option<(String, Option<&'d [u8]>)> {
    let chain = ancestry(step, step.new, number)?;
    Some((name(step.new, &chain), kind(step.new, &chain)))
}

pub fn is_newly_signed(step: &Step<'_, '_>, number: u32) -> bool {
    Field::find(step, number).is_some_and(|field| field.is_newly_signed(step))
}

/// A field or a widget that was there and is not the same now.
pub fn modified<'d>(step: &mut Step<'d, '_>, field: &Field<'d>, old: &'d Dictionary, new: &'d Dictionary) {
    let has_new_value = field.has_new_value(step);
    let is_signing = field.is_newly_signed(step);
    let mut is_permitted = true;
    let mut is_locking_only = true;
    let mut shows_itself = false;
    // Flags written as 0 say what they say by being absent.
    let is_said = |key: &&'d [u8]| !matches!(*key, b"F" | b"Ff") || flags_changed(step, old, new, key) != 0;
    let keys: Vec<_> = differing(old, new).filter(is_said).collect();
    for key in keys.iter().copied() {
        let is_locking = match key {
            b"F" => flags_changed(step, old, new, key) & !LOCKING_FLAGS == 0,
            b"Ff" => {
                flags_changed(step, old, new, key) == 1
                    && new.integer(key).is_some_and(|flags| flags & 1 == 1)
            }
            _ => false,
        };
        is_locking_only &= is_locking;
        is_permitted &= is_locking
            || match key {
                b"V" => !field.is_signature() || (is_signing && is_new_signature(step, new)),
                // How the value is drawn, which may be drawn anew in any way.
                b"AP" | b"AS" | b"BS" | b"DA" | b"MK" | b"Q" | b"RV" | b"I" | b"M" => has_new_value,
                b"Type" => new.is_of_type(b"Annot"),
                b"F" => is_signing && flags_changed(step, old, new, key) & !(LOCKING_FLAGS | PRINT) == 0,
                b"P" | b"Lock" | b"SV" => is_signing && old.get(key).is_none(),
                // An invisible field that is signed may come to show itself; that is told apart.
                b"Rect" => {
                    shows_itself = true;
                    is_signing && !is_visible(step.old, old)
                }
                b"Kids" => {
                    kids(step, &field.name, old, new);
                    true
                }
                _ => false,
            };
    }
    let only_kids = keys.iter().all(|key| *key == b"Kids");
    let code = match () {
        () if !is_permitted => Code::FieldChanged,
        () if only_kids => return,
        () if is_locking_only => Code::FieldMadeReadOnly,
        () if is_signing && shows_itself => Code::VisibleSignatureFieldAdded,
        () if is_signing => signing_code(step, field.after, is_visible(step.new, new), Code::FieldSigned),
        () => Code::FieldFilled,
    };
    step.push(Change::of_field(code, &*field.name));
}

/// A value that is an object of its own.
pub fn value(step: &mut Step<'_, '_>, owner: u32, number: u32) {
    match Field::find(step, owner).filter(|field| !field.is_signature()) {
        Some(field) => step.push(Change::of_field(Code::FieldFilled, field.name)),
        None => step.overwritten(number),
    }
}

/// An appearance that was overwritten in place: it may change with the value it shows, not by itself.
pub fn appearance(step: &mut Step<'_, '_>, owner: u32, number: u32) {
    if let Some(field) = Field::find(step, owner) {
        let code = if field.has_new_value(step) { Code::FieldFilled } else { Code::FieldChanged };
        let code = if field.is_newly_signed(step) { Code::FieldSigned } else { code };
        step.push(Change::of_field(code, field.name));
    } else if page::is_annotation(step, owner) {
        step.push(Change::of_object(Code::AnnotationChanged, owner));
    } else {
        step.overwritten(number);
    }
}

/// A field that the form did not list before. Only signature fields may come, and one that shows itself must be signed: else it is
/// a picture laid over the page.
pub fn added<'d>(step: &mut Step<'d, '_>, item: &'d Object, above: &str) {
    let Some(id) = item.as_reference().filter(|id| step.is_new(*id)) else {
        step.push(Change::of_field(Code::FieldAdded, above));
        return;
    };
    if !step.fields_seen.insert(id.number) {
        return;
    }
    let Some(field) = step.new.get(id).as_dictionary() else {
        step.push(Change::of_field(Code::FieldAdded, above));
        return;
    };
    let name = full_name(above, step.new.look(field, b"T").as_string());
    let kids = step.new.look(field, b"Kids").as_array().unwrap_or_default();
    let kid_of = |kid: &'d Object| step.new.resolve(kid).as_dictionary();
    let has_fields_below = kids.iter().filter_map(kid_of).any(|kid| kid.get(b"T").is_some());
    if step.new.look(field, b"FT").as_name() != Some(b"Sig") || field.has_duplicate_key || has_fields_below {
        step.push(Change::of_field(Code::FieldAdded, name));
        return;
    }
    let widgets: Vec<_> = kids.iter().filter_map(kid_of).chain([field]).collect();
    let acts = widgets.iter().any(|widget| widget.get(b"A").is_some() || widget.get(b"AA").is_some());
    let is_visible = widgets.iter().any(|widget| is_visible(step.new, widget));
    let value = field.get(b"V").filter(|value| step.new.resolve(value).as_dictionary().is_some());
    let code = match value {
        _ if acts => Code::FieldAdded,
        Some(_) if !is_new_signature(step, field) => Code::FieldAdded,
        Some(_) if is_visible => Code::VisibleSignatureFieldAdded,
        Some(_) => signing_code(step, value, false, Code::SignatureFieldAdded),
        None if is_visible && widgets.iter().any(|widget| widget.get(b"AP").is_some()) => Code::FieldAdded,
        None if is_visible => Code::VisibleSignatureFieldAdded,
        None => Code::SignatureFieldAdded,
    };
    step.push(Change::of_field(code, name));
}

/// Fields below a field come as those of the form do.
fn kids<'d>(step: &mut Step<'d, '_>, name: &str, old: &'d Dictionary, new: &'d Dictionary) {
    let before = step.old.look(old, b"Kids").as_array().unwrap_or_default();
    let after = step.new.look(new, b"Kids").as_array().unwrap_or_default();
    let mut kept = before.iter().peekable();
    for item in after {
        if kept.next_if_eq(&item).is_none() {
            added(step, item, name);
        }
    }
    if kept.peek().is_some() {
        step.push(Change::of_field(Code::FieldRemoved, name));
    }
}

/// The value must be a signature that came with this revision: one that was there before was prepared, or is another's.
fn is_new_signature(step: &Step<'_, '_>, field: &Dictionary) -> bool {
    let Some(value) = field.get(b"V") else { return true };
    match value {
        Object::Reference(id) => step.is_new(*id),
        Object::Dictionary(_) => true,
        _ => false,
    }
}

/// A time stamp that shows nothing is evidence; everything else is someone's signature.
fn signing_code<'d>(
    step: &Step<'d, '_>,
    value: Option<&'d Object>,
    is_visible: bool,
    otherwise: Code,
) -> Code {
    let is_timestamp = value.is_some_and(|value| {
        step.new.resolve(value).as_dictionary().is_some_and(|signature| {
            signature.is_of_type(b"DocTimeStamp") || signature.name(b"SubFilter") == Some(b"ETSI.RFC3161")
        })
    });
    if is_timestamp && !is_visible { Code::DocumentTimestampAdded } else { otherwise }
}

/// The bits that differ; a flag may be an object of its own.
fn flags_changed<'d>(step: &Step<'d, '_>, old: &'d Dictionary, new: &'d Dictionary, key: &[u8]) -> i64 {
    let flags = |flags: &Object| flags.as_integer().unwrap_or(0);
    flags(step.old.look(old, key)) ^ flags(step.new.look(new, key))
}

fn is_visible<'d>(view: View<'d, '_>, widget: &'d Dictionary) -> bool {
    let is_hidden = view.look(widget, b"F").as_integer().is_some_and(|flags| flags & HIDDEN_OR_NO_VIEW != 0);
    let corners = view.look(widget, b"Rect").as_array().unwrap_or_default();
    let corners: Vec<f64> = corners.iter().filter_map(|corner| view.resolve(corner).as_number()).collect();
    let has_area = matches!(*corners, [left, bottom, right, top] if left != right && bottom != top);
    has_area && !is_hidden
}

impl<'d, 'a> Step<'d, 'a> {
    /// The objects that list this one among their kids.
    fn parents(&self, view: View<'d, 'a>, number: u32) -> Vec<u32> {
        let mut parents = Vec::new();
        for (from, path) in self.references.to(number, view) {
            match path[0] {
                Key::Kids => parents.push(from),
                Key::Element => {
                    let lists = self.references.to(from, view).filter(|(_, path)| path[0] == Key::Kids);
                    parents.extend(lists.map(|(parent, _)| parent));
                }
                _ => {}
            }
        }
        parents.sort_unstable();
        parents.dedup();
        parents
    }

    /// Whether the form lists this field.
    fn is_listed(&self, view: View<'d, 'a>, number: u32) -> bool {
        let is_form = |number: u32| {
            self.references
                .to(number, view)
                .any(|(from, path)| self.is_catalog(from) && path[0] == Key::AcroForm)
        };
        self.references.to(number, view).any(|(from, path)| match path {
            [Key::AcroForm, Key::Fields] => self.is_catalog(from),
            [Key::Fields, _] => is_form(from),
            [Key::Element, _] => self.references.to(from, view).any(|(from, path)| match path {
                [Key::AcroForm, Key::Fields] => self.is_catalog(from),
                [Key::Fields, _] => is_form(from),
                _ => false,
            }),
            _ => false,
        })
    }
}
