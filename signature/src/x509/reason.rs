use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::asn1::Value;

/// Why a certificate was revoked (RFC 5280, 5.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Unspecified,
    KeyCompromise,
    CaCompromise,
    AffiliationChanged,
    Superseded,
    CessationOfOperation,
    /// Suspended, and perhaps for a time only.
    CertificateHold,
    RemoveFromCrl,
    PrivilegeWithdrawn,
    AaCompromise,
}

/// That a certificate was revoked, or suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revoked {
    pub at: DateTime<Utc>,
    pub reason: Option<Reason>,
}

impl Reason {
    /// None: a number that the standard doesn't give a meaning.
    pub(super) fn of(value: Value<'_>) -> Option<Self> {
        let &[number] = value.content else { return None };
        Some(match number {
            0 => Self::Unspecified,
            1 => Self::KeyCompromise,
            2 => Self::CaCompromise,
            3 => Self::AffiliationChanged,
            4 => Self::Superseded,
            5 => Self::CessationOfOperation,
            6 => Self::CertificateHold,
            8 => Self::RemoveFromCrl,
            9 => Self::PrivilegeWithdrawn,
            10 => Self::AaCompromise,
            _ => return None,
        })
    }
}
