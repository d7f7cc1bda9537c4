//! What is pushed under this system's own keys: dossiers, components, results; and results that are taken back.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use ureq::http::Method;

use crate::journal::{Journal, Step};
use crate::session::{Message, Session, encoded};

/// Something that is pushed, as it is kept to be sent again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Push {
    /// `dossier`, `component` or `result`.
    pub kind: String,
    /// The key as reconciliation names it.
    pub key: String,
    pub path: String,
    /// The body, or what is said of the file.
    pub body: Value,
    pub file: Option<PathBuf>,
    /// Of the file, in hexadecimal.
    pub sha256: Option<String>,
}

impl Push {
    fn of_paper(
        kind: &str,
        key: String,
        path: String,
        mut said: Map<String, Value>,
        file: &Path,
    ) -> anyhow::Result<Self> {
        let bytes = read(file)?;
        let digest = ring::digest::digest(&ring::digest::SHA256, &bytes);
        let sha256 = data_encoding::HEXLOWER.encode(digest.as_ref());
        // With the hash, a file that was damaged on its way is stored nowhere.
        said.insert("sha256".to_owned(), json!(sha256));
        let file = std::path::absolute(file)?;
        let body = Value::Object(said);
        Ok(Self { kind: kind.to_owned(), key, path, body, file: Some(file), sha256: Some(sha256) })
    }

    /// Written down, sent until it is answered, and written down again: a machine that dies between knows what to send when it is back.
    pub fn send(&self, session: &mut Session, journal: &Path) -> anyhow::Result<bool> {
        let mut journal = Journal::open(journal)?;
        let message = self.message()?;
        journal.note(Step::Sent(self.clone()))?;
        let answer = session.send(&message)?;
        let taken = answer.status.is_success();
        let id = (self.kind.clone(), self.key.clone());
        journal.note(if taken { Step::Taken(id) } else { Step::Refused(id) })?;
        Ok(taken)
    }

    fn message(&self) -> anyhow::Result<Message> {
        let Some(file) = &self.file else {
            return Ok(Message::json(Method::PUT, self.path.clone(), &self.body));
        };
        let bytes = read(file)?;
        let boundary = format!("kho-{}", uuid::Uuid::new_v4().simple());
        let (media_type, body) =
            (format!("multipart/form-data; boundary={boundary}"), form(&boundary, &self.body, &bytes));
        let shown = format!("{} and {} ({} bytes)", self.body, file.display(), bytes.len());
        Ok(Message { method: Method::PUT, path: self.path.clone(), body: Some((media_type, body)), shown })
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("reading {}", file.display()))
}

/// Two parts in the order that Kho asks for: what is said of the file before the file, so that it knows what comes.
fn form(boundary: &str, said: &Value, bytes: &[u8]) -> Vec<u8> {
    let mut form = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"metadata\"\r\nContent-Type: application/json\r\n\r\n{said}\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    form.extend_from_slice(bytes);
    form.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    form
}

/// Refused is told by the exit code too.
fn code(taken: bool) -> ExitCode {
    if taken { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Only what was said; Kho fills in the rest.
fn said(fields: Vec<(&str, Option<&str>)>) -> Map<String, Value> {
    let given = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?))));
    given.collect()
}

#[derive(Args)]
pub struct DossierCommand {
    /// This system's key of the dossier.
    dossier: String,
    /// Code of the procedure in the catalogue.
    #[arg(long)]
    procedure: String,
    /// Identity number of the owner, or code of the organisation.
    #[arg(long)]
    owner: String,
    /// Name of the owner; needed where there is no vault yet.
    #[arg(long)]
    owner_name: Option<String>,
    /// Code of the agency that received it.
    #[arg(long)]
    agency: String,
    /// Code of the agency that works on it, if another.
    #[arg(long)]
    processing_agency: Option<String>,
    /// Telephone number of the owner.
    #[arg(long)]
    phone: Option<String>,
    /// What it is about.
    #[arg(long)]
    summary: Option<String>,
    /// A condition of the procedure that was answered with yes; as often as needed.
    #[arg(long = "condition")]
    conditions: Vec<String>,
    /// Where it stands, such as `processing`.
    #[arg(long)]
    state: Option<String>,
    /// Why it was refused, or what is missing, as in the catalogue of reasons.
    #[arg(long)]
    reason_code: Option<String>,
    /// What to tell the owner.
    #[arg(long)]
    note: Option<String>,
}

impl DossierCommand {
    pub fn run(&self, session: &mut Session, journal: &Path) -> anyhow::Result<ExitCode> {
        let mut body = said(vec![
            ("procedure", Some(&self.procedure)),
            ("owner_identity", Some(&self.owner)),
            ("owner_name", self.owner_name.as_deref()),
            ("receiving_agency", Some(&self.agency)),
            ("processing_agency", self.processing_agency.as_deref()),
            ("phone", self.phone.as_deref()),
            ("summary", self.summary.as_deref()),
            ("state", self.state.as_deref()),
            ("reason_code", self.reason_code.as_deref()),
            ("note", self.note.as_deref()),
        ]);
        if !self.conditions.is_empty() {
            body.insert("conditions".to_owned(), json!(self.conditions));
        }
        let push = Push {
            kind: "dossier".to_owned(),
            key: self.dossier.clone(),
            path: format!("/integration/v1/dossiers/{}", encoded(&self.dossier)),
            body: Value::Object(body),
            file: None,
            sha256: None,
        };
        Ok(code(push.send(session, journal)?))
    }
}

/// What is said of a paper.
#[derive(Args)]
pub struct Paper {
    /// The file.
    file: PathBuf,
    /// Name to keep it under; that of the file if absent.
    #[arg(long)]
    name: Option<String>,
    /// What the paper is called.
    #[arg(long)]
    title: Option<String>,
    /// Its number.
    #[arg(long)]
    number: Option<String>,
    /// Who issued it.
    #[arg(long)]
    authority: Option<String>,
    /// Day of issue, such as 2026-11-26.
    #[arg(long)]
    issued_on: Option<String>,
    /// Last day on which it holds.
    #[arg(long)]
    expires_on: Option<String>,
    /// Name of the officer who compared it with the original.
    #[arg(long)]
    compared_by: Option<String>,
}

impl Paper {
    fn said(&self, kind: &'static str, type_code: Option<&str>) -> Map<String, Value> {
        let own = self.file.file_name().map(|name| name.to_string_lossy().into_owned());
        said(vec![
            ("name", self.name.as_deref().or(own.as_deref())),
            (kind, type_code),
            ("title", self.title.as_deref()),
            ("number", self.number.as_deref()),
            ("authority", self.authority.as_deref()),
            ("issued_on", self.issued_on.as_deref()),
            ("expires_on", self.expires_on.as_deref()),
            ("compared_by", self.compared_by.as_deref()),
        ])
    }
}

#[derive(Args)]
pub struct ComponentCommand {
    /// This system's key of the dossier, or the code of one that was opened in Kho.
    dossier: String,
    /// Code of the component, as the procedure names it.
    component: String,
    /// This system's key of the file within the component.
    key: String,
    /// Type of the document, where the component takes several.
    #[arg(long = "type")]
    type_code: Option<String>,
    #[command(flatten)]
    paper: Paper,
}

impl ComponentCommand {
    pub fn run(&self, session: &mut Session, journal: &Path) -> anyhow::Result<ExitCode> {
        let Self { dossier, component, key, .. } = self;
        let path = format!(
            "/integration/v1/dossiers/{}/components/{}/files/{}",
            encoded(dossier),
            encoded(component),
            encoded(key)
        );
        let said = self.paper.said("type_code", self.type_code.as_deref());
        let key = format!("{dossier}/{component}/{key}");
        let push = Push::of_paper("component", key, path, said, &self.paper.file)?;
        Ok(code(push.send(session, journal)?))
    }
}

#[derive(Args)]
pub struct ResultCommand {
    /// This system's key of the dossier, or the code of one that was opened in Kho.
    dossier: String,
    /// This system's key of the result. Another file under it supersedes the one before.
    key: String,
    /// Type of the result, such as `birth-registration`.
    #[arg(long = "type")]
    result_type: String,
    #[command(flatten)]
    paper: Paper,
}

fn result_path(dossier: &str, key: &str) -> String {
    format!("/integration/v1/dossiers/{}/results/{}", encoded(dossier), encoded(key))
}

impl ResultCommand {
    pub fn run(&self, session: &mut Session, journal: &Path) -> anyhow::Result<ExitCode> {
        let said = self.paper.said("result_type", Some(&self.result_type));
        let key = format!("{}/{}", self.dossier, self.key);
        let push =
            Push::of_paper("result", key, result_path(&self.dossier, &self.key), said, &self.paper.file)?;
        Ok(code(push.send(session, journal)?))
    }
}

#[derive(Args)]
pub struct RevokeCommand {
    /// This system's key of the dossier.
    dossier: String,
    /// This system's key of the result.
    key: String,
    /// Why it does not hold; the owner is told.
    #[arg(long)]
    reason: String,
}

impl RevokeCommand {
    pub fn run(&self, session: &mut Session) -> anyhow::Result<ExitCode> {
        let path = format!("{}?reason={}", result_path(&self.dossier, &self.key), encoded(&self.reason));
        let message = Message { method: Method::DELETE, path, body: None, shown: self.reason.clone() };
        Ok(code(session.send(&message)?.status.is_success()))
    }
}
