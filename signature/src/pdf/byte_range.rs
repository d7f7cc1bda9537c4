//! Which bytes a signature signs, and whether they are those it must sign (ISO 32000-2, 12.8.1 and table 255).

use std::ops::Range;

use super::{
    lexer::{hex_digit, is_white},
    object::{Dictionary, Object},
    revision::Revision,
};
use crate::findings::Code;

/// The parts of a `/ByteRange`, and everything that is wrong with it.
#[derive(Debug, Default)]
pub(super) struct ByteRange {
    pub parts: Option<[Range<usize>; 2]>,
    pub revision: Option<usize>,
    pub faults: Vec<Code>,
}

/// `contents` is where the value of `/Contents` stands in the file, if it stands there in the open.
pub(super) fn check(
    file: &[u8],
    revisions: &[Revision],
    dictionary: &Dictionary,
    contents: Option<Range<usize>>,
) -> ByteRange {
    let mut range = ByteRange::default();
    let numbers = match dictionary.get(b"ByteRange") {
        None | Some(Object::Null) => {
            range.faults.push(Code::ByteRangeMissing);
            return range;
        }
        Some(value) => four_numbers(value),
    };
    let Some([start, length, second_start, second_length]) = numbers else {
        range.faults.push(Code::ByteRangeMalformed);
        return range;
    };
    if start != 0 {
        range.faults.push(Code::ByteRangeNotAtStart);
    }
    let first = start.checked_add(length).map(|end| start..end);
    let second = second_start.checked_add(second_length).map(|end| second_start..end);
    let (Some(first), Some(second)) = (first, second) else {
        range.faults.push(Code::ByteRangeOutsideFile);
        return range;
    };
    if second.end > file.len() || first.end > second.start {
        range.faults.push(Code::ByteRangeOutsideFile);
        return range;
    }
    let is_contents = contents
        .is_some_and(|contents| contents == (first.end..second.start) && is_hex_string(&file[contents]));
    if !is_contents {
        range.faults.push(Code::GapNotContents);
    }
    range.revision = revision_ending_at(revisions, second.end);
    if range.revision.is_none() {
        range.faults.push(Code::ByteRangeNotAtRevisionEnd);
    }
    range.parts = Some([first, second]);
    range
}

fn four_numbers(value: &Object) -> Option<[usize; 4]> {
    let numbers: Vec<usize> = value
        .as_array()?
        .iter()
        .map(|number| number.as_integer().and_then(|number| usize::try_from(number).ok()))
        .collect::<Option<_>>()?;
    numbers.try_into().ok()
}

/// Exactly one hexadecimal string with its brackets: a literal string would leave room for anything.
fn is_hex_string(bytes: &[u8]) -> bool {
    matches!(bytes, [b'<', digits @ .., b'>']
        if digits.iter().all(|byte| hex_digit(*byte).is_some() || is_white(*byte)))
}

fn revision_ending_at(revisions: &[Revision], end: usize) -> Option<usize> {
    let at = revisions.partition_point(|revision| revision.blank < end);
    revisions.get(at).filter(|revision| revision.ends_at(end)).map(|_| at)
}

/// What is left of `/Contents` when the one value at its start is taken away, if its length is written there; a value of indefinite
/// length knows its end itself.
pub(super) fn padding(contents: &[u8]) -> &[u8] {
    let value_end = || {
        let (length, content) = match contents.get(1)? {
            length @ 0..0x80 => (usize::from(*length), 2usize),
            0x80 => return None,
            count => {
                let count = usize::from(count & 0x7f);
                let bytes = contents.get(2..2 + count).filter(|_| count <= 4)?;
                (bytes.iter().fold(0usize, |length, byte| length << 8 | usize::from(*byte)), 2 + count)
            }
        };
        content.checked_add(length)
    };
    value_end().and_then(|end| contents.get(end..)).unwrap_or_default()
}
