//! `kho sweep`: what the background jobs tidy up, at once.

use std::process::ExitCode;

use chrono::TimeDelta;
use clap::Args;

use super::{Common, Failure};

#[derive(Args)]
pub struct Sweep {
    /// Remove objects that no row names without waiting for the grace period
    #[arg(long)]
    now: bool,
}

pub async fn run(common: &Common, command: Sweep) -> Result<ExitCode, Failure> {
    let kho = common.kho().await?;
    let swept = kho.sweep_objects(command.now.then_some(TimeDelta::zero())).await?;
    kho.expire_rows().await?;
    println!(
        "{} objects without a row seen, {} removed, {} unfinished writes and {} blobs without a key removed",
        swept.orphans, swept.removed, swept.unfinished, swept.blobs
    );
    Ok(ExitCode::SUCCESS)
}
