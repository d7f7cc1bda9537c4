use std::borrow::Cow;

use super::Malformed;

/// The characters of a document, with line ends as a reader sees them (XML 1.0, 2.11 and 4.3.3): UTF-8, UTF-16 with its mark, and
/// ISO 8859-1.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Malformed> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(wide(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(wide(rest, u16::from_be_bytes)?),
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(narrow(rest, &["utf-8", "utf8"])?),
        _ if is_latin(bytes) => Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect()),
        _ => Cow::Borrowed(narrow(bytes, &["utf-8", "utf8", "us-ascii", "ascii"])?),
    };
    if !text.contains('\r') {
        return Ok(text);
    }
    Ok(Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")))
}

fn narrow<'t>(bytes: &'t [u8], names: &[&str]) -> Result<&'t str, Malformed> {
    let text = std::str::from_utf8(bytes).map_err(|_| Malformed::Encoding)?;
    let fits = named_encoding(text).is_none_or(|named| names.contains(&named.to_ascii_lowercase().as_str()));
    if fits { Ok(text) } else { Err(Malformed::Encoding) }
}

fn is_latin(bytes: &[u8]) -> bool {
    let start = bytes.split_inclusive(|&byte| byte == b'>').next().unwrap_or_default();
    let named = std::str::from_utf8(start).ok().and_then(named_encoding);
    named.is_some_and(|named| named.eq_ignore_ascii_case("iso-8859-1"))
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Malformed> {
    let (units, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Malformed::Encoding);
    }
    let text: Result<String, _> = char::decode_utf16(units.iter().map(|&pair| unit(pair))).collect();
    let text = text.map_err(|_| Malformed::Encoding)?;
    let fits = named_encoding(&text).is_none_or(|named| named.to_ascii_lowercase().starts_with("utf-16"));
    if fits { Ok(text) } else { Err(Malformed::Encoding) }
}

/// The encoding that the XML declaration names.
fn named_encoding(text: &str) -> Option<&str> {
    let declaration = text.strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split_once(quote).map(|(name, _)| name)
}
