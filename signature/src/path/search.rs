use super::{Anchor, Store};
use crate::crypto::Outcome;
use crate::x509::Certificate;

/// Longer chains are not in use anywhere.
const DEEPEST: usize = 10;
/// How many chains are looked at, and how many values are checked to find them.
const MOST_CHAINS: usize = 8;
const MOST_CHECKS: usize = 128;
const MOST_ENDS: usize = 4;

/// A chain from a certificate to an anchor by names and keys alone.
#[derive(Debug, Clone)]
pub struct Chain<'c> {
    /// The certificate at the end first; without the anchor.
    pub certificates: Vec<Certificate>,
    pub anchor: &'c Anchor,
}

/// What the search found.
#[derive(Debug)]
pub struct Found<'c> {
    pub chains: Vec<Chain<'c>>,
    pub limited: bool,
    /// A value of the way doesn't fit although names and keys do.
    pub forged: bool,
    /// Where ways end because nobody is known who has the issuer's name.
    pub ends: Vec<Certificate>,
}

/// Every chain within the limits, the likely ones first. Cross certificates make several (RFC 4158).
pub fn search<'c>(leaf: &Certificate, store: &Store<'_>, anchors: &'c [Anchor]) -> Found<'c> {
    let mut search = Search {
        store,
        anchors,
        checks: 0,
        found: Found { chains: Vec::new(), limited: false, forged: false, ends: Vec::new() },
    };
    search.extend(&mut vec![leaf.clone()]);
    search.found
}

struct Search<'s, 'a, 'c> {
    store: &'s Store<'a>,
    anchors: &'c [Anchor],
    checks: usize,
    found: Found<'c>,
}

impl<'c> Search<'_, '_, 'c> {
    fn extend(&mut self, way: &mut Vec<Certificate>) {
        let Some(last) = way.last().cloned() else { return };
        for anchor in self.anchors {
            if is_same_key(&anchor.certificate, &last) {
                // The anchor itself, or above others another certificate for its name and key.
                if way.len() > 1 || anchor.certificate == last {
                    let certificates = way[..way.len() - 1].to_vec();
                    self.found.chains.push(Chain { certificates, anchor });
                }
            } else if may_have_issued(&anchor.certificate, &last) && self.check(&last, &anchor.certificate) {
                self.found.chains.push(Chain { certificates: way.clone(), anchor });
            }
        }
        if way.len() >= DEEPEST {
            self.found.limited = true;
            return;
        }
        let store = self.store;
        let mut issuers: Vec<&Certificate> = store.named(last.issuer_comparable()).collect();
        if issuers.is_empty() && !last.is_self_issued() && self.found.ends.len() < MOST_ENDS {
            self.found.ends.push(last.clone());
        }
        issuers.sort_by_key(|issuer| !keys_agree(issuer, &last));
        for issuer in issuers {
            if self.found.chains.len() >= MOST_CHAINS || self.checks >= MOST_CHECKS {
                self.found.limited = true;
                return;
            }
            let goes_round = way.iter().any(|passed| is_same_key(passed, issuer));
            if !goes_round && self.check(&last, issuer) {
                way.push(issuer.clone());
                self.extend(way);
                way.pop();
            }
        }
    }

    fn check(&mut self, subject: &Certificate, issuer: &Certificate) -> bool {
        if self.checks >= MOST_CHECKS {
            self.found.limited = true;
            return false;
        }
        self.checks += 1;
        let outcome = self.store.is_signed_by(subject, issuer);
        self.found.limited |= self.store.is_exhausted();
        self.found.forged |= outcome == Outcome::Invalid && keys_agree(issuer, subject);
        outcome == Outcome::Valid
    }
}

fn is_same_key(one: &Certificate, other: &Certificate) -> bool {
    one == other || one.key_der() == other.key_der() && one.subject_comparable() == other.subject_comparable()
}

fn may_have_issued(issuer: &Certificate, subject: &Certificate) -> bool {
    issuer.subject_comparable() == subject.issuer_comparable()
}

/// Whether the hint about the issuer's key is that issuer's (RFC 5280, 4.2.1.1). A hint: it is wrong in some good chains.
fn keys_agree(issuer: &Certificate, subject: &Certificate) -> bool {
    match (&subject.extensions().authority_key, &issuer.extensions().subject_key) {
        (Some(wanted), Some(key)) => wanted == key,
        _ => true,
    }
}
