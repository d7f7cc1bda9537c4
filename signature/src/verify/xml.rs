use std::cell::Cell;

use chrono::{DateTime, Utc};

use super::Context;
use super::cms::{gather, holding};
use super::subject::Subject;
use crate::cms::Token;
use crate::evidence::{Origin, TimestampKind};
use crate::findings::Code;
use crate::judge::{Case, Knowledge, check_stamp, decide, prove};
use crate::path::Store;
use crate::report::{self, Cryptographic, Finding, Format, Integrity, Kind, Report, TimeSource};
use crate::x509::Certificate;
use crate::xml::{
    Document, Embedded, Malformed, Node, Octets, Outside, Placement, Processing, Reference, Signature,
    StampProperty, Target, check, decode, place, time_of,
};

/// How much work is done for one file: a second or two.
pub(super) const MOST_WORK: u64 = 256 << 20;

/// A document whose signatures are inside, or one beside which the content is given.
pub(super) fn verify(bytes: &[u8], detached: Option<&[u8]>, context: &Context) -> Report {
    let refused =
        |error| Report { format: Format::Xades, signatures: Vec::new(), findings: vec![unreadable(error)] };
    let text = match decode(bytes) {
        Ok(text) => text,
        Err(error) => return refused(error),
    };
    let document = match Document::parse(&text) {
        Ok(document) => document,
        Err(error) => return refused(error),
    };
    let find = |_: &str| detached.map_or(Octets::Elsewhere, Octets::Here);
    let outside = Outside { find: &find, is_package: false };
    let left = Cell::new(MOST_WORK);
    let Some(sheet) = Sheet::read(&document) else { return refused(Malformed::Limit) };
    let processing = Processing { document: &document, outside: &outside, left: &left };
    let mut knowledge = Knowledge { context, store: context.store() };
    sheet.give(&mut knowledge.store);
    let references = sheet.references(&processing);
    let pairs: Vec<_> = sheet.readable().zip(references.iter().map(Vec::as_slice)).collect();
    let mut placements = place(&document, &pairs);
    for (placement, references) in placements.iter_mut().zip(&references) {
        let is_beside = |one: &Reference<'_>| matches!(one.target, Target::Outside { whole: true, .. });
        placement.covers |= detached.is_some() && references.iter().any(is_beside);
    }
    let mut judged = references.into_iter().zip(placements);
    let signatures = sheet.signatures.iter().enumerate().map(|(place, one)| match &one.signature {
        Some(signature) => {
            let (references, placement) = judged.next().unwrap_or_else(|| (Vec::new(), Placement::nowhere()));
            let subject = Subject {
                sound: placement.sound,
                covers: placement.covers,
                findings: placement.findings,
                claimed_time: claimed_time(signature, &references, |node| node.name().1 == "SigningTime"),
                ..Subject::whole(one.field(place))
            };
            judge(signature, &one.embedded, &references, subject, &processing, &mut knowledge)
        }
        None => malformed(one.field(place), &knowledge),
    });
    let signatures: Vec<_> = signatures.collect();
    let format = if signatures.is_empty() { Format::Unsigned } else { Format::Xades };
    Report { format, signatures, findings: Vec::new() }
}

pub(super) fn unreadable(error: Malformed) -> Finding {
    match error {
        Malformed::Doctype | Malformed::Entity => Finding::of(Code::XmlDoctype),
        Malformed::Limit => Finding::of(Code::WorkLimited),
        error => Finding::about(Code::XmlUnreadable, error.to_string()),
    }
}

/// The signatures of one document and what came with them.
pub(super) struct Sheet<'d> {
    pub signatures: Vec<Signed<'d>>,
}

pub(super) struct Signed<'d> {
    node: Node<'d>,
    /// None: not built as it must be.
    pub signature: Option<Signature<'d>>,
    pub embedded: Embedded<'d>,
}

impl Signed<'_> {
    /// Its id, or else which of the document's it is.
    pub fn field(&self, place: usize) -> String {
        self.node.attribute("Id").map_or_else(|| (place + 1).to_string(), str::to_owned)
    }
}

impl<'d> Sheet<'d> {
    /// None: more signatures than are looked at.
    pub fn read(document: &'d Document<'d>) -> Option<Self> {
        let signatures = Signature::all(document)?.into_iter().map(|node| {
            let signature = Signature::read(node);
            let embedded = signature.as_ref().map(Embedded::read).unwrap_or_default();
            Signed { node, signature, embedded }
        });
        Some(Self { signatures: signatures.collect() })
    }

    pub fn readable(&self) -> impl Iterator<Item = &Signature<'d>> {
        self.signatures.iter().filter_map(|one| one.signature.as_ref())
    }

    pub fn references(&self, processing: &Processing<'d>) -> Vec<Vec<Reference<'d>>> {
        self.readable().map(|signature| Reference::all(signature, processing)).collect()
    }

    /// Puts what the signatures carry into the store.
    pub fn give<'a>(&'a self, store: &mut Store<'a>) {
        for embedded in self.signatures.iter().map(|one| &one.embedded) {
            let certificates = embedded.own.iter().chain(&embedded.certificates);
            certificates.for_each(|der| store.add_der(der, Origin::Signature));
            embedded.crls.iter().for_each(|(_, der)| store.add_crl(der, Origin::Signature));
            embedded.ocsps.iter().for_each(|(_, der)| store.add_ocsp(der, Origin::Signature));
        }
    }
}

pub(super) fn judge<'a>(
    signature: &Signature<'a>,
    embedded: &'a Embedded<'a>,
    references: &[Reference<'_>],
    subject: Subject<'_>,
    processing: &Processing<'a>,
    knowledge: &mut Knowledge<'_, 'a>,
) -> report::Signature {
    let context = knowledge.context;
    let own: Vec<_> = embedded.own.iter().filter_map(|der| Certificate::from_der(der).ok()).collect();
    let checked = check(signature, references, processing, &own, knowledge.store.all_certificates());
    let covering = subject.covering_times();
    let mut findings = subject.findings.clone();
    findings.extend(
        signature.counters().map(|counter| judge_counter(signature, counter, processing, &knowledge.store)),
    );
    let covered = prove(context, covering.clone());
    let read = |stamp: &'a StampProperty<'a>| match stamp.token.as_deref().map(Token::read) {
        Some(Ok(token)) => Ok((stamp, token)),
        Some(Err(error)) => Err(Finding::about(Code::TimestampUnreadable, error.to_string())),
        None => Err(Finding::of(Code::TimestampUnreadable)),
    };
    let mut tokens = Vec::new();
    for stamp in &embedded.stamps {
        match read(stamp) {
            Ok((stamp, token)) => {
                gather(&token.message, &mut knowledge.store, Origin::Timestamp);
                tokens.push((stamp, token));
            }
            Err(finding) => findings.push(finding),
        }
    }
    // The youngest archive time stamp first; those over the value alone last.
    tokens.sort_by_key(|(stamp, token)| {
        (stamp.kind == TimestampKind::Signature, std::cmp::Reverse(token.time))
    });
    let mut archived = covered.0;
    let mut stamps = Vec::new();
    for (property, token) in &tokens {
        let imprint = property.imprint(token, signature, processing);
        let stamp = check_stamp(property.kind, token, imprint, archived, knowledge);
        if property.kind == TimestampKind::Archive && stamp.holds() {
            archived = stamp.time;
            embedded.before(property).for_each(|der| knowledge.store.prove(der, stamp.time));
        }
        stamps.push(stamp);
    }
    let existed = prove(context, holding(&stamps, TimeSource::SignatureTimestamp).chain(covering));
    let stamps = stamps.iter().chain(subject.covering.iter().copied()).collect();
    decide(
        Case { findings, existed, stamps, ..subject.case(Kind::Signature, Some(&checked), context) },
        knowledge,
    )
}

/// A signature over this one's value says something about it, but it does not depend on that.
fn judge_counter<'a>(
    signature: &Signature<'a>,
    counter: Option<Signature<'a>>,
    processing: &Processing<'a>,
    store: &Store<'_>,
) -> Finding {
    let Some(counter) = counter else { return Finding::of(Code::CounterSignatureInvalid) };
    let references = Reference::all(&counter, processing);
    let own: Vec<_> =
        counter.certificates().iter().filter_map(|der| Certificate::from_der(der).ok()).collect();
    let checked = check(&counter, &references, processing, &own, store.all_certificates());
    let holds = checked.integrity == Integrity::Intact
        && checked.cryptographic == Cryptographic::Valid
        && Signature::is_over(signature, &references);
    let code = if holds { Code::CounterSignatureValid } else { Code::CounterSignatureInvalid };
    Finding { code, detail: checked.certificate.map(|certificate| certificate.subject().text()) }
}

/// What the signer's clock said, from the properties of plain XMLDSig: programs that sign invoices write it there.
pub(super) fn claimed_time(
    signature: &Signature<'_>,
    references: &[Reference<'_>],
    is_time: fn(Node<'_>) -> bool,
) -> Option<DateTime<Utc>> {
    let signed = references.iter().filter_map(Reference::whole_element);
    let mut inside = signed.filter(|node| signature.node.contains(*node));
    inside.find_map(|node| time_of(&node.descendants().find(|node| is_time(*node))?.text()))
}

/// A signature of which nothing can be said but that.
pub(super) fn malformed(field: String, knowledge: &Knowledge<'_, '_>) -> report::Signature {
    let findings = vec![Finding::of(Code::XmlSignatureMalformed)];
    let subject = Subject { sound: false, covers: false, findings, ..Subject::whole(field) };
    decide(subject.case(Kind::Signature, None, knowledge.context), knowledge)
}
