//! Whether a file is text, and which: plain, XML, or the markup that browsers run.

use super::sniff::{Format, Sniffed};

/// How far into a plain text markup is looked for: beyond what any browser ever sniffed (WHATWG MIME Sniffing: 1,445 bytes).
const MARKUP_BYTES: usize = 4096;

/// Beginnings that make a browser, or a careless viewer, take a text for a page. With what follows a name, see [`names_tag`].
const ACTIVE_TAGS: [&str; 22] = [
    "!doctype html",
    "html",
    "head",
    "body",
    "script",
    "iframe",
    "svg",
    "style",
    "link",
    "meta",
    "object",
    "embed",
    "form",
    "img",
    "table",
    "div",
    "title",
    "h1",
    "a",
    "br",
    "p",
    "font",
];

/// The kind of text that `head` begins, or `None` if it is not text.
pub(super) fn sniff_text(head: &[u8]) -> Option<Sniffed> {
    let text = decode_head(head)?;
    let content = text.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\0');
    if !content.starts_with('<') {
        if !text.is_valid {
            return None;
        }
        let start = first_chars(content, MARKUP_BYTES).to_ascii_lowercase();
        let active = start.match_indices('<').any(|(at, _)| is_active(&start[at + 1..]));
        return Some(if active { Sniffed::Refused("html") } else { Sniffed::Known(Format::Text) });
    }
    Some(sniff_markup(content, text.is_whole))
}

struct HeadText {
    text: String,
    /// Every byte made sense in the encoding, and no control character is among them.
    is_valid: bool,
    /// The head is so short that it is all of the file.
    is_whole: bool,
}

/// UTF-8, or UTF-16 with a byte order mark. What begins with `<` in any superset of ASCII is decoded for its markup all the same.
fn decode_head(head: &[u8]) -> Option<HeadText> {
    let is_whole = head.len() < super::sniff::HEAD_BYTES;
    let utf16: Option<fn([u8; 2]) -> u16> = match head {
        [0xFF, 0xFE, ..] => Some(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => Some(u16::from_be_bytes),
        _ => None,
    };
    if let Some(unit_of) = utf16 {
        let units: Vec<u16> = head[2..].chunks_exact(2).map(|pair| unit_of([pair[0], pair[1]])).collect();
        let text = String::from_utf16_lossy(&units);
        let is_valid =
            text.chars().all(is_text_char) && !text.trim_end_matches('\u{FFFD}').contains('\u{FFFD}');
        return (is_valid || text.trim_start().starts_with('<')).then_some(HeadText {
            text,
            is_valid,
            is_whole,
        });
    }
    let bytes = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        // A character cut by the end of the head is no fault.
        Err(error) if error.error_len().is_none() && !is_whole => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    };
    if let Some(text) = valid.filter(|text| text.chars().all(is_text_char)) {
        return Some(HeadText { text: text.to_owned(), is_valid: true, is_whole });
    }
    let is_markup = bytes.iter().find(|b| !b.is_ascii_whitespace() && **b != 0) == Some(&b'<');
    is_markup.then(|| HeadText {
        text: String::from_utf8_lossy(bytes).into_owned(),
        is_valid: false,
        is_whole,
    })
}

fn is_text_char(c: char) -> bool {
    !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{C}' | '\u{85}')
}

fn sniff_markup(content: &str, is_whole: bool) -> Sniffed {
    let declared = content.starts_with("<?xml");
    if !declared && is_active(&first_chars(&content[1..], 32).to_ascii_lowercase()) {
        return Sniffed::Refused("html");
    }
    match root_element(content) {
        Root::Element { name, tag } => {
            let local = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
            match local.as_str() {
                "svg" => Sniffed::Refused("svg"),
                "html" => Sniffed::Refused("html"),
                // Whatever its root is called, the namespace is what makes a browser run it.
                _ if tag.contains("http://www.w3.org/1999/xhtml") => Sniffed::Refused("html"),
                _ if tag.contains("http://www.w3.org/2000/svg") => Sniffed::Refused("svg"),
                _ => Sniffed::Known(Format::Xml),
            }
        }
        Root::Page => Sniffed::Refused("html"),
        // In a file that goes on the root may yet come; in a whole one there is none.
        Root::None if is_whole && !declared => Sniffed::Known(Format::Text),
        Root::None => Sniffed::Unknown,
    }
}

enum Root<'a> {
    Element {
        name: &'a str,
        tag: &'a str,
    },
    /// A document type of HTML or SVG.
    Page,
    None,
}

/// The first element of an XML document, past declaration, comments, instructions and document type.
fn root_element(content: &str) -> Root<'_> {
    let mut rest = content;
    loop {
        rest = rest.trim_start();
        let after = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.split_once("-->").map(|(_, after)| after)
        } else if let Some(instruction) = rest.strip_prefix("<?") {
            instruction.split_once("?>").map(|(_, after)| after)
        } else if rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype")) {
            let declaration = first_chars(&rest[9..], 256).to_ascii_lowercase();
            let root = declaration.trim_start();
            if names_tag(root, "html") || names_tag(root, "svg") {
                return Root::Page;
            }
            after_document_type(&rest[9..])
        } else {
            return named_element(rest);
        };
        match after {
            Some(after) => rest = after,
            None => return Root::None,
        }
    }
}

/// What follows `<!DOCTYPE … [ … ]>`; brackets and ends inside quotes do not count.
fn after_document_type(text: &str) -> Option<&str> {
    let mut quote = None;
    let mut inside_subset = false;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[') => inside_subset = true,
            (None, ']') => inside_subset = false,
            (None, '>') if !inside_subset => return Some(&text[at + 1..]),
            (None, _) => {}
        }
    }
    None
}

fn named_element(rest: &str) -> Root<'_> {
    let Some(tag_on) = rest.strip_prefix('<') else { return Root::None };
    let end = tag_on.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(tag_on.len());
    let name = &tag_on[..end];
    if end == tag_on.len() || !name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | ':')) {
        return Root::None;
    }
    let tag_end = tag_on.find('>').unwrap_or(tag_on.len());
    Root::Element { name, tag: &tag_on[..tag_end] }
}

fn is_active(lower: &str) -> bool {
    ACTIVE_TAGS.iter().any(|tag| names_tag(lower, tag))
}

/// `text` starts with `tag` and the name ends there.
fn names_tag(text: &str, tag: &str) -> bool {
    text.strip_prefix(tag).is_some_and(|rest| {
        rest.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, '>' | '/' | '[' | '"' | '\''))
    })
}

fn first_chars(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}
