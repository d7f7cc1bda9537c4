#![no_main]
//! Pieces of any bytes as certificates, lists and answers: the first certificate is judged, the last one is the anchor.

use std::sync::LazyLock;

use kho_signature::evidence::Origin;
use kho_signature::path::{Store, Use, trust};
use kho_signature::x509::Certificate;
use kho_signature::{Anchor, Policy};
use libfuzzer_sys::fuzz_target;

static POLICY: LazyLock<Policy> = LazyLock::new(Policy::default);

fuzz_target!(|bytes: &[u8]| {
    let mut store = Store::default();
    let mut certificates = Vec::new();
    let mut rest = bytes;
    while let Some((size, after)) = rest.split_first_chunk::<2>() {
        let (piece, after) = after.split_at(after.len().min(usize::from(u16::from_be_bytes(*size))));
        certificates.extend(Certificate::from_der(piece));
        store.add_der(piece, Origin::Signature);
        store.add_crl(piece, Origin::Signature);
        store.add_ocsp(piece, Origin::Signature);
        rest = after;
    }
    let (Some(leaf), Some(anchor)) = (certificates.first(), certificates.last()) else { return };
    let anchors = [Anchor::new(anchor.clone())];
    let now = "2026-06-01T00:00:00Z".parse().expect("a time");
    for purpose in [Use::Signing, Use::TimeStamping] {
        let _ = trust(leaf, purpose, leaf.not_before(), now, &store, &anchors, &POLICY);
    }
});
