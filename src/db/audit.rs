//! Rows of the audit chains. Records are only ever added: nothing here changes or removes one.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{DbError, Tx};
use crate::domain::audit::{Canonical, EMPTY_HEAD, Record};
use crate::sql;

/// Adds a record to its chain. The caller's transaction holds the vault's lock, or, for the system chain, gets the chain row's here.
pub async fn append(tx: &mut Tx, record: &Record) -> Result<(), DbError> {
    let next: Option<(i64, Vec<u8>)> = sql!(
        tx,
        optional(i64, Vec<u8>),
        "UPDATE audit_chain SET seq = seq + 1 WHERE id = $1 RETURNING seq, head",
        record.chain_id
    )?;
    let (seq, previous) = match next {
        Some(next) => next,
        None => {
            sql!(
                tx,
                execute,
                "INSERT INTO audit_chain (id, seq, head) VALUES ($1, 0, $2) ON CONFLICT (id) DO NOTHING",
                record.chain_id,
                &EMPTY_HEAD[..]
            )?;
            sql!(
                tx,
                one(i64, Vec<u8>),
                "UPDATE audit_chain SET seq = seq + 1 WHERE id = $1 RETURNING seq, head",
                record.chain_id
            )?
        }
    };
    let detail = record.detail.to_string();
    let hash = Canonical {
        chain_id: record.chain_id,
        seq,
        at: record.at,
        actor_id: record.who.actor_id,
        actor_name: &record.who.name,
        on_behalf_of: record.who.on_behalf_of,
        act: record.act.as_str(),
        object_id: record.object_id,
        object_name: record.object_name.as_deref(),
        version_id: record.version_id.map(|id| id.0),
        purpose: record.who.purpose.as_deref(),
        channel: record.who.channel.name,
        address: &record.who.channel.address,
        outcome: record.outcome.as_str(),
        detail: &detail,
    }
    .hash(&previous);
    sql!(
        tx,
        execute,
        "INSERT INTO audit_record (chain_id, seq, at, actor_id, actor_name, on_behalf_of, act, object_id, object_name, version_id,
             purpose, channel, address, outcome, detail, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        record.chain_id,
        seq,
        record.at,
        record.who.actor_id,
        &record.who.name,
        record.who.on_behalf_of,
        record.act.as_str(),
        record.object_id,
        record.object_name.as_deref(),
        record.version_id,
        record.who.purpose.as_deref(),
        record.who.channel.name,
        &record.who.channel.address,
        record.outcome.as_str(),
        &detail,
        &hash
    )?;
    sql!(tx, execute, "UPDATE audit_chain SET head = $2 WHERE id = $1", record.chain_id, &hash)?;
    Ok(())
}

/// A record as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredRecord {
    pub chain_id: Uuid,
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub actor_id: Option<Uuid>,
    pub actor_name: String,
    pub on_behalf_of: Option<Uuid>,
    pub act: String,
    pub object_id: Option<Uuid>,
    pub object_name: Option<String>,
    pub version_id: Option<Uuid>,
    pub purpose: Option<String>,
    pub channel: String,
    pub address: String,
    pub outcome: String,
    pub detail: String,
    pub hash: Vec<u8>,
}

const COLUMNS: &str =
    "chain_id, seq, at, actor_id, actor_name, on_behalf_of, act, object_id, object_name, version_id,
    purpose, channel, address, outcome, detail, hash";

/// Records of a chain, newest first, before a sequence number; of one object if named.
pub async fn newest(
    tx: &mut Tx,
    chain: Uuid,
    object: Option<Uuid>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<StoredRecord>, DbError> {
    let before = before.unwrap_or(i64::MAX);
    match object {
        None => {
            let text = format!(
                "SELECT {COLUMNS} FROM audit_record WHERE chain_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3"
            );
            sql!(tx, all StoredRecord, sqlx::AssertSqlSafe(text), chain, before, limit)
        }
        Some(object) => {
            let text = format!(
                "SELECT {COLUMNS} FROM audit_record WHERE chain_id = $1 AND object_id = $2 AND seq < $3
                 ORDER BY seq DESC LIMIT $4"
            );
            sql!(tx, all StoredRecord, sqlx::AssertSqlSafe(text), chain, object, before, limit)
        }
    }
}
