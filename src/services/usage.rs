//! What a vault's room is used for (I1), and the count that proves it.

use crate::db;
use crate::db::usage::{Ledger, Sums, TypeUsage};
use crate::db::vault::Vault;
use crate::domain::account::Actor;
use crate::domain::entry::{Entry, Weight};
use crate::domain::id::VaultId;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Result};
use crate::services::Kho;

/// Folders named in a statistic; the rest is one sum.
const FOLDERS: i64 = 100;
/// Wrong sums that one recount reports.
const REPORTED: i64 = 1_000;

/// What a vault's room is used for.
pub struct Usage {
    pub vault: Vault,
    /// The folders right below the root that weigh most.
    pub folders: Vec<Entry>,
    /// All that lies elsewhere: in further folders, and in the root itself.
    pub elsewhere: Weight,
    pub types: Vec<TypeUsage>,
}

/// A vault's ledger and sums against the rows they stand for.
#[derive(Debug)]
pub struct Recount {
    pub kept: Ledger,
    pub counted: Ledger,
    /// Entries whose sums differ from what lies below them.
    pub wrong_sums: Vec<Sums>,
    pub quota_bytes: i64,
}

impl Recount {
    /// Whether every figure is right.
    pub fn agrees(&self) -> bool {
        self.kept == self.counted && self.wrong_sums.is_empty()
    }
}

impl Kho {
    pub async fn view_usage(&self, actor: &Actor, id: VaultId) -> Result<Usage> {
        let mut tx = self.db.read().await?;
        let (vault, _) = self.gate_vault(&mut tx, actor, Act::VaultUsage, id).await?;
        let root = db::entry::get(&mut tx, vault.root_id).await?.ok_or(Code::NotFound)?;
        let folders = db::usage::top_folders(&mut tx, vault.root_id, FOLDERS).await?;
        let types = db::usage::by_type(&mut tx, vault.root_id).await?;
        let elsewhere = folders.iter().fold(root.weight(), |rest, folder| {
            let weight = folder.weight();
            Weight {
                documents: rest.documents - weight.documents,
                authenticated: rest.authenticated - weight.authenticated,
                live_bytes: rest.live_bytes - weight.live_bytes,
                version_bytes: rest.version_bytes - weight.version_bytes,
            }
        });
        Ok(Usage { vault, folders, elsewhere, types })
    }

    /// Counts a vault's ledger and sums again from its rows, under the vault's lock so that all figures are of one moment.
    pub async fn recount(&self, id: VaultId) -> Result<Recount> {
        let mut tx = self.db.begin().await?;
        let vault = db::vault::lock(&mut tx, id).await?.ok_or(Code::NotFound)?;
        let counted = db::usage::counted_ledger(&mut tx, id, vault.root_id).await?;
        let wrong_sums = db::usage::wrong_sums(&mut tx, id, REPORTED).await?;
        let kept = Ledger {
            live_bytes: vault.live_bytes,
            version_bytes: vault.version_bytes,
            trash_bytes: vault.trash_bytes,
            reserved_bytes: vault.reserved_bytes,
        };
        Ok(Recount { kept, counted, wrong_sums, quota_bytes: vault.quota_bytes })
    }
}
