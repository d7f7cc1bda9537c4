use proptest::prelude::*;

use super::*;

/// A container of sectors of 512 bytes: table, directory, then the main stream in one piece.
fn container(streams: &[&str], head: &[u8]) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..8].copy_from_slice(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    header[0x1E] = 9;
    header[0x30] = 1;
    header[0x4C + 4..].fill(0xFF);
    let mut table = vec![0xFF; 512];
    table[4..8].copy_from_slice(&0xFFFF_FFFE_u32.to_le_bytes());
    let mut directory = Vec::new();
    for name in streams {
        let mut entry = vec![0; 128];
        for (place, unit) in entry.chunks_exact_mut(2).zip(name.encode_utf16()) {
            place.copy_from_slice(&unit.to_le_bytes());
        }
        entry[66] = 2;
        entry[116] = 2;
        entry[120..124].copy_from_slice(&8_192_u32.to_le_bytes());
        directory.extend(entry);
    }
    directory.resize(512, 0);
    let mut stream = head.to_vec();
    stream.resize(8_192, 0);
    [header, table, directory, stream].concat()
}

/// The first bytes of a Word file with these flags ([MS-DOC] 2.5.2).
fn fib(flags: u16) -> Vec<u8> {
    let mut head = vec![0xEC, 0xA5, 0xC1, 0, 0, 0, 0, 0, 0, 0];
    head.extend(flags.to_le_bytes());
    head
}

/// Records of a workbook: BOF, then these, each of two bytes.
fn workbook(kinds: &[u16]) -> Vec<u8> {
    let record = |kind: &u16| [&kind.to_le_bytes()[..], &[2, 0, 9, 9]].concat();
    [vec![0x09, 0x08, 4, 0, 0, 6, 5, 0], kinds.iter().flat_map(record).collect()].concat()
}

#[test]
fn each_format_says_in_its_own_way_that_it_asks_for_a_password() {
    let package = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/readability/locked.docx"));
    assert_eq!(is_locked(package), Some(true));
    assert_eq!(is_locked(&container(&["WordDocument"], &fib(0x0100))), Some(true));
    assert_eq!(is_locked(&container(&["WordDocument"], &fib(0x1200))), Some(false));
    assert_eq!(is_locked(&container(&["Workbook"], &workbook(&[0x86, 0x2F, 0x42]))), Some(true));
    assert_eq!(is_locked(&container(&["Workbook"], &workbook(&[0xE1, 0x42]))), Some(false));
    assert_eq!(is_locked(&container(&["PowerPoint Document", "EncryptedSummary"], &[])), Some(true));
    assert_eq!(is_locked(&container(&["PowerPoint Document"], &[])), Some(false));
    assert_eq!(is_locked(&container(&["Another"], &[])), None);
    assert_eq!(is_locked(b"PK\x03\x04"), None);
}

proptest! {
    #[test]
    fn damaged_containers_never_panic(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = container(&["WordDocument", "Workbook"], &workbook(&[0x86, 0x2F]));
        for (at, byte) in damage {
            let at = at.index(1_600);
            bytes[at] = byte;
        }
        let _ = is_locked(&bytes);
        let _ = is_locked(&bytes[..cut.index(bytes.len() + 1)]);
    }
}
