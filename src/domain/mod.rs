//! The rules of the vault, without input or output.
//!
//! May use nothing but plain libraries: no database, no clock, no random source, no HTTP. One file a subject; a new rule goes
//! to the file of the thing it is about, a new thing gets a file of its own.

pub mod account;
pub mod audit;
pub mod catalogue;
mod character;
mod checked_text;
pub mod checkpoint;
pub mod citation;
pub mod clock;
pub mod dossier;
pub mod entry;
pub mod file_name;
pub mod grant;
pub mod id;
pub mod identity;
pub mod job;
pub mod name;
pub mod notice;
pub mod page;
pub mod policy;
pub mod problem;
pub mod search;
pub mod sort_key;
pub mod text;
pub mod trash;
