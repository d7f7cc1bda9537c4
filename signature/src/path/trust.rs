use chrono::{DateTime, Utc};

use super::search::{Chain, search};
use super::standing::{Question, Standing, standing};
use super::{Anchor, Obstacle, Store, Use, rules};
use crate::evidence::{CertificateUsed, Origin, RevocationUsed, hex};
use crate::findings::Code;
use crate::policy::Policy;
use crate::report::{Finding, SubIndication};
use crate::wants::Want;
use crate::x509::Certificate;

/// Whether a certificate is believed at a time, and by what.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// What stands in the way, the deciding obstacle first.
    pub obstacles: Vec<Obstacle>,
    /// The certificate first, the anchor last.
    pub certificates: Vec<CertificateUsed>,
    pub revocations: Vec<RevocationUsed>,
    /// What could take the obstacles away.
    pub wants: Vec<Want>,
}

impl Trust {
    pub fn is_given(&self) -> bool {
        self.obstacles.is_empty()
    }
}

/// Whether the certificate is believed for a purpose at a time (ETSI EN 319 102-1, 5.2.6), knowing what is known now.
pub fn trust(
    leaf: &Certificate,
    purpose: Use,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
    store: &Store<'_>,
    anchors: &[Anchor],
    policy: &Policy,
) -> Trust {
    let found = search(leaf, store, anchors);
    let mut best: Option<Trust> = None;
    for chain in &found.chains {
        let trust = judge(chain, leaf, purpose, at, now, store, policy);
        if trust.is_given() {
            return trust;
        }
        if best.as_ref().is_none_or(|best| rank(&trust) < rank(best)) {
            best = Some(trust);
        }
    }
    best.unwrap_or_else(|| {
        let code = match (found.forged, found.limited) {
            (true, _) => Code::CertificateSignatureInvalid,
            (false, true) => Code::ChainSearchLimited,
            (false, false) => Code::ChainMissing,
        };
        let finding = Finding::about(code, leaf.issuer().text());
        let obstacle = Obstacle { sub_indication: SubIndication::NoCertificateChainFound, finding };
        let certificates = vec![describe(leaf, store.origin(leaf).unwrap_or(Origin::Signature))];
        let mut wants = Vec::new();
        if code == Code::ChainMissing && !anchors.is_empty() {
            wants = found.ends.iter().flat_map(Want::issuer).collect();
        }
        Trust { obstacles: vec![obstacle], certificates, revocations: Vec::new(), wants }
    })
}

fn judge(
    chain: &Chain<'_>,
    leaf: &Certificate,
    purpose: Use,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
    store: &Store<'_>,
    policy: &Policy,
) -> Trust {
    let mut trust =
        Trust { obstacles: rules::obstacles(chain, leaf, purpose, at, policy), ..Trust::default() };
    let hopeless = trust
        .obstacles
        .iter()
        .any(|each| each.sub_indication == SubIndication::CertificateChainGeneralFailure);
    let mut issuer_revoked_at = None;
    // From the anchor down: what an authority says counts only as far as the authority itself does.
    for (place, certificate) in chain.certificates.iter().enumerate().rev().filter(|_| !hopeless) {
        let above = chain.certificates.get(place + 1);
        let question = Question {
            certificate,
            issuer: above.unwrap_or(&chain.anchor.certificate),
            issuer_is_anchor: above.is_none(),
            issuer_revoked_at,
            at,
            now,
            store,
            policy,
        };
        let (answer, used) = standing(&question);
        trust.revocations.extend(used);
        issuer_revoked_at = None;
        match answer {
            Standing::Good => {}
            Standing::RevokedLater(time) => issuer_revoked_at = Some(time),
            Standing::Revoked(time) => {
                issuer_revoked_at = Some(time);
                let (sub, code) = if place == 0 {
                    (SubIndication::RevokedNoPoe, Code::CertificateRevoked)
                } else {
                    (SubIndication::RevokedCaNoPoe, Code::AuthorityRevoked)
                };
                trust.obstacles.push(Obstacle::new(sub, code, certificate));
            }
            Standing::OnHold(time) => {
                issuer_revoked_at = Some(time);
                let on_hold = Obstacle::new(SubIndication::TryLater, Code::CertificateOnHold, certificate);
                trust.obstacles.push(on_hold);
                trust.wants.extend(Want::status(certificate, question.issuer));
            }
            Standing::Unknown(code) => {
                trust.obstacles.push(Obstacle::new(SubIndication::TryLater, code, certificate));
                trust.wants.extend(Want::status(certificate, question.issuer));
            }
        }
    }
    // Nothing is asked that could not change the conclusion.
    if trust.obstacles.iter().any(|each| each.sub_indication != SubIndication::TryLater) {
        trust.wants.clear();
    }
    trust.obstacles.sort_by_key(weight);
    trust.certificates = chain
        .certificates
        .iter()
        .map(|each| describe(each, store.origin(each).unwrap_or(Origin::Signature)))
        .collect();
    trust.certificates.push(describe(&chain.anchor.certificate, Origin::TrustStore));
    trust
}

/// Chains that fail for what time or more evidence can mend are nearer than those that never can hold.
fn rank(trust: &Trust) -> (u8, usize) {
    (trust.obstacles.first().map_or(0, |first| 8 - weight(first).min(8)), trust.obstacles.len())
}

/// Which obstacle decides.
fn weight(obstacle: &Obstacle) -> u8 {
    match obstacle.sub_indication {
        SubIndication::CertificateChainGeneralFailure => 0,
        SubIndication::ChainConstraintsFailure => 1,
        SubIndication::RevokedCaNoPoe => 2,
        SubIndication::RevokedNoPoe => 3,
        SubIndication::OutOfBoundsNoPoe => 4,
        SubIndication::CryptoConstraintsFailureNoPoe => 5,
        _ => 6,
    }
}

fn describe(certificate: &Certificate, origin: Origin) -> CertificateUsed {
    let key = certificate.key();
    CertificateUsed {
        subject: certificate.subject().text(),
        issuer: certificate.issuer().text(),
        serial: hex(certificate.serial()),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        sha256: hex(certificate.sha256()),
        key_algorithm: key.name().to_owned(),
        key_size_bits: key.size_bits(),
        origin,
    }
}
