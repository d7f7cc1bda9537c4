//! Whether an Office file of 1997 to 2003, or a newer one that was wrapped for a password, asks for one.
//!
//! Only the directory of the container and the first bytes of the main stream are read ([MS-CFB]); the formats say there whether what follows is
//! encrypted. Each step is bounded and reads inside the file or ends.

use super::sniff::{read_u16, read_u32};

/// Sectors of a directory that are followed: 32,768 names.
const DIRECTORY_SECTORS: usize = 4_096;
/// Places of the table of sectors that stand in the header; a file with more has its directory found only where it lies in one piece.
const TABLES: usize = 109;
/// A stream smaller than this lies in pieces of other sectors ([MS-CFB] 2.2, mini stream cutoff) and is not looked into.
const SMALL_BYTES: u64 = 4_096;
/// Records at the start of a workbook among which the one about its password stands.
const RECORDS: usize = 16;

/// Whether the file asks for a password; `None` where that cannot be told.
pub(super) fn is_locked(bytes: &[u8]) -> Option<bool> {
    let container = Container::open(bytes)?;
    let mut found = None;
    for entry in container.entries() {
        match entry.name.as_str() {
            // [MS-OFFCRYPTO] 2.3.4 and [MS-PPT] 2.3.7: nothing else has them.
            "EncryptedPackage" | "EncryptedSummary" => return Some(true),
            // [MS-DOC] 2.5.2: fEncrypted.
            "WordDocument" => {
                found = container.head(&entry).and_then(|head| Some(read_u16(head, 10)? & 0x0100 != 0))
            }
            "Workbook" | "Book" => found = container.head(&entry).map(names_password),
            // Without the stream above.
            "PowerPoint Document" => found = Some(false),
            _ => {}
        }
    }
    found
}

/// Whether one of the first records of a workbook is FilePass ([MS-XLS] 2.4.117).
fn names_password(head: &[u8]) -> bool {
    let mut at = 0;
    for _ in 0..RECORDS {
        let (Some(kind), Some(length)) = (read_u16(head, at), read_u16(head, at + 2)) else { return false };
        if kind == 0x2F {
            return true;
        }
        at += 4 + usize::from(length);
    }
    false
}

struct Container<'a> {
    bytes: &'a [u8],
    sector_bytes: usize,
    /// Where the pieces of the table of sectors lie.
    tables: Vec<u32>,
    directory: u32,
}

struct Entry {
    name: String,
    start: u32,
    size_bytes: u64,
}

impl<'a> Container<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        if !bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            return None;
        }
        let sector_bytes = match read_u16(bytes, 0x1E)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let tables = (0..TABLES).map_while(|number| read_u32(bytes, 0x4C + 4 * number));
        Some(Self { bytes, sector_bytes, tables: tables.collect(), directory: read_u32(bytes, 0x30)? })
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(number).ok()?.checked_add(1)?.checked_mul(self.sector_bytes)?;
        self.bytes.get(start..start.checked_add(self.sector_bytes)?)
    }

    /// The sector behind one, by the table.
    fn next(&self, number: u32) -> Option<u32> {
        let (number, in_table) = (usize::try_from(number).ok()?, self.sector_bytes / 4);
        read_u32(self.sector(*self.tables.get(number / in_table)?)?, number % in_table * 4)
    }

    fn entries(&self) -> impl Iterator<Item = Entry> {
        let sectors = std::iter::successors(Some(self.directory), |number| self.next(*number));
        let sectors = sectors.map_while(|number| self.sector(number)).take(DIRECTORY_SECTORS);
        sectors.flat_map(|sector| sector.chunks_exact(128)).filter_map(|entry| {
            let (units, rest) = entry.split_at_checked(64)?;
            let units = units.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            let name = units.take_while(|unit| *unit != 0).collect::<Vec<_>>();
            // A stream; storages and empty places are none.
            (rest.get(2) == Some(&2)).then_some(())?;
            Some(Entry {
                name: String::from_utf16_lossy(&name),
                start: read_u32(entry, 116)?,
                size_bytes: u64::from(read_u32(entry, 120)?),
            })
        })
    }

    /// The first sector of a stream.
    fn head(&self, entry: &Entry) -> Option<&'a [u8]> {
        if entry.size_bytes < SMALL_BYTES { None } else { self.sector(entry.start) }
    }
}

#[cfg(test)]
#[path = "ole_tests.rs"]
mod tests;
