//! What accounts are told (K10): written in the transaction of the act, read and mailed afterwards.
//!
//! Nobody is told what they did themselves, but for what concerns the security of the account. To add a kind: a line in `domain::notice`, and a
//! call of [`Kho::tell_people`] or [`Kho::tell_account`] where it happens; if it is mailed, a sentence in `services::letters`.

use std::collections::{BTreeMap, HashSet};

use crate::db::grant::Ended;
use crate::db::notice::NewNotice;
use crate::db::{self, Tx};
use crate::domain::account::{Actor, Channel};
use crate::domain::entry::Entry;
use crate::domain::grant::{MemberRole, Right};
use crate::domain::id::{AccountId, EntryId, GrantId, NoticeId, VaultId};
use crate::domain::notice::{Detail, Kind, Mailed, became_nearly_full};
use crate::domain::page::{Page, PageRequest};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::gate::Target;
use crate::services::sessions::newest_first;

/// Vaults whose people are asked for in one question.
const VAULTS: usize = 500;
/// Notices that one call may name.
pub const MOST_NAMED: usize = 500;

/// Something to be told.
#[derive(Clone, Debug)]
pub(super) struct News<'a> {
    pub kind: Kind,
    /// Whose act it was; nobody's where time did it.
    pub actor: Option<&'a Actor>,
    /// The vault of those told in which they find it.
    pub vault_id: Option<VaultId>,
    pub entry: Option<(EntryId, &'a str)>,
    pub grant_id: Option<GrantId>,
    pub detail: Detail,
}

impl<'a> News<'a> {
    pub fn new(kind: Kind, actor: Option<&'a Actor>) -> Self {
        Self { kind, actor, vault_id: None, entry: None, grant_id: None, detail: Detail::default() }
    }

    pub fn about(mut self, entry: &'a Entry) -> Self {
        self.entry = Some((entry.id, &entry.name));
        self.vault_id = Some(entry.vault_id);
        self
    }
}

/// Who of a vault's people is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    Everybody,
    /// Those who look after its papers: viewers of an organisation do not.
    Keepers,
}

impl Audience {
    pub fn includes(self, role: &str) -> bool {
        let may_edit = |role: MemberRole| role.rights().has(Right::Edit);
        self == Audience::Everybody || MemberRole::parse(role).is_some_and(may_edit)
    }
}

/// An account's notices.
pub struct NoticePage {
    pub page: Page<db::notice::Notice>,
    /// All unread ones, not only those of the page.
    pub unread: i64,
}

impl Kho {
    /// Tells an account what happened to it. It is told of the own act too: somebody else may have done it in its name.
    pub(super) async fn tell_account(&self, tx: &mut Tx, account: AccountId, news: &News<'_>) -> Result<()> {
        Ok(db::notice::insert(tx, vec![self.notice(account, news)]).await?)
    }

    /// Tells an account that something about it was changed, and from where.
    pub(super) async fn tell_of_account(
        &self,
        tx: &mut Tx,
        kind: Kind,
        account: AccountId,
        channel: &Channel,
    ) -> Result<()> {
        let mut news = News::new(kind, None);
        news.detail.address = Some(channel.address.clone());
        self.tell_account(tx, account, &news).await
    }

    /// Tells the people of some vaults, each once, but for whoever did it.
    pub(super) async fn tell_people(
        &self,
        tx: &mut Tx,
        vaults: &[VaultId],
        audience: Audience,
        news: &News<'_>,
    ) -> Result<()> {
        let people = db::notice::people(tx, vaults).await?;
        let mut told: HashSet<AccountId> = news.actor.map(|actor| actor.account_id).into_iter().collect();
        let people = people
            .into_iter()
            .filter(|person| audience.includes(&person.role) && told.insert(person.account_id));
        let notices = people.map(|person| self.notice(person.account_id, news)).collect();
        Ok(db::notice::insert(tx, notices).await?)
    }

    /// Tells those who received some grants, which have ended or changed: each account each grant once.
    pub(super) async fn tell_recipients(&self, tx: &mut Tx, grants: &[Ended], news: &News<'_>) -> Result<()> {
        let mut by_vault: BTreeMap<VaultId, Vec<&Ended>> = BTreeMap::new();
        for grant in grants {
            if let Some(vault) = grant.recipient_vault_id {
                by_vault.entry(vault).or_default().push(grant);
            }
        }
        let vaults = by_vault.keys().copied().collect::<Vec<_>>();
        for some in vaults.chunks(VAULTS) {
            let mut notices = Vec::new();
            for person in db::notice::people(tx, some).await? {
                if news.actor.is_some_and(|actor| actor.account_id == person.account_id) {
                    continue;
                }
                for grant in by_vault.get(&person.vault_id).into_iter().flatten() {
                    let news = News {
                        vault_id: Some(person.vault_id),
                        entry: Some((grant.entry_id, &grant.entry_name)),
                        grant_id: Some(grant.id),
                        ..news.clone()
                    };
                    notices.push(self.notice(person.account_id, &news));
                }
            }
            db::notice::insert(tx, notices).await?;
        }
        Ok(())
    }

    pub(super) async fn tell_revoked(
        &self,
        tx: &mut Tx,
        actor: Option<&Actor>,
        grants: &[Ended],
        because: &str,
    ) -> Result<()> {
        let mut news = News::new(Kind::ShareRevoked, actor);
        news.detail.because = Some(because.to_owned());
        self.tell_recipients(tx, grants, &news).await
    }

    /// Tells whoever can see a document that it has a new version. Of several that somebody has not read about, the newest is left.
    pub(super) async fn tell_of_version(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        target: &Target,
        entry: &Entry,
    ) -> Result<()> {
        let path = target.path.iter().map(|step| step.id).collect::<Vec<_>>();
        let mut vaults = db::share_list::recipients_on_path(tx, &path, self.clock.now()).await?;
        vaults.push(entry.vault_id);
        db::notice::take_back(tx, entry.id, Kind::VersionAdded.as_str()).await?;
        let mut news = News::new(Kind::VersionAdded, Some(actor)).about(entry);
        news.detail.version = Some(entry.version_count);
        self.tell_people(tx, &vaults, Audience::Everybody, &news).await
    }

    /// Tells the keepers of a vault, as it was before `added_bytes`, that these make it nearly full.
    pub(super) async fn tell_if_nearly_full(
        &self,
        tx: &mut Tx,
        vault: &db::vault::Vault,
        added_bytes: i64,
    ) -> Result<()> {
        let used_bytes = vault.live_bytes + vault.version_bytes + vault.trash_bytes + added_bytes;
        if !became_nearly_full(used_bytes, added_bytes, vault.quota_bytes) {
            return Ok(());
        }
        let mut news = News::new(Kind::QuotaNear, None);
        news.vault_id = Some(vault.id);
        news.detail.used_bytes = Some(used_bytes);
        news.detail.quota_bytes = Some(vault.quota_bytes);
        self.tell_people(tx, &[vault.id], Audience::Keepers, &news).await
    }

    pub(super) fn notice(&self, account: AccountId, news: &News<'_>) -> NewNotice {
        let now = self.clock.now();
        NewNotice {
            id: NoticeId::new(now),
            account_id: account,
            kind: news.kind.as_str(),
            at: now,
            actor_name: news
                .actor
                .filter(|actor| actor.account_id != account)
                .map(|actor| actor.name.clone()),
            vault_id: news.vault_id,
            entry_id: news.entry.map(|(id, _)| id),
            entry_name: news.entry.map(|(_, name)| name.to_owned()),
            grant_id: news.grant_id,
            detail: serde_json::to_string(&news.detail).unwrap_or_default(),
            mail_due: news.kind.mailed() != Mailed::Never,
        }
    }

    /// The actor's notices, the newest first.
    pub async fn list_notices(&self, actor: &Actor, page: &PageRequest) -> Result<NoticePage> {
        actor.check_scope(Act::NoticeList)?;
        let mut tx = self.db.read().await?;
        let rows = db::notice::list(&mut tx, actor.account_id, page).await?;
        let unread = db::notice::count_unread(&mut tx, actor.account_id).await?;
        let page = Page::cut(rows, page.limit, |last| newest_first(page, last.at, last.id.0));
        Ok(NoticePage { page, unread })
    }

    /// Marks notices of the actor's as read, all where none are named; answers how many were unread. Those of others do not exist.
    pub async fn read_notices(&self, actor: &Actor, ids: Option<&[NoticeId]>) -> Result<u64> {
        actor.check_scope(Act::NoticeRead)?;
        if let Some(ids) = ids {
            if ids.is_empty() {
                return Err(Problem::field("ids", "empty"));
            }
            if ids.len() > MOST_NAMED {
                return Err(Problem::field("ids", "too_many").with("maximum", MOST_NAMED));
            }
        }
        let mut tx = self.db.begin().await?;
        let read = db::notice::mark_read(&mut tx, actor.account_id, ids, self.clock.now()).await?;
        tx.commit().await?;
        Ok(read)
    }

    /// Which notices are mailed to the actor too.
    pub async fn notice_settings(&self, actor: &Actor) -> Result<db::notice::MailSettings> {
        actor.check_scope(Act::AccountView)?;
        let mut tx = self.db.read().await?;
        db::notice::mail_settings(&mut tx, actor.account_id).await?.ok_or_else(|| Code::NotFound.into())
    }

    /// Turns the mail of some notices on or off. Each switch stands for itself, so nobody's change of another is lost.
    pub async fn set_notice_settings(
        &self,
        actor: &Actor,
        shares: Option<bool>,
        expiring: Option<bool>,
        security: Option<bool>,
    ) -> Result<db::notice::MailSettings> {
        actor.check_scope(Act::AccountUpdate)?;
        if security == Some(false) {
            // Whoever has taken an account over would begin with this one.
            return Err(Problem::field("email.security", "always_on"));
        }
        let mut tx = self.db.begin().await?;
        if let Some(vault) = actor.vault_id {
            db::vault::lock(&mut tx, vault).await?;
        }
        let before = db::notice::mail_settings(&mut tx, actor.account_id).await?.ok_or(Code::NotFound)?;
        let after = db::notice::MailSettings {
            mail_shares: shares.unwrap_or(before.mail_shares),
            mail_expiring: expiring.unwrap_or(before.mail_expiring),
        };
        if (after.mail_shares, after.mail_expiring) != (before.mail_shares, before.mail_expiring) {
            db::notice::set_mail_settings(&mut tx, actor.account_id, after).await?;
            let detail = serde_json::json!({
                "changed": ["notices"], "mail_expiring": after.mail_expiring, "mail_shares": after.mail_shares,
            });
            let record = self.account_record(actor, Act::AccountUpdate);
            self.audit(&mut tx, record.detail(detail)).await?;
        }
        tx.commit().await?;
        Ok(after)
    }
}
