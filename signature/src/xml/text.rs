use std::borrow::Cow;

use super::Malformed;

/// The characters of a document, with line ends as a reader sees them (XML 1.0, 2.11 and 4.3.3): UTF-8, or UTF-16 with its mark.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Malformed> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(wide(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(wide(rest, u16::from_be_bytes)?),
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(narrow(rest)?),
        _ => Cow::Borrowed(narrow(bytes)?),
    };
    if let Some(named) = named_encoding(&text) {
        let fits = match (bytes.first(), named.to_ascii_lowercase().as_str()) {
            (Some(0xff | 0xfe), name) => name.starts_with("utf-16"),
            (_, name) => matches!(name, "utf-8" | "utf8" | "us-ascii" | "ascii"),
        };
        if !fits {
            return Err(Malformed::Encoding);
        }
    }
    if !text.contains('\r') {
        return Ok(text);
    }
    Ok(Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")))
}

fn narrow(bytes: &[u8]) -> Result<&str, Malformed> {
    std::str::from_utf8(bytes).map_err(|_| Malformed::Encoding)
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Malformed> {
    let (units, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Malformed::Encoding);
    }
    char::decode_utf16(units.iter().map(|&pair| unit(pair)))
        .collect::<Result<String, _>>()
        .map_err(|_| Malformed::Encoding)
}

/// The encoding that the XML declaration names.
fn named_encoding(text: &str) -> Option<&str> {
    let declaration = text.strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split_once(quote).map(|(name, _)| name)
}
