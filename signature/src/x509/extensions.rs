use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use const_oid::ObjectIdentifier;

use super::Access;
use crate::asn1::{Error, Oid, Reader, Result, Tag, Value};

const fn id(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const SUBJECT_KEY: ObjectIdentifier = id("2.5.29.14");
const KEY_USAGE: ObjectIdentifier = id("2.5.29.15");
const SUBJECT_ALTERNATIVES: ObjectIdentifier = id("2.5.29.17");
const ISSUER_ALTERNATIVES: ObjectIdentifier = id("2.5.29.18");
const BASIC_CONSTRAINTS: ObjectIdentifier = id("2.5.29.19");
const NAME_CONSTRAINTS: ObjectIdentifier = id("2.5.29.30");
const DISTRIBUTION_POINTS: ObjectIdentifier = id("2.5.29.31");
const POLICIES: ObjectIdentifier = id("2.5.29.32");
const POLICY_MAPPINGS: ObjectIdentifier = id("2.5.29.33");
const AUTHORITY_KEY: ObjectIdentifier = id("2.5.29.35");
const POLICY_CONSTRAINTS: ObjectIdentifier = id("2.5.29.36");
const EXTENDED_USAGE: ObjectIdentifier = id("2.5.29.37");
const INHIBIT_ANY_POLICY: ObjectIdentifier = id("2.5.29.54");
const INFORMATION_ACCESS: ObjectIdentifier = id("1.3.6.1.5.5.7.1.1");
const ANY_POLICY: ObjectIdentifier = id("2.5.29.32.0");
const OCSP_NO_CHECK: ObjectIdentifier = id("1.3.6.1.5.5.7.48.1.5");
/// ETSI EN 319 412-5: statements about qualified certificates, often critical.
const QC_STATEMENTS: ObjectIdentifier = id("1.3.6.1.5.5.7.1.3");

/// More than the certificates of the largest bridges name.
const MOST_POLICIES: usize = 256;

/// Bits of the key usage (RFC 5280, 4.2.1.3), bit 0 first.
pub mod usage {
    pub const DIGITAL_SIGNATURE: u16 = 0x8000;
    pub const NON_REPUDIATION: u16 = 0x4000;
    pub const CERTIFICATE_SIGN: u16 = 0x0400;
    pub const CRL_SIGN: u16 = 0x0200;
}

/// What a key is for, beyond its usage (RFC 5280, 4.2.1.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    TimeStamping,
    OcspSigning,
    Any,
    Other,
}

impl Purpose {
    fn of(oid: Oid<'_>) -> Self {
        const KNOWN: [(ObjectIdentifier, Purpose); 3] = [
            (id("1.3.6.1.5.5.7.3.8"), Purpose::TimeStamping),
            (id("1.3.6.1.5.5.7.3.9"), Purpose::OcspSigning),
            (id("2.5.29.37.0"), Purpose::Any),
        ];
        KNOWN.iter().find(|(known, _)| oid == *known).map_or(Purpose::Other, |&(_, purpose)| purpose)
    }
}

/// Subtrees of names (RFC 5280, 4.2.1.10), each a GeneralName as it is encoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameConstraints {
    pub permitted: Vec<Vec<u8>>,
    pub excluded: Vec<Vec<u8>>,
}

/// The name of a certificate policy (RFC 5280, 4.2.1.4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyId(Vec<u8>);

impl PolicyId {
    fn of(oid: Oid<'_>) -> Self {
        Self(oid.0.to_vec())
    }

    /// The one that stands for all.
    pub fn is_any(&self) -> bool {
        Oid(&self.0) == ANY_POLICY
    }
}

impl fmt::Display for PolicyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Oid(&self.0), out)
    }
}

impl FromStr for PolicyId {
    type Err = Error;

    /// From numbers with dots between.
    fn from_str(text: &str) -> Result<Self> {
        let oid = ObjectIdentifier::new(text).map_err(|_| Error::Malformed)?;
        Ok(Self(oid.as_bytes().to_vec()))
    }
}

/// The extensions that bear on a path.
#[derive(Debug, Clone, Default)]
pub struct Extensions {
    pub is_authority: bool,
    pub path_length: Option<u32>,
    pub key_usage: Option<u16>,
    pub purposes: Option<Vec<Purpose>>,
    pub purposes_critical: bool,
    pub subject_key: Option<Vec<u8>>,
    pub authority_key: Option<Vec<u8>>,
    pub name_constraints: Option<NameConstraints>,
    /// Each a GeneralName as it is encoded.
    pub alternative_names: Vec<Vec<u8>>,
    /// The places where lists of revoked certificates are published, each a GeneralName as it is encoded.
    pub distribution_points: Vec<Vec<u8>>,
    pub access: Access,
    pub policies: Option<Vec<PolicyId>>,
    /// Which of the issuer's policies equals which of the subject's (RFC 5280, 4.2.1.5).
    pub policy_mappings: Vec<(PolicyId, PolicyId)>,
    /// After how many certificates a policy is needed, may no longer be mapped, may no longer be any (4.2.1.11, 4.2.1.14).
    pub explicit_policy: Option<u32>,
    pub mapping_inhibited: Option<u32>,
    pub any_policy_inhibited: Option<u32>,
    pub ocsp_no_check: bool,
    /// A critical extension that is not known here.
    pub critical_unknown: Option<String>,
}

impl Extensions {
    /// From the content of `[3]`: a sequence of extensions. One that comes twice makes the certificate unreadable (RFC 5280, 4.2).
    pub(super) fn read(mut list: Reader<'_>) -> Result<Self> {
        let mut found = Self::default();
        let mut seen: Vec<Oid<'_>> = Vec::new();
        let mut list = list.sequence()?;
        while !list.is_empty() {
            let extension = Extension::read(&mut list)?;
            if seen.contains(&extension.oid) || seen.len() > 64 {
                return Err(Error::Malformed);
            }
            seen.push(extension.oid);
            found.take(&extension)?;
        }
        Ok(found)
    }

    fn take(&mut self, extension: &Extension<'_>) -> Result<()> {
        let oid = extension.oid;
        if oid == QC_STATEMENTS || oid == ISSUER_ALTERNATIVES {
            return Ok(());
        }
        if oid == OCSP_NO_CHECK {
            self.ocsp_no_check = true;
            return Ok(());
        }
        if oid == INFORMATION_ACCESS {
            self.access = Access::read(extension.content);
            return Ok(());
        }
        let known = [
            SUBJECT_KEY,
            KEY_USAGE,
            SUBJECT_ALTERNATIVES,
            BASIC_CONSTRAINTS,
            NAME_CONSTRAINTS,
            DISTRIBUTION_POINTS,
            POLICIES,
            POLICY_MAPPINGS,
            INHIBIT_ANY_POLICY,
            AUTHORITY_KEY,
            POLICY_CONSTRAINTS,
            EXTENDED_USAGE,
        ];
        if !known.iter().any(|known| oid == *known) {
            if extension.critical {
                self.critical_unknown = Some(oid.to_string());
            }
            return Ok(());
        }
        let value = Reader::only(extension.content)?;
        if oid == BASIC_CONSTRAINTS {
            let mut fields = value.tagged(Tag::SEQUENCE)?.children();
            self.is_authority = fields.optional(Tag::BOOLEAN)?.map_or(Ok(false), |flag| flag.boolean())?;
            self.path_length = fields.optional(Tag::INTEGER)?.map(|length| length.small()).transpose()?;
        } else if oid == KEY_USAGE {
            self.key_usage = Some(value.named_bits()?);
        } else if oid == EXTENDED_USAGE {
            let mut list = value.tagged(Tag::SEQUENCE)?.children();
            let mut purposes = Vec::new();
            while !list.is_empty() {
                purposes.push(Purpose::of(list.value()?.oid()?));
            }
            self.purposes = Some(purposes);
            self.purposes_critical = extension.critical;
        } else if oid == SUBJECT_KEY {
            self.subject_key = Some(value.tagged(Tag::OCTET_STRING)?.content.to_vec());
        } else if oid == AUTHORITY_KEY {
            let mut fields = value.tagged(Tag::SEQUENCE)?.children();
            self.authority_key = fields.optional(Tag::context_simple(0))?.map(|key| key.content.to_vec());
        } else if oid == SUBJECT_ALTERNATIVES {
            self.alternative_names = raw_each(value.tagged(Tag::SEQUENCE)?.children())?;
        } else if oid == NAME_CONSTRAINTS {
            self.name_constraints = Some(name_constraints(value)?);
        } else if oid == DISTRIBUTION_POINTS {
            let mut points = value.tagged(Tag::SEQUENCE)?.children();
            while !points.is_empty() {
                let mut point = points.sequence()?;
                if let Some(name) = point.optional(Tag::context(0))? {
                    self.distribution_points.extend(full_names(name)?);
                }
            }
        } else if oid == POLICIES {
            self.policies = Some(policies(value.tagged(Tag::SEQUENCE)?.children())?);
        } else if oid == POLICY_MAPPINGS {
            self.policy_mappings = mappings(value.tagged(Tag::SEQUENCE)?.children())?;
        } else if oid == POLICY_CONSTRAINTS {
            let mut fields = value.tagged(Tag::SEQUENCE)?.children();
            let mut count = |number| fields.optional(Tag::context_simple(number))?.map(count).transpose();
            (self.explicit_policy, self.mapping_inhibited) = (count(0)?, count(1)?);
        } else if oid == INHIBIT_ANY_POLICY {
            self.any_policy_inhibited = Some(value.small()?);
        }
        Ok(())
    }
}

fn policies(mut list: Reader<'_>) -> Result<Vec<PolicyId>> {
    let mut policies = Vec::new();
    while !list.is_empty() {
        let policy = PolicyId::of(list.sequence()?.value()?.oid()?);
        if policies.len() == MOST_POLICIES {
            return Err(Error::Malformed);
        }
        policies.push(policy);
    }
    Ok(policies)
}

fn mappings(mut list: Reader<'_>) -> Result<Vec<(PolicyId, PolicyId)>> {
    let mut mappings = Vec::new();
    while !list.is_empty() {
        let mut pair = list.sequence()?;
        if mappings.len() == MOST_POLICIES {
            return Err(Error::Malformed);
        }
        mappings.push((PolicyId::of(pair.value()?.oid()?), PolicyId::of(pair.value()?.oid()?)));
    }
    Ok(mappings)
}

/// SkipCerts, whose tag is that of its place.
fn count(value: Value<'_>) -> Result<u32> {
    Value { tag: Tag::INTEGER, ..value }.small()
}

/// The full names of a DistributionPointName (RFC 5280, 4.2.1.13).
pub(super) fn full_names(name: Value<'_>) -> Result<Vec<Vec<u8>>> {
    match name.children().optional(Tag::context(0))? {
        Some(full) => raw_each(full.children()),
        None => Ok(Vec::new()),
    }
}

fn raw_each(mut values: Reader<'_>) -> Result<Vec<Vec<u8>>> {
    let mut list = Vec::new();
    while !values.is_empty() {
        list.push(values.value()?.raw.to_vec());
    }
    Ok(list)
}

fn name_constraints(value: Value<'_>) -> Result<NameConstraints> {
    let mut fields = value.tagged(Tag::SEQUENCE)?.children();
    let mut subtrees = |number| -> Result<Vec<Vec<u8>>> {
        let Some(list) = fields.optional(Tag::context(number))? else { return Ok(Vec::new()) };
        let mut list = list.children();
        let mut bases = Vec::new();
        while !list.is_empty() {
            bases.push(list.sequence()?.value()?.raw.to_vec());
        }
        Ok(bases)
    };
    Ok(NameConstraints { permitted: subtrees(0)?, excluded: subtrees(1)? })
}

/// One extension of a certificate, a list or an answer (RFC 5280, 4.1).
#[derive(Debug, Clone, Copy)]
pub(super) struct Extension<'a> {
    pub oid: Oid<'a>,
    pub critical: bool,
    pub content: &'a [u8],
}

impl<'a> Extension<'a> {
    pub fn read(list: &mut Reader<'a>) -> Result<Self> {
        let mut fields = list.sequence()?;
        let oid = fields.value()?.oid()?;
        let critical = fields.optional(Tag::BOOLEAN)?.map_or(Ok(false), |flag| flag.boolean())?;
        let content = fields.expect(Tag::OCTET_STRING)?.content;
        Ok(Self { oid, critical, content })
    }

    /// The time that is the whole of it.
    pub fn time(&self) -> Result<DateTime<Utc>> {
        Reader::only(self.content)?.time()
    }
}
