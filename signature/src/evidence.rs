//! What a conclusion rests on: the certificates, the answers about revocation and the time stamps that were used, to be kept with the file.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::wants::Want;
use crate::x509::Reason;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// From the signer's certificate to the anchor.
    pub certificates: Vec<CertificateUsed>,
    /// The lists and answers that were consulted.
    pub revocations: Vec<RevocationUsed>,
    /// The time stamps that cover the signature, those that prove nothing too.
    pub timestamps: Vec<TimestampUsed>,
    /// What is not at hand: for whoever fetches it, not for the JSON.
    #[serde(skip)]
    pub wants: Vec<Want>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateUsed {
    /// Whose it is, as RFC 4514 writes names.
    pub subject: String,
    /// The authority that issued it.
    pub issuer: String,
    /// In hexadecimal, as the certificate holds it.
    pub serial: String,
    /// When its period of validity begins.
    pub not_before: DateTime<Utc>,
    /// When its period of validity ends.
    pub not_after: DateTime<Utc>,
    /// SHA-256 of its DER.
    pub sha256: String,
    /// The kind of its key.
    pub key_algorithm: String,
    /// The size of its key.
    #[cfg_attr(feature = "openapi", schema(example = 2048))]
    pub key_size_bits: u32,
    /// Where it was found.
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevocationUsed {
    pub kind: RevocationKind,
    /// Who signed it.
    pub issuer: String,
    /// The number of the certificate that was asked about.
    pub serial: String,
    /// As of when it speaks.
    pub this_update: DateTime<Utc>,
    /// When a newer one was to be expected.
    pub next_update: Option<DateTime<Utc>>,
    /// What it says about that certificate at the time in question.
    pub status: RevocationStatus,
    /// When that certificate was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Why, if it says so.
    #[serde(default)]
    pub reason: Option<Reason>,
    /// SHA-256 of its DER.
    pub sha256: String,
    /// Where it was found.
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimestampUsed {
    pub kind: TimestampKind,
    /// The time that it says.
    pub time: DateTime<Utc>,
    /// Who made it.
    #[cfg_attr(feature = "openapi", schema(example = "CN=TSA,O=Ban Cơ yếu Chính phủ,C=VN"))]
    pub authority: Option<String>,
    /// Whether it proves anything.
    pub valid: bool,
    /// SHA-256 of the token.
    pub sha256: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RevocationKind {
    Crl,
    Ocsp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RevocationStatus {
    Good,
    Revoked,
    /// Revoked after the time in question.
    RevokedLater,
    /// Suspended: it may be revoked or released.
    OnHold,
    Stale,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TimestampKind {
    Signature,
    Archive,
    Document,
}

/// Where something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// In the store of anchors.
    TrustStore,
    /// Given beside the file: the pool of certificates, lists at hand, answers that were fetched.
    Given,
    /// Kept since the file was judged before.
    Kept,
    /// In the signature itself.
    Signature,
    /// In a time stamp of the signature.
    Timestamp,
    /// In the document security store.
    SecurityStore,
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}
