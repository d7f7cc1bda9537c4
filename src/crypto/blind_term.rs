//! Words of a paper's text, made unreadable but still findable by whoever holds the vault's key.

use data_encoding::BASE32_DNSSEC;
use ring::hmac;

use super::cipher::derive;
use super::keyring::VaultKey;

/// Bytes kept of a term's code: two of a vault's million words share one in less than one search of a million.
const CODE_BYTES: usize = 5;

/// Turns words into codes under one vault's key.
pub struct TermKey(hmac::Key);

impl TermKey {
    pub fn of(vault: &VaultKey) -> Self {
        let key = derive(vault.bytes(), &[b"kho search terms v1"]);
        Self(hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()))
    }

    /// The code of a folded word: eight characters of `0-9a-v`, the same for the same word of the same vault.
    pub fn code(&self, word: &str) -> String {
        BASE32_DNSSEC.encode(&hmac::sign(&self.0, word.as_bytes()).as_ref()[..CODE_BYTES])
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::crypto::keyring::{Keyring, new_key_text};
    use crate::domain::id::VaultId;

    #[test]
    fn a_word_has_one_code_in_a_vault_and_another_in_the_next() {
        let keyring = Keyring::from_base64(&new_key_text().unwrap()).unwrap();
        let key = |number| TermKey::of(&keyring.new_vault_key(VaultId(Uuid::from_u128(number))).unwrap().0);
        let (one, other) = (key(1), key(2));

        assert_eq!(one.code("sinh"), one.code("sinh"));
        assert_ne!(one.code("sinh"), one.code("khai"));
        assert_ne!(one.code("sinh"), other.code("sinh"));
        assert_eq!(one.code("").len(), 8);
    }
}
