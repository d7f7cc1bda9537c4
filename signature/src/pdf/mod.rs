//! PDF files as a signature sees them: revisions of objects, fields that hold signatures, and the bytes that each signs (ISO 32000-2).
//!
//! Lenient where readers are, because real files are untidy; strict about the signature's dictionary and the gap in its byte range, because
//! there leniency is what forgeries live on.
//!
//! | file | what it is for |
//! |---|---|
//! | `lexer`, `parser`, `object` | bytes to tokens to objects, with a budget for all of them |
//! | `filter`, `crypt` | decoding and decrypting streams |
//! | `xref`, `revision`, `recovery` | cross-reference sections, the chain they form, and a search where there is none |
//! | `document` | the objects as each revision left them, read when they are asked for |
//! | `changes` | what later revisions changed, and whether a signature permits it |
//! | `form`, `stray`, `signature`, `byte_range`, `date`, `dss` | fields, signatures, what they sign, evidence |

mod byte_range;
mod changes;
mod crypt;
mod date;
mod document;
mod dss;
mod filter;
mod form;
mod lexer;
mod object;
mod parser;
mod recovery;
mod revision;
mod signature;
mod stray;
mod xref;

pub use document::Document;
pub use dss::{SecurityStore, ValidationInformation};
pub use signature::{Claims, SignatureField, SubFilter};

/// Why a file cannot be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("this is not a PDF file")]
    NotPdf,
    #[error("the file opens only with a password or a key")]
    Locked,
    #[error("the file has no catalog")]
    NoCatalog,
    #[error("the file asks for more work than is done for one file")]
    TooLarge,
}
