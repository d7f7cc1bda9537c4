//! What a program signs to prove who it is: a JWT (RFC 7519) under one of the public keys that it is known by (RFC 7517).
//!
//! The crate `jsonwebtoken` reads the texts, `ring` checks the signature. Which claims hold is for the caller: it has the clock.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet};
use jsonwebtoken::{Algorithm, decode_header};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;

/// Keys of one program at the most: the present one, the next, and some of other machines.
pub const MOST_KEYS: usize = 10;
/// Longer texts are not looked at.
const LONGEST: usize = 16 * 1024;

/// Why a text is not a set of keys that assertions can be checked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    #[error("not a JWK set")]
    Malformed,
    #[error("no key, or more than {MOST_KEYS}")]
    Number,
    /// It must never leave the program.
    #[error("holds a private or shared key")]
    Private,
    #[error("a key is neither RSA of 2048 to 8192 bits, P-256 nor Ed25519")]
    Kind,
}

impl KeySetError {
    /// A stable word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            KeySetError::Malformed => "not_a_key_set",
            KeySetError::Number => "number_of_keys",
            KeySetError::Private => "private_key",
            KeySetError::Kind => "kind_of_key",
        }
    }
}

/// The public keys that a program is known by.
#[derive(Clone, Debug)]
pub struct KeySet(JwkSet);

impl KeySet {
    pub fn parse(text: &str) -> Result<Self, KeySetError> {
        let value: Value = serde_json::from_str(text).map_err(|_| KeySetError::Malformed)?;
        let keys = value["keys"].as_array().ok_or(KeySetError::Malformed)?;
        if keys.is_empty() || keys.len() > MOST_KEYS {
            return Err(KeySetError::Number);
        }
        if keys.iter().any(|key| ["d", "k", "p", "q", "oth"].iter().any(|member| !key[*member].is_null())) {
            return Err(KeySetError::Private);
        }
        let set: JwkSet = serde_json::from_value(value).map_err(|_| KeySetError::Malformed)?;
        if set.keys.iter().all(is_usable) { Ok(Self(set)) } else { Err(KeySetError::Kind) }
    }

    /// As stored: the public members alone.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}

fn is_usable(key: &Jwk) -> bool {
    match &key.algorithm {
        AlgorithmParameters::RSA(rsa) => {
            let bytes = decoded(&rsa.n).map_or(0, |n| n.iter().skip_while(|byte| **byte == 0).count());
            (256..=1024).contains(&bytes) && decoded(&rsa.e).is_some()
        }
        AlgorithmParameters::EllipticCurve(point) => {
            point.curve == EllipticCurve::P256 && point_of(&point.x, &point.y).is_some()
        }
        AlgorithmParameters::OctetKeyPair(pair) => {
            pair.curve == EllipticCurve::Ed25519 && decoded(&pair.x).is_some_and(|x| x.len() == 32)
        }
        _ => false,
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

/// A point of P-256 in the uncompressed form (SEC 1, section 2.3.3).
fn point_of(x: &str, y: &str) -> Option<Vec<u8>> {
    let (x, y) = (decoded(x)?, decoded(y)?);
    (x.len() == 32 && y.len() == 32).then(|| [&[4], x.as_slice(), y.as_slice()].concat())
}

/// What an assertion says; only the claims that RFC 7523 asks for.
#[derive(Clone, Debug, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub sub: String,
    pub aud: Audience,
    /// Seconds since 1970.
    pub exp: i64,
    pub nbf: Option<i64>,
    pub iat: Option<i64>,
    pub jti: String,
}

/// One name or several (RFC 7519, section 4.1.3).
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    pub fn includes(&self, name: &str) -> bool {
        match self {
            Audience::One(one) => one == name,
            Audience::Several(several) => several.iter().any(|one| one == name),
        }
    }
}

/// The text is no assertion of these keys. Why is not told: it would help nobody but who forges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an assertion under one of the keys")]
pub struct NotAsserted;

/// The claims of a JWT, without a look at its signature: to find whose keys it must hold under.
pub fn claims(text: &str) -> Result<Claims, NotAsserted> {
    let mut parts = text.split('.');
    let (Some(_), Some(body), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(NotAsserted);
    };
    if text.len() > LONGEST {
        return Err(NotAsserted);
    }
    serde_json::from_slice(&decoded(body).ok_or(NotAsserted)?).map_err(|_| NotAsserted)
}

/// Whether one of the keys signed the JWT, by RS256, PS256, ES256 or EdDSA.
pub fn verify(keys: &KeySet, text: &str) -> Result<(), NotAsserted> {
    let header = decode_header(text).map_err(|_| NotAsserted)?;
    // RFC 7515, section 4.1.11: extensions that must be understood, none of which we do.
    if header.crit.is_some() {
        return Err(NotAsserted);
    }
    let (message, signature) = text.rsplit_once('.').ok_or(NotAsserted)?;
    let signature = decoded(signature).ok_or(NotAsserted)?;
    let named = |key: &&Jwk| header.kid.is_none() || key.common.key_id == header.kid;
    let made_for = |key: &&Jwk| key.common.key_algorithm.is_none_or(|made_for| made_for == header.alg.into());
    let mut candidates = keys.0.keys.iter().filter(named).filter(made_for);
    let holds = candidates.any(|key| is_signed_by(key, header.alg, message.as_bytes(), &signature));
    if holds { Ok(()) } else { Err(NotAsserted) }
}

fn is_signed_by(key: &Jwk, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
    match (&key.algorithm, algorithm) {
        (AlgorithmParameters::RSA(rsa), Algorithm::RS256 | Algorithm::PS256) => {
            let (Some(n), Some(e)) = (decoded(&rsa.n), decoded(&rsa.e)) else { return false };
            // A leading zero, which some programs write, is none of the number's.
            let n = n.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<_>>();
            let key = RsaPublicKeyComponents { n, e };
            let scheme = match algorithm {
                Algorithm::RS256 => &RSA_PKCS1_2048_8192_SHA256,
                _ => &RSA_PSS_2048_8192_SHA256,
            };
            key.verify(scheme, message, signature).is_ok()
        }
        (AlgorithmParameters::EllipticCurve(point), Algorithm::ES256) => point_of(&point.x, &point.y)
            .is_some_and(|point| {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
            }),
        (AlgorithmParameters::OctetKeyPair(pair), Algorithm::EdDSA) => decoded(&pair.x)
            .is_some_and(|x| UnparsedPublicKey::new(&ED25519, x).verify(message, signature).is_ok()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8037, appendix A: the key, the JWS and the payload are of the RFC.
    #[test]
    fn the_example_of_rfc_8037_holds_and_a_changed_one_does_not() {
        let keys =
            r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
        let keys = KeySet::parse(keys).unwrap();
        let text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
                    hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        assert_eq!(verify(&keys, text), Ok(()));
        let changed = text.replace("RXhhbXBsZSBv", "RXhhbXBsZSBw");
        assert_eq!(verify(&keys, &changed), Err(NotAsserted));
        let none = format!("eyJhbGciOiJub25lIn0.{}.", text.split('.').nth(1).unwrap());
        assert_eq!(verify(&keys, &none), Err(NotAsserted));
    }

    /// RFC 7515, appendix A.3.
    #[test]
    fn the_example_of_rfc_7515_holds() {
        let keys = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;
        let keys = KeySet::parse(keys).unwrap();
        let text = "eyJhbGciOiJFUzI1NiJ9.\
                    eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
                    DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        assert_eq!(verify(&keys, text), Ok(()));
    }

    #[test]
    fn keys_that_nobody_should_send_or_that_are_too_weak_are_refused() {
        let refused = |text: &str| KeySet::parse(text).unwrap_err();
        assert_eq!(refused("{}"), KeySetError::Malformed);
        assert_eq!(refused(r#"{"keys":[]}"#), KeySetError::Number);
        assert_eq!(
            refused(r#"{"keys":[{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMko"}]}"#),
            KeySetError::Private
        );
        let private = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
        assert_eq!(refused(private), KeySetError::Private);
        let short = format!(r#"{{"keys":[{{"kty":"RSA","e":"AQAB","n":"{}"}}]}}"#, "x".repeat(171));
        assert_eq!(refused(&short), KeySetError::Kind);
        let other_curve = r#"{"keys":[{"kty":"EC","crv":"P-384","x":"AAAA","y":"AAAA"}]}"#;
        assert_eq!(refused(other_curve), KeySetError::Kind);
    }
}
