//! A PDF file of one page, one signature field and as much filler as is asked for, signed by whoever is given.

/// How many bytes are kept for the message.
const ROOM: usize = 4096;

/// The file, whose signature is what `sign` answers for the signed bytes.
pub fn signed(filler: usize, sign: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    let range_blank = "[0 0000000000 0000000000 0000000000]";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] /SigFlags 3 >> >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R /Annots [4 0 R] >>".to_owned(),
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Sig1) /Rect [0 0 0 0] /F 132 /P 3 0 R /V 5 0 R >>"
            .to_owned(),
        format!(
            "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange {range_blank} /Contents <{}> >>",
            "0".repeat(2 * ROOM)
        ),
    ];
    for (number, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", number + 1).as_bytes());
    }
    offsets.push(file.len());
    file.extend_from_slice(format!("6 0 obj\n<< /Length {filler} >>\nstream\n").as_bytes());
    file.extend(std::iter::repeat_n(b' ', filler));
    file.extend_from_slice(b"\nendstream\nendobj\n");
    let start = file.len();
    file.extend_from_slice(b"xref\n0 7\n0000000000 65535 f \n");
    offsets.iter().for_each(|offset| file.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes()));
    file.extend_from_slice(
        format!("trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
    );

    let before = place(&file, b"/Contents <") + b"/Contents ".len();
    let after = before + 2 * ROOM + 2;
    let range = format!("[0 {before:010} {after:010} {:010}]", file.len() - after);
    let at = place(&file, range_blank.as_bytes());
    file[at..at + range.len()].copy_from_slice(range.as_bytes());
    let message = sign(&[&file[..before], &file[after..]].concat());
    let hex: String = message.iter().map(|byte| format!("{byte:02x}")).collect();
    file[before + 1..before + 1 + hex.len()].copy_from_slice(hex.as_bytes());
    file
}

fn place(file: &[u8], what: &[u8]) -> usize {
    file.windows(what.len()).position(|window| window == what).unwrap()
}
