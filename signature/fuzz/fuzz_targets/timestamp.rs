#![no_main]
//! A time-stamp token of any bytes is read or not, and never fits what nobody stamped.

use kho_signature::cms::{Imprint, Token};
use kho_signature::x509::Certificate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(token) = Token::read(bytes) else { return };
    assert_ne!(token.imprint(&[b"what nobody stamped"]), Imprint::Fits);
    let held = token.message.certificates.iter().filter_map(|der| Certificate::from_der(der).ok());
    let _ = token.check(&held.collect::<Vec<_>>());
});
