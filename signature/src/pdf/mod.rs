//! PDF files as a signature sees them: revisions of objects, fields that hold signatures, and the bytes that each signs (ISO 32000-2).
//!
//! Lenient where readers are, because real files are untidy; strict about the signature's dictionary and the gap in its byte range, because
//! there leniency is what forgeries live on.

mod dss;
mod signature;

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
