//! The hidden command in which the signatures of one file are judged.

use std::io::Write;
use std::process::ExitCode;

use kho::services::examiner::{UNREADABLE, answer};

use super::Failure;
use super::confine::confine;

/// Seconds that judging may compute.
const COMPUTING_SECONDS: u64 = 30;
/// All memory of the process, in bytes: the largest file, what its streams hold, the lists at hand.
const MEMORY_BYTES: u64 = 2 << 30;

/// Answers the question on standard input.
pub fn run() -> Result<ExitCode, Failure> {
    confine(COMPUTING_SECONDS, MEMORY_BYTES)?;
    match answer(&mut std::io::stdin().lock())? {
        Some(answer) => {
            std::io::stdout().lock().write_all(&answer)?;
            Ok(ExitCode::SUCCESS)
        }
        None => Ok(ExitCode::from(UNREADABLE)),
    }
}
