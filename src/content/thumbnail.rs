//! What a file looks like: its first page, or the picture that it is, small enough for a list.
//!
//! Drawing a page needs nearly all of a format, so it is others' code (`hayro`, `image`) and more than can be bounded from outside: a nest of
//! brackets deep enough ends a process through its stack. So unlike the rest of this room it is called in a process that may end, see
//! `services::artist`; the limits here keep what is merely large from being tried.

use std::io::Cursor;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage, RgbaImage};

use super::sniff::Format;

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
}

impl Default for DrawLimits {
    fn default() -> Self {
        Self { input_bytes: 100 << 20, pixels: 100_000_000, pixel_bytes: 400 << 20, side: 512 }
    }
}

/// Why there is no thumbnail of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DrawError {
    #[error("files of this type are not drawn")]
    Unsupported,
    #[error("the file is damaged or encrypted")]
    Malformed,
    #[error("drawing the file would cost more than is allowed")]
    TooLarge,
}

/// How small the details of a thumbnail may get: 1 to 100.
const QUALITY: u8 = 80;

/// Whether files of this format have a thumbnail at all.
pub fn may_be_drawn(format: Format) -> bool {
    matches!(format, Format::Pdf | Format::Jpeg | Format::Png)
}

/// Draws a file as a JPEG, the right way up and on white, neither side longer than [`DrawLimits::side`].
pub fn draw_thumbnail(format: Format, bytes: Vec<u8>, limits: &DrawLimits) -> Result<Vec<u8>, DrawError> {
    if bytes.len() as u64 > limits.input_bytes {
        return Err(DrawError::TooLarge);
    }
    let picture = match format {
        Format::Pdf => first_page(bytes, limits)?,
        Format::Jpeg => picture(ImageFormat::Jpeg, &bytes, limits)?,
        Format::Png => picture(ImageFormat::Png, &bytes, limits)?,
        _ => return Err(DrawError::Unsupported),
    };
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    picture.write_with_encoder(encoder).map_err(|_| DrawError::Malformed)?;
    Ok(jpeg)
}

fn first_page(bytes: Vec<u8>, limits: &DrawLimits) -> Result<RgbImage, DrawError> {
    let pdf = Pdf::new(bytes).map_err(|_| DrawError::Malformed)?;
    let page = pdf.pages().first().ok_or(DrawError::Malformed)?;
    let (width, height) = page.render_dimensions();
    let longer = width.max(height);
    if !(width > 0.0 && height > 0.0 && longer.is_finite()) {
        return Err(DrawError::Malformed);
    }
    let scale = limits.side as f32 / longer;
    // A page may be a strip: of whatever it is there is at least one pixel, which is cut, not rounded, from this much.
    let scaled = |length: f32| ((length * scale).round().clamp(1.0, limits.side as f32) + 0.01) / length;
    let size = PixmapSettings { x_scale: scaled(width), y_scale: scaled(height), bg_color: WHITE };
    let (cache, how) = (RenderCache::new(), InterpreterSettings::default());
    let drawn = render(page, &cache, &how, &RenderSettings::default(), &size);
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    let rgba = RgbaImage::from_raw(width, height, drawn.data_as_u8_slice().to_vec());
    Ok(on_white(&rgba.ok_or(DrawError::Malformed)?))
}

fn picture(format: ImageFormat, bytes: &[u8], limits: &DrawLimits) -> Result<RgbImage, DrawError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut allowed = Limits::default();
    allowed.max_alloc = Some(limits.pixel_bytes);
    reader.limits(allowed);
    let mut decoder = reader.into_decoder().map_err(|_| DrawError::Malformed)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.pixels || decoder.total_bytes() > limits.pixel_bytes {
        return Err(DrawError::TooLarge);
    }
    // Cameras write pictures as the sensor lay and say how it was held.
    let held = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let decoded = DynamicImage::from_decoder(decoder).map_err(|_| DrawError::Malformed)?;
    // Before scaling: where a picture is transparent, its colours mean nothing and must not run into what is beside.
    let opaque = if decoded.color().has_alpha() { on_white(&decoded.into_rgba8()).into() } else { decoded };
    let mut small =
        if width.max(height) > limits.side { opaque.thumbnail(limits.side, limits.side) } else { opaque };
    small.apply_orientation(held);
    Ok(small.into_rgb8())
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
