//! Decoding of streams (ISO 32000-2, 7.4), as far as objects, evidence and comparing need it: not the compressions of pictures.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::{
    lexer::{hex_digit, is_white},
    object::{Dictionary, Object},
    parser::Budget,
};

/// More filters in a row than this are a bomb.
const CHAIN: usize = 4;

/// The bytes after all filters; `None` for a filter that is not known here, or when the budget is spent. `resolve` follows references.
pub fn decode<'o>(
    raw: &[u8],
    dictionary: &'o Dictionary,
    resolve: &dyn Fn(&'o Object) -> &'o Object,
    budget: &Budget,
) -> Option<Vec<u8>> {
    let listed = |key: &[u8]| -> Vec<&'o Object> {
        match dictionary.get(key).map(resolve) {
            None | Some(Object::Null) => Vec::new(),
            Some(Object::Array(items)) => items.iter().take(CHAIN + 1).map(resolve).collect(),
            Some(one) => vec![one],
        }
    };
    let filters = listed(b"Filter");
    let parameters = listed(b"DecodeParms");
    if filters.len() > CHAIN {
        return None;
    }
    let mut bytes = None;
    for (at, filter) in filters.iter().enumerate() {
        let input = bytes.as_deref().unwrap_or(raw);
        let parameters = parameters.get(at).and_then(|object| object.as_dictionary());
        let output = match filter.as_name()? {
            b"FlateDecode" | b"Fl" => {
                let number = |key: &[u8]| parameters?.get(key).map(resolve)?.as_integer();
                predicted(inflate(input, budget)?, &number)?
            }
            b"ASCIIHexDecode" | b"AHx" => hex(input),
            b"ASCII85Decode" | b"A85" => ascii85(input),
            // The security handler has already dealt with it.
            b"Crypt" => input.to_vec(),
            _ => return None,
        };
        bytes = Some(output);
    }
    let bytes = bytes.unwrap_or_else(|| raw.to_vec());
    budget.spend_decoded(bytes.len()).then_some(bytes)
}

/// What comes out before an error counts, as for all readers.
fn inflate(input: &[u8], budget: &Budget) -> Option<Vec<u8>> {
    let limit = budget.decoded_left();
    let mut output = Vec::with_capacity(input.len().saturating_mul(3).min(limit));
    let mut decoder = ZlibDecoder::new(input).take(limit as u64 + 1);
    // The error says only that the data ends early or is spoilt.
    drop(decoder.read_to_end(&mut output));
    (output.len() <= limit || budget.spend_decoded(output.len())).then_some(output)
}

fn predicted(data: Vec<u8>, parameter: &dyn Fn(&[u8]) -> Option<i64>) -> Option<Vec<u8>> {
    let predictor = parameter(b"Predictor").unwrap_or(1);
    if predictor <= 1 {
        return Some(data);
    }
    let size = |key: &[u8], default: i64, most: i64| {
        let value = parameter(key).unwrap_or(default);
        (1..=most).contains(&value).then(|| usize::try_from(value).ok()).flatten()
    };
    let colours = size(b"Colors", 1, 32)?;
    let depth = size(b"BitsPerComponent", 8, 16)?;
    let columns = size(b"Columns", 1, 1 << 24)?;
    let pixel = (colours * depth).div_ceil(8);
    let row = (colours * depth).checked_mul(columns)?.div_ceil(8);
    if predictor == 2 { tiff(data, row, pixel, depth) } else { Some(png(&data, row, pixel)) }
}

fn tiff(mut data: Vec<u8>, row: usize, pixel: usize, depth: usize) -> Option<Vec<u8>> {
    if depth != 8 {
        return None;
    }
    for line in data.chunks_mut(row) {
        for at in pixel..line.len() {
            line[at] = line[at].wrapping_add(line[at - pixel]);
        }
    }
    Some(data)
}

/// W3C PNG, 9: each row starts with the number of its filter.
fn png(data: &[u8], row: usize, pixel: usize) -> Vec<u8> {
    let mut output: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0u8; row.min(data.len())];
    for line in data.chunks(row + 1) {
        let Some((filter, line)) = line.split_first() else { break };
        let start = output.len();
        for (at, byte) in line.iter().enumerate() {
            let left = if at >= pixel { output[start + at - pixel] } else { 0 };
            let up = above[at];
            let corner = if at >= pixel { above[at - pixel] } else { 0 };
            let guess = match filter {
                1 => left,
                2 => up,
                #[expect(clippy::cast_possible_truncation, reason = "the mean of two bytes is a byte")]
                3 => (u16::from(left).midpoint(u16::from(up))) as u8,
                4 => paeth(left, up, corner),
                _ => 0,
            };
            output.push(byte.wrapping_add(guess));
        }
        above[..line.len()].copy_from_slice(&output[start..]);
    }
    output
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(up) - i16::from(corner);
    let distance = |byte: u8| (estimate - i16::from(byte)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(corner) {
        left
    } else if distance(up) <= distance(corner) {
        up
    } else {
        corner
    }
}

fn hex(input: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> =
        input.iter().take_while(|byte| **byte != b'>').filter_map(|byte| hex_digit(*byte)).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

fn ascii85(input: &[u8]) -> Vec<u8> {
    let mut output = Vec::with_capacity(input.len() / 5 * 4);
    let mut group = Vec::with_capacity(5);
    let mut flush = |group: &mut Vec<u8>| {
        let known = group.len();
        if known > 1 {
            group.resize(5, 84);
            let value = group
                .iter()
                .fold(0u32, |value, digit| value.wrapping_mul(85).wrapping_add(u32::from(*digit)));
            output.extend_from_slice(&value.to_be_bytes()[..known - 1]);
        }
        group.clear();
    };
    for byte in input.iter().filter(|byte| !is_white(**byte)) {
        match byte {
            b'z' if group.is_empty() => {
                group.extend([0; 5]);
                flush(&mut group);
            }
            b'!'..=b'u' => {
                group.push(byte - b'!');
                if group.len() == 5 {
                    flush(&mut group);
                }
            }
            _ => break,
        }
    }
    flush(&mut group);
    output
}
