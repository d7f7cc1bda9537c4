use super::tree::{Document, Node};
use super::{DSIG, Reference, base64, properties};

/// Far above what any process has people sign one document, or refer to in one signature.
const MOST_SIGNATURES: usize = 256;
const MOST_REFERENCES: usize = 4096;
const MOST_TRANSFORMS: usize = 8;
const MOST_COUNTERS: usize = 16;

/// The element `ds:Signature`, as its schema asks (XMLDSig 1.1, chapter 4).
#[derive(Debug)]
pub struct Signature<'d> {
    pub node: Node<'d>,
    pub id: Option<&'d str>,
    pub(super) signed_info: Node<'d>,
    pub(super) canonicalization: Node<'d>,
    pub(super) method: Node<'d>,
    pub(super) references: Vec<Stated<'d>>,
    pub(super) value_node: Node<'d>,
    pub(super) value: Vec<u8>,
    pub(super) key_info: Option<Node<'d>>,
    pub objects: Vec<Node<'d>>,
}

/// The element `ds:Reference` (4.4.3): what it says.
#[derive(Debug)]
pub(super) struct Stated<'d> {
    pub uri: Option<&'d str>,
    pub kind: Option<&'d str>,
    pub transforms: Vec<Node<'d>>,
    pub digest_method: &'d str,
    /// None: not base64.
    pub digest: Option<Vec<u8>>,
}

impl<'d> Signature<'d> {
    /// The signatures of a document but for those that sign another one's value. None: more than are looked at.
    pub fn all(document: &'d Document<'d>) -> Option<Vec<Node<'d>>> {
        let signatures = document.whole().descendants().filter(|node| node.is(DSIG, "Signature"));
        let found: Vec<_> = signatures.filter(|node| !is_counter(*node)).take(MOST_SIGNATURES + 1).collect();
        (found.len() <= MOST_SIGNATURES).then_some(found)
    }

    /// None: not built as it must be.
    pub fn read(node: Node<'d>) -> Option<Self> {
        let mut parts = node.elements().peekable();
        let signed_info = parts.next().filter(|part| part.is(DSIG, "SignedInfo"))?;
        let value_node = parts.next().filter(|part| part.is(DSIG, "SignatureValue"))?;
        let key_info = parts.next_if(|part| part.is(DSIG, "KeyInfo"));
        let objects: Vec<_> = parts.collect();
        if !objects.iter().all(|part| part.is(DSIG, "Object")) {
            return None;
        }
        let mut parts = signed_info.elements();
        let canonicalization = parts.next().filter(|part| part.is(DSIG, "CanonicalizationMethod"))?;
        let method = parts.next().filter(|part| part.is(DSIG, "SignatureMethod"))?;
        let references = Stated::all(parts)?;
        Some(Self {
            node,
            id: node.attribute("Id"),
            signed_info,
            canonicalization,
            method,
            references,
            value_node,
            value: base64(&value_node.text())?,
            key_info,
            objects,
        })
    }

    /// The signatures among its properties that should be over its value. None: one that is not built as it must be.
    pub fn counters(&self) -> impl Iterator<Item = Option<Self>> {
        let counters =
            properties::unsigned(self).filter(|property| properties::is(*property, "CounterSignature"));
        counters.take(MOST_COUNTERS).map(|property| Self::read(property.only(DSIG, "Signature")?))
    }

    /// Whether a reference is to the value of the other signature, as that of a counter-signature is (EN 319 132-1, 5.2.7.2).
    pub fn is_over(other: &Self, references: &[Reference<'d>]) -> bool {
        references.iter().any(|reference| reference.whole_element() == Some(other.value_node))
    }

    /// The certificates that the key is said to come with (4.5.4).
    pub fn certificates(&self) -> Vec<Vec<u8>> {
        let data =
            self.key_info.into_iter().flat_map(Node::elements).filter(|node| node.is(DSIG, "X509Data"));
        let certificates = data.flat_map(Node::elements).filter(|node| node.is(DSIG, "X509Certificate"));
        certificates.take(64).filter_map(|node| base64(&node.text())).collect()
    }
}

/// A signature among the properties of another (EN 319 132-1, 5.2.7.2).
fn is_counter(node: Node<'_>) -> bool {
    let holder = node.parent().filter(|parent| properties::is(*parent, "CounterSignature"));
    holder.and_then(Node::parent).is_some_and(|list| properties::is(list, "UnsignedSignatureProperties"))
}

impl<'d> Stated<'d> {
    /// The references of a list, at least one and nothing else.
    pub fn all(nodes: impl Iterator<Item = Node<'d>>) -> Option<Vec<Self>> {
        let list: Option<Vec<Self>> = nodes.take(MOST_REFERENCES + 1).map(Self::read).collect();
        list.filter(|list| (1..=MOST_REFERENCES).contains(&list.len()))
    }

    fn read(node: Node<'d>) -> Option<Self> {
        if !node.is(DSIG, "Reference") {
            return None;
        }
        let mut parts = node.elements().peekable();
        let transforms: Vec<_> = match parts.next_if(|part| part.is(DSIG, "Transforms")) {
            Some(list) => list.elements().take(MOST_TRANSFORMS + 1).collect(),
            None => Vec::new(),
        };
        let is_transform = |one: &Node<'_>| one.is(DSIG, "Transform");
        if transforms.len() > MOST_TRANSFORMS || !transforms.iter().all(is_transform) {
            return None;
        }
        let digest_method =
            parts.next().filter(|part| part.is(DSIG, "DigestMethod"))?.attribute("Algorithm")?;
        let digest = base64(&parts.next().filter(|part| part.is(DSIG, "DigestValue"))?.text());
        parts.next().is_none().then_some(Self {
            uri: node.attribute("URI"),
            kind: node.attribute("Type"),
            transforms,
            digest_method,
            digest,
        })
    }
}
