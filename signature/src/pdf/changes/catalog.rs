//! What may change in the catalog and in what hangs on it: the form as a whole, the evidence, the description.

use super::{Change, compare::differing, field, references::Key, step::Step};
use crate::{
    findings::Code,
    pdf::object::{Dictionary, EMPTY, Object},
};

pub fn catalog<'d>(step: &mut Step<'d, '_>, old: &'d Dictionary, new: &'d Dictionary) {
    for key in differing(old, new) {
        match key {
            b"AcroForm" => {
                let before = step.old.look(old, key).as_dictionary().unwrap_or(&EMPTY);
                match step.new.look(new, key).as_dictionary() {
                    Some(after) => form(step, before, after),
                    None => changed(step, key),
                }
            }
            b"DSS" => match step.new.look(new, key) {
                Object::Dictionary(store) => evidence_dictionary(step, store),
                _ => changed(step, key),
            },
            b"Metadata" if step.new.look(new, key).as_stream().is_some() => named(step, key),
            b"Extensions" | b"Version" | b"MarkInfo" => named(step, key),
            b"Perms" => step.push(Change::of(Code::PermissionsChanged, None)),
            b"Pages" => step.push(Change::of(Code::PageTreeChanged, None)),
            _ => changed(step, key),
        }
    }
}

/// The form's own entries (ISO 32000-2, table 224).
pub fn form<'d>(step: &mut Step<'d, '_>, old: &'d Dictionary, new: &'d Dictionary) {
    for key in differing(old, new) {
        let (before, after) = (step.old.look(old, key), step.new.look(new, key));
        let is_permitted = match key {
            b"Fields" => {
                fields(step, before.as_array().unwrap_or_default(), after.as_array().unwrap_or_default());
                true
            }
            b"SigFlags" => {
                let bits = before.as_integer().unwrap_or(0);
                after.as_integer().is_some_and(|flags| flags & bits == bits && flags & !3 == 0)
            }
            // Turned on, it lets readers draw all fields anew from values that need not be what they show.
            b"NeedAppearances" => !matches!(after, Object::Boolean(true)),
            b"DR" => after
                .as_dictionary()
                .is_some_and(|after| is_lent_as_before(before.as_dictionary().unwrap_or(&EMPTY), after)),
            // Defaults for what is filled in later.
            b"DA" | b"Q" => true,
            _ => false,
        };
        if !is_permitted {
            step.push(Change::of(Code::CatalogChanged, format!("AcroForm {}", String::from_utf8_lossy(key))));
        }
    }
}

/// The list of fields grows at any place, but only by signature fields.
pub fn fields<'d>(step: &mut Step<'d, '_>, old: &'d [Object], new: &'d [Object]) {
    let mut kept = old.iter().peekable();
    for item in new {
        if kept.next_if_eq(&item).is_none() {
            field::added(step, item, "");
        }
    }
    if kept.peek().is_some() {
        step.push(Change::of(Code::FieldRemoved, None));
    }
}

/// A dictionary of the resources that the form lends to its fields.
pub fn resources(step: &mut Step<'_, '_>, number: u32, old: &Dictionary, new: &Dictionary) {
    if !is_lent_as_before(old, new) {
        step.overwritten(number);
    }
}

/// Text of fields is drawn with what is lent, so what was there must stay. Forms (/XObject) are not drawn from here: writers that lay out
/// visible signatures replace them each time.
fn is_lent_as_before(old: &Dictionary, new: &Dictionary) -> bool {
    let is_free = |key: &[u8]| key == b"XObject" || key == b"ProcSet";
    differing(old, new).filter(|key| !is_free(key)).all(|key| match (old.get(key), new.get(key)) {
        (None, Some(_)) => true,
        (Some(Object::Dictionary(before)), Some(Object::Dictionary(after))) => is_extended(before, after),
        _ => false,
    })
}

fn is_extended(old: &Dictionary, new: &Dictionary) -> bool {
    differing(old, new).all(|key| old.get(key).is_none() && !new.has_duplicate_key)
}

/// A dictionary of the document security store, or of what belongs to one signature.
pub fn evidence(step: &mut Step<'_, '_>, number: u32, new: &Dictionary) {
    let known: &[&[u8]] =
        &[b"Type", b"Certs", b"CRLs", b"OCSPs", b"VRI", b"Cert", b"CRL", b"OCSP", b"TU", b"TS"];
    let is_signature = |key: &[u8]| key.len() == 40 && key.iter().all(u8::is_ascii_hexdigit);
    if new.entries().iter().all(|entry| known.contains(&&*entry.key) || is_signature(&entry.key)) {
        step.push(Change::of(Code::SecurityStoreUpdated, None));
    } else {
        step.overwritten(number);
    }
}

fn evidence_dictionary(step: &mut Step<'_, '_>, store: &Dictionary) {
    let known: &[&[u8]] = &[b"Type", b"Certs", b"CRLs", b"OCSPs", b"VRI"];
    if store.entries().iter().all(|entry| known.contains(&&*entry.key)) {
        step.push(Change::of(Code::SecurityStoreUpdated, None));
    } else {
        changed(step, b"DSS");
    }
}

/// Whether this is the metadata stream of the document and nothing else.
pub fn is_metadata(step: &Step<'_, '_>, number: u32, new: &Object) -> bool {
    new.as_stream().is_some_and(|stream| stream.dictionary.is_of_type(b"Metadata"))
        && step
            .only_used(number, |step, from, path| step.is_catalog(from) && path == [Key::Metadata, Key::None])
}

/// The information dictionary holds words and dates; nothing on a page may use it.
pub fn is_description(step: &Step<'_, '_>, number: u32, new: &Dictionary) -> bool {
    let is_plain = |object: &Object| !matches!(object, Object::Array(_) | Object::Dictionary(_));
    step.uses(number).next().is_none() && new.entries().iter().all(|entry| is_plain(&entry.value))
}

fn named(step: &mut Step<'_, '_>, key: &[u8]) {
    step.push(Change::of(Code::MetadataChanged, String::from_utf8_lossy(key).into_owned()));
}

fn changed(step: &mut Step<'_, '_>, key: &[u8]) {
    step.push(Change::of(Code::CatalogChanged, String::from_utf8_lossy(key).into_owned()));
}
