//! `kho user`: accounts from the command line.

use std::process::ExitCode;

use chrono::TimeDelta;
use clap::{Args, Subcommand};
use kho::domain::identity::{Email, FullName, IdentityNumber, Login, Phone};
use kho::domain::page::PageRequest;
use kho::domain::policy::{Role, Scope};
use kho::services::Kho;
use kho::services::accounts::NewPerson;
use kho::services::administration::{AdministeredAccount, AdministrativeChanges};
use kho::services::roles::Appointment;
use kho::services::tokens::TokenRequest;

use super::{Common, Failure, operator};

#[derive(Subcommand)]
pub enum User {
    /// Make an account for a person and the person's vault, or for a program of another system
    Add(Add),
    /// List accounts by name, one a line: login, name, state, roles
    List {
        /// Beginning of a full name, or a whole login name, e-mail, identity number or account number
        #[arg(default_value = "")]
        query: String,
    },
    /// Show one account
    Show { login: String },
    /// Print a one-time link, valid for an hour, with which the person sets a new password
    Reset { login: String },
    /// Lock an account: its sessions end, its tokens stop
    Lock { login: String },
    /// Let a locked account sign in again
    Unlock { login: String },
    /// Give a role, or take it away
    Role(GiveRole),
    /// Make a token for a program and print its secret
    Token(Token),
}

#[derive(Args)]
pub struct Add {
    /// Login name
    login: String,
    /// Full name
    #[arg(long)]
    name: String,
    /// Identity number, 12 digits
    #[arg(long, value_name = "NUMBER", required_unless_present = "client")]
    identity: Option<String>,
    #[arg(long)]
    email: Option<String>,
    #[arg(long)]
    phone: Option<String>,
    /// Contact address
    #[arg(long)]
    address: Option<String>,
    /// Taken from KHO_PASSWORD, so that it does not show in the process list; without it the person sets one by a link
    #[arg(long, env = "KHO_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// The account takes over the vault into which agencies put papers for this identity number: compare the identity card first
    #[arg(long)]
    take_over: bool,
    /// An integration client: a program, which has neither password nor vault
    #[arg(long, conflicts_with_all = ["identity", "email", "phone", "address"])]
    client: bool,
}

#[derive(Args)]
pub struct GiveRole {
    login: String,
    /// officer, agency_admin, system_admin, auditor or integration_client
    #[arg(value_parser = |text: &str| Role::parse(text).ok_or("no such role"))]
    role: Role,
    /// Code of the agency, for officer and agency_admin
    #[arg(long, value_name = "CODE")]
    agency: Option<String>,
    /// Take the role away instead
    #[arg(long)]
    remove: bool,
}

#[derive(Args)]
pub struct Token {
    /// Login name of an integration client; people make their own tokens
    login: String,
    /// What to call it
    #[arg(long)]
    name: String,
    /// vault_read, vault_write, share, account, audit, admin, dossier_read, dossier_write, result_write, register_write, catalogue_write or
    /// paper_read; several times
    /// for several
    #[arg(long = "scope", required = true, value_parser = |text: &str| Scope::parse(text).ok_or("no such scope"))]
    scopes: Vec<Scope>,
    /// Days until it ends
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=366))]
    days: i64,
}

pub async fn run(common: &Common, command: User) -> Result<ExitCode, Failure> {
    let kho = common.kho().await?;
    match command {
        User::Add(command) => add(&kho, command).await?,
        User::List { query } => list(&kho, &query).await?,
        User::Show { login } => show(&kho.administered_account(&operator(), &login).await?),
        User::Reset { login } => println!("{}", kho.reset_link(&operator(), &login).await?),
        User::Lock { login } => set_locked(&kho, &login, true).await?,
        User::Unlock { login } => set_locked(&kho, &login, false).await?,
        User::Role(command) => give_role(&kho, command).await?,
        User::Token(command) => token(&kho, command).await?,
    }
    kho.db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn add(kho: &Kho, command: Add) -> Result<(), Failure> {
    let (login, full_name) = (Login::parse(&command.login)?, FullName::parse(&command.name)?);
    let id = match &command.identity {
        Some(identity) => {
            let person = NewPerson {
                login,
                full_name,
                identity_number: IdentityNumber::parse(identity)?,
                email: command.email.as_deref().map(Email::parse).transpose()?,
                phone: command.phone.as_deref().map(Phone::parse).transpose()?,
                address: command.address,
                password: command.password,
                takes_over: command.take_over,
            };
            kho.create_person(&operator(), person).await?
        }
        None => kho.create_client(&operator(), login, full_name).await?,
    };
    println!("account {id} was made for {}", command.login);
    Ok(())
}

async fn list(kho: &Kho, query: &str) -> Result<(), Failure> {
    let mut page = PageRequest::parse(None, None, None, "name")?;
    loop {
        let found = kho.find_accounts(&operator(), query, &page).await?;
        for AdministeredAccount { account, roles } in found.items {
            let roles = roles.into_iter().map(role_text).collect::<Vec<_>>().join(", ");
            println!("{}\t{}\t{}\t{roles}", account.login, account.full_name, account.state);
        }
        match found.next {
            Some(next) => page.after = Some(next),
            None => return Ok(()),
        }
    }
}

fn show(AdministeredAccount { account, roles }: &AdministeredAccount) {
    let none = || "-".to_owned();
    println!("id        {}", account.id);
    println!("number    {}", account.number);
    println!("login     {}", account.login);
    println!("name      {}", account.full_name);
    println!("kind      {}", account.kind);
    println!("state     {}", account.state);
    println!("identity  {}", account.identity_number.clone().unwrap_or_else(none));
    println!("e-mail    {}", account.email.clone().unwrap_or_else(none));
    println!("vault     {}", account.vault_id.map_or_else(none, |vault| vault.to_string()));
    println!("made      {}", account.created_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    for held in roles {
        println!("role      {}", role_text(held.clone()));
    }
}

fn role_text(held: kho::db::role::Held) -> String {
    match held.agency_code {
        Some(agency) => format!("{} of {agency}", held.role),
        None => held.role,
    }
}

async fn set_locked(kho: &Kho, login: &str, locked: bool) -> Result<(), Failure> {
    let seen = kho.administered_account(&operator(), login).await?.account.rev;
    let changes = AdministrativeChanges { locked: Some(locked), ..Default::default() };
    kho.administer_account(&operator(), login, Some(seen), changes).await?;
    println!("{login} is {}", if locked { "locked" } else { "active" });
    Ok(())
}

async fn give_role(kho: &Kho, command: GiveRole) -> Result<(), Failure> {
    let appointment =
        Appointment { account: &command.login, role: command.role, agency: command.agency.as_deref() };
    if command.remove {
        kho.take_role(&operator(), appointment).await?;
        println!("{} is not {} any more", command.login, command.role.as_str());
    } else {
        kho.give_role(&operator(), appointment).await?;
        println!("{} is {}", command.login, command.role.as_str());
    }
    Ok(())
}

async fn token(kho: &Kho, command: Token) -> Result<(), Failure> {
    let expires_at = kho.clock.now() + TimeDelta::days(command.days);
    let request = TokenRequest { name: command.name, scopes: command.scopes, expires_at };
    let new = kho.create_client_token(&operator(), &command.login, request).await?;
    // The secret alone on standard output, so that a script can take it.
    eprintln!("this secret is not shown again; it ends at {}", new.token.expires_at);
    println!("{}", new.secret.expose());
    Ok(())
}
