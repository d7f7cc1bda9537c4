//! Secrets that their bearer shows: session cookies, bearer tokens, reset and share links.

use data_encoding::BASE64URL_NOPAD;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::cipher::{NoRandomness, random};
use super::sha256::sha256;

const SECRET_BYTES: usize = 32;

/// What a secret opens, written in front of it: a leaked one is recognised by scanners, and one kind is never taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Prefix(&'static str);

impl Prefix {
    /// A signed-in browser.
    pub const SESSION: Self = Self("kho_s_");
    /// A program's bearer token.
    pub const TOKEN: Self = Self("kho_t_");
    /// A one-time link to set a new password.
    pub const RESET: Self = Self("kho_r_");
    /// What a page proves itself with when it changes something.
    pub const CSRF: Self = Self("kho_c_");
    /// A program of another system, by which it gets its bearer tokens.
    pub const CLIENT: Self = Self("kho_p_");
    /// A share link.
    pub const LINK: Self = Self("kho_l_");

    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// The text is not a secret of the expected kind. It is not repeated here: errors end in logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a secret of the kind `{}`", expected.0)]
pub struct NotASecret {
    pub expected: Prefix,
}

/// A prefix and 32 random bytes in base64url (RFC 4648, section 5). Shown once to its bearer; only its [`digest`](Self::digest)
/// is ever stored.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A new random secret.
    pub fn generate(prefix: Prefix) -> Result<Self, NoRandomness> {
        let bytes = random::<SECRET_BYTES>()?;
        // Room for all of it from the start: a string that grows leaves copies behind.
        let encoded_bytes = BASE64URL_NOPAD.encode_len(SECRET_BYTES);
        let mut text = Zeroizing::new(String::with_capacity(prefix.0.len() + encoded_bytes));
        text.push_str(prefix.0);
        BASE64URL_NOPAD.encode_append(bytes.as_slice(), &mut text);
        Ok(Self(text))
    }

    /// A secret as its bearer showed it. Spellings that `generate` never writes are refused.
    pub fn parse(prefix: Prefix, text: &str) -> Result<Self, NotASecret> {
        text.strip_prefix(prefix.0)
            .filter(|encoded| encoded.len() == BASE64URL_NOPAD.encode_len(SECRET_BYTES))
            .and_then(|encoded| BASE64URL_NOPAD.decode(encoded.as_bytes()).ok().map(Zeroizing::new))
            .map(|_| Self(Zeroizing::new(text.to_owned())))
            .ok_or(NotASecret { expected: prefix })
    }

    /// The secret itself, to hand to its bearer.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored and looked up instead of the secret.
    ///
    /// Plain SHA-256, neither salted nor slow: salt and slowness protect guessable secrets against lists of guesses, and nobody
    /// guesses among 2²⁵⁶. It also lets an index find the row. The prefix is hashed too, so a digest belongs to one kind.
    pub fn digest(&self) -> SecretDigest {
        SecretDigest(sha256(self.0.as_bytes()))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The SHA-256 of a [`Secret`]. Compared in constant time.
#[derive(Clone, Copy, Debug)]
pub struct SecretDigest(pub [u8; 32]);

impl SecretDigest {
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl PartialEq for SecretDigest {
    fn eq(&self, other: &Self) -> bool {
        equal_in_constant_time(&self.0, &other.0)
    }
}

impl Eq for SecretDigest {}

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
pub fn equal_in_constant_time(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_back_as_its_own_kind_only() {
        let secret = Secret::generate(Prefix::SESSION).unwrap();
        assert_eq!(secret.expose().len(), "kho_s_".len() + 43);
        let read = Secret::parse(Prefix::SESSION, secret.expose()).unwrap();
        assert_eq!(read.digest(), secret.digest());
        let refused = Secret::parse(Prefix::LINK, secret.expose()).unwrap_err();
        assert_eq!(refused, NotASecret { expected: Prefix::LINK });
    }

    #[test]
    fn two_secrets_differ() {
        let (one, other) = (Secret::generate(Prefix::LINK).unwrap(), Secret::generate(Prefix::LINK).unwrap());
        assert_ne!(one.expose(), other.expose());
        assert_ne!(one.digest(), other.digest());
    }

    #[test]
    fn other_spellings_are_refused() {
        let secret = format!("kho_t_{}", "A".repeat(43));
        assert!(Secret::parse(Prefix::TOKEN, &secret).is_ok());
        // The last character carries four bits; `B` would say a fifth.
        let trailing_bits = format!("kho_t_{}B", "A".repeat(42));
        let short = &secret[..secret.len() - 1];
        let long = format!("{secret}A");
        let padded = format!("{secret}=");
        let foreign = format!("kho_t_{}+", "A".repeat(42));
        for text in ["", "kho_t_", short, &long, &padded, &foreign, &trailing_bits, &secret.to_uppercase()] {
            assert!(Secret::parse(Prefix::TOKEN, text).is_err(), "{text:?}");
        }
    }

    /// The value is that of `printf %s kho_t_AAAA… | sha256sum`.
    #[test]
    fn the_digest_is_the_sha256_of_the_text() {
        let secret = Secret::parse(Prefix::TOKEN, &format!("kho_t_{}", "A".repeat(43))).unwrap();
        let expected = "30583a76ed142ff360a03766f94c24194e5b29b1dd89bdb9b10600dadec4df92";
        assert_eq!(data_encoding::HEXLOWER.encode(secret.digest().as_bytes()), expected);
    }

    #[test]
    fn a_secret_does_not_show_in_debug_output() {
        let secret = Secret::generate(Prefix::RESET).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }
}
