//! Signed messages (RFC 5652, chapter 5), their attributes and time-stamp tokens (RFC 3161): whether each signer's value fits what it says
//! it signs, and whose certificate it means. Whether that certificate is to be believed is for `path` and `judge`.

mod attributes;
mod bare;
mod check;
mod message;
pub(crate) mod reference;
mod timestamp;

pub use attributes::Attributes;
pub use bare::check_bare;
pub(crate) use check::encoded;
pub use check::{Checked, Content, check, counter_signatures};
pub use message::{SignedData, SignerId, SignerInfo};
pub use timestamp::{
    Imprint, Token, archive_timestamps, attributes_before, hash_index, old_archive_timestamps,
    signature_timestamps,
};

#[cfg(test)]
mod tests;
