//! From the bytes of a file to its report: which format it is, and what of it is signed.
//!
//! To add a format: a file here that gathers the evidence into a [`Store`], judges the time stamps from the youngest to the oldest, and
//! hands one [`Case`](crate::judge::Case) a signature to the judge.

mod archive;
mod asic;
mod cms;
mod ooxml;
mod pdf;
mod subject;
mod xml;

use base64::Engine;
use chrono::{DateTime, Utc};

use crate::asn1;
use crate::container::{Archive, Package};
use crate::evidence::Origin;
use crate::findings::Code;
use crate::path::{Anchor, Store};
use crate::pdf as document;
use crate::policy::Policy;
use crate::report::{Finding, Format, Report, TimeSource};
use crate::x509::Certificate;

/// What a verdict depends on besides the file.
#[derive(Debug, Clone)]
pub struct Context {
    pub anchors: Vec<Anchor>,
    /// Certificates of authorities that signers leave out.
    pub pool: Vec<Certificate>,
    /// Lists of revoked certificates and status answers at hand, in DER.
    pub crls: Vec<Vec<u8>>,
    pub ocsps: Vec<Vec<u8>>,
    /// Evidence that was kept when the file was judged before.
    pub kept: Vec<Kept>,
    /// Since when whoever asks has held the file: a proof of its existence as good as their word.
    pub held_since: Option<DateTime<Utc>>,
    pub policy: Policy,
    /// The time of judging.
    pub at: DateTime<Utc>,
}

/// Something that was fetched or given once, and since when it has been kept.
#[derive(Debug, Clone)]
pub struct Kept {
    pub kind: KeptKind,
    pub der: Vec<u8>,
    pub since: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptKind {
    Certificate,
    Crl,
    Ocsp,
}

impl Context {
    /// Nothing is believed yet.
    pub fn new(at: DateTime<Utc>) -> Self {
        Self {
            anchors: vec![],
            pool: vec![],
            crls: vec![],
            ocsps: vec![],
            kept: vec![],
            held_since: None,
            policy: Policy::default(),
            at,
        }
    }

    /// What is known of the time at which the file existed, before any time stamp is looked at.
    pub(crate) fn existed(&self) -> (DateTime<Utc>, TimeSource) {
        match self.held_since.filter(|&since| since < self.at) {
            Some(since) => (since, TimeSource::Vault),
            None => (self.at, TimeSource::Judging),
        }
    }

    fn store(&self) -> Store<'_> {
        let mut store = Store::held_since(self.held_since);
        self.pool.iter().for_each(|certificate| store.add_certificate(certificate, Origin::Given));
        self.crls.iter().for_each(|crl| store.add_crl(crl, Origin::Given));
        self.ocsps.iter().for_each(|ocsp| store.add_ocsp(ocsp, Origin::Given));
        for kept in &self.kept {
            match kept.kind {
                KeptKind::Certificate => store.add_der(&kept.der, Origin::Kept),
                KeptKind::Crl => store.add_crl(&kept.der, Origin::Kept),
                KeptKind::Ocsp => store.add_ocsp(&kept.der, Origin::Kept),
            }
            store.prove(&kept.der, kept.since);
        }
        store
    }
}

/// Why nothing can be said about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the PDF file can't be read: {0}")]
    Pdf(#[from] document::Unreadable),
    #[error("the signed message can't be read: {0}")]
    Cms(#[from] asn1::Error),
}

/// What the file says about its signatures, and whether it can be believed.
pub fn verify(bytes: &[u8], context: &Context) -> Result<Report, Unreadable> {
    match bytes {
        // ContentInfo: a sequence.
        [0x30, ..] => cms::verify(bytes, None, context),
        _ if bytes.starts_with(ARMOUR) => cms::verify(&unarmoured(bytes)?, None, context),
        _ if bytes.starts_with(b"PK\x03\x04") => Ok(verify_archive(bytes, context)),
        _ if is_pdf(bytes) => pdf::verify(bytes, context),
        _ if is_signed_xml(bytes) => Ok(xml::verify(bytes, None, context)),
        _ => Ok(unsigned()),
    }
}

fn unsigned() -> Report {
    Report { format: Format::Unsigned, signatures: Vec::new(), findings: Vec::new() }
}

/// Archives of other files are not read further than to see that nothing in them is signed.
fn verify_archive(bytes: &[u8], context: &Context) -> Report {
    let Ok(archive) = Archive::open(bytes) else {
        let format = [
            ("_xmlsignatures/", Format::Ooxml),
            ("application/vnd.etsi.asic-s", Format::AsicS),
            ("application/vnd.etsi.asic-e", Format::AsicE),
            ("META-INF/signature", Format::AsicE),
        ];
        return match format.iter().find(|(mark, _)| holds(bytes, mark.as_bytes())) {
            Some(&(_, format)) => {
                Report { format, findings: vec![Finding::of(Code::ContainerUnreadable)], ..unsigned() }
            }
            None => unsigned(),
        };
    };
    if let Some(package) = Package::open(&archive).filter(Package::is_signed) {
        return ooxml::verify(&package, context);
    }
    match asic::format(&archive) {
        Some(format) => asic::verify(&archive, format, context),
        None => unsigned(),
    }
}

/// The same for a signature that is kept beside what it signs.
pub fn verify_detached(signature: &[u8], content: &[u8], context: &Context) -> Result<Report, Unreadable> {
    match signature {
        _ if signature.starts_with(ARMOUR) => cms::verify(&unarmoured(signature)?, Some(content), context),
        _ if is_signed_xml(signature) => Ok(xml::verify(signature, Some(content), context)),
        _ => cms::verify(signature, Some(content), context),
    }
}

const ARMOUR: &[u8] = b"-----BEGIN ";

/// The message inside the armour of RFC 7468: base64 between two lines of dashes.
fn unarmoured(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let body = || {
        let lines = std::str::from_utf8(bytes).ok()?.lines().skip(1);
        let body: String = lines.take_while(|line| !line.starts_with("-----")).map(str::trim).collect();
        base64::engine::general_purpose::STANDARD.decode(body).ok()
    };
    body().ok_or(Unreadable::Cms(asn1::Error::Malformed))
}

/// Readers look for the header in the first 1024 bytes.
fn is_pdf(bytes: &[u8]) -> bool {
    memchr::memmem::find(&bytes[..bytes.len().min(1024)], b"%PDF-").is_some()
}

/// Starts as XML does and names a part of a signature, which can't be written in another way: what doesn't is unsigned, and need not be
/// read.
fn is_signed_xml(bytes: &[u8]) -> bool {
    ["SignedInfo", "SignatureValue"].iter().any(|name| match bytes {
        [0xff, 0xfe, ..] => holds(bytes, &name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()),
        [0xfe, 0xff, ..] => holds(bytes, &name.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>()),
        [0xef, 0xbb, 0xbf, b'<', ..] => holds(bytes, name.as_bytes()),
        _ => bytes.trim_ascii_start().starts_with(b"<") && holds(bytes, name.as_bytes()),
    })
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}
