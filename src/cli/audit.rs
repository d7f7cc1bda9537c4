//! `kho audit`: checking the audit chains and signing checkpoints over them.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use data_encoding::HEXLOWER;
use kho::services::verify::VerifyScope;
use uuid::Uuid;

use super::watch::Printer;
use super::{Common, Failure};

#[derive(Subcommand)]
pub enum Audit {
    /// Recompute every hash and compare with heads and signed checkpoints; exit code 1 if anything was changed
    Verify(Verify),
    /// Sign the heads of the chains that have moved, and print the newest checkpoint to be noted elsewhere
    Checkpoint,
    /// Print the public key of the checkpoints, Ed25519 in hexadecimal
    PublicKey,
}

#[derive(Args)]
pub struct Verify {
    /// Only the chain of this vault (the nil id for the system's)
    #[arg(long, value_name = "ID")]
    vault: Option<Uuid>,
    /// Begin at this record of the vault's chain
    #[arg(long, value_name = "SEQ", requires = "vault", value_parser = clap::value_parser!(i64).range(1..))]
    from: Option<i64>,
    /// Print findings and the sum as JSON, one object a line
    #[arg(long)]
    json: bool,
}

pub async fn run(common: &Common, command: Audit) -> Result<ExitCode, Failure> {
    let kho = common.kho().await?;
    match command {
        Audit::Verify(verify) => {
            let mut printer = Printer::new(verify.json);
            let scope = VerifyScope { chain: verify.vault, from_seq: verify.from };
            let tally = kho.verify_trail(scope, &mut printer).await?;
            printer.end(tally)
        }
        Audit::Checkpoint => {
            let signed = kho.sign_checkpoints().await?;
            println!("{signed} signed");
            if let Some(last) = kho.latest_checkpoint().await? {
                println!("number    {}", last.number);
                println!("time      {}", last.at.to_rfc3339());
                println!("digest    {}", HEXLOWER.encode(&last.digest));
                println!("signature {}", HEXLOWER.encode(&last.signature));
            }
            Ok(ExitCode::SUCCESS)
        }
        Audit::PublicKey => {
            println!("{}", HEXLOWER.encode(kho.keyring.checkpoint_public_key()));
            Ok(ExitCode::SUCCESS)
        }
    }
}
