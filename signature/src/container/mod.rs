//! Files that are archives of others: what is in them, and which of it a signature is about (EN 319 162-1, ECMA-376-2).
//!
//! An archive is read by its list of members, and everything that another reader could see otherwise is a finding: names that come twice or
//! lead out of the folder, bytes that belong to no member, headers that disagree. Members are unpacked when they are asked for, and all
//! of them together only up to a limit.
//!
//! | file | what it is for |
//! |---|---|
//! | `archive` | the members of a ZIP file |
//! | `manifest` | manifests of ASiC |
//! | `package` | parts of OPC packages and their types |
//! | `relationships` | relations between parts, and the transform that signs some of them |

mod archive;
mod manifest;
mod package;
pub mod relationships;

pub use archive::{Archive, Damaged};
pub use manifest::{Compared, Entry, Manifest, uri as member_of};
pub use package::{Package, is_data, is_left_out, list_of, part_of, resolve};
