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

#[cfg(test)]
mod tests {
    use kho_signature::asn1::Reader;

    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000] {
            let der = value(0x30, &[&vec![7; length / 2], &vec![7; length - length / 2]]);
            assert_eq!(Reader::only(&der).unwrap().content, vec![7; length]);
        }
    }

    #[test]
    fn integers_are_as_short_as_they_can_be_and_not_negative() {
        for (number, bytes) in [
            (0, &[0][..]),
            (0x7f, &[0x7f]),
            (0x80, &[0, 0x80]),
            (0x1234, &[0x12, 0x34]),
            (u64::MAX, &[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        ] {
            assert_eq!(unsigned(number), bytes);
        }
    }
}
