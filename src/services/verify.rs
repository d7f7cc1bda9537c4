//! Checking the audit chains, and signing checkpoints over them.

use uuid::Uuid;

use crate::db;
use crate::db::audit::{Head, StoredRecord};
use crate::db::checkpoint::Checkpoint;
use crate::domain::audit::EMPTY_HEAD;
use crate::domain::checkpoint::{ChainCheck, CheckpointDigest, Fault};
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::check::{Course, Finding, LAST_ID, Ordered, Tally, Watcher};

/// Heads that one checkpoint holds at the most: bounds the time for which writers wait for it.
const CHECKPOINT_HEADS: i64 = 2_000;
/// Rows read at a time.
const PAGE: i64 = 2_000;
/// Findings told of one chain; where a chain is broken throughout, more would say no more.
const FAULTS_TOLD: usize = 20;

/// What to verify.
#[derive(Clone, Copy, Debug, Default)]
pub struct VerifyScope {
    /// One chain (a vault's id, or the nil id for the system's); all if none is named.
    pub chain: Option<Uuid>,
    /// Where the walk over that chain begins; from 1.
    pub from_seq: Option<i64>,
}

impl Kho {
    /// Signs the heads of the chains that have moved since the last checkpoint; answers how many checkpoints that took.
    pub async fn sign_checkpoints(&self) -> Result<usize> {
        let mut signed = 0;
        while self.sign_checkpoint().await? {
            signed += 1;
        }
        Ok(signed)
    }

    async fn sign_checkpoint(&self) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        // Taking the number first makes nodes wait for each other here and nowhere else.
        let number = db::vault::next_number(&mut tx, "checkpoint").await?;
        let heads = db::checkpoint::take_changed(&mut tx, CHECKPOINT_HEADS).await?;
        if heads.is_empty() {
            return Ok(false);
        }
        let previous = db::checkpoint::latest(&mut tx).await?.map_or(EMPTY_HEAD.to_vec(), |last| last.digest);
        let at = self.clock.now();
        let digest = digest_of(number, at, &previous, &heads);
        let signature = self.keyring.sign_checkpoint(&digest);
        let checkpoint = Checkpoint { number, at, chains: heads.len() as i64, digest, signature };
        db::checkpoint::insert(&mut tx, &checkpoint, &heads).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The newest checkpoint: its number and digest, noted elsewhere, show later whether checkpoints were removed.
    pub async fn latest_checkpoint(&self) -> Result<Option<Checkpoint>> {
        let mut tx = self.db.read().await?;
        Ok(db::checkpoint::latest(&mut tx).await?)
    }

    /// Recomputes every hash of the chains in scope and compares them with their heads and with what checkpoints signed. May run
    /// beside a serving node.
    pub async fn verify_trail(&self, scope: VerifyScope, watcher: &mut dyn Watcher) -> Result<Tally> {
        let started_at = self.clock.now();
        let mut course = Course::new(watcher);
        let mut tx = self.db.read().await?;
        // Checkpoints made from now on are left out: they may sign records that the walk has passed already.
        let last_checkpoint = db::checkpoint::latest(&mut tx).await?.map_or(0, |last| last.number);
        let (first, last) = scope.chain.map_or((Uuid::nil(), LAST_ID), |chain| (chain, chain));
        let total = db::audit::count(&mut tx, first, last).await?;
        drop(tx);
        self.verify_checkpoints(last_checkpoint, &mut course).await?;
        course.watcher.begins("records", Some(total as u64));
        self.verify_chains(first, last, scope.from_seq.unwrap_or(1).max(1), last_checkpoint, &mut course)
            .await?;
        let tally = course.tally;
        if scope.chain.is_none() {
            self.keep_check_run("audit_verify", started_at, tally).await?;
        }
        Ok(tally)
    }

    async fn verify_checkpoints(&self, last_number: i64, course: &mut Course<'_>) -> Result<()> {
        course.watcher.begins("checkpoints", Some(last_number as u64));
        let mut tx = self.db.read().await?;
        let (mut expected, mut previous) = (1, EMPTY_HEAD.to_vec());
        loop {
            let page = db::checkpoint::after(&mut tx, expected - 1, PAGE).await?;
            let Some(last) = page.last().map(|last| last.number) else { break };
            for checkpoint in page.iter().filter(|checkpoint| checkpoint.number <= last_number) {
                if checkpoint.number != expected {
                    course.find(checkpoint_finding(
                        "checkpoint_missing",
                        expected,
                        "the checkpoint is missing",
                    ));
                }
                let heads = db::checkpoint::heads_of(&mut tx, checkpoint.number).await?;
                let digest = digest_of(checkpoint.number, checkpoint.at, &previous, &heads);
                // After a gap the digest before is unknown, so only the signature can be checked.
                if checkpoint.number == expected && digest != checkpoint.digest {
                    let what = "its heads, its time or the checkpoint before it were changed";
                    course.find(checkpoint_finding("checkpoint_changed", checkpoint.number, what));
                }
                if self.keyring.verify_checkpoint(&checkpoint.digest, &checkpoint.signature).is_err() {
                    let what = "the signature is not of this keyring";
                    course.find(checkpoint_finding("checkpoint_signature", checkpoint.number, what));
                }
                course.advance(1);
                previous.clone_from(&checkpoint.digest);
                expected = checkpoint.number + 1;
            }
            if last >= last_number {
                break;
            }
        }
        if db::checkpoint::last_number(&mut tx).await? > last_number {
            // One may have been signed since the walk began.
            let newest = db::checkpoint::latest(&mut tx).await?.map_or(0, |newest| newest.number);
            if db::checkpoint::last_number(&mut tx).await? > newest {
                let what = "the newest checkpoints, from this one on, are missing";
                course.find(checkpoint_finding("checkpoint_missing", newest + 1, what));
            }
        }
        Ok(())
    }

    async fn verify_chains(
        &self,
        first: Uuid,
        last: Uuid,
        from_seq: i64,
        last_checkpoint: i64,
        course: &mut Course<'_>,
    ) -> Result<()> {
        let mut chains = self.chain_heads(first, last);
        let mut records = self.chain_records((first, from_seq - 1), last);
        let mut signed = self.signed_heads((first, from_seq - 1), last, last_checkpoint);
        loop {
            let ids = [
                chains.peek().await?.map(|head| head.id),
                records.peek().await?.map(|record| record.chain_id),
                signed.peek().await?.map(|head| head.id),
            ];
            let Some(id) = ids.into_iter().flatten().min() else { return Ok(()) };
            let mut faults = Faults::new(id);
            let head = chains.next_if(|head| head.id == id).await?;
            let mut check = ChainCheck::from_seq(if id == first { from_seq } else { 1 });
            while let Some(record) = records.next_if(|record| record.chain_id == id).await? {
                faults.add(check.take(&record.canonical(), &record.hash));
                while let Some(head) = signed.next_if(|head| head.id == id && head.seq <= record.seq).await? {
                    let differs = head.seq == record.seq && head.head != record.hash;
                    faults.add(differs.then_some(Fault::Rewritten { seq: record.seq }));
                }
                course.advance(1);
            }
            self.verify_end(id, head, &mut check, &mut faults).await?;
            while let Some(head) = signed.next_if(|head| head.id == id).await? {
                let lost = head.seq > check.last().0;
                faults.add(lost.then_some(Fault::CutBack { seq: head.seq }));
            }
            faults.tell(course);
        }
    }

    /// Compares a chain's row with the last of its records. Where they differ, both are read again: acts go on meanwhile.
    async fn verify_end(
        &self,
        id: Uuid,
        head: Option<Head>,
        check: &mut ChainCheck,
        faults: &mut Faults,
    ) -> Result<()> {
        let (last_seq, last_hash) = check.last();
        if head.is_some_and(|head| head.seq == last_seq && last_hash == Some(&head.head[..])) {
            return Ok(());
        }
        let mut tx = self.db.read().await?;
        let now = db::audit::heads(&mut tx, id, true, id, 1).await?;
        let counted = now.first().map_or(0, |head| head.seq);
        loop {
            let more = db::audit::records_after(&mut tx, (id, check.last().0), id, PAGE).await?;
            if more.is_empty() {
                break;
            }
            for record in &more {
                faults.add(check.take(&record.canonical(), &record.hash));
            }
        }
        let last_seq = check.last().0;
        if last_seq < counted {
            faults.add(Some(Fault::EndMissing { seq: last_seq + 1 }));
            return Ok(());
        }
        if let Some(head) = now.first() {
            let stored = db::audit::hash_of(&mut tx, id, head.seq).await?;
            let differs = head.seq > 0 && stored.is_some_and(|stored| stored != head.head);
            faults.add(differs.then_some(Fault::HeadDiffers { seq: head.seq }));
        }
        let counted = db::audit::heads(&mut tx, id, true, id, 1).await?.first().map_or(0, |head| head.seq);
        faults.add((last_seq > counted).then_some(Fault::BeyondHead { seq: counted + 1 }));
        Ok(())
    }

    fn chain_heads(&self, first: Uuid, last: Uuid) -> Ordered<Head> {
        let db = self.db.clone();
        Ordered::pages(
            (first, true),
            |head: &Head| (head.id, false),
            move |(after, inclusive)| {
                let db = db.clone();
                async move {
                    let mut tx = db.read().await?;
                    Ok(db::audit::heads(&mut tx, after, inclusive, last, PAGE).await?)
                }
            },
        )
    }

    fn chain_records(&self, after: (Uuid, i64), last: Uuid) -> Ordered<StoredRecord> {
        let db = self.db.clone();
        Ordered::pages(
            after,
            |record: &StoredRecord| (record.chain_id, record.seq),
            move |after| {
                let db = db.clone();
                async move {
                    let mut tx = db.read().await?;
                    Ok(db::audit::records_after(&mut tx, after, last, PAGE).await?)
                }
            },
        )
    }

    fn signed_heads(&self, after: (Uuid, i64), last: Uuid, number: i64) -> Ordered<Head> {
        let db = self.db.clone();
        Ordered::pages(
            after,
            |head: &Head| (head.id, head.seq),
            move |after| {
                let db = db.clone();
                async move {
                    let mut tx = db.read().await?;
                    Ok(db::checkpoint::heads_after(&mut tx, after, last, number, PAGE).await?)
                }
            },
        )
    }
}

fn digest_of(number: i64, at: chrono::DateTime<chrono::Utc>, previous: &[u8], heads: &[Head]) -> Vec<u8> {
    let mut digest = CheckpointDigest::new(number, at, previous, heads.len());
    for head in heads {
        digest.head(head.id, head.seq, &head.head);
    }
    digest.finish()
}

fn checkpoint_finding(kind: &'static str, number: i64, what: &str) -> Finding {
    Finding::new(kind, "checkpoint", number, what)
}

/// The faults of one chain, told by sequence number.
struct Faults {
    chain: Uuid,
    found: Vec<Fault>,
}

impl Faults {
    fn new(chain: Uuid) -> Self {
        Self { chain, found: Vec::new() }
    }

    fn add(&mut self, fault: Option<Fault>) {
        if self.found.len() <= FAULTS_TOLD {
            self.found.extend(fault);
        }
    }

    fn tell(mut self, course: &mut Course<'_>) {
        self.found.sort_by_key(|fault| fault.seq());
        let more = self.found.len() > FAULTS_TOLD;
        for fault in self.found.iter().take(FAULTS_TOLD) {
            course.find(Finding::new(fault.kind(), "chain", self.chain, fault).seq(fault.seq()));
        }
        if more {
            let what = "there are more faults in this chain than are told here";
            course.find(Finding::new("more_faults", "chain", self.chain, what));
        }
    }
}
