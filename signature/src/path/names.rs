//! Name constraints (RFC 5280, 4.2.1.10). A kind of name that is constrained but not known here is outside of every subtree.

use crate::asn1::{Reader, Tag};
use crate::x509::{Certificate, Name, NameConstraints};

const EMAIL: Tag = Tag::context_simple(1);
const DNS: Tag = Tag::context_simple(2);
const DIRECTORY: Tag = Tag::context(4);
const URI: Tag = Tag::context_simple(6);

/// Whether every name of the certificate may be certified.
pub(super) fn permits(constraints: &NameConstraints, certificate: &Certificate) -> bool {
    let mut names: Vec<Vec<u8>> = certificate.extensions().alternative_names.clone();
    if !certificate.subject().is_empty() {
        names.push(directory_name(certificate.subject().0));
    }
    names.iter().all(|name| {
        let same_kind = |subtree: &&Vec<u8>| subtree.first() == name.first();
        let excluded = constraints
            .excluded
            .iter()
            .filter(same_kind)
            .any(|subtree| lies_in(name, subtree).unwrap_or(true));
        let mut permitted = constraints.permitted.iter().filter(same_kind).peekable();
        let inside =
            permitted.peek().is_none() || permitted.any(|subtree| lies_in(name, subtree).unwrap_or(false));
        inside && !excluded
    })
}

/// A distinguished name as a GeneralName: `[4]` around it.
fn directory_name(name: &[u8]) -> Vec<u8> {
    let size = name.len();
    let length = if size < 0x80 { vec![size as u8] } else { vec![0x82, (size >> 8) as u8, size as u8] };
    [&[DIRECTORY.0], &length[..], name].concat()
}

/// None: a kind of name that is not known here.
fn lies_in(name: &[u8], subtree: &[u8]) -> Option<bool> {
    let (name, subtree) = (Reader::only(name).ok()?, Reader::only(subtree).ok()?);
    if name.tag == DIRECTORY {
        let name = Name(name.content).comparable();
        let subtree = Name(subtree.content).comparable();
        let Some(follows) = name.strip_prefix(&subtree[..]) else { return Some(false) };
        return Some(follows.is_empty() || follows.starts_with(b"/"));
    }
    let name = std::str::from_utf8(name.content).ok()?.to_lowercase();
    let subtree_text = std::str::from_utf8(subtree.content).ok()?.to_lowercase();
    match subtree.tag {
        DNS => Some(is_host_in(&name, subtree_text.trim_start_matches('.'), true)),
        EMAIL => {
            let host = name.rsplit_once('@').map(|(_, host)| host)?;
            Some(match subtree_text.strip_prefix('.') {
                Some(domain) => is_host_in(host, domain, false),
                None if subtree_text.contains('@') => name == subtree_text,
                None => host == subtree_text,
            })
        }
        URI => {
            let host = name.split_once("://").map(|(_, rest)| rest)?;
            let host = host.split(['/', ':', '?', '#']).next()?;
            Some(match subtree_text.strip_prefix('.') {
                Some(domain) => is_host_in(host, domain, false),
                None => host == subtree_text,
            })
        }
        _ => None,
    }
}

fn is_host_in(host: &str, domain: &str, itself: bool) -> bool {
    domain.is_empty()
        || itself && host == domain
        || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}
