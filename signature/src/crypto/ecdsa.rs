//! ECDSA over named curves (FIPS 186-5, 6.4).

use ecdsa::signature::hazmat::PrehashVerifier;
use ring::signature as fast;

use super::{Curve, Hash, Message, Outcome};

pub(super) fn verify(curve: Curve, point: &[u8], hash: Hash, message: Message<'_>, value: &[u8]) -> Outcome {
    if let Some(algorithm) = known_to_ring(curve, hash)
        && let Message::Bytes(bytes) = message
        && point.first() == Some(&4)
    {
        let key = fast::UnparsedPublicKey::new(algorithm, point);
        return Outcome::from_valid(key.verify(bytes, value).is_ok());
    }
    let mut digest = message.digest(hash);
    // A short digest is a small number (FIPS 186-5, 6.4.2, step 2): zeros in front make it as long as the curve wants it.
    if let Some(zeros) = field_bytes(curve).checked_sub(digest.len()) {
        digest.splice(0..0, std::iter::repeat_n(0, zeros));
    }
    macro_rules! by {
        ($curve:ty) => {{
            let key = ecdsa::VerifyingKey::<$curve>::from_sec1_bytes(point);
            let value = ecdsa::Signature::<$curve>::from_der(value);
            match (key, value) {
                (Ok(key), Ok(value)) => Outcome::from_valid(key.verify_prehash(&digest, &value).is_ok()),
                _ => Outcome::Invalid,
            }
        }};
    }
    match curve {
        Curve::P256 => by!(p256::NistP256),
        Curve::P384 => by!(p384::NistP384),
        Curve::P521 => by!(p521::NistP521),
        Curve::Brainpool256 => by!(bp256::BrainpoolP256r1),
        Curve::Brainpool384 => by!(bp384::BrainpoolP384r1),
    }
}

fn field_bytes(curve: Curve) -> usize {
    match curve {
        Curve::P256 | Curve::Brainpool256 => 32,
        Curve::P384 | Curve::Brainpool384 => 48,
        Curve::P521 => 66,
    }
}

fn known_to_ring(curve: Curve, hash: Hash) -> Option<&'static fast::EcdsaVerificationAlgorithm> {
    match (curve, hash) {
        (Curve::P256, Hash::Sha256) => Some(&fast::ECDSA_P256_SHA256_ASN1),
        (Curve::P256, Hash::Sha384) => Some(&fast::ECDSA_P256_SHA384_ASN1),
        (Curve::P384, Hash::Sha256) => Some(&fast::ECDSA_P384_SHA256_ASN1),
        (Curve::P384, Hash::Sha384) => Some(&fast::ECDSA_P384_SHA384_ASN1),
        _ => None,
    }
}
