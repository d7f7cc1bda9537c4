use lopdf::{Document, Object, SaveOptions, Stream, dictionary};

use super::read_text;
use crate::content::text::{TextError, TextLimits, TextSink};

fn read(bytes: &[u8]) -> Result<String, TextError> {
    read_within(bytes, &TextLimits::default())
}

fn read_within(bytes: &[u8], limits: &TextLimits) -> Result<String, TextError> {
    let mut text = TextSink::new(limits.output_chars);
    read_text(bytes, limits, &mut text)?;
    Ok(text.finish())
}

/// A file of numbered objects, written without cross-reference table or trailer.
fn pdf(objects: &[&str]) -> Vec<u8> {
    let mut file = String::from("%PDF-1.7\n");
    for (at, object) in objects.iter().enumerate() {
        file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
    }
    file.push_str("%%EOF");
    file.into_bytes()
}

fn stream(dictionary: &str, content: &str) -> String {
    format!("<<{dictionary}/Length {}>>\nstream\n{content}\nendstream", content.len())
}

const CATALOG: &str = "<</Type/Catalog/Pages 2 0 R>>";
const PAGES: &str = "<</Type/Pages/Count 1/Kids[3 0 R]/Resources<</Font<</F1 5 0 R>>>>>>";
const PAGE: &str = "<</Type/Page/Parent 2 0 R/Contents 4 0 R>>";
const HELVETICA: &str = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";

fn page_of(content: &str, font: &str) -> Vec<u8> {
    pdf(&[CATALOG, PAGES, PAGE, &stream("", content), font])
}

/// "Giấy khai sinh" in glyph ids of a subset font, as word processors write it.
pub(crate) fn composite_pdf() -> Vec<u8> {
    let map = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n\
        1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
        4 beginbfchar <0003> <0020> <0010> <0047> <0011> <1EA5> <0012> <0079> endbfchar\n\
        2 beginbfrange <0020> <0022> <0068> <0030> <0032> [<006B> <0061> <0073>] endbfrange\n\
        1 beginbfchar <0040> <006E> endbfchar endcmap";
    pdf(&[
        CATALOG,
        PAGES,
        PAGE,
        &stream(
            "",
            "BT /F1 12 Tf 1 0 0 1 72 700 Tm [<0010002100110012> 20 <0003>] TJ <0030002000310021> Tj ( ) Tj <0003003200210040> Tj <0020> Tj ET",
        ),
        "<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+Serif/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
        "<</Type/Font/Subtype/CIDFontType2/DW 500/W[16[600 500] 32 64 450]>>",
        &stream("", map),
    ])
}

/// The same kind of page with everything in object streams and compressed, written by another library.
pub(crate) fn packed_pdf() -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Times",
        "Encoding" => dictionary! {
            "Type" => "Encoding",
            "Differences" => vec![
                1.into(), Object::Name(b"Dcroat".to_vec()), Object::Name(b"ohorndotbelow".to_vec()), Object::Name(b"uni1EA5".to_vec()),
            ],
        },
    });
    let content = b"BT /F1 12 Tf (\x01\x02n c\x03p l\x02i) Tj ET\n".repeat(40);
    let mut stream = Stream::new(dictionary! {}, content);
    stream.compress().unwrap();
    let content = document.add_object(stream);
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
    });
    document
        .objects
        .insert(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut file = Vec::new();
    let options = SaveOptions::builder().use_object_streams(true).use_xref_streams(true).build();
    document.save_with_options(&mut file, options).unwrap();
    file
}

/// A page that draws a form, and a filled field beside it.
pub(crate) fn form_pdf() -> Vec<u8> {
    pdf(&[
        CATALOG,
        PAGES,
        "<</Type/Page/Contents 4 0 R/Annots[7 0 R]/Resources<</XObject<</X 6 0 R>>/Font<</F1 5 0 R>>>>>>",
        &stream("", "/X Do BT /F1 9 Tf (sau) Tj ET"),
        HELVETICA,
        &stream("/Subtype/Form/Resources<</Font<</F2 5 0 R>>>>", "BT /F2 9 Tf 0 50 Td (trong) Tj ET"),
        "<</Subtype/Widget/AP<</N 8 0 R>>>>",
        &stream("/Subtype/Form/Resources<</Font<</F2 5 0 R>>>>", "BT /F2 9 Tf (o khai) Tj ET"),
    ])
}

#[test]
fn glyphs_of_a_subset_font_become_letters() {
    assert_eq!(read(&composite_pdf()).unwrap(), "Giấy khai sinh");
}

#[test]
fn object_streams_and_glyph_names_are_read() {
    let file = packed_pdf();
    assert!(!file.windows(9).any(|w| w == b"/Catalog "), "the catalog lies in an object stream");
    assert_eq!(read(&file).unwrap().lines().next().unwrap().split(" Đ").next().unwrap(), "Đợn cấp lợi");
}

#[test]
fn words_end_at_gaps_and_lines_at_moves() {
    let widths: String = std::iter::repeat_n("500 ", 256).collect();
    let font = format!(
        "<</Type/Font/Subtype/TrueType/FirstChar 0/LastChar 255/Widths[{widths}]/Encoding/WinAnsiEncoding>>"
    );
    let table = [
        // Half an em a letter: two letters at size 10 end 10 further on.
        ("BT /F1 10 Tf 0 0 Td (ab) Tj 10 0 Td (cd) Tj ET", "abcd"),
        ("BT /F1 10 Tf 0 0 Td (ab) Tj 13 0 Td (cd) Tj ET", "ab cd"),
        ("BT /F1 10 Tf (ab) Tj ET BT /F1 10 Tf 10.5 0 Td (cd) Tj ET", "abcd"),
        ("BT /F1 1 Tf 10 0 0 10 0 0 Tm (ab) Tj 10 0 0 10 13 0 Tm (cd) Tj ET", "ab cd"),
        ("10 0 0 10 0 0 cm BT /F1 1 Tf (ab) Tj 1 0 Td (cd) Tj ET", "abcd"),
        ("BT /F1 10 Tf 0 1 -1 0 0 0 Tm (ab) Tj 0 1 -1 0 0 10 Tm (cd) Tj ET", "abcd"),
        ("BT /F1 10 Tf [(ab) -20 (cd) -300 (ef) 30 (gh)] TJ ET", "abcd efgh"),
        ("BT /F1 10 Tf 2 Tc (ab) Tj (cd) Tj ET", "abcd"),
        ("BT /F1 10 Tf (ab) Tj 0 -12 Td (cd) Tj ET", "ab\ncd"),
        ("BT /F1 10 Tf 12 TL (ab) Tj (cd) ' 1 1 (ef) \" T* (gh) Tj ET", "ab\ncd\nef\ngh"),
        ("BT /F1 10 Tf (ab) Tj 0 3 Td 10 0 Td (2) Tj ET", "ab2"),
        ("BT /F1 10 Tf (a\\)\\141\\\nb \\(c) Tj ET", "a)ab (c"),
        ("q BT /F1 10 Tf (ab) Tj ET Q BT (cd) Tj ET", "ab"),
        ("BI /W 1 /H 1 ID \x01(x) Tj EI BT /F1 10 Tf (ab) Tj ET", "ab"),
    ];
    for (content, expected) in table {
        assert_eq!(read(&page_of(content, &font)).unwrap(), expected, "{content}");
    }
}

#[test]
fn forms_and_filled_fields_are_read() {
    assert_eq!(read(&form_pdf()).unwrap(), "trong\nsau\no khai");
}

#[test]
fn an_update_replaces_what_was_there() {
    let mut file = page_of("BT /F1 9 Tf (cu) Tj ET", HELVETICA);
    file.extend_from_slice(
        format!("\n4 0 obj\n{}\nendobj\n", stream("", "BT /F1 9 Tf (moi) Tj ET")).as_bytes(),
    );
    assert_eq!(read(&file).unwrap(), "moi");
}

#[test]
fn damage_costs_only_what_is_damaged() {
    let whole = page_of("BT /F1 9 Tf (con) Tj ET", HELVETICA);
    let text = String::from_utf8(whole).unwrap();
    assert_eq!(read(text.replace("/Length", "/Lxngth").as_bytes()).unwrap(), "con");
    assert_eq!(read(text.replace("/Length 2", "/Length 9").as_bytes()).unwrap(), "con");
    assert_eq!(
        read(
            text.replace("/Kids[3 0 R]", "/Kids[9 0 R]")
                .replace("/Page/", "/Page/Resources<</Font<</F1 5 0 R>>>>/")
                .as_bytes()
        )
        .unwrap(),
        "con"
    );
    assert_eq!(
        read(
            text.replace("/Catalog", "/Katalog")
                .replace("/Page/", "/Page/Resources<</Font<</F1 5 0 R>>>>/")
                .as_bytes()
        )
        .unwrap(),
        "con"
    );
    assert_eq!(read(b"%PDF-1.7").unwrap_err(), TextError::Malformed);
}

#[test]
fn encrypted_files_say_so() {
    let mut file = page_of("", HELVETICA);
    file.extend_from_slice(b"\ntrailer\n<</Root 1 0 R/Encrypt 9 0 R>>\n");
    assert_eq!(read(&file).unwrap_err(), TextError::Encrypted);
}

#[test]
fn hostile_structures_end() {
    let small = TextLimits { inflated_bytes: 4 * 1024 * 1024, ..TextLimits::default() };
    let cycle = pdf(&[CATALOG, "<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]>>", "3 0 R"]);
    assert_eq!(read(&cycle).unwrap(), "");
    let form = stream(
        "/Subtype/Form/Resources<</XObject<</X 4 0 R>>/Font<</F1 5 0 R>>>>",
        &"/X Do BT /F1 9 Tf (a) Tj ET ".repeat(50),
    );
    let forms = pdf(&[
        CATALOG,
        PAGES,
        "<</Type/Page/Contents 4 0 R/Resources<</XObject<</X 4 0 R>>>>>>",
        &form,
        HELVETICA,
    ]);
    assert!(read_within(&forms, &small).is_ok());
    let map = stream("", "1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange");
    let endless = pdf(&[
        CATALOG,
        PAGES,
        PAGE,
        &stream("", "BT /F1 9 Tf <0001> Tj ET"),
        "<</Subtype/Type0/ToUnicode 6 0 R>>",
        &map,
    ]);
    assert_eq!(read(&endless).unwrap(), "B");
    for opening in ["1 0 obj(", "1 0 obj<", "1 0 obj[", "1 0 obj<<", "1 0 obj<</Length 1>>stream "] {
        let _ = read_within(opening.repeat(100_000).as_bytes(), &small);
    }
}
