#![no_main]
//! A status answer of any bytes is read or not.

use kho_signature::x509::{Certificate, Ocsp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(ocsp) = Ocsp::from_der(bytes) else { return };
    for certificate in ocsp.certificates.iter().filter_map(|der| Certificate::from_der(der).ok()) {
        let _ = (ocsp.names(&certificate), ocsp.is_signed_by(&certificate));
        let _ = ocsp.answers.iter().take(16).filter(|one| one.certificate.means(&[1], &certificate) == Some(true)).count();
    }
});
