//! Which of the formats that are ZIP archives inside a file is, from the local headers in its head.

use memchr::memmem;

use super::sniff::{Format, Sniffed, read_u16, read_u32};

/// Entries looked at: more than any office suite writes before the part that names the format.
const ENTRIES: usize = 512;

/// OpenDocument (1.2 part 3, section 3.3) and ASiC (ETSI EN 319 162-1, annex A.1) begin with a stored entry `mimetype`; Office
/// Open XML is known by where its main part lies.
pub(super) fn sniff_zip(head: &[u8]) -> Sniffed {
    let mut package = Package::default();
    for entry in LocalEntries::new(head).take(ENTRIES) {
        if entry.name == b"mimetype" {
            return sniff_mimetype(entry.stored);
        }
        package.note(entry.name);
    }
    package.format()
}

fn sniff_mimetype(stored: &[u8]) -> Sniffed {
    match stored.trim_ascii_end() {
        b"application/vnd.oasis.opendocument.text" => Sniffed::Known(Format::Odt),
        b"application/vnd.oasis.opendocument.spreadsheet" => Sniffed::Known(Format::Ods),
        b"application/vnd.etsi.asic-e+zip" => Sniffed::Known(Format::AsicE),
        b"application/vnd.etsi.asic-s+zip" => Sniffed::Known(Format::AsicS),
        b"application/epub+zip" => Sniffed::Refused("epub"),
        _ => Sniffed::Refused("zip"),
    }
}

#[derive(Default)]
struct Package {
    is_opc: bool,
    main: Option<Format>,
    has_macros: bool,
    is_asic: bool,
}

impl Package {
    fn note(&mut self, name: &[u8]) {
        match name {
            b"[Content_Types].xml" | b"_rels/.rels" => self.is_opc = true,
            _ if name.starts_with(b"docProps/") => self.is_opc = true,
            _ if name.ends_with(b"vbaProject.bin") => self.has_macros = true,
            _ if name.starts_with(b"word/") => self.main = self.main.or(Some(Format::Docx)),
            _ if name.starts_with(b"xl/") => self.main = self.main.or(Some(Format::Xlsx)),
            _ if name.starts_with(b"ppt/") => self.main = self.main.or(Some(Format::Pptx)),
            _ if name.starts_with(b"META-INF/") => {
                let lower = name.to_ascii_lowercase();
                self.is_asic |= memmem::find(&lower, b"signature").is_some()
                    || memmem::find(&lower, b"timestamp").is_some();
            }
            _ => {}
        }
    }

    fn format(&self) -> Sniffed {
        match self.main {
            _ if self.has_macros => Sniffed::Refused("office with macros"),
            Some(format) if self.is_opc => Sniffed::Known(format),
            // Without `mimetype` the signature's place is all there is; one signed file or several cannot be told apart here.
            _ if self.is_asic => Sniffed::Known(Format::AsicE),
            _ => Sniffed::Refused("zip"),
        }
    }
}

struct LocalEntry<'a> {
    name: &'a [u8],
    /// The content, where it is stored without compression and lies in the head.
    stored: &'a [u8],
}

/// The local headers (APPNOTE 4.3.7) that lie in the head, one after the other.
struct LocalEntries<'a> {
    head: &'a [u8],
    at: Option<usize>,
}

impl<'a> LocalEntries<'a> {
    fn new(head: &'a [u8]) -> Self {
        Self { head, at: Some(0) }
    }
}

impl<'a> Iterator for LocalEntries<'a> {
    type Item = LocalEntry<'a>;

    fn next(&mut self) -> Option<LocalEntry<'a>> {
        let header = self.head.get(self.at?..)?;
        if !header.starts_with(b"PK\x03\x04") {
            return None;
        }
        let flags = read_u16(header, 6)?;
        let method = read_u16(header, 8)?;
        let packed = usize::try_from(read_u32(header, 18)?).ok()?;
        let name_end = 30 + usize::from(read_u16(header, 26)?);
        let content_start = name_end + usize::from(read_u16(header, 28)?);
        let name = header.get(30..name_end)?;
        let content = header.get(content_start..).unwrap_or_default();
        // With bit 3 the length stands behind the content (APPNOTE 4.4.4): the next header has to be looked for.
        let length_follows = flags & 8 != 0 && packed == 0;
        let length = if length_follows { memmem::find(content, b"PK\x03\x04") } else { Some(packed) };
        self.at = length.and_then(|length| self.at?.checked_add(content_start)?.checked_add(length));
        let stored = match method {
            0 if !length_follows => content.get(..packed).unwrap_or_default(),
            _ => &[],
        };
        Some(LocalEntry { name, stored })
    }
}
