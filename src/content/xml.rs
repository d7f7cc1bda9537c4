//! The text of XML: what stands between tags, and what people read in attributes is not looked for.

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::text::{TextError, TextSink};

/// Appends the text of an XML document. Document types are refused: entities can grow without bound and name other files.
pub(super) fn read_text(bytes: &[u8], text: &mut TextSink) -> Result<(), TextError> {
    let document = decode(bytes).ok_or(TextError::Unsupported)?;
    read_events(document.as_bytes(), text, |_| false, |_| Some(' '))
}

/// Appends the text of the XML that `source` gives, except what is in elements that `hides` picks. `break_after` says what ends
/// with an element of a (local) name: a word, a line, or nothing.
pub(super) fn read_events(
    source: impl BufRead,
    text: &mut TextSink,
    hides: impl Fn(&BytesStart<'_>) -> bool,
    break_after: impl Fn(&str) -> Option<char>,
) -> Result<(), TextError> {
    let mut reader = Reader::from_reader(source);
    let config = reader.config_mut();
    // Names need not match for the text to be found, and not checking them keeps no stack of open elements.
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut buffer = Vec::new();
    // Open elements since the hidden one, itself included.
    let mut hidden = 0usize;
    while !text.is_full() {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| reason(&error))? {
            Event::Start(element) if hidden > 0 || hides(&element) => hidden = hidden.saturating_add(1),
            Event::End(_) if hidden > 0 => hidden -= 1,
            Event::DocType(_) => return Err(TextError::Malformed),
            Event::Eof => break,
            _ if hidden > 0 => {}
            Event::Text(content) => text.push_str(&content),
            Event::CData(content) => text.push_str(&content),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => text.push_str(c.encode_utf8(&mut [0; 4])),
                Ok(None) => text.push_str(predefined_entity(&reference)),
                Err(_) => {}
            },
            Event::End(element) => {
                if let Some(separator) = break_after(element.local_name().as_ref()) {
                    text.separate(separator);
                }
            }
            Event::Empty(element) => {
                if let Some(separator) = break_after(element.local_name().as_ref()) {
                    text.separate(separator);
                }
            }
            Event::Start(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    Ok(())
}

/// UTF-8, or UTF-16 with a byte order mark; `None` for other encodings.
pub(super) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let unit_of: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        [0xEF, 0xBB, 0xBF, rest @ ..] => return std::str::from_utf8(rest).ok().map(Cow::Borrowed),
        _ => return std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
    };
    let units = bytes[2..].chunks_exact(2).map(|pair| unit_of([pair[0], pair[1]]));
    char::decode_utf16(units).collect::<Result<String, _>>().ok().map(Cow::Owned)
}

/// The five entities every XML document has (XML 1.0, section 4.6); others need a document type, which is refused.
fn predefined_entity(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => " ",
    }
}

/// Reading fails when the source runs over a limit; everything else is a fault of the document.
fn reason(error: &quick_xml::Error) -> TextError {
    match error {
        quick_xml::Error::Io(cause) if cause.kind() == std::io::ErrorKind::QuotaExceeded => {
            TextError::TooLarge
        }
        _ => TextError::Malformed,
    }
}
