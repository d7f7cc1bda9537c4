use std::borrow::Cow;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// Elements one after another, written as they come. Names are ours; texts are a stranger's.
pub(super) struct Xml(Writer<Vec<u8>>);

impl Xml {
    pub fn new() -> Self {
        let mut xml = Self(Writer::new_with_indent(Vec::new(), b' ', 2));
        xml.put(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml
    }

    pub fn within(&mut self, name: &str, attributes: &[(&str, &str)], content: impl FnOnce(&mut Self)) {
        self.put(Event::Start(start(name, attributes)));
        content(self);
        self.put(Event::End(BytesEnd::new(name)));
    }

    pub fn text(&mut self, name: &str, text: &str) {
        self.put(Event::Start(BytesStart::new(name)));
        self.put(Event::Text(BytesText::new(&legal(text))));
        self.put(Event::End(BytesEnd::new(name)));
    }

    pub fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.put(Event::Empty(start(name, attributes)));
    }

    pub fn finish(self) -> String {
        String::from_utf8(self.0.into_inner()).unwrap_or_default()
    }

    fn put(&mut self, event: Event<'_>) {
        // A vector takes whatever is written.
        let _ = self.0.write_event(event);
    }
}

fn start<'n>(name: &'n str, attributes: &[(&str, &str)]) -> BytesStart<'n> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, &*legal(value)));
    }
    start
}

/// Without the characters that no XML document may hold, however they are written (XML 1.0, 2.2).
fn legal(text: &str) -> Cow<'_, str> {
    let is_legal = |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(is_legal) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|character| if is_legal(character) { character } else { '\u{fffd}' }).collect()
}
