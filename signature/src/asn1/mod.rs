//! BER and DER (ITU-T X.690). They are read where they lie: every value keeps the bytes that encode it, because signatures are over those bytes.
//!
//! Signed files from the field use indefinite lengths and strings in pieces, so BER is read; who needs DER asks for it. The readers borrow,
//! allocate nothing from a length, and refuse what is nested more than [`DEPTH`] deep. What is written is DER, by [`der`].

pub mod der;
mod reader;
mod value;

pub use reader::Reader;
pub use value::{Oid, Value};

/// How deep values of indefinite length, and pieces of strings, may be nested.
pub const DEPTH: u8 = 24;

/// What a value is: its class, whether it holds other values, and its number (X.690, 8.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag(pub u8);

impl Tag {
    pub const BOOLEAN: Tag = Tag(0x01);
    pub const INTEGER: Tag = Tag(0x02);
    pub const BIT_STRING: Tag = Tag(0x03);
    pub const OCTET_STRING: Tag = Tag(0x04);
    pub const OID: Tag = Tag(0x06);
    pub const ENUMERATED: Tag = Tag(0x0a);
    pub const UTF8_STRING: Tag = Tag(0x0c);
    pub const UTC_TIME: Tag = Tag(0x17);
    pub const GENERALIZED_TIME: Tag = Tag(0x18);
    pub const SEQUENCE: Tag = Tag(0x30);
    pub const SET: Tag = Tag(0x31);
    const CONSTRUCTED: u8 = 0x20;

    /// `[number]` around other values.
    pub const fn context(number: u8) -> Tag {
        Tag(0xa0 | number)
    }

    /// `[number]` in place of a simple type.
    pub const fn context_simple(number: u8) -> Tag {
        Tag(0x80 | number)
    }

    pub fn is_constructed(self) -> bool {
        self.0 & Self::CONSTRUCTED != 0
    }

    /// Whether this is the other one but for being in pieces, as BER allows strings to be (X.690, 8.7.1).
    pub fn is_kind(self, other: Tag) -> bool {
        self.0 & !Self::CONSTRUCTED == other.0 & !Self::CONSTRUCTED
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the bytes end inside a value")]
    Truncated,
    #[error("a tag of more than one byte")]
    Tag,
    #[error("a length that can't be")]
    Length,
    #[error("another value was expected")]
    Unexpected,
    #[error("something follows the last value")]
    Trailing,
    #[error("values are nested too deep")]
    Depth,
    #[error("a value that its type doesn't allow")]
    Malformed,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[cfg(test)]
mod tests;
