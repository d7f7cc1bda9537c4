//! Access to grants themselves, and by links: the same decisions as in [`gate`](super::gate), for callers known otherwise.

use crate::crypto::token::{Prefix, Secret};
use crate::db::{self, Tx};
use crate::domain::account::{Actor, Channel};
use crate::domain::audit::{Record, SYSTEM_CHAIN, Who};
use crate::domain::entry::{Entry, PathStep};
use crate::domain::grant::{Grant, is_live};
use crate::domain::id::{EntryId, GrantId, VaultId};
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::accounts::verify_password;

/// On which side of a grant the actor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The entry lies in a vault of the actor's.
    Owner,
    /// One of the actor's vaults gave it.
    Granter,
    /// One of the actor's vaults received it.
    Recipient,
}

/// Somebody who holds a link.
#[derive(Clone, Debug)]
pub struct Bearer {
    pub secret: String,
    /// The link's password, where the bearer sent one.
    pub password: Option<String>,
    pub channel: Channel,
}

/// An entry that a link opens.
#[derive(Clone, Debug)]
pub struct LinkTarget {
    pub grant: Grant,
    pub entry: Entry,
    pub has_password: bool,
    /// Whether the bearer showed the password, or none is needed.
    pub unlocked: bool,
}

impl Bearer {
    /// An unknown person, as the trail names one.
    pub(super) fn who(&self) -> Who {
        Who {
            actor_id: None,
            name: String::new(),
            on_behalf_of: None,
            purpose: None,
            channel: self.channel.clone(),
        }
    }
}

impl LinkTarget {
    /// A record of what the bearer of the link did, on the chain of the vault.
    pub(super) fn record(&self, kho: &Kho, bearer: &Bearer, act: Act) -> Record {
        Record::new(self.grant.vault_id.0, kho.clock.now(), bearer.who(), act)
            .on(self.entry.id, &self.entry.name)
            .detail(serde_json::json!({ "link": self.grant.id }))
    }
}

impl Kho {
    /// Decides whether the actor may do `act` to an open grant. The owner's side may do everything, the granter's too, and the
    /// recipient may look at it and give it up.
    pub async fn gate_grant(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        id: GrantId,
    ) -> Result<(Grant, Side)> {
        actor.check_scope(act)?;
        let Some(grant) = db::grant::get(tx, id).await? else {
            return Err(self.refused(SYSTEM_CHAIN, actor, act, id.0, Code::NotFound));
        };
        let sides = [
            (Side::Owner, Some(grant.vault_id)),
            (Side::Granter, Some(grant.granting_vault_id)),
            (Side::Recipient, grant.recipient_vault_id),
        ];
        let mut seen = false;
        for (side, vault) in sides {
            let Some(vault) = vault.filter(|_| grant.is_open(self.clock.now())) else { continue };
            let Some((_, rights)) = self.own_ground(tx, actor, vault).await? else { continue };
            seen = true;
            if rights.has(act.right()) && !(side == Side::Recipient && act == Act::GrantUpdate) {
                return Ok((grant, side));
            }
        }
        let code = if seen { Code::NotAllowed } else { Code::NotFound };
        Err(self.refused(grant.vault_id.0, actor, act, id.0, code))
    }

    /// The same under the lock of the vault that holds the entry.
    pub(super) async fn gate_grant_for_change(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        id: GrantId,
    ) -> Result<(Grant, Side)> {
        if let Some(grant) = db::grant::get(tx, id).await? {
            db::vault::lock(tx, grant.vault_id).await?;
        }
        self.gate_grant(tx, actor, act, id).await
    }

    /// Decides whether the bearer of a link may do `act` to the linked entry, or to `inside` where that lies below it.
    ///
    /// Whatever is wrong with the link, and whatever lies elsewhere, does not exist for its bearer. Wrong passwords are counted for
    /// the link and for the bearer's address.
    pub async fn gate_link(&self, bearer: &Bearer, act: Act, inside: Option<EntryId>) -> Result<LinkTarget> {
        let address = format!("link-address:{}", bearer.channel.address);
        let at_address = (address.as_str(), self.settings.login_failures * 10);
        let mut tx = self.db.read().await?;
        self.expect_few_failures(&mut tx, &[at_address]).await?;
        let digest = Secret::parse(Prefix::LINK, &bearer.secret).ok().map(|secret| secret.digest());
        let link = match digest {
            Some(digest) => db::grant::link(&mut tx, digest.as_bytes()).await?,
            None => None,
        };
        let Some(link) = link else {
            drop(tx);
            self.count_failures(&[&address]).await?;
            return Err(self.refused_for(SYSTEM_CHAIN, bearer.who(), act, SYSTEM_CHAIN, Code::NotFound));
        };
        let subject = format!("link:{}", link.grant.id);
        let entry = self.linked_entry(&mut tx, &link.grant, inside).await?;
        if bearer.password.is_some() && link.link_password_hash.is_some() {
            let of_link = (subject.as_str(), self.settings.login_failures);
            self.expect_few_failures(&mut tx, &[of_link]).await?;
        }
        drop(tx);
        let refused = |code| {
            let object = inside.unwrap_or(link.grant.entry_id);
            self.refused_for(link.grant.vault_id.0, bearer.who(), act, object.0, code)
        };
        let Some(entry) = entry else {
            self.count_failures(&[&address]).await?;
            return Err(refused(Code::NotFound));
        };
        let unlocked = match (&link.link_password_hash, &bearer.password) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(hash), Some(password)) => {
                if !verify_password(password.clone(), Some(hash.clone())).await? {
                    self.count_failures(&[&subject, &address]).await?;
                    return Err(refused(Code::LinkPasswordWrong));
                }
                true
            }
        };
        if !link.grant.rights().has(act.right()) {
            return Err(refused(Code::NotAllowed));
        }
        let has_password = link.link_password_hash.is_some();
        Ok(LinkTarget { grant: link.grant, entry, has_password, unlocked })
    }

    /// The entry that a live link opens, if it lies on or below the linked one.
    pub(super) async fn linked_entry(
        &self,
        tx: &mut Tx,
        link: &Grant,
        inside: Option<EntryId>,
    ) -> Result<Option<Entry>> {
        let id = inside.unwrap_or(link.entry_id);
        let path = db::entry::path(tx, id).await?;
        let gone = |step: &PathStep| step.trashed_at.is_some() || step.purging_at.is_some();
        let steps = path.iter().map(|step| step.id).collect::<Vec<_>>();
        let chain = db::grant::chain(tx, link.id).await?;
        if path.iter().any(gone) || !is_live(link, &chain, &steps, self.clock.now()) {
            return Ok(None);
        }
        Ok(db::entry::get(tx, id).await?)
    }

    /// The vault that a list of shares is asked for: the one named, or the actor's own.
    pub(super) async fn gate_share_list(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        vault: Option<VaultId>,
    ) -> Result<VaultId> {
        let vault = vault.or(actor.vault_id).ok_or_else(|| Problem::field("vault", "missing"))?;
        self.gate_vault(tx, actor, Act::GrantList, vault).await?;
        Ok(vault)
    }
}
