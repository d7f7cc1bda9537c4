use std::borrow::Cow;
use std::cell::Cell;

use super::canonical::{Method, Refused, Selection, canonical};
use super::signature::Stated;
use super::tree::{Document, Node};
use super::{DSIG, base64, decode, parse};
use crate::container::relationships;
use crate::report::Finding;

const XPATH: &str = "http://www.w3.org/TR/1999/REC-xpath-19991116";
const XPATH_FILTER: &str = "http://www.w3.org/2002/06/xmldsig-filter2";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform";

/// What a node costs, in bytes; and how many bytes that need only be digested cost as much as one that is made.
const NODE: usize = 16;
const DIGESTED: usize = 8;

/// What lies outside of the document, by the name that a reference gives it.
pub enum Octets<'d> {
    Here(&'d [u8]),
    /// It should be there and isn't.
    Missing,
    /// It is elsewhere, and nothing is fetched.
    Elsewhere,
    Refused(Finding),
}

pub struct Outside<'d> {
    pub find: &'d dyn Fn(&str) -> Octets<'d>,
    /// The document is a part of an OPC package, whose lists of relations have a transform of their own.
    pub is_package: bool,
}

/// From references to the bytes that are digested, within a limit for the whole file.
pub struct Processing<'d> {
    pub document: &'d Document<'d>,
    pub outside: &'d Outside<'d>,
    /// Bytes that may yet be made; a node that is looked at costs as much as some of them.
    pub left: &'d Cell<u64>,
}

/// What a reference is to.
#[derive(Debug, Clone)]
pub enum Target<'d> {
    /// Without `markup`, the text alone was digested.
    Nodes {
        selection: Selection<'d>,
        markup: bool,
    },
    /// `whole`: its bytes, or its canonical form. `relations`: the transform that chose some of the relations of a list.
    Outside {
        uri: &'d str,
        whole: bool,
        relations: Option<Node<'d>>,
    },
    Nothing,
}

impl<'d> Target<'d> {
    pub fn apex(&self) -> Option<Node<'d>> {
        match self {
            Target::Nodes { selection, .. } => Some(selection.apex),
            _ => None,
        }
    }
}

/// Why a reference has no bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    Missing,
    /// Several elements have the id.
    Ambiguous,
    Elsewhere,
    Unsupported(String),
    /// A transform does not fit what it is applied to.
    Malformed,
    Limit,
    Refused(Finding),
}

enum Stage<'d> {
    Nodes(Selection<'d>),
    Octets(Cow<'d, [u8]>),
}

impl<'d> Processing<'d> {
    /// The canonical form of a selection, as far as the limit allows.
    pub fn canonical(&self, selection: &Selection<'_>, method: &Method) -> Result<Vec<u8>, Problem> {
        let above: usize = selection.apex.ancestors().map(|node| node.own_size()).sum();
        self.spend((selection.apex.size() + above).saturating_mul(NODE))?;
        let octets = canonical(selection, method, self.left.get()).map_err(|refused| match refused {
            Refused::Limit => Problem::Limit,
            Refused::Base => Problem::Unsupported("xml:base".to_owned()),
        })?;
        self.spend(octets.len())?;
        Ok(octets)
    }

    pub fn spend(&self, cost: usize) -> Result<(), Problem> {
        let left = self.left.get().checked_sub(cost as u64);
        self.left.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or(Problem::Limit)
    }

    /// What a reference is to, and its bytes (XMLDSig 1.1, 4.4.3.2). `last` is the canonical form for a set of nodes that no transform
    /// made bytes of.
    pub(super) fn process(
        &self,
        stated: &Stated<'d>,
        signature: Node<'d>,
        last: &Method,
    ) -> (Target<'d>, Result<Cow<'d, [u8]>, Problem>) {
        let (mut target, mut stage) = match self.resolve(stated) {
            Ok(resolved) => resolved,
            Err(problem) => return (Target::Nothing, Err(problem)),
        };
        for &transform in &stated.transforms {
            stage = match self.apply(transform, stage, signature, &mut target) {
                Ok(stage) => stage,
                Err(problem) => return (target, Err(problem)),
            };
        }
        let octets = match stage {
            Stage::Nodes(selection) => self.canonical(&selection, last).map(Cow::Owned),
            Stage::Octets(octets) => self.spend(octets.len() / DIGESTED).map(|()| octets),
        };
        (target, octets)
    }

    fn resolve(&self, stated: &Stated<'d>) -> Result<(Target<'d>, Stage<'d>), Problem> {
        // Only whoever wrote the document knows what a reference without a URI is to.
        let uri = stated.uri.ok_or(Problem::Elsewhere)?;
        let Some(fragment) = uri.strip_prefix('#').or(uri.is_empty().then_some("")) else {
            return match (self.outside.find)(uri) {
                Octets::Here(octets) => Ok((
                    Target::Outside { uri, whole: true, relations: None },
                    Stage::Octets(Cow::Borrowed(octets)),
                )),
                Octets::Missing => Err(Problem::Missing),
                Octets::Elsewhere => Err(Problem::Elsewhere),
                Octets::Refused(finding) => Err(Problem::Refused(finding)),
            };
        };
        let pointer = fragment.strip_prefix("xpointer(").and_then(|rest| rest.strip_suffix(')'));
        let by_id = |id: &str| match self.document.by_id(id) {
            Ok(Some(node)) => Ok(node),
            Ok(None) => Err(Problem::Missing),
            Err(_) => Err(Problem::Ambiguous),
        };
        let (apex, comments) = match (fragment, pointer) {
            ("", _) => (self.document.whole(), false),
            (_, Some("/")) => (self.document.whole(), true),
            (_, Some(pointer)) => {
                (by_id(quoted(pointer).ok_or(Problem::Unsupported(uri.to_owned()))?)?, true)
            }
            (id, None) => (by_id(id)?, false),
        };
        let selection = Selection { comments, ..Selection::all(apex) };
        Ok((Target::Nodes { selection: selection.clone(), markup: true }, Stage::Nodes(selection)))
    }

    fn apply(
        &self,
        transform: Node<'d>,
        stage: Stage<'d>,
        signature: Node<'d>,
        target: &mut Target<'d>,
    ) -> Result<Stage<'d>, Problem> {
        let algorithm = transform.attribute("Algorithm").unwrap_or_default();
        if let Some(method) = Method::at(transform) {
            let octets = match stage {
                Stage::Nodes(selection) => self.canonical(&selection, &method)?,
                Stage::Octets(octets) => self.canonical_octets(&octets, &method)?,
            };
            return Ok(Stage::Octets(Cow::Owned(octets)));
        }
        let excluded = match (algorithm.strip_prefix(DSIG), algorithm) {
            (Some("enveloped-signature"), _) => Some(Excluded::Own),
            (Some("base64"), _) => {
                match target {
                    Target::Nodes { markup, .. } => *markup = false,
                    Target::Outside { whole, .. } => *whole = false,
                    Target::Nothing => {}
                }
                let text = match &stage {
                    Stage::Nodes(selection) if selection.excluded.is_empty() => selection.apex.text(),
                    Stage::Nodes(_) => return Err(Problem::Malformed),
                    Stage::Octets(octets) => String::from_utf8_lossy(octets),
                };
                self.spend(text.len())?;
                return base64(&text)
                    .map(|octets| Stage::Octets(Cow::Owned(octets)))
                    .ok_or(Problem::Malformed);
            }
            (_, XPATH) => xpath(transform),
            (_, XPATH_FILTER) => xpath_filter(transform),
            (_, RELATIONSHIPS) if self.outside.is_package => {
                let Stage::Octets(octets) = &stage else { return Err(Problem::Malformed) };
                if let Target::Outside { whole, relations, .. } = target {
                    (*whole, *relations) = (false, Some(transform));
                }
                self.spend(octets.len())?;
                let made = relationships::transformed(octets, transform).ok_or(Problem::Malformed)?;
                return Ok(Stage::Octets(Cow::Owned(made)));
            }
            _ => None,
        };
        let excluded = excluded.ok_or_else(|| Problem::Unsupported(algorithm.to_owned()))?;
        let Stage::Nodes(mut selection) = stage else { return Err(Problem::Malformed) };
        match excluded {
            Excluded::Own => selection.exclude(signature),
            Excluded::All => {
                self.spend(selection.apex.size().saturating_mul(NODE))?;
                let signatures = selection.apex.descendants().filter(|node| node.is(DSIG, "Signature"));
                selection.exclude_all(signatures);
            }
        }
        if let Target::Nodes { selection: target, .. } = target {
            target.excluded.clone_from(&selection.excluded);
        }
        Ok(Stage::Nodes(selection))
    }

    /// Bytes that are read as a document, and its canonical form.
    fn canonical_octets(&self, octets: &[u8], method: &Method) -> Result<Vec<u8>, Problem> {
        self.spend(octets.len())?;
        let text = decode(octets).map_err(|_| Problem::Malformed)?;
        let document = Document::parse(&text).map_err(|_| Problem::Malformed)?;
        self.canonical(&Selection::all(document.whole()), method)
    }
}

/// Which signatures a transform leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Excluded {
    Own,
    All,
}

/// `id('name')`, as XPointer writes it.
fn quoted(pointer: &str) -> Option<&str> {
    let inner = pointer.strip_prefix("id(")?.strip_suffix(')')?;
    let quote = inner.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    inner.strip_prefix(quote)?.strip_suffix(quote)
}

/// The expressions that stand for "without signatures" (XMLDSig 1.1, 6.6.3). What any other one selects can't be told from the outside.
fn xpath(transform: Node<'_>) -> Option<Excluded> {
    match expression(transform.only(DSIG, "XPath")?)?.as_str() {
        "not(ancestor-or-self::ds:Signature)" => Some(Excluded::All),
        "count(ancestor-or-self::ds:Signature|here()/ancestor::ds:Signature[1])>count(ancestor-or-self::ds:Signature)" => {
            Some(Excluded::Own)
        }
        _ => None,
    }
}

/// The same in XPath Filter 2.0.
fn xpath_filter(transform: Node<'_>) -> Option<Excluded> {
    let filter = transform.only(XPATH_FILTER, "XPath").filter(|_| transform.elements().count() == 1)?;
    match (filter.attribute("Filter")?, expression(filter)?.as_str()) {
        ("subtract", "/descendant::ds:Signature" | "//ds:Signature") => Some(Excluded::All),
        ("subtract", "here()/ancestor::ds:Signature[1]") => Some(Excluded::Own),
        _ => None,
    }
}

/// An expression without its white space, the prefix of XMLDSig made `ds`.
fn expression(node: Node<'_>) -> Option<String> {
    let text: String = node.text().chars().filter(|&c| !parse::is_space(c)).collect();
    let at = text.find(":Signature")?;
    let prefix =
        text[..at].rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).next()?;
    if node.namespace_of(prefix)? != DSIG {
        return None;
    }
    Some(text.replace(&format!("{prefix}:Signature"), "ds:Signature"))
}
