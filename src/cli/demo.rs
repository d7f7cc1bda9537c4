//! `kho demo`: the papers of an invented commune.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use kho::services::demo::{Account, Demo, Manifest};

use super::{Common, Failure, operator};

#[derive(Args)]
pub struct LoadDemo {
    /// Folder that `kho-fixtures` wrote [default: demo-papers in the data folder]
    #[arg(long, value_name = "FOLDER")]
    papers: Option<PathBuf>,
    /// Load beside accounts that are not the demo's, although the demo's password is public
    #[arg(long)]
    force: bool,
    /// Load nothing, only print the sign-ins
    #[arg(long)]
    sign_ins: bool,
}

pub async fn run(common: &Common, command: LoadDemo) -> Result<ExitCode, Failure> {
    let config = common.config(None)?;
    let demo = Demo::read(&command.papers.unwrap_or_else(|| config.data_dir.join("demo-papers")))?;
    if command.sign_ins {
        print_sign_ins(&demo.manifest, &config.public_url());
        return Ok(ExitCode::SUCCESS);
    }
    let kho = common.kho().await?;
    if !command.force && kho.has_others_than(&demo).await? {
        return Err("this deployment has accounts of its own, and everybody knows the demo's password; \
                    nothing was loaded (--force loads it all the same)"
            .into());
    }
    let bar = ProgressBar::new(demo.manifest.documents.len() as u64)
        .with_style(ProgressStyle::with_template("loading the demo {wide_bar} {pos}/{len}")?);
    let loaded = kho.load_demo(&operator(), &demo, || bar.inc(1)).await?;
    bar.finish_and_clear();
    kho.db.close().await;
    println!(
        "{} trusted certificates, {} accounts, {} organisations, {} documents, {} shares and {} dossiers were added to the demo",
        loaded.trust, loaded.accounts, loaded.organisations, loaded.documents, loaded.shares, loaded.dossiers
    );
    print_sign_ins(&demo.manifest, &config.public_url());
    Ok(ExitCode::SUCCESS)
}

fn print_sign_ins(manifest: &Manifest, address: &str) {
    println!("\nSign in at {address} with the password {}", manifest.password);
    let rows = manifest
        .accounts
        .iter()
        .map(|account| [&account.login, &account.full_name, &part(account, manifest)].map(Clone::clone));
    print!("{}", table(["login", "name", "who"].map(str::to_owned), rows));
    println!();
}

/// What a demo person is there to show.
fn part(account: &Account, manifest: &Manifest) -> String {
    let name = |code: &str| {
        manifest
            .agencies
            .iter()
            .find(|agency| agency.code == code)
            .map_or_else(|| code.to_owned(), |agency| agency.name.vi.clone())
    };
    let posts = account.roles.iter().filter(|post| post.role != "citizen").map(|post| match &post.agency {
        Some(agency) => format!("{}, {}", post.role.replace('_', " "), name(agency)),
        None => post.role.replace('_', " "),
    });
    let posts = posts.collect::<Vec<_>>().join(", ");
    if posts.is_empty() { "citizen".to_owned() } else { posts }
}

/// Columns as wide as their widest cell, counted in characters.
fn table<const N: usize>(head: [String; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let rows = std::iter::once(head).chain(rows).collect::<Vec<_>>();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(&format!("  {}\n", cells.collect::<Vec<_>>().join("  ").trim_end()));
    }
    text
}
