//! `kho org`: organisations and agencies from the command line.

use std::process::ExitCode;

use clap::Subcommand;
use kho::domain::grant::MemberRole;
use kho::domain::identity::{FullName, OrganisationCode};

use super::{Common, Failure, operator};

#[derive(Subcommand)]
pub enum Org {
    /// Make an organisation's vault with its first owner
    Add {
        /// Tax code, or identifier of an agency
        code: String,
        #[arg(long)]
        name: String,
        /// Login name of the first owner
        #[arg(long, value_name = "LOGIN")]
        owner: String,
    },
    /// Make somebody a member, change the role, or end the membership
    Member {
        /// Code of the organisation
        code: String,
        login: String,
        /// owner, editor or viewer
        #[arg(required_unless_present = "remove", value_parser = |text: &str| MemberRole::parse(text).ok_or("no such role"))]
        role: Option<MemberRole>,
        /// End the membership
        #[arg(long, conflicts_with = "role")]
        remove: bool,
    },
    /// Add an agency, for which officers work
    Agency {
        /// Identifier of the agency
        code: String,
        #[arg(long)]
        name: String,
        /// English name
        #[arg(long, value_name = "NAME")]
        name_en: String,
    },
}

pub async fn run(common: &Common, command: Org) -> Result<ExitCode, Failure> {
    let kho = common.kho().await?;
    match command {
        Org::Add { code, name, owner } => {
            let (code, name) = (OrganisationCode::parse(&code)?, FullName::parse(&name)?);
            let vault = kho.create_organisation(&operator(), code, name, &owner).await?;
            println!("vault {} was made for {}", vault.id, vault.owner_code);
        }
        Org::Member { code, login, role, .. } => {
            let vault = kho.organisation_by_code(&operator(), &OrganisationCode::parse(&code)?).await?;
            match role {
                Some(role) => {
                    kho.put_member(&operator(), vault.id, &login, role).await?;
                    println!("{login} is {} of {}", role.as_str(), vault.owner_code);
                }
                None => {
                    kho.remove_member(&operator(), vault.id, &login).await?;
                    println!("{login} is not a member of {} any more", vault.owner_code);
                }
            }
        }
        Org::Agency { code, name, name_en } => {
            let code = OrganisationCode::parse(&code)?;
            let (name, name_en) = (FullName::parse(&name)?, FullName::parse(&name_en)?);
            let agency = kho.create_agency(&operator(), code, name, name_en).await?;
            println!("agency {} was added", agency.code);
        }
    }
    kho.db.close().await;
    Ok(ExitCode::SUCCESS)
}
