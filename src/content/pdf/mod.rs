//! The text of PDF files.
//!
//! A small reader of our own rather than a library's (`docs/decisions/0001-read-pdf-text-ourselves.md`): every read is charged to a
//! budget, nothing is kept but positions, and words are found by where glyphs stand, since office suites place each run on its own.
//!
//! `object` reads objects, `file` finds them, `filter` unpacks streams, `font` (with `cmap` and `glyph`) turns codes into text and
//! widths, `page` walks what is drawn. Not read: encrypted files, images of text, fonts without a map to Unicode, ActualText.

mod cmap;
mod file;
mod filter;
mod font;
mod glyph;
mod matrix;
mod object;
mod page;

use std::collections::HashSet;
use std::rc::Rc;

use self::file::File;
use self::object::{Dictionary, Object};
use self::page::PageReader;
use super::text::{TextError, TextLimits, TextSink};

/// How deep the tree of pages may be; writers keep it balanced.
const TREE_DEPTH: usize = 24;
/// Notes and form fields looked at on one page.
const ANNOTATIONS: usize = 2_000;

/// Appends the text of all pages, each with its form fields and notes. What a spent budget leaves unread is left out.
pub(super) fn read_text(bytes: &[u8], limits: &TextLimits, text: &mut TextSink) -> Result<(), TextError> {
    let file = File::open(bytes, limits)?;
    let mut reader = PageReader::new(&file, text);
    let catalog = file.catalog();
    let root = catalog.dictionary().and_then(|catalog| catalog.get(&b"Pages"[..])).cloned();
    let read = root.map_or(0, |root| read_tree(&file, root, &mut reader));
    if read == 0 {
        // A damaged tree: take the pages as they come.
        for number in file.numbers() {
            if let Some(page) =
                file.get(number).dictionary().filter(|d| file.value(d, b"Type").is_name(b"Page"))
            {
                read_page(&file, page, &file.value(page, b"Resources"), &mut reader);
            }
            if reader.is_done() {
                break;
            }
        }
    }
    if reader.has_begun() || !file.numbers().is_empty() { Ok(()) } else { Err(TextError::Malformed) }
}

/// Whether a document says that it has no page, rather than having lost them.
pub(super) fn is_without_page(bytes: &[u8], limits: &TextLimits) -> bool {
    let Ok(file) = File::open(bytes, limits) else { return false };
    let catalog = file.catalog();
    let root = catalog.dictionary().map(|catalog| file.value(catalog, b"Pages"));
    let kids = root.as_ref().and_then(Object::dictionary).map(|root| file.value(root, b"Kids"));
    let is_page =
        |number| file.get(number).dictionary().is_some_and(|d| file.value(d, b"Type").is_name(b"Page"));
    matches!(kids, Some(Object::Array(kids)) if kids.is_empty())
        && !file.numbers().into_iter().any(is_page)
        && !file.is_exhausted()
}

/// A node of the page tree on the way down.
struct Branch {
    kids: Rc<Vec<Object>>,
    next: usize,
    /// What pages below use unless they have their own (7.7.3.4).
    resources: Object,
}

/// Reads the pages of the tree in order; answers how many there were.
fn read_tree(file: &File<'_>, root: Object, reader: &mut PageReader<'_, '_>) -> usize {
    let mut seen = HashSet::new();
    let mut path = vec![Branch { kids: Rc::new(vec![root]), next: 0, resources: Object::Null }];
    let mut pages = 0;
    while let Some(branch) = path.last_mut() {
        if reader.is_done() {
            break;
        }
        let Some(kid) = branch.kids.get(branch.next).cloned() else {
            path.pop();
            continue;
        };
        branch.next += 1;
        let inherited = branch.resources.clone();
        if let Object::Reference(number) = kid
            && !seen.insert(number)
        {
            continue;
        }
        let node = file.resolve(&kid);
        let Some(node) = node.dictionary() else { continue };
        let resources = match file.value(node, b"Resources") {
            Object::Null => inherited,
            own => own,
        };
        match file.value(node, b"Kids") {
            Object::Array(kids) if path.len() < TREE_DEPTH => path.push(Branch { kids, next: 0, resources }),
            Object::Array(_) => {}
            _ => {
                read_page(file, node, &resources, reader);
                pages += 1;
            }
        }
    }
    pages
}

fn read_page(file: &File<'_>, page: &Dictionary, resources: &Object, reader: &mut PageReader<'_, '_>) {
    let mut content = Vec::new();
    let parts = match page.get(&b"Contents"[..]) {
        Some(reference @ Object::Reference(_)) => match file.resolve(reference) {
            Object::Array(parts) => parts,
            _ => Rc::new(vec![reference.clone()]),
        },
        Some(Object::Array(parts)) => Rc::clone(parts),
        _ => Rc::default(),
    };
    for part in parts.iter() {
        if file.is_exhausted() {
            break;
        }
        if let Some((_, bytes)) = file.stream(part) {
            content.extend_from_slice(&bytes);
            // A token does not run on from one part into the next (7.8.2).
            content.push(b'\n');
        }
    }
    reader.read_page(&content, resources);
    let annotations = file.value(page, b"Annots");
    for annotation in annotations.array().iter().flat_map(|array| array.iter()).take(ANNOTATIONS) {
        let annotation = file.resolve(annotation);
        let appearance = annotation.dictionary().map(|annotation| file.value(annotation, b"AP"));
        let normal =
            appearance.as_ref().and_then(Object::dictionary).and_then(|appearance| appearance.get(&b"N"[..]));
        if let Some(normal) = normal {
            reader.read_appearance(normal);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
