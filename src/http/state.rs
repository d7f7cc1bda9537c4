//! How the deployment does, for system administrators.

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::Caller;
use crate::db::check_run::CheckRun;
use crate::db::job::DeadJob;
use crate::domain::id::JobId;
use crate::domain::problem::Result;
use crate::services::Kho;
use crate::services::state::SystemState;

/// How the deployment does. It names no person and no paper.
#[derive(Serialize, ToSchema)]
pub struct StateBody {
    /// Version of the program that answered.
    #[schema(example = "0.1.0")]
    pub version: String,
    /// What keeps the rows: `sqlite` or `postgres`.
    #[schema(example = "postgres")]
    pub database: String,
    /// What keeps the bytes: `files` or `s3`.
    #[schema(example = "s3")]
    pub objects: String,
    /// Vaults of people and organisations.
    #[schema(example = 12_500)]
    pub vaults: i64,
    /// Accounts of people and programs.
    #[schema(example = 12_480)]
    pub accounts: i64,
    /// Documents that are in no trash.
    #[schema(example = 1_000_000)]
    pub documents: i64,
    /// Background work.
    pub jobs: JobsBody,
    /// The last signed checkpoint over the audit chains; none before the first.
    pub last_checkpoint: Option<CheckpointBody>,
    /// The last run of each check of the whole store.
    pub checks: Vec<CheckBody>,
}

/// Background work of the whole deployment.
#[derive(Serialize, ToSchema)]
pub struct JobsBody {
    /// Work that is due and that no node is doing.
    #[schema(example = 3)]
    pub waiting: i64,
    /// Since when the oldest of it has been due; none while nothing waits.
    pub oldest_due_at: Option<DateTime<Utc>>,
    /// Work that was given up after too many failures.
    #[schema(example = 1)]
    pub dead: i64,
    /// The first hundred of those given up, the longest ago first.
    pub dead_letters: Vec<DeadJobBody>,
}

/// Work that was given up and waits for an administrator.
#[derive(Serialize, ToSchema)]
pub struct DeadJobBody {
    pub id: JobId,
    /// Kind of work.
    #[schema(example = "extract_text")]
    pub kind: String,
    /// How often it was tried.
    #[schema(example = 12)]
    pub attempts: i32,
    /// Code of the problem that ended the last attempt.
    #[schema(example = "storage_unavailable")]
    pub last_error: String,
    /// When it was given up.
    pub since: DateTime<Utc>,
}

/// A signed statement of where the audit chains stood.
#[derive(Serialize, ToSchema)]
pub struct CheckpointBody {
    /// Its number, from 1 without gaps.
    #[schema(example = 812)]
    pub number: i64,
    /// When it was signed.
    pub at: DateTime<Utc>,
}

/// How a check of the whole store ended.
#[derive(Serialize, ToSchema)]
pub struct CheckBody {
    /// `fsck` compares rows and objects, `audit_verify` recomputes the audit chains.
    #[schema(example = "fsck")]
    pub kind: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// Rows and objects that it looked at.
    #[schema(example = 2_100_000)]
    pub checked: i64,
    /// What it found and could not mend; 0 is well.
    #[schema(example = 0)]
    pub findings: i64,
}

impl From<SystemState> for StateBody {
    fn from(state: SystemState) -> Self {
        Self {
            version: state.version.to_owned(),
            database: state.database.to_owned(),
            objects: state.objects.to_owned(),
            vaults: state.census.vaults,
            accounts: state.census.accounts,
            documents: state.census.documents,
            jobs: JobsBody {
                waiting: state.jobs_waiting,
                oldest_due_at: state.oldest_due_at,
                dead: state.jobs_dead,
                dead_letters: state.dead.into_iter().map(DeadJobBody::from).collect(),
            },
            last_checkpoint: state.checkpoint.map(|(number, at)| CheckpointBody { number, at }),
            checks: state.checks.into_iter().map(CheckBody::from).collect(),
        }
    }
}

impl From<DeadJob> for DeadJobBody {
    fn from(job: DeadJob) -> Self {
        Self {
            id: job.id,
            kind: job.kind,
            attempts: job.attempts,
            last_error: job.last_error,
            since: job.dead_at,
        }
    }
}

impl From<CheckRun> for CheckBody {
    fn from(run: CheckRun) -> Self {
        Self {
            kind: run.kind,
            started_at: run.started_at,
            ended_at: run.ended_at,
            checked: run.checked,
            findings: run.findings,
        }
    }
}

/// How the deployment does
///
/// Version, back ends, counts, background work, the last checkpoint and checks. For system administrators.
#[utoipa::path(tag = "admin", responses((status = 200, description = "How it does now", body = StateBody)))]
#[get("/admin/state")]
pub async fn view_state(kho: web::Data<Kho>, caller: Caller) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(StateBody::from(kho.system_state(&caller.0).await?)))
}

/// Try given-up work again
///
/// It is due at once and has all its attempts again. Work that was not given up is not found. For system administrators.
#[utoipa::path(tag = "admin", params(("job" = JobId, Path, description = "A job that was given up")),
    responses((status = 204, description = "It is due again")))]
#[post("/admin/jobs/{job}/retry")]
pub async fn retry_job(kho: web::Data<Kho>, caller: Caller, job: web::Path<JobId>) -> Result<HttpResponse> {
    kho.retry_job(&caller.0, *job).await?;
    Ok(HttpResponse::NoContent().finish())
}
