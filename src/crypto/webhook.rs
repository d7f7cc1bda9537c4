//! Secrets that webhooks are signed with, after the Standard Webhooks specification 1.0 (symmetric signatures, `v1`).

use data_encoding::BASE64;
use ring::hmac;
use zeroize::Zeroizing;

use super::cipher::{NoRandomness, random};

const SECRET_BYTES: usize = 32;
/// What a secret begins with where it is shown, so that one is known for what it is.
const PREFIX: &str = "whsec_";

/// A secret shared with a receiver. The specification asks for 24 to 64 random bytes.
#[derive(Clone)]
pub struct WebhookSecret(Zeroizing<Vec<u8>>);

impl WebhookSecret {
    pub fn generate() -> Result<Self, NoRandomness> {
        let bytes = random::<SECRET_BYTES>()?;
        Ok(Self(Zeroizing::new(bytes.to_vec())))
    }

    /// A secret as it is sealed.
    pub fn from_bytes(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The secret as the receiver's library takes it.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", BASE64.encode(&self.0)))
    }

    /// `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; the timestamp in seconds since 1970.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let mut context = hmac::Context::with_key(&key);
        context.update(format!("{id}.{timestamp}.").as_bytes());
        context.update(body);
        format!("v1,{}", BASE64.encode(context.sign().as_ref()))
    }
}

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}
