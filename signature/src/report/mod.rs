//! What is said about a file's signatures. The names of the JSON are fixed: programs and the page read them.
//!
//! Each signature gets four answers that do not depend on each other – structure and cryptography, coverage and later changes, trust and
//! time, policy – and one conclusion. A question that could not be answered is "not enough evidence", never "invalid" and never "valid".

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::crypto::Hash;
use crate::evidence::{CertificateUsed, Evidence, Origin};
use crate::findings::Code;

pub mod etsi;

/// A file and its signatures, in the order in which they were made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    pub format: Format,
    pub signatures: Vec<Signature>,
    /// What is wrong with the file as a whole; none of its signatures then passes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    Pdf,
    Cms,
    Xades,
    AsicS,
    AsicE,
    Ooxml,
    /// No signature that is known here.
    Unsigned,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Signature {
    /// The full name of the field (PDF), the id of the element (XML), the member (container) or the place in the list (CMS).
    pub field: String,
    pub kind: Kind,
    /// The one answer that follows from the four.
    pub conclusion: Conclusion,
    /// ETSI EN 319 102-1, table 3.
    pub indication: Indication,
    /// Why it is not passed: ETSI EN 319 102-1, tables 4 and 5.
    pub sub_indication: Option<SubIndication>,
    /// Whether the signed bytes are those that were signed.
    pub integrity: Integrity,
    /// Whether the value of the signature is the key's.
    pub cryptographic: Cryptographic,
    /// Whether the signed bytes are the whole file, but for the value of the signature itself.
    pub covers_whole_document: bool,
    /// What became of the file after it was signed.
    pub modified_after_signing: Modification,
    /// Bytes of the file up to which the revision that was signed reaches; PDF only.
    #[cfg_attr(feature = "openapi", schema(example = 41_779))]
    pub signed_bytes: Option<u64>,
    /// What the signer's own clock said: a claim.
    pub signing_time: Option<DateTime<Utc>>,
    /// The earliest time at which the signature is proven to have existed.
    pub best_signature_time: DateTime<Utc>,
    /// Where `best_signature_time` comes from.
    pub best_signature_time_source: TimeSource,
    /// The subject's name as RFC 4514 writes it; personal numbers are masked by whoever shows it.
    pub signer: Option<String>,
    /// The authority that issued the signer's certificate.
    pub issuer: Option<String>,
    /// How the value was made: the scheme and its digest.
    pub algorithm: Option<String>,
    /// What other reports know the signature by; none if there is nothing to read.
    #[serde(default)]
    pub identifier: Option<Identifier>,
    /// Why the conclusion is what it is, the deciding reason first.
    pub findings: Vec<Finding>,
    /// What the conclusion rests on.
    pub evidence: Evidence,
}

/// What a signature is known by (ETSI TS 119 102-2, 4.3.3); digests and values are in base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Identifier {
    /// The value of the signature.
    #[cfg_attr(feature = "openapi", schema(example = "hKgmcKNx8cukux9uQI97zYfQkoZT4oXMs8cvwVisiIQ="))]
    pub value: String,
    /// The algorithm of the digests.
    #[cfg_attr(feature = "openapi", schema(example = "SHA-256"))]
    pub digest_algorithm: String,
    /// Of what the value is over: the signed attributes, or the content where there are none.
    #[cfg_attr(feature = "openapi", schema(example = "SY7WjQP/kx/ak/FHTfkmiaUPQmF10bMktiUh1Qpdqe8="))]
    pub signed_digest: String,
    /// Of the signed content, if it is at hand.
    #[cfg_attr(feature = "openapi", schema(example = "y/Pbae/duR/zkuiLTKpokg4qu8nC6U6VxPoaG5i33Is="))]
    pub content_digest: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SignatureKind))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Signature,
    /// A signature that certifies a document and says which changes it permits (ISO 32000-2, 12.8.2.2).
    Certification,
    /// A time stamp over the document (ETSI EN 319 142-1, 5.4.3).
    DocumentTimestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    Valid,
    ValidWithLaterChanges,
    Indeterminate,
    Invalid,
}

impl Conclusion {
    pub const ALL: [Self; 4] = [Self::Valid, Self::ValidWithLaterChanges, Self::Indeterminate, Self::Invalid];

    /// Its name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::ValidWithLaterChanges => "valid_with_later_changes",
            Self::Indeterminate => "indeterminate",
            Self::Invalid => "invalid",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|conclusion| conclusion.as_str() == name)
    }
}

/// ETSI EN 319 102-1, table 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Indication {
    TotalPassed,
    Indeterminate,
    TotalFailed,
}

/// ETSI EN 319 102-1, tables 4 and 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SubIndication {
    FormatFailure,
    HashFailure,
    SigCryptoFailure,
    Revoked,
    Expired,
    NotYetValid,
    SigConstraintsFailure,
    ChainConstraintsFailure,
    CertificateChainGeneralFailure,
    CryptoConstraintsFailure,
    CryptoConstraintsFailureNoPoe,
    PolicyProcessingError,
    SignaturePolicyNotAvailable,
    TimestampOrderFailure,
    NoSigningCertificateFound,
    NoCertificateChainFound,
    NoCertificateChainFoundNoPoe,
    RevokedNoPoe,
    RevokedCaNoPoe,
    OutOfBoundsNotRevoked,
    OutOfBoundsNoPoe,
    RevocationOutOfBoundsNoPoe,
    NoPoe,
    TryLater,
    SignedDataNotFound,
}

/// Whether the signed bytes are those that were signed, and stand where they must.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Integrity {
    Intact,
    Broken,
    /// Nothing could be compared: the content is not there, or its digest is by an algorithm that is not known here.
    Unknown,
}

/// Whether the value of the signature is the key's over what it says it signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Cryptographic {
    Valid,
    Invalid,
    /// An algorithm or a parameter that is not known here.
    Unsupported,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Modification {
    None,
    Permitted,
    Forbidden,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TimeSource {
    /// A time stamp over the value of this signature.
    SignatureTimestamp,
    /// A later time stamp over the whole document.
    DocumentTimestamp,
    /// The vault has held the file since then.
    Vault,
    /// Nothing proves an earlier time than that of judging.
    Judging,
}

impl Report {
    /// The conclusion about the file as a whole: that of its weakest signature. Changes count only where they touch what is shown: evidence and
    /// time stamps that were added, as for long-term signatures, do not. Where every signature holds and one that holds for the file as it is
    /// covers all of it, that one speaks for the changes before it. Time stamps count where there is nothing else.
    pub fn conclusion(&self) -> Option<Conclusion> {
        let by_people = self.signatures.iter().any(|signature| signature.kind != Kind::DocumentTimestamp);
        let counted =
            || self.signatures.iter().filter(|one| !by_people || one.kind != Kind::DocumentTimestamp);
        let weakest = counted().map(|signature| signature.conclusion).max_by_key(|one| *one as u8)?;
        let covers = |one: &Signature| one.covers_whole_document && one.conclusion == Conclusion::Valid;
        let spoken_for = weakest == Conclusion::ValidWithLaterChanges
            && (counted().any(covers) || !counted().any(Signature::shows_something_else));
        Some(if spoken_for { Conclusion::Valid } else { weakest })
    }

    /// Whether the signatures hold and yet no one of them vouches for the file as a whole: elements of XML are signed apart from what stands
    /// around them, and Office leaves data beside a document unsigned. The members of a container are all signed where it passes, and what was
    /// added to a PDF file was judged as a change.
    pub fn is_partly_signed(&self) -> bool {
        matches!(self.format, Format::Xades | Format::Ooxml)
            && self.conclusion() == Some(Conclusion::Valid)
            && !self.signatures.iter().any(|signature| signature.covers_whole_document)
    }
}

impl Signature {
    /// Whether the file shows something else than what was signed.
    fn shows_something_else(&self) -> bool {
        self.modified_after_signing != Modification::None
            && self.findings.iter().any(|finding| finding.code.changes_what_is_shown())
    }

    /// The anchor that the signer's chain ends in, if it reaches one.
    pub fn anchor(&self) -> Option<&CertificateUsed> {
        self.evidence.certificates.iter().find(|used| used.origin == Origin::TrustStore)
    }
}

/// One fact that bears on the conclusion. Programs act on the code; `domain` words of the page and the report say it to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    pub code: Code,
    /// Names, numbers of objects, times: what the code is about in this file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Identifier {
    pub(crate) fn of(value: &[u8], hash: Hash, signed: &[u8], content: Option<&[u8]>) -> Self {
        Self {
            value: STANDARD.encode(value),
            digest_algorithm: hash.name().to_owned(),
            signed_digest: STANDARD.encode(signed),
            content_digest: content.map(|digest| STANDARD.encode(digest)),
        }
    }
}

impl Finding {
    pub(crate) fn of(code: Code) -> Self {
        Self { code, detail: None }
    }

    pub(crate) fn about(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: Some(detail.into()) }
    }
}
