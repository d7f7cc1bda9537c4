//! Looking for objects where the cross references cannot be read, as readers that repair files do. What is found serves to say which
//! signatures there are; none of them is sound.

use std::collections::BTreeMap;

use memchr::memmem;

use super::{
    lexer::{Lexer, is_white},
    object::{Dictionary, Object},
    parser::{Budget, Parser},
    revision::{Chain, Revision},
    xref::Place,
};
use crate::{findings::Code, report::Finding};

/// The last object of each number counts, and the last trailer with a catalog.
pub fn search(file: &[u8], budget: &Budget) -> Option<Chain> {
    let mut places = BTreeMap::new();
    let mut trailer = None;
    for (number, generation, offset) in headers(file) {
        places.insert(number, Place::At { offset, generation });
    }
    for at in memmem::find_iter(file, b"trailer") {
        let found = Parser::new(file, at + b"trailer".len(), budget).object();
        if let Some(Object::Dictionary(found)) = found
            && found.get(b"Root").is_some()
        {
            trailer = Some(found);
        }
    }
    let mut compressed = Vec::new();
    for (number, place) in &places {
        let Place::At { offset, .. } = place else { continue };
        let Some(Object::Stream(stream)) =
            Parser::new(file, *offset, budget).indirect(|_| None).map(|found| found.object)
        else {
            continue;
        };
        if stream.dictionary.is_of_type(b"XRef") && trailer.is_none() {
            trailer = Some(stream.dictionary);
        } else if stream.dictionary.is_of_type(b"ObjStm") {
            compressed.extend(members(file, *number, &stream.dictionary, stream.range, budget));
        }
    }
    for (number, place) in compressed {
        places.entry(number).or_insert(place);
    }
    let revision = Revision {
        trailer: trailer?,
        start: 0,
        eof: file.len(),
        blank: file.len(),
        has_end: false,
        sections: Vec::new(),
    };
    let finding = Finding { code: Code::CrossReferenceBroken, detail: None };
    Some(Chain {
        revisions: vec![revision],
        places: vec![places.into_iter().collect()],
        findings: vec![finding],
    })
}

/// Wherever something looks like the start of an object: its number, its generation and its offset.
pub fn headers(file: &[u8]) -> impl Iterator<Item = (u32, u16, usize)> {
    memmem::find_iter(file, b"obj").filter_map(|at| header_before(file, at))
}

/// `12 0 ` before `obj`, read backwards.
fn header_before(file: &[u8], keyword: usize) -> Option<(u32, u16, usize)> {
    let number_before = |end: usize| {
        let start = end - file[..end].iter().rev().take(10).take_while(|byte| byte.is_ascii_digit()).count();
        (start < end)
            .then(|| Lexer::new(&file[..end], start).unsigned())
            .flatten()
            .map(|value| (value, start))
    };
    let white_before =
        |end: usize| end - file[..end].iter().rev().take(8).take_while(|byte| is_white(**byte)).count();
    let (generation, start) = number_before(white_before(keyword))?;
    let (number, offset) = number_before(white_before(start)).filter(|_| white_before(start) < start)?;
    Some((u32::try_from(number).ok()?, u16::try_from(generation).ok()?, offset))
}

fn members(
    file: &[u8],
    stream: u32,
    dictionary: &Dictionary,
    range: std::ops::Range<usize>,
    budget: &Budget,
) -> Vec<(u32, Place)> {
    let Some(data) =
        file.get(range).and_then(|raw| super::filter::decode(raw, dictionary, &|object| object, budget))
    else {
        return Vec::new();
    };
    let count = dictionary.integer(b"N").and_then(|count| u32::try_from(count).ok()).unwrap_or(0);
    let mut lexer = Lexer::new(&data, 0);
    (0..count)
        .map_while(|index| {
            let number = u32::try_from(lexer.unsigned()?).ok()?;
            lexer.unsigned()?;
            Some((number, Place::In { stream, index }))
        })
        .collect()
}
