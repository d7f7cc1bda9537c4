//! Fetches what a conclusion about a signature lacks: status answers, lists of revoked certificates, certificates of issuers, time stamps.
//! And hands messages over to the systems that asked for them, and fetches files that they keep ready, by the same care for where a connection goes.
//!
//! The addresses come from certificates, so from strangers. Each is asked only as [`Allow`] says, over a connection to an address of the
//! public network that was looked at before ([`address`]), within [`Limits`] of time and size; every step of a redirect is a new address.
//! What comes is read before it is handed on, and judged by `kho-signature`, never here: this crate believes nobody.
//!
//! | file | what it is for |
//! |---|---|
//! | `address` | which addresses of the network may be asked |
//! | `allow` | places that an administrator names |
//! | `target` | from a URL to addresses that were looked at |
//! | `http` | one question and its answer, redirects |
//! | `read` | whether a body is what was asked for |
//! | `ocsp` | questions about the status of a certificate (RFC 6960) |
//! | `timestamp` | questions for time stamps, and their answers (RFC 3161) |
//! | `deliver` | handing over a message |
//! | `collect` | fetching a file of any size, in pieces |
//! | `fetcher` | many questions at once, each within its limits |
//! | `inquiry` | what to ask in which order |
//!
//! To fetch another kind of evidence: a [`WantKind`](kho_signature::WantKind), its limit, and a reader in `read`.

pub mod address;
mod allow;
mod collect;
mod deliver;
mod fetcher;
mod http;
mod inquiry;
mod limits;
mod ocsp;
mod outcome;
mod read;
mod target;
mod timestamp;

pub use allow::{Allow, Place, PlaceError};
pub use collect::Collection;
pub use deliver::{Delivery, Undelivered};
pub use fetcher::Fetcher;
pub use inquiry::Inquiry;
pub use limits::Limits;
pub use outcome::{Fault, Fetched, Outcome, Refusal};
pub use timestamp::TimestampQuery;
