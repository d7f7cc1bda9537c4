//! Whether an Office file of 1997 to 2003, or a newer one that was wrapped for a password, asks for one.

use std::io::{Cursor, Read};

use cfb::CompoundFile;

use super::sniff::read_u16;

/// What is read of a main stream.
const HEAD_BYTES: usize = 4_096;
/// Records at the start of a workbook among which the one about its password stands.
const RECORDS: usize = 16;

/// Whether the file asks for a password; `None` where that cannot be told.
pub(super) fn is_locked(bytes: &[u8]) -> Option<bool> {
    let mut container = CompoundFile::open(Cursor::new(bytes)).ok()?;
    // [MS-OFFCRYPTO] 2.3.4 and [MS-PPT] 2.3.7: nothing else has them.
    if ["/EncryptedPackage", "/EncryptedSummary"].iter().any(|name| container.is_stream(name)) {
        return Some(true);
    }
    if let Some(head) = head_of(&mut container, "/WordDocument") {
        // [MS-DOC] 2.5.2: fEncrypted.
        return Some(read_u16(&head, 10)? & 0x0100 != 0);
    }
    if let Some(head) = ["/Workbook", "/Book"].iter().find_map(|name| head_of(&mut container, name)) {
        return Some(names_password(&head));
    }
    container.is_stream("/PowerPoint Document").then_some(false)
}

fn head_of(container: &mut CompoundFile<Cursor<&[u8]>>, name: &str) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    container.open_stream(name).ok()?.take(HEAD_BYTES as u64).read_to_end(&mut head).ok()?;
    Some(head)
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

#[cfg(test)]
#[path = "ole_tests.rs"]
mod tests;
