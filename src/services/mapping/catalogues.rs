//! Reading the catalogue, which everybody signed in may: a citizen must find the procedure, and what it asks for.

use std::sync::Arc;

use super::snapshot::Snapshot;
use crate::domain::account::Actor;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Result};
use crate::services::Kho;

impl Kho {
    /// The catalogue as it is now, or as it was in a version.
    pub async fn view_catalogue(&self, actor: &Actor, version: Option<i64>) -> Result<Arc<Snapshot>> {
        actor.check_scope(Act::CatalogueRead)?;
        let mut tx = self.db.read().await?;
        let now = self.catalogue_now(&mut tx).await?;
        match version {
            None => Ok(now),
            Some(version) if (1..=now.number).contains(&version) => self.catalogue_at(&mut tx, version).await,
            Some(_) => Err(Code::NotFound.into()),
        }
    }
}
