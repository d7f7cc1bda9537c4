//! What needs no file from elsewhere: everything that is judged here is made here.

#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside test functions")]

mod bare;
mod chains;
mod container;
mod etsi;
#[path = "../etsi_report/mod.rs"]
mod etsi_report;
mod held;
mod hostile;
mod judgement;
mod large;
mod package;
mod paper;
mod pki;
mod policies;
mod revocation;
mod wants;
mod world;
mod xml;
mod xml_paper;
mod zip;
