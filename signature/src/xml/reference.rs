use super::algorithm;
use super::canonical::Method;
use super::signature::{Signature, Stated};
use super::transform::{Problem, Processing, Target};
use super::tree::Node;
use super::{DSIG, signature};
use crate::crypto::Hash;

/// What became of a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Digested {
    Fits,
    Differs,
    Problem(Problem),
}

/// A reference and what it is to.
#[derive(Debug)]
pub struct Reference<'d> {
    pub uri: Option<&'d str>,
    pub(super) kind: Option<&'d str>,
    pub target: Target<'d>,
    pub digested: Digested,
    pub hash: Option<Hash>,
}

impl<'d> Reference<'d> {
    /// The references of a signature, and those of the manifests that it signs (XMLDSig 1.1, 5.1): the standard leaves it to the reader
    /// whether the latter have to fit; here they have to.
    pub fn all(signature: &Signature<'d>, processing: &Processing<'d>) -> Vec<Self> {
        let of = |stated: &Stated<'d>| Self::of(stated, signature.node, processing);
        let mut references: Vec<Self> = signature.references.iter().map(of).collect();
        let signed: Vec<Node<'d>> = references.iter().filter_map(|one| one.whole_element()).collect();
        let inside = |node: &Node<'d>| signature.node.contains(*node);
        let mut manifests: Vec<Node<'d>> = Vec::new();
        for node in signed.into_iter().filter(inside) {
            let below = node.elements().filter(|_| node.is(DSIG, "Object"));
            let found = std::iter::once(node).chain(below).filter(|node| node.is(DSIG, "Manifest"));
            for manifest in found {
                if !manifests.contains(&manifest) {
                    manifests.push(manifest);
                }
            }
        }
        for manifest in manifests {
            match signature::Stated::all(manifest.elements()) {
                Some(list) => references.extend(list.iter().map(of)),
                None => references.push(Self {
                    uri: None,
                    kind: None,
                    target: Target::Nothing,
                    digested: Digested::Problem(Problem::Malformed),
                    hash: None,
                }),
            }
        }
        references
    }

    fn of(stated: &Stated<'d>, signature: Node<'d>, processing: &Processing<'d>) -> Self {
        let (target, octets) = processing.process(stated, signature, &Method::default());
        let hash = algorithm::digest(stated.digest_method);
        let digested = match (octets, hash) {
            (Err(problem), _) => Digested::Problem(problem),
            (_, None) => Digested::Problem(Problem::Unsupported(stated.digest_method.to_owned())),
            (Ok(octets), Some(hash)) if stated.digest.as_ref() == Some(&hash.of(&[&octets])) => {
                Digested::Fits
            }
            _ => Digested::Differs,
        };
        Self { uri: stated.uri, kind: stated.kind, target, digested, hash }
    }

    /// The element of which nothing is left out.
    pub fn whole_element(&self) -> Option<Node<'d>> {
        match &self.target {
            Target::Nodes { selection, markup: true } if selection.excluded.is_empty() => {
                Some(selection.apex)
            }
            _ => None,
        }
    }
}
