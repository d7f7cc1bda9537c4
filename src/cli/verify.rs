//! `kho verify`: judging the signatures of files, with no vault and no server.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use kho::domain::clock::Clock;
use kho_fetch::Place;
use kho_signature::crypto::Hash;
use kho_signature::report::etsi::{Subject, to_etsi_xml};
use kho_signature::report::{Conclusion, Finding, Format, Signature};
use kho_signature::words::Language;
use kho_signature::{Context, Report, verify};
use serde::Serialize;

use super::Failure;
use super::verify_context;
use super::verify_network::Network;

#[derive(Args)]
pub struct Verify {
    /// Files, or folders of files
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Certificates to believe in (PEM or DER), or folders of them; may be given several times
    #[arg(long, value_name = "FILE|DIR")]
    trust: Vec<PathBuf>,
    /// Certificates of authorities that signers leave out (PEM or DER), or folders of them
    #[arg(long, value_name = "FILE|DIR")]
    pool: Vec<PathBuf>,
    /// Lists of revoked certificates (PEM or DER)
    #[arg(long, value_name = "FILE|DIR")]
    crl: Vec<PathBuf>,
    /// Judge as of this time (RFC 3339), not now
    #[arg(long, value_name = "TIME")]
    at: Option<DateTime<Utc>>,
    /// Accepted algorithms and keys by date, instead of the built-in policy
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Fetch nothing: judge by what the files and the flags hold
    #[arg(long)]
    offline: bool,
    /// A place beside the public network that may be asked for evidence; may be given several times
    #[arg(long, value_name = "HOST:PORT")]
    fetch_allow: Vec<Place>,
    /// Print reports as JSON, one object a file and a line
    #[arg(long)]
    json: bool,
    /// Print reports as XML (ETSI TS 119 102-2), one document a file
    #[arg(long, conflicts_with = "json")]
    etsi: bool,
}

/// What is said about one file.
#[derive(Serialize)]
struct Answer {
    file: String,
    format: Option<Format>,
    signatures: Vec<Signature>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Finding>,
    error: Option<String>,
    #[serde(skip)]
    took: Duration,
    /// The report as XML, if it is asked for and there is a signature to report on.
    #[serde(skip)]
    etsi: Option<String>,
}

impl Answer {
    /// Every signature passes, and there is one.
    fn is_valid(&self) -> bool {
        let passes = |signature: &Signature| {
            matches!(signature.conclusion, Conclusion::Valid | Conclusion::ValidWithLaterChanges)
        };
        !self.signatures.is_empty() && self.signatures.iter().all(passes)
    }
}

/// Exit codes: 0 all valid, 1 some not valid or not signed, 2 a file could not be read.
pub fn run(command: &Verify) -> Result<ExitCode, Failure> {
    let mut context = Context::new(command.at.unwrap_or_else(|| Clock::System.now()));
    verify_context::fill(
        &mut context,
        &command.trust,
        &command.pool,
        &command.crl,
        command.policy.as_deref(),
    )?;
    let files = files_of(&command.paths)?;
    let policy = command.policy.as_ref().map_or("default".to_owned(), |path| path.display().to_string());
    let network = if command.offline { None } else { Some(Network::new(&command.fetch_allow)?) };
    let answers = judge(&files, &context, network.as_ref(), command.etsi.then_some(&*policy))?;
    let mut out = std::io::stdout().lock();
    for answer in &answers {
        // A reader that went away (a closed pipe) is no failure of the files.
        let _ = match command {
            Verify { json: true, .. } => print_json(&mut out, answer),
            Verify { etsi: true, .. } => print_etsi(&mut out, answer),
            _ => print_words(&mut out, answer),
        };
    }
    if !command.json && !command.etsi && answers.len() > 1 {
        let _ = print_sum(&mut out, &answers);
    }
    Ok(if answers.iter().any(|answer| answer.error.is_some()) {
        ExitCode::from(2)
    } else if answers.iter().all(Answer::is_valid) {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// The files named, and those in the folders named, in the order of their names.
fn files_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() { walk(path, &mut files)? } else { files.push(path.clone()) }
    }
    Ok(files)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        // Links are not followed: a folder may hold a link to itself.
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Judges on all processors; answers come in the order of the files. With the name of the policy, reports are written as XML too.
fn judge(
    files: &[PathBuf],
    context: &Context,
    network: Option<&Network>,
    etsi: Option<&str>,
) -> Result<Vec<Answer>, Failure> {
    let bar = if files.len() > 1 && std::io::stderr().is_terminal() {
        ProgressBar::new(files.len() as u64)
            .with_style(ProgressStyle::with_template("{wide_bar} {pos}/{len} {eta}")?)
    } else {
        ProgressBar::hidden()
    };
    let next = AtomicUsize::new(0);
    let answers = Mutex::new(Vec::with_capacity(files.len()));
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(files.len());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((index, file)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    files.get(index).map(|file| (index, file))
                } {
                    let answer = answer(file, context, network, etsi);
                    bar.inc(1);
                    if let Ok(mut answers) = answers.lock() {
                        answers.push((index, answer));
                    }
                }
            });
        }
    });
    bar.finish_and_clear();
    let mut answers = answers.into_inner()?;
    answers.sort_by_key(|(index, _)| *index);
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}

fn answer(path: &Path, context: &Context, network: Option<&Network>, etsi: Option<&str>) -> Answer {
    let file = path.display().to_string();
    let begun = Instant::now();
    let found = fs::read(path).map_err(|error| error.to_string()).and_then(|bytes| {
        let report = match network {
            Some(network) => network.verify(&bytes, context),
            None => verify(&bytes, context),
        };
        let report = report.map_err(|error| error.to_string())?;
        let xml = etsi.and_then(|policy| xml_of(&report, &file, &bytes, context, policy));
        Ok((report, xml))
    });
    let took = begun.elapsed();
    match found {
        Ok((report, etsi)) => Answer {
            file,
            format: Some(report.format),
            signatures: report.signatures,
            findings: report.findings,
            error: None,
            took,
            etsi,
        },
        Err(error) => Answer {
            file,
            format: None,
            signatures: vec![],
            findings: vec![],
            error: Some(error),
            took,
            etsi: None,
        },
    }
}

fn xml_of(report: &Report, name: &str, bytes: &[u8], context: &Context, policy: &str) -> Option<String> {
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(&Hash::Sha256.of(&[bytes]));
    let subject = Subject { name, sha256, judged_at: context.at, policy, language: Language::English };
    to_etsi_xml(report, &subject)
}

/// What has no report in XML is said beside it.
fn print_etsi(out: &mut impl Write, answer: &Answer) -> std::io::Result<()> {
    match (&answer.etsi, &answer.error) {
        (Some(xml), _) => return writeln!(out, "{xml}"),
        (None, Some(error)) => eprintln!("{}: not read: {error}", answer.file),
        (None, None) => eprintln!("{}: no signature", answer.file),
    }
    Ok(())
}

fn print_json(out: &mut impl Write, answer: &Answer) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, answer)?;
    writeln!(out)
}

fn print_words(out: &mut impl Write, answer: &Answer) -> std::io::Result<()> {
    writeln!(out, "{}", answer.file)?;
    if let Some(error) = &answer.error {
        return writeln!(out, "  not read: {error}");
    }
    print_findings(out, "  ", &answer.findings)?;
    if answer.signatures.is_empty() {
        return writeln!(out, "  no signature");
    }
    for signature in &answer.signatures {
        let field = if signature.field.is_empty() { "signature" } else { &signature.field };
        writeln!(out, "  {field}: {}", conclusion(signature.conclusion))?;
        let indication = code(&signature.indication);
        match &signature.sub_indication {
            Some(sub) => writeln!(out, "    {indication}/{}", code(sub))?,
            None => writeln!(out, "    {indication}")?,
        }
        if let Some(signer) = &signature.signer {
            writeln!(out, "    signer  {signer}")?;
        }
        let time = signature.best_signature_time.format("%Y-%m-%d %H:%M:%SZ");
        writeln!(out, "    time    {time} ({})", code(&signature.best_signature_time_source))?;
        print_findings(out, "    ", &signature.findings)?;
    }
    Ok(())
}

fn print_findings(out: &mut impl Write, indent: &str, findings: &[Finding]) -> std::io::Result<()> {
    for finding in findings {
        match &finding.detail {
            Some(detail) => writeln!(out, "{indent}- {}: {detail}", code(&finding.code))?,
            None => writeln!(out, "{indent}- {}", code(&finding.code))?,
        }
    }
    Ok(())
}

fn conclusion(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Valid => "valid",
        Conclusion::ValidWithLaterChanges => "valid, changed after signing as permitted",
        Conclusion::Indeterminate => "not enough evidence",
        Conclusion::Invalid => "invalid",
    }
}

/// The name that a value has in JSON.
fn code(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

fn print_sum(out: &mut impl Write, answers: &[Answer]) -> std::io::Result<()> {
    let count = |wanted: &dyn Fn(&Answer) -> bool| answers.iter().filter(|answer| wanted(answer)).count();
    let signatures = || answers.iter().flat_map(|answer| &answer.signatures);
    let concluded = |wanted| signatures().filter(|signature| signature.conclusion == wanted).count();
    writeln!(out, "\n{:<44}{:>8}", "files", answers.len())?;
    writeln!(out, "{:<44}{:>8}", "  not read", count(&|answer| answer.error.is_some()))?;
    let unsigned = count(&|answer| answer.error.is_none() && answer.signatures.is_empty());
    writeln!(out, "{:<44}{unsigned:>8}", "  not signed")?;
    writeln!(out, "{:<44}{:>8}", "signatures", signatures().count())?;
    for wanted in
        [Conclusion::Valid, Conclusion::ValidWithLaterChanges, Conclusion::Indeterminate, Conclusion::Invalid]
    {
        writeln!(out, "{:<44}{:>8}", format!("  {}", conclusion(wanted)), concluded(wanted))?;
    }
    if let Some(slowest) = answers.iter().max_by_key(|answer| answer.took) {
        let millis = slowest.took.as_secs_f64() * 1000.0;
        writeln!(out, "{:<44}{millis:>5.0} ms  {}", "slowest", slowest.file)?;
    }
    Ok(())
}
