//! A signer, an authority and a root, and a message of theirs: everything as it should be, for tests that change one thing.

use kho_signature::report::Signature;
use kho_signature::x509::Certificate;
use kho_signature::{Anchor, Context, verify};

use super::pki::*;

pub const ROOT: Party = Party { name: "Root", seed: 1 };
pub const AUTHORITY: Party = Party { name: "Authority", seed: 2 };
pub const SIGNER: Party = Party { name: "Nguyễn Văn An", seed: 3 };
pub const STAMPER: Party = Party { name: "Stamper", seed: 4 };
pub const RESPONDER: Party = Party { name: "Responder", seed: 5 };
pub const OTHER: Party = Party { name: "Other", seed: 6 };

pub const LONG: [&str; 2] = ["2020-01-01", "2040-01-01"];
pub const NOW: &str = "2026-06-01";
pub const FRESH: [&str; 2] = ["2026-05-20", "2026-06-20"];

/// Everything as it should be; a test changes one thing.
pub struct World {
    pub root: Vec<u8>,
    pub authority: Vec<u8>,
    pub signer: Vec<u8>,
    pub signer_issuer: Party,
    pub extra: Vec<Vec<u8>>,
    pub crls: Vec<Vec<u8>>,
    pub ocsps: Vec<Vec<u8>>,
    pub stamps: Vec<Vec<u8>>,
    pub now: &'static str,
    pub bound: bool,
    pub anchored: bool,
}

pub fn world() -> World {
    World {
        root: certificate(ROOT, ROOT, 1, LONG, &[authority(None), usages(0x06)]),
        authority: certificate(ROOT, AUTHORITY, 2, LONG, &[authority(Some(0)), usages(0x06)]),
        signer: certificate(AUTHORITY, SIGNER, 3, ["2024-01-01", "2028-01-01"], &[usages(0xc0)]),
        signer_issuer: AUTHORITY,
        extra: vec![],
        crls: vec![crl(ROOT, FRESH, &[], &[]), crl(AUTHORITY, FRESH, &[], &[])],
        ocsps: vec![],
        stamps: vec![],
        now: NOW,
        bound: true,
        anchored: true,
    }
}

pub fn stamper(critical: bool) -> Vec<u8> {
    certificate(ROOT, STAMPER, 4, LONG, &[usages(0x80), purpose(TIME_STAMPING, critical)])
}

impl World {
    pub fn message<'w>(&'w self, certificates: &'w [Vec<u8>]) -> Message<'w> {
        Message {
            signer: SIGNER,
            issuer: self.signer_issuer,
            serial: 3,
            certificates,
            content_type: DATA,
            content: b"Don xin cap ban sao",
            attached: true,
            bound_to: self.bound.then_some(&self.signer),
            signed: vec![],
            unsigned: vec![],
            crls: &[],
        }
    }

    /// Stamps the signature on a day with an authority's certificate.
    pub fn stamp(mut self, certificate: &[u8], day: &str) -> Self {
        let value = self.message(&[]).value();
        self.stamps.push(token(STAMPER, ROOT, 4, certificate, &value, day));
        self
    }

    /// A PDF file that the world's signer signed; the lists travel with it.
    pub fn paper(&self) -> Vec<u8> {
        let certificates = [self.signer.clone(), self.authority.clone()];
        super::paper::signed(1000, |bytes| {
            let message = self.message(&certificates);
            Message { content: bytes, attached: false, crls: &self.crls, ..message }.der()
        })
    }

    pub fn context(&self) -> Context {
        let mut context = Context::new(format!("{}T00:00:00Z", self.now).parse().unwrap());
        if self.anchored {
            context.anchors = vec![Anchor::new(Certificate::from_der(&self.root).unwrap())];
        }
        context.crls = self.crls.clone();
        context.ocsps = self.ocsps.clone();
        context
    }

    pub fn judge(&self) -> Signature {
        self.judge_in(&self.context())
    }

    pub fn judge_in(&self, context: &Context) -> Signature {
        let mut certificates = vec![self.signer.clone(), self.authority.clone()];
        certificates.extend(self.extra.iter().cloned());
        let mut message = self.message(&certificates);
        message.unsigned = self.stamps.iter().map(|token| stamped(token)).collect();
        verify(&message.der(), context).unwrap().signatures.remove(0)
    }

    /// The indication, and the deciding finding.
    pub fn verdict(&self) -> (String, String) {
        verdict(&self.judge())
    }
}

pub fn verdict(signature: &Signature) -> (String, String) {
    let value = serde_json::to_value(signature).unwrap();
    let sub = value["sub_indication"].as_str().map(|sub| format!("/{sub}")).unwrap_or_default();
    let first = value["findings"][0]["code"].as_str().unwrap_or_default().to_owned();
    (format!("{}{sub}", value["indication"].as_str().unwrap()), first)
}

pub fn codes(signature: &Signature) -> Vec<String> {
    let value = serde_json::to_value(&signature.findings).unwrap();
    value.as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
pub fn expect(world: &World, indication: &str, finding: &str) {
    assert_eq!(world.verdict(), (indication.to_owned(), finding.to_owned()));
}
