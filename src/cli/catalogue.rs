//! `kho catalogue`: procedures, types of document and result, agencies, as one file.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use kho::services::mapping::changes::{Changes, Missing, Wish};
use kho_mapping::catalogue::{Catalogue as File, Change, Fault};

use super::{Common, Failure, operator};

#[derive(Subcommand)]
pub enum Catalogue {
    /// Write the catalogue as a file
    Export {
        /// Where to [default: standard output]
        file: Option<PathBuf>,
        /// A version other than the newest
        #[arg(long, value_name = "NUMBER")]
        version: Option<i64>,
    },
    /// Bring the catalogue to what a file says; what is the same is left alone
    Import(Import),
    /// Check a file and change nothing; exit code 1 if something is wrong with it
    Check { file: PathBuf },
    /// List the versions, the newest first
    Versions,
}

#[derive(Args)]
pub struct Import {
    file: PathBuf,
    /// Leave items that are not in the file; without it they are closed
    #[arg(long)]
    keep_missing: bool,
    /// Only what would change and what is wrong; exit code 1 if something is wrong
    #[arg(long)]
    dry_run: bool,
    /// Why, for the list of versions
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Versions listed at a time.
const PAGE: u32 = 500;

pub async fn run(common: &Common, command: Catalogue) -> Result<ExitCode, Failure> {
    let kho = common.kho().await?;
    let code = match command {
        Catalogue::Export { file, version } => {
            let catalogue = kho.view_catalogue(&operator(), version).await?.catalogue();
            let text = serde_json::to_string_pretty(&catalogue)? + "\n";
            match file {
                Some(path) => std::fs::write(&path, text).map_err(|error| named(&path, &error))?,
                None => std::io::stdout().write_all(text.as_bytes())?,
            }
            ExitCode::SUCCESS
        }
        Catalogue::Check { file } => {
            let faults = kho.catalogue_faults(&read(&file)?);
            print_faults(&faults);
            if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Catalogue::Import(import) => {
            let file = read(&import.file)?;
            // Before anything is refused, all faults are told as a person reads them.
            let missing = if import.keep_missing { Missing::Keep } else { Missing::Close };
            let seen = Some(kho.view_catalogue(&operator(), None).await?.number);
            let wish = |dry_run| Wish { seen, dry_run, note: import.note.clone() };
            let planned = kho.import_catalogue(&operator(), file.clone(), missing, wish(true)).await?;
            print_faults(&planned.faults);
            if !planned.faults.is_empty() {
                eprintln!("the catalogue stays version {}", planned.number);
                return Ok(ExitCode::from(if import.dry_run { 1 } else { 2 }));
            }
            print_changes(&planned.changes);
            if import.dry_run {
                println!("the catalogue stays version {}", planned.number);
            } else {
                let done = kho.import_catalogue(&operator(), file, missing, wish(false)).await?;
                println!("the catalogue is version {}", done.number);
            }
            ExitCode::SUCCESS
        }
        Catalogue::Versions => {
            let mut cursor = None;
            loop {
                let page =
                    kho::domain::page::PageRequest::parse(None, Some(PAGE), cursor.as_deref(), "-size")?;
                let page = kho.list_catalogue_versions(&operator(), &page).await?;
                for version in page.items {
                    let changes: Changes = serde_json::from_str(&version.changes)?;
                    println!(
                        "{}  {}  {}  {}  {}",
                        version.number,
                        version.created_at.format("%Y-%m-%d %H:%M:%S"),
                        summary(&changes),
                        version.created_by_name,
                        version.note.unwrap_or_default()
                    );
                }
                match page.next {
                    Some(next) => cursor = Some(next.encode()),
                    None => break,
                }
            }
            ExitCode::SUCCESS
        }
    };
    kho.db.close().await;
    Ok(code)
}

fn read(path: &PathBuf) -> Result<File, Failure> {
    let text = std::fs::read(path).map_err(|error| named(path, &error))?;
    Ok(serde_json::from_slice(&text).map_err(|error| named(path, &error))?)
}

fn named(path: &std::path::Path, error: &dyn std::fmt::Display) -> String {
    format!("{}: {error}", path.display())
}

fn print_faults(faults: &[Fault]) {
    for fault in faults {
        let item = fault.item.as_ref().map_or_else(String::new, |code| format!(" ({code})"));
        println!("{}{item}: {} [{}]", fault.at, fault.code.english(), fault.code.as_str());
    }
}

fn print_changes(changes: &Changes) {
    for item in &changes.items {
        let sign = match item.change {
            Change::Added => '+',
            Change::Changed => '~',
            Change::Closed => '-',
        };
        println!("{sign} {} {}  {}", item.kind.as_str(), item.code, item.name);
    }
    println!("{}", summary(changes));
}

fn summary(changes: &Changes) -> String {
    if changes.is_empty() {
        return "nothing differs".to_owned();
    }
    let order = if changes.reordered { ", in another order" } else { "" };
    format!("{} added, {} changed, {} closed{order}", changes.added, changes.changed, changes.closed)
}
