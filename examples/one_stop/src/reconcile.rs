//! The end of the day: do both sides hold the same?

use std::path::Path;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use ureq::http::Method;

use crate::journal::{day_of, held, now};
use crate::push::Push;
use crate::session::{Message, Session};

#[derive(Args)]
pub struct ReconcileCommand {
    /// The day, in Viet Nam; today if absent.
    day: Option<NaiveDate>,
    /// Sends once more what Kho lacks or holds otherwise.
    #[arg(long)]
    send_again: bool,
}

#[derive(Deserialize)]
struct Held {
    kind: String,
    key: String,
    sha256: Option<String>,
}

#[derive(Deserialize)]
struct Differences {
    missing_here: Vec<Held>,
    missing_there: Vec<Held>,
    different: Vec<Held>,
}

impl Differences {
    fn is_empty(&self) -> bool {
        self.missing_here.is_empty() && self.missing_there.is_empty() && self.different.is_empty()
    }

    fn print(&self) {
        let kinds = [
            ("Kho lacks", &self.missing_here),
            ("only Kho has", &self.missing_there),
            ("Kho holds otherwise", &self.different),
        ];
        for (what, items) in kinds {
            for Held { kind, key, sha256 } in items {
                println!("{what}: {kind} {key} {}", sha256.as_deref().unwrap_or("-"));
            }
        }
    }
}

impl ReconcileCommand {
    pub fn run(&self, session: &mut Session, journal: &Path) -> anyhow::Result<ExitCode> {
        let day = self.day.unwrap_or_else(|| day_of(now()));
        let ours = held(journal, day)?;
        let mut found = compare(session, day, &ours)?;
        if self.send_again && !(found.missing_here.is_empty() && found.different.is_empty()) {
            found.print();
            for lacking in found.missing_here.iter().chain(&found.different) {
                if let Some(push) =
                    ours.iter().find(|push| push.kind == lacking.kind && push.key == lacking.key)
                {
                    push.send(session, journal)?;
                }
            }
            found = compare(session, day, &held(journal, day)?)?;
        }
        found.print();
        if !found.is_empty() {
            return Ok(ExitCode::FAILURE);
        }
        println!("{day}: both sides hold the same {} things", ours.len());
        Ok(ExitCode::SUCCESS)
    }
}

fn compare(session: &mut Session, day: NaiveDate, ours: &[Push]) -> anyhow::Result<Differences> {
    let item = |push: &Push| json!({ "kind": push.kind, "key": push.key, "sha256": push.sha256 });
    let list = json!({ "items": ours.iter().map(item).collect::<Vec<Value>>() });
    let path = format!("/integration/v1/reconciliation/{day}");
    let answer = session.send(&Message::json(Method::POST, path, &list))?.taken()?;
    Ok(serde_json::from_value(answer)?)
}
