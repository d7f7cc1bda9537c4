//! Files that nobody's program wrote: whatever the bytes, an answer comes, and it comes soon.

mod pdf_file;

use std::time::{Duration, Instant};

use kho_signature::pdf::Document;
use pdf_file::{PdfFile, Update};
use proptest::prelude::*;

/// Generous for an unoptimized build on a busy machine; what is quadratic takes minutes.
const SOON: Duration = Duration::from_secs(20);

fn judge(bytes: &[u8]) {
    if let Ok(document) = Document::open(bytes) {
        document.signatures();
        document.dss();
    }
}

#[track_caller]
fn judged_soon(bytes: &[u8]) {
    let start = Instant::now();
    judge(bytes);
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

/// A signed form that was signed again, filled in and given evidence.
fn long_story() -> Vec<u8> {
    let mut file = PdfFile::signed("/Reference [<< /TransformMethod /DocMDP /TransformParams << /P 2 >> >>]");
    file.sign(40, "Sig2", "[0 0 0 0]", "");
    let file = file.with_edit(10, "(An)", "(Binh)");
    let catalog = file.edited(1, "/Type", "/DSS << /Certs [101 0 R] >> /Type");
    file.with(&[(1, &catalog), (101, "<< /Length 4 /Filter /ASCIIHexDecode >> stream\n30>\nendstream")]).bytes
}

/// A form whose newest revision holds these loose bytes, with an entry for each offset into them.
fn with_loose(loose: &str, offsets: impl Iterator<Item = (u32, usize)>) -> Vec<u8> {
    let file = PdfFile::signed("");
    let start = file.bytes.len();
    let entries = offsets.map(|(number, offset)| (number, start + offset)).collect();
    file.updated(Update { loose, entries, ..Update::default() }).with_edit(10, "(An)", "(Binh)").bytes
}

fn repeated(count: u32, piece: impl Fn(u32) -> String) -> (String, Vec<(u32, usize)>) {
    let mut loose = String::new();
    let mut offsets = Vec::new();
    for number in 100..100 + count {
        offsets.push((number, loose.len()));
        loose += &piece(number);
    }
    (loose + "\n", offsets)
}

#[test]
fn overlapping_objects_are_not_read_over_and_over() {
    for piece in [
        "{} 0 obj (",
        "{} 0 obj << /Length 99999999 >> stream\n",
        "{} 0 obj << /ByteRange [0 1] /Contents <01> ",
    ] {
        let (loose, offsets) = repeated(20_000, |number| piece.replace("{}", &number.to_string()));
        judged_soon(&with_loose(&loose, offsets.into_iter()));
    }
    let white = " ".repeat(500_000);
    judged_soon(&with_loose(&white, (100..20_100).map(|number| (number, 0))));
    judged_soon(&with_loose(
        &format!("99 0 obj [{}] endobj", "/ByteRange ".repeat(50_000)),
        std::iter::empty(),
    ));
}

#[test]
fn nesting_and_loops_end() {
    judged_soon(&with_loose(&format!("99 0 obj {}", "[".repeat(500_000)), [(99, 0)].into_iter()));
    judged_soon(&with_loose(&format!("99 0 obj {}", "<</A ".repeat(200_000)), [(99, 0)].into_iter()));
    let file = PdfFile::signed("");
    judged_soon(&file.with_edit(5, "10 0 R", &"5 0 R ".repeat(20_000)).bytes);
    judged_soon(&file.with_edit(10, "/FT", &format!("/Kids [{}] /FT", "10 0 R ".repeat(20_000))).bytes);
    judged_soon(&file.with_edit(10, "/FT", "/Parent 10 0 R /FT").bytes);
    let startxref = file.bytes.len();
    judged_soon(
        &file
            .followed_by(&format!(
                "xref\n0 0\ntrailer << /Root 1 0 R /Prev {startxref} >>\nstartxref\n{startxref}\n%%EOF"
            ))
            .bytes,
    );
}

/// Layers of objects in the store of evidence, each of which refers to all of the next: more ways than anyone can go.
#[test]
fn a_maze_of_references_is_given_up() {
    let layer = |at: u32| {
        format!("[{}]", (0..40).map(|next| format!("{} 0 R ", 100 + at * 40 + next)).collect::<String>())
    };
    let mut objects = Vec::new();
    for at in 0..7 {
        objects.extend((0..40).map(|own| (100 + at * 40 + own, layer(at + 1))));
    }
    let mut file = PdfFile::form();
    let catalog = file.edited(1, "/Type", &format!("/DSS << /Certs {} >> /Type", layer(0)));
    objects.push((1, catalog));
    file = file.updated(Update { objects, ..Update::default() });
    file.sign(30, "Sig1", "[0 0 0 0]", "");
    let last = 100 + 6 * 40;
    let file = file.with(&[(last, "[ ]"), (last + 1, "[ ]")]);
    judged_soon(&file.bytes);
    let given_up = Document::open(&file.bytes).map(|document| document.signatures()[0].given_up);
    assert_eq!(given_up, Ok(true));
}

#[test]
fn many_revisions_and_signatures_take_their_number_of_steps() {
    let mut file = PdfFile::signed("");
    for at in 0..300 {
        file.sign(100 + at * 2, &format!("S{at}"), "[0 0 0 0]", "");
    }
    let start = Instant::now();
    let signatures = Document::open(&file.bytes).map(|document| document.signatures().len());
    assert_eq!(signatures, Ok(301));
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[test]
fn the_files_of_the_corpus_bear_damage() {
    let Some(folder) = std::env::var_os("KHO_SIGNATURE_CORPUS") else { return };
    let Ok(files) = std::fs::read_dir(folder) else { panic!("the corpus cannot be read") };
    for path in files.flatten().map(|entry| entry.path()) {
        let Some(bytes) = std::fs::read(&path).ok().filter(|bytes| bytes.starts_with(b"%PDF-")) else {
            continue;
        };
        for cut in 1..4 {
            judged_soon(&bytes[..bytes.len() * cut / 4]);
            let mut damaged = bytes.clone();
            // Every so many bytes, so that streams, cross references and dictionaries are hit.
            damaged.iter_mut().skip(cut).step_by(97 * cut).for_each(|byte| *byte ^= 1 << (cut % 8));
            judged_soon(&damaged);
        }
    }
}

/// Words that mean something to a reader of PDF.
const WORDS: &[&str] = &[
    "obj",
    "endobj",
    "stream\n",
    "endstream",
    "xref\n",
    "trailer",
    "startxref\n",
    "%%EOF\n",
    "<<",
    ">>",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "R",
    "null",
    "true",
    "/Type",
    "/Root",
    "/Prev",
    "/Size",
    "/XRef",
    "/ObjStm",
    "/Length",
    "/Filter",
    "/FlateDecode",
    "/W",
    "/Index",
    "/First",
    "/N",
    "/Catalog",
    "/AcroForm",
    "/Fields",
    "/Sig",
    "/FT",
    "/V",
    "/Kids",
    "/Parent",
    "/ByteRange",
    "/Contents",
    "/Encrypt",
    "/Standard",
    "#41",
    "\\",
    "%PDF-1.7\n",
    "0000000000 65535 f \n",
    "0000000009 00000 n \n",
    "-",
    "1e9",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(WORDS).prop_map(str::to_owned),
        any::<u32>().prop_map(|number| (number % 300).to_string()),
        any::<u64>().prop_map(|number| number.to_string()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn words_in_any_order_are_answered(words in proptest::collection::vec(word(), 0..200)) {
        judge(format!("%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n{}", words.join(" ")).as_bytes());
    }

    #[test]
    fn a_damaged_file_is_answered(damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut bytes = long_story();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        judge(&bytes);
    }

    #[test]
    fn a_piece_that_stands_elsewhere_is_answered(from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(), length in 1usize..600) {
        let mut bytes = long_story();
        let from = from.index(bytes.len());
        let piece = bytes[from..(from + length).min(bytes.len())].to_vec();
        let to = to.index(bytes.len());
        bytes.splice(to..(to + length).min(bytes.len()), piece);
        judge(&bytes);
    }

    /// No change of a signed byte, wherever it is, gives the signature more than it had.
    #[test]
    fn a_changed_word_never_widens_what_is_signed(at in any::<prop::sample::Index>(), word in word()) {
        let file = PdfFile::signed("").with_edit(6, "Xin", "Yin");
        let mut bytes = file.bytes;
        let at = at.index(bytes.len());
        let end = (at + word.len()).min(bytes.len());
        bytes[at..end].copy_from_slice(&word.as_bytes()[..end - at]);
        if let Ok(document) = Document::open(&bytes) {
            for signature in document.signatures().iter().filter(|signature| signature.sound) {
                let signed: usize = signature.signed.iter().map(|part| part.len()).sum();
                prop_assert!(signed < bytes.len());
                prop_assert!(!signature.covers_whole_document || signed + 34 == bytes.len());
            }
        }
    }
}
