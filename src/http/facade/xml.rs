//! Messages in XML, read strictly: elements and text, and nothing that could grow, point elsewhere or be read in two ways.
//!
//! Document types are refused, and with them every entity but the five that XML has by itself; so are processing instructions, prefixes,
//! attributes other than the namespace declarations that .NET and Java write, characters that XML does not allow, and encodings other
//! than UTF-8. Depth, elements and attributes are counted, so that what a message costs is known by its length, which is limited
//! before. A list is its element once for each item.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use serde_json::{Map, Value};

/// Elements within each other, the root included.
const DEEPEST: usize = 8;
const MOST_ELEMENTS: usize = 10_000;
const MOST_ATTRIBUTES: usize = 64;
const LONGEST_NAME: usize = 64;

/// What a message looks like beyond the names of its fields.
#[derive(Clone, Copy, Debug)]
pub struct Grammar {
    /// Name of the outermost element.
    pub root: &'static str,
    /// Names of elements that may stand several times.
    pub lists: &'static [&'static str],
}

/// Why a document is no message: a word that programs can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Encoding,
    DocumentType,
    Entity,
    Instruction,
    Attribute,
    Prefix,
    Character,
    Depth,
    Elements,
    Name,
    Root,
    Repeated,
    MixedText,
    Malformed,
}

impl Fault {
    pub fn as_str(self) -> &'static str {
        match self {
            Fault::Encoding => "xml_encoding",
            Fault::DocumentType => "xml_document_type",
            Fault::Entity => "xml_entity",
            Fault::Instruction => "xml_instruction",
            Fault::Attribute => "xml_attribute",
            Fault::Prefix => "xml_prefix",
            Fault::Character => "xml_character",
            Fault::Depth => "xml_depth",
            Fault::Elements => "xml_elements",
            Fault::Name => "xml_name",
            Fault::Root => "xml_root",
            Fault::Repeated => "xml_repeated",
            Fault::MixedText => "xml_mixed_text",
            Fault::Malformed => "xml_malformed",
        }
    }
}

/// Reads a message: an element with elements is an object, one with text alone that text, one of the grammar's lists an item of an array.
pub fn read(bytes: &[u8], grammar: &Grammar) -> Result<Value, Fault> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let document = std::str::from_utf8(bytes).map_err(|_| Fault::Encoding)?;
    if !document.chars().all(is_allowed) {
        return Err(Fault::Character);
    }
    let mut reader = Reader::from_str(document);
    let config = reader.config_mut();
    config.check_comments = true;
    config.expand_empty_elements = true;
    let mut reading = Reading { grammar, open: Vec::new(), message: None, elements: 0, attributes: 0 };
    let mut is_first = true;
    loop {
        let event = reader.read_event().map_err(|_| Fault::Malformed)?;
        match event {
            Event::Decl(declaration) if is_first => check_declaration(&declaration)?,
            Event::Start(element) => reading.begin(&element)?,
            Event::End(_) => reading.end()?,
            Event::Text(text) if text.contains("]]>") => return Err(Fault::Malformed),
            Event::Text(text) => reading.text(&text)?,
            Event::CData(text) if reading.open.is_empty() || text.is_empty() => {
                reading.expect_open()?;
            }
            Event::CData(text) => reading.text(&text)?,
            Event::GeneralRef(reference) => {
                reading.expect_open()?;
                reading.text(referred(&reference)?.encode_utf8(&mut [0; 4]))?;
            }
            Event::Comment(_) => {}
            Event::DocType(_) => return Err(Fault::DocumentType),
            Event::PI(_) => return Err(Fault::Instruction),
            Event::Decl(_) | Event::Empty(_) => return Err(Fault::Malformed),
            Event::Eof => break,
        }
        is_first = false;
    }
    match reading.message {
        Some(message) if reading.open.is_empty() => Ok(message),
        _ => Err(Fault::Malformed),
    }
}

/// XML 1.0, production 2.
pub(super) fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

fn check_declaration(declaration: &BytesDecl<'_>) -> Result<(), Fault> {
    if declaration.version().map_err(|_| Fault::Malformed)? != "1.0" {
        return Err(Fault::Malformed);
    }
    match declaration.encoding() {
        None => Ok(()),
        Some(Ok(encoding)) if encoding.eq_ignore_ascii_case("utf-8") => Ok(()),
        Some(Ok(_)) => Err(Fault::Encoding),
        Some(Err(_)) => Err(Fault::Malformed),
    }
}

/// The character that a reference stands for: one by its number, or one of the five that every document has (XML 1.0, section 4.6).
fn referred(reference: &BytesRef<'_>) -> Result<char, Fault> {
    match reference.resolve_char_ref() {
        Ok(Some(c)) if is_allowed(c) => Ok(c),
        Ok(None) => match &**reference {
            "amp" => Ok('&'),
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            _ => Err(Fault::Entity),
        },
        Ok(Some(_)) => Err(Fault::Character),
        Err(_) => Err(Fault::Malformed),
    }
}

/// An element whose end has not come.
struct Open {
    name: String,
    fields: Map<String, Value>,
    text: String,
    is_nil: bool,
}

struct Reading<'g> {
    grammar: &'g Grammar,
    open: Vec<Open>,
    message: Option<Value>,
    elements: usize,
    attributes: usize,
}

impl Reading<'_> {
    fn begin(&mut self, element: &BytesStart<'_>) -> Result<(), Fault> {
        let name = element.name();
        let name = name.as_ref();
        if name.contains(':') {
            return Err(Fault::Prefix);
        }
        let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !is_plain || name.len() > LONGEST_NAME || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(Fault::Name);
        }
        if self.open.is_empty() && (self.message.is_some() || name != self.grammar.root) {
            return Err(if self.message.is_some() { Fault::Malformed } else { Fault::Root });
        }
        self.elements += 1;
        if self.elements > MOST_ELEMENTS {
            return Err(Fault::Elements);
        }
        if self.open.len() == DEEPEST {
            return Err(Fault::Depth);
        }
        let is_nil = self.attributes(element)?;
        self.open.push(Open { name: name.to_owned(), fields: Map::new(), text: String::new(), is_nil });
        Ok(())
    }

    /// Counts the attributes; answers whether they say that there is no value.
    fn attributes(&mut self, element: &BytesStart<'_>) -> Result<bool, Fault> {
        let mut is_nil = false;
        for attribute in element.attributes() {
            self.attributes += 1;
            if self.attributes > MOST_ATTRIBUTES {
                return Err(Fault::Attribute);
            }
            let attribute = attribute.map_err(|_| Fault::Malformed)?;
            let value: Cow<'_, str> = attribute.value;
            match attribute.key.as_ref() {
                "xsi:nil" if matches!(&*value, "true" | "1") => is_nil = true,
                "xsi:nil" => {}
                "xmlns" => {}
                key if key.starts_with("xmlns:") => {}
                _ => return Err(Fault::Attribute),
            }
        }
        Ok(is_nil)
    }

    fn expect_open(&self) -> Result<(), Fault> {
        if self.open.is_empty() { Err(Fault::Malformed) } else { Ok(()) }
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        match self.open.last_mut() {
            Some(open) => open.text.push_str(text),
            None if text.chars().all(is_space) => {}
            None => return Err(Fault::Malformed),
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fault> {
        let open = self.open.pop().ok_or(Fault::Malformed)?;
        let is_blank = open.text.chars().all(is_space);
        let is_list = self.grammar.lists.contains(&&*open.name);
        let value = match (open.fields.is_empty(), is_blank) {
            _ if open.is_nil && is_blank && open.fields.is_empty() => Value::Null,
            (false, false) => return Err(Fault::MixedText),
            (false, true) => Value::Object(open.fields),
            (true, _) if self.open.is_empty() && is_blank => Value::Object(Map::new()),
            (true, _) => Value::String(open.text),
        };
        let Some(outer) = self.open.last_mut() else {
            self.message = Some(value);
            return Ok(());
        };
        if is_list {
            let items = outer.fields.entry(open.name).or_insert_with(|| Value::Array(Vec::new()));
            // An empty element is a list without items.
            let is_empty = value.is_null() || (is_blank && value.is_string());
            if let (Value::Array(items), false) = (items, is_empty) {
                items.push(value);
            }
        } else if outer.fields.insert(open.name, value).is_some() {
            return Err(Fault::Repeated);
        }
        Ok(())
    }
}

/// XML 1.0, production 3.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const GRAMMAR: Grammar = Grammar { root: "HoSo", lists: &["TaiLieuNop"] };

    fn fault(document: &str) -> &'static str {
        read(document.as_bytes(), &GRAMMAR).expect_err(document).as_str()
    }

    #[test]
    fn a_message_is_what_its_elements_say() {
        let document = "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- mẫu -->\n<HoSo xmlns=\"urn:kho\" xmlns:xsi=\"urn:xsi\">\n
            <ChuHoSo>Nguyễn &lt;An&gt; &amp; &#x1EA4; <![CDATA[<b>]]></ChuHoSo><Email xsi:nil=\"true\"/><Trong/>
            <TaiLieuNop><TepDinhKemId>1</TepDinhKemId></TaiLieuNop><TaiLieuNop/><TaiLieuNop><TepDinhKemId>2</TepDinhKemId></TaiLieuNop></HoSo>\n";
        let expected = json!({
            "ChuHoSo": "Nguyễn <An> & Ấ <b>", "Email": null, "Trong": "",
            "TaiLieuNop": [{ "TepDinhKemId": "1" }, { "TepDinhKemId": "2" }],
        });
        assert_eq!(read(document.as_bytes(), &GRAMMAR).unwrap(), expected);
    }

    #[test]
    fn what_could_grow_or_point_elsewhere_is_refused() {
        let bomb = "<!DOCTYPE HoSo [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><HoSo>&b;</HoSo>";
        assert_eq!(fault(bomb), "xml_document_type");
        let outside = "<!DOCTYPE HoSo [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><HoSo>&x;</HoSo>";
        assert_eq!(fault(outside), "xml_document_type");
        assert_eq!(fault("<!DOCTYPE HoSo SYSTEM \"http://x.vn/a.dtd\"><HoSo/>"), "xml_document_type");
        assert_eq!(fault("<HoSo>&x;</HoSo>"), "xml_entity");
        assert_eq!(fault("<HoSo>&#0;</HoSo>"), "xml_malformed");
        assert_eq!(fault("<HoSo>&#x1F;</HoSo>"), "xml_character");
        assert_eq!(fault("<HoSo>&#99999999999999999999;</HoSo>"), "xml_malformed");
        assert_eq!(fault("<?xml-stylesheet href=\"http://x.vn/a\"?><HoSo/>"), "xml_instruction");
        assert_eq!(fault("<HoSo><x:a xmlns:x=\"urn:x\"/></HoSo>"), "xml_prefix");
        assert_eq!(fault("<HoSo><include href=\"http://x.vn\"/></HoSo>"), "xml_attribute");
    }

    #[test]
    fn depth_elements_attributes_and_names_are_limited() {
        let deep = |n: usize| format!("{}x{}", "<HoSo>".repeat(n), "</HoSo>".repeat(n));
        assert!(read(deep(8).as_bytes(), &GRAMMAR).is_ok());
        assert_eq!(fault(&deep(9)), "xml_depth");
        assert_eq!(fault(&deep(20_000)), "xml_depth");
        let wide = |n: usize| format!("<HoSo>{}</HoSo>", "<TaiLieuNop/>".repeat(n));
        assert!(read(wide(9_999).as_bytes(), &GRAMMAR).is_ok());
        assert_eq!(fault(&wide(10_000)), "xml_elements");
        let attributes = (0..65).map(|n| format!(" xmlns:a{n}=\"u\"")).collect::<String>();
        assert_eq!(fault(&format!("<HoSo{attributes}/>")), "xml_attribute");
        assert_eq!(fault(&format!("<HoSo><{0}/></HoSo>", "a".repeat(65))), "xml_name");
        assert_eq!(fault("<HoSo><tên/></HoSo>"), "xml_name");
    }

    #[test]
    fn what_is_not_well_formed_or_could_be_read_in_two_ways_is_refused() {
        for document in [
            "",
            " ",
            "x",
            "<HoSo>",
            "</HoSo>",
            "<HoSo></hoso>",
            "<HoSo/><HoSo/>",
            "<HoSo/>x",
            "x<HoSo/>",
            "<HoSo/>&amp;",
            "<HoSo/><![CDATA[x]]>",
            "<HoSo a=\"1\" a=\"2\"/>",
            "<HoSo><a></HoSo></a>",
            "<HoSo>a ]]> b</HoSo>",
            "<HoSo><!-- a -- b --></HoSo>",
            "<HoSo/><?xml version=\"1.0\"?>",
            "<?xml version=\"1.1\"?><HoSo/>",
            "<HoSo>& b</HoSo>",
        ] {
            let fault = read(document.as_bytes(), &GRAMMAR).expect_err(document);
            assert!(
                matches!(fault, Fault::Malformed | Fault::Attribute | Fault::Entity),
                "{document}: {fault:?}"
            );
        }
        assert_eq!(fault("<DonHang/>"), "xml_root");
        assert_eq!(fault("<HoSo><a>1</a><a>2</a></HoSo>"), "xml_repeated");
        assert_eq!(fault("<HoSo>x<a>1</a></HoSo>"), "xml_mixed_text");
        assert_eq!(fault("<HoSo>\u{8}</HoSo>"), "xml_character");
        assert_eq!(fault("<?xml version=\"1.0\" encoding=\"windows-1258\"?><HoSo/>"), "xml_encoding");
        let utf_16 = "\u{FEFF}<HoSo/>".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        assert_eq!(read(&utf_16, &GRAMMAR), Err(Fault::Encoding));
        assert_eq!(read(b"<HoSo>\xE9</HoSo>", &GRAMMAR), Err(Fault::Encoding));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes, &GRAMMAR);
        }

        /// Pieces of XML put together at random come closer to what could surprise the reader.
        #[test]
        fn any_pieces_of_xml_are_read_or_refused_within_the_limits(pieces in prop::collection::vec(prop::sample::select(vec![
            "<HoSo>", "</HoSo>", "<a>", "</a>", "<TaiLieuNop>", "</TaiLieuNop>", "<a/>", "&amp;", "&x;", "&#65;", "<![CDATA[", "]]>", "<!--", "-->",
            "<!DOCTYPE a>", "<?xml version=\"1.0\"?>", "<?p?>", " ", "x", "\"", "=", "<a xmlns=\"u\">", "<", ">", "é",
        ]), 0..60)) {
            if let Ok(message) = read(pieces.concat().as_bytes(), &GRAMMAR) {
                prop_assert!(depth(&message) <= 2 * DEEPEST);
            }
        }

        #[test]
        fn what_is_written_is_what_is_read(text in "[ -~À-ỹ\n]{0,80}") {
            let document = format!("<HoSo><a>{}</a></HoSo>", quick_xml::escape::escape(&*text));
            prop_assert_eq!(read(document.as_bytes(), &GRAMMAR), Ok(json!({ "a": text })));
        }
    }

    fn depth(value: &Value) -> usize {
        match value {
            Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or_default(),
            Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
            _ => 0,
        }
    }
}
