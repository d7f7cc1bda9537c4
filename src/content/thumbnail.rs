//! What a file looks like: its first page, or the picture that it is, small enough for a list; and, while it is open, whether a person who opens it
//! sees anything at all.
//!
//! Drawing a page needs nearly all of a format, so it is others' code (`hayro`, `image`) and more than can be bounded from outside: a nest of
//! brackets deep enough ends a process through its stack. So unlike the rest of this room it is called in a process that may end, see
//! `services::artist`; the limits here keep what is merely large from being tried.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::object::dict::keys::CONTENTS;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Rgb, RgbImage, RgbaImage,
};

use kho_mapping::paper::Readability;

use super::ink::has_ink;
use super::pdf;
use super::sniff::Format;
use super::text::{TextLimits, TextSink};

/// What drawing one file may cost.
#[derive(Clone, Copy, Debug)]
pub struct DrawLimits {
    /// The largest file looked into, in bytes.
    pub input_bytes: u64,
    /// Pixels of a picture before it is scaled.
    pub pixels: u64,
    /// Memory for a picture's pixels, in bytes.
    pub pixel_bytes: u64,
    /// The longer side of the thumbnail, in pixels.
    pub side: u32,
    /// Pages that are looked at for ink, up to the first that has some. Where all of them are blank and there are more, nothing is said.
    pub pages: usize,
}

impl Default for DrawLimits {
    fn default() -> Self {
        Self { input_bytes: 100 << 20, pixels: 100_000_000, pixel_bytes: 400 << 20, side: 512, pages: 20 }
    }
}

/// Why there is no thumbnail of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DrawError {
    #[error("files of this type, or of this kind within it, are not drawn")]
    Unsupported,
    #[error("the file asks for a password")]
    Locked,
    #[error("the document has no page")]
    NoPage,
    #[error("the file is damaged")]
    Malformed,
    #[error("drawing the file would cost more than is allowed")]
    TooLarge,
}

impl DrawError {
    /// What a person who opens the file meets, where that is known.
    pub fn readability(self) -> Option<Readability> {
        match self {
            DrawError::Locked => Some(Readability::Locked),
            DrawError::NoPage => Some(Readability::Empty),
            DrawError::Malformed => Some(Readability::Damaged),
            DrawError::Unsupported | DrawError::TooLarge => None,
        }
    }
}

/// A file that was drawn, and is still open.
pub struct Drawing {
    /// The thumbnail.
    pub jpeg: Vec<u8>,
    /// Whether the thumbnail shows anything.
    has_ink: bool,
    /// Whether the thumbnail shows all that there is.
    is_whole: bool,
    /// The pages behind the first one.
    document: Option<Pdf>,
}

/// How small the details of a thumbnail may get: 1 to 100.
const QUALITY: u8 = 80;

/// Whether files of this format have a thumbnail at all.
pub fn may_be_drawn(format: Format) -> bool {
    matches!(format, Format::Pdf | Format::Jpeg | Format::Png)
}

/// Draws a file as a JPEG, the right way up and on white, neither side longer than [`DrawLimits::side`].
pub fn draw(format: Format, bytes: Vec<u8>, limits: &DrawLimits) -> Result<Drawing, DrawError> {
    if bytes.len() as u64 > limits.input_bytes {
        return Err(DrawError::TooLarge);
    }
    let (picture, is_whole, document) = match format {
        Format::Pdf => {
            let document = opened(bytes)?;
            let first = document.pages().first().ok_or(DrawError::NoPage)?;
            let (picture, is_whole) = page(first, limits.side)?;
            (picture, is_whole, Some(document))
        }
        Format::Jpeg => (picture(ImageFormat::Jpeg, &bytes, limits)?, true, None),
        Format::Png => (picture(ImageFormat::Png, &bytes, limits)?, true, None),
        _ => return Err(DrawError::Unsupported),
    };
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    picture.write_with_encoder(encoder).map_err(|_| DrawError::Unsupported)?;
    Ok(Drawing { jpeg, has_ink: has_ink(&picture), is_whole, document })
}

impl Drawing {
    /// Whether a person who opens the file sees anything; `None` where that is not certain. Draws the pages behind a blank first one.
    pub fn readability(&self, limits: &DrawLimits) -> Option<Readability> {
        if self.has_ink {
            return Some(Readability::Readable);
        }
        let mut is_whole = self.is_whole;
        if let Some(document) = &self.document {
            for next in document.pages().iter().take(limits.pages).skip(1) {
                let (picture, is_page_whole) = page(next, limits.side).ok()?;
                if has_ink(&picture) {
                    return Some(Readability::Readable);
                }
                is_whole &= is_page_whole;
            }
            // What is written there may be what could not be drawn.
            is_whole &= document.pages().len() <= limits.pages && !holds_text(document);
        }
        is_whole.then_some(Readability::Blank)
    }
}

/// Opens a document as a person does who has no password: one that only its owner's password protects opens.
fn opened(bytes: Vec<u8>) -> Result<Pdf, DrawError> {
    let bytes = Arc::new(bytes);
    let document = Pdf::new(bytes.clone()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => DrawError::Locked,
        LoadPdfError::Decryption(_) => DrawError::Unsupported,
        LoadPdfError::Invalid => DrawError::Malformed,
    })?;
    // Of a damaged file all pages may be lost.
    if document.pages().is_empty() && !pdf::is_without_page(&bytes, &TextLimits::default()) {
        return Err(DrawError::Malformed);
    }
    Ok(document)
}

/// Whether there is any text, or it cannot be told.
fn holds_text(document: &Pdf) -> bool {
    let limits = TextLimits::default();
    let mut text = TextSink::new(1);
    let read = pdf::read_text(document.data().as_ref(), &limits, &mut text);
    read.is_err() || !text.is_empty()
}

/// A page, and whether all of it could be drawn.
fn page(page: &Page<'_>, side: u32) -> Result<(RgbImage, bool), DrawError> {
    let (width, height) = page.render_dimensions();
    let longer = width.max(height);
    if !(width > 0.0 && height > 0.0 && longer.is_finite()) {
        return Err(DrawError::Unsupported);
    }
    let scale = side as f32 / longer;
    // A page may be a strip: of whatever it is there is at least one pixel, which is cut, not rounded, from this much.
    let scaled = |length: f32| ((length * scale).round().clamp(1.0, side as f32) + 0.01) / length;
    let size = PixmapSettings { x_scale: scaled(width), y_scale: scaled(height), bg_color: WHITE };
    let lacks = Arc::new(AtomicBool::new(false));
    let told = lacks.clone();
    let how = InterpreterSettings {
        warning_sink: Arc::new(move |_| told.store(true, Ordering::Relaxed)),
        ..InterpreterSettings::default()
    };
    let drawn = render(page, &RenderCache::new(), &how, &RenderSettings::default(), &size);
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    let rgba = RgbaImage::from_raw(width, height, drawn.data_as_u8_slice().to_vec());
    let rgba = rgba.ok_or(DrawError::Unsupported)?;
    let is_read = page.page_stream().is_some() || !page.raw().contains_key(CONTENTS);
    Ok((on_white(&rgba), is_read && !lacks.load(Ordering::Relaxed)))
}

fn picture(format: ImageFormat, bytes: &[u8], limits: &DrawLimits) -> Result<RgbImage, DrawError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut allowed = Limits::default();
    allowed.max_alloc = Some(limits.pixel_bytes);
    reader.limits(allowed);
    let mut decoder = reader.into_decoder().map_err(|error| why(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.pixels || decoder.total_bytes() > limits.pixel_bytes {
        return Err(DrawError::TooLarge);
    }
    // Cameras write pictures as the sensor lay and say how it was held.
    let held = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let decoded = DynamicImage::from_decoder(decoder).map_err(|error| why(&error))?;
    // Before scaling: where a picture is transparent, its colours mean nothing and must not run into what is beside.
    let opaque = if decoded.color().has_alpha() { on_white(&decoded.into_rgba8()).into() } else { decoded };
    let mut small =
        if width.max(height) > limits.side { opaque.thumbnail(limits.side, limits.side) } else { opaque };
    small.apply_orientation(held);
    Ok(small.into_rgb8())
}

fn why(error: &ImageError) -> DrawError {
    match error {
        ImageError::Unsupported(_) => DrawError::Unsupported,
        ImageError::Limits(_) => DrawError::TooLarge,
        _ => DrawError::Malformed,
    }
}

fn on_white(picture: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let over = |colour: u8| {
            let (colour, alpha) = (u16::from(colour), u16::from(alpha));
            ((colour * alpha + 255 * (255 - alpha) + 127) / 255) as u8
        };
        Rgb([over(red), over(green), over(blue)])
    })
}

#[cfg(test)]
#[path = "thumbnail_tests.rs"]
mod tests;
