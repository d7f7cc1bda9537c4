use chrono::{DateTime, Utc};

use super::search::Chain;
use super::{Obstacle, Use, names, policies};
use crate::findings::Code;
use crate::policy::Policy;
use crate::report::SubIndication;
use crate::x509::{Certificate, NameConstraints, Purpose, usage};

/// What RFC 5280 (6.1) asks of the chain at a time, but for revocation. The values were checked when the chain was found.
pub(super) fn obstacles(
    chain: &Chain<'_>,
    leaf: &Certificate,
    purpose: Use,
    at: DateTime<Utc>,
    policy: &Policy,
) -> Vec<Obstacle> {
    let mut obstacles = Vec::new();
    let mut constraints: Vec<&NameConstraints> = chain.anchor.names.iter().collect();
    constraints.extend(chain.anchor.certificate.extensions().name_constraints.iter());
    let mut allowed_below = chain.anchor.certificate.extensions().path_length;

    for (place, certificate) in chain.certificates.iter().enumerate().rev() {
        let extensions = certificate.extensions();
        let is_last = place == 0;
        if extensions.critical_unknown.is_some() {
            obstacles.push(Obstacle::general(Code::CriticalExtensionUnknown, certificate));
        }
        if (is_last || !certificate.is_self_issued())
            && !constraints.iter().all(|each| names::permits(each, certificate))
        {
            obstacles.push(Obstacle::general(Code::NameConstraintViolated, certificate));
        }
        if !is_last {
            if !extensions.is_authority
                || extensions.key_usage.is_some_and(|bits| bits & usage::CERTIFICATE_SIGN == 0)
            {
                obstacles.push(Obstacle::general(Code::IssuerNotAuthority, certificate));
            }
            if !certificate.is_self_issued() {
                match allowed_below {
                    Some(0) => obstacles.push(Obstacle::general(Code::PathLengthExceeded, certificate)),
                    Some(left) => allowed_below = Some(left - 1),
                    None => {}
                }
            }
            allowed_below = match (allowed_below, extensions.path_length) {
                (Some(left), Some(own)) => Some(left.min(own)),
                (left, own) => left.or(own),
            };
            constraints.extend(extensions.name_constraints.iter());
        }
        obstacles.extend(weakness(certificate, at, policy));
        if !certificate.is_valid_at(at) {
            let code = if at < certificate.not_before() {
                Code::CertificateNotYetValid
            } else {
                Code::CertificateExpired
            };
            obstacles.push(Obstacle::new(SubIndication::OutOfBoundsNoPoe, code, certificate));
        }
    }
    let anchor = chain.anchor;
    let constraint = |code, about| Obstacle::new(SubIndication::ChainConstraintsFailure, code, about);
    if anchor.valid_from.is_some_and(|from| at < from) || anchor.valid_until.is_some_and(|until| at > until) {
        obstacles.push(constraint(Code::AnchorOutOfPeriod, &anchor.certificate));
    }
    if !policies::is_met(chain) {
        obstacles.push(match anchor.policies.is_empty() {
            true => Obstacle::general(Code::CertificatePolicyUnmet, leaf),
            false => constraint(Code::CertificatePolicyUnmet, leaf),
        });
    }
    if !is_fit(leaf, purpose, policy) {
        let code = match purpose {
            Use::Signing => Code::KeyUsageUnsuitable,
            Use::TimeStamping => Code::TimestampPurposeMissing,
        };
        obstacles.push(constraint(code, leaf));
    }
    obstacles
}

/// Whether the certificate was issued for what it is used for.
fn is_fit(certificate: &Certificate, purpose: Use, policy: &Policy) -> bool {
    let extensions = certificate.extensions();
    let purposes = extensions.purposes.as_deref();
    match purpose {
        Use::Signing => {
            // A certificate for time stamps or status answers alone is not a person's.
            let apart = |purpose: &Purpose| matches!(purpose, Purpose::TimeStamping | Purpose::OcspSigning);
            extensions.key_usage.is_none_or(|bits| bits & policy.signer_usages != 0)
                && purposes.is_none_or(|list| list.is_empty() || !list.iter().all(apart))
        }
        // RFC 3161, 2.3: critical, and nothing else.
        Use::TimeStamping => {
            extensions
                .key_usage
                .is_none_or(|bits| bits & (usage::DIGITAL_SIGNATURE | usage::NON_REPUDIATION) != 0)
                && extensions.purposes_critical
                && purposes == Some(&[Purpose::TimeStamping])
        }
    }
}

/// The certificate's own key and the digest that its issuer signed it by.
fn weakness(certificate: &Certificate, at: DateTime<Utc>, policy: &Policy) -> Option<Obstacle> {
    let failure = SubIndication::CryptoConstraintsFailureNoPoe;
    if !policy.accepts_key(&certificate.key(), at) {
        return Some(Obstacle::new(failure, Code::KeyTooWeak, certificate));
    }
    let digest = certificate.scheme().and_then(|scheme| scheme.hash());
    if digest.is_some_and(|hash| !policy.accepts_digest(hash, at)) {
        return Some(Obstacle::new(failure, Code::DigestTooWeak, certificate));
    }
    None
}
