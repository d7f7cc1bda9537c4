use chrono::{DateTime, NaiveDateTime, Utc};

use super::algorithm;
use super::canonical::{Method, Selection};
use super::signature::Signature;
use super::transform::{Problem, Processing};
use super::tree::Node;
use super::{DSIG, base64};
use crate::cms::reference::is_issuer_and_serial;
use crate::cms::{Imprint, Token};
use crate::evidence::TimestampKind;
use crate::x509::Certificate;

/// The namespaces of XAdES; the last one is of what was added to the one before it.
const SPACES: [&str; 4] = [
    "http://uri.etsi.org/01903/v1.1.1#",
    "http://uri.etsi.org/01903/v1.2.2#",
    "http://uri.etsi.org/01903/v1.3.2#",
    "http://uri.etsi.org/01903/v1.4.1#",
];

/// Whether a reference says that it is to the signed properties; older versions have names of their own.
pub(super) fn is_type_of_signed(kind: &str) -> bool {
    kind.starts_with("http://uri.etsi.org/01903") && kind.ends_with("#SignedProperties")
}

/// Far more than is used to keep a signature for a lifetime.
const MOST_VALUES: usize = 1024;

/// An element of XAdES by its local name.
pub(super) fn is(node: Node<'_>, local: &str) -> bool {
    let (space, name) = node.name();
    name == local && SPACES.contains(&space)
}

fn only<'d>(node: Node<'d>, local: &str) -> Option<Node<'d>> {
    let mut found = node.elements().filter(|node| is(*node, local));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// What a signer signed beside the data (EN 319 132-1, 4.3 and 5.2).
#[derive(Debug, Default)]
pub(super) struct Properties<'d> {
    pub signed: Option<Node<'d>>,
    /// There is more than one set of properties, or it says that it is another signature's.
    pub foreign: bool,
    pub signing_time: Option<DateTime<Utc>>,
    /// `SigningCertificate` and `SigningCertificateV2`: of each that is there, the references.
    references: Vec<Vec<Node<'d>>>,
}

/// Whether a certificate is the one that the signer meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bond {
    Absent,
    Fits,
    SerialDiffers,
    Mismatch,
}

fn qualifying<'d>(signature: &Signature<'d>) -> impl Iterator<Item = Node<'d>> + use<'d> {
    let objects = signature.objects.clone().into_iter();
    objects.flat_map(Node::elements).filter(|node| is(*node, "QualifyingProperties"))
}

/// The properties that were added after the signature was made.
pub(super) fn unsigned<'d>(signature: &Signature<'d>) -> impl Iterator<Item = Node<'d>> + use<'d> {
    let sets = qualifying(signature).filter_map(|set| only(set, "UnsignedProperties"));
    sets.filter_map(|node| only(node, "UnsignedSignatureProperties")).take(1).flat_map(Node::elements)
}

/// Whether an object holds nothing but properties of the signature.
pub(super) fn is_holder(object: Node<'_>) -> bool {
    let mut inside = object.elements().peekable();
    inside.peek().is_some()
        && inside.all(|node| is(node, "QualifyingProperties") || node.is(DSIG, "SignatureProperties"))
}

impl<'d> Properties<'d> {
    pub fn read(signature: &Signature<'d>) -> Self {
        let mut sets = qualifying(signature);
        let Some(set) = sets.next() else { return Self::default() };
        // Some write an id that nothing has; where the properties stand says whose they are.
        let target = set.attribute("Target").map(|target| target.strip_prefix('#').unwrap_or(target));
        let named = target.map_or(Ok(None), |target| signature.node.document().by_id(target));
        let is_other =
            named.is_err() || named.is_ok_and(|node| node.is_some_and(|node| node != signature.node));
        let foreign = sets.next().is_some() || is_other;
        let mut properties = Self { foreign, ..Self::default() };
        let Some(signed) = only(set, "SignedProperties") else {
            properties.foreign |= set.elements().any(|node| is(node, "SignedProperties"));
            return properties;
        };
        properties.signed = Some(signed);
        let Some(own) = only(signed, "SignedSignatureProperties") else { return properties };
        properties.signing_time = only(own, "SigningTime").and_then(|node| time(&node.text()));
        let named = |node: &Node<'_>| is(*node, "SigningCertificate") || is(*node, "SigningCertificateV2");
        let lists = own.elements().filter(named);
        let certificates =
            |list: Node<'d>| list.elements().filter(|node| is(*node, "Cert")).take(64).collect();
        properties.references = lists.take(8).map(certificates).collect();
        properties
    }

    /// Of every list of references that is there, one has to be the certificate's.
    pub fn bond(&self, certificate: &Certificate) -> Bond {
        let worst = |list: &Vec<Node<'_>>| {
            let each = list.iter().map(|&reference| bond(reference, certificate).unwrap_or(Bond::Mismatch));
            let found: Vec<Bond> = each.collect();
            let best = [Bond::Fits, Bond::SerialDiffers].into_iter().find(|bond| found.contains(bond));
            best.unwrap_or(Bond::Mismatch)
        };
        let bonds: Vec<Bond> = self.references.iter().map(worst).collect();
        let decisive = [Bond::Mismatch, Bond::SerialDiffers, Bond::Fits];
        decisive.into_iter().find(|bond| bonds.contains(bond)).unwrap_or(Bond::Absent)
    }
}

/// CertIDType and CertIDTypeV2: a digest, and the issuer with the number in one of two forms.
fn bond(reference: Node<'_>, certificate: &Certificate) -> Option<Bond> {
    let digest = only(reference, "CertDigest")?;
    let hash = algorithm::digest(digest.only(DSIG, "DigestMethod")?.attribute("Algorithm")?)?;
    if base64(&digest.only(DSIG, "DigestValue")?.text())? != hash.of(&[certificate.der()]) {
        return Some(Bond::Mismatch);
    }
    let written = only(reference, "IssuerSerial").and_then(|node| node.only(DSIG, "X509SerialNumber"));
    let encoded = only(reference, "IssuerSerialV2");
    let fits = match (written, encoded) {
        (Some(number), _) => {
            decimal(number.text().trim()).is_some_and(|number| number == significant(certificate.serial()))
        }
        (None, Some(encoded)) => {
            base64(&encoded.text()).is_some_and(|der| is_issuer_and_serial(&der, certificate))
        }
        (None, None) => true,
    };
    Some(if fits { Bond::Fits } else { Bond::SerialDiffers })
}

fn significant(number: &[u8]) -> &[u8] {
    &number[number.iter().position(|&byte| byte != 0).unwrap_or(number.len())..]
}

/// The bytes of a decimal number; serial numbers have at most twenty.
fn decimal(text: &str) -> Option<Vec<u8>> {
    if text.len() > 64 || text.is_empty() {
        return None;
    }
    let mut bytes: Vec<u8> = Vec::new();
    for digit in text.bytes() {
        let mut carry = u16::from(digit.is_ascii_digit().then(|| digit - b'0')?);
        for byte in bytes.iter_mut().rev() {
            let value = u16::from(*byte) * 10 + carry;
            *byte = value as u8;
            carry = value >> 8;
        }
        if carry > 0 {
            bytes.insert(0, carry as u8);
        }
    }
    Some(bytes)
}

/// `xsd:dateTime`; without a zone it is taken as universal time.
pub fn time(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let zoned = DateTime::parse_from_rfc3339(text).map(|time| time.to_utc());
    zoned.ok().or_else(|| text.parse::<NaiveDateTime>().ok().map(|time| time.and_utc()))
}

/// What was added to a signature after it was made: a help, not a claim. Each with its place, since a time stamp proves what is before it.
#[derive(Debug, Default)]
pub struct Embedded<'d> {
    /// In the signature's key information.
    pub own: Vec<Vec<u8>>,
    pub certificates: Vec<Vec<u8>>,
    pub crls: Vec<(usize, Vec<u8>)>,
    pub ocsps: Vec<(usize, Vec<u8>)>,
    pub stamps: Vec<StampProperty<'d>>,
}

/// A property that holds a time stamp.
#[derive(Debug)]
pub struct StampProperty<'d> {
    pub kind: TimestampKind,
    node: Node<'d>,
    /// None: it can't be read.
    pub token: Option<Vec<u8>>,
}

impl<'d> Embedded<'d> {
    pub fn read(signature: &Signature<'d>) -> Self {
        let mut embedded = Self { own: signature.certificates(), ..Self::default() };
        for property in unsigned(signature) {
            embedded.take(property);
        }
        embedded
    }

    fn take(&mut self, property: Node<'d>) {
        let stamp = if is(property, "SignatureTimeStamp") {
            TimestampKind::Signature
        } else if is(property, "ArchiveTimeStamp") {
            TimestampKind::Archive
        } else if is(property, "CounterSignature") {
            return;
        } else {
            for value in property.descendants() {
                self.take_value(value);
            }
            return;
        };
        let tokens = property.elements().filter(|node| is(*node, "EncapsulatedTimeStamp"));
        for token in tokens.take(MOST_VALUES.saturating_sub(self.stamps.len())) {
            self.stamps.push(StampProperty { kind: stamp, node: property, token: base64(&token.text()) });
        }
    }

    fn take_value(&mut self, value: Node<'d>) {
        if self.certificates.len() + self.crls.len() + self.ocsps.len() >= MOST_VALUES {
            return;
        }
        let der = || base64(&value.text());
        if is(value, "EncapsulatedX509Certificate") {
            self.certificates.extend(der());
        } else if is(value, "EncapsulatedCRLValue") {
            self.crls.extend(der().map(|der| (value.at, der)));
        } else if is(value, "EncapsulatedOCSPValue") {
            self.ocsps.extend(der().map(|der| (value.at, der)));
        }
    }

    /// The lists and answers that stand before a time stamp and that it protects.
    pub fn before<'e>(&'e self, stamp: &'e StampProperty<'_>) -> impl Iterator<Item = &'e [u8]> {
        let all = self.crls.iter().chain(&self.ocsps);
        all.filter(|(at, _)| *at < stamp.node.at).map(|(_, der)| der.as_slice())
    }
}

impl<'d> StampProperty<'d> {
    /// Whether a token is over what it stands in for (EN 319 132-1, 5.3 and 5.5.2.2). Objects that a reference is to are left out of an
    /// archive time stamp by some, because they were taken already, and taken again by others.
    pub fn imprint(
        &self,
        token: &Token<'_>,
        signature: &Signature<'d>,
        processing: &Processing<'d>,
    ) -> Imprint {
        let fits = || {
            let (octets, again) = self.octets(signature, processing)?;
            let mut found = token.imprint(&[&octets]);
            if found == Imprint::Differs && !again.is_empty() {
                found = token.imprint(&[&octets, &again]);
            }
            Ok(found)
        };
        match fits() {
            Ok(imprint) => imprint,
            Err(Problem::Unsupported(_)) => Imprint::Unsupported,
            Err(_) => Imprint::Differs,
        }
    }

    /// The bytes, and those of the objects that were taken already.
    fn octets(
        &self,
        signature: &Signature<'d>,
        processing: &Processing<'d>,
    ) -> Result<(Vec<u8>, Vec<u8>), Problem> {
        let method = match self.node.only(DSIG, "CanonicalizationMethod") {
            Some(node) => Method::at(node).ok_or_else(|| {
                Problem::Unsupported(node.attribute("Algorithm").unwrap_or_default().to_owned())
            })?,
            None => Method::default(),
        };
        let of = |node: Node<'d>| processing.canonical(&Selection::all(node), &method);
        if self.kind == TimestampKind::Signature {
            return Ok((of(signature.value_node)?, Vec::new()));
        }
        let (mut octets, mut again) = (Vec::new(), Vec::new());
        let mut referred = Vec::new();
        for stated in &signature.references {
            let (target, processed) = processing.process(stated, signature.node, &method);
            octets.extend_from_slice(&processed?);
            referred.extend(target.apex());
        }
        for node in [Some(signature.signed_info), Some(signature.value_node), signature.key_info] {
            octets.extend(node.map(of).transpose()?.unwrap_or_default());
        }
        let properties = self.node.parent().into_iter().flat_map(Node::elements);
        for property in properties.take_while(|property| property.at < self.node.at) {
            octets.extend(of(property)?);
        }
        let is_holder = |object: &Node<'_>| object.elements().any(|node| is(node, "QualifyingProperties"));
        for &object in signature.objects.iter().filter(|object| !is_holder(object)) {
            let list = if referred.contains(&object) { &mut again } else { &mut octets };
            list.extend(of(object)?);
        }
        Ok((octets, again))
    }
}
