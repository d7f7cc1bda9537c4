use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::XML;
use super::tree::{Attribute, Declaration, Document, Element, Entry, Kind};

/// Far above what any document nests.
const DEEPEST: usize = 512;
/// Nodes, attributes and declarations of one document: a hundred megabytes of memory or two.
const MOST: usize = 1_000_000;

const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// Why a document is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("an encoding that is not known here")]
    Encoding,
    #[error("a document type declaration")]
    Doctype,
    #[error("an entity that is not one of the five")]
    Entity,
    #[error("not well-formed")]
    Form,
    #[error("a prefix without a namespace, or a reserved one")]
    Namespace,
    #[error("too large or too deep")]
    Limit,
}

type Result<T> = std::result::Result<T, Malformed>;

impl<'t> Document<'t> {
    /// Reads decoded text (XML 1.0 and Namespaces in XML 1.0).
    pub fn parse(text: &'t str) -> Result<Self> {
        let controls = text.bytes().any(|byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'));
        if controls || text.contains('\u{fffe}') || text.contains('\u{ffff}') {
            return Err(Malformed::Form);
        }
        let mut parser = Parser::new(text);
        parser.run()?;
        Ok(parser.document)
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    document: Document<'t>,
    open: Vec<Open<'t>>,
    /// What each prefix stands for, the innermost last.
    scope: HashMap<&'t str, Vec<usize>>,
    known: HashMap<Cow<'t, str>, usize>,
    rooted: bool,
}

struct Open<'t> {
    at: usize,
    name: &'t str,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        let whole = Entry { parent: 0, end: 0, kind: Kind::Document };
        let namespaces = vec![Cow::Borrowed(""), Cow::Borrowed(XML)];
        let known = namespaces.iter().cloned().zip(0..).collect();
        Self {
            text,
            at: 0,
            document: Document {
                nodes: vec![whole],
                attributes: Vec::new(),
                declarations: Vec::new(),
                namespaces,
                ids: HashMap::new(),
            },
            open: Vec::new(),
            scope: HashMap::from([("xml", vec![1])]),
            known,
            rooted: false,
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn run(&mut self) -> Result<()> {
        if self.rest().starts_with("<?xml") && !self.rest()[5..].starts_with(is_name_char) {
            self.at += 5;
            let declaration = self.until("?>")?.trim_start();
            if !(declaration.starts_with("version=\"1.") || declaration.starts_with("version='1.")) {
                return Err(Malformed::Form);
            }
        }
        while self.at < self.text.len() {
            let rest = self.rest();
            if rest.starts_with("<!--") {
                self.at += 4;
                let comment = self.until("--")?;
                self.expect(">")?;
                self.push(Kind::Comment(comment))?;
            } else if rest.starts_with("<![CDATA[") {
                self.at += 9;
                let text = self.until("]]>")?;
                if self.open.is_empty() {
                    return Err(Malformed::Form);
                }
                self.push_text(Cow::Borrowed(text))?;
            } else if rest.starts_with("<!DOCTYPE") {
                return Err(Malformed::Doctype);
            } else if rest.starts_with("<?") {
                self.at += 2;
                self.instruction()?;
            } else if rest.starts_with("</") {
                self.at += 2;
                self.end()?;
            } else if rest.starts_with('<') {
                self.at += 1;
                self.start()?;
            } else {
                let size = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
                self.at += size;
                let text = &rest[..size];
                if text.contains(']') && text.contains("]]>") {
                    return Err(Malformed::Form);
                }
                self.push_text(resolved(text)?)?;
            }
        }
        self.document.nodes[0].end = self.document.nodes.len();
        if self.open.is_empty() && self.rooted { Ok(()) } else { Err(Malformed::Form) }
    }

    fn until(&mut self, mark: &str) -> Result<&'t str> {
        let rest = self.rest();
        let found = match mark.as_bytes() {
            [byte] => memchr::memchr(*byte, rest.as_bytes()),
            mark => memchr::memmem::find(rest.as_bytes(), mark),
        };
        let size = found.ok_or(Malformed::Form)?;
        self.at += size + mark.len();
        Ok(&rest[..size])
    }

    fn expect(&mut self, mark: &str) -> Result<()> {
        if !self.rest().starts_with(mark) {
            return Err(Malformed::Form);
        }
        self.at += mark.len();
        Ok(())
    }

    fn skip_space(&mut self) -> bool {
        let rest = self.rest();
        let size = rest.len() - rest.trim_start_matches(is_space).len();
        self.at += size;
        size > 0
    }

    /// A name with at most one colon, as prefix and local name.
    fn name(&mut self) -> Result<(&'t str, &'t str, &'t str)> {
        let rest = self.rest();
        let size = rest.find(|c| !(is_name_char(c) || c == ':')).unwrap_or(rest.len());
        self.at += size;
        let whole = &rest[..size];
        let (prefix, local) = match whole.split_once(':') {
            Some((prefix, _)) if !starts_name(prefix) => return Err(Malformed::Form),
            Some(parts) => parts,
            None => ("", whole),
        };
        if !starts_name(local) || local.contains(':') {
            return Err(Malformed::Form);
        }
        Ok((whole, prefix, local))
    }

    fn room(&self) -> Result<()> {
        let document = &self.document;
        let size = document.nodes.len() + document.attributes.len() + document.declarations.len();
        if size < MOST { Ok(()) } else { Err(Malformed::Limit) }
    }

    fn push(&mut self, kind: Kind<'t>) -> Result<usize> {
        self.room()?;
        let at = self.document.nodes.len();
        let parent = self.open.last().map_or(0, |open| open.at);
        self.document.nodes.push(Entry { parent, end: at + 1, kind });
        Ok(at)
    }

    fn push_text(&mut self, text: Cow<'t, str>) -> Result<()> {
        if self.open.is_empty() {
            // Beside the root there is white space only, and no reference stands for it.
            let plain = matches!(&text, Cow::Borrowed(text) if text.chars().all(is_space));
            return if plain { Ok(()) } else { Err(Malformed::Form) };
        }
        if !text.is_empty() {
            self.push(Kind::Text(text))?;
        }
        Ok(())
    }

    fn instruction(&mut self) -> Result<()> {
        let (_, prefix, target) = self.name()?;
        if !prefix.is_empty() || target.eq_ignore_ascii_case("xml") {
            return Err(Malformed::Form);
        }
        let spaced = self.skip_space();
        let data = self.until("?>")?;
        if !spaced && !data.is_empty() {
            return Err(Malformed::Form);
        }
        self.push(Kind::Instruction(target, data)).map(|_| ())
    }

    fn end(&mut self) -> Result<()> {
        let (name, ..) = self.name()?;
        self.skip_space();
        self.expect(">")?;
        match self.open.last() {
            Some(open) if open.name == name => self.close(),
            _ => Err(Malformed::Form),
        }
    }

    fn close(&mut self) -> Result<()> {
        let at = self.open.pop().ok_or(Malformed::Form)?.at;
        self.document.nodes[at].end = self.document.nodes.len();
        if let Kind::Element(element) = &self.document.nodes[at].kind {
            for declared in &self.document.declarations[element.declarations.clone()] {
                self.scope.get_mut(declared.prefix).and_then(Vec::pop);
            }
        }
        Ok(())
    }

    fn start(&mut self) -> Result<()> {
        if self.open.is_empty() && std::mem::replace(&mut self.rooted, true) {
            return Err(Malformed::Form);
        }
        if self.open.len() >= DEEPEST {
            return Err(Malformed::Limit);
        }
        let (name, prefix, local) = self.name()?;
        let attributes = self.document.attributes.len();
        let declarations = self.document.declarations.len();
        let is_empty = loop {
            let spaced = self.skip_space();
            if self.rest().starts_with('>') {
                self.at += 1;
                break false;
            }
            if self.rest().starts_with("/>") {
                self.at += 2;
                break true;
            }
            if !spaced {
                return Err(Malformed::Form);
            }
            self.attribute()?;
        };
        let (attributes, declarations) =
            (attributes..self.document.attributes.len(), declarations..self.document.declarations.len());
        for at in attributes.clone() {
            if !self.document.attributes[at].prefix.is_empty() {
                self.document.attributes[at].namespace = self.resolve(self.document.attributes[at].prefix)?;
            }
        }
        self.unique(&attributes, &declarations)?;
        let namespace = self.resolve(prefix)?;
        let element = Element { prefix, local, namespace, attributes: attributes.clone(), declarations };
        let at = self.push(Kind::Element(element))?;
        for attribute in &self.document.attributes[attributes] {
            let names_itself = match attribute.namespace {
                0 => attribute.local.eq_ignore_ascii_case("id"),
                1 => attribute.local == "id",
                _ => false,
            };
            if names_itself {
                let known = self.document.ids.entry(attribute.value.clone());
                known.and_modify(|known| *known = known.filter(|&one| one == at)).or_insert(Some(at));
            }
        }
        self.open.push(Open { at, name });
        if is_empty { self.close() } else { Ok(()) }
    }

    fn attribute(&mut self) -> Result<()> {
        let (_, prefix, local) = self.name()?;
        self.skip_space();
        self.expect("=")?;
        self.skip_space();
        let quote = if self.rest().starts_with('"') { "\"" } else { "'" };
        self.expect(quote)?;
        let raw = self.until(quote)?;
        if raw.contains('<') {
            return Err(Malformed::Form);
        }
        let raw = if memchr::memchr2(b'\t', b'\n', raw.as_bytes()).is_some() {
            Cow::Owned(raw.replace(['\t', '\n'], " "))
        } else {
            Cow::Borrowed(raw)
        };
        let value = match raw {
            Cow::Borrowed(raw) => resolved(raw)?,
            Cow::Owned(raw) => Cow::Owned(resolved(&raw)?.into_owned()),
        };
        self.room()?;
        match (prefix, local) {
            ("", "xmlns") => self.declare("", value),
            ("xmlns", _) => self.declare(local, value),
            _ => {
                self.document.attributes.push(Attribute { prefix, local, namespace: 0, value });
                Ok(())
            }
        }
    }

    fn declare(&mut self, prefix: &'t str, value: Cow<'t, str>) -> Result<()> {
        let is_reserved = prefix == "xmlns" || (prefix == "xml") != (value == XML) || value == XMLNS;
        if is_reserved || (!prefix.is_empty() && value.is_empty()) {
            return Err(Malformed::Namespace);
        }
        let namespace = match self.known.get(&value) {
            Some(&known) => known,
            None => {
                let new = self.document.namespaces.len();
                self.document.namespaces.push(value.clone());
                self.known.insert(value, new);
                new
            }
        };
        self.scope.entry(prefix).or_default().push(namespace);
        self.document.declarations.push(Declaration { prefix, namespace });
        Ok(())
    }

    fn resolve(&self, prefix: &str) -> Result<usize> {
        match self.scope.get(prefix).and_then(|inner| inner.last()) {
            Some(&namespace) => Ok(namespace),
            None if prefix.is_empty() => Ok(0),
            None => Err(Malformed::Namespace),
        }
    }

    /// No attribute and no declaration twice (Namespaces in XML, 6.3).
    fn unique(&self, attributes: &Range<usize>, declarations: &Range<usize>) -> Result<()> {
        let attributes = &self.document.attributes[attributes.clone()];
        let declarations = &self.document.declarations[declarations.clone()];
        let is_unique = all_differ(attributes.iter().map(|one| (one.namespace, one.local)))
            && all_differ(declarations.iter().map(|one| one.prefix));
        if is_unique { Ok(()) } else { Err(Malformed::Form) }
    }
}

fn all_differ<T: Ord>(list: impl ExactSizeIterator<Item = T>) -> bool {
    if list.len() < 2 {
        return true;
    }
    let mut list: Vec<T> = list.collect();
    list.sort_unstable();
    list.windows(2).all(|pair| pair[0] != pair[1])
}

/// Text with its references replaced: the five entities and numbers of characters (XML 1.0, 4.1).
fn resolved(text: &str) -> Result<Cow<'_, str>> {
    if !text.contains('&') {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (name, after) = after.split_once(';').ok_or(Malformed::Form)?;
        out.push(referred(name)?);
        rest = after;
    }
    out.push_str(rest);
    Ok(Cow::Owned(out))
}

fn referred(name: &str) -> Result<char> {
    let number = match name {
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "amp" => return Ok('&'),
        "quot" => return Ok('"'),
        "apos" => return Ok('\''),
        _ => name.strip_prefix('#').ok_or(Malformed::Entity)?,
    };
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Malformed::Form);
    }
    let code = u32::from_str_radix(digits, radix).map_err(|_| Malformed::Form)?;
    match char::from_u32(code).ok_or(Malformed::Form)? {
        c @ ('\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..) => Ok(c),
        _ => Err(Malformed::Form),
    }
}

pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn starts_name(text: &str) -> bool {
    text.starts_with(is_name_start)
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic()
        || c == '_'
        || matches!(c,
            '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
            | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
            | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '-' | '.' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
        || is_name_start(c)
}
