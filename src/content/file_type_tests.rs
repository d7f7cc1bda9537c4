use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::super::sniff::HEAD_BYTES;
use super::*;

fn types() -> FileTypes {
    FileTypes::load(None).unwrap()
}

/// A ZIP of the named entries, in this order; `mimetype` stored, as its format asks.
fn zip(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        let method =
            if *name == "mimetype" { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A ZIP without compression, so that what it holds can be read in its bytes.
fn stored(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored))
            .unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An OLE 2 file of a header and one directory sector whose second entry has this name.
fn ole(stream: &str) -> Vec<u8> {
    let mut file = vec![0; 512 * 3];
    file[..8].copy_from_slice(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    file[0x1E] = 9;
    file[0x30] = 1;
    for (at, unit) in stream.encode_utf16().enumerate() {
        file[1024 + 128 + at * 2..][..2].copy_from_slice(&unit.to_le_bytes());
    }
    file
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let cms = [
        &[0x30, 0x82, 0x10, 0x00, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02][..],
        &[0xA0; 40],
    ]
    .concat();
    vec![
        ("đơn.pdf", b"%PDF-1.7\n1 0 obj".to_vec()),
        ("đơn.PDF", b"\xEF\xBB\xBF\r\n%PDF-1.4".to_vec()),
        ("a.docx", zip(&[("[Content_Types].xml", "x"), ("_rels/.rels", "x"), ("word/document.xml", "x")])),
        ("a.xlsx", zip(&[("_rels/.rels", "x"), ("xl/workbook.xml", "x")])),
        ("a.pptx", zip(&[("docProps/app.xml", "x"), ("ppt/presentation.xml", "x")])),
        ("a.odt", zip(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "x")])),
        ("a.ods", zip(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet")])),
        ("a.asice", zip(&[("mimetype", "application/vnd.etsi.asic-e+zip"), ("a.pdf", "x")])),
        ("a.bdoc", zip(&[("a.pdf", "x"), ("META-INF/signatures0.xml", "x")])),
        ("a.asics", zip(&[("mimetype", "application/vnd.etsi.asic-s+zip")])),
        ("a.doc", ole("WordDocument")),
        ("a.xls", ole("Workbook")),
        ("a.ppt", ole("PowerPoint Document")),
        ("a.jpeg", b"\xFF\xD8\xFF\xE0\x00\x10JFIF\0".to_vec()),
        ("a.png", b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".to_vec()),
        ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 ".to_vec()),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec()),
        ("a.tif", b"II*\0\x08\0\0\0\0\0\0\0".to_vec()),
        ("a.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- x --><tờ-khai/>".into()),
        ("a.xml", "<toKhai xmlns='urn:x'>a</toKhai>".into()),
        ("a.xml", utf16("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>")),
        ("a.xml", b"<?xml version=\"1.0\" encoding=\"windows-1252\"?><a>\xE9</a>".to_vec()),
        ("a.txt", "Giấy khai sinh, 3 < 5".into()),
        ("a.txt", utf16("Giấy khai sinh")),
        ("a.pdf.p7m", [&cms[..], b"%PDF-1.7"].concat()),
        ("b.asice", stored(&[("mimetype", "application/vnd.etsi.asic-e+zip"), ("a.pdf", "%PDF-1.7")])),
        ("a.p7m", cms),
    ]
}

#[test]
fn every_type_on_the_list_is_recognised_by_its_bytes() {
    let types = types();
    let mut recognised = std::collections::HashSet::new();
    for (name, head) in samples() {
        let file_type = types.check(name, None, &head).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(types.check(name, Some(&file_type.media), &head).is_ok(), "{name}");
        recognised.insert(file_type.code.clone());
    }
    let listed = types.iter().map(|file_type| file_type.code.clone()).collect();
    assert_eq!(recognised, listed);
}

#[test]
fn a_name_that_disagrees_with_the_bytes_is_refused() {
    let types = types();
    for (name, head) in samples() {
        let wrong = if name.to_lowercase().ends_with(".pdf") { "a.png" } else { "a.pdf" };
        for wrong in [wrong, "a.exe", "a", "", "a.", "a.pdf\0"] {
            let error = types.check(wrong, None, &head).unwrap_err();
            assert!(matches!(error, TypeError::ExtensionMismatch { .. }), "{name} as {wrong:?}: {error:?}");
        }
    }
}

#[test]
fn a_declared_type_must_agree_unless_it_says_nothing() {
    let types = types();
    let head = b"%PDF-1.7";
    for declared in [None, Some(""), Some("application/octet-stream"), Some("Application/PDF; name=a")] {
        assert!(types.check("a.pdf", declared, head).is_ok(), "{declared:?}");
    }
    for declared in ["image/png", "text/html", "nonsense"] {
        assert_eq!(
            types.check("a.pdf", Some(declared), head).unwrap_err(),
            TypeError::DeclaredMismatch { sniffed: "pdf".to_owned() }
        );
    }
}

#[test]
fn what_browsers_run_is_refused_whatever_it_is_named() {
    let types = types();
    let pages: [Vec<u8>; 19] = [
        "<!DOCTYPE html><html></html>".into(),
        "  \n<HTML><body>".into(),
        "\u{FEFF}<script>alert(1)</script>".into(),
        "<div onclick=x>".into(),
        "hello <script>alert(1)</script>".into(),
        "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>".into(),
        "<?xml version=\"1.0\"?><h:html xmlns:h=\"http://www.w3.org/1999/xhtml\"/>".into(),
        "<?xml version=\"1.0\"?><a xmlns=\"http://www.w3.org/1999/xhtml\"/>".into(),
        "<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x\"><svg/>".into(),
        "<?xml version=\"1.0\"?><!-- > --><?p >?><!DOCTYPE x [<!ENTITY a \">]>\">]><svg/>".into(),
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>".into(),
        "<s:svg xmlns:s=\"http://www.w3.org/2000/svg\"/>".into(),
        "<!-- a --><svg/>".into(),
        "<SVG/>".into(),
        utf16("<svg xmlns='http://www.w3.org/2000/svg'/>"),
        utf16("<!doctype html>"),
        b"<html>\xE9\xE8</html>".to_vec(),
        b"\0<html>".to_vec(),
        b"<html>\n%PDF-1.4".to_vec(),
    ];
    for page in pages {
        for name in ["a.html", "a.svg", "a.xml", "a.txt", "a.pdf", "a.png"] {
            let error = types.check(name, None, &page).unwrap_err();
            assert!(
                matches!(error, TypeError::NotAllowed { .. }),
                "{name} {}: {error:?}",
                String::from_utf8_lossy(&page)
            );
        }
    }
}

#[test]
fn files_that_are_two_things_are_refused() {
    let types = types();
    let polyglots: [&[u8]; 4] =
        [b"<script>1</script>%PDF-1.7", b"\x89PNG\r\n\x1A\n%PDF-1.7", b"MZ\x90\0%PDF-1.7", b"GIF89a%PDF-1.7"];
    for polyglot in polyglots {
        assert_eq!(
            types.check("a.pdf", None, polyglot).unwrap_err(),
            TypeError::NotAllowed { sniffed: "polyglot".to_owned() }
        );
    }
    assert!(types.check("a.pdf", None, b"PK\x03\x04%PDF-1.7").is_err());
    let late = [vec![b' '; 1100], b"%PDF-1.7".to_vec()].concat();
    assert!(types.check("a.pdf", None, &late).is_err());
}

#[test]
fn programs_archives_and_macros_are_refused() {
    let types = types();
    let table: [(&str, Vec<u8>); 4] = [
        ("zip", zip(&[("a.txt", "x")])),
        ("office with macros", zip(&[("[Content_Types].xml", "x"), ("word/vbaProject.bin", "x")])),
        ("exe", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF".to_vec()),
        ("gif", b"GIF89a\x01\0\x01\0\x80".to_vec()),
    ];
    for (expected, head) in table {
        assert_eq!(
            types.check("a.docx", None, &head).unwrap_err(),
            TypeError::NotAllowed { sniffed: expected.to_owned() }
        );
    }
    assert_eq!(types.check("a.docx", None, &ole("EncryptedPackage")).unwrap_err(), TypeError::Locked);
    assert_eq!(types.check("a.pdf", None, b"").unwrap_err(), TypeError::Empty);
    assert_eq!(types.check("a.pdf", None, &[0x07, 0x80, 0x81, 0x02]).unwrap_err(), TypeError::Unrecognised);
}

#[test]
fn a_character_cut_by_the_end_of_the_head_is_still_text() {
    let mut head = "ấ".repeat(HEAD_BYTES).into_bytes();
    head.truncate(HEAD_BYTES);
    assert!(std::str::from_utf8(&head).is_err());
    assert_eq!(types().check("a.txt", None, &head).unwrap().code, "text");
}

#[test]
fn a_catalogue_with_an_ambiguous_extension_is_refused() {
    let one = "[[type]]\ncode='a'\nformat='pdf'\nmedia='a/b'\nextensions=['pdf']\nvi='a'\nen='a'\n";
    assert!(FileTypes::parse(one).is_ok());
    assert!(matches!(FileTypes::parse(&one.repeat(2)), Err(CatalogueError::Extension(_))));
    assert!(matches!(FileTypes::parse(&one.replace("'pdf']", "'PDF']")), Err(CatalogueError::Extension(_))));
    assert!(matches!(
        FileTypes::parse(&one.replace("format='pdf'", "format='x'")),
        Err(CatalogueError::Malformed(_))
    ));
}

fn any_sample() -> impl Strategy<Value = Vec<u8>> {
    proptest::sample::select(samples().into_iter().map(|(_, head)| head).collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn damaged_files_never_panic(
        mut head in any_sample(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut in any::<prop::sample::Index>(),
        name in "a\\.(pdf|docx|doc|xml|txt|asice)",
    ) {
        for (at, byte) in damage {
            let at = at.index(head.len());
            head[at] = byte;
        }
        head.truncate(cut.index(head.len() + 1));
        let _ = types().check(&name, None, &head);
    }

    #[test]
    fn random_bytes_never_panic(head in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = types().check("a.pdf", None, &head);
    }
}
