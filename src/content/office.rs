//! The text of Office Open XML and OpenDocument files, read part by part without unpacking the archive.

use std::cell::Cell;
use std::io::{BufReader, Cursor, Error, ErrorKind, Read};

use memchr::memmem;
use quick_xml::events::BytesStart;
use zip::ZipArchive;
use zip::result::ZipError;

use super::sniff::Format;
use super::text::{TextError, TextLimits, TextSink};
use super::xml;

/// An entry may grow this far whatever its ratio: small entries of repeated markup compress beyond all others.
const RATIO_FREE_BYTES: u64 = 1024 * 1024;

/// What was met on the way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Met {
    /// The part that a reader sees first.
    pub body: bool,
    /// Anything that is seen and is no text: a picture, a drawn shape, a chart, an object of another program.
    pub picture: bool,
}

/// Appends the text of every part of the document that a reader sees, the body first.
pub(super) fn read_text(
    format: Format,
    bytes: &[u8],
    limits: &TextLimits,
    text: &mut TextSink,
) -> Result<Met, TextError> {
    // Counted before the archive is opened, since opening builds a record per entry.
    if memmem::find_iter(bytes, b"PK\x01\x02").take(limits.archive_entries + 1).count()
        > limits.archive_entries
    {
        return Err(TextError::TooLarge);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| reason(&error))?;
    if matches!(format, Format::Odt | Format::Ods) && is_locked(&mut archive) {
        return Err(TextError::Encrypted);
    }
    let parts = parts_to_read(format, &archive);
    if parts.is_empty() {
        return Err(TextError::Unsupported);
    }
    let mut met = Met { body: false, picture: archive.file_names_raw().any(is_picture_file) };
    let mut room_bytes = limits.inflated_bytes as u64;
    for (index, is_body) in parts {
        let entry = archive.by_index(index).map_err(|error| reason(&error))?;
        if entry.encrypted() {
            return Err(TextError::Encrypted);
        }
        met.body |= is_body;
        let picture = Cell::new(false);
        let ratio_bytes =
            entry.compressed_size().saturating_mul(limits.inflation_ratio).saturating_add(RATIO_FREE_BYTES);
        let bounded = Bounded { source: entry, room_bytes: &mut room_bytes, ratio_bytes };
        let source = BufReader::new(bounded);
        xml::read_events(
            source,
            text,
            |element| is_hidden(format, element),
            |element| {
                if is_body && is_picture(format, element) {
                    picture.set(true);
                }
                break_after(format, element)
            },
        )?;
        met.picture |= picture.get();
        text.separate('\n');
        if text.is_full() {
            break;
        }
    }
    Ok(met)
}

/// Whether the manifest of an OpenDocument file says how its parts are encrypted (1.2 part 3, section 3.4). They are then no XML, but whole.
fn is_locked(archive: &mut ZipArchive<Cursor<&[u8]>>) -> bool {
    let Ok(manifest) = archive.by_name("META-INF/manifest.xml") else { return false };
    let mut start = Vec::new();
    // What cannot be read says nothing.
    let _ = manifest.take(RATIO_FREE_BYTES).read_to_end(&mut start);
    memmem::find(&start, b"encryption-data").is_some()
}

fn reason(error: &ZipError) -> TextError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => TextError::Encrypted,
        ZipError::UnsupportedArchive(_) => TextError::Unsupported,
        _ => TextError::Malformed,
    }
}

/// Whether a file inside the archive is a picture, a chart, a diagram or an embedded object, whatever shows it.
fn is_picture_file(name: &[u8]) -> bool {
    let Ok(name) = std::str::from_utf8(name) else { return true };
    let folders =
        ["media", "embeddings", "charts", "diagrams", "drawings", "ink", "afchunk", "Pictures", "Object"];
    // An altChunk is a document in the document, "word/afchunk1.docx".
    name.split('/').any(|step| folders.iter().any(|folder| step.starts_with(folder)))
}

/// Whether an element of the body stands for something that is seen.
fn is_picture(format: Format, element: &str) -> bool {
    match format {
        Format::Docx => matches!(element, "drawing" | "pict" | "object" | "altChunk"),
        Format::Pptx => matches!(element, "pic" | "graphicFrame" | "contentPart" | "prstGeom" | "custGeom"),
        Format::Odt | Format::Ods => matches!(
            element,
            "image"
                | "object"
                | "object-ole"
                | "custom-shape"
                | "path"
                | "polygon"
                | "polyline"
                | "line"
                | "rect"
                | "circle"
                | "ellipse"
                | "plugin"
                | "chart"
        ),
        _ => false,
    }
}

/// Whether a part is what a reader sees first; without it nothing is known of the document.
fn is_body(format: Format, rank: u8, name: &[u8]) -> bool {
    match format {
        Format::Xlsx => name.starts_with(b"xl/worksheets/"),
        _ => rank == 0,
    }
}

/// The parts with text in reading order: body, then notes and headers; slides by number. Each with whether it is the body.
fn parts_to_read(format: Format, archive: &ZipArchive<Cursor<&[u8]>>) -> Vec<(usize, bool)> {
    let mut parts: Vec<(u8, usize, Vec<u8>, usize)> = archive
        .file_names_raw()
        .enumerate()
        .filter_map(|(index, name)| rank(format, name).map(|rank| (rank, name.len(), name.to_vec(), index)))
        .collect();
    // "slide2" before "slide10": shorter names first, then by their characters.
    parts.sort_unstable();
    parts.into_iter().map(|(rank, _, name, index)| (index, is_body(format, rank, &name))).collect()
}

/// Where a part stands in reading order, or `None` if it holds nothing to read.
fn rank(format: Format, name: &[u8]) -> Option<u8> {
    let name = std::str::from_utf8(name).ok()?;
    let xml_in = |folder: &str| {
        name.strip_prefix(folder).is_some_and(|file| file.ends_with(".xml") && !file.contains('/'))
    };
    match format {
        Format::Docx if name == "word/document.xml" => Some(0),
        Format::Docx if xml_in("word/") => {
            let file = &name["word/".len()..];
            ["header", "footer", "footnotes", "endnotes", "comments"]
                .iter()
                .any(|part| file.starts_with(part))
                .then_some(1)
        }
        Format::Xlsx if name == "xl/sharedStrings.xml" => Some(0),
        Format::Xlsx if name == "xl/workbook.xml" => None,
        Format::Xlsx if xml_in("xl/worksheets/") => Some(1),
        Format::Xlsx if name.starts_with("xl/comments") && xml_in("xl/") => Some(2),
        Format::Pptx if xml_in("ppt/slides/") => Some(0),
        Format::Pptx if xml_in("ppt/notesSlides/") => Some(1),
        Format::Odt | Format::Ods if name == "content.xml" => Some(0),
        // Page headers and footers of OpenDocument are styles.
        Format::Odt | Format::Ods if name == "styles.xml" => Some(1),
        _ => None,
    }
}

/// What a reader of the document does not see: deleted text, field codes, formulas, and the numbers of shared strings.
fn is_hidden(format: Format, element: &BytesStart<'_>) -> bool {
    match (format, element.local_name().as_ref()) {
        (Format::Docx, "delText" | "instrText") | (Format::Xlsx, "f" | "rPh") => true,
        (Format::Odt | Format::Ods, "tracked-changes") => true,
        (Format::Xlsx, "c") => {
            element.attributes().flatten().any(|a| a.key.as_ref() == "t" && &*a.value == "s")
        }
        _ => false,
    }
}

/// Runs of one word are separate elements, so words end only where paragraphs, cells, tabs and breaks do.
fn break_after(format: Format, element: &str) -> Option<char> {
    match (format, element) {
        (Format::Docx | Format::Pptx, "p" | "br" | "cr") => Some('\n'),
        (Format::Docx | Format::Pptx, "tab") => Some(' '),
        (Format::Xlsx, "si" | "row" | "text" | "comment") => Some('\n'),
        (Format::Xlsx, "v" | "is" | "c") => Some(' '),
        (Format::Odt | Format::Ods, "p" | "h" | "line-break") => Some('\n'),
        (Format::Odt | Format::Ods, "tab" | "s" | "table-cell") => Some(' '),
        _ => None,
    }
}

/// Reads an entry until it, or all entries together, grew beyond what is allowed.
struct Bounded<'a, R> {
    source: R,
    room_bytes: &'a mut u64,
    ratio_bytes: u64,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.source.read(buffer)? as u64;
        if count > *self.room_bytes || count > self.ratio_bytes {
            return Err(Error::from(ErrorKind::QuotaExceeded));
        }
        *self.room_bytes -= count;
        self.ratio_bytes -= count;
        Ok(count as usize)
    }
}
