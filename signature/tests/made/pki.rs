//! A small public key infrastructure, made here byte by byte: certificates, lists, answers, time stamps and signed messages, right or
//! wrong as a test needs them. Keys are Ed25519 from a seed, so nothing is random.

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use ring::signature::{Ed25519KeyPair, KeyPair};

pub const ED25519: &str = "1.3.101.112";

pub fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        short @ 0..0x80 => out.push(short as u8),
        one @ 0x80..0x100 => out.extend([0x81, one as u8]),
        long => out.extend([0x82, (long >> 8) as u8, long as u8]),
    }
    out.extend_from_slice(content);
    out
}

pub fn seq(parts: &[&[u8]]) -> Vec<u8> {
    der(0x30, &parts.concat())
}

pub fn set(parts: &[&[u8]]) -> Vec<u8> {
    let mut parts = parts.to_vec();
    parts.sort();
    der(0x31, &parts.concat())
}

pub fn oid(text: &str) -> Vec<u8> {
    let arcs: Vec<u64> = text.split('.').map(|arc| arc.parse().unwrap()).collect();
    let mut content = Vec::new();
    for arc in std::iter::once(arcs[0] * 40 + arcs[1]).chain(arcs[2..].iter().copied()) {
        let groups = (64 - (arc | 1).leading_zeros()).div_ceil(7);
        content.extend(
            (0..groups).rev().map(|at| (arc >> (7 * at)) as u8 & 0x7f | if at > 0 { 0x80 } else { 0 }),
        );
    }
    der(0x06, &content)
}

pub fn int(number: u64) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let start = bytes.iter().position(|&byte| byte != 0).unwrap_or(7);
    let sign: &[u8] = if bytes[start] & 0x80 != 0 { &[0] } else { &[] };
    der(0x02, &[sign, &bytes[start..]].concat())
}

/// A day as a time: `"2025-03-01"`.
pub fn time(day: &str) -> Vec<u8> {
    der(0x18, format!("{}000000Z", day.replace('-', "")).as_bytes())
}

pub fn name(common: &str) -> Vec<u8> {
    seq(&[&der(0x31, &seq(&[&oid("2.5.4.3"), &der(0x0c, common.as_bytes())]))])
}

fn bits(bytes: &[u8]) -> Vec<u8> {
    der(0x03, &[&[0], bytes].concat())
}

fn octets(bytes: &[u8]) -> Vec<u8> {
    der(0x04, bytes)
}

fn algorithm(text: &str) -> Vec<u8> {
    seq(&[&oid(text)])
}

pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

/// Someone with a name and a key.
#[derive(Clone, Copy)]
pub struct Party {
    pub name: &'static str,
    pub seed: u8,
}

impl Party {
    fn pair(&self) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[self.seed; 32]).unwrap()
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair().sign(message).as_ref().to_vec()
    }

    fn key(&self) -> Vec<u8> {
        seq(&[&algorithm(ED25519), &bits(self.pair().public_key().as_ref())])
    }

    fn signed(&self, body: &[u8]) -> Vec<u8> {
        seq(&[body, &algorithm(ED25519), &bits(&self.sign(body))])
    }
}

pub fn extension(id: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let flag = if critical { vec![1, 1, 0xff] } else { vec![] };
    seq(&[&oid(id), &flag, &octets(value)])
}

pub fn authority(path_length: Option<u64>) -> Vec<u8> {
    let length = path_length.map(int).unwrap_or_default();
    extension("2.5.29.19", true, &seq(&[&[1, 1, 0xff], &length]))
}

/// Usages by the first byte of their bits: 0x80 digitalSignature, 0x40 nonRepudiation, 0x04 keyCertSign, 0x02 cRLSign.
pub fn usages(first: u8) -> Vec<u8> {
    extension("2.5.29.15", true, &der(0x03, &[0, first]))
}

pub fn purpose(id: &str, critical: bool) -> Vec<u8> {
    extension("2.5.29.37", critical, &seq(&[&oid(id)]))
}

/// How a certificate names those who answer about its status, and where its issuer's certificate is (RFC 5280, 4.2.2.1).
pub const STATUS_ANSWERS: &str = "1.3.6.1.5.5.7.48.1";
pub const ISSUERS: &str = "1.3.6.1.5.5.7.48.2";

pub fn access(list: &[(&str, &str)]) -> Vec<u8> {
    let descriptions = list.iter().flat_map(|(method, at)| seq(&[&oid(method), &url(at)]));
    extension("1.3.6.1.5.5.7.1.1", false, &der(0x30, &descriptions.collect::<Vec<u8>>()))
}

/// Where lists of revoked certificates are published (RFC 5280, 4.2.1.13).
pub fn points(urls: &[&str]) -> Vec<u8> {
    let points = urls.iter().flat_map(|at| seq(&[&der(0xa0, &der(0xa0, &url(at)))]));
    extension("2.5.29.31", false, &der(0x30, &points.collect::<Vec<u8>>()))
}

fn url(url: &str) -> Vec<u8> {
    der(0x86, url.as_bytes())
}

pub const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";
pub const OCSP_SIGNING: &str = "1.3.6.1.5.5.7.3.9";

/// A certificate by an issuer; `valid` is from a day to a day.
pub fn certificate(
    issuer: Party,
    subject: Party,
    serial: u64,
    valid: [&str; 2],
    extensions: &[Vec<u8>],
) -> Vec<u8> {
    let list = der(0xa3, &der(0x30, &extensions.concat()));
    issuer.signed(&seq(&[
        &der(0xa0, &int(2)),
        &int(serial),
        &algorithm(ED25519),
        &name(issuer.name),
        &seq(&[&time(valid[0]), &time(valid[1])]),
        &name(subject.name),
        &subject.key(),
        if extensions.is_empty() { &[] } else { &list },
    ]))
}

pub fn crl(issuer: Party, updates: [&str; 2], revoked: &[(u64, &str)], extensions: &[Vec<u8>]) -> Vec<u8> {
    let entries: Vec<Vec<u8>> = revoked.iter().map(|(serial, day)| entry(*serial, day, None)).collect();
    crl_of(issuer, updates, &entries, extensions)
}

/// A line of a list, with the reason's number (RFC 5280, 5.3.1).
pub fn entry(serial: u64, day: &str, reason: Option<u8>) -> Vec<u8> {
    let why = reason.map(|number| seq(&[&extension("2.5.29.21", false, &[0x0a, 1, number])]));
    seq(&[&int(serial), &time(day), &why.unwrap_or_default()])
}

/// A list of these lines.
pub fn crl_of(issuer: Party, updates: [&str; 2], entries: &[Vec<u8>], extensions: &[Vec<u8>]) -> Vec<u8> {
    let entries = entries.concat();
    let list = der(0xa0, &der(0x30, &extensions.concat()));
    issuer.signed(&seq(&[
        &int(1),
        &algorithm(ED25519),
        &name(issuer.name),
        &time(updates[0]),
        &time(updates[1]),
        &if entries.is_empty() { vec![] } else { der(0x30, &entries) },
        if extensions.is_empty() { &[] } else { &list },
    ]))
}

pub enum Answer {
    Good,
    Revoked(&'static str),
    /// Revoked for the reason of this number.
    Because(&'static str, u8),
    Unknown,
}

/// A status answer of a responder about a certificate of an issuer.
pub fn ocsp(
    responder: Party,
    issuer: Party,
    serial: u64,
    answer: &Answer,
    updates: [&str; 2],
    certificates: &[Vec<u8>],
) -> Vec<u8> {
    let sha1 = |bytes: &[u8]| digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec();
    let id = seq(&[
        &seq(&[&oid("1.3.14.3.2.26"), &[5, 0]]),
        &octets(&sha1(&name(issuer.name))),
        &octets(&sha1(issuer.pair().public_key().as_ref())),
        &int(serial),
    ]);
    let status = match answer {
        Answer::Good => vec![0x80, 0],
        Answer::Revoked(day) => der(0xa1, &time(day)),
        Answer::Because(day, reason) => der(0xa1, &[time(day), der(0xa0, &[0x0a, 1, *reason])].concat()),
        Answer::Unknown => vec![0x82, 0],
    };
    let single = seq(&[&id, &status, &time(updates[0]), &der(0xa0, &time(updates[1]))]);
    let body = seq(&[&der(0xa1, &name(responder.name)), &time(updates[0]), &seq(&[&single])]);
    let held = der(0xa0, &der(0x30, &certificates.concat()));
    let basic = seq(&[
        &body,
        &algorithm(ED25519),
        &bits(&responder.sign(&body)),
        if certificates.is_empty() { &[] } else { &held },
    ]);
    let bytes = seq(&[&oid("1.3.6.1.5.5.7.48.1.1"), &octets(&basic)]);
    seq(&[&[0x0a, 1, 0], &der(0xa0, &bytes)])
}

pub fn attribute(id: &str, value: &[u8]) -> Vec<u8> {
    seq(&[&oid(id), &der(0x31, value)])
}

/// What a message is made of.
pub struct Message<'m> {
    pub signer: Party,
    pub issuer: Party,
    pub serial: u64,
    pub certificates: &'m [Vec<u8>],
    pub content_type: &'m str,
    pub content: &'m [u8],
    pub attached: bool,
    /// The certificate that the signed reference means.
    pub bound_to: Option<&'m [u8]>,
    /// Further attributes that are signed.
    pub signed: Vec<Vec<u8>>,
    pub unsigned: Vec<Vec<u8>>,
    /// Lists of revoked certificates that travel with it.
    pub crls: &'m [Vec<u8>],
}

impl Message<'_> {
    fn attributes(&self) -> Vec<Vec<u8>> {
        let mut list = vec![
            attribute("1.2.840.113549.1.9.3", &oid(self.content_type)),
            attribute("1.2.840.113549.1.9.4", &octets(&sha256(self.content))),
        ];
        if let Some(certificate) = self.bound_to {
            let reference = seq(&[&seq(&[&seq(&[&octets(&sha256(certificate))])])]);
            list.push(attribute("1.2.840.113549.1.9.16.2.47", &reference));
        }
        list.extend(self.signed.iter().cloned());
        list.sort();
        list
    }

    /// The value of the signature, which a time stamp is over.
    pub fn value(&self) -> Vec<u8> {
        self.signer.sign(&self.signed_set())
    }

    /// The attributes as the set that is signed.
    pub fn signed_set(&self) -> Vec<u8> {
        der(0x31, &self.attributes().concat())
    }

    pub fn der(&self) -> Vec<u8> {
        self.whole(&der(0xa0, &self.attributes().concat()), self.content)
    }

    /// The same value over another content, without attributes.
    pub fn without_attributes(&self, content: &[u8]) -> Vec<u8> {
        self.whole(&[], content)
    }

    /// What an archive time stamp of the second version is over (ETSI TS 101 733, annex K): the fields of the message and the signer one
    /// after another, with the unsigned attributes that are there. Its editions differ on the tag of these.
    pub fn archived(&self, with_tag: bool) -> Vec<u8> {
        let content = der(0xa0, &octets(self.content));
        let unsigned = self.unsigned.concat();
        let beside = if self.attached { &[] } else { self.content };
        [
            seq(&[&oid(self.content_type), if self.attached { &content } else { &[] }]),
            beside.to_vec(),
            der(0xa0, &self.certificates.concat()),
            if self.crls.is_empty() { vec![] } else { der(0xa1, &self.crls.concat()) },
            int(1),
            seq(&[&name(self.issuer.name), &int(self.serial)]),
            algorithm("2.16.840.1.101.3.4.2.1"),
            der(0xa0, &self.attributes().concat()),
            algorithm(ED25519),
            octets(&self.value()),
            if with_tag { der(0xa1, &unsigned) } else { unsigned },
        ]
        .concat()
    }

    fn whole(&self, signed: &[u8], content: &[u8]) -> Vec<u8> {
        let unsigned = der(0xa1, &self.unsigned.concat());
        let signer = seq(&[
            &int(1),
            &seq(&[&name(self.issuer.name), &int(self.serial)]),
            &algorithm("2.16.840.1.101.3.4.2.1"),
            signed,
            &algorithm(ED25519),
            &octets(&self.value()),
            if self.unsigned.is_empty() { &[] } else { &unsigned },
        ]);
        let content = der(0xa0, &octets(content));
        let crls = der(0xa1, &self.crls.concat());
        let data = seq(&[
            &int(1),
            &set(&[&algorithm("2.16.840.1.101.3.4.2.1")]),
            &seq(&[&oid(self.content_type), if self.attached { &content } else { &[] }]),
            &der(0xa0, &self.certificates.concat()),
            if self.crls.is_empty() { &[] } else { &crls },
            &der(0x31, &signer),
        ]);
        seq(&[&oid("1.2.840.113549.1.7.2"), &der(0xa0, &data)])
    }
}

pub const DATA: &str = "1.2.840.113549.1.7.1";
const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";

/// A time-stamp token over some bytes.
pub fn token(
    authority: Party,
    issuer: Party,
    serial: u64,
    certificate: &[u8],
    over: &[u8],
    day: &str,
) -> Vec<u8> {
    let info = seq(&[
        &int(1),
        &oid("1.2.3.4"),
        &seq(&[&algorithm("2.16.840.1.101.3.4.2.1"), &octets(&sha256(over))]),
        &int(7),
        &time(day),
    ]);
    Message {
        signer: authority,
        issuer,
        serial,
        certificates: &[certificate.to_vec()],
        content_type: TST_INFO,
        content: &info,
        attached: true,
        bound_to: Some(certificate),
        signed: vec![],
        unsigned: vec![],
        crls: &[],
    }
    .der()
}

/// A time stamp as an unsigned attribute.
pub fn stamped(token: &[u8]) -> Vec<u8> {
    attribute("1.2.840.113549.1.9.16.2.14", token)
}
