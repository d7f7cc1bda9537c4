//! What the checks of the whole store have in common: what they tell while they run, and reading a table in the order of its key.

use std::future::Future;

use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use serde::Serialize;
use uuid::Uuid;

use crate::db::check_run::CheckRun;
use crate::domain::problem::{Problem, Result};
use crate::services::Kho;

/// Something that a check found. It names rows and objects by their ids, never people or papers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable word for programs, such as `object_missing`.
    pub kind: &'static str,
    /// What `id` is: `chain`, `checkpoint`, `entry`, `version`, `blob`, `vault`, `grant` or `object`.
    pub subject: &'static str,
    pub id: String,
    /// The record of a chain, or the segment of a blob.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// A sentence for the operator.
    pub what: String,
    /// Whether it was mended.
    pub repaired: bool,
}

impl Finding {
    pub fn new(kind: &'static str, subject: &'static str, id: impl ToString, what: impl ToString) -> Self {
        Self { kind, subject, id: id.to_string(), seq: None, what: what.to_string(), repaired: false }
    }

    pub fn seq(mut self, seq: i64) -> Self {
        self.seq = Some(seq);
        self
    }

    pub fn repaired(mut self, repaired: bool) -> Self {
        self.repaired = repaired;
        self
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.subject, self.id)?;
        if let Some(seq) = self.seq {
            write!(f, " #{seq}")?;
        }
        write!(f, ": {}{}", self.what, if self.repaired { " (repaired)" } else { "" })
    }
}

/// Who is told how a check goes.
pub trait Watcher: Send {
    /// A part of the check begins that has about `total` steps, if that is known.
    fn begins(&mut self, part: &'static str, total: Option<u64>);
    fn advances(&mut self, steps: u64);
    fn finds(&mut self, finding: &Finding);
}

/// Keeps the findings of a check, for callers that want them all at once.
#[derive(Default)]
pub struct Findings(pub Vec<Finding>);

impl Watcher for Findings {
    fn begins(&mut self, _: &'static str, _: Option<u64>) {}
    fn advances(&mut self, _: u64) {}
    fn finds(&mut self, finding: &Finding) {
        self.0.push(finding.clone());
    }
}

/// How a check ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Rows and objects looked at.
    pub checked: u64,
    pub findings: u64,
    /// Findings that were mended.
    pub repaired: u64,
}

impl Tally {
    pub fn is_clean(&self) -> bool {
        self.findings == self.repaired
    }
}

/// A check under way: counts, and passes on what it sees.
pub(super) struct Course<'a> {
    pub tally: Tally,
    pub watcher: &'a mut dyn Watcher,
}

impl<'a> Course<'a> {
    pub fn new(watcher: &'a mut dyn Watcher) -> Self {
        Self { tally: Tally::default(), watcher }
    }

    pub fn advance(&mut self, steps: usize) {
        self.tally.checked += steps as u64;
        self.watcher.advances(steps as u64);
    }

    pub fn find(&mut self, finding: Finding) {
        self.tally.findings += 1;
        self.tally.repaired += u64::from(finding.repaired);
        self.watcher.finds(&finding);
    }
}

impl Kho {
    /// Keeps how a check of everything ended.
    pub(super) async fn keep_check_run(
        &self,
        kind: &str,
        started_at: chrono::DateTime<chrono::Utc>,
        tally: Tally,
    ) -> Result<()> {
        let run = CheckRun {
            kind: kind.to_owned(),
            started_at,
            ended_at: self.clock.now(),
            checked: tally.checked as i64,
            findings: (tally.findings - tally.repaired) as i64,
        };
        let mut tx = self.db.begin().await?;
        crate::db::check_run::put(&mut tx, &run).await?;
        Ok(tx.commit().await?)
    }
}

/// Rows in the order of a key, fetched a page at a time.
pub(super) struct Ordered<T> {
    rows: BoxStream<'static, Result<T>>,
    front: Option<T>,
}

impl<T: Send + 'static> Ordered<T> {
    /// Pages from `fetch`, each called with the key of the last row before it; an empty page is the end.
    pub fn pages<K, F, Fut>(start: K, key: fn(&T) -> K, fetch: F) -> Self
    where
        K: Copy + Send + 'static,
        F: Fn(K) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<T>>> + Send + 'static,
    {
        let pages = stream::try_unfold((start, fetch), move |(after, fetch)| async move {
            let rows = fetch(after).await?;
            let Some(last) = rows.last().map(key) else { return Ok::<_, Problem>(None) };
            Ok(Some((stream::iter(rows.into_iter().map(Ok)), (last, fetch))))
        });
        Self { rows: pages.try_flatten().boxed(), front: None }
    }

    pub async fn peek(&mut self) -> Result<Option<&T>> {
        if self.front.is_none() {
            self.front = self.rows.try_next().await?;
        }
        Ok(self.front.as_ref())
    }

    /// The next row if `wanted` says so.
    pub async fn next_if(&mut self, wanted: impl Fn(&T) -> bool) -> Result<Option<T>> {
        let take = self.peek().await?.is_some_and(wanted);
        Ok(if take { self.front.take() } else { None })
    }
}

/// The greatest id: the upper bound of a walk over everything.
pub(super) const LAST_ID: Uuid = Uuid::max();
