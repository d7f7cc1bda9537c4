//! Drawing thumbnails in a process of its own: see [`super::confined`].

use std::time::Duration;

use tokio::sync::Semaphore;

use super::confined::Confined;
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

/// Draws the file that a stream gives.
pub(super) async fn draw(confined: &Confined, format: Format, file: PlainStream) -> Result<Drawn> {
    let _easel = EASEL.acquire().await.map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
    let ended = confined.run(&[COMMAND, word(format)], file, PICTURE_BYTES, PATIENCE).await?;
    Ok(match ended.code {
        Some(0) if is_picture(&ended.output) => Drawn::Picture(ended.output),
        Some(code) if code == i32::from(NOTHING) => Drawn::Nothing,
        _ => Drawn::Failed,
    })
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
