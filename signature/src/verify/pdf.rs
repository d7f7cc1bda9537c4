use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::cms::{check_signer, gather, holding, inner_stamps, judge_counter_signatures};
use super::{Context, Unreadable};
use crate::cms::{Checked, Content, Imprint, SignedData, Token, check_bare};
use crate::crypto::{Hash, Prefixes};
use crate::evidence::{Origin, TimestampKind};
use crate::findings::Code;
use crate::judge::{Case, Knowledge, Stamp, check_stamp, decide, prove};
use crate::pdf::{Document, SecurityStore, SignatureField, SubFilter};
use crate::report::{Finding, Format, Integrity, Kind, Report, TimeSource};

/// How much is digested for one file: each signature covers nearly all of it, and a hostile file has as many as fit in. What signatures
/// of revisions have in common is digested once, so three times the file is more than they need.
fn most_digested(file: &[u8]) -> u64 {
    3 * file.len() as u64 + (256 << 20)
}

/// A field and the message in it.
struct Signed<'f> {
    field: &'f SignatureField<'f>,
    message: Option<SignedData<'f>>,
    token: Option<Token<'f>>,
    /// Whether the token is over the signed bytes.
    imprint: Option<Imprint>,
    checked: Option<Checked>,
    faults: Vec<Finding>,
    sound: bool,
    given_up: bool,
}

pub(super) fn verify(bytes: &[u8], context: &Context) -> Result<Report, Unreadable> {
    let document = Document::open(bytes)?;
    let fields = document.signatures();
    let evidence = document.dss();
    // Kept for as long as the store borrows them.
    let mut earlier: HashMap<usize, SecurityStore> = HashMap::new();
    for field in fields.iter().filter(|field| field.kind == Kind::DocumentTimestamp) {
        if let Some(revision) = field.revision {
            earlier.entry(revision).or_insert_with(|| document.dss_at(revision));
        }
    }
    let mut knowledge = Knowledge { context, store: context.store() };
    take_store(&evidence, &mut knowledge);
    let mut signed: Vec<Signed<'_>> =
        fields.iter().map(|field| Signed::read(field, &mut knowledge)).collect();
    let prefixes = Prefixes::new(bytes);
    let (mut left, mut reached) = (most_digested(bytes), 0);
    for one in &mut signed {
        let [first, second] = one.field.signed.map(<[u8]>::len);
        let new = if first >= reached { first - reached } else { first };
        match left.checked_sub((new + second) as u64) {
            Some(rest) => {
                left = rest;
                reached = reached.max(first);
                one.check(&knowledge, &prefixes);
            }
            None => one.give_up(),
        }
    }

    // From the youngest document time stamp to the oldest: each proves a time for what it covers.
    let mut document_stamps: Vec<(usize, Stamp)> = Vec::new();
    for (place, one) in signed.iter().enumerate().rev() {
        let Some(token) = &one.token else { continue };
        let existed = existed(place, &document_stamps, context).0;
        let imprint = token.imprint(&one.field.signed);
        let stamp = check_stamp(TimestampKind::Document, token, imprint, existed, &knowledge);
        if stamp.holds() && one.sound {
            let time = stamp.time;
            if let Some(store) = one.field.revision.and_then(|revision| earlier.get(&revision)) {
                each_revocation(store, |der| knowledge.store.prove(der, time));
            }
            for covered in signed[..place].iter().filter_map(|one| one.message.as_ref()) {
                covered.crls.iter().chain(&covered.ocsps).for_each(|der| knowledge.store.prove(der, time));
            }
        }
        document_stamps.push((place, stamp));
    }
    let mut signatures = Vec::with_capacity(signed.len());
    for (place, one) in signed.iter().enumerate() {
        let covering = existed(place, &document_stamps, context);
        let own_stamp = document_stamps.iter().find(|(at, _)| *at == place).map(|(_, stamp)| stamp);
        let mut findings = one.field.findings.clone();
        findings.extend(one.faults.iter().cloned());
        let mut inner = Vec::new();
        if let Some(message) = &one.message
            && one.token.is_none()
            && let Some(signer) = message.signers.first()
        {
            let (stamps, faults) = inner_stamps(signer, covering.0, &mut knowledge);
            inner = stamps;
            findings.extend(faults);
            findings.extend(judge_counter_signatures(signer, message, &knowledge.store));
        }
        let proofs = holding(&inner, TimeSource::SignatureTimestamp).chain([covering]);
        let existed = match own_stamp {
            Some(stamp) if stamp.holds() => (stamp.time, TimeSource::DocumentTimestamp),
            _ => prove(context, proofs),
        };
        let covering_stamps = document_stamps.iter().filter(|(at, stamp)| *at > place && stamp.holds());
        let case = Case {
            field: one.field.field.clone(),
            kind: one.field.kind,
            checked: one.checked.as_ref(),
            unsupported: one.given_up || one.field.given_up || one.field.sub_filter == SubFilter::Unknown,
            sound: one.sound,
            covers_whole_document: one.field.covers_whole_document,
            modified_after_signing: one.field.modified_after_signing,
            incomplete: None,
            claimed_time: one.field.claims.signing_time,
            signed_bytes: one.field.revision.map(|_| one.field.end as u64),
            findings,
            existed,
            stamps: inner.iter().chain(covering_stamps.map(|(_, stamp)| stamp)).chain(own_stamp).collect(),
            own_stamp,
        };
        signatures.push(decide(case, &knowledge));
    }
    Ok(Report { format: Format::Pdf, signatures, findings: document.findings().to_vec() })
}

/// The earliest time that the document time stamps after this place prove.
fn existed(place: usize, stamps: &[(usize, Stamp)], context: &Context) -> (DateTime<Utc>, TimeSource) {
    let proofs = stamps.iter().filter(|(at, stamp)| *at > place && stamp.holds());
    prove(context, proofs.map(|(_, stamp)| (stamp.time, TimeSource::DocumentTimestamp)))
}

fn take_store<'a>(evidence: &'a SecurityStore, knowledge: &mut Knowledge<'_, 'a>) {
    let store = &mut knowledge.store;
    let own = [(&evidence.certificates, &evidence.crls, &evidence.ocsps)].into_iter();
    let per_signature = evidence.per_signature.iter().map(|one| (&one.certificates, &one.crls, &one.ocsps));
    for (certificates, crls, ocsps) in own.chain(per_signature) {
        certificates.iter().for_each(|der| store.add_der(der, Origin::SecurityStore));
        crls.iter().for_each(|der| store.add_crl(der, Origin::SecurityStore));
        ocsps.iter().for_each(|der| store.add_ocsp(der, Origin::SecurityStore));
    }
}

fn each_revocation(store: &SecurityStore, mut take: impl FnMut(&[u8])) {
    store.crls.iter().chain(&store.ocsps).for_each(|der| take(der));
    for one in &store.per_signature {
        one.crls.iter().chain(&one.ocsps).for_each(|der| take(der));
    }
}

impl<'f> Signed<'f> {
    /// Reads the message of a field and puts what it carries into the store.
    fn read(field: &'f SignatureField<'f>, knowledge: &mut Knowledge<'_, 'f>) -> Self {
        let mut one = Self {
            field,
            message: None,
            token: None,
            imprint: None,
            checked: None,
            faults: Vec::new(),
            sound: field.sound,
            given_up: false,
        };
        if field.contents.is_empty() || field.sub_filter == SubFilter::Unknown {
            return one;
        }
        if field.sub_filter == SubFilter::Bare {
            field.certificates.iter().for_each(|der| knowledge.store.add_der(der, Origin::Signature));
            return one;
        }
        match SignedData::read(&field.contents) {
            Ok((message, _)) => {
                gather(&message, &mut knowledge.store, Origin::Signature);
                one.message = Some(message);
            }
            Err(error) => one.refuse(Finding::about(Code::CmsUnreadable, error.to_string())),
        }
        if field.sub_filter == SubFilter::Timestamp && one.message.is_some() {
            match Token::read(&field.contents) {
                Ok(token) => one.token = Some(token),
                Err(error) => one.refuse(Finding::about(Code::TimestampUnreadable, error.to_string())),
            }
        }
        one
    }

    fn refuse(&mut self, finding: Finding) {
        self.sound = false;
        self.faults.push(finding);
    }

    fn give_up(&mut self) {
        self.message = None;
        self.token = None;
        self.given_up = true;
        self.faults.push(Finding::of(Code::WorkLimited));
    }

    /// ISO 32000-2, 12.8.3.3 and 12.8.3.4: one signer, and no content of its own but where the format says which.
    fn check(&mut self, knowledge: &Knowledge<'_, '_>, prefixes: &Prefixes<'_>) {
        let range = Content::of_file(&self.field.signed, prefixes);
        if self.field.sub_filter == SubFilter::Bare && !self.field.contents.is_empty() {
            if !knowledge.store.may_check() {
                return self.give_up();
            }
            match check_bare(&self.field.contents, &self.field.certificates, &range) {
                Ok(checked) => self.checked = Some(checked),
                Err(error) => self.refuse(Finding::about(Code::CmsUnreadable, error.to_string())),
            }
        }
        let Some(message) = self.message.take() else { return };
        self.imprint = self.token.as_ref().map(|token| token.imprint_of(&range));
        match &message.signers[..] {
            [] => self.refuse(Finding::of(Code::SignerMissing)),
            [signer] => {
                let inside = message.content.as_deref();
                let held = inside.map(|content| [content]);
                let held = held.as_ref().map(|parts| Content::new(parts));
                let checked = match (self.field.sub_filter, inside) {
                    (SubFilter::Timestamp, Some(_)) => {
                        check_signer(signer, &message, held.as_ref(), &knowledge.store)
                    }
                    (SubFilter::CmsSha1, Some(digest)) => {
                        let mut checked = check_signer(signer, &message, held.as_ref(), &knowledge.store);
                        if range.digest(Hash::Sha1) != digest {
                            checked.integrity = Integrity::Broken;
                            checked.findings.push(Finding::of(Code::DigestMismatch));
                        }
                        checked.content_digest = Some(Hash::Sha1);
                        checked
                    }
                    (_, inside) => {
                        if inside.is_some_and(|content| !content.is_empty()) {
                            self.refuse(Finding::of(Code::ContentEmbedded));
                        }
                        check_signer(signer, &message, Some(&range), &knowledge.store)
                    }
                };
                self.checked = Some(checked);
            }
            _ => self.refuse(Finding::of(Code::SignersTooMany)),
        }
        self.message = Some(message);
    }
}
