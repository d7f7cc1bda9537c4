//! Which algorithms, keys and usages are accepted, by date: the rules of a country, in a file that can be read and replaced.
//!
//! [`Policy::default`] is `default.toml` beside this file. To accept another algorithm: a line there, and its arm in `crypto`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use crate::crypto::{Hash, PublicKey};
use crate::x509::usage;

/// The rules.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Reports name the rules that they were made by.
    pub name: String,
    digests: Vec<(Hash, Option<NaiveDate>)>,
    keys: Vec<(KeyKind, u32, Option<NaiveDate>)>,
    /// Bits of key usage, one of which a signer's certificate has.
    pub signer_usages: u16,
    pub fresh_hours: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum KeyKind {
    #[serde(rename = "RSA")]
    Rsa,
    #[serde(rename = "EC")]
    Ec,
}

#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    #[error("the policy can't be read: {0}")]
    Toml(#[from] toml::de::Error),
    #[error("the policy names {0}, which is not known")]
    Unknown(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    name: String,
    digest: Vec<DigestRule>,
    key: Vec<KeyRule>,
    signer: SignerRule,
    revocation: RevocationRule,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DigestRule {
    name: String,
    until: Option<NaiveDate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyRule {
    kind: KeyKind,
    bits: u32,
    until: Option<NaiveDate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignerRule {
    key_usages: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RevocationRule {
    fresh_hours: u32,
}

impl Policy {
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        let file: File = toml::from_str(text)?;
        let digest = |rule: DigestRule| match Hash::from_name(&rule.name) {
            Some(hash) => Ok((hash, rule.until)),
            None => Err(PolicyError::Unknown(rule.name)),
        };
        let mut signer_usages = 0;
        for name in file.signer.key_usages {
            signer_usages |= match name.as_str() {
                "digital_signature" => usage::DIGITAL_SIGNATURE,
                "non_repudiation" => usage::NON_REPUDIATION,
                _ => return Err(PolicyError::Unknown(name)),
            };
        }
        Ok(Self {
            name: file.name,
            digests: file.digest.into_iter().map(digest).collect::<Result<_, _>>()?,
            keys: file.key.into_iter().map(|rule| (rule.kind, rule.bits, rule.until)).collect(),
            signer_usages,
            fresh_hours: file.revocation.fresh_hours,
        })
    }

    /// Whether a digest was strong enough at a time.
    pub fn accepts_digest(&self, hash: Hash, at: DateTime<Utc>) -> bool {
        self.digests.iter().any(|&(listed, until)| listed == hash && is_before(at, until))
    }

    /// Whether a key was long enough at a time.
    pub fn accepts_key(&self, key: &PublicKey<'_>, at: DateTime<Utc>) -> bool {
        let kind = match key {
            PublicKey::Rsa { .. } => KeyKind::Rsa,
            PublicKey::Ec { .. } | PublicKey::Ed25519(_) => KeyKind::Ec,
            PublicKey::Unsupported => return false,
        };
        let bits = key.size_bits();
        self.keys
            .iter()
            .any(|&(listed, least, until)| listed == kind && bits >= least && is_before(at, until))
    }
}

fn is_before(at: DateTime<Utc>, until: Option<NaiveDate>) -> bool {
    until.is_none_or(|day| at.date_naive() < day)
}

impl Default for Policy {
    #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
    fn default() -> Self {
        Self::from_toml(include_str!("default.toml")).expect("the default policy can be read")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> DateTime<Utc> {
        text.parse::<NaiveDate>().unwrap().and_hms_opt(0, 0, 0).unwrap().and_utc()
    }

    #[test]
    fn an_algorithm_ends_on_its_day() {
        let policy = Policy::default();
        assert!(policy.accepts_digest(Hash::Sha1, day("2015-12-31")));
        assert!(!policy.accepts_digest(Hash::Sha1, day("2016-01-01")));
        assert!(policy.accepts_digest(Hash::Sha3Of256, day("2040-01-01")));
        // The annex of circular 15/2025/TT-BKHCN doesn't name it.
        assert!(policy.accepts_digest(Hash::Sha224, day("2025-08-14")));
        assert!(!policy.accepts_digest(Hash::Sha224, day("2025-08-15")));
        let short = PublicKey::Rsa { modulus: &[0xff; 128], exponent: &[3], pss_only: false };
        assert!(
            policy.accepts_key(&short, day("2013-12-31")) && !policy.accepts_key(&short, day("2014-01-01"))
        );
        assert!(!policy.accepts_key(&PublicKey::Unsupported, day("2013-12-31")));
    }

    #[test]
    fn a_misspelt_policy_is_refused() {
        let wrong = include_str!("default.toml").replacen("\"SHA-1\"", "\"SHA-9\"", 1);
        assert!(matches!(Policy::from_toml(&wrong), Err(PolicyError::Unknown(name)) if name == "SHA-9"));
        assert!(Policy::from_toml("[revocation]\nfresh_hours = 1").is_err());
    }
}
