use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::super::subject::{Referred, Subject};
use crate::container::{Archive, Compared, Entry, Manifest, member_of};
use crate::crypto::Hash;
use crate::findings::Code;
use crate::report::{Finding, Format, Integrity};
use crate::xml::Octets;

/// How many members that nobody signed are named.
const MOST_NAMED: usize = 3;

/// What a member is for, by its name (EN 319 162-1, annex A).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Xades,
    Cades,
    Timestamp,
    Manifest,
}

fn role(name: &str) -> Option<Role> {
    let name = name.strip_prefix("META-INF/")?;
    let is_manifest = name.starts_with("ASiCManifest") || name.starts_with("ASiCArchiveManifest");
    if name.contains("signatures") && name.ends_with(".xml") {
        Some(Role::Xades)
    } else if name.contains("signature") && name.ends_with(".p7s") {
        Some(Role::Cades)
    } else if name.contains("timestamp") && name.ends_with(".tst") {
        Some(Role::Timestamp)
    } else if is_manifest && name.ends_with(".xml") {
        Some(Role::Manifest)
    } else {
        None
    }
}

/// What kind of container an archive is; none if it is none with signatures (4.2 to 4.4).
pub fn format(archive: &Archive<'_>) -> Option<Format> {
    let mimetype = archive.octets("mimetype").ok().flatten().map(String::from_utf8_lossy);
    let has = |wanted: fn(Role) -> bool| archive.names().filter_map(role).any(wanted);
    match mimetype.as_deref().map(str::trim) {
        Some("application/vnd.etsi.asic-s+zip") => Some(Format::AsicS),
        Some("application/vnd.etsi.asic-e+zip") => Some(Format::AsicE),
        // Packages of other kinds have signatures of their own kinds.
        Some(_) => None,
        None if !has(|role| role != Role::Manifest) => None,
        None if has(|role| role == Role::Manifest) || data(archive).len() != 1 => Some(Format::AsicE),
        None => Some(Format::AsicS),
    }
}

/// The members that are there to be signed.
fn data<'a>(archive: &Archive<'a>) -> Vec<&'a str> {
    archive.names().filter(|name| is_data(name)).collect()
}

fn is_data(name: &str) -> bool {
    !name.starts_with("META-INF/") && name != "mimetype"
}

/// A reference that is to no member; nothing is fetched for it.
fn is_elsewhere(reference: &str) -> bool {
    reference.contains("://")
}

/// The members of a container by what they are for.
pub(super) struct Members<'a> {
    archive: &'a Archive<'a>,
    pub data: Vec<&'a str>,
    pub manifests: Vec<Manifest>,
    pub findings: Vec<Finding>,
    digests: RefCell<HashMap<(String, Hash), Vec<u8>>>,
}

/// What a signature beside the data is over, and what that leads to.
pub(super) struct Signed<'a> {
    /// None: nothing says what it is over.
    pub octets: Option<&'a [u8]>,
    pub covered: HashSet<String>,
    pub referred: Referred,
    pub findings: Vec<Finding>,
}

impl<'a> Members<'a> {
    pub fn read(archive: &'a Archive<'a>) -> Self {
        let mut members = Self {
            archive,
            data: data(archive),
            manifests: Vec::new(),
            findings: archive.faults.clone(),
            digests: RefCell::default(),
        };
        for name in members.of(Role::Manifest).collect::<Vec<_>>() {
            match members.octets(name).and_then(|octets| Manifest::read(name, octets)) {
                Some(manifest) => members.manifests.push(manifest),
                None => members.findings.push(Finding::about(Code::ManifestUnreadable, name)),
            }
        }
        members
    }

    pub fn of(&self, wanted: Role) -> impl Iterator<Item = &'a str> + use<'a> {
        self.archive.names().filter(move |name| role(name) == Some(wanted))
    }

    /// None: not there, or damaged.
    pub fn octets(&self, name: &str) -> Option<&'a [u8]> {
        self.archive.octets(name).ok().flatten()
    }

    /// The member that a reference is to; some write names as they are, others as parts of a URI.
    pub fn member(&self, reference: &str) -> String {
        if self.archive.has(reference) { reference.to_owned() } else { member_of(reference) }
    }

    pub fn find(&self, reference: &str) -> Octets<'a> {
        if is_elsewhere(reference) {
            return Octets::Elsewhere;
        }
        let name = self.member(reference);
        match self.archive.octets(&name) {
            Ok(Some(octets)) => Octets::Here(octets),
            Ok(None) => Octets::Refused(Finding::about(Code::MemberMissing, name)),
            Err(_) => Octets::Refused(Finding::about(Code::ContainerUnreadable, name)),
        }
    }

    /// The manifest that says what a signature or a time stamp is over. None: none does, or several do.
    pub fn manifest_of(&self, name: &str) -> Option<&Manifest> {
        let mut found = self.manifests.iter().filter(|manifest| self.member(&manifest.signature) == name);
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// What a signature beside the data is over: its manifest, or the only data there are (4.3.3.2 and 4.4.4.2).
    pub fn signed_by(&self, name: &str) -> Signed<'a> {
        let mut signed = Signed {
            octets: None,
            covered: HashSet::new(),
            referred: Referred::nothing(),
            findings: Vec::new(),
        };
        let is_listed = self.manifests.iter().any(|manifest| self.member(&manifest.signature) == name);
        match (self.manifest_of(name), &self.data[..]) {
            (Some(manifest), _) => {
                signed.octets = self.octets(&manifest.name);
                signed.covered = manifest.entries.iter().map(|entry| self.member(&entry.uri)).collect();
                signed.referred = self.referred(manifest);
            }
            (None, [only]) if !is_listed => {
                signed.octets = self.octets(only);
                signed.covered.insert((*only).to_owned());
            }
            _ => signed.findings.push(Finding::about(Code::ManifestMissing, name)),
        }
        signed
    }

    fn referred(&self, manifest: &Manifest) -> Referred {
        let mut referred = Referred::nothing();
        for entry in &manifest.entries {
            let name = self.member(&entry.uri);
            referred.weakest = referred.weakest.into_iter().chain(entry.hash()).min();
            let (integrity, code) = match self.compare(entry, &name) {
                Some(Compared::Fits) => continue,
                Some(Compared::Differs) => (Integrity::Broken, Code::DigestMismatch),
                None => (Integrity::Broken, Code::MemberMissing),
                Some(Compared::Unsupported) => (Integrity::Unknown, Code::AlgorithmUnsupported),
            };
            if referred.integrity != Integrity::Broken {
                referred.integrity = integrity;
            }
            referred.findings.push(Finding::about(code, name));
        }
        referred
    }

    /// None: there is no such member. Many manifests may list the same one, which is digested once.
    fn compare(&self, entry: &Entry, name: &str) -> Option<Compared> {
        let octets = self.octets(name)?;
        Some(entry.compare(|hash| {
            let mut known = self.digests.borrow_mut();
            known.entry((name.to_owned(), hash)).or_insert_with(|| hash.of(&[octets])).clone()
        }))
    }

    /// Whether a manifest lists a member as it is.
    pub fn lists(&self, manifest: &Manifest, name: &str) -> bool {
        let mut entries = manifest.entries.iter().filter(|entry| self.member(&entry.uri) == name);
        entries.any(|entry| self.compare(entry, name) == Some(Compared::Fits))
    }

    /// What is said of a signature by what it covers, and by what any of the container's does.
    ///
    /// A member that stands where a signed one is missing is not an addition: as many were signed as there are, and that they are not what
    /// they were is said of their integrity. A signature that misses a member never holds, so this lets nothing pass.
    pub fn subject<'s>(&self, field: String, own: &HashSet<String>, any: &HashSet<String>) -> Subject<'s> {
        let is_left = |covered: &HashSet<String>, name: &&&str| !covered.contains(**name);
        let left: Vec<_> = self.data.iter().filter(|name| is_left(own, name)).collect();
        let is_missing = |name: &&String| is_data(name) && !is_elsewhere(name) && !self.archive.has(name);
        let missing = own.iter().filter(is_missing).count();
        let mut findings = self.archive.faults.clone();
        findings
            .extend(left.iter().take(MOST_NAMED).map(|name| Finding::about(Code::MemberUnsigned, **name)));
        let unsigned = self.data.iter().find(|name| is_left(any, name));
        Subject {
            covers: left.len() <= missing,
            incomplete: unsigned.map(|name| Finding::about(Code::MemberUnsigned, *name)),
            findings,
            ..Subject::whole(field)
        }
    }
}
