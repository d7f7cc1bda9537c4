//! Whether a certificate was revoked at a time, from lists (RFC 5280, 6.3) and answers (RFC 6960).

use chrono::{DateTime, TimeDelta, Utc};

use super::Store;
use super::store::{Index, Kept};
use crate::crypto::{Hash, Outcome, Scheme};
use crate::evidence::{RevocationKind, RevocationStatus, RevocationUsed, hex};
use crate::findings::Code;
use crate::policy::Policy;
use crate::x509::{Certificate, Crl, Ocsp, Purpose, Reason, Revoked, Single, Status, usage};

/// How far the clock of an authority may be ahead of ours.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// The question: a certificate, its issuer, and the time at which the certificate was used.
pub(super) struct Question<'q, 'a> {
    pub certificate: &'q Certificate,
    pub issuer: &'q Certificate,
    /// The issuer is the anchor, which is believed without a period of validity.
    pub issuer_is_anchor: bool,
    /// When the issuer itself was revoked, if it was.
    pub issuer_revoked_at: Option<DateTime<Utc>>,
    pub at: DateTime<Utc>,
    pub now: DateTime<Utc>,
    pub store: &'q Store<'a>,
    pub policy: &'q Policy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Good,
    /// Not at the time in question, but later.
    RevokedLater(DateTime<Utc>),
    Revoked(DateTime<Utc>),
    /// Suspended since a time: what will become of it is open.
    OnHold(DateTime<Utc>),
    /// Why nothing is known.
    Unknown(Code),
}

/// The answer, and everything that was consulted.
pub(super) fn standing(question: &Question<'_, '_>) -> (Standing, Vec<RevocationUsed>) {
    let mut used = Vec::new();
    let mut best = Standing::Unknown(Code::RevocationUnknown);
    let mut on_hold = None;
    let mut take = |standing| match standing {
        Standing::OnHold(_) => on_hold = Some(standing),
        firm => best = better(best, firm),
    };
    for (index, kept) in question.store.crls(question.issuer.subject_comparable()) {
        take(question.by_crl(index, kept, &mut used));
    }
    for (index, kept, answer) in question.store.answers(question.certificate.serial()) {
        if answer.certificate.means(question.certificate.serial(), question.issuer) == Some(true) {
            take(question.by_ocsp(index, kept, answer, &mut used));
        }
    }
    // Whoever is released was never revoked (RFC 5280, 5.3.1): the newest word counts.
    let newest = |wanted| used.iter().filter(|one| one.status == wanted).map(|one| one.this_update).max();
    let is_released = newest(RevocationStatus::Good) > newest(RevocationStatus::OnHold);
    let standing = on_hold.filter(|_| !is_released && !matches!(best, Standing::Revoked(_))).unwrap_or(best);
    (standing, used)
}

/// Of what is said for good: revoked counts before good, and good before unknown; of two times the earlier; the first reason why nothing is known but "nothing".
fn better(one: Standing, other: Standing) -> Standing {
    use Standing::{Good, OnHold, Revoked, RevokedLater, Unknown};
    match (one, other) {
        (Revoked(one), Revoked(other)) => Revoked(one.min(other)),
        (Revoked(time), _) | (_, Revoked(time)) => Revoked(time),
        (RevokedLater(one), RevokedLater(other)) => RevokedLater(one.min(other)),
        (RevokedLater(time), _) | (_, RevokedLater(time)) => RevokedLater(time),
        (Good, _) | (_, Good) => Good,
        (OnHold(_), other) | (other, OnHold(_)) => other,
        (Unknown(Code::RevocationUnknown), reason) | (reason, Unknown(_)) => reason,
    }
}

impl Question<'_, '_> {
    fn by_crl(&self, index: Index, kept: &Kept<Crl<'_>>, used: &mut Vec<RevocationUsed>) -> Standing {
        let crl = &kept.object;
        let may_sign = self.issuer.extensions().key_usage.is_none_or(|bits| bits & usage::CRL_SIGN != 0);
        if crl.scope.unusable || !may_sign || !self.is_in_scope(crl) || self.is_of_the_future(crl.this_update)
        {
            return Standing::Unknown(Code::RevocationListUnusable);
        }
        if !self.is_issuer_good_for(kept.proven)
            || !self.is_strong(crl.scheme(), kept.proven)
            || !self.store.is_evidence_signed_by(index, self.issuer, || crl.is_signed_by(self.issuer))
        {
            return Standing::Unknown(Code::RevocationListUnusable);
        }
        let certificate = self.certificate;
        let Some(found) = self.store.revoked(index, crl, certificate.serial()) else {
            return Standing::Unknown(Code::RevocationListUnusable);
        };
        let standing = match found {
            Some(revoked) => self.since(revoked),
            // A list says nothing about certificates that had expired when it was made, unless it says that it does.
            None if crl.this_update > certificate.not_after()
                && crl.keeps_expired_since.is_none_or(|since| since > certificate.not_after()) =>
            {
                Standing::Unknown(Code::RevocationStale)
            }
            None => self.fresh(crl.this_update, crl.next_update),
        };
        used.push(RevocationUsed {
            kind: RevocationKind::Crl,
            issuer: crl.issuer.text(),
            serial: hex(certificate.serial()),
            this_update: crl.this_update,
            next_update: crl.next_update,
            status: status(standing),
            revoked_at: revoked_at(standing),
            reason: found.and_then(|revoked| revoked.reason),
            sha256: hex(&Hash::Sha256.of(&[crl.raw])),
            origin: kept.origin,
        });
        standing
    }

    fn by_ocsp(
        &self,
        index: Index,
        kept: &Kept<Ocsp<'_>>,
        answer: &Single<'_>,
        used: &mut Vec<RevocationUsed>,
    ) -> Standing {
        let ocsp = &kept.object;
        if self.is_of_the_future(answer.this_update) {
            return Standing::Unknown(Code::RevocationStale);
        }
        let Some(responder) = self.responder(index, ocsp) else {
            return Standing::Unknown(Code::ResponderUnauthorised);
        };
        if !self.is_issuer_good_for(kept.proven) || !self.is_strong(ocsp.scheme(), kept.proven) {
            return Standing::Unknown(Code::RevocationStale);
        }
        let standing = match answer.status {
            Status::Revoked(revoked) => self.since(revoked),
            Status::Unknown => Standing::Unknown(Code::RevocationStatusUnknown),
            Status::Good if answer.this_update > self.certificate.not_after() => {
                Standing::Unknown(Code::RevocationStale)
            }
            Status::Good => self.fresh(answer.this_update, answer.next_update),
        };
        used.push(RevocationUsed {
            kind: RevocationKind::Ocsp,
            issuer: responder.subject().text(),
            serial: hex(self.certificate.serial()),
            this_update: answer.this_update,
            next_update: answer.next_update,
            status: status(standing),
            revoked_at: revoked_at(standing),
            reason: match answer.status {
                Status::Revoked(revoked) => revoked.reason,
                _ => None,
            },
            sha256: hex(&Hash::Sha256.of(&[ocsp.raw])),
            origin: kept.origin,
        });
        standing
    }

    /// Who signed the answer: the issuer, or one whom the issuer itself entrusted (RFC 6960, 4.2.2.2).
    fn responder(&self, index: Index, ocsp: &Ocsp<'_>) -> Option<Certificate> {
        let signed_by =
            |who: &Certificate| self.store.is_evidence_signed_by(index, who, || ocsp.is_signed_by(who));
        if ocsp.names(self.issuer) && signed_by(self.issuer) {
            return Some(self.issuer.clone());
        }
        let entrusted = |who: &Certificate| {
            ocsp.names(who)
                && who.issuer_comparable() == self.issuer.subject_comparable()
                && who.extensions().purposes.as_ref().is_some_and(|list| list.contains(&Purpose::OcspSigning))
                && who.is_valid_at(ocsp.produced_at)
                && who.extensions().critical_unknown.is_none()
                && self.store.is_signed_by(who, self.issuer) == Outcome::Valid
                && !self.is_revoked_by_list(who, ocsp.produced_at)
                && signed_by(who)
        };
        let own = ocsp.certificates.iter().filter_map(|der| Certificate::from_der(der).ok()).find(entrusted);
        own.or_else(|| self.store.all_certificates().find(|who| entrusted(who)).cloned())
    }

    /// Whether a list of the same issuer says that the responder was revoked.
    fn is_revoked_by_list(&self, responder: &Certificate, at: DateTime<Utc>) -> bool {
        if responder.extensions().ocsp_no_check {
            return false;
        }
        self.store.crls(self.issuer.subject_comparable()).any(|(index, kept)| {
            let crl = &kept.object;
            self.store
                .revoked(index, crl, responder.serial())
                .flatten()
                .is_some_and(|revoked| revoked.at <= at)
                && self.store.is_evidence_signed_by(index, self.issuer, || crl.is_signed_by(self.issuer))
        })
    }

    fn is_in_scope(&self, crl: &Crl<'_>) -> bool {
        let extensions = self.certificate.extensions();
        let scope = &crl.scope;
        let points = &extensions.distribution_points;
        !(scope.only_users && extensions.is_authority || scope.only_authorities && !extensions.is_authority)
            && (scope.points.is_empty() || scope.points.iter().any(|point| points.contains(point)))
    }

    /// Evidence signed by a key that could have been stolen by then counts only if it is proven to be older.
    fn is_issuer_good_for(&self, proven: Option<DateTime<Utc>>) -> bool {
        let existed = proven.unwrap_or(self.now);
        self.issuer_revoked_at.is_none_or(|revoked| existed < revoked)
            && (self.issuer_is_anchor || existed <= self.issuer.not_after())
    }

    fn is_strong(&self, scheme: Option<Scheme>, proven: Option<DateTime<Utc>>) -> bool {
        let existed = proven.unwrap_or(self.now);
        scheme
            .is_some_and(|scheme| scheme.hash().is_none_or(|hash| self.policy.accepts_digest(hash, existed)))
    }

    fn is_of_the_future(&self, this_update: DateTime<Utc>) -> bool {
        this_update.signed_duration_since(self.now) > CLOCKS_DIFFER
    }

    /// What follows for the time in question.
    fn since(&self, revoked: Revoked) -> Standing {
        if revoked.at > self.at {
            Standing::RevokedLater(revoked.at)
        } else if revoked.reason == Some(Reason::CertificateHold) {
            Standing::OnHold(revoked.at)
        } else {
            Standing::Revoked(revoked.at)
        }
    }

    /// Made after the time in question, or current at it.
    fn fresh(&self, this_update: DateTime<Utc>, next_update: Option<DateTime<Utc>>) -> Standing {
        let lasts = TimeDelta::hours(i64::from(self.policy.fresh_hours));
        let until = next_update.or_else(|| this_update.checked_add_signed(lasts)).unwrap_or(this_update);
        if this_update >= self.at || until >= self.at {
            Standing::Good
        } else {
            Standing::Unknown(Code::RevocationStale)
        }
    }
}

fn status(standing: Standing) -> RevocationStatus {
    match standing {
        Standing::Good => RevocationStatus::Good,
        Standing::Revoked(_) => RevocationStatus::Revoked,
        Standing::RevokedLater(_) => RevocationStatus::RevokedLater,
        Standing::OnHold(_) => RevocationStatus::OnHold,
        Standing::Unknown(Code::RevocationStale) => RevocationStatus::Stale,
        Standing::Unknown(_) => RevocationStatus::Unknown,
    }
}

fn revoked_at(standing: Standing) -> Option<DateTime<Utc>> {
    match standing {
        Standing::Revoked(time) | Standing::RevokedLater(time) | Standing::OnHold(time) => Some(time),
        _ => None,
    }
}
