//! Share links: for whoever holds the secret, until they expire.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::crypto::token::{Prefix, Secret};
use crate::db;
use crate::domain::account::Actor;
use crate::domain::entry::Entry;
use crate::domain::grant::{Grant, Right, Rights};
use crate::domain::id::{EntryId, GrantId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::accounts::hash_password;
use crate::services::download::Content;
use crate::services::folders::cursor_after;
use crate::services::gate_grant::{Bearer, LinkTarget};
use crate::services::grants::shareable;

/// A link to be made.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub entry_id: EntryId,
    pub rights: Vec<Right>,
    pub expires_at: DateTime<Utc>,
    pub password: Option<String>,
    pub max_downloads: Option<i32>,
}

/// A link just made: the only time that its secret is known.
pub struct MadeLink {
    pub grant: db::share_list::NamedGrant,
    pub secret: Secret,
}

/// What the bearer of a link sees first.
pub struct OpenedLink {
    pub target: LinkTarget,
    /// The owner of the vault that shared it.
    pub shared_by: String,
}

/// A document that the bearer of a link may receive; its download is not counted yet.
pub struct LinkContent {
    pub content: Content,
    target: LinkTarget,
}

/// A link lives no longer than this.
const LONGEST_LIFE: TimeDelta = TimeDelta::days(366);
/// Characters of a link's password.
const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 6..=200;
/// Downloads that a limit may name.
const DOWNLOADS: std::ops::RangeInclusive<i32> = 1..=1_000_000;

impl Kho {
    /// Makes a link to an entry. Like any grant it derives from what its maker holds, and ends with it.
    pub async fn make_link(&self, actor: &Actor, link: NewLink) -> Result<MadeLink> {
        let mut tx = self.db.read().await?;
        self.gate(&mut tx, actor, Act::LinkCreate, link.entry_id).await?;
        drop(tx);
        if link.max_downloads.is_some_and(|most| !DOWNLOADS.contains(&most)) {
            return Err(Problem::field("max_downloads", "out_of_range"));
        }
        let password_hash = match link.password {
            None => None,
            Some(password) if !PASSWORD_LENGTH.contains(&password.chars().count()) => {
                return Err(Problem::field("password", "length"));
            }
            Some(password) => Some(hash_password(password).await?),
        };
        let secret = Secret::generate(Prefix::LINK)?;
        let digest = secret.digest();

        let mut tx = self.db.begin().await?;
        let target = self.gate_for_change(&mut tx, actor, Act::LinkCreate, link.entry_id).await?;
        let rights = shareable(&link.rights, Rights::OF_LINK)?;
        let source = self.source_of(&mut tx, actor, &target, Act::LinkCreate, rights).await?;
        let expires_at = self.link_end(source.parent.as_ref(), Some(link.expires_at))?;
        let now = self.clock.now();
        let id = GrantId::new(now);
        let grant = db::grant::NewGrant {
            id,
            vault_id: target.vault_id(),
            entry_id: target.entry.id,
            entry_sort_key: &target.entry.sort_key,
            parent_id: source.parent.map(|parent| parent.id),
            recipient: db::grant::NewRecipient::Link {
                digest: digest.as_bytes(),
                password_hash: password_hash.as_deref(),
                max_downloads: link.max_downloads,
            },
            rights: rights.bits(),
            message: None,
            granted_by: actor.account_id,
            granting_vault_id: source.granting_vault_id,
            expires_at: Some(expires_at),
            at: now,
        };
        db::grant::insert(&mut tx, grant).await?;
        let grant = self.named_grant(&mut tx, id).await?;
        let detail = json!({
            "expires_at": expires_at, "grant": id, "max_downloads": link.max_downloads,
            "password": password_hash.is_some(), "rights": rights.list()
        });
        self.audit(&mut tx, target.record(self, actor, Act::LinkCreate).detail(detail)).await?;
        tx.commit().await?;
        Ok(MadeLink { grant, secret })
    }

    /// A link always ends, within a year and with the grant it derives from.
    pub(super) fn link_end(
        &self,
        parent: Option<&Grant>,
        end: Option<DateTime<Utc>>,
    ) -> Result<DateTime<Utc>> {
        let end = end.ok_or_else(|| Problem::field("expires_at", "missing"))?;
        if end > self.clock.now() + LONGEST_LIFE {
            return Err(Problem::field("expires_at", "too_late").with("limit_days", LONGEST_LIFE.num_days()));
        }
        Ok(self.end_within(parent, Some(end))?.unwrap_or(end))
    }

    /// What a link opens. Until its password is shown, only that it needs one.
    pub async fn open_link(&self, bearer: &Bearer) -> Result<OpenedLink> {
        let target = self.gate_link(bearer, Act::LinkOpen, None).await?;
        let mut tx = self.db.read().await?;
        let vault = db::vault::get(&mut tx, target.grant.granting_vault_id).await?.ok_or(Code::NotFound)?;
        drop(tx);
        if target.unlocked {
            self.trail.keep(target.record(self, bearer, Act::LinkOpen)).await?;
        }
        Ok(OpenedLink { target, shared_by: vault.owner_name })
    }

    /// One page of a folder that lies on or below the linked one.
    pub async fn list_link_folder(
        &self,
        bearer: &Bearer,
        inside: Option<EntryId>,
        page: &PageRequest,
    ) -> Result<Page<Entry>> {
        let target = self.unlocked(bearer, Act::LinkOpen, inside).await?;
        target.entry.expect_folder()?;
        let mut tx = self.db.read().await?;
        let rows = db::children::after_cursor(&mut tx, target.entry.id, None, page).await?;
        drop(tx);
        self.trail.keep(target.record(self, bearer, Act::LinkOpen)).await?;
        Ok(Page::cut(rows, page.limit, |last| cursor_after(last, page)))
    }

    /// Opens the current version of a linked document. No byte of it may leave before [`Kho::count_link_download`] has answered.
    pub async fn open_link_content(&self, bearer: &Bearer, inside: Option<EntryId>) -> Result<LinkContent> {
        let target = self.unlocked(bearer, Act::LinkDownload, inside).await?;
        if target.grant.is_used_up() {
            return Err(self.link_refused(bearer, &target, Code::LinkUsedUp));
        }
        let mut tx = self.db.read().await?;
        let current = target.entry.expect_document()?;
        let version = db::version::get(&mut tx, current).await?.ok_or(Code::NotFound)?;
        let content = self.content(&mut tx, target.entry.clone(), version).await?;
        Ok(LinkContent { content, target })
    }

    /// Counts a download that is about to begin and writes it to the trail, under the vault's lock: however many bearers come at once,
    /// the limit holds, and a link revoked meanwhile gives nothing.
    pub async fn count_link_download(&self, bearer: &Bearer, content: &LinkContent) -> Result<()> {
        let target = &content.target;
        let mut tx = self.db.begin().await?;
        db::vault::lock(&mut tx, target.grant.vault_id).await?;
        let grant = db::grant::get(&mut tx, target.grant.id).await?.ok_or(Code::NotFound)?;
        if self.linked_entry(&mut tx, &grant, Some(target.entry.id)).await?.is_none() {
            return Err(self.link_refused(bearer, target, Code::NotFound));
        }
        if !db::grant::count_download(&mut tx, grant.id).await? {
            return Err(self.link_refused(bearer, target, Code::LinkUsedUp));
        }
        let record = target.record(self, bearer, Act::LinkDownload).version(content.content.version.id);
        self.audit(&mut tx, record).await?;
        Ok(tx.commit().await?)
    }

    /// The gate for links, where the password must have been shown.
    async fn unlocked(&self, bearer: &Bearer, act: Act, inside: Option<EntryId>) -> Result<LinkTarget> {
        let target = self.gate_link(bearer, act, inside).await?;
        if target.unlocked {
            Ok(target)
        } else {
            Err(self.refused_for(
                target.grant.vault_id.0,
                bearer.who(),
                act,
                target.grant.entry_id.0,
                Code::LinkPasswordNeeded,
            ))
        }
    }

    fn link_refused(&self, bearer: &Bearer, target: &LinkTarget, code: Code) -> Problem {
        let chain = target.grant.vault_id.0;
        self.refused_for(chain, bearer.who(), Act::LinkDownload, target.entry.id.0, code)
    }
}
