use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use const_oid::ObjectIdentifier;

use super::{DEPTH, Error, Reader, Result, Tag};

/// One value and the bytes that encode it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value<'a> {
    pub tag: Tag,
    /// With tag, length and end.
    pub raw: &'a [u8],
    pub content: &'a [u8],
    pub indefinite: bool,
}

impl<'a> Value<'a> {
    pub fn children(&self) -> Reader<'a> {
        Reader::new(self.content)
    }

    /// Itself if it has this tag.
    pub fn tagged(self, tag: Tag) -> Result<Self> {
        if self.tag == tag { Ok(self) } else { Err(Error::Unexpected) }
    }

    pub fn oid(&self) -> Result<Oid<'a>> {
        self.tagged(Tag::OID).map(|value| Oid(value.content))
    }

    pub fn boolean(&self) -> Result<bool> {
        match self.tagged(Tag::BOOLEAN)?.content {
            [byte] => Ok(*byte != 0),
            _ => Err(Error::Malformed),
        }
    }

    /// The bytes of an integer, its sign included.
    pub fn integer(&self) -> Result<&'a [u8]> {
        match self.tagged(Tag::INTEGER)?.content {
            [] => Err(Error::Malformed),
            content => Ok(content),
        }
    }

    /// The bytes of an integer above zero, without the zeros in front.
    pub fn positive(&self) -> Result<&'a [u8]> {
        let bytes = self.integer()?;
        match bytes.iter().position(|&byte| byte != 0) {
            Some(start) if bytes[0] & 0x80 == 0 => Ok(&bytes[start..]),
            _ => Err(Error::Malformed),
        }
    }

    /// An integer that is not negative and small.
    pub fn small(&self) -> Result<u32> {
        let bytes = self.integer()?;
        if bytes.len() > 4 || bytes[0] & 0x80 != 0 {
            return Err(Error::Malformed);
        }
        Ok(bytes.iter().fold(0, |number, &byte| number << 8 | u32::from(byte)))
    }

    /// The bytes of a string, put together if it is in pieces.
    pub fn octets(&self) -> Result<Cow<'a, [u8]>> {
        if !self.tag.is_constructed() {
            return Ok(Cow::Borrowed(self.content));
        }
        let mut pieces = self.children();
        let first = pieces.value();
        if pieces.is_empty()
            && let Ok(only) = first
            && only.tag == Tag::OCTET_STRING
        {
            return Ok(Cow::Borrowed(only.content));
        }
        let mut whole = Vec::new();
        gather(self.children(), &mut whole, 0)?;
        Ok(Cow::Owned(whole))
    }

    /// The bytes of a bit string of whole bytes.
    pub fn bits(&self) -> Result<&'a [u8]> {
        match self.tagged(Tag::BIT_STRING)?.content {
            [0, bytes @ ..] => Ok(bytes),
            _ => Err(Error::Malformed),
        }
    }

    /// The first bits of a list of named bits: bit 0 is the most significant one of the first byte.
    pub fn named_bits(&self) -> Result<u16> {
        match self.tagged(Tag::BIT_STRING)?.content {
            [0..=7] => Ok(0),
            [0..=7, first] => Ok(u16::from(*first) << 8),
            [0..=7, first, second, ..] => Ok(u16::from(*first) << 8 | u16::from(*second)),
            _ => Err(Error::Malformed),
        }
    }

    /// UTCTime and GeneralizedTime, in UTC. RFC 5280 (4.1.2.5) wants seconds and `Z`; RFC 3161 adds fractions.
    pub fn time(&self) -> Result<DateTime<Utc>> {
        let text = std::str::from_utf8(self.content).map_err(|_| Error::Malformed)?;
        let text = text.strip_suffix('Z').ok_or(Error::Malformed)?;
        match self.tag {
            Tag::UTC_TIME => {
                let (year, rest) = digits(text, 2)?;
                clock(if year < 50 { 2000 + year } else { 1900 + year }, rest)
            }
            Tag::GENERALIZED_TIME => {
                let (year, rest) = digits(text, 4)?;
                clock(year, rest)
            }
            _ => Err(Error::Unexpected),
        }
    }
}

fn gather(mut pieces: Reader<'_>, whole: &mut Vec<u8>, depth: u8) -> Result<()> {
    if depth >= DEPTH {
        return Err(Error::Depth);
    }
    while !pieces.is_empty() {
        let piece = pieces.string(Tag::OCTET_STRING)?;
        if piece.tag.is_constructed() {
            gather(piece.children(), whole, depth + 1)?;
        } else {
            whole.extend_from_slice(piece.content);
        }
    }
    Ok(())
}

fn digits(text: &str, count: usize) -> Result<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(count).ok_or(Error::Malformed)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::Malformed);
    }
    Ok((digits.parse().map_err(|_| Error::Malformed)?, rest))
}

fn clock(year: u32, text: &str) -> Result<DateTime<Utc>> {
    let (month, text) = digits(text, 2)?;
    let (day, text) = digits(text, 2)?;
    let (hour, text) = digits(text, 2)?;
    let (minute, text) = digits(text, 2)?;
    let (second, fraction) = if text.is_empty() { (0, text) } else { digits(text, 2)? };
    let nanoseconds = match fraction.strip_prefix(['.', ',']) {
        None if fraction.is_empty() => 0,
        Some(part) if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) => part
            .bytes()
            .chain(std::iter::repeat(b'0'))
            .take(9)
            .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')),
        _ => return Err(Error::Malformed),
    };
    let year = i32::try_from(year).map_err(|_| Error::Malformed)?;
    NaiveDate::from_ymd_opt(year, month, day)
        .and_then(|date| date.and_hms_nano_opt(hour, minute, second, nanoseconds))
        .as_ref()
        .map(NaiveDateTime::and_utc)
        .ok_or(Error::Malformed)
}

/// The name of a type, an algorithm or an attribute, as it is encoded.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Oid<'a>(pub &'a [u8]);

impl PartialEq<ObjectIdentifier> for Oid<'_> {
    fn eq(&self, other: &ObjectIdentifier) -> bool {
        self.0 == other.as_bytes()
    }
}

impl fmt::Display for Oid<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut arc: u64 = 0;
        let mut first = true;
        for &byte in self.0.iter().take(64) {
            arc = arc.wrapping_shl(7) | u64::from(byte & 0x7f);
            if byte & 0x80 != 0 {
                continue;
            }
            if first {
                let root = (arc / 40).min(2);
                write!(out, "{root}.{}", arc - root * 40)?;
                first = false;
            } else {
                write!(out, ".{arc}")?;
            }
            arc = 0;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}
