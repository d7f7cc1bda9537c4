//! Every operation an administrator needs, one file a subcommand.
//!
//! May use `app` and `services`. Exit codes: 0 done, 1 done with findings (a check that found something), 2 could not be done. To add one: a
//! file here, a variant in [`Command`], a line in [`run`].

mod audit;
mod catalogue;
mod client;
mod confine;
mod demo;
mod fsck;
mod judge;
mod org;
mod search;
mod serve;
mod storage;
mod sweep;
mod thumbnails;
mod trust;
mod user;
mod verify;
mod verify_context;
mod verify_network;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use kho::app;
use kho::config::{Config, Flags};
use kho::domain::account::{Actor, Channel, Credential};
use kho::domain::clock::Clock;
use kho::domain::id::AccountId;
use kho::domain::problem::Problem;
use kho::services::Kho;

/// The document vault of citizens and organisations.
#[derive(Parser)]
#[command(name = "kho", version, max_term_width = 100)]
pub struct CommandLine {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Where the data lies: the same for every subcommand.
#[derive(Args, Clone)]
pub struct Common {
    /// Configuration file (default: kho.toml in the working folder, if it is there)
    #[arg(long, global = true, value_name = "FILE", env = "KHO_CONFIG")]
    config: Option<PathBuf>,
    /// Folder of the embedded database, the objects and the master key [default: data] [env: KHO_DATA_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// sqlite:PATH or postgres://… [default: SQLite in the data folder] [env: KHO_DATABASE_URL]
    #[arg(long, global = true, value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    /// file:PATH or s3://bucket/prefix?endpoint=URL [default: files in the data folder] [env: KHO_OBJECTS]
    #[arg(long, global = true, value_name = "URL")]
    objects: Option<String>,
}

impl Common {
    fn config(&self, listen: Option<std::net::SocketAddr>) -> Result<Config, Failure> {
        let flags = Flags {
            listen,
            data_dir: self.data_dir.clone(),
            database_url: self.database_url.clone(),
            objects: self.objects.clone(),
        };
        Ok(Config::load(self.config.as_deref(), &flags)?)
    }

    /// The use cases on the configured database and store.
    async fn kho(&self) -> Result<Kho, Failure> {
        Ok(app::build(&self.config(None)?, Clock::System).await?)
    }
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API and the page, and run the background jobs
    Serve(serve::Serve),
    /// Load the people and papers of the demo, and print its sign-ins
    Demo(demo::LoadDemo),
    /// Bring the database schema up to date
    Migrate,
    /// Make and mend accounts
    #[command(subcommand)]
    User(user::User),
    /// Let programs of other systems prove who they are, and act for agencies
    #[command(subcommand)]
    Client(client::Client),
    /// Make organisations and agencies, and choose members
    #[command(subcommand)]
    Org(org::Org),
    /// Bring procedures, types of paper and agencies in and out as a file
    #[command(subcommand)]
    Catalogue(catalogue::Catalogue),
    /// Check the audit chains and sign checkpoints over them
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Compare rows and objects both ways; exit code 1 if something is left to look at
    Fsck(fsck::Fsck),
    /// Remove orphan objects and rows that have served their time
    Sweep(sweep::Sweep),
    /// Put the bucket's policies in place and compare them
    #[command(subcommand)]
    Storage(storage::Storage),
    /// Make the search index anew
    #[command(subcommand)]
    Search(search::Search),
    /// Queue the drawing of thumbnails
    Thumbnails(thumbnails::Thumbnails),
    #[command(name = kho::services::artist::COMMAND, hide = true)]
    DrawThumbnail(thumbnails::Draw),
    #[command(name = kho::services::examiner::COMMAND, hide = true)]
    JudgeSignatures,
    /// Choose the certificates that signatures are believed by
    #[command(subcommand)]
    Trust(trust::Trust),
    /// Judge the signatures of files; exit code 1 if one is not valid, 2 if a file could not be read
    Verify(verify::Verify),
    /// Print the OpenAPI document
    Openapi,
}

/// What ends a command early; its text is shown to the operator.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs a command to its exit code.
pub fn run(line: CommandLine) -> ExitCode {
    // Before anything is opened: this process is to have nothing.
    if let Command::DrawThumbnail(command) = &line.command {
        return thumbnails::draw_input(command).unwrap_or_else(|failure| failed(&failure));
    }
    if let Command::JudgeSignatures = &line.command {
        return judge::run().unwrap_or_else(|failure| failed(&failure));
    }
    if let Command::Verify(command) = &line.command {
        return verify::run(command).unwrap_or_else(|failure| failed(&failure));
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let common = line.common;
    let done = runtime.block_on(async {
        match line.command {
            Command::Serve(command) => serve::run(&common, command).await,
            Command::Demo(command) => demo::run(&common, command).await,
            Command::Migrate => migrate(&common).await,
            Command::User(command) => user::run(&common, command).await,
            Command::Client(command) => client::run(&common, command).await,
            Command::Org(command) => org::run(&common, command).await,
            Command::Catalogue(command) => catalogue::run(&common, command).await,
            Command::Audit(command) => audit::run(&common, command).await,
            Command::Fsck(command) => fsck::run(&common, command).await,
            Command::Sweep(command) => sweep::run(&common, command).await,
            Command::Storage(command) => storage::run(&common, command).await,
            Command::Search(command) => search::run(&common, command).await,
            Command::Thumbnails(command) => thumbnails::run(&common, command).await,
            Command::DrawThumbnail(command) => thumbnails::draw_input(&command),
            Command::JudgeSignatures => judge::run(),
            Command::Trust(command) => trust::run(&common, command).await,
            Command::Verify(command) => verify::run(&command),
            Command::Openapi => print_openapi(),
        }
    });
    match done {
        Ok(code) => code,
        Err(failure) => failed(&failure),
    }
}

fn failed(failure: &Failure) -> ExitCode {
    eprintln!("kho: {failure}");
    // What a program would read beside the sentence, such as the field that is not valid.
    if let Some(problem) = failure.downcast_ref::<Problem>() {
        for (name, value) in &problem.members {
            eprintln!("     {name}: {value}");
        }
    }
    ExitCode::from(2)
}

async fn migrate(common: &Common) -> Result<ExitCode, Failure> {
    common.kho().await?;
    println!("the schema is up to date");
    Ok(ExitCode::SUCCESS)
}

fn print_openapi() -> Result<ExitCode, Failure> {
    println!("{}", app::openapi().to_pretty_json()?);
    Ok(ExitCode::SUCCESS)
}

/// The operator at the machine, as the audit chain names them.
fn operator() -> Actor {
    Actor {
        account_id: AccountId(uuid::Uuid::nil()),
        name: "operator".to_owned(),
        vault_id: None,
        credential: Credential::CommandLine,
        channel: Channel { name: "command_line", address: String::new() },
        purpose: None,
    }
}
