#![no_main]
//! A time-stamp token of any bytes is read or not. Whether it fits some bytes says nothing here: the fuzzer reads their digest off the comparison.

use kho_signature::cms::Token;
use kho_signature::x509::Certificate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(token) = Token::read(bytes) else { return };
    let _ = token.imprint(&[b"what nobody stamped"]);
    let held = token.message.certificates.iter().filter_map(|der| Certificate::from_der(der).ok());
    let _ = token.check(&held.collect::<Vec<_>>());
});
