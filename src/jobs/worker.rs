//! Leasing jobs and running them, with back-off for those that fail.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::db::{self, DbError};
use crate::domain::id::JobId;
use crate::domain::job::JobKind;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::telemetry;

/// How long a node may work on a job before another may take it. Renewed while the job runs.
const LEASE: TimeDelta = TimeDelta::minutes(5);
const RENEW_EVERY: Duration = Duration::from_secs(60);
/// How often a node asks for work while there is none.
const POLL_EVERY: Duration = Duration::from_millis(500);
/// Jobs that a node runs at a time.
const AT_ONCE: i64 = 4;
/// After this many failures a job is left to the administrator.
const MOST_ATTEMPTS: i32 = 12;

/// The task of a node that runs background work until it is stopped.
pub struct Worker {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Worker {
    pub fn start(kho: Kho) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            // Tasks of their own: one that holds the database's only writer must go on while the next are leased.
            let mut running = JoinSet::new();
            while !*stopped.borrow() {
                let room = AT_ONCE - running.len() as i64;
                match next(&kho, room).await {
                    Ok(leased) => leased.into_iter().for_each(|job| {
                        let kho = kho.clone();
                        running.spawn(async move { run_leased(&kho, job).await });
                    }),
                    Err(problem) => {
                        tracing::warn!(code = problem.code.as_str(), "background work could not be leased");
                    }
                }
                // A slow job holds its own place, not those of the others.
                tokio::select! {
                    Some(_) = running.join_next() => {}
                    () = tokio::time::sleep(POLL_EVERY) => {}
                    _ = stopped.changed() => {}
                }
            }
            while running.join_next().await.is_some() {}
        });
        Self { stop, task }
    }

    /// Ends after the jobs under way.
    pub async fn stop(self) {
        // The task may have ended already.
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}

/// Runs everything that is due now and what that queues, until nothing is; answers how many jobs ran. For tests and the command line.
pub async fn run_due(kho: &Kho) -> Result<usize> {
    let mut ran = 0;
    loop {
        queue_repeated(kho).await?;
        let leased = lease(kho, AT_ONCE).await?;
        if leased.is_empty() {
            return Ok(ran);
        }
        ran += leased.len();
        futures::future::join_all(leased.into_iter().map(|job| run_leased(kho, job))).await;
    }
}

/// What is due now, as far as there is room for it.
async fn next(kho: &Kho, room: i64) -> Result<Vec<db::job::Job>> {
    if room <= 0 {
        return Ok(Vec::new());
    }
    queue_repeated(kho).await?;
    lease(kho, room).await
}

/// Sees to it that every repeated kind is queued once in the whole deployment.
async fn queue_repeated(kho: &Kho) -> Result<()> {
    let mut tx = kho.db.read().await?;
    let repeated = || JobKind::ALL.iter().filter(|kind| kind.every().is_some());
    let keys = repeated().map(|kind| kind.as_str()).collect::<Vec<_>>();
    let queued = db::job::queued(&mut tx, &keys).await?;
    drop(tx);
    let missing =
        repeated().filter(|kind| !queued.iter().any(|key| key == kind.as_str())).collect::<Vec<_>>();
    if missing.is_empty() {
        return Ok(());
    }
    let now = kho.clock.now();
    let mut tx = kho.db.begin().await?;
    for kind in missing {
        db::job::enqueue(&mut tx, JobId::new(now), *kind, Some(kind.as_str()), &json!({}), now).await?;
    }
    Ok(tx.commit().await?)
}

async fn lease(kho: &Kho, most: i64) -> Result<Vec<db::job::Job>> {
    let now = kho.clock.now();
    // Asking takes no write lock; only finding something does.
    let mut tx = kho.db.read().await?;
    let (waiting, _) = db::job::backlog(&mut tx, now).await?;
    drop(tx);
    if waiting == 0 {
        return Ok(Vec::new());
    }
    let mut tx = kho.db.begin().await?;
    let leased = db::job::lease(&mut tx, now, LEASE, most).await?;
    tx.commit().await?;
    Ok(leased)
}

async fn run_leased(kho: &Kho, job: db::job::Job) {
    let done = match JobKind::parse(&job.kind) {
        Some(kind) => {
            let payload: Value = serde_json::from_str(&job.payload).unwrap_or_default();
            let mut work = std::pin::pin!(super::run(kho, kind, &payload));
            loop {
                tokio::select! {
                    done = &mut work => break done,
                    () = tokio::time::sleep(RENEW_EVERY) => renew(kho, job.id).await,
                }
            }
        }
        None => {
            Err(Problem::new(Code::Internal).caused_by("a job of a kind that this version does not know"))
        }
    };
    if let Err(error) = settle(kho, &job, done).await {
        // The lease runs out and the job runs again, which jobs allow.
        tracing::warn!(error = %error, job.kind, "a job's end could not be written");
    }
}

async fn renew(kho: &Kho, id: JobId) {
    let renewed = async {
        let mut tx = kho.db.begin().await?;
        db::job::renew(&mut tx, id, kho.clock.now() + LEASE).await?;
        tx.commit().await
    };
    if let Err(error) = renewed.await {
        tracing::warn!(error = %error, "a job's lease could not be renewed");
    }
}

/// Writes how a job ended: gone, due again, or given up.
async fn settle(kho: &Kho, job: &db::job::Job, done: Result<()>) -> Result<(), DbError> {
    let now = kho.clock.now();
    let every = JobKind::parse(&job.kind).and_then(JobKind::every);
    telemetry::job_ended(&job.kind, done.is_ok());
    let mut tx = kho.db.begin().await?;
    match (done, every) {
        (Ok(()), None) => db::job::finish(&mut tx, job.id).await?,
        (Ok(()), Some(every)) => db::job::repeat(&mut tx, job.id, now + every).await?,
        (Err(problem), _) => {
            let cause = problem.cause.as_ref().map(ToString::to_string).unwrap_or_default();
            tracing::warn!(job.kind, job.attempts, code = problem.code.as_str(), cause, "a job failed");
            let code = problem.code.as_str();
            if job.attempts >= MOST_ATTEMPTS && every.is_none() {
                db::job::give_up(&mut tx, job.id, now, code).await?;
            } else {
                let wait = TimeDelta::seconds(5 << job.attempts.clamp(0, 10));
                db::job::retry(&mut tx, job.id, now + wait, code).await?;
            }
        }
    }
    tx.commit().await
}
