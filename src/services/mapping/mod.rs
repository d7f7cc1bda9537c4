//! What makes the vault more than a drive: procedures that ask for papers, and dossiers that papers are used in.
//!
//! The rules are in the crate `kho-mapping`; here they meet rows. May use what every service may. One file a subject, all methods of `Kho`;
//! the plan is `docs/mapping.md`.

pub mod catalogues;
pub mod changes;
pub mod snapshot;
