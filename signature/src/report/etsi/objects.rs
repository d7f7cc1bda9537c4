use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::xml::Xml;
use super::{Subject, digest, id_of, names, time};
use crate::evidence::TimestampUsed;
use crate::report::{Format, Report, Signature};

/// The document as a validation object; it is one for all its signatures.
pub(super) const DOCUMENT: &str = "D-1";

/// 4.4: everything that is referred to, once.
pub(super) fn write(xml: &mut Xml, report: &Report, subject: &Subject<'_>) {
    let mut named = HashSet::new();
    let document = STANDARD.encode(subject.sha256);
    object(xml, DOCUMENT, "urn:etsi:019102:validationObject:signedData", &document, |_| ());
    let evidence = || report.signatures.iter().map(|signature| &signature.evidence);
    for certificate in evidence().flat_map(|each| &each.certificates) {
        let id = id_of(certificate);
        if named.insert(id.clone()) {
            let kind = "urn:etsi:019102:validationObject:certificate";
            object(xml, &id, kind, &base64_of(&certificate.sha256), |_| ());
        }
    }
    for used in evidence().flat_map(|each| &each.revocations) {
        let id = format!("R-{}", used.sha256);
        if named.insert(id.clone()) {
            let kind = names::object_of_revocation(used.kind);
            object(xml, &id, kind, &base64_of(&used.sha256), |_| ());
        }
    }
    for stamp in evidence().flat_map(|each| &each.timestamps) {
        let id = format!("T-{}", stamp.sha256);
        if !named.insert(id.clone()) {
            continue;
        }
        let kind = "urn:etsi:019102:validationObject:timestamp";
        object(xml, &id, kind, &base64_of(&stamp.sha256), |xml| {
            if stamp.valid {
                xml.within("POEProvisioning", &[], |xml| {
                    xml.text("POETime", &time(stamp.time));
                    covered_fields(xml, report, stamp);
                });
            }
        });
    }
}

fn covered_fields(xml: &mut Xml, report: &Report, stamp: &TimestampUsed) {
    let covers = |signature: &&Signature| {
        report.format == Format::Pdf
            && !signature.field.is_empty()
            && signature.evidence.timestamps.iter().any(|one| one.sha256 == stamp.sha256)
    };
    for signature in report.signatures.iter().filter(covers) {
        xml.within("SignatureReference", &[], |xml| xml.text("PAdESFieldName", &signature.field));
    }
}

fn object(xml: &mut Xml, id: &str, kind: &str, sha256: &str, more: impl FnOnce(&mut Xml)) {
    xml.within("ValidationObject", &[("id", id)], |xml| {
        xml.text("ObjectType", kind);
        xml.within("ValidationObjectRepresentation", &[], |xml| {
            xml.within("DigestAlgAndValue", &[], |xml| digest(xml, "SHA-256", sha256));
        });
        more(xml);
    });
}

fn base64_of(hexadecimal: &str) -> String {
    let digits = hexadecimal.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap_or_default());
    let bytes: Vec<u8> = digits.map(|pair| u8::from_str_radix(pair, 16).unwrap_or_default()).collect();
    STANDARD.encode(bytes)
}
