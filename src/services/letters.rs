//! Messages to people: what waits in the job table, and what they say.
//!
//! A waiting letter is sealed with the master key, so that the job table tells neither who asked for one nor an address; and it holds no
//! secret, because a reset link is made only when its letter is sent. To add one: a variant of [`Letter`] and its text in
//! `letter_text`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::db::{self, Tx};
use crate::domain::id::{AccountId, JobId};
use crate::domain::job::JobKind;
use crate::domain::notice::{Detail, Kind};
use crate::domain::problem::{Code, Problem, Result};
use crate::mail::MailError;
use crate::services::{Kho, letter_text};

/// A message to be written and sent by a job.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letter {
    /// A one-time link to whoever has this login name or e-mail address, if somebody has.
    PasswordReset { name: String },
    /// Tells the address that an account had before that it has another one now.
    EmailChanged { account: AccountId, to: String },
    /// What waits for an account in its notices.
    Notices { account: AccountId, lines: Vec<Line> },
}

/// A notice, as a letter tells it. It names neither papers nor people: mail lies open on its way, and the vault is one click off.
#[derive(Debug, Serialize, Deserialize)]
pub struct Line {
    pub kind: Kind,
    pub at: DateTime<Utc>,
    pub detail: Detail,
}

/// The purpose with which waiting letters are sealed.
const SEAL: &str = "letter";

impl Kho {
    /// Queues a letter in the act's transaction. Without a mail server there is nothing to wait for.
    pub(super) async fn queue_letter(&self, tx: &mut Tx, letter: &Letter) -> Result<()> {
        if self.mailer.is_none() {
            return Ok(());
        }
        let now = self.clock.now();
        let text =
            serde_json::to_vec(letter).map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
        let sealed = URL_SAFE_NO_PAD.encode(self.keyring.seal_secret(SEAL, &text)?);
        let payload = serde_json::json!({ "sealed": sealed });
        Ok(db::job::enqueue(tx, JobId::new(now), JobKind::SendMail, None, &payload, now).await?)
    }

    /// Writes and sends one letter: the work of [`JobKind::SendMail`].
    pub async fn send_letter(&self, payload: &Value) -> Result<()> {
        match self.opened(payload)? {
            Letter::PasswordReset { name } => self.send_reset_link(&name).await,
            Letter::EmailChanged { account, to } => {
                let mut tx = self.db.read().await?;
                let Some(account) = db::account::get(&mut tx, account).await? else { return Ok(()) };
                drop(tx);
                let (subject, body) = letter_text::email_changed(&account.language, &account.full_name);
                self.mail(&to, subject, body).await
            }
            Letter::Notices { account, lines } => {
                let mut tx = self.db.read().await?;
                let Some(account) = db::account::get(&mut tx, account).await? else { return Ok(()) };
                drop(tx);
                let Some(email) = &account.email else { return Ok(()) };
                let address = format!("{}/notices", self.settings.public_url);
                let (subject, body) =
                    letter_text::notices(&account.language, &account.full_name, &lines, &address);
                self.mail(email, subject, body).await
            }
        }
    }

    fn opened(&self, payload: &Value) -> Result<Letter> {
        let damaged =
            |error: Box<dyn std::error::Error + Send + Sync>| Problem::new(Code::Internal).caused_by(error);
        let sealed = payload["sealed"].as_str().unwrap_or_default();
        let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(|error| damaged(error.into()))?;
        let text = self.keyring.open_secret(SEAL, &sealed)?;
        serde_json::from_slice(&text).map_err(|error| damaged(error.into()))
    }

    /// Hands a message over. One that the server refuses for good is dropped with a line in the log: sending again would not help.
    pub(super) async fn mail(&self, to: &str, subject: &str, body: String) -> Result<()> {
        let Some(mailer) = &self.mailer else { return Ok(()) };
        match mailer.send(to, subject, body).await {
            Err(error @ MailError::Refused(_)) => {
                tracing::warn!(error = %error, "a message was dropped");
                Ok(())
            }
            Err(error) => Err(Problem::new(Code::Internal).caused_by(error)),
            Ok(()) => Ok(()),
        }
    }
}
