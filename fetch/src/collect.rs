use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::deliver::Undelivered;
use crate::fetcher::{Fetcher, parse};
use crate::http::Question;
use crate::outcome::{Fault, Refusal, Trouble};
use crate::target::Target;

/// A file that another system keeps ready.
#[derive(Debug, Clone)]
pub struct Collection {
    pub url: String,
    /// More than this is not taken.
    pub most_bytes: u64,
    /// From the connection to the last byte.
    pub limit: Duration,
}

impl Fetcher {
    /// Fetches a file and hands it on in pieces, as they come and no faster than they are taken. Only from places that an administrator
    /// names; no redirect is followed. Done once all of it is handed on.
    pub async fn collect(
        &self,
        collection: &Collection,
        pieces: mpsc::Sender<Bytes>,
    ) -> Result<(), Undelivered> {
        let target = self.source(&collection.url).map_err(Trouble::from)?;
        let most_bytes = usize::try_from(collection.most_bytes).unwrap_or(usize::MAX);
        let question = Question::collection(pieces, most_bytes);
        let asked = question.ask(&target, &self.limits, self.tls.as_ref());
        match tokio::time::timeout(collection.limit, asked).await {
            Ok(answer) => answer.map(drop).map_err(Undelivered::from),
            Err(_) => Err(Undelivered::Failed(Fault::Slow)),
        }
    }

    /// Whether a file may be fetched from this address, as far as can be said without looking its name up.
    pub fn may_collect(&self, url: &str) -> Result<(), Refusal> {
        self.source(url).map(drop)
    }

    fn source(&self, url: &str) -> Result<Target, Refusal> {
        let target = Target::of(&parse(url)?, &self.allow)?;
        if target.is_allowed { Ok(target) } else { Err(Refusal::Unnamed(target.place.host.to_string())) }
    }
}
