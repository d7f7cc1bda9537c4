use kho_signature::{Context, Want, WantKind};

/// What became of a want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    pub want: Want,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// In DER: of the kind that was asked for, about whom it was asked, but not judged.
    Answer(Vec<u8>),
    /// Not asked, or not asked any further.
    Refused(Refusal),
    /// Asked, and there is no answer that can be used. It may be there later.
    Failed(Fault),
}

/// Why something may not be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the address can't be read")]
    Url,
    #[error("only HTTP and HTTPS are asked")]
    Scheme,
    #[error("messages go over HTTPS, but to a place that is named")]
    Open,
    #[error("the address holds a name or a password of a user")]
    UserInfo,
    #[error("port {0} is not allowed")]
    Port(u16),
    #[error("{0} is not on the public network, and not allowed")]
    Address(String),
    #[error("nobody who is trusted names {0}, and it is not allowed")]
    Unanswered(String),
    #[error("files may not be fetched from {0}")]
    Unnamed(String),
    #[error("too many redirects")]
    Redirects,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the name {0} leads nowhere")]
    Name(String),
    #[error("no connection")]
    Connection,
    #[error("the server is not who it says it is, or doesn't speak TLS")]
    Tls,
    #[error("it took too long")]
    Slow,
    #[error("the answer is too large")]
    Large,
    #[error("the answer is not HTTP, or broke off")]
    Broken,
    #[error("the server answered {0}")]
    Status(u16),
    #[error("the responder answered {0}")]
    Responder(&'static str),
    #[error("the answer is not {0}")]
    Kind(&'static str),
    #[error("the answer is about something else")]
    Unrelated,
    #[error("the time stamp is not for this question")]
    Nonce,
    #[error("whoever signed the time stamp is not to be believed")]
    Signer,
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    Refused(Refusal),
    Failed(Fault),
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

impl From<Result<Vec<u8>, Trouble>> for Outcome {
    fn from(result: Result<Vec<u8>, Trouble>) -> Self {
        match result {
            Ok(der) => Self::Answer(der),
            Err(Trouble::Refused(refusal)) => Self::Refused(refusal),
            Err(Trouble::Failed(fault)) => Self::Failed(fault),
        }
    }
}

impl Fetched {
    /// Lays an answer where the next judgement looks for it.
    pub fn lay_before(&self, context: &mut Context) {
        let Outcome::Answer(der) = &self.outcome else { return };
        match self.want.kind {
            WantKind::Ocsp => context.ocsps.push(der.clone()),
            WantKind::Crl => context.crls.push(der.clone()),
            WantKind::Issuer => {
                context.pool.extend(kho_signature::x509::Certificate::from_der(der));
            }
        }
    }
}
