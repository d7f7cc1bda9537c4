//! What is inside a file: its type, its text, what it looks like, whether a person can read it.
//!
//! May use `domain`, the words of `kho_mapping` and parsers of formats. Everything here reads bytes that a stranger sent: no function may panic, recurse
//! without bound, or use time or memory beyond its stated limits, and each has a test that feeds it damaged files. Only `thumbnail`
//! cannot promise that, and is called in a process that may end (`services::artist`).
//!
//! A new type of file is a `[[type]]` in `catalogue/file-types.toml`. If its bytes are of a kind not yet told apart, add it to
//! [`sniff::Format`] and to the function of `sniff` for its family; if it holds text, add an arm in [`text::extract_text`]; if
//! it can be drawn, one in [`thumbnail::draw`], which then tells also whether it shows anything; else [`text::read`] tells what it can.

pub mod file_type;
mod ink;
mod office;
mod ole;
mod pdf;
pub mod sniff;
mod sniff_markup;
mod sniff_zip;
pub mod text;
pub mod thumbnail;
mod xml;
