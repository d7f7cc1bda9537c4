//! What time brings about: papers and shares that come to their end, and the mail about notices.

use chrono::{NaiveDate, TimeDelta};
use uuid::Uuid;

use crate::db;
use crate::db::notice::ToMail;
use crate::domain::notice::{Detail, Kind, Mailed, REMINDERS};
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::letters::{Letter, Line};
use crate::services::notices::{Audience, News};

/// Rows handled in one transaction.
const BATCH: i64 = 500;

impl Kho {
    /// Reminds the owners of papers 60, 30 and 7 days before their last day. The work of `JobKind::Remind`.
    ///
    /// It keeps the day up to which it has reminded, so that a paper is announced once for each of the three however often it runs, and none is
    /// missed while no node ran. Days are those of UTC: here a new one begins at seven in the morning.
    pub async fn remind_of_expiry(&self) -> Result<()> {
        let today = self.clock.now().date_naive();
        let mut tx = self.db.begin().await?;
        let number = today.signed_duration_since(NaiveDate::default()).num_days();
        let before = db::notice::take_reminded_day(&mut tx, number).await?;
        if before >= number {
            return Ok(());
        }
        for (place, days) in REMINDERS.into_iter().enumerate() {
            let missed = days - (number - before).min(REMINDERS[0]);
            // What is as near as the next reminder says gets that one only.
            let nearest = REMINDERS.get(place + 1).copied().unwrap_or(-1);
            let window = (today + TimeDelta::days(missed.max(nearest)), today + TimeDelta::days(days));
            self.remind_within(&mut tx, window, days).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn remind_within(&self, tx: &mut db::Tx, window: (NaiveDate, NaiveDate), days: i64) -> Result<()> {
        let mut after = (window.0, Uuid::nil());
        loop {
            let papers = db::notice::expiring(tx, window, after, BATCH).await?;
            let Some(last) = papers.last() else { return Ok(()) };
            after = (last.expires_on, last.id.0);
            let mut vaults = papers.iter().map(|paper| paper.vault_id).collect::<Vec<_>>();
            vaults.sort_unstable();
            vaults.dedup();
            let people = db::notice::people(tx, &vaults).await?;
            let mut notices = Vec::new();
            for paper in &papers {
                let keepers = people.iter().filter(|person| person.vault_id == paper.vault_id);
                let keepers = keepers.filter(|person| Audience::Keepers.includes(&person.role));
                let detail =
                    Detail { expires_on: Some(paper.expires_on), days: Some(days), ..Default::default() };
                let news = News {
                    vault_id: Some(paper.vault_id),
                    entry: Some((paper.id, &paper.name)),
                    detail,
                    ..News::new(Kind::PaperExpiring, None)
                };
                notices.extend(keepers.map(|person| self.notice(person.account_id, &news)));
            }
            db::notice::insert(tx, notices).await?;
        }
    }

    /// Tells both sides of the shares that have expired since it was last asked.
    pub(super) async fn tell_expired_shares(&self) -> Result<()> {
        loop {
            let mut tx = self.db.begin().await?;
            let ended = db::grant::take_expired(&mut tx, self.clock.now(), BATCH).await?;
            let mut news = News::new(Kind::ShareExpired, None);
            news.detail.given = Some(false);
            self.tell_recipients(&mut tx, &ended, &news).await?;
            news.detail.given = Some(true);
            let given = ended.iter().map(|grant| {
                let news = News {
                    vault_id: Some(grant.granting_vault_id),
                    entry: Some((grant.entry_id, &grant.entry_name)),
                    grant_id: Some(grant.id),
                    ..news.clone()
                };
                self.notice(grant.granted_by, &news)
            });
            db::notice::insert(&mut tx, given.collect()).await?;
            tx.commit().await?;
            if ended.len() < BATCH as usize {
                return Ok(());
            }
        }
    }

    /// Queues the letters about notices that wait for one, a letter an account. The work of `JobKind::MailNotices`.
    pub async fn mail_notices(&self) -> Result<()> {
        loop {
            let mut tx = self.db.read().await?;
            let any = !db::notice::to_mail(&mut tx, 1).await?.is_empty();
            drop(tx);
            if !any {
                return Ok(());
            }
            let mut tx = self.db.begin().await?;
            let waiting = db::notice::to_mail(&mut tx, BATCH).await?;
            let ids = waiting.iter().map(|notice| notice.id).collect::<Vec<_>>();
            db::notice::set_mailed(&mut tx, &ids).await?;
            let mut wanted = waiting.into_iter().filter(is_wanted).collect::<Vec<_>>();
            wanted.sort_by_key(|notice| (notice.account_id, notice.at, notice.id));
            for of_account in wanted.chunk_by(|one, next| one.account_id == next.account_id) {
                let letter = Letter::Notices {
                    account: of_account[0].account_id,
                    lines: of_account.iter().filter_map(line).collect(),
                };
                self.queue_letter(&mut tx, &letter).await?;
            }
            tx.commit().await?;
        }
    }
}

/// Whether the account wants this by mail, and has an address.
fn is_wanted(notice: &ToMail) -> bool {
    let wanted = match Kind::parse(&notice.kind).map(Kind::mailed) {
        Some(Mailed::Shares) => notice.mail_shares,
        Some(Mailed::Expiring) => notice.mail_expiring,
        Some(Mailed::Security) => true,
        Some(Mailed::Never) | None => false,
    };
    wanted && notice.email.is_some()
}

fn line(notice: &ToMail) -> Option<Line> {
    let detail: Detail = serde_json::from_str(&notice.detail).unwrap_or_default();
    Some(Line { kind: Kind::parse(&notice.kind)?, at: notice.at, detail })
}
