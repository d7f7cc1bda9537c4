//! Fetching what a conclusion about a signature lacks, for the job that judges papers: never while somebody waits, never for a stranger's file.
//!
//! What authorities publish for everybody – lists, certificates of issuers – is fetched once an hour for all papers. A host that doesn't answer is
//! left alone for a while, so that a thousand papers of one authority don't wait for it one by one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use kho_fetch::{Allow, Fetched, Fetcher, Limits, Outcome, Place, PlaceError};
use kho_signature::{Context, Want, WantKind};

use crate::crypto::sha256::sha256;
use crate::db;
use crate::domain::problem::Result;
use crate::services::Kho;

/// What was fetched within this time serves other papers too.
const SHARED: TimeDelta = TimeDelta::hours(1);
/// How long a place is left alone that didn't answer, and how many such places are remembered.
const SILENCE: TimeDelta = TimeDelta::minutes(10);
const REMEMBERED: usize = 1_000;

/// Who goes to the network; nobody, where that is switched off.
#[derive(Clone, Default)]
pub struct Courier(Option<Arc<Route>>);

struct Route {
    fetcher: Fetcher,
    /// Addresses that didn't answer, and until when they are left alone.
    silent: Mutex<HashMap<String, DateTime<Utc>>>,
}

impl Courier {
    /// May ask the public network, and beside it the places that are named (`HOST:PORT`).
    pub fn new(allowed: &[String]) -> Result<Self, PlaceError> {
        let allow = allowed.iter().map(|place| place.parse::<Place>()).collect::<Result<Allow, _>>()?;
        // A job waits for it, not a person; the next judging tries again.
        let limits = Limits {
            question: Duration::from_secs(15),
            evidence: Duration::from_secs(30),
            ..Limits::default()
        };
        let route = Route { fetcher: Fetcher::new(limits, allow), silent: Mutex::default() };
        Ok(Self(Some(Arc::new(route))))
    }
}

impl Route {
    fn is_silent(&self, want: &Want, now: DateTime<Utc>) -> bool {
        let silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        silent.get(&want.url).is_some_and(|until| now < *until)
    }

    fn note(&self, fetched: &[Fetched], now: DateTime<Utc>) {
        let mut silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        silent.retain(|_, until| now < *until);
        for one in fetched.iter().filter(|one| matches!(one.outcome, Outcome::Failed(_))) {
            if silent.len() < REMEMBERED {
                silent.insert(one.want.url.clone(), now + SILENCE);
            }
        }
    }
}

impl Kho {
    /// Gets what is wanted for one file and lays it before the next judgement; answers whether there was anything.
    pub(super) async fn fetch_evidence(&self, wants: &[Want], context: &mut Context) -> Result<bool> {
        let Some(route) = &self.courier.0 else { return Ok(false) };
        let now = self.clock.now();
        let mut found = Vec::new();
        let mut missing = Vec::new();
        let mut tx = self.db.read().await?;
        for want in wants.iter().filter(|want| !route.is_silent(want, now)) {
            // An answer about one certificate serves no other.
            let shared = match want.kind {
                WantKind::Ocsp => None,
                _ => db::evidence::fetched_since(&mut tx, &want.url, now - SHARED).await?,
            };
            match shared {
                Some(der) => found.push(Fetched { want: want.clone(), outcome: Outcome::Answer(der) }),
                None => missing.push(want.clone()),
            }
        }
        drop(tx);
        let fetched = route.fetcher.evidence(&missing).await;
        route.note(&fetched, now);
        self.keep_fetched(&fetched, now).await?;
        found.extend(fetched);
        found.iter().for_each(|one| one.lay_before(context));
        Ok(found.iter().any(|one| matches!(one.outcome, Outcome::Answer(_))))
    }

    async fn keep_fetched(&self, fetched: &[Fetched], now: DateTime<Utc>) -> Result<()> {
        let mut tx = self.db.begin().await?;
        for one in fetched {
            let host = one.want.url.split('/').nth(2).unwrap_or_default();
            let der = match &one.outcome {
                Outcome::Answer(der) => der,
                Outcome::Refused(reason) => {
                    tracing::info!(host, %reason, "evidence was not asked for");
                    continue;
                }
                Outcome::Failed(fault) => {
                    tracing::info!(host, reason = %fault, "evidence could not be fetched");
                    continue;
                }
            };
            let kind = match one.want.kind {
                WantKind::Ocsp => "ocsp",
                WantKind::Crl => "crl",
                WantKind::Issuer => "certificate",
            };
            db::evidence::keep(&mut tx, &sha256(der), kind, der, Some(&one.want.url), now).await?;
        }
        Ok(tx.commit().await?)
    }
}
