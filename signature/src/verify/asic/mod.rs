//! Containers of ASiC (EN 319 162-1): signatures and time stamps in `META-INF`, over the other members or over manifests that list them.
//!
//! What one signature leaves out another may cover; a member that no signature covers stands beside signed ones as if it were one of
//! them, so no signature of such a container passes.

mod members;
mod stamps;

use std::cell::Cell;
use std::collections::HashSet;

use super::Context;
use super::cms::{gather, judge as judge_signer, judge_token};
use super::subject::Subject;
use super::xml::{self, MOST_WORK, Sheet};
use crate::cms::{Content, SignedData};
use crate::container::Archive;
use crate::evidence::Origin;
use crate::findings::Code;
use crate::judge::{Knowledge, decide};
use crate::report::{Finding, Format, Kind, Report, Signature};
use crate::xml::{Digested, Document, Outside, Problem, Processing, Reference, Target, decode, place_apart};

pub(super) use members::format;
use members::{Members, Role, Signed};
use stamps::MemberStamp;

pub(super) fn verify(archive: &Archive<'_>, format: Format, context: &Context) -> Report {
    let members = Members::read(archive);
    let texts: Vec<_> =
        members.of(Role::Xades).map(|name| (name, members.octets(name).map(decode))).collect();
    let documents: Vec<_> = texts.iter().map(|(name, text)| (*name, parsed(text.as_ref()))).collect();
    let sheets: Vec<_> = documents.iter().map(|(name, document)| (*name, sheet(document))).collect();
    let octets =
        |name| (name, members.octets(name).and_then(|octets| Some(SignedData::read(octets).ok()?.0)));
    let messages: Vec<_> = members.of(Role::Cades).map(octets).collect();

    let mut knowledge = Knowledge { context, store: context.store() };
    sheets.iter().flat_map(|(_, sheet)| sheet).for_each(|(_, sheet)| sheet.give(&mut knowledge.store));
    let readable = messages.iter().filter_map(|(_, message)| message.as_ref());
    readable.for_each(|message| gather(message, &mut knowledge.store, Origin::Signature));
    let (stamps, unreadable) = stamps::judged(&members, &messages, &mut knowledge);

    let find = |reference: &str| members.find(reference);
    let outside = Outside { find: &find, is_package: false };
    let left = Cell::new(MOST_WORK);
    let processing = |document| Processing { document, outside: &outside, left: &left };
    let references: Vec<Vec<Vec<Reference<'_>>>> = sheets
        .iter()
        .map(|(_, sheet)| match sheet {
            Ok((document, sheet)) => sheet.references(&processing(document)),
            Err(_) => Vec::new(),
        })
        .collect();
    let beside: Vec<Signed<'_>> = messages.iter().map(|(name, _)| members.signed_by(name)).collect();
    let mut any: HashSet<String> = HashSet::new();
    references.iter().flatten().for_each(|references| any.extend(covered(&members, references)));
    beside.iter().for_each(|signed| any.extend(signed.covered.iter().cloned()));
    stamps.iter().filter(|one| !one.is_archival()).for_each(|one| any.extend(one.covered.iter().cloned()));

    let sound = archive.faults.is_empty();
    let mut signatures: Vec<Signature> = Vec::new();
    for ((name, sheet), references) in sheets.iter().zip(&references) {
        let covering = stamps::covering(&members, &stamps, name);
        let (document, sheet) = match sheet {
            Ok(read) => read,
            Err(finding) => {
                signatures.push(refused((*name).to_owned(), finding.clone(), Kind::Signature, &knowledge));
                continue;
            }
        };
        let mut references = references.iter();
        for (place, one) in sheet.signatures.iter().enumerate() {
            let field = match sheet.signatures.len() {
                1 => (*name).to_owned(),
                _ => format!("{name}#{}", one.field(place)),
            };
            let (Some(signature), Some(references)) =
                (&one.signature, one.signature.as_ref().and(references.next()))
            else {
                signatures.push(xml::malformed(field, &knowledge));
                continue;
            };
            let placement = place_apart(signature, references);
            let mut subject = members.subject(field, &covered(&members, references), &any);
            subject.sound = sound && placement.sound;
            subject.covering = &covering;
            subject.findings.extend(placement.findings);
            let judged = xml::judge(
                signature,
                &one.embedded,
                references,
                subject,
                &processing(document),
                &mut knowledge,
            );
            signatures.push(judged);
        }
    }
    for ((name, message), signed) in messages.iter().zip(beside) {
        let covering = stamps::covering(&members, &stamps, name);
        let Some(message) = message else {
            let finding = Finding::of(Code::CmsUnreadable);
            signatures.push(refused((*name).to_owned(), finding, Kind::Signature, &knowledge));
            continue;
        };
        let parts = signed.octets.map(|octets| [octets]);
        let content = parts.as_ref().map(|parts| Content::new(parts));
        // A detached signature has no content of its own (EN 319 162-1, 4.3.3.2).
        let is_apart = message.content.is_none() || message.content.as_deref() == signed.octets;
        for (place, signer) in message.signers.iter().enumerate() {
            let field =
                if message.signers.len() == 1 { (*name).to_owned() } else { format!("{name}#{}", place + 1) };
            let mut subject = members.subject(field, &signed.covered, &any);
            subject.sound = sound && is_apart;
            subject.covering = &covering;
            subject.referred = signed.referred.clone();
            subject.findings.extend(signed.findings.iter().cloned());
            if !is_apart {
                subject.findings.push(Finding::of(Code::ContentEmbedded));
            }
            signatures.push(judge_signer(signer, message, content.as_ref(), subject, &mut knowledge));
        }
    }
    for one in stamps.iter().filter(|one| !one.is_archival()) {
        signatures.push(stamp(one, sound, &members, &stamps, &any, &knowledge));
    }
    for name in unreadable {
        let finding = Finding::of(Code::TimestampUnreadable);
        signatures.push(refused(name.to_owned(), finding, Kind::DocumentTimestamp, &knowledge));
    }
    Report { format, signatures, findings: members.findings }
}

type Text<'t> = Result<std::borrow::Cow<'t, str>, crate::xml::Malformed>;

fn parsed<'t>(text: Option<&'t Text<'_>>) -> Result<Document<'t>, Finding> {
    let text = text.ok_or_else(|| Finding::of(Code::ContainerUnreadable))?;
    let text = text.as_ref().map_err(|error| xml::unreadable(*error))?;
    Document::parse(text).map_err(xml::unreadable)
}

fn sheet<'d>(document: &'d Result<Document<'d>, Finding>) -> Result<(&'d Document<'d>, Sheet<'d>), Finding> {
    let document = document.as_ref().map_err(Finding::clone)?;
    let sheet = Sheet::read(document).ok_or_else(|| Finding::of(Code::WorkLimited))?;
    if sheet.signatures.is_empty() { Err(Finding::of(Code::SignerMissing)) } else { Ok((document, sheet)) }
}

/// The members that references are to as a whole, and those that are no longer there.
fn covered(members: &Members<'_>, references: &[Reference<'_>]) -> HashSet<String> {
    let names = references.iter().filter_map(|reference| match (&reference.target, &reference.digested) {
        (Target::Outside { uri, whole: true, .. }, _) => Some(members.member(uri)),
        (_, Digested::Problem(Problem::Refused(Finding { code: Code::MemberMissing, detail }))) => {
            detail.clone()
        }
        _ => None,
    });
    names.collect()
}

fn stamp(
    one: &MemberStamp<'_, '_>,
    sound: bool,
    members: &Members<'_>,
    stamps: &[MemberStamp<'_, '_>],
    any: &HashSet<String>,
    knowledge: &Knowledge<'_, '_>,
) -> Signature {
    let covering = stamps::covering(members, stamps, one.name);
    let mut subject = members.subject(one.name.to_owned(), &one.covered, any);
    subject.sound = sound;
    subject.covering = &covering;
    subject.referred = one.referred.clone();
    subject.findings.extend(one.findings.iter().cloned());
    judge_token(&one.stamp, one.missing, subject, knowledge)
}

/// Something that should be a signature, and can't be read.
fn refused(field: String, finding: Finding, kind: Kind, knowledge: &Knowledge<'_, '_>) -> Signature {
    let subject = Subject { sound: false, covers: false, findings: vec![finding], ..Subject::whole(field) };
    decide(subject.case(kind, None, knowledge.context), knowledge)
}
