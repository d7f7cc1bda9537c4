//! Who acts: the actor that every service function takes.

use super::id::{AccountId, SessionId, TokenId, VaultId};
use super::policy::{Act, Scope};
use super::problem::{Code, Problem, Result};

/// How the actor proved who they are.
#[derive(Clone, Debug)]
pub enum Credential {
    Session(SessionId),
    /// A program's token, limited to its scopes.
    Token(TokenId, Vec<Scope>),
    /// The operator at the machine's command line.
    CommandLine,
}

/// Where a request came from, for the audit chain.
#[derive(Clone, Debug)]
pub struct Channel {
    /// `page`, `api`, `link`, `command_line` or `job`.
    pub name: &'static str,
    /// The client's network address, or empty where there is none.
    pub address: String,
}

/// A signed-in account, for the length of one request.
#[derive(Clone, Debug)]
pub struct Actor {
    pub account_id: AccountId,
    /// The person's full name, as the audit chain shows it to the owner of a paper.
    pub name: String,
    /// The person's own vault; an integration client has none.
    pub vault_id: Option<VaultId>,
    pub credential: Credential,
    pub channel: Channel,
    /// Why a paper of somebody else is looked at, where the caller said so.
    pub purpose: Option<String>,
}

impl Actor {
    /// Refuses an act that the actor's token was not made for.
    pub fn check_scope(&self, act: Act) -> Result<()> {
        match &self.credential {
            Credential::Session(_) | Credential::CommandLine => Ok(()),
            Credential::Token(_, scopes) if scopes.contains(&act.scope()) => Ok(()),
            Credential::Token(..) => {
                Err(Problem::new(Code::ScopeMissing).with("scope", act.scope().as_str()))
            }
        }
    }
}
