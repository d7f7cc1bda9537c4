//! Connecting to either engine, and the transaction type that every query takes.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::count::{self, Counted};
use super::event::NewEvent;
use super::{dialect, event};
use crate::domain::id::AgencyId;
use crate::telemetry;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Why a query did not answer.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A unique index refused the row; the text is the engine's name for it.
    #[error("a row like this exists already: {0}")]
    Unique(String),
    /// The disk or the tablespace is full; nothing was changed.
    #[error("the database has no space left")]
    Full,
    /// The engine could not be reached or did not answer in time; the same call may succeed later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A value that the engine cannot hold: a letter of no text, a day of no calendar. What is asked for is checked before; this is the last guard.
    #[error("the database cannot hold a value: {0}")]
    Value(#[source] sqlx::Error),
    #[error("the database refused a query: {0}")]
    Query(#[source] sqlx::Error),
    #[error("the schema could not be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(cause) if cause.is_unique_violation() => {
                Self::Unique(cause.constraint().unwrap_or(cause.message()).to_owned())
            }
            sqlx::Error::Database(cause) => match cause.code().as_deref() {
                // SQLITE_FULL; PostgreSQL disk_full.
                Some("13" | "53100") => Self::Full,
                // PostgreSQL character_not_in_repertoire, invalid_datetime_format, datetime_field_overflow.
                Some("22021" | "22007" | "22008") => Self::Value(error),
                // SQLITE_BUSY and its extended forms; PostgreSQL's connection, overload, shutdown and deadlock codes.
                Some(
                    "5" | "261" | "517" | "53300" | "57P01" | "57P02" | "57P03" | "08006" | "08001" | "40P01",
                ) => Self::Unavailable(cause.message().to_owned()),
                _ => Self::Query(error),
            },
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Tls(_) => Self::Unavailable(error.to_string()),
            _ => Self::Query(error),
        }
    }
}

/// The database of a deployment.
#[derive(Clone, Debug)]
pub enum Database {
    /// One writer (SQLite has one anyway; queueing here is fairer than its busy loop) and several readers.
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    /// Writers take turns for most of the connections, so that many who wait for one vault's row do not keep readers out.
    Postgres { pool: PgPool, turns: Arc<Semaphore> },
}

/// How long a request waits for a connection to read from.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it waits for its turn to write: longer, because what it sent would have to be sent again.
const WRITER_PATIENCE: Duration = Duration::from_secs(30);

impl Database {
    /// Connects to `sqlite:PATH` or `postgres://…`. `connections` bounds the readers, or the PostgreSQL pool.
    pub async fn connect(url: &str, connections: u32) -> Result<Self, DbError> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)?.application_name("kho");
            let pool = PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(PATIENCE)
                .connect_with(options)
                .await?;
            // A quarter is left to readers.
            let turns = (connections - connections / 4).max(1);
            return Ok(Self::Postgres { pool, turns: Arc::new(Semaphore::new(turns as usize)) });
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged act survives a power cut, not only a crash of the process.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE)
            .pragma("cache_size", "-16000")
            // A destroyed data key does not linger in the unused part of a page.
            .pragma("secure_delete", "fast")
            .pragma("mmap_size", "268435456")
            // A page of rows is handed over without the engine's thread waiting for ours.
            .row_buffer_size(512)
            .statement_cache_capacity(512);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .acquire_timeout(WRITER_PATIENCE)
            .connect_with(options.clone())
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            .connect_with(options.read_only(true).pragma("cache_size", "-8000"))
            .await?;
        Ok(Self::Sqlite { writer, readers })
    }

    /// Brings the schema up to date; safe to call from several nodes at once.
    pub async fn migrate(&self) -> Result<(), DbError> {
        match self {
            Self::Sqlite { writer, .. } => MIGRATIONS.run(writer).await?,
            Self::Postgres { pool, .. } => MIGRATIONS.run(pool).await?,
        }
        let mut tx = self.begin().await?;
        dialect::ensure_full_text(&mut tx).await?;
        tx.commit().await
    }

    /// A transaction that may write. On SQLite it holds the one write lock from its first moment.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        Ok(Tx::new(match self {
            Self::Sqlite { writer, .. } => Held::SqliteTx(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres { pool, turns } => {
                let turn = timeout(WRITER_PATIENCE, turns.clone().acquire_owned())
                    .await
                    .map_err(|_| DbError::Unavailable("no turn to write came in time".to_owned()))?
                    .map_err(|_| DbError::Unavailable("the database is closed".to_owned()))?;
                Held::PostgresTx(pool.begin().await?, turn)
            }
        }))
    }

    /// A connection for reading, where each statement sees the newest committed state.
    pub async fn read(&self) -> Result<Tx, DbError> {
        Ok(Tx::new(match self {
            Self::Sqlite { readers, .. } => Held::Sqlite(readers.acquire().await?),
            Self::Postgres { pool, .. } => Held::Postgres(pool.acquire().await?),
        }))
    }

    /// Answers when the engine answers a trivial question.
    pub async fn ready(&self) -> Result<(), DbError> {
        let mut tx = self.read().await?;
        let _: (i64,) = crate::sql!(tx, one super::One<i64>, "SELECT CAST(1 AS BIGINT)")?;
        Ok(())
    }

    /// `sqlite` or `postgres`.
    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }

    /// Tells how many connections are open and how many of them idle.
    pub fn measure(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                telemetry::pool("writer", writer.size(), writer.num_idle());
                telemetry::pool("readers", readers.size(), readers.num_idle());
            }
            Self::Postgres { pool, .. } => telemetry::pool("all", pool.size(), pool.num_idle()),
        }
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { pool, .. } => pool.close().await,
        }
    }
}

/// A connection that queries run on: a transaction from [`Database::begin`], or a reader from [`Database::read`].
/// Dropped without [`Tx::commit`], a transaction is rolled back.
pub struct Tx {
    held: Held,
    /// Audit records written in it, which count once they are committed.
    audited: u64,
    /// What is to be told of it, in its last moment.
    events: Vec<NewEvent>,
    /// By how much it changes the sums of the reports, written right before that.
    counts: count::Changes,
}

enum Held {
    Sqlite(PoolConnection<Sqlite>),
    SqliteTx(Transaction<'static, Sqlite>),
    Postgres(PoolConnection<Postgres>),
    PostgresTx(Transaction<'static, Postgres>, OwnedSemaphorePermit),
}

/// What `sql!` matches on.
pub enum Connection<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Tx {
    fn new(held: Held) -> Self {
        Self { held, audited: 0, events: Vec::new(), counts: count::Changes::new() }
    }

    /// An audit record was written in it.
    pub(super) fn count_record(&mut self) {
        self.audited += 1;
    }

    pub fn connection(&mut self) -> Connection<'_> {
        match &mut self.held {
            Held::Sqlite(held) => Connection::Sqlite(&mut *held),
            Held::SqliteTx(held) => Connection::Sqlite(&mut *held),
            Held::Postgres(held) => Connection::Postgres(&mut *held),
            Held::PostgresTx(held, _) => Connection::Postgres(&mut *held),
        }
    }

    /// Whether the engine is PostgreSQL: only `dialect` asks.
    pub(super) fn is_postgres(&self) -> bool {
        matches!(self.held, Held::Postgres(_) | Held::PostgresTx(..))
    }

    /// Has an event written when the transaction is committed.
    pub fn tell(&mut self, event: NewEvent) {
        self.events.push(event);
    }

    /// Has the sum of an agency's day changed when the transaction is committed; `reason` is that of a refusal, else empty.
    pub fn count(&mut self, day: NaiveDate, agency: AgencyId, what: Counted, reason: &str, by: i64) {
        *self.counts.entry((day, agency, what, reason.to_owned())).or_default() += by;
    }

    pub async fn commit(mut self) -> Result<(), DbError> {
        let counts = std::mem::take(&mut self.counts);
        if !counts.is_empty() {
            count::write(&mut self, counts).await?;
        }
        let events = std::mem::take(&mut self.events);
        if !events.is_empty() {
            event::write(&mut self, &events).await?;
        }
        match self.held {
            Held::SqliteTx(held) => held.commit().await?,
            Held::PostgresTx(held, _turn) => held.commit().await?,
            Held::Sqlite(_) | Held::Postgres(_) => {}
        }
        if self.audited > 0 {
            telemetry::audited(self.audited);
        }
        Ok(())
    }
}
