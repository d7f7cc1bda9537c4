//! Rows of the audit chains. Records are only ever added: nothing here changes or removes one.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{DbError, One, Tx};
use crate::domain::audit::{Canonical, EMPTY_HEAD, Record};
use crate::sql;

/// Adds a record to its chain. The caller's transaction holds the vault's lock, or, for the system chain, gets the chain row's here.
pub async fn append(tx: &mut Tx, record: &Record) -> Result<(), DbError> {
    let next: Option<(i64, Vec<u8>)> = sql!(
        tx,
        optional(i64, Vec<u8>),
        "UPDATE audit_chain SET seq = seq + 1, changed = TRUE WHERE id = $1 RETURNING seq, head",
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
                "UPDATE audit_chain SET seq = seq + 1, changed = TRUE WHERE id = $1 RETURNING seq, head",
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
    tx.count_record();
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

impl StoredRecord {
    /// The record in the form that is hashed.
    pub fn canonical(&self) -> Canonical<'_> {
        Canonical {
            chain_id: self.chain_id,
            seq: self.seq,
            at: self.at,
            actor_id: self.actor_id,
            actor_name: &self.actor_name,
            on_behalf_of: self.on_behalf_of,
            act: &self.act,
            object_id: self.object_id,
            object_name: self.object_name.as_deref(),
            version_id: self.version_id,
            purpose: self.purpose.as_deref(),
            channel: &self.channel,
            address: &self.address,
            outcome: &self.outcome,
            detail: &self.detail,
        }
    }
}

const COLUMNS: &str =
    "chain_id, seq, at, actor_id, actor_name, on_behalf_of, act, object_id, object_name, version_id,
    purpose, channel, address, outcome, detail, hash";

/// Which records of a chain are wanted.
#[derive(Clone, Debug)]
pub struct TrailFilter {
    pub object: Option<Uuid>,
    /// The code of an act; empty for all.
    pub act: String,
    pub from: DateTime<Utc>,
    pub before: DateTime<Utc>,
}

/// Records of a chain in the order of their numbers, after (or, descending, before) `after`.
pub async fn page(
    tx: &mut Tx,
    chain: Uuid,
    filter: &TrailFilter,
    descending: bool,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<StoredRecord>, DbError> {
    let (compare, direction) = if descending { ("<", "DESC") } else { (">", "ASC") };
    let after = after.unwrap_or(if descending { i64::MAX } else { 0 });
    let wanted = format!(
        "SELECT {COLUMNS} FROM audit_record
         WHERE chain_id = $1 AND seq {compare} $2 AND ($3 = '' OR act = $3) AND at >= $4 AND at < $5"
    );
    let (act, from, before) = (&filter.act, filter.from, filter.before);
    match filter.object {
        None => {
            let text = format!("{wanted} ORDER BY seq {direction} LIMIT $6");
            sql!(tx, all StoredRecord, sqlx::AssertSqlSafe(text), chain, after, act, from, before, limit)
        }
        Some(object) => {
            let text = format!("{wanted} AND object_id = $6 ORDER BY seq {direction} LIMIT $7");
            sql!(tx, all StoredRecord, sqlx::AssertSqlSafe(text), chain, after, act, from, before, object, limit)
        }
    }
}

/// The end of a chain, as its row or a checkpoint holds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Head {
    pub id: Uuid,
    pub seq: i64,
    pub head: Vec<u8>,
}

/// Heads of chains after `after` (or from it on, if `inclusive`) up to `last`, by id.
pub async fn heads(
    tx: &mut Tx,
    after: Uuid,
    inclusive: bool,
    last: Uuid,
    limit: i64,
) -> Result<Vec<Head>, DbError> {
    let compare = if inclusive { ">=" } else { ">" };
    let text = format!(
        "SELECT id, seq, head FROM audit_chain WHERE id {compare} $1 AND id <= $2 ORDER BY id LIMIT $3"
    );
    sql!(tx, all Head, sqlx::AssertSqlSafe(text), after, last, limit)
}

/// How many records the chains from `first` to `last` hold by their heads.
pub async fn count(tx: &mut Tx, first: Uuid, last: Uuid) -> Result<i64, DbError> {
    let (count,): (i64,) = sql!(
        tx,
        one One<i64>,
        "SELECT CAST(COALESCE(SUM(seq), 0) AS BIGINT) FROM audit_chain WHERE id >= $1 AND id <= $2",
        first,
        last
    )?;
    Ok(count)
}

/// Records after a chain and number, up to the chain `last`, by chain and number.
pub async fn records_after(
    tx: &mut Tx,
    after: (Uuid, i64),
    last: Uuid,
    limit: i64,
) -> Result<Vec<StoredRecord>, DbError> {
    let text = format!(
        "SELECT {COLUMNS} FROM audit_record WHERE (chain_id, seq) > ($1, $2) AND chain_id <= $3
         ORDER BY chain_id, seq LIMIT $4"
    );
    sql!(tx, all StoredRecord, sqlx::AssertSqlSafe(text), after.0, after.1, last, limit)
}

/// The stored hash of one record.
pub async fn hash_of(tx: &mut Tx, chain: Uuid, seq: i64) -> Result<Option<Vec<u8>>, DbError> {
    let row: Option<(Vec<u8>,)> = sql!(
        tx,
        optional One<Vec<u8>>,
        "SELECT hash FROM audit_record WHERE chain_id = $1 AND seq = $2",
        chain,
        seq
    )?;
    Ok(row.map(|(hash,)| hash))
}
