use flate2::Crc;
use image::{ColorType, ImageEncoder};

use super::*;

fn limits() -> DrawLimits {
    DrawLimits::default()
}

fn png(width: u32, height: u32, pixel: image::Rgba<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = RgbaImage::from_pixel(width, height, pixel);
    picture.write_with_encoder(image::codecs::png::PngEncoder::new(&mut bytes)).unwrap();
    bytes
}

/// A JPEG whose left half is red and whose right half is blue.
fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let picture =
        RgbImage::from_fn(
            width,
            height,
            |x, _| {
                if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) }
            },
        );
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 95)
        .write_image(&picture, width, height, ColorType::Rgb8.into())
        .unwrap();
    bytes
}

/// The same, with an Exif segment that says how the camera was held.
fn held(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat()
}

/// A PDF of one page with this content stream.
fn pdf(width: u32, height: u32, content: &str) -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 4 0 R >>"),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ];
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", number + 1).bytes());
    }
    let start = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    places.iter().for_each(|place| file.extend(format!("{place:010} 00000 n \n").bytes()));
    file.extend(format!("trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}

fn drawn(format: Format, bytes: Vec<u8>) -> RgbImage {
    let picture = draw(format, bytes, &limits()).ok().unwrap().jpeg;
    image::load_from_memory_with_format(&picture, ImageFormat::Jpeg).unwrap().into_rgb8()
}

/// Whether a pixel has this colour, as far as JPEG keeps it.
fn is_about(picture: &RgbImage, x: u32, y: u32, colour: [u8; 3]) -> bool {
    picture.get_pixel(x, y).0.iter().zip(colour).all(|(is, be)| is.abs_diff(be) < 12)
}

#[test]
fn a_picture_is_scaled_to_the_longer_side_and_never_enlarged() {
    assert_eq!(drawn(Format::Jpeg, jpeg(2_000, 1_000)).dimensions(), (512, 256));
    assert_eq!(drawn(Format::Png, png(100, 3_000, [9, 9, 9, 255].into())).dimensions(), (17, 512));
    assert_eq!(drawn(Format::Png, png(40, 30, [9, 9, 9, 255].into())).dimensions(), (40, 30));
}

#[test]
fn a_photograph_is_turned_the_right_way_up() {
    let lying = jpeg(1_000, 500);

    let upright = drawn(Format::Jpeg, held(&lying, 6));
    assert_eq!(upright.dimensions(), (256, 512), "a quarter to the right");
    assert!(is_about(&upright, 128, 40, [255, 0, 0]) && is_about(&upright, 128, 470, [0, 0, 255]));
    let turned = drawn(Format::Jpeg, held(&lying, 3));
    assert!(is_about(&turned, 40, 128, [0, 0, 255]), "on its head");
    assert!(is_about(&drawn(Format::Jpeg, held(&lying, 77)), 40, 128, [255, 0, 0]), "nonsense is none");
}

#[test]
fn what_is_transparent_is_white() {
    let clear = drawn(Format::Png, png(600, 600, [0, 0, 0, 0].into()));
    assert!(is_about(&clear, 300, 300, [255, 255, 255]));
    let half = drawn(Format::Png, png(20, 20, [255, 0, 0, 128].into()));
    assert!(is_about(&half, 10, 10, [255, 127, 127]));
}

#[test]
fn the_first_page_of_a_pdf_is_drawn_on_white() {
    let page = drawn(Format::Pdf, pdf(595, 842, "1 0 0 rg 100 500 395 300 re f"));

    assert_eq!(page.dimensions(), (362, 512));
    assert!(is_about(&page, 181, 100, [255, 0, 0]) && is_about(&page, 181, 400, [255, 255, 255]));
}

#[test]
fn a_page_of_any_shape_has_a_picture_or_none() {
    for (width, height) in [(1, 100_000), (100_000, 1), (0, 0), (14_400, 14_400), (4_000_000_000, 3)] {
        if let Ok(picture) = draw(Format::Pdf, pdf(width, height, ""), &limits()) {
            let picture = image::load_from_memory(&picture.jpeg).unwrap();
            assert!(picture.width() <= 512 && picture.height() <= 512, "{width} × {height}");
        }
    }
}

#[test]
fn a_picture_that_unpacks_to_too_much_is_refused_by_its_head() {
    let chunk = |kind: &[u8], data: &[u8]| {
        let mut crc = Crc::new();
        crc.update(kind);
        crc.update(data);
        [&(data.len() as u32).to_be_bytes(), kind, data, &crc.sum().to_be_bytes()].concat()
    };
    let head = |width: u32, height: u32| {
        let size = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &size), chunk(b"IDAT", &[]), chunk(b"IEND", &[])]
            .concat()
    };

    for (width, height) in [(10_001, 10_000), (60_000, 60_000), (2_000_000_000, 1)] {
        let refused = draw(Format::Png, head(width, height), &limits());
        assert!(refused.is_err(), "{width} × {height}");
    }
    assert_eq!(draw(Format::Png, head(10_001, 10_000), &limits()).err(), Some(DrawError::TooLarge));
    let small = DrawLimits { input_bytes: 10, ..limits() };
    assert_eq!(draw(Format::Png, head(1, 1), &small).err(), Some(DrawError::TooLarge));
}

fn readability_of(format: Format, bytes: Vec<u8>, limits: &DrawLimits) -> Option<Readability> {
    match draw(format, bytes, limits) {
        Ok(drawing) => drawing.readability(limits),
        Err(error) => error.readability(),
    }
}

#[test]
fn pages_are_blank_where_all_of_them_are_and_none_lacks_anything() {
    let blank = Some(Readability::Blank);
    assert_eq!(readability_of(Format::Pdf, pdf(595, 842, ""), &limits()), blank);
    let white = "1 1 1 rg 0 0 595 842 re f";
    assert_eq!(readability_of(Format::Pdf, pdf(595, 842, white), &limits()), blank);
    let line = "0.9 0.85 0.85 rg 100 700 60 8 re f";
    assert_eq!(readability_of(Format::Pdf, pdf(595, 842, line), &limits()), Some(Readability::Readable));
    let pages = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/readability/blank-pages.pdf"));
    assert_eq!(readability_of(Format::Pdf, pages.to_vec(), &limits()), blank);
    let few = DrawLimits { pages: 2, ..limits() };
    assert_eq!(readability_of(Format::Pdf, pages.to_vec(), &few), None, "the third page was not looked at");
    // Text that is not drawn may be what could not be drawn.
    let hidden = "BT 3 Tr /F 12 Tf 100 700 Td (Khai sinh) Tj ET";
    let mut written = pdf(595, 842, hidden);
    let place = written.windows(9).position(|bytes| bytes == b"/Contents").unwrap();
    let font = "/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> ";
    written.splice(place..place, font.bytes());
    assert_eq!(readability_of(Format::Pdf, written, &limits()), None);
}

#[test]
fn a_file_says_before_it_is_drawn_that_nobody_can_open_it() {
    macro_rules! sample {
        ($name:literal) => {
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/readability/", $name)).to_vec()
        };
    }
    for locked in [sample!("locked-rc4.pdf"), sample!("locked-aes128.pdf"), sample!("locked-aes256.pdf")] {
        assert_eq!(readability_of(Format::Pdf, locked, &limits()), Some(Readability::Locked));
    }
    assert_eq!(readability_of(Format::Pdf, sample!("no-pages.pdf"), &limits()), Some(Readability::Empty));
    let sound = sample!("sound.pdf");
    assert_eq!(readability_of(Format::Pdf, sound[..60].to_vec(), &limits()), Some(Readability::Damaged));
    // Whatever is broken in it, it is not taken for something else.
    for place in (0..sound.len()).step_by(61) {
        let mut damaged = sound.clone();
        damaged[place] ^= 0x20;
        let found = readability_of(Format::Pdf, damaged, &limits());
        assert!(!matches!(found, Some(Readability::Locked | Readability::Empty)), "{place}: {found:?}");
    }
}

#[test]
fn damaged_files_have_no_picture_or_part_of_one_and_nothing_panics() {
    let sound = [
        (Format::Jpeg, jpeg(64, 48)),
        (Format::Png, png(64, 48, [1, 2, 3, 4].into())),
        (Format::Pdf, pdf(595, 842, "1 0 0 rg 100 500 395 300 re f")),
    ];
    for (format, bytes) in sound {
        for place in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
            let mut damaged = bytes.clone();
            damaged[place] ^= 0x41;
            for bytes in [damaged, bytes[..place].to_vec()] {
                let _ = draw(format, bytes, &limits()).map(|drawing| drawing.readability(&limits()));
            }
        }
    }
    assert_eq!(draw(Format::Docx, vec![0; 9], &limits()).err(), Some(DrawError::Unsupported));
    assert_eq!(draw(Format::Jpeg, vec![0; 9], &limits()).err(), Some(DrawError::Malformed));
}
