//! How sure it is where a paper comes from: computed from what speaks for its current version, whenever that changes.

use kho_mapping::trust::Evidence;

use crate::db::trust_evidence::NewEvidence;
use crate::db::{self, Tx};
use crate::domain::entry::{AUTHENTICATED_FROM, Entry, Weight};
use crate::domain::id::{AccountId, AgencyId, VersionId};
use crate::domain::problem::{Code, Result};
use crate::services::Kho;

/// Who vouches for a paper.
#[derive(Clone, Copy, Debug)]
pub(super) struct Witness<'a> {
    /// None for a job.
    pub account: Option<AccountId>,
    pub name: &'a str,
    pub agency: Option<AgencyId>,
    /// The register it comes from, and the number of the entry there.
    pub register: Option<(&'a str, &'a str)>,
}

impl Kho {
    /// Adds evidence for a version, or takes that of its kind away. The level follows with [`Kho::settle_trust`].
    pub(super) async fn set_evidence(
        &self,
        tx: &mut Tx,
        entry: &Entry,
        version: VersionId,
        kind: Evidence,
        witness: Option<Witness<'_>>,
    ) -> Result<()> {
        let Some(witness) = witness else {
            return Ok(db::trust_evidence::remove(tx, version, kind.as_str()).await?);
        };
        let evidence = NewEvidence {
            version_id: version,
            kind: kind.as_str(),
            vault_id: entry.vault_id,
            entry_id: entry.id,
            at: self.clock.now(),
            by_account: witness.account,
            by_name: witness.name,
            agency_id: witness.agency,
            register: witness.register,
        };
        Ok(db::trust_evidence::add(tx, &evidence).await?)
    }

    /// The level of trust that the evidence for a version gives it.
    pub(super) async fn trust_of_version(&self, tx: &mut Tx, version: VersionId) -> Result<i16> {
        let kinds = db::trust_evidence::kinds(tx, version).await?;
        let evidence = kinds.iter().filter_map(|kind| Evidence::parse(kind));
        Ok(i16::from(self.settings.trust_levels.level(evidence)))
    }

    /// Gives a paper the level of trust that the evidence for its current version gives it, and keeps the sums above it in step; answers whether
    /// that could be done now: in the trash nothing changes its level. The caller holds the vault's lock.
    pub(super) async fn settle_trust(&self, tx: &mut Tx, entry: &Entry) -> Result<bool> {
        // What it is now, whatever the caller did since it was read.
        let entry = db::entry::get(tx, entry.id).await?.ok_or(Code::NotFound)?;
        let version = entry.expect_document()?;
        let wanted = self.trust_of_version(tx, version).await?;
        if entry.trust_level == Some(wanted) {
            return Ok(true);
        }
        let path = db::entry::path(tx, entry.id).await?;
        if path.iter().any(|step| step.trashed_at.is_some()) {
            return Ok(false);
        }
        db::entry::set_trust_level(tx, entry.id, wanted).await?;
        let authenticated = i64::from(wanted >= AUTHENTICATED_FROM) - i64::from(entry.is_authenticated());
        if let Some(folder) = entry.parent_id {
            db::entry::add_weight(tx, folder, Weight { authenticated, ..Weight::default() }).await?;
        }
        Ok(true)
    }
}
