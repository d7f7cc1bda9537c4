//! Who something can be shared with.

use chrono::TimeDelta;

use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::Record;
use crate::domain::id::VaultId;
use crate::domain::identity::{Email, IdentityNumber, Login, OrganisationCode};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Result};
use crate::services::Kho;

/// How a person or an organisation is named by somebody who shares with it.
#[derive(Clone, Debug)]
pub enum Recipient {
    IdentityNumber(IdentityNumber),
    OrganisationCode(OrganisationCode),
    Login(Login),
    Email(Email),
}

impl Recipient {
    /// All that a text can be meant as. Codes come before logins: people choose logins, and one that looks like an organisation's code must
    /// not get what is meant for the organisation.
    pub fn readings(text: &str) -> Vec<Self> {
        let readings = [
            IdentityNumber::parse(text).map(Self::IdentityNumber),
            OrganisationCode::parse(text).map(Self::OrganisationCode),
            Login::parse(text).map(Self::Login),
            Email::parse(text).map(Self::Email),
        ];
        readings.into_iter().flatten().collect()
    }

    pub fn named_by(&self) -> NamedBy {
        match self {
            Self::IdentityNumber(_) => NamedBy::IdentityNumber,
            Self::OrganisationCode(_) => NamedBy::OrganisationCode,
            Self::Login(_) => NamedBy::Login,
            Self::Email(_) => NamedBy::Email,
        }
    }
}

/// What somebody is named by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NamedBy {
    IdentityNumber,
    OrganisationCode,
    Login,
    Email,
}

/// A person or an organisation that was found, and how it was named.
#[derive(Clone, Debug)]
pub struct FoundRecipient {
    pub vault: db::vault::Vault,
    pub by: NamedBy,
}

/// Look-ups of one account within [`WINDOW`]: of nobody, and altogether. Who knows whom to share with needs few; who tries out numbers or
/// goes through a list of names is stopped.
const MISSES: i32 = 30;
const LOOK_UPS: i32 = 200;
const WINDOW: TimeDelta = TimeDelta::minutes(10);

impl Kho {
    /// Finds the one whose identity number, organisation code, login name or e-mail address is exactly `name`.
    pub async fn find_recipient(&self, actor: &Actor, name: &str) -> Result<FoundRecipient> {
        actor.check_scope(Act::RecipientFind)?;
        let missed = format!("recipient-missed:{}", actor.account_id);
        let asked = format!("recipient-asked:{}", actor.account_id);
        let mut tx = self.db.read().await?;
        self.expect_few_failures(&mut tx, &[(&missed, MISSES), (&asked, LOOK_UPS)]).await?;
        for reading in Recipient::readings(name) {
            let Some(id) = vault_of_recipient(&mut tx, &reading).await? else { continue };
            let Some(vault) = db::vault::get(&mut tx, id).await? else { continue };
            drop(tx);
            self.count_failures_within(WINDOW, &[&asked]).await?;
            let by = reading.named_by();
            let record =
                Record::new(self.account_chain(actor), self.clock.now(), actor.into(), Act::RecipientFind);
            let record = record.about(id.0).named(&vault.owner_name).detail(serde_json::json!({ "by": by }));
            self.trail.keep(record).await?;
            return Ok(FoundRecipient { vault, by });
        }
        drop(tx);
        self.count_failures_within(WINDOW, &[&missed, &asked]).await?;
        let (chain, account) = (self.account_chain(actor), actor.account_id.0);
        Err(self.refused(chain, actor, Act::RecipientFind, account, Code::RecipientNotFound))
    }
}

/// The vault of a recipient. A person without a vault is not found: nobody makes vaults for others by guessing their numbers.
pub(super) async fn vault_of_recipient(tx: &mut Tx, recipient: &Recipient) -> Result<Option<VaultId>> {
    let account = match recipient {
        Recipient::IdentityNumber(number) => {
            let vault = db::vault::by_owner(tx, "person", number.as_str()).await?;
            return Ok(vault.map(|vault| vault.id));
        }
        Recipient::OrganisationCode(code) => {
            let vault = db::vault::by_owner(tx, "organisation", code.as_str()).await?;
            return Ok(vault.map(|vault| vault.id));
        }
        Recipient::Login(login) => db::account::by_login(tx, login.as_str()).await?,
        Recipient::Email(email) => db::account::by_email(tx, email.as_str()).await?,
    };
    Ok(account.and_then(|account| account.vault_id))
}
