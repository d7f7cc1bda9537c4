//! Finding papers by what is written on and in them.

use crate::db::Tx;
use crate::domain::entry::Entry;
use crate::domain::problem::Result;
use crate::services::Kho;

impl Kho {
    /// Brings the search row of a document up to date, in the transaction that changed it.
    pub(super) async fn refresh_search(&self, _tx: &mut Tx, _entry: &Entry) -> Result<()> {
        Ok(())
    }
}
