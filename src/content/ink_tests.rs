use image::Rgb;

use super::*;

/// An A4 page at the size of a thumbnail.
const PAGE: (u32, u32) = (362, 512);

/// Numbers from 0 to 1 that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1u64 << 24) as f32
    }

    /// About normal, of deviation 1.
    fn noise(&mut self) -> f32 {
        (0..12).map(|_| self.throw()).sum::<f32>() - 6.0
    }
}

/// A sheet with noise of this many levels, darker by 30 levels to one side, with a shadow along the upper edge.
fn sheet(noise: f32, dice: &mut Dice) -> RgbImage {
    RgbImage::from_fn(PAGE.0, PAGE.1, |x, y| {
        let shadow = if y < 8 { 120.0 } else { 0.0 };
        let level = 245.0 - 30.0 * x as f32 / PAGE.0 as f32 - shadow;
        Rgb([0, 1, 2]
            .map(|colour| (level - 4.0 * colour as f32 + noise * dice.noise()).clamp(0.0, 255.0) as u8))
    })
}

/// A ring of thin strokes of this many levels, 36 mm wide, as a stamp leaves it.
fn stamp(page: &mut RgbImage, levels: u8) {
    for (x, y, pixel) in page.enumerate_pixels_mut() {
        let (across, down) = (x as f32 - 250.0, y as f32 - 380.0);
        let far = across.hypot(down);
        let is_stroke = (27.0..31.0).contains(&far) || (far < 24.0 && (x / 2 + y / 3) % 3 == 0);
        if is_stroke {
            // Red: the other colours get less.
            pixel.0[1] = pixel.0[1].saturating_sub(levels);
            pixel.0[2] = pixel.0[2].saturating_sub(levels);
        }
    }
}

#[test]
fn paper_of_one_colour_is_blank_whatever_the_colour_and_the_size() {
    for (width, height) in [PAGE, (512, 1), (1, 512), (1, 1), (7, 5), (60, 60)] {
        for colour in [[255, 255, 255], [0, 0, 0], [250, 240, 200]] {
            assert!(
                !has_ink(&RgbImage::from_pixel(width, height, Rgb(colour))),
                "{width}×{height} {colour:?}"
            );
        }
    }
}

#[test]
fn noise_shadow_and_dust_of_a_scanner_are_no_ink() {
    for (seed, noise) in [(1, 0.0), (2, 3.0), (3, 8.0), (4, 12.0)] {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ seed);
        let mut page = sheet(noise, &mut dice);
        assert!(!has_ink(&page), "noise of {noise} levels");
        for _ in 0..40 {
            let (x, y) = (dice.throw() * 361.0, dice.throw() * 511.0);
            page.put_pixel(x as u32, y as u32, Rgb([90, 90, 90]));
        }
        assert!(!has_ink(&page), "forty grains of dust on noise of {noise} levels");
    }
}

#[test]
fn the_faintest_thing_that_a_person_sees_is_ink() {
    for noise in [0.0, 3.0, 8.0, 12.0] {
        let mut page = sheet(noise, &mut Dice(0x5DEE_CE66_D1CE_4E5B));
        stamp(&mut page, 28);
        assert!(has_ink(&page), "a stamp a tenth darker than paper, on noise of {noise} levels");
    }
    let mut numbered = sheet(3.0, &mut Dice(77));
    for (x, y) in [(180, 480), (181, 480), (180, 481), (180, 482), (181, 482), (181, 483), (180, 484)] {
        numbered.put_pixel(x, y, Rgb([20, 20, 20]));
    }
    assert!(has_ink(&numbered), "a page number");
    let white_on_black = RgbImage::from_fn(PAGE.0, PAGE.1, |x, y| {
        Rgb([if (100..140).contains(&x) && (y / 4) % 3 == 0 { 40 } else { 0 }; 3])
    });
    assert!(has_ink(&white_on_black), "lighter than the ground");
}
