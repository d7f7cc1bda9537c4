//! Files whose objects and cross references are kept in streams (ISO 32000-2, 7.5.7 and 7.5.8), made here byte by byte.

use kho_signature::{
    Code,
    pdf::{Document, Unreadable},
    report::Modification,
};

const VALUE: &str = "<30000000000000000000000000000000>";
const RANGE: &str = "[0000000000 0000000000 0000000000 0000000000]";

/// Where an object is said to stand.
#[derive(Clone, Copy)]
enum At {
    Offset(usize),
    Stream(u32, u16),
}

#[derive(Clone)]
struct StreamFile {
    bytes: Vec<u8>,
    startxref: Option<usize>,
}

impl StreamFile {
    /// Catalog, pages, form and field are in object stream 8, the signature stands in the open.
    fn signed(more: &[(u32, At)]) -> Self {
        let mut file = Self { bytes: b"%PDF-1.7\n".to_vec(), startxref: None };
        let held = file.object_stream(
            8,
            &[
                (1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 3 0 R >>"),
                (2, "<< /Type /Pages /Kids [6 0 R] /Count 1 >>"),
                (3, "<< /Fields [4 0 R 7 0 R] >>"),
                (4, "<< /FT /Sig /T (Sig1) /V 5 0 R >>"),
                (6, "<< /Type /Page /Parent 2 0 R /Contents 50 0 R >>"),
                (7, "<< /FT /Tx /T (name) /V (An) >>"),
            ],
        );
        let signature = format!("<< /Type /Sig /ByteRange {RANGE} /Contents {VALUE} >>");
        let value = file.object(5, &signature);
        let entries: Vec<_> = held.into_iter().chain([value]).chain(more.iter().copied()).collect();
        file.end(9, &entries);
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        assert_eq!(text.len(), file.bytes.len(), "the offsets of text are those of bytes");
        let (gap, at) = (text.find(VALUE).unwrap_or_default(), text.find(RANGE).unwrap_or_default());
        let after = gap + VALUE.len();
        let range = format!("[{:010} {gap:010} {after:010} {:010}]", 0, file.bytes.len() - after);
        file.bytes[at..at + RANGE.len()].copy_from_slice(range.as_bytes());
        file
    }

    fn object(&mut self, number: u32, source: &str) -> (u32, At) {
        let entry = (number, At::Offset(self.bytes.len()));
        self.bytes.extend_from_slice(format!("{number} 0 obj {source} endobj\n").as_bytes());
        entry
    }

    fn object_stream(&mut self, number: u32, objects: &[(u32, &str)]) -> Vec<(u32, At)> {
        let mut index = String::new();
        let mut data = String::new();
        let mut entries = vec![(number, At::Offset(self.bytes.len()))];
        for (place, (held, source)) in (0u16..).zip(objects) {
            index += &format!("{held} {} ", data.len());
            data += &format!("{source} ");
            entries.push((*held, At::Stream(number, place)));
        }
        let (first, length) = (index.len(), index.len() + data.len());
        let head = format!("<< /Type /ObjStm /N {} /First {first} /Length {length} >>", objects.len());
        self.object(number, &format!("{head} stream\n{index}{data}\nendstream"));
        entries
    }

    /// The cross-reference stream, in hexadecimal so that the file stays text, and the end of the revision.
    fn end(&mut self, number: u32, entries: &[(u32, At)]) {
        let startxref = self.bytes.len();
        let (mut rows, mut index) = (String::new(), String::new());
        for (number, at) in entries.iter().chain([&(number, At::Offset(startxref))]) {
            index += &format!("{number} 1 ");
            rows += &match at {
                At::Offset(offset) => format!("01{offset:08x}0000"),
                At::Stream(stream, place) => format!("02{stream:08x}{place:04x}"),
            };
        }
        let previous = self.startxref.map(|at| format!("/Prev {at}")).unwrap_or_default();
        let length = rows.len() + 1;
        let head = format!(
            "<< /Type /XRef /W [1 4 2] /Index [{index}] /Size 200 /Root 1 0 R {previous} /Filter /ASCIIHexDecode /Length {length} >>"
        );
        self.object(number, &format!("{head} stream\n{rows}>\nendstream"));
        self.bytes.extend_from_slice(format!("startxref\n{startxref}\n%%EOF\n").as_bytes());
        self.startxref = Some(startxref);
    }

    #[track_caller]
    fn judged(&self, expected: Modification, code: Option<Code>) {
        let judged = Document::open(&self.bytes).map(|document| {
            let signatures = document.signatures();
            let codes =
                signatures.iter().flat_map(|signature| &signature.findings).map(|finding| finding.code);
            let sound = signatures.iter().all(|signature| signature.sound);
            let modified = signatures.first().map(|signature| signature.modified_after_signing);
            (signatures.len(), sound, modified, codes.collect::<Vec<_>>())
        });
        assert!(
            judged.as_ref().is_ok_and(|(count, sound, modified, codes)| {
                (*count, *sound, *modified) == (1, true, Some(expected))
                    && code.is_none_or(|code| codes.contains(&code))
            }),
            "{judged:?}"
        );
    }
}

#[test]
fn a_file_of_streams_is_covered() {
    StreamFile::signed(&[]).judged(Modification::None, None);
}

#[test]
fn objects_of_later_streams_are_compared() {
    let update = |objects: &[(u32, &str)]| {
        let mut file = StreamFile::signed(&[]);
        let entries = file.object_stream(20, objects);
        file.end(21, &entries);
        file
    };
    update(&[(7, "<< /FT /Tx /T (name) /V (Binh) >>")])
        .judged(Modification::Permitted, Some(Code::FieldFilled));
    update(&[(7, "<< /V (An) /T (name) /FT /Tx >>")])
        .judged(Modification::Permitted, Some(Code::RevisionWithoutEffect));
    update(&[(6, "<< /Type /Page /Parent 2 0 R >>")])
        .judged(Modification::Forbidden, Some(Code::PageContentChanged));
    update(&[(50, "<< >>")]).judged(Modification::Forbidden, Some(Code::PageContentChanged));
}

#[test]
fn object_streams_that_were_signed_stay() {
    let mut file = StreamFile::signed(&[]);
    // The entries of what it holds stay as they are.
    let entries = file.object_stream(8, &[(1, "<< /Type /Catalog >>")]);
    file.end(21, &entries[..1]);
    file.judged(Modification::Forbidden, Some(Code::ObjectOverwritten));

    // Nor may one come where signed entries look for it in vain.
    let mut file = StreamFile::signed(&[(50, At::Stream(60, 0))]);
    file.judged(Modification::None, None);
    let entries = file.object_stream(60, &[(50, "<< /Length 0 >>")]);
    file.end(61, &entries[..1]);
    file.judged(Modification::Forbidden, Some(Code::ObjectOverwritten));
}

#[test]
fn a_stream_of_cross_references_may_be_of_any_length_but_has_entries() {
    for broken in ["/W [0 0 0]", "/W [1 9 2]", "/W [1]", "/W 5", ""] {
        let file = StreamFile::signed(&[]);
        let text = String::from_utf8_lossy(&file.bytes).replacen("/W [1 4 2]", broken, 1);
        match Document::open(text.as_bytes()) {
            Ok(document) => assert!(document.signatures().iter().all(|signature| !signature.sound)),
            Err(error) => assert_eq!(error, Unreadable::NoCatalog),
        }
    }
}
