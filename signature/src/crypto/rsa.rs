//! RSASSA-PKCS1-v1_5 and RSASSA-PSS (RFC 8017, chapter 8), the paddings checked by building or walking them whole: what a lenient reader
//! skips is where forgeries hide.

use ring::signature as fast;
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, PublicKey};

use super::{Hash, Message, Outcome, Scheme};

/// Keys of the past are verified too, so that the report can tell "too weak" from "forged".
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 512..=8192;

pub(super) fn verify(
    modulus: &[u8],
    exponent: &[u8],
    scheme: Scheme,
    message: Message<'_>,
    value: &[u8],
) -> Outcome {
    if let Some(algorithm) = known_to_ring(modulus, scheme)
        && let Message::Bytes(bytes) = message
        && exponent.len() <= 4
        && exponent != [1]
    {
        let key = fast::RsaPublicKeyComponents { n: modulus, e: exponent };
        return Outcome::from_valid(key.verify(algorithm, bytes, value).is_ok());
    }
    let Some(key) = key(modulus, exponent) else { return Outcome::Unsupported };
    let Some(encoded) = recover(&key, value) else { return Outcome::Invalid };
    Outcome::from_valid(match scheme {
        Scheme::RsaPkcs1(hash) => {
            pkcs1(hash, &message.digest(hash), encoded.len()).is_some_and(|built| built == encoded)
        }
        Scheme::RsaPss { hash, mask, salt_bytes } => {
            let bits = key.n().bit_width() as usize - 1;
            pss(&message.digest(hash), &encoded, bits, hash, mask, salt_bytes as usize).is_some()
        }
        _ => false,
    })
}

/// The digest algorithm that a value of RSASSA-PKCS1-v1_5 names inside (RFC 8017, 9.2).
pub fn digest_inside(modulus: &[u8], exponent: &[u8], value: &[u8]) -> Option<Hash> {
    let encoded = recover(&key(modulus, exponent)?, value)?;
    Hash::all().find(|hash| {
        let empty = vec![0; hash.size_bytes()];
        let built = pkcs1(*hash, &empty, encoded.len());
        built.is_some_and(|built| encoded.starts_with(&built[..built.len() - empty.len()]))
    })
}

fn known_to_ring(modulus: &[u8], scheme: Scheme) -> Option<&'static fast::RsaParameters> {
    if !(256..=1024).contains(&modulus.len()) {
        return None;
    }
    match scheme {
        Scheme::RsaPkcs1(Hash::Sha256) => Some(&fast::RSA_PKCS1_2048_8192_SHA256),
        Scheme::RsaPkcs1(Hash::Sha384) => Some(&fast::RSA_PKCS1_2048_8192_SHA384),
        Scheme::RsaPkcs1(Hash::Sha512) => Some(&fast::RSA_PKCS1_2048_8192_SHA512),
        Scheme::RsaPkcs1(Hash::Sha1) => Some(&fast::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY),
        Scheme::RsaPss { hash, mask, salt_bytes }
            if hash == mask && salt_bytes as usize == hash.size_bytes() =>
        {
            match hash {
                Hash::Sha256 => Some(&fast::RSA_PSS_2048_8192_SHA256),
                Hash::Sha384 => Some(&fast::RSA_PSS_2048_8192_SHA384),
                Hash::Sha512 => Some(&fast::RSA_PSS_2048_8192_SHA512),
                _ => None,
            }
        }
        _ => None,
    }
}

fn key(modulus: &[u8], exponent: &[u8]) -> Option<PublicKey> {
    let number = |bytes: &[u8]| {
        let bits = u32::try_from(bytes.len().checked_mul(8)?).ok()?.next_multiple_of(64);
        BoxedUint::from_be_slice(bytes, bits).ok()
    };
    if modulus.len() * 8 > *MODULUS_BITS.end() + 7 || exponent.len() > 8 {
        return None;
    }
    PublicKey::new_with_size_limits(number(modulus)?, number(exponent)?, MODULUS_BITS).ok()
}

/// RSAVP1 (RFC 8017, 5.2.2): the encoded message, as long as the modulus.
fn recover(key: &PublicKey, value: &[u8]) -> Option<Vec<u8>> {
    if value.len() != key.size() {
        return None;
    }
    let number = BoxedUint::from_be_slice(value, key.n().bits_precision()).ok()?;
    if number >= *key.n().as_ref() {
        return None;
    }
    let bytes = rsa::hazmat::rsa_encrypt(key, &number).ok()?.to_be_bytes();
    let start = bytes.len().checked_sub(key.size())?;
    Some(bytes[start..].to_vec())
}

/// EMSA-PKCS1-v1_5 (RFC 8017, 9.2): the one encoding that a digest has.
fn pkcs1(hash: Hash, digest: &[u8], size: usize) -> Option<Vec<u8>> {
    let algorithm = hash.algorithm_der();
    let inside = algorithm.len() + 2 + digest.len();
    let tail = inside + 2;
    let padding = size.checked_sub(tail + 3).filter(|&padding| padding >= 8)?;
    let mut encoded = vec![0x00, 0x01];
    encoded.resize(2 + padding, 0xff);
    encoded.extend_from_slice(&[0x00, 0x30, u8::try_from(inside).ok()?]);
    encoded.extend_from_slice(&algorithm);
    encoded.extend_from_slice(&[0x04, u8::try_from(digest.len()).ok()?]);
    encoded.extend_from_slice(digest);
    Some(encoded)
}

/// EMSA-PSS-VERIFY (RFC 8017, 9.1.2), its steps in its order. Some: consistent.
fn pss(digest: &[u8], encoded: &[u8], bits: usize, hash: Hash, mask: Hash, salt_bytes: usize) -> Option<()> {
    let size = bits.div_ceil(8);
    let (lead, encoded) = encoded.split_at_checked(encoded.len().checked_sub(size)?)?;
    let masked_bytes = size.checked_sub(hash.size_bytes() + 1)?;
    masked_bytes.checked_sub(salt_bytes.checked_add(1)?)?;
    let (masked, rest) = encoded.split_at_checked(masked_bytes)?;
    let (seed, trailer) = rest.split_at_checked(hash.size_bytes())?;
    let unused = 0xff_u8.checked_shr((8 * size - bits) as u32).map_or(0xff, |used| !used);
    if trailer != [0xbc] || lead.iter().any(|&byte| byte != 0) || masked.first()? & unused != 0 {
        return None;
    }
    let mut block: Vec<u8> = masked.iter().zip(mgf1(seed, masked_bytes, mask)).map(|(a, b)| a ^ b).collect();
    *block.first_mut()? &= !unused;
    let (padding, salt) = block.split_at_checked(masked_bytes - salt_bytes)?;
    let (one, zeros) = padding.split_last()?;
    if *one != 1 || zeros.iter().any(|&byte| byte != 0) {
        return None;
    }
    (hash.of(&[&[0; 8], digest, salt]) == seed).then_some(())
}

/// RFC 8017, B.2.1.
fn mgf1(seed: &[u8], size: usize, hash: Hash) -> Vec<u8> {
    let mut mask = Vec::with_capacity(size + hash.size_bytes());
    let mut counter: u32 = 0;
    while mask.len() < size {
        mask.extend_from_slice(&hash.of(&[seed, &counter.to_be_bytes()]));
        counter += 1;
    }
    mask.truncate(size);
    mask
}
