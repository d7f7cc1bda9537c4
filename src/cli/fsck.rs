//! `kho fsck`: comparing rows and objects.

use std::process::ExitCode;

use clap::Args;
use kho::domain::id::VaultId;
use kho::services::fsck::FsckScope;

use super::watch::Printer;
use super::{Common, Failure};

#[derive(Args)]
pub struct Fsck {
    /// Mend sums, ledgers and sort keys, and note orphan objects for the sweeper; nothing is ever deleted
    #[arg(long)]
    repair: bool,
    /// Only this vault; objects without rows are then not looked for
    #[arg(long, value_name = "ID")]
    vault: Option<VaultId>,
    /// Decrypt every byte and compare it with its SHA-256
    #[arg(long)]
    read_all: bool,
    /// Print findings and the sum as JSON, one object a line
    #[arg(long)]
    json: bool,
}

pub async fn run(common: &Common, command: Fsck) -> Result<ExitCode, Failure> {
    let kho = common.kho().await?;
    let mut printer = Printer::new(command.json);
    let scope = FsckScope { vault: command.vault, read_all: command.read_all, repair: command.repair };
    let tally = kho.fsck(scope, &mut printer).await?;
    printer.end(tally)
}
