//! How fast segments are sealed and opened on this machine, on one core: `cargo run --release --example seal_speed`.
//! The cipher is assembly and as fast in a debug build; only the copying around it is not.

use std::time::Instant;

use chrono::DateTime;
use kho::crypto::keyring::{Keyring, new_key_text};
use kho::crypto::segment::{SegmentOpener, SegmentSealer};
use kho::domain::id::{BlobId, VaultId};

const SEGMENT_BYTES: usize = 64 << 20;
/// As an upload arrives and a download leaves.
const PIECE_BYTES: usize = 256 << 10;
const ROUNDS: u32 = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let keyring = Keyring::from_base64(&new_key_text()?)?;
    let now = DateTime::UNIX_EPOCH;
    let (vault_key, _) = keyring.new_vault_key(VaultId::new(now))?;
    let plain = vec![0x5a; SEGMENT_BYTES];
    let mut sealed = Vec::with_capacity(SEGMENT_BYTES + (1 << 20));
    let mut out = Vec::with_capacity(2 * PIECE_BYTES);
    let (mut sealing, mut opening) = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        let blob = BlobId::new(now);
        let (data_key, _) = vault_key.new_data_key(blob)?;

        sealed.clear();
        let start = Instant::now();
        let mut sealer = SegmentSealer::new(&data_key, blob, 0);
        for piece in plain.chunks(PIECE_BYTES) {
            sealer.push(piece, &mut sealed)?;
        }
        sealer.finish(&mut sealed)?;
        sealing = sealing.min(start.elapsed().as_secs_f64());

        let length = SEGMENT_BYTES as u64;
        let start = Instant::now();
        let mut opener = SegmentOpener::new(&data_key, blob, 0, length, 0..length)?;
        for piece in sealed.chunks(PIECE_BYTES) {
            out.clear();
            opener.push(piece, &mut out)?;
        }
        opener.finish()?;
        opening = opening.min(start.elapsed().as_secs_f64());
    }
    let megabytes = SEGMENT_BYTES as f64 / 1e6;
    println!("seal {:.0} MB/s, open {:.0} MB/s", megabytes / sealing, megabytes / opening);
    Ok(())
}
