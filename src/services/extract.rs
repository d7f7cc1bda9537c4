//! Reading the words inside new files for search, and whether there are any. The plaintext is in memory alone, one file at a time on a node, and nothing of
//! it is kept but codes of its words.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use kho_mapping::paper::Readability;
use tokio::sync::{Semaphore, SemaphorePermit};
use zeroize::Zeroizing;

use crate::content::file_type::FileType;
use crate::content::text::{Reading, TextError, TextLimits, may_tell, read};
use crate::crypto::blind_term::TermKey;
use crate::db;
use crate::domain::id::VersionId;
use crate::domain::problem::{Code, Problem, Result};
use crate::domain::search::TEXT_WORDS;
use crate::domain::text::tokens;
use crate::services::Kho;

/// Files read at a time on a node: what one costs in memory is the most that all cost.
static DESK: Semaphore = Semaphore::const_new(1);
/// How long the result of one file is waited for. The budgets of [`TextLimits`] end the reading itself.
const PATIENCE: Duration = Duration::from_secs(120);

/// How reading a file ended.
enum Outcome {
    /// Its distinct folded words; sealed away from here on.
    Words(Vec<String>),
    /// It is of a kind without text, or too large to be looked into.
    Nothing,
    Failed,
}

impl Kho {
    /// Reads the words of a version's file and makes its document findable by them, if it is still the current version. Where that tells whether a
    /// person can read the file, it is kept as well.
    pub async fn index_version(&self, id: VersionId) -> Result<()> {
        let mut tx = self.db.read().await?;
        let Some(version) = db::version::get(&mut tx, id).await? else { return Ok(()) };
        let Some(entry) = db::entry::get(&mut tx, version.entry_id).await? else { return Ok(()) };
        if entry.current_version_id != Some(id) {
            return Ok(());
        }
        let source = self.blob_source(&mut tx, version.blob_id).await;
        drop(tx);
        let file_type = self.file_types.iter().find(|known| known.media == version.media_type);
        let limits = TextLimits::default();
        let readable = file_type.filter(|found| may_tell(found)).cloned();
        let (outcome, readability) = match readable {
            Some(file_type) if version.size_bytes <= limits.input_bytes as i64 => {
                let desk =
                    DESK.acquire().await.map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
                match source?.collect(version.size_bytes as u64).await {
                    Ok(bytes) => read_words(desk, file_type, bytes, limits).await,
                    // Whoever downloads it is told; here it only stays unfound.
                    Err(problem) if problem.code == Code::ContentDamaged => (Outcome::Failed, None),
                    Err(problem) => return Err(problem),
                }
            }
            _ => (Outcome::Nothing, None),
        };
        self.keep_words(&version, outcome, readability).await
    }

    async fn keep_words(
        &self,
        version: &db::version::Version,
        outcome: Outcome,
        readability: Option<Readability>,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let Some(vault) = db::vault::lock(&mut tx, version.vault_id).await? else { return Ok(()) };
        let entry = db::entry::get(&mut tx, version.entry_id).await?;
        if entry.and_then(|entry| entry.current_version_id) != Some(version.id) {
            return Ok(());
        }
        let (codes, state) = match outcome {
            Outcome::Words(words) => {
                let key = TermKey::of(&self.keyring.open_vault_key(vault.id, &vault.wrapped_key)?);
                let mut codes = words.iter().map(|word| key.code(word)).collect::<Vec<_>>();
                // Sorted, they tell nothing of the order in the text.
                codes.sort_unstable();
                codes.dedup();
                (codes.join(" "), "done")
            }
            Outcome::Nothing => (String::new(), "none"),
            Outcome::Failed => (String::new(), "failed"),
        };
        db::search::put_text(&mut tx, version.entry_id, &codes).await?;
        db::version::set_text_state(&mut tx, version.id, state).await?;
        // Of pages and pictures whoever draws them tells.
        if !self.is_drawable(&version.media_type) {
            db::readability::put(&mut tx, version.blob_id, readability.map(Readability::as_str)).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Reads on a thread of its own, so that a file that is slow to read holds nothing else up, and one that breaks its reader breaks
/// nothing else. The place at the desk is given back when the thread ends, not when its result is no longer waited for.
async fn read_words(
    desk: SemaphorePermit<'static>,
    file_type: FileType,
    bytes: Zeroizing<Vec<u8>>,
    limits: TextLimits,
) -> (Outcome, Option<Readability>) {
    let reading = tokio::task::spawn_blocking(move || {
        let _desk = desk;
        let look = || {
            let Reading { text, readability } = read(&file_type, &bytes, &limits);
            let words = text.map(|text| {
                let mut words = tokens(&text);
                words.truncate(TEXT_WORDS);
                words
            });
            (words, readability)
        };
        catch_unwind(AssertUnwindSafe(look))
    });
    let Ok(Ok(Ok((words, readability)))) = tokio::time::timeout(PATIENCE, reading).await else {
        return (Outcome::Failed, None);
    };
    let outcome = match words {
        Ok(words) if words.is_empty() => Outcome::Nothing,
        Ok(words) => Outcome::Words(words),
        Err(TextError::Unsupported) => Outcome::Nothing,
        Err(_) => Outcome::Failed,
    };
    (outcome, readability)
}
