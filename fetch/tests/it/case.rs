//! A signed file about whose signer's certificate nothing is known, and what is said about it before and after asking.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, TimeDelta, Utc};
use kho_fetch::{Allow, Fetched, Fetcher, Inquiry, Limits, Outcome, Place};
use kho_signature::x509::Certificate;
use kho_signature::{Anchor, Context, Want, WantKind, verify};

use crate::pki::*;

pub const ROOT: Party = Party { name: "Root", seed: 1 };
pub const AUTHORITY: Party = Party { name: "Authority", seed: 2 };
pub const SIGNER: Party = Party { name: "Nguyễn Văn An", seed: 3 };
pub const RESPONDER: Party = Party { name: "Responder", seed: 5 };
pub const OTHER: Party = Party { name: "Other", seed: 6 };

pub const LONG: [&str; 2] = ["2020-01-01", "2040-01-01"];
pub const UNKNOWN: &str = "INDETERMINATE/TRY_LATER revocation_unknown";
pub const NO_CHAIN: &str = "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND chain_missing";
pub const PASSED: &str = "TOTAL_PASSED";
pub const REVOKED: &str = "INDETERMINATE/REVOKED_NO_POE certificate_revoked";

pub fn root() -> Vec<u8> {
    certificate(ROOT, ROOT, 1, LONG, &[authority(None), usages(0x06)])
}

pub fn intermediate() -> Vec<u8> {
    certificate(ROOT, AUTHORITY, 2, LONG, &[authority(Some(0)), usages(0x06)])
}

/// Entrusted by an issuer with answering.
pub fn responder(issuer: Party) -> Vec<u8> {
    certificate(issuer, RESPONDER, 8, LONG, &[usages(0x80), purpose(OCSP_SIGNING, false)])
}

/// The signer's certificate, which names places.
pub fn signer(places: &[Vec<u8>]) -> Vec<u8> {
    certificate(AUTHORITY, SIGNER, 3, LONG, &[&[usages(0xc0)], places].concat())
}

/// A message of the signer's that carries these certificates.
pub fn file(signer: &[u8], more: &[Vec<u8>]) -> Vec<u8> {
    let certificates = [&[signer.to_vec()], more].concat();
    Message {
        signer: SIGNER,
        issuer: AUTHORITY,
        serial: 3,
        certificates: &certificates,
        content_type: DATA,
        content: b"Don xin cap ban sao",
        attached: true,
        bound_to: Some(signer),
        signed: vec![],
        unsigned: vec![],
        crls: &[],
    }
    .der()
}

/// A file whose signer's status is answered at a place.
pub fn file_asking(url: &str) -> Vec<u8> {
    file(&signer(&[access(&[(STATUS_ANSWERS, url)])]), &[intermediate()])
}

/// A file whose signer's status is on a list at a place.
pub fn file_listed(url: &str) -> Vec<u8> {
    file(&signer(&[points(&[url])]), &[intermediate()])
}

/// The root is believed, and did not revoke the authority.
pub fn context() -> Context {
    let mut context = Context::new(now());
    context.anchors = vec![Anchor::new(Certificate::from_der(&root()).unwrap())];
    context.crls = vec![crl(ROOT, [&day(-1), &day(7)], &[], &[])];
    context
}

pub fn verdict(file: &[u8], context: &Context) -> String {
    let report = serde_json::to_value(verify(file, context).unwrap()).unwrap();
    let signature = &report["signatures"][0];
    let sub = signature["sub_indication"].as_str().map(|sub| format!("/{sub}")).unwrap_or_default();
    let first = signature["findings"][0]["code"].as_str().map(|code| format!(" {code}")).unwrap_or_default();
    format!("{}{sub}{first}", signature["indication"].as_str().unwrap())
}

/// Judged, asked about, judged again.
pub struct Asked {
    pub before: String,
    pub fetched: Vec<Fetched>,
    pub after: String,
}

pub async fn ask(file: &[u8], fetcher: &Fetcher) -> Asked {
    let mut context = context();
    let before = verdict(file, &context);
    let mut inquiry = Inquiry::default();
    let mut all = Vec::new();
    loop {
        let wants = inquiry.next(&verify(file, &context).unwrap());
        if wants.is_empty() {
            return Asked { before, fetched: all, after: verdict(file, &context) };
        }
        let fetched = fetcher.evidence(&wants).await;
        fetched.iter().for_each(|one| one.lay_before(&mut context));
        all.extend(fetched);
    }
}

impl Asked {
    #[track_caller]
    pub fn expect(&self, before: &str, after: &str) -> &Self {
        assert_eq!((self.before.as_str(), self.after.as_str()), (before, after), "{:?}", self.outcomes());
        self
    }

    pub fn outcomes(&self) -> Vec<&Outcome> {
        self.fetched.iter().map(|one| &one.outcome).collect()
    }
}

/// Asks these ports of this machine, with time enough for the slowest one.
pub fn fetcher(ports: &[u16]) -> Fetcher {
    Fetcher::new(patient(), allowed(ports))
}

pub fn patient() -> Limits {
    let long = Duration::from_secs(60);
    Limits { connect: long, read: long, question: long, evidence: long, ..Limits::default() }
}

pub fn allowed(ports: &[u16]) -> Allow {
    ports.iter().map(|port| format!("127.0.0.1:{port}").parse::<Place>().unwrap()).collect()
}

/// A want of a list at a place, without a file.
pub fn list_at(url: &str) -> Want {
    let read = |der: Vec<u8>| Certificate::from_der(&der).unwrap();
    let url = url.to_owned();
    Want { kind: WantKind::Crl, url, certificate: read(signer(&[])), issuer: Some(read(intermediate())) }
}

pub async fn outcome_of(want: Want, fetcher: &Fetcher) -> Outcome {
    fetcher.evidence(&[want]).await.remove(0).outcome
}

#[expect(clippy::disallowed_methods, reason = "OpenSSL answers by the clock of the machine")]
pub fn now() -> DateTime<Utc> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    DateTime::from_timestamp(since.as_secs().try_into().unwrap(), 0).unwrap()
}

/// So many days from now.
pub fn day(from_now: i64) -> String {
    (now() + TimeDelta::days(from_now)).date_naive().to_string()
}
