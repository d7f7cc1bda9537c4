use crate::crypto::Hash;
use crate::xml::{DSIG, Document, Node, base64, decode, digest_algorithm};

/// Far above what any container holds.
const MOST_ENTRIES: usize = 16_384;

const SPACES: [&str; 2] = ["http://uri.etsi.org/02918/v1.2.1#", "http://uri.etsi.org/02918/v1.1.1#"];

/// A manifest of ASiC: which signature or time stamp is over it, and what it lists (EN 319 162-1, annex A.4).
#[derive(Debug)]
pub struct Manifest {
    pub name: String,
    pub signature: String,
    pub entries: Vec<Entry>,
}

#[derive(Debug)]
pub struct Entry {
    pub uri: String,
    hash: Option<Hash>,
    digest: Option<Vec<u8>>,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    Fits,
    Differs,
    Unsupported,
}

impl Manifest {
    pub fn read(name: &str, octets: &[u8]) -> Option<Self> {
        let text = decode(octets).ok()?;
        let document = Document::parse(&text).ok()?;
        let root = document.root();
        if !is(root, "ASiCManifest") {
            return None;
        }
        let mut signatures = root.elements().filter(|node| is(*node, "SigReference"));
        let signature = uri(signatures.next()?.attribute("URI")?);
        if signatures.next().is_some() {
            return None;
        }
        let entries = root.elements().filter(|node| is(*node, "DataObjectReference"));
        let entries: Vec<Entry> = entries.take(MOST_ENTRIES + 1).map(Entry::read).collect::<Option<_>>()?;
        if entries.is_empty() || entries.len() > MOST_ENTRIES {
            return None;
        }
        Some(Self { name: name.to_owned(), signature, entries })
    }
}

impl Entry {
    fn read(node: Node<'_>) -> Option<Self> {
        let method = node.only(DSIG, "DigestMethod")?.attribute("Algorithm")?;
        let digest = base64(&node.only(DSIG, "DigestValue")?.text());
        Some(Self { uri: uri(node.attribute("URI")?), hash: digest_algorithm(method), digest })
    }

    pub fn hash(&self) -> Option<Hash> {
        self.hash
    }

    /// `digest`: that of the member by an algorithm.
    pub fn compare(&self, digest: impl FnOnce(Hash) -> Vec<u8>) -> Compared {
        match self.hash {
            None => Compared::Unsupported,
            Some(hash) if self.digest.as_ref() == Some(&digest(hash)) => Compared::Fits,
            Some(_) => Compared::Differs,
        }
    }
}

fn is(node: Node<'_>, local: &str) -> bool {
    let (space, name) = node.name();
    name == local && SPACES.contains(&space)
}

/// The name of a member by a reference to it, which is relative to the container (RFC 3986, 2.1 and 5.2).
pub fn uri(reference: &str) -> String {
    let path = reference.strip_prefix("./").or(reference.strip_prefix('/')).unwrap_or(reference);
    let mut octets = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let coded =
            tail.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match coded.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(octet) => {
                octets.push(octet);
                rest = &tail[2..];
            }
            None => {
                octets.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(octets).unwrap_or_else(|_| path.to_owned())
}
