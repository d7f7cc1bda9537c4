//! Certificates, lists of revoked certificates and status answers, as they lie in a file: read, not believed. `path` decides.
//!
//! Read by our own `asn1`, for three reasons: certificates from the field are not always DER, a list of a hundred thousand revoked
//! certificates must cost nothing until it is searched, and one reader is one thing to fuzz.

mod access;
mod certificate;
mod crl;
mod extensions;
mod name;
mod ocsp;
mod reason;
mod subtree;

pub use access::Access;
pub use certificate::Certificate;
pub use crl::{Crl, Scope};
pub use extensions::{Extensions, NameConstraints, PolicyId, Purpose, usage};
pub use name::Name;
pub use ocsp::{CertId, Ocsp, Responder, Single, Status};
pub use reason::{Reason, Revoked};
