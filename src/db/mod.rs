//! The rows: one SQL text for SQLite and PostgreSQL.
//!
//! May use `domain`. One file a subject, one function a question; a function takes `&mut Tx` and decides no policy. To add one: write
//! it with `sql!`, look at `EXPLAIN` on both engines, and call it from a service.
//!
//! Rules that keep one text valid on both engines:
//! - `$1` placeholders; `UUID`, `TIMESTAMPTZ`, `BYTEA`, `BOOLEAN`, `DATE` columns; no `now()`, `ILIKE`, arrays or JSON operators;
//! - times come from the `Clock` (whole microseconds), ids from `domain::id`;
//! - `ON CONFLICT` instead of catching an error inside a transaction, which PostgreSQL would then refuse to go on with;
//! - rows are locked with [`vault::lock`], never by engine syntax; the few fragments that must differ are in `dialect`.

pub mod account;
pub mod agency;
pub mod attachment;
pub mod audit;
pub mod browser;
pub mod catalogue;
pub mod check_run;
pub mod checkpoint;
pub mod children;
pub mod citation;
mod connection;
pub mod consent;
pub mod count;
pub mod dialect;
pub mod dossier;
pub mod dossier_list;
pub mod dossier_move;
pub mod entry;
pub mod event;
pub mod evidence;
pub mod expire;
pub mod expiring;
pub mod fsck;
pub mod grant;
pub mod idempotency;
pub mod job;
pub mod notice;
pub mod oauth;
pub mod orphan;
pub mod paper_fetch;
pub mod password_reset;
pub mod purge;
pub mod pushed;
mod reach;
pub mod readability;
pub mod receipt;
pub mod recent;
pub mod report;
pub mod role;
pub mod search;
pub mod session;
pub mod share_list;
pub mod signature_report;
pub mod throttle;
pub mod thumbnail;
pub mod token;
pub mod trash;
pub mod trust;
pub mod trust_evidence;
pub mod upload;
pub mod usage;
mod value;
pub mod vault;
pub mod version;
pub mod webhook;

pub use connection::{Connection, Database, DbError, Tx};
pub use reach::Reach;

/// A row of one column. (Written so and not `(T,)`, which rustfmt takes for a call in the macro below.)
pub type One<T> = (T,);

/// Runs one SQL text on whichever engine `tx` is connected to.
///
/// `sql!(tx, all Row, "SELECT …", a, b)`, likewise `one Row`, `optional Row`, and `execute` (answers rows affected). Arguments after a
/// `;` are an iterator whose items are bound in turn, for an `IN` list written with [`dialect::placeholders`]. Text that is
/// not a literal is wrapped in `sqlx::AssertSqlSafe` and must be made of constants alone.
#[macro_export]
macro_rules! sql {
    (@run $tx:expr, $make:ident [$($row:ty)?] $fetch:ident, $text:expr, [$($arg:expr),*] $(; $list:expr)?) => {
        match $tx.connection() {
            $crate::db::Connection::Sqlite(connection) => {
                let query = sqlx::$make::<sqlx::Sqlite $(, $row)?>($text)$(.bind($arg))*;
                $(let mut query = query; for item in $list { query = query.bind(item); })?
                query.$fetch(connection).await.map($crate::sql!(@end $make)).map_err($crate::db::DbError::from)
            }
            $crate::db::Connection::Postgres(connection) => {
                let query = sqlx::$make::<sqlx::Postgres $(, $row)?>($text)$(.bind($arg))*;
                $(let mut query = query; for item in $list { query = query.bind(item); })?
                query.$fetch(connection).await.map($crate::sql!(@end $make)).map_err($crate::db::DbError::from)
            }
        }
    };
    (@end query) => { |done| done.rows_affected() };
    (@end query_as) => { |rows| rows };
    ($tx:expr, all $row:ty, $text:expr $(, $arg:expr)* $(,)? $(; $list:expr)?) => {
        $crate::sql!(@run $tx, query_as [$row] fetch_all, $text, [$($arg),*] $(; $list)?)
    };
    ($tx:expr, one $row:ty, $text:expr $(, $arg:expr)* $(,)? $(; $list:expr)?) => {
        $crate::sql!(@run $tx, query_as [$row] fetch_one, $text, [$($arg),*] $(; $list)?)
    };
    ($tx:expr, optional $row:ty, $text:expr $(, $arg:expr)* $(,)? $(; $list:expr)?) => {
        $crate::sql!(@run $tx, query_as [$row] fetch_optional, $text, [$($arg),*] $(; $list)?)
    };
    ($tx:expr, execute, $text:expr $(, $arg:expr)* $(,)? $(; $list:expr)?) => {
        $crate::sql!(@run $tx, query [] execute, $text, [$($arg),*] $(; $list)?)
    };
}
