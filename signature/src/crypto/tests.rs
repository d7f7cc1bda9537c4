//! Against certificates that OpenSSL 3.0 signed with their own keys: `openssl req -x509 -newkey … -sigopt …`, one a line with its name.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;
use crate::asn1::Reader;
use crate::x509::Certificate;

fn certificates() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    include_str!("openssl-certificates.txt").lines().map(|line| {
        let (name, der) = line.split_once(' ').unwrap();
        (name, STANDARD.decode(der).unwrap())
    })
}

/// The parts of a certificate: what is signed, how, and the value.
fn parts(der: &[u8]) -> (&[u8], Scheme, &[u8]) {
    let mut parts = Reader::only(der).unwrap().children();
    let signed = parts.value().unwrap().raw;
    let algorithm = AlgorithmIdentifier::read(&mut parts).unwrap();
    (signed, Scheme::of(&algorithm, None).unwrap(), parts.value().unwrap().bits().unwrap())
}

#[test]
fn what_openssl_signed_is_valid_over_bytes_and_over_their_digest() {
    for (name, der) in certificates() {
        let certificate = Certificate::from_der(&der).unwrap();
        assert_eq!(certificate.is_signed_by(&certificate), Outcome::Valid, "{name}");
        let (signed, scheme, value) = parts(&der);
        if let Some(hash) = scheme.hash() {
            let digest = hash.of(&[&signed[..7], &signed[7..]]);
            assert_eq!(
                verify(&certificate.key(), scheme, Message::Digest(&digest), value),
                Outcome::Valid,
                "{name}"
            );
        }
    }
}

#[test]
fn one_changed_bit_makes_a_signature_invalid() {
    for (name, der) in certificates() {
        let certificate = Certificate::from_der(&der).unwrap();
        let (signed, scheme, value) = parts(&der);
        let mut other = value.to_vec();
        let last = other.len() - 1;
        other[last] ^= 1;
        assert_eq!(
            verify(&certificate.key(), scheme, Message::Bytes(signed), &other),
            Outcome::Invalid,
            "{name}"
        );
        let mut message = signed.to_vec();
        message[9] ^= 1;
        assert_eq!(
            verify(&certificate.key(), scheme, Message::Bytes(&message), value),
            Outcome::Invalid,
            "{name}"
        );
        let longer = [&[0], value].concat();
        assert_eq!(
            verify(&certificate.key(), scheme, Message::Bytes(signed), &longer),
            Outcome::Invalid,
            "{name}"
        );
    }
}

#[test]
fn digests_are_those_of_the_standards() {
    // FIPS 180-4 and FIPS 202 examples for "abc".
    for (hash, start) in [
        (Hash::Sha1, [0xa9, 0x99, 0x3e, 0x36]),
        (Hash::Sha224, [0x23, 0x09, 0x7d, 0x22]),
        (Hash::Sha256, [0xba, 0x78, 0x16, 0xbf]),
        (Hash::Sha384, [0xcb, 0x00, 0x75, 0x3f]),
        (Hash::Sha512, [0xdd, 0xaf, 0x35, 0xa1]),
        (Hash::Sha512Of224, [0x46, 0x34, 0x27, 0x0f]),
        (Hash::Sha512Of256, [0x53, 0x04, 0x8e, 0x26]),
        (Hash::Sha3Of224, [0xe6, 0x42, 0x82, 0x4c]),
        (Hash::Sha3Of256, [0x3a, 0x98, 0x5d, 0xa7]),
        (Hash::Sha3Of384, [0xec, 0x01, 0x49, 0x82]),
        (Hash::Sha3Of512, [0xb7, 0x51, 0x85, 0x0b]),
    ] {
        let digest = hash.of(&[b"a", b"", b"bc"]);
        assert_eq!((&digest[..4], digest.len()), (&start[..], hash.size_bytes()), "{}", hash.name());
        assert_eq!(Hash::from_name(hash.name()), Some(hash));
    }
}

#[test]
fn a_key_of_another_kind_never_fits() {
    let all: Vec<_> = certificates().collect();
    let rsa = Certificate::from_der(&all[0].1).unwrap();
    let (_, ec) = all.iter().find(|(name, _)| *name == "prime256v1-sha256").unwrap();
    let (signed, scheme, value) = parts(ec);
    assert_eq!(verify(&rsa.key(), scheme, Message::Bytes(signed), value), Outcome::Invalid);
    // A PSS key doesn't sign with the older padding (RFC 4055, 1.2).
    let (_, pss) = all.iter().find(|(name, _)| *name == "psskey2048-sha256").unwrap();
    let key = Certificate::from_der(pss).unwrap();
    assert_eq!(
        verify(&key.key(), Scheme::RsaPkcs1(Hash::Sha256), Message::Bytes(b""), &[0; 256]),
        Outcome::Invalid
    );
}

proptest! {
    #[test]
    fn what_beginnings_share_does_not_change_their_digests(
        file in proptest::collection::vec(any::<u8>(), 0..400),
        cuts in proptest::collection::vec((0usize..400, 0usize..400, 0usize..4), 1..12),
    ) {
        let prefixes = Prefixes::new(&file);
        let copy = file.clone();
        for (first, second, how) in cuts {
            let (first, second) = (&file[..first.min(file.len())], &file[second.min(file.len())..]);
            let hash = [Hash::Sha256, Hash::Sha512, Hash::Sha3Of256, Hash::Sha224][how];
            let parts = [first, second];
            prop_assert_eq!(prefixes.digest(hash, &parts), hash.of(&parts));
            // Not of the file, though equal to its beginning.
            let other = [&copy[..first.len()], second];
            prop_assert_eq!(prefixes.digest(hash, &other), hash.of(&other));
        }
    }

    #[test]
    fn no_key_and_no_value_make_it_panic(
        modulus in proptest::collection::vec(any::<u8>(), 0..140),
        exponent in proptest::collection::vec(any::<u8>(), 0..9),
        value in proptest::collection::vec(any::<u8>(), 0..140),
        salt_bytes in any::<u32>(),
    ) {
        let key = PublicKey::Rsa { modulus: &modulus, exponent: &exponent, pss_only: false };
        let schemes = [
            Scheme::RsaPkcs1(Hash::Sha256),
            Scheme::RsaPss { hash: Hash::Sha512, mask: Hash::Sha1, salt_bytes },
            Scheme::RsaPss { hash: Hash::Sha1, mask: Hash::Sha256, salt_bytes: 20 },
        ];
        for scheme in schemes {
            prop_assert_ne!(verify(&key, scheme, Message::Digest(&[7; 20]), &value), Outcome::Valid);
        }
        key.size_bits();
    }
}
