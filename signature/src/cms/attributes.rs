use const_oid::ObjectIdentifier;

use crate::asn1::{Error, Oid, Reader, Result, Tag, Value};

const fn id(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

pub const CONTENT_TYPE: ObjectIdentifier = id("1.2.840.113549.1.9.3");
pub const MESSAGE_DIGEST: ObjectIdentifier = id("1.2.840.113549.1.9.4");
pub const SIGNING_TIME: ObjectIdentifier = id("1.2.840.113549.1.9.5");
pub const COUNTER_SIGNATURE: ObjectIdentifier = id("1.2.840.113549.1.9.6");
pub const ALGORITHM_PROTECTION: ObjectIdentifier = id("1.2.840.113549.1.9.52");
pub const SIGNING_CERTIFICATE: ObjectIdentifier = id("1.2.840.113549.1.9.16.2.12");
pub const SIGNING_CERTIFICATE_V2: ObjectIdentifier = id("1.2.840.113549.1.9.16.2.47");
pub const SIGNATURE_POLICY: ObjectIdentifier = id("1.2.840.113549.1.9.16.2.15");
pub const SIGNATURE_TIMESTAMP: ObjectIdentifier = id("1.2.840.113549.1.9.16.2.14");
pub const CERTIFICATE_VALUES: ObjectIdentifier = id("1.2.840.113549.1.9.16.2.23");
pub const REVOCATION_VALUES: ObjectIdentifier = id("1.2.840.113549.1.9.16.2.24");
pub const ARCHIVE_TIMESTAMP_V2: ObjectIdentifier = id("1.2.840.113549.1.9.16.2.48");
pub const ARCHIVE_TIMESTAMP_V3: ObjectIdentifier = id("0.4.0.1733.2.4");
pub const ATS_HASH_INDEX_V3: ObjectIdentifier = id("0.4.0.1733.2.5");
pub const ATS_HASH_INDEX: ObjectIdentifier = id("0.4.0.1733.2.2");
/// Lists and answers that Adobe's programs keep among the signed attributes (ISO 32000-2, 12.8.3.3.2).
pub const ADBE_REVOCATION: ObjectIdentifier = id("1.2.840.113583.1.1.8");

/// More than any signature needs, and few enough to look through each time.
const MOST: usize = 128;

/// The attributes of a signer (RFC 5652, 5.3): each a type and a set of values.
#[derive(Debug, Clone, Default)]
pub struct Attributes<'a> {
    list: Vec<(Value<'a>, Reader<'a>, &'a [u8])>,
}

impl<'a> Attributes<'a> {
    pub(super) fn read(mut list: Reader<'a>) -> Result<Self> {
        let mut attributes = Vec::new();
        while !list.is_empty() {
            let whole = list.expect(Tag::SEQUENCE)?;
            let mut attribute = whole.children();
            let oid = attribute.expect(Tag::OID)?;
            let values = attribute.expect(Tag::SET)?.children();
            attribute.end()?;
            if attributes.len() == MOST {
                return Err(Error::Malformed);
            }
            attributes.push((oid, values, whole.raw));
        }
        Ok(Self { list: attributes })
    }

    fn sets(&self, oid: ObjectIdentifier) -> impl Iterator<Item = Reader<'a>> {
        self.list.iter().filter(move |(found, ..)| Oid(found.content) == oid).map(|&(_, values, _)| values)
    }

    /// The values of every attribute of a type, as many as any honest signer has.
    pub fn all(&self, oid: ObjectIdentifier) -> impl Iterator<Item = Value<'a>> {
        let sets: Vec<Reader<'a>> = self.sets(oid).collect();
        sets.into_iter().flat_map(|mut values| std::iter::from_fn(move || values.value().ok())).take(MOST)
    }

    /// The value of an attribute that may come once, with one value. Ok(None): it isn't there.
    pub fn one(&self, oid: ObjectIdentifier) -> Result<Option<Value<'a>>> {
        let mut sets = self.sets(oid);
        let Some(mut values) = sets.next() else { return Ok(None) };
        let value = values.value()?;
        values.end()?;
        if sets.next().is_some() { Err(Error::Malformed) } else { Ok(Some(value)) }
    }

    /// Every value with the type of its attribute, both as they are encoded.
    pub fn pairs(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        self.list.iter().flat_map(|&(oid, mut values, _)| {
            std::iter::from_fn(move || values.value().ok().map(|value| (oid.raw, value.raw)))
        })
    }

    /// Every attribute with its values, both as they are encoded: what an archive time stamp of the second version is over.
    pub(super) fn each(&self) -> impl Iterator<Item = (Oid<'a>, Reader<'a>, &'a [u8])> {
        self.list.iter().map(|&(oid, values, whole)| (Oid(oid.content), values, whole))
    }

    /// Every attribute as it is encoded.
    pub fn raw(&self) -> impl Iterator<Item = &'a [u8]> {
        self.list.iter().map(|&(.., whole)| whole)
    }
}
