use std::cmp::Reverse;
use std::collections::HashSet;

use super::super::cms::gather;
use super::super::subject::Referred;
use super::members::{Members, Role};
use crate::cms::{Imprint, SignedData, Token};
use crate::container::Manifest;
use crate::evidence::{Origin, TimestampKind};
use crate::judge::{Knowledge, Stamp, check_stamp, prove};
use crate::report::{Finding, TimeSource};

/// A time stamp that is a member, over the only data or over a manifest.
pub(super) struct MemberStamp<'c, 'a> {
    pub name: &'a str,
    pub manifest: Option<&'c Manifest>,
    pub stamp: Stamp,
    /// Nothing says what it is over.
    pub missing: bool,
    pub covered: HashSet<String>,
    pub referred: Referred,
    pub findings: Vec<Finding>,
}

impl MemberStamp<'_, '_> {
    /// It protects signatures; otherwise it stands for itself (EN 319 162-1, 4.4.4.2 and annex A.7).
    pub fn is_archival(&self) -> bool {
        self.manifest.is_some_and(|manifest| manifest.name.starts_with("META-INF/ASiCArchiveManifest"))
    }
}

/// The time stamps of a container from the youngest to the oldest, each judged at the time that younger ones prove for it; and the names of
/// those that can't be read.
pub(super) fn judged<'c, 'a>(
    members: &'c Members<'a>,
    messages: &[(&'a str, Option<SignedData<'a>>)],
    knowledge: &mut Knowledge<'_, 'a>,
) -> (Vec<MemberStamp<'c, 'a>>, Vec<&'a str>) {
    let mut tokens = Vec::new();
    let mut unreadable = Vec::new();
    for name in members.of(Role::Timestamp) {
        match members.octets(name).map(Token::read) {
            Some(Ok(token)) => {
                gather(&token.message, &mut knowledge.store, Origin::Timestamp);
                tokens.push((name, token));
            }
            _ => unreadable.push(name),
        }
    }
    tokens.sort_by_key(|(_, token)| Reverse(token.time));
    let mut stamps: Vec<MemberStamp<'c, 'a>> = Vec::new();
    for (name, token) in &tokens {
        let signed = members.signed_by(name);
        let manifest = members.manifest_of(name);
        let imprint = signed.octets.map_or(Imprint::Fits, |octets| token.imprint(&[octets]));
        let times = covering(members, &stamps, name).into_iter();
        let proofs = times.map(|stamp| (stamp.time, TimeSource::DocumentTimestamp));
        let existed = prove(knowledge.context, proofs).0;
        let stamp = check_stamp(TimestampKind::Document, token, imprint, existed, knowledge);
        if let Some(manifest) = manifest.filter(|_| stamp.holds()) {
            let covered = messages.iter().filter(|(name, _)| members.lists(manifest, name));
            let stamped = tokens.iter().filter(|(name, _)| members.lists(manifest, name));
            let inside = covered.filter_map(|(_, message)| message.as_ref());
            for message in inside.chain(stamped.map(|(_, token)| &token.message)) {
                message
                    .crls
                    .iter()
                    .chain(&message.ocsps)
                    .for_each(|der| knowledge.store.prove(der, stamp.time));
            }
        }
        stamps.push(MemberStamp {
            name,
            manifest,
            stamp,
            missing: signed.octets.is_none(),
            covered: signed.covered,
            referred: signed.referred,
            findings: signed.findings,
        });
    }
    (stamps, unreadable)
}

/// The time stamps that hold and whose manifest lists a member.
pub(super) fn covering<'s>(
    members: &Members<'_>,
    stamps: &'s [MemberStamp<'_, '_>],
    name: &str,
) -> Vec<&'s Stamp> {
    let holding = stamps.iter().filter(|one| one.stamp.holds() && !one.missing);
    let listing = holding.filter(|one| one.manifest.is_some_and(|manifest| members.lists(manifest, name)));
    listing.map(|one| &one.stamp).collect()
}
