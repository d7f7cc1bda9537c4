use chrono::{DateTime, Utc};

use super::Context;
use crate::cms::Checked;
use crate::crypto::Hash;
use crate::judge::{Case, Stamp};
use crate::report::{Finding, Integrity, Kind, Modification, TimeSource};

/// What a format says about a signature, beside what its message says.
#[derive(Clone)]
pub(super) struct Subject<'s> {
    pub field: String,
    pub sound: bool,
    pub covers: bool,
    pub incomplete: Option<Finding>,
    pub claimed_time: Option<DateTime<Utc>>,
    pub findings: Vec<Finding>,
    pub referred: Referred,
    /// Time stamps over what holds the signature, which prove that it existed.
    pub covering: &'s [&'s Stamp],
}

/// What is signed by way of its digest in a manifest that is signed.
#[derive(Debug, Clone)]
pub(super) struct Referred {
    pub integrity: Integrity,
    pub weakest: Option<Hash>,
    pub findings: Vec<Finding>,
}

impl Referred {
    pub fn nothing() -> Self {
        Self { integrity: Integrity::Intact, weakest: None, findings: Vec::new() }
    }

    pub fn add_to(&self, checked: &mut Checked) {
        match (checked.integrity, self.integrity) {
            (_, Integrity::Broken) | (Integrity::Intact, _) => checked.integrity = self.integrity,
            _ => {}
        }
        checked.content_digest = checked.content_digest.into_iter().chain(self.weakest).min();
        checked.findings.extend(self.findings.iter().cloned());
    }
}

impl<'s> Subject<'s> {
    /// The signature is over the whole file.
    pub fn whole(field: String) -> Self {
        Self {
            field,
            sound: true,
            covers: true,
            incomplete: None,
            claimed_time: None,
            findings: Vec::new(),
            referred: Referred::nothing(),
            covering: &[],
        }
    }

    pub fn covering_times(&self) -> impl Iterator<Item = (DateTime<Utc>, TimeSource)> + Clone + use<'s> {
        self.covering.iter().map(|stamp| (stamp.time, TimeSource::DocumentTimestamp))
    }

    /// The case as far as it is known before any time stamp is looked at.
    pub fn case<'c>(&self, kind: Kind, checked: Option<&'c Checked>, context: &Context) -> Case<'c> {
        Case {
            field: self.field.clone(),
            kind,
            checked,
            unsupported: false,
            sound: self.sound,
            covers_whole_document: self.covers,
            modified_after_signing: Modification::None,
            incomplete: self.incomplete.clone(),
            claimed_time: self.claimed_time,
            signed_bytes: None,
            findings: self.findings.clone(),
            existed: context.existed(),
            stamps: Vec::new(),
            own_stamp: None,
        }
    }
}
