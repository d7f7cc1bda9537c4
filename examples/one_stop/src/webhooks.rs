//! Being told (Standard Webhooks): each message is verified before it is read, and answered before it is worked on.

use std::collections::HashSet;
use std::io::Read as _;
use std::net::SocketAddr;

use anyhow::{Context as _, anyhow};
use clap::Args;
use serde_json::Value;
use standardwebhooks::Webhook;
use tiny_http::{Request, Response, Server};
use ureq::http::{HeaderMap, HeaderName, HeaderValue};

/// Bytes of a message. Kho's are small; whoever sends more is not Kho.
const LONGEST: u64 = 1 << 20;

#[derive(Args)]
pub struct WebhooksCommand {
    /// Where it listens; a proxy that speaks HTTPS stands before it.
    #[arg(long, default_value = "127.0.0.1:9000")]
    listen: SocketAddr,
    /// The secret that Kho showed once (whsec_…).
    #[arg(skip = std::env::var("KHO_ONE_STOP_WEBHOOK_SECRET").ok())]
    secret: Option<String>,
    /// Ends after so many messages.
    #[arg(long)]
    count: Option<usize>,
}

impl WebhooksCommand {
    pub fn run(&self) -> anyhow::Result<()> {
        let secret = self.secret.as_deref().context("KHO_ONE_STOP_WEBHOOK_SECRET is not set")?;
        let webhook =
            Webhook::new(secret).context("KHO_ONE_STOP_WEBHOOK_SECRET is no secret of a webhook")?;
        let server =
            Server::http(self.listen).map_err(|error| anyhow!("listening at {}: {error}", self.listen))?;
        println!("listening at {}", server.server_addr());
        // A message comes again if its answer was lost. A real system keeps the ids where it keeps what it did.
        let mut seen = HashSet::new();
        for _ in 0..self.count.unwrap_or(usize::MAX) {
            let mut request = server.recv()?;
            let status = match read(&webhook, &mut request) {
                Ok((id, message)) => {
                    let once = if seen.insert(id) { "" } else { " (known already)" };
                    println!("verified{once}: {message}");
                    204
                }
                Err(error) => {
                    println!("refused: {error:#}");
                    401
                }
            };
            // Who hung up asks again.
            let _ = request.respond(Response::empty(status));
        }
        Ok(())
    }
}

/// The id and the body of a message that is Kho's.
fn read(webhook: &Webhook, request: &mut Request) -> anyhow::Result<(String, Value)> {
    let headers = headers(request)?;
    let mut body = Vec::new();
    request.as_reader().take(LONGEST).read_to_end(&mut body)?;
    webhook.verify(&body, &headers)?;
    let id = headers.get("webhook-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    Ok((id.to_owned(), serde_json::from_slice(&body)?))
}

fn headers(request: &Request) -> anyhow::Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for header in request.headers() {
        let name = HeaderName::from_bytes(header.field.as_str().as_str().as_bytes())?;
        headers.insert(name, HeaderValue::from_str(header.value.as_str())?);
    }
    Ok(headers)
}
