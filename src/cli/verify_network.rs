//! What `kho verify` asks the network for, once for all files.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use kho_fetch::{Allow, Fault, Fetched, Fetcher, Inquiry, Limits, Outcome, Place};
use kho_signature::{Context, Report, Unreadable, Want, verify};
use tokio::runtime::Runtime;

use super::Failure;

pub struct Network {
    runtime: Runtime,
    fetcher: Fetcher,
    /// What became of everything that was asked for, by its address.
    fetched: Mutex<HashMap<String, Vec<Fetched>>>,
}

impl Network {
    pub fn new(allowed: &[Place]) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let allow: Allow = allowed.iter().cloned().collect();
        Ok(Self { runtime, fetcher: Fetcher::new(Limits::default(), allow), fetched: Mutex::default() })
    }

    /// Judges a file, asks for what its verdict lacks, and judges it again with the answers.
    pub fn verify(&self, bytes: &[u8], context: &Context) -> Result<Report, Unreadable> {
        let mut report = verify(bytes, context)?;
        let mut inquiry = Inquiry::default();
        let mut context = Cow::Borrowed(context);
        loop {
            let wants = inquiry.next(&report);
            if wants.is_empty() {
                return Ok(report);
            }
            let fetched = self.fetch(&wants);
            if fetched.iter().any(|one| matches!(one.outcome, Outcome::Answer(_))) {
                fetched.iter().for_each(|one| one.lay_before(context.to_mut()));
                report = verify(bytes, &context)?;
            }
        }
    }

    fn fetch(&self, wants: &[Want]) -> Vec<Fetched> {
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for want in wants {
            match self.known(want) {
                Some(outcome) => found.push(Fetched { want: want.clone(), outcome }),
                None => missing.push(want.clone()),
            }
        }
        let fetched = self.runtime.block_on(self.fetcher.evidence(&missing));
        fetched.iter().for_each(complain);
        let mut known = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        for one in &fetched {
            known.entry(one.want.url.clone()).or_default().push(one.clone());
        }
        found.extend(fetched);
        found
    }

    /// What is known without asking. Where nobody answered, nobody is asked again.
    fn known(&self, want: &Want) -> Option<Outcome> {
        use Fault::{Connection, Name, Slow, Tls};
        let known = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        let same = known.get(&want.url)?.iter().find(|one| {
            one.want.is_met_with(want)
                || matches!(one.outcome, Outcome::Failed(Connection | Name(_) | Slow | Tls))
        });
        same.map(|one| one.outcome.clone())
    }
}

/// An operator sees beside the reports what could not be had.
fn complain(fetched: &Fetched) {
    let url = &fetched.want.url;
    match &fetched.outcome {
        Outcome::Answer(_) => {}
        Outcome::Refused(reason) => eprintln!("{url}: not asked: {reason}"),
        Outcome::Failed(reason) => eprintln!("{url}: {reason}"),
    }
}
