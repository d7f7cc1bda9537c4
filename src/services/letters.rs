//! Messages to people: what waits in the job table, and what they say.
//!
//! A waiting letter is sealed with the master key, so that the job table tells neither who asked for one nor an address; and it holds no
//! secret, because a reset link is made only when its letter is sent. To add one: a variant of [`Letter`] and its text.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::db::{self, Tx};
use crate::domain::id::{AccountId, JobId};
use crate::domain::job::JobKind;
use crate::domain::problem::{Code, Problem, Result};
use crate::mail::MailError;
use crate::services::Kho;

/// A message to be written and sent by a job.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letter {
    /// A one-time link to whoever has this login name or e-mail address, if somebody has.
    PasswordReset { name: String },
    /// Tells the address that an account had before that it has another one now.
    EmailChanged { account: AccountId, to: String },
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
                let (subject, body) = email_changed(&account.language, &account.full_name);
                self.mail(&to, subject, body).await
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

/// Subject and text of the letter with a reset link.
pub(super) fn password_reset(language: &str, full_name: &str, link: &str) -> (&'static str, String) {
    if language == "en" {
        (
            "Set a new password for your vault",
            format!(
                "Dear {full_name},\n\nSomebody, probably you, asked to set a new password for your document vault. \
                 Open this link within one hour; it works once:\n\n{link}\n\nIf it was not you, do nothing: \
                 your password stays as it is.\n"
            ),
        )
    } else {
        (
            "Đặt lại mật khẩu kho giấy tờ",
            format!(
                "Kính gửi {full_name},\n\nCó người, có thể là chính bạn, vừa yêu cầu đặt lại mật khẩu kho giấy tờ điện tử. \
                 Hãy mở liên kết dưới đây trong vòng một giờ; liên kết chỉ dùng được một lần:\n\n{link}\n\n\
                 Nếu không phải bạn yêu cầu, bạn không cần làm gì: mật khẩu vẫn giữ nguyên.\n"
            ),
        )
    }
}

fn email_changed(language: &str, full_name: &str) -> (&'static str, String) {
    if language == "en" {
        (
            "The e-mail address of your vault was changed",
            format!(
                "Dear {full_name},\n\nyour document vault now has another e-mail address; this one is no longer used. \
                 If you did not change it, please tell the administrator at once.\n"
            ),
        )
    } else {
        (
            "Địa chỉ e-mail của kho giấy tờ đã thay đổi",
            format!(
                "Kính gửi {full_name},\n\nKho giấy tờ điện tử của bạn vừa chuyển sang địa chỉ e-mail khác; địa chỉ này không còn \
                 được dùng nữa. Nếu bạn không thực hiện việc này, hãy báo ngay cho quản trị viên.\n"
            ),
        )
    }
}
