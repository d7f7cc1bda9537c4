//! `kho client`: programs of other systems from the command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use kho::crypto::assertion::KeySet;
use kho::domain::policy::Scope;
use kho::services::Kho;
use kho::services::clients::Client as Shown;

use super::{Common, Failure, operator};

#[derive(Subcommand)]
pub enum Client {
    /// Show how a program proves who it is, and for which agencies it may do what
    Show { login: String },
    /// Make a secret for a program, in place of the one before, and print it
    Secret {
        login: String,
        /// Take the secret away instead
        #[arg(long)]
        remove: bool,
    },
    /// Set the public keys by which a program signs its assertions
    Keys {
        login: String,
        /// File with a JWK set
        #[arg(required_unless_present = "remove")]
        file: Option<PathBuf>,
        /// Take the keys away instead
        #[arg(long, conflicts_with = "file")]
        remove: bool,
    },
    /// Let a program act for an agency
    Agency {
        login: String,
        /// Code of the agency
        agency: String,
        /// dossier_read, dossier_write, result_write, register_write, catalogue_write or paper_read; several times for several, none takes the
        /// agency away
        #[arg(long = "scope", value_parser = |text: &str| Scope::parse(text).ok_or("no such scope"))]
        scopes: Vec<Scope>,
    },
}

pub async fn run(common: &Common, command: Client) -> Result<ExitCode, Failure> {
    let kho = common.kho().await?;
    match command {
        Client::Show { login } => show(&kho.view_client(&operator(), &login).await?),
        Client::Secret { login, remove: true } => {
            show(&kho.remove_client_secret(&operator(), &login).await?);
        }
        Client::Secret { login, remove: false } => secret(&kho, &login).await?,
        Client::Keys { login, file, remove: _ } => {
            let keys = match file {
                Some(file) => Some(KeySet::parse(&std::fs::read_to_string(file)?)?),
                None => None,
            };
            show(&kho.set_client_keys(&operator(), &login, keys.as_ref()).await?);
        }
        Client::Agency { login, agency, scopes } => {
            show(&kho.set_client_agency(&operator(), &login, &agency, &scopes).await?);
        }
    }
    kho.db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn secret(kho: &Kho, login: &str) -> Result<(), Failure> {
    let secret = kho.make_client_secret(&operator(), login).await?;
    // The secret alone on standard output, so that a script can take it.
    eprintln!("this secret is not shown again; the one before is worth nothing any more");
    println!("{}", secret.expose());
    Ok(())
}

fn show(client: &Shown) {
    println!("client    {}", client.account.login);
    println!("name      {}", client.account.full_name);
    println!("state     {}", client.account.state);
    println!("secret    {}", if client.has_secret { "yes" } else { "no" });
    println!("keys      {}", if client.jwks.is_some() { "yes" } else { "no" });
    for mandate in &client.mandates {
        println!("agency    {}\t{}\t{}", mandate.agency_code, mandate.agency_name, mandate.scopes);
    }
}
