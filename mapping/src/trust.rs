//! The level of trust that the evidence for a version gives.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Kept by the owner, with nothing that speaks for it.
pub const LEAST: u8 = 1;
/// From this level on a paper is authenticated, and only its issuer supersedes it.
pub const AUTHENTICATED: u8 = 2;
pub const HIGHEST: u8 = 4;

/// What speaks for a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TrustEvidence))]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// An officer compared it with the original.
    Compared,
    /// The signature of who issued it holds.
    Signed,
    /// It came from a register.
    Register,
}

/// Which level each kind of evidence gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TrustLevels))]
#[serde(try_from = "Unchecked")]
pub struct Table {
    /// The level of a paper that an officer compared with the original.
    #[cfg_attr(feature = "openapi", schema(example = 2))]
    compared: u8,
    /// The level of one whose issuer's signature holds.
    #[cfg_attr(feature = "openapi", schema(example = 3))]
    signed: u8,
    /// The level of one that came from a register.
    #[cfg_attr(feature = "openapi", schema(example = 4))]
    register: u8,
}

/// A table that gives less for stronger evidence, or a level that authenticates nothing or does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    compared: u8,
    signed: u8,
    register: u8,
}

impl Evidence {
    /// Weakest first.
    pub const ALL: [Evidence; 3] = [Evidence::Compared, Evidence::Signed, Evidence::Register];

    pub fn as_str(self) -> &'static str {
        match self {
            Evidence::Compared => "compared",
            Evidence::Signed => "signed",
            Evidence::Register => "register",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl Table {
    /// Levels of 2 to 4, none lower than the one before it.
    pub fn new(compared: u8, signed: u8, register: u8) -> Result<Self, TableError> {
        let ordered = AUTHENTICATED <= compared && compared <= signed && signed <= register;
        if ordered && register <= HIGHEST { Ok(Self { compared, signed, register }) } else { Err(TableError) }
    }

    pub fn gives(self, evidence: Evidence) -> u8 {
        match evidence {
            Evidence::Compared => self.compared,
            Evidence::Signed => self.signed,
            Evidence::Register => self.register,
        }
    }

    /// The highest level that any of the evidence gives.
    pub fn level(self, evidence: impl IntoIterator<Item = Evidence>) -> u8 {
        evidence.into_iter().map(|kind| self.gives(kind)).max().unwrap_or(LEAST)
    }
}

impl Default for Table {
    fn default() -> Self {
        Self { compared: 2, signed: 3, register: 4 }
    }
}

impl TryFrom<Unchecked> for Table {
    type Error = TableError;

    fn try_from(table: Unchecked) -> Result<Self, TableError> {
        Self::new(table.compared, table.signed, table.register)
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("trust levels must be 2 to 4, and compared ≤ signed ≤ register")
    }
}

impl std::error::Error for TableError {}
