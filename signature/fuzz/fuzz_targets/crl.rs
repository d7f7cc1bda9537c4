#![no_main]
//! A list of revoked certificates of any bytes is read or not, and searched.

use kho_signature::x509::Crl;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(crl) = Crl::from_der(bytes) {
        let _ = (crl.revoked(&[1]), crl.scheme(), crl.issuer.text());
    }
});
