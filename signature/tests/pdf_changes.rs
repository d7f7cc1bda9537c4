//! What may be done to a file after it was signed, and what may not (ISO 32000-2, 12.8.2), on files made here.

mod pdf_file;

use kho_signature::{
    Code,
    pdf::{Document, SignatureField},
    report::Modification,
};
use pdf_file::{PdfFile, Update};

const NOTHING: &str = "/Reference [<< /TransformMethod /DocMDP /TransformParams << /P 1 /V /1.2 >> >>]";
const FILLING: &str = "/Reference [<< /TransformMethod /DocMDP /TransformParams << /P 2 /V /1.2 >> >>]";
const ANNOTATING: &str = "/Reference [<< /TransformMethod /DocMDP /TransformParams << /P 3 /V /1.2 >> >>]";

/// What is said about the first signature; signatures that no field holds come first.
#[track_caller]
fn judged(file: &PdfFile, expected: Modification, code: Option<Code>) {
    let signatures = Document::open(&file.bytes).map(|document| {
        let say = |signature: &SignatureField<'_>| {
            let codes = signature.findings.iter().map(|finding| finding.code).collect::<Vec<_>>();
            (signature.modified_after_signing, codes)
        };
        document.signatures().iter().map(say).collect::<Vec<_>>()
    });
    let found = signatures.iter().flatten().find(|(_, codes)| code.is_none_or(|code| codes.contains(&code)));
    assert_eq!(found.map(|(modification, _)| *modification), Some(expected), "{code:?} of {signatures:?}");
}

#[track_caller]
fn permitted(file: &PdfFile, code: Code) {
    judged(file, Modification::Permitted, Some(code));
}

#[track_caller]
fn forbidden(file: &PdfFile, code: Code) {
    judged(file, Modification::Forbidden, Some(code));
}

#[test]
fn a_file_that_nothing_was_added_to_is_covered() {
    let file = PdfFile::signed("");
    let covers = |file: &PdfFile| {
        Document::open(&file.bytes).is_ok_and(|document| {
            document.signatures().iter().all(|signature| signature.sound && signature.covers_whole_document)
        })
    };
    assert!(covers(&file));
    judged(&file, Modification::None, None);
    let followed = file.followed_by("\r\n");
    assert!(!covers(&followed));
    judged(&followed, Modification::None, Some(Code::TrailingWhiteSpace));
}

#[test]
fn filling_in_is_permitted_with_the_appearance_of_the_value() {
    let file = PdfFile::signed("");
    let filled = file.edited(10, "(An)", "(Binh)");
    permitted(&file.with(&[(10, &filled)]), Code::FieldFilled);
    let drawn = "<< /Subtype /Form /Length 4 >> stream\nBinh\nendstream";
    permitted(&file.with(&[(10, &filled), (20, drawn)]), Code::FieldFilled);
    permitted(&file.with(&[(10, &filled.replace("20 0 R", "100 0 R")), (100, drawn)]), Code::FieldFilled);
    let with_border = filled.replace("/F 4", "/F 4 /Ff 0 /BS << /S /S /W 1 >>");
    permitted(&file.with(&[(10, &with_border)]), Code::FieldFilled);
    permitted(&file.with(&[(12, &file.edited(12, "/V /Off /AS /Off", "/V /On /AS /On"))]), Code::FieldFilled);
    permitted(&file.with_edit(10, "/F 4", "/F 4 /Ff 1"), Code::FieldMadeReadOnly);
    permitted(&PdfFile::signed(FILLING).with(&[(10, &filled)]), Code::FieldFilled);
    forbidden(&PdfFile::signed(NOTHING).with(&[(10, &filled)]), Code::FieldFilled);
}

#[test]
fn a_field_may_not_show_something_else_while_its_value_stays() {
    let file = PdfFile::signed(ANNOTATING);
    let drawn = "<< /Subtype /Form /Length 4 >> stream\nBinh\nendstream";
    forbidden(&file.with(&[(20, drawn)]), Code::FieldChanged);
    forbidden(&file.with(&[(10, &file.edited(10, "20 0 R", "100 0 R")), (100, drawn)]), Code::FieldChanged);
    forbidden(&file.with_edit(12, "/AS /Off", "/AS /On"), Code::FieldChanged);
    forbidden(&file.with_edit(10, "/F 4", "/F 6"), Code::FieldChanged);
    let hidden = (12, &*file.edited(12, "/P 3", "/F 100 0 R /P 3"));
    forbidden(&file.with(&[hidden, (100, "2")]), Code::FieldChanged);
    forbidden(&file.with_edit(10, "/V (An) /Rect [50 50", "/V (Bo) /Rect [50 250"), Code::FieldChanged);
    // An appearance that something unknown uses as well.
    let named = file.updated(Update { trailer: "/Odd 20 0 R", ..Update::default() });
    forbidden(&named.with(&[(10, &file.edited(10, "(An)", "(Binh)")), (20, drawn)]), Code::ObjectOverwritten);
    // Filling in one field does not excuse the appearance of another.
    forbidden(&file.with(&[(10, &file.edited(10, "(An)", "(Binh)")), (21, drawn)]), Code::FieldChanged);
    forbidden(&file.with_edit(5, "/DR", "/NeedAppearances true /DR"), Code::CatalogChanged);
}

#[test]
fn fields_are_neither_added_nor_taken_away() {
    let file = PdfFile::signed(ANNOTATING);
    forbidden(&file.with_edit(5, "10 0 R ", ""), Code::FieldRemoved);
    let text = "<< /Subtype /Widget /FT /Tx /T (new) /Rect [0 0 9 9] >>";
    forbidden(&file.with(&[(5, &file.edited(5, "10 0 R", "10 0 R 100 0 R")), (100, text)]), Code::FieldAdded);
    let button = "<< /Subtype /Widget /FT /Btn /Ff 65536 /Rect [0 0 99 99] >>";
    forbidden(
        &file.with(&[(15, &file.edited(15, "16 0 R", "16 0 R 100 0 R")), (100, button)]),
        Code::FieldAdded,
    );
    // A picture laid over the page in the shape of a field that nobody signs.
    let picture = "<< /Subtype /Widget /FT /Sig /T (new) /Rect [0 0 400 400] /AP << /N 24 0 R >> >>";
    forbidden(
        &file.with(&[(5, &file.edited(5, "10 0 R", "10 0 R 100 0 R")), (100, picture)]),
        Code::FieldAdded,
    );
}

#[test]
fn what_a_page_shows_stays() {
    let file = PdfFile::signed(ANNOTATING);
    forbidden(&file.with_edit(6, "Xin", "Yin"), Code::PageContentChanged);
    forbidden(&file.with_edit(7, "Helvetica", "Courier"), Code::PageContentChanged);
    forbidden(&file.with_edit(4, "/Type", "/Rotate 90 /Type"), Code::PageContentChanged);
    forbidden(&file.with_edit(2, "3 0 R 4 0 R", "4 0 R 3 0 R"), Code::PageTreeChanged);
    forbidden(&file.updated(Update { freed: vec![6], ..Update::default() }), Code::PageContentChanged);
    // Object 60 was left out for later.
    forbidden(
        &file.with(&[(60, "<< /Subtype /Form /Length 1 >> stream\nf\nendstream")]),
        Code::PageContentChanged,
    );
    // Not even if the page that left it out is written anew for a reason that is good.
    let page = file.edited(3, "14 0 R]", "14 0 R 40 0 R]");
    let hole = (60, "<< /Subtype /Form /Length 1 >> stream\nf\nendstream");
    forbidden(&file.with(&[(3, &page), hole]), Code::PageContentChanged);
    // Nor may the cross references make an object missing that stays where it is.
    for trailer in ["/Size 5", "/Root 2 0 R"] {
        forbidden(&file.updated(Update { trailer, ..Update::default() }), Code::CrossReferenceAmbiguous);
    }
    // And another object 6 was hidden in the signed bytes.
    forbidden(&file.updated(Update { entries: vec![(6, 9)], ..Update::default() }), Code::PageContentChanged);
    forbidden(&file.with(&[(1, "[ ]")]), Code::SignatureNotInForm);
}

#[test]
fn annotating_needs_permission() {
    for (reference, judge) in
        [("", forbidden as fn(&PdfFile, Code)), (FILLING, forbidden), (ANNOTATING, permitted)]
    {
        let file = PdfFile::signed(reference);
        let text = "<< /Subtype /FreeText /Rect [0 0 9 9] /Contents (evil) >>";
        judge(
            &file.with(&[(15, &file.edited(15, "16 0 R", "16 0 R 100 0 R")), (100, text)]),
            Code::AnnotationAdded,
        );
        judge(&file.with_edit(15, "16 0 R 17 0 R", "17 0 R 16 0 R"), Code::AnnotationChanged);
        judge(&file.with_edit(15, "16 0 R ", ""), Code::AnnotationRemoved);
    }
    permitted(&PdfFile::signed(ANNOTATING).with_edit(14, "/F 6", "/F 4"), Code::AnnotationChanged);
    forbidden(&PdfFile::signed("").with_edit(14, "/F 6", "/F 4"), Code::AnnotationChanged);
}

#[test]
fn the_catalog_gains_evidence_and_description_only() {
    let file = PdfFile::signed(NOTHING);
    let catalog = |entry: &str| file.edited(1, "/Type", &format!("{entry} /Type"));
    let evidence = (100, "<< /Type /DSS /Certs [101 0 R] >>");
    let stored =
        file.with(&[(1, &catalog("/DSS 100 0 R")), evidence, (101, "<< /Length 1 >> stream\n0\nendstream")]);
    permitted(&stored, Code::SecurityStoreUpdated);
    permitted(
        &stored.with(&[(100, "<< /Type /DSS /Certs [101 0 R] /CRLs [] >>")]),
        Code::SecurityStoreUpdated,
    );
    forbidden(&stored.with(&[(100, "<< /Type /DSS /JS (1) >>")]), Code::ObjectOverwritten);
    let described = file.updated(Update {
        objects: vec![(100, "<< /ModDate (D:2026) >>".to_owned())],
        trailer: "/Info 100 0 R",
        ..Update::default()
    });
    permitted(&described, Code::MetadataChanged);
    let extended = file.with(&[(1, &catalog("/Extensions 100 0 R")), (100, "<< /ADBE << >> >>")]);
    permitted(&extended.with(&[(100, "<< /ADBE << /ExtensionLevel 5 >> >>")]), Code::MetadataChanged);
    permitted(&file.with(&[(100, "<< /Nobody /uses >>")]), Code::RevisionWithoutEffect);
    for entry in [
        "/OpenAction << /S /JavaScript /JS (1) >>",
        "/Names << >>",
        "/OCProperties << /OCGs [] >>",
        "/Outlines 9 0 R",
    ] {
        forbidden(&file.with(&[(1, &catalog(entry))]), Code::CatalogChanged);
    }
    forbidden(&file.with(&[(1, &catalog("/Perms << /DocMDP 31 0 R >>"))]), Code::PermissionsChanged);
}

#[test]
fn an_object_written_again_is_no_change() {
    let file = PdfFile::signed(NOTHING);
    let font = "<< /Subtype /Type1 /BaseFont /Helv#65tica\n/Type /Font >>";
    permitted(&file.with(&[(7, font)]), Code::RevisionWithoutEffect);
    let hex = "<< /Length 5 /Filter /ASCIIHexDecode >> stream\n416E>\nendstream";
    let written = file.with(&[(20, &hex.replace(" /Filter", " /Subtype /Form /Filter"))]);
    permitted(&written, Code::RevisionWithoutEffect);
}

#[test]
fn every_byte_of_an_update_is_accounted_for() {
    let file = PdfFile::signed("");
    let objects = || vec![(100, "<< >>".to_owned())];
    let with = |loose| file.updated(Update { objects: objects(), loose, ..Update::default() });
    forbidden(&with("6 0 obj << >> endobj\n"), Code::UnaccountedBytes);
    forbidden(&with("% 6 0 obj << >> endobj\n"), Code::UnaccountedBytes);
    permitted(&with("% words\n"), Code::RevisionWithoutEffect);
    forbidden(&file.followed_by("6 0 obj << >> endobj"), Code::UnaccountedBytes);
    forbidden(&file.followed_by("startxref\n99999999\n%%EOF\n"), Code::ByteRangeNotAtRevisionEnd);
}

#[test]
fn a_revision_that_is_left_out_is_missed() {
    let unsigned = PdfFile::form();
    let first = unsigned.bytes.len() - "startxref\n0000\n%%EOF\n".len();
    let startxref = String::from_utf8(unsigned.bytes[first..].to_vec()).unwrap();
    let rolled_back = PdfFile::signed("").followed_by(&startxref);
    forbidden(&rolled_back, Code::SignedRevisionDropped);
    let file = PdfFile::signed("");
    forbidden(&file.with_edit(30, "/V 31 0 R", ""), Code::SignatureNotInForm);
    forbidden(&file.with(&[(31, &file.edited(31, "/Type", "/Reason (x) /Type"))]), Code::SignatureReplaced);
}

#[test]
fn signing_further_is_permitted_but_not_to_show_it_after_a_certification() {
    let again = |reference: &str, rect: &str| {
        let mut file = PdfFile::signed(reference);
        file.sign(40, "Sig2", rect, "");
        file
    };
    permitted(&again("", "[0 0 0 0]"), Code::SignatureFieldAdded);
    permitted(&again("", "[0 0 99 99]"), Code::VisibleSignatureFieldAdded);
    permitted(&again(FILLING, "[0 0 0 0]"), Code::SignatureFieldAdded);
    forbidden(&again(FILLING, "[0 0 99 99]"), Code::VisibleSignatureFieldAdded);
    forbidden(&again(NOTHING, "[0 0 0 0]"), Code::SignatureFieldAdded);
    let mut stamped = PdfFile::signed(NOTHING);
    stamped.sign(40, "Stamp", "[0 0 0 0]", "/Type /DocTimeStamp");
    forbidden(&stamped, Code::SignatureFieldAdded);
}

#[test]
fn locked_fields_stay() {
    let lock = |action: &str| {
        let lock = format!("/Reference [<< /TransformMethod /FieldMDP /TransformParams << {action} >> >>]");
        let file = PdfFile::signed(&lock);
        (file.with_edit(10, "(An)", "(Binh)"), file.with_edit(11, "(Hue)", "(Vinh)"))
    };
    let (name, place) = lock("/Action /Include /Fields [(name)]");
    forbidden(&name, Code::LockedFieldChanged);
    permitted(&place, Code::FieldFilled);
    let (name, place) = lock("/Action /Exclude /Fields [(name)]");
    permitted(&name, Code::FieldFilled);
    forbidden(&place, Code::LockedFieldChanged);
    let (name, place) = lock("/Action /All");
    forbidden(&name, Code::LockedFieldChanged);
    forbidden(&place, Code::LockedFieldChanged);
}

/// Offsets count from the start of the file or from the header, as the reader likes.
#[test]
fn a_file_that_can_be_read_as_two_is_found_out() {
    let section = |offset: usize| {
        format!("xref\n1 1\n{offset:010} 00000 n \ntrailer << /Root 1 0 R >>\nstartxref\n600\n%%EOF\n")
    };
    let placed = |pieces: &[(usize, String)]| {
        pieces.iter().fold(String::new(), |file, (at, piece)| format!("{file:at$}{piece}"))
    };
    let header = (300, "%PDF-1.7\n".to_owned());
    let catalog = (400, "1 0 obj << /Type /Catalog >> endobj\n".to_owned());
    let (from_start, from_header) = ((600, section(400)), (900, section(100)));
    let findings = |pieces: &[(usize, String)]| {
        let file = placed(pieces);
        Document::open(file.as_bytes())
            .map(|document| document.findings().iter().map(|finding| finding.code).collect::<Vec<_>>())
    };
    let (one, other) = (from_start.clone(), from_header.clone());
    assert_eq!(findings(&[header.clone(), catalog.clone(), one]), Ok(vec![]));
    assert_eq!(findings(&[header.clone(), catalog.clone(), other]), Ok(vec![]));
    let both = [header, catalog, from_start, from_header];
    assert_eq!(findings(&both), Ok(vec![Code::CrossReferenceAmbiguous]));
}
