//! PDF files made by hand: a form of two pages, a signature over it whose value is no more than a place, and updates of single objects.

use std::collections::BTreeMap;

/// What `/Contents` holds: an empty SEQUENCE and zeros. The PDF layer does not look into it.
const VALUE: &str = "<30000000000000000000000000000000>";
/// As wide as four numbers of any size.
const RANGE: &str = "[0000000000 0000000000 0000000000 0000000000]";

const FORM: &[(u32, &str)] = &[
    (1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>"),
    (2, "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>"),
    (
        3,
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Contents 6 0 R /Resources << /Font << /F1 7 0 R >>
        /XObject << /Hole 60 0 R >> >> /Annots [10 0 R 11 0 R 12 0 R 13 0 R 14 0 R] >>",
    ),
    (4, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Contents 6 0 R /Annots 15 0 R >>"),
    (5, "<< /Fields [10 0 R 11 0 R 12 0 R] /DR << /Font << /F1 7 0 R >> >> >>"),
    (6, "<< /Length 31 >> stream\nBT /F1 20 Tf 9 9 Td (Xin) Tj ET\nendstream"),
    (7, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"),
    (10, "<< /Subtype /Widget /FT /Tx /T (name) /V (An) /Rect [50 50 150 70] /F 4 /P 3 0 R /AP << /N 20 0 R >> >>"),
    (11, "<< /Subtype /Widget /FT /Tx /T (place) /V (Hue) /Rect [50 80 150 99] /F 4 /P 3 0 R /AP << /N 21 0 R >> >>"),
    (
        12,
        "<< /Subtype /Widget /FT /Btn /T (agree) /V /Off /AS /Off /Rect [50 110 60 120] /P 3 0 R
        /AP << /N << /On 22 0 R /Off 23 0 R >> >> >>",
    ),
    (13, "<< /Subtype /Text /Contents (note) /Rect [200 200 220 220] /F 4 >>"),
    (14, "<< /Subtype /Square /Rect [50 290 200 330] /F 6 /AP << /N 24 0 R >> >>"),
    (15, "[ 16 0 R 17 0 R ]"),
    (16, "<< /Subtype /Square /Rect [0 0 10 10] >>"),
    (17, "<< /Subtype /Circle /Rect [0 0 10 10] >>"),
    (20, "<< /Subtype /Form /Length 2 >> stream\nAn\nendstream"),
    (21, "<< /Subtype /Form /Length 3 >> stream\nHue\nendstream"),
    (22, "<< /Subtype /Form /Length 1 >> stream\nf\nendstream"),
    (23, "<< /Subtype /Form /Length 1 >> stream\nS\nendstream"),
    (24, "<< /Subtype /Form /Length 3 >> stream\n1 g\nendstream"),
];

/// A file and what its newest revision says of each object.
#[derive(Clone)]
pub struct PdfFile {
    pub bytes: Vec<u8>,
    objects: BTreeMap<u32, String>,
    startxref: Option<usize>,
}

/// One appended revision.
#[derive(Default)]
pub struct Update<'u> {
    pub objects: Vec<(u32, String)>,
    pub freed: Vec<u32>,
    /// Cross-reference entries for bytes that are there already.
    pub entries: Vec<(u32, usize)>,
    /// Bytes that no entry is for.
    pub loose: &'u str,
    /// More of the trailer.
    pub trailer: &'u str,
}

impl PdfFile {
    /// The form, not signed.
    pub fn form() -> Self {
        let mut file = Self {
            // A hidden object: no cross reference leads to it yet.
            bytes: b"%PDF-1.7\n6 0 obj << /Length 1 >> stream\nn\nendstream endobj\n".to_vec(),
            objects: BTreeMap::new(),
            startxref: None,
        };
        let objects = FORM.iter().map(|(number, source)| (*number, (*source).to_owned())).collect();
        file.append(Update { objects, freed: vec![0], ..Update::default() });
        file
    }

    /// The form with a signature; `reference` is what stands in its dictionary beside the value.
    pub fn signed(reference: &str) -> Self {
        let mut file = Self::form();
        file.sign(30, "Sig1", "[0 0 0 0]", reference);
        file
    }

    /// Adds a field and signs it: the field gets this number, the value the next.
    pub fn sign(&mut self, number: u32, name: &str, rect: &str, reference: &str) {
        let value = number + 1;
        let field = format!(
            "<< /Subtype /Widget /FT /Sig /T ({name}) /V {value} 0 R /Rect {rect} /F 132 /P 4 0 R >>"
        );
        let signature = format!(
            "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange {RANGE} /Contents {VALUE} {reference} >>"
        );
        let fields = self.edited(5, "/Fields [", &format!("/Fields [{number} 0 R "));
        let annotations = self.edited(15, "[ ", &format!("[ {number} 0 R "));
        self.append(Update {
            objects: vec![(number, field), (value, signature), (5, fields), (15, annotations)],
            ..Update::default()
        });
        let gap = find(&self.bytes, VALUE.as_bytes());
        let after = gap + VALUE.len();
        let range = format!("[{:010} {gap:010} {after:010} {:010}]", 0, self.bytes.len() - after);
        let at = find(&self.bytes, RANGE.as_bytes());
        self.bytes[at..at + RANGE.len()].copy_from_slice(range.as_bytes());
        // The next signature's must not be taken for this one's.
        self.bytes[gap + 1..gap + 5].copy_from_slice(b"3001");
    }

    /// The object as it is now, with something in it replaced.
    pub fn edited(&self, number: u32, old: &str, new: &str) -> String {
        let source = &self.objects[&number];
        assert!(source.contains(old), "{old} is not in {source}");
        source.replacen(old, new, 1)
    }

    /// This file with some objects written anew.
    pub fn with(&self, objects: &[(u32, &str)]) -> Self {
        let objects = objects.iter().map(|(number, source)| (*number, (*source).to_owned())).collect();
        self.updated(Update { objects, ..Update::default() })
    }

    pub fn with_edit(&self, number: u32, old: &str, new: &str) -> Self {
        self.with(&[(number, &self.edited(number, old, new))])
    }

    pub fn updated(&self, update: Update<'_>) -> Self {
        let mut file = self.clone();
        file.append(update);
        file
    }

    /// This file with bytes behind it.
    pub fn followed_by(&self, bytes: &str) -> Self {
        let mut file = self.clone();
        file.bytes.extend_from_slice(bytes.as_bytes());
        file
    }

    fn append(&mut self, update: Update<'_>) {
        let mut entries: Vec<(u32, Option<usize>)> =
            update.entries.iter().map(|(number, offset)| (*number, Some(*offset))).collect();
        entries.extend(update.freed.iter().map(|number| (*number, None)));
        for (number, source) in update.objects {
            entries.push((number, Some(self.bytes.len())));
            self.bytes.extend_from_slice(format!("{number} 0 obj\n{source}\nendobj\n").as_bytes());
            self.objects.insert(number, source);
        }
        self.bytes.extend_from_slice(update.loose.as_bytes());
        let startxref = self.bytes.len();
        let mut section = String::from("xref\n");
        for (number, offset) in entries {
            section += &match offset {
                Some(offset) => format!("{number} 1\n{offset:010} 00000 n \n"),
                None => format!("{number} 1\n0000000000 65535 f \n"),
            };
        }
        let previous = self.startxref.map(|at| format!("/Prev {at}")).unwrap_or_default();
        let size = if update.trailer.contains("/Size") { "" } else { "/Size 200" };
        section += &format!(
            "trailer << {size} /Root 1 0 R {previous} {} >>\nstartxref\n{startxref}\n%%EOF\n",
            update.trailer
        );
        self.bytes.extend_from_slice(section.as_bytes());
        self.startxref = Some(startxref);
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    let found = bytes.windows(wanted.len()).position(|window| window == wanted);
    found.unwrap_or_else(|| panic!("{} is not there", String::from_utf8_lossy(wanted)))
}
