//! The nodes of a vault's tree, and what may be done to each.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::id::{BlobId, EntryId, VaultId, VersionId};
use super::problem::{Code, Problem, Result};

/// Folders may nest this deep below the vault's root; deeper trees help nobody and bound every walk to the root.
pub const MAX_DEPTH: usize = 32;

/// From this trust level a document is authenticated: locked against change and deletion.
pub const AUTHENTICATED_FROM: i16 = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    Folder,
    Document,
}

impl EntryKind {
    /// As stored: folders sort before documents.
    pub fn code(self) -> i16 {
        match self {
            EntryKind::Folder => 1,
            EntryKind::Document => 2,
        }
    }
}

/// A folder or document, as its row holds it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Entry {
    pub id: EntryId,
    pub vault_id: VaultId,
    /// `None` for the vault's root.
    pub parent_id: Option<EntryId>,
    pub kind: i16,
    pub name: String,
    pub sort_key: Vec<u8>,
    /// The catalogue code of a default folder.
    pub system_code: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Counts changes; the ETag.
    pub rev: i64,
    pub trashed_at: Option<DateTime<Utc>>,
    /// Live documents below a folder.
    pub tree_documents: i64,
    /// Those of them that are authenticated.
    pub tree_authenticated: i64,
    pub tree_live_bytes: i64,
    pub tree_version_bytes: i64,
    pub current_version_id: Option<VersionId>,
    /// The picture of the current version; `None` while there is none.
    pub thumbnail_id: Option<BlobId>,
    /// Whether a person can read the current version; `None` while that is not known.
    pub readability: Option<String>,
    /// The conclusion about the signatures of the current version; `None` while there is none.
    pub verdict: Option<String>,
    /// The paper that its issuer put in its place.
    pub superseded_by: Option<EntryId>,
    /// Why its issuer took its validity away.
    pub revoked_reason: Option<String>,
    pub version_count: i32,
    /// Bytes of the current version.
    pub size_bytes: i64,
    pub media_type: Option<String>,
    pub trust_level: Option<i16>,
    pub source: Option<String>,
    pub title: Option<String>,
    pub type_code: Option<String>,
    pub number: Option<String>,
    pub authority: Option<String>,
    pub issued_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub note: Option<String>,
    /// A JSON array of strings.
    pub tags: String,
}

impl Entry {
    pub fn is_folder(&self) -> bool {
        self.kind == EntryKind::Folder.code()
    }

    pub fn is_document(&self) -> bool {
        self.kind == EntryKind::Document.code()
    }

    pub fn is_root(&self) -> bool {
        self.parent_id.is_none()
    }

    pub fn is_authenticated(&self) -> bool {
        self.trust_level.is_some_and(|level| level >= AUTHENTICATED_FROM)
    }

    pub fn tags(&self) -> Vec<String> {
        serde_json::from_str(&self.tags).unwrap_or_default()
    }

    /// What the entry weighs in its ancestors' sums.
    pub fn weight(&self) -> Weight {
        Weight {
            documents: self.tree_documents,
            authenticated: self.tree_authenticated,
            live_bytes: self.tree_live_bytes,
            version_bytes: self.tree_version_bytes,
        }
    }

    pub fn expect_folder(&self) -> Result<()> {
        if self.is_folder() { Ok(()) } else { Err(Code::NotAFolder.into()) }
    }

    /// Answers the current version of a document.
    pub fn expect_document(&self) -> Result<VersionId> {
        self.current_version_id.ok_or_else(|| Code::NotADocument.into())
    }

    /// The vault's root and the default folders keep their name, place and existence (B).
    pub fn expect_own_folder_or_document(&self) -> Result<()> {
        if self.is_root() || self.system_code.is_some() {
            Err(Code::DefaultFolderLocked.into())
        } else {
            Ok(())
        }
    }

    /// D6: neither a locked document nor a folder that holds one goes to the trash.
    pub fn expect_trashable(&self) -> Result<()> {
        self.expect_own_folder_or_document()?;
        if self.tree_authenticated > 0 {
            return Err(Problem::new(Code::DocumentAuthenticated).with("documents", self.tree_authenticated));
        }
        self.expect_not_authenticated()
    }

    /// H3–H4: only what was itself put into the trash is restored or deleted for ever; what lies below it goes with it.
    pub fn expect_in_trash(&self) -> Result<()> {
        if self.trashed_at.is_some() { Ok(()) } else { Err(Code::EntryNotInTrash.into()) }
    }

    /// D4–D6: update and delete only while the document is not authenticated.
    pub fn expect_not_authenticated(&self) -> Result<()> {
        if self.is_authenticated() { Err(Code::DocumentAuthenticated.into()) } else { Ok(()) }
    }

    /// Guards a change by the ETag the caller last saw. `None` means that no `If-Match` was sent.
    pub fn expect_revision(&self, seen: Option<i64>) -> Result<()> {
        match seen {
            None => Err(Code::PreconditionRequired.into()),
            Some(rev) if rev == self.rev => Ok(()),
            Some(_) => Err(Problem::new(Code::PreconditionFailed).with("current_rev", self.rev)),
        }
    }
}

/// What an entry and its live descendants weigh.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Weight {
    pub documents: i64,
    /// Documents that are locked against deletion.
    pub authenticated: i64,
    pub live_bytes: i64,
    pub version_bytes: i64,
}

impl std::ops::Neg for Weight {
    type Output = Weight;
    fn neg(self) -> Weight {
        Weight {
            documents: -self.documents,
            authenticated: -self.authenticated,
            live_bytes: -self.live_bytes,
            version_bytes: -self.version_bytes,
        }
    }
}

/// Whether an entry, given the way up from it, is being deleted for ever: the nearest trashed step on the way decides. What was trashed
/// on its own before a folder above it was is not part of that folder any more.
pub fn is_being_purged(path: &[PathStep]) -> bool {
    path.iter().find(|step| step.trashed_at.is_some()).is_some_and(|step| step.purging_at.is_some())
}

/// A step on the way from an entry up to its vault's root.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PathStep {
    pub id: EntryId,
    pub vault_id: VaultId,
    pub parent_id: Option<EntryId>,
    pub kind: i16,
    pub name: String,
    pub system_code: Option<String>,
    pub trashed_at: Option<DateTime<Utc>>,
    /// Being deleted for ever: nobody sees it any more.
    pub purging_at: Option<DateTime<Utc>>,
    /// 0 for the entry itself, 1 for its parent, …
    pub depth: i32,
}
