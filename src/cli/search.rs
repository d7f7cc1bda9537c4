//! `kho search`: the index that papers are found by.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Common, Failure};

#[derive(Subcommand)]
pub enum Search {
    /// Make the search index of all vaults anew; the server may go on running
    Reindex(Reindex),
}

#[derive(Args)]
pub struct Reindex {
    /// Also read the text inside all files again, in the background of the running server
    #[arg(long)]
    text: bool,
}

pub async fn run(common: &Common, command: Search) -> Result<ExitCode, Failure> {
    let kho = common.kho().await?;
    match command {
        Search::Reindex(reindex) => {
            let style =
                ProgressStyle::with_template("{spinner} {human_pos} documents and folders, {per_sec}")?;
            let progress = ProgressBar::no_length().with_style(style);
            let total = kho.reindex(reindex.text, |done| progress.inc(done)).await?;
            progress.finish_and_clear();
            println!("{total} documents and folders were indexed");
        }
    }
    Ok(ExitCode::SUCCESS)
}
