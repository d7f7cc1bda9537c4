//! Judging the signatures of a file in a process of its own (see [`super::confined`]): what goes to it, and what comes back.
//!
//! To the process: the length of a JSON header (four bytes, the highest first), the header, the certificates, lists and answers that it names by
//! their lengths, then the file. Back: the report and what it lacks, as JSON.

use std::io::Read;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use futures::{Stream, StreamExt, stream};
use kho_signature::report::Report;
use kho_signature::x509::{Certificate, NameConstraints};
use kho_signature::{Anchor, Context, Kept, KeptKind, Policy, Want, WantKind, verify, verify_detached};
use serde::{Deserialize, Serialize};

use super::confined::Confined;
use crate::domain::problem::{Code, Problem, Result};

/// The hidden command that judges.
pub const COMMAND: &str = "judge-signatures";
/// Its exit code where the file can't be read as what it seems to be.
pub const UNREADABLE: u8 = 1;

/// How long one file is waited for, its way from the store included.
const PATIENCE: Duration = Duration::from_secs(120);
/// A report is smaller than this.
const ANSWER_BYTES: u64 = 16 << 20;
/// A header is smaller than this.
const HEADER_BYTES: u32 = 4 << 20;

/// How judging a file ended.
#[derive(Debug)]
pub(super) enum Examined {
    Report(Report),
    /// It is damaged, not of a format that holds signatures, or more than its reader could stand.
    Unreadable,
}

#[derive(Serialize, Deserialize)]
struct Header {
    at: DateTime<Utc>,
    held_since: Option<DateTime<Utc>>,
    /// None: the built-in one.
    policy: Option<String>,
    anchors: Vec<AnchorForm>,
    /// Lengths in bytes, as all below.
    pool: Vec<usize>,
    crls: Vec<usize>,
    ocsps: Vec<usize>,
    kept: Vec<KeptForm>,
    /// What a detached signature signs, before the signature itself.
    content: Option<usize>,
}

#[derive(Serialize, Deserialize)]
struct AnchorForm {
    bytes: usize,
    valid_from: Option<DateTime<Utc>>,
    valid_until: Option<DateTime<Utc>>,
    /// GeneralNames in base64; none where all may be certified.
    names: Option<Vec<String>>,
    policies: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct KeptForm {
    bytes: usize,
    kind: String,
    since: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    report: Report,
    /// For each signature: the report's own JSON is for people and programs that fetch nothing.
    wants: Vec<Vec<WantForm>>,
}

#[derive(Serialize, Deserialize)]
struct WantForm {
    kind: String,
    url: String,
    certificate: String,
    issuer: Option<String>,
}

/// Has a file judged. `policy` is the text of the context's policy, where that is not the built-in one.
pub(super) async fn examine<B: AsRef<[u8]> + Send + 'static>(
    confined: &Confined,
    context: &Context,
    policy: Option<&str>,
    content: Option<Bytes>,
    file: impl Stream<Item = Result<B>>,
) -> Result<Examined> {
    let failed = |error| Problem::new(Code::Internal).caused_by(error);
    let head = header(context, policy, content.as_ref().map(Bytes::len)).map_err(failed)?;
    let before = stream::iter([head].into_iter().chain(content).map(Ok));
    let file = file.map(|piece| piece.map(|piece| Bytes::copy_from_slice(piece.as_ref())));
    let ended = confined.run(&[COMMAND], before.chain(file), ANSWER_BYTES, PATIENCE).await?;
    if ended.code != Some(0) {
        return Ok(Examined::Unreadable);
    }
    let answer: Answer = serde_json::from_slice(&ended.output).map_err(failed)?;
    let mut report = answer.report;
    for (signature, wants) in report.signatures.iter_mut().zip(answer.wants) {
        signature.evidence.wants = wants.into_iter().filter_map(want_of).collect();
    }
    Ok(Examined::Report(report))
}

fn header(context: &Context, policy: Option<&str>, content: Option<usize>) -> serde_json::Result<Bytes> {
    let kind = |kind: KeptKind| match kind {
        KeptKind::Certificate => "certificate",
        KeptKind::Crl => "crl",
        KeptKind::Ocsp => "ocsp",
    };
    let anchors = context.anchors.iter().map(|anchor| AnchorForm {
        bytes: anchor.certificate.der().len(),
        valid_from: anchor.valid_from,
        valid_until: anchor.valid_until,
        names: anchor
            .names
            .as_ref()
            .map(|names| names.permitted.iter().map(|name| BASE64.encode(name)).collect()),
        policies: anchor.policies.iter().map(ToString::to_string).collect(),
    });
    let kept = context.kept.iter().map(|kept| KeptForm {
        bytes: kept.der.len(),
        kind: kind(kept.kind).to_owned(),
        since: kept.since,
    });
    let header = Header {
        at: context.at,
        held_since: context.held_since,
        policy: policy.map(str::to_owned),
        anchors: anchors.collect(),
        pool: context.pool.iter().map(|certificate| certificate.der().len()).collect(),
        crls: context.crls.iter().map(Vec::len).collect(),
        ocsps: context.ocsps.iter().map(Vec::len).collect(),
        kept: kept.collect(),
        content,
    };
    let header = serde_json::to_vec(&header)?;
    let mut bytes = (header.len() as u32).to_be_bytes().to_vec();
    bytes.extend(header);
    context.anchors.iter().for_each(|anchor| bytes.extend_from_slice(anchor.certificate.der()));
    context.pool.iter().for_each(|certificate| bytes.extend_from_slice(certificate.der()));
    context.crls.iter().chain(&context.ocsps).for_each(|der| bytes.extend_from_slice(der));
    context.kept.iter().for_each(|kept| bytes.extend_from_slice(&kept.der));
    Ok(bytes.into())
}

/// The other side: reads a question, answers it, or says that the file is unreadable (none).
pub fn answer(input: &mut impl Read) -> Result<Option<Vec<u8>>, Box<dyn std::error::Error + Send + Sync>> {
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length > HEADER_BYTES {
        return Err("a header of that length is none".into());
    }
    let header: Header = serde_json::from_slice(&read(input, length as usize)?)?;
    let mut context = Context::new(header.at);
    context.held_since = header.held_since;
    if let Some(policy) = &header.policy {
        context.policy = Policy::from_toml(policy)?;
    }
    for form in &header.anchors {
        let mut anchor = Anchor::new(Certificate::from_der(&read(input, form.bytes)?)?);
        (anchor.valid_from, anchor.valid_until) = (form.valid_from, form.valid_until);
        if let Some(names) = &form.names {
            let permitted =
                names.iter().map(|name| BASE64.decode(name.as_bytes())).collect::<Result<_, _>>()?;
            anchor.names = Some(NameConstraints { permitted, excluded: Vec::new() });
        }
        anchor.policies = form.policies.iter().map(|policy| policy.parse()).collect::<Result<_, _>>()?;
        context.anchors.push(anchor);
    }
    for bytes in &header.pool {
        context.pool.push(Certificate::from_der(&read(input, *bytes)?)?);
    }
    for bytes in &header.crls {
        context.crls.push(read(input, *bytes)?);
    }
    for bytes in &header.ocsps {
        context.ocsps.push(read(input, *bytes)?);
    }
    for form in &header.kept {
        let kind = match form.kind.as_str() {
            "certificate" => KeptKind::Certificate,
            "crl" => KeptKind::Crl,
            _ => KeptKind::Ocsp,
        };
        context.kept.push(Kept { kind, der: read(input, form.bytes)?, since: form.since });
    }
    let content = header.content.map(|bytes| read(input, bytes)).transpose()?;
    let mut file = Vec::new();
    input.read_to_end(&mut file)?;
    let judged = match &content {
        Some(content) => verify_detached(&file, content, &context),
        None => verify(&file, &context),
    };
    let Ok(report) = judged else { return Ok(None) };
    let wants = report.signatures.iter().map(|one| one.evidence.wants.iter().map(want_form).collect());
    let wants = wants.collect();
    Ok(Some(serde_json::to_vec(&Answer { report, wants })?))
}

fn read(input: &mut impl Read, bytes: usize) -> std::io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    input.take(bytes as u64).read_to_end(&mut piece)?;
    if piece.len() == bytes { Ok(piece) } else { Err(std::io::ErrorKind::UnexpectedEof.into()) }
}

fn want_form(want: &Want) -> WantForm {
    let kind = match want.kind {
        WantKind::Ocsp => "ocsp",
        WantKind::Crl => "crl",
        WantKind::Issuer => "issuer",
    };
    WantForm {
        kind: kind.to_owned(),
        url: want.url.clone(),
        certificate: BASE64.encode(want.certificate.der()),
        issuer: want.issuer.as_ref().map(|issuer| BASE64.encode(issuer.der())),
    }
}

fn want_of(form: WantForm) -> Option<Want> {
    let certificate = |text: &str| Certificate::from_der(&BASE64.decode(text.as_bytes()).ok()?).ok();
    let kind = match form.kind.as_str() {
        "ocsp" => WantKind::Ocsp,
        "crl" => WantKind::Crl,
        "issuer" => WantKind::Issuer,
        _ => return None,
    };
    let issuer = match &form.issuer {
        Some(text) => Some(certificate(text)?),
        None => None,
    };
    Some(Want { kind, url: form.url, certificate: certificate(&form.certificate)?, issuer })
}
