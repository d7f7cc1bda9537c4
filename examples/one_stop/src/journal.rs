//! What this system pushed, in a file of JSON lines. A real system has it in its own database, in the transaction of what it did.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::push::Push;

/// Kind and key.
pub type Id = (String, String);

/// What became of a push.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// It goes out: from now on it may have been taken.
    Sent(Push),
    /// Kho has it.
    Taken(Id),
    /// Kho has it not.
    Refused(Id),
}

#[derive(Serialize, Deserialize)]
struct Line {
    at: DateTime<Utc>,
    #[serde(flatten)]
    step: Step,
}

/// The only clock of this program.
#[expect(clippy::disallowed_methods, reason = "it plays another system, which has the time of its machine")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Days are those of Viet Nam, for both sides.
pub fn day_of(time: DateTime<Utc>) -> NaiveDate {
    let hours = FixedOffset::east_opt(7 * 3600);
    hours.map_or_else(|| time.date_naive(), |zone| time.with_timezone(&zone).date_naive())
}

pub struct Journal(File);

impl Journal {
    pub fn open(file: &Path) -> anyhow::Result<Self> {
        let opened = OpenOptions::new().append(true).create(true).open(file);
        Ok(Self(opened.with_context(|| format!("opening {}", file.display()))?))
    }

    /// Kept before anything else is done.
    pub fn note(&mut self, step: Step) -> anyhow::Result<()> {
        let line = serde_json::to_string(&Line { at: now(), step })?;
        self.0.write_all(format!("{line}\n").as_bytes())?;
        Ok(self.0.sync_data()?)
    }
}

#[derive(Default)]
struct Known {
    day: NaiveDate,
    taken: Option<Push>,
    /// Sent, and not answered.
    open: Option<Push>,
}

/// What was first pushed on a day, as this system believes that Kho holds it now.
pub fn held(file: &Path, day: NaiveDate) -> anyhow::Result<Vec<Push>> {
    if !file.exists() {
        return Ok(Vec::new());
    }
    let mut known = BTreeMap::<Id, Known>::new();
    for line in std::fs::read_to_string(file)?.lines() {
        // A machine that died in the middle of a line had sent nothing of it.
        let Ok(Line { at, step }) = serde_json::from_str(line) else { continue };
        match step {
            Step::Sent(push) => {
                let id = (push.kind.clone(), push.key.clone());
                let known = known.entry(id).or_insert_with(|| Known { day: day_of(at), ..Known::default() });
                known.open = Some(push);
            }
            Step::Taken(id) => {
                if let Some(known) = known.get_mut(&id) {
                    known.taken = known.open.take();
                }
            }
            Step::Refused(id) => {
                if let Some(known) = known.get_mut(&id) {
                    known.open = None;
                }
            }
        }
    }
    let of_day = known.into_values().filter(|known| known.day == day);
    Ok(of_day.filter_map(|known| known.open.or(known.taken)).collect())
}
