//! Changing a password, and setting a new one by a one-time link (A3, A5).

use chrono::TimeDelta;

use crate::crypto::token::{Prefix, Secret};
use crate::db::{self, Tx};
use crate::domain::account::{Actor, Channel, Credential};
use crate::domain::audit::{Record, SYSTEM_CHAIN, Who};
use crate::domain::id::AccountId;
use crate::domain::notice::Kind;
use crate::domain::policy::{Act, Role};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::accounts::{expect_strong, hash_password, verify_password};
use crate::services::letter_text;
use crate::services::letters::Letter;

/// How long a reset link works.
const LINK_LIFE: TimeDelta = TimeDelta::hours(1);
/// Letters that one name can be asked for, and requests that one address can make, within [`REQUEST_WINDOW`].
const MOST_PER_NAME: i32 = 3;
const MOST_PER_ADDRESS: i32 = 30;
const REQUEST_WINDOW: TimeDelta = TimeDelta::hours(1);

impl Kho {
    /// Changes the password of somebody signed in and ends all other sessions; tokens stay, since they do not depend on it.
    pub async fn change_password(&self, actor: &Actor, present: String, new: String) -> Result<()> {
        let session = self.expect_session(actor, Act::PasswordChange)?;
        let account = self.expect_password(actor, Act::PasswordChange, Some(present)).await?;
        expect_strong(&new, &account.login)?;
        let hash = hash_password(new).await?;
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        if let Some(vault) = actor.vault_id {
            db::vault::lock(&mut tx, vault).await?;
        }
        db::account::set_password(&mut tx, actor.account_id, &hash, now).await?;
        db::session::delete_all(&mut tx, actor.account_id, Some(session)).await?;
        db::password_reset::close_all(&mut tx, actor.account_id, now).await?;
        self.audit(&mut tx, self.account_record(actor, Act::PasswordChange)).await?;
        self.tell_of_account(&mut tx, Kind::PasswordChanged, actor.account_id, &actor.channel).await?;
        Ok(tx.commit().await?)
    }

    /// Lets go on only who knows the account's present password; a session alone may be a browser left open. Failures are counted as at
    /// sign-in.
    pub(super) async fn expect_password(
        &self,
        actor: &Actor,
        act: Act,
        password: Option<String>,
    ) -> Result<db::account::Account> {
        let now = self.clock.now();
        let subject = format!("password:{}", actor.account_id);
        let mut tx = self.db.read().await?;
        if db::throttle::failures(&mut tx, &subject, now).await? >= self.settings.login_failures {
            return Err(Code::TooManyAttempts.into());
        }
        let account = db::account::get(&mut tx, actor.account_id).await?.ok_or(Code::NotFound)?;
        drop(tx);
        let right = match password {
            Some(password) => verify_password(password, account.password_hash.clone()).await?,
            None => false,
        };
        if right {
            return Ok(account);
        }
        let mut tx = self.db.begin().await?;
        let window_ends = now + TimeDelta::minutes(self.settings.login_window_minutes);
        db::throttle::count_failure(&mut tx, &subject, now, window_ends).await?;
        tx.commit().await?;
        let chain = self.account_chain(actor);
        Err(self.refused(chain, actor, act, actor.account_id.0, Code::PasswordWrong))
    }

    /// Asks for a reset link by login name or e-mail. The answer and the work are the same whether somebody has that name: the job that
    /// sends the letter looks it up.
    pub async fn request_password_reset(&self, name: &str, channel: Channel) -> Result<()> {
        let name = name.trim();
        if name.is_empty() || name.len() > 254 {
            return Err(Problem::field("account", "length"));
        }
        let now = self.clock.now();
        let window_ends = now + REQUEST_WINDOW;
        let by_name = format!("reset:{}", name.to_lowercase());
        let by_address = format!("reset-address:{}", channel.address);
        let mut tx = self.db.begin().await?;
        for subject in [&by_name, &by_address] {
            db::throttle::count_failure(&mut tx, subject, now, window_ends).await?;
        }
        let from_address = db::throttle::failures(&mut tx, &by_address, now).await?;
        // Too many for one name is not told: it would let a stranger see that somebody else asks.
        if from_address <= MOST_PER_ADDRESS
            && db::throttle::failures(&mut tx, &by_name, now).await? <= MOST_PER_NAME
        {
            self.queue_letter(&mut tx, &Letter::PasswordReset { name: name.to_owned() }).await?;
        }
        tx.commit().await?;
        if from_address > MOST_PER_ADDRESS { Err(Code::TooManyAttempts.into()) } else { Ok(()) }
    }

    /// Makes a link for whoever has the name and mails it; does nothing where nobody has it, or the account is locked or without e-mail.
    /// Sent again after a failure, it makes another link; a new password closes them all.
    pub(super) async fn send_reset_link(&self, name: &str) -> Result<()> {
        let mut tx = self.db.read().await?;
        let account = match db::account::by_login(&mut tx, &name.to_ascii_lowercase()).await? {
            None => db::account::by_email(&mut tx, &spelled_as_stored(name)).await?,
            found => found,
        };
        drop(tx);
        let Some(account) = account.filter(|account| account.kind == "person" && account.state == "active")
        else {
            return Ok(());
        };
        let Some(email) = &account.email else { return Ok(()) };
        let mut tx = self.db.begin().await?;
        if let Some(vault) = account.vault_id {
            db::vault::lock(&mut tx, vault).await?;
        }
        let link = self.insert_reset_link(&mut tx, account.id).await?;
        let channel = Channel { name: "job", address: String::new() };
        let who = Who { actor_id: None, name: String::new(), on_behalf_of: None, purpose: None, channel };
        let chain = account.vault_id.map_or(SYSTEM_CHAIN, |vault| vault.0);
        let record = Record::new(chain, self.clock.now(), who, Act::PasswordReset).about(account.id.0);
        self.audit(&mut tx, record.detail(serde_json::json!({ "link": "mailed" }))).await?;
        tx.commit().await?;
        let (subject, body) = letter_text::password_reset(&account.language, &account.full_name, &link);
        self.mail(email, subject, body).await
    }

    /// A reset link for the operator at the machine to hand over. Nobody else gets one: whoever holds it can open the papers.
    pub async fn reset_link(&self, actor: &Actor, account: &str) -> Result<String> {
        let mut tx = self.db.begin().await?;
        self.gate_role(&mut tx, actor, Act::PasswordReset, &[Role::SystemAdmin]).await?;
        if !matches!(actor.credential, Credential::CommandLine) {
            let object = actor.account_id.0;
            return Err(self.refused(SYSTEM_CHAIN, actor, Act::PasswordReset, object, Code::NotAllowed));
        }
        let account = self.account_named(&mut tx, account).await?;
        if account.kind != "person" {
            return Err(Problem::field("account", "not_a_person"));
        }
        let link = self.insert_reset_link(&mut tx, account.id).await?;
        let record = Record::new(SYSTEM_CHAIN, self.clock.now(), actor.into(), Act::PasswordReset);
        let record = record.about(account.id.0).named(&account.login);
        self.audit(&mut tx, record.detail(serde_json::json!({ "link": "printed" }))).await?;
        tx.commit().await?;
        Ok(link)
    }

    /// The secret stands behind `#`, which browsers send to no server and so no access log keeps.
    async fn insert_reset_link(&self, tx: &mut Tx, account: AccountId) -> Result<String> {
        let now = self.clock.now();
        let secret = Secret::generate(Prefix::RESET)?;
        let digest = secret.digest();
        db::password_reset::insert(tx, digest.as_bytes(), account, now, now + LINK_LIFE).await?;
        Ok(format!("{}/password-reset#{}", self.settings.public_url, secret.expose()))
    }

    /// Sets a new password by a link, which is used up; ends all sessions and all other links, and forgets failed sign-ins.
    pub async fn complete_password_reset(&self, secret: &str, new: String, channel: Channel) -> Result<()> {
        let digest = Secret::parse(Prefix::RESET, secret).map_err(|_| Code::ResetInvalid)?.digest();
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let owner = db::password_reset::account_of(&mut tx, digest.as_bytes(), now).await?;
        let account = match owner {
            Some(id) => db::account::get(&mut tx, id).await?,
            None => None,
        };
        drop(tx);
        let account = account.filter(|account| account.state == "active").ok_or(Code::ResetInvalid)?;
        // A password that is refused leaves the link as it is.
        expect_strong(&new, &account.login)?;
        let hash = hash_password(new).await?;
        let mut tx = self.db.begin().await?;
        if let Some(vault) = account.vault_id {
            db::vault::lock(&mut tx, vault).await?;
        }
        if !db::password_reset::take(&mut tx, digest.as_bytes(), now).await? {
            return Err(Code::ResetInvalid.into());
        }
        db::account::set_password(&mut tx, account.id, &hash, now).await?;
        db::session::delete_all(&mut tx, account.id, None).await?;
        db::password_reset::close_all(&mut tx, account.id, now).await?;
        db::throttle::clear(&mut tx, &format!("login:{}", account.login)).await?;
        let who = Who {
            actor_id: Some(account.id.0),
            name: account.full_name.clone(),
            on_behalf_of: None,
            purpose: None,
            channel,
        };
        let chain = account.vault_id.map_or(SYSTEM_CHAIN, |vault| vault.0);
        self.tell_of_account(&mut tx, Kind::PasswordChanged, account.id, &who.channel).await?;
        self.audit(&mut tx, Record::new(chain, now, who, Act::PasswordReset).about(account.id.0)).await?;
        Ok(tx.commit().await?)
    }
}

/// An e-mail address as accounts keep it; what is none stays as it is and finds nobody.
fn spelled_as_stored(name: &str) -> String {
    crate::domain::identity::Email::parse(name).map_or_else(|_| name.to_owned(), String::from)
}
