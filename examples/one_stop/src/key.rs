//! How the system proves who it is: by a secret, or by a key whose public half Kho's administrator was given (`private_key_jwt`, RFC 7523).

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

/// How long an assertion holds; Kho takes at most five minutes.
const ASSERTION_SECONDS: i64 = 60;

pub enum Proof {
    Secret(String),
    Key { pair: Box<Ed25519KeyPair>, audience: String },
}

impl Proof {
    pub fn key(file: &Path, audience: &str) -> anyhow::Result<Self> {
        let audience = audience.trim_end_matches('/').to_owned();
        Ok(Self::Key { pair: Box::new(read(file)?), audience })
    }

    /// What the request for a token says of it.
    pub fn fields(&self, client: &str) -> Vec<(&'static str, String)> {
        match self {
            Self::Secret(secret) => {
                vec![("client_id", client.to_owned()), ("client_secret", secret.clone())]
            }
            Self::Key { pair, audience } => vec![
                (
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned(),
                ),
                ("client_assertion", assertion(pair, client, audience)),
            ],
        }
    }
}

fn read(file: &Path) -> anyhow::Result<Ed25519KeyPair> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let pem = pem::parse(text).with_context(|| format!("{} is no PEM file", file.display()))?;
    // Keys that OpenSSL makes hold no public half to compare with.
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pem.contents())
        .map_err(|error| anyhow!("{} holds no Ed25519 key: {error}", file.display()))?;
    Ok(pair)
}

/// A JWT that says who asks, whom, until when, and which no other is equal to: Kho takes each once.
fn assertion(pair: &Ed25519KeyPair, client: &str, audience: &str) -> String {
    let now = crate::journal::now().timestamp();
    let header = json!({ "alg": "EdDSA", "kid": key_id(pair), "typ": "JWT" });
    let claims = json!({
        "iss": client, "sub": client, "aud": audience,
        "iat": now, "exp": now + ASSERTION_SECONDS, "jti": uuid::Uuid::new_v4().to_string(),
    });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(&claims));
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

fn public(pair: &Ed25519KeyPair) -> String {
    URL_SAFE_NO_PAD.encode(pair.public_key())
}

/// The key's own thumbprint (RFC 7638, RFC 8037): nobody has to think of a name.
fn key_id(pair: &Ed25519KeyPair) -> String {
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, public(pair));
    URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, canonical.as_bytes()))
}

#[derive(Args)]
pub struct KeyCommand {
    /// The private key (PKCS #8 in PEM, Ed25519); only its owner may read it.
    file: PathBuf,
}

impl KeyCommand {
    pub fn run(&self) -> anyhow::Result<()> {
        if !self.file.exists() {
            let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
                .map_err(|_| anyhow!("the machine gives no randomness"))?;
            let text = pem::encode(&pem::Pem::new("PRIVATE KEY", made.as_ref()));
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.file)?;
            file.write_all(text.as_bytes())?;
        }
        let pair = read(&self.file)?;
        let key = json!({
            "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": key_id(&pair), "x": public(&pair),
        });
        println!("{}", json!({ "keys": [key] }));
        Ok(())
    }
}
