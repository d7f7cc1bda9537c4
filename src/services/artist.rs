//! Drawing thumbnails in a process of its own, which tells also whether a person can read the file: see [`super::confined`].

use std::io::Write;
use std::time::Duration;

use kho_mapping::paper::Readability;
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
/// What comes with it is shorter.
const WORD_BYTES: u64 = 64;

/// The hidden command that draws.
pub const COMMAND: &str = "draw-thumbnail";

/// What became of a file that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    pub drawn: Drawn,
    /// Whether a person can read it; `None` where that is not certain.
    pub readability: Option<Readability>,
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

impl Look {
    /// Nothing is known of it but how drawing it ended.
    pub(super) fn only(drawn: Drawn) -> Self {
        Self { drawn, readability: None }
    }
}

/// Looks at the file that a stream gives.
pub(super) async fn look(confined: &Confined, format: Format, file: PlainStream) -> Result<Look> {
    let _easel = EASEL.acquire().await.map_err(|error| Problem::new(Code::Internal).caused_by(error))?;
    let most = PICTURE_BYTES + WORD_BYTES;
    let ended = confined.run(&[COMMAND, word(format)], file, most, PATIENCE).await?;
    Ok(understood(&ended.output))
}

/// The process says how long its picture is (four bytes, the highest first; none is zero), then the picture, then one word. What it said before its
/// end counts, whatever its end was.
pub fn tell_picture(output: &mut impl Write, jpeg: Option<&[u8]>) -> std::io::Result<()> {
    let jpeg = jpeg.unwrap_or_default();
    output.write_all(&u32::try_from(jpeg.len()).unwrap_or(u32::MAX).to_be_bytes())?;
    output.write_all(jpeg)?;
    output.flush()
}

/// See [`tell_picture`], which goes before.
pub fn tell_readability(output: &mut impl Write, readability: Option<Readability>) -> std::io::Result<()> {
    output.write_all(readability.unwrap_or_default().as_str().as_bytes())?;
    output.flush()
}

fn understood(output: &[u8]) -> Look {
    let split = output
        .split_first_chunk::<4>()
        .and_then(|(length, rest)| rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?));
    let Some((picture, word)) = split else { return Look::only(Drawn::Failed) };
    let drawn = match picture {
        [] => Drawn::Nothing,
        picture if is_picture(picture) => Drawn::Picture(picture.to_vec()),
        _ => Drawn::Failed,
    };
    let readability = std::str::from_utf8(word).ok().and_then(Readability::parse);
    Look { drawn, readability: readability.filter(|known| *known != Readability::Unknown) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_said_before_its_end_counts() {
        let picture = vec![0xFF, 0xD8, 0xFF, 1, 2, 3];
        let mut said = Vec::new();
        tell_picture(&mut said, Some(&picture)).unwrap();
        let drawn = Drawn::Picture(picture);
        assert_eq!(understood(&said), Look::only(drawn.clone()));
        assert_eq!(understood(&said[..8]), Look::only(Drawn::Failed));
        tell_readability(&mut said, Some(Readability::Blank)).unwrap();
        assert_eq!(understood(&said), Look { drawn, readability: Some(Readability::Blank) });

        let mut nothing = Vec::new();
        tell_picture(&mut nothing, None).unwrap();
        tell_readability(&mut nothing, None).unwrap();
        assert_eq!(understood(&nothing), Look::only(Drawn::Nothing));
        for garbage in [&b""[..], b"\xFF\xFF\xFF\xFFlocked", b"\0\0\0\x02hilocked"] {
            assert_eq!(understood(garbage).drawn, Drawn::Failed);
        }
    }
}
