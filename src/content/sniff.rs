//! What bytes are, from their beginning alone: neither the name nor the declared type is looked at.

use memchr::memmem;

use super::sniff_markup::sniff_text;
use super::sniff_zip::sniff_zip;

/// How many bytes from the start of a file are enough to tell its format.
pub const HEAD_BYTES: usize = 64 * 1024;

/// A format whose bytes can be told from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    Pdf,
    Doc,
    Xls,
    Ppt,
    Docx,
    Xlsx,
    Pptx,
    Odt,
    Ods,
    Jpeg,
    Png,
    Webp,
    Heic,
    Tiff,
    Xml,
    Text,
    /// Signed CMS data (RFC 5652) in BER or DER.
    Cms,
    AsicE,
    AsicS,
}

/// What the head of a file shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sniffed {
    Known(Format),
    /// An OLE 2 container whose directory lies beyond the head: one of Word, Excel or PowerPoint 97–2003.
    OleOffice,
    /// A format that no vault takes, by a short name for the problem's text.
    Refused(&'static str),
    /// An Office document that was wrapped because it has a password ([MS-OFFCRYPTO] 2.3.4): nothing in it can be read.
    Locked,
    /// Nothing that is known here.
    Unknown,
}

/// The format of a file that begins with `head`: all of it if shorter than [`HEAD_BYTES`], else at least that much.
pub fn sniff(head: &[u8]) -> Sniffed {
    let head = &head[..head.len().min(HEAD_BYTES)];
    // These two wrap other files, a PDF in their first bytes among them, and are never shown in a browser.
    if is_signed_cms(head) {
        return Sniffed::Known(Format::Cms);
    }
    if head.starts_with(b"PK\x03\x04") {
        return sniff_zip(head);
    }
    if let Some(sniffed) = sniff_pdf(head) {
        return sniffed;
    }
    if head.starts_with(&OLE_MAGIC) {
        return sniff_ole(head);
    }
    if let Some(sniffed) = sniff_text(head) {
        return sniffed;
    }
    sniff_binary(head)
}

/// Readers look for `%PDF-` in the first 1,024 bytes (ISO 32000-1, Adobe's implementation note 13), so a file can be a page of
/// HTML, an image or a program to one reader and a PDF to another. Only meaningless bytes may come before it.
fn sniff_pdf(head: &[u8]) -> Option<Sniffed> {
    let window = &head[..head.len().min(1024 + 5)];
    let at = memmem::find(window, b"%PDF-")?;
    let before = &window[..at];
    if before.is_empty() {
        return Some(Sniffed::Known(Format::Pdf));
    }
    let is_something_else = before.contains(&b'<') || is_binary_of_note(head);
    Some(if is_something_else { Sniffed::Refused("polyglot") } else { Sniffed::Known(Format::Pdf) })
}

fn is_binary_of_note(head: &[u8]) -> bool {
    head.starts_with(&OLE_MAGIC) || infer::get(head).is_some_and(|kind| kind.mime_type() != "application/pdf")
}

fn sniff_binary(head: &[u8]) -> Sniffed {
    let Some(kind) = infer::get(head) else { return Sniffed::Unknown };
    match kind.mime_type() {
        "image/jpeg" => Sniffed::Known(Format::Jpeg),
        "image/png" => Sniffed::Known(Format::Png),
        "image/webp" => Sniffed::Known(Format::Webp),
        "image/heif" => Sniffed::Known(Format::Heic),
        "image/tiff" => Sniffed::Known(Format::Tiff),
        _ => Sniffed::Refused(kind.extension()),
    }
}

const OLE_MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Looks for the main stream in the directory ([MS-CFB] 2.2, 2.6.1); many writers put the directory at the end of the file.
fn sniff_ole(head: &[u8]) -> Sniffed {
    let sector_bytes = match read_u16(head, 0x1E) {
        Some(9) => 512,
        Some(12) => 4096,
        _ => return Sniffed::Unknown,
    };
    let directory = read_u32(head, 0x30)
        .and_then(|sector| usize::try_from(sector).ok()?.checked_add(1)?.checked_mul(sector_bytes))
        .and_then(|offset| head.get(offset..));
    let entries = directory.unwrap_or_default().chunks_exact(128).take(sector_bytes / 128);
    for entry in entries {
        let name: Vec<u16> = entry[..64]
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .take_while(|c| *c != 0)
            .collect();
        match String::from_utf16_lossy(&name).as_str() {
            "WordDocument" => return Sniffed::Known(Format::Doc),
            "Workbook" | "Book" => return Sniffed::Known(Format::Xls),
            "PowerPoint Document" => return Sniffed::Known(Format::Ppt),
            "EncryptedPackage" => return Sniffed::Locked,
            "__properties_version1.0" => return Sniffed::Refused("msg"),
            _ => {}
        }
    }
    match (directory, head.get(sector_bytes..sector_bytes + 4)) {
        (_, Some([0xEC, 0xA5, ..])) => Sniffed::Known(Format::Doc),
        (_, Some([0x09, 0x08, _, _])) => Sniffed::Known(Format::Xls),
        (Some(_), _) => Sniffed::Refused("ole"),
        (None, _) => Sniffed::OleOffice,
    }
}

/// `ContentInfo ::= SEQUENCE { OBJECT IDENTIFIER signedData, … }`, of definite or indefinite length.
fn is_signed_cms(head: &[u8]) -> bool {
    const SIGNED_DATA: [u8; 11] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
    let [0x30, length, rest @ ..] = head else { return false };
    let length_bytes = match length {
        0..=0x80 => 0,
        0x81..=0x84 => usize::from(length - 0x80),
        _ => return false,
    };
    rest.get(length_bytes..).is_some_and(|content| content.starts_with(&SIGNED_DATA))
}

pub(super) fn read_u16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

pub(super) fn read_u32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}
