use chrono::{DateTime, Utc};

use super::subject::Subject;
use super::{Context, Unreadable, archive};
use crate::asn1;
use crate::cms::{
    Checked, Content, Imprint, SignedData, SignerInfo, Token, check, counter_signatures, signature_timestamps,
};
use crate::evidence::{Origin, TimestampKind};
use crate::findings::Code;
use crate::judge::{Case, Knowledge, Stamp, check_stamp, decide, prove};
use crate::path::Store;
use crate::report::{Cryptographic, Finding, Format, Integrity, Kind, Report, Signature, TimeSource};
use crate::x509::Certificate;

/// A signed message, whose content is inside or given beside it.
pub(super) fn verify(bytes: &[u8], detached: Option<&[u8]>, context: &Context) -> Result<Report, Unreadable> {
    let (message, rest) = SignedData::read(bytes)?;
    // Editors and mail put line ends and zeros after a message; anything else is not part of it.
    if !rest.iter().all(|byte| matches!(byte, 0 | b'\r' | b'\n' | b' ')) {
        return Err(asn1::Error::Trailing.into());
    }
    let mut knowledge = Knowledge { context, store: context.store() };
    gather(&message, &mut knowledge.store, Origin::Signature);
    if let Ok(token) = Token::read(bytes) {
        return Ok(verify_token(&token, detached, &knowledge));
    }
    let mut findings = Vec::new();
    if message.signers.is_empty() {
        findings.push(Finding::of(Code::SignerMissing));
    }
    let content = match (&message.content, detached) {
        (Some(content), Some(beside)) if content.as_ref() != beside => {
            findings.push(Finding::of(Code::ContentEmbedded));
            None
        }
        (Some(content), _) => Some(content.as_ref()),
        (None, beside) => beside,
    };
    let sound = findings.is_empty();
    let parts = content.map(|content| [content]);
    let content = parts.as_ref().map(|parts| Content::new(parts));
    let content = content.as_ref();
    let signatures = message.signers.iter().enumerate().map(|(place, signer)| {
        let subject = Subject { sound, ..Subject::whole((place + 1).to_string()) };
        judge(signer, &message, content, subject, &mut knowledge)
    });
    let signatures = signatures.collect();
    Ok(Report { format: Format::Cms, signatures, findings })
}

/// One signer of a message with all that goes with it.
pub(super) fn judge<'a>(
    signer: &SignerInfo<'a>,
    message: &SignedData<'a>,
    content: Option<&Content<'_>>,
    subject: Subject<'_>,
    knowledge: &mut Knowledge<'_, 'a>,
) -> Signature {
    let context = knowledge.context;
    let mut checked = check_signer(signer, message, content, &knowledge.store);
    subject.referred.add_to(&mut checked);
    let covering = subject.covering_times();
    let known = prove(context, covering.clone());
    let archives = archive::stamps(signer, message, content, known.0, knowledge);
    let archived = prove(context, holding(&archives, TimeSource::SignatureTimestamp).chain(covering));
    let (inner, faults) = inner_stamps(signer, archived.0, knowledge);
    let existed = prove(context, holding(&inner, TimeSource::SignatureTimestamp).chain([archived]));
    let mut findings = subject.findings.clone();
    findings.extend(faults);
    findings.extend(judge_counter_signatures(signer, message, &knowledge.store));
    let stamps = inner.iter().chain(&archives).chain(subject.covering.iter().copied()).collect();
    let case = Case { findings, existed, stamps, ..subject.case(Kind::Signature, Some(&checked), context) };
    decide(case, knowledge)
}

/// A time stamp that is a file of its own, over what is given beside it.
fn verify_token(token: &Token<'_>, detached: Option<&[u8]>, knowledge: &Knowledge<'_, '_>) -> Report {
    let imprint = detached.map(|content| token.imprint(&[content]));
    let known = knowledge.context.existed();
    let stamp =
        check_stamp(TimestampKind::Document, token, imprint.unwrap_or(Imprint::Fits), known.0, knowledge);
    let signature = judge_token(&stamp, detached.is_none(), Subject::whole("1".to_owned()), knowledge);
    Report { format: Format::Cms, signatures: vec![signature], findings: Vec::new() }
}

/// A time stamp that stands for itself. `missing`: what it is over is not there.
pub(super) fn judge_token(
    stamp: &Stamp,
    missing: bool,
    subject: Subject<'_>,
    knowledge: &Knowledge<'_, '_>,
) -> Signature {
    let context = knowledge.context;
    let mut checked = stamp.checked.clone();
    if let Some(checked) = &mut checked {
        if missing {
            checked.content_missing = true;
            checked.integrity = Integrity::Unknown;
            checked.findings.push(Finding::of(Code::ContentMissing));
        }
        subject.referred.add_to(checked);
    }
    let own = (stamp.time, TimeSource::DocumentTimestamp);
    let existed = if stamp.holds() && !missing { own } else { prove(context, subject.covering_times()) };
    let case = Case {
        existed,
        stamps: std::iter::once(stamp).chain(subject.covering.iter().copied()).collect(),
        own_stamp: Some(stamp),
        findings: subject.findings.clone(),
        ..subject.case(Kind::DocumentTimestamp, checked.as_ref(), context)
    };
    decide(case, knowledge)
}

/// Puts what a message carries into the store.
pub(super) fn gather<'a>(message: &SignedData<'a>, store: &mut Store<'a>, origin: Origin) {
    message.certificates.iter().for_each(|der| store.add_der(der, origin));
    message.crls.iter().for_each(|der| store.add_crl(der, origin));
    message.ocsps.iter().for_each(|der| store.add_ocsp(der, origin));
}

/// Checks a signer with the certificates of the message and those at hand.
pub(super) fn check_signer(
    signer: &SignerInfo<'_>,
    message: &SignedData<'_>,
    content: Option<&Content<'_>>,
    store: &Store<'_>,
) -> Checked {
    match store.may_check() {
        true => check(signer, Some(message.content_type), content, &candidates(signer, message, store)),
        false => Checked::given_up(),
    }
}

fn candidates(signer: &SignerInfo<'_>, message: &SignedData<'_>, store: &Store<'_>) -> Vec<Certificate> {
    let own = message.certificates.iter().filter_map(|der| Certificate::from_der(der).ok());
    let mut list: Vec<Certificate> = own.filter(|certificate| signer.id.names(certificate)).collect();
    list.extend(store.all_certificates().filter(|certificate| signer.id.names(certificate)).cloned());
    list
}

/// The time stamps over the value of a signature, proven to have existed at a time, and what is wrong with those that can't be read.
pub(super) fn inner_stamps<'a>(
    signer: &SignerInfo<'a>,
    existed: DateTime<Utc>,
    knowledge: &mut Knowledge<'_, 'a>,
) -> (Vec<Stamp>, Vec<Finding>) {
    let (mut stamps, mut faults) = (Vec::new(), Vec::new());
    for value in signature_timestamps(signer) {
        match Token::from_value(value) {
            Ok(token) => {
                gather(&token.message, &mut knowledge.store, Origin::Timestamp);
                let imprint = token.imprint(&[&signer.signature]);
                stamps.push(check_stamp(TimestampKind::Signature, &token, imprint, existed, knowledge));
            }
            Err(error) => faults.push(Finding::about(Code::TimestampUnreadable, error.to_string())),
        }
    }
    (stamps, faults)
}

pub(super) fn holding(
    stamps: &[Stamp],
    source: TimeSource,
) -> impl Iterator<Item = (DateTime<Utc>, TimeSource)> {
    stamps.iter().filter(|stamp| stamp.holds()).map(move |stamp| (stamp.time, source))
}

/// Counter-signatures (RFC 5652, 11.4) say something about this signature, but it does not depend on them.
pub(super) fn judge_counter_signatures(
    signer: &SignerInfo<'_>,
    message: &SignedData<'_>,
    store: &Store<'_>,
) -> Vec<Finding> {
    let judged = counter_signatures(signer).map(|counter| {
        let Ok(counter) = counter else { return Finding::of(Code::CounterSignatureInvalid) };
        if !store.may_check() {
            return Finding::of(Code::WorkLimited);
        }
        let checked = check(
            &counter,
            None,
            Some(&Content::new(&[&signer.signature])),
            &candidates(&counter, message, store),
        );
        let holds = checked.integrity == Integrity::Intact && checked.cryptographic == Cryptographic::Valid;
        let code = if holds { Code::CounterSignatureValid } else { Code::CounterSignatureInvalid };
        match checked.certificate {
            Some(certificate) => Finding::about(code, certificate.subject().text()),
            None => Finding::of(code),
        }
    });
    judged.collect()
}
