//! Rights on an entry, the grants that carry them, and how they come together.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::{AccountId, EntryId, GrantId, VaultId};

/// A grant may be shared on so many times in a row; longer chains help nobody and bound the walk to the first giver.
pub const MAX_RESHARES: usize = 16;

/// One right. `Delete` and `Own` come from ownership or membership only and cannot be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// See the entry, its details and what is in it.
    View,
    /// Receive the bytes.
    Download,
    /// Add, rename, move, describe, add versions.
    Edit,
    /// Share it on with others.
    Reshare,
    /// Put into the trash and take out again.
    Delete,
    /// Delete for ever, manage members, read the trail.
    Own,
}

/// A set of rights, stored as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Rights(i16);

impl Rights {
    pub const NONE: Rights = Rights(0);
    pub const ALL: Rights = Rights(0b11_1111);
    /// What a grant may carry.
    pub const SHAREABLE: Rights = Rights(0b00_1111);
    /// What a link may carry, its bearer being unknown: view and download.
    pub const OF_LINK: Rights = Rights(0b00_0011);

    const EACH: [Right; 6] =
        [Right::View, Right::Download, Right::Edit, Right::Reshare, Right::Delete, Right::Own];

    pub fn of(rights: &[Right]) -> Self {
        rights.iter().fold(Self::NONE, |all, right| all.with(*right))
    }

    /// Reads stored bits; unknown bits give no right.
    pub fn from_bits(bits: i16) -> Self {
        Self(bits & Self::ALL.0)
    }

    pub fn bits(self) -> i16 {
        self.0
    }

    pub fn with(self, right: Right) -> Self {
        Self(self.0 | 1 << right as i16)
    }

    pub fn has(self, right: Right) -> bool {
        self.0 & (1 << right as i16) != 0
    }

    pub fn includes(self, other: Rights) -> bool {
        self.0 & other.0 == other.0
    }

    /// What both hold.
    pub fn within(self, other: Rights) -> Self {
        Self(self.0 & other.0)
    }

    pub fn union(self, other: Rights) -> Self {
        Self(self.0 | other.0)
    }

    pub fn list(self) -> Vec<Right> {
        Self::EACH.into_iter().filter(|right| self.has(*right)).collect()
    }
}

/// What a member of an organisation may do in its vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberRole {
    Owner,
    Editor,
    Viewer,
}

impl MemberRole {
    pub fn rights(self) -> Rights {
        match self {
            MemberRole::Owner => Rights::ALL,
            MemberRole::Editor => Rights::of(&[Right::View, Right::Download, Right::Edit, Right::Delete]),
            MemberRole::Viewer => Rights::of(&[Right::View, Right::Download]),
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            MemberRole::Owner => "owner",
            MemberRole::Editor => "editor",
            MemberRole::Viewer => "viewer",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Owner, Self::Editor, Self::Viewer].into_iter().find(|role| role.as_str() == text)
    }
}

/// A right on an entry given to a vault's people, or to the bearer of a link, as its row holds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Grant {
    pub id: GrantId,
    /// The vault that holds the entry.
    pub vault_id: VaultId,
    pub entry_id: EntryId,
    /// The grant it derives from; `None` where the entry's own vault gave it.
    pub parent_id: Option<GrantId>,
    /// `None` for a link.
    pub recipient_vault_id: Option<VaultId>,
    /// The bits of [`Rights`].
    pub rights: i16,
    pub message: Option<String>,
    pub granted_by: AccountId,
    /// The vault whose member gave it: the owner's, or the recipient of the parent grant.
    pub granting_vault_id: VaultId,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// Counts changes; the ETag.
    pub rev: i64,
    /// Downloads that a link allows; `None` for no limit.
    pub link_max_downloads: Option<i32>,
    pub link_downloads: i32,
}

impl Grant {
    pub fn rights(&self) -> Rights {
        Rights::from_bits(self.rights)
    }

    pub fn is_link(&self) -> bool {
        self.recipient_vault_id.is_none()
    }

    /// Neither revoked nor expired. Whether it gives access also depends on what it derives from: [`is_live`].
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| end > now)
    }

    pub fn is_used_up(&self) -> bool {
        self.link_max_downloads.is_some_and(|most| self.link_downloads >= most)
    }

    /// Whether `end` is within the life of this grant.
    pub fn outlives(&self, end: Option<DateTime<Utc>>) -> bool {
        self.expires_at.is_none_or(|mine| end.is_some_and(|end| end <= mine))
    }
}

/// Whether a grant gives access to an entry now: it and every grant that it derives from (to be found in `chain`) is open and lies
/// on `path`, the entry's own way to the root. So access ends by itself when an entry leaves the folder that was shared.
pub fn is_live(grant: &Grant, chain: &[Grant], path: &[EntryId], now: DateTime<Utc>) -> bool {
    let mut grant = grant;
    loop {
        if !grant.is_open(now) || !path.contains(&grant.entry_id) {
            return false;
        }
        let Some(parent) = grant.parent_id else { return true };
        let Some(next) = chain.iter().find(|candidate| candidate.id == parent) else { return false };
        grant = next;
    }
}

/// The grant that a re-share with `wanted` rights derives from: of those held that allow it, the one that lasts longest.
pub fn parent_for(held: &[Grant], wanted: Rights) -> Option<&Grant> {
    held.iter()
        .filter(|grant| grant.rights().has(Right::Reshare) && grant.rights().includes(wanted))
        .max_by_key(|grant| (grant.expires_at.is_none(), grant.expires_at))
}
