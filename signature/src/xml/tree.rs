use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// A document: its nodes in document order, each with the place after its last descendant.
#[derive(Debug)]
pub struct Document<'t> {
    pub(super) nodes: Vec<Entry<'t>>,
    pub(super) attributes: Vec<Attribute<'t>>,
    pub(super) declarations: Vec<Declaration<'t>>,
    /// Names of namespaces, each once; the first is that of no namespace.
    pub(super) namespaces: Vec<Cow<'t, str>>,
    /// Elements by what their attributes say is their id; none where several say so.
    pub(super) ids: HashMap<Cow<'t, str>, Option<usize>>,
}

#[derive(Debug)]
pub(super) struct Entry<'t> {
    pub parent: usize,
    pub end: usize,
    pub kind: Kind<'t>,
}

#[derive(Debug)]
pub(super) enum Kind<'t> {
    Document,
    Element(Element<'t>),
    Text(Cow<'t, str>),
    Comment(&'t str),
    Instruction(&'t str, &'t str),
}

#[derive(Debug)]
pub(super) struct Element<'t> {
    pub prefix: &'t str,
    pub local: &'t str,
    pub namespace: usize,
    pub attributes: Range<usize>,
    pub declarations: Range<usize>,
}

#[derive(Debug)]
pub(super) struct Attribute<'t> {
    pub prefix: &'t str,
    pub local: &'t str,
    pub namespace: usize,
    pub value: Cow<'t, str>,
}

/// A prefix and the namespace that it stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declaration<'t> {
    pub prefix: &'t str,
    pub namespace: usize,
}

impl<'t> Document<'t> {
    /// The whole: its children are the root element and what stands beside it.
    pub fn whole(&self) -> Node<'_> {
        Node { document: self, at: 0 }
    }

    pub fn root(&self) -> Node<'_> {
        self.whole().elements().next().unwrap_or(self.whole())
    }

    /// Ok(None): no element has this id. Err: several have.
    pub fn by_id(&self, id: &str) -> Result<Option<Node<'_>>, Ambiguous> {
        match self.ids.get(id) {
            None => Ok(None),
            Some(&Some(at)) => Ok(Some(Node { document: self, at })),
            Some(None) => Err(Ambiguous),
        }
    }
}

/// Several elements carry the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ambiguous;

/// A place in a document.
#[derive(Clone, Copy)]
pub struct Node<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) at: usize,
}

impl<'d> Node<'d> {
    pub(super) fn entry(self) -> &'d Entry<'d> {
        &self.document.nodes[self.at]
    }

    pub(super) fn element(self) -> Option<&'d Element<'d>> {
        match &self.entry().kind {
            Kind::Element(element) => Some(element),
            _ => None,
        }
    }

    pub fn document(self) -> &'d Document<'d> {
        self.document
    }

    pub fn is(self, namespace: &str, local: &str) -> bool {
        self.name() == (namespace, local)
    }

    /// The namespace and the local name of an element.
    pub fn name(self) -> (&'d str, &'d str) {
        match self.element() {
            Some(element) => (&self.document.namespaces[element.namespace], element.local),
            None => ("", ""),
        }
    }

    /// The local name if the element is of a namespace.
    pub fn local_in(self, namespace: &str) -> Option<&'d str> {
        let (own, local) = self.name();
        (own == namespace).then_some(local)
    }

    pub fn parent(self) -> Option<Node<'d>> {
        (self.at > 0).then(|| Node { at: self.entry().parent, ..self })
    }

    pub fn ancestors(self) -> impl Iterator<Item = Node<'d>> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    pub fn children(self) -> impl Iterator<Item = Node<'d>> {
        let end = self.entry().end;
        let first = Node { at: self.at + 1, ..self };
        let within = move |node: &Node<'d>| node.at < end;
        std::iter::successors(Some(first).filter(within), move |node| {
            Some(Node { at: node.entry().end, ..*node }).filter(within)
        })
    }

    pub fn elements(self) -> impl Iterator<Item = Node<'d>> {
        self.children().filter(|node| node.element().is_some())
    }

    /// The only child element of a name.
    pub fn only(self, namespace: &str, local: &str) -> Option<Node<'d>> {
        let mut found = self.elements().filter(|node| node.is(namespace, local));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// Elements below this one.
    pub fn descendants(self) -> impl Iterator<Item = Node<'d>> {
        (self.at + 1..self.entry().end)
            .map(move |at| Node { at, ..self })
            .filter(|node| node.element().is_some())
    }

    /// Whether the other is this node or below it.
    pub fn contains(self, other: Node<'_>) -> bool {
        (self.at..self.entry().end).contains(&other.at)
    }

    /// The value of an attribute that is of no namespace.
    pub fn attribute(self, local: &str) -> Option<&'d str> {
        let element = self.element()?;
        self.document.attributes[element.attributes.clone()]
            .iter()
            .find(|attribute| attribute.namespace == 0 && attribute.local == local)
            .map(|attribute| attribute.value.as_ref())
    }

    /// What a prefix stands for here.
    pub fn namespace_of(self, prefix: &str) -> Option<&'d str> {
        let elements = std::iter::once(self).chain(self.ancestors()).filter_map(|node| node.element());
        let mut declared = elements.flat_map(|one| &self.document.declarations[one.declarations.clone()]);
        let namespace = declared.find(|declared| declared.prefix == prefix)?.namespace;
        Some(&self.document.namespaces[namespace])
    }

    /// How many nodes the element consists of.
    pub(super) fn size(self) -> usize {
        self.entry().end - self.at
    }

    /// How many names and values its tag holds.
    pub(super) fn own_size(self) -> usize {
        self.element().map_or(1, |element| 1 + element.attributes.len() + element.declarations.len())
    }

    /// All text below, comments left out.
    pub fn text(self) -> Cow<'d, str> {
        let mut parts = (self.at..self.entry().end).filter_map(|at| match &self.document.nodes[at].kind {
            Kind::Text(text) => Some(text.as_ref()),
            _ => None,
        });
        match (parts.next(), parts.next()) {
            (None, _) => Cow::Borrowed(""),
            (Some(only), None) => Cow::Borrowed(only),
            (Some(first), Some(second)) => {
                let mut text = [first, second].concat();
                parts.for_each(|part| text.push_str(part));
                Cow::Owned(text)
            }
        }
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.at == other.at
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:?} at {}", self.name(), self.at)
    }
}
