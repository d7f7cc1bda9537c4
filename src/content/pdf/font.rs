//! A font, as far as text needs it: what its codes mean and how far each moves the pen (ISO 32000-1, 9.6 to 9.8).

use super::cmap::ToUnicode;
use super::file::File;
use super::glyph;
use super::object::{Dictionary, Object};

/// Flag of fonts whose codes mean nothing without their own table (9.8.2).
const SYMBOLIC: u32 = 4;
/// The most widths kept; a font has at most 65,536 codes.
const WIDTHS: usize = 65_536;
/// An em is a thousand units of a font's width.
const UNITS_PER_EM: f64 = 1000.0;

pub struct Font {
    is_composite: bool,
    to_unicode: ToUnicode,
    /// The text of each one-byte code; empty for composite fonts, whose codes have no other meaning than `to_unicode`.
    one_byte: Vec<String>,
    widths: Widths,
}

impl Font {
    pub fn load(file: &File<'_>, font: &Dictionary) -> Self {
        let is_composite = file.value(font, b"Subtype").is_name(b"Type0");
        let map = font.get(&b"ToUnicode"[..]).and_then(|reference| file.stream(reference));
        let to_unicode = map.map(|(_, map)| ToUnicode::parse(&map)).unwrap_or_default();
        let one_byte =
            if is_composite { Vec::new() } else { one_byte_texts(file, font, !to_unicode.is_empty()) };
        let widths =
            if is_composite { Widths::of_composite(file, font) } else { Widths::of_simple(file, font) };
        Self { is_composite, to_unicode, one_byte, widths }
    }

    /// The codes of a shown string. Composite fonts are read with two bytes a code, as `Identity-H` and the Unicode maps have it.
    pub fn codes<'s>(&self, string: &'s [u8]) -> impl Iterator<Item = u32> + use<'s> {
        let bytes = if self.is_composite { 2 } else { 1 };
        string.chunks_exact(bytes).map(|code| code.iter().fold(0, |code, byte| code << 8 | u32::from(*byte)))
    }

    /// Word spacing applies to the one-byte code 32 alone (9.3.3).
    pub fn is_word_space(&self, code: u32) -> bool {
        !self.is_composite && code == 32
    }

    pub fn push_text(&self, code: u32, text: &mut String) {
        if !self.to_unicode.push_text(code, text)
            && let Some(own) = self.one_byte.get(code as usize)
        {
            text.push_str(own);
        }
    }

    /// How far a code moves the pen, in ems.
    pub fn width_ems(&self, code: u32) -> f64 {
        self.widths.of(code)
    }
}

/// What each code means by the font's encoding; nothing where only a table inside the font program could tell.
fn one_byte_texts(file: &File<'_>, font: &Dictionary, has_map: bool) -> Vec<String> {
    let encoding = file.value(font, b"Encoding");
    let descriptor = file.value(font, b"FontDescriptor");
    let flags = descriptor.dictionary().and_then(|d| file.value(d, b"Flags").count()).unwrap_or(0);
    if matches!(encoding, Object::Null) && (has_map || flags & SYMBOLIC != 0) {
        return Vec::new();
    }
    let base = match &encoding {
        Object::Dictionary(dictionary) => file.value(dictionary, b"BaseEncoding"),
        other => other.clone(),
    };
    let meaning = if base.is_name(b"MacRomanEncoding") { glyph::mac_roman } else { glyph::windows_1252 };
    let mut texts: Vec<String> = (0..=u8::MAX).map(|code| meaning(code).to_string()).collect();
    let differences = encoding.dictionary().map(|dictionary| file.value(dictionary, b"Differences"));
    let mut code = 0;
    for difference in differences.iter().filter_map(Object::array).flat_map(|array| array.iter()).take(512) {
        match difference {
            Object::Name(name) => {
                if let Some(text) = texts.get_mut(code) {
                    *text = glyph::named(name).unwrap_or_default();
                }
                code += 1;
            }
            first => code = first.count().unwrap_or(0) as usize,
        }
    }
    texts
}

/// Widths in ems: single codes first, then ranges sorted by their first code, then the rest.
struct Widths {
    first: u32,
    consecutive: Vec<f32>,
    single: std::collections::HashMap<u32, f32>,
    ranges: Vec<(u32, u32, f32)>,
    rest: f64,
}

impl Widths {
    fn of(&self, code: u32) -> f64 {
        let consecutive = code.checked_sub(self.first).and_then(|at| self.consecutive.get(at as usize));
        if let Some(width) = consecutive.or_else(|| self.single.get(&code)) {
            return f64::from(*width);
        }
        let after = self.ranges.partition_point(|(first, _, _)| *first <= code);
        match after.checked_sub(1).and_then(|at| self.ranges.get(at)) {
            Some((_, last, width)) if code <= *last => f64::from(*width),
            _ => self.rest,
        }
    }

    fn of_simple(file: &File<'_>, font: &Dictionary) -> Self {
        // Glyphs of Type 3 fonts have a scale of their own (9.6.5).
        let scale = match file.value(font, b"FontMatrix").array().and_then(|matrix| matrix.first()?.number())
        {
            Some(scale) => scale,
            None => 1.0 / UNITS_PER_EM,
        };
        let listed = file.value(font, b"Widths");
        let listed = listed.array().map(|widths| widths.as_slice()).unwrap_or_default();
        let consecutive =
            listed.iter().take(256).map(|width| (file.resolve(width).number().unwrap_or(0.0) * scale) as f32);
        Self {
            first: file.value(font, b"FirstChar").count().unwrap_or(0),
            consecutive: consecutive.collect(),
            single: Default::default(),
            ranges: Vec::new(),
            // The standard fonts need not list their widths; half an em is near enough to tell a gap between words.
            rest: 0.5,
        }
    }

    /// `W` is made of `first [w w …]` and `first last w` (9.7.4.3).
    fn of_composite(file: &File<'_>, font: &Dictionary) -> Self {
        let descendants = file.value(font, b"DescendantFonts");
        let descendant =
            descendants.array().and_then(|all| all.first()).map_or(Object::Null, |first| file.resolve(first));
        let (listed, rest) = match descendant.dictionary() {
            Some(descendant) => (file.value(descendant, b"W"), file.value(descendant, b"DW").number()),
            None => (Object::Null, None),
        };
        let mut widths = Self {
            first: 0,
            consecutive: Vec::new(),
            single: Default::default(),
            ranges: Vec::new(),
            rest: rest.unwrap_or(UNITS_PER_EM) / UNITS_PER_EM,
        };
        let mut listed = listed.array().map(|array| array.as_slice()).unwrap_or_default();
        while let [first, second, rest @ ..] = listed {
            let Some(first) = first.count() else { break };
            if widths.single.len() + widths.ranges.len() >= WIDTHS {
                break;
            }
            let width_of =
                |object: &Object| (file.resolve(object).number().unwrap_or(0.0) / UNITS_PER_EM) as f32;
            match (file.resolve(second), rest) {
                (Object::Array(of_each), _) => {
                    widths.single.extend((first..).zip(of_each.iter().take(WIDTHS).map(width_of)));
                    listed = rest;
                }
                (last, [width, after @ ..]) => {
                    widths.ranges.push((first, last.count().unwrap_or(first), width_of(width)));
                    listed = after;
                }
                (_, []) => break,
            }
        }
        widths.ranges.sort_by_key(|(first, last, _)| (*first, *last));
        widths
    }
}
