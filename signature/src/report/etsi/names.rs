//! How TS 119 102-2 and the signatures of XML name what the report names.

use std::fmt;

use serde::Serialize;

use crate::asn1::Oid;
use crate::crypto::Hash;
use crate::evidence::{RevocationKind, TimestampKind};
use crate::report::{Indication, SubIndication};
use crate::x509::Reason;

/// The name that a value has in JSON.
pub(super) struct Named<T>(pub T);

impl<T: Serialize> fmt::Display for Named<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(out)
    }
}

pub(super) fn main_indication(indication: Indication) -> &'static str {
    match indication {
        Indication::TotalPassed => "urn:etsi:019102:mainindication:total-passed",
        Indication::Indeterminate => "urn:etsi:019102:mainindication:indeterminate",
        Indication::TotalFailed => "urn:etsi:019102:mainindication:total-failed",
    }
}

pub(super) fn sub_indication(sub_indication: SubIndication) -> String {
    format!("urn:etsi:019102:subindication:{}", Named(sub_indication))
}

pub(super) fn object_of_revocation(kind: RevocationKind) -> &'static str {
    match kind {
        RevocationKind::Crl => "urn:etsi:019102:validationObject:CRL",
        RevocationKind::Ocsp => "urn:etsi:019102:validationObject:OCSPResponse",
    }
}

pub(super) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Unspecified => "urn:etsi:019102:revocationReason:unspecified",
        Reason::KeyCompromise => "urn:etsi:019102:revocationReason:keyCompromise",
        Reason::CaCompromise => "urn:etsi:019102:revocationReason:cACompromise",
        Reason::AffiliationChanged => "urn:etsi:019102:revocationReason:affiliationChanged",
        Reason::Superseded => "urn:etsi:019102:revocationReason:superseded",
        Reason::CessationOfOperation => "urn:etsi:019102:revocationReason:cessationOfOperation",
        Reason::CertificateHold => "urn:etsi:019102:revocationReason:certificateHold",
        Reason::RemoveFromCrl => "urn:etsi:019102:revocationReason:removeFromCRL",
        Reason::PrivilegeWithdrawn => "urn:etsi:019102:revocationReason:privilegeWithdrawn",
        Reason::AaCompromise => "urn:etsi:019102:revocationReason:aACompromise",
    }
}

/// The attribute that a time stamp is (TS 119 102-2, A.13, A.25, A.29).
pub(super) fn attribute_of_timestamp(kind: TimestampKind) -> &'static str {
    match kind {
        TimestampKind::Signature => "SignatureTimeStamp",
        TimestampKind::Archive => "ArchiveTimeStamp",
        TimestampKind::Document => "DocTimeStamp",
    }
}

/// A digest algorithm by its name in the report (RFC 9231, 2.1).
pub(super) fn digest(name: &str) -> String {
    match name {
        "SHA-1" => "http://www.w3.org/2000/09/xmldsig#sha1".to_owned(),
        "SHA-256" | "SHA-512" => format!("http://www.w3.org/2001/04/xmlenc#{}", compact(name)),
        "SHA-224" | "SHA-384" => format!("http://www.w3.org/2001/04/xmldsig-more#{}", compact(name)),
        "SHA3-224" | "SHA3-256" | "SHA3-384" | "SHA3-512" => {
            format!("http://www.w3.org/2007/05/xmldsig-more#{}", name.to_lowercase())
        }
        _ => match Hash::from_name(name) {
            Some(hash) => format!("urn:oid:{}", Oid(hash.oid())),
            None => "urn:kho:signature:algorithm:unknown".to_owned(),
        },
    }
}

/// A scheme by its name in the report (RFC 9231, 2.3); those without a name in XML by the scheme and the digest.
pub(super) fn scheme(name: &str) -> String {
    const OLD: &str = "http://www.w3.org/2000/09/xmldsig#";
    const MORE: &str = "http://www.w3.org/2001/04/xmldsig-more#";
    const NEWER: &str = "http://www.w3.org/2007/05/xmldsig-more#";
    const NEWEST: &str = "http://www.w3.org/2021/04/xmldsig-more#";
    let (scheme, hash) = name.split_once(", ").unwrap_or((name, ""));
    let is_of_2001 = matches!(hash, "SHA-224" | "SHA-256" | "SHA-384" | "SHA-512");
    match scheme {
        "RSA PKCS#1 v1.5" if hash == "SHA-1" => format!("{OLD}rsa-sha1"),
        "RSA PKCS#1 v1.5" if is_of_2001 => format!("{MORE}rsa-{}", compact(hash)),
        "RSA-PSS" if hash.starts_with("SHA3-") => format!("{NEWER}{}-rsa-MGF1", hash.to_lowercase()),
        "RSA-PSS" if is_of_2001 || hash == "SHA-1" => format!("{NEWER}{}-rsa-MGF1", compact(hash)),
        "ECDSA" if hash.starts_with("SHA3-") => format!("{NEWEST}ecdsa-{}", hash.to_lowercase()),
        "ECDSA" if is_of_2001 || hash == "SHA-1" => format!("{MORE}ecdsa-{}", compact(hash)),
        "Ed25519" => format!("{NEWEST}eddsa-ed25519"),
        _ => format!("urn:kho:signature:algorithm:{}", name.replace([' ', ',', '#', '/'], "-")),
    }
}

/// `SHA-256` as XML writes it.
fn compact(name: &str) -> String {
    name.replace('-', "").to_lowercase()
}
