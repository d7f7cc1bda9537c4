//! The text inside a file, for search, and whether there is any. It is never shown: order and line breaks are approximate, words are not.

use kho_mapping::paper::Readability;

use super::file_type::FileType;
use super::sniff::Format;
use super::{office, ole, pdf, xml};

/// What reading one file may cost.
#[derive(Clone, Copy, Debug)]
pub struct TextLimits {
    /// The largest file looked into, in bytes.
    pub input_bytes: usize,
    /// All that may be decompressed from one file, in bytes.
    pub inflated_bytes: usize,
    /// Entries of an archive; an office file of hundreds of pages has fewer than a thousand.
    pub archive_entries: usize,
    /// How many times larger than its compressed form an entry may be, beyond its first MiB.
    pub inflation_ratio: u64,
    /// The text kept, in characters; the rest of a longer one is left out.
    pub output_chars: usize,
}

impl Default for TextLimits {
    fn default() -> Self {
        Self {
            input_bytes: 64 * 1024 * 1024,
            inflated_bytes: 128 * 1024 * 1024,
            archive_entries: 10_000,
            inflation_ratio: 250,
            output_chars: 1024 * 1024,
        }
    }
}

/// Why a file gave no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("text is not read from files of this type")]
    Unsupported,
    #[error("the file is encrypted")]
    Encrypted,
    #[error("the file is damaged")]
    Malformed,
    #[error("reading the file would cost more than is allowed")]
    TooLarge,
}

/// Whether files of this type are worth reading for text at all.
pub fn may_hold_text(file_type: &FileType) -> bool {
    matches!(
        file_type.format,
        Format::Pdf
            | Format::Docx
            | Format::Xlsx
            | Format::Pptx
            | Format::Odt
            | Format::Ods
            | Format::Xml
            | Format::Text
    )
}

/// Whether files of this type are worth reading at all, for text or for whether a person can read them.
pub fn may_tell(file_type: &FileType) -> bool {
    may_hold_text(file_type) || matches!(file_type.format, Format::Doc | Format::Xls | Format::Ppt)
}

/// What reading a file gave.
#[derive(Clone, Debug)]
pub struct Reading {
    /// At most [`TextLimits::output_chars`] characters; empty for images.
    pub text: Result<String, TextError>,
    /// Whether a person can read it; `None` where that cannot be told from its text, as of pages and pictures (see
    /// [`thumbnail`](super::thumbnail)).
    pub readability: Option<Readability>,
}

/// Reads a file of this type.
///
/// Costs time and memory in proportion to the limits, whatever the bytes are.
pub fn read(file_type: &FileType, bytes: &[u8], limits: &TextLimits) -> Reading {
    let mut text = TextSink::new(limits.output_chars);
    let seen = see(file_type.format, bytes, limits, &mut text);
    Reading {
        readability: match seen {
            Ok(readability) => readability,
            Err(TextError::Encrypted) => Some(Readability::Locked),
            Err(TextError::Malformed) if is_archive(file_type.format) => Some(Readability::Damaged),
            Err(TextError::Unsupported) if is_ole(file_type.format) => {
                ole::is_locked(bytes).filter(|locked| *locked).map(|_| Readability::Locked)
            }
            Err(_) => None,
        },
        text: seen.map(|_| text.finish()),
    }
}

/// The text of a file, see [`read`].
pub fn extract_text(file_type: &FileType, bytes: &[u8], limits: &TextLimits) -> Result<String, TextError> {
    read(file_type, bytes, limits).text
}

fn see(
    format: Format,
    bytes: &[u8],
    limits: &TextLimits,
    text: &mut TextSink,
) -> Result<Option<Readability>, TextError> {
    if bytes.len() > limits.input_bytes {
        return Err(TextError::TooLarge);
    }
    match format {
        Format::Pdf => {
            pdf::read_text(bytes, limits, text)?;
            Ok(None)
        }
        Format::Docx | Format::Xlsx | Format::Pptx | Format::Odt | Format::Ods => {
            let met = office::read_text(format, bytes, limits, text)?;
            Ok(match met {
                _ if met.picture || !text.is_empty() => Some(Readability::Readable),
                _ if met.body => Some(Readability::Empty),
                _ => None,
            })
        }
        Format::Xml => {
            xml::read_text(bytes, text)?;
            // What it says may stand in attributes.
            Ok(if text.is_empty() { None } else { Some(Readability::Readable) })
        }
        Format::Text => {
            text.push_str(&xml::decode(bytes).ok_or(TextError::Unsupported)?);
            Ok(Some(if text.is_empty() { Readability::Empty } else { Readability::Readable }))
        }
        Format::Jpeg | Format::Png | Format::Webp | Format::Heic | Format::Tiff => Ok(None),
        Format::Doc | Format::Xls | Format::Ppt | Format::Cms | Format::AsicE | Format::AsicS => {
            Err(TextError::Unsupported)
        }
    }
}

fn is_archive(format: Format) -> bool {
    matches!(format, Format::Docx | Format::Xlsx | Format::Pptx | Format::Odt | Format::Ods)
}

fn is_ole(format: Format) -> bool {
    matches!(format, Format::Doc | Format::Xls | Format::Ppt)
}

/// Collects text up to a number of characters.
pub(super) struct TextSink {
    text: String,
    room_chars: usize,
}

impl TextSink {
    pub fn new(limit_chars: usize) -> Self {
        Self { text: String::new(), room_chars: limit_chars }
    }

    pub fn is_full(&self) -> bool {
        self.room_chars == 0
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Each run of white space becomes its first character, a space or a line end; control characters, which no text has, become spaces.
    pub fn push_str(&mut self, text: &str) {
        for c in text.chars() {
            if self.room_chars == 0 {
                return;
            }
            match c {
                '\n' | '\r' => self.separate('\n'),
                _ if c.is_whitespace() || c.is_control() => self.separate(' '),
                _ => {
                    self.text.push(c);
                    self.room_chars -= 1;
                }
            }
        }
    }

    /// Ends the word, with a space or a line end, unless nothing was begun.
    pub fn separate(&mut self, separator: char) {
        if self.room_chars > 0 && self.text.chars().next_back().is_some_and(|last| !last.is_whitespace()) {
            self.text.push(separator);
            self.room_chars -= 1;
        }
    }

    pub fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        self.text
    }
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
