//! Whatever is done to sealed bytes, an opener gives out true plaintext or refuses.

use std::ops::Range;

use proptest::prelude::*;
use uuid::Uuid;

use super::keyring::{DataKey, Keyring, VaultKey, new_key_text};
use super::segment::{
    CHUNK_BYTES, HEADER, MAX_PLAIN_BYTES, OpenError, SealError, SegmentOpener, SegmentSealer, sealed_len,
};
use crate::domain::id::{BlobId, VaultId};

const BLOB: BlobId = BlobId(Uuid::from_u128(0x0193_a2f0_7b1e_7c42_9d3a_5f1e_2a6b_8c90));
const OTHER_BLOB: BlobId = BlobId(Uuid::from_u128(0x0193_a2f0_7b1e_7c42_9d3a_5f1e_2a6b_8c91));
const SEALED_CHUNK: usize = CHUNK_BYTES + 16;

fn vault_key() -> VaultKey {
    let keyring = Keyring::from_base64(&new_key_text().unwrap()).unwrap();
    keyring.new_vault_key(VaultId(Uuid::nil())).unwrap().0
}

fn data_key() -> DataKey {
    vault_key().new_data_key(BLOB).unwrap().0
}

/// Bytes in which no two chunks, nor two neighbouring ranges, are alike.
fn plain_of(length: usize) -> Vec<u8> {
    (0..length as u32).map(|i| (i.wrapping_mul(0x9e37_79b1) >> 24) as u8).collect()
}

fn seal(key: &DataKey, blob: BlobId, index: u32, plain: &[u8], piece_bytes: usize) -> Vec<u8> {
    let mut sealed = Vec::new();
    let mut sealer = SegmentSealer::new(key, blob, index);
    for piece in plain.chunks(piece_bytes) {
        sealer.push(piece, &mut sealed).unwrap();
    }
    assert_eq!(sealer.plain_bytes(), plain.len() as u64);
    sealer.finish(&mut sealed).unwrap();
    sealed
}

/// What came out, and how it ended.
fn open(
    key: &DataKey,
    plain_len: usize,
    range: Range<usize>,
    sealed: &[u8],
    piece_bytes: usize,
) -> (Vec<u8>, Result<(), OpenError>) {
    let range = range.start as u64..range.end as u64;
    let mut opener = SegmentOpener::new(key, BLOB, 0, plain_len as u64, range).unwrap();
    let mut out = Vec::new();
    let pushed = sealed.chunks(piece_bytes).try_for_each(|piece| opener.push(piece, &mut out));
    let finished = opener.finish();
    assert!(pushed.is_ok() || finished == pushed, "an error lasts: {pushed:?}, then {finished:?}");
    (out, finished)
}

/// Opens the whole; it must fail, and only the chunks before the damaged one may have come out.
#[track_caller]
fn assert_refused(key: &DataKey, plain: &[u8], damaged: &[u8], sound_chunks: usize, expected: OpenError) {
    for piece_bytes in [damaged.len().max(1), 10_007] {
        let (out, ended) = open(key, plain.len(), 0..plain.len(), damaged, piece_bytes);
        assert_eq!(ended, Err(expected));
        assert!(out == plain[..(sound_chunks * CHUNK_BYTES).min(plain.len())], "{} bytes out", out.len());
    }
}

fn length_and_range() -> impl Strategy<Value = (usize, Range<usize>)> {
    let length = prop_oneof![
        4 => 0..300_000_usize,
        // Around the boundaries of chunks, where mistakes live.
        3 => (0..5_usize, -2..=2_isize).prop_map(|(chunks, by)| (chunks * CHUNK_BYTES).saturating_add_signed(by)),
    ];
    length.prop_flat_map(|length| {
        (Just(length), 0..=length, 0..=length).prop_map(|(length, a, b)| (length, a.min(b)..a.max(b)))
    })
}

#[derive(Clone, Debug)]
enum Damage {
    FlipBit(usize, u8),
    Remove(usize, usize),
    Insert(usize, Vec<u8>),
    SwapChunks(usize, usize),
    Overwrite(usize, Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<usize>(), 0..8_u8).prop_map(|(at, bit)| Damage::FlipBit(at, bit)),
        (any::<usize>(), 1..100_000_usize).prop_map(|(at, count)| Damage::Remove(at, count)),
        (any::<usize>(), prop::collection::vec(any::<u8>(), 1..40))
            .prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (any::<usize>(), any::<usize>()).prop_map(|(one, other)| Damage::SwapChunks(one, other)),
        (any::<usize>(), prop::collection::vec(any::<u8>(), 1..40))
            .prop_map(|(at, bytes)| Damage::Overwrite(at, bytes)),
    ]
}

fn inflict(sealed: &mut Vec<u8>, damage: &Damage) {
    let place = |at: usize| at % sealed.len().max(1);
    match damage {
        _ if sealed.is_empty() => {}
        Damage::FlipBit(at, bit) => {
            let at = place(*at);
            sealed[at] ^= 1 << bit;
        }
        Damage::Remove(at, count) => {
            let at = place(*at);
            let end = at.saturating_add(*count).min(sealed.len());
            sealed.drain(at..end);
        }
        Damage::Insert(at, bytes) => {
            let at = place(*at);
            sealed.splice(at..at, bytes.iter().copied());
        }
        Damage::SwapChunks(one, other) => {
            let chunks = (sealed.len().saturating_sub(HEADER.len()) / SEALED_CHUNK).max(1);
            let (one, other) = (one % chunks * SEALED_CHUNK, other % chunks * SEALED_CHUNK);
            let at = |chunk: usize| HEADER.len() + chunk;
            for i in 0..SEALED_CHUNK {
                if one != other && at(one.max(other)) + i < sealed.len() {
                    sealed.swap(at(one) + i, at(other) + i);
                }
            }
        }
        Damage::Overwrite(at, bytes) => {
            let at = place(*at);
            for (old, new) in sealed[at..].iter_mut().zip(bytes) {
                *old = *new;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_range_of_any_length_comes_back(
        (length, range) in length_and_range(),
        pushed_in in 1..150_000_usize,
        read_in in 1..150_000_usize,
    ) {
        let (key, plain) = (data_key(), plain_of(length));
        let sealed = seal(&key, BLOB, 0, &plain, pushed_in);
        prop_assert_eq!(sealed.len() as u64, sealed_len(length as u64));

        let wanted = range.start as u64..range.end as u64;
        let to_read = SegmentOpener::new(&key, BLOB, 0, length as u64, wanted).unwrap().sealed_range();
        // Reading a range costs that range and the ends of two chunks, not the segment.
        prop_assert!(to_read.end - to_read.start <= range.len() as u64 + 2 * SEALED_CHUNK as u64 + (range.len() / 4096) as u64 + 16);

        let read = &sealed[to_read.start as usize..to_read.end as usize];
        let (out, ended) = open(&key, length, range.clone(), read, read_in);
        prop_assert_eq!(ended, Ok(()));
        prop_assert!(out == plain[range], "other bytes came out");
    }

    #[test]
    fn after_any_damage_only_true_plaintext_comes_out(
        (length, range) in length_and_range(),
        damages in prop::collection::vec(damage(), 1..4),
        read_in in 1..150_000_usize,
    ) {
        let (key, plain) = (data_key(), plain_of(length));
        let sealed = seal(&key, BLOB, 0, &plain, 100_000);
        let wanted = range.start as u64..range.end as u64;
        let to_read = SegmentOpener::new(&key, BLOB, 0, length as u64, wanted).unwrap().sealed_range();
        let read = &sealed[to_read.start as usize..to_read.end as usize];
        let mut damaged = read.to_vec();
        for damage in &damages {
            inflict(&mut damaged, damage);
        }

        let (out, ended) = open(&key, length, range.clone(), &damaged, read_in);
        prop_assert!(plain[range.clone()].starts_with(&out), "bytes came out that were never sealed");
        prop_assert_eq!(ended.is_ok(), damaged == read, "{:?} of {:?}", ended, damages);
        prop_assert!(ended.is_err() || out.len() == range.len());
    }

    #[test]
    fn bytes_from_anywhere_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), plain_len in 0..200_usize) {
        let (out, ended) = open(&data_key(), plain_len, 0..plain_len, &bytes, 37);
        prop_assert!(ended.is_err());
        prop_assert!(out.is_empty());
    }
}

/// Three chunks, the last short.
fn three_chunks() -> (DataKey, Vec<u8>, Vec<u8>) {
    let (key, plain) = (data_key(), plain_of(2 * CHUNK_BYTES + 1_000));
    let sealed = seal(&key, BLOB, 0, &plain, plain.len());
    (key, plain, sealed)
}

fn chunk(index: usize) -> Range<usize> {
    HEADER.len() + index * SEALED_CHUNK..HEADER.len() + (index + 1) * SEALED_CHUNK
}

#[test]
fn every_flipped_bit_of_a_small_segment_is_refused() {
    let key = data_key();
    for length in [0, 1, 40] {
        let plain = plain_of(length);
        let sealed = seal(&key, BLOB, 0, &plain, 1_000);
        for bit in 0..sealed.len() * 8 {
            let mut damaged = sealed.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_refused(&key, &plain, &damaged, 0, OpenError::Tampered);
        }
    }
}

#[test]
fn a_flipped_bit_in_any_part_of_any_chunk_is_refused() {
    let (key, plain, sealed) = three_chunks();
    for index in 0..3 {
        let place = chunk(index);
        let end = place.end.min(sealed.len());
        for at in [place.start, place.start + 500, end - 17, end - 16, end - 1] {
            let mut damaged = sealed.clone();
            damaged[at] ^= 0x10;
            assert_refused(&key, &plain, &damaged, index, OpenError::Tampered);
        }
    }
}

#[test]
fn a_segment_cut_anywhere_is_refused() {
    let (key, plain, sealed) = three_chunks();
    for (kept, sound_chunks) in [
        (0, 0),
        (7, 0),
        (HEADER.len(), 0),
        (chunk(0).end - 1, 0),
        (chunk(0).end, 1),
        (chunk(1).end, 2),
        (sealed.len() - 1, 2),
    ] {
        assert_refused(&key, &plain, &sealed[..kept], sound_chunks, OpenError::Cut);
    }
}

/// The row says how long the segment is, and a chunk says whether it is the last: they must agree.
#[test]
fn a_segment_is_not_opened_as_a_shorter_or_longer_one() {
    let key = data_key();
    let plain = plain_of(3 * CHUNK_BYTES);
    let sealed = seal(&key, BLOB, 0, &plain, plain.len());
    let shorter = &plain[..2 * CHUNK_BYTES];
    assert_refused(&key, shorter, &sealed[..chunk(1).end], 1, OpenError::Tampered);

    let mut longer = plain.clone();
    longer.extend_from_slice(&[0; 10]);
    let mut extended = sealed.clone();
    extended.extend_from_slice(&[0; 26]);
    assert_refused(&key, &longer, &extended, 2, OpenError::Tampered);
    assert_refused(&key, &plain, &extended, 3, OpenError::Extended);
}

#[test]
fn swapped_repeated_and_missing_chunks_are_refused() {
    let key = data_key();
    let plain = plain_of(4 * CHUNK_BYTES);
    let sealed = seal(&key, BLOB, 0, &plain, plain.len());
    let arrange = |order: [usize; 4]| {
        let mut arranged = HEADER.to_vec();
        order.into_iter().for_each(|index| arranged.extend_from_slice(&sealed[chunk(index)]));
        arranged
    };
    assert_refused(&key, &plain, &arrange([1, 0, 2, 3]), 0, OpenError::Tampered);
    assert_refused(&key, &plain, &arrange([0, 2, 1, 3]), 1, OpenError::Tampered);
    assert_refused(&key, &plain, &arrange([0, 1, 1, 3]), 2, OpenError::Tampered);
    assert_refused(&key, &plain, &arrange([0, 1, 3, 2]), 2, OpenError::Tampered);
}

#[test]
fn a_segment_opens_in_its_own_place_under_its_own_key_only() {
    let vault = vault_key();
    let key = vault.new_data_key(BLOB).unwrap().0;
    let plain = plain_of(CHUNK_BYTES + 5);
    for (from, blob, index) in
        [(&data_key(), BLOB, 0), (&key, OTHER_BLOB, 0), (&key, BLOB, 1), (&key, BLOB, u32::MAX)]
    {
        let foreign = seal(from, blob, index, &plain, plain.len());
        assert_refused(&key, &plain, &foreign, 0, OpenError::Tampered);
    }
}

#[test]
fn chunks_of_segments_of_one_blob_are_not_interchangeable() {
    let (key, plain, sealed) = three_chunks();
    let neighbour = seal(&key, BLOB, 1, &plain, plain.len());
    let mut mixed = sealed;
    mixed[chunk(1)].copy_from_slice(&neighbour[chunk(1)]);
    assert_refused(&key, &plain, &mixed, 1, OpenError::Tampered);
}

#[test]
fn an_error_lasts_even_if_sound_bytes_follow() {
    let (key, plain, sealed) = three_chunks();
    let mut opener = SegmentOpener::new(&key, BLOB, 0, plain.len() as u64, 0..plain.len() as u64).unwrap();
    let mut out = Vec::new();
    assert_eq!(opener.push(b"KHO2", &mut out), Err(OpenError::Tampered));
    assert_eq!(opener.push(&sealed, &mut out), Err(OpenError::Tampered));
    assert_eq!(opener.finish(), Err(OpenError::Tampered));
    assert!(out.is_empty());
}

#[test]
fn an_empty_segment_is_authenticated_and_an_empty_range_reads_nothing() {
    let key = data_key();
    let sealed = seal(&key, BLOB, 0, &[], 1);
    assert_eq!(open(&key, 0, 0..0, &sealed, 5), (Vec::new(), Ok(())));
    assert_eq!(open(&key, 0, 0..0, &[], 5).1, Err(OpenError::Cut));
    let opener = SegmentOpener::new(&key, BLOB, 0, 10, 4..4).unwrap();
    assert_eq!(opener.sealed_range(), 0..0);
    assert_eq!(opener.finish(), Ok(()));
}

/// A range after the first chunk leaves the header unread, and is still bound to it.
#[test]
fn a_later_range_reads_its_chunks_only() {
    let (key, plain, sealed) = three_chunks();
    let range = CHUNK_BYTES + 10..CHUNK_BYTES + 20;
    let opener =
        SegmentOpener::new(&key, BLOB, 0, plain.len() as u64, range.start as u64..range.end as u64).unwrap();
    assert_eq!(opener.sealed_range(), chunk(1).start as u64..chunk(1).end as u64);
    let (out, ended) = open(&key, plain.len(), range.clone(), &sealed[chunk(1)], 999);
    assert_eq!((out.as_slice(), ended), (&plain[range], Ok(())));
}

#[test]
fn ranges_outside_the_segment_are_refused() {
    let key = data_key();
    let backwards = Range { start: 3, end: 2 };
    for (plain_len, range) in [(10, 0..11), (10, 11..11), (10, backwards), (u64::MAX, 0..1), (0, 0..1)] {
        let refused = SegmentOpener::new(&key, BLOB, 0, plain_len, range.clone()).err();
        assert_eq!(refused, Some(OpenError::RangeOutside), "{range:?} of {plain_len}");
    }
    let far = MAX_PLAIN_BYTES - 1..MAX_PLAIN_BYTES;
    let opener = SegmentOpener::new(&key, BLOB, 0, MAX_PLAIN_BYTES, far).unwrap();
    assert_eq!(opener.sealed_range().end, sealed_len(MAX_PLAIN_BYTES));
}

#[test]
fn a_sealer_gives_out_full_chunks_as_they_are_certain() {
    let key = data_key();
    let mut sealer = SegmentSealer::new(&key, BLOB, 0);
    let mut out = Vec::new();
    assert_eq!(sealer.push(&[0; CHUNK_BYTES], &mut out), Ok::<(), SealError>(()));
    assert_eq!(out.len(), HEADER.len(), "whether the first chunk is the last is not known yet");
    sealer.push(&[0; 1], &mut out).unwrap();
    assert_eq!(out.len(), HEADER.len() + SEALED_CHUNK);
}
