//! From a certificate to an anchor at a given time, and whether any certificate on the way was revoked (RFC 5280, chapter 6).
//!
//! The time is an argument, because a signature is judged at the time at which it is proven to have existed. The search for a chain is
//! bounded in depth and in the number of values that are checked, whatever the certificates of a file refer to.
//!
//! | file | what it is for |
//! |---|---|
//! | `store` | certificates, lists and answers at hand, and since when each is proven to exist |
//! | `search` | chains of names and keys to an anchor |
//! | `rules` | what RFC 5280 asks of a chain |
//! | `names` | name constraints |
//! | `policies` | certificate policies |
//! | `standing` | revocation |
//! | `trust` | all of it, for one certificate, one purpose, one time |

mod names;
mod policies;
mod rules;
mod search;
mod standing;
mod store;
mod trust;

use chrono::{DateTime, Utc};

use crate::findings::Code;
use crate::report::{Finding, SubIndication};
use crate::x509::{Certificate, NameConstraints, PolicyId};

pub use store::Store;
pub use trust::{Trust, trust};

/// A certificate that is believed because it was chosen, and for what.
#[derive(Debug, Clone)]
pub struct Anchor {
    pub certificate: Certificate,
    /// Signatures of before or after count for nothing under it.
    pub valid_from: Option<DateTime<Utc>>,
    pub valid_until: Option<DateTime<Utc>>,
    /// Names outside of them are not certified by it, whatever its certificates say.
    pub names: Option<NameConstraints>,
    /// Paths need one of these policies, if any are named (the user-initial-policy-set of RFC 5280, 6.1.1).
    pub policies: Vec<PolicyId>,
}

impl Anchor {
    pub fn new(certificate: Certificate) -> Self {
        Self { certificate, valid_from: None, valid_until: None, names: None, policies: Vec::new() }
    }
}

/// What the certificate at the end is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Signing,
    TimeStamping,
}

/// Why a certificate is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    pub sub_indication: SubIndication,
    pub finding: Finding,
}

impl Obstacle {
    fn new(sub_indication: SubIndication, code: Code, about: &Certificate) -> Self {
        Self { sub_indication, finding: Finding::about(code, about.subject().text()) }
    }

    fn general(code: Code, about: &Certificate) -> Self {
        Self::new(SubIndication::CertificateChainGeneralFailure, code, about)
    }
}
