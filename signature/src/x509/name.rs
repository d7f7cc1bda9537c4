use std::borrow::Cow;
use std::fmt::Write;

use const_oid::ObjectIdentifier;

use crate::asn1::{Oid, Reader, Result, Tag, Value};

/// The types of RFC 4514 (section 3) and those seen in certificates of people.
const TYPES: [(ObjectIdentifier, &str); 16] = [
    (ObjectIdentifier::new_unwrap("2.5.4.3"), "CN"),
    (ObjectIdentifier::new_unwrap("2.5.4.4"), "SN"),
    (ObjectIdentifier::new_unwrap("2.5.4.5"), "serialNumber"),
    (ObjectIdentifier::new_unwrap("2.5.4.6"), "C"),
    (ObjectIdentifier::new_unwrap("2.5.4.7"), "L"),
    (ObjectIdentifier::new_unwrap("2.5.4.8"), "ST"),
    (ObjectIdentifier::new_unwrap("2.5.4.9"), "STREET"),
    (ObjectIdentifier::new_unwrap("2.5.4.10"), "O"),
    (ObjectIdentifier::new_unwrap("2.5.4.11"), "OU"),
    (ObjectIdentifier::new_unwrap("2.5.4.12"), "title"),
    (ObjectIdentifier::new_unwrap("2.5.4.42"), "givenName"),
    (ObjectIdentifier::new_unwrap("2.5.4.97"), "organizationIdentifier"),
    (ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.1"), "UID"),
    (ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.25"), "DC"),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1"), "emailAddress"),
    (ObjectIdentifier::new_unwrap("2.5.4.65"), "pseudonym"),
];

/// The type that a short name stands for.
pub(super) fn type_of(short: &str) -> Option<ObjectIdentifier> {
    TYPES.iter().find(|(_, known)| known.eq_ignore_ascii_case(short)).map(|(oid, _)| *oid)
}

/// A distinguished name (X.501), as it is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'a>(pub &'a [u8]);

impl<'a> Name<'a> {
    /// The parts in the order of the encoding.
    fn parts(&self) -> Result<Vec<Vec<(Oid<'a>, Value<'a>)>>> {
        let mut names = Reader::only(self.0)?.tagged(Tag::SEQUENCE)?.children();
        let mut parts = Vec::new();
        while !names.is_empty() {
            let mut set = names.expect(Tag::SET)?.children();
            let mut pairs = Vec::new();
            while !set.is_empty() {
                let mut pair = set.sequence()?;
                pairs.push((pair.value()?.oid()?, pair.value()?));
            }
            parts.push(pairs);
        }
        Ok(parts)
    }

    /// The name as RFC 4514 writes it, the most telling part first.
    pub fn text(&self) -> String {
        let Ok(parts) = self.parts() else { return String::new() };
        let mut text = String::new();
        for pairs in parts.iter().rev() {
            for (number, (oid, value)) in pairs.iter().enumerate() {
                if !text.is_empty() {
                    text.push(if number == 0 { ',' } else { '+' });
                }
                match TYPES.iter().find(|(known, _)| oid == known) {
                    Some((_, short)) => text.push_str(short),
                    None => _ = write!(text, "{oid}"),
                }
                text.push('=');
                escape(&string(value), &mut text);
            }
        }
        text
    }

    /// What two names have in common if they are the same (RFC 5280, 7.1): kinds of strings, case and white space don't count.
    pub fn comparable(&self) -> Vec<u8> {
        let Ok(parts) = self.parts() else { return self.0.to_vec() };
        let mut whole = Vec::with_capacity(self.0.len());
        for pairs in parts {
            let mut pairs: Vec<Vec<u8>> = pairs
                .iter()
                .map(|(oid, value)| {
                    let text = string(value).to_lowercase();
                    let words: Vec<&str> = text.split_whitespace().collect();
                    [oid.0, b"=", words.join(" ").as_bytes(), b"\0"].concat()
                })
                .collect();
            pairs.sort();
            whole.push(b'/');
            pairs.iter().for_each(|pair| whole.extend_from_slice(pair));
        }
        whole
    }

    pub fn is_empty(&self) -> bool {
        self.parts().is_ok_and(|parts| parts.is_empty())
    }
}

/// The text of a string of any of the types that names have (RFC 5280, 4.1.2.4).
fn string<'a>(value: &Value<'a>) -> Cow<'a, str> {
    let bytes = value.content;
    match value.tag.0 {
        // BMPString
        0x1e => {
            let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units)
                .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect::<String>()
                .into()
        }
        // UniversalString
        0x1c => bytes
            .chunks_exact(4)
            .map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
            .map(|number| char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect::<String>()
            .into(),
        // TeletexString is Latin-1 in practice.
        0x14 => bytes.iter().map(|&byte| char::from(byte)).collect::<String>().into(),
        _ => String::from_utf8_lossy(bytes),
    }
}

/// RFC 4514, 2.4. Control characters become spaces: the text is shown to people.
fn escape(value: &str, text: &mut String) {
    let last = value.chars().count().saturating_sub(1);
    for (at, character) in value.chars().enumerate() {
        let special = matches!(character, '"' | '+' | ',' | ';' | '<' | '>' | '\\');
        let at_edge = character == ' ' && (at == 0 || at == last) || character == '#' && at == 0;
        if special || at_edge {
            text.push('\\');
        }
        text.push(if character.is_control() { ' ' } else { character });
    }
}
