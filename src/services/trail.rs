//! Writing acts that have no transaction of their own (reads of bytes, refusals) to the audit chains.
//!
//! One task gathers the records that wait, writes them in one transaction and tells each caller when its record is durable. A
//! busy node thus pays one disk flush for many downloads, and no byte leaves before its record is kept.

use tokio::sync::{mpsc, oneshot};

use crate::db::{self, Database, DbError};
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::id::VaultId;
use crate::domain::problem::{Code, Problem, Result};

/// Records written in one transaction at the most.
const BATCH: usize = 256;

/// Hands records to the writing task.
#[derive(Clone)]
pub struct Recorder {
    queue: mpsc::Sender<Waiting>,
}

struct Waiting {
    record: Record,
    done: oneshot::Sender<bool>,
}

impl Recorder {
    /// Starts the writing task; it ends when the last `Recorder` is dropped and the queue is empty.
    pub fn start(db: Database) -> Self {
        let (queue, waiting) = mpsc::channel(4 * BATCH);
        tokio::spawn(write_batches(db, waiting));
        Self { queue }
    }

    /// Answers once the record is durable. A record that cannot be kept refuses its act.
    pub async fn keep(&self, record: Record) -> Result<()> {
        let (done, kept) = oneshot::channel();
        self.queue
            .send(Waiting { record, done })
            .await
            .map_err(|_| Problem::new(Code::DatabaseUnavailable))?;
        match kept.await {
            Ok(true) => Ok(()),
            _ => Err(Code::DatabaseUnavailable.into()),
        }
    }
}

async fn write_batches(db: Database, mut waiting: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::new();
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        // Chains are locked in one order, so that two nodes never wait for each other: vaults by id, then the system's, as acts do.
        batch.sort_by_key(|item| (item.record.chain_id == SYSTEM_CHAIN, item.record.chain_id));
        let written = write(&db, &batch).await;
        if let Err(error) = &written {
            tracing::error!(error = %error, records = batch.len(), "audit records could not be written");
        }
        for item in batch.drain(..) {
            // A caller that went away needs no answer.
            let _ = item.done.send(written.is_ok());
        }
    }
}

async fn write(db: &Database, batch: &[Waiting]) -> Result<(), DbError> {
    let mut tx = db.begin().await?;
    let mut locked = None;
    for Waiting { record, .. } in batch {
        if record.chain_id != SYSTEM_CHAIN && locked != Some(record.chain_id) {
            db::vault::lock(&mut tx, VaultId(record.chain_id)).await?;
            locked = Some(record.chain_id);
        }
        db::audit::append(&mut tx, record).await?;
    }
    tx.commit().await
}
