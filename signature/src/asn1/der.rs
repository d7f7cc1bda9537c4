//! Writing DER (X.690, chapter 10): questions to authorities, names, messages.

use super::Tag;

pub const NULL: [u8; 2] = [0x05, 0];

/// A value with its tag and length, from the parts of what it holds.
pub fn value(tag: Tag, parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let mut der = vec![tag.0];
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
    value(Tag::SEQUENCE, parts)
}

/// The values of a SET OF stand in the order of their bytes (11.6).
pub fn set(parts: &[&[u8]]) -> Vec<u8> {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    value(Tag::SET, &parts)
}

pub fn octets(bytes: &[u8]) -> Vec<u8> {
    value(Tag::OCTET_STRING, &[bytes])
}

/// From the bytes that encode it, as [`Value::oid`](super::Value::oid) gives them.
pub fn oid(bytes: &[u8]) -> Vec<u8> {
    value(Tag::OID, &[bytes])
}

/// From the bytes of an integer, its sign included.
pub fn integer(bytes: &[u8]) -> Vec<u8> {
    value(Tag::INTEGER, &[bytes])
}

/// The bytes of an integer, its sign included and as few as they can be (8.3.2), from those of a number that is not negative.
pub fn unsigned(digits: &[u8]) -> Vec<u8> {
    let start = digits.iter().position(|&byte| byte != 0).unwrap_or(digits.len());
    match &digits[start..] {
        [] => vec![0],
        significant @ [0x80..=0xff, ..] => [&[0], significant].concat(),
        significant => significant.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::Reader;

    #[test]
    fn what_is_written_is_read_back() {
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000] {
            let der = sequence(&[&vec![7; length / 2], &vec![7; length - length / 2]]);
            assert_eq!(Reader::only(&der).unwrap().content, vec![7; length]);
        }
    }

    #[test]
    fn a_set_is_in_the_order_of_its_bytes() {
        let (short, long) = (octets(&[9]), octets(&[1, 1]));
        assert_eq!(set(&[&long, &integer(&[3]), &short]), value(Tag::SET, &[&integer(&[3]), &short, &long]));
    }

    #[test]
    fn integers_are_as_short_as_they_can_be_and_not_negative() {
        for (digits, bytes) in [
            (&[][..], &[0][..]),
            (&[0, 0], &[0]),
            (&[0, 0x7f], &[0x7f]),
            (&[0x80], &[0, 0x80]),
            (&[0, 0x12, 0x34], &[0x12, 0x34]),
            (&[0xff; 8], &[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        ] {
            assert_eq!(unsigned(digits), bytes);
        }
    }
}
