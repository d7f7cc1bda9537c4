//! Handing messages to a mail server.
//!
//! May use nothing of the other rooms. What a message says is written in `services::letters`; when it is sent is up to the jobs.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

/// Why a message was not handed over. Neither holds the server's words: they repeat the address, and errors end in logs.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("the sender of mail is not a mail address")]
    Sender,
    #[error("the address of the mail server is not of the form smtp://user:password@host:port")]
    Server,
    /// Sending again will not help: the server refuses the message or the recipient.
    #[error("the mail server refused a message with {0}")]
    Refused(String),
    /// The server was not reached, or asks to try again.
    #[error("the mail server did not take a message now ({0})")]
    Unavailable(&'static str),
}

/// Sends from one address through one server.
#[derive(Clone, Debug)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// How long a server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(20);

impl Mailer {
    /// `url` is `smtp://…` (plain), `smtp://…?tls=required` (STARTTLS) or `smtps://…`; `from` is `Name <address>`.
    pub fn new(url: &str, from: &str) -> Result<Self, MailError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| MailError::Server)?;
        let from = from.parse().map_err(|_| MailError::Sender)?;
        Ok(Self { transport: builder.timeout(Some(PATIENCE)).build(), from })
    }

    /// Hands a plain-text message over to the server.
    pub async fn send(&self, to: &str, subject: &str, body: String) -> Result<(), MailError> {
        let to: Mailbox = to.parse().map_err(|_| MailError::Refused("a malformed address".to_owned()))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(body)
            .map_err(|_| MailError::Refused("a malformed message".to_owned()))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => {
                Err(MailError::Refused(error.status().map(|code| code.to_string()).unwrap_or_default()))
            }
            Err(error) if error.is_timeout() => Err(MailError::Unavailable("no answer in time")),
            Err(error) if error.is_tls() => Err(MailError::Unavailable("TLS could not be agreed on")),
            Err(error) if error.is_transient() => Err(MailError::Unavailable("it asks to wait")),
            Err(_) => Err(MailError::Unavailable("no connection")),
        }
    }
}
