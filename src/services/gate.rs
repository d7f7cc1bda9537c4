//! The one place where access is decided, per object, on live rows.
//!
//! What is not yours answers as if it did not exist (404); what you may see but not do answers 403. Both travel with a record that
//! the edge writes to the chain of the vault concerned.

use crate::db::{self, Tx};
use crate::domain::account::{Actor, Credential};
use crate::domain::audit::{Outcome, Record, Refusal, SYSTEM_CHAIN, Who};
use crate::domain::entry::{Entry, PathStep, is_being_purged};
use crate::domain::grant::{Grant, MemberRole, Rights, is_live};
use crate::domain::id::{EntryId, GrantId, VaultId};
use crate::domain::policy::{Act, Post, Role};
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;

/// On what ground the actor may act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    /// The vault is the actor's own.
    Owner,
    /// The actor is a member of the organisation whose vault it is.
    Member(MemberRole),
    /// Something reaching the entry was shared with one of the actor's vaults.
    Grant(GrantId),
}

/// An entry that the actor may act on.
#[derive(Clone, Debug)]
pub struct Target {
    pub entry: Entry,
    /// The entry first, the vault's root last.
    pub path: Vec<PathStep>,
    pub ground: Ground,
    /// All that the actor may do here, whatever the ground.
    pub rights: Rights,
    /// The live grants that reach the entry, with what the actor may do by each: what a re-share derives from. Empty where the
    /// actor's ownership or membership suffices.
    pub grants: Vec<Grant>,
}

impl Target {
    pub fn vault_id(&self) -> VaultId {
        self.entry.vault_id
    }

    /// Whether the entry or a folder above it is in the trash.
    pub fn is_trashed(&self) -> bool {
        self.path.iter().any(|step| step.trashed_at.is_some())
    }

    /// The part of the path that the actor may see: up to the root for the owner and members, up to the shared folder for others.
    pub fn visible_path(&self) -> &[PathStep] {
        if !matches!(self.ground, Ground::Grant(_)) {
            return &self.path;
        }
        let shared = |step: &PathStep| self.grants.iter().any(|grant| grant.entry_id == step.id);
        let topmost = self.path.iter().rposition(shared).unwrap_or(0);
        &self.path[..=topmost]
    }

    /// A record of an act done on this entry, on the chain of its vault.
    pub fn record(&self, kho: &Kho, actor: &Actor, act: Act) -> Record {
        Record::done(self.vault_id(), kho.clock.now(), actor, act).on(self.entry.id, &self.entry.name)
    }
}

impl Kho {
    /// Decides whether `actor` may do `act` to a live entry. A trashed one answers `entry_in_trash` to those who may see the trash.
    pub async fn gate(&self, tx: &mut Tx, actor: &Actor, act: Act, id: EntryId) -> Result<Target> {
        let target = self.gate_anywhere(tx, actor, act, id).await?;
        if target.is_trashed() {
            return Err(Code::EntryInTrash.into());
        }
        Ok(target)
    }

    /// The same, where the entry may lie in the trash: its owner and members may look at it there.
    pub async fn gate_anywhere(&self, tx: &mut Tx, actor: &Actor, act: Act, id: EntryId) -> Result<Target> {
        actor.check_scope(act)?;
        let path = db::entry::path(tx, id).await?;
        let Some(vault_id) = path.first().map(|step| step.vault_id) else {
            return Err(self.refused(SYSTEM_CHAIN, actor, act, id.0, Code::NotFound));
        };
        // What is being deleted for ever is gone for everybody, though its rows are still being removed.
        if is_being_purged(&path) {
            return Err(self.refused(vault_id.0, actor, act, id.0, Code::NotFound));
        }
        let trashed = path.iter().any(|step| step.trashed_at.is_some());
        let (ground, rights, grants) = match self.own_ground(tx, actor, vault_id).await? {
            // A member of low role may have been given more on this very entry.
            Some((ground, rights)) if !rights.has(act.right()) && !trashed => {
                let (_, granted, grants) = self.granted(tx, actor, &path).await?;
                (ground, rights.union(granted), grants)
            }
            Some((ground, rights)) => (ground, rights, Vec::new()),
            None if trashed => (Ground::Owner, Rights::NONE, Vec::new()),
            None => self.granted(tx, actor, &path).await?,
        };
        // Without any right the entry does not exist for the actor.
        if rights == Rights::NONE {
            return Err(self.refused(vault_id.0, actor, act, id.0, Code::NotFound));
        }
        if !rights.has(act.right()) {
            return Err(self.refused(vault_id.0, actor, act, id.0, Code::NotAllowed));
        }
        let entry = db::entry::get(tx, id).await?.ok_or(Code::NotFound)?;
        Ok(Target { entry, path, ground, rights, grants })
    }

    /// Decides whether `actor` may do `act` to a vault as a whole; only its owner and members can.
    pub async fn gate_vault(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: Act,
        id: VaultId,
    ) -> Result<(db::vault::Vault, Rights)> {
        actor.check_scope(act)?;
        let Some(vault) = db::vault::get(tx, id).await? else {
            return Err(self.refused(SYSTEM_CHAIN, actor, act, id.0, Code::NotFound));
        };
        match self.own_ground(tx, actor, id).await? {
            None => Err(self.refused(id.0, actor, act, id.0, Code::NotFound)),
            Some((_, rights)) if !rights.has(act.right()) => {
                Err(self.refused(id.0, actor, act, id.0, Code::NotAllowed))
            }
            Some((_, rights)) => Ok((vault, rights)),
        }
    }

    /// Decides whether `actor` holds one of `roles`, for acts on the system, and answers in which posts. The operator at the machine
    /// stands as system administrator.
    pub async fn gate_role(&self, tx: &mut Tx, actor: &Actor, act: Act, roles: &[Role]) -> Result<Vec<Post>> {
        actor.check_scope(act)?;
        if matches!(actor.credential, Credential::CommandLine) {
            return Ok(vec![Post { role: Role::SystemAdmin, agency_id: None }]);
        }
        let held = db::role::held(tx, actor.account_id).await?;
        let posts = held
            .iter()
            .filter_map(|held| Some(Post { role: Role::parse(&held.role)?, agency_id: held.agency_id }))
            .filter(|post| roles.contains(&post.role))
            .collect::<Vec<_>>();
        if posts.is_empty() {
            return Err(self.refused(SYSTEM_CHAIN, actor, act, actor.account_id.0, Code::NotAllowed));
        }
        Ok(posts)
    }

    pub(super) async fn own_ground(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        vault: VaultId,
    ) -> Result<Option<(Ground, Rights)>> {
        if actor.vault_id == Some(vault) {
            return Ok(Some((Ground::Owner, Rights::ALL)));
        }
        let role = db::vault::member_role(tx, vault, actor.account_id).await?;
        Ok(role.and_then(|role| MemberRole::parse(&role)).map(|role| (Ground::Member(role), role.rights())))
    }

    /// What grants on the path give: each must be live, and so must all it derives from, on this very path. What was given to an
    /// organisation serves each member as far as the member's role goes.
    async fn granted(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        path: &[PathStep],
    ) -> Result<(Ground, Rights, Vec<Grant>)> {
        let now = self.clock.now();
        let entries = path.iter().map(|step| step.id).collect::<Vec<_>>();
        let roles = db::vault::roles_of(tx, actor.account_id).await?;
        let recipients = roles.iter().map(|(vault, _)| *vault).collect::<Vec<_>>();
        let chain = db::grant::reaching(tx, &entries, &recipients, now).await?;
        let mut mine = Vec::new();
        for grant in chain.iter().filter(|grant| is_live(grant, &chain, &entries, now)) {
            let role = roles.iter().find(|(vault, _)| grant.recipient_vault_id == Some(*vault));
            if let Some(role) = role.and_then(|(_, role)| MemberRole::parse(role)) {
                let rights = grant.rights().within(role.rights()).bits();
                mine.push(Grant { rights, ..grant.clone() });
            }
        }
        let rights = mine.iter().fold(Rights::NONE, |all, grant| all.union(grant.rights()));
        let ground = mine.first().map_or(Ground::Owner, |grant| Ground::Grant(grant.id));
        Ok((ground, rights, mine))
    }

    /// A refusal with the record that the edge will keep.
    pub fn refused(
        &self,
        chain: uuid::Uuid,
        actor: &Actor,
        act: Act,
        object: uuid::Uuid,
        code: Code,
    ) -> Problem {
        self.refused_for(chain, actor.into(), act, object, code)
    }

    pub(super) fn refused_for(
        &self,
        chain: uuid::Uuid,
        who: Who,
        act: Act,
        object: uuid::Uuid,
        code: Code,
    ) -> Problem {
        let mut record = Record::new(chain, self.clock.now(), who, act).about(object);
        record.outcome = Outcome::Refused;
        record.detail = serde_json::json!({ "code": code.as_str() });
        let mut problem = Problem::new(code);
        problem.refusal = Some(Box::new(Refusal { record }));
        problem
    }
}
