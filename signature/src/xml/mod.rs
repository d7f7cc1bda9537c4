//! Signed XML: reading it, its canonical forms, and what a signature in it refers to (XMLDSig 1.1, EN 319 132-1).
//!
//! The reader is stricter than the standard: no document type declaration, hence no entities, and names, namespaces and characters as they
//! must be, so that no other reader sees another document in the same bytes. A set of nodes is always an element, or the whole, without
//! some elements below it: what a reference covers can be said, and with it what no signature covers.
//!
//! | file | what it is for |
//! |---|---|
//! | `text`, `parse`, `tree` | from bytes to elements |
//! | `canonical` | canonical forms |
//! | `algorithm` | names of algorithms |
//! | `signature` | the element `ds:Signature` |
//! | `transform` | from a reference to the bytes that are digested |
//! | `reference` | which of them fit |
//! | `properties` | what XAdES adds |
//! | `check` | what the bytes alone say about a signature |
//! | `placement` | what a reader sees that is not signed |

mod algorithm;
mod canonical;
mod check;
mod parse;
mod placement;
mod properties;
mod reference;
mod signature;
mod text;
mod transform;
mod tree;

#[cfg(test)]
mod tests;

pub use algorithm::digest as digest_algorithm;
pub use canonical::{Method, Selection, canonical};
pub use check::check;
pub use parse::Malformed;
pub use placement::{Placement, place, place_apart};
pub use properties::{Embedded, StampProperty, time as time_of};
pub use reference::{Digested, Reference};
pub use signature::Signature;
pub use text::decode;
pub use transform::{Octets, Outside, Problem, Processing, Target};
pub use tree::{Document, Node};

/// Namespaces.
pub const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Base64 with white space in it, as XML has it.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(packed).ok()
}
