//! How the deployment does: for `/metrics`, and for system administrators, who may also have given-up work tried again.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::db;
use crate::db::check_run::CheckRun;
use crate::db::job::DeadJob;
use crate::db::usage::Census;
use crate::domain::account::Actor;
use crate::domain::audit::{Record, SYSTEM_CHAIN};
use crate::domain::id::JobId;
use crate::domain::policy::{Act, Role};
use crate::domain::problem::{Code, Result};
use crate::services::Kho;
use crate::telemetry::{self, Backlog};

/// Given-up jobs that one answer names at the most.
const DEAD_SHOWN: i64 = 100;

/// How the deployment does. Ids, kinds and numbers: nothing of what people keep.
pub struct SystemState {
    pub version: &'static str,
    /// `sqlite` or `postgres`.
    pub database: &'static str,
    /// `files` or `s3`.
    pub objects: &'static str,
    pub census: Census,
    /// Jobs due and not being worked on.
    pub jobs_waiting: i64,
    /// Since when the oldest of them has been due.
    pub oldest_due_at: Option<DateTime<Utc>>,
    pub jobs_dead: i64,
    /// The first of those given up.
    pub dead: Vec<DeadJob>,
    /// Number and time of the last signed checkpoint.
    pub checkpoint: Option<(i64, DateTime<Utc>)>,
    pub checks: Vec<CheckRun>,
}

impl Kho {
    /// Tells [`telemetry`] what is only known when it is asked for.
    pub async fn measure(&self) {
        self.db.measure();
        telemetry::measure_process().await;
        let backlog = self.backlog().await;
        if let Err(problem) = &backlog {
            tracing::warn!(code = problem.code.as_str(), "the backlog could not be read");
        }
        telemetry::backlog(backlog.ok());
    }

    async fn backlog(&self) -> Result<Backlog> {
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let (jobs_waiting, oldest) = db::job::backlog(&mut tx, now).await?;
        Ok(Backlog {
            jobs_waiting,
            jobs_dead: db::job::count_dead(&mut tx).await?,
            oldest_due_seconds: oldest.map_or(0, |oldest| (now - oldest).num_seconds()),
            uploads_under_way: db::upload::count(&mut tx).await?,
        })
    }

    pub async fn system_state(&self, actor: &Actor) -> Result<SystemState> {
        let mut tx = self.db.read().await?;
        self.gate_role(&mut tx, actor, Act::SystemState, &[Role::SystemAdmin]).await?;
        let (jobs_waiting, oldest_due_at) = db::job::backlog(&mut tx, self.clock.now()).await?;
        let checkpoint = db::checkpoint::latest(&mut tx).await?;
        Ok(SystemState {
            version: env!("CARGO_PKG_VERSION"),
            database: self.db.engine(),
            objects: self.objects.kind(),
            census: db::usage::census(&mut tx).await?,
            jobs_waiting,
            oldest_due_at,
            jobs_dead: db::job::count_dead(&mut tx).await?,
            dead: db::job::dead(&mut tx, DEAD_SHOWN).await?,
            checkpoint: checkpoint.map(|checkpoint| (checkpoint.number, checkpoint.at)),
            checks: db::check_run::all(&mut tx).await?,
        })
    }

    /// Makes a job that was given up due again, with all its attempts.
    pub async fn retry_job(&self, actor: &Actor, job: JobId) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        self.gate_role(&mut tx, actor, Act::JobRetry, &[Role::SystemAdmin]).await?;
        let kind = db::job::revive(&mut tx, job, now).await?.ok_or(Code::NotFound)?;
        let record = Record::new(SYSTEM_CHAIN, now, actor.into(), Act::JobRetry).about(job.0);
        self.audit(&mut tx, record.detail(json!({ "kind": kind }))).await?;
        Ok(tx.commit().await?)
    }
}
