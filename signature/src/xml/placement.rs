use std::collections::{HashMap, HashSet};

use super::DSIG;
use super::properties::{Properties, is_holder, is_type_of_signed as is_of_properties};
use super::reference::{Digested, Reference};
use super::signature::Signature;
use super::transform::{Problem, Target};
use super::tree::{Document, Node};
use crate::findings::Code;
use crate::report::Finding;

/// How many of the elements that nobody signed are named.
const MOST_NAMED: usize = 3;

/// Whether what a signature covers is what a reader of the document sees.
#[derive(Debug)]
pub struct Placement {
    /// The signature covers the whole document.
    pub covers: bool,
    /// Nothing that a reader could take for the signed content stands beside it.
    pub sound: bool,
    pub findings: Vec<Finding>,
}

impl Placement {
    pub fn nowhere() -> Self {
        Self { covers: false, sound: false, findings: Vec::new() }
    }

    fn refuse(&mut self, code: Code, detail: Option<String>) {
        self.sound = false;
        self.findings.push(Finding { code, detail });
    }
}

/// What can be said of a signature whose data lie outside of its document.
pub fn place_apart(signature: &Signature<'_>, references: &[Reference<'_>]) -> Placement {
    let mut placement = Placement { covers: false, sound: true, findings: Vec::new() };
    properties(signature, references, &mut placement);
    placement
}

/// Judges each signature of a document by all of them, given in the same order: what one leaves out, another may cover.
pub fn place(document: &Document<'_>, signatures: &[(&Signature<'_>, &[Reference<'_>])]) -> Vec<Placement> {
    let unsigned = Unsigned::of(document, signatures);
    let each = signatures.iter().map(|(signature, references)| {
        let mut placement = place_apart(signature, references);
        if signature.node == document.root() {
            enveloping(signature, references, &mut placement);
        } else {
            enveloped(document, signature, references, &unsigned, &mut placement);
        }
        placement
    });
    each.collect()
}

/// The properties of a signature are its own: a reference to some others that look alike is what a wrapped signature has.
fn properties(signature: &Signature<'_>, references: &[Reference<'_>], placement: &mut Placement) {
    let properties = Properties::read(signature);
    let is_misled = references.iter().any(|reference| {
        reference.kind.is_some_and(is_of_properties) && reference.whole_element() != properties.signed
    });
    if properties.foreign || is_misled {
        placement.refuse(Code::SignedPropertiesMisplaced, None);
    }
    for reference in references {
        if reference.digested == Digested::Problem(Problem::Ambiguous) {
            placement.refuse(Code::ReferenceAmbiguous, reference.uri.map(str::to_owned));
        }
    }
}

/// Every object of the signature is signed, but for its properties: a reader may take any for the content. Whether they all are.
fn objects(signature: &Signature<'_>, references: &[Reference<'_>], placement: &mut Placement) -> bool {
    let covers = |node: Node<'_>, only_text: bool| {
        references.iter().any(|reference| match &reference.target {
            Target::Nodes { selection, markup } => (*markup || only_text) && selection.reaches(node),
            _ => false,
        })
    };
    let is_unsigned = |object: &&Node<'_>| {
        let mut inside = object.elements().peekable();
        if inside.peek().is_none() {
            return !object.text().trim().is_empty() && !covers(**object, true);
        }
        !is_holder(**object) && !covers(**object, false) && !inside.all(|node| covers(node, false))
    };
    let unsigned = signature.objects.iter().find(is_unsigned);
    if let Some(object) = unsigned {
        placement.refuse(Code::ElementUnsigned, Some(object.attribute("Id").unwrap_or("Object").to_owned()));
    }
    unsigned.is_none()
}

/// The signature is the root: what it signs is inside.
fn enveloping(signature: &Signature<'_>, references: &[Reference<'_>], placement: &mut Placement) {
    let is_inside = references.iter().all(|one| matches!(one.target, Target::Nodes { .. }));
    placement.covers = objects(signature, references, placement) && is_inside;
}

/// The signature stands in the document, or beside what it signs.
fn enveloped(
    document: &Document<'_>,
    signature: &Signature<'_>,
    references: &[Reference<'_>],
    unsigned: &Unsigned<'_>,
    placement: &mut Placement,
) {
    objects(signature, references, placement);
    let root = document.root();
    let covers_root = |one: &Reference<'_>| match &one.target {
        Target::Nodes { selection, markup } => *markup && selection.reaches(root),
        _ => false,
    };
    if references.iter().any(covers_root) {
        placement.covers = true;
        return;
    }
    let apexes = references.iter().filter_map(|reference| reference.target.apex());
    let outer: Vec<Node<'_>> = apexes.filter(|apex| !signature.node.contains(*apex)).collect();
    let is_found = references.iter().all(|one| matches!(one.target, Target::Nodes { .. }));
    if outer.is_empty() && is_found {
        // Nothing but what lies inside the signature, while a reader reads what is around it.
        placement.refuse(Code::SignedElementMisplaced, None);
    }
    for apex in outer {
        if apex.ancestors().any(|node| node.is(DSIG, "Signature")) {
            placement.refuse(Code::SignedElementMisplaced, Some(apex.name().1.to_owned()));
        } else if unsigned.names.contains(&apex.name()) {
            placement.refuse(Code::SignedElementAmbiguous, Some(apex.name().1.to_owned()));
        }
    }
    placement.findings.extend(unsigned.named.iter().map(|name| Finding::about(Code::ElementUnsigned, *name)));
}

/// The elements that no signature of the document covers.
struct Unsigned<'d> {
    names: HashSet<(&'d str, &'d str)>,
    /// The outermost that hold nothing that is covered.
    named: Vec<&'d str>,
}

impl<'d> Unsigned<'d> {
    fn of(document: &'d Document<'d>, signatures: &[(&Signature<'_>, &[Reference<'_>])]) -> Self {
        let mut covered: HashMap<usize, usize> = HashMap::new();
        let mut take = |node: Node<'_>| {
            covered.insert(node.at, node.entry().end);
        };
        for (signature, references) in signatures {
            take(signature.node);
            references.iter().filter_map(|reference| reference.target.apex()).for_each(&mut take);
        }
        let mut places: Vec<usize> = covered.keys().copied().collect();
        places.sort_unstable();
        let mut unsigned = Self { names: HashSet::new(), named: Vec::new() };
        let (mut at, mut named_to) = (1, 0);
        while at < document.nodes.len() {
            let node = Node { document, at };
            let end = node.entry().end;
            if covered.contains_key(&at) {
                at = end;
                continue;
            }
            if node.element().is_some() {
                unsigned.names.insert(node.name());
                let next = places.partition_point(|&place| place < at);
                let holds_nothing = places.get(next).is_none_or(|&place| place >= end);
                if holds_nothing && at >= named_to && unsigned.named.len() < MOST_NAMED {
                    unsigned.named.push(node.name().1);
                    named_to = end;
                }
            }
            at += 1;
        }
        if unsigned.named.is_empty() {
            unsigned.named.push(document.root().name().1);
        }
        unsigned
    }
}
