//! Rights on an entry, and how they come together.

use serde::{Deserialize, Serialize};

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
