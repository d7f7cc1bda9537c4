use std::io::Write;

use proptest::prelude::*;

use super::*;

/// A container with these streams, the each beginning so.
fn container(streams: &[&str], head: &[u8]) -> Vec<u8> {
    let mut file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for name in streams {
        let mut stream = file.create_stream(format!("/{name}")).unwrap();
        stream.write_all(head).unwrap();
        stream.write_all(&[0; 8_192]).unwrap();
    }
    file.into_inner().into_inner()
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
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = is_locked(&bytes);
        let _ = is_locked(&bytes[..cut.index(bytes.len() + 1)]);
    }
}
