//! What makes the vault more than a drive: procedures that ask for papers, dossiers that papers are used in, and what other systems are told.
//!
//! The rules are in the crate `kho-mapping`; here they meet rows. May use what every service may. One file a subject, all methods of `Kho`;
//! the plan is `docs/mapping.md`.

pub mod attachment_reading;
pub mod attachments;
pub mod catalogues;
pub mod changes;
pub mod citations;
pub mod cited;
pub mod consents;
pub mod counts;
pub mod deliveries;
pub mod digitisation;
pub mod dossier_pages;
pub mod dossiers;
pub mod feed;
pub mod fetches;
pub mod filing;
pub mod hierarchy;
pub mod look_up_files;
pub mod look_ups;
pub mod moves;
pub mod named_papers;
pub mod others_papers;
pub mod owners;
pub mod paper_references;
pub mod paper_uploads;
pub mod proposals;
pub mod pushed_citations;
pub mod pushed_documents;
pub mod pushed_papers;
pub mod pushes;
pub mod receipts;
pub mod reports;
pub mod scans;
pub mod snapshot;
pub mod webhooks;
