//! This program run once more, as a hidden command, for files that a stranger sent.
//!
//! Such a file can make a reader loop, take all memory, or overflow its stack, which no thread survives. The process gets the file through a pipe
//! and nothing else, gives up all that it could open, bounds its own time and memory (`cli::confine`), and answers or ends without. Nothing
//! of it lasts longer than one file.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use futures::{Stream, TryStreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use crate::domain::problem::{Code, Problem, Result};

/// The program that is run.
#[derive(Clone, Debug)]
pub struct Confined {
    program: PathBuf,
}

/// How the process ended.
pub(super) struct Ended {
    /// None where a signal ended it, or where it took too long.
    pub code: Option<i32>,
    /// What it wrote; cut where it is more than was asked for.
    pub output: Vec<u8>,
}

impl Default for Confined {
    /// This very program: the link stays good when the file was replaced since by a newer one.
    fn default() -> Self {
        let running = Path::new("/proc/self/exe");
        let program = match std::env::current_exe() {
            Ok(program) if !running.exists() => program,
            _ => running.to_owned(),
        };
        Self { program }
    }
}

impl Confined {
    pub fn at(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into() }
    }

    /// Runs a hidden command on what a stream gives. It may write `most_bytes` and take `patience`, the way of the file included.
    pub(super) async fn run<B: AsRef<[u8]>>(
        &self,
        command: &[&str],
        input: impl Stream<Item = Result<B>>,
        most_bytes: u64,
        patience: Duration,
    ) -> Result<Ended> {
        let failed =
            |error: Box<dyn std::error::Error + Send + Sync>| Problem::new(Code::Internal).caused_by(error);
        let mut process = Command::new(&self.program)
            .args(command)
            // No key, no address of the database.
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What a stranger's file makes a reader say has no place in the log.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(error.into()))?;
        let (Some(stdin), Some(stdout)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(failed("a process without pipes".into()));
        };
        let work = async {
            let (fed, output) = tokio::join!(feed(input, stdin), take(stdout, most_bytes));
            (fed, output, process.wait().await)
        };
        let Ok((fed, output, ended)) = tokio::time::timeout(patience, work).await else {
            return Ok(Ended { code: None, output: Vec::new() });
        };
        fed?;
        Ok(Ended { code: ended.map_err(|error| failed(error.into()))?.code(), output })
    }
}

/// Gives the whole file, unless the process wants no more of it.
async fn feed<B: AsRef<[u8]>>(
    input: impl Stream<Item = Result<B>>,
    mut stdin: tokio::process::ChildStdin,
) -> Result<()> {
    let mut input = std::pin::pin!(input);
    while let Some(piece) = input.try_next().await? {
        if stdin.write_all(piece.as_ref()).await.is_err() {
            break;
        }
    }
    Ok(())
}

async fn take(stdout: tokio::process::ChildStdout, most_bytes: u64) -> Vec<u8> {
    let mut output = Vec::new();
    // What a broken pipe leaves is no answer.
    let _ = stdout.take(most_bytes + 1).read_to_end(&mut output).await;
    output
}
