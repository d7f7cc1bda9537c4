//! What may change on a page: the list of its annotations, by widgets of signature fields; by others where annotating is permitted.

use std::collections::HashSet;

use super::{Change, compare::differing, field, references::Key, step::Step};
use crate::{
    findings::Code,
    pdf::object::{Dictionary, Object, ObjectId},
};

pub fn page<'d>(step: &mut Step<'d, '_>, number: u32, old: &'d Dictionary, new: &'d Dictionary) {
    for key in differing(old, new) {
        match key {
            b"Annots" => {
                let before = step.old.look(old, key).as_array().unwrap_or_default();
                let after = step.new.look(new, key).as_array().unwrap_or_default();
                annotations(step, number, before, after);
            }
            b"Parent" | b"Type" => step.push(Change::of_object(Code::PageTreeChanged, number)),
            _ => {
                let what = format!("{number}: {}", String::from_utf8_lossy(key));
                step.push(Change::of(Code::PageContentChanged, what));
            }
        }
    }
}

/// Their order is that in which they are drawn, so it must stay.
pub fn annotations<'d>(step: &mut Step<'d, '_>, page: u32, old: &'d [Object], new: &'d [Object]) {
    if !step.pages_seen.insert(page) {
        return;
    }
    let ids = |items: &[Object]| items.iter().filter_map(Object::as_reference).collect::<Vec<ObjectId>>();
    let (before, after) = (ids(old), ids(new));
    let was_there: HashSet<_> = before.iter().copied().collect();
    let is_there: HashSet<_> = after.iter().copied().collect();
    for id in after.iter().filter(|id| !was_there.contains(id)) {
        added(step, page, *id);
    }
    for id in before.iter().filter(|id| !is_there.contains(id)) {
        let is_widget = is_widget(step.old.get(*id).as_dictionary());
        let code = if is_widget { Code::FieldRemoved } else { Code::AnnotationRemoved };
        step.push(Change::of_object(code, id.number));
    }
    let kept = before.iter().filter(|id| is_there.contains(id));
    let direct = |items: &'d [Object]| items.iter().filter(|item| item.as_reference().is_none());
    if !kept.eq(after.iter().filter(|id| was_there.contains(id))) || !direct(old).eq(direct(new)) {
        step.push(Change::of_object(Code::AnnotationChanged, page));
    }
}

fn added(step: &mut Step<'_, '_>, page: u32, id: ObjectId) {
    let annotation = step.new.get(id).as_dictionary();
    if !is_widget(annotation) {
        let kind = annotation.and_then(|annotation| annotation.name(b"Subtype")).unwrap_or(b"?");
        let what = format!("{} ({page})", String::from_utf8_lossy(kind));
        step.push(Change::of(Code::AnnotationAdded, what));
        return;
    }
    match field::kind_of(step, id.number) {
        // The field itself is looked at where the form lists it.
        Some((_, Some(b"Sig"))) if step.is_new(id) || field::is_newly_signed(step, id.number) => {}
        Some((name, _)) => step.push(Change::of_field(Code::FieldAdded, name)),
        None => step.push(Change::of_object(Code::FieldAdded, id.number)),
    }
}

fn is_widget(annotation: Option<&Dictionary>) -> bool {
    annotation.is_some_and(|annotation| {
        annotation.name(b"Subtype") == Some(b"Widget") || annotation.get(b"FT").is_some()
    })
}

/// An annotation that is no field and serves as nothing else.
pub fn is_annotation(step: &Step<'_, '_>, number: u32) -> bool {
    let annotation = step.dictionary(step.old, number);
    let lists = |step: &Step<'_, '_>, from: u32, path: [Key; 2]| match path[0] {
        Key::Annots | Key::Aside => true,
        Key::Element => step.uses(from).all(|(_, path)| path == [Key::Annots, Key::None]),
        _ => false,
    };
    annotation.is_some_and(|annotation| annotation.get(b"Subtype").is_some())
        && !is_widget(annotation)
        && step.only_used(number, lists)
}

pub fn annotation(step: &mut Step<'_, '_>, old: &Dictionary, new: &Dictionary) {
    let what = String::from_utf8_lossy(old.name(b"Subtype").unwrap_or(b"?")).into_owned();
    let becomes_a_field = is_widget(Some(new));
    let code = if becomes_a_field { Code::FieldAdded } else { Code::AnnotationChanged };
    step.push(Change::of(code, what));
}
