//! Drawing thumbnails in a process of its own.
//!
//! A file that a stranger sent can make a renderer loop, take all memory, or overflow its stack, which no thread survives. So this program
//! runs itself once more, as `kho draw-thumbnail`: it gets the file through a pipe and nothing else, gives up all that it could open, bounds its own time
//! and memory, and answers with a picture or ends without. Nothing of it lasts longer than one file.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use futures::TryStreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::sync::Semaphore;

use crate::content::sniff::Format;
use crate::domain::problem::{Code, Problem, Result};
use crate::services::download::PlainStream;

/// Files drawn at a time on a node.
static EASEL: Semaphore = Semaphore::const_new(1);
/// How long one file is waited for, its way from the store included. What the process may compute it bounds itself.
const PATIENCE: Duration = Duration::from_secs(60);
/// A thumbnail is smaller than this.
const PICTURE_BYTES: u64 = 256 * 1024;

/// The hidden command that draws.
pub const COMMAND: &str = "draw-thumbnail";
/// Its exit code where there is nothing to draw, or not in a way that is known.
pub const NOTHING: u8 = 1;

/// The program that draws.
#[derive(Clone, Debug)]
pub struct Artist {
    program: PathBuf,
}

/// How drawing a file ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// A JPEG.
    Picture(Vec<u8>),
    /// It is damaged, encrypted or too large.
    Nothing,
    /// The process did not come to an end of its own.
    Failed,
}

impl Default for Artist {
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

impl Artist {
    pub fn at(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into() }
    }

    /// Draws the file that a stream gives.
    pub async fn draw(&self, format: Format, file: PlainStream) -> Result<Drawn> {
        let failed =
            |error: Box<dyn std::error::Error + Send + Sync>| Problem::new(Code::Internal).caused_by(error);
        let _easel = EASEL.acquire().await.map_err(|error| failed(error.into()))?;
        let mut process = Command::new(&self.program)
            .args([COMMAND, word(format)])
            // No key, no address of the database.
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What a stranger's file makes a renderer say has no place in the log.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(error.into()))?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(failed("a process without pipes".into()));
        };
        let work = async {
            let (fed, picture) = tokio::join!(feed(file, input), take(output));
            (fed, picture, process.wait().await)
        };
        let Ok((fed, picture, ended)) = tokio::time::timeout(PATIENCE, work).await else {
            return Ok(Drawn::Failed);
        };
        fed?;
        Ok(match ended.map_err(|error| failed(error.into()))?.code() {
            Some(0) if is_picture(&picture) => Drawn::Picture(picture),
            Some(code) if code == i32::from(NOTHING) => Drawn::Nothing,
            _ => Drawn::Failed,
        })
    }
}

/// Gives the whole file, unless the process wants no more of it.
async fn feed(mut file: PlainStream, mut input: tokio::process::ChildStdin) -> Result<()> {
    while let Some(piece) = file.try_next().await? {
        if input.write_all(&piece).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// What the process answers; cut where it is too much.
async fn take(output: tokio::process::ChildStdout) -> Vec<u8> {
    let mut picture = Vec::new();
    // What a broken pipe leaves is no picture.
    let _ = output.take(PICTURE_BYTES + 1).read_to_end(&mut picture).await;
    picture
}

fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xFF, 0xD8, 0xFF]) && bytes.len() as u64 <= PICTURE_BYTES
}

/// A format on the command line.
fn word(format: Format) -> &'static str {
    WORDS.into_iter().find(|(known, _)| *known == format).map_or("none", |(_, word)| word)
}

const WORDS: [(Format, &str); 3] = [(Format::Pdf, "pdf"), (Format::Jpeg, "jpeg"), (Format::Png, "png")];

/// The format that a word of the command line stands for.
pub fn format_of(word: &str) -> Option<Format> {
    WORDS.into_iter().find(|(_, known)| *known == word).map(|(format, _)| format)
}
