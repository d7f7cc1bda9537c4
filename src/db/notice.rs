//! Rows of what accounts are told.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::value::{Value, Values};
use super::{DbError, One, Tx, dialect};
use crate::domain::id::{AccountId, EntryId, GrantId, NoticeId, VaultId};
use crate::domain::page::PageRequest;
use crate::sql;

/// Rows of one statement; the engines bound the values that one may bind.
const ROWS: usize = 200;

#[derive(Clone, Debug)]
pub struct NewNotice {
    pub id: NoticeId,
    pub account_id: AccountId,
    pub kind: &'static str,
    pub at: DateTime<Utc>,
    pub actor_name: Option<String>,
    pub vault_id: Option<VaultId>,
    pub entry_id: Option<EntryId>,
    pub entry_name: Option<String>,
    pub grant_id: Option<GrantId>,
    /// A JSON object.
    pub detail: String,
    pub mail_due: bool,
}

pub async fn insert(tx: &mut Tx, notices: Vec<NewNotice>) -> Result<(), DbError> {
    for some in notices.chunks(ROWS) {
        let mut values = Values::default();
        let mut rows = Vec::with_capacity(some.len());
        for notice in some.iter().cloned() {
            let bound = [
                Value::Id(notice.id.0),
                Value::Id(notice.account_id.0),
                Value::Text(notice.kind.to_owned()),
                Value::Time(notice.at),
                Value::MaybeText(notice.actor_name),
                Value::MaybeId(notice.vault_id.map(|id| id.0)),
                Value::MaybeId(notice.entry_id.map(|id| id.0)),
                Value::MaybeText(notice.entry_name),
                Value::MaybeId(notice.grant_id.map(|id| id.0)),
                Value::Text(notice.detail),
            ];
            let places = bound.map(|value| values.bind(value)).join(", ");
            rows.push(format!("({places}, {})", notice.mail_due));
        }
        let text = format!(
            "INSERT INTO notice (id, account_id, kind, at, actor_name, vault_id, entry_id, entry_name, grant_id, detail, mail_due)
             VALUES {}",
            rows.join(", ")
        );
        sql!(tx, execute, sqlx::AssertSqlSafe(text); values)?;
    }
    Ok(())
}

/// A notice, as its row holds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Notice {
    pub id: NoticeId,
    pub kind: String,
    pub at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
    pub actor_name: Option<String>,
    pub vault_id: Option<VaultId>,
    pub entry_id: Option<EntryId>,
    pub entry_name: Option<String>,
    pub grant_id: Option<GrantId>,
    pub detail: String,
}

/// One page of an account's notices, the newest first; one row more than the page holds.
pub async fn list(tx: &mut Tx, account: AccountId, page: &PageRequest) -> Result<Vec<Notice>, DbError> {
    let (before, before_id) = page.before_time();
    sql!(
        tx,
        all Notice,
        "SELECT id, kind, at, read_at, actor_name, vault_id, entry_id, entry_name, grant_id, detail FROM notice
         WHERE account_id = $1 AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4",
        account,
        before,
        before_id,
        i64::from(page.limit) + 1
    )
}

pub async fn count_unread(tx: &mut Tx, account: AccountId) -> Result<i64, DbError> {
    let (count,): (i64,) = sql!(
        tx,
        one One<i64>,
        "SELECT COUNT(*) FROM notice WHERE account_id = $1 AND read_at IS NULL",
        account
    )?;
    Ok(count)
}

/// Marks an account's notices as read, those named or all; answers how many were unread.
pub async fn mark_read(
    tx: &mut Tx,
    account: AccountId,
    ids: Option<&[NoticeId]>,
    at: DateTime<Utc>,
) -> Result<u64, DbError> {
    let which = match ids {
        None => String::new(),
        Some([]) => return Ok(0),
        Some(ids) => format!(" AND id IN ({})", dialect::placeholders(2, ids.len())),
    };
    let text = format!("UPDATE notice SET read_at = $2 WHERE account_id = $1 AND read_at IS NULL{which}");
    sql!(tx, execute, sqlx::AssertSqlSafe(text), account, at; ids.unwrap_or_default().iter().copied())
}

/// Takes back what nobody has read of a kind about an entry: a newer one says more.
pub async fn take_back(tx: &mut Tx, entry: EntryId, kind: &str) -> Result<u64, DbError> {
    sql!(tx, execute, "DELETE FROM notice WHERE entry_id = $1 AND read_at IS NULL AND kind = $2", entry, kind)
}

/// Somebody who uses a vault: its person, or a member of its organisation with the role there.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Reader {
    pub vault_id: VaultId,
    pub account_id: AccountId,
    pub role: String,
}

/// The people of these vaults.
pub async fn people(tx: &mut Tx, vaults: &[VaultId]) -> Result<Vec<Reader>, DbError> {
    if vaults.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT a.vault_id, a.id AS account_id, 'owner' AS role FROM account a WHERE a.vault_id IN ({these})
         UNION ALL
         SELECT m.vault_id, m.account_id, m.role FROM membership m WHERE m.vault_id IN ({these})",
        these = dialect::placeholders(0, vaults.len())
    );
    sql!(tx, all Reader, sqlx::AssertSqlSafe(text); vaults.iter().copied())
}

/// A notice that waits to be mailed, and to whom.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ToMail {
    pub id: NoticeId,
    pub account_id: AccountId,
    pub kind: String,
    pub at: DateTime<Utc>,
    pub detail: String,
    pub email: Option<String>,
    pub mail_shares: bool,
    pub mail_expiring: bool,
}

/// The notices that have waited longest to be mailed, `limit` at the most.
pub async fn to_mail(tx: &mut Tx, limit: i64) -> Result<Vec<ToMail>, DbError> {
    sql!(
        tx,
        all ToMail,
        "SELECT n.id, n.account_id, n.kind, n.at, n.detail, a.email, a.mail_shares, a.mail_expiring
         FROM notice n JOIN account a ON a.id = n.account_id
         WHERE n.mail_due ORDER BY n.at, n.id LIMIT $1",
        limit
    )
}

/// Notes that notices need not be mailed any more.
pub async fn set_mailed(tx: &mut Tx, ids: &[NoticeId]) -> Result<(), DbError> {
    if ids.is_empty() {
        return Ok(());
    }
    let text =
        format!("UPDATE notice SET mail_due = FALSE WHERE id IN ({})", dialect::placeholders(0, ids.len()));
    sql!(tx, execute, sqlx::AssertSqlSafe(text); ids.iter().copied())?;
    Ok(())
}

/// A live paper about to expire.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Expiring {
    pub id: EntryId,
    pub vault_id: VaultId,
    pub name: String,
    pub expires_on: NaiveDate,
}

/// Live papers whose last day lies after `from` and not after `to`, after one of them, in order of that day; `limit` at the most.
pub async fn expiring(
    tx: &mut Tx,
    (from, to): (NaiveDate, NaiveDate),
    after: (NaiveDate, Uuid),
    limit: i64,
) -> Result<Vec<Expiring>, DbError> {
    sql!(
        tx,
        all Expiring,
        "SELECT e.id, e.vault_id, e.name, e.expires_on FROM entry e
         WHERE e.expires_on > $1 AND e.expires_on <= $2 AND e.trashed_at IS NULL AND (e.expires_on, e.id) > ($3, $4)
           AND NOT EXISTS (
             WITH RECURSIVE up (parent_id, trashed_at) AS (
                 SELECT e.parent_id, e.trashed_at
                 UNION ALL
                 SELECT p.parent_id, p.trashed_at FROM entry p JOIN up ON p.id = up.parent_id
             )
             SELECT 1 FROM up WHERE up.trashed_at IS NOT NULL)
         ORDER BY e.expires_on, e.id LIMIT $5",
        from,
        to,
        after.0,
        after.1,
        limit
    )
}

/// The day up to which reminders were given, in days since 1970; sets it to `today`. Whoever is later with the same day gets that day.
pub async fn take_reminded_day(tx: &mut Tx, today: i64) -> Result<i64, DbError> {
    let (before,): (i64,) = sql!(tx, one One<i64>, "UPDATE counter SET value = value WHERE name = 'reminded_day' RETURNING value")?;
    if before < today {
        sql!(tx, execute, "UPDATE counter SET value = $1 WHERE name = 'reminded_day'", today)?;
    }
    Ok(before)
}

/// What an account decided about mail.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct MailSettings {
    pub mail_shares: bool,
    pub mail_expiring: bool,
}

pub async fn mail_settings(tx: &mut Tx, account: AccountId) -> Result<Option<MailSettings>, DbError> {
    sql!(tx, optional MailSettings, "SELECT mail_shares, mail_expiring FROM account WHERE id = $1", account)
}

pub async fn set_mail_settings(
    tx: &mut Tx,
    account: AccountId,
    settings: MailSettings,
) -> Result<(), DbError> {
    sql!(
        tx,
        execute,
        "UPDATE account SET mail_shares = $2, mail_expiring = $3 WHERE id = $1",
        account,
        settings.mail_shares,
        settings.mail_expiring
    )?;
    Ok(())
}
