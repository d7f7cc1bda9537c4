//! The connection to Kho: one token for many messages, and every message again until it is answered.
//!
//! A message whose answer was lost may have been taken or not, and nobody needs to know: what is pushed stands under this system's own key, so
//! the same message once more is answered with `unchanged` if the first one arrived. That is why nothing here may make up a new key.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use ureq::http::{Method, Request, StatusCode};

use crate::key::Proof;

/// The first pause before a message is sent again; each further one is twice as long, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// For one attempt, with its file. A connection that says nothing for longer is as good as cut.
const ATTEMPT: Duration = Duration::from_secs(120);

/// What is sent.
pub struct Message {
    pub method: Method,
    /// From the server's root, with its query.
    pub path: String,
    /// Media type and bytes.
    pub body: Option<(String, Vec<u8>)>,
    /// What is printed of the body: never a secret, and of a file only its name.
    pub shown: String,
}

impl Message {
    pub fn get(path: String) -> Self {
        Self { method: Method::GET, path, body: None, shown: String::new() }
    }

    pub fn json(method: Method, path: String, body: &Value) -> Self {
        let text = body.to_string();
        let shown = text.clone();
        Self { method, path, body: Some(("application/json".to_owned(), text.into_bytes())), shown }
    }
}

/// What was answered.
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
    retry_after: Option<Duration>,
}

impl Answer {
    /// The body of a success; what else was answered is an error.
    pub fn taken(self) -> anyhow::Result<Value> {
        if !self.status.is_success() {
            bail!("Kho refused it: {}", self.body);
        }
        Ok(self.body)
    }

    /// Whether the same message may be answered otherwise a little later.
    fn is_passing(&self) -> bool {
        self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS
    }
}

pub struct Session {
    agent: ureq::Agent,
    server: String,
    client: String,
    proof: Proof,
    patience: Duration,
    token: Option<String>,
}

impl Session {
    pub fn new(server: &str, client: &str, proof: Proof, patience: Duration) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(ATTEMPT))
            // Kho ends connections that nobody uses; each message makes its own.
            .max_idle_connections(0)
            .build()
            .into();
        let server = server.trim_end_matches('/').to_owned();
        Self { agent, server, client: client.to_owned(), proof, patience, token: None }
    }

    /// Gets a token (OAuth 2.0 client credentials): for an hour, or until it is taken away. Answers what is said of it besides.
    pub fn renew_token(&mut self) -> anyhow::Result<Value> {
        let begun = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            // Made anew for each attempt: an assertion is taken once.
            let message = self.token_message();
            let attempt = self.attempt(&message);
            if let Some(answer) = self.settled(attempt, begun, &mut pause)? {
                let mut body = answer.taken().context("no token")?;
                let token = body.as_object_mut().and_then(|body| body.remove("access_token"));
                self.token = Some(token.as_ref().and_then(Value::as_str).context("no token")?.to_owned());
                return Ok(body);
            }
        }
    }

    fn token_message(&self) -> Message {
        let mut fields = vec![("grant_type", "client_credentials".to_owned())];
        fields.extend(self.proof.fields(&self.client));
        let pair = |(name, value): &(&str, String)| format!("{name}={}", encoded(value));
        let form = fields.iter().map(pair).collect::<Vec<_>>().join("&");
        Message {
            method: Method::POST,
            path: "/oauth/token".to_owned(),
            body: Some(("application/x-www-form-urlencoded".to_owned(), form.into_bytes())),
            shown: String::new(),
        }
    }

    /// Sends a message until it is answered, and prints the answer, whatever it says.
    pub fn send(&mut self, message: &Message) -> anyhow::Result<Answer> {
        let answer = self.exchange(message)?;
        println!("< {} {}", answer.status.as_u16(), answer.body);
        Ok(answer)
    }

    /// Sends a message until it is answered.
    pub fn exchange(&mut self, message: &Message) -> anyhow::Result<Answer> {
        if self.token.is_none() {
            self.renew_token()?;
        }
        let begun = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut renewed = false;
        print_sent(message);
        loop {
            let attempt = self.attempt(message);
            let Some(answer) = self.settled(attempt, begun, &mut pause)? else { continue };
            // The token ended on the way. A new one that is no better is an answer.
            if answer.status == StatusCode::UNAUTHORIZED && !renewed {
                renewed = true;
                self.renew_token()?;
                continue;
            }
            return Ok(answer);
        }
    }

    /// The answer, if there is one to keep; else none after a pause, until there is no patience left.
    fn settled(
        &self,
        attempt: Result<Answer, ureq::Error>,
        begun: Instant,
        pause: &mut Duration,
    ) -> anyhow::Result<Option<Answer>> {
        let (why, wait) = match attempt {
            Ok(answer) if !answer.is_passing() => return Ok(Some(answer)),
            Ok(answer) => (format!("answered {}", answer.status.as_u16()), answer.retry_after),
            Err(error) => (error.to_string(), None),
        };
        let wait = wait.unwrap_or(*pause);
        if begun.elapsed() + wait > self.patience {
            bail!("given up: {why}");
        }
        println!("! {why}; the same again in {:.2} s", wait.as_secs_f64());
        sleep(wait);
        *pause = (*pause * 2).min(LONGEST_PAUSE);
        Ok(None)
    }

    fn attempt(&self, message: &Message) -> Result<Answer, ureq::Error> {
        let mut request =
            Request::builder().method(&message.method).uri(format!("{}{}", self.server, message.path));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let mut response = match &message.body {
            Some((media_type, bytes)) => {
                self.agent.run(request.header("Content-Type", media_type).body(bytes.as_slice())?)?
            }
            None => self.agent.run(request.body(())?)?,
        };
        let seconds =
            response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        let text = response.body_mut().read_to_string()?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Answer { status: response.status(), body, retry_after: seconds.map(Duration::from_secs) })
    }
}

fn print_sent(message: &Message) {
    println!("> {} {}", message.method, message.path);
    if !message.shown.is_empty() {
        println!("  {}", message.shown);
    }
}

/// What stands for itself in a URL (RFC 3986, section 2.3), and the colon that keys may have.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':');

/// A value of a form or a segment of a path.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}
