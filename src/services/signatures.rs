//! What is known of the signatures of papers, and judging a file for anybody without keeping it.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use kho_signature::report::Report;
use kho_signature::report::etsi::{Subject, to_etsi_xml};
use kho_signature::words::Language;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::db;
use crate::db::signature_report::SignatureReport;
use crate::domain::account::Actor;
use crate::domain::id::EntryId;
use crate::domain::policy::Act;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::Kho;
use crate::services::download::{Asked, Content};
use crate::services::examiner::{Examined, examine};
use crate::services::gate::Target;
use crate::services::judging::seal_purpose;

/// Files of strangers held and judged at a time on a node: they never keep the papers of the vaults waiting.
static COUNTER: Semaphore = Semaphore::const_new(3);
/// How long a stranger's file waits for its turn.
const TURN: Duration = Duration::from_secs(20);
/// Addresses remembered at the most before those that have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

/// A version and what is known of its signatures.
pub struct Signatures {
    pub version: db::version::Version,
    /// None where its format can hold none.
    pub row: Option<SignatureReport>,
    pub report: Option<Report>,
}

/// What was found in a stranger's file.
pub struct Verified {
    pub report: Report,
    pub judged_at: DateTime<Utc>,
    /// The name of the rules that it was judged by.
    pub policy: String,
}

/// How often each address may have files judged.
#[derive(Clone)]
pub struct Turnstile(Arc<DefaultKeyedRateLimiter<IpAddr>>);

impl Turnstile {
    pub fn new(per_minute: u32) -> Self {
        let quota = Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
        Self(Arc::new(RateLimiter::keyed(quota)))
    }

    /// Whether an address may pass now. A network of IPv6 is one address: whoever has one has all of it.
    pub(super) fn lets_pass(&self, address: IpAddr) -> bool {
        let address = match address {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6((u128::from(address) & !u128::from(u64::MAX)).into()),
        };
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        self.0.check_key(&address).is_ok()
    }
}

impl Kho {
    /// What is known of the signatures of a document, or of one of its versions; for whoever may see the document.
    pub async fn view_signatures(
        &self,
        actor: &Actor,
        id: EntryId,
        number: Option<i32>,
    ) -> Result<Signatures> {
        self.signatures(actor, Act::EntryView, id, number).await
    }

    /// The report in the form of ETSI TS 119 102-2, for whoever may have the file too: it names signers as their certificates do.
    pub async fn export_signatures(
        &self,
        actor: &Actor,
        id: EntryId,
        number: Option<i32>,
        language: Language,
    ) -> Result<String> {
        let Signatures { version, row, report } =
            self.signatures(actor, Act::DocumentDownload, id, number).await?;
        let (Some(row), Some(report)) = (row, report) else { return Err(Code::NoSignature.into()) };
        let subject = Subject {
            name: &version.file_name,
            sha256: version.sha256.as_slice().try_into().unwrap_or_default(),
            judged_at: row.judged_at.unwrap_or(version.created_at),
            policy: row.policy.as_deref().unwrap_or_default(),
            language,
        };
        to_etsi_xml(&report, &subject).ok_or_else(|| Code::NoSignature.into())
    }

    async fn signatures(
        &self,
        actor: &Actor,
        act: Act,
        id: EntryId,
        number: Option<i32>,
    ) -> Result<Signatures> {
        let mut tx = self.db.read().await?;
        let target = self.gate_anywhere(&mut tx, actor, act, id).await?;
        let version = version_of(&mut tx, &target, number).await?;
        let row = db::signature_report::get(&mut tx, version.id).await?;
        drop(tx);
        let sealed = row.as_ref().and_then(|row| row.sealed_report.as_ref());
        let report = match sealed {
            Some(sealed) => {
                let text = self.keyring.open_secret(&seal_purpose(version.id), sealed)?;
                let report = serde_json::from_slice(&text);
                Some(report.map_err(|error| Problem::new(Code::Internal).caused_by(error))?)
            }
            None => None,
        };
        Ok(Signatures { version, row, report })
    }

    /// Has a version judged again, by what is known now.
    pub async fn ask_judging(&self, actor: &Actor, id: EntryId, number: Option<i32>) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let target = self.gate_for_change(&mut tx, actor, Act::SignatureJudge, id).await?;
        let version = version_of(&mut tx, &target, number).await?;
        if self.may_be_signed(&version.media_type) {
            self.enqueue_judging(&mut tx, version.id).await?;
        }
        let record = target.record(self, actor, Act::SignatureJudge).version(version.id);
        self.audit(&mut tx, record).await?;
        Ok(tx.commit().await?)
    }

    /// The bytes of a version up to where the revision ends that its signature number `place` (from 1) signs, and how many.
    pub async fn open_signed_revision(
        &self,
        actor: &Actor,
        id: EntryId,
        number: Option<i32>,
        place: usize,
    ) -> Result<(Content, u64)> {
        let signatures = self.view_signatures(actor, id, number).await?;
        let signature = signatures
            .report
            .as_ref()
            .and_then(|report| report.signatures.get(place.checked_sub(1)?))
            .ok_or(Code::NotFound)?;
        let end = signature.signed_bytes.ok_or(Code::NotFound)?;
        let content = self.open_content(actor, id, Some(signatures.version.number), Asked::Whole).await?;
        Ok((content, end.min(signatures.version.size_bytes as u64)))
    }

    /// Judges a file for anybody. Nothing of it is kept, and nothing is fetched for it.
    pub async fn verify_file(&self, file: Bytes, content: Option<Bytes>) -> Result<Verified> {
        if file.is_empty() {
            return Err(Code::EmptyFile.into());
        }
        let mut tx = self.db.read().await?;
        let context = self.judgement(&mut tx, Vec::new()).await?.context;
        drop(tx);
        let file = stream::iter([Ok(file)]);
        match examine(&self.confined, &context, self.policy.text.as_deref(), content, file).await? {
            Examined::Report(report) => {
                Ok(Verified { report, judged_at: context.at, policy: context.policy.name })
            }
            Examined::Unreadable => Err(Code::FileUnreadable.into()),
        }
    }

    /// A stranger's turn to have a file judged, before the file is read: an address has so many a minute, and a node only reads
    /// so many files at once.
    pub async fn take_turn(&self, address: IpAddr) -> Result<SemaphorePermit<'static>> {
        if !self.turnstile.lets_pass(address) {
            return Err(Code::TooManyAttempts.into());
        }
        let turn = tokio::time::timeout(TURN, COUNTER.acquire()).await;
        let turn = turn.map_err(|_| Problem::new(Code::TooManyAttempts))?;
        turn.map_err(|error| Problem::new(Code::Internal).caused_by(error))
    }
}

/// The version of that number, or the current one.
async fn version_of(tx: &mut db::Tx, target: &Target, number: Option<i32>) -> Result<db::version::Version> {
    let current = target.entry.expect_document()?;
    let version = match number {
        None => db::version::get(tx, current).await?,
        Some(number) => db::version::by_number(tx, target.entry.id, number).await?,
    };
    version.ok_or_else(|| Code::NotFound.into())
}
