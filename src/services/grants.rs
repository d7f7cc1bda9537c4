//! Sharing with people and organisations: give, change, revoke.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::db::{self, Tx};
use crate::domain::account::Actor;
use crate::domain::audit::Record;
use crate::domain::grant::{Grant, MAX_RESHARES, Right, Rights, parent_for};
use crate::domain::id::{EntryId, GrantId, VaultId};
use crate::domain::notice::Kind;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::arrange::checked_text;
use crate::services::gate::{Ground, Target};
use crate::services::gate_grant::Side;
use crate::services::notices::{Audience, News};
use crate::services::recipients::{Recipient, vault_of_recipient};

/// What to give to whom.
#[derive(Clone, Debug)]
pub struct NewShare {
    pub entry_id: EntryId,
    pub recipient: Recipient,
    pub rights: Vec<Right>,
    /// `None` for no end, or for the end of the grant it derives from.
    pub expires_at: Option<DateTime<Utc>>,
    pub message: Option<String>,
}

/// What to change; `None` leaves a thing as it is, and `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct ShareChanges {
    pub rights: Option<Vec<Right>>,
    pub expires_at: Option<Option<DateTime<Utc>>>,
    pub message: Option<Option<String>>,
}

/// On what a new grant or link stands: the vault that gives it and the grant it derives from.
pub(super) struct Source {
    pub granting_vault_id: VaultId,
    pub parent: Option<Grant>,
}

/// Characters of a message at the most.
const MESSAGE_LENGTH: usize = 1000;

impl Kho {
    /// Shares an entry with a person or an organisation that has a vault.
    pub async fn share(&self, actor: &Actor, share: NewShare) -> Result<db::share_list::NamedGrant> {
        let mut tx = self.db.begin().await?;
        let target = self.gate_for_change(&mut tx, actor, Act::GrantCreate, share.entry_id).await?;
        let rights = shareable(&share.rights, Rights::SHAREABLE)?;
        let message = checked_text("message", share.message.as_deref(), MESSAGE_LENGTH)?;
        let source = self.source_of(&mut tx, actor, &target, Act::GrantCreate, rights).await?;
        let expires_at = self.end_within(source.parent.as_ref(), share.expires_at)?;

        // Guessing who exists costs as much as guessing a password.
        let subject = format!("recipient:{}", actor.account_id);
        self.expect_few_failures(&mut tx, &[(&subject, self.settings.login_failures)]).await?;
        let Some(recipient) = vault_of_recipient(&mut tx, &share.recipient).await? else {
            drop(tx);
            self.count_failures(&[&subject]).await?;
            let chain = target.vault_id().0;
            return Err(self.refused(
                chain,
                actor,
                Act::GrantCreate,
                target.entry.id.0,
                Code::RecipientNotFound,
            ));
        };
        if recipient == target.vault_id() {
            return Err(Code::RecipientIsOwner.into());
        }
        if recipient == source.granting_vault_id {
            return Err(Problem::field("recipient", "giver"));
        }
        let now = self.clock.now();
        let entry = &target.entry;
        if let Some(id) =
            db::share_list::between(&mut tx, entry.id, source.granting_vault_id, recipient, now).await?
        {
            return Err(Problem::new(Code::AlreadyExists).with("grant_id", id.to_string()));
        }
        let id = GrantId::new(now);
        let grant = db::grant::NewGrant {
            id,
            vault_id: target.vault_id(),
            entry_id: entry.id,
            entry_sort_key: &entry.sort_key,
            parent_id: source.parent.as_ref().map(|parent| parent.id),
            recipient: db::grant::NewRecipient::Vault(recipient),
            rights: rights.bits(),
            message: message.as_deref(),
            granted_by: actor.account_id,
            granting_vault_id: source.granting_vault_id,
            expires_at,
            at: now,
        };
        db::grant::insert(&mut tx, grant).await?;
        let named = self.named_grant(&mut tx, id).await?;
        let detail = json!({
            "expires_at": expires_at, "grant": id, "recipient": recipient,
            "recipient_name": named.recipient_name, "rights": rights.list()
        });
        self.audit(&mut tx, target.record(self, actor, Act::GrantCreate).detail(detail)).await?;
        let mut news = News::new(Kind::ShareReceived, Some(actor)).about(entry);
        (news.vault_id, news.grant_id) = (Some(recipient), Some(id));
        (news.detail.rights, news.detail.expires_at) = (Some(rights.list()), expires_at);
        self.tell_people(&mut tx, &[recipient], Audience::Everybody, &news).await?;
        tx.commit().await?;
        Ok(named)
    }

    /// A grant, for those on one of its sides.
    pub async fn view_grant(&self, actor: &Actor, id: GrantId) -> Result<db::share_list::NamedGrant> {
        let mut tx = self.db.read().await?;
        self.gate_grant(&mut tx, actor, Act::GrantView, id).await?;
        self.named_grant(&mut tx, id).await
    }

    /// Changes rights, end or message, within what the giver's own grant allows. All that derives from the grant is narrowed with it, and
    /// closed where it may no longer be shared on.
    pub async fn update_grant(
        &self,
        actor: &Actor,
        id: GrantId,
        seen: Option<i64>,
        changes: ShareChanges,
    ) -> Result<db::share_list::NamedGrant> {
        let mut tx = self.db.begin().await?;
        let (grant, _) = self.gate_grant_for_change(&mut tx, actor, Act::GrantUpdate, id).await?;
        expect_revision(&grant, seen)?;
        let parent = match grant.parent_id {
            Some(parent) => db::grant::get(&mut tx, parent).await?,
            None => None,
        };
        let most = if grant.is_link() { Rights::OF_LINK } else { Rights::SHAREABLE };
        let rights = match &changes.rights {
            None => grant.rights(),
            Some(rights) => shareable(rights, most)?,
        };
        if parent.as_ref().is_some_and(|parent| !parent.rights().includes(rights)) {
            return Err(self.refused(grant.vault_id.0, actor, Act::GrantUpdate, id.0, Code::RightsExceeded));
        }
        let expires_at = match changes.expires_at {
            None => grant.expires_at,
            Some(end) if grant.is_link() => Some(self.link_end(parent.as_ref(), end)?),
            Some(end) => self.end_within(parent.as_ref(), end)?,
        };
        let message = match &changes.message {
            None => grant.message.clone(),
            Some(message) => checked_text("message", message.as_deref(), MESSAGE_LENGTH)?,
        };
        let now = self.clock.now();
        db::grant::update(&mut tx, id, rights.bits(), expires_at, message.as_deref(), now).await?;
        let (narrowed, closed) = if rights.has(Right::Reshare) {
            let narrowed = db::grant::narrow_derived(&mut tx, id, rights.bits(), expires_at, now).await?;
            (narrowed, Vec::new())
        } else {
            let closed = db::grant::close(&mut tx, id, false, actor.account_id, "narrowed", now).await?;
            (Vec::new(), closed)
        };
        let named = self.named_grant(&mut tx, id).await?;
        let detail =
            json!({ "closed": closed.len(), "expires_at": expires_at, "grant": id, "rights": rights.list() });
        let record = Record::done(grant.vault_id, now, actor, Act::GrantUpdate)
            .on(grant.entry_id, &named.entry_name)
            .detail(detail);
        self.audit(&mut tx, record).await?;
        self.tell_changed(&mut tx, actor, &named, narrowed).await?;
        self.tell_revoked(&mut tx, Some(actor), &closed, "narrowed").await?;
        tx.commit().await?;
        Ok(named)
    }

    /// Tells the recipient of a grant that it was changed, and those of the grants that had to be narrowed with it.
    async fn tell_changed(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        named: &db::share_list::NamedGrant,
        narrowed: Vec<db::grant::Ended>,
    ) -> Result<()> {
        let grant = &named.grant;
        let mut news = News::new(Kind::ShareChanged, Some(actor));
        self.tell_recipients(tx, &narrowed, &news).await?;
        if let Some(recipient) = grant.recipient_vault_id {
            (news.vault_id, news.grant_id) = (Some(recipient), Some(grant.id));
            news.entry = Some((grant.entry_id, &named.entry_name));
            (news.detail.rights, news.detail.expires_at) = (Some(grant.rights().list()), grant.expires_at);
            self.tell_people(tx, &[recipient], Audience::Everybody, &news).await?;
        }
        Ok(())
    }

    /// Revokes a grant or link, or gives up what was received: everything derived from it is closed in the same transaction. Answers
    /// what was closed, the grant itself first.
    pub async fn revoke_grant(&self, actor: &Actor, id: GrantId) -> Result<Vec<db::grant::Closed>> {
        let mut tx = self.db.begin().await?;
        let (grant, side) = self.gate_grant_for_change(&mut tx, actor, Act::GrantRevoke, id).await?;
        let now = self.clock.now();
        let closed = db::grant::open_subtree(&mut tx, id, now).await?;
        let because = if side == Side::Recipient { "given_up" } else { "revoked" };
        let ended = db::grant::close(&mut tx, id, true, actor.account_id, because, now).await?;
        let links = closed.iter().filter(|closed| closed.recipient_vault_id.is_none()).count();
        let name = closed.first().map(|closed| closed.entry_name.clone()).unwrap_or_default();
        let detail = json!({ "because": because, "closed": closed.len(), "grant": id, "links": links });
        let record = Record::done(grant.vault_id, now, actor, Act::GrantRevoke)
            .on(grant.entry_id, &name)
            .detail(detail);
        self.audit(&mut tx, record).await?;
        self.tell_revoked(&mut tx, Some(actor), &ended, because).await?;
        if side == Side::Recipient {
            let mut news = News::new(Kind::ShareRevoked, Some(actor));
            (news.vault_id, news.grant_id) = (Some(grant.granting_vault_id), Some(id));
            news.entry = Some((grant.entry_id, &name));
            (news.detail.because, news.detail.given) = (Some(because.to_owned()), Some(true));
            self.tell_account(&mut tx, grant.granted_by, &news).await?;
        }
        tx.commit().await?;
        Ok(closed)
    }

    /// On what a new grant stands: the vault itself where the actor's role there allows sharing, otherwise a grant that may be shared on.
    pub(super) async fn source_of(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        target: &Target,
        act: Act,
        rights: Rights,
    ) -> Result<Source> {
        // A whole vault is never given away by one click: its folders are.
        if target.entry.is_root() {
            return Err(Problem::field("entry_id", "vault_root"));
        }
        let own = match target.ground {
            Ground::Owner => Rights::ALL,
            Ground::Member(role) => role.rights(),
            Ground::Grant(_) => Rights::NONE,
        };
        if own.has(Right::Reshare) {
            return Ok(Source { granting_vault_id: target.vault_id(), parent: None });
        }
        let exceeded =
            || self.refused(target.vault_id().0, actor, act, target.entry.id.0, Code::RightsExceeded);
        let parent = parent_for(&target.grants, rights).ok_or_else(exceeded)?;
        let granting_vault_id = parent.recipient_vault_id.ok_or_else(exceeded)?;
        if db::grant::chain(tx, parent.id).await?.len() >= MAX_RESHARES {
            return Err(Problem::field("entry_id", "reshared_too_often").with("limit", MAX_RESHARES));
        }
        Ok(Source { granting_vault_id, parent: Some(parent.clone()) })
    }

    /// An end that lies ahead and not beyond that of the grant it derives from, which is also the end where none was named.
    pub(super) fn end_within(
        &self,
        parent: Option<&Grant>,
        end: Option<DateTime<Utc>>,
    ) -> Result<Option<DateTime<Utc>>> {
        let now = self.clock.now();
        let end = end.or(parent.and_then(|parent| parent.expires_at));
        if end.is_some_and(|end| end <= now) {
            return Err(Problem::field("expires_at", "in_the_past"));
        }
        if parent.is_some_and(|parent| !parent.outlives(end)) {
            return Err(Problem::field("expires_at", "after_own_share"));
        }
        // As exact as rows keep it.
        Ok(end.map(|end| {
            chrono::DurationRound::duration_trunc(end, chrono::TimeDelta::microseconds(1)).unwrap_or(end)
        }))
    }

    /// A grant that this transaction knows to exist, with its names.
    pub(super) async fn named_grant(&self, tx: &mut Tx, id: GrantId) -> Result<db::share_list::NamedGrant> {
        db::share_list::named(tx, id).await?.ok_or_else(|| Code::NotFound.into())
    }
}

/// Rights that a grant may carry; to see is always among them.
pub(super) fn shareable(rights: &[Right], most: Rights) -> Result<Rights> {
    let rights = Rights::of(rights).with(Right::View);
    if most.includes(rights) { Ok(rights) } else { Err(Problem::field("rights", "not_shareable")) }
}

fn expect_revision(grant: &Grant, seen: Option<i64>) -> Result<()> {
    match seen {
        None => Err(Code::PreconditionRequired.into()),
        Some(rev) if rev == grant.rev => Ok(()),
        Some(_) => Err(Problem::new(Code::PreconditionFailed).with("current_rev", grant.rev)),
    }
}
