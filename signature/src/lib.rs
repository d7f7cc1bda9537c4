//! Digital signatures: what a signed file says, whether it can be believed, and why.
//!
//! No I/O and no clock: the bytes, the anchors, the evidence and the time of judging are given, and the same question always has the same
//! answer. Bytes come from strangers, so every reader is bounded in time, memory and depth, and answers an error instead of panicking.
//!
//! | room | what it is for |
//! |---|---|
//! | `asn1` | BER and DER, keeping the raw bytes of every value |
//! | `cms` | signed messages, their signers, time-stamp tokens |
//! | `container` | archives of files, their manifests and packages |
//! | `crypto` | digests and values of signatures |
//! | `evidence` | the certificates, answers and time stamps that a conclusion rests on |
//! | `findings` | the codes of everything that can be found |
//! | `judge` | times that are proven, and the conclusion |
//! | `path` | from a certificate to an anchor, and revocation |
//! | `pdf` | revisions, signature fields, byte ranges, later changes |
//! | `policy` | accepted algorithms by date |
//! | `report` | the four answers about a signature and the conclusion drawn from them |
//! | `verify` | a file of each format, from its bytes to its report |
//! | `words` | sentences for people |
//! | `wants` | what a conclusion lacks, and where it is to be had |
//! | `x509` | certificates, lists of revoked ones, status answers |
//! | `xml` | signed XML, its canonical forms, what its signatures refer to |

pub mod asn1;
pub mod cms;
pub mod container;
pub mod crypto;
pub mod evidence;
pub mod findings;
mod judge;
pub mod path;
pub mod pdf;
pub mod policy;
pub mod report;
mod verify;
pub mod wants;
pub mod words;
pub mod x509;
pub mod xml;

pub use findings::Code;
pub use path::Anchor;
pub use policy::Policy;
pub use report::Report;
pub use verify::{Context, Kept, KeptKind, Unreadable, verify, verify_detached};
pub use wants::{Want, WantKind, wanted};
