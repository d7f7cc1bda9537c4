//! The feed of changes: everything that happened, once, in order.

use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use serde_json::Value;

use crate::session::{Message, Session};

/// How often it is asked while nothing new comes.
const PAUSE: Duration = Duration::from_secs(5);

#[derive(Args)]
pub struct ChangesCommand {
    /// Where it is kept how far was read.
    #[arg(long, value_name = "FILE", default_value = "one-stop.after")]
    mark: PathBuf,
    /// Begins after this number in place of the mark.
    #[arg(long)]
    after: Option<u64>,
    /// Goes on for ever.
    #[arg(long)]
    follow: bool,
}

impl ChangesCommand {
    pub fn run(&self, session: &mut Session) -> anyhow::Result<()> {
        let mut after = match self.after {
            Some(after) => after,
            None if self.mark.exists() => std::fs::read_to_string(&self.mark)?.trim().parse()?,
            None => 0,
        };
        loop {
            let path = format!("/integration/v1/changes?after={after}&limit=100");
            let page = session.exchange(&Message::get(path))?.taken()?;
            let items = page.get("items").and_then(Value::as_array).context("a page without items")?;
            println!("< 200 {} events", items.len());
            for item in items {
                println!("{item}");
            }
            // Only now: who stops between two pages reads the second again, and loses nothing.
            after = page.get("next_after").and_then(Value::as_u64).context("a page without its end")?;
            std::fs::write(&self.mark, after.to_string())?;
            if items.is_empty() {
                if !self.follow {
                    return Ok(());
                }
                sleep(PAUSE);
            }
        }
    }
}
