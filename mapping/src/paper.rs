//! What the rules see of a stored document. Whoever reads the vault fills it in; nothing here looks at a file.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A stored document with the version that would be used now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Code of its type; none where nobody named it.
    pub type_code: Option<String>,
    pub title: String,
    /// The number that stands on it.
    pub number: Option<String>,
    /// Who issued it, as it stands on it.
    pub authority: Option<String>,
    pub issued_on: Option<NaiveDate>,
    /// The last day on which it holds.
    pub expires_on: Option<NaiveDate>,
    /// 1 to 4.
    pub trust: u8,
    /// What was found about its signatures; none where it has none, or was not examined yet.
    pub verdict: Option<Verdict>,
    pub readability: Readability,
    /// A later paper of its issuer stands in its place.
    pub superseded: bool,
    /// Its issuer took its validity.
    pub revoked: bool,
    pub added_at: DateTime<Utc>,
}

/// What was concluded about a paper's signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PaperVerdict))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Valid,
    ValidWithLaterChanges,
    Indeterminate,
    Invalid,
}

/// Whether a person who opens the file can read it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Readability {
    Readable,
    /// Its pages show nothing.
    Blank,
    /// It asks for a password.
    Locked,
    /// The file has no content.
    Empty,
    /// It could not be opened: cut off on its way, or spoiled.
    Damaged,
    /// Not examined, of a kind that is not examined, or not certain.
    #[default]
    Unknown,
}

impl Readability {
    pub const ALL: [Readability; 6] = [
        Readability::Readable,
        Readability::Blank,
        Readability::Locked,
        Readability::Empty,
        Readability::Damaged,
        Readability::Unknown,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Readability::Readable => "readable",
            Readability::Blank => "blank",
            Readability::Locked => "locked",
            Readability::Empty => "empty",
            Readability::Damaged => "damaged",
            Readability::Unknown => "unknown",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|readability| readability.as_str() == text)
    }
}

impl Verdict {
    pub const ALL: [Verdict; 4] =
        [Verdict::Valid, Verdict::ValidWithLaterChanges, Verdict::Indeterminate, Verdict::Invalid];

    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Valid => "valid",
            Verdict::ValidWithLaterChanges => "valid_with_later_changes",
            Verdict::Indeterminate => "indeterminate",
            Verdict::Invalid => "invalid",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == text)
    }
}
