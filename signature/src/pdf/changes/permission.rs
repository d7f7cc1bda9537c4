//! What a signature permits to be done after it (ISO 32000-2, 12.8.2.2 and 12.8.2.4), and what was done.

use std::collections::{BTreeMap, BTreeSet};

use super::Change;
use crate::{
    findings::Code,
    pdf::{
        document::View,
        object::{Dictionary, Object, text},
    },
    report::{Finding, Modification},
};

/// How many examples a finding names.
const EXAMPLES: usize = 4;

/// Table 257: what /P stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// Evidence and time stamps only: 12.8.4.3 and 12.8.5 let them be added to any document.
    Nothing,
    Filling,
    Annotating,
    Never,
}

#[derive(Debug)]
pub struct Permission {
    level: Level,
    is_certified: bool,
    locks: Vec<Lock>,
}

/// Which fields may not change any more (table 236 and table 259).
#[derive(Debug)]
enum Lock {
    All,
    Include(Vec<String>),
    Exclude(Vec<String>),
}

impl Permission {
    /// `view` is the revision that was signed, `signature` the value of `field`. Without a certification a document may be filled in and
    /// signed further, nothing else: that is what a signer must reckon with when others sign after him.
    pub fn of<'d>(view: View<'d, '_>, signature: &'d Dictionary, field: &'d Dictionary) -> Self {
        let mut permission = Self { level: Level::Annotating, is_certified: false, locks: Vec::new() };
        let mut limit = None;
        let certification = view
            .catalog()
            .and_then(|catalog| view.look(catalog, b"Perms").as_dictionary())
            .and_then(|permissions| view.look(permissions, b"DocMDP").as_dictionary());
        for (signature, is_own) in [(Some(signature), true), (certification, false)] {
            let references = signature
                .and_then(|signature| view.look(signature, b"Reference").as_array())
                .unwrap_or_default();
            for reference in references.iter().filter_map(|reference| view.resolve(reference).as_dictionary())
            {
                let parameters = view.look(reference, b"TransformParams").as_dictionary();
                match view.look(reference, b"TransformMethod").as_name() {
                    Some(b"DocMDP") => {
                        permission.is_certified = true;
                        restrict(&mut limit, level(view, parameters));
                    }
                    Some(b"FieldMDP") if is_own => {
                        permission.locks.extend(parameters.and_then(|lock| Lock::of(view, lock)));
                    }
                    _ => {}
                }
            }
        }
        if let Some(lock) = view.look(field, b"Lock").as_dictionary() {
            permission.locks.extend(Lock::of(view, lock));
            if lock.get(b"P").is_some() {
                restrict(&mut limit, level(view, Some(lock)));
            }
        }
        permission.level = limit.unwrap_or(Level::Filling);
        permission
    }

    fn permits(&self, code: Code) -> bool {
        let needed = match code {
            Code::VisibleSignatureFieldAdded if self.is_certified => Level::Never,
            code => needed_for(code),
        };
        needed <= self.level
    }

    fn locks(&self, field: &str) -> bool {
        self.locks.iter().any(|lock| match lock {
            Lock::All => true,
            Lock::Include(names) => names.iter().any(|name| is_within(field, name)),
            Lock::Exclude(names) => !names.iter().any(|name| is_within(field, name)),
        })
    }
}

fn needed_for(code: Code) -> Level {
    match code {
        Code::RevisionWithoutEffect
        | Code::SecurityStoreUpdated
        | Code::DocumentTimestampAdded
        | Code::MetadataChanged => Level::Nothing,
        Code::FieldSigned
        | Code::FieldFilled
        | Code::FieldMadeReadOnly
        | Code::SignatureFieldAdded
        | Code::VisibleSignatureFieldAdded => Level::Filling,
        Code::AnnotationAdded | Code::AnnotationChanged | Code::AnnotationRemoved => Level::Annotating,
        _ => Level::Never,
    }
}

fn restrict(limit: &mut Option<Level>, level: Level) {
    *limit = Some(limit.map_or(level, |limit| limit.min(level)));
}

/// /P is 2 where it is not written; a number that means nothing permits nothing.
fn level<'d>(view: View<'d, '_>, parameters: Option<&'d Dictionary>) -> Level {
    match parameters.map(|parameters| view.look(parameters, b"P")) {
        None | Some(Object::Null | Object::Integer(2)) => Level::Filling,
        Some(Object::Integer(3)) => Level::Annotating,
        Some(_) => Level::Nothing,
    }
}

impl Lock {
    fn of<'d>(view: View<'d, '_>, lock: &'d Dictionary) -> Option<Self> {
        let names = view.look(lock, b"Fields").as_array().unwrap_or_default();
        let names = names.iter().filter_map(|name| view.resolve(name).as_string().map(text)).collect();
        match view.look(lock, b"Action").as_name()? {
            b"All" => Some(Self::All),
            b"Include" => Some(Self::Include(names)),
            b"Exclude" => Some(Self::Exclude(names)),
            _ => None,
        }
    }
}

/// The name of a field stands for those below it too.
fn is_within(field: &str, name: &str) -> bool {
    field.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Everything that the revisions after some point did, gathered from the newest back.
#[derive(Debug, Default)]
pub struct Verdict {
    done: BTreeMap<Code, BTreeSet<String>>,
    fields: BTreeSet<String>,
}

impl Verdict {
    pub fn add(&mut self, changes: &[Change]) {
        for change in changes {
            let examples = self.done.entry(change.code).or_default();
            if examples.len() < EXAMPLES {
                examples.extend(change.field.as_ref().or(change.detail.as_ref()).cloned());
            }
            if change.code != Code::DocumentTimestampAdded {
                self.fields.extend(change.field.clone());
            }
        }
    }

    /// What it means for a signature that permits this much.
    pub fn for_signature(&self, permission: &Permission) -> (Modification, Vec<Finding>) {
        let mut forbidden = Vec::new();
        let mut permitted = Vec::new();
        if !permission.locks.is_empty() {
            let locked: Vec<_> =
                self.fields.iter().filter(|field| permission.locks(field)).cloned().collect();
            if !locked.is_empty() {
                forbidden.push(finding(Code::LockedFieldChanged, locked.iter()));
            }
        }
        for (code, examples) in &self.done {
            let list = if permission.permits(*code) { &mut permitted } else { &mut forbidden };
            list.push(finding(*code, examples.iter()));
        }
        let modification = match (forbidden.is_empty(), permitted.is_empty()) {
            (false, _) => Modification::Forbidden,
            (true, false) => Modification::Permitted,
            (true, true) => Modification::None,
        };
        let mut findings = Vec::new();
        if modification == Modification::Forbidden {
            findings.push(Finding::of(Code::ChangeForbidden));
        }
        findings.append(&mut forbidden);
        findings.append(&mut permitted);
        (modification, findings)
    }
}

fn finding<'e>(code: Code, examples: impl Iterator<Item = &'e String>) -> Finding {
    let examples: Vec<&str> = examples.take(EXAMPLES).map(String::as_str).collect();
    Finding { code, detail: (!examples.is_empty()).then(|| examples.join(", ")) }
}
