use chrono::{DateTime, Utc};
use const_oid::ObjectIdentifier;

use super::extensions::{Extension, full_names};
use super::{Certificate, Name, Reason, Revoked};
use crate::asn1::{Reader, Result, Tag};
use crate::crypto::{self, AlgorithmIdentifier, Message, Outcome, Scheme};

const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
const REASON_CODE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
const DELTA: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.27");
const ISSUING_POINT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.28");
const AUTHORITY_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");
const EXPIRED_ON_CRL: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.60");

/// A list of revoked certificates (RFC 5280, chapter 5). Its entries are walked only when one is looked for.
#[derive(Debug, Clone)]
pub struct Crl<'a> {
    pub raw: &'a [u8],
    signed: &'a [u8],
    algorithm: AlgorithmIdentifier<'a>,
    value: &'a [u8],
    pub issuer: Name<'a>,
    pub this_update: DateTime<Utc>,
    pub next_update: Option<DateTime<Utc>>,
    entries: Reader<'a>,
    /// Certificates that expired since then stay on the list (X.509, 9.5.2.8).
    pub keeps_expired_since: Option<DateTime<Utc>>,
    pub scope: Scope,
}

/// Which certificates the list speaks about (RFC 5280, 5.2.5).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    pub only_users: bool,
    pub only_authorities: bool,
    /// Of one place of publication among several.
    pub points: Vec<Vec<u8>>,
    /// A delta, an indirect list, a list of some reasons, one with something critical that is not known here.
    pub unusable: bool,
}

impl<'a> Crl<'a> {
    pub fn from_der(der: &'a [u8]) -> Result<Self> {
        let outer = Reader::only(der)?.tagged(Tag::SEQUENCE)?;
        let mut parts = outer.children();
        let signed = parts.expect(Tag::SEQUENCE)?;
        let algorithm = AlgorithmIdentifier::read(&mut parts)?;
        let value = parts.expect(Tag::BIT_STRING)?.bits()?;
        parts.end()?;

        let mut fields = signed.children();
        fields.optional(Tag::INTEGER)?;
        AlgorithmIdentifier::read(&mut fields)?;
        let issuer = Name(fields.expect(Tag::SEQUENCE)?.raw);
        let this_update = fields.value()?.time()?;
        let next_update = match fields.peek() {
            Some(Tag::UTC_TIME | Tag::GENERALIZED_TIME) => Some(fields.value()?.time()?),
            _ => None,
        };
        let entries = fields.optional(Tag::SEQUENCE)?.map_or(Reader::new(&[]), |list| list.children());
        let mut crl = Self {
            raw: outer.raw,
            signed: signed.raw,
            algorithm,
            value,
            issuer,
            this_update,
            next_update,
            entries,
            keeps_expired_since: None,
            scope: Scope::default(),
        };
        if let Some(list) = fields.optional(Tag::context(0))? {
            let mut list = list.children().sequence()?;
            while !list.is_empty() {
                crl.take(&Extension::read(&mut list)?)?;
            }
        }
        Ok(crl)
    }

    fn take(&mut self, extension: &Extension<'a>) -> Result<()> {
        if extension.oid == DELTA {
            self.scope.unusable = true;
        } else if extension.oid == EXPIRED_ON_CRL {
            self.keeps_expired_since = Some(extension.time()?);
        } else if extension.oid == ISSUING_POINT {
            let mut fields = Reader::only(extension.content)?.tagged(Tag::SEQUENCE)?.children();
            while !fields.is_empty() {
                let field = fields.value()?;
                let set = field.content != [0];
                match field.tag {
                    tag if tag == Tag::context(0) => self.scope.points = full_names(field)?,
                    tag if tag == Tag::context_simple(1) => self.scope.only_users = set,
                    tag if tag == Tag::context_simple(2) => self.scope.only_authorities = set,
                    // Some reasons only, an indirect list, attribute certificates.
                    _ => self.scope.unusable |= set,
                }
            }
        } else if extension.critical && extension.oid != CRL_NUMBER && extension.oid != AUTHORITY_KEY {
            self.scope.unusable = true;
        }
        Ok(())
    }

    pub fn scheme(&self) -> Option<Scheme> {
        Scheme::of(&self.algorithm, None)
    }

    pub fn is_signed_by(&self, issuer: &Certificate) -> Outcome {
        match self.scheme() {
            Some(scheme) => crypto::verify(&issuer.key(), scheme, Message::Bytes(self.signed), self.value),
            None => Outcome::Unsupported,
        }
    }

    /// What the list says about the certificate of this number, if it does. An entry that can't be read makes the list unreadable.
    pub fn revoked(&self, serial: &[u8]) -> Result<Option<Revoked>> {
        let mut entries = self.entries;
        while !entries.is_empty() {
            let mut entry = entries.sequence()?;
            if entry.value()?.integer()? == serial {
                let at = entry.value()?.time()?;
                let mut reason = None;
                let mut extensions =
                    entry.optional(Tag::SEQUENCE)?.map_or(Reader::new(&[]), |list| list.children());
                while !extensions.is_empty() {
                    let extension = Extension::read(&mut extensions)?;
                    if extension.oid == REASON_CODE {
                        reason = Reason::of(Reader::only(extension.content)?.tagged(Tag::ENUMERATED)?);
                    }
                }
                return Ok(Some(Revoked { at, reason }));
            }
        }
        Ok(None)
    }
}
