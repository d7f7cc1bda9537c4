//! Background work: a row written by the act that needs it, leased by any node, run at least once.
//!
//! May use `services`. To add a kind: a line in `domain::job`, and an arm in [`run`] that calls the service which does the work. A job is
//! idempotent, because a node that dies while running it leaves it to another.

mod worker;

pub use worker::{Worker, run_due};

use serde_json::Value;

use crate::domain::job::JobKind;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;

/// Does one piece of work.
async fn run(kho: &Kho, kind: JobKind, payload: &Value) -> Result<()> {
    match kind {
        JobKind::ExtractText => kho.index_version(read(payload, "version")?).await,
        JobKind::MakeThumbnail => {
            kho.make_thumbnail(read(payload, "version")?, payload["again"] == true).await
        }
        JobKind::JudgeSignatures => kho.judge_signatures(read(payload, "version")?).await,
        JobKind::JudgeAgain => kho.queue_judging().await,
        JobKind::RemoveBlob => kho.remove_blobs(read(payload, "blobs")?).await,
        JobKind::PurgeEntry => kho.continue_purge(read(payload, "entry")?).await,
        JobKind::PlanPurge => kho.plan_purge().await,
        JobKind::SendMail => kho.send_letter(payload).await,
        JobKind::SweepUploads => kho.sweep_uploads().await,
        JobKind::SweepObjects => kho.sweep_objects(None).await.map(drop),
        JobKind::ExpireRows => kho.expire_rows().await,
        JobKind::Remind => kho.remind_of_expiry().await,
        JobKind::MailNotices => kho.mail_notices().await,
        JobKind::DeliverWebhooks => kho.deliver_webhooks().await,
        JobKind::FetchPapers => kho.fetch_papers().await,
        JobKind::SignCheckpoint => kho.sign_checkpoints().await.map(drop),
    }
}

/// A field of a job's payload.
fn read<T: serde::de::DeserializeOwned>(payload: &Value, field: &str) -> Result<T> {
    let value = payload.get(field).cloned().unwrap_or_default();
    serde_json::from_value(value).map_err(|error| Problem::new(Code::Internal).caused_by(error))
}
