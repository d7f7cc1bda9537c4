//! Judging the signatures of papers: a job after a version was added, and again whenever the verdict could be another.
//!
//! The report is kept with the version, and with it all evidence that is not in the file itself, each since when it is kept: the same
//! question, asked in ten years, has the same answer. A version's own age is evidence too: the vault has held it since it was added.

use chrono::{DateTime, TimeDelta, Utc};
use kho_fetch::Inquiry;
use kho_mapping::trust::Evidence;
use kho_signature::Context;
use kho_signature::evidence::Origin;
use kho_signature::report::{Conclusion, Kind, Report};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::content::sniff::Format;
use crate::crypto::sha256::sha256;
use crate::db::signature_report::SignatureReport;
use crate::db::{self, Tx};
use crate::domain::audit::{Record, Who};
use crate::domain::id::{JobId, VersionId};
use crate::domain::job::JobKind;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::download::BlobSource;
use crate::services::examiner::{Examined, examine};
use crate::services::trust_levels::Witness;
use crate::services::trust_store::Judgement;

/// Larger files are not judged: the process that judges holds them in memory.
pub const LARGEST_BYTES: i64 = 256 << 20;
/// Files judged at a time on a node: what one costs in memory is the most that all cost.
static DESK: Semaphore = Semaphore::const_new(1);
/// Versions queued at a time for being judged again.
const BATCH: i64 = 1_000;

/// How judging a file ended.
enum Outcome {
    Judged(Report),
    Unsigned,
    Unreadable,
    TooLarge,
}

impl Outcome {
    fn state(&self) -> &'static str {
        match self {
            Outcome::Judged(_) => "judged",
            Outcome::Unsigned => "unsigned",
            Outcome::Unreadable => "unreadable",
            Outcome::TooLarge => "too_large",
        }
    }

    fn report(&self) -> Option<&Report> {
        match self {
            Outcome::Judged(report) => Some(report),
            _ => None,
        }
    }
}

/// Binds a sealed report to its version, so that it opens for no other.
pub(super) fn seal_purpose(version: VersionId) -> String {
    format!("signature report {version}")
}

impl Kho {
    /// Whether files of this media type can hold signatures.
    pub(super) fn may_be_signed(&self, media_type: &str) -> bool {
        let known = self.file_types.iter().find(|known| known.media == media_type);
        known.is_some_and(|known| {
            use Format::{AsicE, AsicS, Cms, Docx, Pdf, Pptx, Xlsx, Xml};
            matches!(known.format, Pdf | Cms | Xml | AsicE | AsicS | Docx | Xlsx | Pptx)
        })
    }

    /// Has a new version judged, in the transaction that adds it.
    pub(super) async fn expect_judging(&self, tx: &mut Tx, version: &db::version::Version) -> Result<()> {
        if !self.may_be_signed(&version.media_type) {
            return Ok(());
        }
        db::signature_report::expect(tx, version.id, version.vault_id).await?;
        self.enqueue_judging(tx, version.id).await
    }

    pub(super) async fn enqueue_judging(&self, tx: &mut Tx, version: VersionId) -> Result<()> {
        let (now, kind) = (self.clock.now(), JobKind::JudgeSignatures);
        let key = format!("{}:{version}", kind.as_str());
        let payload = json!({ "version": version });
        Ok(db::job::enqueue(tx, JobId::new(now), kind, Some(&key), &payload, now).await?)
    }

    /// Judges the signatures of a version: the work of [`JobKind::JudgeSignatures`].
    pub async fn judge_signatures(&self, id: VersionId) -> Result<()> {
        let mut tx = self.db.read().await?;
        let Some(version) = db::version::get(&mut tx, id).await? else { return Ok(()) };
        let kept = db::evidence::of_version(&mut tx, id).await?;
        let mut judgement = self.judgement(&mut tx, kept).await?;
        judgement.context.held_since = Some(version.created_at);
        let source = self.blob_source(&mut tx, version.blob_id).await;
        drop(tx);
        let mut inquiry = Inquiry::default();
        let outcome = loop {
            let outcome = self.judge_version(&version, &source, &judgement.context).await?;
            let Some(report) = outcome.report() else { break outcome };
            let mut found = false;
            while !found {
                // Where no responder answers, lists are asked for next.
                let wants = inquiry.next(report);
                if wants.is_empty() {
                    break;
                }
                found = self.fetch_evidence(&wants, &mut judgement.context).await?;
            }
            if !found {
                break outcome;
            }
        };
        self.keep_report(&version, &judgement, &outcome).await
    }

    async fn judge_version(
        &self,
        version: &db::version::Version,
        source: &Result<BlobSource>,
        context: &Context,
    ) -> Result<Outcome> {
        if version.size_bytes > LARGEST_BYTES {
            return Ok(Outcome::TooLarge);
        }
        let file = match source {
            Ok(source) => source.stream(0..version.size_bytes as u64),
            Err(problem) if problem.code == Code::ContentDamaged => return Ok(Outcome::Unreadable),
            Err(problem) => return Err(problem.code.into()),
        };
        let _desk = DESK.acquire().await.map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
        match examine(&self.confined, context, self.policy.text.as_deref(), None, file).await {
            Ok(Examined::Report(report)) if report.signatures.is_empty() && report.findings.is_empty() => {
                Ok(Outcome::Unsigned)
            }
            Ok(Examined::Report(report)) => Ok(Outcome::Judged(report)),
            Ok(Examined::Unreadable) => Ok(Outcome::Unreadable),
            // Whoever downloads it is told.
            Err(problem) if problem.code == Code::ContentDamaged => Ok(Outcome::Unreadable),
            Err(problem) => Err(problem),
        }
    }

    /// Queues what is to be judged again by now: the work of [`JobKind::JudgeAgain`].
    pub async fn queue_judging(&self) -> Result<()> {
        loop {
            let now = self.clock.now();
            let mut tx = self.db.begin().await?;
            let versions = db::signature_report::due(&mut tx, now, BATCH).await?;
            if versions.is_empty() {
                return Ok(());
            }
            for version in &versions {
                self.enqueue_judging(&mut tx, *version).await?;
            }
            db::signature_report::postpone(&mut tx, &versions, now + TimeDelta::days(1)).await?;
            tx.commit().await?;
            if versions.len() < BATCH as usize {
                return Ok(());
            }
        }
    }

    async fn keep_report(
        &self,
        version: &db::version::Version,
        judgement: &Judgement,
        outcome: &Outcome,
    ) -> Result<()> {
        let now = self.clock.now();
        let report = outcome.report();
        let sealed = match report {
            Some(report) => {
                let text = serde_json::to_vec(report)
                    .map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
                Some(self.keyring.seal_secret(&seal_purpose(version.id), &text)?)
            }
            None => None,
        };
        let conclusion = report.and_then(Report::conclusion).map(Conclusion::as_str);
        let mut tx = self.db.begin().await?;
        db::vault::lock(&mut tx, version.vault_id).await?;
        // Meanwhile it may have been deleted for ever.
        let Some(entry) = db::entry::get(&mut tx, version.entry_id).await? else { return Ok(()) };
        if db::version::get(&mut tx, version.id).await?.is_none() {
            return Ok(());
        }
        let before = db::signature_report::get(&mut tx, version.id).await?;
        let mut row = SignatureReport {
            version_id: version.id,
            vault_id: version.vault_id,
            state: outcome.state().to_owned(),
            conclusion: conclusion.map(str::to_owned),
            signatures: report.map_or(0, |report| report.signatures.len() as i32),
            policy: Some(judgement.context.policy.name.clone()),
            judged_at: Some(judgement.context.at),
            judge_at: report.map(|report| next_judging(report, version.created_at, now)),
            sealed_report: sealed,
        };
        // Whether the issuer's signature holds speaks for the version, or does not any more.
        let is_issued = report.is_some_and(|report| is_issued(report, &judgement.authenticating));
        let witness = Witness { account: None, name: "Kho", agency: None, register: None };
        let witness = is_issued.then_some(witness);
        self.set_evidence(&mut tx, &entry, version.id, Evidence::Signed, witness).await?;
        if entry.current_version_id == Some(version.id) {
            db::entry::set_verdict(&mut tx, entry.id, conclusion).await?;
            if !self.settle_trust(&mut tx, &entry).await? {
                // In the trash nothing changes its level; it is looked at again until it is out, or gone.
                row.judge_at = Some(now + TimeDelta::days(1));
            }
        }
        db::signature_report::put(&mut tx, &row).await?;
        if let Some(report) = report {
            keep_evidence(&mut tx, version.id, &judgement.context, report).await?;
        }
        if report.is_some() && before.and_then(|before| before.conclusion).as_deref() != conclusion {
            let detail = json!({
                "conclusion": conclusion, "policy": row.policy, "signatures": row.signatures,
            });
            let record = Record::new(version.vault_id.0, now, Who::job("Kho"), Act::SignatureJudge);
            let record = record.on(entry.id, &entry.name).version(version.id).detail(detail);
            self.audit(&mut tx, record).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Whether a signature that holds is that of an issuer of papers, and the issuer signed all of the paper: an element that was signed apart, as in
/// XML, says nothing of what stands around it. Changes that were made later were judged one by one.
fn is_issued(report: &Report, authenticating: &[String]) -> bool {
    report.signatures.iter().any(|signature| {
        let holds = matches!(signature.conclusion, Conclusion::Valid | Conclusion::ValidWithLaterChanges);
        let of_all =
            signature.covers_whole_document || signature.conclusion == Conclusion::ValidWithLaterChanges;
        holds
            && of_all
            && signature.kind != Kind::DocumentTimestamp
            && signature.anchor().is_some_and(|anchor| authenticating.contains(&anchor.sha256))
    })
}

/// When a verdict could be another: what lacks evidence may get it within days, what is settled is only looked after.
fn next_judging(report: &Report, added_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let waits = report.conclusion() == Some(Conclusion::Indeterminate);
    now + match waits {
        true if now - added_at < TimeDelta::days(30) => TimeDelta::days(1),
        true => TimeDelta::days(30),
        false => TimeDelta::days(90),
    }
}

/// Keeps what the report rests on and the file does not hold: certificates of the store, lists and answers at hand.
async fn keep_evidence(tx: &mut Tx, version: VersionId, context: &Context, report: &Report) -> Result<()> {
    let from_outside = |origin: Origin| matches!(origin, Origin::Given | Origin::Kept | Origin::TrustStore);
    let evidence = || report.signatures.iter().map(|signature| &signature.evidence);
    let certificates = evidence().flat_map(|evidence| &evidence.certificates);
    let revocations = evidence().flat_map(|evidence| &evidence.revocations);
    let used = certificates
        .filter(|used| from_outside(used.origin))
        .map(|used| used.sha256.as_str())
        .chain(revocations.filter(|used| from_outside(used.origin)).map(|used| used.sha256.as_str()))
        .collect::<std::collections::HashSet<_>>();
    let anchors = context.anchors.iter().map(|anchor| ("certificate", anchor.certificate.der()));
    let pool = context.pool.iter().map(|certificate| ("certificate", certificate.der()));
    let crls = context.crls.iter().map(|der| ("crl", der.as_slice()));
    let ocsps = context.ocsps.iter().map(|der| ("ocsp", der.as_slice()));
    for (kind, der) in anchors.chain(pool).chain(crls).chain(ocsps) {
        let digest = sha256(der);
        if used.contains(data_encoding::HEXLOWER.encode(&digest).as_str()) {
            db::evidence::keep(tx, &digest, kind, der, None, context.at).await?;
            db::evidence::rest_on(tx, version, &digest, context.at).await?;
        }
    }
    Ok(())
}
