use super::DSIG;
use super::tree::Node;
use crate::asn1::der;
use crate::crypto::{Hash, PublicKey, Scheme};

const MORE: &str = "http://www.w3.org/2001/04/xmldsig-more#";
const MORE_2007: &str = "http://www.w3.org/2007/05/xmldsig-more#";
const MORE_2021: &str = "http://www.w3.org/2021/04/xmldsig-more#";
const XMLENC: &str = "http://www.w3.org/2001/04/xmlenc#";

/// A digest by its name (XMLDSig 1.1, 6.2; RFC 9231, 2.1).
pub fn digest(algorithm: &str) -> Option<Hash> {
    let (space, name) = split(algorithm)?;
    Some(match (space, name) {
        (DSIG, "sha1") => Hash::Sha1,
        (MORE, "sha224") => Hash::Sha224,
        (XMLENC, "sha256") => Hash::Sha256,
        (MORE, "sha384") => Hash::Sha384,
        (XMLENC, "sha512") => Hash::Sha512,
        (MORE_2007, "sha3-224") => Hash::Sha3Of224,
        (MORE_2007, "sha3-256") => Hash::Sha3Of256,
        (MORE_2007, "sha3-384") => Hash::Sha3Of384,
        (MORE_2007, "sha3-512") => Hash::Sha3Of512,
        _ => return None,
    })
}

/// The namespace of an algorithm with its mark, and the rest.
fn split(algorithm: &str) -> Option<(&str, &str)> {
    let at = algorithm.find('#')? + 1;
    Some(algorithm.split_at(at))
}

/// How the value is made (XMLDSig 1.1, 6.4; RFC 9231, 2.3). None: not known here, or a code that whoever checks it could make as well.
pub(super) fn scheme(node: Node<'_>) -> Option<Scheme> {
    let (space, name) = split(node.attribute("Algorithm")?)?;
    if (space, name) == (MORE_2007, "rsa-pss") {
        return pss(node);
    }
    if (space, name) == (MORE_2021, "eddsa-ed25519") {
        return Some(Scheme::Ed25519);
    }
    if space == MORE_2007
        && let Some(hash) = name.strip_suffix("-rsa-MGF1")
    {
        let hash = short(hash)?;
        return Some(Scheme::RsaPss { hash, mask: hash, salt_bytes: u32::try_from(hash.size_bytes()).ok()? });
    }
    let (kind, hash) = name.split_once('-')?;
    let hash = short(hash)?;
    let is_old = hash == Hash::Sha1;
    let is_new = hash as u8 >= Hash::Sha3Of224 as u8;
    match (space, kind) {
        (DSIG, "rsa") if is_old => Some(Scheme::RsaPkcs1(hash)),
        (MORE, "rsa") if !is_old && !is_new => Some(Scheme::RsaPkcs1(hash)),
        (MORE, "ecdsa") if !is_new => Some(Scheme::Ecdsa(hash)),
        (MORE_2021, "ecdsa") if is_new => Some(Scheme::Ecdsa(hash)),
        _ => None,
    }
}

/// A digest as the names of signatures write it.
fn short(name: &str) -> Option<Hash> {
    Some(match name {
        "sha1" => Hash::Sha1,
        "sha224" => Hash::Sha224,
        "sha256" => Hash::Sha256,
        "sha384" => Hash::Sha384,
        "sha512" => Hash::Sha512,
        "sha3-224" => Hash::Sha3Of224,
        "sha3-256" => Hash::Sha3Of256,
        "sha3-384" => Hash::Sha3Of384,
        "sha3-512" => Hash::Sha3Of512,
        _ => return None,
    })
}

/// RSA-PSS with its parameters beside it (RFC 9231, 2.3.9), whose defaults are SHA-256 and a salt as long as the digest.
fn pss(node: Node<'_>) -> Option<Scheme> {
    let Some(parameters) = node.only(MORE_2007, "RSAPSSParams") else {
        return Some(Scheme::RsaPss { hash: Hash::Sha256, mask: Hash::Sha256, salt_bytes: 32 });
    };
    let method = |node: Node<'_>| match node.only(DSIG, "DigestMethod") {
        Some(method) => digest(method.attribute("Algorithm")?),
        None => Some(Hash::Sha256),
    };
    let number = |local: &str, default: u32| match parameters.only(MORE_2007, local) {
        Some(node) => node.text().trim().parse().ok(),
        None => Some(default),
    };
    let hash = method(parameters)?;
    let mask = match parameters.only(MORE_2007, "MaskGenerationFunction") {
        Some(mask) if mask.attribute("Algorithm").is_none_or(|name| name == format!("{MORE_2007}MGF1")) => {
            method(mask)?
        }
        Some(_) => return None,
        None => hash,
    };
    let salt_bytes = number("SaltLength", u32::try_from(hash.size_bytes()).ok()?)?;
    (number("TrailerField", 1)? == 1).then_some(Scheme::RsaPss { hash, mask, salt_bytes })
}

/// An ECDSA value as X.509 writes it: XMLDSig puts the two numbers one after the other, each as long as the field (XMLDSig 1.1, 6.4.3).
pub(super) fn ecdsa_der(value: &[u8], key: &PublicKey<'_>) -> Option<Vec<u8>> {
    let field = usize::try_from(key.size_bits().div_ceil(8)).ok()?;
    if field == 0 || value.len() != 2 * field {
        return None;
    }
    let (r, s) = value.split_at(field);
    Some(der::sequence(&[&der::integer(&der::unsigned(r)), &der::integer(&der::unsigned(s))]))
}
