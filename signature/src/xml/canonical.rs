use std::collections::HashMap;

use super::tree::{Attribute, Declaration, Element, Kind, Node};
use super::{XML, parse};

/// A canonical form: Canonical XML 1.0 and 1.1, and the exclusive one (W3C, 2001, 2008 and 2002).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Method {
    pub exclusive: bool,
    pub comments: bool,
    /// Version 1.1, which doesn't take every attribute of `xml:` along.
    pub second: bool,
    /// Prefixes that the exclusive form treats as the other one does, in order.
    pub inclusive_prefixes: Vec<String>,
}

impl Method {
    /// None: an algorithm that is not known here.
    pub fn of(algorithm: &str) -> Option<Self> {
        let (name, comments) = match algorithm.strip_suffix("WithComments") {
            Some(name) => (name, true),
            None => (algorithm, false),
        };
        let (exclusive, second) = match name.trim_end_matches('#') {
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" => (false, false),
            "http://www.w3.org/2006/12/xml-c14n11" => (false, true),
            "http://www.w3.org/2001/10/xml-exc-c14n" => (true, false),
            _ => return None,
        };
        Some(Self { exclusive, comments, second, inclusive_prefixes: Vec::new() })
    }

    /// The same with the `InclusiveNamespaces` of the element that names the algorithm.
    pub fn at(node: Node<'_>) -> Option<Self> {
        let mut method = Self::of(node.attribute("Algorithm")?)?;
        if let Some(list) = node.only("http://www.w3.org/2001/10/xml-exc-c14n#", "InclusiveNamespaces") {
            let prefixes = list.attribute("PrefixList").unwrap_or_default().split(parse::is_space);
            let prefixes = prefixes.filter(|prefix| !prefix.is_empty());
            method.inclusive_prefixes =
                prefixes.map(|prefix| if prefix == "#default" { "" } else { prefix }.to_owned()).collect();
            method.inclusive_prefixes.sort_unstable();
        }
        Some(method)
    }
}

/// A set of nodes: an element or the whole document, without some elements below.
#[derive(Debug, Clone)]
pub struct Selection<'d> {
    pub apex: Node<'d>,
    /// Where the elements that are left out stand, in order.
    pub excluded: Vec<usize>,
    pub comments: bool,
}

impl<'d> Selection<'d> {
    pub fn all(apex: Node<'d>) -> Self {
        Self { apex, excluded: Vec::new(), comments: true }
    }

    /// Whether all of the element but what is left out is selected.
    pub fn reaches(&self, node: Node<'_>) -> bool {
        self.apex.contains(node)
            && !node.ancestors().chain([node]).any(|one| self.excluded.binary_search(&one.at).is_ok())
    }

    /// Leaves an element out; with one that the apex lies in, nothing is left.
    pub fn exclude(&mut self, node: Node<'_>) {
        let left_out = if node.contains(self.apex) { self.apex } else { node };
        self.exclude_all(std::iter::once(left_out));
    }

    pub fn exclude_all<'n>(&mut self, nodes: impl Iterator<Item = Node<'n>>) {
        self.excluded.extend(nodes.map(|node| node.at));
        self.excluded.sort_unstable();
        self.excluded.dedup();
    }
}

/// Why there is no canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// More bytes than may be made.
    Limit,
    /// `xml:base` above the apex, which version 1.1 would join.
    Base,
}

/// The canonical form of a selection, at most so many bytes of it.
pub fn canonical(selection: &Selection<'_>, method: &Method, most: u64) -> Result<Vec<u8>, Refused> {
    let mut writer = Writer {
        method,
        selection,
        out: Vec::new(),
        scope: HashMap::new(),
        rendered: HashMap::new(),
        open: Vec::new(),
    };
    writer.run(most)?;
    Ok(writer.out)
}

struct Writer<'s, 'd> {
    method: &'s Method,
    selection: &'s Selection<'d>,
    out: Vec<u8>,
    /// What each prefix stands for, the innermost last; and what the output says it stands for.
    scope: HashMap<&'d str, Vec<usize>>,
    rendered: HashMap<&'d str, Vec<usize>>,
    open: Vec<Open<'d>>,
}

struct Open<'d> {
    node: Node<'d>,
    rendered: Vec<&'d str>,
}

impl<'d> Writer<'_, 'd> {
    fn run(&mut self, most: u64) -> Result<(), Refused> {
        let apex = self.selection.apex;
        let end = apex.entry().end;
        for above in apex.ancestors().collect::<Vec<_>>().into_iter().rev() {
            self.enter_scope(above);
        }
        let (mut at, mut excluded, mut rooted) = (apex.at, 0, false);
        while at < end {
            while let Some(open) = self.open.pop_if(|open| open.node.entry().end <= at) {
                self.end(open);
            }
            while self.selection.excluded.get(excluded).is_some_and(|&one| one < at) {
                excluded += 1;
            }
            let node = Node { at, ..apex };
            if self.selection.excluded.get(excluded) == Some(&at) {
                at = node.entry().end;
                continue;
            }
            at += 1;
            let is_beside_root = node.parent().is_some_and(|parent| parent.at == 0);
            match &node.entry().kind {
                Kind::Document => {}
                Kind::Element(element) => {
                    rooted = true;
                    self.start(node, element)?;
                }
                Kind::Text(text) => escape(text, false, &mut self.out),
                Kind::Comment(text) if self.selection.comments && self.method.comments => {
                    self.beside(is_beside_root, rooted, &["<!--", text, "-->"]);
                }
                Kind::Comment(_) => {}
                Kind::Instruction(target, "") => self.beside(is_beside_root, rooted, &["<?", target, "?>"]),
                Kind::Instruction(target, data) => {
                    self.beside(is_beside_root, rooted, &["<?", target, " ", data, "?>"]);
                }
            }
            if self.out.len() as u64 > most {
                return Err(Refused::Limit);
            }
        }
        while let Some(open) = self.open.pop() {
            self.end(open);
        }
        Ok(())
    }

    /// A comment or an instruction; beside the root a line end keeps it apart.
    fn beside(&mut self, beside_root: bool, rooted: bool, parts: &[&str]) {
        let is_apex = self.selection.apex.at > 0;
        if beside_root && rooted && !is_apex {
            self.out.push(b'\n');
        }
        parts.iter().for_each(|part| self.out.extend_from_slice(part.as_bytes()));
        if beside_root && !rooted && !is_apex {
            self.out.push(b'\n');
        }
    }

    fn declarations(node: Node<'d>) -> &'d [Declaration<'d>] {
        let element = node.element();
        element.map(|element| &node.document.declarations[element.declarations.clone()]).unwrap_or_default()
    }

    fn enter_scope(&mut self, node: Node<'d>) {
        for declared in Self::declarations(node) {
            self.scope.entry(declared.prefix).or_default().push(declared.namespace);
        }
    }

    fn in_scope(&self, prefix: &str) -> usize {
        let namespace = self.scope.get(prefix).and_then(|inner| inner.last());
        namespace.copied().unwrap_or(usize::from(prefix == "xml"))
    }

    fn start(&mut self, node: Node<'d>, element: &'d Element<'d>) -> Result<(), Refused> {
        self.enter_scope(node);
        let own = &node.document.attributes[element.attributes.clone()];
        let mut attributes: Vec<_> = own.iter().collect();
        let is_top = self.open.is_empty();
        let listed = &self.method.inclusive_prefixes;
        let is_listed = |prefix: &str| listed.binary_search_by(|one| one.as_str().cmp(prefix)).is_ok();
        let mut prefixes: Vec<&'d str> = Vec::new();
        if is_top {
            prefixes.extend(self.scope.keys().filter(|prefix| !self.method.exclusive || is_listed(prefix)));
        } else {
            let declared = Self::declarations(node).iter().map(|declared| declared.prefix);
            prefixes.extend(declared.filter(|prefix| !self.method.exclusive || is_listed(prefix)));
        }
        if self.method.exclusive {
            prefixes.push(element.prefix);
            prefixes.extend(own.iter().map(|one| one.prefix).filter(|prefix| !prefix.is_empty()));
        } else if is_top {
            self.inherit(node, &mut attributes)?;
        }
        prefixes.sort_unstable();
        prefixes.dedup();

        self.out.push(b'<');
        self.name(element.prefix, element.local);
        let mut rendered = Vec::new();
        for prefix in prefixes {
            let namespace = self.in_scope(prefix);
            let said = self.rendered.get(prefix).and_then(|inner| inner.last()).copied();
            if prefix == "xml" || said.unwrap_or(0) == namespace {
                continue;
            }
            self.rendered.entry(prefix).or_default().push(namespace);
            rendered.push(prefix);
            self.out.extend_from_slice(if prefix.is_empty() { b" xmlns" } else { b" xmlns:" });
            self.out.extend_from_slice(prefix.as_bytes());
            self.value(&node.document.namespaces[namespace]);
        }
        let name_of = |namespace: usize| node.document.namespaces[namespace].as_ref();
        attributes.sort_by_key(|one| (name_of(one.namespace), one.local));
        attributes.dedup_by_key(|one| (one.namespace, one.local));
        for attribute in attributes {
            self.out.push(b' ');
            self.name(attribute.prefix, attribute.local);
            self.value(&attribute.value);
        }
        self.out.push(b'>');
        self.open.push(Open { node, rendered });
        Ok(())
    }

    /// The attributes of `xml:` that stand above the apex, the nearest first (2.4 of both versions).
    fn inherit(&self, node: Node<'d>, attributes: &mut Vec<&'d Attribute<'d>>) -> Result<(), Refused> {
        for above in node.ancestors() {
            let Some(element) = above.element() else { continue };
            for attribute in &node.document.attributes[element.attributes.clone()] {
                if node.document.namespaces[attribute.namespace] != XML {
                    continue;
                }
                if self.method.second && attribute.local == "base" {
                    return Err(Refused::Base);
                }
                if !self.method.second || matches!(attribute.local, "lang" | "space") {
                    attributes.push(attribute);
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, open: Open<'d>) {
        if let Some(element) = open.node.element() {
            self.out.extend_from_slice(b"</");
            self.name(element.prefix, element.local);
            self.out.push(b'>');
        }
        for prefix in open.rendered {
            self.rendered.get_mut(prefix).and_then(Vec::pop);
        }
        for declared in Self::declarations(open.node) {
            self.scope.get_mut(declared.prefix).and_then(Vec::pop);
        }
    }

    fn name(&mut self, prefix: &str, local: &str) {
        if !prefix.is_empty() {
            self.out.extend_from_slice(prefix.as_bytes());
            self.out.push(b':');
        }
        self.out.extend_from_slice(local.as_bytes());
    }

    fn value(&mut self, value: &str) {
        self.out.extend_from_slice(b"=\"");
        escape(value, true, &mut self.out);
        self.out.push(b'"');
    }
}

fn escape(text: &str, in_attribute: bool, out: &mut Vec<u8>) {
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped: &str = match (byte, in_attribute) {
            (b'&', _) => "&amp;",
            (b'<', _) => "&lt;",
            (b'>', false) => "&gt;",
            (b'\r', _) => "&#xD;",
            (b'"', true) => "&quot;",
            (b'\t', true) => "&#x9;",
            (b'\n', true) => "&#xA;",
            _ => continue,
        };
        out.extend_from_slice(&text.as_bytes()[written..at]);
        out.extend_from_slice(escaped.as_bytes());
        written = at + 1;
    }
    out.extend_from_slice(&text.as_bytes()[written..]);
}
