//! One cross-reference section: a table, a stream, or a table with a stream beside it (ISO 32000-2, 7.5.4 and 7.5.8).

use super::{
    filter,
    lexer::{Lexer, Token, is_white},
    object::{Dictionary, Object},
    parser::{Budget, Parser},
};

/// More objects than a file that people sign has; bounds what a small file can ask for.
const MOST_ENTRIES: usize = 2_000_000;

/// How far from its offset a section is looked for.
pub const NEAR: usize = 16;

/// Where an object stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Free,
    /// At this offset of the file.
    At {
        offset: usize,
        generation: u16,
    },
    /// In an object stream, as the object with this index.
    In {
        stream: u32,
        index: u32,
    },
}

impl Place {
    /// Objects in streams have generation 0.
    pub fn generation(self) -> u16 {
        match self {
            Self::At { generation, .. } => generation,
            _ => 0,
        }
    }
}

#[derive(Debug)]
pub struct Section {
    pub offset: usize,
    pub places: Vec<(u32, Place)>,
    pub trailer: Dictionary,
    /// After the trailer, or after the stream's object.
    pub end: usize,
    /// The stream of a hybrid file, as it stands in the file.
    pub hybrid: Option<std::ops::Range<usize>>,
    /// Whether table and stream of a hybrid file place one object at two different places.
    pub is_ambiguous: bool,
}

/// What stands after a section: `startxref`, an offset and `%%EOF`.
#[derive(Debug, Clone, Copy)]
pub struct Tail {
    pub startxref: u64,
    /// After `%%EOF`.
    pub eof: usize,
    /// After the white space that follows it.
    pub blank: usize,
}

impl Section {
    /// `shift` is where the header stands: some writers count from it.
    pub fn read(file: &[u8], offset: usize, shift: usize, budget: &Budget) -> Option<Self> {
        let mut section = Self::read_one(file, offset, shift, budget)?;
        if let Some(stream) = section.trailer.integer(b"XRefStm") {
            let at = usize::try_from(stream).ok()?.checked_add(shift)?;
            let beside = Self::read_stream(file, at, shift, budget)?;
            section.hybrid = Some(beside.offset..beside.end);
            section.add_hidden(beside.places);
        }
        Some(section)
    }

    fn read_one(file: &[u8], offset: usize, shift: usize, budget: &Budget) -> Option<Self> {
        let mut lexer = Lexer::new(file, offset);
        lexer.skip_white();
        let start = lexer.position();
        if start - offset > NEAR {
            return None;
        }
        if lexer.keyword(b"xref") {
            Self::read_table(&mut lexer, start, shift, budget)
        } else {
            Self::read_stream(file, start, shift, budget)
        }
    }

    /// 7.5.8.4: what the table calls free or does not name is looked up in the stream.
    fn add_hidden(&mut self, hidden: Vec<(u32, Place)>) {
        let mut visible = std::mem::take(&mut self.places);
        visible.sort_by_key(|(number, _)| *number);
        for (number, place) in hidden {
            match visible.binary_search_by_key(&number, |(number, _)| *number) {
                Err(_) => self.places.push((number, place)),
                Ok(at) if visible[at].1 == Place::Free => visible[at].1 = place,
                Ok(at) => self.is_ambiguous |= place != Place::Free && visible[at].1 != place,
            }
        }
        self.places.append(&mut visible);
    }

    fn read_table(lexer: &mut Lexer<'_>, start: usize, shift: usize, budget: &Budget) -> Option<Self> {
        let file = lexer.bytes();
        let mut places = Vec::new();
        while let Some(first) = lexer.unsigned() {
            let count = usize::try_from(lexer.unsigned()?).ok()?;
            let mut number = u32::try_from(first).ok()?;
            // The shortest entry that is read here has 18 bytes.
            if count > (file.len() - lexer.position()) / 18 + 1 || places.len() + count > MOST_ENTRIES {
                return None;
            }
            places.reserve(count);
            for at in 0..count {
                let place = table_entry(lexer, shift)?;
                // Some writers number the first, always free, entry 1 instead of 0.
                if at == 0 && first == 1 && place == (Place::Free, 65535) {
                    number = 0;
                }
                places.push((number, place.0));
                number = number.checked_add(1)?;
            }
        }
        if !lexer.keyword(b"trailer") {
            return None;
        }
        let mut parser = Parser::new(file, lexer.position(), budget);
        let Object::Dictionary(trailer) = parser.object()? else { return None };
        let end = parser.lexer.position();
        Some(Self { offset: start, places, trailer, end, hybrid: None, is_ambiguous: false })
    }

    fn read_stream(file: &[u8], offset: usize, shift: usize, budget: &Budget) -> Option<Self> {
        let stream = Parser::new(file, offset, budget).indirect(|_| None)?;
        let Object::Stream(body) = stream.object else { return None };
        let trailer = body.dictionary;
        if !trailer.is_of_type(b"XRef") {
            return None;
        }
        let data = filter::decode(file.get(body.range)?, &trailer, &|object| object, budget)?;
        let places = stream_entries(&data, &trailer, shift)?;
        let (offset, end) = (stream.span.start, stream.span.end);
        Some(Self { offset, places, trailer, end, hybrid: None, is_ambiguous: false })
    }

    /// The tail that ends this section, if it stands where a writer puts it.
    pub fn tail(&self, file: &[u8]) -> Option<Tail> {
        Tail::read(file, self.end)
    }
}

impl Tail {
    pub fn read(file: &[u8], at: usize) -> Option<Self> {
        let mut lexer = Lexer::new(file, at);
        lexer.skip_blank();
        if !lexer.keyword(b"startxref") {
            return None;
        }
        let startxref = lexer.unsigned()?;
        lexer.skip_white();
        if !lexer.eat(b"%%EOF") {
            return None;
        }
        let eof = lexer.position();
        lexer.skip_white();
        Some(Self { startxref, eof, blank: lexer.position() })
    }
}

/// One entry and its generation: twenty bytes, or what some writers make of them.
fn table_entry(lexer: &mut Lexer<'_>, shift: usize) -> Option<(Place, u64)> {
    lexer.skip_white();
    let fixed = lexer.bytes().get(lexer.position()..lexer.position() + 18);
    let quick = fixed.and_then(|entry| {
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0u64, |value, digit| {
                digit.is_ascii_digit().then(|| value * 10 + u64::from(digit - b'0'))
            })
        };
        let used = match (entry[10], entry[16], entry[17]) {
            (b' ', b' ', b'n') => true,
            (b' ', b' ', b'f') => false,
            _ => return None,
        };
        Some((number(&entry[..10])?, number(&entry[11..16])?, used))
    });
    let (offset, generation, used) = if let Some(entry) = quick {
        *lexer = Lexer::new(lexer.bytes(), lexer.position() + 18);
        entry
    } else {
        let offset = lexer.unsigned()?;
        let generation = lexer.unsigned()?;
        let used = match lexer.next() {
            Token::Keyword(b"n") => true,
            Token::Keyword(b"f") => false,
            _ => return None,
        };
        (offset, generation, used)
    };
    let place = if used {
        let offset = usize::try_from(offset).ok()?.checked_add(shift)?;
        Place::At { offset, generation: u16::try_from(generation).unwrap_or(u16::MAX) }
    } else {
        Place::Free
    };
    Some((place, generation))
}

fn stream_entries(data: &[u8], trailer: &Dictionary, shift: usize) -> Option<Vec<(u32, Place)>> {
    let widths: Vec<usize> = trailer
        .get(b"W")?
        .as_array()?
        .iter()
        .map(|width| width.as_integer().filter(|width| (0..=8).contains(width)))
        .map(|width| width.and_then(|width| usize::try_from(width).ok()))
        .collect::<Option<_>>()?;
    let [kind, second, third, ..] = *widths.as_slice() else { return None };
    let size = widths.iter().sum::<usize>();
    if second == 0 || data.len() / size > MOST_ENTRIES {
        return None;
    }
    let whole = [Object::Integer(0), Object::Integer(trailer.integer(b"Size")?)];
    let index = trailer.get(b"Index").and_then(Object::as_array).unwrap_or(&whole);
    let mut rows = data.chunks_exact(size);
    let mut places = Vec::with_capacity(rows.len());
    for pair in index.chunks_exact(2) {
        let first = u32::try_from(pair[0].as_integer()?).ok()?;
        let count = u32::try_from(pair[1].as_integer()?).ok()?;
        for number in first..first.checked_add(count)? {
            // A stream that is shorter than its index is common; what is missing does not exist.
            let Some(row) = rows.next() else { return Some(places) };
            let field = |from: usize, width: usize| {
                row[from..from + width].iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte))
            };
            let kind = if kind == 0 { 1 } else { field(0, kind) };
            let one = field(widths[0], second);
            let two = field(widths[0] + second, third);
            let place = match kind {
                0 => Place::Free,
                1 => Place::At {
                    offset: usize::try_from(one).ok()?.checked_add(shift)?,
                    generation: u16::try_from(two).unwrap_or(u16::MAX),
                },
                2 => Place::In { stream: u32::try_from(one).ok()?, index: u32::try_from(two).ok()? },
                // 7.5.8.3: an unknown kind is a reference to null.
                _ => Place::Free,
            };
            places.push((number, place));
        }
    }
    Some(places)
}

/// The offset that the last `startxref` of the file names.
pub fn last_startxref(file: &[u8]) -> Option<u64> {
    let keyword = memchr::memmem::rfind(file, b"startxref")?;
    let before = keyword.checked_sub(1).and_then(|at| file.get(at));
    let mut lexer = Lexer::new(file, keyword + b"startxref".len());
    before.is_none_or(|byte| is_white(*byte)).then(|| lexer.unsigned()).flatten()
}
