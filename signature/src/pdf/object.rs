//! The objects of a PDF file (ISO 32000-2, 7.3), and when two of them say the same.

use std::ops::Range;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId {
    pub number: u32,
    pub generation: u16,
}

#[derive(Debug, Clone)]
pub enum Object {
    Null,
    Boolean(bool),
    Integer(i64),
    Real(f64),
    String(Box<[u8]>),
    Name(Box<[u8]>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    Stream(Box<Stream>),
    Reference(ObjectId),
}

#[derive(Debug, Clone)]
pub struct Stream {
    pub dictionary: Dictionary,
    /// Where the encoded bytes stand in the file.
    pub range: Range<usize>,
}

/// Entries sorted by key, so that looking up and comparing stay cheap however many a stranger writes.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    entries: Vec<Entry>,
    /// Readers disagree on which of two entries with one key counts.
    pub has_duplicate_key: bool,
}

pub static EMPTY: Dictionary = Dictionary { entries: Vec::new(), has_duplicate_key: false };

#[derive(Debug, Clone)]
pub struct Entry {
    pub key: Box<[u8]>,
    pub value: Object,
    /// Where the value stands in the bytes that were parsed.
    pub span: Range<usize>,
}

impl Dictionary {
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|one, other| one.key.cmp(&other.key));
        let has_duplicate_key = entries.windows(2).any(|pair| pair[0].key == pair[1].key);
        Self { entries, has_duplicate_key }
    }

    pub fn entry(&self, key: &[u8]) -> Option<&Entry> {
        // The first of equal keys, as most readers take the last only by accident of their maps.
        let at = self.entries.partition_point(|entry| *entry.key < *key);
        self.entries.get(at).filter(|entry| *entry.key == *key)
    }

    pub fn get(&self, key: &[u8]) -> Option<&Object> {
        self.entry(key).map(|entry| &entry.value)
    }

    pub fn name(&self, key: &[u8]) -> Option<&[u8]> {
        self.get(key).and_then(Object::as_name)
    }

    pub fn integer(&self, key: &[u8]) -> Option<i64> {
        self.get(key).and_then(Object::as_integer)
    }

    pub fn is_of_type(&self, name: &[u8]) -> bool {
        self.name(b"Type") == Some(name)
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub fn entries_mut(&mut self) -> &mut [Entry] {
        &mut self.entries
    }
}

impl Object {
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            _ => None,
        }
    }

    pub fn as_number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "coordinates, not counts")]
            Self::Integer(value) => Some(*value as f64),
            Self::Real(value) => Some(*value),
            _ => None,
        }
    }

    pub fn as_name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }

    pub fn as_string(&self) -> Option<&[u8]> {
        match self {
            Self::String(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub fn as_array(&self) -> Option<&[Object]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The dictionary, also that of a stream.
    pub fn as_dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(dictionary) => Some(dictionary),
            Self::Stream(stream) => Some(&stream.dictionary),
            _ => None,
        }
    }

    pub fn as_stream(&self) -> Option<&Stream> {
        match self {
            Self::Stream(stream) => Some(stream),
            _ => None,
        }
    }

    pub fn as_reference(&self) -> Option<ObjectId> {
        match self {
            Self::Reference(id) => Some(*id),
            _ => None,
        }
    }
}

/// Equal as written, whatever the order of keys and the spelling of strings and names. Streams never are: their bytes are not here.
impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Boolean(one), Self::Boolean(other)) => one == other,
            (Self::Integer(one), Self::Integer(other)) => one == other,
            (Self::Integer(_) | Self::Real(_), Self::Integer(_) | Self::Real(_)) => {
                self.as_number() == other.as_number()
            }
            (Self::String(one), Self::String(other)) | (Self::Name(one), Self::Name(other)) => one == other,
            (Self::Array(one), Self::Array(other)) => one == other,
            (Self::Dictionary(one), Self::Dictionary(other)) => one == other,
            (Self::Reference(one), Self::Reference(other)) => one == other,
            _ => false,
        }
    }
}

/// A key with the value null counts as absent (ISO 32000-2, 7.3.7).
impl PartialEq for Dictionary {
    fn eq(&self, other: &Self) -> bool {
        let said = |entry: &&Entry| !matches!(entry.value, Object::Null);
        let mut ours = self.entries.iter().filter(said);
        let mut theirs = other.entries.iter().filter(said);
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return true,
                (Some(one), Some(other)) if one.key == other.key && one.value == other.value => {}
                _ => return false,
            }
        }
    }
}

/// A text string as text (ISO 32000-2, 7.9.2.2): UTF-16 or UTF-8 with a mark, otherwise PDFDocEncoding, of which the part that is
/// Latin-1 is read.
pub fn text(bytes: &[u8]) -> String {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
