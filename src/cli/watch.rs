//! What a check of the whole store shows on the terminal while it runs, and how it ends.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use kho::services::check::{Finding, Tally, Watcher};

use super::Failure;

/// Prints findings to standard output, one a line, and a bar to standard error where that is a terminal.
pub struct Printer {
    json: bool,
    bar: Option<ProgressBar>,
}

impl Printer {
    pub fn new(json: bool) -> Self {
        let bar = std::io::stderr().is_terminal().then(ProgressBar::no_length);
        Self { json, bar }
    }

    /// Prints the sum of a check; the exit code says whether anything is left to look at.
    pub fn end(self, tally: Tally) -> Result<ExitCode, Failure> {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let Tally { checked, findings, repaired } = tally;
        if self.json {
            println!("{}", serde_json::json!({ "summary": tally }));
        } else if findings == 0 {
            println!("{checked} checked, nothing found");
        } else {
            println!("{checked} checked, {findings} findings, {repaired} of them repaired");
        }
        Ok(if tally.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }

    fn print(&self, finding: &Finding) {
        let line =
            if self.json { serde_json::to_string(finding).unwrap_or_default() } else { finding.to_string() };
        // A reader that went away (a closed pipe) does not stop the check.
        let _ = writeln!(std::io::stdout(), "{line}");
    }
}

impl Watcher for Printer {
    fn begins(&mut self, part: &'static str, total: Option<u64>) {
        let Some(bar) = &self.bar else { return };
        bar.reset();
        bar.set_length(total.unwrap_or(0));
        if let Ok(style) = ProgressStyle::with_template("{msg:>12} {wide_bar} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        bar.set_message(part);
    }

    fn advances(&mut self, steps: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(steps);
        }
    }

    fn finds(&mut self, finding: &Finding) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.print(finding)),
            None => self.print(finding),
        }
    }
}
