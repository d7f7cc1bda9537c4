//! The document security store: evidence that was added to the file for its validation (ISO 32000-2, 12.8.4.3; EN 319 142-1, 5.4.2).

use super::{
    document::View,
    object::{Dictionary, Object, text},
};

/// What is in `/DSS`, as the bytes of DER that its streams hold. Nothing of it is signed unless a later signature covers it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecurityStore {
    pub certificates: Vec<Vec<u8>>,
    pub crls: Vec<Vec<u8>>,
    pub ocsps: Vec<Vec<u8>>,
    /// What belongs to one signature each.
    pub per_signature: Vec<ValidationInformation>,
}

/// One entry of `/VRI`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValidationInformation {
    /// The SHA-1 of the signature's `/Contents` in upper case hexadecimal.
    pub signature: String,
    pub certificates: Vec<Vec<u8>>,
    pub crls: Vec<Vec<u8>>,
    pub ocsps: Vec<Vec<u8>>,
    /// A time stamp over the other entries (`/TS`).
    pub timestamp: Option<Vec<u8>>,
}

pub(super) fn read(view: View<'_, '_>) -> SecurityStore {
    let Some(store) = view.catalog().and_then(|catalog| view.look(catalog, b"DSS").as_dictionary()) else {
        return SecurityStore::default();
    };
    let entries = view.look(store, b"VRI").as_dictionary().map(Dictionary::entries).unwrap_or_default();
    let per_signature = entries.iter().filter_map(|entry| {
        let information = view.resolve(&entry.value).as_dictionary()?;
        Some(ValidationInformation {
            signature: text(&entry.key).to_uppercase(),
            certificates: streams(view, information, b"Cert"),
            crls: streams(view, information, b"CRL"),
            ocsps: streams(view, information, b"OCSP"),
            timestamp: information.get(b"TS").and_then(|timestamp| stream(view, timestamp)),
        })
    });
    SecurityStore {
        certificates: streams(view, store, b"Certs"),
        crls: streams(view, store, b"CRLs"),
        ocsps: streams(view, store, b"OCSPs"),
        per_signature: per_signature.collect(),
    }
}

fn streams(view: View<'_, '_>, dictionary: &Dictionary, key: &[u8]) -> Vec<Vec<u8>> {
    let Some(items) = dictionary.get(key) else { return Vec::new() };
    let items = match items {
        Object::Reference(id) => view.get(*id),
        items => items,
    };
    items.as_array().unwrap_or_default().iter().filter_map(|item| stream(view, item)).collect()
}

fn stream(view: View<'_, '_>, object: &Object) -> Option<Vec<u8>> {
    let id = object.as_reference()?;
    view.decoded(id, view.get(id).as_stream()?)
}
