//! A program that plays the one-stop system: what such a system says to Kho, one subcommand a message.
//!
//! It is meant to be read. [`session`] gets the token and sends everything again that was cut off, under the same key; [`journal`] keeps what was
//! pushed, so that the end of the day can be compared; the other files are one message each. The messages themselves are described in
//! `docs/integration.md`.

mod changes;
mod journal;
mod key;
mod push;
mod reconcile;
mod session;
mod webhooks;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::key::Proof;
use crate::session::Session;

/// Plays a one-stop system that keeps its dossiers, papers and results in Kho.
///
/// Prints every message as it is sent (`>`) and answered (`<`). The secret is read from the environment, never from the arguments, which
/// others on the machine can see.
#[derive(Parser)]
#[command(version, max_term_width = 110)]
struct OneStop {
    #[command(flatten)]
    connection: Connection,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Connection {
    /// Where Kho is.
    #[arg(long, env = "KHO_ONE_STOP_SERVER", default_value = "http://127.0.0.1:8080", global = true)]
    server: String,
    /// Login name of this system there.
    #[arg(long, env = "KHO_ONE_STOP_CLIENT", default_value = "mot-cua", global = true)]
    client: String,
    /// The secret that Kho's administrator gave.
    #[arg(skip = std::env::var("KHO_ONE_STOP_SECRET").ok())]
    secret: Option<String>,
    /// Proves who it is by this private key (see `key`) in place of the secret in KHO_ONE_STOP_SECRET.
    #[arg(long, value_name = "FILE", env = "KHO_ONE_STOP_KEY", global = true)]
    private_key: Option<PathBuf>,
    /// What Kho calls itself, where that is another address than --server; an assertion by key is for that.
    #[arg(long, value_name = "URL", env = "KHO_ONE_STOP_AUDIENCE", global = true)]
    audience: Option<String>,
    /// Where it is kept what was pushed.
    #[arg(long, value_name = "FILE", default_value = "one-stop.jsonl", global = true)]
    journal: PathBuf,
    /// For how long a message that nobody answers is sent again.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, global = true)]
    patience: u64,
}

impl Connection {
    fn open(&self) -> anyhow::Result<Session> {
        let audience = self.audience.as_ref().unwrap_or(&self.server);
        let proof = match (&self.private_key, &self.secret) {
            (Some(file), _) => Proof::key(file, audience)?,
            (None, Some(secret)) => Proof::Secret(secret.clone()),
            (None, None) => {
                anyhow::bail!("neither --private-key nor KHO_ONE_STOP_SECRET says how to prove who this is")
            }
        };
        Ok(Session::new(&self.server, &self.client, proof, Duration::from_secs(self.patience)))
    }
}

#[derive(Subcommand)]
enum Command {
    /// Makes a key pair unless the file is there, and prints its public half for `kho client keys`.
    Key(key::KeyCommand),
    /// Gets a token, and says what it allows.
    Token,
    /// Pushes a dossier: all that is known of it now.
    Dossier(push::DossierCommand),
    /// Pushes the paper of a component, as it was digitised.
    Component(push::ComponentCommand),
    /// Pushes a result; another file under the same key corrects it.
    Result(push::ResultCommand),
    /// Takes a result back that should not have been given.
    Revoke(push::RevokeCommand),
    /// Prints what happened since it was last asked.
    Changes(changes::ChangesCommand),
    /// Takes webhooks, and believes only what is signed.
    Webhooks(webhooks::WebhooksCommand),
    /// Compares what both sides hold of a day.
    Reconcile(reconcile::ReconcileCommand),
}

fn main() -> ExitCode {
    let one_stop = OneStop::parse();
    match run(one_stop) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("kho-one-stop: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(OneStop { connection, command }: OneStop) -> anyhow::Result<ExitCode> {
    match command {
        Command::Key(key) => key.run()?,
        Command::Token => println!("{}", connection.open()?.renew_token()?),
        Command::Dossier(dossier) => return dossier.run(&mut connection.open()?, &connection.journal),
        Command::Component(component) => return component.run(&mut connection.open()?, &connection.journal),
        Command::Result(result) => return result.run(&mut connection.open()?, &connection.journal),
        Command::Revoke(revoke) => return revoke.run(&mut connection.open()?),
        Command::Changes(changes) => changes.run(&mut connection.open()?)?,
        Command::Webhooks(webhooks) => webhooks.run()?,
        Command::Reconcile(reconcile) => return reconcile.run(&mut connection.open()?, &connection.journal),
    }
    Ok(ExitCode::SUCCESS)
}
