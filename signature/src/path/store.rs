use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::crypto::Outcome;
use crate::evidence::Origin;
use crate::x509::{Certificate, Crl, Ocsp, Revoked, Single};

/// More than any honest file carries.
const MOST: usize = 4096;

/// How many values of signatures are checked for one file. Honest ones need a few dozen; a hostile one has another with every kilobyte, by
/// the slowest key there is.
const MOST_CHECKS: u32 = 1000;

/// The SHA-256 of a certificate.
type Fingerprint = [u8; 32];

/// What a list says about a certificate, if it does; none at all if the list can't be read.
pub(super) type Lookup = Option<Option<Revoked>>;

/// Certificates, lists and answers at hand. What can't be read is left out: it is a help, not a claim.
#[derive(Debug, Default)]
pub struct Store<'a> {
    certificates: Vec<(Certificate, Origin)>,
    known: HashMap<Fingerprint, usize>,
    by_subject: HashMap<Vec<u8>, Vec<usize>>,
    crls: Vec<Kept<Crl<'a>>>,
    crls_by_issuer: HashMap<Vec<u8>, Vec<usize>>,
    ocsps: Vec<Kept<Ocsp<'a>>>,
    /// Answers by the number of the certificate: which of whose.
    answers_by_serial: HashMap<&'a [u8], Vec<(usize, usize)>>,
    /// Lists and answers by their bytes: the same one comes in many places.
    by_bytes: HashMap<&'a [u8], Index>,
    /// Values that were checked already, by both certificates.
    signed: RefCell<HashMap<(Fingerprint, Fingerprint), Outcome>>,
    /// The same for lists and answers, by place and certificate.
    evidence_signed: RefCell<HashMap<(Index, Fingerprint), Outcome>>,
    looked_up: RefCell<HashMap<(Index, Vec<u8>), Lookup>>,
    checks_done: Cell<u32>,
    /// Since when the file, and so all that it carries, is held by whoever asks.
    held_since: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Index {
    Crl(usize),
    Ocsp(usize),
}

/// A list or an answer, where it was found, and since when it is proven to exist.
#[derive(Debug)]
pub(super) struct Kept<T> {
    pub object: T,
    pub origin: Origin,
    pub proven: Option<DateTime<Utc>>,
}

impl<'a> Store<'a> {
    pub fn held_since(since: Option<DateTime<Utc>>) -> Self {
        Self { held_since: since, ..Self::default() }
    }

    /// Whether one more value may be checked; it counts as done.
    pub(crate) fn may_check(&self) -> bool {
        self.checks_done.set(self.checks_done.get().saturating_add(1));
        self.checks_done.get() <= MOST_CHECKS
    }

    /// Whether something was left unchecked.
    pub(super) fn is_exhausted(&self) -> bool {
        self.checks_done.get() > MOST_CHECKS
    }

    /// What the file carries is as old as the file; what is given beside it is proven by [`Store::prove`] alone.
    fn proven(&self, origin: Origin) -> Option<DateTime<Utc>> {
        self.held_since.filter(|_| !matches!(origin, Origin::Given | Origin::Kept | Origin::TrustStore))
    }

    pub fn add_certificate(&mut self, certificate: &Certificate, origin: Origin) {
        if self.certificates.len() >= MOST || self.known.contains_key(certificate.sha256()) {
            return;
        }
        let at = self.certificates.len();
        self.known.insert(*certificate.sha256(), at);
        self.by_subject.entry(certificate.subject_comparable().to_vec()).or_default().push(at);
        self.certificates.push((certificate.clone(), origin));
    }

    pub fn add_der(&mut self, der: &[u8], origin: Origin) {
        if let Ok(certificate) = Certificate::from_der(der) {
            self.add_certificate(&certificate, origin);
        }
    }

    pub fn add_crl(&mut self, der: &'a [u8], origin: Origin) {
        if self.crls.len() < MOST
            && !self.by_bytes.contains_key(der)
            && let Ok(object) = Crl::from_der(der)
        {
            self.by_bytes.insert(der, Index::Crl(self.crls.len()));
            self.crls_by_issuer.entry(object.issuer.comparable()).or_default().push(self.crls.len());
            self.crls.push(Kept { object, origin, proven: self.proven(origin) });
        }
    }

    pub fn add_ocsp(&mut self, der: &'a [u8], origin: Origin) {
        if self.ocsps.len() < MOST
            && !self.by_bytes.contains_key(der)
            && let Ok(object) = Ocsp::from_der(der)
        {
            for certificate in &object.certificates {
                self.add_der(certificate, origin);
            }
            let place = self.ocsps.len();
            self.by_bytes.insert(der, Index::Ocsp(place));
            for (number, answer) in object.answers.iter().enumerate() {
                self.answers_by_serial.entry(answer.certificate.serial).or_default().push((place, number));
            }
            self.ocsps.push(Kept { object, origin, proven: self.proven(origin) });
        }
    }

    /// A list or an answer existed at a time: something that is proven covers it.
    pub fn prove(&mut self, der: &[u8], time: DateTime<Utc>) {
        let proven = match self.by_bytes.get(der) {
            Some(&Index::Crl(at)) => &mut self.crls[at].proven,
            Some(&Index::Ocsp(at)) => &mut self.ocsps[at].proven,
            None => return,
        };
        *proven = Some(proven.map_or(time, |earlier| earlier.min(time)));
    }

    pub fn all_certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.certificates.iter().map(|(certificate, _)| certificate)
    }

    /// The certificates whose subject has this name.
    pub fn named<'s>(&'s self, comparable: &[u8]) -> impl Iterator<Item = &'s Certificate> + use<'s, 'a> {
        let places = self.by_subject.get(comparable).map(Vec::as_slice).unwrap_or_default();
        places.iter().map(|&at| &self.certificates[at].0)
    }

    pub fn origin(&self, certificate: &Certificate) -> Option<Origin> {
        self.known.get(certificate.sha256()).map(|&at| self.certificates[at].1)
    }

    /// The lists of an issuer.
    pub(super) fn crls<'s>(
        &'s self,
        issuer: &[u8],
    ) -> impl Iterator<Item = (Index, &'s Kept<Crl<'a>>)> + use<'s, 'a> {
        let places = self.crls_by_issuer.get(issuer).map(Vec::as_slice).unwrap_or_default();
        places.iter().map(|&at| (Index::Crl(at), &self.crls[at]))
    }

    /// The answers about certificates of this number.
    pub(super) fn answers<'s>(
        &'s self,
        serial: &[u8],
    ) -> impl Iterator<Item = (Index, &'s Kept<Ocsp<'a>>, &'s Single<'a>)> + use<'s, 'a> {
        let places = self.answers_by_serial.get(serial).map(Vec::as_slice).unwrap_or_default();
        places
            .iter()
            .map(|&(at, number)| (Index::Ocsp(at), &self.ocsps[at], &self.ocsps[at].object.answers[number]))
    }

    /// Looks a certificate up in a list, once.
    pub(super) fn revoked(&self, index: Index, crl: &Crl<'_>, serial: &[u8]) -> Lookup {
        let key = (index, serial.to_vec());
        if let Some(&known) = self.looked_up.borrow().get(&key) {
            return known;
        }
        let found = crl.revoked(serial).ok();
        self.looked_up.borrow_mut().insert(key, found);
        found
    }

    /// Whether the key of `issuer` signed `subject`, checked once.
    pub fn is_signed_by(&self, subject: &Certificate, issuer: &Certificate) -> Outcome {
        let pair = (*subject.sha256(), *issuer.sha256());
        if let Some(&outcome) = self.signed.borrow().get(&pair) {
            return outcome;
        }
        if !self.may_check() {
            return Outcome::Unsupported;
        }
        let outcome = subject.is_signed_by(issuer);
        self.signed.borrow_mut().insert(pair, outcome);
        outcome
    }

    pub(super) fn is_evidence_signed_by(
        &self,
        index: Index,
        signer: &Certificate,
        verify: impl FnOnce() -> Outcome,
    ) -> bool {
        let pair = (index, *signer.sha256());
        if let Some(&outcome) = self.evidence_signed.borrow().get(&pair) {
            return outcome == Outcome::Valid;
        }
        if !self.may_check() {
            return false;
        }
        let outcome = verify();
        self.evidence_signed.borrow_mut().insert(pair, outcome);
        outcome == Outcome::Valid
    }
}
