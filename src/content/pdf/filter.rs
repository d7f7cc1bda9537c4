//! The filters that text and fonts come in (ISO 32000-1, 7.4). Those of images are not undone.

use std::cell::Cell;
use std::io::Read;

use flate2::read::ZlibDecoder;

use super::file::File;
use super::object::{Dictionary, Object, decode_hex};

/// More filters in a row only ever come from someone who wants to waste our time.
const FILTERS: usize = 4;

/// The content with its filters undone; what is produced is taken off `room`. `None` for filters and parameters not known here.
pub fn decode(
    file: &File<'_>,
    dictionary: &Dictionary,
    content: &[u8],
    room: &Cell<usize>,
) -> Option<Vec<u8>> {
    let filters = match file.value(dictionary, b"Filter") {
        Object::Null => Vec::new(),
        Object::Array(filters) => {
            filters.iter().take(FILTERS + 1).map(|filter| file.resolve(filter)).collect()
        }
        filter => vec![filter],
    };
    if filters.len() > FILTERS || has_predictor(file, dictionary) {
        return None;
    }
    let mut decoded = None;
    for filter in filters {
        let input = decoded.as_deref().unwrap_or(content);
        let Object::Name(name) = filter else { return None };
        decoded = Some(match &*name {
            b"FlateDecode" | b"Fl" => inflate(input, room)?,
            b"ASCIIHexDecode" | b"AHx" => take_room(decode_hex(input.split(|b| *b == b'>').next()?), room)?,
            b"ASCII85Decode" | b"A85" => take_room(decode_ascii85(input), room)?,
            _ => return None,
        });
    }
    match decoded {
        Some(decoded) => Some(decoded),
        None => take_room(content.to_vec(), room),
    }
}

/// Predictors (7.4.4.4) are for images and cross-reference streams, neither of which is read here.
fn has_predictor(file: &File<'_>, dictionary: &Dictionary) -> bool {
    let parameters = match file.value(dictionary, b"DecodeParms") {
        Object::Array(all) => all.iter().take(FILTERS).map(|one| file.resolve(one)).collect(),
        one => vec![one],
    };
    parameters
        .iter()
        .filter_map(Object::dictionary)
        .any(|p| file.value(p, b"Predictor").count().is_some_and(|n| n > 1))
}

fn take_room(decoded: Vec<u8>, room: &Cell<usize>) -> Option<Vec<u8>> {
    room.set(room.get().checked_sub(decoded.len())?);
    Some(decoded)
}

/// What a damaged stream gives before its damage is kept.
fn inflate(input: &[u8], room: &Cell<usize>) -> Option<Vec<u8>> {
    let limit = room.get() as u64;
    let mut decoded = Vec::new();
    let outcome = ZlibDecoder::new(input).take(limit).read_to_end(&mut decoded);
    room.set(room.get().saturating_sub(decoded.len()));
    (outcome.is_ok() || !decoded.is_empty()).then_some(decoded)
}

fn decode_ascii85(input: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(input.len() / 5 * 4);
    let mut group = [0u8; 5];
    let mut count = 0;
    for byte in input.strip_prefix(b"<~").unwrap_or(input) {
        match byte {
            b'~' => break,
            b'z' if count == 0 => decoded.extend([0; 4]),
            b'!'..=b'u' => {
                group[count] = byte - b'!';
                count += 1;
                if count == 5 {
                    decoded.extend(ascii85_word(group));
                    count = 0;
                }
            }
            _ => {}
        }
    }
    if count > 1 {
        group[count..].fill(84);
        decoded.extend(&ascii85_word(group)[..count - 1]);
    }
    decoded
}

fn ascii85_word(group: [u8; 5]) -> [u8; 4] {
    group.iter().fold(0u32, |word, digit| word.wrapping_mul(85).wrapping_add(u32::from(*digit))).to_be_bytes()
}
