//! The signed reference to the signer's certificate (RFC 5035): without it, another certificate with the same key could be slipped in.

use crate::asn1::{Reader, Result, Tag, Value};
use crate::cms::Attributes;
use crate::cms::attributes::{SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2};
use crate::crypto::{AlgorithmIdentifier, Hash};
use crate::x509::{Certificate, Name};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bond {
    /// There is no reference.
    Absent,
    Fits,
    /// The digest fits; the issuer and number beside it are others.
    SerialDiffers,
    Mismatch,
}

/// Whether the signed attributes mean this certificate. Of both versions of the attribute, each that is there has to.
pub(super) fn bond(signed: &Attributes<'_>, certificate: &Certificate) -> Bond {
    let mut bonds = Vec::new();
    for (oid, default) in [(SIGNING_CERTIFICATE_V2, Hash::Sha256), (SIGNING_CERTIFICATE, Hash::Sha1)] {
        match signed.one(oid) {
            Ok(None) => {}
            Ok(Some(value)) => bonds.push(first(value, default, certificate).unwrap_or(Bond::Mismatch)),
            Err(_) => bonds.push(Bond::Mismatch),
        }
    }
    for decisive in [Bond::Mismatch, Bond::SerialDiffers, Bond::Fits] {
        if bonds.contains(&decisive) {
            return decisive;
        }
    }
    Bond::Absent
}

/// The first ESSCertID(v2) is the signer's (RFC 5035, 5.4.1).
fn first(value: Value<'_>, default: Hash, certificate: &Certificate) -> Result<Bond> {
    let mut reference = value.tagged(Tag::SEQUENCE)?.children().sequence()?.sequence()?;
    let hash = match reference.optional(Tag::SEQUENCE)? {
        Some(algorithm) => AlgorithmIdentifier::of(algorithm)?.hash(),
        None => Some(default),
    };
    let digest = reference.expect(Tag::OCTET_STRING)?.content;
    if hash.is_none_or(|hash| hash.of(&[certificate.der()]) != digest) {
        return Ok(Bond::Mismatch);
    }
    let Some(issuer_serial) = reference.optional(Tag::SEQUENCE)? else { return Ok(Bond::Fits) };
    Ok(if is_of(issuer_serial.children(), certificate).unwrap_or(false) {
        Bond::Fits
    } else {
        Bond::SerialDiffers
    })
}

/// Whether an IssuerSerial in DER names the certificate.
pub(crate) fn is_issuer_and_serial(der: &[u8], certificate: &Certificate) -> bool {
    let fields = Reader::only(der).and_then(|value| value.tagged(Tag::SEQUENCE));
    fields.is_ok_and(|value| is_of(value.children(), certificate).unwrap_or(false))
}

/// IssuerSerial: general names, of which one is the issuer's, and the number.
fn is_of(mut fields: Reader<'_>, certificate: &Certificate) -> Result<bool> {
    let mut names = fields.sequence()?;
    let serial = fields.value()?.integer()?;
    let mut named = false;
    while !names.is_empty() {
        let name = names.value()?;
        if name.tag == Tag::context(4) {
            named |= Name(name.children().value()?.raw).comparable() == certificate.issuer_comparable();
        }
    }
    Ok(named && serial == certificate.serial())
}
