//! What a page draws as text (ISO 32000-1, 9.3 and 9.4): words end where there is a gap, lines where the pen moves up or down.

use std::collections::HashMap;
use std::rc::Rc;

use memchr::memmem;

use super::file::File;
use super::font::Font;
use super::matrix::Matrix;
use super::object::{Dictionary, Lexer, Object, Token, is_space};
use crate::content::text::TextSink;

/// Operands before an operator; the most that any operator takes is six, some colour spaces up to 32.
const OPERANDS: usize = 40;
/// Saved graphics states; readers are only asked for 28 (annex C).
const SAVED_STATES: usize = 64;
/// Forms drawn inside forms.
const FORM_DEPTH: u32 = 8;
/// Forms drawn and fonts read in one file: forms that draw forms would otherwise multiply.
const FORMS: u32 = 20_000;
const FONT_READS: u32 = 5_000;
/// Fonts kept at a time.
const FONTS: usize = 32;
/// A gap this wide, in ems, is a space. Kerning stays below a tenth, justified text without space glyphs above a fifth.
const SPACE_EMS: f64 = 0.15;
/// A pen this far back, in ems, begins something else.
const BACK_EMS: f64 = 0.6;
/// A pen this far up or down, in ems, is on another line; indices and exponents move less.
const LINE_EMS: f64 = 0.5;

pub struct PageReader<'f, 't> {
    file: &'f File<'f>,
    text: &'t mut TextSink,
    fonts: HashMap<u32, Rc<Font>>,
    /// Where the last glyph ended.
    pen: Option<(f64, f64)>,
    forms_left: u32,
    font_reads_left: u32,
}

#[derive(Clone)]
struct State {
    to_page: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    character_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
}

impl<'f, 't> PageReader<'f, 't> {
    pub fn new(file: &'f File<'f>, text: &'t mut TextSink) -> Self {
        Self { file, text, fonts: HashMap::new(), pen: None, forms_left: FORMS, font_reads_left: FONT_READS }
    }

    /// There is no room for more text, or nothing left to spend on finding it.
    pub fn is_done(&self) -> bool {
        self.text.is_full() || self.file.is_exhausted()
    }

    pub fn has_begun(&self) -> bool {
        !self.text.is_empty()
    }

    pub fn read_page(&mut self, content: &[u8], resources: &Object) {
        self.draw(content, resources, Matrix::IDENTITY, 0);
        self.end_block();
    }

    /// What a note or form field looks like; a field of several looks (a box to tick) holds no text.
    pub fn read_appearance(&mut self, appearance: &Object) {
        self.draw_form(appearance, &Object::Null, Matrix::IDENTITY, 1);
        self.end_block();
    }

    fn end_block(&mut self) {
        self.text.separate('\n');
        self.pen = None;
    }

    fn draw_form(&mut self, form: &Object, inherited: &Object, to_page: Matrix, depth: u32) {
        if depth > FORM_DEPTH || self.forms_left == 0 || self.is_done() {
            return;
        }
        self.forms_left -= 1;
        let Some((dictionary, content)) = self.file.stream(form) else { return };
        let resources = match self.file.value(&dictionary, b"Resources") {
            Object::Null => inherited.clone(),
            own => own,
        };
        let matrix = self.file.value(&dictionary, b"Matrix");
        let matrix = matrix.array().and_then(|array| matrix_of(array)).unwrap_or(Matrix::IDENTITY);
        self.draw(&content, &resources, matrix.then(to_page), depth);
    }

    fn draw(&mut self, content: &[u8], resources: &Object, to_page: Matrix, depth: u32) {
        self.file.spend(content.len());
        let mut scene = Scene::new(self.file, resources, to_page);
        let mut operands: Vec<Object> = Vec::new();
        let mut lexer = Lexer::new(content, 0);
        while !self.text.is_full() {
            match lexer.next_token() {
                Token::Object(object) if operands.len() < OPERANDS => operands.push(object),
                Token::Object(_) => {}
                Token::Keyword(b"ID") => {
                    lexer.skip_to(inline_image_end(content, lexer.position()));
                    operands.clear();
                }
                Token::Keyword(b"Do") => {
                    if let Some(Object::Name(name)) = operands.last()
                        && let Some(form) = scene.forms.get(&**name).cloned()
                        && self.is_form(&form)
                    {
                        self.draw_form(&form, resources, scene.state.to_page, depth + 1);
                    }
                    operands.clear();
                }
                Token::Keyword(operator) => {
                    self.apply(&mut scene, operator, &operands);
                    operands.clear();
                }
                Token::End => break,
            }
        }
    }

    /// Images are drawn with the same operator; their content is not unpacked.
    fn is_form(&self, object: &Object) -> bool {
        let object = self.file.resolve(object);
        object.dictionary().is_some_and(|d| self.file.value(d, b"Subtype").is_name(b"Form"))
    }

    fn apply(&mut self, scene: &mut Scene, operator: &[u8], operands: &[Object]) {
        let number = |at: usize| operands.get(at).and_then(Object::number).unwrap_or(0.0);
        match operator {
            b"q" if scene.saved.len() < SAVED_STATES => scene.saved.push(scene.state.clone()),
            b"Q" => scene.state = scene.saved.pop().unwrap_or_else(|| scene.state.clone()),
            b"cm" => {
                if let Some(matrix) = matrix_of(operands) {
                    scene.state.to_page = matrix.then(scene.state.to_page);
                }
            }
            b"BT" => scene.start_text(Matrix::IDENTITY),
            b"Tm" => scene.start_text(matrix_of(operands).unwrap_or(Matrix::IDENTITY)),
            b"Td" => scene.move_line(number(0), number(1)),
            b"TD" => {
                scene.state.leading = -number(1);
                scene.move_line(number(0), number(1));
            }
            b"T*" => scene.next_line(),
            b"TL" => scene.state.leading = number(0),
            b"Tc" => scene.state.character_space = number(0),
            b"Tw" => scene.state.word_space = number(0),
            b"Tz" => scene.state.stretch = number(0) / 100.0,
            b"Tf" => {
                scene.state.size = number(1);
                if let Some(Object::Name(name)) = operands.first() {
                    scene.state.font = scene.fonts.get(&**name).and_then(|font| self.font(font));
                }
            }
            b"Tj" => self.show_operand(scene, operands.first()),
            b"'" => {
                scene.next_line();
                self.show_operand(scene, operands.first());
            }
            b"\"" => {
                scene.state.word_space = number(0);
                scene.state.character_space = number(1);
                scene.next_line();
                self.show_operand(scene, operands.get(2));
            }
            b"TJ" => {
                for part in operands.first().and_then(Object::array).iter().flat_map(|array| array.iter()) {
                    match part {
                        Object::Number(thousandths) => {
                            let ems = -thousandths / 1000.0;
                            scene.advance(ems * scene.state.size * scene.state.stretch);
                        }
                        part => self.show_operand(scene, Some(part)),
                    }
                }
            }
            _ => {}
        }
    }

    fn font(&mut self, font: &Object) -> Option<Rc<Font>> {
        let number = if let Object::Reference(number) = font { Some(*number) } else { None };
        if let Some(known) = number.and_then(|number| self.fonts.get(&number)) {
            return Some(Rc::clone(known));
        }
        self.font_reads_left = self.font_reads_left.checked_sub(1)?;
        let dictionary = self.file.resolve(font);
        let read = Rc::new(Font::load(self.file, dictionary.dictionary()?));
        if let Some(number) = number {
            if self.fonts.len() >= FONTS {
                self.fonts.clear();
            }
            self.fonts.insert(number, Rc::clone(&read));
        }
        Some(read)
    }

    fn show_operand(&mut self, scene: &mut Scene, operand: Option<&Object>) {
        let (Some(Object::String(string)), Some(font)) = (operand, scene.state.font.clone()) else { return };
        self.separate(scene);
        let mut text = String::new();
        for code in font.codes(string) {
            font.push_text(code, &mut text);
            let state = &scene.state;
            let word_space = if font.is_word_space(code) { state.word_space } else { 0.0 };
            scene.advance(
                (font.width_ems(code) * state.size + state.character_space + word_space) * state.stretch,
            );
        }
        self.text.push_str(&text);
        self.pen = Some(scene.glyph_to_page().origin());
    }

    /// Ends the word or line if the pen moved since the last glyph.
    fn separate(&mut self, scene: &Scene) {
        let Some((pen_x, pen_y)) = self.pen else { return };
        let to_page = scene.glyph_to_page();
        let ((x, y), (right_x, right_y)) = (to_page.origin(), to_page.right());
        let em = scene.state.size.abs() * to_page.height();
        let right = right_x.hypot(right_y);
        let (dx, dy) = (x - pen_x, y - pen_y);
        let along_ems = (dx * right_x + dy * right_y) / (right * em);
        let across_ems = (dx * right_y - dy * right_x).abs() / (right * em);
        if across_ems > LINE_EMS {
            self.text.separate('\n');
        } else if !(-BACK_EMS..=SPACE_EMS).contains(&along_ems) {
            self.text.separate(' ');
        }
    }
}

/// One content stream under way: its resources by name, and the states of graphics and text.
struct Scene {
    fonts: Rc<Dictionary>,
    forms: Rc<Dictionary>,
    state: State,
    saved: Vec<State>,
    line: Matrix,
    glyph: Matrix,
}

impl Scene {
    fn new(file: &File<'_>, resources: &Object, to_page: Matrix) -> Self {
        let resources = file.resolve(resources);
        let named = |kind: &[u8]| {
            let value = resources.dictionary().map_or(Object::Null, |resources| file.value(resources, kind));
            value.dictionary().cloned().unwrap_or_default()
        };
        Self {
            fonts: named(b"Font"),
            forms: named(b"XObject"),
            state: State {
                to_page,
                font: None,
                size: 0.0,
                character_space: 0.0,
                word_space: 0.0,
                stretch: 1.0,
                leading: 0.0,
            },
            saved: Vec::new(),
            line: Matrix::IDENTITY,
            glyph: Matrix::IDENTITY,
        }
    }

    fn start_text(&mut self, matrix: Matrix) {
        self.line = matrix;
        self.glyph = matrix;
    }

    fn move_line(&mut self, x: f64, y: f64) {
        self.start_text(Matrix::shift(x, y).then(self.line));
    }

    fn next_line(&mut self) {
        self.move_line(0.0, -self.state.leading);
    }

    fn advance(&mut self, x: f64) {
        self.glyph = Matrix::shift(x, 0.0).then(self.glyph);
    }

    fn glyph_to_page(&self) -> Matrix {
        self.glyph.then(self.state.to_page)
    }
}

fn matrix_of(numbers: &[Object]) -> Option<Matrix> {
    let mut matrix = [0.0; 6];
    for (cell, number) in matrix.iter_mut().zip(numbers.get(..6)?) {
        *cell = number.number()?;
    }
    Some(Matrix(matrix))
}

/// The position after `EI`, which stands between white space (8.9.7).
fn inline_image_end(content: &[u8], start: usize) -> usize {
    let rest = content.get(start..).unwrap_or_default();
    memmem::find_iter(rest, b"EI")
        .find(|at| {
            let before = at.checked_sub(1).and_then(|at| rest.get(at)).is_some_and(|b| is_space(*b));
            before && rest.get(at + 2).is_none_or(|b| is_space(*b))
        })
        .map_or(content.len(), |at| start + at + 2)
}
