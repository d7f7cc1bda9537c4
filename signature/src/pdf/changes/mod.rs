//! What later revisions changed, and whether a signature permits it (ISO 32000-2, 12.8.2).
//!
//! Each revision is compared once with the one before. An object that is not what it was must be one that may change, in entries that may
//! change: what is not listed here is forbidden. New objects need no list of their own: they are seen only through an entry that changed,
//! or through one that pointed nowhere before, and both are looked at. What a signature permits is decided afterwards, per signature, so
//! that many signatures cost no more than one.
//!
//! | file | what it is for |
//! |---|---|
//! | `accounting` | bytes of an update that belong to no object |
//! | `references`, `compare` | who uses an object; whether two say the same |
//! | `step` | one revision against the one before: which rule an object falls under |
//! | `catalog`, `field`, `page` | the rules: catalog, form and evidence; fields; pages and annotations |
//! | `permission` | DocMDP, FieldMDP and /Lock, and what follows for one signature |

mod accounting;
mod catalog;
mod compare;
mod field;
mod page;
mod permission;
mod references;
mod step;

pub(super) use permission::{Permission, Verdict};

use std::ops::Range;

use super::document::Document;
use crate::findings::Code;

/// One thing that a revision did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub code: Code,
    /// The full name of the field it was done to.
    pub field: Option<String>,
    /// Anything else that tells it from others: an object, a key.
    pub detail: Option<String>,
}

impl Change {
    fn of(code: Code, detail: impl Into<Option<String>>) -> Self {
        Self { code, field: None, detail: detail.into() }
    }

    fn of_field(code: Code, field: impl Into<String>) -> Self {
        Self { code, field: Some(field.into()), detail: None }
    }

    fn of_bytes(span: &Range<usize>) -> Self {
        Self::of(Code::UnaccountedBytes, format!("{}–{}", span.start, span.end))
    }

    fn of_object(code: Code, number: u32) -> Self {
        Self::of(code, format!("{number}"))
    }
}

/// What each revision did, from `first` on; the list of an earlier one is empty. The last list is about the bytes behind all revisions.
pub(super) fn of_revisions(document: &Document<'_>, first: usize) -> Vec<Vec<Change>> {
    let count = document.revisions.len();
    let mut changes = vec![Vec::new(); count + 1];
    if first < count {
        let written = document.written();
        let references = references::References::collect(document);
        for revision in first.max(1)..count {
            let written = &written[revision];
            changes[revision] = step::Step::new(document, &references, revision).run(written);
            if let Some(span) = accounting::unaccounted(document, revision, written) {
                changes[revision].push(Change::of_bytes(&span));
            }
            if changes[revision].is_empty() {
                changes[revision].push(Change::of(Code::RevisionWithoutEffect, None));
            }
        }
    }
    if let Some(span) = accounting::trailing(document) {
        changes[count].push(Change::of_bytes(&span));
    }
    changes
}
