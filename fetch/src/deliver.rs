use std::time::Duration;

use bytes::Bytes;
use hyper::header::{HeaderName, HeaderValue};

use crate::fetcher::{Fetcher, parse};
use crate::http::Question;
use crate::outcome::{Fault, Refusal, Trouble};
use crate::target::Target;

/// A message to a system that asked for such.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub url: String,
    /// Names in lower case, and their values.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: Bytes,
    /// From the connection to the receiver's answer.
    pub limit: Duration,
}

/// Why nobody took it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// Not sent at all: it may not go there.
    #[error("{0}")]
    Refused(Refusal),
    #[error("{0}")]
    Failed(Fault),
}

impl From<Trouble> for Undelivered {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Refused(refusal) => Self::Refused(refusal),
            Trouble::Failed(fault) => Self::Failed(fault),
        }
    }
}

impl Fetcher {
    /// Hands a message over; done once the receiver answers 2xx. No redirect is followed, and no message goes over an open network but to a
    /// place that an administrator names.
    pub async fn deliver(&self, delivery: &Delivery) -> Result<(), Undelivered> {
        let url = parse(&delivery.url).map_err(Trouble::from)?;
        let target = Target::of(&url, &self.allow).map_err(Trouble::from)?;
        if !target.is_secure && !target.is_allowed {
            return Err(Undelivered::Refused(Refusal::Open));
        }
        let headers = delivery.headers.iter().filter_map(|(name, value)| {
            Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?))
        });
        let question = Question::delivery(headers.collect(), delivery.body.clone());
        let asked = question.ask(&target, &self.limits, self.tls.as_ref());
        match tokio::time::timeout(delivery.limit, asked).await {
            Ok(answer) => answer.map(drop).map_err(Undelivered::from),
            Err(_) => Err(Undelivered::Failed(Fault::Slow)),
        }
    }

    /// Whether messages may go to this address, as far as can be said without looking its name up.
    pub fn may_deliver(&self, url: &str) -> Result<(), Refusal> {
        let target = Target::of(&parse(url)?, &self.allow)?;
        if target.is_secure || target.is_allowed { Ok(()) } else { Err(Refusal::Open) }
    }
}
