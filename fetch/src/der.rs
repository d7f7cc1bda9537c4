//! DER (X.690, chapter 10), as much of it as questions need.

pub const NULL: [u8; 2] = [5, 0];

/// A value with its tag and length.
pub fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let mut der = vec![tag];
    if length < 0x80 {
        der.push(length as u8);
    } else {
        let bytes = length.to_be_bytes();
        let bytes = &bytes[length.leading_zeros() as usize / 8..];
        der.push(0x80 | bytes.len() as u8);
        der.extend_from_slice(bytes);
    }
    parts.iter().for_each(|part| der.extend_from_slice(part));
    der
}

pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    value(0x30, parts)
}

pub fn octets(bytes: &[u8]) -> Vec<u8> {
    value(0x04, &[bytes])
}

/// From the bytes of an integer, its sign included.
pub fn integer(bytes: &[u8]) -> Vec<u8> {
    value(0x02, &[bytes])
}

/// The shortest bytes of an integer that is not negative.
pub fn unsigned(number: u64) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let start = bytes.iter().position(|&byte| byte != 0).unwrap_or(bytes.len() - 1);
    let sign: &[u8] = if bytes[start] & 0x80 != 0 { &[0] } else { &[] };
    [sign, &bytes[start..]].concat()
}
