//! Passwords: Argon2id, stored as PHC strings.
//!
//! Each call fills 19 MiB and takes tens of milliseconds of one core: asynchronous callers run it in
//! `tokio::task::spawn_blocking`, and bound how many run at once and how long a password may be.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error as HashError, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use zeroize::Zeroizing;

use super::cipher::{NoRandomness, random};

// OWASP Password Storage Cheat Sheet, "Argon2id": m = 19 MiB, t = 2, p = 1.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// RFC 9106, section 3.1: 16 bytes are recommended for password hashing.
const SALT_BYTES: usize = 16;

/// Why a password could not be hashed or compared. A wrong password is not an error.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// What is stored is not an Argon2 hash: the row was damaged, or written by something else.
    #[error("the stored password hash is malformed")]
    MalformedHash(#[source] HashError),
    /// For want of memory, as a rule.
    #[error("the password could not be hashed")]
    Hashing(#[source] HashError),
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// The PHC string to store for `password`: `$argon2id$v=19$m=19456,t=2,p=1$…`.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    let salt = random::<SALT_BYTES>()?;
    let hash = argon2()
        .hash_password_with_salt(normalised(password).as_bytes(), salt.as_slice())
        .map_err(PasswordError::Hashing)?;
    Ok(hash.to_string())
}

/// Whether `password` is the one that `stored` was made from, with the parameters that `stored` names.
pub fn verify(password: &str, stored: &str) -> Result<bool, PasswordError> {
    let stored = PasswordHash::new(stored).map_err(|error| PasswordError::MalformedHash(error.into()))?;
    if stored.salt.is_none() || stored.hash.is_none() {
        // PHC allows a string to end early; the library calls that a wrong password.
        return Err(PasswordError::MalformedHash(HashError::EncodingInvalid));
    }
    match argon2().verify_password(normalised(password).as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(HashError::PasswordInvalid) => Ok(false),
        Err(error @ (HashError::OutOfMemory | HashError::Internal)) => Err(PasswordError::Hashing(error)),
        Err(error) => Err(PasswordError::MalformedHash(error)),
    }
}

/// Does the work of [`verify`] for a login that nobody has, so that the time of the answer does not tell which logins exist.
pub fn verify_absent(password: &str) -> Result<(), PasswordError> {
    argon2()
        .hash_password_with_salt(normalised(password).as_bytes(), &[0; SALT_BYTES])
        .map(|_| ())
        .map_err(PasswordError::Hashing)
}

/// Whether `stored` was made with other parameters than [`hash`] uses now. Ask after a successful [`verify`], while the
/// password is at hand.
pub fn needs_rehash(stored: &str) -> bool {
    let Ok(stored) = PasswordHash::new(stored) else { return true };
    let current = argon2();
    let costs_alike = Params::try_from(&stored).is_ok_and(|params| {
        let wanted = current.params();
        params.m_cost() == wanted.m_cost()
            && params.t_cost() == wanted.t_cost()
            && params.p_cost() == wanted.p_cost()
    });
    stored.algorithm != Algorithm::Argon2id.ident()
        || stored.version != Some(Version::V0x13.into())
        || !costs_alike
}

#[expect(clippy::expect_used, reason = "the parameters are constants, and a test hashes with them")]
fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("parameters within Argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The password as it is hashed: composed (NFC), every space an ASCII one (RFC 8265, section 4.2.2). Vietnamese keyboards differ
/// in whether they compose, and the same word typed on two devices must be the same password.
fn normalised(password: &str) -> Zeroizing<String> {
    let mut normalised = Zeroizing::new(String::with_capacity(password.len() * 3));
    normalised.extend(
        password.nfc().map(|c| if c.general_category() == GeneralCategory::SpaceSeparator { ' ' } else { c }),
    );
    normalised
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_another_is_not() {
        let stored = hash("Bí mật 12").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("Bí mật 12", &stored).unwrap());
        assert!(!verify("bí mật 12", &stored).unwrap());
        assert!(!verify("", &stored).unwrap());
        assert!(!needs_rehash(&stored));
    }

    #[test]
    fn the_same_password_is_stored_differently_each_time() {
        assert_ne!(hash("mật khẩu").unwrap(), hash("mật khẩu").unwrap());
    }

    #[test]
    fn it_does_not_matter_whether_the_keyboard_composes() {
        let stored = hash("m\u{1ead}t kh\u{1ea9}u").unwrap();
        assert!(verify("ma\u{323}\u{302}t\u{a0}kha\u{302}\u{309}u", &stored).unwrap());
    }

    /// The hashes are those of argon2-cffi (Python) for `password` and the salt `somesaltsomesalt`.
    #[test]
    fn hashes_of_another_implementation_are_read_and_old_parameters_noticed() {
        let current = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE";
        assert!(verify("password", current).unwrap());
        assert!(!verify("passwore", current).unwrap());
        assert!(!needs_rehash(current));
        for older in [
            "$argon2id$v=19$m=4096,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$2gwotFrXd0+zAFJqh3DHaDnAxcUpU8hrA/whR9a0Ls0",
            "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$8pDKuQWnVyn1WubqZygCiwFvgGZldOecJANYh9ZnKbA",
        ] {
            assert!(verify("password", older).unwrap(), "{older}");
            assert!(needs_rehash(older), "{older}");
        }
    }

    #[test]
    fn a_damaged_hash_is_an_error_and_not_a_wrong_password() {
        for stored in ["", "plain", "$argon2id$v=19$m=1", "$argon2id$v=19$m=0,t=0,p=0$c2FsdHNhbHQ$AAAA"] {
            assert!(matches!(verify("x", stored), Err(PasswordError::MalformedHash(_))), "{stored:?}");
            assert!(needs_rehash(stored), "{stored:?}");
        }
    }

    #[test]
    fn an_absent_account_costs_what_a_present_one_costs() {
        let stored = hash("x").unwrap();
        // The least of a few runs: other work on the machine only ever adds time.
        let least = |work: &dyn Fn()| {
            (0..5)
                .map(|_| {
                    let start = std::time::Instant::now();
                    work();
                    start.elapsed()
                })
                .min()
                .unwrap()
        };
        let present = least(&|| assert!(!verify("y", &stored).unwrap()));
        let absent = least(&|| verify_absent("y").unwrap());
        assert!(absent < present * 4 && present < absent * 4, "{absent:?} against {present:?}");
    }
}
