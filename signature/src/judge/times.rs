use chrono::{DateTime, Utc};

use super::Knowledge;
use crate::cms::{Checked, Imprint, Token};
use crate::crypto::Hash;
use crate::evidence::{TimestampKind, TimestampUsed, hex};
use crate::findings::Code;
use crate::path::{Trust, Use};
use crate::report::{Cryptographic, Finding, Integrity, TimeSource};
use crate::verify::Context;
use crate::x509::Certificate;

/// A time stamp and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Stamp {
    pub kind: TimestampKind,
    pub time: DateTime<Utc>,
    pub authority: Option<Certificate>,
    /// Why it proves nothing; none if it does.
    pub fault: Option<Finding>,
    pub checked: Option<Checked>,
    pub trust: Trust,
    sha256: String,
}

impl Stamp {
    pub fn holds(&self) -> bool {
        self.fault.is_none()
    }

    pub fn describe(&self) -> TimestampUsed {
        TimestampUsed {
            kind: self.kind,
            time: self.time,
            authority: self.authority.as_ref().map(|authority| authority.subject().text()),
            valid: self.holds(),
            sha256: self.sha256.clone(),
        }
    }
}

/// Judges a time stamp (ETSI EN 319 102-1, 5.4) that is itself proven to have existed at a time.
pub(crate) fn check_stamp(
    kind: TimestampKind,
    token: &Token<'_>,
    imprint: Imprint,
    existed: DateTime<Utc>,
    knowledge: &Knowledge<'_, '_>,
) -> Stamp {
    let checked = match knowledge.store.may_check() {
        true => token.check(&candidates(token, knowledge)),
        false => Some(Checked::given_up()),
    };
    let mut stamp = Stamp {
        kind,
        time: token.time,
        authority: None,
        fault: None,
        checked,
        trust: Trust::default(),
        sha256: hex(&Hash::Sha256.of(&[token.raw])),
    };
    stamp.authority = stamp.checked.as_ref().and_then(|checked| checked.certificate.clone());
    stamp.fault = fault(&mut stamp, token, imprint, existed, knowledge);
    stamp
}

fn candidates(token: &Token<'_>, knowledge: &Knowledge<'_, '_>) -> Vec<Certificate> {
    let own = token.message.certificates.iter().filter_map(|der| Certificate::from_der(der).ok());
    let mut list: Vec<Certificate> = own.collect();
    if let Some(signer) = token.message.signers.first() {
        list.extend(knowledge.store.all_certificates().filter(|known| signer.id.names(known)).cloned());
    }
    list
}

fn fault(
    stamp: &mut Stamp,
    token: &Token<'_>,
    imprint: Imprint,
    existed: DateTime<Utc>,
    knowledge: &Knowledge<'_, '_>,
) -> Option<Finding> {
    let about = |code| Some(Finding::about(code, token.time.to_string()));
    match imprint {
        Imprint::Fits => {}
        Imprint::Differs => return about(Code::TimestampImprintMismatch),
        Imprint::Unsupported => return about(Code::AlgorithmUnsupported),
    }
    let Some(checked) = &stamp.checked else { return about(Code::TimestampUnreadable) };
    match (checked.integrity, checked.cryptographic, checked.certificate_is_bound) {
        (Integrity::Intact, Cryptographic::Valid, true) => {}
        (Integrity::Intact | Integrity::Unknown, Cryptographic::Unsupported, _) => {
            let is_limited = checked.findings.iter().any(|finding| finding.code == Code::WorkLimited);
            return about(if is_limited { Code::WorkLimited } else { Code::AlgorithmUnsupported });
        }
        _ => return about(Code::TimestampSignatureInvalid),
    }
    // A time stamp of the future proves nothing about now.
    if token.time > knowledge.context.at {
        return about(Code::TimestampUntrusted);
    }
    if token.time > existed {
        return about(Code::TimestampOrder);
    }
    let policy = &knowledge.context.policy;
    let digests = [token.hash(), checked.digest, checked.scheme.and_then(|scheme| scheme.hash())];
    if !digests.iter().flatten().all(|&hash| policy.accepts_digest(hash, existed)) {
        return about(Code::DigestTooWeak);
    }
    let authority = checked.certificate.clone()?;
    stamp.trust = knowledge.trust(&authority, Use::TimeStamping, existed);
    match stamp.trust.obstacles.first() {
        None if !authority.is_valid_at(token.time) => about(Code::TimestampUntrusted),
        None => None,
        Some(obstacle) if obstacle.finding.code == Code::TimestampPurposeMissing => {
            Some(obstacle.finding.clone())
        }
        Some(_) => about(Code::TimestampUntrusted),
    }
}

/// The earliest time that is proven, and by what; without any proof, what is known of the file as a whole.
pub(crate) fn prove(
    context: &Context,
    proofs: impl Iterator<Item = (DateTime<Utc>, TimeSource)>,
) -> (DateTime<Utc>, TimeSource) {
    let known = context.existed();
    proofs.min_by_key(|&(time, _)| time).filter(|&(time, _)| time < known.0).unwrap_or(known)
}
