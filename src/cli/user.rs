//! `kho user`: accounts from the command line.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use kho::domain::identity::{Email, FullName, IdentityNumber, Login};
use kho::services::accounts::NewPerson;

use super::{Common, Failure, operator};

#[derive(Subcommand)]
pub enum User {
    /// Make an account for a person, and the person's vault
    Add(Add),
}

#[derive(Args)]
pub struct Add {
    /// Login name
    login: String,
    /// Full name
    #[arg(long)]
    name: String,
    /// Identity number, 12 digits
    #[arg(long, value_name = "NUMBER")]
    identity: String,
    #[arg(long)]
    email: Option<String>,
    /// Read from KHO_PASSWORD so that it does not show in the process list
    #[arg(long, env = "KHO_PASSWORD", hide_env_values = true)]
    password: String,
}

pub async fn run(common: &Common, command: User) -> Result<ExitCode, Failure> {
    let kho = common.kho().await?;
    match command {
        User::Add(add) => {
            let person = NewPerson {
                login: Login::parse(&add.login)?,
                full_name: FullName::parse(&add.name)?,
                identity_number: IdentityNumber::parse(&add.identity)?,
                email: add.email.as_deref().map(Email::parse).transpose()?,
                phone: None,
                address: None,
                password: Some(add.password),
            };
            let id = kho.create_person(&operator(), person).await?;
            println!("account {id} was made for {}", add.login);
        }
    }
    Ok(ExitCode::SUCCESS)
}
