//! Rows of vaults and of the people who use an organisation's vault.

use chrono::{DateTime, Utc};

use super::{DbError, One, Tx, dialect};
use crate::domain::id::{AccountId, EntryId, VaultId};
use crate::domain::page::PageRequest;
use crate::sql;

/// A vault, as its row holds it. Sizes are plaintext bytes.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Vault {
    pub id: VaultId,
    pub number: i64,
    /// `person` or `organisation`.
    pub owner_kind: String,
    /// Identity number or organisation code.
    pub owner_code: String,
    pub owner_name: String,
    pub root_id: EntryId,
    pub wrapped_key: Vec<u8>,
    pub quota_bytes: i64,
    pub live_bytes: i64,
    pub version_bytes: i64,
    pub trash_bytes: i64,
    pub reserved_bytes: i64,
    pub rev: i64,
    pub created_at: DateTime<Utc>,
}

impl Vault {
    pub fn used_bytes(&self) -> i64 {
        self.live_bytes + self.version_bytes + self.trash_bytes + self.reserved_bytes
    }

    pub fn free_bytes(&self) -> i64 {
        (self.quota_bytes - self.used_bytes()).max(0)
    }
}

const COLUMNS: &str =
    "id, number, owner_kind, owner_code, owner_name, root_id, wrapped_key, quota_bytes, live_bytes,
    version_bytes, trash_bytes, reserved_bytes, rev, created_at";

/// Locks a vault against other writers until the transaction ends, and answers its row.
///
/// Every transaction that changes a tree, the ledger, grants or the audit chain calls this first; of several vaults, in the order of their ids.
pub async fn lock(tx: &mut Tx, id: VaultId) -> Result<Option<Vault>, DbError> {
    let text =
        sqlx::AssertSqlSafe(format!("UPDATE vault SET rev = rev + 1 WHERE id = $1 RETURNING {COLUMNS}"));
    sql!(tx, optional Vault, text, id)
}

pub async fn get(tx: &mut Tx, id: VaultId) -> Result<Option<Vault>, DbError> {
    let text = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM vault WHERE id = $1"));
    sql!(tx, optional Vault, text, id)
}

/// What searching a vault needs of its row.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct VaultKeyRow {
    pub id: VaultId,
    pub number: i64,
    pub wrapped_key: Vec<u8>,
}

pub async fn keys(tx: &mut Tx, ids: &[VaultId]) -> Result<Vec<VaultKeyRow>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT id, number, wrapped_key FROM vault WHERE id IN ({}) ORDER BY id",
        dialect::placeholders(0, ids.len())
    );
    sql!(tx, all VaultKeyRow, sqlx::AssertSqlSafe(text); ids.iter().copied())
}

/// Vaults in the order of their numbers, after one.
pub async fn after_number(tx: &mut Tx, number: i64, limit: i64) -> Result<Vec<VaultKeyRow>, DbError> {
    sql!(
        tx,
        all VaultKeyRow,
        "SELECT id, number, wrapped_key FROM vault WHERE number > $1 ORDER BY number LIMIT $2",
        number,
        limit
    )
}

pub async fn by_owner(tx: &mut Tx, owner_kind: &str, owner_code: &str) -> Result<Option<Vault>, DbError> {
    let text =
        sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM vault WHERE owner_kind = $1 AND owner_code = $2"));
    sql!(tx, optional Vault, text, owner_kind, owner_code)
}

pub struct NewVault<'a> {
    pub id: VaultId,
    pub owner_kind: &'a str,
    pub owner_code: &'a str,
    pub owner_name: &'a str,
    pub root_id: EntryId,
    pub wrapped_key: &'a [u8],
    pub quota_bytes: i64,
    pub at: DateTime<Utc>,
}

/// Adds a vault under the next number. The chain of its acts begins with it.
pub async fn insert(tx: &mut Tx, vault: NewVault<'_>) -> Result<(), DbError> {
    let number = next_number(tx, "vault").await?;
    sql!(
        tx,
        execute,
        "INSERT INTO vault (id, number, owner_kind, owner_code, owner_name, root_id, wrapped_key, quota_bytes, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        vault.id,
        number,
        vault.owner_kind,
        vault.owner_code,
        vault.owner_name,
        vault.root_id,
        vault.wrapped_key,
        vault.quota_bytes,
        vault.at
    )?;
    Ok(())
}

/// The next value of a counter, from 1.
pub async fn next_number(tx: &mut Tx, counter: &str) -> Result<i64, DbError> {
    next_numbers(tx, counter, 1).await
}

/// The last of the next `count` numbers of a counter, which are the caller's.
pub async fn next_numbers(tx: &mut Tx, counter: &str, count: i64) -> Result<i64, DbError> {
    let (last,): (i64,) = sql!(
        tx,
        one One<i64>,
        "UPDATE counter SET value = value + $2 WHERE name = $1 RETURNING value",
        counter,
        count
    )?;
    Ok(last)
}

/// A change of the ledger, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct LedgerChange {
    pub live: i64,
    pub versions: i64,
    pub trash: i64,
    pub reserved: i64,
}

/// Adds to the ledger; the caller holds the vault's lock and has checked the quota.
pub async fn change_ledger(tx: &mut Tx, id: VaultId, change: LedgerChange) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE vault SET live_bytes = live_bytes + $2, version_bytes = version_bytes + $3, trash_bytes = trash_bytes + $4,
             reserved_bytes = reserved_bytes + $5
         WHERE id = $1",
        id,
        change.live,
        change.versions,
        change.trash,
        change.reserved
    )?;
    Ok(())
}

/// Sets the quota; the caller holds the vault's lock and has compared it with what is used.
pub async fn set_quota(tx: &mut Tx, id: VaultId, quota_bytes: i64) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE vault SET quota_bytes = $2 WHERE id = $1", id, quota_bytes)?;
    Ok(())
}

/// Writes the name under which the vault's owner is shown; the caller holds the vault's lock.
pub async fn rename_owner(tx: &mut Tx, id: VaultId, name: &str) -> Result<(), DbError> {
    sql!(tx, execute, "UPDATE vault SET owner_name = $2 WHERE id = $1", id, name)?;
    Ok(())
}

pub async fn member_role(tx: &mut Tx, vault: VaultId, account: AccountId) -> Result<Option<String>, DbError> {
    let row: Option<(String,)> = sql!(
        tx,
        optional One<String>,
        "SELECT role FROM membership WHERE vault_id = $1 AND account_id = $2",
        vault,
        account
    )?;
    Ok(row.map(|(role,)| role))
}

/// The vaults whose papers an account may use, with its role there: the personal one and those it is a member of.
pub async fn roles_of(tx: &mut Tx, account: AccountId) -> Result<Vec<(VaultId, String)>, DbError> {
    sql!(
        tx,
        all(VaultId, String),
        "SELECT vault_id, 'owner' FROM account WHERE id = $1 AND vault_id IS NOT NULL
         UNION ALL SELECT vault_id, role FROM membership WHERE account_id = $1",
        account
    )
}

/// A vault that an account can open, with its role there (`owner` of the own vault).
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct VaultOfAccount {
    #[sqlx(flatten)]
    pub vault: Vault,
    pub role: String,
}

/// The account's own vault first, then organisations by name; at most `limit`.
pub async fn list_for(tx: &mut Tx, account: AccountId, limit: i64) -> Result<Vec<VaultOfAccount>, DbError> {
    sql!(
        tx,
        all VaultOfAccount,
        "SELECT v.id, v.number, v.owner_kind, v.owner_code, v.owner_name, v.root_id, v.wrapped_key, v.quota_bytes, v.live_bytes,
             v.version_bytes, v.trash_bytes, v.reserved_bytes, v.rev, v.created_at, x.role
         FROM (SELECT vault_id, 'owner' AS role, 0 AS place FROM account WHERE id = $1 AND vault_id IS NOT NULL
               UNION ALL
               SELECT vault_id, role, 1 AS place FROM membership WHERE account_id = $1) x
         JOIN vault v ON v.id = x.vault_id
         ORDER BY x.place, v.owner_name, v.id LIMIT $2",
        account,
        limit
    )
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Member {
    pub account_id: AccountId,
    pub login: String,
    pub full_name: String,
    pub name_key: Vec<u8>,
    pub role: String,
    pub created_at: DateTime<Utc>,
}

macro_rules! select_member {
    ($rest:literal) => {
        concat!(
            "SELECT m.account_id, a.login, a.full_name, a.name_key, m.role, m.created_at
             FROM membership m JOIN account a ON a.id = m.account_id WHERE m.vault_id = $1 ",
            $rest
        )
    };
}

pub async fn member(tx: &mut Tx, vault: VaultId, account: AccountId) -> Result<Option<Member>, DbError> {
    sql!(tx, optional Member, select_member!("AND m.account_id = $2"), vault, account)
}

/// One page of the members by name; one row more than the page holds.
pub async fn member_page(tx: &mut Tx, vault: VaultId, page: &PageRequest) -> Result<Vec<Member>, DbError> {
    let (after_name, after_id) = page.after_name();
    sql!(
        tx,
        all Member,
        select_member!("AND (a.name_key, a.id) > ($2, $3) ORDER BY a.name_key, a.id LIMIT $4"),
        vault,
        after_name,
        after_id,
        i64::from(page.limit) + 1
    )
}

/// How many owners an organisation's vault has.
pub async fn owners(tx: &mut Tx, vault: VaultId) -> Result<i64, DbError> {
    let (count,): (i64,) = sql!(
        tx,
        one One<i64>,
        "SELECT COUNT(*) FROM membership WHERE vault_id = $1 AND role = 'owner'",
        vault
    )?;
    Ok(count)
}

/// All members at once.
pub async fn members(tx: &mut Tx, vault: VaultId) -> Result<Vec<Member>, DbError> {
    sql!(
        tx,
        all Member,
        select_member!("ORDER BY a.name_key, a.id"),
        vault
    )
}

/// Adds a member or changes the role of one.
pub async fn put_member(
    tx: &mut Tx,
    vault: VaultId,
    account: AccountId,
    role: &str,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "INSERT INTO membership (vault_id, account_id, role, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (vault_id, account_id) DO UPDATE SET role = excluded.role",
        vault,
        account,
        role,
        at
    )?;
    Ok(())
}

pub async fn remove_member(tx: &mut Tx, vault: VaultId, account: AccountId) -> Result<bool, DbError> {
    Ok(sql!(tx, execute, "DELETE FROM membership WHERE vault_id = $1 AND account_id = $2", vault, account)?
        > 0)
}
