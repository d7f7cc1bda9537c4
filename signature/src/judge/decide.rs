use chrono::{DateTime, Utc};

use super::{Knowledge, Stamp};
use crate::cms::Checked;
use crate::evidence::Evidence;
use crate::findings::Code;
use crate::path::{Obstacle, Trust, Use};
use crate::report::{
    Conclusion, Cryptographic, Finding, Indication, Integrity, Kind, Modification, Signature, SubIndication,
    TimeSource,
};

/// One signature with all that was seen of it.
pub(crate) struct Case<'c> {
    pub field: String,
    pub kind: Kind,
    /// None: there is no message to look at.
    pub checked: Option<&'c Checked>,
    /// The message is of a kind that is not known here.
    pub unsupported: bool,
    /// The signature stands in the file as its format asks.
    pub sound: bool,
    pub covers_whole_document: bool,
    pub modified_after_signing: Modification,
    /// Something that a reader takes for signed, in a file whose format has everything signed.
    pub incomplete: Option<Finding>,
    /// What the file said beside the message.
    pub claimed_time: Option<DateTime<Utc>>,
    /// Where the revision that was signed ends.
    pub signed_bytes: Option<u64>,
    pub findings: Vec<Finding>,
    pub existed: (DateTime<Utc>, TimeSource),
    pub stamps: Vec<&'c Stamp>,
    /// For a time stamp that is a signature of its own: what became of it.
    pub own_stamp: Option<&'c Stamp>,
}

/// The conclusion, and the reasons in the order of their weight.
pub(crate) fn decide(mut case: Case<'_>, knowledge: &Knowledge<'_, '_>) -> Signature {
    let purpose = if case.kind == Kind::DocumentTimestamp { Use::TimeStamping } else { Use::Signing };
    let (at, source) = case.existed;
    let certificate = case.checked.and_then(|checked| checked.certificate.clone());
    let trust = match (&certificate, case.own_stamp) {
        (_, Some(stamp)) => stamp.trust.clone(),
        (Some(certificate), None) => knowledge.trust(certificate, purpose, at),
        (None, None) => Trust::default(),
    };
    let mut evidence = Evidence { certificates: trust.certificates.clone(), ..Evidence::default() };
    evidence.revocations = trust.revocations.clone();
    evidence.wants = trust.wants.clone();
    for stamp in &case.stamps {
        evidence.timestamps.push(stamp.describe());
        evidence.certificates.extend(stamp.trust.certificates.iter().cloned());
        evidence.revocations.extend(stamp.trust.revocations.iter().cloned());
        evidence.wants.extend(stamp.trust.wants.iter().cloned());
    }
    keep_once(&mut evidence.certificates);
    keep_once(&mut evidence.revocations);
    keep_once(&mut evidence.wants);

    let mut findings = std::mem::take(&mut case.findings);
    findings.extend(case.checked.iter().flat_map(|checked| checked.findings.iter().cloned()));
    let verdict = verdict(&case, &trust, at, source, knowledge);
    if let Some(stamp) = case.own_stamp {
        findings.extend(stamp.fault.clone());
    }
    findings.extend(case.stamps.iter().filter_map(|stamp| stamp.fault.clone()));
    let (indication, sub_indication) = match verdict {
        None => (Indication::TotalPassed, None),
        Some((indication, sub_indication, reason)) => {
            if let Some(reason) = reason {
                findings.retain(|finding| *finding != reason);
                findings.insert(0, reason);
            }
            findings.extend(trust.obstacles.iter().map(|obstacle| obstacle.finding.clone()));
            (indication, Some(sub_indication))
        }
    };
    keep_once(&mut findings);
    let checked = case.checked;
    Signature {
        field: case.field,
        kind: case.kind,
        conclusion: match (indication, case.modified_after_signing) {
            (Indication::TotalPassed, Modification::None) => Conclusion::Valid,
            (Indication::TotalPassed, _) => Conclusion::ValidWithLaterChanges,
            (Indication::Indeterminate, _) => Conclusion::Indeterminate,
            (Indication::TotalFailed, _) => Conclusion::Invalid,
        },
        indication,
        sub_indication,
        integrity: match checked {
            // What a time stamp is over is compared by its imprint; the message itself holds only that.
            Some(_) if case.sound && is_over_something_else(case.own_stamp) => Integrity::Broken,
            Some(checked) if case.sound => checked.integrity,
            None if case.sound && case.unsupported => Integrity::Unknown,
            _ => Integrity::Broken,
        },
        cryptographic: match checked {
            Some(checked) => checked.cryptographic,
            None if case.unsupported => Cryptographic::Unsupported,
            None => Cryptographic::Invalid,
        },
        covers_whole_document: case.covers_whole_document,
        modified_after_signing: case.modified_after_signing,
        signed_bytes: case.signed_bytes,
        signing_time: checked.and_then(|checked| checked.signing_time).or(case.claimed_time),
        best_signature_time: at,
        best_signature_time_source: source,
        signer: certificate.as_ref().map(|certificate| certificate.subject().text()),
        issuer: certificate.as_ref().map(|certificate| certificate.issuer().text()),
        algorithm: checked.and_then(|checked| checked.scheme).map(|scheme| scheme.name()),
        identifier: checked.and_then(|checked| checked.identifier.clone()),
        findings,
        evidence,
    }
}

fn is_over_something_else(stamp: Option<&Stamp>) -> bool {
    let fault = stamp.and_then(|stamp| stamp.fault.as_ref());
    fault.is_some_and(|fault| fault.code == Code::TimestampImprintMismatch)
}

type Verdict = (Indication, SubIndication, Option<Finding>);

/// None: passed. What is certain counts before what is not known.
fn verdict(
    case: &Case<'_>,
    trust: &Trust,
    at: DateTime<Utc>,
    source: TimeSource,
    knowledge: &Knowledge<'_, '_>,
) -> Option<Verdict> {
    use Indication::{Indeterminate, TotalFailed};
    if case.unsupported && case.sound {
        return Some((Indeterminate, SubIndication::CryptoConstraintsFailure, None));
    }
    let Some(checked) = case.checked.filter(|_| case.sound) else {
        return Some((TotalFailed, SubIndication::FormatFailure, None));
    };
    let reason =
        |codes: &[Code]| checked.findings.iter().find(|finding| codes.contains(&finding.code)).cloned();
    if checked.integrity == Integrity::Broken {
        let reason = reason(&[
            Code::DigestMismatch,
            Code::MessageDigestMalformed,
            Code::ReferenceMissing,
            Code::ReferenceMalformed,
            Code::MemberMissing,
            Code::PartTypeChanged,
        ]);
        return Some((TotalFailed, SubIndication::HashFailure, reason));
    }
    if case.modified_after_signing == Modification::Forbidden {
        return Some((TotalFailed, SubIndication::FormatFailure, None));
    }
    if let Some(finding) = &case.incomplete {
        return Some((TotalFailed, SubIndication::FormatFailure, Some(finding.clone())));
    }
    if checked.content_missing {
        return Some((Indeterminate, SubIndication::SignedDataNotFound, reason(&[Code::ContentMissing])));
    }
    if !checked.certificate_is_bound {
        let reason = reason(&[Code::SignerCertificateMissing, Code::SignerCertificateMismatch]);
        return Some((Indeterminate, SubIndication::NoSigningCertificateFound, reason));
    }
    match checked.cryptographic {
        Cryptographic::Valid => {}
        Cryptographic::Invalid => {
            let reason = reason(&[
                Code::SignatureValueInvalid,
                Code::ContentIsSignedAttributes,
                Code::DigestAlgorithmMismatch,
                Code::AlgorithmProtectionMismatch,
                Code::ContentTypeMismatch,
            ]);
            return Some((TotalFailed, SubIndication::SigCryptoFailure, reason));
        }
        Cryptographic::Unsupported => {
            let reason = reason(&[Code::AlgorithmUnsupported]);
            return Some((Indeterminate, SubIndication::CryptoConstraintsFailure, reason));
        }
    }
    if let Some(stamp) = case.own_stamp
        && let Some(fault) = &stamp.fault
    {
        return Some(match fault.code {
            Code::TimestampImprintMismatch => (TotalFailed, SubIndication::HashFailure, Some(fault.clone())),
            Code::TimestampOrder => {
                (Indeterminate, SubIndication::TimestampOrderFailure, Some(fault.clone()))
            }
            Code::DigestTooWeak => {
                (Indeterminate, SubIndication::CryptoConstraintsFailureNoPoe, Some(fault.clone()))
            }
            _ => match stamp.trust.obstacles.first() {
                Some(Obstacle { sub_indication, finding }) => {
                    (Indeterminate, *sub_indication, Some(finding.clone()))
                }
                None => (Indeterminate, SubIndication::NoPoe, Some(fault.clone())),
            },
        });
    }
    if let Some(stamp) = case
        .stamps
        .iter()
        .find(|stamp| stamp.fault.as_ref().is_some_and(|fault| fault.code == Code::TimestampOrder))
    {
        return Some((Indeterminate, SubIndication::TimestampOrderFailure, stamp.fault.clone()));
    }

    let proven = source != TimeSource::Judging;
    if proven && checked.certificate.as_ref().is_some_and(|certificate| at < certificate.not_before()) {
        return Some((
            TotalFailed,
            SubIndication::NotYetValid,
            Some(Finding::of(Code::SignedBeforeIssuance)),
        ));
    }
    if let Some(Obstacle { sub_indication, finding }) = trust.obstacles.first() {
        return Some((Indeterminate, *sub_indication, Some(finding.clone())));
    }
    let policy = &knowledge.context.policy;
    let digests = [checked.digest, checked.content_digest, checked.scheme.and_then(|scheme| scheme.hash())];
    let weak = digests.into_iter().flatten().find(|&hash| !policy.accepts_digest(hash, at));
    weak.map(|hash| {
        let reason = Finding::about(Code::DigestTooWeak, hash.name());
        (Indeterminate, SubIndication::CryptoConstraintsFailureNoPoe, Some(reason))
    })
}

fn keep_once<T: PartialEq>(list: &mut Vec<T>) {
    let mut kept = Vec::with_capacity(list.len());
    for item in list.drain(..) {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    *list = kept;
}
