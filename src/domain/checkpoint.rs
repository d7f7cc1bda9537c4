//! Checking an audit chain against itself and against what was signed about it.
//!
//! The chain alone shows any change to a record, a gap or a re-ordering. Whoever can write to the database could cut a chain back and write it
//! anew, consistently; the signed heads of a checkpoint show that.

use chrono::{DateTime, Utc};
use ring::digest::{Context, SHA256};
use uuid::Uuid;

use super::audit::{Canonical, EMPTY_HEAD};

/// The digest that a checkpoint signs, fed head by head in the order of the chains' ids.
pub struct CheckpointDigest(Context);

impl CheckpointDigest {
    /// Begins the digest of checkpoint `number`; `previous` is the digest of the one before, 32 zero bytes for the first.
    pub fn new(number: i64, at: DateTime<Utc>, previous: &[u8], heads: usize) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(b"kho checkpoint v1");
        context.update(&number.to_be_bytes());
        context.update(&at.timestamp_micros().to_be_bytes());
        context.update(previous);
        context.update(&(heads as u64).to_be_bytes());
        Self(context)
    }

    pub fn head(&mut self, chain: Uuid, seq: i64, head: &[u8]) {
        self.0.update(chain.as_bytes());
        self.0.update(&seq.to_be_bytes());
        self.0.update(head);
    }

    pub fn finish(self) -> Vec<u8> {
        self.0.finish().as_ref().to_vec()
    }
}

/// What is wrong with a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The record does not hash to what it says: it, its place or its hash was changed.
    Changed { seq: i64 },
    /// Records up to, but without, `before` are not there.
    Missing { seq: i64, before: i64 },
    /// The newest records are not there, though the chain's row counts them.
    EndMissing { seq: i64 },
    /// The chain's row names another hash than its newest record.
    HeadDiffers { seq: i64 },
    /// Records follow that the chain's row does not count.
    BeyondHead { seq: i64 },
    /// A record stands where a checkpoint signed another.
    Rewritten { seq: i64 },
    /// A checkpoint signed a record that is not there any more.
    CutBack { seq: i64 },
}

impl Fault {
    /// The sequence number at which it shows.
    pub fn seq(self) -> i64 {
        match self {
            Fault::Changed { seq }
            | Fault::Missing { seq, .. }
            | Fault::EndMissing { seq }
            | Fault::HeadDiffers { seq }
            | Fault::BeyondHead { seq }
            | Fault::Rewritten { seq }
            | Fault::CutBack { seq } => seq,
        }
    }

    pub fn kind(self) -> &'static str {
        match self {
            Fault::Changed { .. } => "record_changed",
            Fault::Missing { .. } => "records_missing",
            Fault::EndMissing { .. } => "end_missing",
            Fault::HeadDiffers { .. } => "head_differs",
            Fault::BeyondHead { .. } => "beyond_head",
            Fault::Rewritten { .. } => "rewritten",
            Fault::CutBack { .. } => "cut_back",
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::Changed { .. } => f.write_str("the record, its place or its hash was changed"),
            Fault::Missing { seq, before } if before - seq == 1 => f.write_str("the record is missing"),
            Fault::Missing { before, .. } => write!(f, "the records up to {} are missing", before - 1),
            Fault::EndMissing { .. } => f.write_str("the newest records, from this one on, are missing"),
            Fault::HeadDiffers { .. } => {
                f.write_str("the chain's head is not the hash of this, its newest record")
            }
            Fault::BeyondHead { .. } => f.write_str("the record lies beyond the chain's head"),
            Fault::Rewritten { .. } => f.write_str("another record stood here when a checkpoint was signed"),
            Fault::CutBack { .. } => {
                f.write_str("the record was there when a checkpoint was signed and is missing")
            }
        }
    }
}

/// Walks one chain in the order of its records.
#[derive(Clone, Debug)]
pub struct ChainCheck {
    next_seq: i64,
    /// The stored hash of the record before; unknown after a gap and where a walk begins in the middle.
    previous: Option<Vec<u8>>,
}

impl ChainCheck {
    /// A walk from the record `first_seq`.
    pub fn from_seq(first_seq: i64) -> Self {
        Self { next_seq: first_seq, previous: (first_seq == 1).then(|| EMPTY_HEAD.to_vec()) }
    }

    /// The number of the last record seen, and its hash where one was.
    pub fn last(&self) -> (i64, Option<&[u8]>) {
        (self.next_seq - 1, self.previous.as_deref())
    }

    /// Takes the next record; its own stored hash is what the one after is checked with, so that each change shows once.
    pub fn take(&mut self, record: &Canonical<'_>, hash: &[u8]) -> Option<Fault> {
        let gap = (record.seq != self.next_seq)
            .then_some(Fault::Missing { seq: self.next_seq, before: record.seq });
        let previous = if gap.is_some() { None } else { self.previous.as_deref() };
        let changed = previous.is_some_and(|previous| record.hash(previous) != hash);
        self.next_seq = record.seq + 1;
        self.previous = Some(hash.to_vec());
        gap.or(changed.then_some(Fault::Changed { seq: record.seq }))
    }
}
