//! The bytes that an update appended, and whether its cross references account for all of them. What they do not account for is read by
//! programs that repair files, each in its own way.

use std::ops::Range;

use crate::pdf::{document::Document, lexer::is_white, parser::is_blank, xref::Place};

/// The first stretch of a revision's bytes that nothing accounts for.
pub fn unaccounted(document: &Document<'_>, revision: usize, written: &[u32]) -> Option<Range<usize>> {
    let own = document.revisions.get(revision)?;
    let mut taken: Vec<Range<usize>> = own.sections.clone();
    for number in written {
        if let Some(version) = document.version_of(*number, revision)
            && matches!(version.place, Place::At { .. })
            && let Some(indirect) = document.parsed_indirect(version)
        {
            taken.push(indirect.span.clone());
        }
    }
    taken.sort_by_key(|span| span.start);
    let mut at = own.start;
    for span in taken.iter().filter(|span| span.end > own.start) {
        let gap = at..span.start.max(at);
        if !document.file.get(gap.clone()).is_some_and(is_blank) {
            return Some(gap);
        }
        at = at.max(span.end);
    }
    let rest = at..own.eof.max(at);
    (!document.file.get(rest.clone()).is_some_and(is_blank)).then_some(rest)
}

/// What follows the last revision.
pub fn trailing(document: &Document<'_>) -> Option<Range<usize>> {
    let end = document.revisions.last()?.eof;
    let rest = document.file.get(end..)?;
    (!rest.iter().copied().all(is_white)).then_some(end..document.file.len())
}
