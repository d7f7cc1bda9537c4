//! Rows of the signed checkpoints over the audit chains.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::audit::Head;
use super::{DbError, Tx, dialect};
use crate::sql;

/// A signed checkpoint.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Checkpoint {
    /// From 1, without gaps.
    pub number: i64,
    pub at: DateTime<Utc>,
    /// Heads that it holds.
    pub chains: i64,
    pub digest: Vec<u8>,
    pub signature: Vec<u8>,
}

const COLUMNS: &str = "number, at, chains, digest, signature";

/// Marks up to `limit` chains that have moved as held by a checkpoint, and answers their heads by id. A chain that is being
/// written to at this moment is left to the next checkpoint, so that this waits for nobody and nobody for this.
pub async fn take_changed(tx: &mut Tx, limit: i64) -> Result<Vec<Head>, DbError> {
    let text = format!(
        "UPDATE audit_chain SET changed = FALSE
         WHERE id IN (SELECT id FROM audit_chain WHERE changed ORDER BY id LIMIT $1{})
         RETURNING id, seq, head",
        dialect::skip_locked(tx)
    );
    let mut heads = sql!(tx, all Head, sqlx::AssertSqlSafe(text), limit)?;
    heads.sort_by_key(|head| head.id);
    Ok(heads)
}

/// Adds a checkpoint with its heads.
pub async fn insert(tx: &mut Tx, checkpoint: &Checkpoint, heads: &[Head]) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO audit_checkpoint (number, at, chains, digest, signature) VALUES ($1, $2, $3, $4, $5)",
        checkpoint.number,
        checkpoint.at,
        checkpoint.chains,
        &checkpoint.digest,
        &checkpoint.signature
    )?;
    for head in heads {
        sql!(
            tx,
            execute,
            "INSERT INTO audit_checkpoint_head (number, chain_id, seq, head) VALUES ($1, $2, $3, $4)",
            checkpoint.number,
            head.id,
            head.seq,
            &head.head
        )?;
    }
    Ok(())
}

pub async fn latest(tx: &mut Tx) -> Result<Option<Checkpoint>, DbError> {
    let text =
        sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM audit_checkpoint ORDER BY number DESC LIMIT 1"));
    sql!(tx, optional Checkpoint, text)
}

/// The number given out last, whether or not the checkpoint is still there.
pub async fn last_number(tx: &mut Tx) -> Result<i64, DbError> {
    let (number,): (i64,) =
        sql!(tx, one super::One<i64>, "SELECT value FROM counter WHERE name = 'checkpoint'")?;
    Ok(number)
}

/// Checkpoints after a number, by number.
pub async fn after(tx: &mut Tx, number: i64, limit: i64) -> Result<Vec<Checkpoint>, DbError> {
    let text = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM audit_checkpoint WHERE number > $1 ORDER BY number LIMIT $2"
    ));
    sql!(tx, all Checkpoint, text, number, limit)
}

/// The heads that one checkpoint holds, by chain; a checkpoint is bounded, so all at once.
pub async fn heads_of(tx: &mut Tx, number: i64) -> Result<Vec<Head>, DbError> {
    sql!(
        tx,
        all Head,
        "SELECT chain_id AS id, seq, head FROM audit_checkpoint_head WHERE number = $1 ORDER BY chain_id",
        number
    )
}

/// Heads held by the checkpoints up to `number`, after a chain and sequence number, up to the chain `last`.
pub async fn heads_after(
    tx: &mut Tx,
    after: (Uuid, i64),
    last: Uuid,
    number: i64,
    limit: i64,
) -> Result<Vec<Head>, DbError> {
    sql!(
        tx,
        all Head,
        "SELECT chain_id AS id, seq, head FROM audit_checkpoint_head
         WHERE (chain_id, seq) > ($1, $2) AND chain_id <= $3 AND number <= $4
         ORDER BY chain_id, seq LIMIT $5",
        after.0,
        after.1,
        last,
        number,
        limit
    )
}
