//! `kho trust`: the certificates that signatures are believed by.

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::{Args, Subcommand};
use kho::db::trust::TrustCertificate;
use kho::services::trust_files::certificates_of;
use kho::services::trust_store::{Terms, TrustRole};
use kho_signature::x509::Certificate;
use serde_json::json;

use super::{Common, Failure, operator};

#[derive(Subcommand)]
pub enum Trust {
    /// List the store: the database's certificates and those of the data folder
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Add certificates of a file, or change the terms of those that are there; prints what was added
    Add(Add),
    /// Remove a certificate of the database
    Remove {
        /// The beginning of its SHA-256, in hexadecimal
        fingerprint: String,
    },
    /// Add all certificates of files or folders that are not there yet: those that signed themselves as anchors, the others as intermediates
    Import {
        #[arg(required = true, value_name = "FILE|DIR")]
        paths: Vec<PathBuf>,
        /// Only what would be done
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Args)]
pub struct Add {
    /// Certificates in PEM or DER
    file: PathBuf,
    /// Only complete chains with it; nothing is believed because of it
    #[arg(long, conflicts_with_all = ["from", "until", "names", "policies", "authenticates"])]
    intermediate: bool,
    /// What it is, for whoever reads the list
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// Signatures of before this day count for nothing under it
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<NaiveDate>,
    /// Signatures of this day and after count for nothing under it
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<NaiveDate>,
    /// Only names within this one count under it: a distinguished name such as "O=UBND xã Suối Mơ,C=VN", `email:.gov.vn` or
    /// `dns:gov.vn`; may be given several times
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<String>,
    /// Only certificates under this policy count under it, such as 2.16.704.1.1.1.1.1; may be given several times
    #[arg(long = "policy", value_name = "OID")]
    policies: Vec<String>,
    /// Signers under it issue papers: a valid signature of theirs authenticates a document
    #[arg(long)]
    authenticates: bool,
}

pub async fn run(common: &Common, command: Trust) -> Result<ExitCode, Failure> {
    let kho = common.kho().await?;
    match command {
        Trust::List { json } => {
            let rows = kho.trust_certificates(&operator()).await?;
            rows.iter().for_each(|row| print_row(row, json));
            for (role, certificates) in [
                (TrustRole::Anchor, &kho.trust_files.anchors),
                (TrustRole::Intermediate, &kho.trust_files.intermediates),
            ] {
                certificates.iter().for_each(|certificate| print_file(role, certificate, json));
            }
        }
        Trust::Add(add) => {
            let certificates = certificates_of(&add.file)?;
            let role = if add.intermediate { TrustRole::Intermediate } else { TrustRole::Anchor };
            let terms = Terms {
                role,
                label: add.label,
                valid_from: add.from.map(midnight),
                valid_until: add.until.map(midnight),
                names: add.names,
                policies: add.policies,
                authenticates: add.authenticates,
            };
            kho.add_trust(&operator(), &certificates, &terms).await?;
            certificates.iter().for_each(|certificate| print_added(role, certificate));
        }
        Trust::Remove { fingerprint } => {
            let row = kho.remove_trust(&operator(), &fingerprint).await?;
            println!("removed {} {}", row.role, row.subject);
        }
        Trust::Import { paths, dry_run } => {
            let mut certificates = Vec::new();
            for path in &paths {
                certificates.extend(certificates_of(path)?);
            }
            // Those that are there keep the terms that somebody chose for them.
            let known = kho.trust_certificates(&operator()).await?;
            certificates.retain(|one| known.iter().all(|row| row.sha256 != one.sha256()));
            let (roots, others): (Vec<_>, Vec<_>) =
                certificates.into_iter().partition(Certificate::is_self_issued);
            for (role, list) in [(TrustRole::Anchor, &roots), (TrustRole::Intermediate, &others)] {
                let terms = Terms::of(role);
                if !dry_run && !list.is_empty() {
                    kho.add_trust(&operator(), list, &terms).await?;
                }
                list.iter().for_each(|certificate| print_added(role, certificate));
            }
        }
    }
    kho.db.close().await;
    Ok(ExitCode::SUCCESS)
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// A JSON array of texts.
fn list(array: &str) -> Vec<String> {
    serde_json::from_str(array).unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

fn print_added(role: TrustRole, certificate: &Certificate) {
    println!("{} {} {}", role.as_str(), hex(certificate.sha256()), certificate.subject().text());
}

fn print_row(row: &TrustCertificate, json: bool) {
    if json {
        let line = json!({
            "sha256": hex(&row.sha256), "role": row.role, "source": "database", "subject": row.subject,
            "label": row.label, "valid_from": row.valid_from, "valid_until": row.valid_until,
            "names": list(&row.names), "policies": list(&row.policies),
            "authenticates": row.authenticates, "added_at": row.added_at,
        });
        println!("{line}");
        return;
    }
    let day = |time: Option<DateTime<Utc>>| time.map(|time| time.format("%Y-%m-%d").to_string());
    let terms = [
        day(row.valid_from).map(|day| format!("from {day}")),
        day(row.valid_until).map(|day| format!("until {day}")),
        Some(list(&row.names).join(" or ")).filter(|names| !names.is_empty()),
        Some(list(&row.policies).join(" or ")).filter(|policies| !policies.is_empty()),
        row.authenticates.then(|| "authenticates".to_owned()),
        row.label.as_ref().map(|label| format!("“{label}”")),
    ];
    let terms = terms.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let short = hex(&row.sha256[..8]);
    println!("{short}  {:<12}  {}{}{terms}", row.role, row.subject, if terms.is_empty() { "" } else { "  " });
}

fn print_file(role: TrustRole, certificate: &Certificate, json: bool) {
    let subject = certificate.subject().text();
    if json {
        let line = json!({
            "sha256": hex(certificate.sha256()), "role": role.as_str(), "source": "file", "subject": subject,
        });
        println!("{line}");
    } else {
        println!("{}  {:<12}  {subject}  in the data folder", hex(&certificate.sha256()[..8]), role.as_str());
    }
}
