use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::file_type::FileTypes;
use super::*;

fn text_of(code: &str, bytes: &[u8]) -> Result<String, TextError> {
    text_within(code, bytes, &TextLimits::default())
}

fn text_within(code: &str, bytes: &[u8], limits: &TextLimits) -> Result<String, TextError> {
    extract_text(FileTypes::load(None).unwrap().by_code(code).unwrap(), bytes, limits)
}

fn zip(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn docx(body: &str) -> Vec<u8> {
    let document =
        format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    zip(&[
        ("[Content_Types].xml", "<Types>không</Types>"),
        ("word/header1.xml", "<w:hdr><w:p><w:r><w:t>Ủy ban</w:t></w:r></w:p></w:hdr>"),
        ("word/document.xml", &document),
        ("word/settings.xml", "<w:settings>không</w:settings>"),
    ])
}

fn xlsx() -> Vec<u8> {
    zip(&[
        ("xl/workbook.xml", "<workbook>không</workbook>"),
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>Họ tên</t></si><si><r><t>Lò Thị </t></r><r><t>Mai</t></r></si></sst>",
        ),
        (
            "xl/worksheets/sheet1.xml",
            "<worksheet><row><c t=\"s\"><v>77</v></c><c><f>1+1</f><v>12.5</v></c><c t=\"inlineStr\"><is><t>Đạt</t></is></c></row></worksheet>",
        ),
    ])
}

fn pptx() -> Vec<u8> {
    let slide = |text: &str| format!("<p:sld><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>");
    zip(&[
        ("ppt/slides/slide10.xml", &slide("mười")),
        ("ppt/slides/slide2.xml", &slide("hai")),
        ("ppt/slides/_rels/slide2.xml.rels", "<x>không</x>"),
    ])
}

fn odt() -> Vec<u8> {
    zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", "<o><text:h>Đơn</text:h><text:p>xin<text:s/>cấp<text:tab/>lại</text:p></o>"),
        ("meta.xml", "<x>không</x>"),
    ])
}

#[test]
fn words_of_a_docx_are_whole_and_deletions_are_left_out() {
    let body = "<w:p><w:r><w:t>Giấ</w:t></w:r><w:r><w:t xml:space=\"preserve\">y khai </w:t></w:r><w:r><w:t>sinh</w:t></w:r></w:p>\
        <w:p><w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del><w:instrText>PAGE</w:instrText>\
        <w:r><w:t>Số</w:t><w:tab/><w:t>12 &amp; 13 &#x1EA5;</w:t></w:r></w:p>";
    assert_eq!(text_of("docx", &docx(body)).unwrap(), "Giấy khai sinh\nSố 12 & 13 ấ\nỦy ban");
}

#[test]
fn cells_slides_and_open_documents_are_read_in_order() {
    assert_eq!(text_of("xlsx", &xlsx()).unwrap(), "Họ tên\nLò Thị Mai\n12.5 Đạt");
    assert_eq!(text_of("pptx", &pptx()).unwrap(), "hai\nmười");
    assert_eq!(text_of("odt", &odt()).unwrap(), "Đơn\nxin cấp lại");
}

#[test]
fn text_of_xml_stands_between_its_tags() {
    let xml = "\u{FEFF}<?xml version=\"1.0\"?><toKhai ma=\"x\"><hoTen>Lò Thị Mai</hoTen><so>12</so><![CDATA[a<b]]>&lt;</toKhai>";
    assert_eq!(text_of("xml", xml.as_bytes()).unwrap(), "Lò Thị Mai 12 a<b<");
    let utf16: Vec<u8> =
        std::iter::once(0xFEFF).chain("<a>Đơn</a>".encode_utf16()).flat_map(u16::to_be_bytes).collect();
    assert_eq!(text_of("xml", &utf16).unwrap(), "Đơn");
}

#[test]
fn document_types_are_refused() {
    let laughs = "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>";
    assert_eq!(text_of("xml", laughs.as_bytes()).unwrap_err(), TextError::Malformed);
    assert_eq!(text_of("docx", &zip(&[("word/document.xml", laughs)])).unwrap_err(), TextError::Malformed);
}

#[test]
fn plain_text_is_unicode_or_not_read() {
    assert_eq!(text_of("text", "Khai\r\n\r\nsinh \t x\0y\n".as_bytes()).unwrap(), "Khai\nsinh x y");
    assert_eq!(text_of("text", b"caf\xE9").unwrap_err(), TextError::Unsupported);
}

#[test]
fn types_without_readable_text_say_so() {
    assert_eq!(text_of("png", b"\x89PNG").unwrap(), "");
    for code in ["doc", "xls", "ppt", "p7m", "asice"] {
        assert_eq!(text_of(code, b"x").unwrap_err(), TextError::Unsupported);
    }
}

fn readability_of(code: &str, bytes: &[u8]) -> Option<Readability> {
    read(FileTypes::load(None).unwrap().by_code(code).unwrap(), bytes, &TextLimits::default()).readability
}

#[test]
fn a_document_is_empty_where_neither_text_nor_picture_is_seen() {
    let (empty, readable) = (Some(Readability::Empty), Some(Readability::Readable));
    assert_eq!(readability_of("text", b"\xEF\xBB\xBF \r\n\t"), empty);
    assert_eq!(readability_of("text", "Đơn".as_bytes()), readable);
    let body = |body: &str| zip(&[("word/document.xml", &format!("<w:document>{body}</w:document>"))]);
    assert_eq!(readability_of("docx", &body("<w:p/><w:p><w:delText>bỏ</w:delText></w:p>")), empty);
    assert_eq!(readability_of("docx", &body("<w:p><w:drawing><a/></w:drawing></w:p>")), readable);
    assert_eq!(readability_of("docx", &body("<w:altChunk r:id=\"r\"/>")), readable);
    assert_eq!(
        readability_of("docx", &zip(&[("word/header1.xml", "<w:hdr/>")])),
        None,
        "its body has another name"
    );
    assert_eq!(readability_of("docx", &zip(&[("word/document2.xml", "<w:document/>")])), None);
    let sheet = ("xl/worksheets/sheet1.xml", "<worksheet><sheetData/></worksheet>");
    assert_eq!(readability_of("xlsx", &zip(&[sheet])), empty);
    assert_eq!(readability_of("xlsx", &zip(&[sheet, ("xl/drawings/drawing1.xml", "<d/>")])), readable);
    assert_eq!(readability_of("xlsx", &xlsx()), readable);
    let slide =
        |shape: &str| zip(&[("ppt/slides/slide1.xml", &format!("<p:sld><p:sp>{shape}</p:sp></p:sld>"))]);
    assert_eq!(readability_of("pptx", &slide("<p:spPr/>")), empty);
    assert_eq!(readability_of("pptx", &slide("<a:prstGeom prst=\"rect\"/>")), readable);
    let open = |body: &str| zip(&[("content.xml", body), ("Thumbnails/thumbnail.png", "x")]);
    assert_eq!(readability_of("odt", &open("<o><text:p/></o>")), empty);
    assert_eq!(readability_of("odt", &open("<o><draw:image/></o>")), readable);
}

#[test]
fn an_open_document_with_a_password_says_so_in_its_manifest() {
    let manifest =
        "<m:file-entry m:full-path=\"content.xml\"><m:encryption-data m:checksum=\"x\"/></m:file-entry>";
    let locked = zip(&[("META-INF/manifest.xml", manifest), ("content.xml", "\u{1}\u{2}<ô")]);
    assert_eq!(readability_of("odt", &locked), Some(Readability::Locked));
    let wrapped = zip(&[("META-INF/manifest.xml", manifest), ("encrypted-package", "\u{1}\u{2}")]);
    assert_eq!(readability_of("ods", &wrapped), Some(Readability::Locked));
    assert_eq!(readability_of("odt", b"PK\x03\x04"), Some(Readability::Damaged));
}

#[test]
fn archives_that_grow_too_much_are_refused() {
    let long = docx(&format!("<w:p>{}</w:p>", "<w:r><w:t>a</w:t></w:r>".repeat(200_000)));
    assert!(long.len() < 100_000, "{}", long.len());
    let defaults = TextLimits::default();
    assert!(text_within("docx", &long, &defaults).is_ok());
    for limits in [
        TextLimits { inflated_bytes: 1024 * 1024, ..defaults },
        TextLimits { inflation_ratio: 1, ..defaults },
        TextLimits { archive_entries: 3, ..defaults },
        TextLimits { input_bytes: long.len() - 1, ..defaults },
    ] {
        assert_eq!(text_within("docx", &long, &limits).unwrap_err(), TextError::TooLarge, "{limits:?}");
    }
}

#[test]
fn output_is_cut_at_its_limit() {
    let limits = TextLimits { output_chars: 5, ..TextLimits::default() };
    assert_eq!(text_within("text", "Đường phố".as_bytes(), &limits).unwrap(), "Đường");
    assert_eq!(text_within("odt", &odt(), &limits).unwrap(), "Đơn\nx");
}

fn damaged() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    let samples = vec![
        ("docx", docx("<w:p><w:r><w:t>Giấy khai sinh</w:t></w:r></w:p>")),
        ("xlsx", xlsx()),
        ("pptx", pptx()),
        ("odt", odt()),
        ("xml", "<?xml version=\"1.0\"?><a b=\"c\"><d>Đơn &amp; từ</d><![CDATA[x]]><!-- y --></a>".into()),
        ("text", "Giấy khai sinh".into()),
        ("pdf", pdf::tests::composite_pdf()),
        ("pdf", pdf::tests::packed_pdf()),
        ("pdf", pdf::tests::form_pdf()),
    ];
    let damage = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..10);
    let splice = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0usize..40);
    (proptest::sample::select(samples), damage, splice).prop_map(
        |((code, mut bytes), damage, (from, to, count))| {
            for (at, byte) in damage {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let from = from.index(bytes.len());
            let piece = bytes[from..bytes.len().min(from + count)].to_vec();
            let to = to.index(bytes.len());
            bytes.splice(to..to, piece);
            (code, bytes)
        },
    )
}

proptest! {
    #[test]
    fn damaged_files_never_panic((code, bytes) in damaged(), cut in any::<prop::sample::Index>()) {
        let limits = TextLimits { inflated_bytes: 1024 * 1024, output_chars: 10_000, ..TextLimits::default() };
        if let Ok(text) = text_within(code, &bytes, &limits) {
            prop_assert!(text.chars().count() <= 10_000);
        }
        let _ = text_within(code, &bytes[..cut.index(bytes.len() + 1)], &limits);
    }

    #[test]
    fn random_pdf_syntax_never_panics(pieces in proptest::collection::vec(pdf_piece(), 0..60)) {
        let limits = TextLimits { inflated_bytes: 256 * 1024, output_chars: 1_000, ..TextLimits::default() };
        let _ = text_within("pdf", pieces.concat().as_bytes(), &limits);
    }
}

fn pdf_piece() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "%PDF-1.7\n",
        "1 0 obj ",
        "2 0 obj ",
        "3 0 obj ",
        "<<",
        ">>",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "/Type/Catalog",
        "/Pages 2 0 R",
        "/Type/Page",
        "/Kids[2 0 R 3 0 R]",
        "/Contents 3 0 R",
        "/Resources<</Font<</F 3 0 R>>/XObject<</X 2 0 R>>>>",
        "/Length 5",
        "stream\n",
        "BT /F 12 Tf (a) Tj ET /X Do ",
        "endstream ",
        "endobj ",
        "trailer",
        "/Type/ObjStm/N 3/First 9",
        "/W[0[1 2]3 4 5]",
        "/Filter/FlateDecode",
        "/Filter[/A85 /AHx]",
        "/Subtype/Type0/ToUnicode 2 0 R",
        "/Subtype/Form",
        "-1",
        "99999999999",
        "1e",
        "#",
        "begincodespacerange",
        "1 beginbfrange <00> <ffffffff> <0041> endbfrange ",
        "BI ID EI ",
        "\0",
    ])
}
