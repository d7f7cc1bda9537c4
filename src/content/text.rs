//! The text inside a file, for search. It is never shown: order and line breaks are approximate, words are not.

use super::file_type::FileType;
use super::sniff::Format;
use super::{office, pdf, xml};

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

/// The text of a file of this type, at most [`TextLimits::output_chars`] characters; empty for images.
///
/// Costs time and memory in proportion to the limits, whatever the bytes are.
pub fn extract_text(file_type: &FileType, bytes: &[u8], limits: &TextLimits) -> Result<String, TextError> {
    if bytes.len() > limits.input_bytes {
        return Err(TextError::TooLarge);
    }
    let mut text = TextSink::new(limits.output_chars);
    match file_type.format {
        Format::Pdf => pdf::read_text(bytes, limits, &mut text)?,
        Format::Docx | Format::Xlsx | Format::Pptx | Format::Odt | Format::Ods => {
            office::read_text(file_type.format, bytes, limits, &mut text)?;
        }
        Format::Xml => xml::read_text(bytes, &mut text)?,
        Format::Text => text.push_str(&xml::decode(bytes).ok_or(TextError::Unsupported)?),
        Format::Jpeg | Format::Png | Format::Webp | Format::Heic | Format::Tiff => {}
        Format::Doc | Format::Xls | Format::Ppt | Format::Cms | Format::AsicE | Format::AsicS => {
            return Err(TextError::Unsupported);
        }
    }
    Ok(text.finish())
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
