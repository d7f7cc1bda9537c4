//! What a conclusion rests on: the certificates, the answers about revocation and the time stamps that were used, to be kept with the file.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::wants::Want;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// From the signer's certificate to the anchor.
    pub certificates: Vec<CertificateUsed>,
    pub revocations: Vec<RevocationUsed>,
    pub timestamps: Vec<TimestampUsed>,
    /// What is not at hand: for whoever fetches it, not for the JSON.
    #[serde(skip)]
    pub wants: Vec<Want>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateUsed {
    pub subject: String,
    pub issuer: String,
    /// In hexadecimal, as the certificate holds it.
    pub serial: String,
    pub not_before: DateTime<Utc>,
    pub not_after: DateTime<Utc>,
    pub sha256: String,
    pub key_algorithm: String,
    pub key_size_bits: u32,
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevocationUsed {
    pub kind: RevocationKind,
    pub issuer: String,
    /// The number of the certificate that was asked about.
    pub serial: String,
    pub this_update: DateTime<Utc>,
    pub next_update: Option<DateTime<Utc>>,
    pub status: RevocationStatus,
    pub revoked_at: Option<DateTime<Utc>>,
    pub sha256: String,
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimestampUsed {
    pub kind: TimestampKind,
    pub time: DateTime<Utc>,
    pub authority: Option<String>,
    /// Whether it proves anything.
    pub valid: bool,
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
