//! `kho thumbnails`, and the hidden command in which each of them is drawn.

use std::io::Read;
use std::process::ExitCode;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use kho::content::thumbnail::{DrawLimits, draw};
use kho::services::artist::{format_of, tell_picture, tell_readability};

use super::confine::confine;
use super::{Common, Failure};

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Thumbnails {
    /// Draw the papers that have no thumbnail, and look at those of which it is not known whether they can be read, in the background of the
    /// running server
    #[arg(long)]
    missing: bool,
    /// Draw all papers anew
    #[arg(long)]
    all: bool,
}

pub async fn run(common: &Common, command: Thumbnails) -> Result<ExitCode, Failure> {
    let kho = common.kho().await?;
    let progress = ProgressBar::no_length()
        .with_style(ProgressStyle::with_template("{spinner} {human_pos} versions, {per_sec}")?);
    let total = kho.queue_thumbnails(command.all, |done| progress.inc(done)).await?;
    progress.finish_and_clear();
    println!("{total} versions are queued to be drawn");
    Ok(ExitCode::SUCCESS)
}

#[derive(Args)]
pub struct Draw {
    /// What the file on standard input is: pdf, jpeg or png
    format: String,
}

/// Seconds that drawing may compute.
const COMPUTING_SECONDS: u64 = 10;
/// All memory of the process, in bytes.
const MEMORY_BYTES: u64 = 1 << 30;

/// Draws standard input onto standard output, then tells whether a person can read it.
pub fn draw_input(command: &Draw) -> Result<ExitCode, Failure> {
    confine(COMPUTING_SECONDS, MEMORY_BYTES)?;
    let format = format_of(&command.format).ok_or("not a format that is drawn")?;
    let limits = DrawLimits::default();
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(limits.input_bytes + 1).read_to_end(&mut bytes)?;
    let drawn = draw(format, bytes, &limits);
    // First, and at once: looking at the pages behind may take all the time that is left.
    let mut output = std::io::stdout().lock();
    tell_picture(&mut output, drawn.as_ref().ok().map(|drawing| &drawing.jpeg[..]))?;
    let readability = match &drawn {
        Ok(drawing) => drawing.readability(&limits),
        Err(error) => error.readability(),
    };
    tell_readability(&mut output, readability)?;
    Ok(ExitCode::SUCCESS)
}
