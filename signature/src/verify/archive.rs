//! Archive time stamps, which protect a signature with all that proves it (ETSI EN 319 122-1, 5.5.3).

use chrono::{DateTime, Utc};

use super::cms::gather;
use crate::asn1::{Reader, Result, Tag, Value};
use crate::cms::{
    Content, Imprint, SignedData, SignerInfo, Token, archive_timestamps, attributes_before, encoded,
    hash_index, old_archive_timestamps,
};
use crate::crypto::{AlgorithmIdentifier, Hash};
use crate::evidence::{Origin, TimestampKind};
use crate::judge::{Knowledge, Stamp, check_stamp};

/// Judges the archive time stamps from the youngest to the oldest, each at the time that the younger ones prove for it.
pub(super) fn stamps<'a>(
    signer: &SignerInfo<'a>,
    message: &SignedData<'a>,
    content: Option<&Content<'_>>,
    known: DateTime<Utc>,
    knowledge: &mut Knowledge<'_, 'a>,
) -> Vec<Stamp> {
    let of_form = |old, value| Token::from_value(value).ok().map(|token: Token<'a>| (old, token));
    let mut tokens: Vec<(bool, Token<'a>)> = archive_timestamps(signer)
        .filter_map(|value| of_form(false, value))
        .chain(old_archive_timestamps(signer).filter_map(|value| of_form(true, value)))
        .collect();
    tokens.sort_by_key(|(_, token)| std::cmp::Reverse(token.time));
    let mut existed = known;
    let mut stamps = Vec::new();
    for (old, token) in &tokens {
        gather(&token.message, &mut knowledge.store, Origin::Timestamp);
        let imprint = match old {
            true => old_imprint(token, signer, message, content),
            false => imprint(token, signer, message, content).unwrap_or(Imprint::Differs),
        };
        let stamp = check_stamp(TimestampKind::Archive, token, imprint, existed, knowledge);
        if stamp.holds() {
            existed = stamp.time;
            let evidence = message.crls.iter().chain(&message.ocsps);
            evidence.for_each(|der| knowledge.store.prove(der, stamp.time));
        }
        stamps.push(stamp);
    }
    stamps
}

/// Whether a token of the older form is over all fields of the message and of the signer (ETSI TS 101 733, annex K). Its editions differ on
/// whether the tag of the unsigned attributes counts, and advise to try both.
fn old_imprint(
    token: &Token<'_>,
    signer: &SignerInfo<'_>,
    message: &SignedData<'_>,
    content: Option<&Content<'_>>,
) -> Imprint {
    let [held, kept @ ..] = message.encoded_fields() else { return Imprint::Differs };
    let mut parts: Vec<&[u8]> = vec![held];
    if message.content.is_none() {
        let Some(content) = content else { return Imprint::Unsupported };
        parts.extend(content.parts());
    }
    parts.extend(kept);
    parts.extend(signer.signed_fields());
    let attributes = attributes_before(signer, token);
    let whole = encoded(Tag::context(1), &attributes);
    match token.imprint(&[&parts[..], &[&whole]].concat()) {
        Imprint::Differs => token.imprint(&[parts, attributes].concat()),
        other => other,
    }
}

/// Whether the token is over the content's type and digest, the signer, and the index of what else it protects.
fn imprint(
    token: &Token<'_>,
    signer: &SignerInfo<'_>,
    message: &SignedData<'_>,
    content: Option<&Content<'_>>,
) -> Result<Imprint> {
    let (Some(hash), Some(content)) = (token.hash(), content) else { return Ok(Imprint::Unsupported) };
    let Some(index) = hash_index(token)? else { return Ok(Imprint::Unsupported) };
    if !is_complete(index, signer, message)? {
        return Ok(Imprint::Differs);
    }
    let size = u8::try_from(message.content_type.0.len()).unwrap_or(u8::MAX);
    let content_type = [&[Tag::OID.0, size], message.content_type.0].concat();
    let digest = content.digest(hash);
    let mut parts: Vec<&[u8]> = vec![&content_type, &digest];
    parts.extend(signer.signed_fields());
    parts.push(index.raw);
    Ok(token.imprint(&parts))
}

/// Whether everything in the index (5.5.2) is there: certificates, lists and answers, values of unsigned attributes.
fn is_complete(index: Value<'_>, signer: &SignerInfo<'_>, message: &SignedData<'_>) -> Result<bool> {
    let mut fields = index.children();
    let hash = match fields.optional(Tag::SEQUENCE)? {
        // The algorithm may be left out, and then the first field is the list of certificates.
        Some(first) if first.children().peek() == Some(Tag::OID) => {
            match AlgorithmIdentifier::of(first)?.hash() {
                Some(hash) => {
                    return lists(hash, fields, signer, message);
                }
                None => return Ok(false),
            }
        }
        _ => Hash::Sha256,
    };
    lists(hash, index.children(), signer, message)
}

fn lists(
    hash: Hash,
    mut fields: Reader<'_>,
    signer: &SignerInfo<'_>,
    message: &SignedData<'_>,
) -> Result<bool> {
    let certificates: Vec<Vec<u8>> = message.certificates_raw().map(|der| hash.of(&[der])).collect();
    let revocations: Vec<Vec<u8>> = message.revocations_raw().map(|der| hash.of(&[der])).collect();
    // "attrType and attrValue" were read as two values by some, and as the attribute by others.
    let pairs = signer.unsigned.pairs().map(|(oid, value)| hash.of(&[oid, value]));
    let attributes: Vec<Vec<u8>> =
        pairs.chain(signer.unsigned.raw().map(|whole| hash.of(&[whole]))).collect();
    for known in [certificates, revocations, attributes] {
        let mut listed = fields.sequence()?;
        while !listed.is_empty() {
            let digest = listed.expect(Tag::OCTET_STRING)?.content;
            if !known.iter().any(|have| have == digest) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}
