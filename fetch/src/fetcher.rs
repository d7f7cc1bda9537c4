use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt, stream};
use kho_signature::{Context, Want, WantKind};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use crate::allow::Allow;
use crate::http::{self, Answer, Question};
use crate::limits::Limits;
use crate::outcome::{Fault, Fetched, Outcome, Refusal, Trouble};
use crate::target::Target;
use crate::timestamp::{self, TimestampQuery};
use crate::{ocsp, read};

/// Asks the network. One for a process, so that no host is asked too much at once.
pub struct Fetcher {
    pub(crate) limits: Limits,
    pub(crate) allow: Allow,
    pub(crate) tls: Option<TlsConnector>,
    hosts: Mutex<HashMap<Host, Arc<Semaphore>>>,
}

impl Fetcher {
    pub fn new(limits: Limits, allow: Allow) -> Self {
        Self { limits, allow, tls: http::tls(http::web_authorities()), hosts: Mutex::default() }
    }

    /// Asks for what is wanted for one file, and says what became of each, in the same order.
    pub async fn evidence(&self, wants: &[Want]) -> Vec<Fetched> {
        let until = Instant::now() + self.limits.evidence;
        let fetch = |want: &Want| {
            let want = want.clone();
            async move {
                let outcome = match timeout_at(until, self.fetch(&want)).await {
                    Ok(result) => result.into(),
                    Err(_) => Outcome::Failed(Fault::Slow),
                };
                Fetched { want, outcome }
            }
        };
        stream::iter(wants.iter().map(fetch)).buffered(self.limits.at_once.max(1)).collect().await
    }

    /// Asks an authority for a time stamp. The answer is the token (RFC 3161, 2.4.2), which is for this question and signed by an authority
    /// that is believed but for revocation, which is asked afterwards.
    pub async fn timestamp(&self, url: &str, query: &TimestampQuery, context: &Context) -> Outcome {
        let limits = &self.limits;
        let question =
            Question::post(timestamp::QUESTION, timestamp::ANSWER, query.der(), limits.timestamp_bytes);
        let ask = async {
            let body = self.ask(&parse(url)?, &question, limits.timestamp).await?;
            Ok(timestamp::read(&body, query, context)?)
        };
        ask.await.into()
    }

    async fn fetch(&self, want: &Want) -> Result<Vec<u8>, Trouble> {
        let url = parse(&want.url)?;
        let limits = &self.limits;
        match (want.kind, &want.issuer) {
            (WantKind::Ocsp, Some(issuer)) => {
                let body = self.ask_responder(&url, &ocsp::question(&want.certificate, issuer)).await?;
                Ok(read::ocsp(&body, &want.certificate, issuer)?)
            }
            (WantKind::Crl, Some(issuer)) => {
                let question = Question::get("application/pkix-crl, */*", limits.crl_bytes);
                let body = self.ask(&url, &question, limits.question).await?;
                Ok(read::crl(&body, issuer)?)
            }
            // Whose certificate it is that names the address is not known before the answer.
            _ if !Target::of(&url, &self.allow)?.is_allowed => {
                Err(Refusal::Unanswered(url.host_str().unwrap_or_default().to_owned()).into())
            }
            _ => {
                let question = Question::get(
                    "application/pkix-cert, application/pkcs7-mime, */*",
                    limits.certificate_bytes,
                );
                let body = self.ask(&url, &question, limits.question).await?;
                Ok(read::issuer(&body, &want.certificate)?)
            }
        }
    }

    /// By POST, which all responders must know; by GET if one doesn't.
    async fn ask_responder(&self, url: &Url, question: &[u8]) -> Result<Bytes, Trouble> {
        let limits = &self.limits;
        let post = Question::post(ocsp::QUESTION, ocsp::ANSWER, question.to_vec(), limits.ocsp_bytes);
        let answer = self.ask(url, &post, limits.question).await;
        match (&answer, ocsp::question_url(url, question)) {
            (Err(Trouble::Failed(Fault::Status(400..=499 | 501))), Some(url)) => {
                self.ask(&url, &Question::get(ocsp::ANSWER, limits.ocsp_bytes), limits.question).await
            }
            _ => answer,
        }
    }

    /// Follows redirects, each to a place that may be asked.
    async fn ask(&self, url: &Url, question: &Question, limit: Duration) -> Result<Bytes, Trouble> {
        let mut url = url.clone();
        for _ in 0..=self.limits.redirects {
            let target = Target::of(&url, &self.allow)?;
            let _turn = self.turn(&target.place.host).await;
            let asked = timeout(limit, question.ask(&target, &self.limits, self.tls.as_ref())).await;
            match asked.map_err(|_| Fault::Slow)?? {
                Answer::Body(body) => return Ok(body),
                Answer::Elsewhere(next) => url = next,
            }
        }
        Err(Refusal::Redirects.into())
    }

    /// Waits until the host may be asked.
    async fn turn(&self, host: &Host) -> Option<OwnedSemaphorePermit> {
        let turns = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            // Hosts that nobody is asking are forgotten.
            hosts.retain(|_, turns| Arc::strong_count(turns) > 1);
            let at_once = self.limits.at_once_per_host.max(1);
            Arc::clone(hosts.entry(host.clone()).or_insert_with(|| Arc::new(Semaphore::new(at_once))))
        };
        turns.acquire_owned().await.ok()
    }
}

pub(crate) fn parse(url: &str) -> Result<Url, Refusal> {
    Url::parse(url).map_err(|_| Refusal::Url)
}
